"""The guides in docs/ do what they say: their files are run as a reader would run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.test_readme import BASE, ROOT, Block, blocks, commands, fits, shell

from apidouble import Double

GUIDES = ROOT / "docs"
NODE_MODULES = ROOT / ".venv" / "node" / "node_modules"
"""Where `.ci/run` installs playwright-core."""
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
JARS = ("junit-platform-console", "junit-jupiter", "junit-jupiter-api", "junit-jupiter-engine")
"""Of Debian's junit5."""


def guide(name: str, *languages: str) -> list[Block]:
    return [one for one in blocks((GUIDES / f"{name}.md").read_text("utf-8")) if one[0] in languages]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A double of the bundled APIs on a port."""
    with Double() as double:
        yield double.url


def test_every_guide_is_in_the_index() -> None:
    """The index links to each guide, and every relative link leads somewhere."""
    index = (GUIDES / "README.md").read_text("utf-8")
    for page in GUIDES.glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index, page.name
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (GUIDES / target).exists(), f"{page.name}: {target}"


def test_the_project_of_the_pytest_guide(tmp_path: Path) -> None:
    """Each Python block is a file; pytest passes on all of them, with warnings as errors."""
    written = []
    for _, content, line in guide("testing-with-pytest", "python"):
        named = re.match(r"# (\w+\.py)\n", content)
        assert named, f"line {line}: the first line names the file"
        (tmp_path / named[1]).write_text(content, "utf-8")
        written.append(named[1])
    assert len([name for name in written if name.startswith("test_")]) >= 4
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", "utf-8")
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d\d passed", done.stdout), done.stdout


def test_the_options_of_the_pytest_guide(tmp_path: Path) -> None:
    """The ini file is taken as it stands."""
    [(_, content, _)] = guide("testing-with-pytest", "ini")
    (tmp_path / "pytest.ini").write_text(content, "utf-8")
    shutil.copy(ROOT / "specs" / "staff.yaml", tmp_path / "openapi.yaml")
    (tmp_path / "test_it.py").write_text(
        "def test_it(double_server):\n"
        "    given = double_server.given\n"
        "    assert (given.seed, given.auth, len(given.documents)) == (7, 'any', 1)\n",
        "utf-8",
    )
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the caller looks at the code
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_commands_of_the_guide_to_any_language(url: str, tmp_path: Path) -> None:
    """Each command prints what stands below it; the blocks build on each other, so they are one test."""
    for _, content, line in guide("any-language", "console"):
        for command, expected in commands(content):
            done = shell(command.replace(BASE, url), tmp_path)
            output = (done.stdout + done.stderr).replace(url, BASE)
            assert fits(output, expected), f"line {line}: $ {command}\n{output}"


def test_the_junit_example(url: str, tmp_path: Path) -> None:
    """JUnit 5 runs it and finds nothing wrong."""
    jars = [Path(f"/usr/share/java/{name}.jar") for name in JARS]
    if shutil.which("javac") is None or not all(jar.exists() for jar in jars):
        pytest.skip("needs a JDK and Debian's junit5")
    [(_, content, _)] = guide("any-language", "java")
    (tmp_path / "EmployeesTest.java").write_text(content.replace(BASE, url), "utf-8")
    path = f"/usr/share/java/*{os.pathsep}{tmp_path}"
    for command in (
        ["javac", "-cp", path, "EmployeesTest.java"],
        ["java", "-cp", path, "org.junit.platform.console.ConsoleLauncher", "-c", "EmployeesTest"],
    ):
        done = subprocess.run(  # noqa: PLW1510 - looked at below
            command, cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "2 tests successful" in done.stdout


def test_the_page_of_the_playwright_guide(url: str, tmp_path: Path) -> None:
    """A real browser passes the guide's tests, each in the sandbox that the host name chooses."""
    node = shutil.which("node")
    missing = [
        name
        for name, there in (
            ("node", node),
            (str(CHROMIUM), CHROMIUM.exists()),
            ("playwright-core (npm install --prefix .venv/node playwright-core)", NODE_MODULES.is_dir()),
        )
        if not there
    ]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    [(_, page, _)] = guide("frontend-with-playwright", "html")
    [(_, tests, _)] = guide("frontend-with-playwright", "javascript")
    (tmp_path / "index.html").write_text(page, "utf-8")
    (tmp_path / "employees.test.mjs").write_text(tests, "utf-8")
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        [node or "node", "--test", "employees.test.mjs"],
        cwd=tmp_path,
        env=os.environ | {"APIDOUBLE_URL": url, "CHROMIUM": str(CHROMIUM)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass 4$", done.stdout, re.MULTILINE), done.stdout

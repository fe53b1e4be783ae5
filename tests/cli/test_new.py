"""What `apidouble new` writes is served at once, keeps its own promises, and passes the project's checks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the caller looks at the code
        command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module", params=["meeting-rooms", "companies", "sheep", "equipment"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that keeps its rules where this one does, with one scaffolded API."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "src" / "apidouble" / "rules").mkdir(parents=True)
    (folder / "src" / "apidouble" / "rules" / "__init__.py").write_text('"""As in this project."""\n')
    done = run(sys.executable, "-m", "apidouble", "new", request.param, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def url(project: Path) -> Iterator[str]:
    """It, served; the rules are where a user's project has them."""
    rules = project / "rules"
    if not rules.exists():
        rules.symlink_to(project / "src" / "apidouble" / "rules")
    process = subprocess.Popen(
        [sys.executable, "-m", "apidouble", "serve", ".", "--port", "0", "--quiet", "--strict"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(process.communicate()[1])
    yield line.split()[-1]
    process.terminate()
    _, told = process.communicate(timeout=10)
    assert (process.returncode, told) == (0, "")


def test_its_scenarios_hold(project: Path, url: str) -> None:
    """The scaffolded scenarios pass against the scaffolded document, fixture and rules."""
    (project / "tests" / "scenarios" / "conftest.py").write_bytes(
        (ROOT / "tests" / "scenarios" / "conftest.py").read_bytes()
    )
    done = run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/scenarios"),
        cwd=project,
        APIDOUBLE_TEST_URL=url,
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_it_passes_the_checks(project: Path) -> None:
    """Linters, types and validators have nothing against it."""
    binaries = Path(sys.executable).parent
    code = [*(project / "src").rglob("*.py"), *(project / "tests").rglob("test_*.py")]
    yaml = [*project.glob("specs/*.yaml"), *project.glob("fixtures/*.yaml")]
    for name in ("pyproject.toml", ".yamllint"):
        (project / name).write_bytes((ROOT / name).read_bytes())
    commands: tuple[tuple[str | Path, ...], ...] = (
        (binaries / "ruff", "check", "--no-cache", "src", "tests"),
        (binaries / "ruff", "format", "--no-cache", "--check", *code),
        (binaries / "yamllint", "--strict", *yaml),
        (binaries / "openapi-spec-validator", *project.glob("specs/*.yaml")),
    )
    for command in commands:
        done = run(*command, cwd=project)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_validate_agrees(project: Path) -> None:
    """Our own `validate` finds nothing either."""
    (document,) = project.glob("specs/*.yaml")
    done = run(sys.executable, "-m", "apidouble", "validate", str(document), cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr

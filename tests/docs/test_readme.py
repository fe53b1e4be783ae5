"""Every command and snippet of the README does what the README says, against a real double.

`console` blocks hold commands after `$ ` with their output, in which `...` stands for anything;
`sh` blocks hold commands alone; `python` blocks are run. All of them share one double, in order.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("readme")
ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BASE = "http://127.0.0.1:4010"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Block = tuple[str, str, int]


def blocks(text: str) -> list[Block]:
    """(language, content, line) of each fenced block."""
    return [(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in FENCE.finditer(text)]


def commands(content: str) -> Iterator[tuple[str, str]]:
    """(command, expected output) of a console block."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*\n", part)
        assert command is not None
        yield command[0].strip(), part[command.end() :].strip()


def fits(output: str, expected: str) -> bool:
    """Whether the output is what was promised; `...` stands for anything."""
    pattern = ".*".join(map(re.escape, expected.split("...")))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None


BLOCKS = blocks(README.read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user's, with a document in it and `apidouble` on the path."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "openapi.yaml").write_bytes((ROOT / "specs" / "eloomi-users.yaml").read_bytes())
    return folder


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: PLW1510 - the caller looks at the code
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "console"], ids=lambda block: f"line {block[2]}"
)
def test_commands_and_their_output(block: Block, url: str, folder: Path) -> None:
    """Each command prints what stands below it."""
    for command, expected in commands(block[1]):
        done = shell(command.replace(BASE, url), folder)
        output = (done.stdout + done.stderr).replace(url, BASE)
        assert fits(output, expected), f"$ {command}\n{output}"


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "sh"], ids=lambda block: f"line {block[2]}"
)
def test_commands_alone(block: Block, folder: Path) -> None:
    """Each command can be run as it stands; servers come up and end cleanly."""
    for line in block[1].splitlines():
        command = line.partition(" # ")[0].strip()
        if command.startswith("make "):
            assert shell(f"{command.replace('make', 'make -n', 1)}", ROOT).returncode == 0, command
        elif re.match(r"(\w+=\S+ )*apidouble (serve|mock)\b", command):
            serves(command, folder)
        elif command:
            done = shell(command, folder)
            assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"


def serves(command: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        # A port of our own, last, so that it wins.
        ["bash", "-c", f"exec env {command} --port 0"],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Listening on "):
            break
    process.terminate()
    code = process.wait(10)
    process.stdout.close()
    assert said, command
    assert said[-1].startswith("Listening on "), f"$ {command}\n{''.join(said)}"
    assert code == 0


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "python"], ids=lambda block: f"line {block[2]}"
)
def test_python_snippets(block: Block, url: str, folder: Path) -> None:
    """Each snippet runs, assertions included."""
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        [sys.executable, "-W", "error", "-c", block[1].replace(BASE, url)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_has_what_is_tested() -> None:
    """A README without commands would make all of the above pass."""
    languages = [language for language, _, _ in BLOCKS]
    assert languages.count("console") >= 6
    assert languages.count("sh") >= 2
    assert languages.count("python") >= 1


def test_links_lead_somewhere() -> None:
    """Relative links of the project's pages name files that exist."""
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{page.name}: {target}"


def test_expected_output_is_compared() -> None:
    """`...` stands for anything, all else for itself."""
    assert fits('{"a": 1, "b": [2]}\n', '{"a": 1, ...]}')
    assert not fits('{"a": 2}', '{"a": 1...}')
    assert list(commands("$ one \\\n  more\nout\nput\n$ two\n")) == [
        ("one \\\n  more", "out\nput"),
        ("two", ""),
    ]

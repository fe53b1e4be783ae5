"""Every example of the guide to the provider does what the guide says, against a real double."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.test_readme import BASE, ROOT, Block, blocks, commands, fits, shell

BLOCKS = blocks((ROOT / "docs" / "oauth.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def double() -> Iterator[str]:
    """A double of the bundled APIs on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "apidouble", "serve", "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Listening on http://127.0.0.1:"), line
    yield line.split()[-1]
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "console"], ids=lambda block: f"line {block[2]}"
)
def test_commands_and_their_output(block: Block, double: str, tmp_path: Path) -> None:
    """Each command prints what stands below it."""
    for command, expected in commands(block[1]):
        done = shell(command.replace(BASE, double), tmp_path)
        output = (done.stdout + done.stderr).replace(double, BASE)
        assert fits(output, expected), f"$ {command}\n{output}"


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "python"], ids=lambda block: f"line {block[2]}"
)
def test_snippets(block: Block, double: str) -> None:
    """Each snippet runs as it stands."""
    done = subprocess.run(  # noqa: PLW1510 - the output says more than the code
        [sys.executable, "-c", block[1].replace(BASE, double)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_shows_examples() -> None:
    """The tests above have something to run."""
    assert {kind for kind, _, _ in BLOCKS} == {"console", "python"}

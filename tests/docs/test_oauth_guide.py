"""Every example of the guide to the provider does what the guide says, against a real double."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.test_readme import BASE, ROOT, Block, blocks, commands, fits, shell

BLOCKS = blocks((ROOT / "docs" / "oauth.md").read_text("utf-8"))


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "console"], ids=lambda block: f"line {block[2]}"
)
def test_commands_and_their_output(block: Block, url: str, tmp_path: Path) -> None:
    """Each command prints what stands below it."""
    for command, expected in commands(block[1]):
        done = shell(command.replace(BASE, url), tmp_path)
        output = (done.stdout + done.stderr).replace(url, BASE)
        assert fits(output, expected), f"$ {command}\n{output}"


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block[0] == "python"], ids=lambda block: f"line {block[2]}"
)
def test_snippets(block: Block, url: str) -> None:
    """Each snippet runs as it stands."""
    done = subprocess.run(  # noqa: PLW1510 - the output says more than the code
        [sys.executable, "-c", block[1].replace(BASE, url)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_shows_examples() -> None:
    """The tests above have something to run."""
    assert {kind for kind, _, _ in BLOCKS} == {"console", "python"}

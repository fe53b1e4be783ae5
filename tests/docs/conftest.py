"""The double that the examples of all pages are tried on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
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

"""The control API under Schemathesis: all checks, all phases, with its token.

`APIDOUBLE_EXAMPLES` says how many examples of each operation are made up; `make conformance` asks for more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.control.doubles import Program

EXAMPLES = os.environ.get("APIDOUBLE_EXAMPLES", "8")


def test_schemathesis_finds_nothing() -> None:
    """Every answer is as the document says, and whatever breaks the document is refused."""
    with Program("specs/staff.yaml", "--admin-token", "t") as running:
        command = [sys.executable, "-m", "schemathesis.cli"]
        command += ["--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
        command += ["run", f"{running.url}/__admin/openapi.json", "--url", f"{running.url}/__admin"]
        command += ["--header", "Authorization: Bearer t", "--checks", "all", "--max-examples", EXAMPLES]
        command += ["--generation-deterministic", "--continue-on-failure", "--suppress-health-check", "all"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        noise = running.stop()
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "52 selected / 52 total" in done.stdout
    assert "Traceback" not in noise

"""Schemathesis over every bundled API: all checks, all phases, credentials checked strictly.

`APIDOUBLE_EXAMPLES` sets how many examples each operation gets (`make conformance` asks for more).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen, run

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
EXAMPLES = os.environ.get("APIDOUBLE_EXAMPLES", "25")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A double of all five, which answers 500 where it would break its contract."""
    command = [sys.executable, "-m", "apidouble", "serve", "--port", "0", "--auth", "strict", "--strict"]
    with Popen([*command, str(ROOT)], stdout=PIPE, stderr=STDOUT, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Listening on "):
                break
        else:
            pytest.fail("the double did not start")
        reader = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        yield line.removeprefix("Listening on ").strip()
        process.terminate()
        reader.wait(10)


@pytest.mark.parametrize("document", SPECS, ids=lambda path: path.stem)
@pytest.mark.parametrize("phase", ["examples,coverage", "fuzzing", "stateful"])
def test_the_double_keeps_its_contract(url: str, document: Path, phase: str) -> None:
    """No check of Schemathesis finds anything, in any phase."""
    fixture = yaml.safe_load((ROOT / "fixtures" / document.name).read_text(encoding="utf-8"))
    default = next(one for one in fixture["identities"] if one.get("default"))
    schemes = yaml.safe_load(document.read_text(encoding="utf-8"))["components"]["securitySchemes"]
    headers = [f"Double-Sandbox: schemathesis-{document.stem}-{phase[:4]}"]
    for name, value in default["credentials"].items():
        scheme = schemes[name]
        if scheme["type"] == "apiKey" and scheme["in"] == "header":
            headers.append(f"{scheme['name']}: {value}")
        elif scheme["type"] != "apiKey":
            headers.append(f"Authorization: Bearer {value}")
    command = [
        *(
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file",
            str(ROOT / "schemathesis.toml"),
        ),
        *("run", str(document), "--url", url, "--checks", "all", "--phases", phase),
        *("--max-examples", EXAMPLES, "--generation-database", "none", "--seed", "1", "--no-color"),
        *("--suppress-health-check", "all"),
    ]
    for header in headers:
        command += ["--header", header]
    done = run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=1800)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]

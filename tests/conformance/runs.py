"""One run of Schemathesis against a double of one document, and what it found.

In: a document. Out: `Failure`s. May not know: which failures are expected.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from apidouble.catalog import load_apis
from apidouble.settings import Settings
from apidouble.web.credentials import known_identities, sendings

ROOT = Path(__file__).parents[2]
EXAMPLES = os.environ.get("APIDOUBLE_EXAMPLES", "20")
_HEADING = re.compile(r"^_{3,} (.+?) _{3,}$", re.MULTILINE)
_CASE = re.compile(r"^\d+\. Test Case ID: ", re.MULTILINE)
_CHECK = re.compile(r"^- (?P<title>(?:ST\d+ )?[^\n]+)\n\n(?P<details>(?:    [^\n]*\n|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Failure:
    """One check that failed for one operation."""

    operation: str
    """Method and path, or `Stateful tests`."""
    check: str
    """Its title, without code and count."""
    details: str
    """What Schemathesis says of it, and the answer."""

    def __str__(self) -> str:
        return f"{self.operation}: {self.check}: {' '.join(self.details.split())[:600]}"


def credentials(document: Path) -> list[str]:
    """The headers that carry the demo credentials of a document."""
    found = []
    for api in load_apis(Settings(documents=(str(document),), allow_outside=True)):
        for identity in known_identities(api.contract, ())[:1]:
            found += [
                f"{one.name}: {one.value}"
                for one in sendings(api.contract, identity)
                if one.location == "header"
            ]
    return found


def failures(document: Path) -> list[Failure]:
    """All checks, all phases; credentials are checked strictly, and given."""
    command = [sys.executable, "-m", "apidouble", "serve", str(document), "--port", "0", "--auth", "strict"]
    with subprocess.Popen(
        [*command, "--quiet", "--allow-outside"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        line = next((one for one in process.stdout if one.startswith("Listening on ")), "")
        assert line, "the double did not start"
        drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        try:
            return read(_run(document, line.removeprefix("Listening on ").strip()))
        finally:
            process.terminate()
            drain.wait(20)


def _run(document: Path, url: str) -> str:
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file"),
        *(str(Path(__file__).with_name("schemathesis.toml")), "run", str(document), "--url", url),
        *("--checks", "all", "--max-examples", EXAMPLES, "--generation-deterministic"),
        *("--no-color", "--suppress-health-check", "all", "--continue-on-failure"),
    ]
    for header in credentials(document):
        command += ["--header", header]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=3600)
    if "defines no API operations" in done.stdout:
        return ""
    assert done.returncode in {0, 1}, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def read(report: str) -> list[Failure]:
    """The failures in the text that Schemathesis prints."""
    _, found, rest = report.partition(" FAILURES ===")
    if not found:
        return []
    rest = rest.partition("=== SUMMARY ===")[0]
    told: list[Failure] = []
    pieces = _HEADING.split(rest)[1:]
    for operation, text in zip(pieces[::2], pieces[1::2], strict=True):
        for case in _CASE.split(text)[1:]:
            checks = list(_CHECK.finditer(case))
            for check in checks:
                title = re.sub(r"^ST\d+ ", "", check["title"])
                title = re.sub(r" \(\d+ violations\)$", "", title)
                told.append(Failure(operation, title, check["details"] + case[checks[-1].end() :]))
    return told

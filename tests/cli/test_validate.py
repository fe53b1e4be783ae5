"""`apidouble validate`: findings with places, one summary for each document, documented exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from apidouble.cli.main import run
from apidouble.cli.validate import command

GOOD = """\
openapi: 3.0.3
info: {title: Fine, version: "1"}
paths: {}
"""
BAD = """\
openapi: 3.0.3
info: {title: Bad, version: "1"}
paths:
  /a:
    get:
      responses:
        "200":
          description: Fine.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Missing"}
"""


def test_fine_documents(tmp_path: Path) -> None:
    """Nothing wrong: one line for each document of a folder, exit code 0."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    done = CliRunner().invoke(command, [str(tmp_path)], standalone_mode=False)
    assert (done.return_value, done.exception) == (0, None)
    assert done.output == f"{tmp_path}/a.yaml: fine\n{tmp_path}/b.yaml: fine\n"


def test_findings_have_places(tmp_path: Path) -> None:
    """File, line and pointer of each finding, a summary, exit code 1."""
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    done = CliRunner().invoke(command, [str(path)], standalone_mode=False)
    assert done.return_value == 1
    *findings, summary = done.output.splitlines()
    assert any(line.startswith(f"error: {path}:11 at /paths/~1a/get/") for line in findings), findings
    assert summary == f"{path}: {len(findings)} error{'' if len(findings) == 1 else 's'}"


def test_findings_for_programs(tmp_path: Path) -> None:
    """`--json` has the same findings, field by field."""
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    done = CliRunner().invoke(command, ["--json", str(path)], standalone_mode=False)
    assert done.return_value == 1
    (document,) = json.loads(done.output)["documents"]
    assert document["source"] == str(path)
    assert {"severity", "message", "file", "pointer", "line", "expected", "advice"} == set(
        document["findings"][0]
    )
    assert 11 in [finding["line"] for finding in document["findings"]]


def test_text_that_is_no_document_is_a_finding(tmp_path: Path) -> None:
    """What was named but is neither YAML nor OpenAPI is told with its place."""
    path = tmp_path / "notes.txt"
    path.write_text("a: b: c\n")
    done = CliRunner().invoke(command, [str(path)], standalone_mode=False)
    assert done.return_value == 1
    assert str(path) in done.output


def test_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file and an empty folder end with exit code 2 and one message."""
    for name in (tmp_path / "none.yaml", tmp_path):
        assert run(["validate", str(name)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("Error: ")
        assert str(name) in err

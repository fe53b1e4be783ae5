"""Strict validation: what the specification forbids, in words a person can act on."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apidouble.document.check import check
from apidouble.errors import Finding

Write = Callable[..., Path]
WILD = Path(__file__).parents[2].parent / "shared" / "wild"

GOOD = """\
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a/{id}:
    get:
      operationId: one
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200": {description: ok}
"""


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def test_a_good_document_has_no_findings(write: Write) -> None:
    """In every version."""
    swagger = GOOD.replace("openapi: 3.0.3", 'swagger: "2.0"').replace(
        "schema: {type: string}", "type: string"
    )
    for text in (GOOD, GOOD.replace("3.0.3", "3.1.0"), GOOD.replace("3.0.3", "3.2.0"), swagger):
        assert check(write({"api.yaml": text})) == []


@pytest.mark.parametrize(
    ("old", "new", "pointer", "line", "words"),
    [
        ('info: {title: t, version: "1"}', "info: {title: t}", "/info", 2, "version"),
        ("in: path", "in: paht", "/paths/~1a~1{id}/get/parameters/0/in", 8, "paht"),
        ("{type: string}", "{type: strin}", "/paths/~1a~1{id}/get/parameters/0/schema/type", 8, "strin"),
        ('"200": {description: ok}', '"200": {description: 3}', "/paths/~1a~1{id}/get/responses/200/description", 10, "3"),
        ("operationId: one", "operationid: one", "/paths/~1a~1{id}/get", 5, "operationid"),
        ("name: id", "name: key", "/paths/~1a~1{id}/get/parameters/0", 8, "id"),
        ("{type: string}", "{$ref: '#/components/schemas/No'}", "/paths/~1a~1{id}/get/parameters/0/schema", 8, "nowhere"),
        ("{type: string}", "{type: string, pattern: '('}", "/paths/~1a~1{id}/get/parameters/0/schema/pattern", 8, "pattern"),
        ("{type: string}", "{type: string, minLength: -1}", "/paths/~1a~1{id}/get/parameters/0/schema/minLength", 8, "-1"),
        ("{type: string}", "{type: string, required: true}", "/paths/~1a~1{id}/get/parameters/0/schema/required", 8, "True"),
        ("operationId: one", "operationId: one\n      operationId: two", "/paths/~1a~1{id}/get/operationId", 7, "twice"),
        ('      responses:\n        "200": {description: ok}\n', "", "/paths/~1a~1{id}/get", 5, "responses"),
        ("operationId: one", "security: [{nobody: []}]", "/paths/~1a~1{id}/get/security/0/nobody", 6, "nobody"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_fault_is_told_once_with_its_place(
    write: Write, version: str, old: str, new: str, pointer: str, line: int, words: str
) -> None:
    """File, pointer, line, and no more text than a person reads."""
    assert old in GOOD
    path = write({"api.yaml": GOOD.replace(old, new).replace("3.0.3", version)})
    if version == "3.1.0" and pointer == "/paths/~1a~1{id}/get" and words == "responses":
        assert check(path) == []  # no longer required there
        return
    found = [finding for finding in errors(check(path)) if finding.pointer == pointer]
    assert len(found) == 1
    assert words in str(found[0])
    assert found[0].line == line
    assert found[0].file == str(path)
    assert len(str(found[0]).replace(str(path), "")) < 400


def test_a_reference_to_nowhere_is_told_once(write: Write) -> None:
    """The library stops at it without saying where: one remark, with the line, is enough."""
    lost = GOOD.replace("schema: {type: string}", "schema: {$ref: '#/components/schemas/Lost'}")
    findings = errors(check(write({"api.yaml": lost})))
    assert len(findings) == 1, findings
    assert "leads nowhere" in findings[0].message
    assert findings[0].line == 8


def test_what_cannot_be_read_is_one_finding_with_its_line(write: Write) -> None:
    """A syntax error, no document at all, no file."""
    (finding,) = check(write({"api.yaml": GOOD + "  /b: [\n"}))
    assert finding.line == 12
    assert finding.severity == "error"
    assert len(check(write({"api.yaml": "title: x"}))) == 1
    assert len(check("no-such-file.yaml")) == 1


def test_a_fault_in_another_file_is_told_there(write: Write) -> None:
    """With that file's own line and pointer."""
    path = write({
        "api.yaml": GOOD.replace("{type: string}", "{$ref: 'parts/id.yaml#/Id'}"),
        "parts/id.yaml": "# ids\nId:\n  type: strin\n",
    })  # fmt: skip
    (finding,) = errors(check(path))
    assert finding.file.endswith("parts/id.yaml")
    assert (finding.pointer, finding.line) == ("/Id/type", 3)


def test_a_duplicate_key_in_json_is_found(write: Write) -> None:
    """Though JSON parsers pass over it in silence."""
    text = '{"openapi": "3.0.3",\n"info": {"title": "a",\n"title": "b", "version": "1"}, "paths": {}}'
    (finding,) = errors(check(write({"api.json": text})))
    assert (finding.pointer, finding.line) == ("/info/title", 3)


def test_a_monstrous_value_is_cut(write: Write) -> None:
    """Validators print the whole instance; nobody reads that."""
    content = {"x" * 50: "y" * 50_000}
    document: dict[str, Any] = {"openapi": "3.0.3", "info": content, "paths": {"/a": {"get": content}}}
    findings = check(write({"api.json": document}))
    assert findings
    assert all(len(finding.message) <= 240 for finding in findings)


def test_references_are_not_followed_outside(write: Write) -> None:
    """Neither by us nor by the validator's own resolver."""
    refs = ["http://127.0.0.1:9/x.yaml", "/etc/hostname", "../secret.yaml"]
    schemas = {f"S{number}": {"$ref": ref} for number, ref in enumerate(refs)}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    findings = check(write({"api/api.yaml": document}))
    assert errors(findings) == []
    assert sum("left out" in finding.message for finding in findings) == 3


@pytest.mark.skipif(not WILD.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize(
    "path",
    sorted(p for p in WILD.glob("*.*") if p.stat().st_size < 500_000 and p.suffix != ".md"),
    ids=lambda p: p.name,
)
def test_real_documents_are_judged_as_their_validator_judges_them(path: Path) -> None:
    """One of them is not valid, and one thing is wrong with it."""
    assert len(errors(check(path))) == (1 if path.name == "spotify.yml" else 0)

"""Bytes to values: encodings, JSON that is nearly JSON, control characters."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.document.jsontext import too_deep
from apidouble.document.report import Report
from apidouble.document.text import Text, TextError
from apidouble.errors import Finding


def read(data: bytes, label: str = "api.yaml") -> tuple[Any, list[Finding]]:
    report = Report()
    text = Text(data, label)
    value = text.value(0, report)
    return value, report.findings(lambda _: label, lambda _, wanted: text.lines(wanted))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    ("label", "text"), [("a.yaml", "title: Größe €"), ("a.json", '{"title": "Größe €"}')]
)
def test_every_unicode_encoding_is_read(encoding: str, label: str, text: str) -> None:
    """With a byte order mark or, for UTF-16, without."""
    assert read(text.encode(encoding), label) == ({"title": "Größe €"}, [])


def test_what_is_no_utf_8_is_read_as_windows_1252_and_told() -> None:
    """Old editors still write it."""
    for label, text in (("a.yaml", "a: 1\ntitle: Größe"), ("a.json", '{"a": 1,\n"title": "Größe"}')):
        value, findings = read(text.encode("cp1252"), label)
        assert value == {"a": 1, "title": "Größe"}
        assert [(finding.line, finding.severity) for finding in findings] == [(2, "warning")]
        assert "Windows-1252" in findings[0].message


def test_control_characters_in_yaml_are_left_out_and_told() -> None:
    """Libyaml would refuse the whole document."""
    value, findings = read(b"a: 1\nb: x\x07y\n")
    assert value == {"a": 1, "b": "x y"}
    assert findings[0].line == 2


def test_json_is_read_as_json_whatever_the_file_is_called() -> None:
    """By its first character; YAML loaders stumble over tabs and escapes that JSON allows."""
    assert read(b'{\t"a":\t"\\/\\ud83d\\ude00"\n}', "api.yaml")[0] == {"a": "/\U0001f600"}


def test_a_yaml_flow_mapping_is_no_json() -> None:
    """It begins with a brace as well."""
    assert read(b"{openapi: 3.0.0, paths: {}}")[0] == {"openapi": "3.0.0", "paths": {}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,]}', {"a": [1, 2]}),
        ('// made by hand\n{"a": 1}', {"a": 1}),
        ('{"a": NaN}', {"a": "NaN"}),
    ],
)
def test_nearly_json_is_read_leniently_and_told(text: str, value: Any) -> None:
    """Editors and hand-written generators produce it, and people use it."""
    found, findings = read(text.encode(), "api.json")
    assert found == value
    assert "no valid JSON" in findings[0].message


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{"a": 1\n,"b": ', "no valid JSON", 2),
        ('{"a": 1} {"b": 2}', "no valid JSON", 1),
        ("[" * 100_000, "deeper", 1),
        ('{"a":' * 100_000, "deeper", 1),
        ("[" * 300 + "]" * 300, "deeper", None),
        ("just text", "no valid JSON", 1),
    ],
)
def test_broken_json_is_refused_with_its_line(text: str, message: str, line: int | None) -> None:
    """With what JSON's own parser says, not what YAML makes of it."""
    with pytest.raises(TextError, match=message) as error:
        read(text.encode(), "api.json")
    assert error.value.line == line


@pytest.mark.parametrize(("levels", "deep"), [(199, False), (200, False), (201, True), (240, True)])
def test_depth_is_counted_in_levels_of_nesting(levels: int, deep: bool) -> None:
    """YAML and JSON have the same limit."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    assert too_deep(value) is deep
    yaml = "[" * levels + "]" * levels
    if deep:
        with pytest.raises(TextError):
            read(yaml.encode())
    else:
        read(yaml.encode())


def test_a_packed_text_still_knows_its_lines() -> None:
    """Texts are kept compressed for as long as somebody may ask."""
    text = Text(b"a:\n  b:\n    - x\n    - y\n", "a.yaml")
    text.pack()
    assert text.lines(["/a/b/1", "/a", "/a/b/7/c"]) == {"/a/b/1": 4, "/a": 1, "/a/b/7/c": 2}

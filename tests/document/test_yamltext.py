"""YAML as OpenAPI means it: version 1.2's values, and a bound on everything that can grow."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.document import yamltext
from apidouble.document.yamltext import TextError

Told = list[tuple[str, list[str | int], int]]


def read(text: str, told: Told | None = None) -> Any:
    def tell(kind: str, message: str, path: list[str | int], line: int) -> None:
        assert message
        if told is not None:
            told.append((kind, path, line))

    return yamltext.read(text, tell)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("off", "off"), ("NO", "NO"), ("y", "y"),
        ("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("Null", None),
        ("12", 12), ("-7", -7), ("+3", 3), ("0o17", 15), ("0x1F", 31), ("012", 12),
        ("1e3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("-1.", -1.0), ("1_000", "1_000"),
        ("12:30:45", "12:30:45"), ("190:20", "190:20"),
        ("2001-12-14", "2001-12-14"), ("2001-12-14T21:59:43Z", "2001-12-14T21:59:43Z"),
        (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("9" * 30, 1e30),
        ("'12'", "12"), ('"true"', "true"), ("!!str 12", "12"), ("!!int '12'", 12), ("!custom x", "x"),
    ],
)  # fmt: skip
def test_scalars_are_read_as_yaml_1_2_says(text: str, value: Any) -> None:
    """No `yes`, no dates, no sexagesimal numbers; what JSON cannot hold stays text."""
    found = read(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_always_text() -> None:
    """A status such as 200 is a name; so is a key that looks like a boolean."""
    assert read("200: a\ntrue: b\n1.0: c\nnull: d") == {"200": "a", "true": "b", "1.0": "c", "null": "d"}


def test_versions_near_the_root_stay_text() -> None:
    """`version: 1.10` is not the number 1.1, further down it may be."""
    text = "openapi: 3.0\ninfo: {version: 1.10}\nx: {y: {version: 1.10}}"
    assert read(text) == {"openapi": "3.0", "info": {"version": "1.10"}, "x": {"y": {"version": 1.1}}}


def test_a_duplicate_key_is_told_with_its_place() -> None:
    """The last one counts, as in every other reader, but somebody should know."""
    told: Told = []
    assert read("a:\n  b: 1\n  b: 2\n", told) == {"a": {"b": 2}}
    assert told == [("duplicate", ["a", "b"], 3)]


def test_merge_keys_fill_in_what_is_missing() -> None:
    """`<<` takes a mapping or several; what the mapping says itself wins, then the first of them."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *a}"
    value = read(text)
    assert value["c"] == {"x": 3, "y": 1, "z": 2}
    assert value["d"] == {"x": 1, "y": 1}


def test_aliases_are_copies() -> None:
    """Later steps change nodes in place, so no two places share one."""
    value = read("a: &a {x: [1]}\nb: *a")
    assert value["a"] == value["b"]
    assert value["a"] is not value["b"]
    assert value["a"]["x"] is not value["b"]["x"]


def test_only_the_first_document_is_read() -> None:
    """A second one after `---` is told and left out."""
    told: Told = []
    assert read("a: 1\n---\nb: 2", told) == {"a": 1}
    assert [kind for kind, _, _ in told] == ["documents"]


def test_a_key_that_is_no_scalar_is_left_out() -> None:
    """JSON has no such keys; the rest of the mapping is read."""
    told: Told = []
    assert read("? [a, b]\n: x\nc: 1\n? {d: e}\n: [f]\ng: 2", told) == {"c": 1, "g": 2}
    assert [kind for kind, _, _ in told] == ["key", "key"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "deeper"),
        ("- " * 100_000, "deeper"),
        ('{"a":' * 100_000, "deeper"),
        ("\n".join(" " * level + "a:" for level in range(400)), "deeper"),
        ("a: &a [x]\nb: *c", "not defined"),
        ("a: &a [*a]", "contains itself"),
        ("a: [b", "flow sequence"),
        ("a: b\n\tc: d", "tab"),
        ("a: 'b", "quoted scalar"),
        ("a: b: c", "mapping values"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(text: str, message: str) -> None:
    """Depth and aliases included: no crash of the interpreter, no hang."""
    with pytest.raises(TextError, match=message) as error:
        read(text)
    assert error.value.line is not None


def test_an_alias_bomb_ends_early() -> None:
    """Nine levels of nine aliases each would be 387 million nodes."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(TextError, match="aliases expand"):
        read("\n".join(lines))


not_in_yaml = "\ufeff\ufffe\uffff"
characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=not_in_yaml)
numbers = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(characters),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(json_values)
def test_what_a_dumper_writes_is_read_back(value: Any) -> None:
    """For all JSON values, with keys as they are, not as YAML 1.1 would resolve them."""
    text = yaml.safe_dump({"value": value}, allow_unicode=True, default_style='"')
    quoted = read(text)
    assert quoted == {"value": value}

"""Schemas: every version's way to say it, and what people write instead."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
Broken = Callable[[Document], list[str]]


def document(version: str, **schemas: Any) -> dict[str, Any]:
    schemas.setdefault("Other", {"type": "object"})
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def rewritten(read: Read, schema: Any, version: str = "3.0.3") -> tuple[Any, list[str]]:
    found = read(document(version, It=schema))
    return found.root["components"]["schemas"]["It"], [finding.message for finding in found.findings]


REF = {"$ref": "#/components/schemas/Other"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True}, {}),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": "string", "enum": ["a"]}),
        ({"nullable": True, "allOf": [REF], "description": "x"}, {"description": "x", "anyOf": [REF, NULL]}),
        ({"nullable": True, "allOf": [REF, {"maxProperties": 1}]}, {"anyOf": [{"allOf": [REF, {"maxProperties": 1}]}, NULL]}),
        ({"nullable": True, "oneOf": [REF]}, {"anyOf": [{"oneOf": [REF]}, NULL]}),
        ({"nullable": True, **REF}, {"anyOf": [REF, NULL]}),
        ({"type": "object", "nullable": True, "allOf": [REF]}, {"anyOf": [{"type": "object", "allOf": [REF]}, NULL]}),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 3}),
        ({"exclusiveMinimum": True, "minimum": 3, "type": "integer"}, {"type": "integer", "exclusiveMinimum": 3}),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": False}, {"type": "integer", "maximum": 3}),
        ({"exclusiveMaximum": True}, {}),
        ({**REF, "maxLength": 3, "description": "x", "x-y": 1}, {**REF, "description": "x", "x-y": 1}),
        ({"type": "string", "example": "a"}, {"type": "string", "example": "a", "examples": ["a"]}),
        ({"type": "string", "format": "byte"}, {"type": "string", "format": "byte", "contentEncoding": "base64"}),
        ({"type": "string", "format": "binary"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "nullable": True, "default": None}, {"type": ["string", "null"], "default": None}),
        ({"type": "string", "default": None}, {"type": "string"}),
    ],
)  # fmt: skip
def test_what_3_0_says_is_said_as_2020_12_says_it(read: Read, schema: Any, expected: Any) -> None:
    """Without a word: nothing is wrong with these."""
    assert rewritten(read, schema) == (expected, [])


@pytest.mark.parametrize(
    ("schema", "expected", "told"),
    [
        ({"type": "any"}, {}, "any type"),
        ({"type": "String"}, {"type": "string"}, "type"),
        ({"type": "int"}, {"type": "integer"}, "type"),
        ({"type": "datetime"}, {"type": "string", "format": "date-time"}, "type"),
        ({"type": "Pet"}, {}, "any type"),
        ({"type": ["string", None]}, {"type": ["string", "null"]}, "type"),
        ({"type": []}, {}, "type"),
        ({"type": {"x": 1}}, {}, "type"),
        ({"type": "string", "required": True}, {"type": "string"}, "required"),
        ({"required": "name"}, {"required": ["name"]}, "required"),
        ({"required": ["a", "a", 3]}, {"required": ["a"]}, "required"),
        ({"type": "string", "maxLength": "9"}, {"type": "string", "maxLength": 9}, "maxLength"),
        ({"minimum": "low"}, {}, "minimum"),
        ({"minLength": -1}, {}, "minLength"),
        ({"multipleOf": 0}, {}, "multipleOf"),
        ({"readOnly": "true"}, {"readOnly": True}, "readOnly"),
        ({"description": 3}, {"description": "3"}, "description"),
        ({"description": ["x"]}, {}, "description"),
        ({"properties": {"a": {"type": "string", "required": True}, "b": {"required": False}}}, {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}, "draft|required"),
        ({"properties": [{"a": {}}, {"b": {}}]}, {"properties": {"a": {}, "b": {}}}, "properties"),
        ({"properties": "none"}, {}, "properties"),
        ({"properties": {"a": None, "b": "string", "c": []}}, {"properties": {"a": {}, "b": {"type": "string"}, "c": {}}}, "no schema"),
        ({"items": [{"type": "string"}, {"type": "integer"}], "additionalItems": False}, {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}, None),
        ({"items": None}, {"items": {}}, "no schema"),
        ({"allOf": []}, {}, "allOf"),
        ({"oneOf": [None, {"type": "string"}]}, {"oneOf": [{"type": "string"}]}, "oneOf"),
        ({"anyOf": {"type": "string"}}, {"anyOf": [{"type": "string"}]}, "anyOf"),
        ({"additionalProperties": "false"}, {"additionalProperties": False}, "additionalProperties"),
        ({"enum": []}, {}, "enum"),
        ({"enum": "a"}, {"enum": ["a"]}, "enum"),
        ({"type": "string", "enum": [1, True, "x"]}, {"type": "string", "enum": ["1", "true", "x"]}, "enum"),
        ({"type": "integer", "enum": ["1", "2"]}, {"type": "integer", "enum": [1, 2]}, "enum"),
        ({"type": "integer", "enum": ["a", "b"]}, {"enum": ["a", "b"]}, "enum"),
        ({"type": "array", "items": {"type": "string"}, "enum": ["a"]}, {"type": "array", "items": {"type": "string", "enum": ["a"]}}, "enum"),
        ({"type": "integer", "default": "3"}, {"type": "integer", "default": 3}, "default"),
        ({"type": "integer", "default": "three"}, {"type": "integer"}, "default"),
        ({"type": "array", "items": {}, "default": "a"}, {"type": "array", "items": {}, "default": ["a"]}, "default"),
        ({"type": "string", "enum": ["a"], "default": "b"}, {"type": "string", "enum": ["a"]}, "default"),
        ({"examples": {"one": {"value": 1}, "two": 2}}, {"examples": [1, 2]}, "examples"),
        ({"pattern": "("}, {}, "pattern"),
        ({"pattern": 3}, {}, "pattern"),
        ({"discriminator": "kind"}, {"discriminator": {"propertyName": "kind"}}, None),
        ({"discriminator": {"mapping": {}}}, {}, "discriminator"),
        ({"type": "null", "oneOf": [{"type": "string"}, REF]}, {"anyOf": [{"oneOf": [{"type": "string"}, REF]}, NULL]}, "or null"),
        ({"type": ["null"], "allOf": [REF]}, {"anyOf": [REF, NULL]}, "or null"),
        ({"type": "null", "description": "x"}, {"type": "null", "description": "x"}, None),
        ({"$ref": 3, "type": "string"}, {}, "ref"),
        ({"$ref": "#/components/schemas/Nothing"}, {}, "nowhere"),
        ({"$ref": "#/definitions/Other"}, REF, "is meant"),
        ({"$ref": "#components/schemas/Other"}, REF, None),
        ({"$ref": "Other"}, REF, "is meant"),
        ({"$ref": "#/components/Other"}, REF, "is meant"),
        ({"$ref": "#/components/schemas"}, {}, "nowhere"),
        ({"$ref": "#"}, {}, "nowhere"),
    ],
)  # fmt: skip
def test_what_people_write_is_read_as_they_meant_it(
    read: Read, broken: Broken, schema: Any, expected: Any, told: str | None
) -> None:
    """Each repair is told with its place, and the result is a schema that a validator takes."""
    found = read(document("3.0.3", It=schema))
    assert found.root["components"]["schemas"]["It"] == expected
    assert broken(found) == []
    if told is not None:
        messages = [
            finding for finding in found.findings if any(word in finding.message for word in told.split("|"))
        ]
        assert messages
        assert all(
            finding.pointer.startswith("/components/schemas/It") and finding.line for finding in messages
        )


def test_nullable_in_3_1_is_honoured_and_told(read: Read) -> None:
    """The keyword is gone there, but whoever writes it means it."""
    schema, messages = rewritten(read, {"type": "string", "nullable": True}, "3.1.0")
    assert schema == {"type": ["string", "null"]}
    assert len(messages) == 1


def test_keywords_of_older_drafts_are_those_of_2020_12(read: Read, broken: Broken) -> None:
    """`definitions` stays reachable, `dependencies` is split, bookkeeping keywords go."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://example.com/x",
        "definitions": {"a": {"type": "string"}},
        "properties": {"p": {"$ref": "#/definitions/a"}},
        "dependencies": {"p": ["q"], "r": {"required": ["s"]}},
    }
    found = read(document("3.1.0", It=schema))
    assert found.root["components"]["schemas"]["It"] == {
        "definitions": {"a": {"type": "string"}},
        "properties": {"p": {"$ref": "#/components/schemas/It/definitions/a"}},
        "dependentRequired": {"p": ["q"]},
        "dependentSchemas": {"r": {"required": ["s"]}},
    }
    assert broken(found) == []


def test_a_discriminator_maps_to_references(read: Read) -> None:
    """Names and references alike; a name without schema is left out and told."""
    found = read(
        document(
            "3.0.3",
            Pet={
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {
                        "a": "Other",
                        "b": "#/components/schemas/Other",
                        "c": "Nobody",
                        "d": "#/nowhere",
                    },
                }
            },
        )
    )
    mapping = found.root["components"]["schemas"]["Pet"]["discriminator"]["mapping"]
    assert mapping == {"a": "#/components/schemas/Other", "b": "#/components/schemas/Other"}
    assert len(found.findings) == 2


@pytest.mark.parametrize(
    ("schemas", "valid", "invalid"),
    [
        ({"It": {"$ref": "#/components/schemas/It"}}, [1, "x"], []),
        ({"It": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/It"}}, [1], []),
        ({"It": {"allOf": [{"$ref": "#/components/schemas/It"}, {"type": "string"}]}}, ["x"], [1]),
        ({"It": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/It"}]}}, ["x"], [1]),
        (
            {"It": {"oneOf": [{"type": "string"}, {"allOf": [{"$ref": "#/components/schemas/It"}]}]}},
            ["x"],
            [1],
        ),
    ],
)
def test_a_schema_that_is_only_itself_is_broken_open(
    read: Read, schemas: dict[str, Any], valid: list[Any], invalid: list[Any]
) -> None:
    """Validators and generators would turn for ever; the least that satisfies the equation is kept."""
    found = read(document("3.1.0", **schemas))
    assert len(found.findings) == 1
    assert "itself" in found.findings[0].message
    validator = jsonschema_rs.Draft202012Validator({**REF_TO_IT, "components": found.root["components"]})
    assert all(validator.is_valid(value) for value in valid)
    assert not any(validator.is_valid(value) for value in invalid)


REF_TO_IT = {"$ref": "#/components/schemas/It"}


def test_a_tree_is_no_such_cycle(read: Read) -> None:
    """Each turn goes one level deeper into a finite value."""
    schema = {
        "type": "object",
        "properties": {
            "children": {"type": "array", "items": REF_TO_IT},
            "parent": {"anyOf": [REF_TO_IT, NULL]},
        },
    }
    assert rewritten(read, schema, "3.1.0") == (schema, [])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[a-z]+$", "^[a-z]+$"), ("[\\w-.]+", "[\\w\\-.]+"), ("/^[a-z]+$/i", "^[a-z]+$"), ("^a\\Z", "^a$"), ("[^]", "[\\s\\S]"),
        ("x{,3}", "x{0,3}"), ("{id}", "\\{id}"), ("(?>a)b", "(?:a)b"), ("a\\@b", "a\\@b"), ("\\e", "e"),
        ("(", None), ("a**", None), ("[z-a]", None), ("((a{1,1000}){1,1000}){1,1000}", None), ("x" * 30_000, None),
    ],
)  # fmt: skip
def test_patterns_of_other_dialects_are_translated_or_left_out(
    read: Read, pattern: str, expected: str | None
) -> None:
    """What the validator compiles stays as it is."""
    schema, messages = rewritten(read, {"type": "string", "pattern": pattern})
    assert schema.get("pattern") == expected
    assert bool(messages) == (pattern != expected)


def test_pattern_properties_need_patterns_too(read: Read, broken: Broken) -> None:
    """A key that is no regular expression would end the validator."""
    found = read(document("3.1.0", It={"patternProperties": {"^a": {"type": "any"}, "(": {}}}))
    assert found.root["components"]["schemas"]["It"] == {"patternProperties": {"^a": {}}}
    assert broken(found) == []


def test_properties_may_be_called_like_keywords(read: Read) -> None:
    """Names are not keywords: nothing in them is rewritten."""
    names = (
        "type",
        "nullable",
        "$ref",
        "required",
        "enum",
        "items",
        "properties",
        "default",
        "pattern",
        "$id",
        "example",
    )
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": ["type"],
    }
    assert rewritten(read, schema) == (schema, [])

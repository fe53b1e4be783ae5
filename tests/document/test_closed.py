"""Closed schemas that are made of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
TEXT = {"type": "string"}


def read_schemas(read: Read, **schemas: Any) -> Document:
    return read(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": schemas},
        }
    )


def judge(found: Document, name: str) -> Callable[[Any], bool]:
    """The schema of that name, as a validator takes it."""
    root = {"$ref": f"#/components/schemas/{name}", "components": found.root["components"]}
    return jsonschema_rs.Draft202012Validator(root).is_valid


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def closed(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(names, TEXT),
        **more,
    }


@pytest.mark.parametrize(
    "whole",
    [
        {"allOf": [ref("Base"), closed("b", required=["b"])]},
        {"allOf": [ref("Base")], **closed("b", required=["b"])},
        {"allOf": [ref("Open")], **closed("b", required=["b"])},
        {"allOf": [ref("Middle"), {"properties": {"b": TEXT}, "required": ["b"]}]},
    ],
    ids=["both parts", "the whole and its base", "the whole", "a base of the base"],
)
def test_parts_that_forbid_each_other_are_closed_together(read: Read, whole: dict[str, Any]) -> None:
    """What any part declares is allowed, what none declares is not; each is told with its place."""
    found = read_schemas(
        read,
        Base=closed("a"),
        Open={"type": "object", "properties": {"a": TEXT}},
        Middle={"allOf": [ref("Base"), {"properties": {"m": TEXT}}]},
        It=whole,
    )
    fits = judge(found, "It")
    assert fits({"a": "x", "b": "y"})
    assert not fits({"a": "x", "b": "y", "c": "z"})
    assert not fits({"a": "x"})
    told = [one for one in found.findings if one.pointer == "/components/schemas/It/allOf"]
    assert len(told) == 1
    assert "unevaluatedProperties" in told[0].expected


def test_a_base_stays_closed_for_itself(read: Read) -> None:
    """Only the schema that is made of it sees it open."""
    found = read_schemas(read, Base=closed("a"), It={"allOf": [ref("Base"), closed("b")]})
    assert not judge(found, "Base")({"a": "x", "b": "y"})
    assert judge(found, "It")({"a": "x", "b": "y"})


def test_parts_that_agree_are_left_alone(read: Read) -> None:
    """A closed base that is only narrowed is no contradiction."""
    schema = {"allOf": [ref("Base"), {"required": ["a"]}, {"properties": {"a": {"minLength": 2}}}]}
    found = read_schemas(read, Base=closed("a"), It=schema)
    assert found.root["components"]["schemas"]["It"] == schema
    assert list(found.findings) == []


def test_a_closed_object_requires_only_what_it_knows(read: Read) -> None:
    """Otherwise no value would do: a misspelled name in `required` is left out, and told."""
    found = read_schemas(read, It=closed("a", required=["a", "b"]))
    assert found.root["components"]["schemas"]["It"]["required"] == ["a"]
    [finding] = found.findings
    assert "'b'" in finding.message
    assert finding.pointer == "/components/schemas/It/required"


def test_names_by_pattern_are_known(read: Read) -> None:
    """A name that `patternProperties` may allow stays required."""
    schema = closed(required=["b"], patternProperties={"^b": TEXT})
    found = read_schemas(read, It=schema)
    assert found.root["components"]["schemas"]["It"]["required"] == ["b"]


def test_a_schema_made_of_itself_is_no_endless_part(read: Read) -> None:
    """The search for parts ends."""
    found = read_schemas(read, It={**closed("a"), "allOf": [ref("It"), closed("b")]})
    assert judge(found, "It")({"a": "x", "b": "y"})

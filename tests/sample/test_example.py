"""Answers from examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.sample.documents import answer, contract

from apidouble.clock import Source
from apidouble.contract.operation import Media
from apidouble.sample.example import answer_value, examples
from apidouble.sample.generate import Generator

PET: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}


def media(folder: Path, schema: Any, **more: Any) -> tuple[Media, Generator]:
    """The media type of one answer, and a generator for it."""
    made = contract(folder, {"paths": {"/pets": {"get": {"responses": answer(schema, **more)}}}})
    (operation,) = made.operations.values()
    found = operation.responses["200"].content["application/json"]
    return found, Generator(made.document, Source(1), compile_schema=made.compile_schema)


def test_the_example_comes_first(tmp_path: Path) -> None:
    """The media type's example is the answer."""
    found, generator = media(tmp_path, PET, example={"id": 1, "name": "Rex"})
    assert answer_value(found, generator, label="x") == {"id": 1, "name": "Rex"}


def test_named_examples(tmp_path: Path) -> None:
    """An example is found by name, even one that does not fit; an unknown name is a KeyError."""
    named = {"good": {"value": {"id": 2, "name": "Tom"}}, "bad": {"value": {"id": "no"}}}
    found, generator = media(tmp_path, PET, examples=named)
    assert answer_value(found, generator, example="bad", label="x") == {"id": "no"}
    assert answer_value(found, generator, label="x") == {"id": 2, "name": "Tom"}
    with pytest.raises(KeyError):
        answer_value(found, generator, example="none", label="x")


def test_an_example_that_does_not_fit_is_skipped(tmp_path: Path) -> None:
    """The next one that fits is taken, at last a made value."""
    schema = PET | {"examples": [{"id": 3, "name": "Ann"}]}
    found, generator = media(tmp_path, schema, example={"id": "three"})
    assert answer_value(found, generator, label="x") == {"id": 3, "name": "Ann"}
    found, generator = media(tmp_path, PET, example={"id": "three"})
    value = answer_value(found, generator, label="x")
    assert isinstance(value["id"], int)
    assert isinstance(value["name"], str)


def test_dynamic_ignores_examples(tmp_path: Path) -> None:
    """A dynamic answer is made up, and differs by count."""
    found, generator = media(tmp_path, PET, example={"id": 1, "name": "Rex"})
    values = [answer_value(found, generator, dynamic=True, label="x", count=count) for count in range(5)]
    assert {"id": 1, "name": "Rex"} not in values
    assert len({value["name"] for value in values}) > 1


def test_assembled_from_properties(tmp_path: Path) -> None:
    """Where all required properties have examples, they make up the answer."""
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["id", "owner"],
            "properties": {
                "id": {"type": "integer", "example": 9},
                "owner": {"type": "object", "properties": {"name": {"type": "string", "default": "Ann"}}},
                "note": {"type": "string"},
            },
        },
    }
    found, generator = media(tmp_path, schema)
    assert answer_value(found, generator, label="x") == [{"id": 9, "owner": {"name": "Ann"}}]


def test_partly_exemplified(tmp_path: Path) -> None:
    """Where a required property has no example, that one is made up and the others are kept."""
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "integer", "example": 9}, "name": {"type": "string"}},
    }
    found, generator = media(tmp_path, schema)
    value = answer_value(found, generator, label="x")
    assert value["id"] == 9
    assert isinstance(value["name"], str)


def test_all_examples(tmp_path: Path) -> None:
    """All examples of a media type are listed, its own first."""
    found, generator = media(
        tmp_path, PET | {"example": {"id": 2, "name": "b"}}, examples={"a": {"value": {"id": 1, "name": "a"}}}
    )
    listed = examples(found, generator.document)
    assert [(example.name, example.value["id"]) for example in listed][:2] == [("a", 1), ("", 2)]


def test_schemas_that_hold_each_other_are_looked_into_only_so_far(tmp_path: Path) -> None:
    """A dozen types, each with a property of every other, cannot all be gone through."""
    names = [f"T{number}" for number in range(12)]
    types = {
        name: {
            "type": "object",
            "required": ["own"],
            "properties": {
                "own": {"type": "integer"},
                **{other: {"$ref": f"#/components/schemas/{other}"} for other in names if other != name},
            },
        }
        for name in names
    }
    made = contract(
        tmp_path,
        {
            "paths": {"/t": {"get": {"responses": answer({"$ref": "#/components/schemas/T0"})}}},
            "components": {"schemas": types},
        },
    )
    (operation,) = made.operations.values()
    found = operation.responses["200"].content["application/json"]
    generator = Generator(made.document, Source(1), compile_schema=made.compile_schema)
    assert list(examples(found, made.document)) == []
    assert isinstance(answer_value(found, generator, label="x")["own"], int)


def test_an_example_within_itself_is_left_out(tmp_path: Path) -> None:
    """A tree is assembled without branches where they are optional."""
    tree = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "example": "oak"},
            "below": {"$ref": "#/components/schemas/Tree"},
        },
    }
    made = contract(
        tmp_path,
        {
            "paths": {"/t": {"get": {"responses": answer({"$ref": "#/components/schemas/Tree"})}}},
            "components": {"schemas": {"Tree": tree}},
        },
    )
    (operation,) = made.operations.values()
    found = operation.responses["200"].content["application/json"]
    assert [one.value for one in examples(found, made.document)] == [{"name": "oak"}]

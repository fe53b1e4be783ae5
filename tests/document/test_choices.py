"""Choices among forms that do not exclude each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def chosen(read: Read, *forms: Any, **more: Any) -> tuple[str, list[str]]:
    """The keyword that the choice among the forms ends up with, and what was told."""
    found = read(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": {"It": {"oneOf": list(forms), **more}, "Named": form(a=TEXT)}},
        }
    )
    schema = found.root["components"]["schemas"]["It"]
    (keyword,) = schema.keys() & {"oneOf", "anyOf"}
    return keyword, [finding.pointer for finding in found.findings]


def form(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


@pytest.mark.parametrize(
    "forms",
    [
        [form(a=TEXT), form(b=TEXT)],
        [form("a", a=TEXT), form(b=TEXT)],
        [form("a", a=TEXT, b=TEXT), form("a", a=TEXT)],
        [{"$ref": "#/components/schemas/Named"}, {"allOf": [form(a=TEXT)], "description": "x"}],
        [TEXT, form(a=TEXT), form(b=TEXT)],
    ],
)
def test_forms_that_fit_together_are_any_of_them(read: Read, forms: list[Any]) -> None:
    """No value that one means would fit it alone: told, and read as what was meant."""
    assert chosen(read, *forms) == ("anyOf", ["/components/schemas/It/oneOf"])


@pytest.mark.parametrize(
    "forms",
    [
        [form("a", a=TEXT), form("b", b=TEXT)],
        [form(a=TEXT), form(a=NUMBER)],
        [form("kind", kind={"enum": ["a"]}), form("kind", kind={"enum": ["b"]})],
        [{**form(a=TEXT), "additionalProperties": False}, {**form(b=TEXT), "additionalProperties": False}],
        [TEXT, NUMBER],
        [TEXT, form(a=TEXT)],
        [{**form(a=TEXT), "minProperties": 1}, {**form(b=TEXT), "minProperties": 1}],
    ],
)
def test_forms_that_can_be_told_apart_stay_as_they_are(read: Read, forms: list[Any]) -> None:
    """By required names, by values, by being closed, by type, or by what is not looked into."""
    assert chosen(read, *forms) == ("oneOf", [])


def test_a_discriminator_tells_forms_apart(read: Read) -> None:
    """It says itself which form is meant."""
    kinds = [form("kind", kind=TEXT), form("kind", kind=TEXT, b=TEXT)]
    assert chosen(read, *kinds, discriminator={"propertyName": "kind"})[0] == "oneOf"

"""New keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.sample.documents import document

from apidouble.clock import Source
from apidouble.errors import NoKeyLeftError
from apidouble.model.resource import Resource
from apidouble.sample.ids import Keys, new_key


def keys(schema: Any, count: int = 5, key: str = "id") -> list[Any]:
    """The first keys of a resource."""
    resource = Resource("things", key, {}, key_schema=schema)
    made: list[Any] = []
    for index in range(count):
        made.append(new_key(resource, Source(1), "shop/things", index + 1, made.__contains__))
    return made


@pytest.mark.parametrize(
    ("schema", "form"),
    [
        (
            {"type": "string", "format": "uuid"},
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        ({"type": "string", "format": "ulid"}, r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
        ({"type": "string", "format": "objectid"}, r"[0-9a-f]{24}"),
        ({"type": "string", "pattern": "^[0-9a-f]{24}$"}, r"[0-9a-f]{24}"),
        (
            {"type": "string", "pattern": "^VA[0-9a-fA-F]{32}$", "minLength": 34, "maxLength": 34},
            r"VA[0-9a-fA-F]{32}",
        ),
        ({"type": "string", "example": "cus_NffrFeUfNV2Hib"}, r"cus_[0-9A-Za-z]{14}"),
        ({"type": "string", "examples": ["62f65a0c5f1e4b0012a3b4c5"]}, r"[0-9a-f]{24}"),
        ({"type": "string", "example": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
        ({"type": "string", "example": "497f6eca-6276-4993-bfeb-53cbbbba6f08"}, r"[0-9a-f-]{36}"),
        ({"type": "string", "example": "E1002"}, r"E10\d\d"),
        ({"type": "string", "format": "date"}, r"20\d\d-\d\d-\d\d"),
        ({"type": "string", "format": "email"}, r"[a-z0-9]+@example\.com"),
        ({"type": "string", "maxLength": 6}, r".{1,6}"),
        ({"type": "string", "minLength": 20}, r".{20,}"),
        ({"type": "string"}, r"[0-9a-f]{12}"),
        ({}, r"[0-9a-f]{12}"),
    ],
)
def test_form(schema: Any, form: str) -> None:
    """Keys keep the declared or exemplified form, and differ."""
    made = keys(schema)
    assert all(re.fullmatch(form, key) for key in made), made
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("schema", [{"type": "integer"}, {"type": ["integer", "null"]}, {"type": "number"}])
def test_numbers_count_up(schema: Any) -> None:
    """Integer keys are integers that count up."""
    assert keys(schema) == [1, 2, 3, 4, 5]


def test_numbers_go_on() -> None:
    """They start where the caller says, above the minimum, and skip what is taken."""
    resource = Resource("things", "id", {}, key_schema={"type": "integer", "minimum": 10})
    assert new_key(resource, Source(1), "x", 3, {10, 11}.__contains__) == 12
    assert new_key(resource, Source(1), "x", 40, {10, 11}.__contains__) == 40


def test_the_last_word() -> None:
    """An enum gives its words one after the other, and then no more."""
    assert keys({"enum": ["a", "b"]}, 2) == ["a", "b"]
    with pytest.raises(NoKeyLeftError):
        keys({"enum": ["a", "b"]}, 3)


def test_a_narrow_pattern_runs_out() -> None:
    """When all texts of a pattern are taken, that is told in a bounded time."""
    assert sorted(keys({"type": "string", "pattern": "^[ab]$"}, 2)) == ["a", "b"]
    with pytest.raises(NoKeyLeftError):
        keys({"type": "string", "pattern": "^[ab]$"}, 3)


def test_seeded() -> None:
    """The same seed, label and count give the same key; another seed another."""
    resource = Resource("things", "id", {}, key_schema={"format": "uuid"})
    first = new_key(resource, Source(1), "x", 1, lambda _: False)
    assert first == new_key(resource, Source(1), "x", 1, lambda _: False)
    assert first != new_key(resource, Source(2), "x", 1, lambda _: False)
    assert first != new_key(resource, Source(1), "y", 1, lambda _: False)


def test_references_are_followed(tmp_path: Path) -> None:
    """A key's schema may be a reference, and the record's own example shows the form."""
    loaded = document(
        tmp_path, {"components": {"schemas": {"Id": {"type": "string", "pattern": "^x[0-9]{4}$"}}}}
    )
    resource = Resource("things", "id", {}, key_schema={"$ref": "#/components/schemas/Id"})
    assert re.fullmatch(r"x\d{4}", str(Keys(loaded).maker(resource)(Source(1), "x", 1, lambda _: False)))
    record = {"type": "object", "properties": {"id": {"type": "string", "example": "ord_8jK2lmN0pQ"}}}
    resource = Resource("orders", "id", record, key_schema={"type": "string"})
    assert re.fullmatch(r"ord_\w{10}", str(Keys(loaded).maker(resource)(Source(1), "x", 1, lambda _: False)))

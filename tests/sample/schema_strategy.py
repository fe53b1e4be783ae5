"""Random schemas of all keywords, for laws that hold for each of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_NAMES = st.sampled_from(["a", "b", "c", "name", "id"])
_TYPES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 20), st.sampled_from(["a", "b", "xyz"]))


def _plain() -> dict[str, tuple[st.SearchStrategy[Any], int]]:
    """Keyword -> (its values, one time in how many it is there)."""
    return {
        "enum": (st.lists(_SCALARS, min_size=1, max_size=4), 14),
        "const": (_SCALARS, 18),
        "minimum": (st.integers(-5, 5), 5),
        "maximum": (st.integers(5, 20), 5),
        "multipleOf": (st.sampled_from([1, 2, 3, 0.5, 0.01]), 9),
        "exclusiveMinimum": (st.integers(-5, 5), 11),
        "minLength": (st.integers(0, 4), 5),
        "maxLength": (st.integers(4, 9), 5),
        "pattern": (st.sampled_from(["^[a-z]+$", "\\d", "^.{2,}$", "^[A-Z]"]), 8),
        "format": (st.sampled_from(["email", "date", "uuid", "uri"]), 10),
        "required": (st.lists(_NAMES, max_size=2, unique=True), 4),
        "minProperties": (st.integers(0, 3), 9),
        "maxProperties": (st.integers(2, 5), 9),
        "propertyNames": (st.just({"maxLength": 4}), 11),
        "dependentRequired": (st.dictionaries(_NAMES, st.lists(_NAMES, max_size=1), max_size=1), 11),
        "minItems": (st.integers(0, 3), 7),
        "maxItems": (st.integers(2, 5), 7),
        "uniqueItems": (st.booleans(), 9),
    }


def _nested(inner: st.SearchStrategy[Any]) -> dict[str, tuple[st.SearchStrategy[Any], int]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return {
        "properties": (st.dictionaries(_NAMES, inner, max_size=3), 4),
        "additionalProperties": (inner, 9),
        "patternProperties": (st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=1), 11),
        "dependentSchemas": (st.dictionaries(_NAMES, inner, max_size=1), 13),
        "items": (inner, 5),
        "prefixItems": (st.lists(inner, min_size=1, max_size=2), 9),
        "contains": (inner, 11),
        "allOf": (several, 9),
        "anyOf": (several, 9),
        "oneOf": (several, 9),
        "not": (inner, 13),
    }


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if draw(st.booleans()):
        schema["type"] = draw(st.one_of(_TYPES, st.lists(_TYPES, min_size=1, max_size=3, unique=True)))
    for keyword, (values, seldom) in {**_plain(), **_nested(inner)}.items():
        if draw(st.integers(1, seldom)) == 1:
            schema[keyword] = draw(values)
    if draw(st.integers(1, 13)) == 1:
        schema |= {"if": draw(inner), "then": draw(inner), "else": draw(inner)}
    if draw(st.integers(1, 15)) == 1:
        schema["unevaluatedProperties"] = False
    return schema


def schemas() -> st.SearchStrategy[Any]:
    """JSON Schema 2020-12 without references."""
    leaves = st.one_of(st.just(True), _objects(st.just({"type": "string"})))
    return st.recursive(leaves, _objects, max_leaves=6)

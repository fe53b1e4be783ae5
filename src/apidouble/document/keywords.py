"""Single keywords of a schema: what their value must be, and what was probably meant.

In: one keyword's value as published. Out: a value that JSON Schema 2020-12 allows, or DROP. May
not know: other keywords, references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DROP: Any = object()
"""The keyword cannot be used."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_ALIASES: Mapping[str, Mapping[str, Any]] = {
    "int": {"type": "integer"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "long": {"type": "integer", "format": "int64"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "decimal": {"type": "number"},
    "numeric": {"type": "number"},
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "text": {"type": "string"},
    "char": {"type": "string"},
    "enum": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "date-time": {"type": "string", "format": "date-time"},
    "timestamp": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "uuid": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "format": "email"},
    "uri": {"type": "string", "format": "uri"},
    "url": {"type": "string", "format": "uri"},
    "password": {"type": "string", "format": "password"},
    "byte": {"type": "string", "format": "byte"},
    "file": {"type": "string", "format": "binary"},
    "binary": {"type": "string", "format": "binary"},
    "list": {"type": "array"},
    "dict": {"type": "object"},
    "map": {"type": "object"},
    "hash": {"type": "object"},
    "json": {"type": "object"},
    "none": {"type": "null"},
    "nil": {"type": "null"},
    "any": {},
    "mixed": {},
    "": {},
}
"""Words people use for a type, and what they say in JSON Schema."""


def boolean(value: Any) -> Any:
    """True or false, also when written as text."""
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str) else ""
    return {"true": True, "false": False}.get(word, DROP)


def number(value: Any) -> Any:
    """A finite number, also when written as text."""
    if isinstance(value, bool):
        return DROP
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        try:
            parsed = float(value)
        except ValueError:
            return DROP
        if parsed - parsed == 0:
            return int(parsed) if parsed.is_integer() and abs(parsed) < 2**53 else parsed
    return DROP


def positive(value: Any) -> Any:
    """A number above zero."""
    found = number(value)
    return found if found is not DROP and found > 0 else DROP


def count(value: Any) -> Any:
    """A whole number, zero or above."""
    found = number(value)
    if found is DROP or found < 0 or found != int(found):
        return DROP
    return int(found)


def words(value: Any) -> Any:
    """Text; a number is written out."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else DROP


def names(value: Any) -> Any:
    """A list of property names, each once."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return DROP
    kept = list(dict.fromkeys(item for item in value if isinstance(item, str)))
    return value if kept == value else kept


def values(value: Any) -> Any:
    """A list that is not empty."""
    if isinstance(value, dict):
        value = list(value)
    elif isinstance(value, str | int | float):
        value = [value]
    return value if isinstance(value, list) and value else DROP


def anything_listed(value: Any) -> Any:
    """A list of example values; OpenAPI's named examples give theirs."""
    if isinstance(value, dict):
        return [
            item["value"] if isinstance(item, dict) and "value" in item else item for item in value.values()
        ]
    return value if isinstance(value, list) else [value]


SIMPLE: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    **dict.fromkeys(
        (
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxProperties",
            "minProperties",
            "minContains",
            "maxContains",
        ),
        (count, "a whole number, 0 or above"),
    ),
    **dict.fromkeys(("maximum", "minimum"), (number, "a number")),
    "multipleOf": (positive, "a number above 0"),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), (boolean, "true or false")),
    **dict.fromkeys(
        ("title", "description", "$comment", "format", "contentEncoding", "contentMediaType"), (words, "text")
    ),
    "required": (names, "a list of property names"),
    "enum": (values, "a list of values"),
    "examples": (anything_listed, "a list of values"),
}
"""Keyword -> (what makes its value fit, what is expected)."""


def types(value: Any) -> tuple[Mapping[str, Any], bool]:
    """Keywords that say what `type` was meant to say, and whether that is as it was written."""
    if isinstance(value, str):
        if value in _TYPES:
            return {"type": value}, True
        word = value.strip().lower()
        return ({"type": word} if word in _TYPES else _ALIASES.get(word, {})), False
    if isinstance(value, list):
        found: list[str] = []
        open_ended = False
        for item in value:
            # YAML's null among the types is meant as its name
            meant = "null" if item is None else types(item)[0].get("type") if isinstance(item, str) else None
            open_ended = open_ended or meant is None
            if meant is not None and meant not in found:
                found.append(meant)
        if open_ended or not found:
            return {}, False
        return {"type": found}, found == value
    return {}, False


def fits(value: Any, kinds: list[str]) -> bool:
    """Whether a value is of one of the types."""
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, str):
        return "string" in kinds
    if value is None:
        return "null" in kinds
    if isinstance(value, int):
        return "integer" in kinds or "number" in kinds
    if isinstance(value, float):
        return "number" in kinds or ("integer" in kinds and value.is_integer())
    return ("array" if isinstance(value, list) else "object") in kinds


def coerce(value: Any, kinds: list[str]) -> Any:
    """The value of the right type that a person meant who wrote this one; DROP if there is none."""
    for kind in kinds:
        found = _COERCIONS[kind](value) if kind in _COERCIONS else DROP
        if found is not DROP:
            return found
    return DROP


def _to_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else DROP


def _to_integer(value: Any) -> Any:
    found = number(value)
    return int(found) if found is not DROP and found == int(found) else DROP


_COERCIONS: Mapping[str, Callable[[Any], Any]] = {
    "string": _to_text,
    "integer": _to_integer,
    "number": number,
    "boolean": boolean,
}

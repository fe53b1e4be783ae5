"""The keywords of JSON Schema that hold plain values, and what makes sense in them.

In: values of keywords. Out: `PLAIN`: keyword -> (whether a value makes sense, what is expected).
May not know: documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jsonschema_rs

PATTERN_OPTIONS = jsonschema_rs.FancyRegexOptions(backtrack_limit=50_000)
"""A pattern that backtracks more often than this does not match: some 2 ms."""

_TYPES = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_type(value: Any) -> bool:
    if isinstance(value, str):
        return value in _TYPES
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, str) and one in _TYPES for one in value)
    )


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_pattern(value: Any) -> bool:
    """Whether the validator can run this regular expression."""
    if not isinstance(value, str):
        return False
    try:
        jsonschema_rs.Draft202012Validator({"pattern": value}, pattern_options=PATTERN_OPTIONS)
    except (ValueError, jsonschema_rs.ReferencingError):
        return False
    return True


PLAIN: Mapping[str, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        "type": (_is_type, "one of the seven JSON types, or a list of them"),
        "const": (lambda _: True, "a value"),
        "enum": (lambda value: isinstance(value, list) and bool(value), "a list of values"),
        "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
        "maximum": (_is_number, "a number"),
        "exclusiveMaximum": (_is_number, "a number"),
        "minimum": (_is_number, "a number"),
        "exclusiveMinimum": (_is_number, "a number"),
        "maxLength": (_is_count, "a whole number from 0"),
        "minLength": (_is_count, "a whole number from 0"),
        "pattern": (lambda value: isinstance(value, str), "a regular expression (ECMA-262)"),
        "maxItems": (_is_count, "a whole number from 0"),
        "minItems": (_is_count, "a whole number from 0"),
        "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
        "maxContains": (_is_count, "a whole number from 0"),
        "minContains": (_is_count, "a whole number from 0"),
        "maxProperties": (_is_count, "a whole number from 0"),
        "minProperties": (_is_count, "a whole number from 0"),
        "required": (_is_names, "a list of property names"),
        "dependentRequired": (
            lambda value: isinstance(value, dict) and all(_is_names(names) for names in value.values()),
            "property names, each with a list of property names",
        ),
        "format": (lambda value: isinstance(value, str), "a name"),
    }
)

"""What an entry in a list of violations says: the way to the value, and the kind of rule that it breaks.

In: a `Refusal` with one violation, the schema of the member. Out: the member's value. May not know:
which member it is, HTTP servers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apidouble.document.document import Document
from apidouble.engine import schemas
from apidouble.errors import Refusal, Violation

ABSENT: Any = object()
"""Stands for a member that a refusal cannot fill."""
_WORDS = {
    "required": "missing",
    "minLength": "string_too_short",
    "maxLength": "string_too_long",
    "pattern": "string_pattern_mismatch",
    "minimum": "greater_than_equal",
    "maximum": "less_than_equal",
    "exclusiveMinimum": "greater_than",
    "exclusiveMaximum": "less_than",
    "minItems": "too_short",
    "maxItems": "too_long",
    "multipleOf": "multiple_of",
    "additionalProperties": "extra_forbidden",
}
"""Keywords in the words of Pydantic, whose errors come with the way to the value (`loc`)."""


def way(document: Document, node: Mapping[str, Any]) -> Callable[[Refusal, str], Any]:
    """The way to the offending value: `["body", "address", "city"]`, indexes as numbers where they may be."""
    numbers = "integer" in _all_types(document, node.get("items", {}))

    def fill(refusal: Refusal, path: str) -> Any:
        one = first(refusal)
        if one is None:
            return ABSENT
        parts: list[Any] = [one.location, *([one.name] if one.name else ())]
        for part in one.pointer.split("/")[1:]:
            plain = part.replace("~1", "/").replace("~0", "~")
            parts.append(int(plain) if numbers and plain.isdecimal() else plain)
        return parts

    return fill


def _all_types(document: Document, schema: Any) -> frozenset[str]:
    """The types of a schema and of its plain alternatives."""
    resolved = document.resolve(schema)
    choices = [*resolved.get("anyOf", ()), *resolved.get("oneOf", ())] if isinstance(resolved, dict) else []
    return schemas.types(document, schema).union(*(schemas.types(document, choice) for choice in choices))


def keyword(refusal: Refusal, path: str) -> Any:
    """What kind of rule the value breaks."""
    one = first(refusal)
    return _WORDS.get(one.keyword, "value_error") if one is not None else "value_error"


def first(refusal: Refusal) -> Violation | None:
    """The violation that an entry is about."""
    return refusal.violations[0] if refusal.violations else None

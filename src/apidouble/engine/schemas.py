"""Questions about a schema that are asked once, while an operation is compiled.

In: a document in internal form and a schema of it. Out: properties, required names, the schema at
a pointer. May not know: records, HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apidouble.document.document import Document

_PLAIN_ARRAY = frozenset({"type", "items", "description", "title", "example", "examples", "default", "xml"})
_COMBINED = frozenset(
    {"oneOf", "anyOf", "not", "if", "dependentSchemas", "patternProperties", "const", "enum"}
)


def parts(document: Document, schema: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The schema and whatever it is made of by `$ref` and `allOf`, as plain objects."""
    schema = document.resolve(schema)
    if not isinstance(schema, dict) or depth > 20:
        return
    yield schema
    for part in schema.get("allOf", ()):
        yield from parts(document, part, depth + 1)
    # A 3.1 schema may have keywords beside `$ref`; resolve() has followed the reference only.


def properties(document: Document, schema: Any) -> dict[str, Any]:
    """Declared properties by name, in declared order."""
    found: dict[str, Any] = {}
    for part in parts(document, schema):
        declared = part.get("properties")
        if isinstance(declared, dict):
            for name, node in declared.items():
                found.setdefault(name, node)
    return found


def members(document: Document, schema: Any) -> dict[str, Any]:
    """Declared properties by name, those of alternatives (`anyOf: [customer, deleted]`) after its own."""
    found = properties(document, schema)
    for part in parts(document, schema):
        for choice in (*part.get("oneOf", ()), *part.get("anyOf", ())):
            for name, node in properties(document, choice).items():
                found.setdefault(name, node)
    return found


def required(document: Document, schema: Any) -> list[str]:
    """Names of required properties, each once, in declared order."""
    found: dict[str, None] = {}
    for part in parts(document, schema):
        for name in part.get("required", ()):
            found[name] = None
    return list(found)


def types(document: Document, schema: Any) -> frozenset[str]:
    """The JSON types that a schema names itself; empty where it names none."""
    found: set[str] = set()
    for part in parts(document, schema):
        declared = part.get("type")
        found.update([declared] if isinstance(declared, str) else declared or ())
    return frozenset(found)


def nullable(document: Document, schema: Any) -> bool:
    """Whether null is a value of it, as far as types and plain alternatives tell."""
    if "null" in types(document, schema):
        return True
    resolved = document.resolve(schema)
    if not isinstance(resolved, dict):
        return False
    choices = [*resolved.get("anyOf", ()), *resolved.get("oneOf", ())]
    return any("null" in types(document, choice) for choice in choices)


def _of_map(document: Document, schema: Any) -> Any:
    """What values of a map must fit; None where the object is no map."""
    for part in parts(document, schema):
        extra = part.get("additionalProperties")
        if isinstance(extra, dict) and extra and "properties" not in part:
            return extra
    return None


def at_pointer(document: Document, schema: Any, pointer: Sequence[str]) -> Any:
    """The schema of the property that a pointer leads to; None where nothing is declared."""
    for name in pointer:
        declared = members(document, schema).get(name)
        schema = _of_map(document, schema) if declared is None else declared
        if schema is None:
            return None
    return schema


def separable_items(document: Document, schema: Any, pointer: Sequence[str]) -> Any:
    """The schema of the items at a pointer, if list and items can be validated apart; else None.

    They can where the array itself promises nothing but its items, and nothing on the way to it
    depends on its content.
    """
    here = schema
    for name in (*pointer, None):
        whole = list(parts(document, here))
        if any(_COMBINED & set(part) for part in whole):
            return None
        if name is None:
            break
        here = properties(document, here).get(name)
        if here is None:
            return None
    array: dict[str, Any] = {}
    for part in parts(document, here):
        array.update({key: value for key, value in part.items() if key not in {"$ref", "allOf"}})
    if array.get("minItems") == 0:
        del array["minItems"]
    if any(key not in _PLAIN_ARRAY and not key.startswith("x-") for key in array):
        return None
    return array.get("items")

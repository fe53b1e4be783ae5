"""`oneOf` among forms of which one always fits where another does, so that no value fits exactly one.

In: schemas in internal form, what their references lead to. Out: whether a choice must be read as `anyOf`.
May not know: operations, HTTP.

Two open objects without required names of their own are the usual case: whatever is meant for the one is
good enough for the other. Nobody who writes so wants each such value to be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
_KNOWN = frozenset({
    "$ref", "allOf", "type", "properties", "required", "additionalProperties", "title", "description",
    "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml",
    "$comment",
})  # fmt: skip
_MOST = 24
"""Forms that are compared with each other."""


def is_ambiguous(node: Node, target: Callable[[Node], Node | None]) -> bool:
    """Whether a form of the node's `oneOf` fits wherever another one does."""
    branches = node.get("oneOf")
    if not isinstance(branches, list) or not 2 <= len(branches) <= _MOST:
        return False
    if "anyOf" in node or "discriminator" in node:
        return False
    forms = [_Form(branch, target) for branch in branches]
    return any(one is not other and other.holds(one) for one in forms for other in forms)


class _Form:
    """One form, as far as it is a plain object."""

    def __init__(self, branch: Any, target: Callable[[Node], Node | None]) -> None:
        parts = list(_parts(branch, target, set()))
        self.is_plain = bool(parts) and all(_is_plain(part) for part in parts)
        self.is_object = any(part.get("type") == "object" or "properties" in part for part in parts)
        self.is_open = not any(part.get("additionalProperties") is False for part in parts)
        self.required = {name for part in parts for name in part.get("required", ())}
        self.properties: dict[str, list[Any]] = {}
        for part in parts:
            for name, schema in part.get("properties", {}).items():
                self.properties.setdefault(name, []).append(schema)

    def holds(self, other: _Form) -> bool:
        """Whether what is made for the other form fits this one, too."""
        if not (self.is_plain and other.is_plain and self.is_object and other.is_object and self.is_open):
            return False
        return self.required <= other.required and all(
            schemas == other.properties[name]
            for name, schemas in self.properties.items()
            if name in other.properties
        )


def _parts(node: Any, target: Callable[[Node], Node | None], seen: set[int]) -> Iterator[Node]:
    if not isinstance(node, dict) or id(node) in seen:
        return
    seen.add(id(node))
    yield node
    if "$ref" in node:
        yield from _parts(target(node), target, seen)
    for part in node.get("allOf", ()):
        yield from _parts(part, target, seen)


def _is_plain(part: Node) -> bool:
    return (
        part.get("type", "object") == "object"
        and not isinstance(part.get("additionalProperties"), dict)
        and all(key in _KNOWN or key.startswith("x-") for key in part)
    )

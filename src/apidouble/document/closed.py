"""Closed schemas that are parts of others: `additionalProperties: false` below or beside `allOf`.

In: schemas in internal form, what their references lead to. Out: the same schemas, closed as a whole
where each part forbade what the others declare; a name for each schema that was read so. May not know:
operations, HTTP.

`additionalProperties` sees the properties beside it and nothing else, so that a base and what extends it
exclude each other if both are closed. Whoever writes so means what `unevaluatedProperties` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
Target = Callable[[Node], Node | None]


class Closed:
    """Opens the parts of one document's schemas, and closes the whole instead."""

    def __init__(self, target: Target, keep: Callable[[Node, Node], None]) -> None:
        """`target` follows a `$ref`; `keep` is told of each copy and what it is a copy of."""
        self._target = target
        self._keep = keep

    def mend(self, node: Node) -> str:
        """Make a schema that its parts leave without any value, or without some of its properties, closed
        as a whole; the name of a property that was forbidden, '' where nothing was wrong.
        """
        if "allOf" not in node:
            return ""
        parts = list(self._parts(node, set()))
        declared: dict[str, None] = {name: None for part in parts for name in part.get("properties", ())}
        offending = {
            id(part): part for part in parts if _closes(part) and declared.keys() - self._known(part)
        }
        if not offending:
            return ""
        forbidden = next(
            name for name in declared for part in offending.values() if name not in self._known(part)
        )
        _open(node)
        node["allOf"] = [self._opened(part, offending, 0) for part in node["allOf"]]
        node["unevaluatedProperties"] = False
        return forbidden

    def _parts(self, node: Any, seen: set[int]) -> Iterator[Node]:
        """The schema and all that it is made of by `$ref` and `allOf`."""
        if not isinstance(node, dict) or id(node) in seen:
            return
        seen.add(id(node))
        yield node
        if "$ref" in node:
            yield from self._parts(self._target(node), seen)
        for part in node.get("allOf", ()):
            yield from self._parts(part, seen)

    def _known(self, part: Node) -> set[str]:
        """The names that a closed part allows."""
        if part.get("additionalProperties") is False:
            return set(part.get("properties", ()))
        return {name for one in self._parts(part, set()) for name in one.get("properties", ())}

    def _opened(self, part: Any, offending: dict[int, Node], depth: int) -> Any:
        """The part, or a copy that closes nothing; what others refer to stays as it is."""
        if depth > 20 or not any(id(one) in offending for one in self._parts(part, set())):
            return part
        if "$ref" in part and (target := self._target(part)) is not None:
            return self._opened(target, offending, depth + 1)
        copy = dict(part)
        _open(copy)
        if "allOf" in copy:
            copy["allOf"] = [self._opened(one, offending, depth + 1) for one in copy["allOf"]]
        self._keep(copy, part)
        return copy


def forgotten(node: Node) -> list[str]:
    """Names that a closed object requires and does not know: no value would ever do."""
    if node.get("additionalProperties") is not False or node.get("patternProperties"):
        return []
    known = node.get("properties", ())
    return [name for name in node.get("required", ()) if name not in known]


def _closes(part: Node) -> bool:
    if part.get("patternProperties"):
        return False
    return part.get("additionalProperties") is False or part.get("unevaluatedProperties") is False


def _open(node: Node) -> None:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if node.get(keyword) is False:
            del node[keyword]

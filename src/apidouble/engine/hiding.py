"""What answers never show: members marked `writeOnly`, wherever they stand (JSON Schema 2020-12, 9.4).

In: the schema of an answer and a value. Out: the value without them. May not know: stores, HTTP. The
schema is walked once for each version of a record, and only where the document marks anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from apidouble.contract.operation import Contract
from apidouble.engine import schemas

_DEPTH = 12


class Hiding:
    """Takes write-only members out of the values of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self._compile = contract.compile_schema
        self._reaching: dict[int, tuple[Any, bool]] = {}

    def applies(self, schema: Any) -> bool:
        """Whether anything below a schema is write-only."""
        return self._marks and self._reaches(schema)

    def hide(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """The value as answers show it; the value itself where nothing is taken out."""
        if depth > _DEPTH or not isinstance(value, Mapping | list) or not self.applies(schema):
            return value
        shown = value
        for part in schemas.parts(self._document, schema):
            for choice in (*part.get("oneOf", ()), *part.get("anyOf", ())):
                if self.applies(choice) and self._compile(choice, "plain").is_valid(value):
                    shown = self.hide(choice, shown, depth + 1)
            if isinstance(shown, list):
                items = part.get("items")
                if isinstance(items, dict):
                    shown = [self.hide(items, one, depth + 1) for one in shown]
            elif isinstance(shown, Mapping):
                shown = self._members(part, shown, depth)
        return shown

    def _members(self, part: Mapping[str, Any], value: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        declared = part.get("properties")
        if not isinstance(declared, dict):
            return value
        return {
            name: self.hide(declared[name], one, depth + 1) if name in declared else one
            for name, one in value.items()
            if name not in declared or not self._marked(declared[name])
        }

    def _marked(self, schema: Any) -> bool:
        return any(part.get("writeOnly") is True for part in schemas.parts(self._document, schema))

    def _reaches(self, schema: Any) -> bool:
        node = self._document.resolve(schema)
        known = self._reaching.get(id(node))
        if known is None:
            known = self._reaching[id(node)] = (node, self._search(node))
        return known[1]

    def _search(self, start: Any) -> bool:
        """Whether a marked node can be reached; circles are gone round once."""
        waiting, seen = [start], set()
        while waiting:
            node = self._document.resolve(waiting.pop())
            if not isinstance(node, dict) or id(node) in seen:
                continue
            if node.get("writeOnly") is True:
                return True
            seen.add(id(node))
            waiting += _below(node)
        return False

    @cached_property
    def _marks(self) -> bool:
        """Whether the document marks anything at all."""
        waiting: list[Any] = [self._document.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                if node.get("writeOnly") is True:
                    return True
                waiting += node.values()
            elif isinstance(node, list):
                waiting += node
        return False


def _below(node: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for keyword in ("allOf", "oneOf", "anyOf"):
        found += node.get(keyword, ())
    if isinstance(properties := node.get("properties"), dict):
        found += properties.values()
    if isinstance(items := node.get("items"), dict):
        found.append(items)
    return found

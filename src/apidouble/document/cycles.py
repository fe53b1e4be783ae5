"""References that come back to themselves without a step into the value.

In: schemas in internal form and what their references lead to. Out: the references that close such
a ring. May not know: where schemas stand.

`Node: {children: [Node]}` is fine: each turn is one level deeper in a finite value. `A: {allOf:
[A]}` is not: a validator, and whoever makes up values, would turn for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]

_ALL = ("allOf",)
_CHOICE = ("anyOf", "oneOf")
_SINGLE = ("not", "if", "then", "else")


class Graph:
    """Which schema applies which others to the same value."""

    def __init__(self) -> None:
        self._targets: dict[int, Node] = {}

    def refer(self, node: Node, target: Node) -> None:
        """Remember where the node's `$ref` leads."""
        self._targets[id(node)] = target

    def target(self, node: Node) -> Node | None:
        """What the node's `$ref` leads to."""
        return self._targets.get(id(node))

    def move(self, node: Node, inner: Node) -> None:
        """The node's `$ref` now stands in `inner`."""
        target = self._targets.pop(id(node), None)
        if target is not None:
            self._targets[id(inner)] = target

    def break_cycles(self, nodes: Iterable[Node]) -> list[tuple[Node, bool, str]]:
        """Each node whose `$ref` must go, whether a choice lies on its ring, and the reference."""
        found: list[tuple[Node, bool, str]] = []
        state: dict[int, int] = {}  # 1: on the current path, 2: done
        for start in list(nodes):
            if id(start) in self._targets and id(start) not in state:
                self._search(start, state, found)
        return found

    def _search(self, start: Node, state: dict[int, int], found: list[tuple[Node, bool, str]]) -> None:
        path: list[tuple[Node, bool, Iterator[tuple[Node, bool]]]] = [(start, False, self._next(start))]
        state[id(start)] = 1
        while path:
            node, _, edges = path[-1]
            step = next(edges, None)
            if step is None:
                state[id(node)] = 2
                path.pop()
                continue
            below, choice = step
            seen = state.get(id(below))
            if seen is None:
                state[id(below)] = 1
                path.append((below, choice, self._next(below)))
            elif seen == 1:
                ring = path[next(i for i, item in enumerate(path) if item[0] is below) :]
                closing = next((item[0] for item in reversed(ring) if id(item[0]) in self._targets), None)
                if closing is not None:
                    del self._targets[id(closing)]
                    found.append(
                        (closing, choice or any(item[1] for item in ring[1:]), str(closing.get("$ref")))
                    )

    def _next(self, node: Node) -> Iterator[tuple[Node, bool]]:
        target = self._targets.get(id(node))
        if target is not None:
            yield target, False
        for keyword in _ALL:
            for item in node.get(keyword, ()):
                if type(item) is dict:
                    yield item, False
        for keyword in _CHOICE:
            for item in node.get(keyword, ()):
                if type(item) is dict:
                    yield item, True
        for keyword in _SINGLE:
            if type(item := node.get(keyword)) is dict:
                yield item, False
        for item in (node.get("dependentSchemas") or {}).values():
            if type(item) is dict:
                yield item, False

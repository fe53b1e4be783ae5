"""What one draw knows while it walks through a schema: randomness, place, and how much to make.

In: a `Random`, `Fakes`, what may be left out. Out: `Walk`, which `sample.objects` and
`sample.arrays` draw with. May not know: documents, how schemas are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any, Literal

from apidouble.sample.fakes import Fakes
from apidouble.sample.node import Node
from apidouble.sample.scene import Scene

Amount = Literal["all", "some", "required"]

DEEP = 5
"""Levels below which optional objects and arrays are left out."""
TIGHT = 8
"""Levels below which the shortest way out is taken."""
ROOM = 80
"""Composite values (objects and arrays) that one value holds, about."""


class Unfit(Exception):  # noqa: N818 - it steers, nobody sees it
    """No value was found for a node."""


class Walk:
    """All that one draw needs; made for each value and thrown away."""

    def __init__(
        self, random: Random, fakes: Fakes, locale: str, amount: Amount, *, dynamic: bool = True
    ) -> None:
        self.random = random
        self.fakes = fakes
        self.locale = locale
        self.dynamic = dynamic
        self.amount: Amount = amount
        self.path: list[tuple[int, ...]] = []
        """Cores of the objects and arrays around the place, outermost first."""
        self.given: Mapping[str, Any] = {}
        """Properties of the outermost object that are settled."""
        self.left_out: frozenset[str] = frozenset()
        """Properties that the outermost object is not to have."""
        self.subject: Scene | None = None
        """What the outermost object is about."""

    def make(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        """A value of a node; raises Unfit. `room` is how many composite values it may hold."""
        raise NotImplementedError

    def scene(self) -> Scene:
        """A new subject."""
        return Scene(self.fakes, self.random, self.locale)

    def null(self) -> bool:
        """Whether to take null where there is more to take."""
        return self.amount == "some" and self.random.random() < 0.12

    @property
    def tight(self) -> bool:
        """Whether to take the shortest way out."""
        return len(self.path) >= TIGHT

    def within(self, node: Node) -> bool:
        """Whether the place is inside a value of the same node."""
        return node.core in self.path

    @contextmanager
    def inside(self, node: Node) -> Iterator[None]:
        """Walk one level down."""
        self.path.append(node.core)
        try:
            yield
        finally:
            self.path.pop()

"""One value drawn from a node: attempts, kinds and choices.

In: a node, a walk's state. Out: a plain JSON value that fits the node. May not know: documents,
how schemas are compiled.

Values are made right where that can be promised; a node that is unsure (`not`, overlapping
`oneOf`, `contains` ...) has its value checked and made anew with other choices, a bounded number
of times. Depth and size are bounded too: the deeper, the less that is optional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any

from apidouble.sample import conjunction, names
from apidouble.sample.arrays import draw_array
from apidouble.sample.fakes import Fakes
from apidouble.sample.node import Node
from apidouble.sample.numbers import number_plan
from apidouble.sample.objects import draw_object
from apidouble.sample.scene import Scene
from apidouble.sample.strings import text_plan
from apidouble.sample.walk import ROOM, Amount, Unfit, Walk

_TRIES = 24
"""Attempts at one unsure node."""
_ALL_TRIES = 160
"""Attempts at all unsure nodes of one value, nested ones multiplied."""
_PLAINEST: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, "", "a", "A1", [], ["a", "b", "c"], [1, 2, 3, 4, 5],
    MappingProxyType({}),
)  # fmt: skip
"""Tried where nothing believable fits."""


class Drawing(Walk):
    """Draws one value, or one record."""

    def __init__(
        self, random: Random, fakes: Fakes, locale: str, amount: Amount, *, dynamic: bool = True
    ) -> None:
        super().__init__(random, fakes, locale, amount, dynamic=dynamic)
        self.lenient = False
        """Give the last attempt rather than nothing."""
        self._tries = 0
        self._odd = False

    def record(
        self, node: Node, given: Mapping[str, Any], left_out: frozenset[str], scene: Scene, owner: str
    ) -> Any:
        """An object of the node about the scene's subject, with these properties and without those;
        raises Unfit.
        """
        self.given, self.left_out, self.subject = given, left_out, scene
        return self.make(node, "", owner, scene, ROOM)

    def value(self, node: Node, name: str = "", owner: str = "", scene: Scene | None = None) -> Any:
        """A value of the node; raises Unfit."""
        return self.make(node, name, owner, scene or self.scene(), ROOM)

    def make(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        """A value of the node; raises Unfit."""
        if not self.dynamic:
            for example in conjunction.examples(node.atoms):
                if node.check(example):
                    return _own(example)
        if node.impossible:
            raise Unfit
        if node.values is not None:
            return self._one_of(node.values)
        if not node.unsure:
            return self._raw(node, name, owner, scene, room)
        return self._tried(node, name, owner, scene, room)

    def _tried(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        """A checked value, made anew with other choices until it fits."""
        asked, odd = self.amount, self._odd
        last: Any = None
        made = False
        try:
            for attempt in range(_TRIES):
                self._tries += 1
                if attempt and self._tries > _ALL_TRIES:
                    break
                # What fits depends most on what is there: vary that first.
                self.amount = asked if attempt < 3 else ("some" if attempt % 3 else "required")
                self._odd = odd or attempt >= _TRIES // 2
                try:
                    last = self._raw(node, name, owner, scene, room)
                    made = True
                except Unfit:
                    continue
                if node.check(last):
                    return last
        finally:
            self.amount, self._odd = asked, odd
        for plain in _PLAINEST:
            value = _own(plain)
            if node.check(value):
                return value
        if self.lenient and made:
            return last
        raise Unfit

    def _raw(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        if node.has_choice:
            return self._chosen(node, name, owner, scene, room)
        first = self._kind(node, room)
        try:
            return self._of_kind(first, node, name, owner, scene, room)
        except Unfit:
            for kind in (*node.kinds, *node.spare_kinds):
                if kind == first:
                    continue
                try:
                    return self._of_kind(kind, node, name, owner, scene, room)
                except Unfit:
                    continue
            raise

    def _of_kind(self, kind: str, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        if kind == "object":
            return draw_object(self, node, name, owner, room)
        if kind == "array":
            return draw_array(self, node, name, owner, scene, room)
        if kind == "string":
            text = text_plan(node, name, owner).make(scene, odd=self._odd)
            if text is None:
                raise Unfit
            return text
        if kind in ("integer", "number"):
            number = number_plan(node, name).make(scene, odd=self._odd)
            if number is None:
                raise Unfit
            return number
        if kind == "boolean":
            return self.random.random() < names.likelihood(name)
        return None

    def _one_of(self, values: Sequence[Any]) -> Any:
        real = [value for value in values if value is not None]
        if not real or (len(real) < len(values) and self.null()):
            return None
        return _own(self.random.choice(real))

    def _kind(self, node: Node, room: float) -> str:
        kinds = node.kinds or node.spare_kinds
        if len(kinds) == 1:
            return kinds[0]
        others = [kind for kind in kinds if kind != "null"]
        if len(others) < len(kinds) and (self.tight or (room < 1 and others[0] == "object") or self.null()):
            return "null"
        scalars = [kind for kind in others if kind not in ("object", "array")]
        if scalars and (self.tight or self.within(node)):
            return scalars[0]
        if len(others) == 1 or self.random.random() < 0.8:
            return others[0]
        return self.random.choice(others)

    def _chosen(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        """A value of one branch; the others are tried where it does not work out."""
        branches = self._ordered(node, room)
        if {"string", "object"} <= {branch.kinds[0] for branch in branches if branch.kinds}:
            # Text in place of an object is its id.
            name = f"{name}_id"
        failed: Unfit | None = None
        for branch in branches[:8]:
            if branch.endless:
                continue
            try:
                if self.tight:
                    # Each step down must bring the end nearer, choices included.
                    with self.inside(node):
                        return self.make(branch, name, owner, scene, room)
                return self.make(branch, name, owner, scene, room)
            except Unfit as error:
                failed = error
        raise failed or Unfit

    def _ordered(self, node: Node, room: float) -> list[Node]:
        branches = list(node.alternatives)
        if self.tight or room < 1 or any(map(self.within, branches)):
            return sorted(branches, key=lambda branch: branch.height)
        nulls = [branch for branch in branches if branch.kinds == ("null",) or branch.values == (None,)]
        real = [branch for branch in branches if branch not in nulls]
        if len(real) > 1:
            # The first one listed is the usual one.
            pick = min(self.random.randrange(len(real)), self.random.randrange(len(real)))
            real = [real[pick], *real[:pick], *real[pick + 1 :]]
        return [*nulls, *real] if nulls and self.null() else [*real, *nulls]


def _own(value: Any) -> Any:
    """A copy of what belongs to the document, so that nobody changes it there."""
    if isinstance(value, Mapping):
        return {key: _own(item) for key, item in value.items()}
    return [_own(item) for item in value] if isinstance(value, list) else value

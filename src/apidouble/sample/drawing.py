"""One value drawn from a node: the walk over objects, arrays and choices.

In: a node, a `Random`, what may be left out. Out: a plain JSON value that fits the node. May not
know: documents, how schemas are compiled.

Values are made right where that can be promised; a node that is unsure (`not`, overlapping
`oneOf`, `contains` ...) has its value checked and made anew with other choices, a bounded number
of times. Depth and size are bounded too: the deeper, the less that is optional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any, Literal

import orjson

from apidouble.sample import conjunction, names
from apidouble.sample.fakes import Fakes
from apidouble.sample.matching import matcher
from apidouble.sample.nodes import Items, Members, Node
from apidouble.sample.numbers import number_plan
from apidouble.sample.scene import Scene
from apidouble.sample.strings import text_plan

Optional_ = Literal["all", "some", "required"]

_DEEP = 5
"""Levels below which optional objects and arrays are left out."""
_TIGHT = 8
"""Levels below which the shortest way out is taken."""
_TRIES = 24
"""Attempts at one unsure node."""
_ALL_TRIES = 160
"""Attempts at all unsure nodes of one value, nested ones multiplied."""
_ROOM = 80
"""Composite values (objects and arrays) that one value holds, about."""
_PLAINEST: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, "", "a", "A1", [], ["a", "b", "c"], [1, 2, 3, 4, 5], MappingProxyType({}),
)  # fmt: skip
"""Tried where nothing believable fits."""
_LONGEST = 2000
"""Items that an array gets at most, even if the schema wants more."""


class Unfit(Exception):  # noqa: N818 - it steers, nobody sees it
    """No value was found for a node."""


class Drawing:
    """All that one draw needs; made for each value and thrown away."""

    def __init__(
        self, random: Random, fakes: Fakes, locale: str, optional: Optional_, *, dynamic: bool = True
    ) -> None:
        self.random = random
        self.fakes = fakes
        self.locale = locale
        self.dynamic = dynamic
        self.optional: Optional_ = optional
        self.lenient = False
        """Give the last attempt rather than nothing."""
        self._tries = 0
        self._odd = False
        self._path: list[tuple[int, ...]] = []
        self._given: Mapping[str, Any] = {}
        self._left_out: frozenset[str] = frozenset()
        self._subject: Scene | None = None

    def record(
        self, node: Node, given: Mapping[str, Any], left_out: frozenset[str], scene: Scene, owner: str
    ) -> Any:
        """An object of the node about the scene's subject, with these properties and without those;
        raises Unfit."""
        self._given, self._left_out, self._subject = given, left_out, scene
        return self._make(node, "", owner, scene, _ROOM)

    def value(self, node: Node, name: str = "", owner: str = "", scene: Scene | None = None) -> Any:
        """A value of the node; raises Unfit."""
        return self._make(node, name, owner, scene or self._scene(), _ROOM)

    def _scene(self) -> Scene:
        return Scene(self.fakes, self.random, self.locale)

    def _make(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
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
        asked, odd = self.optional, self._odd
        last: Any = None
        made = False
        try:
            for attempt in range(_TRIES):
                self._tries += 1
                if attempt and self._tries > _ALL_TRIES:
                    break
                # What fits depends most on what is there: vary that first.
                self.optional = asked if attempt < 3 else ("some" if attempt % 3 else "required")
                self._odd = odd or attempt >= _TRIES // 2
                try:
                    last = self._raw(node, name, owner, scene, room)
                    made = True
                except Unfit:
                    continue
                if node.check(last):
                    return last
        finally:
            self.optional, self._odd = asked, odd
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
            return self._object(node, name, owner, room)
        if kind == "array":
            return self._array(node, name, owner, scene, room)
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
        if not real or (len(real) < len(values) and self._null()):
            return None
        return _own(self.random.choice(real))

    def _null(self) -> bool:
        return self.optional == "some" and self.random.random() < 0.12

    @property
    def _tight(self) -> bool:
        return len(self._path) >= _TIGHT

    def _kind(self, node: Node, room: float) -> str:
        kinds = node.kinds or node.spare_kinds
        if len(kinds) == 1:
            return kinds[0]
        others = [kind for kind in kinds if kind != "null"]
        if len(others) < len(kinds) and (self._tight or (room < 1 and others[0] == "object") or self._null()):
            return "null"
        scalars = [kind for kind in others if kind not in ("object", "array")]
        if scalars and (self._tight or node.core in self._path):
            return scalars[0]
        if len(others) == 1 or self.random.random() < 0.8:
            return others[0]
        return self.random.choice(others)

    # Choices

    def _chosen(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> Any:
        """A value of one branch; the others are tried where it does not work out."""
        branches = self._ordered(node, room)
        failed: Unfit | None = None
        for branch in branches[:8]:
            if branch.endless:
                continue
            try:
                if self._tight:
                    self._path.append(node.core)
                    try:
                        return self._make(branch, name, owner, scene, room)
                    finally:
                        self._path.pop()
                return self._make(branch, name, owner, scene, room)
            except Unfit as error:
                failed = error
        raise failed or Unfit

    def _ordered(self, node: Node, room: float) -> list[Node]:
        branches = list(node.alternatives)
        if self._tight or room < 1 or any(branch.core in self._path for branch in branches):
            return sorted(branches, key=lambda branch: branch.height)
        nulls = [branch for branch in branches if branch.kinds == ("null",) or branch.values == (None,)]
        real = [branch for branch in branches if branch not in nulls]
        if len(real) > 1:
            # The first one listed is the usual one.
            pick = min(self.random.randrange(len(real)), self.random.randrange(len(real)))
            real = [real[pick], *real[:pick], *real[pick + 1 :]]
        return [*nulls, *real] if nulls and self._null() else [*real, *nulls]

    # Objects

    def _object(self, node: Node, name: str, owner: str, room: float) -> Any:
        members = node.members
        if node.endless:
            raise Unfit
        outermost = not self._path
        scene = (self._subject if outermost else None) or self._scene()
        title = node.title or names.singular(name) or owner
        self._path.append(node.core)
        try:
            chosen = self._chosen_names(node, members, room)
            given = self._given if outermost else {}
            if outermost:
                known = {child.name for child in members.children}
                chosen -= self._left_out - {child.name for child in members.children if child.required}
                chosen |= {name for name in given if name in known or members.extra is not None}
            result = self._fill(members, chosen, given, title, scene, room)
            self._add_extras(members, result, title, scene, room)
            for trigger, schemas in members.conditions.items():
                if trigger in result:
                    return self._conditioned(node, result, schemas, name, owner, scene, room)
            return result
        finally:
            self._path.pop()

    def _conditioned(
        self,
        node: Node,
        result: dict[str, Any],
        schemas: list[Any],
        name: str,
        owner: str,
        scene: Scene,
        room: float,
    ) -> Any:
        """What `dependentSchemas` asks for, added to what is there already."""
        nodes = node.nodes
        further = nodes.node(schemas, chosen=True)
        if further.impossible:
            raise Unfit
        added = self._raw(further, name, owner, scene, room)
        if not isinstance(added, dict):
            raise Unfit
        return {**result, **added}

    def _chosen_names(self, node: Node, members: Members, room: float) -> set[str]:
        """Which properties the object gets."""
        chosen = {child.name for child in members.children if child.required and not child.hidden}
        optional = [child for child in members.children if not child.required and not child.hidden]
        wanted = [child for child in optional if self._wants(child.node, room)]
        if self.optional == "some":
            wanted = [child for child in wanted if self.random.random() < 0.75]
        elif self.optional == "required" or self._tight:
            wanted = []
        room_left = members.most - len(chosen) if members.most is not None else len(wanted)
        chosen.update(child.name for child in wanted[: max(0, room_left)])
        if len(chosen) < members.least:
            spare = [child.name for child in optional if child.name not in chosen and not child.node.endless]
            chosen.update(spare[: members.least - len(chosen)])
        return self._closed(members, chosen)

    @staticmethod
    def _closed(members: Members, chosen: set[str]) -> set[str]:
        """The names, with those that must be there with them, or without those that cannot have theirs."""
        if not members.together:
            return chosen
        known = {child.name for child in members.children if not child.hidden}
        waiting = sorted(chosen)
        while waiting:
            for needed in members.together.get(waiting.pop(), ()):
                if (
                    needed not in chosen
                    and needed not in members.forbidden
                    and (needed in known or members.extra)
                ):
                    chosen.add(needed)
                    waiting.append(needed)
        return chosen

    def _wants(self, node: Node, room: float) -> bool:
        """Whether an optional property is worth having here."""
        if not any(kind in ("object", "array") for kind in node.kinds) and not node.has_choice:
            return True
        if node.endless or node.core in self._path:
            return False
        return room >= 1 and len(self._path) < _DEEP

    def _fill(
        self,
        members: Members,
        chosen: set[str],
        given: Mapping[str, Any],
        title: str,
        scene: Scene,
        room: float,
    ) -> dict[str, Any]:
        """The properties in the order of the document."""
        result: dict[str, Any] = {}
        composite = sum(
            1
            for child in members.children
            if child.name in chosen and ("object" in child.node.kinds or "array" in child.node.kinds)
        )
        share = (room - 1) / composite if composite else room
        for child in members.children:
            if child.name not in chosen:
                continue
            if child.name in given:
                result[child.name] = given[child.name]
                continue
            try:
                result[child.name] = self._child(members, child.name, child.node, title, scene, share)
            except Unfit:
                if child.required:
                    raise
        for name in sorted(chosen - {child.name for child in members.children}):
            if name in given:
                result[name] = given[name]
            elif members.extra is not None:
                result[name] = self._make(members.extra, name, title, scene, share)
        return result

    def _child(self, members: Members, name: str, node: Node, title: str, scene: Scene, room: float) -> Any:
        tag = members.tag
        if tag is not None and tag[0] == name and "string" in node.kinds and node.check(tag[1]):
            return tag[1]
        return self._make(node, name, title, scene, room)

    def _add_extras(
        self, members: Members, result: dict[str, Any], title: str, scene: Scene, room: float
    ) -> None:
        """Properties that nothing names: what `minProperties` asks for, or a few of a map."""
        wanted = members.least - len(result)
        is_map = not members.children and (bool(members.patterns) or (members.extra and members.extra.atoms))
        if wanted <= 0 and is_map and self.optional != "required" and room >= 1 and not self._tight:
            wanted = 1 if members.most is None else min(1, members.most - len(result))
            if members.extra is not None and (members.extra.endless or members.extra.core in self._path):
                return
        for attempt in range(max(0, wanted) * 12):
            if wanted <= 0:
                return
            name = self._new_name(members, scene, attempt)
            if name is None or name in result or name in members.forbidden:
                continue
            node = self._extra_node(members, name)
            if node is None or node.impossible:
                continue
            try:
                result[name] = self._make(node, name, title, scene, room / 4)
                wanted -= 1
            except Unfit:
                continue

    def _extra_node(self, members: Members, name: str) -> Node | None:
        """What a property of this name must fit."""
        matching = [
            schema for pattern, schema in members.pattern_schemas if conjunction.matches(pattern, name)
        ]
        if matching:
            return members.nodes.node(matching)
        return members.extra

    def _new_name(self, members: Members, scene: Scene, attempt: int) -> str | None:
        """A name for a property that nothing names."""
        if members.name_parts:
            node = members.nodes.node(members.name_parts)
            try:
                found = self._make(node, "key", "", scene, 1)
            except Unfit:
                return None
            return found if isinstance(found, str) else None
        if members.patterns and (members.extra is None or attempt % 2 == 0):
            pattern = self.random.choice(members.patterns)
            made = matcher(pattern)
            return made.make(self.random) if made else None
        if members.extra is None:
            return None
        word = scene.words(1)[0].lower()
        return word if attempt < 6 else f"{word}{attempt}"

    # Arrays

    def _array(self, node: Node, name: str, owner: str, scene: Scene, room: float) -> list[Any]:
        items = node.items
        if node.endless and items.least:
            raise Unfit
        self._path.append(node.core)
        try:
            return self._items(items, node, names.singular(name), owner, scene, room)
        finally:
            self._path.pop()

    def _items(self, items: Items, node: Node, name: str, owner: str, scene: Scene, room: float) -> list[Any]:
        result: list[Any] = []
        length = self._length(items, room)
        share = (room - 1) / max(1, length)
        contained = [one for one, count in items.contained for _ in range(max(0, count))]
        seen: set[bytes] = set()
        misses = 0
        index = 0
        while len(result) < max(length, len(contained)):
            if index < len(items.prefix):
                member = items.prefix[index]
            elif contained and len(result) >= max(length, len(contained)) - len(contained):
                member = contained[len(result) - max(length, len(contained))]
            else:
                member = items.rest
            try:
                value = self._make(
                    member, name, owner or node.title, scene if index == 0 else self._scene(), share
                )
            except Unfit:
                if len(result) >= items.least:
                    break
                raise
            if items.unique:
                key = orjson.dumps(
                    _plain_numbers(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
                )
                if key in seen:
                    misses += 1
                    if misses > 60 + 4 * length:
                        if len(result) >= items.least:
                            break
                        raise Unfit
                    continue
                seen.add(key)
            result.append(value)
            index += 1
        return result

    def _length(self, items: Items, room: float) -> int:
        """How many items."""
        least = min(items.least, _LONGEST)
        if self._tight or items.rest.endless or self.optional == "required":
            usual = 0
        elif room < 1 or (items.rest.core in self._path):
            usual = 0
        elif items.prefix:
            usual = len(items.prefix)
        else:
            usual = self.random.randint(1, 3)
        length = max(least, usual)
        return length if items.most is None else min(length, max(items.most, least))


def _own(value: Any) -> Any:
    """A copy of what belongs to the document, so that nobody changes it there."""
    if isinstance(value, Mapping):
        return {key: _own(item) for key, item in value.items()}
    return [_own(item) for item in value] if isinstance(value, list) else value


def _plain_numbers(value: Any) -> Any:
    """The value with 1.0 as 1, since they are the same JSON number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    return value

"""One compiled schema: the kinds of value it allows, its choices, its parts.

In: the parts of a conjunction, taken apart. Out: `Node`, whose properties are worked out when first
asked for, once. May not know: how values are made, where nodes are kept (`sample.nodes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from apidouble.sample import conjunction
from apidouble.sample.conjunction import IMPOSSIBLE, LOOSE, Atom, Schema
from apidouble.sample.negation import Exclusion, exclusion

Check = Callable[[Any], bool]

_KINDS = ("object", "array", "string", "number", "boolean", "null")
_IMPLIED: Mapping[str, str] = {
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties",
         "maxProperties", "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
        "object",
    ),
    **dict.fromkeys(
        ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
        "array",
    ),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
}  # fmt: skip
_UNSURE = frozenset(
    ("contains", "dependentSchemas", "propertyNames", "unevaluatedProperties", "unevaluatedItems",
     "patternProperties")
)  # fmt: skip
"""Keywords whose values are checked once made, since making them right cannot be promised."""
_BOUNDS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
_DEEPEST = 40
"""Levels after which a schema counts as one that never ends."""


class Keeper(Protocol):
    """What a node asks of whoever keeps the nodes."""

    def node(self, parts: Sequence[Schema], names: tuple[str, ...] = (), *, chosen: bool = False) -> Node:
        """The node of a conjunction."""

    def check(self, parts: Sequence[Schema]) -> Check:
        """The validator of a conjunction."""

    def branches(self, node: Node) -> list[Node]:
        """The nodes of the first choice that a node leaves open."""

    def disjoint(self, branches: Sequence[Schema]) -> bool:
        """Whether it is plain that no value fits two of the branches."""

    def members(self, node: Node) -> Members:
        """What objects of a node are made of."""

    def items(self, node: Node) -> Items:
        """What arrays of a node are made of."""


@dataclass(slots=True)
class Child:
    """One property of an object."""

    name: str
    node: Node
    required: bool
    hidden: bool
    """Not carried in this direction."""


@dataclass(slots=True)
class Members:
    """What an object is made of."""

    nodes: Keeper
    children: list[Child]
    extra: Node | None
    """Further properties; None where none may be added."""
    pattern_schemas: list[tuple[str, Schema]]
    """Pattern of names, and what their values must fit."""
    name_parts: list[Schema]
    forbidden: frozenset[str]
    least: int
    most: int | None
    together: Mapping[str, Sequence[str]]
    """dependentRequired: name -> names that must be there with it."""
    conditions: Mapping[str, list[Schema]]
    """dependentSchemas: name -> what the object must then fit."""
    tag: tuple[str, str] | None
    """Discriminator: property and the word that names this schema."""

    @property
    def patterns(self) -> list[str]:
        """Patterns of names that may be added."""
        return [pattern for pattern, schema in self.pattern_schemas if schema is not False]


@dataclass(slots=True)
class Items:
    """What an array is made of."""

    prefix: list[Node]
    rest: Node
    least: int
    most: int | None
    unique: bool
    contained: list[tuple[Node, int]]
    """(what must be among the items, how often)."""


@dataclass(eq=False)
class Node:
    """One conjunction of schemas."""

    nodes: Keeper
    parts: Sequence[Schema]
    """As the document has them."""
    atoms: list[Atom]
    """The parts taken apart."""
    names: tuple[str, ...]
    """Schemas it was referred to by, outermost first."""
    chosen: bool = False
    """Whether it is a branch of another node, which is the one that is checked as a whole."""
    texts: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Kept by whoever makes text, by (property name, owner)."""
    figures: dict[str, Any] = field(default_factory=dict)
    """Kept by whoever makes numbers, by property name."""
    heights: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def core(self) -> tuple[int, ...]:
        """The same for all nodes of the same content, however they were reached."""
        return tuple(id(atom) for atom in self.atoms)

    @cached_property
    def title(self) -> str:
        """What a person would call it."""
        return next(iter(conjunction.texts(self.atoms, "title")), "") or (self.names[0] if self.names else "")

    @cached_property
    def exclusion(self) -> Exclusion:
        """What its `not`s rule out."""
        return exclusion(self.atoms)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The types it allows, likely ones first; `integer` only where `number` is not allowed."""
        allowed: list[str] | None = None
        for atom in self.atoms:
            declared = atom.get("type")
            words = [declared] if isinstance(declared, str) else declared
            if isinstance(words, list) and words:
                allowed = words if allowed is None else common(allowed, words)
        if allowed is None:
            implied = [_IMPLIED[key] for atom in self.atoms for key in atom if key in _IMPLIED]
            allowed = [kind for kind in _KINDS if kind in implied] or ["string", *_KINDS]
        if "number" in allowed:
            allowed = [kind for kind in allowed if kind != "integer"]
        return tuple(dict.fromkeys(kind for kind in allowed if kind not in self.exclusion.kinds))

    @cached_property
    def spare_kinds(self) -> tuple[str, ...]:
        """Types that it allows only because it names none: a last resort."""
        if any("type" in atom for atom in self.atoms):
            return ()
        return tuple(kind for kind in _KINDS if kind not in self.kinds and kind not in self.exclusion.kinds)

    @cached_property
    def values(self) -> tuple[Any, ...] | None:
        """The only values it allows, where it lists them."""
        found: list[Any] | None = None
        for atom in self.atoms:
            listed = [atom["const"]] if "const" in atom else atom.get("enum")
            if isinstance(listed, list):
                found = listed if found is None else [v for v in found if any(same(v, w) for w in listed)]
        if found is None:
            return None
        # Read a limited number only: an enum of every known word needs no complete census.
        return tuple(value for value in found[:1000] if self.check(value))

    @cached_property
    def check(self) -> Check:
        """The validator of the whole conjunction."""
        return self.nodes.check(self.parts)

    @cached_property
    def alternatives(self) -> tuple[Node, ...]:
        """Where it has a choice (oneOf, anyOf, if): the node of each branch that is possible."""
        return tuple(node for node in self.nodes.branches(self) if not node.impossible)

    @cached_property
    def has_choice(self) -> bool:
        """Whether a branch must be chosen first."""
        return any(choice_key(atom) for atom in self.atoms)

    @cached_property
    def impossible(self) -> bool:
        """Whether it shows at a glance that nothing fits."""
        if any(atom is IMPOSSIBLE for atom in self.atoms) or self.exclusion.everything:
            return True
        if not self.kinds and not self.spare_kinds:
            return True
        if any("const" in atom or "enum" in atom for atom in self.atoms):
            return not self.values
        for low, high in _BOUNDS:
            least, most = conjunction.numbers(self.atoms, low), conjunction.numbers(self.atoms, high)
            kind = _IMPLIED[low]
            only = set(self.kinds) <= {kind, "integer" if kind == "number" else kind}
            if least and most and max(least) > min(most) and only and not self.spare_kinds:
                return True
        return False

    @cached_property
    def unsure(self) -> bool:
        """Whether a made value has to be checked."""
        if self.exclusion.unsure:
            return True
        for atom in self.atoms:
            if not _UNSURE.isdisjoint(atom) or "if" in atom:
                return True
            if not self.chosen and any(key.startswith(LOOSE) for key in atom):
                return True
            branches = atom.get("oneOf")
            if isinstance(branches, list) and len(branches) > 1 and not self.nodes.disjoint(branches):
                return True
        return False

    @cached_property
    def members(self) -> Members:
        """What an object of it is made of."""
        return self.nodes.members(self)

    @cached_property
    def items(self) -> Items:
        """What an array of it is made of."""
        return self.nodes.items(self)

    def flagged(self, key: str) -> bool:
        """Whether `readOnly`, `writeOnly` or `deprecated` is set on it."""
        return any(atom.get(key) is True for atom in self.atoms)

    def ends(self, levels: int) -> bool:
        """Whether a value of at most so many levels exists."""
        known = self.heights.get(levels)
        if known is None:
            known = self.heights[levels] = levels >= 0 and self._ends(levels)
        return known

    def _ends(self, levels: int) -> bool:
        if self.impossible:
            return False
        if self.values is not None:
            return True
        if self.has_choice:
            return any(branch.ends(levels - 1) for branch in self.alternatives)
        if any(kind not in ("object", "array") for kind in self.kinds):
            return True
        if "array" in self.kinds:
            items = self.items
            needed = [
                items.prefix[i] if i < len(items.prefix) else items.rest for i in range(min(items.least, 4))
            ]
            needed += [node for node, count in items.contained if count]
            if all(node.ends(levels - 1) for node in needed):
                return True
        return "object" in self.kinds and all(
            child.node.ends(levels - 1)
            for child in self.members.children
            if child.required and not child.hidden
        )

    @cached_property
    def height(self) -> int:
        """The least number of levels a value needs; more than `_DEEPEST` if there is none."""
        return next((levels for levels in range(_DEEPEST + 1) if self.ends(levels)), _DEEPEST + 1)

    @property
    def endless(self) -> bool:
        """Whether each value would have to contain another one of it, without end."""
        return self.height > _DEEPEST


def common(first: list[str], second: list[str]) -> list[str]:
    """The types allowed by both; an integer is a number."""
    found = []
    for kind in first:
        if kind in second:
            found.append(kind)
        elif (kind == "number" and "integer" in second) or (kind == "integer" and "number" in second):
            found.append("integer")
    return found


def same(first: Any, second: Any) -> bool:
    """JSON equality: true is not 1."""
    if isinstance(first, bool) != isinstance(second, bool):
        return False
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(value, second[key]) for key, value in first.items())
    return bool(first == second)


def choice_key(atom: Atom) -> str:
    """The keyword with the first choice an atom leaves open."""
    for keyword in ("oneOf", "anyOf"):
        if isinstance(atom.get(keyword), list) and atom[keyword]:
            return keyword
    return "if" if "if" in atom and ("then" in atom or "else" in atom) else ""

"""Schemas compiled for making values: each conjunction of schemas is read once and kept.

In: schemas of a document, a direction. Out: `Node`: the kinds of value it allows, its choices,
and its parts. May not know: how a single value is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apidouble.contract.shaping import Direction
from apidouble.sample import conjunction
from apidouble.sample.conjunction import IMPOSSIBLE, LOOSE, Atom, References, Schema
from apidouble.sample.negation import Exclusion, exclusion, negated

Check = Callable[[Any], bool]
Compile = Callable[[Schema, Direction], Any]

_KINDS = ("object", "array", "string", "number", "boolean", "null")
_IMPLIED: Mapping[str, str] = {
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties",
         "maxProperties", "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
        "object",
    ),
    **dict.fromkeys(
        ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"), "array"
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

    nodes: Nodes
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

    nodes: Nodes
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
                allowed = words if allowed is None else _common(allowed, words)
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
                found = listed if found is None else [v for v in found if any(_same(v, w) for w in listed)]
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
        return any(_choice_key(atom) for atom in self.atoms)

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


class Nodes:
    """All nodes of one document and direction."""

    def __init__(self, references: References, direction: Direction, compile_schema: Compile) -> None:
        self._references = references
        self.direction: Direction = direction
        self._mark = "writeOnly" if direction == "response" else "readOnly"
        self._compile = compile_schema
        self._kept: dict[tuple[object, ...], Node] = {}
        self._parts: dict[tuple[object, ...], Atom] = {}
        self._checks: dict[tuple[int, ...], tuple[Schema, Check]] = {}

    def node(self, parts: Sequence[Schema], names: tuple[str, ...] = (), *, chosen: bool = False) -> Node:
        """The node of a conjunction."""
        kept = tuple(part for part in parts if part is not True and part != {})
        key = (names, chosen, *(id(part) for part in kept))
        found = self._kept.get(key)
        if found is None:
            atoms, referred = conjunction.flatten(kept, self._references)
            # The node holds the parts, so that their ids stay theirs.
            found = self._kept[key] = Node(self, kept, atoms, names + tuple(referred), chosen)
        return found

    def check(self, parts: Sequence[Schema]) -> Check:
        """The validator of a conjunction."""
        key = tuple(id(part) for part in parts)
        found = self._checks.get(key)
        if found is None:
            schema: Schema = parts[0] if len(parts) == 1 else ({"allOf": list(parts)} if parts else True)
            found = self._checks[key] = (parts, self._compile(schema, self.direction).is_valid)
        return found[1]

    def part(self, key: tuple[object, ...], build: Callable[[], Atom]) -> Atom:
        """A schema of our own making, the same object each time."""
        if key not in self._parts:
            self._parts[key] = build()
        return self._parts[key]

    def branches(self, node: Node) -> list[Node]:
        """The nodes of the first choice that a node leaves open."""
        for index, atom in enumerate(node.atoms):
            keyword = _choice_key(atom)
            if not keyword:
                continue
            rest = self.part((id(atom), keyword), lambda: _without(atom, keyword))  # noqa: B023 - called at once
            others = [*node.atoms[:index], rest, *node.atoms[index + 1 :]]
            return [
                self.node([*others, *extra], node.names, chosen=True) for extra in self._extras(atom, keyword)
            ]
        return []

    def _extras(self, atom: Atom, keyword: str) -> list[list[Schema]]:
        """What each branch adds to the rest."""
        if keyword == "if":
            condition = atom["if"]
            refused = self.part((id(atom), "not-if"), lambda: negated(condition))
            return [[condition, atom.get("then", True)], [refused, atom.get("else", True)]]
        branches = atom[keyword]
        extras: list[list[Schema]] = []
        for position, branch in enumerate(branches):
            parts: list[Schema] = [branch]
            tag = _tag(atom, branch)
            if tag is not None:
                tagged = self.part(
                    (id(atom), "tag", position),
                    lambda: {"properties": {tag[0]: {"const": tag[1]}}, "required": [tag[0]]},  # noqa: B023
                )
                if not self._contradicts(branch, tag):
                    parts.append(tagged)
            if keyword == "oneOf":
                parts += self._avoiding(atom, position)
            extras.append(parts)
        return extras

    def _contradicts(self, branch: Schema, tag: tuple[str, str]) -> bool:
        """Whether a branch does not let its discriminator have the value that should name it."""
        atoms, _ = conjunction.flatten((branch,), self._references)
        inner = self.node(conjunction.property_parts(atoms, tag[0]))
        return inner.impossible or not inner.check(tag[1])

    def _avoiding(self, atom: Atom, position: int) -> list[Schema]:
        """For branches that only ask for properties: leave out what would fit another one too."""
        avoiding: list[Schema] = []
        mine = set(_required(atom["oneOf"][position]))
        for other, branch in enumerate(atom["oneOf"]):
            if (
                other == position
                or not isinstance(branch, Mapping)
                or set(branch) - {"required", "type", "title"}
            ):
                continue
            names = [name for name in _required(branch) if name not in mine]
            if names:
                avoiding.append(
                    self.part((id(atom), "avoid", position, other), lambda: {"not": {"required": names[:1]}})  # noqa: B023
                )
        return avoiding

    def disjoint(self, branches: Sequence[Schema]) -> bool:
        """Whether it is plain that no value fits two of the branches."""
        if len(branches) > 12:
            return False
        nodes = [self.node((branch,)) for branch in branches]
        return all(
            _apart(first, second) for index, first in enumerate(nodes) for second in nodes[index + 1 :]
        )

    def members(self, node: Node) -> Members:
        """What objects of a node are made of."""
        atoms = node.atoms
        required = dict.fromkeys(name for atom in atoms for name in _required(atom))
        forbidden = node.exclusion.forbidden(required)
        children: list[Child] = []
        for name in dict.fromkeys([*conjunction.property_names(atoms), *required]):
            child = self.node(conjunction.property_parts(atoms, name))
            if name in forbidden or (child.impossible and name not in required):
                continue
            children.append(Child(name, child, name in required, child.flagged(self._mark)))
        extra_parts = conjunction.extra_parts(atoms)
        extra = self.node(extra_parts)
        closed = extra.impossible or any(part is False for part in extra_parts)
        patterns = [item for atom in atoms for item in _mapping(atom, "patternProperties").items()]
        together: dict[str, list[str]] = {}
        conditions: dict[str, list[Schema]] = {}
        for atom in atoms:
            for name, names in _mapping(atom, "dependentRequired").items():
                together.setdefault(name, []).extend(names if isinstance(names, list) else ())
            for name, schema in _mapping(atom, "dependentSchemas").items():
                conditions.setdefault(name, []).append(schema)
        return Members(
            self,
            children,
            None if closed else extra,
            patterns,
            [atom["propertyNames"] for atom in atoms if "propertyNames" in atom],
            forbidden,
            int(max(conjunction.numbers(atoms, "minProperties"), default=0)),
            min(map(int, conjunction.numbers(atoms, "maxProperties")), default=None),
            together,
            conditions,
            _own_tag(node),
        )

    def items(self, node: Node) -> Items:
        """What arrays of a node are made of."""
        atoms = node.atoms
        length = conjunction.prefix_length(atoms)
        prefix = [self.node(conjunction.item_parts(atoms, index)) for index in range(length)]
        rest = self.node(conjunction.item_parts(atoms, length))
        most = min(map(int, conjunction.numbers(atoms, "maxItems")), default=None)
        if rest.impossible:
            most = length if most is None else min(most, length)
        contained = [
            (
                self.node([*conjunction.item_parts(atoms, length), atom["contains"]]),
                int(atom.get("minContains", 1)),
            )
            for atom in atoms
            if "contains" in atom
        ]
        return Items(
            prefix,
            rest,
            int(max(conjunction.numbers(atoms, "minItems"), default=0)),
            most,
            any(atom.get("uniqueItems") is True for atom in atoms),
            contained,
        )


def _common(first: list[str], second: list[str]) -> list[str]:
    """Types allowed by both; an integer is a number."""
    found = []
    for kind in first:
        if kind in second:
            found.append(kind)
        elif (kind == "number" and "integer" in second) or (kind == "integer" and "number" in second):
            found.append("integer")
    return found


def _same(first: Any, second: Any) -> bool:
    """JSON equality: true is not 1."""
    if isinstance(first, bool) != isinstance(second, bool):
        return False
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            _same(value, second[key]) for key, value in first.items()
        )
    return bool(first == second)


def _choice_key(atom: Atom) -> str:
    """The keyword with the first choice an atom leaves open."""
    for keyword in ("oneOf", "anyOf"):
        if isinstance(atom.get(keyword), list) and atom[keyword]:
            return keyword
    return "if" if "if" in atom and ("then" in atom or "else" in atom) else ""


def _without(atom: Atom, keyword: str) -> Atom:
    dropped = {"if", "then", "else"} if keyword == "if" else {keyword}
    return {key: value for key, value in atom.items() if key not in dropped}


def _required(schema: Schema) -> list[str]:
    names = schema.get("required") if isinstance(schema, Mapping) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _mapping(atom: Atom, key: str) -> Mapping[str, Any]:
    found = atom.get(key)
    return found if isinstance(found, Mapping) else {}


def _tag(atom: Atom, branch: Schema) -> tuple[str, str] | None:
    """The discriminator's property, and the value that names a branch (OAS 3.1 section 4.8.25)."""
    discriminator = atom.get("discriminator")
    if not isinstance(discriminator, Mapping) or not isinstance(branch, Mapping):
        return None
    reference, name = branch.get("$ref"), discriminator.get("propertyName")
    if not isinstance(reference, str) or not isinstance(name, str):
        return None
    return (name, _word_for(discriminator, reference.rsplit("/", 1)[-1], reference))


def _own_tag(node: Node) -> tuple[str, str] | None:
    """The same for a schema that names itself through an inherited discriminator."""
    for atom in node.atoms:
        discriminator = atom.get("discriminator")
        if (
            isinstance(discriminator, Mapping)
            and isinstance(discriminator.get("propertyName"), str)
            and node.names
        ):
            return (discriminator["propertyName"], _word_for(discriminator, node.names[0], ""))
    return None


def _word_for(discriminator: Mapping[str, Any], name: str, reference: str) -> str:
    mapping = discriminator.get("mapping")
    for word, target in mapping.items() if isinstance(mapping, Mapping) else ():
        if target in (reference, name) or str(target).rsplit("/", 1)[-1] == name:
            return str(word)
    return name


def _apart(first: Node, second: Node) -> bool:
    """Whether two nodes plainly share no value."""
    if not _common(list(first.kinds), list(second.kinds)):
        return _says_type(first) and _says_type(second)
    if first.values is not None and second.values is not None:
        return not any(_same(value, other) for value in first.values for other in second.values)
    if first.kinds != ("object",) or second.kinds != ("object",) or first.has_choice or second.has_choice:
        return False
    theirs = {child.name: child for child in second.members.children if child.required}
    for child in first.members.children:
        other = theirs.get(child.name)
        if child.required and other and child.node.values is not None and other.node.values is not None:
            mine = child.node.values
            if not any(_same(value, word) for value in mine for word in other.node.values):
                return True
    return False


def _says_type(node: Node) -> bool:
    """Whether its kinds are a promise, not a guess from its keywords."""
    return node.values is not None or any("type" in atom for atom in node.atoms)

"""Schemas compiled for making values: each conjunction of schemas is read once and kept.

In: schemas of a document, a direction. Out: `Node`s. May not know: how values are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apidouble.contract.shaping import Direction
from apidouble.sample import conjunction
from apidouble.sample.branches import Branches, own_tag, required
from apidouble.sample.conjunction import Atom, References, Schema
from apidouble.sample.node import Check, Child, Items, Members, Node

Compile = Callable[[Schema, Direction], Any]
"""(schema, direction) -> something with `is_valid`, as the contract has it."""


class Nodes:
    """All nodes of one document and direction."""

    def __init__(self, references: References, direction: Direction, compile_schema: Compile) -> None:
        self._references = references
        self.direction: Direction = direction
        self._mark = "writeOnly" if direction == "response" else "readOnly"
        self._compile = compile_schema
        self._kept: dict[tuple[object, ...], Node] = {}
        self._branches = Branches(self, references)
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

    def branches(self, node: Node) -> list[Node]:
        """The nodes of the first choice that a node leaves open."""
        return self._branches.of(node)

    def disjoint(self, branches: Sequence[Schema]) -> bool:
        """Whether it is plain that no value fits two of the branches."""
        return self._branches.disjoint(branches)

    def members(self, node: Node) -> Members:
        """What objects of a node are made of."""
        atoms = node.atoms
        needed = dict.fromkeys(name for atom in atoms for name in required(atom))
        forbidden = node.exclusion.forbidden(needed)
        children: list[Child] = []
        for name in dict.fromkeys([*conjunction.property_names(atoms), *needed]):
            child = self.node(conjunction.property_parts(atoms, name))
            if name in forbidden or (child.impossible and name not in needed):
                continue
            children.append(Child(name, child, name in needed, child.flagged(self._mark)))
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
            own_tag(node),
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


def _mapping(atom: Atom, key: str) -> Mapping[str, Any]:
    found = atom.get(key)
    return found if isinstance(found, Mapping) else {}

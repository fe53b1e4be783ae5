"""The choices that schemas leave open, and what each branch adds.

In: an atom with `oneOf`, `anyOf` or `if`. Out: the parts of each branch, with what keeps it apart
from the others. May not know: how values are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apidouble.sample import conjunction
from apidouble.sample.conjunction import Atom, References, Schema
from apidouble.sample.negation import negated
from apidouble.sample.node import Keeper, Node, choice_key, common, same


class Branches:
    """Branches of all choices of one document and direction; parts of our own making are kept."""

    def __init__(self, keeper: Keeper, references: References) -> None:
        self._keeper = keeper
        self._references = references
        self._parts: dict[tuple[object, ...], Atom] = {}

    def _part(self, key: tuple[object, ...], build: Callable[[], Atom]) -> Atom:
        """A schema of our own making, the same object each time."""
        if key not in self._parts:
            self._parts[key] = build()
        return self._parts[key]

    def of(self, node: Node) -> list[Node]:
        """The nodes of the first choice that a node leaves open."""
        for index, atom in enumerate(node.atoms):
            keyword = choice_key(atom)
            if not keyword:
                continue
            rest = self._part((id(atom), keyword), lambda: _without(atom, keyword))  # noqa: B023 - called at once
            others = [*node.atoms[:index], rest, *node.atoms[index + 1 :]]
            return [
                self._keeper.node([*others, *extra], node.names, chosen=True)
                for extra in self._extras(atom, keyword)
            ]
        return []

    def _extras(self, atom: Atom, keyword: str) -> list[list[Schema]]:
        """What each branch adds to the rest."""
        if keyword == "if":
            condition = atom["if"]
            refused = self._part((id(atom), "not-if"), lambda: negated(condition))
            return [[condition, atom.get("then", True)], [refused, atom.get("else", True)]]
        branches = atom[keyword]
        extras: list[list[Schema]] = []
        for position, branch in enumerate(branches):
            parts: list[Schema] = [branch]
            tag = _tag(atom, branch)
            if tag is not None:
                tagged = self._part(
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
        inner = self._keeper.node(conjunction.property_parts(atoms, tag[0]))
        return inner.impossible or not inner.check(tag[1])

    def _avoiding(self, atom: Atom, position: int) -> list[Schema]:
        """For branches that only ask for properties: leave out what would fit another one too."""
        avoiding: list[Schema] = []
        mine = set(required(atom["oneOf"][position]))
        for other, branch in enumerate(atom["oneOf"]):
            if (
                other == position
                or not isinstance(branch, Mapping)
                or set(branch) - {"required", "type", "title"}
            ):
                continue
            names = [name for name in required(branch) if name not in mine]
            if names:
                avoiding.append(
                    self._part((id(atom), "avoid", position, other), lambda: {"not": {"required": names[:1]}})  # noqa: B023
                )
        return avoiding

    def disjoint(self, branches: Sequence[Schema]) -> bool:
        """Whether it is plain that no value fits two of the branches."""
        if len(branches) > 12:
            return False
        nodes = [self._keeper.node((branch,)) for branch in branches]
        return all(
            _apart(first, second) for index, first in enumerate(nodes) for second in nodes[index + 1 :]
        )


def _without(atom: Atom, keyword: str) -> Atom:
    dropped = {"if", "then", "else"} if keyword == "if" else {keyword}
    return {key: value for key, value in atom.items() if key not in dropped}


def required(schema: Schema) -> list[str]:
    """The names that a schema itself asks for."""
    names = schema.get("required") if isinstance(schema, Mapping) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _tag(atom: Atom, branch: Schema) -> tuple[str, str] | None:
    """The discriminator's property, and the value that names a branch (OAS 3.1 section 4.8.25)."""
    discriminator = atom.get("discriminator")
    if not isinstance(discriminator, Mapping) or not isinstance(branch, Mapping):
        return None
    reference, name = branch.get("$ref"), discriminator.get("propertyName")
    if not isinstance(reference, str) or not isinstance(name, str):
        return None
    return (name, _word_for(discriminator, reference.rsplit("/", 1)[-1], reference))


def own_tag(node: Node) -> tuple[str, str] | None:
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
    if not common(list(first.kinds), list(second.kinds)):
        return _says_type(first) and _says_type(second)
    if first.values is not None and second.values is not None:
        return not any(same(value, other) for value in first.values for other in second.values)
    if first.kinds != ("object",) or second.kinds != ("object",) or first.has_choice or second.has_choice:
        return False
    theirs = {child.name: child for child in second.members.children if child.required}
    for child in first.members.children:
        other = theirs.get(child.name)
        if child.required and other and child.node.values is not None and other.node.values is not None:
            mine = child.node.values
            if not any(same(value, word) for value in mine for word in other.node.values):
                return True
    return False


def _says_type(node: Node) -> bool:
    """Whether its kinds are a promise, not a guess from its keywords."""
    return node.values is not None or any("type" in atom for atom in node.atoms)

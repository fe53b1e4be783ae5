"""Schemas that must all hold at once, taken apart into plain keyword sets.

In: schemas in internal form (2020-12, local references). Out: atoms, that is schema objects
without `$ref` and `allOf`, and what they ask together of one property or item. May not know:
how values are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from apidouble.document.document import Document

Schema = Any
Atom = Mapping[str, Any]

IMPOSSIBLE: Atom = {"not": {}}
"""An atom that nothing fits."""

LOOSE = "x-loose-"
"""Before `unevaluatedProperties` and `unevaluatedItems` in an atom: they see what stands beside
them, so that they mean something only in the whole schema, never in a part of it."""
_DROPPED = ("$ref", "$dynamicRef", "allOf")
_RENAMED = ("unevaluatedProperties", "unevaluatedItems")


class References:
    """Looks up local references, once each."""

    def __init__(self, document: Document | None) -> None:
        """Without a document no reference leads anywhere."""
        self._document = document
        self._known: dict[str, Schema] = {}
        self._atoms: dict[int, tuple[Schema, Atom]] = {}

    def atom(self, schema: Atom) -> Atom:
        """The schema without what leads elsewhere; the same object each time."""
        if not any(key in schema for key in (*_DROPPED, *_RENAMED)):
            return schema
        found = self._atoms.get(id(schema))
        if found is None:
            atom = {
                LOOSE + key if key in _RENAMED else key: value
                for key, value in schema.items()
                if key not in _DROPPED
            }
            found = self._atoms[id(schema)] = (schema, atom)
        return found[1]

    def target(self, reference: str) -> Schema:
        """The schema a reference leads to; one that leads nowhere allows everything."""
        if reference not in self._known:
            self._known[reference] = self._find(reference)
        return self._known[reference]

    def _find(self, reference: str) -> Schema:
        if not reference.startswith("#") or self._document is None:
            return True
        for pointer in (reference[1:], unquote(reference[1:])):
            try:
                return self._document.at(pointer)
            except (KeyError, TypeError):
                continue
        return True


def flatten(parts: Sequence[Schema], references: References) -> tuple[list[Atom], list[str]]:
    """The atoms of a conjunction, and the names of the schemas it refers to, outermost first."""
    atoms: list[Atom] = []
    names: list[str] = []
    seen: set[int] = set()

    def walk(schema: Schema) -> None:
        if schema is False:
            atoms.append(IMPOSSIBLE)
        if not isinstance(schema, Mapping) or not schema or id(schema) in seen:
            return
        seen.add(id(schema))
        reference = schema.get("$ref", schema.get("$dynamicRef"))
        everything = schema.get("allOf")
        # The schema's own words (title, example, order of properties) stand before those of what
        # it refers to, so that they win.
        if atom := references.atom(schema):
            atoms.append(atom)
        if isinstance(reference, str):
            names.append(reference.rsplit("/", 1)[-1])
            walk(references.target(reference))
        for part in everything if isinstance(everything, list) else ():
            walk(part)
        refused = schema.get("not")
        if isinstance(refused, Mapping) and set(refused) == {"not"}:
            walk(refused["not"])

    for part in parts:
        walk(part)
    return atoms, names


def property_names(atoms: Sequence[Atom]) -> list[str]:
    """All names that the atoms declare, in the order of the document."""
    names: dict[str, None] = {}
    for atom in atoms:
        properties = atom.get("properties")
        if isinstance(properties, Mapping):
            names.update(dict.fromkeys(properties))
    return list(names)


def property_parts(atoms: Sequence[Atom], name: str) -> list[Schema]:
    """The schemas that the value of a property must fit."""
    parts: list[Schema] = []
    for atom in atoms:
        covered = False
        properties = atom.get("properties")
        if isinstance(properties, Mapping) and name in properties:
            parts.append(properties[name])
            covered = True
        patterns = atom.get("patternProperties")
        if isinstance(patterns, Mapping):
            for pattern, schema in patterns.items():
                if matches(pattern, name):
                    parts.append(schema)
                    covered = True
        if not covered and "additionalProperties" in atom:
            parts.append(atom["additionalProperties"])
    return parts


def extra_parts(atoms: Sequence[Atom]) -> list[Schema]:
    """The schemas for properties that nothing names."""
    keys = ("additionalProperties", LOOSE + "unevaluatedProperties")
    return [atom[key] for atom in atoms for key in keys if key in atom]


def item_parts(atoms: Sequence[Atom], index: int) -> list[Schema]:
    """The schemas that the item at this place must fit."""
    parts: list[Schema] = []
    for atom in atoms:
        prefix = atom.get("prefixItems")
        length = len(prefix) if isinstance(prefix, list) else 0
        if isinstance(prefix, list) and index < length:
            parts.append(prefix[index])
        elif "items" in atom:
            parts.append(atom["items"])
        elif LOOSE + "unevaluatedItems" in atom and "contains" not in atom:
            parts.append(atom[LOOSE + "unevaluatedItems"])
    return parts


def prefix_length(atoms: Sequence[Atom]) -> int:
    """How many leading items have a schema of their own."""
    return max((len(p) for atom in atoms if isinstance(p := atom.get("prefixItems"), list)), default=0)


def matches(pattern: str, name: str) -> bool:
    """Whether a name falls under a `patternProperties` key, near enough: Python's dialect."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def numbers(atoms: Sequence[Atom], key: str) -> list[Any]:
    """The numeric values of a keyword (booleans are none)."""
    return [
        value
        for atom in atoms
        if isinstance(value := atom.get(key), int | float) and not isinstance(value, bool)
    ]


def texts(atoms: Sequence[Atom], key: str) -> list[str]:
    """The distinct text values of a keyword."""
    return list(dict.fromkeys(value for atom in atoms if isinstance(value := atom.get(key), str)))


def examples(atoms: Sequence[Atom]) -> Iterator[Any]:
    """What the schema itself gives as examples."""
    for atom in atoms:
        listed = atom.get("examples")
        if isinstance(listed, list):
            yield from listed
        elif isinstance(listed, Mapping):
            yield from (item.get("value") for item in listed.values() if isinstance(item, Mapping))
        if "example" in atom:
            yield atom["example"]

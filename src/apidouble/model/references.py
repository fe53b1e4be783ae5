"""Which fields of a record hold the keys of other records.

In: record schemas, the collections of an API. Out: field -> collection. May not know: paths, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from apidouble.model.groups import Home
from apidouble.model.linkage import linkages
from apidouble.model.names import GENERIC, IDENTIFIERS, is_identifier, noun, squeezed, words
from apidouble.model.schemas import Schemas, Shape, family

_AMOUNTS = frozenset({"order", "rank", "position", "level", "version", "year", "month", "day", "score"})
"""Nouns that integers measure rather than point at."""


@dataclass(frozen=True, slots=True)
class Target:
    """A collection that can be pointed at."""

    name: str
    key: str
    kinds: frozenset[str]
    """Types of its keys."""
    record: Shape


class References:
    """Finds references among the collections of one contract."""

    def __init__(self, homes: Iterable[Home], schemas: Schemas) -> None:
        self._schemas = schemas
        self._by_noun: dict[str, list[Target]] = {}
        self._by_family: dict[object, list[Target]] = {}
        for home in homes:
            if home.singleton or home.scoped or not home.key:
                continue
            if not home.primary.arity and (home.key.startswith("^") or home.primary.above):
                continue
            if is_identifier(home.literal) or home.primary.membership():
                continue
            declared = home.key_schema.get("type") if isinstance(home.key_schema, Mapping) else None
            kinds = frozenset({declared}) if isinstance(declared, str) else frozenset({"string"})
            target = Target(home.name, home.key, kinds, home.shape)
            about = noun(home.literal)
            for word in dict.fromkeys((about[-1], "".join(about))) if about else ():
                if word not in GENERIC:
                    self._by_noun.setdefault(word, []).append(target)
            if home.shape.name and home.key[0] != "^" and "/" not in home.key:
                self._by_family.setdefault(family(home.shape.name), []).append(target)

    def of(self, record: Shape, taken: Iterable[str]) -> dict[str, str]:
        """Field -> collection whose key it holds, but for the fields that are `taken`."""
        skipped = set(taken)
        found: dict[str, str] = {}
        for field in record.properties:
            shape = self._schemas.property(record, field)
            if field in skipped or shape.is_array:
                continue
            name = self._named(field, shape)
            if name is not None:
                found[field] = name
            elif shape.is_object and shape.name:
                inner = self._inside(field, shape)
                if inner is not None and inner[0] not in skipped:
                    found[inner[0]] = inner[1]
        for parts, field, shape in linkages(self._schemas, record):
            if field not in skipped:
                for target, _ in self._candidates((*parts, "id"), parts):
                    if shape.types & target.kinds:
                        found[field] = target.name
                        break
        return found

    def _named(self, field: str, shape: Shape) -> str | None:
        """`pet_id`, `petId`, `pet`: by name and type."""
        parts = words(field)
        for target, whole in self._candidates(parts, noun(field)):
            if whole and {"string", "object"} <= shape.types and "string" in target.kinds:
                return target.name
            if not shape.is_scalar or "boolean" in shape.types or shape.values:
                continue
            suffix = squeezed(target.key.rpartition("/")[2])
            named = not whole and (parts[-1] in IDENTIFIERS or parts[-1] in {"key", suffix})
            textual = target.kinds == {"string"} and squeezed(target.key) == "id" and not shape.format
            # `author: 7` is an author in APIs that number them; `comments: 7` and `order: 7` are not.
            numbered = target.kinds == shape.types == {"integer"} and is_identifier(target.key)
            numbered = numbered and noun(field) == parts and parts[-1] not in _AMOUNTS
            if (
                named or (whole and len(parts) == 1 and (textual or numbered))
            ) and shape.types & target.kinds:
                return target.name
        return None

    def _candidates(self, parts: tuple[str, ...], single: tuple[str, ...]) -> Iterator[tuple[Target, bool]]:
        """Collections that a field may name, and whether with its whole name or all but the last word."""
        for stem, whole in ((parts[:-1], False), (single, True)):
            for start in range(len(stem)):
                targets = self._by_noun.get("".join(stem[start:]), ())
                if len(targets) == 1:
                    yield targets[0], whole

    def _inside(self, field: str, shape: Shape) -> tuple[str, str] | None:
        """`owner: {id}`: an object that is a form of another collection's record."""
        for target in self._by_family.get(family(shape.name), ()):
            inner = shape.properties.get(target.key)
            if inner is None or not self._schemas.same(shape, target.record):
                continue
            if self._schemas.shape(inner).types & target.kinds:
                return f"{field}/{target.key}", target.name
        return None

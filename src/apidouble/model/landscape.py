"""All groups and homes of one contract, and how to find one from a path or a schema.

In: groups and homes. Out: the record above a path, the home of an answer. May not know: verbs, hints,
stores.
"""

from __future__ import annotations

from collections.abc import Sequence

from apidouble.model.groups import Group, Home
from apidouble.model.places import find_same, says_who
from apidouble.model.readings import Reading
from apidouble.model.schemas import Schemas, Shape, family


class Landscape:
    """The groups and homes of one contract."""

    def __init__(self, groups: Sequence[Group], homes: list[Home], schemas: Schemas) -> None:
        self.groups = groups
        self.homes = homes
        self.schemas = schemas
        self._families: dict[object, list[Home]] = {}
        self._indexed = -1
        self._by_key: dict[object, list[Group]] = {}
        for group in groups:
            self._by_key.setdefault(group.key, []).append(group)

    def above(self, group: Group) -> Group | None:
        """The group of the nearest record above in the path, if it is known."""
        parts = group.parts
        for end in range(len(parts) - 1, 0, -1):
            head = parts[:end]
            if not head[-1].parameters:
                continue
            key = (
                *((part.literal.lower(), len(part.parameters)) for part in head[:-1]),
                (head[-1].literal.lower(), 0),
            )
            for candidate in self._by_key.get(key, ()):
                if candidate.home is not None and candidate.arity == len(head[-1].parameters):
                    return candidate
            return None
        return None

    def home_of(self, reading: Reading) -> Home | None:
        """The home whose records the answer shows."""
        if not reading.shape.is_object:
            return None
        whole = self.home_of_shape(reading.shape)
        if whole is not None:
            return whole
        if not says_who(reading.shape):
            for name in reading.shape.properties:
                inner = self.schemas.property(reading.shape, name)
                home = self.home_of_shape(inner) if inner.is_object else None
                if home is not None and find_same(self.schemas, reading.answer, home.shape) is not None:
                    return home
        if reading.record is not None and reading.record.pointer:
            shape = self.schemas.shape(reading.record.schema)
            return self.home_of_shape(shape)
        return None

    def home_of_list(self, reading: Reading) -> Home | None:
        """The home whose records the answer lists."""
        found = reading.records
        return self.home_of_shape(self.schemas.shape(found.schema)) if found is not None else None

    def home_of_shape(self, shape: Shape) -> Home | None:
        """The home of records of that shape, one with a path for each record before others."""
        matching = [home for home in self._candidates(shape) if self.schemas.same(home.shape, shape)]
        for home in matching:
            if home.shape.name == shape.name and home.primary.arity:
                return home
        return matching[0] if matching else None

    def _candidates(self, shape: Shape) -> list[Home]:
        """The homes that may show such records, looked up by what their schemas are called."""
        if self._indexed != len(self.homes):
            self._indexed = len(self.homes)
            self._families = {}
            for home in self.homes:
                if home.shape.properties and not home.singleton:
                    self._families.setdefault(family(home.shape.name), []).append(home)
        if shape.name:
            return [*self._families.get(family(shape.name), ()), *self._families.get(family(""), ())]
        return [home for homes in self._families.values() for home in homes]

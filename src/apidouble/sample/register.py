"""Which keys and unique values a collection has given away while it is seeded.

In: a resource, records as they are made. Out: store keys, and whether a value is taken. May not
know: how records are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apidouble.model.resource import Resource
from apidouble.sample.families import field_of, own_key
from apidouble.store.base import Key, Record

_COUNTED = 10**12
"""Keys from here on are no counted numbers."""


class Register:
    """Keys and unique values of one collection."""

    def __init__(self, resource: Resource, unique: Iterable[str]) -> None:
        self._resource = resource
        self._taken: dict[str, set[Any]] = {name: set() for name in unique}
        self._keys: set[Key] = set()
        self.highest = 0
        """The greatest numeric key so far."""

    def parents_of(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of a record's parents, outermost first."""
        return tuple(field_of(data, hidden, parent.field) for parent in self._resource.parents)

    def store_key(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Key:
        """The key that the store knows the record by."""
        if self._resource.singleton:
            return (*self.parents_of(data, hidden), "")
        return self.scoped(field_of(data, hidden, self._resource.key), data, hidden)

    def scoped(self, own: Any, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Key:
        """The store key of a record with this key of its own."""
        key: Key = (*self.parents_of(data, hidden), own) if self._resource.scoped else own
        return key

    def identifying(self) -> list[str]:
        """The fields without which a record could not be found."""
        names = [parent.field for parent in self._resource.parents]
        if self._resource.key and not self._resource.singleton:
            names.append(self._resource.key)
        return names

    def has(self, key: Key) -> bool:
        """Whether the key is given away."""
        return key in self._keys

    def keep(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Record:
        """The record; its key and unique values are given away from now on."""
        key = self.store_key(data, hidden)
        self._keys.add(key)
        own = own_key(key)
        if isinstance(own, int) and own < _COUNTED:
            self.highest = max(self.highest, own)
        above = self.parents_of(data, hidden)
        for name, seen in self._taken.items():
            value = field_of(data, hidden, name)
            if value is not None:
                seen.add((*above, _hashable(value)))
        return Record(key, data, hidden)

    def is_taken(self, name: str, value: Any, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> bool:
        """Whether another record of the same parents has the value in a field that is unique."""
        seen = self._taken.get(name)
        if not seen or value is None:
            return False
        return (*self.parents_of(data, hidden), _hashable(value)) in seen

    def clashes(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> list[str]:
        """The unique fields whose value another record has."""
        return [
            name for name in self._taken if self.is_taken(name, field_of(data, hidden, name), data, hidden)
        ]


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else repr(value)

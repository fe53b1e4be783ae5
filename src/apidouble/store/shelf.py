"""One version of one collection: records, their order and their indexes, shared between versions.

In: records in insertion order. Out: `Shelf`, whose `put`, `rename` and `delete` give a new shelf,
and whose `page` answers conditions by its indexes. May not know: transactions, sandboxes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from apidouble.store.base import (
    ALL,
    And,
    CollectionSpec,
    Condition,
    Eq,
    In,
    Key,
    Not,
    Or,
    Order,
    Record,
    Rows,
)
from apidouble.store.conditions import predicate, repeatable, sort_key, term, terms
from apidouble.store.hashmap import HashMap
from apidouble.store.places import EMPTY, Few, Places, places

_REMEMBERED = 8
"""Results of scans and sorts kept for each version."""

_WINDOWS = 4
"""Pages kept for each version: few, since each sandbox has versions of its own."""
_SHORTEST, _LONGEST = 3, 200
"""Records of a page that is kept; shorter ones are single look-ups."""

Index = HashMap[Hashable, Places]


class Shelf:
    """An immutable collection."""

    __slots__ = ("_remembered", "_windows", "indexes", "keys", "order", "records", "sequence")

    def __init__(
        self,
        keys: HashMap[Key, Record],
        records: HashMap[int, Record],
        order: Places,
        indexes: Mapping[str, Index],
        sequence: int,
    ) -> None:
        self.keys = keys
        self.records = records
        """By sequence."""
        self.order = order
        self.indexes = indexes
        """Field -> term -> sequences of the records that hold it."""
        self.sequence = sequence
        """The last one given out."""
        self._windows: dict[tuple[Places, int, int | None], Rows] | None = None
        self._remembered: dict[tuple[str, tuple[tuple[str, bool], ...]], list[Record]] | None = None

    @classmethod
    def of(cls, spec: CollectionSpec, records: Iterable[Record], sequence: int = 0) -> Shelf:
        """A shelf of these records.

        Those without a sequence get the next one; of records that share a key the first stays.
        """
        keys: dict[Key, Record] = {}
        for record in records:
            if record.key not in keys:
                keys[record.key] = record
                record.sequence = record.sequence or sequence + 1
                sequence = max(sequence, record.sequence)
        ordered = sorted(keys.values(), key=lambda record: record.sequence)
        indexes: dict[str, Index] = {}
        for name in dict.fromkeys(spec.indexes + spec.unique):
            found: dict[Hashable, list[int]] = {}
            for record in ordered:
                for value in terms(record.value(name)):
                    found.setdefault(value, []).append(record.sequence)
            indexes[name] = HashMap.of([(value, places(members)) for value, members in found.items()])
        return cls(
            HashMap.of(list(keys.items())),
            HashMap.of([(record.sequence, record) for record in ordered]),
            places([record.sequence for record in ordered]),
            indexes,
            sequence,
        )

    # Writing

    def put(
        self, key: Key, data: Mapping[str, Any], hidden: Mapping[str, Any] | None
    ) -> tuple[Shelf, Record, bool]:
        """The new shelf, the record as stored, and whether it is new."""
        old = self.keys.get(key)
        if old is None:
            sequence = self.sequence + 1
            record = Record(key, data, hidden, sequence=sequence)
            return self._with(None, record, self.order.add(sequence)), record, True
        record = Record(
            key,
            data,
            old.hidden if hidden is None else hidden,
            sequence=old.sequence,
            version=old.version + 1,
        )
        return self._with(old, record, self.order), record, False

    def rename(self, old: Key, new: Key) -> tuple[Shelf, Record]:
        """The same record under another key; KeyError if `old` is unknown or `new` taken."""
        record = self.keys.get(old)
        if record is None:
            raise KeyError(old)
        if self.keys.get(new) is not None:
            raise KeyError(new)
        moved = Record(new, record.data, record.hidden, sequence=record.sequence, version=record.version + 1)
        return Shelf(
            self.keys.without(old).set(new, moved),
            self.records.set(moved.sequence, moved),
            self.order,
            self.indexes,
            self.sequence,
        ), moved

    def delete(self, record: Record) -> Shelf:
        """The shelf without this record."""
        return Shelf(
            self.keys.without(record.key),
            self.records.without(record.sequence),
            self.order.discard(record.sequence),
            self._reindexed(record, None),
            self.sequence,
        )

    def _with(self, old: Record | None, new: Record, order: Places) -> Shelf:
        return Shelf(
            self.keys.set(new.key, new),
            self.records.set(new.sequence, new),
            order,
            self._reindexed(old, new),
            max(self.sequence, new.sequence),
        )

    def _reindexed(self, old: Record | None, new: Record | None) -> Mapping[str, Index]:
        changed: dict[str, Index] = {}
        for name, index in self.indexes.items():
            before = terms(old.value(name)) if old is not None else ()
            after = terms(new.value(name)) if new is not None else ()
            if before == after:
                continue
            moved = index
            for value in before:
                if value not in after and old is not None:
                    left = (moved.get(value) or EMPTY).discard(old.sequence)
                    moved = moved.set(value, left) if left.count else moved.without(value)
            for value in after:
                if value not in before and new is not None:
                    held = moved.get(value)
                    moved = moved.set(value, Few((new.sequence,)) if held is None else held.add(new.sequence))
            changed[name] = moved
        return {**self.indexes, **changed} if changed else self.indexes

    # Reading

    def page(
        self, where: Condition, order: Order, offset: int, limit: int | None
    ) -> tuple[list[Record], int]:
        """The matching records of that window, and how many match in all."""
        if where is ALL:
            found, rest = self.order, list[Condition]()
        else:
            found, rest = self._narrowed(where)
        if not rest and not order:
            return self._window(found, offset, limit), found.count
        rows = self._scanned(where, found, rest, order)
        return rows[offset : None if limit is None else offset + limit], len(rows)

    def _window(self, found: Places, offset: int, limit: int | None) -> list[Record]:
        """The records of a part of a set; the last pages are remembered, since they are asked for again."""
        if limit is not None and limit < _SHORTEST:
            return self.records.many(found.window(offset, limit))
        memory = self._windows
        if memory is None:
            memory = self._windows = {}
        name = (found, offset, limit)
        known = memory.get(name)
        if known is None:
            known = Rows(self.records.many(found.window(offset, limit)))
            if len(known) <= _LONGEST:
                for oldest in tuple(memory)[: len(memory) + 1 - _WINDOWS]:
                    memory.pop(oldest, None)
                memory[name] = known
        return known

    def position(self, key: Key, where: Condition, order: Order) -> int | None:
        """Where among the matching records, in that order, this one stands; None if it is not there."""
        record = self.keys.get(key)
        if record is None:
            return None
        found, rest = self._narrowed(where)
        if not rest and not order:
            return found.rank(record.sequence) if record.sequence in found else None
        rows = self._scanned(where, found, rest, order)
        return next((at for at, row in enumerate(rows) if row is record), None)

    def _narrowed(self, where: Condition) -> tuple[Places, list[Condition]]:
        """A set that holds all matches, and what remains to be tested on its members."""
        if isinstance(where, Eq):
            index = self.indexes.get(where.name)
            if index is not None:
                return index.get(term(where.value)) or EMPTY, []
        elif isinstance(where, And):
            return self._narrowed_by_all(where.parts)
        elif isinstance(where, Or):
            sides = [self._narrowed(part) for part in where.parts]
            return _union([side for side, _ in sides]), [where] if any(rest for _, rest in sides) else []
        elif isinstance(where, In):
            index = self.indexes.get(where.name)
            if index is not None:
                wanted = {term(value) for value in where.values}
                return _union([held for value in wanted if (held := index.get(value)) is not None]), []
        elif isinstance(where, Not):
            inner, rest = self._narrowed(where.part)
            if not rest:
                return self.order - inner, []
        return self.order, [where]

    def _narrowed_by_all(self, parts: Sequence[Condition]) -> tuple[Places, list[Condition]]:
        found = self.order
        rest: list[Condition] = []
        for part in parts:
            side, open_parts = self._narrowed(part)
            if side is not self.order:
                found = side if found is self.order else found & side
            rest += open_parts
        return found, rest

    def _scanned(self, where: Condition, found: Places, rest: list[Condition], order: Order) -> list[Record]:
        """All matches in order; remembered, for the next page of the same list costs nothing then."""
        memory = self._remembered
        if memory is None:
            memory = self._remembered = {}
        # Text, because Eq(name, True) and Eq(name, 1) are equal in Python.
        name = (repr(where), tuple(order)) if repeatable(where) else None
        if name is not None and (known := memory.get(name)) is not None:
            return known
        rows = self.records.many(found)
        for condition in rest:
            rows = list(filter(predicate(condition), rows))
        for field, descending in reversed(order):
            rows = _sorted(rows, field, descending=descending)
        if name is not None:
            if len(memory) >= _REMEMBERED:
                memory.pop(next(iter(memory)), None)
            memory[name] = rows
        return rows


def _union(sets: list[Places]) -> Places:
    return reduce(or_, sets, EMPTY)


def _sorted(rows: list[Record], field: str, *, descending: bool) -> list[Record]:
    """By one field; records with equal values keep their order both ways."""
    keys = [record.value(field) for record in rows]
    kinds = set(map(type, keys))
    if not (kinds <= {str} or kinds <= {int, float}):
        keys = list(map(sort_key, keys))
    ranking = sorted(range(len(rows)), key=keys.__getitem__, reverse=descending)
    return [rows[place] for place in ranking]

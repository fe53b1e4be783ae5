"""One version of one collection: records, their order and their indexes, shared between versions.

In: records in insertion order. Out: `Shelf`, whose `put`, `rename` and `delete` give a new shelf,
and whose `page` answers conditions by its indexes. May not know: transactions, sandboxes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import reduce
from operator import attrgetter, or_
from typing import Any, NamedTuple

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

_RECENT = 32
"""Changes that a shelf keeps beside its indexes before it takes them in, all at once."""

_THEMSELVES = frozenset({str, type(None)})
"""What nearly all values are: an index is keyed by them as they are."""

Index = HashMap[Hashable, Places | int]
"""Term -> sequences of the records that hold it; itself where there is one, as with all that is unique."""


class Settled(NamedTuple):
    """Records with everything that finds them."""

    keys: HashMap[Key, int]
    """Key -> sequence. Dicts of text and numbers are nothing to the garbage collector; those that hold the
    records, by sequence, change a few at a time, since new ones come at the end.
    """
    records: HashMap[int, Record]
    order: Places
    indexes: Mapping[str, Index]
    """By field."""

    def get(self, key: Key) -> Record | None:
        """The record, or None."""
        sequence = self.keys.get(key)
        return None if sequence is None else self.records.get(sequence)

    def taking(self, recent: Mapping[Key, Record]) -> Settled:
        """With these records, new or in place of older versions; what they share is copied once."""
        fresh: list[Record] = []
        changed: list[tuple[Record, Record | None]] = []
        for key, record in recent.items():
            # A first version has nothing before it.
            old = None if record.version == 1 else self.get(key)
            if old is None:
                fresh.append(record)
            else:
                changed.append((old, record))
        return Settled(
            self.keys.updated([(record.key, record.sequence) for record in fresh]),
            self.records.updated([(record.sequence, record) for record in recent.values()]),
            _joined(self.order, [record.sequence for record in fresh]) if fresh else self.order,
            {name: _reindexed(index, name, fresh, changed) for name, index in self.indexes.items()},
        )

    def without(self, record: Record) -> Settled:
        """Without this record."""
        return Settled(
            self.keys.without(record.key),
            self.records.without(record.sequence),
            self.order.discard(record.sequence),
            {name: _reindexed(index, name, (), [(record, None)]) for name, index in self.indexes.items()},
        )


class Shelf:
    """An immutable collection.

    A change costs one small dict: it is kept beside the indexes until somebody asks for more than
    a record by its key, or until there are `_RECENT` of them.
    """

    __slots__ = ("_parts", "_remembered", "_windows", "sequence")

    def __init__(self, settled: Settled, recent: dict[Key, Record], sequence: int) -> None:
        # One reference, so that a thread never sees the indexes with the changes of another moment.
        self._parts = (settled, recent)
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
            indexes[name] = HashMap.of(
                [(value, _packed(places(members))) for value, members in found.items()]
            )
        settled = Settled(
            HashMap.of([(record.key, record.sequence) for record in ordered]),
            HashMap.of([(record.sequence, record) for record in ordered]),
            places([record.sequence for record in ordered]),
            indexes,
        )
        return cls(settled, {}, sequence)

    # Writing

    def put(
        self, key: Key, data: Mapping[str, Any], hidden: Mapping[str, Any] | None
    ) -> tuple[Shelf, Record, bool]:
        """The new shelf, the record as stored, and whether it is new."""
        settled, recent = self._parts
        old = recent.get(key) or settled.get(key)
        if old is None:
            sequence = self.sequence + 1
            record = Record(key, data, hidden, sequence=sequence)
        else:
            sequence = self.sequence
            kept = old.hidden if hidden is None else hidden
            record = Record(key, data, kept, sequence=old.sequence, version=old.version + 1)
        grown = recent.copy()
        grown[key] = record
        if len(grown) >= _RECENT:
            return Shelf(settled.taking(grown), {}, sequence), record, old is None
        return Shelf(settled, grown, sequence), record, old is None

    def rename(self, old: Key, new: Key) -> tuple[Shelf, Record]:
        """The same record under another key; KeyError if `old` is unknown or `new` taken."""
        record = self.get(old)
        if record is None:
            raise KeyError(old)
        if self.get(new) is not None:
            raise KeyError(new)
        moved = Record(new, record.data, record.hidden, sequence=record.sequence, version=record.version + 1)
        settled = self.settled()
        keys = settled.keys.without(old).set(new, moved.sequence)
        records = settled.records.set(moved.sequence, moved)
        return Shelf(settled._replace(keys=keys, records=records), {}, self.sequence), moved

    def delete(self, record: Record) -> Shelf:
        """The shelf without this record."""
        return Shelf(self.settled().without(record), {}, self.sequence)

    # Reading

    def get(self, key: Key) -> Record | None:
        """The record, or None."""
        settled, recent = self._parts
        if recent and (record := recent.get(key)) is not None:
            return record
        # As `Settled.get`, which a look-up can do without.
        sequence = settled.keys.get(key)
        return None if sequence is None else settled.records.get(sequence)

    def settled(self) -> Settled:
        """All records, the recent changes taken in; kept, since whoever asks will ask again."""
        settled, recent = self._parts
        if recent:
            settled = settled.taking(recent)
            self._parts = (settled, {})
        return settled

    def rows(self) -> list[Record]:
        """All records in insertion order."""
        settled = self.settled()
        return settled.records.many(settled.order)

    def page(
        self, where: Condition, order: Order, offset: int, limit: int | None
    ) -> tuple[list[Record], int]:
        """The matching records of that window, and how many match in all."""
        settled = self.settled()
        if where is ALL:
            found, rest = settled.order, list[Condition]()
        else:
            found, rest = _narrowed(settled, where)
        if not rest and not order:
            return self._window(settled, found, offset, limit), found.count
        rows = self._scanned(settled, where, found, rest, order)
        return rows[offset : None if limit is None else offset + limit], len(rows)

    def first(self, where: Condition, limit: int) -> Sequence[Record]:
        """The first matching records; where indexes find them, the recent changes stay beside those."""
        settled, recent = self._parts
        found, rest = _narrowed(settled, where) if recent else (EMPTY, [where])
        if rest:
            return self.page(where, (), 0, limit)[0]
        fresh = _matching(recent.values(), where)
        # Each of the recent ones may have taken the place of one that is found here.
        held = settled.records.many(found.window(0, limit + len(recent)))
        rows = [record for record in held if record.key not in recent]
        return sorted([*rows, *fresh], key=attrgetter("sequence"))[:limit]

    def _window(self, settled: Settled, found: Places, offset: int, limit: int | None) -> list[Record]:
        """The records of a part of a set; the last pages are remembered, since they are asked for again."""
        if found.count < _SHORTEST or (limit is not None and limit < _SHORTEST):
            return settled.records.many(found.window(offset, limit))
        memory = self._windows
        if memory is None:
            memory = self._windows = {}
        name = (found, offset, limit)
        known = memory.get(name)
        if known is None:
            known = Rows(settled.records.many(found.window(offset, limit)))
            if len(known) <= _LONGEST:
                for oldest in tuple(memory)[: max(len(memory) + 1 - _WINDOWS, 0)]:
                    memory.pop(oldest, None)
                memory[name] = known
        return known

    def position(self, key: Key, where: Condition, order: Order) -> int | None:
        """Where among the matching records, in that order, this one stands; None if it is not there."""
        settled = self.settled()
        record = settled.get(key)
        if record is None:
            return None
        found, rest = _narrowed(settled, where)
        if not rest and not order:
            return found.rank(record.sequence) if record.sequence in found else None
        rows = self._scanned(settled, where, found, rest, order)
        return next((at for at, row in enumerate(rows) if row is record), None)

    def _scanned(
        self, settled: Settled, where: Condition, found: Places, rest: list[Condition], order: Order
    ) -> list[Record]:
        """All matches in order; remembered, for the next page of the same list costs nothing then."""
        memory = self._remembered
        if memory is None:
            memory = self._remembered = {}
        # Text, because Eq(name, True) and Eq(name, 1) are equal in Python.
        name = (repr(where), tuple(order)) if repeatable(where) else None
        if name is not None and (known := memory.get(name)) is not None:
            return known
        rows = settled.records.many(found)
        for condition in rest:
            rows = list(filter(predicate(condition), rows))
        for field, descending in reversed(order):
            rows = _sorted(rows, field, descending=descending)
        if name is not None:
            if len(memory) >= _REMEMBERED:
                memory.pop(next(iter(memory)), None)
            memory[name] = rows
        return rows


def _matching(records: Iterable[Record], where: Condition) -> list[Record]:
    """Those that match: looked at one by one, since they are few."""
    matches = predicate(where)
    if isinstance(where, Eq) and isinstance(where.value, str) and where.name.isidentifier():
        name, text = where.name, where.value
        return [
            record
            for record in records
            if (held := record.data.get(name)) == text or (isinstance(held, list) and matches(record))
        ]
    return [record for record in records if matches(record)]


def _narrowed(settled: Settled, where: Condition) -> tuple[Places, list[Condition]]:
    """A set that holds all matches, and what remains to be tested on its members."""
    if isinstance(where, Eq):
        index = settled.indexes.get(where.name)
        if index is not None:
            return _held(index, term(where.value)), []
    elif isinstance(where, And):
        return _narrowed_by_all(settled, where.parts)
    elif isinstance(where, Or):
        sides = [_narrowed(settled, part) for part in where.parts]
        return _union([side for side, _ in sides]), [where] if any(rest for _, rest in sides) else []
    elif isinstance(where, In):
        index = settled.indexes.get(where.name)
        if index is not None:
            wanted = {term(value) for value in where.values}
            return _union([held for value in wanted if (held := _held(index, value)).count]), []
    elif isinstance(where, Not):
        inner, rest = _narrowed(settled, where.part)
        if not rest:
            return settled.order - inner, []
    return settled.order, [where]


def _narrowed_by_all(settled: Settled, parts: Sequence[Condition]) -> tuple[Places, list[Condition]]:
    found = settled.order
    rest: list[Condition] = []
    for part in parts:
        side, open_parts = _narrowed(settled, part)
        if side is not settled.order:
            found = side if found is settled.order else found & side
        rest += open_parts
    return found, rest


def _joined(held: Places, members: list[int]) -> Places:
    """A set with these members more."""
    if len(members) == 1:
        return held.add(members[0])
    return held.extended(sorted(members))


def _reindexed(
    index: Index, name: str, fresh: Sequence[Record], changed: Sequence[tuple[Record, Record | None]]
) -> Index:
    """The index of one field after records came, and others changed: (before, after), None where gone."""
    lost: dict[Hashable, list[int]] = {}
    gained: defaultdict[Hashable, list[int]] = defaultdict(list)
    plain = "/" not in name and name[:1] != "^"
    values = [record.data.get(name) if plain else record.value(name) for record in fresh]
    if _THEMSELVES.issuperset(map(type, values)):
        for value, new in zip(values, fresh, strict=True):
            gained[value].append(new.sequence)
    else:
        for value, new in zip(values, fresh, strict=True):
            for one in terms(value):
                gained[one].append(new.sequence)
    for old, after_it in changed:
        before = terms(old.value(name))
        after = terms(after_it.value(name)) if after_it is not None else ()
        if before == after:
            continue
        for value in before:
            if value not in after:
                lost.setdefault(value, []).append(old.sequence)
        for value in after:
            if value not in before:
                gained[value].append(old.sequence)
    for value, members in lost.items():
        left = _held(index, value) - places(sorted(members))
        index = index.set(value, _packed(left)) if left.count else index.without(value)
    if not gained:
        return index
    return index.updated(
        [
            (value, members[0] if held is None and len(members) == 1 else _joined(_spread(held), members))
            for value, members in gained.items()
            for held in (index.get(value),)
        ]
    )


def _held(index: Index, value: Hashable) -> Places:
    """The records that hold a term."""
    return _spread(index.get(value))


def _spread(held: Places | int | None) -> Places:
    """As a set, however it is kept."""
    if held is None:
        return EMPTY
    return Few((held,)) if isinstance(held, int) else held


def _packed(held: Places) -> Places | int:
    """As it is kept: a set takes three objects that a number does without."""
    return next(iter(held)) if held.count == 1 else held


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

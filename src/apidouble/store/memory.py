"""The store that keeps everything in memory; forks, snapshots and resets move one reference.

In: the specs of its collections, whose seeds run at the first touch, once for all forks. Out:
`MemoryStore`, which fulfils `store.base.Store`. May not know: contracts, HTTP.

A state is never changed: a transaction builds the next one beside it out of shared parts, and
its commit puts that in place if the state is still the one it began with, else `Conflict`. So
readers never wait, and a transaction that is forgotten holds nothing up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock, RLock
from typing import Any, Literal

from apidouble.store.base import ALL, Change, CollectionSpec, Condition, Conflict, Key, Order, Record
from apidouble.store.base import Snapshot as AnySnapshot
from apidouble.store.plain import read_state, write_state
from apidouble.store.shelf import Shelf

Kind = Literal["created", "changed", "deleted"]
Listener = Callable[[Sequence[Change]], None]


class State:
    """Everything that can change, at one moment."""

    __slots__ = ("counters", "shelves")

    def __init__(self, shelves: Mapping[str, Shelf], counters: Mapping[str, int]) -> None:
        self.shelves = shelves
        """Only those that differ from the seed."""
        self.counters = counters
        """One for each collection that was written to: too few for anything but a dict."""


# A named tuple's own __new__ is a Python function around this one.
_CHANGE = tuple.__new__
_UNTOUCHED = State({}, {})


class Base:
    """The seeded collections that all forks start from."""

    __slots__ = ("_lock", "_seeding", "shelves", "specs")

    def __init__(self, specs: Sequence[CollectionSpec]) -> None:
        self.specs = {spec.name: spec for spec in specs}
        self.shelves: dict[str, Shelf] = {}
        self._lock = RLock()
        self._seeding: dict[str, Shelf] = {}

    def shelf(self, name: str) -> Shelf:
        """The seeded collection, made if this is its first touch.

        A seed that comes back to the collection it is making finds it empty.
        """
        shelf = self.shelves.get(name)
        if shelf is not None:
            return shelf
        spec = self.specs.get(name)
        if spec is None:
            raise KeyError(f"no collection {name!r}; there are {', '.join(self.specs) or 'none'}")
        with self._lock:
            shelf = self.shelves.get(name) or self._seeding.get(name)
            if shelf is None:
                self._seeding[name] = Shelf.of(spec, ())
                try:
                    shelf = Shelf.of(spec, spec.seed() if spec.seed is not None else ())
                    self.shelves[name] = shelf
                finally:
                    del self._seeding[name]
            return shelf


class Moment:
    """A remembered state."""

    __slots__ = ("base", "state")

    def __init__(self, base: Base, state: State) -> None:
        self.base = base
        self.state = state


class MemoryStore:
    """All records of one sandbox, in memory."""

    __slots__ = ("_base", "_listeners", "_lock", "_state")

    blocking = False

    def __init__(self, specs: Sequence[CollectionSpec] = ()) -> None:
        self._base = Base(specs)
        self._state = _UNTOUCHED
        self._lock = Lock()
        self._listeners: tuple[Listener, ...] = ()

    def begin(self) -> MemoryTransaction:
        """A new transaction on the newest committed state; costs one small object."""
        return MemoryTransaction(self, self._base, self._state)

    def snapshot(self) -> AnySnapshot:
        """Remember the state."""
        return Moment(self._base, self._state)

    def restore(self, snapshot: AnySnapshot) -> None:
        """Go back to a remembered state; ValueError if it belongs to a store with other seeds."""
        self._replace(self._own(snapshot).state)

    def reset(self, *, records: bool = True, counters: bool = True) -> None:
        """Go back to the seed, or with one of the two only."""
        with self._lock:
            state = self._state
            self._state = State(
                {} if records else state.shelves, _UNTOUCHED.counters if counters else state.counters
            )

    def fork(self) -> MemoryStore:
        """An independent copy that shares everything until one of the two changes; nobody listens to it."""
        twin = MemoryStore.__new__(MemoryStore)
        twin._base = self._base
        twin._state = self._state
        twin._lock = Lock()
        twin._listeners = ()
        return twin

    def collections(self) -> Sequence[str]:
        """The names, in the order of their specs."""
        return tuple(self._base.specs)

    def dump(self, snapshot: AnySnapshot) -> dict[str, Any]:
        """A remembered state as plain JSON values, complete (collections not yet seeded are seeded)."""
        state = self._own(snapshot).state
        shelves = {name: state.shelves.get(name) or self._base.shelf(name) for name in self._base.specs}
        return write_state(shelves, state.counters)

    def load(self, plain: Any) -> AnySnapshot:
        """The snapshot that `dump` wrote; ProjectError with a pointer if it does not fit this store."""
        shelves, counters = read_state(plain, self._base.specs)
        return Moment(self._base, State(shelves, counters))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the changes of each commit, in its thread; returns what ends it."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return end

    def close(self) -> None:
        """Nothing is held open."""

    def _own(self, snapshot: AnySnapshot) -> Moment:
        if not isinstance(snapshot, Moment) or snapshot.base is not self._base:
            raise ValueError("the snapshot belongs to a store with other seeds")
        return snapshot

    def _replace(self, state: State) -> None:
        with self._lock:
            self._state = state

    def _commit(self, start: State, state: State, changes: Sequence[Change]) -> None:
        with self._lock:
            if self._state is not start:
                raise Conflict("the state changed since this transaction began; run it again")
            self._state = state
            listeners = self._listeners
        if listeners:
            for listener in listeners:
                listener(changes)


class MemoryTransaction:
    """One request's view; nothing of it is seen before `commit`."""

    __slots__ = ("_base", "_changes", "_counters", "_shelves", "_start", "_store")

    def __init__(self, store: MemoryStore, base: Base, start: State) -> None:
        self._store = store
        self._base = base
        self._start = start
        self._shelves = start.shelves
        self._counters = start.counters
        self._changes: list[Change] | None = None

    def get(self, collection: str, key: Key) -> Record | None:
        """The record, or None."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        return shelf.get(key)

    def page(
        self,
        collection: str,
        where: Condition = ALL,
        order: Order = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[Sequence[Record], int]:
        """The matching records of that window in that order, and how many match in all."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        return shelf.page(where, order, offset, limit)

    def first(self, collection: str, where: Condition = ALL, limit: int = 1) -> Sequence[Record]:
        """The first matching records in insertion order."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        return shelf.first(where, limit)

    def position(self, collection: str, key: Key, where: Condition = ALL, order: Order = ()) -> int | None:
        """Where in that list the record stands, from 0; None if it is not in it."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        return shelf.position(key, where, order)

    def put(
        self,
        collection: str,
        key: Key,
        data: Mapping[str, Any],
        hidden: Mapping[str, Any] | None = None,
    ) -> Record:
        """Insert, or replace (the place in the order stays, the version grows; hidden None keeps it)."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        shelf, record, new = shelf.put(key, data, hidden)
        self._keep(collection, shelf, key, "created" if new else "changed", record.version)
        return record

    def rename(self, collection: str, old: Key, new: Key) -> None:
        """Give a record another key, its place and data kept; KeyError if `old` is unknown or `new` taken."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        shelf, record = shelf.rename(old, new)
        self._keep(collection, shelf, old, "deleted", record.version - 1)
        self._keep(collection, shelf, new, "created", record.version)

    def delete(self, collection: str, key: Key) -> bool:
        """Remove; False if there was none."""
        shelf = self._shelves.get(collection) or self._base.shelf(collection)
        record = shelf.get(key)
        if record is None:
            return False
        self._keep(collection, shelf.delete(record), key, "deleted", record.version)
        return True

    def next(self, counter: str) -> int:
        """Count up: 1, 2, 3 ... for each counter; part of the state."""
        if self._changes is None:
            self._writing()
        number = self._counters.get(counter, 0) + 1
        self._counters = {**self._counters, counter: number}
        return number

    def commit(self) -> None:
        """Make all of it the state; Conflict if another commit came first."""
        changes, self._changes = self._changes, None
        if changes is not None:
            self._store._commit(self._start, State(self._shelves, self._counters), changes)

    def discard(self) -> None:
        """Forget all of it."""
        self._shelves = self._start.shelves
        self._counters = self._start.counters
        self._changes = None

    def _writing(self) -> list[Change]:
        """From here on the shelves are the transaction's own."""
        changes: list[Change] = []
        self._changes = changes
        self._shelves = dict(self._shelves)
        return changes

    def _keep(self, collection: str, shelf: Shelf, key: Key, kind: Kind, version: int) -> None:
        changes = self._changes
        if changes is None:
            changes = self._writing()
        changes.append(_CHANGE(Change, (collection, key, kind, version)))
        self._shelves[collection] = shelf  # type: ignore[index]  # ours since _writing

"""What a store is: records, conditions on them, transactions, snapshots.

In: nothing but plain values. Out: `Record`, the condition tree, and the protocols that every
store fulfils (one test suite checks them all). May not know: contracts, resources, HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from apidouble.errors import ApidoubleError

Scalar = str | int | float | bool | None
Key = str | int | tuple[str | int, ...]
"""A tuple where a record's own key is unique within its parents only: (parent..., own)."""
Order = Sequence[tuple[str, bool]]
"""Field and whether descending; records with equal fields keep their insertion order."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record:
    """One version of one record; immutable by agreement, replaced and never changed.

    `data` is what clients see (write-only values included, filtered on the way out), `hidden`
    what only the double knows, such as parent keys that are no property of the record.
    What is kept with it belongs to whoever shows records, by view, and dies with the version.
    """

    __slots__ = ("_first", "_kept", "_view", "data", "hidden", "key", "sequence", "version")

    def __init__(
        self,
        key: Key,
        data: Mapping[str, Any],
        hidden: Mapping[str, Any] | None = None,
        *,
        sequence: int = 0,
        version: int = 1,
    ) -> None:
        self.key = key
        self.data = data
        self.hidden: Mapping[str, Any] = hidden or _NOTHING
        self.sequence = sequence
        """Place in insertion order; a replaced record keeps it."""
        self.version = version
        # Most records are only ever shown in one way: a dict for it would be a sixth of their memory.
        self._kept: tuple[Hashable, Any] | dict[Hashable, Any] | None = None
        self._view: Hashable = None
        self._first: Any = None

    def begin(self, view: Hashable, value: Any) -> None:
        """Keep something for this view, as whoever has just made the record: as long as nobody else has it,
        the two need not come into place at once, and take no object of their own.
        """
        self._view = view
        self._first = value

    def kept(self, view: Hashable) -> Any:
        """What is kept for this view, None where nothing is."""
        if view is self._view:
            return self._first
        kept = self._kept
        if kept is None:
            return None
        if isinstance(kept, tuple):
            return kept[1] if kept[0] is view else None
        return kept.get(view)

    def keep(self, view: Hashable, value: Any) -> None:
        """Keep something for this view; view and value come into place at once, for other threads, too."""
        kept = self._kept
        if isinstance(kept, dict):
            kept[view] = value
        elif kept is None or kept[0] is view:
            self._kept = (view, value)
        else:
            self._kept = {kept[0]: kept[1], view: value}

    def value(self, name: str) -> Any:
        """The value of a field: `name` in data, `^name` in hidden, `a/b` below a."""
        if name[:1] == "^":
            return self.hidden.get(name[1:])
        if "/" not in name:
            return self.data.get(name)
        here: Any = self.data
        for part in name.split("/"):
            here = here.get(part) if isinstance(here, Mapping) else None
        return here

    def __repr__(self) -> str:
        return f"Record({self.key!r}, {dict(self.data)!r})"


class Rows(list[Record]):
    """A page that a store may give out again, not to be changed; its cache belongs to whoever shows it."""

    __slots__ = ("cache",)

    def __init__(self, records: Iterable[Record]) -> None:
        super().__init__(records)
        self.cache: dict[Any, Any] = {}


# Conditions: plain data, so that a store may use its indexes or compile them to SQL.


@dataclass(frozen=True, slots=True)
class Eq:
    """The field equals the value; JSON equality, so that true is not 1; an array matches if it holds it."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class In:
    """The field equals one of the values."""

    name: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """The field stands in this relation to the value; false when either is null or they are not comparable.

    Strings compare by code point, numbers by value.
    """

    name: str
    operator: Literal["<", "<=", ">", ">="]
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Like:
    """SQL LIKE, case-insensitive: `%` stands for any text, everything else for itself; null never matches."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Contains:
    """One of the fields holds the text, ignoring case."""

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; no parts: true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts holds; no parts: false."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Test:
    """Any predicate on a record, for what plain conditions cannot say; a store can only scan for it."""

    holds: Callable[[Record], bool]


Condition = Eq | In | Compare | Like | Contains | And | Or | Not | Test
ALL: Condition = And(())


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """What a store must know of a collection beforehand."""

    name: str
    indexes: tuple[str, ...] = ()
    """Fields that clients filter by; `Eq` on them must not cost a scan."""
    unique: tuple[str, ...] = ()
    """Fields looked up by value to refuse duplicates; indexed too."""
    seed: Callable[[], Iterable[Record]] | None = None
    """Makes the first records, once for all forks, when the collection is first touched."""


class Conflict(ApidoubleError):  # noqa: N818 - it is told apart by what happened
    """The state changed between `begin` and `commit`; nothing was stored. Run the work again."""


class Transaction(Protocol):
    """One request's view of the state: whole or not at all."""

    def get(self, collection: str, key: Key) -> Record | None:
        """The record, or None."""

    def page(
        self,
        collection: str,
        where: Condition = ALL,
        order: Order = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[Sequence[Record], int]:
        """The matching records of that window in that order, and how many match in all."""

    def first(self, collection: str, where: Condition = ALL, limit: int = 1) -> Sequence[Record]:
        """The first matching records in insertion order: what `page` gives, for whoever asks for no more."""

    def position(self, collection: str, key: Key, where: Condition = ALL, order: Order = ()) -> int | None:
        """The offset at which `page` would show the record; None if it is not in that list."""

    def put(
        self,
        collection: str,
        key: Key,
        data: Mapping[str, Any],
        hidden: Mapping[str, Any] | None = None,
    ) -> Record:
        """Insert, or replace (the place in the order stays, the version grows; hidden None keeps it)."""

    def rename(self, collection: str, old: Key, new: Key) -> None:
        """Give a record another key, its place and data kept; KeyError if `old` is unknown or `new` taken."""

    def delete(self, collection: str, key: Key) -> bool:
        """Remove; False if there was none."""

    def next(self, counter: str) -> int:
        """Count up: 1, 2, 3 ... for each counter; part of the state."""

    def commit(self) -> None:
        """Make all of it the state; Conflict if another commit came first and this one wrote anything."""

    def discard(self) -> None:
        """Forget all of it."""


class Snapshot(Protocol):
    """A frozen state; opaque, valid for the store that made it and for its forks."""


class Store(Protocol):
    """All records of one sandbox."""

    blocking: bool
    """Whether calls wait for disk or network, so that web must run them in a thread."""

    def begin(self) -> Transaction:
        """A new transaction on the newest committed state."""

    def snapshot(self) -> Snapshot:
        """Remember the state; constant time."""

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a remembered state; constant time."""

    def reset(self, *, records: bool = True, counters: bool = True) -> None:
        """Go back to the seed, or with records or counters only; constant time."""

    def fork(self) -> Store:
        """An independent copy; constant time, memory for the differences only."""

    def collections(self) -> Sequence[str]:
        """The names, in the order of their specs."""

    def dump(self, snapshot: Snapshot) -> dict[str, Any]:
        """A snapshot as plain JSON values (shape: `store/plain.py`), complete."""

    def load(self, plain: Any) -> Snapshot:
        """The snapshot that `dump` wrote; ProjectError with pointers where it does not fit."""

    def listen(self, listener: Callable[[Sequence[Change]], None]) -> Callable[[], None]:
        """Call `listener` with what each commit changed; forks are not listened to. Returns the end of it."""

    def close(self) -> None:
        """Let go of files and connections."""


class Change(NamedTuple):
    """One committed write, for whoever listens (journal, events)."""

    collection: str
    key: Key
    kind: Literal["created", "changed", "deleted"]
    version: int = 1

"""What a rules module is written with: hooks bound to operationIds and collections.

In: functions of `rules/<api>.py`. Out: a `RuleBook` that the engine consults. May not know:
how state is kept, HTTP machinery.

A rules module holds one `RuleBook` called `rules`; it is filled while the module is imported
and never changes after that, so any number of doubles can share it.

    from apidouble.rulekit import Call, RuleBook

    rules = RuleBook()

    @rules.before("deleteEmployee")
    def only_without_username(call: Call) -> None:
        if call.current["username"] is not None:
            call.refuse(403, "You are not authorized to access this resource.")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, Protocol, TypeVar

from apidouble.clock import Clock
from apidouble.engine.exchange import Exchange, Identity, Reply
from apidouble.errors import Refusal, Violation
from apidouble.store.base import ALL, Condition, Order, Record


class Reader(Protocol):
    """Read access to the state of one API, inside the request's transaction."""

    def get(self, collection: str, key: Any) -> Record | None:
        """The record, or None."""

    def find(self, collection: str, where: Condition, order: Order = ()) -> Sequence[Record]:
        """All matching records."""

    def count(self, collection: str, where: Condition = ALL) -> int:
        """How many match."""


@dataclass(slots=True)
class Call:
    """What a rule sees of one request, and what it may change."""

    exchange: Exchange
    state: Reader
    settings: Mapping[str, Any]
    """The API's settings: its fixture's, `--set`, the control API's."""
    clock: Clock
    """The sandbox's."""
    current: Mapping[str, Any] | None = None
    """The record as it stands; None when creating, listing or acting on none."""
    record: MutableMapping[str, Any] = field(default_factory=dict)
    """before: the record as it will be stored. Change it here."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The record part of the request body as sent."""
    where: Condition = ALL
    """LIST: the condition so far; narrow it here."""
    order: Order = ()
    """LIST: the order."""

    _now: datetime | None = field(default=None, init=False, repr=False)

    @property
    def now(self) -> datetime:
        """The time on the sandbox's clock; it stands still for as long as the request takes."""
        if self._now is None:
            self._now = self.clock.now()
        return self._now

    @property
    def identity(self) -> Identity:
        """Who is calling."""
        return self.exchange.identity

    @property
    def query(self) -> Mapping[str, Any]:
        """The decoded query parameters."""
        return self.exchange.inputs.query

    @property
    def path(self) -> Mapping[str, Any]:
        """The decoded path parameters."""
        return self.exchange.inputs.path

    def refuse(self, status: int, detail: str, *, field: str = "", **extra: object) -> NoReturn:
        """Refuse the request: nothing is stored. `field` names the offending property; `extra`
        fills further members of the API's error body.
        """
        pointer = "/" + field.replace(".", "/") if field else ""
        violations = (Violation(detail, "body", pointer=pointer, keyword="rule"),) if field else ()
        raise Refusal(status, detail, violations, extra=extra)


Check = Callable[[Call], None]
Answer = Callable[[Call], Reply | None]
Touch = Callable[[Call, Reply], Reply | None]
Derive = Callable[[MutableMapping[str, Any]], None]
F = TypeVar("F", bound=Callable[..., Any])


class RuleBook:
    """All rules of one API; see the module's text."""

    def __init__(self) -> None:
        self.authorizing: dict[str, list[Check]] = {}
        self.preceding: dict[str, list[Check]] = {}
        self.answering: dict[str, Answer] = {}
        self.following: dict[str, list[Touch]] = {}
        self.deriving: dict[str, list[Derive]] = {}

    def concerns(self, operation: str) -> bool:
        """Whether any rule is bound to this operation."""
        shelves = (self.authorizing, self.preceding, self.answering, self.following)
        return any(operation in shelf for shelf in shelves)

    def authorize(self, *operations: str) -> Callable[[Callable[[Call], None]], Callable[[Call], None]]:
        """May this caller do it at all? Runs after the credentials, before the body is read.
        `call.current`, `record` and `given` are empty then.
        """
        return self._listed(self.authorizing, operations)

    def before(self, *operations: str) -> Callable[[Callable[[Call], None]], Callable[[Call], None]]:
        """After contract and lookup, before anything is stored: refuse, or change `call.record`
        (LIST: `call.where` and `call.order`).
        """
        return self._listed(self.preceding, operations)

    def answer(self, *operations: str) -> Callable[[Answer], Answer]:
        """Answer the operation itself; returning None lets the engine go on."""

        def keep(function: Answer) -> Answer:
            for operation in operations:
                self.answering[operation] = function
            return function

        return keep

    def after(self, *operations: str) -> Callable[[Touch], Touch]:
        """Look at, or replace, the reply once the change is made (still inside the transaction)."""
        return self._listed(self.following, operations)

    def derive(self, *collections: str) -> Callable[[Derive], Derive]:
        """Compute properties that no client writes, on each write and when seeding."""
        return self._listed(self.deriving, collections)

    @staticmethod
    def _listed(shelf: dict[str, list[F]], names: Sequence[str]) -> Callable[[F], F]:
        def keep(function: F) -> F:
            for name in names:
                shelf.setdefault(name, []).append(function)
            return function

        return keep

    def operations(self) -> Iterator[str]:
        """Every operationId that a rule names."""
        for shelf in (self.authorizing, self.preceding, self.answering, self.following):
            yield from shelf

    def collections(self) -> Iterator[str]:
        """Every collection that a rule names."""
        yield from self.deriving

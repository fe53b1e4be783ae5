"""Which faults a sandbox has ordered, and which of them strikes a request.

In: faults, requests. Out: `Action`, what web has to do to one request. May not know: web.

The decision is a function of the sandbox's seed, the fault and how many requests it has met, so
that a run that failed can be repeated. The newest fault is asked first; delays of several add
up, the first one with a status or an effect ends the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Any

from apidouble.clock import Clock, Source
from apidouble.faults.definition import EFFECTS, Effect, Fault, compile_fault
from apidouble.journal.entry import Entry


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to one request."""

    faults: tuple[str, ...]
    """Ids, for the journal."""
    delay: float
    """Seconds to wait before answering."""
    status: int | None
    retry_after: int | None
    """Seconds."""
    effect: Effect | None
    drip_bytes: int
    drip_pause: float
    """Seconds."""
    chance: Random
    """Where a body is cut and how it is spoiled is drawn from here."""


class Ordered:
    """A fault with what became of it."""

    __slots__ = ("fault", "fired", "id", "seen")

    def __init__(self, number: int, fault: Fault) -> None:
        self.id = f"fault-{number}"
        self.fault = fault
        self.seen = 0
        """Requests that matched."""
        self.fired = 0

    def shown(self) -> dict[str, Any]:
        """As a JSON value."""
        return {"id": self.id, **self.fault.spec, "seen": self.seen, "fired": self.fired}


class FaultPlan:
    """The faults of one sandbox; false while there are none."""

    __slots__ = ("_clock", "_lock", "_number", "_source", "faults")

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self.faults: tuple[Ordered, ...] = ()
        """In the order in which they were ordered."""
        self._number = 0
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self.faults)

    def __iter__(self) -> Iterator[Ordered]:
        return iter(self.faults)

    def add(self, spec: Any, at: str = "", *, effects: frozenset[Effect] = frozenset(EFFECTS)) -> Ordered:
        """Order a fault; Refusal (422) with a pointer if it makes no sense or `effects` lacks it."""
        fault = compile_fault(spec, at, effects=effects)
        with self._lock:
            self._number += 1
            ordered = Ordered(self._number, fault)
            self.faults = (*self.faults, ordered)
        return ordered

    def get(self, name: str) -> Ordered | None:
        """The fault with this id."""
        return next((one for one in self.faults if one.id == name), None)

    def remove(self, name: str) -> bool:
        """Take a fault back; False if there is none of this id."""
        with self._lock:
            left = tuple(one for one in self.faults if one.id != name)
            found = len(left) < len(self.faults)
            self.faults = left
        return found

    def clear(self) -> None:
        """Take all back; ids start again at 1."""
        with self._lock:
            self.faults = ()
            self._number = 0

    def reseed(self, source: Source) -> None:
        """Draw from another seed from now on."""
        self._source = source

    def pick(self, request: Entry) -> Action | None:
        """What strikes this request; None spares it. Counts the request."""
        struck: list[str] = []
        delay = 0.0
        for ordered in reversed(self.faults):
            fault = ordered.fault
            if not fault.match(request):
                continue
            chance = self._strikes(ordered)
            if chance is None:
                continue
            struck.append(ordered.id)
            if fault.delay is not None:
                delay += fault.delay(chance)
            if fault.status is not None or fault.effect is not None:
                return Action(
                    tuple(struck),
                    delay,
                    fault.status,
                    fault.retry_after,
                    fault.effect,
                    fault.drip_bytes,
                    fault.drip_pause,
                    chance,
                )
        return Action(tuple(struck), delay, None, None, None, 0, 0.0, Random(0)) if struck else None  # noqa: S311 - nothing is drawn from it

    def _strikes(self, ordered: Ordered) -> Random | None:
        """Count a request that matched; randomness of its own if the fault strikes it."""
        fault = ordered.fault
        with self._lock:
            ordered.seen += 1
            if fault.until is not None and self._clock.timestamp() >= fault.until:
                return None
            if fault.times is not None and ordered.fired >= fault.times:
                return None
            if ordered.seen % fault.every:
                return None
            chance = self._source.random(ordered.id, ordered.seen)
            if chance.random() >= fault.probability:
                return None
            ordered.fired += 1
            return chance

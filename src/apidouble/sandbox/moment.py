"""A snapshot of a sandbox, and its form as a file.

In: a store's snapshot, seeds, clock, settings; or what `dump` wrote. Out: `Moment`. May not know:
sandboxes, web.

A snapshot holds records, sequence, randomness, clock and settings, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from apidouble.clock import Clock
from apidouble.errors import Finding, ProjectError, Refusal, Violation
from apidouble.store.base import Snapshot, Store

Values = Mapping[str, Mapping[str, Any]]
"""API -> setting -> value."""
_FORMAT = "apidouble-snapshot/1"


class Moment:
    """A snapshot of a sandbox; never changes."""

    __slots__ = ("clock", "home", "name", "seed", "settings", "state", "store", "taken")

    def __init__(
        self,
        name: str,
        store: Store,
        state: Snapshot,
        *,
        home: int,
        seed: int,
        clock: Clock,
        settings: Values,
        taken: float,
    ) -> None:
        self.name = name
        self.store = store
        """Any store that the state is valid for."""
        self.state = state
        self.home = home
        """The seed that the store's records were made from."""
        self.seed = seed
        """The seed that ids are drawn from."""
        self.clock = clock
        self.settings = settings
        self.taken = taken
        """Seconds since the epoch, on the sandbox's clock."""

    def dump(self) -> dict[str, Any]:
        """The whole snapshot as JSON values; `read_moment` reads it."""
        frozen = (
            datetime.fromtimestamp(self.clock.timestamp(), UTC).isoformat() if self.clock.frozen else None
        )
        return {
            "format": _FORMAT,
            "name": self.name,
            "taken": self.taken,
            "home": self.home,
            "seed": self.seed,
            "clock": {"frozen": frozen, "shift": 0.0 if frozen else self.clock.shift},
            "settings": {api: dict(values) for api, values in self.settings.items()},
            "records": self.store.dump(self.state),
        }


def read_moment(plain: Any, base: Callable[[int], Store]) -> Moment:
    """The snapshot that `Moment.dump` wrote; Refusal (422) with pointers if it is none.

    `base` gives the store whose records were made from a seed.
    """
    try:
        return _moment(plain, base)
    except ProjectError as error:
        violations = [
            Violation(
                f"{one.message} (expected {one.expected})" if one.expected else one.message,
                "body",
                pointer=one.pointer,
            )
            for one in error.findings
        ]
        raise Refusal(422, str(error), violations) from None


def _moment(plain: Any, base: Callable[[int], Store]) -> Moment:
    if not isinstance(plain, dict):
        _refuse("", "an object")
    if plain.get("format") != _FORMAT:
        _refuse("/format", _FORMAT)
    home, seed = _integer(plain, "home"), _integer(plain, "seed")
    clock = _clock(plain.get("clock"))
    taken, name = plain.get("taken", 0.0), plain.get("name", "")
    if isinstance(taken, bool) or not isinstance(taken, int | float):
        _refuse("/taken", "seconds since the epoch")
    if not isinstance(name, str):
        _refuse("/name", "a string")
    settings = plain.get("settings", {})
    if not isinstance(settings, dict) or not all(isinstance(one, dict) for one in settings.values()):
        _refuse("/settings", "an object of objects")
    store = base(home)
    try:
        state = store.load(plain.get("records"))
    except ProjectError as error:
        raise ProjectError(
            [
                Finding(one.message, pointer=f"/records{one.pointer}", expected=one.expected)
                for one in error.findings
            ]
        ) from None
    return Moment(
        name, store, state, home=home, seed=seed, clock=clock, settings=settings, taken=float(taken)
    )


def _integer(plain: Mapping[str, Any], name: str) -> int:
    value = plain.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(f"/{name}", "an integer")
    return value


def _clock(plain: Any) -> Clock:
    if not isinstance(plain, dict):
        _refuse("/clock", "an object")
    frozen, shift = plain.get("frozen"), plain.get("shift", 0.0)
    if isinstance(shift, bool) or not isinstance(shift, int | float) or abs(shift) > 1e11:
        _refuse("/clock/shift", "seconds")
    if frozen is None:
        return Clock(shift=float(shift))
    try:
        when = datetime.fromisoformat(frozen)
        return Clock(when if when.tzinfo else when.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        _refuse("/clock/frozen", "a date-time or null")


def _refuse(at: str, expected: str) -> NoReturn:
    raise ProjectError(Finding("this is no snapshot of a sandbox", pointer=at, expected=expected))

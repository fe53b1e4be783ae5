"""Faults and canned answers of a sandbox.

In: what shall go wrong, or be answered. Out: calls to the control API. May not know: how faults
strike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from apidouble.testing.control import Control
from apidouble.testing.journal import Match

Effect = Literal["reset", "empty", "truncated", "malformed", "drip", "invalid"]


class Fault(TypedDict, total=False):
    """What goes wrong, with which requests, how often."""

    match: Match
    """Absent: all."""
    delay_ms: float | Mapping[str, float]
    """Fixed, `{"min", "max"}` (uniform) or `{"median", "sigma"}` (log-normal)."""
    status: int
    """Answered in the API's own error shape; not with `effect`."""
    retry_after: int
    """Seconds."""
    effect: Effect
    """reset: the connection breaks; empty: it ends before any answer; truncated: the body ends early;
    malformed: it is no JSON; drip: it comes slowly; invalid: it breaks the contract."""
    drip: Mapping[str, float]
    """`{"bytes", "pause_ms"}`, with the effect drip."""
    probability: float
    every: int
    times: int
    until: str
    """A date-time on the sandbox's clock."""


class Answer(TypedDict, total=False):
    """One canned answer."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: Any
    delay_ms: float


class Faults:
    """Breaks things on purpose, seeded, so that a failing run can be repeated."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, **fault: Unpack[Fault]) -> str:
        """Order a fault; its id. The newest is asked first."""
        return str(self._control.post("faults", body=fault)["id"])

    def list(self) -> list[dict[str, Any]]:
        """All, with how often each met a request (`seen`) and struck (`fired`)."""
        found: list[dict[str, Any]] = self._control.get("faults")["faults"]
        return found

    def remove(self, fault: str) -> None:
        """Take one back, by its id."""
        self._control.delete("faults", fault)

    def clear(self) -> None:
        """Take all back."""
        self._control.delete("faults")


class Stubs:
    """Canned answers, given instead of the engine's."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(
        self,
        answers: Answer | Sequence[Answer],
        *,
        match: Match | None = None,
        times: int | None = None,
        check: bool = True,
    ) -> str:
        """Answer so; the stub's id. Answers are given one after the other, the last one again and
        again, or `times` in all. Unless `check` is false they must keep to the contract of every
        operation that can match.
        """
        listed = [answers] if isinstance(answers, Mapping) else list(answers)
        body: dict[str, Any] = {"match": match or {}, "answers": listed, "check": check}
        if times is not None:
            body["times"] = times
        return str(self._control.post("stubs", body=body)["id"])

    def list(self) -> list[dict[str, Any]]:
        """All, with how many answers each gave (`given`)."""
        found: list[dict[str, Any]] = self._control.get("stubs")["stubs"]
        return found

    def remove(self, stub: str) -> None:
        """Remove one, by its id."""
        self._control.delete("stubs", stub)

    def clear(self) -> None:
        """Remove all."""
        self._control.delete("stubs")


class Amounts(TypedDict, total=False):
    """A span of time; what is given is added up."""

    days: float
    hours: float
    minutes: float
    seconds: float
    milliseconds: float


class Time:
    """Time, as the answers of a sandbox show it."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.fromisoformat(self._control.get("clock")["now"])

    def freeze(self, now: datetime | str | None = None) -> None:
        """Stand still, at `now` or at the present time."""
        text = _text(now) or self._control.get("clock")["now"]
        self._control.put("clock", body={"now": text, "frozen": True})

    def run(self, now: datetime | str | None = None) -> None:
        """Run on from `now`; without it, show the real time again."""
        self._control.put("clock", body={"now": _text(now), "frozen": False})

    def advance(self, **by: Unpack[Amounts]) -> None:
        """Move time forwards, or backwards by negative numbers; frozen time stays frozen."""
        self._control.post("clock", "advance", body=by)


class Values:
    """Settings of the APIs: what their fixtures let one set, plan limits and the like."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def get(self, api: str) -> dict[str, Any]:
        """All settings of an API."""
        found: dict[str, Any] = self._control.get("settings", api)
        return found

    def change(self, api: str, **values: Any) -> dict[str, Any]:
        """Change settings of an API; those that are not named stay. All of them, afterwards."""
        found: dict[str, Any] = self._control.patch("settings", api, body=values)
        return found


def _text(moment: datetime | str | None) -> str | None:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} says no time zone: use datetime(..., tzinfo=UTC)")
    return moment.isoformat()

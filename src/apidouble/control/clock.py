"""Time, as the answers of a sandbox show it. In: a call. Out: a reply. May not know: ASGI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apidouble.clock import Clock
from apidouble.control.desk import Call, answer, refuse
from apidouble.engine.exchange import Reply

EARLIEST = 0.0
LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""Seconds since the epoch; what lies beyond cannot be told in all the forms in which answers tell it."""


def get_clock(call: Call) -> Reply:
    """What time it is."""
    return answer(shown(call.sandbox.clock))


def put_clock(call: Call) -> Reply:
    """Stand still at a time, or run on from it."""
    set_clock(call.sandbox.clock, call.given, "")
    return get_clock(call)


def advance_clock(call: Call) -> Reply:
    """Move time."""
    try:
        by = timedelta(**call.given)
    except OverflowError:
        refuse("this is longer than time itself", "", "maximum")
    check(call.sandbox.clock.timestamp() + by.total_seconds(), "")
    call.sandbox.clock.advance(by)
    return get_clock(call)


def set_clock(clock: Clock, given: Mapping[str, Any], at: str) -> None:
    """Set a clock to `{now, frozen}`; `at` points at it in the body."""
    text = given.get("now")
    now: datetime | None = None
    if text is not None:
        try:
            now = datetime.fromisoformat(text)
        except ValueError as error:
            refuse(f"this time cannot be: {error}", f"{at}/now", "format")
        now = now if now.tzinfo else now.replace(tzinfo=UTC)
        # Subtracting, unlike datetime.timestamp, takes every offset.
        check((now - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds(), f"{at}/now")
    clock.set(now, frozen=given.get("frozen", False))


def check(moment: float, at: str) -> None:
    """Refuse a time (seconds since the epoch) that no answer could show."""
    if not EARLIEST <= moment < LATEST:
        refuse("the time must lie between 1970 and 9998", at, "maximum")


def shown(clock: Clock) -> dict[str, Any]:
    """A clock as a JSON value."""
    shift = 0.0 if clock.frozen else round(clock.shift, 3)
    return {"now": instant(clock.timestamp()), "frozen": clock.frozen, "shift_seconds": shift}


def instant(moment: float) -> str:
    """Seconds since the epoch as an RFC 3339 date-time in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")

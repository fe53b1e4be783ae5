"""Points in time that depend on a base time and a `Random`, never on the real clock.

In: the name and arguments of a Faker date provider, a base time. Out: dates, times, timestamps.
May not know: Faker; it only speaks its words (`-3y`, `+30d`, `now`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

SEEDED_TIME = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
"""What seeded data takes for now, where nobody says otherwise."""

_RELATIVE = re.compile(
    r"^(?P<sign>[-+]?)(?=\d)(?:(?P<y>\d+)y)?(?:(?P<M>\d+)M)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?"
    r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?$"
)
_DAYS = {"y": 365.24, "M": 30.42, "w": 7.0, "d": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86400}

WINDOWS: Mapping[str, tuple[str, str, str]] = {
    # provider -> (default start, default end, what it gives)
    "date_time": ("1970-01-01", "now", "datetime"),
    "date_time_between": ("-30y", "now", "datetime"),
    "date_time_between_dates": ("now", "now", "datetime"),
    "past_datetime": ("-30d", "now", "datetime"),
    "future_datetime": ("now", "+30d", "datetime"),
    "date_time_this_century": ("century", "now", "datetime"),
    "date_time_this_decade": ("decade", "now", "datetime"),
    "date_time_this_year": ("year", "now", "datetime"),
    "date_time_this_month": ("month", "now", "datetime"),
    "iso8601": ("1970-01-01", "now", "datetime"),
    "date": ("1970-01-01", "now", "date"),
    "date_object": ("1970-01-01", "now", "date"),
    "date_between": ("-30y", "today", "date"),
    "date_between_dates": ("now", "now", "date"),
    "past_date": ("-30d", "now", "date"),
    "future_date": ("+1d", "+30d", "date"),
    "date_this_century": ("century", "now", "date"),
    "date_this_decade": ("decade", "now", "date"),
    "date_this_year": ("year", "now", "date"),
    "date_this_month": ("month", "now", "date"),
    "date_of_birth": ("-67y", "-18y", "date"),
    "time": ("1970-01-01", "now", "time"),
    "time_object": ("1970-01-01", "now", "time"),
    "unix_time": ("1970-01-01", "now", "unix"),
}


def moment(word: Any, base: datetime) -> datetime:
    """A point in time in Faker's words: `-3y`, `+1d`, `now`, `today`, ISO 8601, epoch seconds;
    raises ValueError.
    """
    if isinstance(word, int | float) and not isinstance(word, bool):
        return datetime.fromtimestamp(word, UTC)
    text = str(word)
    if text in ("now", "today"):
        return base
    if text in ("century", "decade", "year", "month"):
        step = {"century": 100, "decade": 10}.get(text, 1)
        return datetime(base.year - base.year % step, base.month if text == "month" else 1, 1, tzinfo=UTC)
    found = _RELATIVE.match(text)
    if found:
        days = sum(
            int(amount) * _DAYS[unit]
            for unit, amount in found.groupdict().items()
            if unit != "sign" and amount
        )
        return base + timedelta(days=-days if found["sign"] == "-" else days)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def between(random: Random, start: datetime, end: datetime) -> datetime:
    """A whole second between two points in time."""
    seconds = int((end - start).total_seconds())
    return (start + timedelta(seconds=random.randint(0, seconds) if seconds > 0 else 0)).replace(
        microsecond=0
    )


def within(provider: str, random: Random, base: datetime, arguments: Mapping[str, Any]) -> Any:
    """What the Faker date provider would give if `base` were now: datetime, date, text or int."""
    start, end, kind = WINDOWS[provider]
    first: Any = start
    last: Any = end
    for name, value in arguments.items():
        if name.startswith("start_date") and value is not None:
            first = value
        elif name.startswith("end_date") and value is not None:
            last = value
        elif name == "minimum_age":
            last = f"-{int(value)}y"
        elif name == "maximum_age":
            first = f"-{int(value) + 1}y"
        elif name == "after_now" and value:
            last = "+1y"
        elif name not in ("pattern", "tzinfo", "before_now", "before_today", "after_today"):
            raise TypeError(f"{provider} takes no argument {name!r}")
    low, high = moment(first, base), moment(last, base)
    found = between(random, min(low, high), max(low, high))
    pattern = arguments.get("pattern")
    if pattern:
        return found.strftime(str(pattern))
    if kind == "date":
        return found.date()
    if kind == "time":
        return found.time()
    return int(found.timestamp()) if kind == "unix" else found


def written(value: datetime | date, form: str) -> str:
    """A point in time as text; `form` is date-time, date, time or a strftime pattern."""
    if form == "date-time" and isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "time" and isinstance(value, datetime):
        return value.strftime("%H:%M:%SZ")
    if form == "date":
        return value.strftime("%Y-%m-%d")
    if form in ("date-time", "time"):
        return value.strftime("%Y-%m-%dT00:00:00Z" if form == "date-time" else "00:00:00Z")
    return value.strftime(form)

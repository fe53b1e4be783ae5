"""Times in the form that a field declares.

In: a property's schema and its validator. Out: a function from a moment to a value, which moves
when it must. May not know: where the time comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Stamp = Callable[[float], Any]


def _iso_milliseconds(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _iso_seconds(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _spaced(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def _email_date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


_FORMS: tuple[tuple[Stamp, float], ...] = (
    (_iso_milliseconds, 0.001),
    (_iso_seconds, 1.0),
    (_date, 0.0),
    (_spaced, 1.0),
    (_email_date, 1.0),
    (int, 1.0),
    (lambda moment: int(moment * 1000), 0.001),
    (lambda moment: str(int(moment)), 1.0),
)
_SAMPLE = 1_700_000_000.123


class Stamper:
    """Writes moments for one field."""

    __slots__ = ("_form", "_step")

    def __init__(self, fits: Callable[[Any], bool], example: Any = None) -> None:
        """`fits` tells whether a value is valid for the field; `example` shows the preferred form.

        The first form that fits is taken; a time that the example writes as seconds stays so.
        """
        forms = [(form, step) for form, step in _FORMS if fits(form(_SAMPLE))]
        if isinstance(example, str):
            forms.sort(key=lambda entry: len(str(entry[0](_SAMPLE))) != len(example))
        elif isinstance(example, int) and example > 10_000_000_000:
            forms.sort(key=lambda entry: not isinstance(entry[0](_SAMPLE), int) or entry[0](_SAMPLE) < 1e12)
        self._form: Stamp | None = forms[0][0] if forms else None
        self._step = forms[0][1] if forms else 0.0

    def stamp(self, moment: float, previous: Any = None, *, moving: bool = False) -> Any:
        """The value for a moment; `moving` makes it later than `previous`. None: no form fits."""
        if self._form is None:
            return None
        value = self._form(moment)
        if not moving or previous is None or self._step == 0.0 or type(previous) is not type(value):
            return value
        for _ in range(5):
            if value > previous:
                return value
            moment += self._step
            value = self._form(moment)
        return self._after(previous, value)

    def _after(self, previous: Any, value: Any) -> Any:
        """One step after a previous value that lies well ahead of the clock."""
        if isinstance(previous, int):
            return previous + 1
        try:
            parsed = datetime.fromisoformat(str(previous))
        except ValueError:
            return value
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=UTC)
        assert self._form is not None  # noqa: S101 - stamp() has looked
        return self._form(parsed.timestamp() + self._step)

"""One fault as it is ordered: which requests, what happens to them, how often.

In: a fault as JSON. Out: `Fault`; a wrong one is a Refusal (422) with a pointer. May not know: web.

    {"match": {...},                    which requests (see `matcher`); absent: all
     "delay_ms": 200,                   or {"min": 50, "max": 200} (uniform),
                                        or {"median": 100, "sigma": 0.5} (log-normal)
     "status": 503,                     answer this status in the API's own error shape
     "retry_after": 30,                 seconds, with `status`
     "effect": "reset",                 or empty, truncated, malformed, drip, invalid; not with `status`
     "drip": {"bytes": 16, "pause_ms": 100},    with effect drip
     "probability": 0.5, "every": 3, "times": 2, "until": "2030-01-01T00:00:00Z"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, log
from random import Random
from typing import Any, Literal, NoReturn, get_args

from apidouble.errors import Refusal, Violation
from apidouble.matcher import Matcher, compile_matcher, escaped, moment

Effect = Literal["reset", "empty", "truncated", "malformed", "drip", "invalid"]
"""reset: the connection breaks; empty: it ends before any answer; truncated: the body ends early;
malformed: the body is no JSON; drip: the body comes slowly; invalid: the body breaks the contract."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)
ON_SOCKET: frozenset[Effect] = frozenset(("reset", "empty"))
"""These need a server that owns the socket."""

_LONGEST = 3_600_000.0
"""Milliseconds."""
_MEMBERS = (
    "match",
    "delay_ms",
    "status",
    "retry_after",
    "effect",
    "drip",
    "probability",
    "every",
    "times",
    "until",
)

Delay = Callable[[Random], float]
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A compiled fault."""

    spec: Mapping[str, Any]
    """As given."""
    match: Matcher
    delay: Delay | None
    status: int | None
    retry_after: int | None
    effect: Effect | None
    drip_bytes: int
    drip_pause: float
    """Seconds."""
    probability: float
    every: int
    times: int | None
    until: float | None
    """Seconds since the epoch, on the sandbox's clock."""


def compile_fault(spec: Any, at: str = "", *, effects: frozenset[Effect] = frozenset(EFFECTS)) -> Fault:
    """Compile; `at` is the pointer of the fault in the request body, `effects` what this server can do."""
    if not isinstance(spec, Mapping):
        refuse(at, "a fault is an object")
    for name in spec:
        if name not in _MEMBERS:
            refuse(f"{at}/{escaped(name)}", f"there is no such member; there are {', '.join(_MEMBERS)}")
    status = _whole(spec, "status", at, 200, 599)
    effect = spec.get("effect")
    if effect is not None and effect not in EFFECTS:
        refuse(f"{at}/effect", f"expected one of {', '.join(EFFECTS)}")
    if effect is not None and effect not in effects:
        refuse(f"{at}/effect", f"this server cannot do {effect}; it can do {', '.join(sorted(effects))}")
    if effect is not None and status is not None:
        refuse(f"{at}/effect", "a fault has a status or an effect, not both")
    if spec.get("delay_ms") is None and effect is None and status is None:
        refuse(at, "a fault needs delay_ms, status or effect")
    if spec.get("retry_after") is not None and status is None:
        refuse(f"{at}/retry_after", "retry_after goes with status")
    drip = _drip(spec, at)
    until = spec.get("until")
    return Fault(
        spec,
        compile_matcher(spec.get("match") or {}, f"{at}/match"),
        _delay(spec.get("delay_ms"), f"{at}/delay_ms"),
        status,
        _whole(spec, "retry_after", at, 0, 10**9),
        effect,
        drip[0],
        drip[1],
        _number(spec.get("probability", 1), f"{at}/probability", 0, 1),
        _whole(spec, "every", at, 1, 10**9) or 1,
        _whole(spec, "times", at, 1, 10**9),
        None if until is None else moment(until, f"{at}/until"),
    )


def _delay(wanted: Any, at: str) -> Delay | None:
    if wanted is None:
        return None
    if not isinstance(wanted, Mapping):
        seconds = _number(wanted, at, 0, _LONGEST) / 1000
        return lambda _: seconds
    if wanted.keys() == {"min", "max"}:
        low = _number(wanted["min"], f"{at}/min", 0, _LONGEST) / 1000
        high = _number(wanted["max"], f"{at}/max", 0, _LONGEST) / 1000
        if low > high:
            refuse(f"{at}/max", "max is below min")
        return lambda chance: chance.uniform(low, high)
    if wanted.keys() != {"median", "sigma"}:
        refuse(at, "expected milliseconds, {min, max} or {median, sigma}")
    median = _number(wanted["median"], f"{at}/median", 0.001, _LONGEST)
    sigma = _number(wanted["sigma"], f"{at}/sigma", 0, 10)
    return lambda chance: min(chance.lognormvariate(log(median), sigma), _LONGEST) / 1000


def _drip(spec: Mapping[str, Any], at: str) -> tuple[int, float]:
    """Bytes at a time, and seconds between."""
    drip = spec.get("drip")
    if drip is None:
        return 16, 0.1
    if spec.get("effect") != "drip" or not isinstance(drip, Mapping) or drip.keys() - {"bytes", "pause_ms"}:
        refuse(f"{at}/drip", "expected {bytes, pause_ms}, together with the effect drip")
    pause = _number(drip.get("pause_ms", 100), f"{at}/drip/pause_ms", 0, _LONGEST) / 1000
    return _whole(drip, "bytes", f"{at}/drip", 1, 10**6) or 16, pause


def _number(value: Any, at: str, low: float, high: float) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not fits or not low <= value <= high:
        refuse(at, f"expected a number from {low:g} to {high:g}")
    return float(value)


def _whole(spec: Mapping[str, Any], name: str, at: str, low: int, high: int) -> int | None:
    value = spec.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        refuse(f"{at}/{name}", f"expected an integer from {low} to {high}")
    return value


def refuse(at: str, message: str) -> NoReturn:
    """Refuse a definition, pointing at the member."""
    raise Refusal(
        422, f"{at or 'the body'}: {message}", [Violation(message, "body", pointer=at, keyword="fault")]
    )

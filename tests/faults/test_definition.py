"""What faults may be ordered."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from apidouble.errors import Refusal
from apidouble.faults.definition import EFFECTS, ON_SOCKET, compile_fault


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        ([], ""),
        ({}, ""),
        ({"probability": 1}, ""),
        ({"statsu": 503}, "/statsu"),
        ({"status": 99}, "/status"),
        ({"status": "503"}, "/status"),
        ({"status": 503, "effect": "reset"}, "/effect"),
        ({"effect": "explode"}, "/effect"),
        ({"effect": ["reset"]}, "/effect"),
        ({"effect": "reset", "retry_after": 3}, "/retry_after"),
        ({"status": 503, "retry_after": -1}, "/retry_after"),
        ({"delay_ms": -1}, "/delay_ms"),
        ({"delay_ms": "1"}, "/delay_ms"),
        ({"delay_ms": True}, "/delay_ms"),
        ({"delay_ms": float("inf")}, "/delay_ms"),
        ({"delay_ms": {}}, "/delay_ms"),
        ({"delay_ms": {"min": 1}}, "/delay_ms"),
        ({"delay_ms": {"min": 2, "max": 1}}, "/delay_ms/max"),
        ({"delay_ms": {"median": 0, "sigma": 1}}, "/delay_ms/median"),
        ({"delay_ms": {"median": 1, "sigma": -1}}, "/delay_ms/sigma"),
        ({"effect": "reset", "drip": {}}, "/drip"),
        ({"effect": "drip", "drip": {"bytes": 0}}, "/drip/bytes"),
        ({"effect": "drip", "drip": {"pause_ms": None}}, "/drip/pause_ms"),
        ({"status": 503, "probability": 2}, "/probability"),
        ({"status": 503, "every": 0}, "/every"),
        ({"status": 503, "times": 1.5}, "/times"),
        ({"status": 503, "until": "soon"}, "/until"),
        ({"status": 503, "match": {"status": []}}, "/match/status"),
        ({"status": 503, "match": {"method": {}}}, "/match/method"),
    ],
    ids=repr,
)
def test_wrong_fault(spec: Any, pointer: str) -> None:
    """A wrong fault is refused with the place that is wrong."""
    with pytest.raises(Refusal) as caught:
        compile_fault(spec)
    assert caught.value.status == 422
    assert [violation.pointer for violation in caught.value.violations] == [pointer]


def test_pointer_is_below_where_the_fault_stands() -> None:
    """A fault inside a larger body is pointed at from its root."""
    with pytest.raises(Refusal) as caught:
        compile_fault({"match": {"x": 1}, "status": 500}, "/faults/3")
    assert caught.value.violations[0].pointer == "/faults/3/match/x"


def test_what_a_server_cannot_do() -> None:
    """An effect that needs the socket is refused where there is none, and the message says what works."""
    possible = frozenset(EFFECTS) - ON_SOCKET
    with pytest.raises(Refusal, match="cannot do reset; it can do drip, invalid, malformed, truncated"):
        compile_fault({"effect": "reset"}, effects=possible)
    assert compile_fault({"effect": "drip"}, effects=possible).drip_bytes == 16


def test_delays() -> None:
    """Fixed, uniform and log-normal delays are in seconds and of the right size."""
    fixed = compile_fault({"delay_ms": 200}).delay
    uniform = compile_fault({"delay_ms": {"min": 50, "max": 150}}).delay
    lognormal = compile_fault({"delay_ms": {"median": 100, "sigma": 0.5}}).delay
    assert fixed is not None
    assert uniform is not None
    assert lognormal is not None
    chance = Random(1)
    assert fixed(chance) == 0.2
    drawn = sorted(uniform(chance) for _ in range(500))
    assert 0.05 <= drawn[0] < 0.06
    assert 0.14 < drawn[-1] <= 0.15
    drawn = sorted(lognormal(chance) for _ in range(501))
    assert 0.08 < drawn[250] < 0.12
    assert drawn[-1] > 0.2
    wild = compile_fault({"delay_ms": {"median": 3_600_000, "sigma": 10}}).delay
    assert wild is not None
    assert max(wild(chance) for _ in range(50)) == 3600, "no delay is longer than an hour"

"""Canned answers."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.engine.exchange import NOTHING
from apidouble.errors import Refusal
from apidouble.journal.entry import Entry
from apidouble.stubs import StubPlan, compile_stub

GET = Entry("GET", "/a", b"", {})
POST = Entry("POST", "/a", b"", {})


def test_sequence_then_last() -> None:
    """Answers come one after the other, the last one for ever."""
    plan = StubPlan()
    assert not plan
    plan.add(compile_stub({"match": {"method": "GET"}, "answers": [{"status": 500}, {"body": {"a": 1}}]}))
    assert plan
    assert plan.pick(POST) is None
    given = [plan.pick(GET) for _ in range(4)]
    assert [one.status if one else None for one in given] == [500, 200, 200, 200]
    assert [one.body if one else None for one in given] == [NOTHING, {"a": 1}, {"a": 1}, {"a": 1}]


def test_times_then_the_engine() -> None:
    """After N answers the next older stub, and then the engine, takes over."""
    plan = StubPlan()
    plan.add(compile_stub({"answers": [{"status": 201}], "times": 1}))
    plan.add(compile_stub({"answers": [{"status": 202}, {"status": 203}], "times": 3}))
    given = [plan.pick(GET) for _ in range(5)]
    assert [one.status if one else None for one in given] == [202, 203, 203, 201, None]
    assert [stub.shown()["given"] for stub in plan] == [1, 3]


def test_headers_and_delay() -> None:
    """Headers may repeat; delays are kept in seconds."""
    spec = {"answers": [{"headers": {"X-A": ["1", 2], "Y": "é"}, "body": None, "delay_ms": 250}]}
    (answer,) = compile_stub(spec).answers
    assert answer.headers == (("X-A", "1"), ("X-A", "2"), ("Y", "é"))
    assert answer.delay == 0.25
    assert answer.body is None


def test_ids() -> None:
    """Stubs are found and taken back by id; clearing starts the ids anew."""
    plan = StubPlan()
    first, second = (plan.add(compile_stub({"answers": [{}]})) for _ in range(2))
    assert (first.id, second.id) == ("stub-1", "stub-2")
    assert plan.get("stub-2") is second
    assert plan.remove("stub-1")
    assert not plan.remove("stub-1")
    assert plan.get("stub-1") is None
    plan.clear()
    assert plan.add(compile_stub({"answers": [{}]})).id == "stub-1"


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        (None, ""),
        ({}, "/answers"),
        ({"answers": []}, "/answers"),
        ({"answer": {}}, "/answer"),
        ({"answers": [1]}, "/answers/0"),
        ({"answers": [{}, {"stat": 1}]}, "/answers/1/stat"),
        ({"answers": [{"status": 99}]}, "/answers/0/status"),
        ({"answers": [{"status": True}]}, "/answers/0/status"),
        ({"answers": [{"headers": []}]}, "/answers/0/headers"),
        ({"answers": [{"headers": {"a b": "1"}}]}, "/answers/0/headers/a b"),
        ({"answers": [{"headers": {"a": "1\r\nSet-Cookie: x=1"}}]}, "/answers/0/headers/a"),
        ({"answers": [{"headers": {"a": "€"}}]}, "/answers/0/headers/a"),
        ({"answers": [{"headers": {"a": None}}]}, "/answers/0/headers/a"),
        ({"answers": [{"delay_ms": -1}]}, "/answers/0/delay_ms"),
        ({"answers": [{"delay_ms": float("nan")}]}, "/answers/0/delay_ms"),
        ({"answers": [{}], "times": 0}, "/times"),
        ({"answers": [{}], "check": 1}, "/check"),
        ({"answers": [{}], "match": {"path": 1}}, "/match/path"),
    ],
    ids=repr,
)
def test_wrong_stub(spec: Any, pointer: str) -> None:
    """A wrong stub is refused with the place that is wrong."""
    with pytest.raises(Refusal) as caught:
        compile_stub(spec)
    assert [violation.pointer for violation in caught.value.violations] == [pointer]

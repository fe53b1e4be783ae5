"""Which requests a fault strikes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from apidouble.clock import Clock, Source
from apidouble.faults.plan import FaultPlan
from apidouble.journal.entry import Entry

GET = Entry("GET", "/a", b"", {})
POST = Entry("POST", "/a", b"", {})
START = datetime(2030, 1, 1, tzinfo=UTC)


def plan(*specs: Any, seed: int = 1, clock: Clock | None = None) -> FaultPlan:
    made = FaultPlan(Source(seed), clock or Clock(START))
    for spec in specs:
        made.add(spec)
    return made


def statuses(made: FaultPlan, count: int, request: Entry = GET) -> list[int | None]:
    actions = [made.pick(request) for _ in range(count)]
    return [action.status if action else None for action in actions]


def test_no_faults() -> None:
    """A plan without faults is false, so that a request asks nothing of it."""
    assert not plan()
    assert plan().pick(GET) is None
    assert plan({"status": 503})


def test_match_and_times() -> None:
    """Only requests that match are struck and counted; after the first N none is."""
    made = plan({"match": {"method": "GET"}, "status": 503, "retry_after": 9, "times": 2})
    assert statuses(made, 2, POST) == [None, None]
    assert statuses(made, 4) == [503, 503, None, None]
    (fault,) = made
    assert fault.shown() == {**fault.fault.spec, "id": "fault-1", "seen": 4, "fired": 2}


def test_every() -> None:
    """Every third request is struck."""
    assert statuses(plan({"status": 500, "every": 3}), 7) == [None, None, 500, None, None, 500, None]


def test_every_and_times() -> None:
    """The first two of every second."""
    assert statuses(plan({"status": 500, "every": 2, "times": 2}), 8) == [None, 500, None, 500, *[None] * 4]


def test_until_follows_the_sandbox_clock() -> None:
    """A fault ends at its time on the sandbox's clock, whatever the real time is."""
    clock = Clock(START)
    made = plan({"status": 500, "until": "2030-01-01T01:00:00Z"}, clock=clock)
    assert statuses(made, 1) == [500]
    clock.advance(timedelta(minutes=59))
    assert statuses(made, 1) == [500]
    clock.advance(timedelta(minutes=1))
    assert statuses(made, 1) == [None]


def test_probability_repeats_with_the_seed() -> None:
    """The same seed strikes the same requests, another seed others, and about as many as asked for."""
    spec = {"status": 500, "probability": 0.3}
    first = statuses(plan(spec), 300)
    assert first == statuses(plan(spec), 300)
    assert first != statuses(plan(spec, seed=2), 300)
    assert 60 < sum(status is not None for status in first) < 120
    assert statuses(plan({"status": 500, "probability": 0}), 20) == [None] * 20


def test_faults_do_not_disturb_each_other() -> None:
    """What one fault draws does not depend on whether another is there."""
    spec = {"status": 500, "probability": 0.5}
    alone = statuses(plan(spec), 50)
    made = plan(spec, {"delay_ms": {"min": 1, "max": 2}, "probability": 0.5})
    assert statuses(made, 50) == alone


def test_delays_add_up_and_the_newest_decides() -> None:
    """Delays of several faults add up; the newest with a status or effect decides."""
    made = plan(
        {"status": 500}, {"delay_ms": 100}, {"status": 503, "delay_ms": 50, "times": 1}, {"delay_ms": 7}
    )
    action = made.pick(GET)
    assert action is not None
    assert (action.status, round(action.delay, 6), action.faults) == (503, 0.057, ("fault-4", "fault-3"))
    action = made.pick(GET)
    assert action is not None
    assert (action.status, round(action.delay, 6)) == (500, 0.107)
    assert action.faults == ("fault-4", "fault-2", "fault-1")


def test_delay_alone_leaves_the_answer() -> None:
    """A fault that only delays neither sets a status nor an effect."""
    action = plan({"delay_ms": 30}).pick(GET)
    assert action is not None
    assert (action.delay, action.status, action.effect) == (0.03, None, None)


def test_effect_and_its_chance() -> None:
    """An effect comes with randomness of its own, the same in each run."""
    runs = []
    for _ in range(2):
        made = plan({"effect": "drip", "drip": {"bytes": 3, "pause_ms": 20}})
        actions = [made.pick(GET) for _ in range(2)]
        assert all(action is not None and action.effect == "drip" for action in actions)
        runs.append([action.chance.random() for action in actions if action])
        assert actions[0] is not None
        assert (actions[0].drip_bytes, actions[0].drip_pause) == (3, 0.02)
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]


def test_ids() -> None:
    """Faults are found and taken back by id; clearing starts the ids, and so the draws, anew."""
    made = plan({"status": 500}, {"status": 501})
    assert [fault.id for fault in made] == ["fault-1", "fault-2"]
    assert made.remove("fault-2")
    assert not made.remove("fault-2")
    found = made.get("fault-1")
    assert found is not None
    assert found.fault.status == 500
    made.clear()
    assert not made
    assert made.add({"status": 502}).id == "fault-1"

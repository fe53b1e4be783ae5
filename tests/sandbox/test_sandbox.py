"""One sandbox: what it holds, what a snapshot holds, what a reset takes back."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apidouble.clock import Clock
from apidouble.errors import Refusal
from apidouble.journal.entry import Entry
from apidouble.sandbox import PARTS, Sandbox, Sandboxes
from apidouble.store.base import CollectionSpec, Conflict, Eq, Record, Transaction
from apidouble.store.memory import MemoryStore
from apidouble.stubs import compile_stub

START = datetime(2030, 1, 1, tzinfo=UTC)
SETTINGS = {"shop": {"limit": 5, "plan": "free"}}


def build(seed: int) -> MemoryStore:
    """A store whose records tell their seed."""
    rows = [Record(number, {"id": number, "seed": seed}) for number in range(3)]
    return MemoryStore([CollectionSpec("things", ("seed",), seed=lambda: rows)])


@pytest.fixture
def boxes() -> Sandboxes:
    return Sandboxes(build, clock=Clock(START), settings=SETTINGS)


def add(sandbox: Sandbox, key: Any = None) -> str:
    """Make a record the way an engine does: counted, and named by the sandbox's randomness."""

    def work(transaction: Transaction) -> str:
        count = transaction.next("things")
        name = sandbox.source.hex("things", count, 8) if key is None else key
        transaction.put("things", name, {"id": name})
        return name

    return sandbox.run(work)


def keys(sandbox: Sandbox) -> list[Any]:
    return [record.key for record in sandbox.store.begin().page("things")[0]]


def seeds(sandbox: Sandbox) -> set[Any]:
    return {record.data.get("seed") for record in sandbox.store.begin().page("things")[0]}


def test_run_discards_what_fails(boxes: Sandboxes) -> None:
    """What raises inside a transaction leaves the state, counters included, as it was."""
    sandbox = boxes.get()

    def fail(transaction: Transaction) -> None:
        transaction.next("things")
        transaction.put("things", "x", {})
        raise Refusal(409, "no")

    with pytest.raises(Refusal):
        sandbox.run(fail)
    assert keys(sandbox) == [0, 1, 2]
    assert sandbox.run(lambda transaction: transaction.next("things")) == 1


def test_run_tries_again_after_a_conflict(boxes: Sandboxes) -> None:
    """Work that another commit overtook is done again on the new state; nothing is lost or doubled."""
    sandbox = boxes.get()
    seen: list[list[Any]] = []

    def slow(transaction: Transaction) -> None:
        seen.append([record.key for record in transaction.page("things")[0]])
        if len(seen) == 1:
            add(sandbox, "fast")
        transaction.put("things", "slow", {})

    sandbox.run(slow)
    assert seen == [[0, 1, 2], [0, 1, 2, "fast"]]
    assert keys(sandbox) == [0, 1, 2, "fast", "slow"]


def test_run_gives_up_at_last(boxes: Sandboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that changes under every attempt ends in a Conflict, not in a hang."""
    monkeypatch.setattr("apidouble.sandbox.sandbox._ATTEMPTS", 5)
    sandbox = boxes.get()

    def overtaken(transaction: Transaction) -> None:
        add(sandbox)
        transaction.put("things", "never", {})

    with pytest.raises(Conflict, match="default"):
        sandbox.run(overtaken)
    assert "never" not in keys(sandbox)


def test_threads_in_one_sandbox(boxes: Sandboxes) -> None:
    """Threads that write into one sandbox lose nothing."""
    sandbox = boxes.get()
    threads = [threading.Thread(target=lambda: [add(sandbox) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys(sandbox))) == 203


def test_same_seed_same_ids(boxes: Sandboxes) -> None:
    """Two sandboxes with one seed make the same ids; one with another seed makes others."""
    one, two = boxes.get("one"), boxes.get("two")
    other = boxes.create("other", seed=7)
    assert [add(one), add(one)] == [add(two), add(two)]
    assert add(other) not in keys(one)
    assert seeds(other) >= {7}


def test_snapshot_holds_what_it_says(boxes: Sandboxes) -> None:
    """Records, sequence, randomness, clock and settings come back; nothing else does."""
    sandbox = boxes.get("one")
    first = add(sandbox)
    sandbox.configure("shop", {"limit": 9})
    sandbox.clock.advance(timedelta(hours=1))
    sandbox.snapshot("before")
    second = add(sandbox)
    sandbox.configure("shop", {"limit": 1, "new": True})
    sandbox.clock.set(None, frozen=False)
    sandbox.faults.add({"status": 503})
    sandbox.stubs.add(compile_stub({"answers": [{}]}))
    sandbox.oauth["codes"] = {"x": 1}
    sandbox.journal.record(Entry("GET", "/", b"", {}))
    sandbox.restore(sandbox.snapshots["before"])
    assert keys(sandbox) == [0, 1, 2, first]
    assert add(sandbox) == second
    assert sandbox.settings == {"shop": {"limit": 9, "plan": "free"}}
    assert sandbox.clock.now() == START + timedelta(hours=1)
    assert sandbox.clock.frozen
    assert sandbox.faults
    assert sandbox.stubs
    assert sandbox.oauth == {"codes": {"x": 1}}
    assert len(sandbox.journal) == 1
    assert "before" in sandbox.snapshots


def test_running_clock_keeps_its_shift(boxes: Sandboxes) -> None:
    """A clock that ran ahead when the snapshot was taken runs ahead again after it is restored."""
    sandbox = boxes.get("one")
    sandbox.clock.set(START, frozen=False)
    sandbox.snapshot("ahead")
    sandbox.clock.set(None, frozen=True)
    sandbox.restore(sandbox.snapshots["ahead"])
    assert not sandbox.clock.frozen
    assert abs((sandbox.clock.now() - START).total_seconds()) < 60


def everything(sandbox: Sandbox) -> None:
    """Change all that can change."""
    add(sandbox)
    sandbox.clock.advance(timedelta(hours=1))
    sandbox.configure("shop", {"limit": 9})
    sandbox.faults.add({"status": 503})
    sandbox.stubs.add(compile_stub({"answers": [{}]}))
    sandbox.journal.record(Entry("GET", "/", b"", {}))
    sandbox.oauth["codes"] = {"x": 1}


def fresh(sandbox: Sandbox) -> dict[str, bool]:
    """Which parts are as they were in the beginning."""
    return {
        "state": keys(sandbox) == [0, 1, 2],
        "sequence": sandbox.store.begin().next("things") == 1,
        "clock": sandbox.clock.now() == START,
        "settings": sandbox.settings == SETTINGS,
        "faults": not sandbox.faults,
        "stubs": not sandbox.stubs,
        "journal": len(sandbox.journal) == 0,
        "oauth": not sandbox.oauth,
    }


def test_reset(boxes: Sandboxes) -> None:
    """A reset takes all parts back, snapshots excepted; then the same requests give the same ids."""
    sandbox = boxes.get("one")
    first = add(sandbox)
    everything(sandbox)
    sandbox.snapshot("kept")
    assert not any(fresh(sandbox).values())
    sandbox.reset()
    assert all(fresh(sandbox).values())
    assert list(sandbox.snapshots) == ["kept"]
    assert add(sandbox) == first


@pytest.mark.parametrize("part", PARTS)
def test_reset_keeps_what_it_is_told_to(boxes: Sandboxes, part: Any) -> None:
    """Each part can be kept by itself."""
    sandbox = boxes.get("one")
    everything(sandbox)
    sandbox.reset(keep=[part])
    assert [name for name, back in fresh(sandbox).items() if not back] == [part]


def test_reset_of_an_unknown_part(boxes: Sandboxes) -> None:
    """A part that does not exist is refused, and nothing is reset."""
    sandbox = boxes.get("one")
    add(sandbox, "x")
    with pytest.raises(Refusal, match="there is no part 'everything'"):
        sandbox.reset(keep=["everything"])  # type: ignore[list-item]
    assert "x" in keys(sandbox)


def test_reset_goes_back_to_the_own_seed(boxes: Sandboxes) -> None:
    """A sandbox that restored a snapshot of another seed goes back to its own."""
    other = boxes.create("other", seed=7)
    add(other, "from-other")
    sandbox = boxes.get("one")
    before = add(sandbox)
    sandbox.restore(other.moment())
    assert keys(sandbox) == [0, 1, 2, "from-other"]
    assert seeds(sandbox) >= {7}
    assert sandbox.seed == 7
    add(sandbox)
    assert keys(other) == [0, 1, 2, "from-other"]
    sandbox.reset(keep=["sequence"])
    assert seeds(sandbox) == {1}
    assert sandbox.store.begin().next("things") == 3, "kept, though the records came from elsewhere"
    sandbox.reset()
    assert add(sandbox) == before


def test_snapshot_as_a_file(boxes: Sandboxes) -> None:
    """A snapshot written as JSON and read by another double gives the same world."""
    sandbox = boxes.create("one", seed=7)
    everything(sandbox)
    text = json.dumps(sandbox.snapshot("file").dump())
    elsewhere = Sandboxes(build, seed=3)
    moment = elsewhere.load(json.loads(text))
    copy = elsewhere.create("copy", origin=moment)
    assert keys(copy) == keys(sandbox)
    assert add(copy) == add(sandbox)
    assert copy.settings == sandbox.settings
    assert copy.clock.now() == sandbox.clock.now()
    target = elsewhere.get()
    target.restore(moment)
    assert keys(target)[:4] == keys(sandbox)[:4]
    rows, total = target.store.begin().page("things", Eq("seed", 7))
    assert total == len(rows) == 3, "indexes are there as well"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"format": "other"}, "/format"),
        ({"seed": "1"}, "/seed"),
        ({"home": True}, "/home"),
        ({"clock": None}, "/clock"),
        ({"clock": {"frozen": "yesterday"}}, "/clock/frozen"),
        ({"clock": {"shift": "1"}}, "/clock/shift"),
        ({"taken": "now"}, "/taken"),
        ({"name": 7}, "/name"),
        ({"settings": {"shop": 1}}, "/settings"),
        ({"records": []}, "/records"),
        ({"records": {"counters": {"a": -1}}}, "/records/counters/a"),
    ],
)
def test_what_is_no_snapshot(boxes: Sandboxes, change: dict[str, Any], pointer: str) -> None:
    """A file that is no snapshot is refused with the place that is wrong."""
    plain = boxes.get().moment().dump() | change
    with pytest.raises(Refusal) as caught:
        boxes.load(plain)
    assert caught.value.status == 422
    assert [violation.pointer for violation in caught.value.violations] == [pointer]
    with pytest.raises(Refusal):
        boxes.load("text")


def test_snapshots_are_named_and_few(boxes: Sandboxes) -> None:
    """A snapshot needs a proper name, replaces one of its name, and there is a limit to them."""
    sandbox = boxes.get()
    with pytest.raises(Refusal):
        sandbox.snapshot("a/b")
    for number in range(100):
        sandbox.snapshot(f"s{number}")
    with pytest.raises(Refusal) as caught:
        sandbox.snapshot("more")
    assert caught.value.status == 409
    sandbox.snapshot("s7")
    del sandbox.snapshots["s1"]
    sandbox.snapshot("more")


def test_events_of_a_sandbox(boxes: Sandboxes) -> None:
    """Commits, restores and resets are told as events of that sandbox, wherever its records live."""
    events = boxes.journal.events
    other = boxes.create("other", seed=7)
    sandbox = boxes.get("one")
    sandbox.restore(other.moment())
    sandbox.run(lambda transaction: transaction.put("things", "x", {}))
    sandbox.reset()
    sandbox.run(lambda transaction: transaction.delete("things", 1))
    told = [event.payload for event in events.recent("one")]
    assert [one if isinstance(one, str) else [change.kind for change in one] for one in told] == [  # type: ignore[union-attr]
        "created",
        "restored",
        ["created"],
        "reset",
        ["deleted"],
    ]

"""Sandboxes by name."""

from __future__ import annotations

import gc
import threading
from datetime import UTC, datetime

import pytest

from apidouble.clock import Clock
from apidouble.errors import Refusal
from apidouble.journal.entry import Entry
from apidouble.sandbox import Sandbox, Sandboxes
from apidouble.store.base import CollectionSpec, Record
from apidouble.store.memory import MemoryStore

START = datetime(2030, 1, 1, tzinfo=UTC)


class Ticking:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def built() -> list[int]:
    return []


@pytest.fixture
def now() -> Ticking:
    return Ticking()


@pytest.fixture
def boxes(built: list[int], now: Ticking) -> Sandboxes:
    def build(seed: int) -> MemoryStore:
        built.append(seed)
        return MemoryStore([CollectionSpec("things", seed=lambda: [Record(1, {"seed": seed})])])

    return Sandboxes(build, clock=Clock(START), limit=4, idle=100, now=now)


def put(sandbox: Sandbox, key: str) -> None:
    sandbox.run(lambda transaction: transaction.put("things", key, {}))


def keys(sandbox: Sandbox) -> list[object]:
    return [record.key for record in sandbox.store.begin().page("things")[0]]


def names(boxes: Sandboxes) -> list[str]:
    return [sandbox.name for sandbox in boxes.all()]


def test_first_use_forks_the_base(boxes: Sandboxes, built: list[int]) -> None:
    """A name that is not known yet is a fork of the seeded base, which is built once."""
    put(boxes.get("one"), "a")
    assert keys(boxes.get("two")) == [1]
    assert keys(boxes.get("one")) == [1, "a"]
    assert boxes.get("one") is boxes.get("one")
    assert built == [1]
    assert names(boxes) == ["default", "one", "two"]


def test_declared_only(boxes: Sandboxes) -> None:
    """Where sandboxes must be declared, an unknown name is 404; the default one is always there."""
    boxes.auto = False
    with pytest.raises(Refusal, match="__admin/sandboxes") as caught:
        boxes.get("one")
    assert caught.value.status == 404
    assert boxes.get().name == "default"
    boxes.create("one")
    assert boxes.get("one").name == "one"
    boxes.drop("default")
    assert boxes.get().name == "default"


@pytest.mark.parametrize("name", ["", "a" * 65, "a/b", "a b", "é", "a\n", "~", "a\x00", "../x"])
def test_hostile_names(boxes: Sandboxes, name: str) -> None:
    """Anything but letters, digits, dots, underscores and hyphens is refused and makes nothing."""
    with pytest.raises(Refusal) as caught:
        boxes.get(name)
    assert caught.value.status == 400
    assert names(boxes) == ["default"]


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "a" * 64, ".", ".."])
def test_proper_names(boxes: Sandboxes, name: str) -> None:
    """Names of the rule are fine."""
    assert boxes.get(name).name == name


def test_limit_evicts_the_one_idle_longest(boxes: Sandboxes, now: Ticking) -> None:
    """At the limit the one that was unused longest goes, never the default; its name starts anew."""
    for number, name in enumerate(("a", "b", "c")):
        now.time = float(number)
        put(boxes.get(name), "x")
    now.time = 5.0
    boxes.get("a")
    boxes.get("d")
    assert names(boxes) == ["default", "a", "c", "d"]
    now.time = 6.0
    assert keys(boxes.get("b")) == [1]
    assert names(boxes) == ["default", "a", "d", "b"]


def test_idle_ones_go(boxes: Sandboxes, now: Ticking) -> None:
    """Sandboxes unused for too long go when another is made, or when asked to; the default stays."""
    boxes.get("a")
    now.time = 60
    boxes.get("b")
    now.time = 101
    boxes.get("c")
    assert names(boxes) == ["default", "b", "c"]
    now.time = 300
    assert boxes.sweep() == 2
    assert names(boxes) == ["default"]


def test_eviction_takes_the_journal(boxes: Sandboxes) -> None:
    """The entries of a dropped sandbox are gone with it."""
    boxes.get("a").journal.record(Entry("GET", "/", b"", {}))
    boxes.drop("a")
    assert boxes.journal.held == 0
    assert len(boxes.get("a").journal) == 0
    with pytest.raises(Refusal):
        boxes.drop("never")


def test_create(boxes: Sandboxes, built: list[int]) -> None:
    """From the seed, with its own seed and clock; from another sandbox; from a snapshot."""
    own = boxes.create("own", seed=7, clock=Clock(datetime(2040, 1, 1, tzinfo=UTC)))
    assert built == [1, 7]
    assert own.clock.now().year == 2040
    assert boxes.get().clock.now() == START
    put(own, "a")
    copy = boxes.create("copy", origin=own)
    moment = own.moment()
    put(own, "b")
    late = boxes.create("late", origin=moment, seed=9)
    assert keys(copy) == keys(late) == [1, "a"]
    assert (copy.seed, late.seed) == (7, 9)
    assert copy.clock.now() == own.clock.now()
    assert copy.clock is not own.clock
    late.reset()
    assert keys(late) == [1]
    assert late.seed == 9
    assert built == [1, 7]


def test_create_twice(boxes: Sandboxes) -> None:
    """A name that is taken is a conflict, and the one that has it stays."""
    put(boxes.create("a"), "x")
    with pytest.raises(Refusal) as caught:
        boxes.create("a")
    assert caught.value.status == 409
    assert keys(boxes.get("a")) == [1, "x"]


def test_few_bases_are_kept(boxes: Sandboxes, built: list[int]) -> None:
    """Bases of other seeds are kept in small number, the double's own always; forks of one that
    went live on.
    """
    seventh = boxes.create("seventh", seed=107)
    for seed in range(200, 210):
        boxes.base(seed)
    assert len(boxes._built) == 8
    boxes.get("new")
    assert built.count(1) == 1
    assert keys(seventh) == [1]
    seventh.reset()
    assert [record.data for record in seventh.store.begin().page("things")[0]] == [{"seed": 107}]


def test_threads_make_one(boxes: Sandboxes) -> None:
    """Threads that use a new name at the same moment get one sandbox."""
    gate = threading.Barrier(8)
    found: list[Sandbox] = []

    def use() -> None:
        gate.wait()
        found.append(boxes.get("shared"))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(sandbox) for sandbox in found}) == 1


def test_two_doubles_share_nothing() -> None:
    """Two sets of sandboxes in one process are independent."""
    one, two = (Sandboxes(lambda seed: MemoryStore([CollectionSpec("things")])) for _ in range(2))
    put(one.get(), "a")
    one.get().journal.record(Entry("GET", "/", b"", {}))
    assert keys(two.get()) == []
    assert len(two.get().journal) == 0


def test_a_dropped_sandbox_is_gone_at_once(boxes: Sandboxes) -> None:
    """It is in no circle: whoever drops sandboxes by the thousand need not wait for the garbage collector."""
    boxes.create("first")
    boxes.drop("first")
    gc.collect()
    gc.disable()
    try:
        for number in range(20):
            sandbox = boxes.create(f"t{number}")
            put(sandbox, "one")
            sandbox.snapshot("begun")
            sandbox.journal.record(Entry("GET", "/", b"", {}))
            sandbox.reset()
            boxes.drop(sandbox.name)
        del sandbox
        assert gc.collect() < 20
    finally:
        gc.enable()

"""What the memory store adds to the promises of all stores: its cost is flat, its parts are shared."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.store.base import ALL, And, CollectionSpec, Condition, Contains, Eq, Not, Record
from apidouble.store.memory import MemoryStore

ROLES = ("admin", "staff", "guest", "owner")


def row(number: int) -> Record:
    return Record(
        number,
        {"id": number, "login": f"u{number}", "on": number % 3 > 0, "role": ROLES[number % 4], "of": "c"},
    )


def filled(count: int) -> MemoryStore:
    seed = lambda: [row(number) for number in range(count)]  # noqa: E731
    store = MemoryStore([CollectionSpec("rows", ("on", "role", "of"), ("login",), seed)])
    store.begin().get("rows", 0)
    return store


@pytest.fixture(scope="module")
def small() -> MemoryStore:
    return filled(300)


@pytest.fixture(scope="module")
def large() -> MemoryStore:
    return filled(30_000)


def steps(work: Callable[[], Any]) -> int:
    """How many lines of Python the work executes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


PAGES: dict[str, Condition] = {
    "all": ALL,
    "one field": Eq("on", True),
    "two fields": And((Eq("of", "c"), Eq("on", True))),
    "three fields": And((Eq("of", "c"), Eq("on", True), Eq("role", "admin"))),
    "not": Not(Eq("role", "guest")),
    "unique": Eq("login", "u7"),
}


@pytest.mark.parametrize("where", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("deep", [False, True], ids=["first page", "last page"])
def test_page_costs_its_size(small: MemoryStore, large: MemoryStore, where: Condition, deep: bool) -> None:
    """A page of an indexed list takes no more steps among 30,000 records than among 300, plus blocks."""

    def page(store: MemoryStore) -> int:
        work = store.begin()
        total = work.page("rows", where, (), 0, 0)[1]
        return steps(lambda: work.page("rows", where, (), max(0, total - 25) if deep else 0, 25))

    assert page(large) <= page(small) + 160


def test_uncached_meeting_visits_blocks(large: MemoryStore) -> None:
    """Two lists of 20,000 and 30,000 records meet for the first time in steps of blocks, not of records."""
    fork = large.fork()
    work = fork.begin()
    work.put("rows", "new", {"on": True, "of": "c"})
    work.page("rows", ALL, (), 0, 0)  # takes the change into the indexes
    assert steps(lambda: work.page("rows", PAGES["two fields"], (), 10_000, 25)) < 400


@pytest.mark.parametrize("kind", ["replace", "insert", "delete"])
def test_write_costs_the_same(small: MemoryStore, large: MemoryStore, kind: str) -> None:
    """A write takes as many steps among 30,000 records as among 300, plus a level of blocks."""

    def write(store: MemoryStore) -> int:
        work = store.begin()
        data = {"login": "new", "on": False, "role": "owner", "of": "c"}
        if kind == "delete":
            return steps(lambda: work.delete("rows", 150))
        count = steps(lambda: work.put("rows", 150 if kind == "replace" else "new", data))
        return count + steps(lambda: work.page("rows", ALL, (), 0, 1))

    assert write(large) <= write(small) + 60


def test_writes_in_a_row_cost_less(large: MemoryStore) -> None:
    """What nobody asks for meanwhile is taken into the indexes together, in fewer steps than one by one."""

    def write(read: bool) -> int:
        work = large.fork().begin()
        count = 0
        for number in range(96):
            data = {"login": f"new {number}", "on": True, "role": "owner", "of": "c"}
            count += steps(partial(work.put, "rows", f"k{number}", data))
            if read:
                count += steps(lambda: work.page("rows", ALL, (), 0, 0))
        assert work.page("rows", Eq("login", "new 95"))[1] == 1
        assert work.page("rows", ALL, (), 0, 0)[1] == 30_096
        return count

    assert write(read=False) < write(read=True) / 2


KEYS = st.integers(0, 400)


@given(st.lists(st.tuples(KEYS, st.none() | st.integers(0, 3)), min_size=40, max_size=200))
@settings(deadline=None, max_examples=60)
def test_bursts_of_writes_are_read_back(burst: list[tuple[int, int | None]]) -> None:
    """Many writes without a reader between them leave what they would leave one by one."""
    store = filled(300)
    work = store.begin()
    model = {number: dict(row(number).data) for number in range(300)}
    for key, value in burst:
        if value is None:
            assert work.delete("rows", key) == (model.pop(key, None) is not None)
        else:
            data = {"id": key, "login": f"b{key}", "on": value % 2 == 0, "role": ROLES[value], "of": "d"}
            work.put("rows", key, data)
            model[key] = data
        found = work.get("rows", key)
        assert (found.data if found is not None else None) == model.get(key)
    work.commit()
    after = store.begin()
    records, total = after.page("rows")
    assert total == len(model)
    assert [record.data for record in records] == list(model.values())
    cases: list[tuple[Condition, Callable[[dict[str, Any]], bool]]] = [
        (Eq("of", "d"), lambda data: data["of"] == "d"),
        (And((Eq("of", "c"), Eq("on", True))), lambda data: data["of"] == "c" and data["on"] is True),
        (Eq("role", "admin"), lambda data: data["role"] == "admin"),
        (Eq("login", "u7"), lambda data: data["login"] == "u7"),
    ]
    for where, holds in cases:
        found_here = [record.data for record in after.page("rows", where)[0]]
        assert found_here == [data for data in model.values() if holds(data)]
    assert store.fork().begin().page("rows")[1] == total


def test_fork_snapshot_restore_reset_are_constant(small: MemoryStore, large: MemoryStore) -> None:
    """They take the same few steps whatever the size, a fork of a fork included."""

    def costs(store: MemoryStore) -> list[int]:
        fork = store.fork()
        work = fork.begin()
        work.put("rows", 1, {"id": 1})
        work.commit()
        moment = fork.snapshot()
        return [
            steps(store.fork),
            steps(fork.fork().fork),
            steps(fork.snapshot),
            steps(lambda: fork.restore(moment)),
            steps(fork.reset),
        ]

    assert costs(small) == costs(large)
    assert max(costs(large)) < 20


def test_reading_takes_few_steps(large: MemoryStore) -> None:
    """A whole GET transaction is a handful of steps: nothing is copied for a reader."""

    def get() -> None:
        work = large.begin()
        work.get("rows", 7)
        work.commit()

    assert steps(get) < 28


def test_scan_is_remembered_until_a_write(large: MemoryStore) -> None:
    """The second page of a scanned list costs nothing; after a write it is worked out again."""
    fork = large.fork()
    where = Contains(("login",), "u77")
    total = fork.begin().page("rows", where, (), 0, 1)[1]
    assert steps(lambda: fork.begin().page("rows", where, (), 25, 25)) < 60
    work = fork.begin()
    work.put("rows", "x", {"login": "U7777777"})
    work.commit()
    assert fork.begin().page("rows", where, (), 0, 1)[1] == total + 1
    assert large.begin().page("rows", where, (), 0, 1)[1] == total


def test_thousand_forks_are_small() -> None:
    """1,000 forks of 10,000 records with 10 changes in each stay far below 150 MB."""
    import tracemalloc

    store = filled(10_000)
    forks = []
    gc.collect()
    tracemalloc.start()
    for number in range(100):
        fork = store.fork()
        for change in range(10):
            work = fork.begin()
            key = (number * 37 + change * 997) % 10_000
            record = work.get("rows", key)
            assert record is not None
            work.put("rows", key, {**record.data, "on": not record.data["on"], "login": f"{number}-{change}"})
            work.commit()
        forks.append(fork)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / len(forks) * 1_000 < 60_000_000
    assert forks[3].begin().page("rows")[1] == 10_000


def test_churn_leaves_nothing_behind() -> None:
    """Creating and deleting for a long time does not let the structures grow."""
    store = filled(10)
    shapes = []
    for turn in range(6_000):
        work = store.begin()
        work.put("rows", f"t{turn}", {"login": f"t{turn}", "on": True, "of": "c"})
        work.commit()
        work = store.begin()
        work.delete("rows", f"t{turn}")
        work.commit()
        if turn in {100, 5_999}:
            held = store._state.shelves["rows"].settled()
            shapes.append(
                (held.keys.count, held.records.count, held.order.count, held.indexes["login"].count)
            )
    assert shapes[0] == shapes[1] == (10, 10, 10, 10)

"""What every store promises; a new store joins by one line in `STORES`."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from apidouble.errors import ProjectError
from apidouble.store.base import (
    ALL,
    And,
    Change,
    CollectionSpec,
    Compare,
    Condition,
    Conflict,
    Contains,
    Eq,
    In,
    Like,
    Not,
    Or,
    Order,
    Record,
    Store,
    Test,
)
from apidouble.store.memory import MemoryStore

Test.__test__ = False  # type: ignore[attr-defined]  # a condition, not a test class

Factory = Callable[[Sequence[CollectionSpec]], Store]
STORES: dict[str, Factory] = {"memory": MemoryStore}


@pytest.fixture(params=list(STORES))
def make(request: pytest.FixtureRequest) -> Factory:
    return STORES[request.param]


def people() -> list[Record]:
    rows: list[dict[str, Any]] = [
        {"id": 1, "name": "Ada", "age": 36, "on": True, "tags": ["x", "y"]},
        {"id": 2, "name": "bob", "age": None, "on": False, "tags": []},
        {"id": 3, "name": "Cyd", "age": 36.0, "on": 1, "tags": ["y", 1, True]},
        {"id": 4, "name": "100%", "age": -2.5, "tags": None, "box": {"deep": {"er": "here"}}},
        {"id": 5, "name": "Straße", "age": 7, "on": 0, "tags": ["z"]},
    ]
    return [Record(row["id"], row, {"of": "a" if row["id"] % 2 else "b"}) for row in rows]


INDEXED = ("age", "on", "tags", "^of")


@pytest.fixture(params=[INDEXED, ()], ids=["indexed", "plain"])
def store(make: Factory, request: pytest.FixtureRequest) -> Store:
    return make([CollectionSpec("people", request.param, ("name",), people), CollectionSpec("empty")])


def ids(store: Store, where: Condition = ALL, order: Order = ()) -> list[Any]:
    found, total = store.begin().page("people", where, order)
    assert total == len(found)
    return [record.key for record in found]


def put(store: Store, key: Any, **data: Any) -> Record:
    work = store.begin()
    record = work.put("people", key, data)
    work.commit()
    return record


CONDITIONS: list[tuple[Condition, list[int]]] = [
    (ALL, [1, 2, 3, 4, 5]),
    (Eq("age", 36), [1, 3]),
    (Eq("age", 36.0), [1, 3]),
    (Eq("age", "36"), []),
    (Eq("age", None), [2]),
    (Eq("on", True), [1]),
    (Eq("on", 1), [3]),
    (Eq("on", False), [2]),
    (Eq("on", 0), [5]),
    (Eq("on", None), [4]),
    (Eq("tags", "y"), [1, 3]),
    (Eq("tags", True), [3]),
    (Eq("tags", 1), [3]),
    (Eq("tags", None), [4]),
    (Eq("^of", "a"), [1, 3, 5]),
    (Eq("box/deep/er", "here"), [4]),
    (Eq("nothing", None), [1, 2, 3, 4, 5]),
    (Eq("box", None), [1, 2, 3, 5]),
    (In("age", (7, None)), [2, 5]),
    (In("tags", ("x", "z", "y")), [1, 3, 5]),
    (In("age", ()), []),
    (Compare("age", ">", 7), [1, 3]),
    (Compare("age", ">=", 7), [1, 3, 5]),
    (Compare("age", "<", 0), [4]),
    (Compare("age", "<=", 7), [4, 5]),
    (Compare("age", "<", "z"), []),
    (Compare("name", "<", "B"), [1, 4]),
    (Compare("name", ">=", "a"), [2]),
    (Compare("on", ">=", 0), [3, 5]),
    (Compare("tags", ">", ""), []),
    (Like("name", "a%"), [1]),
    (Like("name", "%D%"), [1, 3]),
    (Like("name", "BOB"), [2]),
    (Like("name", "bo"), []),
    (Like("name", "%"), [1, 2, 3, 4, 5]),
    (Like("name", "STRASSE"), [5]),
    (Like("name", "%a%a%"), [1]),
    (Like("name", "a%a"), [1]),
    (Like("name", "ada%a"), []),
    (Like("name", "_d_"), []),
    (Like("age", "3%"), [1, 3]),
    (Like("tags", "%"), []),
    (Contains(("name", "tags"), "Z"), [5]),
    (Contains(("name",), "0%"), [4]),
    (Contains(("box",), "here"), []),
    (And((Eq("age", 36), Eq("on", True))), [1]),
    (And((Eq("age", 36), Like("name", "c%"))), [3]),
    (Or((Eq("age", 7), Like("name", "c%"))), [3, 5]),
    (Or((Eq("age", 7), Eq("tags", "x"))), [1, 5]),
    (Or(()), []),
    (Not(Eq("age", 36)), [2, 4, 5]),
    (Not(Like("name", "%a%")), [2, 3, 4]),
    (Not(ALL), []),
    (And((Not(Eq("on", None)), Or((Eq("^of", "b"), Compare("age", "<", 10))))), [2, 5]),
    (Test(lambda record: record.data["id"] > 3), [4, 5]),
    (And((Eq("^of", "a"), Test(lambda record: record.data["id"] > 3))), [5]),
]


def _named(value: object) -> str:
    """The value in short, addresses of functions left out: xdist wants the same ids everywhere."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))[:60]


@pytest.mark.parametrize(("where", "expected"), CONDITIONS, ids=_named)
def test_condition(store: Store, where: Condition, expected: list[int]) -> None:
    """Each condition selects the same records in insertion order, indexed or not, and counts them."""
    assert ids(store, where) == expected


def test_true_and_one_stay_apart_in_repeated_scans(store: Store) -> None:
    """A remembered scan for one is not taken for a scan for true, though Python calls them equal."""
    scan = Like("name", "%")
    assert ids(store, And((scan, Eq("on", 1)))) == [3]
    assert ids(store, And((scan, Eq("on", True)))) == [1]


def test_predicates_are_not_mixed_up(store: Store) -> None:
    """Two predicates made one after the other are told apart even if they share an address."""
    for wanted in range(1, 6):
        assert ids(store, Test(lambda record, wanted=wanted: record.key == wanted)) == [wanted]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([("age", False)], [2, 4, 5, 1, 3]),
        ([("age", True)], [1, 3, 5, 4, 2]),
        ([("^of", True), ("name", False)], [4, 2, 1, 3, 5]),
        ([("on", False)], [4, 2, 1, 5, 3]),
        ([("tags", False)], [4, 1, 2, 3, 5]),
    ],
)
def test_order(store: Store, order: Order, expected: list[int]) -> None:
    """Null, false, true, numbers, strings; equal records keep their insertion order both ways."""
    assert ids(store, ALL, order) == expected


def test_window(store: Store) -> None:
    """A window has at most `limit` records from `offset` on; the total ignores both."""
    work = store.begin()
    for where, order in ((ALL, ()), (Eq("^of", "a"), ()), (Like("name", "%"), (("name", True),))):
        rows, total = work.page("people", where, order)
        for offset in range(7):
            for limit in (0, 1, 2, 9, None):
                window, count = work.page("people", where, order, offset, limit)
                assert count == total
                assert list(window) == list(rows)[offset : None if limit is None else offset + limit]


def test_first(store: Store) -> None:
    """The first matches are those of a page, however much was written since the last one."""
    wanted = (ALL, Eq("^of", "a"), Eq("name", "Zoë"), And((Eq("^of", "a"), Eq("name", "Zoë"))))
    questions = [(where, limit) for where in wanted for limit in (1, 2, 7)]
    for number in range(60):
        work = store.begin()
        key = 100 + number % 25
        name = (None, "Zoë", ["Ann", "Zoë"])[number % 3]
        work.put("people", key, {"id": key, "name": name}, {"of": "a"})
        work.put("people", 1, {"id": 1, "name": "Zoë" if number % 2 else "Ann"})
        firsts = [list(work.first("people", where, limit)) for where, limit in questions]
        if number % 7 == 0:
            pages = [list(work.page("people", where, (), 0, limit)[0]) for where, limit in questions]
            assert firsts == pages
            assert (
                work.first("people", Like("name", "Z%"), 3)
                == work.page("people", Like("name", "Z%"), (), 0, 3)[0]
            )
        work.commit()


def test_position(store: Store) -> None:
    """The position of a record is the offset at which a page shows it."""
    work = store.begin()
    for where, order in ((ALL, ()), (Eq("^of", "a"), ()), (Like("name", "%a%"), (("name", True),))):
        rows, _ = work.page("people", where, order)
        for key in range(7):
            expected = next((at for at, row in enumerate(rows) if row.key == key), None)
            assert work.position("people", key, where, order) == expected


def test_replacing_keeps_place_and_hidden(store: Store) -> None:
    """A replaced record keeps its place and its hidden part, its version grows, its cache is fresh."""
    before = store.begin().get("people", 3)
    assert before is not None
    before.keep("bytes", b"old")
    after = put(store, 3, id=3, name="Cyd", age=1)
    assert ids(store) == [1, 2, 3, 4, 5]
    assert (after.version, after.sequence, after.hidden) == (2, before.sequence, {"of": "a"})
    assert after.kept("bytes") is None
    assert before.data["age"] == 36.0, "the old version is untouched"
    assert ids(store, Eq("age", 1)) == [3]
    assert ids(store, Eq("age", 36)) == [1]
    work = store.begin()
    assert work.put("people", 3, {"id": 3}, {}).hidden == {}
    work.commit()
    assert ids(store, Eq("^of", "a")) == [1, 5]


def test_insert_and_delete(store: Store) -> None:
    """New records stand at the end, a deleted one leaves no trace, and its key can be used again."""
    put(store, 9, id=9, age=7)
    assert ids(store, Eq("age", 7)) == [5, 9]
    work = store.begin()
    assert work.delete("people", 5)
    assert not work.delete("people", 5)
    work.commit()
    assert ids(store) == [1, 2, 3, 4, 9]
    assert ids(store, Eq("age", 7)) == [9]
    put(store, 5, id=5)
    assert ids(store) == [1, 2, 3, 4, 9, 5]


def test_rename(store: Store) -> None:
    """A renamed record keeps place and data; an unknown or taken key is a KeyError and changes nothing."""
    work = store.begin()
    work.rename("people", 2, "two")
    work.commit()
    assert ids(store) == [1, "two", 3, 4, 5]
    assert store.begin().get("people", 2) is None
    assert ids(store, Eq("name", "bob")) == ["two"]
    work = store.begin()
    with pytest.raises(KeyError):
        work.rename("people", 99, 100)
    with pytest.raises(KeyError):
        work.rename("people", 1, 3)
    work.commit()
    assert ids(store) == [1, "two", 3, 4, 5]


def test_keys_of_different_types(make: Factory) -> None:
    """Strings, integers and tuples are distinct keys."""
    store = make([CollectionSpec("people")])
    for key in (1, "1", (1,), ("1", 1)):
        put(store, key, name=str(key))
    assert ids(store) == [1, "1", (1,), ("1", 1)]
    assert store.begin().get("people", "1") is not None


def test_transaction_sees_its_own_writes_only(store: Store) -> None:
    """Inside, writes are seen at once; outside, nothing before the commit."""
    work, other = store.begin(), store.begin()
    work.put("people", 9, {"id": 9, "age": 36})
    work.delete("people", 1)
    assert work.page("people", Eq("age", 36))[1] == 2
    assert work.get("people", 9) is not None
    assert other.get("people", 9) is None
    assert store.begin().page("people")[1] == 5
    work.commit()
    assert other.page("people")[1] == 5, "a transaction sees one state from beginning to end"
    assert ids(store) == [2, 3, 4, 5, 9]


def test_discard_leaves_no_trace(store: Store) -> None:
    """Records, places in the order and counters are as if nothing had been tried."""
    work = store.begin()
    work.put("people", 9, {"id": 9})
    work.put("people", 1, {"id": 1})
    work.delete("people", 2)
    assert work.next("ids") == 1
    work.discard()
    assert work.get("people", 9) is None
    work.commit()
    assert ids(store) == [1, 2, 3, 4, 5]
    fresh = store.begin()
    assert fresh.next("ids") == 1
    record = fresh.put("people", 9, {"id": 9})
    fresh.commit()
    assert record.sequence == 6


def test_counters(store: Store) -> None:
    """Each counter counts 1, 2, 3 and is part of the state."""
    work = store.begin()
    assert [work.next("a"), work.next("a"), work.next("b")] == [1, 2, 1]
    work.commit()
    moment = store.snapshot()
    work = store.begin()
    assert work.next("a") == 3
    work.commit()
    store.restore(moment)
    assert store.begin().next("a") == 3
    store.reset()
    assert store.begin().next("a") == 1


def test_second_writer_is_told(store: Store) -> None:
    """Of two transactions on one state the second to commit is refused whole; readers never are."""
    first, second, reader = store.begin(), store.begin(), store.begin()
    first.put("people", 1, {"id": 1, "by": "first"})
    second.next("ids")
    second.put("people", 2, {"id": 2, "by": "second"})
    reader.get("people", 1)
    first.commit()
    with pytest.raises(Conflict):
        second.commit()
    reader.commit()
    record = store.begin().get("people", 2)
    assert record is not None
    assert "by" not in record.data
    assert store.begin().next("ids") == 1


def test_threads_lose_nothing(store: Store) -> None:
    """Threads that count up one record, each trying again after a conflict, lose no count."""
    put(store, "sum", n=0)

    def count() -> None:
        for _ in range(50):
            while True:
                work = store.begin()
                record = work.get("people", "sum")
                assert record is not None
                work.put("people", "sum", {"n": record.data["n"] + 1})
                try:
                    work.commit()
                except Conflict:
                    continue
                break

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = store.begin().get("people", "sum")
    assert record is not None
    assert record.data["n"] == 200


def test_snapshot_restore_reset(store: Store) -> None:
    """A restored snapshot is the state of its moment, as often as one likes; reset is the seed."""
    put(store, 9, id=9)
    moment = store.snapshot()
    put(store, 1, id=1, name="changed")
    put(store, 10, id=10)
    for _ in range(2):
        store.restore(moment)
        assert ids(store) == [1, 2, 3, 4, 5, 9]
        assert ids(store, Eq("name", "Ada")) == [1]
        put(store, 11, id=11)
    store.reset()
    assert ids(store) == [1, 2, 3, 4, 5]


def test_reset_of_one_part(store: Store) -> None:
    """Records can go back without the counters, and the counters without the records."""
    work = store.begin()
    work.next("ids")
    work.put("people", 9, {})
    work.commit()
    store.reset(counters=False)
    assert ids(store) == [1, 2, 3, 4, 5]
    assert store.begin().next("ids") == 2
    put(store, 9)
    store.reset(records=False)
    assert ids(store) == [1, 2, 3, 4, 5, 9]
    assert store.begin().next("ids") == 1


def test_fork_is_independent(store: Store) -> None:
    """A fork starts as its origin is; then neither sees the other, and a fork forks again."""
    put(store, 9, id=9)
    fork = store.fork()
    put(fork, 10, id=10)
    grandchild = fork.fork()
    put(grandchild, 1, id=1, name="changed")
    work = fork.begin()
    work.delete("people", 2)
    work.commit()
    put(store, 11, id=11)
    assert ids(store) == [1, 2, 3, 4, 5, 9, 11]
    assert ids(fork) == [1, 3, 4, 5, 9, 10]
    assert ids(grandchild) == [1, 2, 3, 4, 5, 9, 10]
    assert ids(fork, Eq("name", "Ada")) == [1]
    assert ids(grandchild, Eq("name", "Ada")) == []
    fork.reset()
    assert ids(fork) == [1, 2, 3, 4, 5], "the seed, not what it was forked from"


def test_snapshot_travels_between_forks(store: Store) -> None:
    """A snapshot is good for every fork; one of a store with other seeds is refused."""
    fork = store.fork()
    put(fork, 9, id=9)
    moment = fork.snapshot()
    store.restore(moment)
    assert ids(store) == [1, 2, 3, 4, 5, 9]
    stranger = type(store)([CollectionSpec("people")])  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="other seeds"):
        stranger.restore(moment)


def test_cache_survives_forks(store: Store) -> None:
    """An unchanged record is one object in all forks, so what was made of it is made once."""
    first = store.begin().get("people", 1)
    assert first is not None
    first.keep("bytes", b"{}")
    fork = store.fork().fork()
    put(fork, 2, id=2)
    again = fork.begin().get("people", 1)
    assert again is first
    assert fork.begin().page("people")[0][0] is first


def test_seed_runs_once_and_late(make: Factory) -> None:
    """A seed runs at the first touch, once for all forks, and never for an untouched collection."""
    runs: list[str] = []

    def seed(name: str) -> list[Record]:
        runs.append(name)
        return [Record(1, {"id": 1})]

    store = make(
        [CollectionSpec(name, seed=lambda name=name: seed(name)) for name in ("people", "others")]  # type: ignore[misc]
    )
    forks = [store.fork() for _ in range(5)]
    assert runs == []
    for fork in forks:
        assert fork.begin().get("people", 1) is not None
        fork.reset()
    assert store.begin().page("people")[1] == 1
    assert runs == ["people"]
    assert store.collections() == ("people", "others")


def test_seed_under_threads(make: Factory) -> None:
    """Threads that touch a collection at the same moment get one seed."""
    runs: list[int] = []
    gate = threading.Barrier(8)

    def seed() -> list[Record]:
        runs.append(1)
        return [Record(number, {"id": number}) for number in range(500)]

    store = make([CollectionSpec("people", seed=seed)])
    seen: list[Record | None] = []

    def touch() -> None:
        gate.wait()
        seen.append(store.begin().get("people", 7))

    threads = [threading.Thread(target=touch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [1]
    assert len(set(map(id, seen))) == 1


def test_seeds_may_read_each_other(make: Factory) -> None:
    """A seed reads other collections; one that comes back to itself finds itself empty and ends."""
    seen: dict[str, int] = {}

    def seed(own: str, other: str) -> list[Record]:
        seen[own] = made.begin().page(other)[1]
        return [Record(1, {"id": 1}), Record(2, {"id": 2})]

    made = make(
        [
            CollectionSpec("a", seed=lambda: seed("a", "b")),
            CollectionSpec("b", seed=lambda: seed("b", "a")),
        ]
    )
    assert made.begin().page("a")[1] == 2
    assert seen == {"b": 0, "a": 2}
    assert made.begin().page("b")[1] == 2


def test_failing_seed_can_be_tried_again(make: Factory) -> None:
    """A seed that fails is told to whoever touched it, and runs again at the next touch."""
    attempts: list[int] = []

    def seed() -> list[Record]:
        attempts.append(1)
        if len(attempts) == 1:
            raise ValueError("not yet")
        return [Record(1, {})]

    store = make([CollectionSpec("people", seed=seed)])
    with pytest.raises(ValueError, match="not yet"):
        store.begin().get("people", 1)
    assert store.begin().get("people", 1) is not None


def test_seed_with_a_key_twice(make: Factory) -> None:
    """Of seeded records with one key the first stays."""
    store = make([CollectionSpec("people", seed=lambda: [Record(1, {"n": 1}), Record(1, {"n": 2})])])
    assert [record.data for record in store.begin().page("people")[0]] == [{"n": 1}]


def test_unknown_collection(store: Store) -> None:
    """An unknown collection is a KeyError that names those that exist."""
    with pytest.raises(KeyError, match="people, empty"):
        store.begin().get("nobody", 1)


def test_listeners_hear_commits(store: Store) -> None:
    """Listeners get the changes of each commit in order, nothing of discards, forks or after the end."""
    heard: list[list[Change]] = []
    end = store.listen(lambda changes: heard.append(list(changes)))
    work = store.begin()
    work.put("people", 9, {"id": 9})
    work.put("people", 1, {"id": 1})
    work.delete("people", 2)
    work.rename("people", 3, 33)
    assert heard == []
    work.commit()
    assert heard == [
        [
            Change("people", 9, "created", 1),
            Change("people", 1, "changed", 2),
            Change("people", 2, "deleted", 1),
            Change("people", 3, "deleted", 1),
            Change("people", 33, "created", 2),
        ]
    ]
    lost = store.begin()
    lost.put("people", 10, {})
    lost.discard()
    put(store.fork(), 10)
    end()
    put(store, 10)
    assert len(heard) == 1


def test_dump_and_load(make: Factory, store: Store) -> None:
    """A snapshot written out and read into another store gives the same records, places and counters."""
    work = store.begin()
    work.next("ids")
    work.put("people", ("p", 9), {"id": 9, "age": 36}, {"of": "c"})
    work.put("people", 3, {"id": 3})
    work.delete("people", 5)
    work.commit()
    plain = store.dump(store.snapshot())
    other = make([CollectionSpec("people", INDEXED), CollectionSpec("empty")])
    other.restore(other.load(plain))
    assert other.dump(other.snapshot()) == plain
    assert ids(other) == [1, 2, 3, 4, ("p", 9)]
    assert ids(other, Eq("age", 36)) == [1, ("p", 9)]
    assert ids(other, Eq("^of", "c")) == [("p", 9)]
    work = other.begin()
    assert work.next("ids") == 2
    assert work.put("people", 77, {}).sequence == 7, "places are never given out twice"


@pytest.mark.parametrize(
    ("plain", "pointer"),
    [
        ([], ""),
        ({"counters": {"a": -1}}, "/counters/a"),
        ({"counters": {"a/b": True}}, "/counters/a~1b"),
        ({"collections": {"nobody": {}}}, "/collections/nobody"),
        ({"collections": {"people": {"records": {}}}}, "/collections/people/records"),
        (
            {"collections": {"people": {"records": [{"key": 1.5, "data": {}, "sequence": 1}]}}},
            "/collections/people/records/0/key",
        ),
        (
            {"collections": {"people": {"records": [{"key": 1, "data": [], "sequence": 1}]}}},
            "/collections/people/records/0/data",
        ),
        (
            {"collections": {"people": {"records": [{"key": k, "data": {}, "sequence": 1} for k in (1, 2)]}}},
            "/collections/people/records/1/sequence",
        ),
        (
            {"collections": {"people": {"records": [{"key": 1, "data": {}, "sequence": n} for n in (1, 2)]}}},
            "/collections/people/records/1/key",
        ),
    ],
)
def test_load_refuses_what_does_not_fit(store: Store, plain: Any, pointer: str) -> None:
    """What is no snapshot is refused with the place that is wrong."""
    with pytest.raises(ProjectError) as caught:
        store.load(plain)
    assert [finding.pointer for finding in caught.value.findings] == [pointer]

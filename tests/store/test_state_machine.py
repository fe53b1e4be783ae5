"""Random operations on a family of forks, each compared with a plain dict."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from apidouble.store.base import ALL, And, CollectionSpec, Condition, Eq, In, Not, Or, Record, Store
from apidouble.store.memory import MemoryStore

KEYS = st.integers(0, 12)
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, "", "a", "b"])
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
DATA = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "c": SCALARS})
SIMPLE: st.SearchStrategy[Condition] = st.builds(Eq, st.sampled_from("abc"), SCALARS) | st.builds(
    In, st.sampled_from("abc"), st.lists(SCALARS, max_size=3).map(tuple)
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    SIMPLE,
    lambda part: (
        st.builds(And, st.lists(part, max_size=3).map(tuple))
        | st.builds(Or, st.lists(part, max_size=3).map(tuple))
        | st.builds(Not, part)
    ),
    max_leaves=5,
)
SEED = {number: {"a": number % 3, "b": ["a", number], "c": None} for number in range(0, 200, 20)}


def same(one: Any, two: Any) -> bool:
    """JSON equality of scalars, written without the code under test."""
    return isinstance(one, bool) == isinstance(two, bool) and one == two and not isinstance(one, list)


def holds(where: Condition, data: dict[str, Any]) -> bool:
    """The condition, evaluated the slow and obvious way."""
    match where:
        case Eq(name, value):
            found = data.get(name)
            return any(same(part, value) for part in (found if isinstance(found, list) else [found]))
        case In(name, values):
            return any(holds(Eq(name, value), data) for value in values)
        case And(parts):
            return all(holds(part, data) for part in parts)
        case Or(parts):
            return any(holds(part, data) for part in parts)
        case Not(part):
            return not holds(part, data)
    raise TypeError(where)


class World:
    """A store beside the dict that it must agree with (dicts keep insertion order)."""

    def __init__(self, store: Store, records: dict[int, Any], counter: int) -> None:
        self.store = store
        self.records = records
        self.counter = counter


class Forks(RuleBasedStateMachine):
    """Every world is checked after every step, so a leak between forks shows at once."""

    worlds = Bundle("worlds")
    moments = Bundle("moments")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[World] = []

    @initialize(target=worlds, indexes=st.sampled_from([(), ("a",), ("a", "b", "c")]))
    def start(self, indexes: tuple[str, ...]) -> World:
        seed = [Record(key, data) for key, data in SEED.items()]
        spec = CollectionSpec("things", indexes, seed=lambda: seed)
        self.all.append(World(MemoryStore([spec]), copy.deepcopy(SEED), 0))
        return self.all[0]

    @rule(
        world=worlds,
        steps=st.lists(
            st.tuples(st.just("put"), KEYS, DATA)
            | st.tuples(st.just("delete"), KEYS | st.sampled_from(list(SEED)), st.none())
            | st.tuples(st.just("rename"), KEYS, KEYS)
            | st.tuples(st.just("next"), st.none(), st.none()),
            min_size=1,
            max_size=5,
        ),
        wanted=CONDITIONS,
        limit=st.integers(1, 3),
        commit=st.booleans(),
    )
    def write(
        self, world: World, steps: list[tuple[str, Any, Any]], wanted: Condition, limit: int, commit: bool
    ) -> None:
        work, records, counter = world.store.begin(), dict(world.records), world.counter
        for kind, key, value in steps:
            if kind == "put":
                work.put("things", key, value)
                records[key] = value
            elif kind == "delete":
                assert work.delete("things", key) == (records.pop(key, None) is not None)
            elif kind == "next":
                counter += 1
                assert work.next("n") == counter
            elif key in records and value not in records:
                work.rename("things", key, value)
                records = {(value if name == key else name): data for name, data in records.items()}
            else:
                try:
                    work.rename("things", key, value)
                except KeyError:
                    continue
                raise AssertionError("a rename that cannot be was done")
            expected = [key for key, data in records.items() if holds(wanted, data)][:limit]
            assert [row.key for row in work.first("things", wanted, limit)] == expected
        assert [row.key for row in work.page("things")[0]] == list(records), "its own writes are seen"
        if commit:
            work.commit()
            world.records, world.counter = records, counter
        else:
            work.discard()

    @rule(target=worlds, world=worlds)
    def fork(self, world: World) -> World:
        if len(self.all) >= 6:
            return world
        self.all.append(World(world.store.fork(), dict(world.records), world.counter))
        return self.all[-1]

    @rule(target=moments, world=worlds)
    def snapshot(self, world: World) -> tuple[Any, dict[int, Any], int]:
        return world.store.snapshot(), dict(world.records), world.counter

    @rule(world=worlds, moment=moments, by_file=st.booleans())
    def restore(self, world: World, moment: tuple[Any, dict[int, Any], int], by_file: bool) -> None:
        snapshot = world.store.load(world.store.dump(moment[0])) if by_file else moment[0]
        world.store.restore(snapshot)
        world.records, world.counter = dict(moment[1]), moment[2]

    @rule(world=worlds)
    def reset(self, world: World) -> None:
        world.store.reset()
        world.records, world.counter = copy.deepcopy(SEED), 0

    @rule(world=worlds, where=CONDITIONS, offset=st.integers(0, 12), limit=st.none() | st.integers(0, 12))
    def ask(self, world: World, where: Condition, offset: int, limit: int | None) -> None:
        expected = [key for key, data in world.records.items() if holds(where, data)]
        window, total = world.store.begin().page("things", where, (), offset, limit)
        assert total == len(expected)
        assert [row.key for row in window] == expected[offset : None if limit is None else offset + limit]

    @invariant()
    def all_agree(self) -> None:
        for world in self.all:
            work = world.store.begin()
            rows, total = work.page("things", ALL)
            assert total == len(rows)
            assert {row.key: row.data for row in rows} == world.records
            assert [row.key for row in rows] == list(world.records)
            assert all(work.get("things", row.key) is row for row in rows)


TestForks = Forks.TestCase
TestForks.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

"""Random steps in a family of sandboxes of one application, each compared with a plain model of its own.

What a sandbox is believed to hold is a dict of records and one of snapshots. After every step every
sandbox is asked, also those that the step was not about: a leak between them shows where it happens.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.control.doubles import World, in_process

STAFF = "/api/1/staff"
STATE = "/state/staff/staff"
NOBODY = "00000000-0000-4000-8000-000000000000"
MOST = 4
"""Sandboxes at a time."""

Records = dict[str, dict[str, Any]]
PICKS = st.integers(0, 1000)
WORDS = st.sampled_from(["Ann", "Bert", "Ωmega", "x" * 40])
LOGINS = st.sampled_from(["one", "two", "three", "four"])
SNAPSHOTS = st.sampled_from(["a", "b"])
SEEDS = st.sampled_from([None, 1, 2])

numbers = count()
"""Names are never used twice: no example may find what another one left."""


class Believed:
    """One sandbox beside what it must hold (dicts keep insertion order)."""

    def __init__(self, world: World, seeded: Records, records: Records) -> None:
        self.world = world
        self.seeded = seeded
        self.records = deepcopy(records)
        self.snapshots: dict[str, Records] = {}

    def some(self, pick: int) -> str:
        """The key of a record; one that is not there where there are none."""
        return sorted(self.records)[pick % len(self.records)] if self.records else NOBODY

    def taken(self, login: str) -> bool:
        return any(record["login"] == login for record in self.records.values())


class Worlds(RuleBasedStateMachine):
    """Sandboxes that are made, forked, changed, kept, restored, reset and dropped."""

    double: World
    """The default sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Believed] = []
        self.default = self.double.ok("GET", STATE)

    def begin(self, seeded: Records | None, records: Records | None, **how: Any) -> Believed:
        """A new sandbox; without records, what it is seeded with is asked once."""
        world = self.double.other(f"machine-{next(numbers)}")
        self.double.ok("POST", "/sandboxes", {"name": world.sandbox, **how})
        found = {row["uuid"]: row for row in world.ok("GET", STATE)}
        believed = Believed(world, found if seeded is None else seeded, found if records is None else records)
        self.open.append(believed)
        if len(self.open) > MOST:
            self.drop(self.open[0])
        return believed

    def drop(self, one: Believed) -> None:
        self.open.remove(one)
        # Asked in the default sandbox: to name one in a header is to make it.
        self.double.ok("DELETE", f"/sandboxes/{one.world.sandbox}")
        self.double.refused(404, "GET", f"/sandboxes/{one.world.sandbox}")

    def pick(self, pick: int) -> Believed:
        return self.open[pick % len(self.open)]

    @initialize()
    def two_worlds(self) -> None:
        self.begin(None, None)
        self.begin(None, None)

    @rule(seed=SEEDS)
    def make(self, seed: int | None) -> None:
        """A new one holds what the seed says, as every other one of this seed did at first."""
        made = self.begin(None, None, **({} if seed is None else {"seed": seed}))
        if seed != 2:
            assert list(made.records.values()) == self.default

    @rule(at=PICKS, seed=SEEDS)
    def fork(self, at: int, seed: int | None) -> None:
        """A fork holds what its origin holds, without its snapshots; a seed does not change records."""
        origin = self.pick(at)
        how = {} if seed is None else {"seed": seed}
        self.begin(origin.seeded, origin.records, **{"from": {"sandbox": origin.world.sandbox}}, **how)

    @rule(at=PICKS, name=SNAPSHOTS)
    def fork_of_a_snapshot(self, at: int, name: str) -> None:
        """A fork of a snapshot holds what the snapshot does; of none, there is no fork."""
        origin = self.pick(at)
        start = {"sandbox": origin.world.sandbox, "snapshot": name}
        if name in origin.snapshots:
            self.begin(origin.seeded, origin.snapshots[name], **{"from": start})
            return
        before = self.names()
        refused = origin.world.admin(
            "POST", "/sandboxes", {"name": f"machine-{next(numbers)}", "from": start}
        )
        assert refused.status_code in {404, 422}, refused.text
        assert self.names() == before

    @rule(at=PICKS)
    def name_is_taken(self, at: int) -> None:
        """A name is given once."""
        one = self.pick(at)
        one.world.refused(409, "POST", "/sandboxes", {"name": one.world.sandbox, "seed": 2})

    @rule(at=PICKS, login=LOGINS, name=WORDS)
    def create(self, at: int, login: str, name: str) -> None:
        """The API makes a record, unless the login is taken."""
        one = self.pick(at)
        body = {
            "first_name": name,
            "last_name": one.world.sandbox,
            "email_address": f"{login}@example.com",
            "login": login,
            "type": "staff",
            "time_zone": "Australia/Perth",
        }
        answer = one.world.call("POST", STAFF, {"staff": body})
        if one.taken(login):
            assert answer.status_code == 422, answer.text
            return
        assert answer.status_code == 200, answer.text
        record = answer.json()["response"]
        assert {member: record[member] for member in body} == body
        assert record["uuid"] not in one.records
        one.records[record["uuid"]] = record

    @rule(at=PICKS, pick=PICKS, name=WORDS, over_the_api=st.booleans())
    def change(self, at: int, pick: int, name: str, over_the_api: bool) -> None:
        """One member of one record changes, and its place stays."""
        one = self.pick(at)
        key = one.some(pick)
        if over_the_api:
            answer = one.world.call("PUT", f"{STAFF}/{key}", {"staff": {"first_name": name}})
        else:
            answer = one.world.admin("PATCH", f"{STATE}/{key}", {"first_name": name})
        if key not in one.records:
            assert answer.status_code == 404, answer.text
            return
        assert answer.status_code == 200, answer.text
        one.records[key] = {**one.records[key], "first_name": name}
        if not over_the_api:
            assert answer.json() == one.records[key]

    @rule(at=PICKS, pick=PICKS)
    def delete(self, at: int, pick: int) -> None:
        """A record that is deleted is gone here, and cannot be deleted again."""
        one = self.pick(at)
        key = one.some(pick)
        answer = one.world.admin("DELETE", f"{STATE}/{key}")
        assert answer.status_code == (204 if key in one.records else 404), answer.text
        one.records.pop(key, None)
        assert one.world.call("GET", f"{STAFF}/{key}").status_code == 404
        one.world.refused(404, "DELETE", f"{STATE}/{key}")

    @rule(at=PICKS, few=st.integers(0, 4), turned=st.booleans())
    def load(self, at: int, few: int, turned: bool) -> None:
        """A load leaves these records and no others, in the order given."""
        one = self.pick(at)
        kept = list(one.records.values())[:few]
        rows = kept[::-1] if turned else kept
        assert one.world.ok("PUT", STATE, rows) == {"loaded": {"staff": {"staff": len(rows)}}}
        one.records = {row["uuid"]: row for row in rows}

    @rule(at=PICKS, pick=PICKS)
    def read(self, at: int, pick: int) -> None:
        """The API shows each record as it is believed to be, and one that another sandbox has not at all."""
        one, other = self.pick(at), self.pick(at + 1)
        for key in {one.some(pick), other.some(pick)}:
            answer = one.world.call("GET", f"{STAFF}/{key}")
            assert answer.status_code == (200 if key in one.records else 404), answer.text
            if key in one.records:
                assert answer.json()["response"] == one.records[key]

    @rule(at=PICKS, pick=PICKS)
    def refused(self, at: int, pick: int) -> None:
        """What breaks the contract is refused as a whole; that nothing changed is seen below."""
        one = self.pick(at)
        key = one.some(pick)
        assert one.world.call("POST", STAFF, {"first_name": 5}).status_code == 422
        one.world.refused(422, "PUT", STATE, [*one.records.values(), {"uuid": "not one"}])
        one.world.refused(422, "POST", "/snapshots", {"name": "no/name"})
        one.world.refused(422, "POST", "/reset", {"keep": ["nothing"]})
        if one.records:
            one.world.refused(422, "PATCH", f"{STATE}/{key}", {"first_name": 5})
            one.world.refused(422, "POST", STATE, one.records[key])

    @rule(at=PICKS, name=SNAPSHOTS)
    def snapshot(self, at: int, name: str) -> None:
        """A snapshot takes the place of one of the same name."""
        one = self.pick(at)
        one.world.ok("POST", "/snapshots", {"name": name})
        one.snapshots[name] = deepcopy(one.records)

    @rule(at=PICKS, name=SNAPSHOTS)
    def restore(self, at: int, name: str) -> None:
        """A snapshot of this sandbox brings its records back, as often as wanted; another one's does not."""
        one = self.pick(at)
        answer = one.world.admin("POST", f"/snapshots/{name}/restore")
        assert answer.status_code == (200 if name in one.snapshots else 404), answer.text
        if name in one.snapshots:
            one.records = deepcopy(one.snapshots[name])

    @rule(at=PICKS, name=SNAPSHOTS)
    def forget(self, at: int, name: str) -> None:
        """A snapshot is forgotten once, and in its own sandbox only."""
        one = self.pick(at)
        answer = one.world.admin("DELETE", f"/snapshots/{name}")
        assert answer.status_code == (204 if name in one.snapshots else 404), answer.text
        one.snapshots.pop(name, None)

    @rule(at=PICKS)
    def reset(self, at: int) -> None:
        """A reset goes back to the seed, for a fork to its origin's, and keeps the snapshots."""
        one = self.pick(at)
        one.world.ok("POST", "/reset")
        one.records = deepcopy(one.seeded)

    @rule(at=PICKS)
    def drop_one(self, at: int) -> None:
        """A sandbox that is dropped takes nothing from those that were forked from it."""
        if len(self.open) > 2:
            self.drop(self.pick(at))

    def names(self) -> list[str]:
        return [one["name"] for one in self.double.ok("GET", "/sandboxes")["sandboxes"]]

    @invariant()
    def each_holds_what_it_should(self) -> None:
        """Records in their order, and snapshots; the default sandbox is as it was."""
        for one in self.open:
            assert one.world.ok("GET", STATE) == list(one.records.values()), one.world.sandbox
            told = one.world.ok("GET", "/snapshots")["snapshots"]
            assert {snapshot["name"] for snapshot in told} == set(one.snapshots)
        assert self.double.ok("GET", STATE) == self.default
        assert self.names() == ["default", *(one.world.sandbox for one in self.open)]

    def teardown(self) -> None:
        for one in self.open:
            told = one.world.call("GET", f"{STAFF}?limit=100").json()
            assert told["count"] == len(one.records), "the API's own list agrees"
        while self.open:
            self.drop(self.open[0])


def test_each_sandbox_is_a_world_of_its_own(runner: asyncio.Runner) -> None:
    """Whatever is done to a family of sandboxes, each holds what was done to it and nothing else."""
    Worlds.double = in_process(runner, documents=("specs/staff.yaml",))
    run_state_machine_as_test(
        Worlds,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

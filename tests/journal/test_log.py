"""The bounded journal."""

from __future__ import annotations

import threading
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from apidouble.journal.entry import Entry
from apidouble.journal.log import Journal


def entry(path: str = "/a", **values: Any) -> Entry:
    return Entry("GET", path, b"q=1", {"host": "x"}, **values)


def paths(journal: Journal, sandbox: str = "one") -> list[str]:
    return [found.path for found in journal.log(sandbox)]


def test_numbers_and_order() -> None:
    """Entries are numbered over all sandboxes and kept oldest first for each."""
    journal = Journal()
    for number in range(6):
        journal.log("one" if number % 2 else "two").record(entry(f"/{number}"))
    assert paths(journal, "two") == ["/0", "/2", "/4"]
    assert [found.number for found in journal.log("one")] == [2, 4, 6]
    found = journal.log("one").get(4)
    assert found is not None
    assert found.path == "/3"
    assert journal.log("one").get(1) is None, "it belongs to the other sandbox"


def test_bound_by_entries() -> None:
    """Each sandbox keeps its newest entries; a busy one takes nothing from a quiet one."""
    journal = Journal(entries=3)
    journal.log("quiet").record(entry("/q"))
    for number in range(50):
        journal.log("one").record(entry(f"/{number}"))
    assert paths(journal) == ["/47", "/48", "/49"]
    assert paths(journal, "quiet") == ["/q"]


def test_bound_by_bytes() -> None:
    """Over the budget of bytes the oldest of all go first; the newest always stays."""
    journal = Journal(entries=1000, size=20_000)
    journal.log("old").record(entry("/o"))
    for number in range(30):
        journal.log("one").record(entry(f"/{number}", body=b"x" * 2_000))
    assert paths(journal, "old") == []
    assert 3 <= len(paths(journal)) <= 10
    assert paths(journal)[-1] == "/29"
    assert journal.held <= 20_000
    journal.log("one").record(entry("/big", body=b"x" * 31_000))
    assert paths(journal) == ["/big"]


def test_long_bodies_are_shortened() -> None:
    """Of a long body the beginning is kept, and its full size."""
    journal = Journal()
    journal.log("one").record(entry(body=b"a" * 100_000, answer_body=b"b" * 40_000))
    (found,) = journal.log("one")
    assert (len(found.body), found.body_size) == (32_768, 100_000)
    assert (len(found.answer_body), found.answer_size) == (32_768, 40_000)
    assert journal.held < 70_000


def test_find_and_unmatched() -> None:
    """A log is searched with any predicate; unmatched requests are those without operation."""
    journal = Journal()
    journal.log("one").record(entry("/a", operation_id="a"))
    journal.log("one").record(entry("/b"))
    assert [found.path for found in journal.log("one").find(lambda one: one.path == "/a")] == ["/a"]
    assert [found.path for found in journal.log("one").unmatched()] == ["/b"]


def test_clear_forgets_contents_at_once() -> None:
    """What is cleared is held nowhere: not in the log, not in the budget, not among the events."""
    journal = Journal()
    first = entry("/a", sandbox="one", body=b"secret")
    second = entry("/b", sandbox="one", body=b"public")
    for one in (first, second):
        journal.log("one").record(one)
    assert journal.log("one").clear(lambda one: one.path == "/a") == 1
    assert paths(journal) == ["/b"]
    assert (first.body, first.headers, second.body) == (b"", {}, b"public")
    assert [event.payload for event in journal.events.recent("one")] == [second]
    assert journal.log("one").clear() == 1
    assert journal.held == 0
    assert len(journal.log("one")) == 0


def test_dropped_sandbox() -> None:
    """Dropping a sandbox drops its entries; the name starts anew."""
    journal = Journal()
    journal.log("one").record(entry())
    journal.log("two").record(entry())
    journal.drop("one")
    journal.drop("never")
    assert paths(journal) == []
    assert len(journal.log("two")) == 1


def test_threads() -> None:
    """Threads that record at the same time lose nothing and get distinct numbers."""
    journal = Journal(entries=10_000)

    def record(name: str) -> None:
        for _ in range(500):
            journal.log(name).record(entry())

    threads = [threading.Thread(target=record, args=(name,)) for name in ("one", "one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [found.number for name in ("one", "two", "three") for found in journal.log(name)]
    assert sorted(numbers) == list(range(1, 2_001))
    assert len({event.number for event in journal.events.recent()}) == 1000


class Bounds(RuleBasedStateMachine):
    """The bounds and the books hold whatever is recorded, cleared and dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.journal = Journal(entries=5, size=12_000)
        self.model: list[tuple[str, int]] = []

    @rule(name=st.sampled_from("abc"), size=st.integers(0, 3_000))
    def record(self, name: str, size: int) -> None:
        one = entry(body=b"x" * size)
        self.journal.log(name).record(one)
        self.model.append((name, one.number))

    @rule(name=st.sampled_from("abc"), even=st.booleans())
    def clear(self, name: str, even: bool) -> None:
        self.journal.log(name).clear(lambda one: not even or one.number % 2 == 0)
        self.model = [row for row in self.model if row[0] != name or (even and row[1] % 2)]

    @rule(name=st.sampled_from("abc"))
    def drop(self, name: str) -> None:
        self.journal.drop(name)
        self.model = [row for row in self.model if row[0] != name]

    @invariant()
    def holds(self) -> None:
        held = 0
        for name in "abc":
            numbers = [one.number for one in self.journal.log(name)]
            expected = [number for owner, number in self.model if owner == name]
            assert len(numbers) <= 5
            assert numbers == (expected[-len(numbers) :] if numbers else []), "the newest, in order"
            held += sum(one.size for one in self.journal.log(name))
        assert self.journal.held == held <= 12_000
        assert len(self.journal._order) <= 200


TestBounds = Bounds.TestCase
TestBounds.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)

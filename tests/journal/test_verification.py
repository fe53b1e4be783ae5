"""Whether the expected calls were made."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.journal.entry import Entry
from apidouble.journal.verification import Times, Verdict, closest, verify, verify_order
from apidouble.matcher import Matcher, compile_matcher


def entries() -> list[Entry]:
    made = [
        Entry("POST", "/a", b"", {}, b'{"n": 1}', status=201),
        Entry("GET", "/a", b"", {}, status=200),
        Entry("GET", "/a/1", b"", {}, status=200),
        Entry("GET", "/a/2", b"", {}, status=404),
        Entry("DELETE", "/a/1", b"", {}, status=204),
    ]
    for number, one in enumerate(made, 1):
        one.number = number
    return made


def matcher(**spec: Any) -> Matcher:
    return compile_matcher(spec)


@pytest.mark.parametrize(
    ("times", "ok", "words"),
    [
        (Times(), True, "3 matched, expected at least 1"),
        (Times(3, 3), True, "3 matched, expected exactly 3"),
        (Times(2, 2), False, "3 matched, expected exactly 2"),
        (Times(4, None), False, "3 matched, expected at least 4"),
        (Times(None, 2), False, "3 matched, expected at most 2"),
        (Times(None, 3), True, "3 matched, expected at most 3"),
        (Times(1, 5), True, "3 matched, expected 1 to 5"),
        (Times(0, 0), False, "3 matched, expected exactly 0"),
    ],
)
def test_times(times: Times, ok: bool, words: str) -> None:
    """At least, at most and exactly count what they say."""
    verdict = verify(entries(), matcher(method="GET"), times)
    assert (verdict.ok, verdict.count, verdict.message) == (ok, 3, words)
    assert [entry.number for entry in verdict.matched] == [2, 3, 4]


def test_what_came_instead() -> None:
    """Where too few came, the closest requests are named with what was different."""
    verdict = verify(entries(), matcher(method="DELETE", path="/a/2", status=204))
    assert not verdict.ok
    near = [(one.entry.number, one.differences) for one in verdict.near]
    assert near == [
        (5, ("path is not /a/2",)),
        (4, ("method is not DELETE", "status is not 204")),
    ]
    single = verify(entries(), matcher(path="/b"))
    assert [one.entry.number for one in single.near] == [5, 4, 3]


def order(*specs: dict[str, Any]) -> Verdict:
    return verify_order(entries(), [compile_matcher(spec) for spec in specs])


def test_order() -> None:
    """Steps must come one after the other, with anything in between."""
    assert order({"method": "POST"}, {"path": "/a/1", "method": "GET"}, {"method": "DELETE"}).ok
    assert order().ok
    late = order({"method": "GET"}, {"method": "POST"})
    assert not late.ok
    assert late.message == "step 2 of 2 did not come after request 2 (it came earlier)"
    missing = order({"method": "PATCH"})
    assert missing.message == "step 1 of 1 did not come at all (none matched)"
    twice = order({"path": "/a"}, {"path": "/a"}, {"path": "/a"})
    assert (twice.ok, twice.count) == (False, 2), "one request is not two steps"


def test_closest_of_nothing() -> None:
    """Without entries nothing is close."""
    assert closest([], matcher(path="/a")) == ()

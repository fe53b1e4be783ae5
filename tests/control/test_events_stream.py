"""Server-sent events over a socket: as they happen, for whoever listens, until somebody hangs up."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from typing import Any

import httpx
import pytest
from tests.control.doubles import Program
from tests.stopwatch import least

from apidouble.web.serve import GRACE

STREAM = {"Accept": "text/event-stream"}


def listen(url: str, **options: Any) -> Generator[dict[str, Any], None, None]:
    """The events of a stream, each with `id`, `event` and `data`; begins with what the server says first."""
    with httpx.Client(timeout=20).stream("GET", f"{url}/__admin/events", headers=STREAM, **options) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if not line and event:
                yield event
                event = {}
            elif name:
                event[name] = json.loads(value) if name == "data" else value
            elif line:
                yield {"comment": value}


def test_events_come_as_they_happen(program: Program) -> None:
    """A request and a change of a record are told to who listens to that sandbox, and to no other."""
    events = listen(program.url, params={"sandbox": "watched"})
    assert "comment" in next(events)
    with httpx.Client(base_url=program.url) as client:
        client.get("/api/1/staff", headers={"Double-Sandbox": "other"})
        client.get("/api/1/staff", headers={"Double-Sandbox": "watched"})
    told = [next(events), next(events)]
    assert [one["event"] for one in told] == ["sandbox", "request"]
    assert told[1]["data"]["request"]["path"] == "/api/1/staff"
    assert told[1]["id"] == str(told[1]["data"]["id"])
    # After a break, the last id continues the stream where it ended.
    again = listen(program.url, params={"sandbox": "watched", "after": told[0]["id"]})
    next(again)
    assert next(again) == told[1]


def test_a_listener_that_hangs_up_is_forgotten(program: Program) -> None:
    """The stream ends on the server's side, too: the double goes on, and others still hear."""
    for _ in range(3):
        events = listen(program.url, params={"sandbox": "left"})
        next(events)
        events.close()
    events = listen(program.url, params={"sandbox": "left"})
    next(events)
    httpx.get(f"{program.url}/nowhere", headers={"Double-Sandbox": "left"})
    assert next(events)["event"] == "sandbox"


def test_head_has_no_end_of_its_own(program: Program) -> None:
    """HEAD for the stream is answered at once."""
    answer = httpx.head(f"{program.url}/__admin/events", headers=STREAM)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


def test_listeners_do_not_hold_up_the_end() -> None:
    """A double that is told to stop does not wait for those who listen."""

    def ended() -> float:
        running = Program("specs/staff.yaml")
        events = listen(running.url)
        assert "comment" in next(events)
        started = time.perf_counter()
        assert "Traceback" not in running.stop()
        seconds = time.perf_counter() - started
        with pytest.raises(httpx.RemoteProtocolError):
            next(events)
        return seconds

    assert least(ended, GRACE) < GRACE

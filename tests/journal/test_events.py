"""Events and feeds."""

from __future__ import annotations

import asyncio
import json
import threading

from apidouble.journal.entry import Entry
from apidouble.journal.events import Events
from apidouble.journal.redaction import Secrets
from apidouble.store.base import Change

ENTRY = Entry("GET", "/a", b"access_token=s3cr3t", {"authorization": "Bearer s3cr3t"}, status=200)
CHANGES = [Change("people", ("a", 1), "created"), Change("people", 2, "deleted", 4)]


def test_recent() -> None:
    """The newest events are remembered, of one sandbox or of all, and can be asked for from a number on."""
    events = Events(memory=3)
    for number in range(5):
        events.publish("sandbox", "ab"[number % 2], str(number))
    assert [event.payload for event in events.recent()] == ["2", "3", "4"]
    assert [event.payload for event in events.recent("a")] == ["2", "4"]
    assert [event.number for event in events.recent(after=4)] == [5]


def test_shown() -> None:
    """Events are JSON values without credentials."""
    events = Events()
    events.publish("request", "a", ENTRY)
    events.publish("change", "a", CHANGES)
    events.publish("sandbox", "a", "reset")
    request, change, sandbox = (event.shown(Secrets()) for event in events.recent())
    assert request["request"]["path"] == "/a"
    assert change["changes"] == [
        {"collection": "people", "key": ["a", 1], "kind": "created", "version": 1},
        {"collection": "people", "key": 2, "kind": "deleted", "version": 4},
    ]
    assert sandbox == {"id": 3, "kind": "sandbox", "sandbox": "a", "what": "reset"}
    assert "s3cr3t" not in json.dumps([request, change, sandbox])


def test_feed_from_another_thread() -> None:
    """A feed wakes up for what another thread publishes, and hears of its own sandbox only."""

    async def watch() -> list[str]:
        events = Events()
        feed = events.subscribe("mine")
        heard: list[str] = []

        def publish() -> None:
            for number in range(100):
                events.publish("sandbox", "mine", str(number))
                events.publish("sandbox", "other", "no")

        thread = threading.Thread(target=publish)
        thread.start()
        while len(heard) < 100:
            heard += [str(event.payload) for event in await feed.wait(5)]
        thread.join()
        feed.close()
        events.publish("sandbox", "mine", "late")
        assert await feed.wait(0.01) == []
        return heard

    assert asyncio.run(watch()) == [str(number) for number in range(100)]


def test_slow_feed_is_bounded() -> None:
    """Who does not keep up loses the oldest events and can see how many."""
    events = Events()
    feed = events.subscribe(limit=3)
    for number in range(10):
        events.publish("sandbox", "a", str(number))
    assert feed.dropped == 7
    assert [event.payload for event in feed.take()] == ["7", "8", "9"]
    assert feed.take() == []


def test_feed_of_an_ended_loop() -> None:
    """A watcher whose loop has ended stops being fed instead of breaking the request."""
    events = Events()

    async def subscribe() -> object:
        return events.subscribe()

    feed = asyncio.run(subscribe())
    events.publish("sandbox", "a", "1")
    assert events._feeds == ()
    assert feed is not None

"""What happens in the sandboxes, for whoever watches: a short memory, and feeds that wait for more.

In: entries and changes as they happen, from any thread. Out: `Events`, `Feed`. May not know: web.

A feed is bounded: who does not keep up loses the oldest events and is told how many.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from itertools import count
from typing import Any, Literal, NamedTuple

from apidouble.journal.entry import Entry
from apidouble.journal.redaction import Secrets
from apidouble.store.base import Change

Kind = Literal["request", "change", "sandbox"]
Payload = Entry | Sequence[Change] | str


class Event(NamedTuple):
    """One thing that happened."""

    number: int
    kind: Kind
    sandbox: str
    payload: Payload
    """request: the entry; change: the changes of one commit; sandbox: `created`, `dropped`, `reset`,
    `restored`."""

    def shown(self, secrets: Secrets) -> dict[str, Any]:
        """As a JSON value, without credentials."""
        head: dict[str, Any] = {"id": self.number, "kind": self.kind, "sandbox": self.sandbox}
        if isinstance(self.payload, Entry):
            return {**head, "request": secrets.summary(self.payload)}
        if isinstance(self.payload, str):
            return {**head, "what": self.payload}
        return {
            **head,
            "changes": [
                {
                    "collection": change.collection,
                    "key": list(change.key) if isinstance(change.key, tuple) else change.key,
                    "kind": change.kind,
                    "version": change.version,
                }
                for change in self.payload
            ],
        }


# A named tuple's own __new__ is a Python function around this one.
_EVENT = tuple.__new__


def _read(event: Event | Entry) -> Event:
    """An event, whatever stands for it."""
    if isinstance(event, Entry):
        return Event(event.event, "request", event.sandbox, event)
    return event


class Events:
    """The newest events of all sandboxes."""

    __slots__ = ("_feeds", "_numbers", "_recent")

    def __init__(self, memory: int = 1000) -> None:
        self._recent: deque[Event | Entry] = deque(maxlen=memory)
        self._feeds: tuple[Feed, ...] = ()
        # next() of it is one step, so that two threads never get one number
        self._numbers = count(1)

    def publish(self, kind: Kind, sandbox: str, payload: Payload) -> None:
        """Remember an event and hand it to the feeds that want it."""
        event = _EVENT(Event, (next(self._numbers), kind, sandbox, payload))
        self._recent.append(event)
        if self._feeds:
            self._tell(event)

    def answered(self, entry: Entry) -> None:
        """A request was answered: an event like others, but an entry stands for itself until one is read."""
        entry.event = next(self._numbers)
        self._recent.append(entry)
        if self._feeds:
            self._tell(_read(entry))

    def _tell(self, event: Event) -> None:
        for feed in self._feeds:
            if feed.sandbox is None or feed.sandbox == event.sandbox:
                feed.push(event)

    def recent(self, sandbox: str | None = None, after: int = 0) -> list[Event]:
        """Remembered events of one sandbox, or of all, that came after a number."""
        return [
            event
            for event in map(_read, tuple(self._recent))
            if event.number > after and (sandbox is None or event.sandbox == sandbox)
        ]

    def forget(self, sandbox: str, entries: Collection[int]) -> None:
        """Drop the events about journal entries that were cleared."""
        kept = [
            event
            for event in tuple(self._recent)
            if event.sandbox != sandbox or not isinstance(event, Entry) or event.number not in entries
        ]
        self._recent = deque(kept, maxlen=self._recent.maxlen)

    def subscribe(self, sandbox: str | None = None, limit: int = 1000) -> Feed:
        """A feed of what happens from now on in one sandbox, or in all; call it where it is awaited."""
        feed = Feed(self, sandbox, limit)
        self._feeds = (*self._feeds, feed)
        return feed

    def unsubscribe(self, feed: Feed) -> None:
        """Fill this feed no longer."""
        self._feeds = tuple(one for one in self._feeds if one is not feed)


class Feed:
    """The events that one watcher has not seen yet."""

    __slots__ = ("_events", "_loop", "_ready", "_waiting", "dropped", "sandbox")

    def __init__(self, events: Events, sandbox: str | None, limit: int) -> None:
        self.sandbox = sandbox
        self.dropped = 0
        """How many were lost because nobody took them."""
        self._events = events
        self._waiting: deque[Event] = deque(maxlen=limit)
        self._ready = asyncio.Event()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def push(self, event: Event) -> None:
        """Add an event, from any thread."""
        if len(self._waiting) == self._waiting.maxlen:
            self.dropped += 1
        self._waiting.append(event)
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._ready.set)
            except RuntimeError:  # the loop has ended, and with it the watcher
                self.close()

    def take(self) -> list[Event]:
        """All that wait, at once and without waiting."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    async def wait(self, seconds: float | None = None) -> list[Event]:
        """What waits, or what comes next; [] if nothing came in this time."""
        if not self._waiting:
            self._ready.clear()
            if not self._waiting:
                try:
                    await asyncio.wait_for(self._ready.wait(), seconds)
                except TimeoutError:
                    return []
        return self.take()

    def close(self) -> None:
        """Stop listening."""
        self._events.unsubscribe(self)

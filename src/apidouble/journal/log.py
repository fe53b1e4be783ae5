"""The journal: one bounded log of entries for each sandbox, one budget of bytes for all of them.

In: finished entries. Out: `Journal`, `Log`. May not know: web, how entries are matched.

A sandbox keeps its newest entries up to a number; over the budget of bytes the oldest entry of
any sandbox goes first. Recording keeps references and counts bytes, nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from threading import Lock

from apidouble.journal.entry import Entry
from apidouble.journal.events import Events
from apidouble.journal.redaction import Secrets

_KEPT = 32 * 1024
"""Bytes of a body that are kept."""
_OVERHEAD = 900
"""Bytes that an entry takes beside its texts."""


class Journal:
    """The logs of all sandboxes."""

    __slots__ = (
        "_bytes",
        "_dead",
        "_lock",
        "_logs",
        "_number",
        "_order",
        "entries",
        "events",
        "secrets",
        "size",
    )

    def __init__(
        self,
        entries: int = 1000,
        size: int = 16 * 1024 * 1024,
        *,
        secrets: Secrets | None = None,
        events: Events | None = None,
    ) -> None:
        self.entries = entries
        """Most entries of one sandbox."""
        self.size = size
        """Most bytes of all."""
        self.secrets = secrets or Secrets()
        self.events = events or Events()
        self._lock = Lock()
        self._number = 0
        self._bytes = 0
        self._dead = 0
        self._order: deque[Log] = deque()
        """Whose entry is the oldest, the next one, and so on. A log that has let entries go says so by its
        `gone`: as many of its places here, the first ones, stand for nothing.
        """
        self._logs: dict[str, Log] = {}

    @property
    def held(self) -> int:
        """Bytes in use, as counted."""
        return self._bytes

    def log(self, sandbox: str) -> Log:
        """The log of one sandbox."""
        with self._lock:
            log = self._logs.get(sandbox)
            if log is None:
                log = self._logs[sandbox] = Log(self, sandbox)
            return log

    def drop(self, sandbox: str) -> None:
        """Forget a sandbox and all its entries."""
        log = self._logs.pop(sandbox, None)
        if log is not None:
            log.clear()

    def _record(self, log: Log, entry: Entry, headers: int | None) -> None:
        size = _OVERHEAD + entry.body_size + entry.answer_size + len(entry.path) + len(entry.query)
        size += sum(map(len, entry.headers.values())) if headers is None else headers
        if size > _KEPT:
            size -= _shorten(entry)
        with self._lock:
            self._number = entry.number = self._number + 1
            entry.size = size
            self._bytes += size
            entries, order = log.entries, self._order
            entries.append(entry)
            order.append(log)
            if len(entries) > self.entries:
                self._bytes -= entries.popleft().size
                if order[0] is log:
                    order.popleft()
                else:
                    log.gone += 1
                    self._dead += 1
            while self._bytes > self.size and len(order) > 1:
                self._expire()
            if self._dead > 64 and self._dead * 2 > len(order):
                self._purge()

    def _expire(self) -> None:
        """Forget the oldest entry of all."""
        log = self._order.popleft()
        if log.gone:
            log.gone -= 1
            self._dead -= 1
        else:
            self._bytes -= log.entries.popleft().size

    def _purge(self) -> None:
        """Take the places whose entries are gone out of the order."""
        kept: deque[Log] = deque()
        for log in self._order:
            if log.gone:
                log.gone -= 1
            else:
                kept.append(log)
        self._order = kept
        self._dead = 0


class Log:
    """The entries of one sandbox, oldest first."""

    __slots__ = ("_journal", "entries", "gone", "sandbox")

    def __init__(self, journal: Journal, sandbox: str) -> None:
        self._journal = journal
        self.sandbox = sandbox
        self.entries: deque[Entry] = deque()
        self.gone = 0
        """Of its places in the order of all entries, how many stand for nothing."""

    def record(self, entry: Entry, headers: int | None = None) -> None:
        """Keep a finished entry, number it, and tell whoever listens; `headers` is the length of its
        header values, where it is known.
        """
        self._journal._record(self, entry, headers)
        self._journal.events.answered(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, number: int) -> Entry | None:
        """The entry with this number."""
        return next((entry for entry in self if entry.number == number), None)

    def find(self, matches: Callable[[Entry], bool]) -> list[Entry]:
        """All that match, oldest first."""
        return [entry for entry in self if matches(entry)]

    def unmatched(self) -> list[Entry]:
        """Requests at which nothing is served."""
        return [entry for entry in self if not entry.operation_id]

    def clear(self, matches: Callable[[Entry], bool] | None = None) -> int:
        """Forget all, or all that match; says how many."""
        journal = self._journal
        gone = list(self) if matches is None else self.find(matches)
        numbers = {entry.number for entry in gone}
        with journal._lock:
            for entry in self.entries:
                if entry.number in numbers:
                    journal._bytes -= entry.size
                    journal._dead += 1
                    self.gone += 1
                    # Whoever still looks at it finds nothing.
                    entry.headers, entry.answer_headers = {}, ()
                    entry.body = entry.answer_body = entry.query = b""
            self.entries = deque(entry for entry in self.entries if entry.number not in numbers)
        journal.events.forget(self.sandbox, numbers)
        return len(numbers)


def _shorten(entry: Entry) -> int:
    """Cut long bodies; the bytes saved."""
    saved = 0
    if entry.body_size > _KEPT:
        entry.body = entry.body[:_KEPT]
        saved += entry.body_size - _KEPT
    if entry.answer_size > _KEPT:
        entry.answer_body = entry.answer_body[:_KEPT]
        saved += entry.answer_size - _KEPT
    return saved

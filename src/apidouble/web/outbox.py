"""Answers on their way out, sent together: one for each connection that asked in the same turn of the loop.

In: answers with the transports they are for. Out: writes, in order, at the end of the turn. May not know:
requests.

A client that waits for an answer sleeps, and waking it costs the server a fifth of the time that it takes to
answer. A client that gets several answers at once is woken once.
"""

from __future__ import annotations

import asyncio


class Outbox:
    """The answers of one server that were made in this turn."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def add(self, transport: asyncio.Transport, answer: bytes, loop: asyncio.AbstractEventLoop) -> None:
        """Send this when the turn ends."""
        if not self._waiting:
            loop.call_soon(self.flush)
        self._waiting.append((transport, answer))

    def flush(self) -> None:
        """Send all now: before anything else is written, and before anything that may take long."""
        if self._waiting:
            ready, self._waiting = self._waiting, []
            for transport, answer in ready:
                transport.write(answer)

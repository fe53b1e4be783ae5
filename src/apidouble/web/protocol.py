"""uvicorn's HTTP/1.1 with what a double needs beside it.

In: bytes of a connection. Out: ASGI calls, with functions among the scope's extensions that break
the connection (`apidouble.abort`), that leave the `Date` to the application (`apidouble.date`) and
that write a whole answer at once (`apidouble.answer`); an end to request heads that grow without
one; wishes to speak another protocol are not heard. May not know: what the application does.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from types import coroutine
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from apidouble.web.faults import ABORT
from apidouble.web.sending import ANSWER, OWN_DATE

HEAD_LIMIT = 64 * 1024
"""Bytes of an incomplete request line and headers before the client is turned away (RFC 6585: 431)."""

_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*", re.IGNORECASE)


class Protocol(HttpToolsProtocol):
    """See the module's text."""

    pending = 0
    _reading = False
    _waiting: tuple[RequestResponseCycle, Any] | None = None
    running: RequestResponseCycle
    """The request that is being answered; pipelined ones wait."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """One set of extensions serves all requests of the connection."""
        super().connection_made(transport)
        self._extensions = {ABORT: self._abort, OWN_DATE: self._own_date, ANSWER: self._answer}

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        cycle.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]  # functions are no JSON
        if self._reading:
            self._waiting = (cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def _start_now(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Run the application until it ends or has to wait; only what waits needs a task.

        Most answers are there without any waiting: a task, its bookkeeping and a turn of the event
        loop would cost them more than routing does.
        """
        running = cycle.run_asgi(app)
        context = copy_context()
        try:
            awaited = context.run(running.send, None)
        except StopIteration:
            return
        task = self.loop.create_task(_resumed(running, awaited), context=context)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _own_date(self) -> None:
        """The answer has a `Date` of its own."""
        self.running.default_headers = []

    def _answer(self, status: int, head: bytes, body: bytes) -> bool:
        """Write status, header lines and body in one piece; False where `send` has to do it.

        uvicorn writes head and body apart. On a busy server the two system calls cost more than
        all that happens between them, so that one of them less is worth more than any other saving.
        """
        cycle = self.running
        if cycle.response_started or cycle.flow.write_paused:
            return False
        if cycle.disconnected:
            return True
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        lines = [STATUS_LINE[status]]
        for name, value in cycle.default_headers:
            lines += (name, b": ", value, b"\r\n")
        lines.append(head)
        if not cycle.keep_alive:
            lines.append(b"connection: close\r\n")
        lines += (b"\r\n", body)
        self.transport.write(b"".join(lines))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def _abort(self, reset: bool) -> None:
        """End the connection: at once and with a reset (RST), or after what was sent (FIN)."""
        self.running.disconnected = True
        if not reset:
            self.transport.close()
            return
        # uvloop's socket has no options; a duplicate of it is the same open socket.
        with socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def shutdown(self) -> None:
        """Let the running request end; but a stream of events never would."""
        if self.cycle is not None and self.cycle.chunked_encoding and not self.cycle.response_complete:
            self.transport.close()
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Parse; then see whether a head is growing without end."""
        if b"pgrade" in data and (self.cycle is None or not self.cycle.more_body):
            data = _staying(data)
        self._reading = True
        try:
            super().data_received(data)
        finally:
            self._reading = False
        if self._waiting is not None:
            # Now that all is read that came with the head, the body most often among it.
            cycle, app = self._waiting
            self._waiting = None
            self._start_now(cycle, app)
        if self.scope is None or "path" in self.scope:
            self.pending = 0
            return
        self.pending += len(data)
        if self.pending > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
                b"content-type: text/plain; charset=utf-8\r\ncontent-length: 34\r\nconnection: close\r\n\r\n"
                b"Request line or headers too large."
            )
            self.transport.close()


@coroutine
def _resumed(running: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that is waiting already."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is meant for the coroutine
            try:
                awaited = running.throw(error)
            except StopIteration:
                return
        else:
            break
    yield from running


def _staying(data: bytes) -> bytes:
    """A request without its wish for another protocol, which a server may ignore (RFC 9110, section
    7.8). The parser would take the body for that protocol, and Java's HTTP client wishes for HTTP/2
    with each first request.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest

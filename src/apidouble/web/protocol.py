"""uvicorn's HTTP/1.1 with what a double needs beside it.

In: bytes of a connection. Out: ASGI calls, with functions among the scope's extensions that break
the connection (`apidouble.abort`), that leave the `Date` to the application (`apidouble.date`) and
that write a whole answer at once (`apidouble.answer`); an end to request heads that grow without
one; wishes to speak another protocol are not heard. May not know: what the application does.

A request that comes whole, with headers that came before, goes a short way: nothing is parsed, and the
application runs at once. As soon as it does anything but answer at once, uvicorn's own request and
response cycle takes over, as if it had been there from the beginning.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
from collections.abc import Coroutine
from contextvars import Context, copy_context
from types import CoroutineType
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from apidouble.web.faults import ABORT
from apidouble.web.heads import HEAD, Heads, KnownHead
from apidouble.web.outbox import Outbox
from apidouble.web.quick import Quick, awaited, raising, resumed, returning
from apidouble.web.requestbody import WHOLE
from apidouble.web.sending import ANSWER, OWN_DATE

HEAD_LIMIT = 64 * 1024
"""Bytes of an incomplete request line and headers before the client is turned away (RFC 6585: 431)."""

_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*", re.IGNORECASE)
_SEVERAL = 3
"""Connections from which on answers wait for those of the same turn: one alone would wait for nothing."""
_END = b"\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """See the module's text."""

    heads: Heads
    outbox: Outbox
    """Shared by all connections of a server: `for_server` makes a class that has them."""
    pending = 0
    running: RequestResponseCycle
    """The request that is being answered; pipelined ones wait."""
    _between = True
    """Whether the parser has seen whole messages only."""
    _begun = 0
    """Messages that the parser has begun to read in the bytes at hand."""
    _reading = False
    _waiting: tuple[RequestResponseCycle, Any] | None = None
    _quick: Quick | None = None
    """The request that goes the short way, until it is answered or leaves it."""
    _idle_since = 0.0
    _dated: list[tuple[bytes, bytes]] | None = None
    """uvicorn's headers for all answers, a new list each second; `_starts` is made from them."""

    @classmethod
    def for_server(cls) -> type[Protocol]:
        """The protocol of one server."""
        return type("Protocol", (cls,), {"heads": Heads(), "outbox": Outbox()})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """One set of extensions serves all requests of the connection."""
        super().connection_made(transport)
        self._extensions = {ABORT: self._abort, OWN_DATE: self._own_date, ANSWER: self._answer}
        self._starts: dict[int, bytes] = {}
        # Each request gets a copy: what one of them sets, the next must not see, though it may begin
        # where the first one ends.
        self._context = copy_context()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing waits for a connection that is gone."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer a request whose head is known, or parse; then see whether a head is growing without end."""
        free = self._between and (self.cycle is None or self.cycle.response_complete)
        after = data.find(_END) + 4 if free else 0
        if after > 3:
            head = self.heads.read(data[:after])
            if head is not None and len(data) == after + head.block.length:
                self._answer_quickly(head, data[after:])
                return
        self.outbox.flush()
        if b"pgrade" in data and (self.cycle is None or not self.cycle.more_body):
            data = _staying(data)
            after = 0
        self._begun = 0
        self._reading = True
        try:
            super().data_received(data)
        finally:
            self._reading = False
        if self._waiting is not None:
            # Now that all is read that came with the head, the body most often among it.
            cycle, app = self._waiting
            self._waiting = None
            if after > 3 and self._begun == 1 and self._between and self.limit_concurrency is None:
                self.heads.parsed(data[:after], self.scope)  # type: ignore[arg-type]  # a dict it is
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

    def on_message_begin(self) -> None:
        """The parser stands within a message."""
        self._between = False
        self._begun += 1
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The parser stands behind a message."""
        self._between = True
        super().on_message_complete()

    # The short way

    def _answer_quickly(self, head: KnownHead, body: bytes) -> None:
        """Run the application on a whole request that needs no parsing."""
        scope = head.scope.copy()
        if HEAD not in scope:
            # Whatever is done for the first time may take long, and the answers that wait should not.
            self.outbox.flush()
        scope["client"] = self.client
        scope["server"] = self.server
        scope["scheme"] = self.scheme
        scope["state"] = self.app_state.copy()
        scope["extensions"] = self._extensions
        quick = self._quick = Quick(self._leave_short_way, scope, body)
        if body:
            scope[WHOLE] = body
        context = self._context.copy()
        try:
            running = self.app(scope, quick.receive, quick.send)
            if type(running) is not CoroutineType:
                running = awaited(running)
            waited_for = context.run(running.send, None)
        except StopIteration as end:
            if self._quick is None and end.value is None:
                return
            outcome = returning(end.value)
        except BaseException as error:  # noqa: BLE001 - uvicorn tells it and answers for the application
            outcome = raising(error)
        else:
            outcome = resumed(running, waited_for)
        self._run(quick.cycle(), lambda *_: outcome, context)

    def _leave_short_way(self, quick: Quick) -> RequestResponseCycle:
        """What uvicorn has for a request, for one that was on the short way."""
        self.outbox.flush()
        cycle = RequestResponseCycle(
            scope=quick.scope,  # type: ignore[arg-type]  # a dict it is
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        if quick.body is not None:
            cycle.body += quick.body
            cycle.message_event.set()
        if self._quick is quick:
            self._quick = None
            self.cycle = self.running = cycle
        else:
            cycle.response_started = cycle.response_complete = True
        return cycle

    # uvicorn's way

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        cycle.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]  # functions are no JSON
        if self._reading:
            self._waiting = (cycle, app)
        else:
            # The answer before it is being written just now.
            self._in_task(cycle.run_asgi(app), self._context.copy())

    def _start_now(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._run(cycle, app, self._context.copy())

    def _run(self, cycle: RequestResponseCycle, app: Any, context: Context) -> None:
        """Run the application until it ends or has to wait; only what waits needs a task.

        Most answers are there without any waiting: a task, its bookkeeping and a turn of the event
        loop would cost them more than routing does.
        """
        running = cycle.run_asgi(app)
        try:
            waited_for = context.run(running.send, None)
        except StopIteration:
            return
        self._in_task(resumed(running, waited_for), context)

    def _in_task(self, running: Coroutine[Any, Any, Any], context: Context) -> None:
        task = self.loop.create_task(running, context=context)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    # Extensions

    def _own_date(self) -> None:
        """The answer has a `Date` of its own."""
        self._current().default_headers = []

    def _answer(self, status: int, head: bytes, body: bytes) -> bool:
        """Write status, header lines and body in one piece; False where `send` has to do it.

        uvicorn writes head and body apart. On a busy server the two system calls cost more than
        all that happens between them, so that one of them less is worth more than any other saving.
        """
        if self._quick is not None and not self.flow.write_paused and not self.transport.is_closing():
            self._quick = None
            answer = b"".join((self._start(status), head, b"\r\n", body))
            if len(self.connections) < _SEVERAL:
                self.outbox.flush()
                self.transport.write(answer)
            else:
                self.outbox.add(self.transport, answer, self.loop)
            self.on_response_complete()
            return True
        cycle = self._current()
        if cycle.response_started or cycle.flow.write_paused:
            return False
        if cycle.disconnected:
            return True
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        lines = [_start_of(status, cycle.default_headers), head]
        if not cycle.keep_alive:
            lines.append(b"connection: close\r\n")
        lines += (b"\r\n", body)
        self.transport.write(b"".join(lines))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def _start(self, status: int) -> bytes:
        """How all answers of this status begin, within this second."""
        headers = self.server_state.default_headers
        if self._dated is not headers:
            self._dated = headers
            self._starts.clear()
        start = self._starts.get(status)
        if start is None:
            start = self._starts[status] = _start_of(status, headers)
        return start

    def _abort(self, reset: bool) -> None:
        """End the connection: at once and with a reset (RST), or after what was sent (FIN)."""
        self._current().disconnected = True
        if not reset:
            self.transport.close()
            return
        # uvloop's socket has no options; a duplicate of it is the same open socket.
        with socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _current(self) -> RequestResponseCycle:
        return self.running if self._quick is None else self._quick.cycle()

    # The end

    def on_response_complete(self) -> None:
        """The next one of several requests that came together, or a time without any begins."""
        if self.pipeline:
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """Nothing to do for each request: one timer for the whole connection looks how long it was idle."""

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that was idle for long enough."""
        self.timeout_keep_alive_task = None
        if not self._between or (self.cycle is not None and not self.cycle.response_complete):
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again(left)
        else:
            super().timeout_keep_alive_handler()

    def _look_again(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def shutdown(self) -> None:
        """Let the running request end; but a stream of events never would."""
        self.outbox.flush()
        if self.cycle is not None and self.cycle.chunked_encoding and not self.cycle.response_complete:
            self.transport.close()
        else:
            super().shutdown()


def _start_of(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [STATUS_LINE[status]]
    for name, value in headers:
        lines += (name, b": ", value, b"\r\n")
    return b"".join(lines)


def _staying(data: bytes) -> bytes:
    """A request without its wish for another protocol, which a server may ignore (RFC 9110, section
    7.8). The parser would take the body for that protocol, and Java's HTTP client wishes for HTTP/2
    with each first request.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest

"""The thread in which a double answers, and requests that reach it without a socket.

In: an ASGI application, requests. Out: `Room`; ASGI messages put where the caller reads them. May
not know: httpx, what the application does.

All requests of one double are answered on the one event loop of this thread, whether they come
from a socket or from the test's own code, so a test may call from any thread or event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from http.client import IncompleteRead, RemoteDisconnected
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar
from urllib.parse import unquote

from apidouble.testing.response import Headers, Outgoing, Response
from apidouble.web.faults import ABORT

T = TypeVar("T")
Put = Callable[[Any], None]
"""Takes ASGI messages, a `Dropped`, an exception of the application, and None at the end."""


class Dropped:
    """The connection ended: with a reset, or as if all had been said."""

    def __init__(self, *, reset: bool) -> None:
        self.reset = reset


class Room:
    """A thread with an event loop for one application."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._started = Event()
        self._thread = Thread(target=self._run, name="apidouble", daemon=True)
        self._thread.start()
        self._started.wait()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it in the room, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def enter(self, manager: AbstractAsyncContextManager[T]) -> T:
        """Enter a context in the room; it is left when the room is closed."""
        return self.run(self._stack.enter_async_context(manager))

    def begin(self, request: Outgoing, put: Put) -> Callable[[], None]:
        """Start a request, whose answer comes to `put`; returns what tells that the client hung up."""
        gone = asyncio.Event()
        asyncio.run_coroutine_threadsafe(self._answer(request, put, gone), self._loop)

        def hang_up() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the request with it
                self._loop.call_soon_threadsafe(gone.set)

        return hang_up

    def send(self, request: Outgoing, timeout: float | None = None) -> Response:
        """The whole answer.

        Raises:
            TimeoutError: nothing came for `timeout` seconds.
            ConnectionResetError, http.client.RemoteDisconnected, http.client.IncompleteRead: a fault.

        """
        exchange = Exchange(self, request)
        try:
            exchange.start(timeout)
            body = b"".join(exchange.pieces(timeout))
        finally:
            exchange.close()
        incoming = exchange.incoming
        return Response(incoming.status, Headers(_texts(incoming.headers)), body)

    def close(self) -> None:
        """End the thread; requests under way are cancelled."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        if sys.platform == "win32":
            factory = asyncio.new_event_loop
        else:
            from uvloop import new_event_loop as factory
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with AsyncExitStack() as self._stack:
            self._started.set()
            await self._stop.wait()

    async def _answer(self, request: Outgoing, put: Put, gone: asyncio.Event) -> None:
        body: list[dict[str, Any]] = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if body:
                return body.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            put(message)

        scope = _scope(request) | {"extensions": {ABORT: lambda reset: put(Dropped(reset=reset))}}
        try:
            await self._application(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - raised again where the caller waits
            put(error)
        except BaseException:
            put(Dropped(reset=True))
            raise
        put(None)


class Incoming:
    """Puts an answer together, and raises what a client on a socket would see go wrong."""

    def __init__(self) -> None:
        self.status = 0
        """0 until the answer has begun."""
        self.headers: list[tuple[bytes, bytes]] = []
        self.finished = False
        self._received = bytearray()

    def take(self, message: Any) -> bytes:
        """The piece of the body that a message brings."""
        if isinstance(message, Exception):
            raise message
        if message is None or isinstance(message, Dropped):
            raise self._broken(message)
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
            return b""
        piece: bytes = message.get("body", b"")
        self.finished = not message.get("more_body", False)
        self._received += piece
        return piece

    def _broken(self, dropped: Dropped | None) -> Exception:
        if dropped is not None and dropped.reset:
            return ConnectionResetError(104, "Connection reset by peer")
        if not self.status:
            return RemoteDisconnected("Remote end closed connection without response")
        length = int(dict(self.headers).get(b"content-length", b"0"))
        return IncompleteRead(bytes(self._received), max(length - len(self._received), 0) or None)


class Exchange:
    """One request under way, for a thread that waits."""

    def __init__(self, room: Room, request: Outgoing) -> None:
        self.incoming = Incoming()
        self._box: SimpleQueue[Any] = SimpleQueue()
        self.close = room.begin(request, self._box.put)

    def start(self, timeout: float | None) -> None:
        """Wait for status and headers."""
        while not self.incoming.status:
            self._next(timeout)

    def pieces(self, timeout: float | None) -> Any:
        """The body as it comes."""
        while not self.incoming.finished:
            piece = self._next(timeout)
            if piece:
                yield piece

    def _next(self, timeout: float | None) -> bytes:
        try:
            message = self._box.get(timeout=timeout)
        except Empty:
            raise TimeoutError(f"no answer within {timeout:g} s") from None
        return self.incoming.take(message)


def _scope(request: Outgoing) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    port = request.port or {"https": 443}.get(request.scheme, 80)
    named = any(name == b"host" for name, _ in request.headers)
    host = request.host if request.port is None else f"{request.host}:{request.port}"
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [*(() if named else [(b"host", host.encode("latin-1"))]), *request.headers],
        "server": (request.host, port),
        "client": ("127.0.0.1", 0),
        "state": {},
    }


def _texts(headers: list[tuple[bytes, bytes]]) -> Any:
    return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)

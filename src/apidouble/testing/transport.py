"""The way from httpx's clients to a double without a socket.

In: httpx requests. Out: httpx responses, or the errors that httpx raises for a broken connection.
May not know: what is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any

import httpx

from apidouble.testing.response import Outgoing
from apidouble.testing.room import Exchange, Incoming, Room


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """For `httpx.Client` and `httpx.AsyncClient` (under asyncio) alike, and for several at once."""

    def __init__(self, room: Callable[[], Room], headers: dict[str, str]) -> None:
        self._room = room
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and wait for the head of its answer."""
        timeout = _timeout(request)
        with _as_httpx(request):
            exchange = Exchange(self._room(), self._outgoing(request, request.read()))
            try:
                exchange.start(timeout)
            except BaseException:
                exchange.close()
                raise
        return _response(exchange.incoming, _Pieces(exchange, request, timeout))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same, for whoever has an event loop."""
        timeout = _timeout(request)
        content = await request.aread()
        with _as_httpx(request):
            exchange = _AsyncExchange(self._room(), self._outgoing(request, content), timeout)
            try:
                await exchange.start()
            except BaseException:
                exchange.close()
                raise
        return _response(exchange.incoming, _AsyncPieces(exchange, request))

    def _outgoing(self, request: httpx.Request, body: bytes) -> Outgoing:
        given = [(name.lower(), value) for name, value in request.headers.raw]
        names = {name for name, _ in given}
        added = [(name, value) for name, value in self._headers if name not in names]
        target: bytes = request.extensions.get("target", request.url.raw_path)
        url = request.url
        return Outgoing(request.method, target, (*given, *added), body, url.scheme, url.host, url.port)


class _AsyncExchange:
    """One request under way, for a coroutine that waits."""

    def __init__(self, room: Room, request: Outgoing, timeout: float | None) -> None:
        self.incoming = Incoming()
        self._timeout = timeout
        self._box: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def put(message: Any) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(self._box.put_nowait, message)

        self.close = room.begin(request, put)

    async def start(self) -> None:
        while not self.incoming.status:
            await self.next()

    async def next(self) -> bytes:
        async with asyncio.timeout(self._timeout):
            message = await self._box.get()
        return self.incoming.take(message)


class _Pieces(httpx.SyncByteStream):
    def __init__(self, exchange: Exchange, request: httpx.Request, timeout: float | None) -> None:
        self._exchange, self._request, self._timeout = exchange, request, timeout

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx(self._request):
            yield from self._exchange.pieces(self._timeout)

    def close(self) -> None:
        self._exchange.close()


class _AsyncPieces(httpx.AsyncByteStream):
    def __init__(self, exchange: _AsyncExchange, request: httpx.Request) -> None:
        self._exchange, self._request = exchange, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            while not self._exchange.incoming.finished:
                piece = await self._exchange.next()
                if piece:
                    yield piece

    async def aclose(self) -> None:
        self._exchange.close()


def _response(incoming: Incoming, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(
        incoming.status,
        headers=incoming.headers,
        stream=stream,
        extensions={"http_version": b"HTTP/1.1"},
    )


def _timeout(request: httpx.Request) -> float | None:
    """Seconds that the client waits for the next bytes."""
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


@contextlib.contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """What goes wrong with a connection, as httpx says it of one on a socket."""
    try:
        yield
    except TimeoutError:
        raise httpx.ReadTimeout("timed out", request=request) from None
    except RemoteDisconnected:
        message = "Server disconnected without sending a response."
        raise httpx.RemoteProtocolError(message, request=request) from None
    except IncompleteRead as error:
        expected = len(error.partial) + (error.expected or 0)
        message = (
            "peer closed connection without sending complete message body "
            f"(received {len(error.partial)} bytes, expected {expected})"
        )
        raise httpx.RemoteProtocolError(message, request=request) from None
    except ConnectionResetError as error:
        raise httpx.ReadError(str(error), request=request) from None

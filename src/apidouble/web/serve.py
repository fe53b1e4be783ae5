"""Runs an ASGI application on sockets, with uvicorn, until it is told to stop.

In: an application, an address. Out: a bound `Listener`; a served application. May not know: what
the application does.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn

from apidouble.errors import SettingsError
from apidouble.web.protocol import Protocol

KEEP_ALIVE = 75
"""Seconds an idle connection stays open: longer than clients keep theirs (httpx 5, browsers and
Node up to 65), so that none sends a request into a connection that is just being closed."""
GRACE = 2
"""Seconds that running requests are given when the server is told to stop."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Bound sockets that do not listen yet, and the address that clients use."""

    sockets: Sequence[socket.socket]
    url: str


@contextlib.contextmanager
def bind(host: str, port: int) -> Iterator[Listener]:
    """Take the address now, so that a taken one is told before documents are read.

    `localhost` is taken for IPv4 and IPv6, since clients differ in what they try first.
    """
    bound: list[socket.socket] = []
    try:
        for family, found in _addresses(host, port):
            chosen = bound[0].getsockname()[1] if bound else port
            address = (found[0], chosen, *found[2:])
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind(address)
            except OSError as error:
                one.close()
                if bound:
                    continue
                raise _unavailable(host, port, error) from None
            bound.append(one)
        shown = f"[{host}]" if ":" in host else host
        yield Listener(bound, f"http://{shown}:{bound[0].getsockname()[1]}")
    finally:
        for one in bound:
            one.close()


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"--host: {host!r} is no address of this machine: {reason}") from None
    # IPv4 first: it is the one that is always there.
    unique = dict.fromkeys((family, address) for family, _, _, _, address in found)
    return sorted(unique, key=lambda pair: pair[0] != socket.AF_INET)


def _unavailable(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"port {port} of {host} is in use: stop what listens there, or choose another with --port"
            " (0 picks a free one)"
        )
    if error.errno == errno.EACCES:
        return SettingsError(f"port {port} of {host} may not be used by this user: choose one above 1023")
    return SettingsError(f"cannot listen on port {port} of {host}: {error.strerror or error}")


class Server(uvicorn.Server):
    """uvicorn's server that says when it answers and takes signals as a wish to end well."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        if self.started:
            # What was built at start stays for good: the collector need not walk it again and again,
            # and not even once, since hardly any of it is garbage (1.4 of 74 MB for five APIs).
            gc.freeze()
            # Requests leave records and journal entries, which stay, and no cycles: looking for those a
            # tenth as often spares a tenth of the time that a POST takes.
            gc.set_threshold(10_000, 3, 130)
            gc.enable()
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; unlike uvicorn's own, do not raise them again afterwards."""
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Trouble(logging.Handler):
    """Hands uvicorn's warnings and errors on; what comes from a stop that we asked for is no news."""

    def __init__(self, tell: Callable[[str], None], server: uvicorn.Server) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """One record as text, with its traceback."""
        if not self._server.should_exit:
            self._tell(self.format(record).strip())


def _config(application: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        interface="asgi3",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=Protocol.for_server(),
        ws="none",
        lifespan="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )


@contextlib.asynccontextmanager
async def serving(application: Any, listener: Listener) -> AsyncIterator[None]:
    """Serve on the running event loop until left: inside somebody else's program, whose signals,
    garbage collector and logging stay as they are.

    Raises:
        SettingsError: somebody else listens at the address by now.

    """
    config = _config(application)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    sockets = list(listener.sockets)
    try:
        await server.startup(sockets)
    except OSError as error:
        host, port = sockets[0].getsockname()[:2]
        raise _unavailable(host, port, error) from None
    await server.on_tick(0)
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield
    finally:
        server.should_exit = True
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await server.shutdown(sockets)


def run(
    application: Any,
    listener: Listener,
    *,
    ready: Callable[[], None],
    trouble: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; returns when all is closed. `ready` is called once requests
    are answered, `trouble` with each warning of the HTTP server and each fault of the application.

    Raises:
        SettingsError: somebody else listens at the address by now.

    """
    config = _config(application)
    server = Server(config, ready)
    log = logging.getLogger("uvicorn.error")
    handler = _Trouble(trouble, server)
    log.addHandler(handler)
    log.propagate = False
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve(list(listener.sockets)))
    except OSError as error:
        host, port = listener.sockets[0].getsockname()[:2]
        raise _unavailable(host, port, error) from None
    finally:
        log.removeHandler(handler)

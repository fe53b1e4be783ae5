"""Latency at a constant rate: requests leave on time whether or not earlier ones were answered.

In: a URL, a request, a rate. Out: percentiles, counted from when a request was due, whether or not a
connection was free for it, so that a server that stalls cannot hide it (Gil Tene's "coordinated
omission"). Where the generator itself woke late, its requests are due when it woke, and how late it was
is told beside them. May not know: which server answers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import uvloop

from load import LoadError, Shot

_CONNECTIONS = 32
_TICK = 0.0005


@dataclass(frozen=True, slots=True)
class Paced:
    """What a constant rate found."""

    wanted: float
    """Requests per second."""
    reached: float
    p50: float
    """Milliseconds."""
    p99: float
    late: float = 0.0
    """p99 of how late the generator itself was, in milliseconds: not the server's doing, and not counted."""


class _Client(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, pool: _Pool) -> None:
        self.pool = pool
        self.due = 0.0
        self.missing = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a socket's is one
        self.transport = transport
        self.pool.idle.append(self)

    def send(self, due: float) -> None:
        self.due = due
        self.transport.write(self.pool.request)

    def data_received(self, data: bytes) -> None:
        if self.missing:
            self.missing -= len(data)
        else:
            head, _, body = data.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                self.pool.failed = head.decode("latin-1")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self.missing = int(length) - len(body)
        if not self.missing:
            self.pool.done(self)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.pool.closing:
            self.pool.failed = f"the connection was lost: {error}"


class _Pool:
    """All connections, and the requests that wait for one."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.idle: deque[_Client] = deque()
        self.waiting: deque[float] = deque()
        self.latencies: list[float] = []
        self.failed = ""
        self.closing = False

    def ask(self, due: float) -> None:
        if self.idle:
            self.idle.popleft().send(due)
        else:
            self.waiting.append(due)

    def done(self, client: _Client) -> None:
        self.latencies.append(perf_counter() - client.due)
        if self.waiting:
            client.send(self.waiting.popleft())
        else:
            self.idle.append(client)


def hold(url: str, shot: Shot, rate: float, seconds: float) -> Paced:
    """Send at this rate for so long; LoadError where an answer is not 200."""
    return uvloop.run(_hold(url, shot, rate, seconds))


async def _hold(url: str, shot: Shot, rate: float, seconds: float) -> Paced:
    place = urlsplit(url)
    lines = [f"{shot.method} {shot.path} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in shot.headers.items()]
    pool = _Pool("\r\n".join([*lines, "", ""]).encode())
    loop = asyncio.get_running_loop()
    for _ in range(_CONNECTIONS):
        await loop.create_connection(lambda: _Client(pool), place.hostname or "127.0.0.1", place.port or 80)
    started = perf_counter()
    sent = 0
    late: list[float] = []
    while (now := perf_counter() - started) < seconds and not pool.failed:
        for _ in range(int(now * rate) - sent):
            late.append(now - sent / rate)
            pool.ask(started + now)
            sent += 1
        await asyncio.sleep(_TICK)
    spent = perf_counter() - started
    reached = len(pool.latencies) / spent
    pool.closing = True
    for client in tuple(pool.idle):
        client.transport.close()
    if pool.failed or not pool.latencies:
        raise LoadError(f"{shot.name} at {url}: {pool.failed or 'no answer came'}")
    ranked = sorted(pool.latencies)
    # Requests that still wait were due, too: they stand at the slow end.
    ranked += [spent] * len(pool.waiting)
    late.sort()
    p50, p99, own = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)], late[int(len(late) * 0.99)]
    return Paced(rate, reached, p50 * 1000, p99 * 1000, own * 1000)

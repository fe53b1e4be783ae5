"""Latency at a constant rate: requests leave on time whether or not earlier ones were answered.

In: a URL, a request, a rate. Out: percentiles, counted from when a request was due, whether or not a
connection was free for it, so that a server that stalls cannot hide it (Gil Tene's "coordinated
omission"). May not know: which server answers.

The generator sleeps between what is due. One that spins, or has an event loop to serve, takes so much of the
second core at 30,000 requests a second that it measures itself.
"""

from __future__ import annotations

import gc
import re
import select
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

from load import LoadError, Shot

_CONNECTIONS = 32
_PATIENCE = 5.0
"""Seconds without any answer after which the server counts as broken."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


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
    """p99 of how late requests left though a connection was free, in milliseconds: the generator's own
    share of the latency.
    """


def hold(url: str, shot: Shot, rate: float, seconds: float) -> Paced:
    """Send at this rate for so long; LoadError where an answer is not 200."""
    place = urlsplit(url)
    lines = [f"{shot.method} {shot.path} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in shot.headers.items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    with ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        connections = {}
        for _ in range(_CONNECTIONS):
            one = stack.enter_context(socket.create_connection((place.hostname or "", place.port or 80)))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connections[one.fileno()] = one
            poll.register(one, select.EPOLLIN)
        # Its own pauses would look like the server's.
        gc.disable()
        stack.callback(gc.enable)
        spent, latencies, late = _exchange(poll, connections, request, rate, seconds)
    latencies.sort()
    late.sort()
    middle, almost = len(latencies) // 2, int(len(latencies) * 0.99)
    return Paced(
        rate,
        len(latencies) / spent,
        latencies[middle] * 1000,
        latencies[almost] * 1000,
        late[int(len(late) * 0.99)] * 1000,
    )


def _exchange(
    poll: select.epoll, connections: dict[int, socket.socket], request: bytes, rate: float, seconds: float
) -> tuple[float, list[float], list[float]]:
    """Seconds until the last answer, the latency of each, and how late those left that did not have to wait
    for a connection.
    """
    idle = list(connections)
    due = dict.fromkeys(idle, 0.0)
    begun: dict[int, bytes] = {}
    waited = False
    latencies: list[float] = []
    late: list[float] = []
    sent, all_of_them = 0, int(rate * seconds)
    started = perf_counter()
    while len(latencies) < all_of_them:
        now = perf_counter() - started
        while idle and sent < all_of_them and (when := sent / rate) <= now:
            name = idle.pop()
            due[name] = when
            if not waited:
                late.append(now - when)
            connections[name].send(request)
            sent += 1
        # Whatever is due now, or before the next answer comes, waits for a connection.
        waited = not idle
        pause = _PATIENCE if waited or sent == all_of_them else max(sent / rate - now, 0.0)
        # epoll alone sleeps for whole milliseconds.
        if not select.select([poll], (), (), pause)[0]:
            if pause == _PATIENCE:
                raise LoadError(f"no answer for {_PATIENCE:.0f} s")
            continue
        for name, _ in poll.poll(0):
            answer = begun.pop(name, b"") + connections[name].recv(65536)
            if not _is_whole(answer):
                begun[name] = answer
                continue
            latencies.append(perf_counter() - started - due[name])
            idle.append(name)
    return perf_counter() - started, latencies, late


def _is_whole(answer: bytes) -> bool:
    """Whether all of it has come; LoadError for anything but a 200."""
    if not answer.startswith(b"HTTP/1.1 200"):
        raise LoadError(f"not a 200, but {answer[:300]!r}")
    head = answer.find(b"\r\n\r\n")
    length = _LENGTH.search(answer, 0, head + 2)
    return head > 0 and length is not None and len(answer) == head + 4 + int(length[1])

"""Sockets and the HTTP server: addresses, limits, and an end without delay."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from signal import SIGINT, SIGTERM, Signals

import pytest
from tests.stopwatch import least

from apidouble.errors import SettingsError
from apidouble.web.protocol import HEAD_LIMIT
from apidouble.web.serve import GRACE, bind

PROGRAM = textwrap.dedent(
    """
    import asyncio, sys
    from apidouble.web.serve import bind, run

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise RuntimeError("no lifespan here")
        if scope["path"] == "/fault":
            raise ValueError("a fault of the application")
        if scope["path"] == "/slow":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while True:
                await send({"type": "http.response.body", "body": b".", "more_body": True})
                await asyncio.sleep(0.01)
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    with bind("127.0.0.1", 0) as listener:
        say = lambda text: print(text, flush=True)
        run(app, listener, ready=lambda: say(listener.url), trouble=lambda text: print(text, file=sys.stderr))
    say("ended")
    """
)


class Running:
    def __init__(self) -> None:
        self.connections: list[HTTPConnection] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        url = self.process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        self.port = int(url.rpartition(":")[2])

    def connect(self) -> HTTPConnection:
        self.connections.append(HTTPConnection("127.0.0.1", self.port, timeout=10))
        return self.connections[-1]

    def stop(self, signal: Signals) -> tuple[int, float, str, str]:
        started = time.perf_counter()
        self.process.send_signal(signal)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, time.perf_counter() - started, out, err


@pytest.fixture
def started() -> Iterator[Callable[[], Running]]:
    servers: list[Running] = []

    def start() -> Running:
        servers.append(Running())
        return servers[-1]

    yield start
    for server in servers:
        for connection in server.connections:
            connection.close()
        with server.process:  # closes its pipes
            if server.process.poll() is None:
                server.process.kill()


@pytest.fixture
def running(started: Callable[[], Running]) -> Running:
    return started()


@pytest.mark.parametrize("signal", [SIGINT, SIGTERM])
def test_signals_end_it_at_once(started: Callable[[], Running], signal: Signals) -> None:
    """An idle keep-alive connection does not delay the end; the exit code is 0."""

    def ended() -> float:
        running = started()
        connection = running.connect()
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"ok")
        assert answer.getheader("server") is None
        assert answer.getheader("date") is not None
        code, seconds, out, err = running.stop(signal)
        assert (code, out, err) == (0, "ended\n", "")
        return seconds

    assert least(ended, GRACE) < GRACE


def test_an_endless_answer_is_cut_off(running: Running) -> None:
    """A request that never ends is given a moment, then cancelled."""
    connection = running.connect()
    connection.request("GET", "/slow")
    assert connection.getresponse().read(3) == b"..."
    code, seconds, out, err = running.stop(SIGTERM)
    assert (code, out, err) == (0, "ended\n", "")
    assert GRACE <= seconds < GRACE + 10


def test_a_fault_of_the_application_is_told(running: Running) -> None:
    """The client gets 500, the person a traceback, and the server goes on."""
    connection = running.connect()
    connection.request("GET", "/fault")
    assert connection.getresponse().status == 500
    again = running.connect()
    again.request("GET", "/")
    assert again.getresponse().status == 200
    *_, err = running.stop(SIGTERM)
    assert "Traceback" in err
    assert "ValueError: a fault of the application" in err


@pytest.mark.parametrize(
    "start",
    [
        b"GET /" + b"a" * 200_000,
        b"GET / HTTP/1.1\r\nhost: x\r\nlong: " + b"a" * 200_000,
        b"GET / HTTP/1.1\r\n" + b"name: value\r\n" * 20_000,
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_turned_away(running: Running, start: bytes) -> None:
    """Endless and broken heads end in a 4xx without growing memory, and the server goes on."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
        received = b""
        try:
            for at in range(0, len(start), 16384):
                client.sendall(start[at : at + 16384])
            while piece := client.recv(65536):
                received += piece
        except ConnectionError:
            pass
        # A peer that is still sending may see the connection reset before it sees the answer.
        assert received.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")) or len(start) > HEAD_LIMIT
    connection = running.connect()
    connection.request("GET", "/")
    assert connection.getresponse().status == 200


def test_a_long_request_line_within_the_limit(running: Running) -> None:
    """An honest long query is answered."""
    connection = running.connect()
    connection.request("GET", "/?q=" + "a" * 30_000)
    assert connection.getresponse().status == 200


def test_a_taken_port_is_told() -> None:
    """The message says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} of 127.0.0.1 is in use: .* --port"):  # noqa: SIM117
            with bind("127.0.0.1", port):
                pass


def test_a_host_of_another_machine_is_told() -> None:
    """Neither an unknown name nor somebody else's address ends in a traceback."""
    for host in ("203.0.113.1", "no such host", "a" * 300, "\x00"):
        with pytest.raises(SettingsError, match=r"no address of this machine|cannot listen"), bind(host, 0):
            pass


def test_localhost_answers_on_both_protocols() -> None:
    """`localhost` is one port on IPv4 and, where the machine has it, IPv6."""
    with bind("localhost", 0) as listener:
        ports = {one.getsockname()[1] for one in listener.sockets}
        families = [one.family for one in listener.sockets]
        assert listener.url == f"http://localhost:{ports.pop()}"
        assert not ports
        assert len(set(families)) == len(families)


def test_an_ipv6_address_is_written_in_brackets() -> None:
    """The URL can be used as it stands."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with bind("::1", 0) as listener:
        assert listener.url == f"http://[::1]:{listener.sockets[0].getsockname()[1]}"

"""What a connection to a double takes that uvicorn's own would not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from apidouble import Double
from apidouble.web.protocol import Protocol
from apidouble.web.sending import ANSWER

BODY = b'{"method": "GET"}'
WISH = (
    b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAABgAGAAA"
    b"\r\nUpgrade: h2c\r\n"
)


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with Double() as running:
        yield running


def post(wish: bytes, body: bytes = BODY) -> tuple[bytes, bytes]:
    head = b"POST /__admin/requests/count HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return head + wish + b"Content-Length: %d\r\n\r\n" % len(body), body


@pytest.mark.parametrize("apart", [False, True])
def test_a_wish_for_another_protocol_is_not_heard(double: Double, apart: bool) -> None:
    """Java's HTTP client asks for HTTP/2 with its first request: its body arrives all the same, and the
    connection goes on.
    """
    with socket.create_connection(("127.0.0.1", int(double.url.rpartition(":")[2])), timeout=10) as client:
        for wish in (WISH, b"", WISH.replace(b"Upgrade: h2c", b"UPGRADE:websocket")):
            head, body = post(wish)
            for part in (head, body) if apart else (head + body,):
                client.sendall(part)
            answer = client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
            assert answer.endswith(b'{"count":0}')


def test_a_body_is_left_alone(double: Double) -> None:
    """What looks like a wish within a body is the client's own text, whichever packet brings it."""
    text = "\r\nUpgrade: h2c\r\n\r\n"
    with double.sandbox() as world:
        # Where a fault is ordered, the body is read and kept wherever the request goes.
        world.faults.add(status=503)
        with socket.create_connection(
            ("127.0.0.1", int(double.url.rpartition(":")[2])), timeout=10
        ) as client:
            head = (
                f"POST /~{world.name}/nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                f"Content-Length: {2 * len(text)}\r\n\r\n"
            )
            client.sendall(f"{head}{text}".encode())
            time.sleep(0.05)
            client.sendall(text.encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 503 ")
        assert [one.body for one in world.requests.find()] == [2 * text]


SEEN: ContextVar[str] = ContextVar("SEEN", default="nothing")


async def tasks(scope: Any, receive: Any, send: Any) -> None:
    """Says whether it runs in a task: before it has waited, and after."""
    before = asyncio.current_task() is not None
    seen = SEEN.get()
    SEEN.set("another request")
    body = (await receive())["body"]
    if scope["path"] == "/waiting":
        await asyncio.sleep(0.01)
    if scope["path"] == "/failing":
        await asyncio.sleep(0)
        raise ValueError
    after = asyncio.current_task() is not None
    text = f"{before} {after} {seen} {body.decode()}".encode()
    length = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": text})


@contextmanager
def served(application: Any, grace: int | None = None, keep_alive: int = 5) -> Iterator[int]:
    """The port of a server with our protocol."""
    config = uvicorn.Config(
        application,
        port=0,
        http=Protocol.for_server(),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=keep_alive,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def answers(port: int, *parts: bytes) -> bytes:
    """All that comes back for these packets of one connection, which the last request closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(0.05)
        found = b""
        while chunk := client.recv(65536):
            found += chunk
        return found


def request(path: str, body: bytes = b"", *, last: bool = True) -> bytes:
    close = "Connection: close\r\n" if last else ""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{close}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_what_does_not_wait_needs_no_task() -> None:
    """An application whose request is there runs at once; it gets a task where it begins to wait, and none
    sees the context variables of another.
    """
    with served(tasks) as port:
        assert answers(port, request("/", b"whole")).endswith(b"False False nothing whole")
        assert answers(port, request("/waiting", b"whole")).endswith(b"False True nothing whole")
        head, body = request("/", b"apart")[:-5], b"apart"
        assert answers(port, head, body).endswith(b"False True nothing apart")


def test_requests_that_come_together_are_answered_in_turn() -> None:
    """Pipelined requests (RFC 9112, section 9.3.2) are answered in their order, whichever of them waits."""
    together = b"".join(request(path, path.encode(), last=False) for path in ("/waiting", "/b", "/waiting"))
    with served(tasks) as port:
        found = answers(port, together + request("/d", b"/d"))
    said = [line.split()[-1] for line in found.split(b"HTTP/1.1 200")[1:]]
    assert said == [b"/waiting", b"/b", b"/waiting", b"/d"]


def test_a_failure_after_waiting_is_answered() -> None:
    """An application that fails once it has waited is answered for by the server, and so is the next one."""
    with served(tasks) as port:
        assert answers(port, request("/failing")).startswith(b"HTTP/1.1 500 ")
        assert answers(port, request("/")).startswith(b"HTTP/1.1 200 ")


def test_whoever_waits_can_be_cancelled() -> None:
    """A request that still waits when the server has to stop is told so, and may clean up."""
    cleaned = threading.Event()

    async def patient(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cleaned.set()
            raise

    with served(patient, grace=1) as port:
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        client.sendall(request("/"))
        time.sleep(0.1)
        assert not cleaned.is_set()
    client.close()
    assert cleaned.is_set()


# Heads that come again


def test_a_head_that_came_before_brings_its_own_body() -> None:
    """The same head again and again: each request is answered for itself, without a task and in a context of
    its own, whether it comes whole, in parts or with others.
    """
    bodies = [b"one", b"two", b"six", b"ten"]
    packets = [request("/", body, last=False) for body in bodies]
    head, body = packets[0][:-3], b"end"
    with served(tasks) as port:
        found = answers(port, *packets, head, body, packets[0] + packets[1], *packets, request("/", b"bye"))
    said = [line.split(b"\r\n\r\n")[1] for line in found.split(b"HTTP/1.1 200")[1:]]
    expected = [*bodies, b"end", b"one", b"two", *bodies, b"bye"]
    assert [one.split()[-1] for one in said] == expected
    assert {one.split()[2] for one in said} == {b"nothing"}
    assert {tuple(one.split()[:2]) for one in (*said[:4], *said[-5:])} == {(b"False", b"False")}


def test_a_known_head_of_another_connection() -> None:
    """What was read for one connection says nothing of another's client."""

    async def client(scope: Any, receive: Any, send: Any) -> None:
        text = str(scope["client"][1]).encode()
        length = (b"content-length", str(len(text)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": text})

    with served(client) as port:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
                for _ in range(3):
                    one.sendall(request("/", last=False))
                    assert one.recv(65536).endswith(b"\r\n\r\n%d" % one.getsockname()[1])


def test_a_known_head_may_wait_or_fail() -> None:
    """Who waits gets a task, who fails or says nothing is answered for, and the next request is answered."""

    async def odd(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/silent":
            await tasks(scope, receive, send)

    with served(odd) as port:
        waiting = [request("/waiting", body, last=False) for body in (b"one", b"two", b"six")]
        found = answers(port, *waiting, request("/", b"bye"))
        said = [line.split(b"\r\n\r\n")[1] for line in found.split(b"HTTP/1.1 200")[1:]]
        assert said[:3] == [b"False True nothing one", b"False True nothing two", b"False True nothing six"]
        assert said[3].endswith(b"bye")
        for path in ("/failing", "/silent"):
            for _ in range(4):
                found = answers(port, request(path, last=False))
                assert found.startswith(b"HTTP/1.1 500 ")
                assert found.endswith(b"Internal Server Error")


def test_a_known_head_whose_client_leaves() -> None:
    """Whoever asks for more than the body waits, and is told when the client is gone."""
    left = threading.Event()

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if message["body"] == b"bye":
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            return
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with served(listening) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            for body in (b"one", b"two", b"six"):
                client.sendall(request("/", body, last=False))
                assert client.recv(65536).startswith(b"HTTP/1.1 204 ")
            client.sendall(request("/", b"bye", last=False))
            time.sleep(0.1)
            assert not left.is_set()
        assert left.wait(5)


def test_an_idle_connection_is_closed() -> None:
    """A connection stays open as long as requests come, and for its time after the last."""
    with (
        served(tasks, keep_alive=1) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as client,
    ):
        for _ in range(5):
            client.sendall(request("/", last=False))
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
            last = time.monotonic()
            time.sleep(0.4)
        assert client.recv(1) == b""
        assert 0.9 < time.monotonic() - last < 5


def test_answers_of_one_turn_go_out_together_and_in_order() -> None:
    """Several clients that ask at once again and again each get their own answers, the last one too."""

    async def echo(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        answer = scope["extensions"][ANSWER]
        assert answer(200, b"content-length: %d\r\n" % len(body), body)

    with served(echo) as port:
        clients = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(8)]
        for turn in range(30):
            for number, client in enumerate(clients):
                client.sendall(request("/", b"%02d-%d" % (turn, number), last=False))
            for number, client in enumerate(clients):
                assert client.recv(65536).endswith(b"\r\n\r\n%02d-%d" % (turn, number))
        for client in clients:
            # One more that is answered in time, then one that the parser has to read.
            client.sendall(request("/", b"so far", last=False))
            client.sendall(request("/", b"and on", last=False).replace(b"Host", b"X-Other: 1\r\nHost"))
        for client in clients:
            found = b""
            while not found.endswith(b"and on"):
                found += client.recv(65536)
            assert found.index(b"so far") < found.index(b"and on")
            client.close()


class Ears(asyncio.Transport):
    """Hears what a server would send."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.heard: list[bytes] = []

    def write(self, data: Any) -> None:
        self.heard.append(data)

    def is_closing(self) -> bool:
        return False


def test_an_answer_waits_for_nothing_that_may_take_long() -> None:
    """Answers of known heads wait for the end of the turn; what comes for the first time does not begin
    before they have left.
    """
    told: list[int] = []

    async def ready(scope: Any, receive: Any, send: Any) -> None:
        told.append(len(ears[0].heard))
        assert scope["extensions"][ANSWER](200, b"content-length: 2\r\n", b"ok")

    ears = [Ears() for _ in range(3)]

    async def run() -> None:
        config = uvicorn.Config(ready, lifespan="off", log_config=None)
        config.load()
        state, kind = ServerState(), Protocol.for_server()
        protocols = [kind(config, state, {}) for _ in ears]
        for protocol, one in zip(protocols, ears, strict=True):
            protocol.connection_made(one)
        for _ in range(5):
            protocols[0].data_received(request("/", last=False))
            await asyncio.sleep(0)
        assert len(ears[0].heard) == 5
        protocols[0].data_received(request("/", last=False))
        protocols[1].data_received(request("/", last=False))
        assert (len(ears[0].heard), len(ears[1].heard)) == (5, 0)
        protocols[2].data_received(request("/slow", last=False))
        assert (len(ears[0].heard), len(ears[1].heard)) == (6, 1)
        await asyncio.sleep(0)
        assert [len(one.heard) for one in ears] == [6, 1, 1]
        for protocol in protocols:
            protocol.connection_lost(ConnectionResetError())

    asyncio.run(run())
    assert told[-3:] == [5, 5, 6]

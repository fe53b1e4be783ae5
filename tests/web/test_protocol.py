"""What a connection to a double takes that uvicorn's own would not."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from apidouble import Double

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

"""A request leaves nothing for the garbage collector: what refers to itself stays until that runs.

A few such objects for each request cost a create a sixth of its time, and pauses of tens of milliseconds.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from apidouble.server import Application, assemble
from apidouble.settings import Settings
from apidouble.web.protocol import Protocol

_PATH = "/v2/customers/employees"
_VALID = (
    '{"contact_point_id": null, "customer_id": "160c0c4b-9966-4dc1-a916-8407eb10d74e", '
    '"correspondence_locale": "en-GB", "family_name": "de Jong", "given_name": "Kees", "username": null}'
)


class Ears(asyncio.Transport):
    """Hears what a server would send."""

    heard = b""

    def write(self, data: Any) -> None:
        self.heard = data

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def double() -> Application:
    """The bundled APIs."""
    return assemble(Settings())


def request(method: str, path: str, body: str = "", *headers: str) -> bytes:
    sent = ["Host: localhost", "Authorization: Bearer demo-token", *headers]
    if body:
        sent += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *sent, "", body]).encode()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (request("GET", _PATH), 200),
        (request("POST", _PATH, _VALID), 201),
        (request("POST", _PATH, '{"username": 1}'), 400),
        (request("POST", _PATH, _VALID, "Accept: text/csv"), 406),
        (request("GET", "/nowhere"), 404),
        (request("PUT", _PATH, "{}"), 405),
    ],
    ids=["list", "create", "refused", "not acceptable", "not found", "not allowed"],
)
@pytest.mark.parametrize("again", [True, False])
def test_a_request_leaves_no_cycles(double: Application, raw: bytes, status: int, again: bool) -> None:
    """With known headers and with others, answered or refused: reference counts free everything."""
    times = 50

    async def run() -> int:
        config = uvicorn.Config(double.edge, interface="asgi3", lifespan="off", log_config=None)
        config.load()
        protocol = Protocol.for_server()(config, ServerState(), {})
        ears = Ears({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        protocol.connection_made(ears)
        for _ in range(5):
            protocol.data_received(raw)
            assert ears.heard.startswith(b"HTTP/1.1 %d" % status), ears.heard
        gc.collect()
        gc.disable()
        try:
            for number in range(times):
                protocol.data_received(raw if again else raw.replace(b"Host", b"X-%d: 1\r\nHost" % number, 1))
            return gc.collect()
        finally:
            gc.enable()
            protocol.connection_lost(None)

    assert asyncio.run(run()) < times

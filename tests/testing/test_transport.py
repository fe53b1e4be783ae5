"""httpx over a double without a socket behaves as httpx over a socket does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from http.client import IncompleteRead, RemoteDisconnected
from json import JSONDecodeError
from typing import Any

import httpx
import pytest

from apidouble import Sandbox
from apidouble.testing.breaking import Effect

ITEM = {"name": "Cup", "price": 4.5}


@pytest.fixture(params=["socket", "transport"])
def client(request: pytest.FixtureRequest, shop: Sandbox) -> Iterator[httpx.Client]:
    """A client on a socket, and one without."""
    if request.param == "socket":
        with httpx.Client(base_url=shop.url) as one:
            yield one
    else:
        with httpx.Client(transport=shop.transport(), base_url="http://double") as one:
            yield one


def test_answers_are_alike(client: httpx.Client) -> None:
    """Status, headers, bodies, methods."""
    made = client.post("/v1/items", json=ITEM)
    assert made.status_code == 201
    assert made.http_version == "HTTP/1.1"
    assert client.get(f"/v1/items/{made.json()['id']}").json() == made.json()
    head = client.head("/v1/items")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 2
    assert client.delete("/v1/items").status_code == 405
    assert client.get("/v1/items", params={"q": "ä&b"}).request.url.query == b"q=%C3%A4%26b"


BROKEN: dict[Effect, type[httpx.TransportError]] = {
    "reset": httpx.ReadError,
    "empty": httpx.RemoteProtocolError,
    "truncated": httpx.RemoteProtocolError,
}


@pytest.mark.parametrize("effect", BROKEN)
def test_broken_connections_are_what_they_claim_to_be(
    shop: Sandbox, client: httpx.Client, effect: Effect
) -> None:
    """The same error class as on a socket, and the client goes on afterwards."""
    shop.faults.add(effect=effect, times=1)
    with pytest.raises(BROKEN[effect]) as broken:
        client.get("/v1/items")
    assert broken.value.request.url.path.endswith("/v1/items")
    assert client.get("/v1/items").status_code == 200


def test_spoiled_bodies(shop: Sandbox, client: httpx.Client) -> None:
    """Malformed is no JSON, a drip comes whole, piece by piece."""
    shop.faults.add(effect="malformed", times=1)
    with pytest.raises(JSONDecodeError):
        client.get("/v1/items").json()
    shop.faults.add(effect="drip", drip={"bytes": 64, "pause_ms": 1})
    with client.stream("GET", "/v1/items") as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 2
    assert len(b"".join(pieces)) == int(answer.headers["content-length"])


def test_patience_ends(shop: Sandbox, client: httpx.Client) -> None:
    """A client that waits shorter than the double takes gets a ReadTimeout, before or within a body."""
    shop.faults.add(delay_ms=300, times=1)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/v1/items", timeout=0.05)
    shop.faults.clear()
    shop.faults.add(effect="drip", drip={"bytes": 16, "pause_ms": 300})
    with pytest.raises(httpx.ReadTimeout):
        client.get("/v1/items", timeout=0.05)


def test_events_are_streamed(shop: Sandbox, client: httpx.Client) -> None:
    """An answer that goes on can be read while it does, and left."""
    with client.stream("GET", "/__admin/events", headers={"Accept": "text/event-stream"}) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        shop.request("GET", "/v1/items")
        assert next(line for line in lines if line.startswith("event:")) == "event: request"


def test_async_clients(shop: Sandbox) -> None:
    """Many requests at once, errors and timeouts, under asyncio."""

    async def scenario() -> None:
        async with httpx.AsyncClient(transport=shop.transport(), base_url="http://double") as client:
            made = await asyncio.gather(*(client.post("/v1/items", json=ITEM) for _ in range(20)))
            assert {one.status_code for one in made} == {201}
            assert len({one.json()["id"] for one in made}) == 20
            for effect, error in BROKEN.items():
                shop.faults.add(effect=effect, times=1)
                with pytest.raises(error):
                    await client.get("/v1/items")
            shop.faults.add(delay_ms=300, times=1)
            with pytest.raises(httpx.ReadTimeout):
                await client.get("/v1/items", timeout=0.05)
            shop.faults.clear()
            shop.faults.add(effect="drip", drip={"bytes": 64, "pause_ms": 1})
            async with client.stream("GET", "/v1/items") as answer:
                assert len([piece async for piece in answer.aiter_raw()]) > 2

    asyncio.run(scenario())


Raised = dict[Effect, tuple[type[Exception], Callable[[Any], bool]]]
PLAIN: Raised = {
    "reset": (ConnectionResetError, lambda error: error.errno == 104),
    "empty": (RemoteDisconnected, lambda error: True),
    "truncated": (IncompleteRead, lambda error: error.partial.startswith(b"[") and error.expected > 0),
}


@pytest.mark.parametrize("effect", PLAIN)
def test_plain_requests_break_alike(shop: Sandbox, effect: Effect) -> None:
    """Without httpx the errors are those of the standard library."""
    kind, fits = PLAIN[effect]
    shop.faults.add(effect=effect, times=1)
    with pytest.raises(kind) as broken:
        shop.request("GET", "/v1/items")
    assert fits(broken.value)
    shop.faults.add(delay_ms=300, times=1)
    with pytest.raises(TimeoutError):
        shop.request("GET", "/v1/items", timeout=0.05)

"""A double inside a test: its life, its settings, its address, what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import requests

from apidouble import ApidoubleError, Double, ProjectError, Settings, SettingsError
from apidouble.testing.double import Options

ITEM = {"name": "Cup", "price": 4.5}
BESIDE = {"documents", "quiet", "watch", "admin"}
"""Settings that are given otherwise, or that a test has no use for."""


def names(double: Double) -> list[str]:
    return [one["name"] for one in double.state.get("items")]


def test_it_keeps_what_is_created(document: Path) -> None:
    """A request without a socket is answered from state."""
    with Double(document, auth="off") as double:
        created = double.request("POST", "/v1/items", json=ITEM)
        assert created.status == 201
        assert created.headers["content-type"] == created.headers["Content-Type"] == "application/json"
        assert double.request("GET", f"/v1/items/{created.json()['id']}").json() == created.json()


def test_the_same_through_a_socket(document: Path) -> None:
    """What a client of the port creates is seen without it, and the other way round."""
    with Double(document, auth="off") as double:
        created = requests.post(f"{double.url}/v1/items", json=ITEM, timeout=10)
        assert created.status_code == 201
        assert double.request("GET", f"/v1/items/{created.json()['id']}").status == 200
        double.state.clear("items")
        assert httpx.get(f"{double.url}/v1/items").json() == []


def test_options_are_the_settings() -> None:
    """Each setting that matters in a test is an option, with the default of all doubles but for the port."""
    settings = {one.name for one in fields(Settings)}
    assert set(Options.__annotations__) == settings - BESIDE
    given = Double().given
    for one in fields(Settings):
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        expected = {"port": 0, "quiet": True}.get(one.name, default)
        assert getattr(given, one.name) == expected


def test_an_unknown_option_is_refused() -> None:
    """A typing error is told at once, with what there is."""
    with pytest.raises(TypeError, match="no option 'sed'; there are host, port, seed"):
        Double(sed=1)  # type: ignore[call-arg]


def test_the_seed_decides(document: Path) -> None:
    """Two doubles at once in one process: same seed, same data; other seed, other data."""
    with Double(document) as one, Double(document) as same, Double(document, seed=2) as other:
        assert names(one) == names(same) != names(other)
        one.state.clear("items")
        assert names(one) == [] != names(same)


def test_the_clock_can_be_set_from_the_start(document: Path) -> None:
    """Times in answers follow it."""
    with Double(document, auth="off", clock=datetime(2030, 1, 1, tzinfo=UTC)) as double:
        assert double.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
        assert double.request("POST", "/v1/items", json=ITEM).json()["created_at"].startswith("2030-01-01")


def test_credentials_are_checked(document: Path) -> None:
    """What a 401 asks for is what `credentials` gives."""
    with Double(document, auth="strict") as double:
        assert double.request("GET", "/v1/items").status == 401
        headers = double.credentials()
        assert double.request("GET", "/v1/items", headers=headers).status == 200
        assert headers == double.credentials("shop")
        with pytest.raises(ApidoubleError, match="there is no identity 'nobody'; there are "):
            double.credentials(name="nobody")


def test_nothing_is_left_behind(document: Path) -> None:
    """After the end there is no thread, no listening socket and no open file more than before."""
    # The first one loads modules, which may keep files open.
    with Double(document) as double:
        assert double.url
    threads, files = set(threading.enumerate()), len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(3):
        with Double(document, auth="off") as double, httpx.Client(base_url=double.url) as client:
            assert client.get("/v1/items").status_code == 200
            address = double.url.removeprefix("http://").rpartition(":")
        with socket.socket() as probe:
            assert probe.connect_ex((address[0], int(address[2]))) != 0
    assert set(threading.enumerate()) == threads
    assert len(os.listdir("/proc/self/fd")) == files  # noqa: PTH208


def test_no_socket_until_asked(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that asks for no URL opens no port."""
    import apidouble.web.serve

    monkeypatch.setattr(apidouble.web.serve, "bind", None)
    with Double(document, auth="off") as double:
        assert double.request("GET", "/v1/items").status == 200
        with pytest.raises(TypeError):
            assert double.url


def test_a_port_of_choice(document: Path) -> None:
    """The port that is given is taken at the start, and told if it is taken already."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(SettingsError, match=f"port {port} of 127.0.0.1 is in use"):
            Double(document, port=port).start()
    assert "apidouble" not in {one.name for one in threading.enumerate()}
    with Double(document, port=port, auth="off"):
        assert httpx.get(f"http://127.0.0.1:{port}/v1/items").status_code == 200


def test_the_end_is_the_end(document: Path) -> None:
    """Before and after its life a double says what to do; ending it twice is fine; it can start anew."""
    double = Double(document, auth="off")
    with pytest.raises(ApidoubleError, match="not running"):
        double.request("GET", "/v1/items")
    for _ in range(2):
        with double:
            double.start()
            assert double.request("GET", "/v1/items").status == 200
            assert double.app.apis[0].name == "shop"
        double.close()
        with pytest.raises(ApidoubleError, match="not running"):
            assert double.url
        with pytest.raises(ApidoubleError, match="not running"):
            assert double.app


def test_what_cannot_be_served_is_told(tmp_path: Path) -> None:
    """A document that is none is a ProjectError that names it, and no thread is left."""
    (tmp_path / "broken.yaml").write_text("openapi: [", "utf-8")
    with pytest.raises(ProjectError, match=r"broken\.yaml"):
        Double(tmp_path / "broken.yaml").start()
    assert "apidouble" not in {one.name for one in threading.enumerate()}


def test_many_threads_share_one(document: Path) -> None:
    """Requests from many threads at once all arrive."""
    with Double(document, auth="off") as double:
        double.state.clear("items")
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: double.request("POST", "/v1/items", json=ITEM).status, range(200)))
        assert set(made) == {201}
        assert double.state.count("items") == 200
        assert len({one["id"] for one in double.state.get("items")}) == 200


def test_async_with(document: Path) -> None:
    """`async with` starts and ends it while the event loop goes on; `arequest` waits without blocking it."""

    async def scenario() -> None:
        async with Double(document, auth="off") as one, Double(document, auth="off") as two:
            one.faults.add(delay_ms=300)
            slow = asyncio.create_task(one.arequest("GET", "/v1/items"))
            quick = await two.arequest("POST", "/v1/items", json=ITEM)
            assert quick.status == 201
            assert not slow.done()
            assert (await slow).status == 200

    asyncio.run(scenario())
    assert "apidouble" not in {one.name for one in threading.enumerate()}


def test_an_end_with_requests_under_way(document: Path) -> None:
    """Whoever still waits is told that the connection broke."""
    double = Double(document, auth="off").start()
    double.faults.add(delay_ms=60_000)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(double.request, "GET", "/v1/items")
        while not double.faults.list()[0]["fired"]:
            pass
        double.close()
        with pytest.raises(ConnectionResetError):
            waiting.result(10)


def test_a_forgotten_double_does_not_keep_the_program(document: Path) -> None:
    """A script that never ends its double ends all the same, without a word."""
    code = (
        "import sys; from apidouble import Double; double = Double(sys.argv[1]).start();"
        "print(double.url, double.state.count('items'))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code, str(document)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("http://127.0.0.1:")
    # On a busy machine asyncio's debug mode remarks that a callback took long: no word about the double.
    told = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    assert told == []

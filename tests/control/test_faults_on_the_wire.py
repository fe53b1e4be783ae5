"""Faults over real sockets: each is what it claims to be, for httpx, requests and curl."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from tests.control.doubles import Program

PATH = "/api/1/staff"


def plain_httpx(url: str) -> bytes:
    return httpx.get(url, timeout=10).content


def plain_requests(url: str) -> bytes:
    return requests.get(url, timeout=10).content


def plain_curl(url: str) -> bytes:
    done = subprocess.run(["curl", "-sS", "-m", "10", url], check=False, capture_output=True)
    if done.returncode:
        raise CurlError(done.returncode)
    return done.stdout


class CurlError(Exception):
    """curl's exit code: 18 partial file, 52 empty reply, 56 receive error."""


CLIENTS: dict[str, tuple[Callable[[str], bytes], dict[str, Any]]] = {
    "httpx": (
        plain_httpx,
        {
            "reset": httpx.ReadError,
            "empty": httpx.RemoteProtocolError,
            "truncated": httpx.RemoteProtocolError,
        },
    ),
    "requests": (
        plain_requests,
        {
            "reset": requests.ConnectionError,
            "empty": requests.ConnectionError,
            "truncated": requests.exceptions.ChunkedEncodingError,
        },
    ),
    "curl": (plain_curl, {"reset": 56, "empty": 52, "truncated": 18}),
}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == "curl" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return name


@pytest.fixture
def order(program: Program) -> Callable[[Any], None]:
    """Orders a fault; what was ordered before is taken back."""
    httpx.post(f"{program.url}/__admin/reset").raise_for_status()

    def ordered(fault: Any) -> None:
        answer = httpx.post(f"{program.url}/__admin/faults", json=fault)
        assert answer.status_code == 201, answer.text

    return ordered


@pytest.mark.parametrize("effect", ["reset", "empty", "truncated"])
@pytest.mark.parametrize("path", [PATH, "/nowhere"])
def test_broken_connections(
    program: Program, order: Callable[[Any], None], client: str, effect: str, path: str
) -> None:
    """A reset, an empty answer and a cut one are the client library's own errors; then all is well."""
    order({"effect": effect, "times": 1})
    call, errors = CLIENTS[client]
    if client == "curl":
        with pytest.raises(CurlError) as caught:
            call(f"{program.url}{path}")
        assert caught.value.args[0] == errors[effect]
    else:
        with pytest.raises(errors[effect]) as caught:
            call(f"{program.url}{path}")
        if effect == "reset":
            assert "reset by peer" in str(caught.value)
    assert call(f"{program.url}{path}")
    entries = httpx.get(f"{program.url}/__admin/requests").json()["requests"]
    assert [entry["status"] == 0 for entry in entries] == [effect != "truncated", False]


def test_a_reset_on_a_kept_connection(program: Program, order: Callable[[Any], None]) -> None:
    """Requests with bodies, and connections that were used before, break just so."""
    order({"match": {"method": "PUT"}, "effect": "reset"})
    with httpx.Client(base_url=program.url) as kept:
        assert kept.get(PATH).status_code == 200
        with pytest.raises(httpx.ReadError):
            kept.put(f"{PATH}/x", json={"first_name": "x" * 100_000})
        assert kept.get(PATH).status_code == 200


def test_no_noise(program: Program) -> None:
    """A connection that was dropped on purpose is no fault of the program: it prints nothing."""
    with Program("specs/staff.yaml", "--auth", "off") as running:
        for effect in ("reset", "empty", "truncated"):
            httpx.post(f"{running.url}/__admin/faults", json={"effect": effect, "times": 1})
            with pytest.raises(httpx.HTTPError):
                httpx.get(f"{running.url}{PATH}")
        assert not running.stop()


def test_malformed_json(program: Program, order: Callable[[Any], None], client: str) -> None:
    """The body is no JSON, although everything about the answer says so."""
    order({"effect": "malformed"})
    with pytest.raises(json.JSONDecodeError):
        json.loads(CLIENTS[client][0](f"{program.url}{PATH}"))
    assert httpx.get(f"{program.url}{PATH}").headers["content-type"] == "application/json"


def test_contract_breaking_answers(program: Program, order: Callable[[Any], None], client: str) -> None:
    """The body is JSON that the API's published contract forbids; without the fault it is allowed."""
    import jsonschema

    document = httpx.get(f"{program.url}/docs/staff/openapi.json").json()
    response = document["paths"][PATH]["get"]["responses"]["200"]
    while "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    judge = jsonschema.Draft4Validator({**schema, "components": document["components"]})
    call, _ = CLIENTS[client]
    order({"effect": "invalid", "times": 5})
    told = [json.loads(call(f"{program.url}{PATH}")) for _ in range(6)]
    assert [judge.is_valid(without_nullables(one)) for one in told] == [False] * 5 + [True]


def without_nullables(value: Any) -> Any:
    """Draft 4 knows no `nullable`: what may be null is left out."""
    if isinstance(value, dict):
        return {
            name: 1 if name == "hourly_rate_cents" and part is None else without_nullables(part)
            for name, part in value.items()
        }
    return [without_nullables(part) for part in value] if isinstance(value, list) else value


def test_slow_drip(program: Program, order: Callable[[Any], None], client: str) -> None:
    """The body comes in small parts with pauses, and whole."""
    whole = httpx.get(f"{program.url}{PATH}").content
    size = -(-len(whole) // 4)
    order({"effect": "drip", "drip": {"bytes": size, "pause_ms": 60}})
    started = time.perf_counter()
    assert CLIENTS[client][0](f"{program.url}{PATH}") == whole
    assert time.perf_counter() - started > 0.15
    with httpx.stream("GET", f"{program.url}{PATH}") as answer:
        assert len(next(answer.iter_raw())) == size


def test_delay(program: Program, order: Callable[[Any], None], client: str) -> None:
    """The answer comes late, and other requests do not wait for it."""
    order({"delay_ms": 200, "match": {"path": PATH}})
    started = time.perf_counter()
    CLIENTS[client][0](f"{program.url}{PATH}")
    assert time.perf_counter() - started >= 0.2


def test_status_and_retry_after(program: Program, order: Callable[[Any], None]) -> None:
    """A status comes in the API's own error shape."""
    order({"status": 503, "retry_after": 7})
    answer = httpx.get(f"{program.url}{PATH}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert "error" in answer.text


def test_the_same_faults_again(program: Program) -> None:
    """With the same seed the same requests are struck, in another sandbox and after a reset."""

    def struck(sandbox: str) -> list[int]:
        headers = {"Double-Sandbox": sandbox}
        with httpx.Client(base_url=program.url, headers=headers) as client:
            client.post("/__admin/reset")
            client.post("/__admin/faults", json={"status": 500, "probability": 0.5}).raise_for_status()
            return [client.get(PATH).status_code for _ in range(20)]

    first = struck("faults-a")
    assert set(first) == {200, 500}
    assert struck("faults-b") == struck("faults-a") == first

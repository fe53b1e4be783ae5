"""Same seed, same requests, two processes: the same bytes, `Date` included under a frozen clock."""

from __future__ import annotations

import json
import socket
from typing import Any

import httpx
from tests.control.doubles import Program
from tests.scenarios.conftest import CREDENTIALS

PERSON = {
    "first_name": "Ann",
    "last_name": "Lee",
    "email_address": "ann.lee@example.com",
    "login": "ann-lee",
    "type": "staff",
    "time_zone": "Australia/Perth",
}
CALLS: list[tuple[str, str, Any]] = [
    ("PUT", "/__admin/clock", {"now": "2030-01-01T00:00:00Z", "frozen": True}),
    ("GET", "/api/1/staff", None),
    ("POST", "/api/1/staff", {"staff": PERSON}),
    ("POST", "/api/1/staff", {"first_name": 1}),
    ("POST", "/api/1/staff", {"staff": {**PERSON, "login": "other"}}),
    ("GET", "/api/1/staff?limit=3", None),
    ("POST", "/__admin/clock/advance", {"days": 2}),
    ("GET", "/v2/customers/employees", None),
    ("POST", "/__admin/faults", {"status": 500, "probability": 0.5, "match": {"path": "/api/*"}}),
    *[("GET", f"/api/1/staff?limit={number}", None) for number in range(8)],
    ("POST", "/__admin/faults", {"effect": "malformed", "probability": 0.7}),
    *[("GET", f"/api/1/staff?offset={number}", None) for number in range(8)],
    ("POST", "/__admin/snapshots", {"name": "x"}),
    ("GET", "/__admin/snapshots/x", None),
    ("GET", "/__admin/state", None),
    ("POST", "/__admin/reset", {"keep": ["clock"]}),
    ("GET", "/__admin/state", None),
    ("GET", "/__admin/identities", None),
    ("GET", "/nowhere", None),
]


def raw(port: int, sandbox: str) -> list[bytes]:
    """All answers to the byte, heads included; every head with a host that does not name the port."""
    answers = []
    for method, path, body in CALLS:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            f"Double-Sandbox: {sandbox}",
        ]
        lines += [f"{name}: {value}" for name, value in CREDENTIALS.items()]
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}", "", ""]
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall("\r\n".join(lines).encode() + content)
            received = b""
            while part := connection.recv(65536):
                received += part
        answers.append(received.replace(f'"sandbox":"{sandbox}"'.encode(), b'"sandbox":""'))
    return answers


def test_two_processes_and_two_sandboxes_answer_alike() -> None:
    """Every byte of every answer is the same in another process, and in another sandbox."""
    with Program("--seed", "7") as one, Program("--seed", "7") as two:
        first = raw(one.port, "a")
        assert raw(two.port, "a") == first
        assert raw(one.port, "b") == first
        assert [answer.count(b"\r\ndate: ") for answer in first] == [1] * len(first)
        assert b"\r\ndate: Tue, 01 Jan 2030 00:00:00 GMT\r\n" in first[1]
        assert b"\r\ndate: Thu, 03 Jan 2030 00:00:00 GMT\r\n" in first[-1]
        assert any(answer.startswith(b"HTTP/1.1 201") for answer in first)
        assert {answer[9:12] for answer in first[9:17]} == {b"200", b"500"}


def test_another_seed_makes_other_data() -> None:
    """The seed is what decides: another one gives other records and ids."""
    with Program("specs/staff.yaml", "--seed", "8", "--auth", "off") as other:
        own = httpx.get(f"{other.url}/__admin/state").json()
        other_seed = {"name": "nine", "seed": 9}
        httpx.post(f"{other.url}/__admin/sandboxes", json=other_seed).raise_for_status()
        nine = httpx.get(f"{other.url}/__admin/state", headers={"Double-Sandbox": "nine"}).json()
    assert own != nine
    assert len(own["staff"]["staff"]) == len(nine["staff"]["staff"])

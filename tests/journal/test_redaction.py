"""Entries for people hold no credentials."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.operation import Scheme
from apidouble.errors import Violation
from apidouble.journal.entry import Entry
from apidouble.journal.redaction import HIDDEN, Secrets

SECRET = "s3cr3t-value"


def shown(**values: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"method": "GET", "path": "/a", "query": b"", "headers": {}} | values
    schemes = [
        Scheme("one", "apiKey", "header", "X-Shop-Key"),
        Scheme("two", "apiKey", "query", "Sig"),
        Scheme("three", "oauth2"),
    ]
    return Secrets.of(schemes).shown(Entry(**parts))


@pytest.mark.parametrize(
    "values",
    [
        {"headers": {"authorization": f"Bearer {SECRET}"}},
        {"headers": {"authorization": SECRET}},
        {"headers": {"authorization": f"Basic {SECRET}", "proxy-authorization": f"x {SECRET}"}},
        {"headers": {"cookie": f"sid={SECRET}"}},
        {"headers": {"x-api-key": SECRET}},
        {"headers": {"x-shop-key": SECRET}},
        {"query": f"access_token={SECRET}".encode()},
        {"query": f"ACCESS_TOKEN={SECRET}&a=1".encode()},
        {"query": f"sig={SECRET}&Sig={SECRET}".encode()},
        {"answer_headers": [("Set-Cookie", f"sid={SECRET}; Path=/")]},
        {"body": json.dumps({"password": SECRET, "name": "Bob"}).encode()},
        {"body": json.dumps({"user": {"client_secret": SECRET}}, indent=2).encode()},
        {"body": json.dumps({"password": f'a"b\\{SECRET}', "n": 1}).encode()},
        {"body": f'{{"password": "{SECRET}'.encode()},
        {"body": f"grant_type=password&username=bob&password={SECRET}&scope=a".encode()},
        {"answer_body": json.dumps({"access_token": SECRET, "expires_in": 60}).encode()},
    ],
    ids=repr,
)
def test_no_credential_is_shown(values: dict[str, Any]) -> None:
    """Headers, cookies, query, bodies, by usual names and by those of the security schemes."""
    text = json.dumps(shown(**values))
    assert SECRET not in text
    assert HIDDEN in text


def test_the_rest_is_shown() -> None:
    """What is no credential stays readable, beside what is: the scheme, names, other members."""
    entry = shown(
        query=b"limit=5&tag=a&tag=b&access_token=x",
        headers={"authorization": "Bearer x", "accept": "*/*"},
        body=b'{"password": "x", "name": "Bob", "passwords": 3}',
        status=422,
        answer_headers=[("X-A", "1"), ("X-A", "2")],
        answer_body=b'{"title": "no"}',
        seconds=0.0123,
        time=1_900_000_000.0,
        api="shop",
        operation_id="list",
        reason="no such thing",
        request_violations=[Violation("too short", "body", pointer="/name", keyword="minLength")],
    )
    assert entry["request"]["headers"] == {"authorization": "Bearer ***", "accept": "*/*"}
    assert entry["request"]["query"] == {"limit": ["5"], "tag": ["a", "b"], "access_token": ["***"]}
    assert json.loads(entry["request"]["body"]) == {"password": "***", "name": "Bob", "passwords": 3}
    assert entry["response"]["headers"] == [["X-A", "1"], ["X-A", "2"]]
    assert entry["response"]["body"] == '{"title": "no"}'
    assert (entry["time"], entry["duration_ms"]) == ("2030-03-17T17:46:40Z", 12.3)
    assert entry["violations"]["request"][0]["pointer"] == "/name"
    assert entry["violations"]["response"] == []
    json.dumps(entry)


def test_bodies_that_are_no_text() -> None:
    """Bytes that are no UTF-8 come as base64; a text cut inside a character stays a text."""
    assert shown(body=b"\xff\x00")["request"]["body_base64"] == "/wA="
    cut = Entry("GET", "/", b"", {}, "aé".encode()[:2])
    cut.body_size = 100
    part = Secrets().shown(cut)["request"]
    assert (part["body"], part["shortened"], part["body_size"]) == ("a", True, 100)
    assert shown()["request"]["body"] is None


@given(st.text(max_size=30), st.integers() | st.none() | st.booleans() | st.text(max_size=5))
def test_redacted_json_stays_json(secret: str, other: Any) -> None:
    """Whatever the secret is made of, the rest of the JSON text survives."""
    body = json.dumps({"a": other, "password": secret, "b": {"access_token": secret}, "c": other})
    text = shown(body=body.encode())["request"]["body"]
    assert json.loads(text) == {"a": other, "password": HIDDEN, "b": {"access_token": HIDDEN}, "c": other}

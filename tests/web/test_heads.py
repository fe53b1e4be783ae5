"""Request heads that are parsed once: which, how many, and what stays of them."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.web.heads import KEPT, Heads, KnownHead

HOST = (b"host", b"localhost")


def scope(*headers: tuple[bytes, bytes], version: str = "1.1") -> dict[str, Any]:
    return {"method": "GET", "headers": [HOST, *headers], "http_version": version, "client": ("::1", 1)}


def kept(heads: Heads, raw: bytes, read: dict[str, Any]) -> KnownHead | None:
    """What is kept once the head has come twice."""
    assert heads.keep(raw, read) is None
    return heads.keep(raw, read)


def test_the_second_time_is_remembered() -> None:
    """One head that never comes again takes no room; of another everything stays but the connection."""
    heads = Heads()
    assert heads.keep(b"GET /", scope()) is None
    assert heads.get(b"GET /") is None
    known = heads.keep(b"GET /", scope())
    assert known is not None
    assert heads.get(b"GET /") is known
    assert known.scope == {"method": "GET", "headers": [HOST], "http_version": "1.1"}
    assert known.length == 0
    assert heads.get(b"GET /other") is None


def test_the_length_of_the_body_is_known() -> None:
    """Content-Length says where the message ends (RFC 9112, section 6.3)."""
    known = kept(Heads(), b"POST /", scope((b"content-length", b"12"), (b"connection", b"Keep-Alive")))
    assert known is not None
    assert known.length == 12


@pytest.mark.parametrize(
    "read",
    [
        scope((b"connection", b"close")),
        scope((b"connection", b"keep-alive, upgrade")),
        scope((b"expect", b"100-continue")),
        scope((b"transfer-encoding", b"chunked")),
        scope((b"upgrade", b"h2c")),
        scope(version="1.0"),
    ],
)
def test_what_asks_for_more_is_parsed_each_time(read: dict[str, Any]) -> None:
    """The end of the connection, a word before the body, chunks, other protocols and versions."""
    heads = Heads()
    assert kept(heads, b"GET /", read) is None
    assert heads.get(b"GET /") is None


def test_room_is_bounded() -> None:
    """The oldest heads go, and very long ones are never kept."""
    heads = Heads()
    for number in range(KEPT + 10):
        assert kept(heads, b"GET /%d" % number, scope()) is not None
    gone = [heads.get(b"GET /%d" % number) is None for number in (0, 9, 10, KEPT + 9)]
    assert gone == [True, True, False, False]
    assert kept(heads, b"GET /" + b"a" * 5000, scope()) is None


def test_many_that_come_once_push_nobody_out() -> None:
    """Addresses that are all different leave those that come again where they are."""
    heads = Heads()
    known = kept(heads, b"GET /", scope())
    for number in range(25_000):
        assert heads.keep(b"GET /%d" % number, scope()) is None
    assert heads.get(b"GET /") is known

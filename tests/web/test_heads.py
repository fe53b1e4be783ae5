"""Request heads that are read without a parser: which, how many, and that they say what the parser says."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.web.heads import BLOCK, HEAD, KEPT, Heads

HOST = b"Host: localhost\r\n"
Headers = list[tuple[bytes, bytes]]


class Parser:
    """What uvicorn does with httptools, for one head: None where that refuses it."""

    def __init__(self) -> None:
        self.headers: Headers = []
        self.url = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    @classmethod
    def scope(cls, raw: bytes) -> dict[str, Any] | None:
        reader = cls()
        parser = httptools.HttpRequestParser(reader)
        try:
            parser.feed_data(raw)
            url = httptools.parse_url(reader.url)
        except (httptools.HttpParserError, httptools.HttpParserInvalidURLError):
            return None
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": parser.get_http_version(),
            "method": parser.get_method().decode(),
            "path": unquote(url.path.decode()),
            "raw_path": url.path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": reader.headers,
            "client": ("::1", 1),
        }


def head(line: bytes = b"GET / HTTP/1.1", headers: bytes = HOST) -> bytes:
    return line + b"\r\n" + headers + b"\r\n"


def tell(heads: Heads, raw: bytes, times: int = 2) -> None:
    """Let the parser read these bytes some times."""
    scope = Parser.scope(raw)
    assert scope is not None
    for _ in range(times):
        heads.parsed(raw, scope)


def knowing(headers: bytes = HOST) -> Heads:
    """Heads that have met these headers."""
    heads = Heads()
    tell(heads, head(headers=headers))
    return heads


def test_headers_that_came_twice_are_known() -> None:
    """Whatever the request line is, the headers need no parser any more; nothing stays of the connection."""
    heads = Heads()
    tell(heads, head(), times=1)
    assert heads.read(head()) is None
    tell(heads, head(), times=1)
    first = heads.read(head(b"GET /a%20b/c?d=e%20f HTTP/1.1"))
    other = heads.read(head(b"DELETE /x HTTP/1.1"))
    assert first is not None
    assert other is not None
    assert first.scope[BLOCK] is other.scope[BLOCK] is first.block
    assert {
        name: first.scope[name] for name in ("method", "path", "raw_path", "query_string", "headers")
    } == {
        "method": "GET",
        "path": "/a b/c",
        "raw_path": b"/a%20b/c",
        "query_string": b"d=e%20f",
        "headers": [(b"host", b"localhost")],
    }
    assert "client" not in first.scope
    assert heads.read(head(headers=HOST + b"Accept: */*\r\n")) is None


def test_a_head_that_comes_again_is_the_same_one() -> None:
    """From the second time on a whole head is one object, by which others may remember what it means."""
    heads = knowing()
    line = b"GET /things HTTP/1.1"
    once, again, then = heads.read(head(line)), heads.read(head(line)), heads.read(head(line))
    assert once is not None
    assert once is not again
    assert again is not None
    assert again is then
    assert HEAD not in once.scope
    assert again.scope[HEAD] is again


def test_the_length_of_the_body_is_known() -> None:
    """Content-Length says where the message ends (RFC 9112, section 6.3)."""
    heads = knowing(HOST + b"Content-Length: 12\r\nConnection: Keep-Alive\r\n")
    known = heads.read(head(b"POST / HTTP/1.1", HOST + b"Content-Length: 12\r\nConnection: Keep-Alive\r\n"))
    assert known is not None
    assert known.block.length == 12


@pytest.mark.parametrize(
    "headers",
    [
        b"Connection: close\r\n",
        b"Connection: keep-alive, upgrade\r\n",
        b"Expect: 100-continue\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Upgrade: h2c\r\n",
    ],
)
def test_what_asks_for_more_is_parsed_each_time(headers: bytes) -> None:
    """The end of the connection, a word before the body, chunks and other protocols."""
    assert knowing(HOST + headers).read(head(headers=HOST + headers)) is None


def test_an_older_version_is_parsed_each_time() -> None:
    """HTTP/1.0 closes connections."""
    heads = Heads()
    tell(heads, head(b"GET / HTTP/1.0"))
    assert heads.read(head(b"GET / HTTP/1.0")) is None
    assert heads.read(head()) is None


@given(
    method=st.sampled_from([b"GET", b"POST", b"DELETE", b"BREW", b"get", b"CONNECT", b""]),
    target=st.binary(max_size=12) | st.text('/?#%a0:*~ \t"<>\\^`{|}', max_size=12).map(str.encode),
    end=st.sampled_from([b" HTTP/1.1", b" HTTP/1.0", b"  HTTP/1.1", b" HTTP/1.1 ", b"", b" http/1.1"]),
    slash=st.booleans(),
)
def test_lines_say_what_the_parser_says(method: bytes, target: bytes, end: bytes, slash: bool) -> None:
    """Whatever is read without the parser is what the parser would have read; it refuses none of it."""
    raw = head(method + b" " + b"/" * slash + target + end)
    known = knowing().read(raw)
    if known is not None:
        parsed = Parser.scope(raw)
        assert parsed is not None
        names = ("method", "path", "raw_path", "query_string", "headers", "http_version")
        assert {name: known.scope[name] for name in names} == {name: parsed[name] for name in names}


@given(path=st.text("/ab0-._~%2F{}", max_size=30), query=st.none() | st.text("ab=&?/%20+", max_size=30))
def test_plain_lines_need_no_parser(path: str, query: str | None) -> None:
    """Paths and queries of visible characters are read here."""
    line = f"GET /{path}" + (f"?{query}" if query is not None else "") + " HTTP/1.1"
    assert knowing().read(head(line.encode())) is not None


def test_room_is_bounded() -> None:
    """The oldest heads and headers go, and very long ones are never kept."""
    heads = knowing()
    lines = [b"GET /%d HTTP/1.1" % number for number in range(KEPT + 10)]
    for line in lines * 2:
        heads.read(head(line))
    same = [heads.read(head(line)) is heads.read(head(line)) for line in (lines[10], lines[-1])]
    assert same == [True, True]
    known = heads.read(head(lines[0]))
    assert known is not None
    assert HEAD not in known.scope
    assert heads.read(head(b"GET /" + b"a" * 5000 + b" HTTP/1.1")) is None
    for number in range(KEPT):
        tell(heads, head(headers=HOST + b"X: %d\r\n" % number))
    assert heads.read(head()) is None


def test_many_that_come_once_push_nobody_out() -> None:
    """Addresses that are all different leave those that come again where they are."""
    heads = knowing()
    heads.read(head())
    known = heads.read(head())
    for number in range(25_000):
        heads.read(head(b"GET /%d HTTP/1.1" % number))
    assert heads.read(head()) is known

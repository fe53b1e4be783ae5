"""Input that is broken on purpose, for all five APIs: a clear 4xx, the state untouched, never a 500.

In: one writing operation of each API, and every operation with parameters. Out: proof for each
kind of broken input. The double is strict, so that an answer in another shape than the documented
one would be a 500 as well.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

LIMIT = 10 * 1024 * 1024
JSON = {"Content-Type": "application/json"}


def send(api: Any, operation: Any, content: Any, **headers: Any) -> Any:
    """Send these bytes as the body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.request(operation.method, operation.url, content=content, headers=JSON | named)


def assert_refused(answer: Any, operation: Any, *statuses: int) -> None:
    """A client's error in the API's own form, with a reason."""
    assert answer.status_code in (statuses or (400, 422)), answer.text[:500]
    assert answer.headers["content-type"].partition(";")[0] in operation.media_types(answer.status_code)
    assert any(isinstance(text, str) and len(text) > 3 for text in answer.json().values())


def with_member(operation: Any, text: bytes) -> bytes:
    """The documented body with a further member, spelled out, wherever members are."""
    body = json.dumps(operation.body).encode()
    assert body.endswith(b"}")
    return body[:-1] + b', "extra": ' + text + b"}"


BROKEN = {
    "empty": b"",
    "blank": b"  \n",
    "cut": b'{"a": ',
    "comma": b'{"a": 1,}',
    "quotes": b"{'a': 1}",
    "word": b"nul",
    "two values": b"{} {}",
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "leading zero": b'{"a": 01}',
    "hexadecimal": b'{"a": 0x10}',
    "comment": b'{"a": 1 /* one */}',
    "NUL": b"\x00",
    "NUL in a string": b'{"a": "\x00"}',
    "NUL behind": b'{"a": 1}\x00',
    "control character": b'{"a": "\x1f"}',
    "broken UTF-8": b'{"a": "\xff\xfe"}',
    "cut UTF-8": b'{"a": "\xc3"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "lone surrogate": rb'{"a": "\ud800"}',
    "bad escape": rb'{"a": "\x41"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "form": b"a=1&b=2",
    "pickle": b"\x80\x04}\x94.",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_malformed_json(api: Any, writing: Any, picture: Callable[[str], list[Any]], content: bytes) -> None:
    """What is no JSON is refused, and nothing changes."""
    before = picture(writing.api)
    assert_refused(send(api, writing, content), writing)
    assert picture(writing.api) == before


@pytest.mark.parametrize("content", [b"null", b"5", b'"text"', b"[]", b"true", b"[{}]"])
def test_json_of_another_kind(api: Any, writing: Any, content: bytes) -> None:
    """Where an object is expected nothing else will do."""
    assert_refused(send(api, writing, content), writing)


DEEP = {
    "open": b"[" * 100_000,
    "closed": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 100_000,
    "closed objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "mixed": b'[{"a":' * 50_000,
    "quotes": b'["' * 100_000,
}


@pytest.mark.parametrize("content", DEEP.values(), ids=DEEP)
def test_deep_nesting(api: Any, writing: Any, picture: Callable[[str], list[Any]], content: bytes) -> None:
    """100,000 brackets are refused, by themselves and inside a member that nobody knows."""
    before = picture(writing.api)
    assert_refused(send(api, writing, content), writing)
    assert_refused(send(api, writing, with_member(writing, content)), writing)
    assert picture(writing.api) == before


@pytest.mark.parametrize(("depth", "fine"), [(50, True), (101, False), (1000, False)])
def test_nesting_has_a_limit(
    api: Any, writing: Any, picture: Callable[[str], list[Any]], depth: int, fine: bool
) -> None:
    """A hundred levels and no more, even where the contract would let them pass; the reason is told."""
    before = picture(writing.api)
    answer = send(api, writing, with_member(writing, b"[" * depth + b"]" * depth))
    if fine:
        assert "100" not in answer.text or answer.status_code < 300
        assert answer.status_code in {200, 201, 409, 422}
    else:
        assert_refused(answer, writing, 400)
        assert "100" in answer.text
        assert picture(writing.api) == before


def test_brackets_in_texts_are_no_nesting(api: Any, writing: Any) -> None:
    """Only structure counts."""
    answer = send(api, writing, with_member(writing, json.dumps("[{" * 5000 + '\\"').encode()))
    assert answer.status_code in {200, 201, 409, 422}


NUMBERS = {
    "2**64": str(2**64).encode(),
    "-2**63-1": str(-(2**63) - 1).encode(),
    "100 digits": b"9" * 100,
    "5,000 digits": b"9" * 5000,
    "minus 5,000 digits": b"-" + b"9" * 5000,
    "1e400": b"1e400",
    "-1e400": b"-1e400",
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_huge_numbers(api: Any, writing: Any, picture: Callable[[str], list[Any]], number: bytes) -> None:
    """Numbers beyond 64 bits are refused wherever they stand; nothing is stored."""
    before = picture(writing.api)
    assert_refused(send(api, writing, with_member(writing, number)), writing, 400)
    assert_refused(send(api, writing, with_member(writing, b'[{"x": [' + number + b"]}]")), writing, 400)
    assert picture(writing.api) == before


@pytest.mark.parametrize("number", [b"18446744073709551615000", b"1" * 400])
def test_digits_in_texts_are_no_numbers(api: Any, writing: Any, number: bytes) -> None:
    """Only numbers count."""
    answer = send(api, writing, with_member(writing, b'"' + number + b'"'))
    assert answer.status_code in {200, 201, 409, 422}


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "application",
        "application/",
        "/json",
        "json",
        "application/jsonx",
        "application/merge-patch+json",
        "x" * 5000,
    ],
)
def test_other_media_types(
    api: Any, writing: Any, picture: Callable[[str], list[Any]], media_type: str
) -> None:
    """A body that does not come as application/json is not read."""
    before = picture(writing.api)
    content = json.dumps(writing.body).encode()
    assert_refused(send(api, writing, content, Content_Type=media_type), writing, 415)
    assert picture(writing.api) == before


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
def test_json_by_any_spelling(api: Any, writing: Any, media_type: str) -> None:
    """Parameters and case do not matter."""
    answer = send(api, writing, json.dumps(writing.body).encode(), Content_Type=media_type)
    assert answer.status_code in {200, 201, 409, 422}


def test_other_charsets(api: Any, writing: Any) -> None:
    """What is not in the charset that it claims is refused, and so is a charset that nobody knows."""
    content = json.dumps(writing.body).encode() + b" \xff"
    for charset in ("utf-8", "us-ascii", "utf-16"):
        named = f"application/json; charset={charset}"
        assert_refused(send(api, writing, content, Content_Type=named), writing, 400, 422)
    for charset in ("nonsense", "base64", "rot13", "idna", "x" * 5000):
        named = f"application/json; charset={charset}"
        assert_refused(send(api, writing, content, Content_Type=named), writing, 415)


@pytest.mark.parametrize("coding", ["br", "zstd", "nonsense", "x" * 5000])
def test_content_codings(api: Any, writing: Any, picture: Callable[[str], list[Any]], coding: str) -> None:
    """A coding that the double does not know is 415 (RFC 9110, section 15.5.16), not a guess."""
    before = picture(writing.api)
    content = json.dumps(writing.body).encode()
    assert_refused(send(api, writing, content, Content_Encoding=coding), writing, 415)
    assert picture(writing.api) == before


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_broken_compression(api: Any, writing: Any, picture: Callable[[str], list[Any]], coding: str) -> None:
    """What claims to be compressed and is not, or breaks off, is refused."""
    before = picture(writing.api)
    content = json.dumps(writing.body).encode()
    for broken in (content, gzip.compress(content)[:-12], b"", b"\x1f\x8b"):
        assert_refused(send(api, writing, broken, Content_Encoding=coding), writing, 400, 415, 422)
    assert picture(writing.api) == before


def test_a_compressed_flood(api: Any, writing: Any, picture: Callable[[str], list[Any]]) -> None:
    """The limit counts what a body unpacks to."""
    before = picture(writing.api)
    content = gzip.compress(with_member(writing, b'"' + b"x" * LIMIT * 10 + b'"'))
    assert len(content) < LIMIT / 10
    assert_refused(send(api, writing, content, Content_Encoding="gzip"), writing, 413)
    assert picture(writing.api) == before


def test_a_body_over_the_limit(api: Any, writing: Any, picture: Callable[[str], list[Any]]) -> None:
    """10 MiB and no more, whether the length is announced or not."""
    before = picture(writing.api)
    content = with_member(writing, b'"' + b"x" * LIMIT + b'"')
    assert_refused(send(api, writing, content), writing, 413)
    chunks = (content[at : at + 2**20] for at in range(0, len(content), 2**20))
    assert_refused(send(api, writing, chunks), writing, 413)
    assert picture(writing.api) == before


def test_a_large_body_within_the_limit(api: Any, writing: Any) -> None:
    """A few megabytes are fine."""
    answer = send(api, writing, with_member(writing, b'"' + b"x" * (LIMIT // 4) + b'"'))
    assert answer.status_code in {200, 201, 409, 422}


def test_the_limit_can_be_set(double: Callable[..., Any], writing: Any) -> None:
    """The limit is a setting, in bytes, and counts what is sent."""
    api = double(body_limit=5000)
    for size, fine in ((4990, True), (5001, False)):
        body = json.dumps(writing.body).encode()
        answer = send(api, writing, body + b" " * (size - len(body)))
        assert (answer.status_code != 413) is fine


@pytest.mark.parametrize("tail", [b"%", b"%z", b"%zz", b"%4", b"%\xc3", b"%C3%28", b"%FF", b"%ED%A0%80"])
def test_bad_escapes_in_a_path(api: Any, operation: Any, tail: bytes) -> None:
    """A path that cannot be decoded is a client's error."""
    target = operation.url.partition("?")[0].encode() + tail
    answer = api.request(operation.method, "/", target=target)
    assert answer.status_code in {400, 404, 405, 422}, answer.text


def query_parameters(operation: Any) -> list[str]:
    """Names of the declared query parameters; none of them is an array."""
    return [one["name"] for one in operation.parameters if one["in"] == "query"]


@pytest.mark.parametrize("value", [b"%", b"%zz", b"%4", b"%FF", b"%C3%28", b"%ED%A0%80"])
def test_bad_escapes_in_a_query(api: Any, operation: Any, value: bytes) -> None:
    """A value that cannot be decoded is a client's error, for each declared parameter."""
    for name in query_parameters(operation):
        target = operation.url.partition("?")[0].encode() + b"?" + name.encode() + b"=" + value
        answer = api.request(operation.method, "/", target=target)
        assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text)
        assert answer.status_code not in {401, 404}


def test_repeated_parameters(api: Any, operation: Any) -> None:
    """A parameter that is no array is given once."""
    for name in query_parameters(operation):
        for pair in ((b"1", b"1"), (b"1", b"2"), (b"", b"x")):
            query = b"&".join(name.encode() + b"=" + value for value in pair)
            target = operation.url.partition("?")[0].encode() + b"?" + query
            answer = api.request(operation.method, "/", target=target)
            assert answer.status_code in {400, 422}, (name, answer.text)
            assert name in answer.text


QUERIES = [
    b"&&&",
    b"=",
    b"=x",
    b"?",
    b"??",
    b"a" * 5000,
    b"[]=1",
    b"a[b][c]=d",
    b"x=" + b"%F0%9F%98%80",
]


@pytest.mark.parametrize("query", QUERIES)
def test_odd_queries(api: Any, reading: Any, query: bytes) -> None:
    """What declares nothing changes nothing."""
    joint = b"&" if "?" in reading.url else b"?"
    answer = api.request("GET", "/", target=reading.url.encode() + joint + query)
    assert (answer.status_code, answer.content) == (200, api.get(reading.url).content)


@pytest.mark.parametrize("query", [b"%00", b"%00=x", b"x=%00", b"%ff", b"%zz=x", b"x=%"])
def test_unreadable_queries(api: Any, reading: Any, query: bytes) -> None:
    """A parameter that nobody knows may be anything, though what cannot be decoded may be refused."""
    joint = b"&" if "?" in reading.url else b"?"
    answer = api.request("GET", "/", target=reading.url.encode() + joint + query)
    assert answer.status_code in {200, 400, 422}


@pytest.mark.parametrize("part", [b"%00", b"%2F", b"..%2f..", b"%252e", b"%20", b"%F0%9F%98%80", b"x" * 3000])
def test_odd_identifiers(api: Any, addressed: Any, part: bytes) -> None:
    """Whatever stands for an identifier: found or not, but never a fault."""
    url = addressed.url.partition("?")[0]
    for parameter in addressed.parameters:
        if parameter["in"] == "path":
            example = str(parameter["example"]).encode()
            target = url.encode().replace(example, part)
            body = {"json": addressed.body} if addressed.body is not None else {}
            answer = api.request(addressed.method, "/", target=target, **body)
            assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", b"Bearer \xff\xfe"),
        ("Authorization", b"Bearer " + b"x" * 20_000),
        ("Authorization", b""),
        ("Content-Type", b"\xff"),
        ("Accept", b"\xff/\xff;q=\xff"),
        ("Accept", b"application/json;q=nonsense"),
        ("Accept", b"," * 5000),
        ("Double-Sandbox", b"\xff\xfe"),
        ("Double-Sandbox", b"../../etc"),
        ("Content-Length", b"nonsense"),
        ("Content-Length", b"-1"),
        ("Content-Length", b"9" * 400),
        ("Origin", b"\xff"),
        ("Prefer", b"code=\xff, example=,,,"),
        ("If-Match", b'"\xff'),
        ("X-Api-Key", b"\xff" * 500),
    ],
)
def test_odd_headers(api: Any, writing: Any, name: str, value: bytes) -> None:
    """A header of any bytes is no fault of ours."""
    answer = send(api, writing, json.dumps(writing.body).encode(), **{name: value})
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("seed", range(25))
def test_mutilated_bodies(api: Any, writing: Any, seed: int) -> None:
    """The documented body with bytes changed, lost, doubled: accepted or refused, never a fault."""
    random = Random(f"{writing}{seed}")
    for _ in range(8):
        content = bytearray(json.dumps(writing.body).encode())
        for _ in range(random.randint(1, 6)):
            at = random.randrange(len(content))
            match random.randrange(4):
                case 0:
                    content[at] = random.randrange(256)
                case 1:
                    del content[at : at + random.randint(1, 5)]
                case 2:
                    content[at:at] = bytes(random.choices(b'{}[]",:0123456789eE+-.\\u \x00\xff', k=3))
                case _:
                    content[at:at] = content[at : at + 10]
            content = content or bytearray(b"x")
        answer = send(api, writing, bytes(content))
        assert answer.status_code in {200, 201, 400, 402, 409, 422}, (bytes(content), answer.text)
    assert send(api, writing, json.dumps(writing.body).encode()).status_code < 500

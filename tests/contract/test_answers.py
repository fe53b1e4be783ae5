"""Choosing among declared media types, and encoding in them."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.answers import concrete, encode, negotiate
from apidouble.contract.operation import Media, Response
from apidouble.contract.texts import Readings
from apidouble.document.document import Document
from apidouble.document.published import Published


def response(*names: str) -> Response:
    return Response("200", "", {name: Media(name, None) for name in names}, {})


def chosen(accept: str, *names: str) -> str | None:
    media = negotiate(accept, response(*names))
    return None if media is None else media.media_type


JSON, XML, TEXT, HAL = "application/json", "application/xml", "text/plain", "application/hal+json"

CASES: list[tuple[str, tuple[str, ...], str | None]] = [
    ("", (JSON, XML), JSON),
    ("", (XML, JSON), JSON),
    ("", (XML, TEXT), XML),
    ("*/*", (TEXT, HAL), HAL),
    ("application/xml", (JSON, XML), XML),
    ("application/xml;q=0.5, application/json;q=0.4", (JSON, XML), XML),
    ("application/json;q=0, */*", (JSON, XML), XML),
    ("text/*", (JSON, TEXT), TEXT),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", (JSON, TEXT), JSON),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", (JSON, XML), XML),
    ("text/html", (JSON,), None),
    ("application/json;q=0", (JSON,), None),
    ("*/*;q=0", (JSON,), None),
    ("application/json", (HAL,), HAL),
    ("application/vnd.github+json", (JSON,), JSON),
    ("application/hal+json", (JSON, HAL), HAL),
    ("text/xml", (XML,), XML),
    ("image/png", ("image/*",), "image/*"),
    ("image/png", ("*/*",), "*/*"),
    ("APPLICATION/JSON", (JSON,), JSON),
    ("application/json; version=2", (JSON,), JSON),
    ("nonsense", (JSON,), JSON),
    (",,;q=1,", (JSON,), JSON),
    ("application/json;q=abc, application/xml", (JSON, XML), XML),
    ("*", (JSON,), JSON),
    ("application/json", (), None),
]


@pytest.mark.parametrize(("accept", "names", "expected"), CASES)
def test_the_best_liked_type_is_chosen(accept: str, names: tuple[str, ...], expected: str | None) -> None:
    """Weights first, then what is named, then JSON, then the order of the document; None for 406."""
    assert chosen(accept, *names) == expected


@given(st.text(max_size=60), st.lists(st.sampled_from([JSON, XML, TEXT, HAL, "image/*"]), unique=True))
def test_any_header_chooses_something_declared_or_nothing(accept: str, names: list[str]) -> None:
    """A hostile Accept header is no crash."""
    assert chosen(accept, *names) in {None, *names}


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/*+json", "application/json"),
        ("text/*", "text/plain"),
        ("image/*", "image/png"),
        ("font/*", "application/octet-stream"),
    ],
)
def test_a_range_is_sent_as_one_of_its_members(declared: str, sent: str) -> None:
    """No answer says `Content-Type: image/*`."""
    assert concrete(declared) == sent


def media(name: str, schema: Any = None, **components: Any) -> Media:
    root = {"components": {"schemas": components}}
    reading = Readings(Document("t", "", "3.1.0", root, Published.of({})).resolve).of(schema)
    return Media(name, schema, reading=reading if schema is not None else None)


VALUES: list[tuple[str, Any, Any, bytes]] = [
    (JSON, None, {"a": [1, None]}, b'{"a":[1,null]}'),
    (HAL, None, "x", b'"x"'),
    ("*/*", None, {"a": 1}, b'{"a":1}'),
    (TEXT, None, "ü", "ü".encode()),
    (TEXT, None, 5, b"5"),
    ("text/html", None, "<p>", b"<p>"),
    ("image/png", None, b"\x89PNG", b"\x89PNG"),
    ("image/png", {"type": "string", "format": "byte"}, "iVBO", base64.b64decode("iVBO")),
    ("image/png", {"type": "string", "contentEncoding": "base64"}, "?", b"?"),
    ("application/octet-stream", {"type": "string", "format": "binary"}, "abc", b"abc"),
    ("application/x-ndjson", None, [{"a": 1}, {"a": 2}], b'{"a":1}\n{"a":2}\n'),
    ("text/event-stream", None, [{"a": 1}], b'data: {"a":1}\n\n'),
    (
        "application/x-www-form-urlencoded",
        None,
        {"a": [1, "x y"], "b": {"c": True}, "d": None},
        b"a=1&a=x+y&b%5Bc%5D=true",
    ),
    (XML, None, "<a/>", b"<a/>"),
    (JSON, None, {"file": b"abc"}, b'{"file":"YWJj"}'),
]


@pytest.mark.parametrize(("name", "schema", "value", "raw"), VALUES)
def test_a_value_is_encoded_as_its_type_wants(name: str, schema: Any, value: Any, raw: bytes) -> None:
    """JSON families, text, forms, lines, binary data."""
    assert encode(value, media(name, schema)) == raw


def test_xml_follows_the_hints() -> None:
    """The root is called after the component, members by their hints."""
    pet = {"type": "object", "properties": {"id": {"type": "integer", "xml": {"attribute": True}}}}
    raw = encode({"id": 5, "name": "A & B"}, media(XML, {"$ref": "#/components/schemas/Pet"}, Pet=pet))
    assert raw == b'<?xml version="1.0" encoding="UTF-8"?>\n<Pet id="5"><name>A &amp; B</name></Pet>'


def test_what_is_no_json_value_is_no_answer() -> None:
    """It is a fault of ours, and says so."""
    with pytest.raises(orjson.JSONEncodeError):
        encode({"a": object()}, media(JSON))

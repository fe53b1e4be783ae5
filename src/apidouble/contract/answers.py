"""Answers: the declared media type that a client accepts, and a value encoded in it.

In: an Accept header and a declared `Response`; a value and its `Media`. Out: `Media`, bytes, the
concrete media type. May not know: web, what an operation does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from apidouble.contract.forms import write_urlencoded
from apidouble.contract.media_types import FORM, is_json, is_json_lines, is_text, is_xml
from apidouble.contract.operation import Media, Response
from apidouble.contract.texts import anything
from apidouble.contract.xml_body import write_xml
from apidouble.json_bytes import json_bytes

_CONCRETE: Mapping[str, str] = MappingProxyType(
    {
        "*": "application/json",
        "*/*": "application/json",
        "application/*": "application/json",
        "text/*": "text/plain",
        "image/*": "image/png",
        "audio/*": "audio/mpeg",
        "video/*": "video/mp4",
    }
)


def negotiate(accept: str, response: Response) -> Media | None:
    """The declared media type that the client likes best (RFC 9110 section 12.5.1); None: 406.

    No header, or an empty one, accepts everything. JSON goes before others that are liked as much.
    """
    chosen = _choose(accept, tuple(response.content))
    return None if chosen is None else response.content[chosen]


def concrete(media_type: str) -> str:
    """A media type to send for a declared one, which may be a range (`image/*`)."""
    if "*" not in media_type:
        return media_type
    main, _, sub = media_type.partition("/")
    if sub.startswith("*+"):
        return f"{main}/{sub[2:]}"
    return _CONCRETE.get(media_type, "application/octet-stream")


def encode(value: Any, media: Media) -> bytes:
    """A value as bytes of a declared media type.

    bytes pass as they are. For types that are no text, a string in base64 is decoded where the schema
    says `format: byte` or `contentEncoding: base64`.
    """
    if isinstance(value, bytes):
        return value
    name = concrete(media.media_type)
    if is_json(name):
        return json_bytes(value, _plain)
    if is_xml(name) and not isinstance(value, str):
        return write_xml(value, media.reading or anything())
    if name == FORM and isinstance(value, dict):
        return write_urlencoded(value)
    if is_json_lines(name) and isinstance(value, list):
        return b"".join(json_bytes(one, _plain) + b"\n" for one in value)
    if name == "text/event-stream" and not isinstance(value, str):
        events = value if isinstance(value, list) else [value]
        return b"".join(b"data: " + json_bytes(event, _plain) + b"\n\n" for event in events)
    if isinstance(value, str):
        if not is_text(name) and not is_xml(name) and _in_base64(media.schema):
            try:
                return base64.b64decode(value, validate=True)
            except binascii.Error:
                return value.encode()
        return value.encode("utf-8", "replace")
    return json_bytes(value, _plain)


def _in_base64(schema: Any) -> bool:
    return isinstance(schema, dict) and (
        schema.get("format") == "byte" or schema.get("contentEncoding") == "base64"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def json_media(content: Mapping[str, Media]) -> Media | None:
    """The first declared media type that JSON can fill."""
    for media in content.values():
        if media.media_type.endswith("json") or media.media_type in {"*/*", "application/*"}:
            return media
    return None


def described(content: Mapping[str, Media]) -> Media | None:
    """The first declared media type with a schema."""
    return next((media for media in content.values() if media.schema is not None), None)


# Negotiation


@lru_cache(2048)
def _choose(accept: str, declared: tuple[str, ...]) -> str | None:
    ranges = _ranges(accept)
    if not declared:
        return None
    best: str | None = None
    best_rank: tuple[float, int, float] = (0.0, 0, 0.0)
    for index, name in enumerate(declared):
        quality, fit = _quality(name, ranges)
        if quality <= 0:
            continue
        rank = (quality, fit, is_json(concrete(name)) - index / 1000)
        if best is None or rank > best_rank:
            best, best_rank = name, rank
    return best


@lru_cache(512)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their weights; what cannot be read is left out."""
    found = []
    for member in accept.lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        if name == "*":
            name = "*/*"
        main, slash, sub = name.partition("/")
        if not slash or not main or not sub:
            continue
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = _weight(parameter[2:])
        found.append((name, weight))
    return tuple(found) or (("*/*", 1.0),)


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def _quality(declared: str, ranges: tuple[tuple[str, float], ...]) -> tuple[float, int]:
    """The weight that the most specific matching range gives to a declared type, and how specific it is."""
    best, best_fit = 0.0, -1
    for name, weight in ranges:
        fit = _fit(declared, name)
        if fit > best_fit:
            best, best_fit = weight, fit
    return best, best_fit


def _fit(declared: str, wanted: str) -> int:
    """How well a range fits a declared type: 3 exactly, 2 as a member of the JSON or XML family, -1 not."""
    if declared == wanted:
        return 3
    main = declared.partition("/")[0]
    wanted_main, _, wanted_sub = wanted.partition("/")
    if wanted == "*/*":
        return 0
    if wanted_sub == "*":
        return 1 if main in {wanted_main, "*"} else -1
    if "*" in declared:
        # The document promises a range: any member of it may be sent.
        return 2 if main in {wanted_main, "*"} else -1
    if (is_json(declared) and is_json(wanted)) or (is_xml(declared) and is_xml(wanted)):
        # `application/vnd.api+json` is JSON to whoever asks for JSON, and the other way round.
        return 2
    return -1

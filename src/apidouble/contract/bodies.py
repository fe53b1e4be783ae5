"""Request bodies: the declared media type that one belongs to, its value, whether it fits.

In: a `Body`, the Content-Type header, raw bytes (decompressed). Out: a value and its `Media`;
`Refusal` 400 for what cannot be read, 415 for what is not accepted. May not know: web, what an
operation does.

The value is plain JSON, but for media types that are neither text, JSON, XML nor a form: those
stay bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apidouble.contract.forms import broken, read_multipart, read_urlencoded
from apidouble.contract.json_body import parse_json
from apidouble.contract.media_types import (
    FORM,
    MULTIPART,
    choose,
    codec,
    is_json,
    is_json_lines,
    is_text,
    is_xml,
    is_yaml,
    read_content_type,
)
from apidouble.contract.operation import Body, Media
from apidouble.contract.texts import Reading, anything
from apidouble.contract.xml_body import read_xml
from apidouble.contract.yaml_body import read_yaml
from apidouble.errors import Refusal, Violation

_JSON = "application/json"
_REFUSED = 16
"""Refused bodies that are kept for a media type of an operation."""
_LONGEST = 2048
"""Bytes of a refused body that is kept."""


def decode_body(body: Body, content_type: str, raw: bytes, *, depth_limit: int = 100) -> tuple[Any, Media]:
    """The value of a request body and the declared media type that it was read by.

    `content_type` is the header as sent, '' where there is none: then the body is JSON where JSON is
    declared. Raises `Refusal` 415, naming what is accepted, and 400 for what cannot be read.
    """
    media = body.content.get(content_type)
    if media is not None and content_type == _JSON:
        return parse_json(raw, depth_limit), media
    name, parameters = read_content_type(content_type)
    media = _media(body, name)
    if not name:
        name = media.media_type
    return _read(media, name, parameters, raw, depth_limit), media


def is_absent(body: Body, content_type: str, raw: bytes) -> bool:
    """Whether a request has no body.

    Nothing at all is a body where it is said to be a form, text or a file and the operation takes such;
    only JSON and XML cannot be empty.
    """
    if raw:
        return False
    if not content_type:
        return True
    name = read_content_type(content_type)[0]
    return is_json(name) or is_xml(name) or choose(name, body.content) is None


def check_body(media: Media, value: Any, content_type: str = "", raw: bytes = b"") -> Sequence[Violation]:
    """In which ways a decoded body breaks its schema.

    `content_type` and `raw`: what it was decoded from. What is wrong with the last refused bodies is kept:
    clients, and tests above all, send the same again, and words for people cost more than the verdict.
    """
    validator = media.validator
    if validator is None:
        return []
    if isinstance(value, bytes):
        # The lengths that a schema gives for binary data count bytes.
        value = value.decode("latin-1")
    if validator.is_valid(value):
        return []
    if not raw or len(raw) > _LONGEST:
        return validator.violations(value, "body")
    known = media.refused.get((content_type, raw))
    if known is None:
        for oldest in tuple(media.refused)[: max(len(media.refused) + 1 - _REFUSED, 0)]:
            media.refused.pop(oldest, None)
        known = media.refused[content_type, raw] = tuple(validator.violations(value, "body"))
    return known


def _media(body: Body, name: str) -> Media:
    content = body.content
    if not content:
        # Nothing is declared, so anything is read and nothing is checked.
        return Media(name or _JSON, None)
    if not name:
        if (media := content.get(_JSON)) is not None:
            return media
        if len(content) == 1:
            return next(iter(content.values()))
        raise _unsupported("has no Content-Type", content)
    chosen = choose(name, content)
    if chosen is None:
        raise _unsupported(f"is {name[:100]}", content)
    return content[chosen]


def _unsupported(what: str, content: Mapping[str, Media]) -> Refusal:
    accepted = ", ".join(content)
    # RFC 9110 section 15.5.16: Accept says what would have been taken.
    return Refusal(415, f"The body {what}; accepted: {accepted}.", headers=(("Accept", accepted),))


def _read(media: Media, name: str, parameters: Mapping[str, str], raw: bytes, depth_limit: int) -> Any:
    charset = _charset(parameters)
    if is_json(name) or (name in {"*/*", "*"} and raw[:1] in {b"{", b"["}):
        return parse_json(_as_utf8(raw, charset), depth_limit)
    reading = media.reading
    if name == FORM and (reading is None or "object" in reading.types or "string" not in reading.types):
        return read_urlencoded(raw, reading or anything(), media.encoding, depth_limit, charset or "utf-8")
    if name == MULTIPART:
        return read_multipart(raw, parameters.get("boundary", ""), reading or anything(), depth_limit)
    if is_xml(name):
        return read_xml(raw, reading or anything(), depth_limit, parameters.get("charset"))
    if is_json_lines(name):
        lines = _as_utf8(raw, charset).splitlines()
        return [parse_json(line, depth_limit) for line in lines if line.strip()]
    if is_text(name) or name == FORM:
        try:
            text = raw.decode(charset or "utf-8")
        except UnicodeDecodeError:
            raise broken(f"is not {charset or 'utf-8'}") from None
        if is_yaml(name) and reading is not None and "string" not in reading.types:
            return read_yaml(text, depth_limit)
        if _is_meant_as_json(reading, text.encode()):
            return parse_json(text.encode(), depth_limit)
        return text if reading is None else reading.of_text(text)
    return parse_json(raw, depth_limit) if _is_meant_as_json(reading, raw) else raw


def _is_meant_as_json(reading: Reading | None, raw: bytes) -> bool:
    """Whether what is called text or a file begins as JSON, and has a schema that only JSON can fill."""
    return reading is not None and "string" not in reading.types and raw.lstrip()[:1] in {b"{", b"["}


def _charset(parameters: Mapping[str, str]) -> str | None:
    named = parameters.get("charset")
    if named is None:
        return None
    known = codec(named)
    if known is None:
        raise Refusal(
            415, f"The body's charset {named[:50]!r} is not known; accepted: utf-8, utf-16, latin-1."
        )
    return known


def _as_utf8(raw: bytes, charset: str | None) -> bytes:
    if charset is None or charset in {"utf-8", "ascii"}:
        return raw
    try:
        return raw.decode(charset).encode()
    except UnicodeError:
        raise broken(f"is not {charset}") from None

"""The bytes of a request body.

In: ASGI messages. Out: the body, decompressed, within a limit; refusals 400, 413, 415. May not
know: what the bytes mean.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from starlette.types import Receive

from apidouble.errors import Refusal

WHOLE = "apidouble.body"
"""Scope key: the bytes of a body that is there already; `receive` gives them, too."""


class ClientGone(Exception):  # noqa: N818 - what happened, not what went wrong
    """The client has hung up; nobody waits for an answer."""


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body; refused with 413 as soon as it is known to be too long (RFC 9110, section 15.5.14)."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_long(limit)
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _rest(receive, body, limit)
    return whole_body(body, headers, limit)


def whole_body(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """All that was sent, decompressed; refused as `read_body` does."""
    if len(body) > limit:
        raise _too_long(limit)
    encoding = headers.get("content-encoding")
    if encoding is None or not body:
        return body
    encoding = encoding.strip().lower()
    return _decoded(body, encoding, limit) if encoding and encoding != "identity" else body


async def _rest(receive: Receive, first: bytes, limit: int) -> bytes:
    chunks, size = [first], len(first)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_long(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """Gzip and deflate undone, never beyond the limit (a bomb is refused like a long body)."""
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise Refusal(
            415,
            f"Content-Encoding {encoding[:50]} is not supported; send gzip, deflate or none.",
            headers=(("Accept-Encoding", "gzip, deflate, identity"),),
        )
    window = zlib.MAX_WBITS | 32
    if encoding == "deflate" and body[:1] not in {b"\x78", b"\x58", b"\x38"}:
        window = -zlib.MAX_WBITS
    inflater = zlib.decompressobj(window)
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise Refusal(400, f"The body is no valid {encoding}: {error}.") from None
    if len(plain) > limit:
        raise _too_long(limit)
    if not inflater.eof:
        raise Refusal(400, f"The body is no valid {encoding}: it ends too early.")
    return plain


def _too_long(limit: int) -> Refusal:
    return Refusal(413, f"The body is longer than {limit} bytes.", headers=(("Connection", "close"),))

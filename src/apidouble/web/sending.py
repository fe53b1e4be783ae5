"""Replies as ASGI messages. In: a reply. Out: `send` calls. May not know: what is answered."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache

from starlette.types import Message, Scope, Send

from apidouble.clock import Clock
from apidouble.engine.exchange import Reply
from apidouble.web import cors

OWN_DATE = "apidouble.date"
"""Scope extension: keeps the server from adding a `Date` to this answer, `() -> None`."""
ANSWER = "apidouble.answer"
"""Scope extension: writes a whole answer at once, `(status, header lines, body) -> bool`; False where
it cannot, and nothing is written."""
AtOnce = Callable[[int, bytes, bytes], bool]
_NO_BODY = frozenset({204, 205, 304})
_FRAMING = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})
_VARY_LINE = "vary: Origin\r\n"


def write_reply(at_once: AtOnce | None, reply: Reply, origin: str | None, *, head: bool) -> bool:
    """Write the whole answer without `send`, where nothing stands between application and server.

    False where that cannot be; then nothing is written, and `send_reply` has to do it.
    """
    if at_once is None or origin is not None:
        return False
    raw = reply.raw if reply.raw is not None else b""
    lines = _lines(reply, len(raw))
    body = b"" if head or reply.status in _NO_BODY else raw
    return lines is not None and at_once(reply.status, lines, body)


async def send_reply(send: Send, reply: Reply, origin: str | None, *, head: bool = False) -> None:
    """Send status, headers and body; HEAD gets the headers of GET (RFC 9110, section 9.3.2).

    `origin` is the page that a browser asks for, None where none does.
    """
    raw = reply.raw if reply.raw is not None else b""
    headers: list[tuple[bytes, bytes]] = []
    if reply.status not in _NO_BODY and reply.status >= 200:
        if raw or reply.media_type:
            headers.append((b"content-type", content_type(reply.media_type)))
        headers.append((b"content-length", b"%d" % len(raw)))
    else:
        raw = b""
        if reply.status == 205:
            # Clients wait for a body unless they are told that there is none (RFC 9110, section 15.3.6).
            headers.append((b"content-length", b"0"))
    for name, value in reply.headers:
        headers.append((name.encode("latin-1"), value.encode("latin-1", "replace")))
    if origin is not None:
        headers += cors.response_headers(origin, [name for name, _ in reply.headers])
    else:
        headers.append(cors.VARY)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else raw})


def _lines(reply: Reply, length: int) -> bytes | None:
    """The header lines of a plain answer; None for whatever the server should look at itself."""
    if reply.status < 200:
        return None
    text = ""
    if reply.status not in _NO_BODY:
        if length or reply.media_type:
            line = _type_line(reply.media_type)
            if line is None:
                return None
            text = f"{line}content-length: {length}\r\n"
        else:
            text = "content-length: 0\r\n"
    elif reply.status == 205:
        text = "content-length: 0\r\n"
    for name, value in reply.headers:
        start = _name(name)
        # Line breaks and other control characters must never reach the wire (RFC 9110, section 5.5).
        if start is None or (value and not value.isprintable()):
            return None
        text += f"{start}{value}\r\n"
    return (text + _VARY_LINE).encode("latin-1", "replace")


@lru_cache(512)
def _type_line(media_type: str) -> str | None:
    value = _content_type(media_type)
    return f"content-type: {value}\r\n" if value.isprintable() else None


@lru_cache(512)
def _name(name: str) -> str | None:
    """How the line of a header begins; None for what the server has to see."""
    low = name.lower()
    return None if low in _FRAMING or not low.replace("-", "").isalnum() else f"{low}: "


def content_type(media_type: str) -> bytes:
    """The header's value; text says its encoding."""
    return _content_type(media_type).encode("latin-1", "replace")


def _content_type(media_type: str) -> str:
    text = media_type or "application/json"
    if text.startswith("text/") and "charset" not in text:
        text += "; charset=utf-8"
    return text


def dated(send: Send, scope: Scope, clock: Clock) -> Send:
    """A `send` whose answers carry the `Date` of a clock that is not the real one."""
    own_date: Callable[[], None] | None = scope.get("extensions", {}).get(OWN_DATE)

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start" and not clock.real:
            if own_date is not None:
                own_date()
            date = formatdate(clock.timestamp(), usegmt=True).encode()
            message = {**message, "headers": [*message["headers"], (b"date", date)]}
        await send(message)

    return send_dated

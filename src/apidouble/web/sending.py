"""Replies as ASGI messages. In: a reply. Out: `send` calls. May not know: what is answered."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate

from starlette.types import Message, Scope, Send

from apidouble.clock import Clock
from apidouble.engine.exchange import Reply
from apidouble.web import cors

OWN_DATE = "apidouble.date"
"""Scope extension: keeps the server from adding a `Date` to this answer, `() -> None`."""
_NO_BODY = frozenset({204, 205, 304})


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
    for name, value in reply.headers:
        headers.append((name.encode("latin-1"), value.encode("latin-1", "replace")))
    if origin is not None:
        headers += cors.response_headers(origin, [name for name, _ in reply.headers])
    else:
        headers.append(cors.VARY)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else raw})


def content_type(media_type: str) -> bytes:
    """The header's value; text says its encoding."""
    text = media_type or "application/json"
    if text.startswith("text/") and "charset" not in text:
        text += "; charset=utf-8"
    return text.encode("latin-1", "replace")


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

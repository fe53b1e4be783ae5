"""Answers that go on until the client hangs up.

In: a reply with a stream. Out: ASGI messages. May not know: what is streamed.
"""

from __future__ import annotations

import asyncio
import contextlib

from starlette.types import Receive, Send

from apidouble.engine.exchange import Reply
from apidouble.web import cors
from apidouble.web.sending import content_type


async def send_stream(send: Send, receive: Receive, reply: Reply, *, head: bool) -> None:
    """Send the parts as they come; ends, and closes the stream, when the client is gone."""
    assert reply.stream is not None  # noqa: S101 - the caller has looked
    headers = [(b"content-type", content_type(reply.media_type)), cors.VARY]
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if head:
        await send({"type": "http.response.body", "body": b""})
        return
    parts = reply.stream()
    gone = asyncio.ensure_future(_hung_up(receive))
    try:
        while True:
            part = asyncio.ensure_future(anext(parts, None))
            await asyncio.wait({gone, part}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                part.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await part
                return
            chunk = part.result()
            await send({"type": "http.response.body", "body": chunk or b"", "more_body": chunk is not None})
            if chunk is None:
                return
    finally:
        gone.cancel()
        closing = getattr(parts, "aclose", None)
        if closing is not None:
            await closing()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

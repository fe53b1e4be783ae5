"""What happens, as it happens. In: a call. Out: a reply, or a stream. May not know: ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import orjson

from apidouble.control.desk import Call, answer
from apidouble.engine.exchange import Reply
from apidouble.journal.events import Event
from apidouble.journal.redaction import Secrets

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment shows that the stream still lives."""
STREAM = "text/event-stream"


def list_events(call: Call) -> Reply:
    """The events that are remembered; as a stream that goes on where the client accepts one."""
    wanted = call.query("sandbox", call.sandbox.name)
    sandbox = None if wanted == "*" else wanted
    after = call.query("after", 0)
    last = call.exchange.headers.get("last-event-id", "")
    if last.isascii() and last.isdecimal() and len(last) < 17:
        after = max(after, int(last))
    journal = call.desk.sandboxes.journal
    if STREAM not in call.exchange.headers.get("accept", ""):
        events = journal.events.recent(sandbox, after)
        return answer({"events": [one.shown(journal.secrets) for one in events]})
    reply = Reply(200, media_type=STREAM, headers=[("Cache-Control", "no-store")])
    reply.stream = lambda: _stream(call, sandbox, after)
    return reply


async def _stream(call: Call, sandbox: str | None, after: int) -> AsyncIterator[bytes]:
    journal = call.desk.sandboxes.journal
    feed = journal.events.subscribe(sandbox)
    # Without a number to go on from, a stream begins now.
    missed = journal.events.recent(sandbox, after) if after else []
    try:
        yield b": events of apidouble\n\n" + _written(missed, journal.secrets)
        while True:
            events = await feed.wait(KEEP_ALIVE)
            yield _written(events, journal.secrets) if events else b": still here\n\n"
    finally:
        feed.close()


def _written(events: Iterable[Event], secrets: Secrets) -> bytes:
    return b"".join(
        b"id: %d\nevent: %b\ndata: %b\n\n"
        % (event.number, event.kind.encode(), orjson.dumps(event.shown(secrets)))
        for event in events
    )

"""Stubs and faults carried out on the wire.

In: what a sandbox's plans decide about one request. Out: ASGI messages, late, wrong or none at all.
May not know: how the decision is made, how the engine answers.

A connection reset and an empty answer need the socket: the server that runs the double puts a
function for it into the scope (`apidouble.abort`); where there is none, the client library's own
read error stands for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NoReturn

import orjson
from starlette.types import Message, Receive, Scope, Send

from apidouble.engine.exchange import NOTHING, Reply
from apidouble.errors import Refusal
from apidouble.faults.plan import Action
from apidouble.faults.spoil import contract_breaking, malformed, truncated
from apidouble.json_bytes import json_bytes
from apidouble.stubs import StubAnswer
from apidouble.web.arrival import Arrival

ABORT = "apidouble.abort"
"""Scope extension: a function that ends the connection, `(reset: bool) -> None`."""

Next = Callable[[Scope, Receive, Send], Any]


Abort = Callable[[bool], None]


class ConnectionDropped(Exception):  # noqa: N818 - what happened, not what went wrong
    """The connection was ended on purpose; there is nothing to send."""

    def __init__(self, *, done: bool) -> None:
        super().__init__("the connection was dropped by a fault")
        self.done = done
        """Whether it has ended; else whoever called the application has to end it."""


def stub_reply(answer: StubAnswer) -> Reply:
    """A canned answer as a reply."""
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-type"]
    declared = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    body = answer.body
    if body is NOTHING:
        return Reply(answer.status, media_type=declared, headers=headers, raw=b"", violations=())
    as_text = isinstance(body, str) and bool(declared) and "json" not in declared.lower()
    raw = body.encode() if as_text else json_bytes(body)
    media_type = declared or "application/json"
    return Reply(answer.status, body, media_type, headers, raw, violations=())


async def strike(
    action: Action, arrival: Arrival, scope: Scope, receive: Receive, send: Send, go_on: Next
) -> None:
    """Do to a request what a fault says: wait, refuse, drop the connection or spoil the answer."""
    if action.delay:
        await asyncio.sleep(action.delay)
    effect = action.effect
    # Now: routing puts other extensions in their place.
    abort: Abort | None = scope.get("extensions", {}).get(ABORT)
    if effect in {"reset", "empty"}:
        drop_connection(abort, reset=effect == "reset")
    if action.status is not None:
        headers = [("Retry-After", str(action.retry_after))] if action.retry_after is not None else []
        reason = f"This answer was ordered by {', '.join(action.faults)}."
        raise Refusal(action.status, reason, headers=headers)
    if effect is None:
        await go_on(scope, receive, send)
        return
    arrival.spoiled = _Spoiler(action, arrival, send, abort)
    arrival.at_once = None
    await go_on(scope, receive, arrival.spoiled)


def drop_connection(abort: Abort | None, *, reset: bool) -> NoReturn:
    """End the connection without an answer, or in the middle of one."""
    if abort is not None:
        abort(reset)
    raise ConnectionDropped(done=abort is not None)


class _Spoiler:
    """A `send` that spoils the answer on its way."""

    def __init__(self, action: Action, arrival: Arrival, send: Send, abort: Abort | None) -> None:
        self._abort = abort
        self._action = action
        self._arrival = arrival
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body" or self._start is None:
            await self._send(message)
            return
        body = message.get("body", b"")
        effect = self._action.effect
        if effect == "truncated":
            await self._truncated(body)
        elif effect == "drip":
            await self._drip(body)
        else:
            await self._whole(
                self._broken(body) if effect == "invalid" else malformed(body, self._action.chance)
            )

    async def _whole(self, body: bytes) -> None:
        await self._send(_with_length(self._start, len(body)))
        await self._send({"type": "http.response.body", "body": body})

    async def _truncated(self, body: bytes) -> None:
        """The length that was promised, and less than that; then the connection ends."""
        await self._send(_with_length(self._start, max(len(body), 1)))
        await self._send(
            {"type": "http.response.body", "body": truncated(body, self._action.chance), "more_body": True}
        )
        drop_connection(self._abort, reset=False)

    async def _drip(self, body: bytes) -> None:
        await self._send(_with_length(self._start, len(body)))
        size = max(1, self._action.drip_bytes)
        for at in range(0, len(body), size):
            chunk = body[at : at + size]
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(self._action.drip_pause)
        await self._send({"type": "http.response.body", "body": b""})

    def _broken(self, body: bytes) -> bytes:
        reply, route = self._arrival.reply, self._arrival.route
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return malformed(body, self._action.chance)
        fits: Callable[[Any], bool] = lambda value: True  # noqa: E731 - the default of what follows
        if route is not None and reply is not None:
            response = route.operation.response(reply.status)
            media = response.content.get(reply.media_type) if response is not None else None
            if media is not None and media.validator is not None:
                fits = media.validator.is_valid
        spoiled = contract_breaking(value, fits, self._action.chance)
        return malformed(body, self._action.chance) if spoiled is NOTHING else orjson.dumps(spoiled)


def _with_length(start: Message | None, length: int) -> Message:
    assert start is not None  # noqa: S101 - the start always comes first
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", b"%d" % length)]}

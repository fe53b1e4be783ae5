"""From an authenticated ASGI request to the engine and back.

In: an arrival with its operation and caller. Out: the engine's reply, as ASGI messages. May not
know: how state is kept, what an operation does.
"""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from apidouble.engine.exchange import NOTHING, Exchange
from apidouble.errors import Refusal
from apidouble.web.arrival import SCOPE_KEY, Arrival
from apidouble.web.requestbody import WHOLE, read_body, whole_body
from apidouble.web.sending import send_reply, write_reply
from apidouble.web.streaming import send_stream


class Bridge:
    """The innermost ASGI application."""

    def __init__(self, body_limit: int) -> None:
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit, read the body, answer."""
        arrival: Arrival = scope[SCOPE_KEY]
        route = arrival.route
        if route is None:
            raise Refusal(404, f"Nothing is served at {arrival.method} {arrival.path}.")
        head = arrival.head
        if head.inputs is None:
            names = dict(zip(route.parameter_names, head.values, strict=True))
            head.inputs = route.read(names, head.query, head.headers)
        inputs, violations = head.inputs
        exchange = Exchange(
            route.operation,
            inputs,
            NOTHING,
            "",
            arrival.identity,
            head.headers,
            arrival.base_url,
            arrival.path,
            head.query_text,
            arrival.sandbox.name,
            None,
            violations,
        )
        route.admit(exchange, arrival.sandbox)
        arrival.exchange = exchange
        if route.reads_body and arrival.entry is None:
            whole = scope.get(WHOLE)
            if whole is not None:
                arrival.body = whole_body(whole, head.headers, self._body_limit)
            else:
                arrival.body = await read_body(receive, head.headers, self._body_limit)
        reply = route.answer(exchange, arrival.body, arrival.sandbox)
        arrival.reply = reply
        if reply.stream is not None:
            await send_stream(send, receive, reply, head=arrival.method == "HEAD")
            return
        bare = arrival.method == "HEAD"
        if not write_reply(arrival.at_once, reply, arrival.origin, head=bare):
            await send_reply(send, reply, arrival.origin, head=bare)

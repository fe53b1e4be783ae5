"""The outermost ASGI application: sandbox, CORS, Connexion's stack, and what goes wrong.

In: ASGI. Out: ASGI; one `Observation` for each request. May not know: how operations are answered.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from apidouble.engine.compiled import bare_refusal
from apidouble.engine.exchange import Reply
from apidouble.errors import Refusal, Violation
from apidouble.sandbox import Sandbox
from apidouble.web import cors
from apidouble.web.addresses import Address, address_of
from apidouble.web.arrival import SCOPE_KEY, Arrival, Head, header_dict
from apidouble.web.control import Control
from apidouble.web.faults import ABORT, ConnectionDropped, strike, stub_reply
from apidouble.web.heads import BLOCK, HEAD, KEPT, Block, KnownHead
from apidouble.web.pages import Pages
from apidouble.web.recording import entry_of, record
from apidouble.web.requestbody import ClientGone, read_body
from apidouble.web.routing import TreeRouting, allowed, routed
from apidouble.web.sending import ANSWER, dated, send_reply, write_reply


@dataclass(frozen=True, slots=True)
class Observation:
    """What the request log shows."""

    method: str
    path: str
    status: int
    seconds: float
    sandbox: str
    reason: str
    operation_id: str


class Edge:
    """See the module's text."""

    def __init__(
        self,
        stack: ASGIApp,
        routing: TreeRouting,
        pages: Pages,
        sandboxes: Callable[[str], Sandbox],
        control: Control | None,
        *,
        cors_on: bool,
        body_limit: int,
        observers: list[Callable[[Observation], None]],
    ) -> None:
        self._stack = stack
        self._routing = routing
        self._pages = pages
        self._sandboxes = sandboxes
        self._control = control
        self._cors = cors_on
        self._body_limit = body_limit
        self._observers = observers
        self._heads: dict[KnownHead, Head] = {}
        self._headers: dict[Block, tuple[dict[str, str], int]] = {}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request; other scopes are the server's business.

        No coroutine of its own, like the layers below: each of them costs as much as finding a record.
        """
        if scope["type"] == "lifespan":
            return _lifespan(receive, send)
        if scope["type"] != "http":
            return _close_websocket(receive, send)
        started = perf_counter()
        known: KnownHead | None = scope.get(HEAD)
        head = self._heads.get(known) if known is not None else None
        if head is None:
            head = self._read(scope)
            if known is not None:
                if len(self._heads) >= KEPT:
                    del self._heads[next(iter(self._heads))]
                self._heads[known] = head
        if head.aside is not None:
            return head.aside(head, scope, receive, send)
        return self._request(head, scope, receive, send, started)

    def _read(self, scope: Scope) -> Head:
        """What the head of a request says."""
        headers, size = self._headers_of(scope)
        method: str = scope["method"]
        head = Head(method, scope["query_string"], headers, size, address_of(scope, headers))
        path = unquote(head.address.path)
        if self._control is not None and self._control.claims(path):
            head.to_control = True
        elif self._cors and method == "OPTIONS" and cors.is_preflight(method, headers):
            head.aside = self._preflight
        elif self._pages.claims(path):
            head.aside = self._page
        elif self._cors:
            head.origin = headers.get("origin")
        return head

    def _headers_of(self, scope: Scope) -> tuple[dict[str, str], int]:
        """The headers by name, and the length of their values."""
        block: Block | None = scope.get(BLOCK)
        found = self._headers.get(block) if block is not None else None
        if found is None:
            headers = header_dict(scope["headers"])
            found = headers, sum(map(len, headers.values()))
            if block is not None:
                if len(self._headers) >= KEPT:
                    del self._headers[next(iter(self._headers))]
                self._headers[block] = found
        return found

    async def _request(self, head: Head, scope: Scope, receive: Receive, send: Send, started: float) -> None:
        arrival: Arrival | None = None
        violations: Sequence[Violation] = ()
        control = self._control if head.to_control else None
        try:
            try:
                if control is not None:
                    control.access.check(scope, head.headers)
                sandbox = self._sandboxes(head.address.sandbox)
                arrival = scope[SCOPE_KEY] = Arrival(head, sandbox, started)
                if control is not None or not sandbox.clock.real:
                    send = dated(send, scope, sandbox.clock)
                elif "extensions" in scope:
                    arrival.at_once = scope["extensions"].get(ANSWER)
                if control is not None:
                    await _wait_once()
                    arrival.socket = ABORT in scope.get("extensions", {})
                    await control(scope, receive, send, arrival)
                elif sandbox.stubs.stubs or sandbox.faults.faults:
                    await self._intercepted(arrival, scope, receive, send)
                else:
                    await self._stack(scope, receive, send)
            except Refusal as refusal:
                reply = self._refused(refusal, arrival, head.address)
                await self._send(send, reply, arrival, head)
                violations = refusal.violations
        except ClientGone:
            if arrival is not None:
                arrival.reply = Reply(499, reason="the client hung up")
        except ConnectionDropped as dropped:
            if arrival is not None and arrival.reply is None:
                arrival.reply = Reply(0, reason=str(dropped))
            if not dropped.done:
                self._observe(arrival, head, started, violations)
                raise
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the client gets an answer and the server goes on
            reply = self._failed(error, arrival, head.address)
            if arrival is None or arrival.reply is None:
                await self._send(send, reply, arrival, head)
        self._observe(arrival, head, started, violations)

    async def _intercepted(self, arrival: Arrival, scope: Scope, receive: Receive, send: Send) -> None:
        """Let stubs, then faults, look at the request before anything else does."""
        route = routed(self._routing.methods(arrival.path), arrival.method)
        if route is not None:
            arrival.route, arrival.served = route[1].compiled, True
        arrival.body = await read_body(receive, arrival.headers, self._body_limit)
        arrival.entry = entry_of(arrival)
        sandbox = arrival.sandbox
        answer = sandbox.stubs.pick(arrival.entry)
        if answer is not None:
            if answer.delay:
                await asyncio.sleep(answer.delay)
            await self._send(send, stub_reply(answer), arrival, arrival.head)
            return
        action = sandbox.faults.pick(arrival.entry)
        if action is None:
            await self._stack(scope, receive, send)
        else:
            await strike(action, arrival, scope, receive, send, self._stack)

    def _refused(self, refusal: Refusal, arrival: Arrival | None, address: Address) -> Reply:
        if arrival is not None and refusal.status == 405 and arrival.method == "OPTIONS":
            return Reply(204, headers=list(refusal.headers))
        if arrival is None or arrival.route is None:
            return bare_refusal(refusal)
        reply = arrival.route.refuse(refusal, address.path)
        return reply if arrival.exchange is None else arrival.route.as_script(reply, arrival.exchange)

    def _failed(self, error: Exception, arrival: Arrival | None, address: Address) -> Reply:
        traceback.print_exception(error)
        refusal = Refusal(500, "The double failed on this request; its own log says where.")
        reply = self._refused(refusal, arrival, address)
        reply.reason = f"{type(error).__name__}: {error}"
        return reply

    @staticmethod
    async def _send(send: Send, reply: Reply, arrival: Arrival | None, head: Head) -> None:
        bare = head.method == "HEAD"
        if arrival is not None:
            arrival.reply = reply
            send = arrival.spoiled or send
            if write_reply(arrival.at_once, reply, head.origin, head=bare):
                return
        await send_reply(send, reply, head.origin, head=bare)

    def _observe(
        self,
        arrival: Arrival | None,
        head: Head,
        started: float,
        violations: Sequence[Violation],
    ) -> None:
        if arrival is not None and not head.to_control:
            record(arrival, arrival.reply, violations)
        if not self._observers:
            return
        seconds = perf_counter() - started
        reply = arrival.reply if arrival is not None else None
        observation = Observation(
            head.method,
            head.address.path,
            reply.status if reply is not None else 500,
            seconds,
            head.address.sandbox,
            reply.reason if reply is not None else "",
            arrival.route.operation.id if arrival is not None and arrival.route is not None else "",
        )
        for observer in self._observers:
            observer(observation)

    async def _preflight(self, head: Head, scope: Scope, receive: Receive, send: Send) -> None:
        declared = self._routing.methods(head.address.path)
        methods = allowed(declared) if declared else None
        start = {
            "type": "http.response.start",
            "status": 204,
            "headers": cors.preflight_headers(head.headers, methods),
        }
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    async def _page(self, head: Head, scope: Scope, receive: Receive, send: Send) -> None:
        await _wait_once()
        path, prefix = unquote(head.address.path), head.address.prefix
        await self._pages({**scope, "path": path, "root_path": prefix}, receive, send)


async def _wait_once() -> None:
    """From here on there is a task: our server starts none before something waits, but anyio and
    timeouts need one.
    """
    await asyncio.sleep(0)


async def _lifespan(receive: Receive, send: Send) -> None:
    """There is nothing to start or stop: a double is whole once it is built."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _close_websocket(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1000})

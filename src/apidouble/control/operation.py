"""One operation of the control API: the same interface as `engine.compiled.CompiledOperation`.

In: raw parameter values, headers, body bytes. Out: a `Reply`, or a `Refusal`. May not know: ASGI,
Connexion, what handlers do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from apidouble.contract import bodies
from apidouble.contract.operation import Inputs, Operation
from apidouble.control.desk import Call, Desk, Handler
from apidouble.engine.compiled import bare_refusal, invalid_status, told
from apidouble.engine.error_bodies import problem
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.errors import Refusal, Violation
from apidouble.json_bytes import json_bytes
from apidouble.sandbox import Sandbox

_PARAMETER = re.compile(r"\{([^{}]*)\}")


class ControlOperation:
    """See the module's text."""

    __slots__ = ("_depth_limit", "_desk", "_handler", "api", "operation", "parameter_names", "reads_body")

    def __init__(self, operation: Operation, handler: Handler, desk: Desk, depth_limit: int) -> None:
        self.api = operation.api
        self.operation = operation
        self.parameter_names = tuple(_PARAMETER.findall(operation.path))
        self.reads_body = operation.body is not None
        self._handler = handler
        self._desk = desk
        self._depth_limit = depth_limit

    def read(
        self, names: Mapping[str, str], query: bytes, headers: Mapping[str, str]
    ) -> tuple[Inputs, Sequence[Violation]]:
        """Decode the parameters."""
        return self.operation.read_inputs(names, query, headers)

    def admit(self, exchange: Exchange, world: Sandbox) -> None:
        """Whoever came so far may ask; what is wrong with the parameters is told with the body's faults."""

    def answer(self, exchange: Exchange, raw: bytes, world: Any) -> Reply:
        """Check the rest of the request, then let the handler act on the sandbox."""
        violations = list(exchange.violations)
        body = self.operation.body
        if body is not None and raw:
            content_type = exchange.headers.get("content-type", "")
            exchange.body, media = bodies.decode_body(body, content_type, raw, depth_limit=self._depth_limit)
            violations += bodies.check_body(media, exchange.body)
        elif body is not None and body.required:
            raise Refusal(400, "A request body is required.")
        if violations:
            # An id that cannot be is the id of nothing.
            in_path = all(one.location == "path" for one in violations)
            raise Refusal(404 if in_path else invalid_status(self.operation), told(violations), violations)
        sandbox: Sandbox = world
        reply = self._handler(Call(exchange, sandbox, self._desk))
        if reply.raw is None and reply.body is not NOTHING:
            reply.raw = json_bytes(reply.body)
        reply.violations = ()
        return reply

    def refuse(self, refusal: Refusal, path: str) -> Reply:
        """The refusal as problem details, with what the handler adds."""
        reply = bare_refusal(refusal)
        if refusal.extra:
            reply.raw = json_bytes({**problem(refusal), **refusal.extra})
        return reply

    def as_script(self, reply: Reply, exchange: Exchange) -> Reply:
        """As it is: the control API knows no JSONP."""
        return reply


class ControlEngine:
    """The control API's operations, compiled at first use."""

    def __init__(
        self,
        operations: Mapping[str, Operation],
        handlers: Mapping[str, Handler],
        desk: Desk,
        depth_limit: int,
    ) -> None:
        self._operations = operations
        self._handlers = handlers
        self._desk = desk
        self._depth_limit = depth_limit
        self._compiled: dict[str, ControlOperation] = {}

    def operation(self, name: str) -> ControlOperation:
        """The operation with this id."""
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = ControlOperation(
                self._operations[name], self._handlers[name], self._desk, self._depth_limit
            )
        return compiled

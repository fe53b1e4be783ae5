"""One request on its way, and what became of it.

In: raw parts as web has them. Out: `Entry`, which matchers, faults, stubs and the journal look at.
May not know: any web framework.

An entry holds references only; nothing is decoded, copied or formatted until somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson

from apidouble.errors import Violation

NO_BODY: Any = object()
"""Stands for a body that is no JSON and no form."""

_FORM = "application/x-www-form-urlencoded"


class Entry:
    """One request and, once there is one, its answer."""

    __slots__ = (
        "answer_body",
        "answer_headers",
        "answer_size",
        "answer_violations",
        "api",
        "body",
        "body_size",
        "event",
        "headers",
        "method",
        "number",
        "operation_id",
        "path",
        "query",
        "reason",
        "request_violations",
        "sandbox",
        "seconds",
        "size",
        "status",
        "time",
    )

    def __init__(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: Mapping[str, str],
        body: bytes = b"",
        sandbox: str = "default",
        api: str = "",
        operation_id: str = "",
        time: float = 0.0,
        status: int = 0,
        answer_headers: Sequence[tuple[str, str]] = (),
        answer_body: bytes = b"",
        seconds: float = 0.0,
        request_violations: Sequence[Violation] = (),
        answer_violations: Sequence[Violation] = (),
        reason: str = "",
    ) -> None:
        self.method = method
        self.path = path
        """Percent-encoded, without sandbox prefix."""
        self.query = query
        self.headers = headers
        """By lower-case name."""
        self.body = body
        self.body_size = len(body)
        """Bytes as sent; `body` may have been shortened."""
        self.sandbox = sandbox
        self.api = api
        self.operation_id = operation_id
        """'' where nothing is served at this method and path."""
        self.time = time
        """Seconds since the epoch, on the sandbox's clock."""
        self.status = status
        """0 until answered."""
        self.answer_headers = answer_headers
        self.answer_body = answer_body
        self.answer_size = len(answer_body)
        self.seconds = seconds
        self.request_violations = request_violations
        self.answer_violations = answer_violations
        self.reason = reason
        """Why it was refused, in words."""
        self.number = 0
        """Given by the journal: 1, 2, 3 ..."""
        self.event = 0
        """Its number among the events."""
        self.size = 0
        """Bytes it is counted with."""

    def query_values(self) -> dict[str, list[str]]:
        """Decoded query parameters, values in order."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query.decode("utf-8", "replace"), keep_blank_values=True):
            values.setdefault(name, []).append(value)
        return values

    def body_value(self) -> Any:
        """The decoded body: JSON, or a form as an object (repeated fields as arrays); else NO_BODY."""
        if not self.body:
            return NO_BODY
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
            form: dict[str, Any] = {}
            for name, value in parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True):
                held = form.get(name)
                form[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]
            return form
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return NO_BODY

"""Entries as JSON values for people, without the credentials in them.

In: entries, security schemes. Out: plain JSON values. May not know: web, how entries are kept.

What a client proves itself with never leaves the journal: the usual headers, cookies and query
parameters, those that the contracts' security schemes name, and members of JSON and form bodies
that carry secrets by their name (RFC 6749, RFC 7009, RFC 7636, OpenID Connect).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apidouble.contract.operation import Scheme
from apidouble.errors import Violation
from apidouble.journal.entry import Entry

HIDDEN = "***"

_HEADERS = frozenset(
    (
        "api-key",
        "apikey",
        "authorization",
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "x-access-token",
        "x-admin-token",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
    )
)
_QUERY = frozenset(
    (
        "access_token",
        "api-key",
        "api_key",
        "apikey",
        "assertion",
        "client_assertion",
        "client_secret",
        "code_verifier",
        "id_token",
        "id_token_hint",
        "password",
        "refresh_token",
        "token",
    )
)
_MEMBERS = (
    "password|passwd|current_password|new_password|client_secret|secret|access_token|refresh_token|"
    "id_token|api_key|apiKey|assertion|client_assertion|code_verifier"
)
_IN_JSON = re.compile(
    rf'("(?:{_MEMBERS})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,\[\]{{}}"]+)', re.IGNORECASE | re.DOTALL
)
_IN_FORM = re.compile(rf"((?:^|&)(?:{_MEMBERS})=)[^&]*", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}(?= )")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Names under which credentials travel, lower case."""

    headers: frozenset[str] = _HEADERS
    query: frozenset[str] = _QUERY

    @classmethod
    def of(cls, schemes: Iterable[Scheme]) -> Secrets:
        """The usual names and those of these security schemes."""
        keys = [scheme for scheme in schemes if scheme.kind == "apiKey"]
        return cls(
            _HEADERS | {scheme.parameter.lower() for scheme in keys if scheme.location == "header"},
            _QUERY | {scheme.parameter.lower() for scheme in keys if scheme.location == "query"},
        )

    def shown(self, entry: Entry) -> dict[str, Any]:
        """The whole entry."""
        return {
            **self.summary(entry),
            "request": {
                "method": entry.method,
                "path": entry.path,
                "query": {
                    name: [HIDDEN] * len(values) if name.lower() in self.query else values
                    for name, values in entry.query_values().items()
                },
                "headers": {name: self._header(name, value) for name, value in entry.headers.items()},
                **_body(entry.body, entry.body_size),
            },
            "response": {
                "status": entry.status,
                "headers": [[name, self._header(name, value)] for name, value in entry.answer_headers],
                **_body(entry.answer_body, entry.answer_size),
            },
            "violations": {
                "request": _violations(entry.request_violations),
                "response": _violations(entry.answer_violations),
            },
        }

    def summary(self, entry: Entry) -> dict[str, Any]:
        """One line's worth of the entry."""
        return {
            "id": entry.number,
            "time": datetime.fromtimestamp(entry.time, UTC).isoformat().replace("+00:00", "Z"),
            "sandbox": entry.sandbox,
            "api": entry.api or None,
            "operation_id": entry.operation_id or None,
            "method": entry.method,
            "path": entry.path,
            "status": entry.status,
            "duration_ms": round(entry.seconds * 1000, 3),
            "reason": entry.reason,
        }

    def _header(self, name: str, value: str) -> str:
        if name.lower() not in self.headers:
            return value
        scheme = _WORD.match(value) if name.lower().endswith("authorization") else None
        return f"{scheme[0]} {HIDDEN}" if scheme else HIDDEN


def _body(body: bytes, size: int) -> dict[str, Any]:
    """`body` as text, or `body_base64`; `body_size` in bytes as sent; `shortened` where some is missing."""
    shape: dict[str, Any] = {"body_size": size, "shortened": len(body) < size}
    if not body:
        return {"body": None, **shape}
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        if not shape["shortened"] or error.start < len(body) - 3:
            return {"body": None, "body_base64": base64.b64encode(body).decode(), **shape}
        text = body[: error.start].decode()
    return {"body": _IN_FORM.sub(rf"\1{HIDDEN}", _IN_JSON.sub(rf'\1"{HIDDEN}"', text)), **shape}


def _violations(violations: Sequence[Violation]) -> list[dict[str, str]]:
    return [
        {
            "message": violation.message,
            "location": violation.location,
            "name": violation.name,
            "pointer": violation.pointer,
            "keyword": violation.keyword,
        }
        for violation in violations
    ]

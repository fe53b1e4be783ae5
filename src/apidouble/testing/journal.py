"""What was asked of a sandbox: found, counted, verified.

In: matchers. Out: `Recorded` requests; AssertionError where the expected ones did not come. May
not know: how the journal is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from apidouble.errors import Refusal
from apidouble.testing.control import Control
from apidouble.testing.response import Headers

Scalar = str | int | float | bool | None


class Match(TypedDict, total=False):
    """Which requests are meant; what is absent fits anything, `*` in a text stands for any text."""

    method: str | list[str]
    path: str | list[str]
    """Without query."""
    operation_id: str | list[str]
    api: str | list[str]
    status: int | str | list[int | str]
    """404, or a range such as `4XX`."""
    query: Mapping[str, Scalar | Sequence[Scalar]]
    """Parameter -> value, all its values in order, or None for absent."""
    headers: Mapping[str, Scalar]
    body: str | list[str] | Mapping[str, Any]
    """JSONPath (RFC 9535) that finds something, or JSONPath -> value."""
    violation: bool | Literal["request", "response"]
    unmatched: bool
    since: int | str
    """After the request with this id, or not before this time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request that came, and its answer; credentials are shown as `***`."""

    id: int
    time: datetime
    """On the sandbox's clock."""
    api: str | None
    operation_id: str | None
    """None where nothing is served."""
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Headers
    body: str | None
    status: int
    """0 where the connection was dropped."""
    answer_headers: Headers
    answer: str | None
    reason: str
    """Why it was refused."""
    duration_ms: float
    request_violations: tuple[str, ...]
    answer_violations: tuple[str, ...]

    def json(self) -> Any:
        """The body of the request as a JSON value."""
        return json.loads(self.body or "")

    def __str__(self) -> str:
        tail = f" ({self.reason})" if self.reason else ""
        return f"{self.method} {self.path} -> {self.status or 'dropped'}{tail}"


class Requests:
    """See the module's text."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def find(self, **match: Unpack[Match]) -> list[Recorded]:
        """The requests that fit, oldest first."""
        return [_recorded(one) for one in self._control.post("requests", "find", body=match)["requests"]]

    def count(self, **match: Unpack[Match]) -> int:
        """How many requests fit."""
        return int(self._control.post("requests", "count", body=match)["count"])

    def verify(
        self,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **match: Unpack[Match],
    ) -> None:
        """AssertionError with what came instead, unless as many requests fit (without a number: any)."""
        times = {"exactly": exactly, "at_least": at_least, "at_most": at_most}
        given = {name: number for name, number in times.items() if number is not None}
        self._verify({"match": match} | ({"times": given} if given else {}))

    def verify_order(self, *matches: Match) -> None:
        """AssertionError unless requests fitted these one after the other, with any others in between."""
        self._verify({"order": list(matches)})

    def unmatched(self) -> list[str]:
        """Requests at which nothing is served, each with what it was probably meant for."""
        return [
            f"{one['method']} {one['path']}"
            + "".join(
                f"\n    near: {near['method']} {near['path']} ({near['reason']})" for near in one["near"]
            )
            for one in self._control.get("requests", "unmatched")["requests"]
        ]

    def violations(self, side: Literal["request", "response"] | None = None) -> list[Recorded]:
        """The requests in which either side broke the contract, or in which this side did."""
        return self.find(violation=side or True)

    def clear(self) -> int:
        """Forget all; says how many."""
        return int(self._control.delete("requests")["count"])

    def _verify(self, body: Any) -> None:
        try:
            self._control.post("requests", "verify", body=body)
        except Refusal as refusal:
            if "verified" not in refusal.extra:
                raise
            raise AssertionError(told(refusal)) from None


def told(refusal: Refusal) -> str:
    """A verification that failed: what was expected, what came, and the closest others."""
    came: Any = refusal.extra.get("requests", ())
    near: Any = refusal.extra.get("near", ())
    lines = [refusal.detail]
    lines += [f"  came: {_line(one)}" for one in came]
    for one in near:
        lines.append(f"  close: {_line(one['request'])}")
        lines += [f"    {difference}" for difference in one["differences"]]
    return "\n".join(lines)


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['method']} {one['path']} -> {one['status']}"


def _recorded(one: Mapping[str, Any]) -> Recorded:
    request, response, violations = one["request"], one["response"], one["violations"]
    return Recorded(
        id=one["id"],
        time=datetime.fromisoformat(one["time"]),
        api=one["api"],
        operation_id=one["operation_id"],
        method=one["method"],
        path=one["path"],
        query=request["query"],
        headers=Headers(request["headers"].items()),
        body=request["body"],
        status=one["status"],
        answer_headers=Headers((name, value) for name, value in response["headers"]),
        answer=response["body"],
        reason=one["reason"],
        duration_ms=one["duration_ms"],
        request_violations=tuple(map(_violation, violations["request"])),
        answer_violations=tuple(map(_violation, violations["response"])),
    )


def _violation(one: Mapping[str, Any]) -> str:
    location = "" if one["location"] == "response" else one["location"]
    where = " ".join(part for part in (location, one.get("name", ""), one.get("pointer", "")) if part)
    return f"{where}: {one['message']}" if where else str(one["message"])

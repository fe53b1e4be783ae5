"""Calls to the control API of a double, in its own room or elsewhere.

In: method, path, JSON. Out: JSON, or the `Refusal` that the double gave. May not know: what the
calls are for.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from apidouble.errors import ApidoubleError, Refusal, Violation
from apidouble.testing.response import Headers, Outgoing, Params, Response, outgoing

PREFIX = "/__admin"


class Unreachable(ApidoubleError):  # noqa: N818 - says where nobody answers
    """No double answers at this address."""


class Line(Protocol):
    """How requests reach a double."""

    def send(self, request: Outgoing, timeout: float | None = None) -> Response:
        """The whole answer; OSError or HTTPException where the connection breaks."""


class Remote:
    """The line to a double that runs elsewhere, one connection for each request."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ApidoubleError(
                f"{url!r} is no URL of a double; expected something like http://127.0.0.1:4010"
            )
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._prefix = parts.path.rstrip("/").encode()

    def send(self, request: Outgoing, timeout: float | None = None) -> Response:
        """The whole answer.

        Raises:
            Unreachable: nobody listens there.
            TimeoutError, ConnectionResetError, http.client.HTTPException: it broke on the way.

        """
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=60 if timeout is None else timeout)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        target = (self._prefix + request.target).decode("ascii")
        try:
            try:
                connection.connect()
            except OSError as error:
                reason = error.strerror or error
                raise Unreachable(
                    f"no double answers at {self.url} ({reason}): is one running? Start it with "
                    "`apidouble serve`, or say where it is"
                ) from None
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            return Response(answer.status, Headers(answer.getheaders()), answer.read())
        finally:
            connection.close()


class Control:
    """The control API, as one sandbox."""

    def __init__(self, line: Line, headers: dict[str, str], where: str) -> None:
        self._line = line
        self._headers = headers
        self._where = where

    def get(self, *segments: str, params: Params | None = None) -> Any:
        """The answer to GET."""
        return self.call("GET", *segments, params=params)

    def post(self, *segments: str, body: Any = None) -> Any:
        """The answer to POST."""
        return self.call("POST", *segments, body=body)

    def put(self, *segments: str, body: Any) -> Any:
        """The answer to PUT."""
        return self.call("PUT", *segments, body=body)

    def patch(self, *segments: str, body: Any) -> Any:
        """The answer to PATCH."""
        return self.call("PATCH", *segments, body=body)

    def delete(self, *segments: str, params: Params | None = None) -> Any:
        """The answer to DELETE."""
        return self.call("DELETE", *segments, params=params)

    def call(self, method: str, *segments: str, params: Params | None = None, body: Any = None) -> Any:
        """The answer as a JSON value, None where there is none; Refusal for 4xx and 5xx."""
        answer = self.answer(method, *segments, params=params, body=body)
        return answer.json() if answer.content else None

    def answer(self, method: str, *segments: str, params: Params | None = None, body: Any = None) -> Response:
        """The answer with its headers; Refusal for 4xx and 5xx."""
        path = "/".join([PREFIX, *(quote(one, safe="") for one in segments)])
        request = outgoing(method, path, params=params, headers=self._headers, json_body=body)
        try:
            answer = self._line.send(request)
        except (OSError, HTTPException) as error:
            raise Unreachable(
                f"{self._where} did not answer: {str(error) or type(error).__name__}"
            ) from error
        if answer.status >= 400:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Response) -> ApidoubleError:
        try:
            problem = answer.json()
            detail = problem["detail"]
        except (ValueError, KeyError, TypeError):
            return ApidoubleError(
                f"{self._where} answers {answer.status} where the control API of a double should be: "
                f"it is no apidouble, or one with --no-admin"
            )
        errors = [one for one in problem.get("errors", ()) if isinstance(one, dict)]
        violations = [
            Violation(
                one.get("detail", ""),
                one.get("location", "body"),
                one.get("name", ""),
                one.get("pointer", ""),
            )
            for one in errors
        ]
        extra = {name: value for name, value in problem.items() if name not in _PROBLEM}
        return Refusal(answer.status, detail, violations, extra=extra)


_PROBLEM = frozenset({"type", "title", "status", "detail", "errors", "instance"})

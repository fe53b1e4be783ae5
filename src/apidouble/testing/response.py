"""A request and its answer, as the testing kit hands them around.

In: parts of a request; what came back. Out: `Outgoing`, `Response`, `Headers`. May not know: how a
request travels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

Scalar = str | int | float | bool | None
Params = Mapping[str, Scalar | Sequence[Scalar]]


class Headers(Mapping[str, str]):
    """Headers by name in any case; repeated ones joined by a comma (RFC 9110, section 5.3)."""

    def __init__(self, raw: Iterable[tuple[str, str]]) -> None:
        self.raw = tuple(raw)
        """As they came."""
        self._values: dict[str, str] = {}
        for name, value in self.raw:
            key = name.lower()
            self._values[key] = f"{self._values[key]}, {value}" if key in self._values else value

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end."""

    status: int
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as a JSON value; ValueError if it is none."""
        return json.loads(self.content)

    def __repr__(self) -> str:
        shown = self.text if len(self.content) <= 200 else f"{self.text[:197]}..."
        return f"<Response {self.status} {shown}>"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request, ready to be sent."""

    method: str
    target: bytes
    """Percent-encoded path and query."""
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    scheme: str = "http"
    host: str = "localhost"
    port: int | None = None


def outgoing(
    method: str,
    path: str,
    *,
    params: Params | None = None,
    headers: Mapping[str, str] | None = None,
    json_body: Any = None,
    content: bytes | str | None = None,
) -> Outgoing:
    """A request from what people write: `params` join the query of `path`; None leaves one out.

    A path that is not percent-encoded gets encoded; `json_body` is sent as JSON, `content` as it is.
    """
    if json_body is not None and content is not None:
        raise TypeError("a request has json or content, not both")
    given = dict(headers or {})
    names = {name.lower() for name in given}
    body = content.encode() if isinstance(content, str) else content or b""
    if json_body is not None:
        body = json.dumps(json_body, ensure_ascii=False).encode()
        if "content-type" not in names:
            given["Content-Type"] = "application/json"
    if (body or method.upper() in {"POST", "PUT", "PATCH"}) and "content-length" not in names:
        given["Content-Length"] = str(len(body))
    raw = tuple(
        (name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in given.items()
    )
    return Outgoing(method.upper(), _target(path, params), raw, body)


def _target(path: str, params: Params | None) -> bytes:
    if not path.startswith("/"):
        raise ValueError(f"a path begins with a slash: /{path}")
    target = quote(path, safe="/%?&=+,;:@!$'()*~-._[]")
    pairs = [
        (name, ("true" if one else "false") if isinstance(one, bool) else str(one))
        for name, value in (params or {}).items()
        for one in (value if isinstance(value, Sequence) and not isinstance(value, str) else [value])
        if one is not None
    ]
    if pairs:
        target += ("&" if "?" in target else "?") + urlencode(pairs, quote_via=quote)
    return target.encode("ascii")

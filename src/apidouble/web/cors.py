"""Cross-origin access for browsers (the Fetch standard, section 3.3).

In: request headers. Out: response headers; the answer to a preflight. May not know: operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Headers = list[tuple[bytes, bytes]]

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
VARY = (b"vary", b"Origin")


def response_headers(origin: str, names: Iterable[str]) -> Headers:
    """What every answer carries: the origin reflected, its headers exposed by name.

    A wildcard would not do: it is void for requests with credentials.
    """
    exposed = ", ".join(dict.fromkeys(["Content-Length", "Date", *names]))
    return [
        VARY,
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", exposed.encode("latin-1", "replace")),
    ]


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser asks before it sends the real request."""
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def preflight_headers(headers: Mapping[str, str], methods: str | None) -> Headers:
    """The permission: the methods of the path, the requested headers reflected, kept for ten minutes."""
    allowed = methods or _METHODS
    wanted = headers["access-control-request-method"]
    if wanted not in allowed.split(", "):
        # A browser that is refused here shows its user nothing; the real request then gets a 405.
        allowed = f"{allowed}, {wanted}"
    found: Headers = [
        (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        (b"access-control-allow-origin", headers["origin"].encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-methods", allowed.encode("latin-1", "replace")),
        (b"access-control-max-age", b"600"),
        (b"content-length", b"0"),
    ]
    requested = headers.get("access-control-request-headers")
    if requested:
        found.append((b"access-control-allow-headers", requested.encode("latin-1")))
    if headers.get("access-control-request-private-network") == "true":
        found.append((b"access-control-allow-private-network", b"true"))
    return found

"""Which sandbox a request names, and the path that is left.

In: an ASGI scope. Out: `Address`. May not know: sandboxes themselves, operations.

A sandbox is named by the header `Double-Sandbox`, by the host `NAME.localhost`, or by the path
prefix `/~NAME`; the header wins over the host, the host over the prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import Scope

DEFAULT = "default"
_SUFFIX = ".localhost"


@dataclass(slots=True)
class Address:
    """Where a request goes."""

    sandbox: str
    path: str
    """Raw, percent-encoded, without sandbox prefix."""
    prefix: str
    """`/~name` where the path named the sandbox."""
    base_url: str
    """Scheme, host and prefix for links."""


def address_of(scope: Scope, headers: Mapping[str, str]) -> Address:
    """The address of a request."""
    raw: bytes | None = scope.get("raw_path")
    path = raw.partition(b"?")[0].decode("latin-1") if raw else quote(scope["path"])
    host = headers.get("host") or _server(scope)
    sandbox = headers.get("double-sandbox")
    prefix = ""
    if path[:2] == "/~":
        name, slash, rest = path[2:].partition("/")
        if name:
            prefix, path = f"/~{name}", f"{slash}{rest}" or "/"
            if sandbox is None:
                sandbox = name
    if _SUFFIX in host:
        name = host.rpartition(":")[0] if ":" in host else host
        if name.endswith(_SUFFIX) and "double-sandbox" not in headers:
            sandbox = name[: -len(_SUFFIX)]
    scheme = scope.get("scheme", "http")
    return Address(sandbox or DEFAULT, path, prefix, f"{scheme}://{host}{prefix}")


def _server(scope: Scope) -> str:
    server = scope.get("server")
    return f"{server[0]}:{server[1]}" if server else "localhost"

"""Who may use the control API: from which pages, under which host names, with which token.

In: where the double listens, its admin token, requests. Out: an identity, or a refusal 401/403.
May not know: what the control API does.

A page of a foreign origin could send a POST without a body to a double on loopback without asking
first, and a foreign name that resolves to loopback (DNS rebinding) makes such a page one of the
same origin; so both are refused before anything is looked at.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from apidouble.control.desk import SOCKET
from apidouble.engine.exchange import Identity
from apidouble.errors import Refusal
from apidouble.settings import Settings
from apidouble.web.arrival import Arrival
from apidouble.web.querystring import first_value

_ADMIN = Identity("admin", scopes=frozenset())
_ADMIN_ON_SOCKET = Identity("admin", scopes=frozenset({SOCKET}))


def with_token(settings: Settings) -> Settings:
    """The settings with an admin token, made up where one is needed and none is given."""
    if not settings.admin or settings.admin_token is not None or is_loopback(settings.host):
        return settings
    # A secret: the one value of a double that must not depend on its seed.
    return replace(settings, admin_token=secrets.token_urlsafe(18))


def is_loopback(host: str) -> bool:
    """Whether a host name or address (without port and brackets) always means this machine."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


class Access:
    """See the module's text."""

    def __init__(self, host: str, token: str | None) -> None:
        self._host = host.rstrip(".").lower()
        self._token = token.encode() if token is not None else None

    @property
    def open(self) -> bool:
        """Whether no token is asked for."""
        return self._token is None

    def check(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Refusal (403) for a foreign host or a page of a foreign origin."""
        host, origin = headers.get("host"), headers.get("origin")
        if host is not None and not self._is_own(_name(host), scope):
            raise Refusal(
                403,
                "The control API is not served under this host name: use an address of this machine, or "
                "start the double with --host and the name.",
            )
        if origin is not None and not self._is_own(_name_of_origin(origin), scope):
            raise Refusal(403, "The control API does not answer pages of other origins.")

    def guard(self, arrival: Arrival, *, in_query: bool = False) -> Identity:
        """The caller; Refusal (401) without the token, where one is asked for."""
        if self._token is not None and not any(map(self._is_token, _sent(arrival, in_query=in_query))):
            raise Refusal(
                401,
                "The control API asks for the admin token that the double was started with or has printed: "
                "Authorization: Bearer TOKEN, or X-Admin-Token: TOKEN.",
                headers=(("WWW-Authenticate", 'Bearer realm="apidouble control"'),),
            )
        return _ADMIN_ON_SOCKET if arrival.socket else _ADMIN

    def _is_token(self, sent: str) -> bool:
        return hmac.compare_digest(sent.encode("utf-8", "replace"), self._token or b"")

    def _is_own(self, name: str, scope: Scope) -> bool:
        if not name:
            return False
        # The address that the connection came to is one of this machine, whatever it was bound by.
        server = scope.get("server")
        return is_loopback(name) or name == self._host or bool(server and name == str(server[0]).lower())


def _name(host: str) -> str:
    """A Host header without port and brackets, lower case; '' where it is none."""
    try:
        return (urlsplit(f"//{host.strip()}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _name_of_origin(origin: str) -> str:
    try:
        parts = urlsplit(origin)
        return (parts.hostname or "").rstrip(".") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _sent(arrival: Arrival, *, in_query: bool) -> Iterator[str]:
    """All that a request carries as a token: one that is right is enough."""
    authorization = arrival.headers.get("authorization", "")
    if authorization[:7].lower() == "bearer ":
        yield authorization[7:].strip()
    header = arrival.headers.get("x-admin-token")
    if header is not None:
        yield header
    query = first_value(arrival.query, "token") if in_query else None
    if query is not None:
        yield query

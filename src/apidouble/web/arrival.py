"""One request on its way through the ASGI layers.

In: an ASGI scope. Out: `Arrival`, carried in the scope under one key. May not know: what an
operation does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from starlette.types import Send

from apidouble.contract.operation import Operation
from apidouble.engine.exchange import ANONYMOUS, Exchange, Identity, Reply
from apidouble.errors import Refusal
from apidouble.web.sending import AtOnce

if TYPE_CHECKING:
    from apidouble.journal import Entry
    from apidouble.sandbox import Sandbox

SCOPE_KEY = "apidouble"


class Answering(Protocol):
    """An operation that is ready to answer: of an API (`engine.compiled`) or of the control API."""

    api: str
    operation: Operation
    parameter_names: tuple[str, ...]
    reads_body: bool

    def admit(
        self,
        names: Mapping[str, str],
        query: bytes,
        headers: Mapping[str, str],
        identity: Identity,
        world: Sandbox,
        *,
        base_url: str,
        path: str,
        sandbox: str,
    ) -> Exchange:
        """Decode the parameters; refuses before any body is read."""

    def answer(self, exchange: Exchange, raw: bytes, world: Sandbox) -> Reply:
        """Check the rest of the request, and answer it."""

    def refuse(self, refusal: Refusal, path: str) -> Reply:
        """The refusal in the API's own shape."""

    def as_script(self, reply: Reply, exchange: Exchange) -> Reply:
        """A refusal as the script that was asked for, if one was."""


class Arrival:
    """What the layers learn about one request, each adding its part."""

    __slots__ = (
        "at_once",
        "base_url",
        "body",
        "entry",
        "exchange",
        "headers",
        "identity",
        "method",
        "origin",
        "path",
        "prefix",
        "query",
        "reply",
        "route",
        "sandbox",
        "served",
        "socket",
        "spoiled",
        "started",
        "values",
    )

    def __init__(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: dict[str, str],
        sandbox: Sandbox,
        prefix: str,
        base_url: str,
        started: float,
    ) -> None:
        self.method = method
        self.path = path
        """Raw, percent-encoded, without sandbox prefix."""
        self.query = query
        self.headers = headers
        """By lower-case name; repeated ones joined by a comma (RFC 9110, section 5.3)."""
        self.sandbox = sandbox
        self.prefix = prefix
        """What was cut off the path: `/~name` or ``."""
        self.base_url = base_url
        """Scheme, host and prefix, as the client used them."""
        self.started = started
        self.route: Answering | None = None
        self.values: list[str] = []
        """Raw path parameter values, in the order of the template."""
        self.identity: Identity = ANONYMOUS
        self.body: bytes = b""
        self.exchange: Exchange | None = None
        self.served = False
        """Whether `route` answers it; a 405 has a route of the path only."""
        self.entry: Entry | None = None
        """What stubs and faults have looked at; then the body is read already."""
        self.origin: str | None = None
        """The browser's page, where CORS is on."""
        self.reply: Reply | None = None
        self.at_once: AtOnce | None = None
        """Writes an answer past `send`, where the server can and nothing wants to see it go by."""
        self.spoiled: Send | None = None
        """What a fault puts between the answer and the client."""
        self.socket = False
        """Whether the server can break the connection; looked at for the control API only."""

    def parameters(self) -> dict[str, str]:
        """Path parameters by declared name, raw."""
        assert self.route is not None  # noqa: S101 - only routed requests come here
        return dict(zip(self.route.parameter_names, self.values, strict=True))


def header_dict(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name, decoded as Latin-1 (RFC 9110, section 5.5)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(headers) == len(raw):
        return headers
    headers = {}
    for name, value in raw:
        key = name.decode("latin-1")
        text = value.decode("latin-1")
        if key in headers:
            text = f"{headers[key]}{'; ' if key == 'cookie' else ', '}{text}"
        headers[key] = text
    return headers

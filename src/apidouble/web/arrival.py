"""One request on its way through the ASGI layers.

In: an ASGI scope. Out: `Head`, what its head says, and `Arrival`, carried in the scope under one key.
May not know: what an operation does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from starlette.types import Receive, Scope, Send

from apidouble.contract.operation import Inputs, Operation
from apidouble.engine.exchange import ANONYMOUS, Exchange, Identity, Reply
from apidouble.errors import Refusal, Violation
from apidouble.web.addresses import Address
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

    def read(
        self, names: Mapping[str, str], query: bytes, headers: Mapping[str, str]
    ) -> tuple[Inputs, Sequence[Violation]]:
        """Decode the parameters, given raw: path parameters by name, the query string, all headers."""

    def admit(self, exchange: Exchange, world: Sandbox) -> None:
        """Whether this caller may ask; refuses before any body is read."""

    def answer(self, exchange: Exchange, raw: bytes, world: Sandbox) -> Reply:
        """Check the rest of the request, and answer it."""

    def refuse(self, refusal: Refusal, path: str) -> Reply:
        """The refusal in the API's own shape."""

    def as_script(self, reply: Reply, exchange: Exchange) -> Reply:
        """A refusal as the script that was asked for, if one was."""


class Head:
    """What the head of a request says: worked out once for all requests that begin alike.

    Nothing in it may depend on a state, on a clock or on who calls.
    """

    __slots__ = (
        "address",
        "aside",
        "headers",
        "identity",
        "inputs",
        "method",
        "origin",
        "query",
        "query_text",
        "size",
        "to_control",
        "values",
        "way",
    )

    def __init__(
        self, method: str, query: bytes, headers: dict[str, str], size: int, address: Address
    ) -> None:
        self.method = method
        self.query = query
        self.query_text = query.decode("latin-1")
        self.headers = headers
        """By lower-case name; repeated ones joined by a comma (RFC 9110, section 5.3)."""
        self.size = size
        """Characters of all header values."""
        self.address = address
        self.origin: str | None = None
        """The browser's page, where CORS is on."""
        self.to_control = False
        """Whether the control API is asked."""
        self.aside: Callable[[Head, Scope, Receive, Send], Awaitable[None]] | None = None
        """Who answers where no operation is asked for: a page, a preflight."""
        self.way: Any = None
        """Where routing leads, once it has looked."""
        self.values: list[str] = []
        """Raw path parameter values, in the order of the template."""
        self.identity: Identity | None = None
        """Whose credentials it carries, where a fixture says so; None where a state has to be asked."""
        self.inputs: tuple[Inputs, Sequence[Violation]] | None = None
        """The parameters, once they are decoded."""


class Arrival:
    """What the layers learn about one request, each adding its part."""

    __slots__ = (
        "at_once",
        "base_url",
        "body",
        "entry",
        "exchange",
        "head",
        "headers",
        "identity",
        "method",
        "origin",
        "path",
        "query",
        "reply",
        "route",
        "sandbox",
        "served",
        "socket",
        "spoiled",
        "started",
    )

    def __init__(self, head: Head, sandbox: Sandbox, started: float) -> None:
        address = head.address
        self.head = head
        self.method = head.method
        self.path = address.path
        """Raw, percent-encoded, without sandbox prefix."""
        self.query = head.query
        self.headers = head.headers
        """By lower-case name."""
        self.sandbox = sandbox
        self.base_url = address.base_url
        """Scheme, host and prefix, as the client used them."""
        self.started = started
        self.route: Answering | None = None
        self.identity: Identity = ANONYMOUS
        self.body: bytes = b""
        self.exchange: Exchange | None = None
        self.served = False
        """Whether `route` answers it; a 405 has a route of the path only."""
        self.entry: Entry | None = None
        """What stubs and faults have looked at; then the body is read already."""
        self.origin = head.origin
        self.reply: Reply | None = None
        self.at_once: AtOnce | None = None
        """Writes an answer past `send`, where the server can and nothing wants to see it go by."""
        self.spoiled: Send | None = None
        """What a fault puts between the answer and the client."""
        self.socket = False
        """Whether the server can break the connection; looked at for the control API only."""


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

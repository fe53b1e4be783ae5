"""One request and its answer, free of any web framework.

In: what web decoded. Out: `Exchange`, `Reply`, `Identity`. May not know: ASGI, Connexion, sockets.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Inputs, Media, Operation
from apidouble.errors import Violation
from apidouble.identity import ANONYMOUS, Identity
from apidouble.store.base import Record

__all__ = ["ANONYMOUS", "NOTHING", "Exchange", "Identity", "Reply"]

NOTHING: Any = type("Nothing", (), {"__repr__": lambda self: "NOTHING", "__bool__": lambda self: False})()
"""Stands for `no body`, since None is a JSON value."""


@dataclass(slots=True)
class Exchange:
    """One request, decoded and checked against the contract."""

    operation: Operation
    inputs: Inputs
    body: Any = NOTHING
    """The decoded body; NOTHING where there is none."""
    media_type: str = ""
    """Of the request body, without parameters, lower case."""
    identity: Identity = ANONYMOUS
    headers: Mapping[str, str] = field(default_factory=dict)
    """All request headers by lower-case name."""
    base_url: str = ""
    """Scheme, host and prefix as the client used them; links are made from it."""
    path: str = ""
    """As requested, percent-encoded, without sandbox prefix."""
    query_string: str = ""
    sandbox: str = "default"
    media: Media | None = None
    """What the client accepts among the declared media types of the success answer."""
    violations: Sequence[Violation] = ()
    """Of the parameters, found before the body is read."""


@dataclass(slots=True)
class Reply:
    """The answer of the engine; web turns it into bytes."""

    status: int
    body: Any = NOTHING
    media_type: str = ""
    """'' leaves the choice to web (the declared one that the client accepts)."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw: bytes | None = None
    """The encoded body, where the engine has it at hand (then `body` may be NOTHING)."""
    violations: Sequence[Violation] | None = None
    """How it breaks the contract; None: not looked at yet."""
    reason: str = ""
    """Why it is a refusal, for the log."""
    record: Record | None = None
    """The record that was made, for `Location` and `ETag`."""
    total: int | None = None
    """All matches of a list, for headers."""
    window: Mapping[str, Any] | None = None
    """Of a list: `limit`, `page`, `pages`, `previous`, `next` (numbers of pages, None at the ends), for
    headers."""
    links: str = ""
    """Neighbouring pages of a list as a `Link` header (RFC 8288)."""
    stream: Callable[[], AsyncIterator[bytes]] | None = None
    """Instead of a body: what makes the parts of one that goes on until the client hangs up."""

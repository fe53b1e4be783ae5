"""One request and its answer, free of any web framework.

In: what web decoded. Out: `Exchange`, `Reply`, `Identity`. May not know: ASGI, Connexion, sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Inputs, Operation
from apidouble.identity import ANONYMOUS, Identity

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
    checked: bool = False
    """Whether the body is known to be valid against the contract (a record shown before)."""

"""What the handlers of the control API are given, and how they answer.

In: an exchange, the sandbox that it names, everything that one double holds. Out: `Call`; replies.
May not know: ASGI, Connexion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote

from apidouble.catalog import Api
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.errors import Refusal, Violation
from apidouble.faults.definition import EFFECTS, ON_SOCKET, Effect
from apidouble.sandbox import Sandbox, Sandboxes

SOCKET = "socket"
"""Scope of a caller whose server owns the socket, so that it can break connections."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one double holds."""

    sandboxes: Sandboxes
    apis: Mapping[str, Api]
    told: Callable[[Api], Sequence[Mapping[str, Any]]]
    """The identities of an API as JSON values, each with what to send."""

    def api(self, name: str) -> Api:
        """The API of this name; Refusal (404) if none is served."""
        api = self.apis.get(name)
        if api is None:
            raise Refusal(404, f"No API {name!r} is served; there are {', '.join(self.apis)}.")
        return api


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the control API."""

    exchange: Exchange
    sandbox: Sandbox
    desk: Desk

    @property
    def body(self) -> Any:
        """The decoded body, valid; NOTHING where there is none."""
        return self.exchange.body

    @property
    def given(self) -> Mapping[str, Any]:
        """The body, where it is an object or absent."""
        body: Mapping[str, Any] = {} if self.exchange.body is NOTHING else self.exchange.body
        return body

    def path(self, name: str) -> Any:
        """A path parameter."""
        return self.exchange.inputs.path[name]

    def query(self, name: str, otherwise: Any = None) -> Any:
        """A query parameter."""
        return self.exchange.inputs.query.get(name, otherwise)

    @property
    def api(self) -> Api:
        """The API that the path names."""
        return self.desk.api(self.path("api"))

    def url(self, *segments: str) -> str:
        """The URL of something in this API, in the form that the client used."""
        return f"{self.exchange.base_url}/__admin/{'/'.join(quote(one, safe='') for one in segments)}"

    @property
    def effects(self) -> frozenset[Effect]:
        """What the server can do to an answer."""
        scopes = self.exchange.identity.scopes or frozenset()
        return frozenset(EFFECTS) if SOCKET in scopes else frozenset(EFFECTS) - ON_SOCKET


Handler = Callable[[Call], Reply]


def answer(body: Any, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Reply:
    """A JSON answer."""
    return Reply(status, body, "application/json", list(headers))


def made(body: Any, url: str) -> Reply:
    """201 with the place of what was made."""
    return answer(body, 201, [("Location", url)])


def gone() -> Reply:
    """204."""
    return Reply(204)


def refuse(message: str, pointer: str = "", keyword: str = "") -> NoReturn:
    """Refuse the body with 422, pointing into it."""
    shown = f"{pointer}: {message}" if pointer else message
    raise Refusal(422, shown, [Violation(message, "body", pointer=pointer, keyword=keyword)])


def missing(what: str, name: object) -> NoReturn:
    """Refuse with 404."""
    raise Refusal(404, f"There is no {what} {name!r}.")

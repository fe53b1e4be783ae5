"""One request to the provider, and refusals in its own shape.

In: bytes of a request. Out: its parameters, the client that it names; refusals with an `error` of
RFC 6749 section 5.2. May not know: ASGI, what is asked for.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus

from apidouble.engine.exchange import Reply
from apidouble.errors import Refusal
from apidouble.json_bytes import json_bytes
from apidouble.sandbox import Sandbox

FORM = "application/x-www-form-urlencoded"
NOT_KEPT = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
REPEATABLE = frozenset({"resource", "audience"})
"""RFC 8707 section 2, RFC 8693 section 2.1."""
_BASIC = 'Basic realm="apidouble", charset="UTF-8"'
_FORBIDDEN = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
"""What an `error_description` cannot hold."""
_BY_STATUS = {401: "invalid_client", 500: "server_error", 503: "temporarily_unavailable"}


@dataclass(slots=True)
class Call:
    """One request."""

    method: str
    query: bytes
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    sandbox: Sandbox
    base_url: str
    """Scheme, host and sandbox prefix, as the client used them."""
    issuer: str
    now: float = field(default=0.0)
    """On the sandbox's clock, seconds since the epoch."""


Endpoint = Callable[[Call], Reply]


def refused(error: str, description: str, status: int = 400) -> Refusal:
    """A refusal in the shape of RFC 6749 section 5.2."""
    headers = [("WWW-Authenticate", _BASIC)] if error == "invalid_client" else []
    return Refusal(status, description, headers=headers, extra={"error": error})


def refused_bearer(error: str, description: str, status: int) -> Refusal:
    """A refusal to who shows an access token (RFC 6750 section 3); no `error`: none was shown."""
    challenge = 'Bearer realm="apidouble"'
    if error:
        challenge += f', error="{error}", error_description="{printable(description)}"'
    extra = {"error": error or "invalid_request"}
    return Refusal(status, description, headers=[("WWW-Authenticate", challenge)], extra=extra)


def error_reply(refusal: Refusal) -> Reply:
    """Any refusal as the JSON of RFC 6749 section 5.2."""
    error = refusal.extra.get("error") or _BY_STATUS.get(refusal.status, "invalid_request")
    body = {"error": error, "error_description": printable(refusal.detail)}
    reply = json_reply(body, refusal.status)
    reply.headers += refusal.headers
    reply.reason = refusal.detail
    return reply


def printable(text: str) -> str:
    """Text that an `error_description` can hold."""
    return _FORBIDDEN.sub("?", text.replace('"', "'"))


def json_reply(body: object, status: int = 200, *, keep: bool = False) -> Reply:
    """An answer in JSON; unless it is to be kept, nobody on the way may keep it."""
    headers = [("Cache-Control", "no-cache")] if keep else list(NOT_KEPT)
    return Reply(status, body, "application/json", headers, json_bytes(body), violations=())


def form(call: Call) -> dict[str, str]:
    """The parameters of a form body."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.body and kind != FORM:
        raise refused("invalid_request", f"Send the parameters as {FORM}, not as {kind or 'nothing said'}.")
    return _parameters(call.body)


def query(call: Call) -> dict[str, str]:
    """The parameters of the URL."""
    return _parameters(call.query)


def _parameters(raw: bytes) -> dict[str, str]:
    """Empty ones are as if they were not there, and none may come twice (RFC 6749 section 3.1)."""
    try:
        pairs = parse_qsl(raw.decode("ascii", "surrogateescape"), errors="strict", max_num_fields=200)
    except (UnicodeError, ValueError):
        raise refused("invalid_request", "The parameters are not well-formed.") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found and name not in REPEATABLE:
            raise refused("invalid_request", f"The parameter {name} comes more than once.")
        found[name] = f"{found[name]} {value}" if name in found else value
    return found


def client_of(call: Call, parameters: Mapping[str, str]) -> str | None:
    """The client that calls, by HTTP Basic or by parameters (RFC 6749 section 2.3); any is taken.

    None where the request names none.
    """
    word, _, encoded = call.headers.get("authorization", "").partition(" ")
    named = parameters.get("client_id")
    if word.lower() != "basic":
        return named
    if "client_secret" in parameters:
        raise refused("invalid_request", "The client authenticates in two ways at once.")
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        raise refused("invalid_client", "The Basic credentials are not well-formed.", 401) from None
    client = unquote_plus(text.partition(":")[0])
    if not client or ":" not in text:
        raise refused("invalid_client", "The Basic credentials name no client.", 401)
    if named not in {None, client}:
        raise refused("invalid_request", "The header and the parameters name two clients.")
    return client


def known_client(call: Call, parameters: Mapping[str, str]) -> str:
    """The client that calls; refused with 401 where the request names none."""
    client = client_of(call, parameters)
    if client is None:
        raise refused("invalid_client", "Name the client, by HTTP Basic or as client_id; any is taken.", 401)
    return client


def needed(parameters: Mapping[str, str], name: str) -> str:
    """A parameter that must be there."""
    value = parameters.get(name)
    if not value:
        raise refused("invalid_request", f"The parameter {name} is missing.")
    return value

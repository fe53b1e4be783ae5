"""The authorization endpoint (RFC 6749 section 3.1): nobody is asked, the answer comes at once.

In: a request. Out: a redirect with a code or tokens, or with an error where it is known where to send one.
May not know: how tokens are made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from apidouble.engine.exchange import Reply
from apidouble.errors import Refusal
from apidouble.oauth.call import NOT_KEPT, Call, form, needed, printable, query, refused
from apidouble.oauth.grants import VERIFIER, audience_of
from apidouble.oauth.ledger import Code, Grant, ledger_of
from apidouble.oauth.people import People
from apidouble.oauth.scopes import granted, read_scopes
from apidouble.oauth.tokens import Mint

LIFETIME = 600
"""Seconds; RFC 6749 section 4.1.2 recommends no more."""
TYPES = ("code", "token", "id_token", "id_token token")
"""What can be asked for; the last three are the implicit grant (section 4.2) and OpenID Connect's."""
MODES = {"query": "?", "fragment": "#"}
"""How the answer travels (OAuth 2.0 Multiple Response Type Encoding Practices, section 2.1)."""
METHODS = ("S256", "plain")
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")
_NOWHERE = frozenset({"javascript", "data", "vbscript", "about", "blob", "file"})


class AuthorizationEndpoint:
    """See the module's text."""

    def __init__(self, people: People, mint: Mint) -> None:
        self._people = people
        self._mint = mint

    def __call__(self, call: Call) -> Reply:
        """Redirect, or refuse where there is nowhere to redirect to (section 4.1.2.1)."""
        parameters = form(call) if call.method == "POST" else query(call)
        client = needed(parameters, "client_id")
        target = _target(needed(parameters, "redirect_uri"))
        kind = " ".join(sorted(parameters.get("response_type", "").split()))
        usual = "fragment" if kind in TYPES[1:] else "query"
        mode = parameters.get("response_mode", usual)
        answer: dict[str, str]
        try:
            _check(parameters, kind, mode)
            grant = self._grant(call, parameters, client)
            if kind == "code":
                answer = {"code": _code(call, parameters, grant, target)}
            else:
                answer = self._tokens(call, grant, kind)
        except Refusal as refusal:
            answer = {"error": str(refusal.extra["error"]), "error_description": printable(refusal.detail)}
        if "state" in parameters:
            answer["state"] = parameters["state"]
        answer["iss"] = call.issuer
        joint = MODES.get(mode, MODES[usual])
        if joint in target:
            joint = "&"
        headers = [("Location", f"{target}{joint}{urlencode(answer, quote_via=quote)}"), *NOT_KEPT]
        return Reply(302, headers=headers, raw=b"", violations=(), reason=answer.get("error_description", ""))

    def _grant(self, call: Call, parameters: Mapping[str, str], client: str) -> Grant:
        subject = self._people.hinted(parameters.get("login_hint", ""))
        return Grant(
            subject,
            client,
            granted(read_scopes(parameters.get("scope")), self._people, subject),
            audience_of(call, parameters),
            int(call.now),
            parameters.get("nonce"),
        )

    def _tokens(self, call: Call, grant: Grant, kind: str) -> dict[str, str]:
        wanted = kind.split()
        if "id_token" in wanted and (grant.nonce is None or "openid" not in (grant.scopes or ())):
            raise refused("invalid_request", "An id_token needs the scope openid and a nonce.")
        made = self._mint.answer(call, grant, grant.scopes, refresh=False)
        if "token" not in wanted:
            return {"id_token": made["id_token"]}
        if "id_token" not in wanted:
            made.pop("id_token", None)
        return {name: str(value) for name, value in made.items()}


def _check(parameters: Mapping[str, str], kind: str, mode: str) -> None:
    needed(parameters, "response_type")
    if kind not in TYPES:
        raise refused("unsupported_response_type", f"The response_type is not one of {', '.join(TYPES)}.")
    if mode not in MODES or (mode == "query" and kind != "code"):
        modes = ", ".join(MODES) if kind == "code" else "fragment"
        raise refused("invalid_request", f"The response_mode is not one of {modes}.")
    if "request" in parameters or "request_uri" in parameters:
        raise refused("request_not_supported", "Request objects are not read; send the parameters.")


def _code(call: Call, parameters: Mapping[str, str], grant: Grant, target: str) -> str:
    challenge, method = _challenge(parameters)
    ledger = ledger_of(call.sandbox.oauth)
    text = ledger.opaque(call.sandbox.source, "code")
    ledger.keep(ledger.codes, text, Code(grant, target, call.now + LIFETIME, challenge, method))
    return text


def _target(uri: str) -> str:
    """The redirect URI, if a browser may be sent there (section 3.1.2); refused otherwise."""
    try:
        parts = urlsplit(uri)
        # Not in the parts: urlsplit drops line breaks and keeps what a header cannot hold.
        plain = uri.isascii() and uri.isprintable() and " " not in uri
    except ValueError:
        plain = False
    if not plain or not parts.scheme or parts.scheme.lower() in _NOWHERE:
        raise refused("invalid_request", "The redirect_uri is no absolute URI that can be followed.")
    if parts.scheme in {"http", "https"} and not parts.netloc:
        raise refused("invalid_request", "The redirect_uri names no host.")
    if "#" in uri:
        raise refused("invalid_request", "The redirect_uri has a fragment.")
    return uri


def _challenge(parameters: Mapping[str, str]) -> tuple[str | None, str]:
    """RFC 7636 section 4.3."""
    challenge = parameters.get("code_challenge")
    method = parameters.get("code_challenge_method", "plain")
    if method not in METHODS:
        raise refused("invalid_request", f"The code_challenge_method is not one of {', '.join(METHODS)}.")
    if challenge is None:
        if "code_challenge_method" in parameters:
            raise refused("invalid_request", "The code_challenge is missing.")
        return None, method
    if not (_SHA256 if method == "S256" else VERIFIER).fullmatch(challenge):
        raise refused("invalid_request", f"The code_challenge is none of method {method}.")
    return challenge, method

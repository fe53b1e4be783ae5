"""The token endpoint (RFC 6749 section 3.2): one function for each grant.

In: a request. Out: tokens, or a refusal. May not know: how tokens are made.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import compare_digest

from apidouble.engine.exchange import Reply
from apidouble.oauth.call import Call, client_of, form, json_reply, known_client, needed, refused
from apidouble.oauth.ledger import Code, Grant, ledger_of
from apidouble.oauth.people import People
from apidouble.oauth.scopes import granted, read_scopes
from apidouble.oauth.tokens import Mint

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636 section 4.1."""
_PUBLIC = "public"
"""The client of who names none, where none is needed."""


class TokenEndpoint:
    """See the module's text."""

    def __init__(self, people: People, mint: Mint) -> None:
        self._people = people
        self._mint = mint
        self._grants: dict[str, Callable[[Call, Mapping[str, str]], Reply]] = {
            "authorization_code": self._code,
            "client_credentials": self._client,
            "password": self._password,
            "refresh_token": self._refresh,
        }

    @property
    def grants(self) -> list[str]:
        """The grant types that there are."""
        return list(self._grants)

    def __call__(self, call: Call) -> Reply:
        """Answer a request for tokens."""
        parameters = form(call)
        kind = needed(parameters, "grant_type")
        grant = self._grants.get(kind)
        if grant is None:
            told = ", ".join(self._grants)
            raise refused("unsupported_grant_type", f"The grant type {kind} is not one of {told}.")
        return grant(call, parameters)

    def _client(self, call: Call, parameters: Mapping[str, str]) -> Reply:
        """Section 4.4; a client that is called as an identity is it, any other one the default identity."""
        client = known_client(call, parameters)
        subject = client if client in self._people else self._people.default
        return self._first(call, parameters, subject, client, refresh=False)

    def _password(self, call: Call, parameters: Mapping[str, str]) -> Reply:
        """Section 4.3."""
        client = client_of(call, parameters) or _PUBLIC
        username = needed(parameters, "username")
        subject = self._people.login(username, needed(parameters, "password"))
        if subject is None:
            told = ", ".join(self._people.names())
            raise refused("invalid_grant", f"There is nobody of this name and password; there are: {told}.")
        return self._first(call, parameters, subject, client, refresh=True)

    def _first(
        self, call: Call, parameters: Mapping[str, str], subject: str, client: str, *, refresh: bool
    ) -> Reply:
        scopes = granted(read_scopes(parameters.get("scope")), self._people, subject)
        grant = Grant(subject, client, scopes, audience_of(call, parameters), int(call.now))
        return json_reply(self._mint.answer(call, grant, scopes, refresh=refresh))

    def _code(self, call: Call, parameters: Mapping[str, str]) -> Reply:
        """Section 4.1.3, with PKCE (RFC 7636 section 4.6)."""
        client = known_client(call, parameters)
        code = ledger_of(call.sandbox.oauth).codes.get(needed(parameters, "code"))
        if code is None:
            raise refused("invalid_grant", "The code is not known here.")
        grant = code.grant
        if code.used:
            grant.revoked = True
            raise refused("invalid_grant", "The code was used before; what came of it is now revoked.")
        if call.now >= code.expires:
            raise refused("invalid_grant", "The code has expired.")
        if grant.client != client:
            raise refused("invalid_grant", "The code was given to another client.")
        if parameters.get("redirect_uri") != code.redirect_uri:
            raise refused("invalid_grant", "The redirect_uri is not the one that the code was sent to.")
        _verify(code, parameters.get("code_verifier"))
        code.used = True
        return json_reply(self._mint.answer(call, grant, grant.scopes, refresh=True))

    def _refresh(self, call: Call, parameters: Mapping[str, str]) -> Reply:
        """Section 6, with rotation (RFC 9700 section 4.14.2)."""
        client = client_of(call, parameters)
        token = ledger_of(call.sandbox.oauth).refresh.get(needed(parameters, "refresh_token"))
        if token is None:
            raise refused("invalid_grant", "The refresh token is not known here.")
        grant = token.grant
        if client is not None and client != grant.client:
            raise refused("invalid_grant", "The refresh token was given to another client.")
        if token.used:
            grant.revoked = True
            raise refused("invalid_grant", "The refresh token was used before; its grant is now revoked.")
        if grant.revoked:
            raise refused("invalid_grant", "The refresh token was revoked.")
        if call.now >= token.expires:
            raise refused("invalid_grant", "The refresh token has expired.")
        asked = read_scopes(parameters.get("scope"))
        scopes = grant.scopes if asked is None else granted(asked, self._people, grant.subject)
        if scopes is not None and grant.scopes is not None and not set(scopes) <= set(grant.scopes):
            raise refused("invalid_scope", "More scopes are asked for than were granted.")
        token.used = True
        return json_reply(self._mint.answer(call, grant, scopes, refresh=True))


def audience_of(call: Call, parameters: Mapping[str, str]) -> str | tuple[str, ...]:
    """What a token is for: as asked for (RFC 8707; `audience` as others call it), else the double."""
    names = (parameters.get("resource") or parameters.get("audience") or "").split()
    return names[0] if len(names) == 1 else tuple(names) or call.base_url


def _verify(code: Code, verifier: str | None) -> None:
    if code.challenge is None:
        if verifier is not None:
            raise refused("invalid_grant", "There is a code_verifier, but there was no code_challenge.")
        return
    if verifier is None:
        raise refused("invalid_grant", "The code_verifier is missing.")
    if not VERIFIER.fullmatch(verifier):
        raise refused("invalid_grant", "A code_verifier is 43 to 128 letters, digits, '-', '.', '_', '~'.")
    made = verifier
    if code.method == "S256":
        made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not compare_digest(made, code.challenge):
        raise refused("invalid_grant", "The code_verifier does not fit the code_challenge.")

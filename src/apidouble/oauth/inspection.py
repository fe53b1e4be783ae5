"""Endpoints about tokens that were handed out: userinfo, revocation, introspection.

In: a request. Out: an answer. May not know: how tokens are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.engine.exchange import Reply
from apidouble.oauth.call import (
    FORM,
    NOT_KEPT,
    Call,
    client_of,
    form,
    json_reply,
    known_client,
    needed,
    refused,
    refused_bearer,
)
from apidouble.oauth.ledger import AccessToken, RefreshToken, found_ledger, ledger_of
from apidouble.oauth.tokens import Mint

EXPIRED, REVOKED = "The access token has expired.", "The access token was revoked."


def fault(token: AccessToken, now: float) -> str:
    """Why an access token is no longer good; '' if it is."""
    if token.revoked or token.grant.revoked:
        return REVOKED
    return EXPIRED if now >= token.expires else ""


class UserInfo:
    """OpenID Connect Core section 5.3."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint

    def __call__(self, call: Call) -> Reply:
        """Claims about whom the access token names."""
        text = _shown(call)
        if not text:
            raise refused_bearer("", "Show an access token: Authorization: Bearer ...", 401)
        ledger = found_ledger(call.sandbox.oauth)
        token = ledger.access.get(text) if ledger is not None else None
        wrong = "The access token is not known here." if token is None else fault(token, call.now)
        if token is None or wrong:
            raise refused_bearer("invalid_token", wrong, 401)
        return json_reply(self._mint.claims(token.grant.subject, token.scopes))


def _shown(call: Call) -> str:
    """The access token, by header or by form (RFC 6750 section 2)."""
    word, _, text = call.headers.get("authorization", "").partition(" ")
    if word.lower() == "bearer":
        return text.strip()
    kind = call.headers.get("content-type", "").lower()
    return form(call).get("access_token", "") if call.body and kind.startswith(FORM) else ""


def revoke(call: Call) -> Reply:
    """RFC 7009: a refresh token takes its whole grant with it; what is not known is revoked already."""
    parameters = form(call)
    client = client_of(call, parameters)
    token = _found(call, needed(parameters, "token"))
    if token is not None and client is not None and client != token.grant.client:
        raise refused("invalid_grant", "The token was given to another client.")
    if isinstance(token, AccessToken):
        token.revoked = True
    elif token is not None:
        token.grant.revoked = True
    return Reply(200, headers=list(NOT_KEPT), raw=b"", violations=())


def introspect(call: Call) -> Reply:
    """RFC 7662."""
    parameters = form(call)
    known_client(call, parameters)
    return json_reply(_told(call, parameters))


def _told(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    token = _found(call, needed(parameters, "token"))
    if isinstance(token, AccessToken) and not fault(token, call.now):
        return {
            "active": True,
            **token.claims,
            "username": token.grant.subject,
            "token_type": "Bearer",
        }
    if isinstance(token, RefreshToken) and not (
        token.used or token.grant.revoked or call.now >= token.expires
    ):
        grant = token.grant
        return {
            "active": True,
            "iss": call.issuer,
            "sub": grant.subject,
            "username": grant.subject,
            "client_id": grant.client,
            "exp": int(token.expires),
        }
    return {"active": False}


def _found(call: Call, text: str) -> AccessToken | RefreshToken | None:
    ledger = ledger_of(call.sandbox.oauth)
    return ledger.access.get(text) or ledger.refresh.get(text)

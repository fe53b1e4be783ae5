"""Making tokens: access tokens (RFC 9068), id tokens (OpenID Connect Core section 2), refresh tokens.

In: a grant. Out: the answer of the token endpoint. May not know: how the grant came about.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from apidouble.oauth.call import Call
from apidouble.oauth.keys import Signer
from apidouble.oauth.ledger import AccessToken, Grant, RefreshToken, ledger_of
from apidouble.oauth.people import People
from apidouble.oauth.scopes import shown

LIFETIME = 3600
"""Seconds, of access and id tokens."""
REFRESH_LIFETIME = 30 * 24 * 3600
_LOCAL_PART = re.compile(r"[A-Za-z0-9._-]+")


class Mint:
    """Makes tokens."""

    __slots__ = ("_people", "_signer")

    def __init__(self, people: People, signer: Signer) -> None:
        self._people = people
        self._signer = signer

    def answer(
        self, call: Call, grant: Grant, scopes: tuple[str, ...] | None, *, refresh: bool
    ) -> dict[str, Any]:
        """What the token endpoint answers (RFC 6749 section 5.1), with a new token of each kind."""
        ledger, source = ledger_of(call.sandbox.oauth), call.sandbox.source
        issued = int(call.now)
        scope = shown(scopes, self._people, grant.subject)
        audience = grant.audience
        claims = {
            "iss": call.issuer,
            "sub": grant.subject,
            "aud": list(audience) if isinstance(audience, tuple) else audience,
            "exp": issued + LIFETIME,
            "iat": issued,
            "jti": source.uuid("oauth token", ledger.next()),
            "client_id": grant.client,
        }
        if scope:
            claims["scope"] = scope
        if (role := self._people.role(grant.subject)) is not None:
            claims["roles"] = [role]
        access = self._signer.sign(claims, "at+jwt")
        ledger.keep(ledger.access, access, AccessToken(grant, scopes, issued + LIFETIME, claims))
        answer: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME}
        if refresh:
            text = ledger.opaque(source, "refresh")
            ledger.keep(ledger.refresh, text, RefreshToken(grant, issued + REFRESH_LIFETIME))
            answer["refresh_token"] = text
        if scope:
            answer["scope"] = scope
        if scopes is not None and "openid" in scopes:
            answer["id_token"] = self._id_token(call, grant, scopes, access)
        return answer

    def _id_token(self, call: Call, grant: Grant, scopes: tuple[str, ...], access: str) -> str:
        issued = int(call.now)
        half = urlsafe_b64encode(sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()
        claims = {
            "iss": call.issuer,
            "aud": grant.client,
            "exp": issued + LIFETIME,
            "iat": issued,
            "auth_time": grant.authenticated,
            "at_hash": half,
            **self.claims(grant.subject, scopes),
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        return self._signer.sign(claims, "JWT")

    def claims(self, subject: str, scopes: tuple[str, ...] | None) -> dict[str, Any]:
        """Claims about a person (OpenID Connect Core section 5.4)."""
        told: dict[str, Any] = {"sub": subject}
        if scopes is None or "profile" in scopes:
            told |= {"name": subject, "preferred_username": subject}
        if (scopes is None or "email" in scopes) and _LOCAL_PART.fullmatch(subject):
            told |= {"email": f"{subject}@example.com", "email_verified": True}
        role = self._people.role(subject)
        return told | ({"roles": [role]} if role is not None else {})

"""The provider as a whole: its endpoints, its description, and who a token is at an API.

In: the identities and scopes of all APIs. Out: endpoints by path; `Identity` for tokens. May not
know: ASGI, routing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apidouble.engine.exchange import Reply
from apidouble.identity import Identity
from apidouble.oauth.authorize import METHODS, MODES, TYPES, AuthorizationEndpoint
from apidouble.oauth.call import Call, Endpoint, json_reply
from apidouble.oauth.grants import TokenEndpoint
from apidouble.oauth.inspection import UserInfo, fault, introspect, revoke
from apidouble.oauth.keys import ALGORITHM, Signer
from apidouble.oauth.ledger import found_ledger
from apidouble.oauth.people import OPENID, People
from apidouble.oauth.tokens import Mint
from apidouble.sandbox import Sandbox

PREFIX = "/__oauth"
_CLIENTS = ["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True, slots=True)
class Service:
    """What answers at one path."""

    name: str
    """As the journal shows it."""
    methods: tuple[str, ...]
    answer: Endpoint


class Provider:
    """See the module's text."""

    def __init__(self, identities: Mapping[str, Sequence[Identity]], scopes: Iterable[str] = ()) -> None:
        """`identities` by API; `scopes`: what the documents declare."""
        self._people = People(identities, scopes)
        self._signer = Signer()
        mint = Mint(self._people, self._signer)
        self._token = TokenEndpoint(self._people, mint)
        about = Service("metadata", ("GET",), self._metadata)
        self.services: Mapping[str, Service] = {
            "/.well-known/openid-configuration": about,
            "/.well-known/oauth-authorization-server": about,
            "/jwks": Service("jwks", ("GET",), self._key_set),
            "/authorize": Service("authorize", ("GET", "POST"), AuthorizationEndpoint(self._people, mint)),
            "/token": Service("token", ("POST",), self._token),
            "/userinfo": Service("userinfo", ("GET", "POST"), UserInfo(mint)),
            "/revoke": Service("revoke", ("POST",), revoke),
            "/introspect": Service("introspect", ("POST",), introspect),
        }
        """By path below the issuer."""

    def caller(self, api: str, sandbox: Sandbox, text: str) -> Identity | str | None:
        """Who an access token is at an API; why it is no longer good; None if it is not one of ours.

        It is found by its text, so that no signature is verified for each request.
        """
        ledger = found_ledger(sandbox.oauth)
        token = ledger.access.get(text) if ledger is not None else None
        if token is None:
            return None
        if wrong := fault(token, sandbox.clock.timestamp()):
            return wrong
        identity = token.callers.get(api)
        if identity is None:
            identity = token.callers[api] = self._people.caller(api, token)
        return identity

    def _metadata(self, call: Call) -> Reply:
        """OpenID Connect Discovery section 3 and RFC 8414 section 2."""
        issuer = call.issuer
        told = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "revocation_endpoint": f"{issuer}/revoke",
            "introspection_endpoint": f"{issuer}/introspect",
            "scopes_supported": list(dict.fromkeys((*OPENID, *self._people.declared))),
            "response_types_supported": list(TYPES),
            "response_modes_supported": list(MODES),
            "grant_types_supported": [*self._token.grants, "implicit"],
            "code_challenge_methods_supported": list(METHODS),
            "token_endpoint_auth_methods_supported": _CLIENTS,
            "revocation_endpoint_auth_methods_supported": _CLIENTS,
            "introspection_endpoint_auth_methods_supported": _CLIENTS,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "claims_supported": [
                *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"),
                *("name", "preferred_username", "email", "email_verified", "roles"),
            ],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
        return json_reply(told, keep=True)

    def _key_set(self, call: Call) -> Reply:
        return json_reply(self._signer.key_set(), keep=True)

"""Who can be signed in, and what they may do: the identities of all APIs as one list of people.

In: each API's identities and the scopes its document declares. Out: people by name, an API's own
identity for a token. May not know: HTTP, how tokens are kept.

People with one name at several APIs are one person, who may have other rights at each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from apidouble.identity import Identity
from apidouble.oauth.ledger import AccessToken

OPENID = ("openid", "profile", "email", "offline_access")
"""Scopes of OpenID Connect Core, sections 5.4 and 11: about the person, never about an API."""
NOBODY = "demo"
"""Who signs in where no API knows anybody."""


class People:
    """See the module's text."""

    def __init__(self, identities: Mapping[str, Sequence[Identity]], scopes: Iterable[str] = ()) -> None:
        """`identities` by API; `scopes`: what the documents declare."""
        self._apis = {
            api: ({one.name: one for one in reversed(known)}, _default(known))
            for api, known in identities.items()
        }
        self.declared = tuple(dict.fromkeys(scopes))
        everybody = [one for known in identities.values() for one in known]
        self._names: dict[str, list[Identity]] = {}
        for one in everybody:
            self._names.setdefault(one.name, []).append(one)
        self.default = next((one.name for one in everybody if one.default), _first(everybody))
        if not self._names:
            self._names[NOBODY] = [Identity(NOBODY)]
        self._logins = _logins(everybody)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def names(self) -> list[str]:
        """All people, in the order of the APIs."""
        return list(self._names)

    def hinted(self, hint: str) -> str:
        """The person that a login hint names, else the default one."""
        if hint in self._names:
            return hint
        login = self._logins.get(hint)
        return login[0] if login is not None else self.default

    def login(self, username: str, password: str) -> str | None:
        """The person with this user name and password; None if there is none.

        A `user:password` of a fixture is checked; an identity without one takes any password.
        """
        login = self._logins.get(username)
        if login is not None:
            return login[0] if password == login[1] else None
        return username if username in self._names else None

    def role(self, name: str) -> str | None:
        """The first role that the person has anywhere."""
        return next((one.role for one in self._names.get(name, ()) if one.role), None)

    def scopes(self, name: str) -> frozenset[str] | None:
        """What the person may do anywhere; None: everything."""
        allowed: set[str] = set()
        for one in self._names.get(name, ()):
            if one.scopes is None:
                return None
            allowed |= one.scopes
        return frozenset(allowed)

    def caller(self, api: str, token: AccessToken) -> Identity:
        """Who a token is at an API: its identity of that name, else its default one, with no more
        scopes than were granted.
        """
        known, default = self._apis.get(api, ({}, Identity(NOBODY)))
        identity = known.get(token.grant.subject, default)
        if token.scopes is None:
            return identity
        granted = frozenset(token.scopes)
        return replace(identity, scopes=granted if identity.scopes is None else granted & identity.scopes)


def _default(known: Sequence[Identity]) -> Identity:
    return next((one for one in known if one.default), known[0] if known else Identity(NOBODY))


def _first(everybody: Sequence[Identity]) -> str:
    return everybody[0].name if everybody else NOBODY


def _logins(everybody: Iterable[Identity]) -> dict[str, tuple[str, str]]:
    """User name -> (identity, password), of what fixtures declare as `user:password`."""
    found: dict[str, tuple[str, str]] = {}
    for one in everybody:
        for value in one.credentials.values():
            user, colon, password = str(value).partition(":")
            if colon and user:
                found.setdefault(user, (one.name, password))
    return found

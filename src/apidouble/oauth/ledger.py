"""The codes and tokens of one sandbox.

In: grants. Out: codes and tokens, found again by their text until they expire, are used up or
revoked. May not know: HTTP, identities, how tokens are signed.

Whatever descends from one consent shares a `Grant`, so that all of it can be revoked at once: a
code or refresh token that comes a second time was stolen (RFC 6749 section 4.1.2, RFC 9700
section 4.14.2).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apidouble.clock import Source
from apidouble.identity import Identity

T = TypeVar("T")
_KEY = "ledger"
_MOST = 10_000
"""Of each kind; the oldest go first."""


@dataclass(eq=False, slots=True)
class Grant:
    """What somebody allowed a client to do."""

    subject: str
    """Name of the identity."""
    client: str
    scopes: tuple[str, ...] | None
    """None: no scope was asked for, so that whatever the identity may do is granted."""
    audience: str | tuple[str, ...]
    authenticated: int
    """When, in seconds since the epoch."""
    nonce: str | None = None
    revoked: bool = False


@dataclass(eq=False, slots=True)
class Code:
    """An authorization code."""

    grant: Grant
    redirect_uri: str
    expires: float
    challenge: str | None
    method: str
    """`S256` or `plain`."""
    used: bool = False


@dataclass(eq=False, slots=True)
class AccessToken:
    """An access token, with the claims it was signed with."""

    grant: Grant
    scopes: tuple[str, ...] | None
    expires: int
    claims: dict[str, Any]
    revoked: bool = False
    callers: dict[str, Identity] = field(default_factory=dict)
    """API -> who the token is there, as found so far."""


@dataclass(eq=False, slots=True)
class RefreshToken:
    """A refresh token, good for one use."""

    grant: Grant
    expires: float
    used: bool = False


class Ledger:
    """See the module's text."""

    __slots__ = ("_count", "access", "codes", "refresh")

    def __init__(self) -> None:
        self._count = 0
        self.codes: dict[str, Code] = {}
        self.access: dict[str, AccessToken] = {}
        self.refresh: dict[str, RefreshToken] = {}

    def next(self) -> int:
        """Numbers everything that is handed out."""
        self._count += 1
        return self._count

    def opaque(self, source: Source, kind: str) -> str:
        """The text of a new code or refresh token: 43 characters that are fine in a URL."""
        digest = source.digest(f"oauth {kind}", self.next())
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def keep(self, shelf: dict[str, T], text: str, one: T) -> None:
        """Keep a code or token, rather than the oldest one of its kind."""
        while len(shelf) >= _MOST:
            del shelf[next(iter(shelf))]
        shelf[text] = one


def carried(oauth: MutableMapping[str, Any]) -> dict[str, Any]:
    """Codes and tokens for the sandbox of another double: everybody stays signed in, as whoever bears
    the name there.
    """
    ledger = found_ledger(oauth)
    for token in ledger.access.values() if ledger is not None else ():
        token.callers.clear()
    return dict(oauth)


def found_ledger(oauth: MutableMapping[str, Any]) -> Ledger | None:
    """The ledger of a sandbox, None where nothing was handed out yet."""
    ledger: Ledger | None = oauth.get(_KEY)
    return ledger


def ledger_of(oauth: MutableMapping[str, Any]) -> Ledger:
    """The ledger of a sandbox, a new one if need be; a reset drops it."""
    ledger: Ledger = oauth.setdefault(_KEY, Ledger())
    return ledger

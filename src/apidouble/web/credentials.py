"""The demo credentials of an API, and how a client sends them.

In: an API's security schemes and its fixture's identities. Out: the identities that may be told
to people, each with what to put where. May not know: how credentials are checked.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from apidouble.contract.operation import Contract, Scheme
from apidouble.identity import Identity

TOKEN, KEY, BASIC = "demo-token", "demo-key", "demo:demo"


@dataclass(frozen=True, slots=True)
class Sending:
    """One credential as it travels."""

    scheme: str
    location: Literal["header", "query", "cookie"]
    name: str
    value: str

    def __str__(self) -> str:
        joint = ": " if self.location == "header" else "="
        where = "" if self.location == "header" else f" ({self.location})"
        return f"{self.name}{joint}{self.value}{where}"


def demo_identity(contract: Contract) -> Identity | None:
    """Who is known where a fixture declares nobody; None if nothing is ever asked for."""
    values = {scheme.name: _demo_value(scheme) for scheme in contract.schemes.values()}
    return Identity("demo", credentials=values, default=True) if values else None


def _demo_value(scheme: Scheme) -> str:
    if scheme.kind == "apiKey":
        return KEY
    return BASIC if scheme.kind == "http" and scheme.scheme == "basic" else TOKEN


def sendings(contract: Contract, identity: Identity) -> Iterator[Sending]:
    """What a client sends to be this identity at every operation.

    Where an operation takes one credential or another, the first that the identity has is enough.
    """
    for name in _needed(contract, identity):
        scheme = contract.schemes.get(name)
        sending = _sending(scheme, str(identity.credentials[name])) if scheme is not None else None
        if sending is not None:
            yield sending


def _needed(contract: Contract, identity: Identity) -> list[str]:
    """Names of the schemes, in the order in which operations ask for them."""
    needed: dict[str, None] = {}
    for security in {operation.security: None for operation in contract.operations.values()}:
        for requirement in security:
            names = [scheme.name for scheme, _ in requirement.schemes]
            if names and all(name in identity.credentials for name in names):
                needed.update(dict.fromkeys(names))
                break
    return list(needed)


def _sending(scheme: Scheme, value: str) -> Sending | None:
    if scheme.kind == "apiKey" and scheme.location:
        return Sending(scheme.name, scheme.location, scheme.parameter, value)
    if scheme.kind == "http" and scheme.scheme == "basic":
        encoded = b64encode(value.encode()).decode()
        return Sending(scheme.name, "header", "Authorization", f"Basic {encoded}")
    if scheme.kind == "http":
        return Sending(scheme.name, "header", "Authorization", f"{scheme.scheme.capitalize()} {value}")
    if scheme.kind in {"oauth2", "openIdConnect"}:
        return Sending(scheme.name, "header", "Authorization", f"Bearer {value}")
    return None


def known_identities(contract: Contract, declared: Sequence[Identity]) -> tuple[Identity, ...]:
    """The declared identities, the default one first, or the demo one."""
    if declared:
        return tuple(sorted(declared, key=lambda identity: not identity.default))
    demo = demo_identity(contract)
    return (demo,) if demo else ()

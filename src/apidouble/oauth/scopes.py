"""Scopes: as text, and what of them is granted.

In: the `scope` of a request, what a person may do. Out: the granted scopes, or a refusal. May not
know: tokens, HTTP.
"""

from __future__ import annotations

import re

from apidouble.oauth.call import refused
from apidouble.oauth.people import OPENID, People

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""RFC 6749 section 3.3."""


def read_scopes(text: str | None) -> tuple[str, ...] | None:
    """The scopes of a parameter, each once; None where it names none."""
    names = tuple(dict.fromkeys(text.split(" "))) if text else ()
    names = tuple(name for name in names if name)
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise refused("invalid_scope", "The scope holds characters that no scope may have.")
    return names or None


def granted(asked: tuple[str, ...] | None, people: People, subject: str) -> tuple[str, ...] | None:
    """What of the asked scopes the person may have; None: all that the person may do.

    Less than what was asked for may be granted (RFC 6749 section 3.3), but not nothing at all.
    """
    if asked is None:
        return None
    allowed = people.scopes(subject)
    if allowed is None:
        return asked
    kept = tuple(name for name in asked if name in allowed or name in OPENID)
    if not kept:
        told = " ".join(sorted(allowed)) or "none"
        raise refused("invalid_scope", f"The identity {subject} has none of these scopes; it has: {told}.")
    return kept


def shown(scopes: tuple[str, ...] | None, people: People, subject: str) -> str:
    """The `scope` of a token; '' where there is nothing to name."""
    if scopes is not None:
        return " ".join(scopes)
    allowed = people.scopes(subject)
    return " ".join(people.declared if allowed is None else sorted(allowed))

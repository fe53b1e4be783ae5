"""Codes and tokens, as one sandbox keeps them."""

from __future__ import annotations

import re

from apidouble.clock import Source
from apidouble.identity import Identity
from apidouble.oauth import ledger as module
from apidouble.oauth.ledger import AccessToken, Grant, Ledger, carried, found_ledger, ledger_of


def grant() -> Grant:
    return Grant("anna", "app", None, "urn:a", 0)


def test_a_ledger_belongs_to_its_sandbox() -> None:
    """It is made at first use, stays, and goes with the sandbox's dict."""
    oauth: dict[str, object] = {}
    assert found_ledger(oauth) is None
    first = ledger_of(oauth)
    assert first is ledger_of(oauth) is found_ledger(oauth)
    assert ledger_of({}) is not first


def test_texts_repeat_with_the_seed_only() -> None:
    """43 characters that a URL takes; never the same twice; the same again from the same seed."""
    source, one, two = Source(1), Ledger(), Ledger()
    texts = [one.opaque(source, "code") for _ in range(50)]
    assert len(set(texts)) == 50
    assert all(re.fullmatch("[A-Za-z0-9_-]{43}", text) for text in texts)
    assert [two.opaque(source, "code") for _ in range(50)] == texts
    assert Ledger().opaque(Source(2), "code") != texts[0]
    assert Ledger().opaque(source, "refresh") != texts[0]


def test_a_ledger_does_not_grow_for_ever() -> None:
    """The oldest token makes room for the newest."""
    one, most = Ledger(), module._MOST
    for number in range(most + 2):
        one.keep(one.access, str(number), AccessToken(grant(), None, 0, {}))
    assert len(one.access) == most
    assert next(iter(one.access)) == "2"
    assert list(one.access)[-1] == str(most + 1)


def test_what_is_carried_forgets_who_was_who() -> None:
    """Another double may know the same people by other rights."""
    oauth: dict[str, object] = {}
    token = AccessToken(grant(), None, 0, {}, callers={"shop": Identity("anna")})
    ledger_of(oauth).keep(ledger_of(oauth).access, "t", token)
    assert ledger_of(carried(oauth)).access["t"] is token
    assert token.callers == {}
    assert carried({}) == {}

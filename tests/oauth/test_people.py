"""Who can be signed in, and what is granted to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.errors import Refusal
from apidouble.identity import Identity
from apidouble.oauth.ledger import AccessToken, Grant
from apidouble.oauth.people import People
from apidouble.oauth.scopes import granted, read_scopes, shown

ANNA = Identity("anna", "owner", default=True, credentials={"Login": "a:pass:word"})
BERT = Identity("bert", scopes=frozenset({"read"}))
BERT_THERE = Identity("bert", "guest", scopes=frozenset({"write"}))
PEOPLE = People({"shop": [ANNA, BERT], "team": [BERT_THERE]}, ["read", "write", "read"])
NAMES = st.sampled_from(["read", "write", "admin", "openid", "email"])


def token(subject: str, *scopes: str) -> AccessToken:
    return AccessToken(Grant(subject, "app", None, "", 0), scopes or None, 0, {})


def test_one_name_is_one_person() -> None:
    """With the rights of all APIs together, and those of each API there."""
    assert PEOPLE.names() == ["anna", "bert"]
    assert PEOPLE.scopes("bert") == frozenset({"read", "write"})
    assert PEOPLE.scopes("anna") is None
    assert (PEOPLE.role("anna"), PEOPLE.role("bert"), PEOPLE.role("x")) == ("owner", "guest", None)
    assert PEOPLE.caller("shop", token("bert")) is BERT
    assert PEOPLE.caller("team", token("bert")) is BERT_THERE


def test_strangers_are_the_default_identity() -> None:
    """At an API that does not know the name, with the scopes of the token all the same."""
    assert PEOPLE.caller("shop", token("carl")) is ANNA
    assert PEOPLE.caller("team", token("anna")) is BERT_THERE
    assert PEOPLE.caller("shop", token("carl", "read")).scopes == frozenset({"read"})
    assert PEOPLE.caller("nowhere", token("carl")).name == "demo"


def test_logins() -> None:
    """A password may hold colons; a name without a password takes any."""
    assert PEOPLE.login("a", "pass:word") == "anna"
    assert PEOPLE.login("a", "pass") is None
    assert PEOPLE.login("bert", "anything") == "bert"
    assert PEOPLE.login("carl", "anything") is None
    assert [PEOPLE.hinted(hint) for hint in ("bert", "a", "carl", "")] == ["bert", "anna", "anna", "anna"]


def test_nobody() -> None:
    """Without any identity there is one that nobody declared."""
    people = People({"bare": []})
    assert (people.default, people.names(), people.scopes("demo")) == ("demo", ["demo"], None)
    assert "demo" in people


@given(st.lists(NAMES, min_size=1))
def test_never_more_than_allowed(asked: list[str]) -> None:
    """A token's scopes at an API are asked for, and held by the identity there."""
    if set(asked) == {"admin"}:
        with pytest.raises(Refusal, match="bert has none of these scopes"):
            granted(read_scopes(" ".join(asked)), PEOPLE, "bert")
        return
    scopes = granted(read_scopes(" ".join(asked)), PEOPLE, "bert")
    assert scopes is not None
    assert set(scopes) == set(asked) & {"read", "write", "openid", "email"}
    assert PEOPLE.caller("shop", token("bert", *scopes)).scopes == frozenset(scopes) & {"read"}
    assert PEOPLE.caller("shop", token("anna", *scopes)).scopes == frozenset(scopes)


@pytest.mark.parametrize(("text", "scopes"), [(None, None), ("", None), (" ", None), ("b a  b", ("b", "a"))])
def test_reading_scopes(text: str | None, scopes: tuple[str, ...] | None) -> None:
    """Each once, in order; none at all is not the same as an empty list."""
    assert read_scopes(text) == scopes


@pytest.mark.parametrize("text", ['a"b', "a\\b", "é", "a\tb"])
def test_no_scopes(text: str) -> None:
    """Characters that RFC 6749 does not allow are refused."""
    with pytest.raises(Refusal):
        read_scopes(text)


def test_showing_scopes() -> None:
    """What was asked for, else what the person has, else what there is."""
    assert shown(("openid",), PEOPLE, "anna") == "openid"
    assert shown(None, PEOPLE, "anna") == "read write"
    assert shown(None, PEOPLE, "bert") == "read write"
    assert shown(None, People({}), "demo") == ""

"""Guards: credentials to identities."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest

from apidouble.contract.operation import Requirement, Scheme
from apidouble.errors import Refusal
from apidouble.identity import ANONYMOUS, Identity
from apidouble.web.addresses import Address
from apidouble.web.arrival import Arrival, Head
from apidouble.web.security import make_guard

BEARER = Scheme("Token", "http", scheme="bearer")
BASIC = Scheme("Login", "http", scheme="basic")
KEY = Scheme("Key", "apiKey", "header", "X-Api-Key")
QUERY = Scheme("QueryKey", "apiKey", "query", "access_token")
COOKIE = Scheme("Session", "apiKey", "cookie", "sid")

ANNA = Identity(
    "anna",
    scopes=frozenset({"read"}),
    credentials={
        "Token": "t-anna",
        "Key": "k",
        "Login": "anna:pass:word",
        "QueryKey": "t-anna",
        "Session": "s",
    },
    default=True,
)
BERT = Identity("bert", credentials={"Token": "t-bert", "Key": "k"})


def arrival(query: bytes = b"", **headers: str) -> Arrival:
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    sandbox: Any = SimpleNamespace()
    return Arrival(Head("GET", query, plain, 0, Address("default", "/", "", "")), sandbox, 0.0)


def need(*schemes: Scheme, scopes: tuple[str, ...] = ()) -> Requirement:
    return Requirement(tuple((scheme, scopes) for scheme in schemes))


def status(guard: Any, request: Arrival) -> int:
    with pytest.raises(Refusal) as caught:
        guard(request)
    return caught.value.status


def test_a_known_token_names_its_caller() -> None:
    """The scheme's word is read in any case."""
    guard = make_guard([need(BEARER)], [ANNA, BERT], "strict")
    assert guard is not None
    assert guard(arrival(authorization="bEaReR t-bert")) is BERT


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "t-anna", "Basic t-anna", "Bearer nobody", "Bearert-anna"]
)
def test_anything_else_is_refused_with_a_challenge(value: str) -> None:
    """401 says which scheme is wanted and which demo credentials exist."""
    guard = make_guard([need(BEARER)], [ANNA], "strict")
    assert guard is not None
    with pytest.raises(Refusal) as caught:
        guard(arrival(authorization=value))
    assert caught.value.status == 401
    assert dict(caught.value.headers)["WWW-Authenticate"].startswith("Bearer")
    assert "t-anna" in caught.value.detail


def test_schemes_in_one_requirement_are_needed_together() -> None:
    """AND: both credentials, and they must belong to one caller."""
    guard = make_guard([need(BEARER, KEY)], [ANNA, BERT], "strict")
    assert guard is not None
    assert guard(arrival(authorization="Bearer t-bert", x_api_key="k")) is BERT
    assert status(guard, arrival(authorization="Bearer t-bert")) == 401
    assert status(guard, arrival(x_api_key="k")) == 401
    assert status(guard, arrival(authorization="Bearer t-bert", x_api_key="other")) == 401


def test_requirements_are_alternatives() -> None:
    """OR: the first that holds decides who calls; an empty one lets anyone in."""
    guard = make_guard([need(BEARER), need(QUERY)], [ANNA, BERT], "strict")
    assert guard is not None
    assert guard(arrival(b"x=1&access_token=t-anna")) is ANNA
    optional = make_guard([need(BEARER), need()], [ANNA], "strict")
    assert optional is not None
    assert optional(arrival()) is ANONYMOUS


def test_basic_and_cookie_credentials_are_read() -> None:
    """A password may hold a colon; a cookie may stand among others."""
    word = base64.b64encode(b"anna:pass:word").decode()
    basic = make_guard([need(BASIC)], [ANNA], "strict")
    cookie = make_guard([need(COOKIE)], [ANNA], "strict")
    assert basic is not None
    assert cookie is not None
    assert basic(arrival(authorization=f"Basic {word}")) is ANNA
    assert status(basic, arrival(authorization="Basic !!!")) == 401
    assert cookie(arrival(cookie="a=b; sid=s")) is ANNA


def test_a_missing_scope_is_403() -> None:
    """The caller is known, but may not."""
    guard = make_guard([need(BEARER, scopes=("write",))], [ANNA, BERT], "strict")
    assert guard is not None
    assert status(guard, arrival(authorization="Bearer t-anna")) == 403
    assert guard(arrival(authorization="Bearer t-bert")) is BERT


def test_any_takes_whatever_is_well_formed() -> None:
    """`--auth any`: credentials must be there, whoever they name."""
    guard = make_guard([need(BEARER)], [ANNA], "any")
    assert guard is not None
    assert guard(arrival(authorization="Bearer whatever")) is ANNA
    assert status(guard, arrival()) == 401


def test_off_asks_nobody() -> None:
    """`--auth off`, and operations without requirements, have no guard at all."""
    assert make_guard([need(BEARER)], [ANNA], "off") is None
    assert make_guard([], [ANNA], "strict") is None


def test_a_minted_token_counts_where_a_bearer_is_wanted() -> None:
    """Tokens of the double's own provider are looked up; a second credential must still be right."""
    minted = {"jwt": Identity("carl")}
    guard = make_guard([need(BEARER, KEY)], [ANNA], "strict", lambda request, token: minted.get(token))
    assert guard is not None
    assert guard(arrival(authorization="Bearer jwt", x_api_key="k")).name == "carl"
    assert status(guard, arrival(authorization="Bearer jwt", x_api_key="wrong")) == 401


def minted(request: Arrival, token: str) -> Identity | str | None:
    """The double's own provider, as guards see it."""
    reader = Identity("r", scopes=frozenset({"read"}))
    known: dict[str, Identity | str] = {"made": BERT, "reader": reader, "old": "It has expired."}
    return known.get(token)


@pytest.mark.parametrize("value", ["Basic \xe9", "Basic !", "Basic 4Q==", "Basic YQ==", "Basic "])
def test_basic_credentials_that_make_no_sense(value: str) -> None:
    """Whatever bytes the header holds, it is a refusal."""
    guard = make_guard([need(BASIC)], [ANNA], "any")
    assert guard is not None
    assert status(guard, arrival(authorization=value)) == 401


def test_minted_tokens() -> None:
    """A token of the double's own provider is who it says; why it is no longer good is told."""
    guard = make_guard([need(BEARER)], [ANNA, BERT], "strict", minted)
    assert guard is not None
    assert guard(arrival(authorization="Bearer made")) is BERT
    assert guard(arrival(authorization="Bearer t-anna")) is ANNA
    with pytest.raises(Refusal, match="It has expired") as caught:
        guard(arrival(authorization="Bearer old"))
    assert caught.value.status == 401
    assert 'error="invalid_token"' in dict(caught.value.headers)["WWW-Authenticate"]
    assert status(guard, arrival(authorization="Bearer unknown")) == 401


def test_challenges_say_what_was_wrong() -> None:
    """RFC 6750 section 3.1: nothing where nothing was sent, else which error it is."""
    guard = make_guard([need(BEARER, scopes=("write",))], [ANNA], "strict")
    assert guard is not None
    for request, error in ((arrival(), ""), (arrival(authorization="Bearer t-anna"), "insufficient_scope")):
        with pytest.raises(Refusal) as caught:
            guard(request)
        challenge = dict(caught.value.headers)["WWW-Authenticate"]
        assert (f'error="{error}"' in challenge) is bool(error)


def test_minted_tokens_where_anything_goes() -> None:
    """They keep their scopes, and are refused once they are no longer good."""
    guard = make_guard([need(BEARER, scopes=("write",))], [BERT], "any", minted)
    assert guard is not None
    assert guard(arrival(authorization="Bearer unknown")) is BERT
    assert status(guard, arrival(authorization="Bearer reader")) == 403
    assert status(guard, arrival(authorization="Bearer old")) == 401


def test_a_key_beside_a_minted_token() -> None:
    """What else is needed must be somebody's, unless anything goes."""
    strict = make_guard([need(BEARER, KEY)], [ANNA], "strict", minted)
    loose = make_guard([need(KEY, BEARER)], [ANNA], "any", minted)
    assert strict is not None
    assert loose is not None
    wrong = arrival(authorization="Bearer made", x_api_key="wrong")
    assert strict(arrival(authorization="Bearer made", x_api_key="k")) is BERT
    assert status(strict, wrong) == 401
    assert loose(wrong) is BERT


@pytest.mark.parametrize(
    ("scheme", "request_"),
    [
        (Scheme("Q", "apiKey", "query", "access_token"), arrival(b"access_token=made")),
        (Scheme("H", "apiKey", "header", "Authorization"), arrival(authorization="Bearer made")),
        (Scheme("H", "apiKey", "header", "Authorization"), arrival(authorization="made")),
        (Scheme("O", "oauth2"), arrival(authorization="Bearer made")),
        (Scheme("C", "openIdConnect"), arrival(authorization="bearer made")),
    ],
)
def test_where_a_minted_token_may_stand(scheme: Scheme, request_: Arrival) -> None:
    """Documents declare bearer tokens in many ways."""
    guard = make_guard([need(scheme)], [Identity("x")], "strict", minted)
    assert guard is not None
    assert guard(request_) is BERT


def test_an_ordinary_key_is_no_token() -> None:
    """Other API keys are never looked up at the provider."""
    guard = make_guard([need(KEY)], [Identity("x")], "strict", minted)
    assert guard is not None
    assert status(guard, arrival(x_api_key="made")) == 401

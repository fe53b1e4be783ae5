"""The authorization endpoint, over a double in-process."""

from __future__ import annotations

import jwt
import pytest
from tests.oauth.conftest import CALLBACK, Login


def subject(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


@pytest.mark.parametrize(
    ("hint", "name"), [("bert", "bert"), ("carl", "carl"), ("demo", "anna"), ("?", "anna"), ("", "anna")]
)
def test_login_hint(login: Login, hint: str, name: str) -> None:
    """A hint names an identity or its user name; any other is but a hint."""
    assert subject(login.code(login.authorize(login_hint=hint)["code"])["access_token"]) == name


def test_form(login: Login) -> None:
    """OpenID Connect wants POST to be taken like GET."""
    data = {"response_type": "code", "client_id": "app", "redirect_uri": CALLBACK}
    answer = login.post("/authorize", data)
    assert (answer.status_code, answer.headers["location"].startswith(f"{CALLBACK}?code=")) == (302, True)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "magic"}, "unsupported_response_type"),
        ({"response_mode": "pigeon"}, "invalid_request"),
        ({"response_type": "token", "response_mode": "query"}, "invalid_request"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "c" * 43, "code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": "c" * 44, "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"login_hint": "bert", "scope": "write"}, "invalid_scope"),
        ({"request": "a.b.c"}, "request_not_supported"),
    ],
)
def test_errors_travel_by_redirect(login: Login, query: dict[str, str], error: str) -> None:
    """Where it is known where to send it, the client learns what was wrong, with its state."""
    got = login.authorize(state="s", **query)
    assert (got["error"], got["state"], "code" in got) == (error, "s", False)
    assert got["error_description"]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": ""},
        {"redirect_uri": ""},
        {"redirect_uri": "/callback"},
        {"redirect_uri": "http:///callback"},
        {"redirect_uri": "http://[/"},
        {"redirect_uri": "http://localhost/\r\nX-Evil: 1"},
        {"redirect_uri": "http://localhost/#fragment"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": " javascript:alert(1)"},
        {"redirect_uri": "DATA:text/html,x"},
    ],
)
def test_nowhere_to_go(login: Login, change: dict[str, str]) -> None:
    """Without a client or a safe redirect URI nobody is sent anywhere."""
    query = {"response_type": "code", "client_id": "app", "redirect_uri": CALLBACK, **change}
    answer = login.world.call("GET", "/__oauth/authorize", params=query)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "location" not in answer.headers


def test_native_apps_and_queries(login: Login) -> None:
    """Schemes of apps are fine, and a query of the client's own stays."""
    for uri, start in {
        "com.example.app:/back": "com.example.app:/back?code=",
        "http://localhost/a?b=c": "http://localhost/a?b=c&code=",
    }.items():
        query = {"response_type": "code", "client_id": "app", "redirect_uri": uri}
        answer = login.world.call("GET", "/__oauth/authorize", params=query)
        assert answer.headers["location"].startswith(start)


def test_implicit(login: Login) -> None:
    """Documents that only know the implicit grant get a token in the fragment."""
    got = login.authorize(response_type="token", scope="read", state="s")
    assert (got["token_type"], got["scope"], got["state"]) == ("Bearer", "read", "s")
    assert login.status("/shop/items", got["access_token"]) == 200
    both = login.authorize(response_type="id_token token", scope="openid", nonce="n")
    told = jwt.decode(both["id_token"], options={"verify_signature": False})
    assert (told["nonce"], told["aud"], "access_token" in both) == ("n", "app", True)
    only = login.authorize(response_type="id_token", scope="openid", nonce="n")
    assert "id_token" in only
    assert "access_token" not in only
    plain = login.authorize(response_type="token", scope="openid read")
    assert "id_token" not in plain

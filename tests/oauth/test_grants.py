"""The token endpoint, over a double in-process."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

import jwt
import pytest
from tests.oauth.conftest import CALLBACK, Login

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def claims(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_client_credentials(login: Login) -> None:
    """A client gets a token of the default identity, and nothing to refresh it with."""
    answer = login.token()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "read write")
    assert "refresh_token" not in answer
    told = claims(answer["access_token"])
    assert (told["sub"], told["client_id"], told["roles"]) == ("anna", "app", ["owner"])
    assert told["iss"] == "http://127.0.0.1:4010/__oauth"
    assert jwt.get_unverified_header(answer["access_token"])["typ"] == "at+jwt"


def test_a_client_that_is_called_as_an_identity_is_it(login: Login) -> None:
    """So that a test without a browser can choose who calls."""
    assert claims(login.token(client_id="bert")["access_token"])["sub"] == "bert"


def test_basic_client(login: Login) -> None:
    """The client may name itself by HTTP Basic, form-encoded inside (RFC 6749 section 2.3.1)."""
    basic = b64encode(b"my%20app:s%3Acret").decode()
    answer = login.post(
        "/token", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert claims(answer.json()["access_token"])["client_id"] == "my app"


@pytest.mark.parametrize(
    ("header", "data", "status", "error"),
    [
        ("", {}, 401, "invalid_client"),
        ("Basic !", {}, 401, "invalid_client"),
        ("Basic " + b64encode(b":x").decode(), {}, 401, "invalid_client"),
        ("Basic " + b64encode(b"a:b").decode(), {"client_secret": "b"}, 400, "invalid_request"),
        ("Basic " + b64encode(b"a:b").decode(), {"client_id": "c"}, 400, "invalid_request"),
    ],
)
def test_clients_that_are_refused(
    login: Login, header: str, data: dict[str, str], status: int, error: str
) -> None:
    """No client, half a client, two clients; 401 says how to do it."""
    asked = {"grant_type": "client_credentials", **data}
    answer = login.post("/token", asked, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("www-authenticate", "").startswith("Basic") == (status == 401)


def test_password(login: Login) -> None:
    """A fixture's user and password are checked; an identity without them takes any password."""
    assert claims(login.token("password", username="demo", password="demo")["access_token"])["sub"] == "anna"
    assert claims(login.token("password", username="bert", password="x")["access_token"])["sub"] == "bert"
    assert login.refused("password", username="demo", password="wrong") == "invalid_grant"
    assert login.refused("password", username="nobody", password="x") == "invalid_grant"
    assert login.refused("password", username="bert") == "invalid_request"


def test_refresh_rotates(login: Login) -> None:
    """Each refresh token is good once; a second use revokes whatever came of the grant."""
    first = login.token("password", username="bert", password="x")
    second = login.token("refresh_token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert login.status("/shop/items", second["access_token"]) == 200
    assert login.refused("refresh_token", refresh_token=first["refresh_token"]) == "invalid_grant"
    assert login.refused("refresh_token", refresh_token=second["refresh_token"]) == "invalid_grant"
    assert login.status("/shop/items", second["access_token"]) == 401


def test_refresh_keeps_to_the_grant(login: Login) -> None:
    """Fewer scopes can be had, never more; another client gets nothing."""
    first = login.token("password", username="anna", password="x", scope="read write")
    refresh = first["refresh_token"]
    assert login.refused("refresh_token", refresh_token=refresh, scope="read admin") == "invalid_scope"
    assert login.refused("refresh_token", refresh_token=refresh, client_id="other") == "invalid_grant"
    narrow = login.token("refresh_token", refresh_token=refresh, scope="read")
    assert narrow["scope"] == "read"
    wide = login.token("refresh_token", refresh_token=narrow["refresh_token"])
    assert wide["scope"] == "read write"


def test_code_with_pkce(login: Login) -> None:
    """A code is good once, for its client, redirect URI and verifier."""
    got = login.authorize(state="s 1", code_challenge=CHALLENGE, code_challenge_method="S256")
    assert (got["state"], got["iss"]) == ("s 1", "http://127.0.0.1:4010/__oauth")
    code = got["code"]
    wrong = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    for change in (
        {"code": "other"},
        {"redirect_uri": "http://localhost:9/other"},
        {"redirect_uri": None},
        {"client_id": "other"},
        {"code_verifier": "w" * 43},
        {"code_verifier": "v"},
        {"code_verifier": None},
    ):
        data = {name: value for name, value in {**wrong, **change}.items() if value is not None}
        assert login.refused("authorization_code", **data) == "invalid_grant", change
    tokens = login.code(code, code_verifier=VERIFIER)
    assert login.status("/shop/items", tokens["access_token"]) == 200
    assert login.refused("authorization_code", **wrong) == "invalid_grant"
    assert login.status("/shop/items", tokens["access_token"]) == 401
    assert login.refused("refresh_token", refresh_token=tokens["refresh_token"]) == "invalid_grant"


def test_plain_pkce_and_none(login: Login) -> None:
    """`plain` is the method where none is named; a verifier without a challenge is a sign of an attack."""
    code = login.authorize(code_challenge=VERIFIER)["code"]
    assert login.code(code, code_verifier=VERIFIER)["access_token"]
    code = login.authorize()["code"]
    wrong = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert login.refused("authorization_code", **wrong) == "invalid_grant"
    assert login.code(code)["access_token"]


def test_time(login: Login) -> None:
    """Codes, access tokens and refresh tokens expire on the sandbox's clock."""
    now = {"now": "2030-01-01T00:00:00Z", "frozen": True}
    login.world.ok("PUT", "/clock", now)
    code = login.authorize()["code"]
    tokens = login.code(login.authorize()["code"])
    told = claims(tokens["access_token"])
    assert (told["iat"], told["exp"]) == (1893456000, 1893459600)
    login.world.ok("POST", "/clock/advance", {"seconds": 600})
    assert login.refused("authorization_code", code=code, redirect_uri=CALLBACK) == "invalid_grant"
    login.world.ok("POST", "/clock/advance", {"seconds": 2999})
    assert login.status("/shop/items", tokens["access_token"]) == 200
    login.world.ok("POST", "/clock/advance", {"seconds": 1})
    assert login.status("/shop/items", tokens["access_token"]) == 401
    fresh = login.token("refresh_token", refresh_token=tokens["refresh_token"])
    assert login.status("/shop/items", fresh["access_token"]) == 200
    login.world.ok("POST", "/clock/advance", {"seconds": 30 * 24 * 3600})
    assert login.refused("refresh_token", refresh_token=fresh["refresh_token"]) == "invalid_grant"


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"", "application/x-www-form-urlencoded", "invalid_request"),
        (b"grant_type=magic", "application/x-www-form-urlencoded", "unsupported_grant_type"),
        (b"grant_type=password&grant_type=password", "application/x-www-form-urlencoded", "invalid_request"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded", "invalid_request"),
        (b'{"grant_type": "password"}', "application/json", "invalid_request"),
        (b"grant_type=password", "", "invalid_request"),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", "invalid_request"),
        (b"grant_type=client_credentials&client_id=a&scope=%22", FORM := "application/x-www-form-urlencoded",
         "invalid_scope"),
        (b"grant_type=client_credentials&client_id=bert&scope=write", FORM, "invalid_scope"),
    ],
)  # fmt: skip
def test_requests_that_are_refused(login: Login, body: bytes, kind: str, error: str) -> None:
    """Whatever is wrong is told in the shape of RFC 6749 section 5.2."""
    answer = login.world.call("POST", "/__oauth/token", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["content-type"] == "application/json"


def test_audience(login: Login) -> None:
    """A token is for the double, or for what the client names."""
    assert claims(login.token()["access_token"])["aud"] == "http://127.0.0.1:4010"
    assert claims(login.token(audience="urn:a")["access_token"])["aud"] == "urn:a"
    assert claims(login.token(resource=["urn:a", "urn:b"])["access_token"])["aud"] == ["urn:a", "urn:b"]

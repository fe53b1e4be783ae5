"""Real OAuth clients over a real socket, unchanged: Authlib, and whatever verifies JWTs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt as jose
from joserfc.jwk import KeySet
from jwt import PyJWKClient, decode
from tests.control.doubles import Program
from tests.oauth.conftest import CALLBACK


@pytest.fixture(params=["", "/~client"])
def base(program: Program, request: pytest.FixtureRequest) -> str:
    """The double's root, and that of a sandbox."""
    return f"{program.url}{request.param}"


@pytest.fixture
def metadata(base: str) -> dict[str, Any]:
    """What discovery tells."""
    told: dict[str, Any] = requests.get(f"{base}/__oauth/.well-known/openid-configuration", timeout=10).json()
    return told


@pytest.fixture
def client(metadata: dict[str, Any]) -> Iterator[OAuth2Session]:
    """Authlib's client, told nothing but what discovery says."""
    with OAuth2Session(
        "my app",
        "s:cret",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
        revocation_endpoint_auth_method="client_secret_basic",
    ) as session:
        yield session


def items(client: OAuth2Session, base: str) -> int:
    status: int = client.get(f"{base}/shop/items").status_code
    return status


def test_client_credentials(client: OAuth2Session, base: str) -> None:
    """The token is fetched, sent and taken."""
    token = client.fetch_token(grant_type="client_credentials", scope="read")
    assert token["scope"] == "read"
    assert items(client, base) == 200
    assert client.post(f"{base}/shop/items").status_code == 403


@pytest.mark.parametrize("method", ["client_secret_post", "none"])
def test_other_client_authentication(metadata: dict[str, Any], base: str, method: str) -> None:
    """Secrets in the form and public clients are taken too."""
    with OAuth2Session("app", "s", token_endpoint_auth_method=method) as client:
        client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
        assert items(client, base) == 200


def test_password_and_refresh(client: OAuth2Session, metadata: dict[str, Any], base: str) -> None:
    """Refreshing rotates; a spent refresh token is an error that the client understands."""
    first = client.fetch_token(username="bert", password="x")
    second = client.refresh_token(metadata["token_endpoint"])
    assert second["access_token"] != first["access_token"]
    assert items(client, base) == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token(metadata["token_endpoint"], refresh_token=first["refresh_token"])


def test_revocation_and_introspection(client: OAuth2Session, metadata: dict[str, Any], base: str) -> None:
    """By the client's own calls."""
    token = client.fetch_token(username="bert", password="x")
    told = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"])
    assert (told.json()["active"], told.json()["username"]) == (True, "bert")
    revoked = client.revoke_token(metadata["revocation_endpoint"], token=token["access_token"])
    assert revoked.status_code == 200
    assert items(client, base) == 401


def test_code_with_pkce_and_openid(client: OAuth2Session, metadata: dict[str, Any], base: str) -> None:
    """From discovery to a verified id_token, and userinfo about the same person."""
    verifier = generate_token(64)
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"],
        code_verifier=verifier,
        nonce="n-1",
        login_hint="bert",
        scope="openid profile read",
    )
    answer = requests.get(url, allow_redirects=False, timeout=10)
    back = answer.headers["location"]
    assert back.startswith(CALLBACK)
    token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
    assert items(client, base) == 200

    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    verified = jose.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    registry = jose.JWTClaimsRegistry(
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": "my app"},
        nonce={"essential": True, "value": "n-1"},
        sub={"essential": True, "value": "bert"},
    )
    registry.validate(verified)
    person = client.get(metadata["userinfo_endpoint"]).json()
    assert (person["sub"], person["name"]) == (verified["sub"], verified["name"])


def test_an_access_token_is_verified_by_the_key_set(
    client: OAuth2Session, metadata: dict[str, Any], base: str
) -> None:
    """As a resource server of the user's own would do it (RFC 9068), and never if it was changed."""
    token = client.fetch_token(grant_type="client_credentials", scope="read")["access_token"]
    key = PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    told = decode(token, key, algorithms=["RS256"], audience=base, issuer=metadata["issuer"])
    assert (told["sub"], told["scope"], told["client_id"]) == ("anna", "read", "my app")
    head, body, signature = token.split(".")
    broken = requests.get(
        f"{base}/shop/items",
        headers={"Authorization": f"Bearer {head}.{body}.{signature[::-1]}"},
        timeout=10,
    )
    assert broken.status_code == 401


def test_everything_that_is_advertised_is_there(metadata: dict[str, Any], base: str) -> None:
    """No address of the metadata is a 404, and all of them stay in the sandbox."""
    urls = [value for name, value in metadata.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(urls) == 6
    for url in urls:
        assert url.startswith(f"{base}/__oauth/")
        assert requests.get(url, timeout=10).status_code in {200, 400, 401, 405}, url
    assert urlsplit(metadata["issuer"]).query == ""

"""Security schemes of every kind, checked strictly: 401 with a challenge, 403 for a missing scope."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import answers

FLOW = {"clientCredentials": {"tokenUrl": "https://x.example/token", "scopes": {"read": "r", "write": "w"}}}
SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {"type": "oauth2", "flows": FLOW},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://x.example/.well-known"},
}
BASIC = "Basic " + b64encode(b"demo:demo").decode()
GOOD: dict[str, dict[str, Any]] = {
    "header": {"headers": {"X-Key": "demo-key"}},
    "query": {"params": {"key": "demo-key"}},
    "cookie": {"headers": {"Cookie": "session=demo-key"}},
    "basic": {"headers": {"Authorization": BASIC}},
    "bearer": {"headers": {"Authorization": "Bearer demo-token"}},
    "oauth": {"headers": {"Authorization": "Bearer demo-token"}},
    "openid": {"headers": {"Authorization": "Bearer demo-token"}},
}
BAD: dict[str, dict[str, Any]] = {
    "header": {"headers": {"X-Key": "wrong"}},
    "query": {"params": {"key": "wrong"}},
    "cookie": {"headers": {"Cookie": "session=wrong"}},
    "basic": {"headers": {"Authorization": "Basic " + b64encode(b"demo:wrong").decode()}},
    "bearer": {"headers": {"Authorization": "Bearer wrong"}},
    "oauth": {"headers": {"Authorization": "Bearer wrong"}},
    "openid": {"headers": {"Authorization": "Bearer wrong"}},
}


def guarded(serve: Serve, *security: dict[str, list[str]], auth: str = "strict") -> httpx.Client:
    operation = {"security": list(security), "responses": answers({"type": "integer"})}
    return serve(
        {"/secret": {"get": operation}}, settings={"auth": auth}, components={"securitySchemes": SCHEMES}
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_scheme(serve: Serve, scheme: str) -> None:
    """Nothing or something wrong is 401 with a challenge; the demo credentials open the door."""
    client = guarded(serve, {scheme: []})
    for sent in ({}, BAD[scheme]):
        refused = client.get("/secret", **sent)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"]
    assert client.get("/secret", **GOOD[scheme]).status_code == 200


def test_both_of_two_schemes(serve: Serve) -> None:
    """Schemes in one requirement are needed together."""
    client = guarded(serve, {"header": [], "bearer": []})
    assert client.get("/secret", **GOOD["header"]).status_code == 401
    assert client.get("/secret", **GOOD["bearer"]).status_code == 401
    both = GOOD["header"]["headers"] | GOOD["bearer"]["headers"]
    assert client.get("/secret", headers=both).status_code == 200


def test_either_of_two_schemes(serve: Serve) -> None:
    """Requirements are alternatives."""
    client = guarded(serve, {"header": []}, {"basic": []})
    assert client.get("/secret", **GOOD["header"]).status_code == 200
    assert client.get("/secret", **GOOD["basic"]).status_code == 200
    assert client.get("/secret", **GOOD["bearer"]).status_code == 401


def test_optional_security(serve: Serve) -> None:
    """An empty requirement lets everybody in."""
    assert guarded(serve, {"header": []}, {}).get("/secret").status_code == 200


def test_auth_any_wants_credentials_but_does_not_know_them(serve: Serve) -> None:
    """`--auth any`: present and well-formed is enough."""
    client = guarded(serve, {"bearer": []}, auth="any")
    assert client.get("/secret").status_code == 401
    assert client.get("/secret", **BAD["bearer"]).status_code == 200
    assert client.get("/secret", headers={"Authorization": "Basic demo"}).status_code == 401


def test_a_token_without_the_scope_is_403(serve: Serve) -> None:
    """A token of the double's own provider has the scopes that it was asked for."""
    client = guarded(serve, {"oauth": ["write"]})
    statuses = {}
    for scope in ("read", "write"):
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_id": "demo",
            "client_secret": "demo",
        }
        token = client.post("/__oauth/token", data=form).json()["access_token"]
        statuses[scope] = client.get("/secret", headers={"Authorization": f"Bearer {token}"}).status_code
    assert statuses == {"read": 403, "write": 200}

"""What tokens are good for: at the APIs, and at the endpoints about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import pytest
from tests.control.doubles import World
from tests.oauth.conftest import CALLBACK, Login
from tests.scenarios.conftest import BASE, InProcess

from apidouble.cli.carry import carry
from apidouble.server import Application, assemble
from apidouble.settings import Settings


def test_scopes_at_an_api(login: Login) -> None:
    """A token does what its scopes and its identity allow, and 403 says what is missing."""
    everything = login.token()["access_token"]
    reads = login.token(scope="read")["access_token"]
    guest = login.token(client_id="bert")["access_token"]
    for token, status in ((everything, 204), (reads, 403), (guest, 403)):
        assert login.status("/shop/items", token) == 200
        assert login.status("/shop/items", token, "POST") == status
    only_person = login.token(scope="openid")["access_token"]
    answer = login.world.call("GET", "/shop/items", headers={"Authorization": f"Bearer {only_person}"})
    assert (answer.status_code, "read" in answer.text) == (403, True)


def test_scopes_are_cut_to_the_identity(login: Login) -> None:
    """More than the identity has is not granted."""
    assert login.token(client_id="bert", scope="read write openid")["scope"] == "read openid"


def test_an_identity_that_an_api_does_not_know_is_its_default_one(login: Login) -> None:
    """And a key that is needed beside the token is still asked for."""
    token = login.token(client_id="bert")["access_token"]
    assert login.status("/team/members", token) == 401
    assert login.status("/team/members", token, **{"X-Key": "wrong"}) == 401
    assert login.status("/team/members", token, **{"X-Key": "team-key"}) == 204


def test_tokens_beside_demo_credentials(login: Login) -> None:
    """What the fixture declares is taken as before; a token is fine as access_token in the query."""
    token = login.token()["access_token"]
    assert login.status("/shop/items", "demo-token") == 200
    assert login.status("/shop/items", "unknown") == 401
    basic = {"Authorization": "Basic ZGVtbzpkZW1v"}
    assert login.world.call("GET", "/shop/basic", headers=basic).status_code == 204
    assert login.world.call("GET", "/shop/query", params={"access_token": token}).status_code == 204
    assert login.world.call("GET", "/shop/query", params={"access_token": f"{token}x"}).status_code == 401


def test_tokens_stay_in_their_sandbox(login: Login) -> None:
    """A token of one world is unknown in another, and after a reset, unless that keeps it."""
    token = login.token()["access_token"]
    other = Login(login.world.other(f"test-{uuid4().hex}"))
    assert (login.status("/shop/items", token), other.status("/shop/items", token)) == (200, 401)
    login.world.ok("POST", "/reset", {"keep": ["oauth"]})
    assert login.status("/shop/items", token) == 200
    login.world.ok("POST", "/reset")
    assert login.status("/shop/items", token) == 401


def test_where_anything_goes(double: Callable[..., Login]) -> None:
    """Where any credentials will do, a token is still who it says, and no longer when it has expired."""
    login = double(auth="any")
    token = login.token(scope="read")["access_token"]
    assert login.status("/shop/items", "anything", "POST") == 204
    assert login.status("/shop/items", token, "POST") == 403
    assert login.status("/team/members", token, **{"X-Key": "anything"}) == 204
    login.post("/revoke", {"token": token})
    assert login.status("/shop/items", token) == 401


def test_userinfo(login: Login) -> None:
    """Claims by scope about whom the token names; without a good token 401 says which scheme."""
    tokens = login.token("password", username="bert", password="x", scope="openid email")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = login.world.call("GET", "/__oauth/userinfo", headers=bearer)
    assert answer.json() == {
        "sub": "bert",
        "email": "bert@example.com",
        "email_verified": True,
        "roles": ["guest"],
    }
    assert login.post("/userinfo", {"access_token": tokens["access_token"]}).json() == answer.json()
    profile = login.token(scope="openid profile")["access_token"]
    told = login.world.call("GET", "/__oauth/userinfo", headers={"Authorization": f"Bearer {profile}"})
    assert told.json() == {"sub": "anna", "name": "anna", "preferred_username": "anna", "roles": ["owner"]}
    for headers, error in (({"Authorization": ""}, False), ({"Authorization": "Bearer x"}, True)):
        refused = login.world.call("GET", "/__oauth/userinfo", headers=headers)
        challenge = refused.headers["www-authenticate"]
        assert refused.status_code == 401
        assert challenge.startswith("Bearer ")
        assert ('error="invalid_token"' in challenge) is error


def test_revoking(login: Login) -> None:
    """An access token goes alone, a refresh token with its grant; what is unknown is fine (RFC 7009)."""
    tokens = login.token("password", username="anna", password="x")
    again = login.token("refresh_token", refresh_token=tokens["refresh_token"])
    assert login.post("/revoke", {"token": tokens["access_token"]}).status_code == 200
    assert login.status("/shop/items", tokens["access_token"]) == 401
    assert login.status("/shop/items", again["access_token"]) == 200
    other = login.post("/revoke", {"token": again["refresh_token"], "client_id": "other"})
    assert (other.status_code, other.json()["error"]) == (400, "invalid_grant")
    assert login.post("/revoke", {"token": again["refresh_token"]}).status_code == 200
    assert login.status("/shop/items", again["access_token"]) == 401
    assert login.refused("refresh_token", refresh_token=again["refresh_token"]) == "invalid_grant"
    assert login.post("/revoke", {"token": "unknown"}).status_code == 200
    assert login.post("/revoke", {}).status_code == 400


def test_introspection(login: Login) -> None:
    """RFC 7662: what a token says while it is good, and nothing else afterwards."""
    tokens = login.token("password", username="bert", password="x", scope="read")

    def told(token: str) -> dict[str, object]:
        body: dict[str, object] = login.post("/introspect", {"token": token, "client_id": "api"}).json()
        return body

    access = told(tokens["access_token"])
    assert (access["active"], access["sub"], access["scope"]) == (True, "bert", "read")
    assert told(tokens["refresh_token"])["active"] is True
    login.post("/revoke", {"token": tokens["refresh_token"]})
    assert told(tokens["access_token"]) == told(tokens["refresh_token"]) == told("x") == {"active": False}
    assert login.post("/introspect", {"token": "x"}).status_code == 401


def test_same_seed_same_tokens(double: Callable[..., Login]) -> None:
    """Two doubles with one seed and one time hand out the same bytes; another seed, other ones."""

    def run(seed: int) -> list[object]:
        login = double(seed=seed)
        login.world.ok("PUT", "/clock", {"now": "2030-01-01T00:00:00Z", "frozen": True})
        got = login.authorize(scope="openid", nonce="n")
        return [got, login.code(got["code"]), login.token()]

    assert run(1) == run(1)
    first, second = run(1), run(2)
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_every_form_of_a_sandbox_is_an_issuer(login: Login) -> None:
    """By host and by prefix the issuer, and with it every endpoint, stays in the sandbox."""
    client = login.world.client
    for base in ("http://one.localhost:4010", "http://127.0.0.1:4010/~one"):
        issuer = f"{base}/__oauth"
        told = client.get(f"{issuer}/.well-known/openid-configuration").json()
        assert told["issuer"] == issuer
        assert {url.rpartition("/")[0] for name, url in told.items() if name.endswith("endpoint")} == {issuer}
        assert client.get(f"{issuer}/.well-known/oauth-authorization-server").json() == told
        data = {"grant_type": "client_credentials", "client_id": "a"}
        token = client.post(told["token_endpoint"], data=data).json()["access_token"]
        assert jwt.decode(token, options={"verify_signature": False})["iss"] == issuer
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{base}/shop/items", headers=bearer).status_code == 200
        other = client.get("/shop/items", headers={**bearer, "Double-Sandbox": "another"})
        assert other.status_code == 401


@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
def test_well_known_before_the_path(login: Login, name: str) -> None:
    """RFC 8414 puts the well-known part before the path of the issuer."""
    client = login.world.client
    assert client.get(f"/.well-known/{name}/__oauth").json()["issuer"] == "http://127.0.0.1:4010/__oauth"
    far = client.get(f"/.well-known/{name}/~one/__oauth").json()
    assert far["issuer"] == "http://127.0.0.1:4010/~one/__oauth"
    assert client.get(f"/.well-known/{name}/one/__oauth").status_code == 404


def test_methods(login: Login) -> None:
    """HEAD is GET without a body, OPTIONS tells the methods, any other one is refused with them."""
    call = login.world.call
    head, get = call("HEAD", "/__oauth/jwks"), call("GET", "/__oauth/jwks")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    assert call("OPTIONS", "/__oauth/token").headers["allow"] == "OPTIONS, POST"
    refused = call("GET", "/__oauth/token")
    assert (refused.status_code, refused.headers["allow"]) == (405, "OPTIONS, POST")
    assert refused.json()["error"] == "invalid_request"
    assert call("GET", "/__oauth/nothing").status_code == 404


def test_browsers_may_call_it(login: Login) -> None:
    """CORS is on for it, preflights included, as for the APIs."""
    page = {"Origin": "http://page.example"}
    asked = {**page, "Access-Control-Request-Method": "POST"}
    preflight = login.world.call("OPTIONS", "/__oauth/token", headers=asked)
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for path in ("/token", "/userinfo", "/jwks"):
        answer = login.world.call("GET", f"/__oauth{path}", headers=page)
        assert answer.headers["access-control-allow-origin"] == "http://page.example"


def test_it_stays_without_the_control_api(double: Callable[..., Login]) -> None:
    """`--no-admin` and a token for the control API change nothing for clients."""
    assert double(admin=False).token()["access_token"]
    assert double(admin_token="secret").token()["access_token"]


def test_journal(login: Login) -> None:
    """What clients ask the provider can be counted; it is nothing unmatched, and shows no secret."""
    token = login.token("password", username="bert", password="hidden-password")
    login.refused("magic")
    call = {"path": "/__oauth/token"}
    assert login.world.ok("POST", "/requests/count", call)["count"] == 2
    assert login.world.ok("GET", "/requests/unmatched")["requests"] == []
    (first, _) = login.world.ok("GET", "/requests?api=__oauth")["requests"]
    shown = login.world.admin("GET", f"/requests/{first['id']}").text
    for secret in ("hidden-password", token["access_token"], token["refresh_token"]):
        assert secret not in shown


def test_faults_and_stubs_reach_it(login: Login) -> None:
    """A provider that is down is one more thing to test, and answers in its own shape."""
    login.world.ok("POST", "/faults", {"match": {"path": "/__oauth/token"}, "status": 503, "times": 1})
    answer = login.post("/token", {"grant_type": "client_credentials", "client_id": "a"})
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert login.token()["access_token"]


def test_documents_name_the_provider(login: Login) -> None:
    """Whatever URLs the author wrote, published documents lead to the double's own provider."""
    for prefix in ("", "/~one"):
        told = login.world.client.get(f"{prefix}/docs/shop/openapi.json").json()
        schemes = told["components"]["securitySchemes"]
        code = schemes["OAuth"]["flows"]["authorizationCode"]
        assert code["authorizationUrl"] == f"{prefix}/__oauth/authorize"
        assert code["tokenUrl"] == code["refreshUrl"] == f"{prefix}/__oauth/token"
        assert code["scopes"] == {"read": "See", "write": "Change"}
        discovery = schemes["Connect"]["openIdConnectUrl"]
        assert discovery == f"{prefix}/__oauth/.well-known/openid-configuration"
        assert login.world.client.get(discovery).status_code == 200
        assert schemes["Login"] == {"type": "http", "scheme": "basic"}
        assert "tokenUrl" not in schemes["OAuth"]["flows"]["implicit"]


def test_nobody_is_known(double: Callable[..., Login], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Over a document without security the provider still signs somebody in."""
    path = tmp_path_factory.mktemp("bare") / "bare.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {title: Bare, version: '1'}\npaths: {}\n", "utf-8")
    login = double(documents=(str(path),))
    token = login.code(login.authorize()["code"], redirect_uri=CALLBACK)["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["sub"] == "demo"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/customers/employees"),
        ("GET", "/api/v1/customers/62f6b0a05f1e4b0012a3b501/users"),
        ("PATCH", "/v3/users-employee_id/nobody"),
        ("GET", "/v2/providers/employees"),
        ("GET", "/api/1/staff"),
        ("GET", "/api/1/staff.json"),
    ],
)
def test_bundled_apis_take_tokens(bundled: Login, method: str, path: str) -> None:
    """Strictly: a token lets a client in wherever `demo-token` does, and a revoked one does not."""

    def ask(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return bundled.world.call(method, path, {"first_name": "A"}, headers=headers).status_code

    token = bundled.token()["access_token"]
    assert ask(token) == ask("demo-token") != 401
    bundled.post("/revoke", {"token": token})
    assert ask(token) == ask("unknown") == 401


def test_people_stay_signed_in_when_documents_change(runner: asyncio.Runner, project: Path) -> None:
    """The successor of a double takes its tokens, as whoever bears the name there."""
    settings = Settings(documents=(str(project),))
    old, new = assemble(settings), assemble(settings)

    def login(application: Application) -> Login:
        return Login(World(httpx.Client(transport=InProcess(application, runner), base_url=BASE), "dev"))

    tokens = login(old).token("password", username="bert", password="x")
    assert login(old).status("/shop/items", tokens["access_token"]) == 200
    assert carry(old, new) == []
    assert login(new).status("/shop/items", tokens["access_token"]) == 200
    assert login(new).status("/shop/items", tokens["access_token"], "POST") == 403
    assert login(new).token("refresh_token", refresh_token=tokens["refresh_token"])["access_token"]

"""Two small APIs with identities and scopes: one double in-process, one on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
import pytest
from tests.control.doubles import Program, World, in_process

SHOP = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: /shop}]
security: [{OAuth: [read]}]
paths:
  /items:
    get:
      operationId: listItems
      responses: {"200": {description: All, content: {application/json: {schema: {type: array}}}}}
    post:
      operationId: wipe
      security: [{OAuth: [write]}]
      responses: {"204": {description: Done}}
  /basic:
    get:
      operationId: basic
      security: [{Login: []}]
      responses: {"204": {description: Done}}
  /query:
    get:
      operationId: byQuery
      security: [{Query: []}]
      responses: {"204": {description: Done}}
components:
  securitySchemes:
    Login: {type: http, scheme: basic}
    Query: {type: apiKey, in: query, name: access_token}
    OAuth:
      type: oauth2
      flows:
        implicit: {authorizationUrl: https://login.example.com/a, scopes: {read: See}}
        authorizationCode:
          authorizationUrl: https://login.example.com/a
          tokenUrl: https://login.example.com/t
          refreshUrl: https://login.example.com/r
          scopes: {read: See, write: Change}
    Connect: {type: openIdConnect, openIdConnectUrl: https://login.example.com/}
"""
SHOP_PEOPLE = """\
identities:
  - {name: anna, role: owner, default: true, credentials: {OAuth: demo-token, Login: "demo:demo", Query: q}}
  - {name: bert, role: guest, scopes: [read], credentials: {OAuth: demo-bert}}
"""
TEAM = """\
openapi: 3.0.3
info: {title: Team, version: "1"}
servers: [{url: /team}]
security: [{Token: [], Key: []}]
paths:
  /members:
    get:
      operationId: listMembers
      responses: {"204": {description: Done}}
components:
  securitySchemes:
    Token: {type: http, scheme: bearer}
    Key: {type: apiKey, in: header, name: X-Key}
"""
TEAM_PEOPLE = """\
identities:
  - {name: carl, default: true, credentials: {Token: demo-carl, Key: team-key}}
"""
CALLBACK = "http://localhost:9/callback"


def write_project(folder: Path) -> Path:
    """The two APIs as a project."""
    for name, text in {
        "specs/shop.yaml": SHOP,
        "specs/team.yaml": TEAM,
        "fixtures/shop.yaml": SHOP_PEOPLE,
        "fixtures/team.yaml": TEAM_PEOPLE,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


class Login:
    """What tests say to the provider of one sandbox."""

    def __init__(self, world: World) -> None:
        self.world = world

    def post(self, path: str, data: Mapping[str, Any], **options: Any) -> httpx.Response:
        """A form to an endpoint."""
        headers = {"Authorization": "", **options.pop("headers", {})}
        return self.world.call("POST", f"/__oauth{path}", data=data, headers=headers, **options)

    def token(self, grant: str = "client_credentials", **data: Any) -> dict[str, Any]:
        """What the token endpoint answers to a good request."""
        answer = self.post("/token", {"grant_type": grant, "client_id": "app", **data})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def refused(self, grant: str, **data: Any) -> str:
        """The error of a request for tokens that is refused with 400."""
        answer = self.post("/token", {"grant_type": grant, "client_id": "app", **data})
        assert answer.status_code == 400, answer.text
        assert answer.headers["cache-control"] == "no-store"
        body = answer.json()
        assert body["error_description"]
        return str(body["error"])

    def authorize(self, **query: Any) -> dict[str, str]:
        """What the authorization endpoint sends to the client."""
        asked = {"response_type": "code", "client_id": "app", "redirect_uri": CALLBACK, **query}
        answer = self.world.call("GET", "/__oauth/authorize", params=asked)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["location"])
        assert f"{target.scheme}://{target.netloc}{target.path}" == CALLBACK
        return dict(parse_qsl(target.query or target.fragment, keep_blank_values=True))

    def code(self, code: str, **data: Any) -> dict[str, Any]:
        """Tokens for a code."""
        return self.token("authorization_code", **{"code": code, "redirect_uri": CALLBACK, **data})

    def status(self, path: str, token: str, method: str = "GET", **headers: str) -> int:
        """How an API answers to a token."""
        headers = {"Authorization": f"Bearer {token}", **headers}
        return self.world.call(method, path, headers=headers).status_code


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def double(runner: asyncio.Runner, project: Path) -> Callable[..., Login]:
    """Makes doubles of the two APIs with settings of their own."""

    def make(**settings: Any) -> Login:
        return Login(in_process(runner, **{"documents": (str(project),), **settings}))

    return make


@pytest.fixture(scope="session")
def shared(runner: asyncio.Runner, project: Path) -> World:
    return in_process(runner, documents=(str(project),))


@pytest.fixture
def login(shared: World) -> Login:
    """The provider of a sandbox that nobody has used yet."""
    return Login(shared.other(f"test-{uuid4().hex}"))


@pytest.fixture(scope="session")
def bundled(runner: asyncio.Runner) -> Login:
    """The provider of a double of the bundled APIs, all of them checked strictly."""
    return Login(in_process(runner, auth="strict"))


@pytest.fixture(scope="session")
def program(project: Path) -> Iterator[Program]:
    """The real program on a socket."""
    with Program(str(project)) as running:
        yield running

"""How scenario tests reach the double: one client, a fresh world for each test.

In: `APIDOUBLE_TEST_URL`, if a double that already runs (say, from the built wheel) is meant; the
bundled documents and fixtures. Out: the fixtures `api` (a `Caller` in a sandbox of its own) and
`double` (further doubles with settings of their own); a test that asks for an `operation` runs for
every documented one; `writing` is one of each API that reads a body, `reading` each GET, `unreadable`
each at a path without GET, `addressed` each at a path with a parameter.
May not know: how the double is built, beyond `assemble`.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import httpx
import pytest
import yaml

BASE = "http://127.0.0.1:4010"
ROOT = Path(__file__).parents[2]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
CREDENTIALS = {"Authorization": "Bearer demo-token", "X-Api-Key": "demo-key", "ClientId": "demo-client"}


class InProcess(httpx.BaseTransport):
    """Calls an ASGI app without a socket, whatever bytes the request holds.

    The extension `target` replaces the request target as it does for httpx's own transport, so
    that a test can send what `httpx.URL` would tidy up.
    """

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self.app = app
        self.runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.runner.run(self._call(request))

    async def _call(self, request: httpx.Request) -> httpx.Response:
        target: bytes = request.extensions.get("target", request.url.raw_path)
        raw_path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": unquote(raw_path.decode("latin-1"), errors="replace"),
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port),
            "client": ("127.0.0.1", 50000),
            "state": {},
        }
        body = request.read()
        pending = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return pending.pop() if pending else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = next(message for message in sent if message["type"] == "http.response.start")
        parts = [message.get("body", b"") for message in sent if message["type"] == "http.response.body"]
        headers = list(start.get("headers", ()))
        return httpx.Response(start["status"], headers=headers, content=b"".join(parts))


class Caller:
    """A client of the double with credentials, in one sandbox.

    All methods take httpx's keywords and answer with httpx's `Response`. Unless told otherwise a
    request carries every API's default demo credentials; each API looks at its own only.
    """

    def __init__(self, client: httpx.Client, headers: Mapping[str, str]) -> None:
        self.client = client
        self.headers = dict(headers)

    def with_headers(self, **headers: str | None) -> Caller:
        """The same caller with further headers (underscores for hyphens); None takes one away."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name not in named}
        return Caller(self.client, kept | {name: value for name, value in named.items() if value is not None})

    def identified(self, token: str) -> Caller:
        """The same caller under another bearer token."""
        return self.with_headers(Authorization=f"Bearer {token}")

    def anonymous(self) -> Caller:
        """The same caller without any credentials."""
        return self.with_headers(Authorization=None, X_Api_Key=None, ClientId=None)

    def request(
        self, method: str, path: str, *, target: bytes | None = None, **options: Any
    ) -> httpx.Response:
        """`target` is sent as the request target to the byte; `path` is then for the reader only.

        Headers may be bytes. What a client's library refuses to send skips the test.
        """
        headers = self.headers | dict(options.pop("headers", None) or {})
        raw = [
            (name.encode(), value if isinstance(value, bytes) else value.encode())
            for name, value in headers.items()
        ]
        extensions = {"target": target} if target is not None else {}
        try:
            return self.client.request(method, path, headers=raw, extensions=extensions, **options)
        except httpx.LocalProtocolError as error:
            pytest.skip(f"cannot be sent: {error}")

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> httpx.Response:
        return self.request("HEAD", path, **options)

    def options(self, path: str, **options: Any) -> httpx.Response:
        return self.request("OPTIONS", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)


@dataclass(frozen=True)
class Operation:
    """One documented operation, as its document tells it."""

    api: str
    id: str
    method: str
    path: str
    """With `{names}`."""
    url: str
    """With the documented examples for names and required query parameters."""
    body: Any
    """The first example of the request body; None if it has none."""
    parameters: tuple[Mapping[str, Any], ...]
    responses: Mapping[str, Mapping[str, Any]]
    security: tuple[Mapping[str, Mapping[str, Any]], ...]
    """Alternatives: scheme name -> scheme."""
    credentials: Mapping[str, str]
    """Of the default identity: scheme name -> what to send."""
    methods: frozenset[str]
    """All that the path knows."""

    def __str__(self) -> str:
        return f"{self.api}-{self.id}"

    def headers(self, *names: str, **instead: str) -> dict[str, str]:
        """The headers that carry these schemes' credentials, or others instead."""
        sent = {}
        for name in names:
            secret = instead.get(name, self.credentials.get(name, ""))
            scheme = next(alternative[name] for alternative in self.security if name in alternative)
            if scheme["type"] != "apiKey":
                sent["Authorization"] = f"Bearer {secret}"
            elif scheme["in"] == "header":
                sent[scheme["name"]] = secret
        return sent

    def query(self, *names: str, **instead: str) -> dict[str, str]:
        """The query parameters that do."""
        schemes = {name: scheme for alternative in self.security for name, scheme in alternative.items()}
        return {
            schemes[name]["name"]: instead.get(name, self.credentials.get(name, ""))
            for name in names
            if schemes[name]["type"] == "apiKey" and schemes[name]["in"] == "query"
        }

    def media_types(self, status: int) -> frozenset[str]:
        """What may answer with this status."""
        response = self.responses.get(str(status)) or self.responses.get("default") or {}
        return frozenset(response.get("content", {}))


@cache
def _operations() -> tuple[Operation, ...]:
    found: list[Operation] = []
    for file in sorted((ROOT / "specs").glob("*.yaml")):
        document = yaml.safe_load(file.read_text("utf-8"))
        fixture = yaml.safe_load((ROOT / "fixtures" / file.name).read_text("utf-8"))
        found.extend(
            _operation(file.stem, document, fixture, path, method)
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        )
    return tuple(found)


def _operation(
    api: str, document: Mapping[str, Any], fixture: Mapping[str, Any], path: str, method: str
) -> Operation:
    def resolve(node: Any) -> Any:
        while isinstance(node, dict) and "$ref" in node:
            here: Any = document
            for part in node["$ref"][2:].split("/"):
                here = here[part.replace("~1", "/").replace("~0", "~")]
            node = here
        return node

    item = document["paths"][path]
    node = item[method]
    parameters = tuple(
        resolve(parameter) for parameter in (*item.get("parameters", ()), *node.get("parameters", ()))
    )
    url, query = path, []
    for parameter in parameters:
        schema = resolve(parameter.get("schema", {}))
        value = parameter.get("example", schema.get("example", schema.get("enum", ["x"])[0]))
        text = quote(str(value), safe="")
        if parameter["in"] == "path":
            url = url.replace(f"{{{parameter['name']}}}", text)
        elif parameter["in"] == "query" and parameter.get("required"):
            query.append(f"{parameter['name']}={text}")
    media = resolve(node.get("requestBody", {})).get("content", {}).get("application/json", {})
    examples = [resolve(example)["value"] for example in media.get("examples", {}).values()]
    schemes = document["components"]["securitySchemes"]
    identity = next(identity for identity in fixture["identities"] if identity.get("default"))
    return Operation(
        api,
        node["operationId"],
        method.upper(),
        path,
        "?".join((url, "&".join(query))) if query else url,
        media.get("example", examples[0] if examples else None),
        parameters,
        {status: resolve(response) for status, response in node["responses"].items()},
        tuple(
            {name: schemes[name] for name in alternative}
            for alternative in node.get("security", document.get("security", ()))
        ),
        identity["credentials"],
        frozenset(name.upper() for name in METHODS if name in item),
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for all operations of the kind that it asks for."""
    every = _operations()
    first: dict[str, Operation] = {}
    for operation in every:
        if operation.body is not None:
            first.setdefault(operation.api, operation)
    kinds = {
        "operation": every,
        "writing": tuple(first.values()),
        "reading": tuple(one for one in every if one.method == "GET"),
        "unreadable": tuple(one for one in every if "GET" not in one.methods),
        "addressed": tuple(one for one in every if "{" in one.path),
    }
    for kind, operations in kinds.items():
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, operations, ids=str)


@pytest.fixture
def picture(api: Caller) -> Callable[[str], list[Any]]:
    """Everything that one API shows of its state."""

    def take(name: str) -> list[Any]:
        mine = [operation for operation in _operations() if operation.api == name]
        shown = [
            api.get(operation.url)
            for operation in mine
            if operation.method == "GET" and not re.search(r"\.jsonp?$", operation.path)
        ] or [api.patch(operation.url, json={}) for operation in mine]
        assert {answer.status_code for answer in shown} == {200}, [answer.text for answer in shown]
        return [answer.text for answer in shown]

    return take


def _assembled(runner: asyncio.Runner, **settings: Any) -> httpx.Client:
    from apidouble.server import assemble
    from apidouble.settings import Settings

    app = assemble(Settings(**({"quiet": True, "strict": True} | settings)))
    return httpx.Client(transport=InProcess(app, runner), base_url=BASE)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def client(runner: asyncio.Runner) -> Iterator[httpx.Client]:
    """The double under test: the five bundled APIs, answers checked strictly."""
    url = os.environ.get("APIDOUBLE_TEST_URL")
    with httpx.Client(base_url=url, timeout=30) if url else _assembled(runner) as client:
        yield client


@pytest.fixture
def api(client: httpx.Client) -> Caller:
    """A caller whose sandbox nobody has touched yet."""
    return Caller(client, CREDENTIALS | {"Double-Sandbox": f"scenario-{uuid4().hex}"})


@pytest.fixture
def double(runner: asyncio.Runner) -> Iterator[Callable[..., Caller]]:
    """Makes callers of doubles with settings of their own: `double(values={"staff": {...}})`."""
    if os.environ.get("APIDOUBLE_TEST_URL"):
        pytest.skip("the double that runs already has its settings")
    clients: list[httpx.Client] = []

    def make(**settings: Any) -> Caller:
        clients.append(_assembled(runner, **settings))
        return Caller(clients[-1], CREDENTIALS)

    yield make
    for one in clients:
        one.close()

"""How scenario tests reach the double: one client, a fresh world for each test.

In: `APIDOUBLE_TEST_URL`, if a double that already runs (say, from the built wheel) is meant.
Out: the fixtures `api` (a `Caller` in a sandbox of its own) and `double` (further doubles with
settings of their own). May not know: how the double is built, beyond `assemble`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

BASE = "http://127.0.0.1:4010"
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
            "path": httpx.URL(BASE).copy_with(raw_path=raw_path).path,
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
        """`target` is sent as the request target to the byte; `path` is then for the reader only."""
        headers = self.headers | dict(options.pop("headers", None) or {})
        extensions = {"target": target} if target is not None else {}
        return self.client.request(method, path, headers=headers, extensions=extensions, **options)

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

"""How tests of the control API reach a double: in-process, or as the real program on a socket.

In: settings or flags. Out: `World`, one sandbox of a double called in-process; `Program`, a running
`apidouble serve`. May not know: how the double is built, beyond `assemble`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from tests.scenarios.conftest import BASE, CREDENTIALS, InProcess

ROOT = Path(__file__).parents[2]
STAFF = "07f971d7-e6ae-437c-bdb5-12e45a12cb81"
"""The documented member of staff."""
SMALL = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /shops/{shopId}/items:
    parameters: [{name: shopId, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: listItems
      responses:
        "200":
          description: All
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
    post:
      operationId: addItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
      responses:
        "201":
          description: Made
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
  /shops/{shopId}/items/{itemId}:
    parameters:
      - {name: shopId, in: path, required: true, schema: {type: integer}}
      - {name: itemId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: getItem
      responses:
        "200":
          description: One
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
        "404": {description: None}
components:
  schemas:
    Item:
      type: object
      required: [id, name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 1}
        secret: {type: string, writeOnly: true, maxLength: 5}
"""


class World:
    """One sandbox of a double, called in-process."""

    def __init__(self, client: httpx.Client, sandbox: str = "default") -> None:
        self.client = client
        self.sandbox = sandbox

    def call(self, method: str, path: str, json: Any = ..., **options: Any) -> httpx.Response:
        """A request to the double, with every API's default demo credentials."""
        headers = {**CREDENTIALS, "Double-Sandbox": self.sandbox, **options.pop("headers", {})}
        if json is not ...:
            options["json"] = json
        return self.client.request(method, path, headers=headers, **options)

    def admin(self, method: str, path: str, json: Any = ..., **options: Any) -> httpx.Response:
        """A request to the control API."""
        return self.call(method, f"/__admin{path}", json, **options)

    def ok(self, method: str, path: str, json: Any = ..., **options: Any) -> Any:
        """The body of a successful answer of the control API; None where there is none."""
        answer = self.admin(method, path, json, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def refused(self, status: int, method: str, path: str, json: Any = ..., **options: Any) -> dict[str, Any]:
        """The problem details of a refusal with this status."""
        answer = self.admin(method, path, json, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert body["status"] == status
        return body

    def other(self, sandbox: str) -> World:
        """Another sandbox of the same double."""
        return World(self.client, sandbox)


def in_process(runner: asyncio.Runner, **settings: Any) -> World:
    """A double of its own."""
    from apidouble.server import assemble
    from apidouble.settings import Settings

    app = assemble(Settings(**{"quiet": True, "strict": True, **settings}))
    return World(httpx.Client(transport=InProcess(app, runner), base_url=BASE))


class Program:
    """A running `apidouble serve`."""

    def __init__(self, *flags: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "apidouble", "serve", "--port", "0", "--quiet", *flags],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("Listening on "):
                break
        else:
            raise AssertionError("\n".join(self.said))
        self.url = self.said[-1].removeprefix("Listening on ")
        self.port = int(self.url.rpartition(":")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> str:
        """End it; what else it said."""
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=20)
        return rest

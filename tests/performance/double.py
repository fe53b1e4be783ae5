"""A double to count on, asked without a server: in a request, out status, headers and body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from apidouble.server import Application, assemble
from apidouble.settings import Settings
from apidouble.web.heads import HEAD, Block, KnownHead

_HEADS: dict[str, KnownHead] = {}
"""As a server has them: one for all requests that begin alike."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        """The JSON value."""
        return json.loads(self.body)


async def ask(
    double: Application,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    again: bool = True,
) -> Answer:
    """One request, as our server would pass it on, which knows heads that came `again`."""
    raw, _, query = path.partition("?")
    sent = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    sent.append((b"host", b"localhost:4010"))
    if body:
        sent.append((b"content-length", b"%d" % len(body)))
        if not any(name == b"content-type" for name, _ in sent):
            sent.append((b"content-type", b"application/json"))
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": raw,
        "raw_path": raw.encode(), "query_string": query.encode(), "root_path": "", "scheme": "http",
        "headers": sent, "server": ("127.0.0.1", 4010), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    if again:
        asked = repr((method, path, sent))
        scope[HEAD] = _HEADS.get(asked) or _HEADS.setdefault(asked, KnownHead(scope, Block(scope, len(body))))
    got: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        got.append(message)

    await double(scope, receive, send)
    head = {name.decode().lower(): value.decode() for name, value in got[0]["headers"]}
    return Answer(got[0]["status"], head, got[1]["body"])


def things(folder: Path, *, operations: int = 5, records: int = 40, linked: bool = False) -> Application:
    """A double of a made-up document: a collection `things`, and others up to so many operations.

    `linked`: its pages lead to the next ones.
    """
    (folder / "specs").mkdir(parents=True)
    (folder / "fixtures").mkdir()
    names = ["things", *(f"kind{number % 37}/group{number}" for number in range(1, operations // 5 + 1))]
    paths: dict[str, Any] = {}
    for name in names[: max(1, operations // 5)]:
        paths.update(_resource(name, linked=linked))
    thing = {
        "type": "object",
        "required": ["id", "name", "colour"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": {"type": "string", "maxLength": 40},
            "colour": {"type": "string", "enum": ["red", "green", "blue", "black"]},
        },
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Thing": thing}},
    }
    (folder / "specs" / "made.json").write_text(json.dumps(document), encoding="utf-8")
    fixture = {"generate": {"things": {"count": records}}}
    (folder / "fixtures" / "made.json").write_text(json.dumps(fixture), encoding="utf-8")
    return assemble(Settings(documents=(str(folder),), sandboxes="auto"))


def _resource(name: str, *, linked: bool) -> dict[str, Any]:
    label = name.replace("/", "_")
    reference = {"$ref": "#/components/schemas/Thing"}
    thing = {
        "application/json": {"schema": reference},
        "application/xml": {"schema": reference},
    }
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "total": {"type": "integer"},
            **({"next": {"type": ["string", "null"], "format": "uri"}} if linked else {}),
        },
    }
    number = {"type": "integer", "minimum": 0}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"required": True, "content": {"application/json": {"schema": reference}}}
    tag = {"ETag": {"schema": {"type": "string"}}}
    return {
        f"/{name}": {
            "get": {
                "operationId": f"list_{label}",
                "parameters": [
                    {"name": "colour", "in": "query", "schema": {"type": "string"}},
                    {"name": "offset", "in": "query", "schema": {**number, "default": 0}},
                    {"name": "limit", "in": "query", "schema": {**number, "maximum": 100, "default": 25}},
                ],
                "responses": {
                    "200": {"description": "A page.", "content": {"application/json": {"schema": page}}}
                },
            },
            "post": {
                "operationId": f"create_{label}",
                "requestBody": body,
                "responses": {
                    "201": {"description": "Made.", "content": thing},
                    "422": {"description": "Broken."},
                },
            },
        },
        f"/{name}/{{id}}": {
            "get": {
                "operationId": f"read_{label}",
                "parameters": [key],
                "responses": {
                    "200": {"description": "One.", "headers": tag, "content": thing},
                    "404": {"description": "None."},
                },
            },
            "put": {
                "operationId": f"replace_{label}",
                "parameters": [key],
                "requestBody": body,
                "responses": {"200": {"description": "Changed.", "headers": tag, "content": thing}},
            },
            "delete": {
                "operationId": f"delete_{label}",
                "parameters": [key],
                "responses": {"204": {"description": "Gone."}},
            },
        },
    }

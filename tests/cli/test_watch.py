"""`--watch`: a changed document is served, with what clients changed, as far as it still fits."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from apidouble.cli.carry import carry, merge
from apidouble.server import Application, assemble
from apidouble.settings import Settings

ITEM = {"$ref": "#/components/schemas/Item"}


def holding(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/items": {
            "get": {"responses": {"200": holding({"type": "array", "items": ITEM})}},
            "post": {"requestBody": {"required": True, **holding(ITEM)}, "responses": {"201": holding(ITEM)}},
        },
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": holding(ITEM)}},
            "delete": {"responses": {"204": {"description": ""}}},
        },
    },
    "components": {
        "schemas": {
            "Item": {
                "type": "object",
                "required": ["name"],
                "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
            }
        }
    },
}


def changed(**schema: Any) -> dict[str, Any]:
    """The document with another item."""
    copy: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    copy["components"]["schemas"]["Item"] |= schema
    return copy


def row(key: int, name: str, sequence: int, version: int = 1) -> dict[str, Any]:
    return {"key": key, "data": {"name": name}, "hidden": {}, "sequence": sequence, "version": version}


def dump(*rows: dict[str, Any], counter: int = 0) -> dict[str, Any]:
    last = max((one["sequence"] for one in rows), default=0)
    return {"counters": {"n": counter}, "collections": {"a/items": {"sequence": last, "records": list(rows)}}}


def test_changes_are_carried_onto_the_new_seed() -> None:
    """Changed and added records stay, deleted ones stay deleted, untouched ones are seeded anew."""
    seeded = dump(row(1, "one", 1), row(2, "two", 2), row(3, "three", 3))
    now = dump(row(1, "one", 1), row(2, "mine", 2, 2), row(9, "added", 4), counter=7)
    fresh = dump(row(1, "first", 1), row(2, "second", 2), row(3, "third", 3), row(4, "fourth", 4))
    merged, lost = merge(seeded, now, fresh, lambda collection, data: True)
    rows = merged["collections"]["a/items"]["records"]
    assert [(one["key"], one["data"]["name"]) for one in rows] == [
        (1, "first"),
        (2, "mine"),
        (4, "fourth"),
        (9, "added"),
    ]
    assert len({one["sequence"] for one in rows}) == 4
    assert (merged["counters"], lost) == ({"n": 7}, [])


def test_what_no_longer_fits_is_told() -> None:
    """A record that the new contract forbids, and a collection that is gone, are named."""
    seeded, fresh = dump(row(1, "one", 1)), dump(row(1, "one", 1))
    now = dump(row(1, "x" * 9, 1, 2), row(2, "y", 2))
    now["collections"]["a/gone"] = {"sequence": 1, "records": [row(5, "z", 1)]}
    merged, lost = merge(seeded, now, fresh, lambda collection, data: len(data["name"]) < 5)
    assert [one["data"]["name"] for one in merged["collections"]["a/items"]["records"]] == ["one", "y"]
    assert lost == ["a/gone is no collection any more, with 1 changed records", "a/items 1 no longer fits"]


def call(application: Application, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    sent: list[Any] = []
    data = b"" if body is None else json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [
        (b"host", b"x"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(data)).encode()),
    ]
    scope = {"type": "http", "method": method, "scheme": "http", "path": path, "raw_path": path.encode()}
    scope |= {
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("x", 80),
        "http_version": "1.1",
    }
    asyncio.run(application(scope, receive, send))
    text = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], json.loads(text) if text else None


def test_all_sandboxes_are_carried(tmp_path: Path) -> None:
    """Each sandbox keeps its own changes, and new ids go on where the old ones ended."""
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    settings = Settings(documents=(str(path),), cache=False)
    old = assemble(settings)
    _, first = call(old, "POST", "/items", {"name": "mine"})
    _, other = call(old, "POST", "/~b/items", {"name": "other"})
    before = call(old, "GET", "/items")[1]
    path.write_text(json.dumps(changed(description="Now with words.")))
    new = assemble(settings)
    assert carry(old, new) == []
    assert call(new, "GET", "/items")[1] == before
    assert call(new, "GET", f"/items/{first['id']}")[1] == first
    assert call(new, "GET", f"/~b/items/{other['id']}")[1] == other
    assert call(new, "POST", "/items", {"name": "next"})[1]["id"] not in {one["id"] for one in before}


def test_a_stricter_contract_leaves_records_behind(tmp_path: Path) -> None:
    """What breaks the new contract goes, and is named with its sandbox."""
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    settings = Settings(documents=(str(path),), cache=False)
    old = assemble(settings)
    _, made = call(old, "POST", "/~b/items", {"name": "much too long"})
    properties = {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string", "maxLength": 4}}
    path.write_text(json.dumps(changed(properties=properties)))
    new = assemble(settings)
    assert carry(old, new) == [f"sandbox b: shop/items {made['id']} no longer fits"]
    assert call(new, "GET", f"/~b/items/{made['id']}")[0] == 404


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, str]]:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    process = subprocess.Popen(
        [sys.executable, "-m", "apidouble", "serve", "shop.json", "--watch", "--quiet", "--port", "0"],
        cwd=tmp_path,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / ".cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process, path, process.stdout.readline().split()[-1]
    if process.poll() is None:
        process.kill()
    process.communicate()


def status(url: str, body: object = None) -> int:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def test_the_program_follows_its_files(watched: tuple[subprocess.Popen[str], Path, str]) -> None:
    """A change is served, a fault in it is told and changes nothing, and the end is as clean as ever."""
    process, path, url = watched
    assert status(f"{url}/items", {"name": "mine"}) == 201
    grown = changed()
    grown["paths"]["/more"] = {"get": {"responses": {"204": {"description": ""}}}}
    path.write_text(json.dumps(grown))
    assert line(process.stdout) == "Reloaded: shop.json changed\n"
    assert status(f"{url}/more") == 204
    path.write_text("[]")
    assert line(process.stderr).startswith("shop.json changed, but cannot be served; the double stays")
    assert status(f"{url}/more") == 204
    path.write_text(json.dumps(DOCUMENT))
    assert line(process.stdout) == "Reloaded: shop.json changed\n"
    assert status(f"{url}/more") == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0

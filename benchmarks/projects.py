"""Made-up projects: documents of any number of operations, collections of any number of records.

In: numbers. Out: a folder that `apidouble serve` takes. May not know: how they are measured.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BULK = "bulk"
_THING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "colour"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "maxLength": 40},
        "colour": {"type": "string", "enum": ["red", "green", "blue", "black"]},
    },
}


def project(folder: Path, *, operations: int = 5, records: int = 100) -> Path:
    """Write a project of one API; the first five operations are always the same."""
    (folder / "specs").mkdir(parents=True)
    (folder / "fixtures").mkdir()
    paths = _resource("things")
    number = 0
    while _count(paths) < operations:
        number += 1
        paths.update(_resource(f"group{number % 37}/kind{number}"))
    surplus = _count(paths) - operations
    for path in reversed(tuple(paths)):
        for method in tuple(paths[path]):
            if surplus:
                del paths[path][method]
                surplus -= 1
        if not paths[path]:
            del paths[path]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Bulk", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Thing": _THING}},
    }
    (folder / "specs" / f"{BULK}.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "fixtures" / f"{BULK}.json").write_text(
        json.dumps({"generate": {"things": {"count": records}}}), encoding="utf-8"
    )
    return folder


def _count(paths: dict[str, Any]) -> int:
    return sum(len(methods) for methods in paths.values())


def _resource(name: str) -> dict[str, Any]:
    """Five operations on one collection."""
    label = name.replace("/", "_")
    thing = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "total": {"type": "integer"},
        },
    }
    number = {"type": "integer", "minimum": 0}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
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
                "requestBody": {"required": True, "content": thing},
                "responses": {"201": {"description": "Made.", "content": thing}},
            },
        },
        f"/{name}/{{id}}": {
            "get": {
                "operationId": f"read_{label}",
                "parameters": [key],
                "responses": {
                    "200": {"description": "One.", "content": thing},
                    "404": {"description": "None."},
                },
            },
            "put": {
                "operationId": f"replace_{label}",
                "parameters": [key],
                "requestBody": {"required": True, "content": thing},
                "responses": {"200": {"description": "Changed.", "content": thing}},
            },
            "delete": {
                "operationId": f"delete_{label}",
                "parameters": [key],
                "responses": {"204": {"description": "Gone."}},
            },
        },
    }

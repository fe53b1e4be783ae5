"""Parts that the tiny documents have in common, written short."""

from __future__ import annotations

from typing import Any


def answers(
    schema: Any, status: str = "200", *, media: str = "application/json", **more: Any
) -> dict[str, Any]:
    """One success answer."""
    return {status: {"description": "Good", "content": {media: {"schema": schema}}, **more}}


def takes(schema: Any, media: str = "application/json") -> dict[str, Any]:
    """A required body."""
    return {"required": True, "content": {media: {"schema": schema}}}


def parameter(name: str, location: str = "query", kind: Any = "string", **more: Any) -> dict[str, Any]:
    schema = kind if isinstance(kind, dict) else {"type": kind}
    return {"name": name, "in": location, "required": location == "path", "schema": schema, **more}


MISSING = {"404": {"description": "None"}}
BOOK: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "title": {"type": "string", "minLength": 1},
        "pages": {"type": "integer", "minimum": 1},
    },
}


def library(book: Any = None, *, media: str = "application/json", **one: Any) -> dict[str, Any]:
    """Books: list, create, read, replace, delete."""
    schema = book or BOOK
    return {
        "/books": {
            "get": {"operationId": "listBooks", "responses": answers({"type": "array", "items": schema})},
            "post": {
                "operationId": "addBook",
                "requestBody": takes(schema, media),
                "responses": answers(schema, "201"),
            },
        },
        "/books/{bookId}": {
            "parameters": [parameter("bookId", "path", "integer"), *one.get("parameters", ())],
            "get": {
                "operationId": "getBook",
                "responses": {**answers(schema, **one.get("answer", {})), **MISSING, **one.get("more", {})},
            },
            "put": {
                "operationId": "putBook",
                "requestBody": takes(schema),
                "responses": {**answers(schema, **one.get("answer", {})), **MISSING, **one.get("more", {})},
            },
            "delete": {"operationId": "dropBook", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
    }

"""Parts of the documents in `frameworks` and `providers`, written short.

In: nothing. Out: schemas, answers, whole documents. May not know: any style.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
WHEN = {"type": "string", "format": "date-time"}
LINK = {"type": "string", "format": "uri"}
Document = tuple[dict[str, Any], dict[str, Any]]


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": ref(name)}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def says(
    schema: Any = None, status: str = "200", media: str = "application/json", **more: Any
) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "Successful Response", **more}
    if schema is not None:
        response["content"] = {media: {"schema": schema}}
    return {status: response}


def document(paths: dict[str, Any], schemas: dict[str, Any], **more: Any) -> Document:
    return paths, {"components": {"schemas": schemas}, **more}

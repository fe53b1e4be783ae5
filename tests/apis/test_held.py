"""What is sent flat, and what records hold in a member: JSON:API's `attributes`, `{id, result: {...}}`."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter, takes

MEMBERS = {"name": {"type": "string"}, "size": {"type": "integer"}, "open": {"type": "boolean"}}
SENT = {"type": "object", "required": ["name"], "properties": MEMBERS}
ID = {"type": "integer", "readOnly": True}


def held(member: str, *, wrapped: bool) -> dict[str, Any]:
    """Things that are sent flat and shown in a member."""
    kept = {"type": "object", "properties": {**MEMBERS, "changed_on": {"type": "string"}}}
    thing = {"type": "object", "required": ["id"], "properties": {"id": ID, member: kept}}
    if wrapped:
        one: Any = {"type": "object", "properties": {"data": thing}}
        many: Any = {"type": "object", "properties": {"data": {"type": "array", "items": thing}}}
    else:
        one, many = thing, {"type": "array", "items": thing}
    return {
        "/things": {
            "get": {"operationId": "list", "responses": answers(many)},
            "post": {"operationId": "add", "requestBody": takes(SENT), "responses": answers(one, "201")},
        },
        "/things/{id}": {
            "parameters": [parameter("id", "path", "integer")],
            "get": {"operationId": "get", "responses": {**answers(one), **MISSING}},
            "put": {
                "operationId": "put",
                "requestBody": takes(SENT),
                "responses": {**answers(one), **MISSING},
            },
            "patch": {
                "operationId": "patch",
                "requestBody": takes({**SENT, "required": []}),
                "responses": {**answers(one), **MISSING},
            },
            "delete": {"operationId": "drop", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
    }


@pytest.mark.parametrize(("member", "wrapped"), [("attributes", True), ("result", False), ("fields", False)])
def test_what_is_sent_flat_is_kept_where_records_hold_it(serve: Serve, member: str, wrapped: bool) -> None:
    """Create, read, list, change one of its members, replace."""
    client = serve(held(member, wrapped=wrapped))

    def shown(answer: Any) -> Any:
        return answer.json()["data"] if wrapped else answer.json()

    made = shown(client.post("/things", json={"name": "desk", "size": 4, "open": True}))
    assert (made[member]["name"], made[member]["size"]) == ("desk", 4)
    assert made in shown(client.get("/things"))
    path = f"/things/{made['id']}"
    assert shown(client.get(path)) == made
    client.patch(path, json={"size": 5}).raise_for_status()
    patched = shown(client.get(path))[member]
    assert (patched["name"], patched["size"], patched["open"]) == ("desk", 5, True)
    client.put(path, json={"name": "chair"}).raise_for_status()
    assert shown(client.get(path))[member]["name"] == "chair"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404

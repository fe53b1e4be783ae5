"""Creates whose answer is no record but tells the key of the new one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter, takes

TEXT = {"type": "string"}
DOCUMENT = {
    "type": "object",
    "required": ["id", "started"],
    "properties": {"id": {"type": "integer"}, "title": TEXT, "started": {**TEXT, "format": "date-time"}},
}
TASK = {"task": TEXT}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


@pytest.mark.parametrize("body", [thing(title=TEXT), thing(upload={**TEXT, "format": "byte"})])
@pytest.mark.parametrize(
    ("answer", "at"),
    [
        (thing(docId={"type": "integer"}, **TASK), ("docId",)),
        (thing(id={"type": "integer"}, **TASK), ("id",)),
        (thing(document_id=TEXT, **TASK), ("document_id",)),
        (thing(data=thing(docId={"type": "integer"})), ("data", "docId")),
    ],
    ids=["as in paths", "as in records", "after the collection, as text", "wrapped"],
)
def test_what_was_made_is_found_under_the_key_that_the_answer_tells(
    serve: Serve, body: dict[str, Any], answer: dict[str, Any], at: tuple[str, ...]
) -> None:
    """Under any of its names; also where the body has nothing of the record (an upload, a job)."""
    client = serve(
        {
            "/documents": {
                "get": {"responses": answers({"type": "array", "items": DOCUMENT})},
                "post": {"requestBody": takes(body), "responses": answers(answer, "201")},
            },
            "/documents/{docId}": {
                "parameters": [parameter("docId", "path", "integer")],
                "get": {"responses": {**answers(DOCUMENT), **MISSING}},
            },
        }
    )
    before = len(client.get("/documents").json())
    told: Any = client.post("/documents", json=dict.fromkeys(body["properties"], "eA==")).json()
    for name in at:
        told = told[name]
    assert str(client.get(f"/documents/{told}").json()["id"]) == str(told)
    assert len(client.get("/documents").json()) == before + 1


def test_an_answer_without_any_key_makes_nothing_of_a_strange_body(serve: Serve) -> None:
    """A body and an answer that have nothing to do with the records leave the collection alone."""
    client = serve(
        {
            "/documents": {
                "get": {"responses": answers({"type": "array", "items": DOCUMENT})},
                "post": {
                    "requestBody": takes(thing(colour=TEXT)),
                    "responses": answers(thing(accepted={"type": "boolean"})),
                },
            },
            "/documents/{docId}": {
                "parameters": [parameter("docId", "path", "integer")],
                "get": {"responses": {**answers(DOCUMENT), **MISSING}},
            },
        }
    )
    before = client.get("/documents").json()
    assert client.post("/documents", json={"colour": "red"}).status_code == 200
    assert client.get("/documents").json() == before

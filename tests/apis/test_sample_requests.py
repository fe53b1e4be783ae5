"""The request that a document shows works on a double that has just started."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter, takes


def animals(kind: str, shown: Any, *, whole: bool) -> dict[str, Any]:
    """Animals, whose key clients may choose; the schema shows one, as a whole or in its parts."""
    part = {} if whole else {"example": shown}
    animal = {
        "type": "object",
        "required": ["name"],
        "properties": {"id": {"type": kind, **part}, "name": {"type": "string", "example": "doggie"}},
        **({"example": {"id": shown, "name": "doggie"}} if whole else {}),
    }
    conflict = {"409": {"description": "Taken"}}
    return {
        "/animals": {
            "get": {"operationId": "list", "responses": answers({"type": "array", "items": animal})},
            "post": {
                "operationId": "add",
                "requestBody": takes(animal),
                "responses": {**answers(animal, "201"), **conflict},
            },
        },
        "/animals/{id}": {
            "parameters": [parameter("id", "path", kind)],
            "get": {"operationId": "get", "responses": {**answers(animal), **MISSING}},
        },
    }


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("kind", "shown"), [("integer", 10), ("integer", 1), ("string", "rex")])
def test_the_key_that_a_schema_shows_is_free(serve: Serve, kind: str, shown: Any, whole: bool) -> None:
    """Whoever sends the document's own example makes a record, once; there are others beside it."""
    client = serve(animals(kind, shown, whole=whole))
    sample = {"id": shown, "name": "doggie"}
    before = client.get("/animals").json()
    assert before
    assert shown not in [animal["id"] for animal in before]
    assert client.post("/animals", json=sample).status_code == 201
    assert client.get(f"/animals/{shown}").json() == sample
    assert client.post("/animals", json=sample).status_code == 409

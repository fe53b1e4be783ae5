"""Documents that say `200: OK` and no more, or show an example without a schema, remember all the same."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, MISSING, answers, parameter, takes

NOTE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string"}, "stars": {"type": "integer"}},
}
OK = {"200": {"description": "OK"}}


def bare(sent: Any = NOTE) -> dict[str, Any]:
    """Notes: what is sent is declared, no answer is."""
    return {
        "/notes": {
            "get": {"operationId": "listNotes", "responses": OK},
            "post": {
                "operationId": "addNote",
                "requestBody": takes(sent),
                "responses": {"201": {"description": "Made"}},
            },
        },
        "/notes/{noteId}": {
            "parameters": [parameter("noteId", "path", "integer")],
            "get": {"operationId": "getNote", "responses": {**OK, **MISSING}},
            "put": {"operationId": "putNote", "requestBody": takes(sent), "responses": {**OK, **MISSING}},
            "delete": {"operationId": "dropNote", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
    }


def test_a_document_without_answers_shows_what_was_sent(serve: Serve) -> None:
    """Create, read, list, change, delete, 404, where no answer has a body in the contract."""
    client = serve(bare())
    made = client.post("/notes", json={"text": "milk", "stars": 2})
    assert made.status_code == 201
    key = made.json()["id"]
    assert made.json() == {"id": key, "text": "milk", "stars": 2}
    assert client.get(f"/notes/{key}").json() == made.json()
    assert made.json() in client.get("/notes").json()
    client.put(f"/notes/{key}", json={"text": "bread"}).raise_for_status()
    assert client.get(f"/notes/{key}").json()["text"] == "bread"
    assert client.delete(f"/notes/{key}").status_code == 204
    assert client.get(f"/notes/{key}").status_code == 404


def test_what_a_request_wraps_is_the_record(serve: Serve) -> None:
    """`{note: {...}}` is sent: what is inside is kept and shown."""
    client = serve(bare({"type": "object", "properties": {"note": NOTE}}))
    made = client.post("/notes", json={"note": {"text": "milk"}}).json()
    assert client.get(f"/notes/{made['id']}").json()["text"] == "milk"


def test_a_write_stays_silent_where_reading_is_declared(serve: Serve) -> None:
    """A contract that says how a record is read means it when a write says nothing."""
    paths = bare(BOOK)
    paths["/notes/{noteId}"]["get"]["responses"] = {**answers(BOOK), **MISSING}
    client = serve(paths)
    made = client.post("/notes", json={"title": "Emma"})
    assert (made.status_code, made.content) == (201, b"")
    assert client.get(made.headers["location"]).json()["title"] == "Emma"
    assert "Emma" in [book["title"] for book in client.get("/notes").json()]


def test_an_example_without_a_schema_says_how_answers_look(serve: Serve) -> None:
    """Where records stand, and what stands around them, is read off the example."""
    paths = bare()

    def shown(example: Any, status: str = "200") -> dict[str, Any]:
        content = {"application/json": {"example": example}}
        return {status: {"description": "OK", "content": content}, **MISSING}

    one = {"code": "SUCCESS", "data": {"id": 7, "text": "eggs", "stars": 1}}
    paths["/notes"]["get"]["responses"] = shown({"code": "SUCCESS", "total": 9, "data": [one["data"]]})
    paths["/notes"]["post"]["responses"] = shown(one, "201")
    paths["/notes/{noteId}"]["get"]["responses"] = shown(one)
    client = serve(paths)
    made = client.post("/notes", json={"text": "milk", "stars": 2}).json()
    assert (made["code"], made["data"]["text"]) == ("SUCCESS", "milk")
    assert client.get(f"/notes/{made['data']['id']}").json() == made
    listed = client.get("/notes").json()
    assert made["data"] in listed["data"]
    assert (listed["total"], listed["code"]) == (len(listed["data"]), "SUCCESS")


def test_a_lonely_path_without_answers_stays_silent(serve: Serve) -> None:
    """Nothing is written there, so there is nothing to show."""
    client = serve({"/ping": {"get": {"operationId": "ping", "responses": OK}}})
    answer = client.get("/ping")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_schema_that_says_only_object_is_read_off_its_example(serve: Serve) -> None:
    """`type: object` with an example: the example says what is in it."""
    vague = {"type": "object", "example": {"noteId": "77", "text": "eggs", "pinned": True}}
    paths = bare({"type": "object", "properties": {"text": {"type": "string"}}})
    paths["/notes"]["get"]["responses"] = answers({"type": "array", "items": {"type": "object"}})
    paths["/notes"]["post"]["responses"] = answers(vague, "201")
    paths["/notes/{noteId}"]["parameters"] = [parameter("noteId", "path")]
    paths["/notes/{noteId}"]["get"]["responses"] = {**answers(vague), **MISSING}
    client = serve(paths)
    made = client.post("/notes", json={"text": "milk"}).json()
    assert client.get(f"/notes/{made['noteId']}").json() == made
    assert made in client.get("/notes").json()

"""Collections whose operations say different things around the same records."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, MISSING, answers, parameter, takes

WORDS = {name: {"type": "string"} for name in ("service", "operation", "region", "tenant", "shard")}


def talkative(data: Any) -> dict[str, Any]:
    """An answer with many words of its own around what it is about."""
    return {"type": "object", "properties": {**WORDS, "data": data}}


def shelf(sent: Any, made: dict[str, Any]) -> dict[str, Any]:
    """Books, whose creation takes and answers something of its own."""
    return {
        "/books": {
            "get": {
                "operationId": "list",
                "responses": answers(talkative({"type": "array", "items": BOOK})),
            },
            "post": {"operationId": "add", "requestBody": takes(sent), "responses": made},
        },
        "/books/{id}": {
            "parameters": [parameter("id", "path", "integer")],
            "get": {"operationId": "get", "responses": {**answers(talkative(BOOK)), **MISSING}},
        },
    }


def test_a_list_is_known_by_what_its_items_are(serve: Serve) -> None:
    """Whatever else the answer says: its array holds what the path of one record reads."""
    client = serve(shelf(BOOK, answers(talkative(BOOK), "201")))
    made = client.post("/books", json={"title": "Emma"}).json()["data"]
    assert made in client.get("/books").json()["data"]


def test_201_makes_a_record_of_whatever_is_sent(serve: Serve) -> None:
    """A file or an order shares no property with the record that comes of it."""
    order = {"type": "object", "required": ["source"], "properties": {"source": {"type": "string"}}}
    client = serve(shelf(order, {"201": {"description": "Made"}}))
    before = len(client.get("/books").json()["data"])
    made = client.post("/books", json={"source": "attic"})
    assert made.status_code == 201
    assert client.get(made.headers["location"]).json()["data"]["title"]
    assert len(client.get("/books").json()["data"]) == before + 1


def test_words_of_protocols_are_no_properties_of_records(serve: Serve) -> None:
    """`{http_code, response_msg, data: {...}}` shows what is in `data`."""
    around = {"http_code": {"type": "integer"}, "response_msg": {"type": "string"}}
    paths = shelf(BOOK, answers({"type": "object", "properties": {**around, "data": BOOK}}, "201"))
    client = serve(paths)
    made = client.post("/books", json={"title": "Emma"}).json()["data"]
    assert client.get(f"/books/{made['id']}").json()["data"]["title"] == "Emma"


def test_a_record_stands_in_a_member_that_is_called_after_it(serve: Serve) -> None:
    """`{book: {...}, notes: [...], self: ...}` at `/books/{id}` shows a book: lists show those."""
    beside = {"notes": {"type": "array", "items": {"type": "string"}}, "self": {"type": "string"}}
    one = {"type": "object", "properties": {"book": BOOK, **beside}}
    paths = shelf(BOOK, answers(one, "201"))
    paths["/books"]["get"]["responses"] = answers({"type": "array", "items": BOOK})
    paths["/books/{id}"]["get"]["responses"] = {**answers(one), **MISSING}
    client = serve(paths)
    made = client.post("/books", json={"title": "Emma"}).json()["book"]
    assert client.get(f"/books/{made['id']}").json()["book"] == made
    assert made in client.get("/books").json()

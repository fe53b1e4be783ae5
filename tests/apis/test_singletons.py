"""What is there without being made, and what goes by another name in requests."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, MISSING, answers, library, parameter, takes

TEXT = {"type": "string"}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def test_settings_are_there_before_anybody_writes_them(serve: Serve) -> None:
    """Nothing makes or removes them: they are read, changed, and read again."""
    settings = thing("theme", "size", theme=TEXT, size={"type": "integer", "minimum": 8})
    client = serve(
        {
            "/settings": {
                "get": {"operationId": "settings", "responses": answers(settings)},
                "put": {
                    "operationId": "setSettings",
                    "requestBody": takes(settings),
                    "responses": answers(settings),
                },
            }
        }
    )
    first = client.get("/settings")
    assert (first.status_code, client.get("/settings").json()) == (200, first.json())
    client.put("/settings", json={"theme": "dark", "size": 12})
    assert client.get("/settings").json() == {"theme": "dark", "size": 12}


def test_what_hangs_on_a_record_is_there_as_long_as_the_record(serve: Serve) -> None:
    """Each book has its cover from the first look on, a new book, too; without the book there is none."""
    cover = thing("colour", colour=TEXT, width={"type": "integer", "minimum": 1})
    paths = library()
    paths["/books/{bookId}/cover"] = {
        "parameters": [parameter("bookId", "path", "integer")],
        "get": {"operationId": "cover", "responses": {**answers(cover), **MISSING}},
        "patch": {
            "operationId": "paint",
            "requestBody": takes(cover),
            "responses": {**answers(cover), **MISSING},
        },
    }
    client = serve(paths)
    made = client.post("/books", json={"title": "Dune"}).json()["id"]
    first = client.get(f"/books/{made}/cover").json()
    assert first["colour"]
    client.patch(f"/books/{made}/cover", json={"colour": "red"})
    assert client.get(f"/books/{made}/cover").json() == {**first, "colour": "red"}
    assert client.get("/books/3/cover").json()["colour"] != "red"
    client.delete(f"/books/{made}")
    assert client.get(f"/books/{made}/cover").status_code == 404
    assert client.get("/books/999/cover").status_code == 404


def test_records_that_are_only_read_are_there_under_any_key(serve: Serve) -> None:
    """Whoever asks knows the key from elsewhere: the record has it, and stays as it was first seen."""
    build = thing("id", "state", id=TEXT, state={"type": "string", "enum": ["green", "red"]}, by=TEXT)
    client = serve(
        {
            "/builds/{id}": {
                "parameters": [parameter("id", "path")],
                "get": {"operationId": "build", "responses": {**answers(build), **MISSING}},
            }
        }
    )
    one, other = client.get("/builds/b-17").json(), client.get("/builds/b-18").json()
    assert (one["id"], other["id"]) == ("b-17", "b-18")
    assert one["by"] != other["by"]
    assert client.get("/builds/b-17").json() == one


def test_a_property_that_requests_spell_otherwise_is_the_records(serve: Serve) -> None:
    """`FriendlyName` is sent and `friendly_name` kept: made, changed, left alone, and filtered by."""
    service = thing("sid", "friendly_name", sid={**TEXT, "readOnly": True}, friendly_name=TEXT, size=TEXT)
    sent = thing(FriendlyName=TEXT, Size=TEXT)
    form = "application/x-www-form-urlencoded"
    paths = {
        "/Services": {
            "get": {
                "operationId": "services",
                "parameters": [parameter("FriendlyName")],
                "responses": answers({"type": "array", "items": service}),
            },
            "post": {
                "operationId": "addService",
                "requestBody": takes(sent, form),
                "responses": answers(service, "201"),
            },
        },
        "/Services/{Sid}": {
            "parameters": [parameter("Sid", "path")],
            "get": {"operationId": "service", "responses": {**answers(service), **MISSING}},
            "post": {
                "operationId": "setService",
                "requestBody": takes(sent, form),
                "responses": {**answers(service), **MISSING},
            },
        },
    }
    client = serve(paths)
    made = client.post("/Services", data={"FriendlyName": "Mail", "Size": "9"}).json()
    assert (made["friendly_name"], made["size"]) == ("Mail", "9")
    url = f"/Services/{made['sid']}"
    assert client.post(url, data={"FriendlyName": "Post"}).json() == {**made, "friendly_name": "Post"}
    assert client.get(url).json() == {**made, "friendly_name": "Post"}
    assert client.get("/Services", params={"FriendlyName": "Post"}).json() == [client.get(url).json()]


def test_a_record_is_read_by_a_longer_path_than_it_was_made_by(serve: Serve) -> None:
    """Where nothing could remember the month, a book is the same below each."""
    paths = library()
    paths["/months/{month}/books/{bookId}"] = {
        "parameters": [parameter("month", "path"), parameter("bookId", "path", "integer")],
        "get": {"operationId": "monthly", "responses": {**answers(BOOK), **MISSING}},
    }
    client = serve(paths)
    assert client.get("/months/2026-01/books/3").json() == client.get("/books/3").json()
    assert client.get("/months/2026-01/books/999").status_code == 404

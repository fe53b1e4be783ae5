"""Many records in one request: each is made, read, listed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, answers, library, takes

MANY = {"type": "array", "items": BOOK}
RECEIPT = {"type": "object", "required": ["created"], "properties": {"created": {"type": "integer"}}}
TWO = [{"title": "Emma"}, {"title": "Persuasion"}]


def wrapped(name: str) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: MANY, "notify": {"type": "boolean"}}}


def with_bulk(path: str, sent: Any, shown: Any) -> dict[str, Any]:
    """Books, and a path that makes many of them."""
    deed = {"operationId": "addMany", "requestBody": takes(sent), "responses": answers(shown, "201")}
    return {**library(), path: {"post": deed}}


@pytest.mark.parametrize("path", ["/books/bulk", "/books/batch", "/books/bulk-create"])
@pytest.mark.parametrize("name", ["", "items", "books"])
def test_a_bulk_path_makes_each_record(serve: Serve, path: str, name: str) -> None:
    """An array, or an object around one, makes as many records; all of them can be read."""
    client = serve(with_bulk(path, wrapped(name) if name else MANY, wrapped(name) if name else MANY))
    before = [book["id"] for book in client.get("/books").json()]
    made = client.post(path, json={name: TWO} if name else TWO)
    assert made.status_code == 201
    shown = made.json()[name] if name else made.json()
    assert [book["title"] for book in shown] == ["Emma", "Persuasion"]
    for book in shown:
        assert client.get(f"/books/{book['id']}").json() == book
    assert len(client.get("/books").json()) == len(before) + 2


def test_a_bulk_path_may_answer_a_receipt(serve: Serve) -> None:
    """What the answer says does not matter: the records are there."""
    client = serve(with_bulk("/books/bulk", wrapped("books"), RECEIPT))
    client.post("/books/bulk", json={"books": TWO}).raise_for_status()
    assert {"Emma", "Persuasion"} <= {book["title"] for book in client.get("/books").json()}


def test_a_create_that_takes_an_object_around_an_array(serve: Serve) -> None:
    """`POST /books {books: [...]}` makes each."""
    paths = library()
    paths["/books"]["post"]["requestBody"] = takes(wrapped("books"))
    paths["/books"]["post"]["responses"] = answers(wrapped("books"), "201")
    client = serve(paths)
    made = client.post("/books", json={"books": TWO}).json()["books"]
    assert [client.get(f"/books/{book['id']}").json()["title"] for book in made] == ["Emma", "Persuasion"]


def test_a_bulk_path_that_removes_makes_nothing(serve: Serve) -> None:
    """`POST /books/bulk-delete` with books in it is no create."""
    client = serve(with_bulk("/books/bulk-delete", MANY, RECEIPT))
    before = client.get("/books").json()
    client.post("/books/bulk-delete", json=TWO)
    assert client.get("/books").json() == before

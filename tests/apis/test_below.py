"""What hangs below a record goes with it, and nothing else does."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, library, parameter, takes

NOTE = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "bookId": {"type": "integer"},
        "text": {"type": "string"},
    },
}
REPO = {"type": "object", "required": ["owner", "name"], "properties": {
    "owner": {"type": "string"}, "name": {"type": "string"}}}  # fmt: skip


def test_records_that_name_their_parent_go_with_it(serve: Serve) -> None:
    """Notes below a book hold its id as a property: without the book there are none."""
    new = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    below = {
        "/books/{bookId}/notes": {
            "parameters": [parameter("bookId", "path", "integer")],
            "get": {"operationId": "notes", "responses": answers({"type": "array", "items": NOTE})},
            "post": {"operationId": "note", "requestBody": takes(new), "responses": answers(NOTE, "201")},
        }
    }
    client = serve({**library(), **below})
    kept, gone = (
        client.post("/books", json={"title": title}).json()["id"] for title in ("Emma", "Persuasion")
    )
    for book in (kept, gone):
        client.post(f"/books/{book}/notes", json={"text": "fine"}).raise_for_status()
    assert client.delete(f"/books/{gone}").status_code == 204
    assert client.get(f"/books/{gone}/notes").json() == []
    assert [note["bookId"] for note in client.get(f"/books/{kept}/notes").json()] == [kept]


def test_a_parent_of_two_words_takes_only_its_own_along(serve: Serve) -> None:
    """`/repos/{owner}/{name}/issues`: another repository of the same owner keeps its issues."""
    issue: dict[str, Any] = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "title": {"type": "string"}},
    }
    path = [parameter("owner", "path"), parameter("name", "path")]
    paths: dict[str, Any] = {
        "/repos": {
            "get": {"operationId": "repos", "responses": answers({"type": "array", "items": REPO})},
            "post": {"operationId": "addRepo", "requestBody": takes(REPO), "responses": answers(REPO, "201")},
        },
        "/repos/{owner}/{name}": {
            "parameters": path,
            "get": {"operationId": "repo", "responses": {**answers(REPO), **MISSING}},
            "delete": {"operationId": "dropRepo", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
        "/repos/{owner}/{name}/issues": {
            "parameters": path,
            "get": {"operationId": "issues", "responses": answers({"type": "array", "items": issue})},
            "post": {
                "operationId": "addIssue",
                "requestBody": takes(issue),
                "responses": answers(issue, "201"),
            },
        },
    }
    client = serve(paths)
    for name in ("one", "two"):
        client.post("/repos", json={"owner": "ann", "name": name}).raise_for_status()
        client.post(f"/repos/ann/{name}/issues", json={"title": name}).raise_for_status()
    assert client.delete("/repos/ann/one").status_code == 204
    assert client.get("/repos/ann/one/issues").json() == []
    assert [issue["title"] for issue in client.get("/repos/ann/two/issues").json()] == ["two"]

"""Parents whose key stands inside an object of the record: `owner: {login, id, ...}`."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter

TEXT = {"type": "string"}
OWNER = {
    "type": "object",
    "required": ["login", "id", "avatar"],
    "properties": {"login": TEXT, "id": {"type": "integer"}, "avatar": TEXT},
}
REPO = {
    "type": "object",
    "required": ["id", "name", "owner", "size"],
    "properties": {"id": {"type": "integer"}, "name": TEXT, "owner": OWNER, "size": {"type": "integer"}},
}


def forge() -> dict[str, Any]:
    """Repositories under the names of their owners, and on a path that is numbered."""
    many = answers({"type": "array", "items": REPO})
    return {
        "/repos": {"get": {"operationId": "all", "responses": many}},
        "/repos/{owner}/{name}": {
            "parameters": [parameter("owner", "path"), parameter("name", "path")],
            "get": {"operationId": "one", "responses": {**answers(REPO), **MISSING}},
        },
        "/moves/{moveId}": {
            "parameters": [parameter("moveId", "path", "integer")],
            "get": {
                "operationId": "move",
                "responses": {
                    **answers({"type": "object", "properties": {"id": {"type": "integer"}, "state": TEXT}}),
                    **MISSING,
                },
            },
            "delete": {"operationId": "drop", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
        "/moves/{moveId}/repositories": {
            "parameters": [parameter("moveId", "path", "integer")],
            "get": {"operationId": "moved", "responses": many},
        },
    }


def test_a_parents_key_leaves_the_rest_of_the_object(serve: Serve) -> None:
    """The owner has all that it must have beside the name by which paths know it, so there are records."""
    client = serve(forge())
    repos = client.get("/repos").json()
    assert len(repos) == 10
    for repo in repos:
        assert repo["owner"].keys() >= {"login", "id", "avatar"}
        assert client.get(f"/repos/{repo['owner']['login']}/{repo['name']}").json() == repo


def test_a_number_in_another_path_is_no_name_of_an_owner(serve: Serve) -> None:
    """`/moves/{moveId}/repositories` does not take the number for the owner's name."""
    client = serve(forge())
    assert client.get("/repos").json()
    assert client.get("/moves/1/repositories").status_code == 200
    assert not {repo["owner"]["login"] for repo in client.get("/repos").json()} & {"1"}

"""Where an API answers: at the root, under the paths of its servers, and beside other APIs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import answers, library, parameter

SERVERS = [
    {"url": "https://books.example/v1"},
    {"url": "/api/{edition}", "variables": {"edition": {"default": "2"}}},
]


@pytest.mark.parametrize("base", ["", "/v1", "/api/2"])
def test_answers_at_the_root_and_under_each_servers_path(serve: Serve, base: str) -> None:
    """Clients differ in whether they keep the server's path: both are right, and share one state."""
    client = serve(library(), servers=SERVERS)
    made = client.post(f"{base}/books", json={"title": "Dune"})
    assert made.status_code == 201
    assert made.headers["location"].endswith(f"{base}/books/{made.json()['id']}")
    for other in ("", "/v1", "/api/2"):
        assert client.get(f"{other}/books/{made.json()['id']}").json() == made.json()


def test_a_path_of_no_server_is_unknown(serve: Serve) -> None:
    """Other prefixes are not guessed."""
    assert serve(library(), servers=SERVERS).get("/v2/books").status_code == 404


def test_base_path_of_swagger_2(serve: Serve) -> None:
    """`basePath` is a server's path."""
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    paths = {
        "/books": {
            "get": {
                "responses": {"200": {"description": "All", "schema": {"type": "array", "items": schema}}}
            }
        }
    }
    client = serve(paths, swagger="2.0", basePath="/v3", produces=["application/json"])
    assert client.get("/v3/books").json() == client.get("/books").json() != []


def _serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "apidouble", "serve", "--port", "0", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_two_documents_that_clash_end_with_2_and_both_names(write: Callable[..., Path]) -> None:
    """One method and path in two documents cannot both be served: both are named, and the way out."""
    first, second = write(library(), name="alpha"), write(library(), name="beta")
    ended = _serve(str(first), str(second))
    assert ended.returncode == 2
    told = ended.stdout + ended.stderr
    assert "alpha" in told
    assert "beta" in told
    assert "--mount" in told


def test_a_mount_sets_documents_apart(write: Callable[..., Path], serve: Serve) -> None:
    """`--mount beta=/beta` moves one of them."""
    write(library(), name="alpha")
    path = write(library(), name="beta")
    client = serve(path.parent, settings={"mounts": {"beta": "/beta"}})
    made = client.post("/beta/books", json={"title": "Dune"}).json()
    assert client.get(f"/beta/books/{made['id']}").json() == made
    assert client.get(f"/books/{made['id']}").json() != made


def test_a_method_that_the_closest_path_lacks_is_looked_for_on_the_wider_one(serve: Serve) -> None:
    """`DELETE /files/a.txt` is for `/files/{name}`, whose names hold dots, and `Allow` knows both paths."""
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    form = {**name, "name": "form"}
    record = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
    }
    file = {"description": "File", "content": {"application/json": {"schema": record}}}
    text = {"description": "Text", "content": {"text/plain": {"schema": {"type": "string"}}}}
    gone = {"description": "No such file"}
    client = serve(
        {
            "/files": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": record}}},
                    "responses": {"201": file},
                }
            },
            "/files/{name}": {
                "parameters": [name],
                "get": {"responses": {"200": file, "404": gone}},
                "delete": {"responses": {"204": {"description": "Gone"}, "404": gone}},
            },
            "/files/{name}.{form}": {"parameters": [name, form], "get": {"responses": {"200": text}}},
        }
    )
    assert client.post("/files", json={"name": "a.txt", "size": 1}).status_code == 201
    assert client.get("/files/a.txt").headers["content-type"].startswith("text/plain")
    assert client.delete("/files/a.txt").status_code == 204
    assert client.delete("/files/a.txt").status_code == 404
    refused = client.put("/files/a.txt")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_a_wider_path_must_be_able_to_bear_what_it_is_given(serve: Serve) -> None:
    """`PATCH /pulls/7.diff` is no change of the pull `7.diff`, since pulls have numbers."""
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    form = {"name": "form", "in": "path", "required": True, "schema": {"type": "string"}}
    done = {"204": {"description": "Done"}}
    paths = {
        "/pulls/{number}": {"parameters": [number], "patch": {"responses": done}},
        "/pulls/{number}.{form}": {"parameters": [number, form], "get": {"responses": done}},
    }
    client = serve(paths)
    refused = client.patch("/pulls/7.diff")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/pulls/7.diff").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/pulls/7").headers["allow"] == "OPTIONS, PATCH"


def test_paths_that_differ_in_the_names_of_parameters_only_are_told_apart_by_values(serve: Serve) -> None:
    """`/icons/{id}` and `/icons/{term}` are one template, but a word is no number."""

    def echo(name: str, kind: str) -> dict[str, Any]:
        declared = [parameter(name, "path", kind)]
        return {"get": {"parameters": declared, "responses": answers({"const": name})}}

    client = serve({"/icons/{term}": echo("term", "string"), "/icons/{id}": echo("id", "integer")})
    assert client.get("/icons/12").json() == "id"
    assert client.get("/icons/house").json() == "term"


@pytest.mark.parametrize(
    ("kind", "given", "status"),
    [
        ({"type": "string", "enum": [".json", ".xml"]}, "19c51.json", 200),
        ({"type": "string", "enum": [".json", ".xml"]}, "19c51.pdf", 400),
        ({"const": ".json"}, "a.b.json", 200),
        ({"type": "boolean"}, "xfalse", 200),
    ],
)
def test_parameters_without_text_between_them(serve: Serve, kind: Any, given: str, status: int) -> None:
    """`/profiles/{id}{extension}`: what is declared of one tells where it begins."""
    declared = [parameter("id", "path"), parameter("extension", "path", kind)]
    operation = {"parameters": declared, "responses": answers({"type": "integer"})}
    client = serve({"/profiles/{id}{extension}": {"get": operation}})
    assert client.get(f"/profiles/{given}").status_code == status

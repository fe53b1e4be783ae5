"""Accept and Content-Type: the declared media types, and 406 and 415 for others."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, library, parameter, takes

XML_BOOK = {**BOOK, "xml": {"name": "book"}}


def shelf() -> dict[str, Any]:
    content = {"application/json": {"schema": XML_BOOK}, "application/xml": {"schema": XML_BOOK}}
    both = {"description": "One", "content": content}
    paths = library(XML_BOOK)
    paths["/books"]["post"]["requestBody"]["content"]["application/xml"] = {"schema": XML_BOOK}
    paths["/books"]["post"]["responses"] = {"201": both}
    paths["/books/{bookId}"]["get"]["responses"]["200"] = both
    return paths


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/xml", "application/xml"),
        ("text/xml;q=0.2, application/xml;q=0.9, application/json;q=0.5", "application/xml"),
        ("application/vnd.books+json", "application/json"),
        ("application/*", "application/json"),
    ],
)
def test_the_answer_is_what_the_client_likes_best(serve: Serve, accept: str | None, expected: str) -> None:
    """RFC 9110, section 12.5.1, among the declared types; JSON where all are liked as much."""
    client = serve(shelf())
    del client.headers["accept"]
    answer = client.get("/books/1", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected


def test_nothing_acceptable_is_406_and_changes_nothing(serve: Serve) -> None:
    """It is refused before the state is touched, and says what there is."""
    client = serve(shelf())
    before = client.get("/books").json()
    answer = client.post("/books", json={"title": "Dune"}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/xml" in answer.text
    assert client.get("/books").json() == before


def test_xml_in_and_out(serve: Serve) -> None:
    """A record sent as XML is the record read as JSON and as XML, by the `xml` hints."""
    client = serve(shelf())
    body = b"<book><title>Dune</title><pages>412</pages></book>"
    made = client.post(
        "/books", content=body, headers={"Content-Type": "application/xml", "Accept": "application/xml"}
    )
    assert made.status_code == 201
    assert made.text.count("<book>") == 1
    assert "<title>Dune</title><pages>412</pages>" in made.text
    number = made.headers["location"].rpartition("/")[2]
    assert client.get(f"/books/{number}").json() == {"id": int(number), "title": "Dune", "pages": 412}


def test_a_type_that_is_not_declared_is_415(serve: Serve) -> None:
    """And says what is accepted."""
    answer = serve(library()).post("/books", content=b"title: Dune", headers={"Content-Type": "text/yaml"})
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"


def test_forms_with_brackets(serve: Serve) -> None:
    """Nested members and lists, as Stripe's clients write them."""
    book = {
        "type": "object",
        "required": ["id", "title"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "title": {"type": "string"},
            "author": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
            },
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    media = "application/x-www-form-urlencoded"
    paths = library(book, media=media)
    paths["/books/{bookId}"]["parameters"] = [parameter("bookId", "path")]
    paths["/books"]["post"]["requestBody"]["content"][media]["encoding"] = {
        "author": {"style": "deepObject", "explode": True},
        "tags": {"style": "deepObject", "explode": True},
    }
    client = serve(paths)
    form = "title=Dune&author[name]=Frank&author[age]=45&tags[]=sand&tags[]=spice"
    made = client.post("/books", content=form, headers={"Content-Type": media})
    assert made.status_code == 201, made.text
    shown = client.get(f"/books/{made.json()['id']}").json()
    assert shown["author"] == {"name": "Frank", "age": 45}
    assert shown["tags"] == ["sand", "spice"]


def test_multipart_with_a_file(serve: Serve) -> None:
    """Fields and files of one form: fields are checked by their types, the file is taken as it is."""
    form = {
        "type": "object",
        "required": ["title", "cover"],
        "properties": {
            "title": {"type": "string"},
            "copies": {"type": "integer"},
            "cover": {"type": "string", "format": "binary"},
        },
    }
    done = {"type": "object", "required": ["ok"], "properties": {"ok": {"const": True}}}
    paths = {
        "/covers": {
            "post": {
                "requestBody": takes(form, "multipart/form-data"),
                "responses": {
                    "200": {"description": "Ok", "content": {"application/json": {"schema": done}}}
                },
            }
        }
    }
    client = serve(paths)
    cover = {"cover": ("cover.png", b"\x89PNG\r\n\x00\xff", "image/png")}
    assert client.post("/covers", data={"title": "Dune", "copies": "3"}, files=cover).json() == {"ok": True}
    assert client.post("/covers", data={"title": "Dune", "copies": "many"}, files=cover).status_code == 400
    assert client.post("/covers", data={"title": "Dune"}, files={"other": b"x"}).status_code == 400

"""Envelopes, cursors, response headers and entity tags, each on a tiny document."""

from __future__ import annotations

from typing import Any

import httpx
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, answers, library, parameter

TEXT = {"type": "string"}
LINK = {"type": "object", "properties": {"href": TEXT}}
NUMBER = {"type": "integer"}


def thing(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def walk(client: httpx.Client, first: str, following: Any, records: Any) -> list[Any]:
    """The keys on all pages, following what each page says of the next one."""
    seen: list[Any] = []
    url: str | None = first
    while url is not None:
        body = client.get(url).json()
        seen += [one["id"] for one in records(body)]
        assert len(seen) < 100
        url = following(body)
    return seen


def keys(client: httpx.Client) -> list[Any]:
    return [client.get(f"/books/{number}").json()["id"] for number in range(1, 11)]


def test_hal(serve: Serve) -> None:
    """Records below `_embedded`, links as objects, none after the last page."""
    paths = library()
    page = thing(
        ["_embedded", "_links"],
        _embedded=thing(["books"], books={"type": "array", "items": BOOK}),
        _links=thing(["self"], self=LINK, next=LINK, prev=LINK),
        total=NUMBER,
    )
    paths["/books"]["get"] |= {
        "parameters": [parameter("page", "query", "integer"), parameter("size", "query", "integer")],
        "responses": answers(page),
    }
    client = serve(paths)
    seen = walk(
        client,
        "/books?size=4",
        lambda body: body["_links"].get("next", {}).get("href"),
        lambda body: body["_embedded"]["books"],
    )
    assert seen == keys(client)
    assert "prev" not in client.get("/books?size=4").json()["_links"]


def test_cursors_after_a_record(serve: Serve) -> None:
    """Stripe's form: `starting_after` names a record, `has_more` tells the end."""
    paths = library()
    page = thing(["data", "has_more"], data={"type": "array", "items": BOOK}, has_more={"type": "boolean"})
    paths["/books"]["get"] |= {
        "parameters": [parameter("starting_after"), parameter("limit", "query", "integer")],
        "responses": answers(page),
    }
    client = serve(paths)

    def following(body: Any) -> str | None:
        last = body["data"][-1]["id"]
        return f"/books?limit=3&starting_after={last}" if body["has_more"] else None

    assert walk(client, "/books?limit=3", following, lambda body: body["data"]) == keys(client)


def test_opaque_cursors(serve: Serve) -> None:
    """The page says how to ask for the next one, and says nothing at the end where null is no value."""
    paths = library()
    page = thing(["items"], items={"type": "array", "items": BOOK}, next_cursor=TEXT)
    paths["/books"]["get"] |= {
        "parameters": [parameter("cursor"), parameter("limit", "query", "integer")],
        "responses": answers(page),
    }
    client = serve(paths)

    def following(body: Any) -> str | None:
        return f"/books?limit=3&cursor={body['next_cursor']}" if "next_cursor" in body else None

    assert walk(client, "/books?limit=3", following, lambda body: body["items"]) == keys(client)


def test_members_that_nothing_fills_keep_their_values(serve: Serve) -> None:
    """An envelope may require what no state stands behind: it is made up once, validly."""
    paths = library()
    page = thing(
        ["items", "apiVersion", "next"], items={"type": "array", "items": BOOK}, apiVersion=TEXT, next=TEXT
    )
    paths["/books"]["get"]["responses"] = answers(page)
    client = serve(paths)
    first = client.get("/books").json()
    assert first["apiVersion"]
    client.post("/books", json={"title": "Dune"})
    assert client.get("/books").json()["apiVersion"] == first["apiVersion"]


def test_declared_headers_are_sent(serve: Serve) -> None:
    """Totals and links tell the truth, others are made up as their schemas say."""
    paths = library()
    paths["/books"]["get"]["parameters"] = [
        parameter("page", "query", "integer"),
        parameter("per_page", "query", "integer"),
    ]
    paths["/books"]["get"]["responses"]["200"]["headers"] = {
        "X-Total-Count": {"schema": NUMBER},
        "Link": {"schema": TEXT},
        "X-Rate-Limit": {"required": True, "schema": {"type": "integer", "minimum": 5, "maximum": 9}},
    }
    client = serve(paths)
    answer = client.get("/books?per_page=4")
    assert answer.headers["x-total-count"] == "10"
    assert 5 <= int(answer.headers["x-rate-limit"]) <= 9
    assert [one["id"] for one in client.get(answer.links["next"]["url"]).json()] == keys(client)[4:8]


def test_entity_tags(serve: Serve) -> None:
    """304 for a reader that has it, 412 for a writer that has an older one (RFC 9110, section 13)."""
    tag = {"headers": {"ETag": {"schema": TEXT}}}
    more = {"304": {"description": "Same"}, "412": {"description": "Changed"}}
    paths = library(
        answer=tag,
        more=more,
        parameters=[parameter("If-Match", "header"), parameter("If-None-Match", "header")],
    )
    client = serve(paths)
    first = client.get("/books/1").headers["etag"]
    same = client.get("/books/1", headers={"If-None-Match": first})
    assert same.status_code == 304
    assert same.content == b""
    body = {"title": "Dune"}
    changed = client.put("/books/1", json=body, headers={"If-Match": first})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first
    assert client.put("/books/1", json=body, headers={"If-Match": first}).status_code == 412
    assert client.get("/books/1", headers={"If-None-Match": first}).status_code == 200


def test_json_api(serve: Serve) -> None:
    """Records below `data`, with links and totals beside them."""
    paths = library()
    page = thing(
        ["data"],
        data={"type": "array", "items": BOOK},
        meta=thing(["total"], total=NUMBER),
        links=thing([], next={"type": ["string", "null"]}, self=TEXT),
    )
    paths["/books"]["get"] |= {
        "parameters": [parameter("offset", "query", "integer"), parameter("limit", "query", "integer")],
        "responses": answers(page, media="application/vnd.api+json"),
    }
    client = serve(paths)
    body = client.get("/books?limit=4").json()
    assert body["meta"] == {"total": 10}
    seen = walk(client, "/books?limit=4", lambda body: body["links"]["next"], lambda body: body["data"])
    assert seen == keys(client)


def test_an_answer_of_one_word_names_the_record(serve: Serve) -> None:
    """Text or a number that answers a create is the new record's key, true or false is true."""
    paths = library()
    paths["/books"]["post"]["responses"] = answers(TEXT, "201", media="text/plain")
    paths["/books/{bookId}"]["put"]["responses"] = answers(NUMBER)
    paths["/books/{bookId}"]["delete"]["responses"] = answers({"type": "boolean"})
    client = serve(paths)
    made = client.post("/books", json={"title": "Dune"})
    assert made.headers["content-type"].startswith("text/plain")
    assert client.get(f"/books/{made.text}").json()["title"] == "Dune"
    assert client.put("/books/3", json={"title": "Emma"}).json() == 3
    assert client.delete("/books/3").json() is True


def test_a_file_that_answers_a_change_is_made_up(serve: Serve) -> None:
    """Binary text is what a file holds, so it names nothing."""
    paths = library()
    file = {"type": "string", "contentEncoding": "base64"}
    paths["/books"]["post"]["responses"] = answers(file, "201", media="application/pdf")
    made = serve(paths).post("/books", json={"title": "Dune"})
    assert made.status_code == 201
    assert made.content not in {b"", b"{}", b"11"}


def test_data_is_shown_whatever_its_media_type_is_called(serve: Serve) -> None:
    """An object with properties is the record, though the contract calls it a stream of octets."""
    paths = library()
    paths["/books"]["post"]["responses"] = answers(BOOK, "201", media="application/octet-stream")
    made = serve(paths).post("/books", json={"title": "Dune"})
    assert made.headers["content-type"] == "application/octet-stream"
    assert made.json() == {"id": 11, "title": "Dune"}


def test_a_link_that_is_required_to_be_an_object_is_empty_at_the_end(serve: Serve) -> None:
    """Where no neighbour is, the link is whatever empty thing its schema bears."""
    paths = library()
    page = thing(
        ["items", "links"],
        items={"type": "array", "items": BOOK},
        links=thing(["next", "prev"], next=LINK, prev=LINK),
    )
    paths["/books"]["get"] |= {
        "parameters": [parameter("page", "query", "integer"), parameter("per_page", "query", "integer")],
        "responses": answers(page),
    }
    client = serve(paths)
    assert client.get("/books?per_page=10").json()["links"] == {"next": {}, "prev": {}}


def test_what_is_promised_without_a_schema_is_sent_as_what_it_is_called(serve: Serve) -> None:
    """An answer of a media type that nothing describes has a body of that type, if an empty one."""
    paths = library()
    paths["/books"]["delete"] = {
        "parameters": [parameter("id", kind="integer", required=True)],
        "responses": {"200": {"description": "Gone", "content": {"application/xml": {}}}},
    }
    answer = serve(paths).delete("/books", params={"id": 1})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    assert answer.content

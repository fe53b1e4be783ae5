"""Lists in pages, in each form that a document declares: every record once, whatever the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, answers, library, parameter

NAMES = [f"Volume {number:02}" for number in range(9)]
TEXT = {"type": "string"}


def shelves(serve: Serve, *parameters: dict[str, Any], answer: Any = None) -> httpx.Client:
    """Books on pages; nine are added to those that are there."""
    paths = library()
    paths["/books"]["get"]["parameters"] = list(parameters)
    if answer is not None:
        paths["/books"]["get"]["responses"] = answers(answer)
    client = serve(paths)
    for name in NAMES:
        client.post("/books", json={"title": name, "pages": 7}).raise_for_status()
    return client


def _added(books: list[dict[str, Any]]) -> list[str]:
    ids = [book["id"] for book in books]
    assert len(set(ids)) == len(ids)
    return [book["title"] for book in books if book["title"] in NAMES]


def _walk(client: httpx.Client, size: str, position: str, step: int, start: int) -> Iterator[dict[str, Any]]:
    for turn in range(30):
        asked = {size: "4", position: str(start + turn * step)}
        page = client.get("/books", params=asked).json()
        assert len(page) <= 4
        if not page:
            return
        yield from page


@pytest.mark.parametrize("kind", ["integer", "string"])
def test_numbers_may_be_declared_as_text(serve: Serve, kind: str) -> None:
    """`limit` and `offset` cut pages also where a document declares all parameters as text."""
    client = shelves(serve, parameter("limit", kind=kind), parameter("offset", kind=kind))
    assert _added(list(_walk(client, "limit", "offset", 4, 0))) == NAMES


@pytest.mark.parametrize("kind", ["integer", "string"])
def test_a_list_may_be_cut_in_two_ways(serve: Serve, kind: str) -> None:
    """Where offsets and page numbers are declared, whoever uses one of them gets it."""
    both = [parameter(name, kind=kind) for name in ("limit", "offset", "page", "per_page")]
    client = shelves(serve, *both)
    assert _added(list(_walk(client, "limit", "offset", 4, 0))) == NAMES
    assert _added(list(_walk(client, "per_page", "page", 1, 1))) == NAMES


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("cursor", {"cursor": TEXT}),
        ("after", {"paging": {"type": "object", "properties": {"next": {"type": "object", "properties": {
            "after": TEXT, "link": TEXT}}}}}),
        ("token", {"pagination": {"type": "object", "properties": {"nextPageToken": TEXT}}}),
        ("nextToken", {"nextToken": {"type": "string", "maxLength": 2000}}),
    ],
)  # fmt: skip
def test_cursors_lead_to_the_end(serve: Serve, name: str, around: dict[str, Any]) -> None:
    """Wherever the answer says what comes next, the parameter takes it, and at the end nothing is said."""
    answer = {
        "type": "object",
        "properties": {**around, "results": {"type": "array", "items": BOOK}},
    }
    text = "Used to get the next page of results"
    client = shelves(
        serve, parameter("limit", kind="integer"), parameter(name, description=text), answer=answer
    )
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"limit": 4}
    for _ in range(30):
        body = client.get("/books", params=asked).json()
        found += body.pop("results")
        mark: Any = body
        while isinstance(mark, dict) and mark:
            mark = mark.get("after") or next(iter(mark.values()))
        if not mark:
            break
        asked[name] = mark
    assert _added(found) == NAMES


def test_a_number_finds_what_is_kept_as_text(serve: Serve) -> None:
    """Documents declare a decimal as text and the parameter that selects it as a number, or the other way."""
    kept: dict[str, Any] = {"price": {"type": "string", "format": "decimal"}, "pages": {"type": "integer"}}
    book = {"type": "object", "properties": {"id": {"type": "integer"}, "title": TEXT, **kept}}
    paths = library(book)
    paths["/books"]["get"]["parameters"] = [
        parameter("price", kind="number"),
        parameter("pages", kind={"type": "string", "enum": ["7", "8"]}),
    ]
    client = serve(paths)
    for price, pages in (("7.5", 7), ("8.5", 8)):
        client.post("/books", json={"title": "Emma", "price": price, "pages": pages}).raise_for_status()
    assert {book["price"] for book in client.get("/books", params={"price": 7.5}).json()} == {"7.5"}
    assert {book["pages"] for book in client.get("/books", params={"pages": "8"}).json()} == {8}


def test_sort_may_be_the_word_for_the_direction(serve: Serve) -> None:
    """`order_by=title&sort=desc`, where `sort` has only directions."""
    ways = parameter("sort", kind={"type": "string", "enum": ["asc", "desc"]})
    client = shelves(serve, parameter("order_by"), ways)
    for direction in ("asc", "desc"):
        shown = client.get("/books", params={"order_by": "title", "sort": direction}).json()
        titles = [book["title"] for book in shown]
        assert titles == sorted(titles, reverse=direction == "desc")

"""Headers that the contract requires are sent, also where the double has nothing to say in them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, answers, library

TEXT = {"type": "string"}


def headers(*, required: bool = True, **declared: Any) -> dict[str, Any]:
    return {name.replace("_", "-"): {"required": required, "schema": one} for name, one in declared.items()}


def test_an_entity_tag_that_is_promised_for_a_file(serve: Serve) -> None:
    """In quotes, and the same for the same file."""
    responses = answers({**TEXT, "format": "binary"}, media="image/png", headers=headers(ETag=TEXT))
    client = serve({"/logo": {"get": {"responses": responses}}})
    tag = client.get("/logo").headers["etag"]
    assert tag.startswith('"')
    assert tag.endswith('"')
    assert client.get("/logo").headers["etag"] == tag


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("schema", [TEXT, {**TEXT, "format": "uri"}])
def test_a_redirect_leads_somewhere(serve: Serve, required: bool, schema: Any) -> None:
    """A declared `Location` is sent with every 3xx, whether it is required or not."""
    responses = {"302": {"description": "There", "headers": headers(required=required, Location=schema)}}
    answer = serve({"/go": {"get": {"responses": responses}}}).get("/go")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("http")


def test_the_location_of_a_new_record_is_not_made_up(serve: Serve) -> None:
    """What the double knows is said once, and as it is."""
    paths = library()
    paths["/books"]["post"]["responses"] = answers(BOOK, "201", headers=headers(Location=TEXT))
    answer = serve(paths).post("/books", json={"title": "Dune"})
    assert answer.headers.get_list("location") == [f"{answer.url}/{answer.json()['id']}"]


def test_a_list_without_pages_says_where_it_is(serve: Serve) -> None:
    """A required `Link` on the only page leads to the list itself; a total has a number."""
    declared = headers(Link=TEXT, X_Total_Count={"type": "integer"})
    paths = library()
    paths["/books"]["get"]["responses"] = answers({"type": "array", "items": BOOK}, headers=declared)
    answer = serve(paths).get("/books")
    assert answer.headers["link"] == f'<{answer.url}>; rel="self"'
    assert int(answer.headers["x-total-count"]) == len(answer.json())


def test_an_answer_without_content_comes_as_what_the_operation_produces(serve: Serve) -> None:
    """In Swagger 2.0 `produces` is said of all answers; 204 has none to speak of."""
    produces = {"produces": ["application/xml", "application/json"]}
    client = serve(
        {
            "/ping": {"get": {**produces, "responses": {"200": {"description": "Pong"}}}},
            "/quiet": {"get": {**produces, "responses": {"204": {"description": "Nothing"}}}},
        },
        swagger="2.0",
    )
    pong = client.get("/ping")
    assert (pong.status_code, pong.content) == (200, b"")
    assert pong.headers["content-type"] == "application/json"
    assert "content-type" not in client.get("/quiet").headers

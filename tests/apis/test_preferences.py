"""What a client may ask of an answer: Prism's words in `Prefer`, and the `__` form in the query."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, library, parameter

PROBLEM = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}


def shop() -> dict[str, Any]:
    paths = library()
    responses = paths["/books/{bookId}"]["get"]["responses"]
    responses["200"]["content"]["application/json"]["examples"] = {
        "old": {"value": {"id": 1, "title": "Ilias"}},
        "new": {"value": {"id": 2, "title": "Dune", "pages": 412}},
    }
    responses["404"] = {"description": "None", "content": {"application/json": {"schema": PROBLEM}}}
    return paths


@pytest.mark.parametrize(
    "asked",
    [{"headers": {"Prefer": "code=404"}}, {"params": {"__code": "404"}}],
    ids=["header", "query"],
)
def test_a_status_can_be_asked_for(serve: Serve, asked: dict[str, Any]) -> None:
    """The declared answer of that status comes, and says that it was asked for."""
    answer = serve(shop()).get("/books/1", **asked)
    assert answer.status_code == 404
    assert answer.headers["preference-applied"] == "code=404"
    assert set(answer.json()) == {"message"}


def test_an_example_can_be_asked_for(serve: Serve) -> None:
    """By its name; a name that is not there is 404 and told."""
    client = serve(shop())
    assert client.get("/books/1", headers={"Prefer": "example=new"}).json()["title"] == "Dune"
    missing = client.get("/books/1", headers={"Prefer": "example=none"})
    assert missing.status_code == 404
    assert "none" in missing.text


def test_dynamic_answers_of_a_stateful_read(serve: Serve) -> None:
    """`dynamic=true` makes a value up instead of reading one; a seed repeats it."""
    client = serve(shop())
    first = client.get("/books/1", headers={"Prefer": "dynamic=true, seed=7"})
    again = client.get("/books/1", headers={"Prefer": "dynamic=true, seed=7"})
    other = client.get("/books/1", headers={"Prefer": "dynamic=true, seed=8"})
    assert first.headers["preference-applied"] == "dynamic=true, seed=7"
    assert first.content == again.content != other.content


def test_the_query_form_counts_without_the_header_only(serve: Serve) -> None:
    """`Prefer` wins over `__code`."""
    client = serve(shop())
    answer = client.get("/books/1", params={"__code": "404"}, headers={"Prefer": "code=200"})
    assert answer.status_code == 200


def test_a_status_that_is_not_declared_is_404(serve: Serve) -> None:
    """And the declared ones are named."""
    answer = serve(shop()).get("/books/1", headers={"Prefer": "code=418"})
    assert answer.status_code == 404


def test_preferences_that_are_not_ours_change_nothing(serve: Serve) -> None:
    """RFC 7240: unknown preferences are passed over."""
    client = serve(shop())
    answer = client.get("/books/1", headers={"Prefer": "return=minimal"})
    assert answer.content == client.get("/books/1").content
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    ("declared", "expected"),
    [(["400", "422"], 422), (["400"], 400), (["default"], 400), ([], 400)],
    ids=str,
)
def test_the_status_for_what_breaks_the_contract(serve: Serve, declared: list[str], expected: int) -> None:
    """422 where it is declared, else 400, else what `default` describes."""
    paths = library()
    for status in declared:
        content = {"application/json": {"schema": PROBLEM}}
        paths["/books"]["post"]["responses"][status] = {"description": "Bad", "content": content}
    answer = serve(paths).post("/books", json={"pages": 0})
    assert answer.status_code == expected
    assert ("message" in answer.json()) is bool(declared)


@pytest.mark.parametrize("status", ["204", "205", "304"])
def test_statuses_that_have_no_body(serve: Serve, status: str) -> None:
    """Whatever a document declares for them, nothing follows the header (RFC 9110, section 15)."""
    content = {"application/json": {"schema": BOOK}}
    paths = {"/x": {"put": {"responses": {status: {"description": "Done", "content": content}}}}}
    answer = serve(paths).put("/x", headers={"Prefer": f"code={status}"})
    assert answer.status_code == int(status)
    assert answer.content == b""
    assert "content-type" not in answer.headers
    # A client would wait for the body of a 205 that does not say how long it is.
    assert answer.headers.get("content-length") == ("0" if status == "205" else None)


def test_a_parameter_that_is_an_object_never_breaks_the_server(serve: Serve) -> None:
    """A path parameter that decodes to an object is no key: 404."""
    paths = library()
    paths["/books/{bookId}"]["parameters"] = [parameter("bookId", "path", "object")]
    for text in ("a,b", "1", "role,admin,name,x"):
        assert serve(paths).get(f"/books/{text}").status_code in {400, 404}

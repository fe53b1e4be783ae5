"""Refusals keep to what an operation declares: its media types, and its words for what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import answers, library, takes

ERROR = {"type": "object", "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}}
BINARY = {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("media", "schema", "expected"),
    [
        ("application/xml", ERROR, b"<message>No books has the bookId 404.</message>"),
        ("application/xml", {**ERROR, "xml": {"name": "fault"}}, b"<fault><code>404</code>"),
        ("application/jwt", ERROR, b'"message":"No books has the bookId 404."'),
        ("image/png", ERROR, b'"code":404'),
        ("image/png", BINARY, b"404: No books has the bookId 404."),
        ("application/pdf", None, b"404: No books has the bookId 404."),
        ("text/csv", ERROR, b"404: No books has the bookId 404."),
    ],
)
def test_a_refusal_comes_as_the_declared_media_type(
    serve: Serve, media: str, schema: Any, expected: bytes
) -> None:
    """An error that is declared as anything but JSON is sent as that, and still says why."""
    paths = library()
    content = {media: {} if schema is None else {"schema": schema}}
    paths["/books/{bookId}"]["get"]["responses"]["404"] = {"description": "None", "content": content}
    answer = serve(paths).get("/books/404")
    assert answer.status_code == 404
    assert answer.headers["content-type"].partition(";")[0] == media
    assert expected in answer.content


def test_json_is_preferred_for_a_refusal(serve: Serve) -> None:
    """Of several declared media types the one that says most is taken."""
    paths = library()
    content = {name: {"schema": ERROR} for name in ("image/png", "application/xml", "application/json")}
    paths["/books/{bookId}"]["get"]["responses"]["404"] = {"description": "None", "content": content}
    assert serve(paths).get("/books/404").json()["code"] == 404


@pytest.mark.parametrize(
    ("declared", "expected"), [(("422",), 422), (("400", "422"), 400), ((), 400), (("default",), 400)]
)
def test_the_status_for_a_body_that_cannot_be_read(
    serve: Serve, declared: tuple[str, ...], expected: int
) -> None:
    """400; but 422 where that is the operation's only word for what it cannot take."""
    responses = {**answers(ERROR), **{status: {"description": "No"} for status in declared}}
    client = serve({"/x": {"post": {"requestBody": takes(ERROR), "responses": responses}}})
    answer = client.post("/x", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == expected


@pytest.mark.parametrize(
    ("declared", "expected"), [((), 401), (("403",), 403), (("401", "403"), 401), (("403", "4XX"), 401)]
)
def test_the_status_for_missing_credentials(serve: Serve, declared: tuple[str, ...], expected: int) -> None:
    """401; but 403 where only that is declared."""
    responses = {**answers({"type": "integer"}), **{status: {"description": "No"} for status in declared}}
    client = serve(
        {"/secret": {"get": {"security": [{"key": []}], "responses": responses}}},
        settings={"auth": "strict"},
        components={"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    )
    assert client.get("/secret").status_code == expected
    assert client.get("/secret", headers={"X-Key": "demo-key"}).status_code == 200


def test_a_form_that_is_declared_to_be_text_is_text(serve: Serve) -> None:
    """A body of text is not taken apart because it is sent as a form."""
    schema = {"type": "string", "maxLength": 5}
    body = takes(schema, "application/x-www-form-urlencoded")
    client = serve({"/x": {"post": {"requestBody": body, "responses": answers({"type": "integer"})}}})
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/x", content=b"en", headers=sent).status_code == 200
    assert client.post("/x", content=b"abcdefgh", headers=sent).status_code == 400


@pytest.mark.parametrize(
    ("produces", "expected"),
    [
        (["application/xml", "application/json"], "application/json"),
        (["application/xml"], "application/xml"),
        (["text/csv"], "text/csv"),
        (None, "application/problem+json"),
    ],
)
def test_what_an_operation_produces_holds_for_refusals_that_are_not_declared(
    serve: Serve, produces: list[str] | None, expected: str
) -> None:
    """`produces` is said of an operation, not of a status (Swagger 2.0, Operation Object)."""
    number = {"name": "n", "in": "query", "type": "integer"}
    operation = {"parameters": [number], "responses": {"200": {"description": "Good"}}}
    operation |= {} if produces is None else {"produces": produces}
    answer = serve({"/x": {"get": operation}}, swagger="2.0").get("/x", params={"n": "many"})
    assert answer.status_code == 400
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "must be an integer" in answer.text


def test_a_form_of_swagger_2_has_no_other_fields(serve: Serve) -> None:
    """Its fields are parameters: what is not among them is refused."""
    field = {"name": "title", "in": "formData", "type": "string"}
    operation = {"parameters": [field], "responses": {"200": {"description": "Good"}}}
    client = serve({"/x": {"post": operation}}, swagger="2.0")
    assert client.post("/x", data={"title": "Dune"}).status_code == 200
    refused = client.post("/x", data={"title": "Dune", "titel": "Dune"})
    assert refused.status_code == 400
    assert "titel" in refused.text


@pytest.mark.parametrize("required", [False, True])
def test_an_empty_form_lacks_what_it_requires(serve: Serve, required: bool) -> None:
    """Nothing at all that is said to be a form is one without fields, whether it need be sent or not."""
    form = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    body = {**takes(form, "application/x-www-form-urlencoded"), "required": required}
    client = serve({"/x": {"post": {"requestBody": body, "responses": answers({"type": "integer"})}}})
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/x", content=b"", headers=sent).status_code == 400
    assert client.post("/x").status_code == (400 if required else 200)
    assert client.post("/x", content=b"a=1", headers=sent).status_code == 200

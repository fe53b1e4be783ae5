"""From the internal form back to file and line."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apidouble.document.document import Document
from apidouble.document.load import load

Write = Callable[..., Path]

SWAGGER = """\
swagger: "2.0"
info: {title: t, version: "1"}
produces: [application/json]
paths:
  /a/{id}:
    parameters:
    - {name: id, in: path, type: string, required: true}
    - $ref: "#/parameters/Page"
    post:
      parameters:
      - name: body
        in: body
        schema:
          type: object
      - {name: q, in: query,
         type: string}
      responses:
        "200":
          description: ok
          schema:
            $ref: "#/definitions/A"
  /form#x:
    POST:
      parameters:
      - {name: one, in: formData, type: string}
      - {name: two, in: formData, type: integer}
      responses:
        "200": {description: ok}
definitions:
  A:
    type: object
    properties:
      b: {$ref: "more.yaml#/B"}
  C d: {type: string}
parameters:
  Page: {name: page, in: query, type: integer}
"""


@pytest.fixture
def document(write: Write) -> Document:
    return load(write({"api.yaml": SWAGGER, "more.yaml": "# more\nB:\n  type: string\n"}))


@pytest.mark.parametrize(
    ("pointer", "file", "line"),
    [
        ("", "api.yaml", 1),
        ("/paths/~1a~1{id}/post", "api.yaml", 9),
        ("/paths/~1a~1{id}/post/parameters/0", "api.yaml", 15),
        ("/paths/~1a~1{id}/post/parameters/0/schema/type", "api.yaml", 16),
        ("/paths/~1a~1{id}/post/parameters/1", "api.yaml", 7),
        ("/paths/~1a~1{id}/post/parameters/2", "api.yaml", 8),
        ("/paths/~1a~1{id}/post/requestBody", "api.yaml", 11),
        ("/paths/~1a~1{id}/post/requestBody/content/application~1json/schema/type", "api.yaml", 14),
        ("/paths/~1a~1{id}/post/responses/200/content/application~1json/schema", "api.yaml", 20),
        ("/paths/~1form/post", "api.yaml", 23),
        ("/paths/~1form/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/two", "api.yaml", 26),
        ("/components/schemas/A/properties/b", "api.yaml", 33),
        ("/components/schemas/B/type", "more.yaml", 3),
        ("/components/schemas/C_d", "api.yaml", 34),
        ("/components/parameters/Page/schema", "api.yaml", 36),
        ("/nothing/here", "api.yaml", 1),
    ],
)  # fmt: skip
def test_everything_is_found_where_it_was_written(
    document: Document, pointer: str, file: str, line: int
) -> None:
    """Though it was moved, merged, renamed or pulled in; else the nearest thing around it."""
    found, where = document.locate(pointer)
    assert (Path(found).name, where) == (file, line)


def test_a_path_item_of_another_file_is_found_there(write: Write) -> None:
    """The operations stand in that file."""
    found = load(
        write({
            "api.yaml": "openapi: 3.0.0\npaths:\n  /a: {$ref: 'items/a.yaml'}\n",
            "items/a.yaml": "summary: x\nget:\n  responses:\n    '200': {description: ok}\n",
        })
    )  # fmt: skip
    file, line = found.locate("/paths/~1a/get/responses/200")
    assert (Path(file).name, line) == ("a.yaml", 4)


def test_many_places_are_found_as_each_alone(document: Document) -> None:
    """In the order that they are asked for, over several files."""
    asked = [
        "/paths/~1a~1{id}/post/parameters/1",
        "/components/schemas/A/properties/b",
        "",
        "/paths/~1a~1{id}/post",
    ]
    assert document.places(asked) == [document.locate(pointer) for pointer in asked]
    assert document.places([]) == []

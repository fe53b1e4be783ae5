"""A small document, and doubles of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apidouble import Double, Sandbox

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: /v1}]
security: [{bearer: []}]
paths:
  /items:
    get:
      operationId: listItems
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
        default: {$ref: "#/components/responses/Error"}
    post:
      operationId: createItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
      responses:
        "201":
          description: The new one.
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
        default: {$ref: "#/components/responses/Error"}
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    get:
      operationId: getItem
      responses:
        "200":
          description: The one.
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
        default: {$ref: "#/components/responses/Error"}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
  responses:
    Error:
      description: Refused.
      content:
        application/json:
          schema:
            type: object
            required: [message]
            properties: {message: {type: string}, status: {type: integer}}
  schemas:
    Item:
      type: object
      required: [name, price]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        name: {type: string, minLength: 1}
        price: {type: number, minimum: 0}
        created_at: {type: string, format: date-time, readOnly: true}
"""


@pytest.fixture(scope="session")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(SHOP, "utf-8")
    return path


@pytest.fixture(scope="session")
def server(document: Path) -> Iterator[Double]:
    """One double of the shop for all tests; each takes a sandbox."""
    with Double(document, auth="off") as running:
        yield running


@pytest.fixture
def shop(server: Double) -> Iterator[Sandbox]:
    """A shop that nobody has touched yet."""
    with server.sandbox() as world:
        yield world

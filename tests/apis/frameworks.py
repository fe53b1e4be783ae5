"""Documents as the generators of well-known frameworks write them, cut down to one or two collections.

In: nothing. Out: for each style the paths, and whatever else the document has. May not know: how they are
answered.
"""

from __future__ import annotations

from typing import Any

from tests.apis.documents import parameter, takes
from tests.apis.styles import INTEGER, LINK, TEXT, WHEN, Document, document, many, ref, says, thing


def fastapi() -> Document:
    """FastAPI with SQLModel: `skip` and `limit`, HTTPValidationError, operationIds from the path."""
    schemas = {
        "ItemCreate": thing(
            ("title",), title={**TEXT, "minLength": 1}, description={"anyOf": [TEXT, {"type": "null"}]}
        ),
        "ItemUpdate": thing((), title={"anyOf": [TEXT, {"type": "null"}]}),
        "ItemPublic": thing(
            ("title", "id", "owner_id"),
            title=TEXT,
            description={"anyOf": [TEXT, {"type": "null"}]},
            id={"type": "string", "format": "uuid"},
            owner_id={"type": "string", "format": "uuid"},
        ),
        "ItemsPublic": thing(("data", "count"), data={**many("ItemPublic"), "title": "Data"}, count=INTEGER),
        "Message": thing(("message",), message=TEXT),
        "HTTPValidationError": thing((), detail=many("ValidationError")),
        "ValidationError": thing(
            ("loc", "msg", "type"),
            loc={"type": "array", "items": {"anyOf": [TEXT, INTEGER]}},
            msg=TEXT,
            type=TEXT,
        ),
    }
    wrong = says(ref("HTTPValidationError"), "422")
    one = [parameter("id", "path", {"type": "string", "format": "uuid"})]
    paths = {
        "/api/v1/items/": {
            "get": {
                "operationId": "items-read_items",
                "parameters": [
                    parameter("skip", kind={**INTEGER, "default": 0}),
                    parameter("limit", kind={**INTEGER, "default": 100}),
                ],
                "responses": {**says(ref("ItemsPublic")), **wrong},
            },
            "post": {
                "operationId": "items-create_item",
                "requestBody": takes(ref("ItemCreate")),
                "responses": {**says(ref("ItemPublic")), **wrong},
            },
        },
        "/api/v1/items/{id}": {
            "get": {
                "operationId": "items-read_item",
                "parameters": one,
                "responses": {**says(ref("ItemPublic")), **wrong},
            },
            "put": {
                "operationId": "items-update_item",
                "parameters": one,
                "requestBody": takes(ref("ItemUpdate")),
                "responses": {**says(ref("ItemPublic")), **wrong},
            },
            "delete": {
                "operationId": "items-delete_item",
                "parameters": one,
                "responses": {**says(ref("Message")), **wrong},
            },
        },
    }
    return document(paths, schemas)


def django() -> Document:
    """Django REST Framework by drf-spectacular: count, next, previous, results; slashes at the end."""
    schemas = {
        "Author": thing(("id", "name"), id={**INTEGER, "readOnly": True}, name={**TEXT, "maxLength": 100}),
        "Book": thing(
            ("author", "created", "id", "title"),
            id={**INTEGER, "readOnly": True},
            title={**TEXT, "maxLength": 200},
            author={**INTEGER},
            created={**WHEN, "readOnly": True},
        ),
        "PatchedBook": thing(
            (), id={**INTEGER, "readOnly": True}, title={**TEXT, "maxLength": 200}, author={**INTEGER}
        ),
    }
    for name in ("Author", "Book"):
        schemas[f"Paginated{name}List"] = thing(
            ("count", "results"),
            count={**INTEGER, "example": 123},
            next={
                **LINK,
                "type": ["string", "null"],
                "example": "http://api.example.org/accounts/?offset=400&limit=100",
            },
            previous={
                **LINK,
                "type": ["string", "null"],
                "example": "http://api.example.org/accounts/?offset=200&limit=100",
            },
            results=many(name),
        )
    paths: dict[str, Any] = {}
    for noun, name in (("authors", "Author"), ("books", "Book")):
        patched = "PatchedBook" if name == "Book" else "Author"
        paths[f"/api/{noun}/"] = {
            "get": {
                "operationId": f"{noun}_list",
                "parameters": [
                    *([parameter("author", kind=INTEGER)] if name == "Book" else ()),
                    parameter("limit", kind=INTEGER, description="Number of results to return per page."),
                    parameter(
                        "offset",
                        kind=INTEGER,
                        description="The initial index from which to return the results.",
                    ),
                    parameter("ordering", description="Which field to use when ordering the results."),
                    parameter("search", description="A search term."),
                ],
                "tags": [noun],
                "responses": says(ref(f"Paginated{name}List"), description=""),
            },
            "post": {
                "operationId": f"{noun}_create",
                "tags": [noun],
                "requestBody": {
                    "required": True,
                    "content": {
                        media: {"schema": ref(name)}
                        for media in (
                            "application/json",
                            "application/x-www-form-urlencoded",
                            "multipart/form-data",
                        )
                    },
                },
                "responses": says(ref(name), "201", description=""),
            },
        }
        one = [
            parameter(
                "id", "path", INTEGER, description=f"A unique integer value identifying this {name.lower()}."
            )
        ]
        paths[f"/api/{noun}/{{id}}/"] = {
            "get": {
                "operationId": f"{noun}_retrieve",
                "parameters": one,
                "responses": says(ref(name), description=""),
            },
            "patch": {
                "operationId": f"{noun}_partial_update",
                "parameters": one,
                "requestBody": {"content": {"application/json": {"schema": ref(patched)}}},
                "responses": says(ref(name), description=""),
            },
            "delete": {
                "operationId": f"{noun}_destroy",
                "parameters": one,
                "responses": {"204": {"description": "No response body"}},
            },
        }
    return document(paths, schemas)


def nest() -> Document:
    """NestJS by @nestjs/swagger: Dtos, `PageDto` with `data` and `meta`, text keys, no 404."""
    schemas = {
        "CreateCatDto": thing(("name", "age"), name=TEXT, age={"type": "number"}),
        "UpdateCatDto": thing((), name=TEXT, age={"type": "number"}),
        "CatEntity": thing(
            ("id", "name", "age", "createdAt"), id=TEXT, name=TEXT, age={"type": "number"}, createdAt=WHEN
        ),
        "PageMetaDto": thing(
            ("page", "take", "itemCount", "pageCount", "hasPreviousPage", "hasNextPage"),
            page={"type": "number"},
            take={"type": "number"},
            itemCount={"type": "number"},
            pageCount={"type": "number"},
            hasPreviousPage={"type": "boolean"},
            hasNextPage={"type": "boolean"},
        ),
        "PageDto": thing(
            ("data", "meta"), data={"type": "array", "items": {"type": "object"}}, meta=ref("PageMetaDto")
        ),
    }
    one = [parameter("id", "path")]
    paths = {
        "/cats": {
            "post": {
                "operationId": "CatsController_create",
                "parameters": [],
                "requestBody": takes(ref("CreateCatDto")),
                "responses": says(ref("CatEntity"), "201"),
            },
            "get": {
                "operationId": "CatsController_findAll",
                "parameters": [
                    parameter("order", kind={"default": "ASC", "enum": ["ASC", "DESC"], "type": "string"}),
                    parameter("page", kind={"minimum": 1, "default": 1, "type": "number"}),
                    parameter("take", kind={"minimum": 1, "maximum": 50, "default": 10, "type": "number"}),
                ],
                "responses": says(
                    {
                        "allOf": [
                            ref("PageDto"),
                            {"properties": {"data": many("CatEntity")}},
                        ]
                    }
                ),
            },
        },
        "/cats/{id}": {
            "get": {
                "operationId": "CatsController_findOne",
                "parameters": one,
                "responses": says(ref("CatEntity")),
            },
            "patch": {
                "operationId": "CatsController_update",
                "parameters": one,
                "requestBody": takes(ref("UpdateCatDto")),
                "responses": says(ref("CatEntity")),
            },
            "delete": {
                "operationId": "CatsController_remove",
                "parameters": one,
                "responses": {"200": {"description": ""}},
            },
        },
    }
    return document(paths, schemas)


def laravel() -> Document:
    """Laravel resources by Scramble: `data`, `links`, `meta` with current_page and last_page."""
    nullable = {"type": ["string", "null"]}
    schemas = {
        "PostResource": thing(
            ("id", "title", "user_id"),
            id=INTEGER,
            title=TEXT,
            user_id=INTEGER,
            created_at={**nullable, "format": "date-time"},
        ),
        "StorePostRequest": thing(("title",), title={**TEXT, "maxLength": 255}),
    }
    page = thing(
        ("data", "links", "meta"),
        data=many("PostResource"),
        links=thing(
            ("first", "last", "prev", "next"), first=nullable, last=nullable, prev=nullable, next=nullable
        ),
        meta=thing(
            ("current_page", "from", "last_page", "links", "path", "per_page", "to", "total"),
            current_page=INTEGER,
            **{"from": {"type": ["integer", "null"]}},
            last_page=INTEGER,
            links={
                "type": "array",
                "items": thing(
                    ("url", "label", "active"), url=nullable, label=TEXT, active={"type": "boolean"}
                ),
            },
            path=nullable,
            per_page=INTEGER,
            to={"type": ["integer", "null"]},
            total=INTEGER,
        ),
    )
    one = [parameter("post", "path", INTEGER, description="The post ID")]
    shown = thing(("data",), data=ref("PostResource"))
    missing = says(thing(("message",), message=TEXT), "404")
    paths = {
        "/posts": {
            "get": {
                "operationId": "posts.index",
                "parameters": [parameter("page", kind=INTEGER)],
                "responses": says(page),
            },
            "post": {
                "operationId": "posts.store",
                "requestBody": takes(ref("StorePostRequest")),
                "responses": {
                    **says(shown, "201"),
                    **says(
                        thing(
                            ("message", "errors"),
                            message=TEXT,
                            errors={
                                "type": "object",
                                "additionalProperties": {"type": "array", "items": TEXT},
                            },
                        ),
                        "422",
                    ),
                },
            },
        },
        "/posts/{post}": {
            "get": {"operationId": "posts.show", "parameters": one, "responses": {**says(shown), **missing}},
            "put": {
                "operationId": "posts.update",
                "parameters": one,
                "requestBody": takes(ref("StorePostRequest")),
                "responses": {**says(shown), **missing},
            },
            "delete": {
                "operationId": "posts.destroy",
                "parameters": one,
                "responses": {"204": {"description": "No content"}, **missing},
            },
        },
    }
    return document(paths, schemas)


def aspnet() -> Document:
    """ASP.NET Core by Swashbuckle: bare arrays, an `X-Pagination` header, ProblemDetails."""
    problem = thing((), type=TEXT, title=TEXT, status=INTEGER, detail=TEXT, instance=TEXT)
    schemas = {
        "Order": thing(
            (),
            orderId={"type": "string", "format": "uuid"},
            customerName={"type": ["string", "null"]},
            total={"type": "number", "format": "double"},
        ),
        "OrderForCreation": thing(
            ("customerName",),
            customerName={**TEXT, "minLength": 1},
            total={"type": "number", "format": "double"},
        ),
        "ProblemDetails": {**problem, "additionalProperties": {}},
    }
    one = [parameter("orderId", "path", {"type": "string", "format": "uuid"})]
    wrong = says(ref("ProblemDetails"), "404", media="application/problem+json")
    paths = {
        "/api/Orders": {
            "get": {
                "tags": ["Orders"],
                "parameters": [
                    parameter("PageNumber", kind={**INTEGER, "format": "int32"}),
                    parameter("PageSize", kind={**INTEGER, "format": "int32"}),
                    parameter("SearchQuery"),
                    parameter("OrderBy"),
                ],
                "responses": says(many("Order"), headers={"X-Pagination": {"schema": TEXT}}),
            },
            "post": {
                "tags": ["Orders"],
                "requestBody": takes(ref("OrderForCreation")),
                "responses": says(ref("Order"), "201"),
            },
        },
        "/api/Orders/{orderId}": {
            "get": {"parameters": one, "responses": {**says(ref("Order")), **wrong}},
            "put": {
                "parameters": one,
                "requestBody": takes(ref("OrderForCreation")),
                "responses": {"204": {"description": "No Content"}, **wrong},
            },
            "delete": {"parameters": one, "responses": {"204": {"description": "No Content"}, **wrong}},
        },
    }
    return document(paths, schemas)

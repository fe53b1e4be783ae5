"""Documents as Spring's generators write them: Spring Data REST with HAL, and controllers with `Page<T>`.

In: nothing. Out: for each style the paths, and whatever else the document has. May not know: how they are
answered.
"""

from __future__ import annotations

from tests.apis.documents import parameter, takes
from tests.apis.styles import INTEGER, TEXT, Document, document, many, ref, says, thing


def spring() -> Document:
    """Spring Data REST by springdoc: HAL, `_embedded`, `page` with zero-based numbers, links as a map."""
    links = {"type": "object", "additionalProperties": ref("Link")}
    schemas = {
        "Link": thing((), href=TEXT, hreflang=TEXT, title=TEXT, type=TEXT, templated={"type": "boolean"}),
        "Links": links,
        "PageMetadata": thing(
            (),
            size={**INTEGER, "format": "int64"},
            totalElements={**INTEGER, "format": "int64"},
            totalPages={**INTEGER, "format": "int64"},
            number={**INTEGER, "format": "int64"},
        ),
        "CustomerRequestBody": thing((), id={**INTEGER, "format": "int64"}, firstName=TEXT, lastName=TEXT),
        "EntityModelCustomer": thing(
            (), id={**INTEGER, "format": "int64"}, firstName=TEXT, lastName=TEXT, _links=ref("Links")
        ),
        "PagedModelEntityModelCustomer": thing(
            (),
            _embedded=thing((), customers=many("EntityModelCustomer")),
            _links=ref("Links"),
            page=ref("PageMetadata"),
        ),
    }
    hal = "application/hal+json"
    one = [parameter("id", "path", TEXT)]
    paths = {
        "/customers": {
            "get": {
                "operationId": "getCollectionResource-customer-get_1",
                "tags": ["customer-entity-controller"],
                "parameters": [
                    parameter(
                        "page",
                        kind={**INTEGER, "minimum": 0, "default": 0},
                        description="Zero-based page index (0..N)",
                    ),
                    parameter(
                        "size",
                        kind={**INTEGER, "minimum": 1, "default": 20},
                        description="The size of the page to be returned",
                    ),
                    parameter(
                        "sort",
                        kind={"type": "array", "items": TEXT},
                        description="Sorting criteria in the format: property,(asc|desc).",
                    ),
                ],
                "responses": says(ref("PagedModelEntityModelCustomer"), media=hal),
            },
            "post": {
                "operationId": "postCollectionResource-customer-post",
                "requestBody": takes(ref("CustomerRequestBody")),
                "responses": says(ref("EntityModelCustomer"), "201", media=hal),
            },
        },
        "/customers/{id}": {
            "get": {
                "operationId": "getItemResource-customer-get",
                "parameters": one,
                "responses": {
                    **says(ref("EntityModelCustomer"), media=hal),
                    "404": {"description": "Not Found"},
                },
            },
            "put": {
                "operationId": "putItemResource-customer-put",
                "parameters": one,
                "requestBody": takes(ref("CustomerRequestBody")),
                "responses": {
                    **says(ref("EntityModelCustomer"), media=hal),
                    **says(ref("EntityModelCustomer"), "201", media=hal),
                    "204": {"description": "No Content"},
                },
            },
            "patch": {
                "operationId": "patchItemResource-customer-patch",
                "parameters": one,
                "requestBody": takes(ref("CustomerRequestBody")),
                "responses": {
                    **says(ref("EntityModelCustomer"), media=hal),
                    "204": {"description": "No Content"},
                },
            },
            "delete": {
                "operationId": "deleteItemResource-customer-delete",
                "parameters": one,
                "responses": {"204": {"description": "No Content"}, "404": {"description": "Not Found"}},
            },
        },
    }
    return document(paths, schemas)


def spring_page() -> Document:
    """A Spring controller that returns `Page<T>`, by springdoc: content, pageable, first, last, sort."""
    flags = thing((), empty={"type": "boolean"}, sorted={"type": "boolean"}, unsorted={"type": "boolean"})
    schemas = {
        "ProductDto": thing(
            ("name",), id={**INTEGER, "format": "int64"}, name=TEXT, price={"type": "number"}
        ),
        "SortObject": flags,
        "PageableObject": thing(
            (),
            offset={**INTEGER, "format": "int64"},
            pageNumber=INTEGER,
            pageSize=INTEGER,
            paged={"type": "boolean"},
            unpaged={"type": "boolean"},
            sort=ref("SortObject"),
        ),
        "PageProductDto": thing(
            (),
            totalElements={**INTEGER, "format": "int64"},
            totalPages=INTEGER,
            first={"type": "boolean"},
            last={"type": "boolean"},
            size=INTEGER,
            content=many("ProductDto"),
            number=INTEGER,
            sort=ref("SortObject"),
            numberOfElements=INTEGER,
            pageable=ref("PageableObject"),
            empty={"type": "boolean"},
        ),
        "Pageable": thing(
            (),
            page={**INTEGER, "minimum": 0},
            size={**INTEGER, "minimum": 1},
            sort={"type": "array", "items": TEXT},
        ),
    }
    one = [parameter("id", "path", {**INTEGER, "format": "int64"})]
    paths = {
        "/api/products": {
            "get": {
                "operationId": "findAll",
                "parameters": [parameter("pageable", kind=ref("Pageable"), required=True)],
                "responses": says(ref("PageProductDto"), media="*/*"),
            },
            "post": {
                "operationId": "create",
                "requestBody": takes(ref("ProductDto")),
                "responses": says(ref("ProductDto"), media="*/*"),
            },
        },
        "/api/products/{id}": {
            "get": {
                "operationId": "findById",
                "parameters": one,
                "responses": says(ref("ProductDto"), media="*/*"),
            },
            "put": {
                "operationId": "update",
                "parameters": one,
                "requestBody": takes(ref("ProductDto")),
                "responses": says(ref("ProductDto"), media="*/*"),
            },
            "delete": {
                "operationId": "delete",
                "parameters": one,
                "responses": {"200": {"description": "OK"}},
            },
        },
    }
    return document(paths, schemas)

"""Documents in the styles of well-known providers and conventions, cut down to one or two collections.

In: nothing. Out: for each style the paths, and whatever else the document has. May not know: how they are
answered.
"""

from __future__ import annotations

from tests.apis.documents import parameter, takes
from tests.apis.styles import INTEGER, TEXT, WHEN, Document, document, many, ref, says, thing


def jsonapi() -> Document:
    """Rails with JSON:API: `data` with type, attributes and relationships; `page[number]`."""
    media = "application/vnd.api+json"
    identifier = thing(("type", "id"), type=TEXT, id=TEXT)
    schemas = {
        "author": thing(
            ("id", "type"),
            id=TEXT,
            type={**TEXT, "enum": ["authors"]},
            attributes=thing(("name",), name=TEXT),
        ),
        "article": thing(
            ("id", "type", "attributes"),
            id=TEXT,
            type={**TEXT, "enum": ["articles"]},
            attributes=thing(("title",), title=TEXT, body=TEXT, created_at=WHEN),
            relationships=thing((), author=thing((), data={**identifier})),
        ),
        "new_article": thing(
            ("data",),
            data=thing(
                ("type", "attributes"),
                type={**TEXT, "enum": ["articles"]},
                attributes=thing(("title",), title=TEXT, body=TEXT),
                relationships=thing((), author=thing((), data={**identifier})),
            ),
        ),
        "links": thing(
            (),
            self=TEXT,
            first=TEXT,
            prev={"type": ["string", "null"]},
            next={"type": ["string", "null"]},
            last=TEXT,
        ),
    }
    one = [parameter("id", "path")]
    missing = {"404": {"description": "not found"}}
    paged = thing((), data=many("article"), links=ref("links"), meta=thing((), total=INTEGER))
    paths = {
        "/authors": {"get": {"responses": says(thing((), data=many("author")), media=media)}},
        "/authors/{id}": {
            "get": {
                "parameters": one,
                "responses": {**says(thing((), data=ref("author")), media=media), **missing},
            }
        },
        "/authors/{author_id}/articles": {
            "get": {
                "parameters": [parameter("author_id", "path")],
                "responses": {**says(paged, media=media), **missing},
            }
        },
        "/articles": {
            "get": {
                "parameters": [
                    parameter("page[number]", kind=INTEGER),
                    parameter("page[size]", kind=INTEGER),
                    parameter("filter[title]"),
                    parameter("filter[author]"),
                    parameter("sort"),
                ],
                "responses": says(paged, media=media),
            },
            "post": {
                "requestBody": takes(ref("new_article"), media),
                "responses": says(thing((), data=ref("article")), "201", media=media),
            },
        },
        "/articles/{id}": {
            "get": {
                "parameters": one,
                "responses": {**says(thing((), data=ref("article")), media=media), **missing},
            },
            "patch": {
                "parameters": one,
                "requestBody": takes(ref("new_article"), media),
                "responses": {**says(thing((), data=ref("article")), media=media), **missing},
            },
            "delete": {"parameters": one, "responses": {"204": {"description": "gone"}, **missing}},
        },
    }
    return document(paths, schemas)


def odata() -> Document:
    """ASP.NET Core with OData: `value`, `@odata.nextLink`, `$top`, `$skip`, keys in parentheses."""
    schemas = {
        "Product": thing(
            ("Name",),
            Id={**INTEGER, "format": "int32"},
            Name={**TEXT},
            Price={"type": "number", "format": "double"},
        ),
        "ProductCollectionResponse": {
            "type": "object",
            "properties": {
                "value": many("Product"),
                "@odata.count": {"type": ["integer", "null"], "format": "int64"},
                "@odata.nextLink": {"type": ["string", "null"]},
            },
        },
    }
    one = [parameter("Id", "path", {**INTEGER, "format": "int32"}, description="key: Id of Product")]
    paths = {
        "/odata/Products": {
            "get": {
                "operationId": "Products.ListProduct",
                "parameters": [
                    parameter("$top", kind={**INTEGER, "minimum": 0}),
                    parameter("$skip", kind={**INTEGER, "minimum": 0}),
                    parameter("$search"),
                    parameter("$filter"),
                    parameter("$count", kind={"type": "boolean"}),
                    parameter(
                        "$orderby",
                        kind={
                            "type": "array",
                            "uniqueItems": True,
                            "items": {"type": "string", "enum": ["Id", "Id desc", "Name", "Name desc"]},
                        },
                        explode=False,
                    ),
                ],
                "responses": says(ref("ProductCollectionResponse")),
            },
            "post": {
                "operationId": "Products.CreateProduct",
                "requestBody": takes(ref("Product")),
                "responses": says(ref("Product"), "201"),
            },
        },
        "/odata/Products({Id})": {
            "get": {
                "operationId": "Products.GetProduct",
                "parameters": one,
                "responses": says(ref("Product")),
            },
            "patch": {
                "operationId": "Products.UpdateProduct",
                "parameters": one,
                "requestBody": takes(ref("Product")),
                "responses": {"204": {"description": "Success"}},
            },
            "delete": {
                "operationId": "Products.DeleteProduct",
                "parameters": one,
                "responses": {"204": {"description": "Success"}},
            },
        },
    }
    return document(paths, schemas)


def github() -> Document:
    """GitHub-like: names in the path, numbers as keys, `Link` headers, `per_page`, state closed by PATCH."""
    schemas = {
        "repository": thing(
            ("id", "name", "full_name"),
            id=INTEGER,
            name=TEXT,
            full_name=TEXT,
            owner=thing(("login",), login=TEXT, id=INTEGER),
        ),
        "issue": thing(
            ("id", "number", "title", "state"),
            id=INTEGER,
            number=INTEGER,
            title=TEXT,
            state={**TEXT, "enum": ["open", "closed"], "default": "open"},
            created_at=WHEN,
        ),
    }
    where = [parameter("owner", "path"), parameter("repo", "path")]
    number = [*where, parameter("issue_number", "path", INTEGER)]
    link = {"Link": {"schema": TEXT, "example": '<https://api.github.com/resource?page=2>; rel="next"'}}
    missing = {"404": {"description": "Resource not found"}}
    paths = {
        "/orgs/{org}/repos": {
            "get": {"parameters": [parameter("org", "path")], "responses": says(many("repository"))}
        },
        "/repos/{owner}/{repo}": {
            "get": {"parameters": where, "responses": {**says(ref("repository")), **missing}}
        },
        "/repos/{owner}/{repo}/issues": {
            "get": {
                "parameters": [
                    *where,
                    parameter("state", kind={**TEXT, "enum": ["open", "closed", "all"], "default": "open"}),
                    parameter("per_page", kind={**INTEGER, "default": 30}),
                    parameter("page", kind={**INTEGER, "default": 1}),
                ],
                "responses": {**says(many("issue"), headers=link), **missing},
            },
            "post": {
                "parameters": where,
                "requestBody": takes(thing(("title",), title=TEXT)),
                "responses": {**says(ref("issue"), "201"), **missing},
            },
        },
        "/repos/{owner}/{repo}/issues/{issue_number}": {
            "get": {"parameters": number, "responses": {**says(ref("issue")), **missing}},
            "patch": {
                "parameters": number,
                "requestBody": takes(thing((), title=TEXT, state={**TEXT, "enum": ["open", "closed"]})),
                "responses": {**says(ref("issue")), **missing},
            },
        },
    }
    return document(paths, schemas)


def stripe() -> Document:
    """Stripe-like: forms, prefixed ids, `has_more` with `starting_after`, deleted objects."""
    schemas = {
        "customer": thing(
            ("id", "object", "created"),
            id={**TEXT, "maxLength": 5000},
            object={**TEXT, "enum": ["customer"]},
            created={**INTEGER, "format": "unix-time"},
            email={"type": ["string", "null"], "maxLength": 5000},
            metadata={"type": "object", "additionalProperties": TEXT},
        ),
        "deleted_customer": thing(
            ("id", "object", "deleted"),
            id=TEXT,
            object={**TEXT, "enum": ["customer"]},
            deleted={"type": "boolean", "enum": [True]},
        ),
    }
    form = {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": thing((), email=TEXT, metadata={"type": "object", "additionalProperties": TEXT}),
                "encoding": {"metadata": {"style": "deepObject", "explode": True}},
            }
        }
    }
    page = thing(
        ("data", "has_more", "object", "url"),
        data=many("customer"),
        has_more={"type": "boolean"},
        object={**TEXT, "enum": ["list"]},
        url={**TEXT, "pattern": "^/v1/customers"},
    )
    one = [parameter("customer", "path", {**TEXT, "maxLength": 5000})]
    either = {"anyOf": [ref("customer"), ref("deleted_customer")]}
    paths = {
        "/v1/customers": {
            "get": {
                "parameters": [
                    parameter("email"),
                    parameter("ending_before"),
                    parameter("limit", kind=INTEGER),
                    parameter("starting_after"),
                ],
                "responses": says(page),
            },
            "post": {"requestBody": form, "responses": says(ref("customer"))},
        },
        "/v1/customers/{customer}": {
            "get": {"parameters": one, "responses": says(either)},
            "post": {"parameters": one, "requestBody": form, "responses": says(ref("customer"))},
            "delete": {"parameters": one, "responses": says(ref("deleted_customer"))},
        },
    }
    return document(paths, schemas)


def graph() -> Document:
    """Microsoft Graph-like: `value` with `@odata.nextLink`, `$skiptoken`, /me, children by path."""
    schemas = {
        "microsoft.graph.user": thing((), id=TEXT, displayName=TEXT, mail={"type": ["string", "null"]}),
        "microsoft.graph.message": thing(
            (), id=TEXT, subject=TEXT, isRead={"type": "boolean"}, receivedDateTime=WHEN
        ),
    }
    for name in ("user", "message"):
        schemas[f"microsoft.graph.{name}CollectionResponse"] = thing(
            (), value=many(f"microsoft.graph.{name}"), **{"@odata.nextLink": {"type": ["string", "null"]}}
        )
    top = [
        parameter("$top", kind={**INTEGER, "minimum": 0}),
        parameter("$skip", kind={**INTEGER, "minimum": 0}),
    ]
    user = [parameter("user-id", "path", description="key: id of user")]
    message = [*user, parameter("message-id", "path", description="key: id of message")]
    error = {"4XX": {"description": "error"}}
    paths = {
        "/me": {"get": {"responses": {**says(ref("microsoft.graph.user")), **error}}},
        "/users": {
            "get": {
                "parameters": top,
                "responses": {**says(ref("microsoft.graph.userCollectionResponse")), **error},
            },
            "post": {
                "requestBody": takes(ref("microsoft.graph.user")),
                "responses": {**says(ref("microsoft.graph.user"), "201"), **error},
            },
        },
        "/users/{user-id}": {
            "get": {"parameters": user, "responses": {**says(ref("microsoft.graph.user")), **error}},
            "patch": {
                "parameters": user,
                "requestBody": takes(ref("microsoft.graph.user")),
                "responses": {"204": {"description": "Success"}, **error},
            },
            "delete": {"parameters": user, "responses": {"204": {"description": "Success"}, **error}},
        },
        "/users/{user-id}/messages": {
            "get": {
                "parameters": [*user, *top],
                "responses": {**says(ref("microsoft.graph.messageCollectionResponse")), **error},
            },
            "post": {
                "parameters": user,
                "requestBody": takes(ref("microsoft.graph.message")),
                "responses": {**says(ref("microsoft.graph.message"), "201"), **error},
            },
        },
        "/users/{user-id}/messages/{message-id}": {
            "get": {"parameters": message, "responses": {**says(ref("microsoft.graph.message")), **error}},
            "delete": {"parameters": message, "responses": {"204": {"description": "Success"}, **error}},
        },
    }
    return document(paths, schemas)


def kubernetes() -> Document:
    """Kubernetes-like: metadata.name as the key, namespaces above, `continue`, a Status on DELETE."""
    meta = thing(
        (),
        name=TEXT,
        namespace=TEXT,
        uid=TEXT,
        creationTimestamp=WHEN,
        labels={"type": "object", "additionalProperties": TEXT},
    )
    listed = thing(
        (),
        **{"continue": TEXT, "resourceVersion": TEXT, "remainingItemCount": {**INTEGER, "format": "int64"}},
    )
    schemas = {
        "ObjectMeta": meta,
        "ListMeta": listed,
        "Widget": thing(
            (), apiVersion=TEXT, kind=TEXT, metadata=ref("ObjectMeta"), spec=thing((), replicas=INTEGER)
        ),
        "WidgetList": thing(
            ("items",), apiVersion=TEXT, kind=TEXT, metadata=ref("ListMeta"), items=many("Widget")
        ),
        "Status": thing((), apiVersion=TEXT, kind=TEXT, status=TEXT, code=INTEGER),
    }
    base = "/apis/example.io/v1/namespaces/{namespace}/widgets"
    where = [parameter("namespace", "path")]
    one = [*where, parameter("name", "path")]
    paging = [parameter("limit", kind=INTEGER), parameter("continue"), parameter("labelSelector")]
    paths = {
        "/apis/example.io/v1/widgets": {"get": {"parameters": paging, "responses": says(ref("WidgetList"))}},
        base: {
            "get": {"parameters": [*where, *paging], "responses": says(ref("WidgetList"))},
            "post": {
                "parameters": where,
                "requestBody": takes(ref("Widget")),
                "responses": says(ref("Widget"), "201"),
            },
        },
        f"{base}/{{name}}": {
            "get": {"parameters": one, "responses": says(ref("Widget"))},
            "put": {"parameters": one, "requestBody": takes(ref("Widget")), "responses": says(ref("Widget"))},
            "delete": {"parameters": one, "responses": says(ref("Status"))},
        },
    }
    return document(paths, schemas)

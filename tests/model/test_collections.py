"""Collections, items and what belongs to them are read off paths and schemas."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.model.resource import Verb


def crud(kit: Any, noun: str, key: str, schema: str = "Thing", **paths: Any) -> dict[str, Any]:
    thing = kit.ref(schema)
    return {
        f"/{noun}": {"get": kit.op(kit.many(thing)), "post": kit.op(thing, thing, status=201)},
        f"/{noun}/{{{key}}}": {
            "get": kit.op(thing),
            "put": kit.op(thing, thing),
            "patch": kit.op(thing, thing),
            "delete": kit.op(status=204),
        },
        **paths,
    }


def test_a_plain_resource_has_all_verbs(kit: Any) -> None:
    """GET, POST on the collection and GET, PUT, PATCH, DELETE on the item are what they look like."""
    m = kit.read(crud(kit, "things", "id"), {"Thing": kit.record("id", "name")})
    verbs = {b.operation: b.verb for b in m.model.bindings.values()}
    assert [m(call).verb for call in ("GET /things", "POST /things", "GET /things/{id}")] == [
        Verb.LIST,
        Verb.CREATE,
        Verb.READ,
    ]
    assert m("PUT /things/{id}").verb is Verb.REPLACE
    assert m("PATCH /things/{id}").verb is Verb.UPDATE
    assert m("DELETE /things/{id}").verb is Verb.DELETE
    assert len(verbs) == 6
    assert list(m.model.resources) == ["things"]
    assert m("POST /things").success == 201


@pytest.mark.parametrize(
    ("noun", "parameter", "properties", "key"),
    [
        ("pets", "petId", ("id", "name"), "id"),
        ("pet", "petId", ("id", "name"), "id"),
        ("employees", "employee-id", ("id",), "id"),
        ("users", "username", ("id", "username"), "username"),
        ("users", "username", ("id", "login"), "login"),
        ("articles", "slug", ("id", "slug"), "slug"),
        ("products", "sku", ("sku", "name"), "sku"),
        ("Services", "Sid", ("sid", "friendly_name"), "sid"),
        ("orders", "uuid", ("uuid", "total"), "uuid"),
        ("countries", "code", ("code", "name"), "code"),
        ("special-events", "eventId", ("eventId", "name"), "eventId"),
        ("customers", "customer_id", ("_id", "name"), "_id"),
        ("coupons", "coupon", ("id", "name"), "id"),
        ("subscriptions", "subscription_exposed_id", ("id", "name"), "id"),
        ("branches", "branch", ("name", "sha"), "name"),
        ("boxes", "boxNumber", ("number", "label"), "number"),
        ("things", "whatever", ("a", "b"), "^whatever"),
    ],
)
def test_the_key_is_the_property_that_the_parameter_names(
    kit: Any, noun: str, parameter: str, properties: tuple[str, ...], key: str
) -> None:
    """The last path parameter is matched to a property, whatever its spelling."""
    m = kit.read(crud(kit, noun, parameter), {"Thing": kit.record(*properties)})
    assert [resource.key for resource in m.model.resources.values()] == [key]


def test_a_key_keeps_its_declared_type_and_form(kit: Any) -> None:
    """The key's schema is the property's, narrowed by what the path parameter asks for."""
    paths = crud(kit, "things", "id")
    uuid = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    paths["/things/{id}"]["get"]["parameters"].append(uuid)
    m = kit.read(paths, {"Thing": kit.record("id")})
    assert m.resource("things").key_schema == {"type": "string", "format": "uuid"}
    m = kit.read(crud(kit, "things", "id"), {"Thing": kit.record(id={"type": "integer", "format": "int64"})})
    assert m.resource("things").key_schema["type"] == "integer"


def test_a_name_of_the_wrong_type_is_passed_over(kit: Any) -> None:
    """Where the parameter is text and `id` a number, a key by name is found."""
    m = kit.read(
        crud(kit, "orgs", "org"), {"Thing": kit.record("username", "full_name", id={"type": "integer"})}
    )
    assert m.resource("orgs").key == "username"


def test_sub_resources_know_their_parents_by_property_or_by_memory(kit: Any) -> None:
    """A parent is the property that holds it, else a hidden field."""
    thing, order = kit.ref("Customer"), kit.ref("Order")
    paths = {
        "/customers": {"get": kit.op(kit.many(thing)), "post": kit.op(thing, thing)},
        "/customers/{customerId}": {"get": kit.op(thing)},
        "/customers/{customerId}/orders": {"get": kit.op(kit.many(order), statuses=[404])},
        "/customers/{customerId}/orders/{id}": {"get": kit.op(order)},
        "/customers/{customerId}/notes": {
            "get": kit.op(kit.many(kit.ref("Note"))),
            "post": kit.op(kit.ref("Note"), kit.ref("Note")),
        },
        "/customers/{customerId}/notes/{id}": {"get": kit.op(kit.ref("Note"))},
    }
    schemas = {
        "Customer": kit.record("id"),
        "Order": kit.record("id", "customer_id"),
        "Note": kit.record("id", "text"),
    }
    m = kit.read(paths, schemas)
    (parent,) = m.resource("orders").parents
    assert (parent.field, parent.resource, parent.source) == ("customer_id", "customers", "id")
    assert m.resource("notes").parents[0].field == "^customerId"
    assert m("GET /customers/{customerId}/orders").within == (("customers", ("customerId",)),)
    assert m("GET /customers/{customerId}/notes").within == (), (
        "the contract has no word for a missing customer"
    )


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"customerId": {"type": "string"}}, "customerId"),
        ({"customer": {"type": "string"}}, "customer"),
        ({"customer": {"type": "object", "properties": {"id": {"type": "string"}}}}, "customer/id"),
        ({"customer": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {}}]}}, "customer"),
        ({"customer": {"type": "integer"}}, "^customer_id"),
        ({"unrelated": {"type": "string"}}, "^customer_id"),
    ],
)
def test_a_parent_is_found_in_all_its_spellings(kit: Any, properties: dict[str, Any], field: str) -> None:
    """`/customers/{id}/orders` matches customerId, customer, customer.id; else it is remembered."""
    order = kit.ref("Order")
    paths = {
        "/customers/{id}": {"get": kit.op(kit.ref("Customer")), "put": kit.op(kit.ref("Customer"))},
        "/customers/{id}/orders": {"get": kit.op(kit.many(order)), "post": kit.op(order, order)},
        "/customers/{id}/orders/{orderId}": {"get": kit.op(order)},
    }
    m = kit.read(paths, {"Customer": kit.record("id", "a", "b"), "Order": kit.record("id", **properties)})
    assert m.resource("orders").parents[0].field == field


def test_names_and_numbers_are_unique_within_parents_and_ids_anywhere(kit: Any) -> None:
    """`/repos/{owner}/{repo}/issues/{number}` is scoped, `/repos/{owner}/{repo}/hooks/{id}` is not."""
    repo, issue, hook = kit.ref("Repo"), kit.ref("Issue"), kit.ref("Hook")
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/repos/{owner}/{repo}": {"get": kit.op(repo), "delete": kit.op(status=204)},
        "/repos/{owner}/{repo}/issues": {"get": kit.op(kit.many(issue)), "post": kit.op(issue, issue)},
        "/repos/{owner}/{repo}/issues/{number}": {"get": kit.op(issue, parameters=[number])},
        "/repos/{owner}/{repo}/hooks": {"get": kit.op(kit.many(hook)), "post": kit.op(hook, hook)},
        "/repos/{owner}/{repo}/hooks/{id}": {"get": kit.op(hook)},
    }
    owner = kit.record("login")
    schemas = {
        "Repo": kit.record("name", id={"type": "integer"}, owner=owner),
        "Issue": kit.record("title", number={"type": "integer"}),
        "Hook": kit.record("url", id={"type": "string"}),
    }
    m = kit.read(paths, schemas)
    repos = m.resource("repos")
    assert (repos.key, repos.scoped, [p.field for p in repos.parents]) == ("name", True, ["owner/login"])
    issues = m.resource("issues")
    assert (issues.key, issues.scoped) == ("number", True)
    assert [(p.field, p.resource, p.source) for p in issues.parents] == [
        ("^owner", "repos", "owner/login"),
        ("^repo", "repos", "name"),
    ]
    assert not m.resource("hooks").scoped


def test_one_schema_under_several_paths_is_one_collection(kit: Any) -> None:
    """`/pets` and `/owners/{id}/pets` share their records; the second is a view by the owner."""
    pet, owner = kit.ref("Pet"), kit.ref("Owner")
    paths = {
        "/pets": {"get": kit.op(kit.many(pet)), "post": kit.op(pet, pet, status=201)},
        "/pets/{petId}": {"get": kit.op(pet)},
        "/owners/{id}": {"get": kit.op(owner), "put": kit.op(owner, owner)},
        "/owners/{id}/pets": {"get": kit.op(kit.many(pet)), "post": kit.op(pet, pet)},
    }
    m = kit.read(paths, {"Pet": kit.record("id", "name"), "Owner": kit.record("id", "a", "b", "c")})
    assert sorted(m.model.resources) == ["owners", "pets"]
    assert m("GET /owners/{id}/pets").resource == "pets"
    assert m("GET /owners/{id}/pets").parents == (("id", "^owner_id"),)
    assert m("POST /owners/{id}/pets").parents == (("id", "^owner_id"),)
    (view,) = m.resource("pets").views
    assert (view[0].field, view[0].resource, view[0].source) == ("^owner_id", "owners", "id")


def test_versions_are_no_part_of_a_name_and_share_state_where_schemas_do(kit: Any) -> None:
    """`/api/v1/users` and `/api/v2/users` are one collection if they show the same records."""
    paths = {
        "/api/v1/users": {"get": kit.op(kit.many(kit.ref("User")))},
        "/api/v1/users/{id}": {"get": kit.op(kit.ref("User"))},
        "/api/v2/users/{id}": {"patch": kit.op(kit.ref("User"), kit.ref("User"))},
    }
    m = kit.read(paths, {"User": kit.record("id", "name", "email")})
    assert list(m.model.resources) == ["users"]
    assert m("PATCH /api/v2/users/{id}").resource == "users"


def test_the_same_noun_with_other_records_is_another_collection(kit: Any) -> None:
    """Versions whose schemas do not fit each other are kept apart."""
    one, two = kit.ref("A"), kit.ref("B")
    paths = {
        "/v1/jobs": {"get": kit.op(kit.many(one)), "post": kit.op(one, one)},
        "/v1/jobs/{id}": {"get": kit.op(one)},
        "/v2/jobs": {"get": kit.op(kit.many(two)), "post": kit.op(two, two)},
        "/v2/jobs/{id}": {"get": kit.op(two)},
    }
    m = kit.read(paths, {"A": kit.record("id", "state"), "B": kit.record("id", state={"type": "integer"})})
    assert m("GET /v1/jobs").resource != m("GET /v2/jobs").resource


def test_a_summary_in_the_list_is_the_same_record(kit: Any) -> None:
    """The record is what the item shows; the list shows what its own schema knows."""
    paths = {
        "/books": {"get": kit.op(kit.many(kit.ref("BookSummary")))},
        "/books/{id}": {"get": kit.op(kit.ref("Book"))},
        "/featured": {"get": kit.op(kit.many(kit.ref("BookSummary")))},
    }
    m = kit.read(
        paths, {"Book": kit.record("id", "title", "text", "isbn"), "BookSummary": kit.record("id", "title")}
    )
    assert m.resource("books").schema_name == "Book"
    assert m("GET /books").shown == {"id", "title"}
    assert m("GET /books/{id}").shown is None
    assert m("GET /featured").resource == "books"
    assert len(m.resource("books").shapes) == 1


def test_a_set_that_things_are_put_into_is_a_collection_of_its_own(kit: Any) -> None:
    """Taking a member out of a team does not remove the user."""
    user = kit.ref("User")
    paths = {
        "/users/{username}": {"get": kit.op(user)},
        "/users": {"get": kit.op(kit.many(user)), "post": kit.op(user, user)},
        "/teams/{id}/members": {"get": kit.op(kit.many(user))},
        "/teams/{id}/members/{username}": {
            "get": kit.op(user),
            "put": kit.op(status=204),
            "delete": kit.op(status=204),
        },
        "/user/starred/{owner}/{repo}": {
            "get": kit.op(status=204),
            "put": kit.op(status=204),
            "delete": kit.op(status=204),
        },
    }
    m = kit.read(paths, {"User": kit.record("username", "email")})
    assert m("DELETE /teams/{id}/members/{username}").resource == "members"
    assert m("PUT /teams/{id}/members/{username}").verb is Verb.UPSERT
    assert m("GET /users/{username}").resource == "users"
    star = m("PUT /user/starred/{owner}/{repo}")
    assert (star.verb, star.key, star.parents) == (Verb.UPSERT, "repo", (("owner", "^owner"),))
    assert m("GET /user/starred/{owner}/{repo}").verb is Verb.READ


def test_another_unique_field_can_address_a_record(kit: Any) -> None:
    """`/repositories/{id}` finds by `id` what `/repos/{owner}/{repo}` finds by name."""
    repo = kit.ref("Repository")
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/repos/{owner}/{repo}": {"get": kit.op(repo), "patch": kit.op(repo, repo)},
        "/repositories/{id}": {"get": kit.op(repo, parameters=[number])},
        "/orgs/{org}/repos": {"post": kit.op(repo, kit.record("name"), status=201)},
    }
    shape = kit.record("name", "description", id={"type": "integer"}, owner=kit.record("login"))
    m = kit.read(paths, {"Repository": shape})
    assert list(m.model.resources) == ["repos"]
    assert m("GET /repositories/{id}").key_field == "id"
    assert m("POST /orgs/{org}/repos").parents == (("org", "owner/login"),)
    assert m.resource("repos").indexes == ("owner/login", "id")


def test_a_key_may_stand_inside_the_record(kit: Any) -> None:
    """Kubernetes style: `metadata/name` within `metadata/namespace`, listed over all namespaces."""
    pod = kit.ref("Pod")
    listed = kit.record("kind", "apiVersion", items=kit.many(pod), metadata=kit.record("continue"))
    group = [{"group": "", "version": "v1", "kind": "Pod"}]
    paths = {
        "/api/v1/namespaces/{namespace}/pods": {
            "get": kit.op(
                kit.ref("PodList"), query={"limit": {"type": "integer"}, "continue": {"type": "string"}}
            ),
            "post": kit.op(pod, pod, statuses=[201]),
            "delete": kit.op(kit.record("status", "message")),
        },
        "/api/v1/namespaces/{namespace}/pods/{name}": {
            "get": kit.op(pod),
            "put": kit.op(pod, pod, statuses=[201]),
            "delete": kit.op(pod),
        },
        "/api/v1/namespaces/{namespace}/pods/{name}/status": {
            "get": kit.op(pod),
            "put": kit.op(pod, pod),
            "patch": kit.op(pod, pod),
        },
        "/api/v1/pods": {"get": kit.op(kit.ref("PodList"))},
    }
    meta = kit.record("name", "namespace", creationTimestamp={"type": "string", "format": "date-time"})
    schemas = {
        "Pod": {
            **kit.record("apiVersion", "kind", metadata=meta, spec=kit.record("node")),
            "x-kubernetes-group-version-kind": group,
        },
        "PodList": listed,
    }
    m = kit.read(paths, schemas)
    pods = m.resource("pods")
    assert (pods.key, pods.scoped, pods.parents[0].field) == ("metadata/name", True, "metadata/namespace")
    assert pods.created == ("metadata/creationTimestamp",)
    assert pods.defaults == {"apiVersion": "v1", "kind": "Pod"}
    assert m("GET /api/v1/pods").resource == "pods"
    assert m("GET /api/v1/pods").parents == ()
    everything = m("DELETE /api/v1/namespaces/{namespace}/pods")
    assert (everything.verb, everything.key) == (Verb.DELETE, "")
    put = m("PUT /api/v1/namespaces/{namespace}/pods/{name}")
    assert (put.verb, put.success, put.created) == (Verb.UPSERT, 200, 201)
    assert m("POST /api/v1/namespaces/{namespace}/pods").success == 201
    status = m("PUT /api/v1/namespaces/{namespace}/pods/{name}/status")
    assert (status.verb, status.resource, status.key) == (Verb.REPLACE, "pods", "name")
    page = m("GET /api/v1/namespaces/{namespace}/pods")
    assert page.paging is not None
    assert (page.paging.style, page.paging.position) == ("cursor", "continue")
    assert page.envelope.next == ("metadata", "continue")
    assert page.envelope.links_are == "cursor"


def test_a_collection_of_batches_is_one_like_any_other(kit: Any) -> None:
    """Where items have a path of their own, the noun names things and not the way of working on many."""
    paths = crud(kit, "batches", "batchId")
    paths["/things/batch"] = {"post": kit.op(kit.many(kit.ref("Thing")), kit.many(kit.ref("Thing")))}
    m = kit.read(paths, {"Thing": kit.record("batchId", "name")})
    assert m("GET /batches").verb is Verb.LIST
    assert m("POST /batches").verb is Verb.CREATE
    assert m("POST /things/batch").verb is Verb.STATIC


def test_nothing_points_into_a_collection_that_no_operation_is_left_on(kit: Any) -> None:
    """Its keys are then any, and so are those that records below hold of it."""
    still: Any = {"x-double": {"verb": "static"}}
    paths = {
        "/boxes": {"get": kit.op(kit.many(kit.ref("Box")), **still)},
        "/boxes/{boxId}": {"get": kit.op(kit.ref("Box"), **still)},
        **crud(kit, "boxes/{boxId}/things", "id"),
        "/labels": {"get": kit.op(kit.many(kit.ref("Label")))},
    }
    m = kit.read(
        paths,
        {"Thing": kit.record("id"), "Box": kit.record("id"), "Label": kit.record("id", "box_id")},
    )
    assert sorted(m.model.resources) == ["labels", "things"]
    (parent,) = m.resource("things").parents
    assert (parent.field, parent.resource, parent.source) == ("^boxId", "", "")
    assert m.resource("labels").references == {}


def test_a_collection_may_be_reached_by_way_of_itself(kit: Any) -> None:
    """A list stands below one path of records whose first path is another one, and is settled before it."""
    record = kit.ref("Category")
    paths = {
        "/budgets/{budget_id}/categories/{category_id}": {"get": kit.op(record)},
        "/budgets/{budget_id}/categories/{category_id}/payments": {
            "get": kit.op(kit.many(kit.ref("Payment")))
        },
        "/budgets/{budget_id}/months/{month}/categories/{category_id}": {
            "get": kit.op(record),
            "patch": kit.op(record, kit.record("budgeted")),
        },
    }
    schemas = {
        "Category": kit.record("id", "name", "budgeted"),
        "Payment": kit.record("id", "amount", "memo"),
    }
    m = kit.read(paths, schemas)
    assert sorted(m.model.resources) == ["categories", "payments"]
    assert [parent.field for parent in m.resource("categories").parents] == ["^budget_id", "^month"]
    assert [(parent.field, parent.resource, parent.source) for parent in m.resource("payments").parents] == [
        ("^budget_id", "categories", "^budget_id"),
        ("^category_id", "categories", "id"),
    ]
    for path in paths:
        if not path.endswith("payments"):
            assert (m(f"GET {path}").resource, m(f"GET {path}").key) == ("categories", "category_id")


def test_a_longer_path_to_a_record_asks_for_nothing_that_nobody_remembers(kit: Any) -> None:
    """A record that no path makes below a month is found below each; one that is put there only there."""
    record = kit.ref("Category")
    paths = crud(kit, "categories", "id", "Category")
    paths["/months/{month}/categories/{id}"] = {"get": kit.op(record)}
    m = kit.read(paths, {"Category": kit.record("id", "name")})
    assert m("GET /months/{month}/categories/{id}").parents == ()
    assert "nothing remembers {month}: it selects nothing" in m("GET /months/{month}/categories/{id}").why
    paths["/months/{month}/categories/{id}"]["put"] = kit.op(record)
    m = kit.read(paths, {"Category": kit.record("id", "name")})
    assert m("PUT /months/{month}/categories/{id}").verb is Verb.UPSERT
    assert m("GET /months/{month}/categories/{id}").parents == (("month", "^month"),)


def test_a_key_that_examples_show_to_be_a_path_is_known_by_its_last_segment(kit: Any) -> None:
    """`id` holds the whole address of a group and `name` what stands in the path: that is the key."""
    paths = crud(kit, "groups", "groupId")
    shown = {"id": "/tenants/t1/groups/blue", "kind": "group", "name": "blue"}
    answer = paths["/groups/{groupId}"]["get"]["responses"]["200"]["content"]["application/json"]
    thing = {"Thing": kit.record("id", "kind", "name")}
    assert kit.read(paths, thing).resource("groups").key == "id"
    answer["examples"] = {"one": {"value": shown}}
    assert kit.read(paths, thing).resource("groups").key == "name"
    answer["examples"] = {"one": {"value": {**shown, "id": "blue"}}}
    assert kit.read(paths, thing).resource("groups").key == "id"
    del answer["examples"]
    listed = paths["/groups"]["get"]["responses"]["200"]["content"]["application/json"]
    listed["example"] = [shown]
    assert kit.read(paths, thing).resource("groups").key == "name"

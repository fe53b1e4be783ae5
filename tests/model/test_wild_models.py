"""Published documents that nobody here wrote are read as their authors mean them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.load import load
from apidouble.model.explain import explain
from apidouble.model.infer import infer
from apidouble.model.resource import Binding, Model, Verb

WILD = Path(__file__).parents[2].parent / "shared" / "wild"
DOCUMENTS = sorted(
    str(path.relative_to(WILD))
    for path in (
        *WILD.glob("*.yaml"),
        *WILD.glob("*.yml"),
        *WILD.glob("*.json"),
        *WILD.glob("*/spec/swagger.yaml"),
    )
)
pytestmark = pytest.mark.skipif(not DOCUMENTS, reason="the wild documents are not here")


@cache
def contract(name: str) -> Contract:
    return compile_contract(load(WILD / name))


@cache
def model(name: str) -> Model:
    return infer(contract(name))


def binding(name: str, call: str) -> Binding:
    method, _, path = call.partition(" ")
    for operation in contract(name).operations.values():
        if operation.method == method and operation.path == path:
            return model(name).bindings[operation.id]
    raise KeyError(call)


def told(name: str, *calls: str) -> list[tuple[str, str]]:
    return [(binding(name, call).verb.value, binding(name, call).resource) for call in calls]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_is_bound_and_explained(name: str) -> None:
    """The model is complete and consistent; what keeps nothing says why."""
    read = model(name)
    api = contract(name)
    assert list(read.bindings) == list(api.operations)
    for operation, bound in read.bindings.items():
        parameters = {p.name for p in api.operations[operation].parameters}
        assert bound.why, operation
        if bound.verb is Verb.STATIC:
            assert not bound.resource
            continue
        assert bound.resource in read.resources
        if bound.key_location in ("path", "query") and bound.key:
            assert bound.key in parameters
        assert {parameter for parameter, _ in bound.parents} <= parameters
        assert all(set(names) <= parameters for _, names in bound.within)
        assert {f.parameter for f in bound.filters if f.location == "query"} <= parameters
    for resource in read.resources.values():
        assert resource.singleton or resource.key
        assert all(parent.resource in read.resources for parent in resource.parents if parent.resource)
        assert set(resource.references.values()) <= set(read.resources)
    assert explain(read, api).text()


def test_coverage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The share of operations that are kept in state, for each document."""
    with capsys.disabled():
        print()  # noqa: T201 - the numbers are the point
        for name in DOCUMENTS:
            verbs = Counter(b.verb.value for b in model(name).bindings.values())
            total = sum(verbs.values())
            kept = total - verbs["static"]
            resources = len(model(name).resources)
            print(f"  {name:50} {kept:4} of {total:4} stateful, {resources:3} resources")  # noqa: T201
    stateful = sum(b.verb is not Verb.STATIC for name in DOCUMENTS for b in model(name).bindings.values())
    assert stateful * 10 > 6 * sum(len(model(name).bindings) for name in DOCUMENTS)


@pytest.mark.parametrize("name", ["petstore-v3.yaml", "petstore-swagger2.yaml"])
def test_petstore(name: str) -> None:
    """Pets, orders and users, found by singular paths and odd operations."""
    read = model(name)
    assert sorted(read.resources) == ["orders", "pets", "users"]
    assert [read.resources[n].key for n in ("pets", "orders", "users")] == ["id", "id", "username"]
    assert read.resources["pets"].key_schema["type"] == "integer"
    assert read.resources["orders"].references == {"petId": "pets"}
    assert told(
        name,
        "POST /pet",
        "PUT /pet",
        "GET /pet/findByStatus",
        "GET /pet/{petId}",
        "POST /pet/{petId}",
        "DELETE /pet/{petId}",
        "POST /store/order",
        "GET /store/order/{orderId}",
        "POST /user/createWithList",
        "PUT /user/{username}",
    ) == [
        ("create", "pets"),
        ("replace", "pets"),
        ("list", "pets"),
        ("read", "pets"),
        ("update", "pets"),
        ("delete", "pets"),
        ("create", "orders"),
        ("read", "orders"),
        ("create", "users"),
        ("replace", "users"),
    ]
    assert binding(name, "PUT /pet").key_location == "body"
    assert binding(name, "POST /user/createWithList").many
    assert binding(name, "GET /user/login").verb is Verb.STATIC
    assert binding(name, "GET /store/inventory").verb is Verb.STATIC


def test_museum() -> None:
    """Events with their documented key, hours by date, tickets that are bought."""
    name = "museum-3.1.yaml"
    assert told(
        name,
        "GET /special-events",
        "POST /special-events",
        "PATCH /special-events/{eventId}",
        "GET /museum-hours",
        "POST /tickets",
    ) == [
        ("list", "special-events"),
        ("create", "special-events"),
        ("update", "special-events"),
        ("list", "museum-hours"),
        ("create", "tickets"),
    ]
    assert model(name).resources["special-events"].key == "eventId"
    assert model(name).resources["tickets"].references == {"eventId": "special-events"}
    hours = binding(name, "GET /museum-hours")
    assert hours.filters[0].fields == ("date",)
    assert hours.paging is not None
    assert (hours.paging.default_size, hours.paging.max_size) == (10, 30)


def test_train_travel() -> None:
    """Bookings in `data` with links, made and removed."""
    name = "train-travel-3.1.yaml"
    assert told(
        name,
        "GET /bookings",
        "POST /bookings",
        "GET /bookings/{bookingId}",
        "DELETE /bookings/{bookingId}",
        "GET /trips",
        "GET /stations",
    ) == [
        ("list", "bookings"),
        ("create", "bookings"),
        ("read", "bookings"),
        ("delete", "bookings"),
        ("list", "trips"),
        ("list", "stations"),
    ]
    trips = binding(name, "GET /trips")
    assert trips.envelope.records == ("data",)
    assert trips.envelope.next == ("links", "next")
    assert {f.parameter for f in trips.filters} >= {"origin", "destination"}
    assert binding(name, "GET /stations").search == ("search",)
    assert binding(name, "POST /bookings/{bookingId}/payment").verb is Verb.CREATE


def test_gitea() -> None:
    """Repositories by owner and name, issues by number, organisations, users, and who belongs where."""
    name = "guru-gitea.json"
    read = model(name)
    repos, issues = read.resources["repos"], read.resources["issues"]
    assert (repos.key, repos.scoped, [p.field for p in repos.parents]) == ("name", True, ["owner/login"])
    assert (issues.key, issues.scoped, issues.parents[1].resource) == ("number", True, "repos")
    assert read.resources["orgs"].key == "username"
    assert read.resources["users"].key == "login"
    assert told(
        name,
        "POST /user/repos",
        "POST /orgs/{org}/repos",
        "GET /repos/{owner}/{repo}",
        "GET /repositories/{id}",
        "GET /repos/search",
        "POST /repos/{owner}/{repo}/issues",
        "GET /repos/issues/search",
        "GET /user",
        "PUT /repos/{owner}/{repo}/subscription",
        "DELETE /teams/{id}/members/{username}",
    ) == [
        ("create", "repos"),
        ("create", "repos"),
        ("read", "repos"),
        ("read", "repos"),
        ("list", "repos"),
        ("create", "issues"),
        ("list", "issues"),
        ("read", "users"),
        ("upsert", "subscription"),
        ("delete", "teams.members"),
    ]
    assert binding(name, "POST /orgs/{org}/repos").parents == (("org", "owner/login"),)
    assert binding(name, "GET /repositories/{id}").key_field == "id"
    assert binding(name, "GET /user").key_location == "identity"
    assert binding(name, "GET /repos/{owner}/{repo}/issues").within == (
        ("repos", ("owner", "repo")),
    ) or not (contract(name).operations["issueListIssues"].response(404))
    assert binding(name, "POST /admin/users").spelled["username"] == "login"
    assert binding(name, "POST /repos/{owner}/{repo}/tags").spelled == {"tag_name": "name"}
    merged = binding(name, "POST /repos/{owner}/{repo}/pulls/{index}/merge")
    assert (merged.verb, merged.sets) == (Verb.ACTION, {"merged": True})


def test_netlify() -> None:
    """Sites, and deploys that are made below a site and read on their own."""
    name = "guru-netlify.json"
    assert told(
        name,
        "POST /sites",
        "PATCH /sites/{site_id}",
        "POST /{account_slug}/sites",
        "POST /sites/{site_id}/deploys",
        "GET /deploys/{deploy_id}",
        "POST /deploys/{deploy_id}/lock",
        "GET /sites/{site_id}/metadata",
        "POST /sites/{site_id}/assets",
    ) == [
        ("create", "sites"),
        ("update", "sites"),
        ("create", "sites"),
        ("create", "deploys"),
        ("read", "deploys"),
        ("action", "deploys"),
        ("read", "metadata"),
        ("create", "assets"),
    ]
    assert binding(name, "POST /deploys/{deploy_id}/lock").sets == {"locked": True}
    assert binding(name, "POST /sites/{site_id}/assets").envelope.record == ("asset",)
    assert model(name).resources["metadata"].singleton
    assert model(name).resources["sites"].created == ("created_at",)


def test_stripe() -> None:
    """Update by POST, cursors by key, deleted objects, sub-resources of customers."""
    name = "stripe-spec3.yaml"
    assert told(
        name,
        "POST /v1/coupons/{coupon}",
        "DELETE /v1/coupons/{coupon}",
        "GET /v1/invoices",
        "POST /v1/invoices",
        "GET /v1/customers/{customer}/subscriptions",
        "POST /v1/disputes/{dispute}/close",
        "POST /v1/customers/{customer}/cash_balance",
        "GET /v1/invoices/search",
    ) == [
        ("update", "coupons"),
        ("delete", "coupons"),
        ("list", "invoices"),
        ("create", "invoices"),
        ("list", "subscriptions"),
        ("action", "disputes"),
        ("update", "cash_balance"),
        ("list", "invoices"),
    ]
    listed = binding(name, "GET /v1/invoices")
    assert listed.paging is not None
    assert (listed.paging.style, listed.paging.position) == ("cursor", "starting_after")
    assert listed.paging.backwards == "ending_before"
    assert (listed.envelope.records, listed.envelope.has_more) == (("data",), ("has_more",))
    assert dict(listed.envelope.constants)["object",] == "list"
    assert {("customer", ("customer",)), ("status", ("status",))} <= {
        (f.parameter, f.fields) for f in listed.filters
    }
    assert dict(binding(name, "DELETE /v1/coupons/{coupon}").envelope.constants) == {("deleted",): True}
    assert model(name).resources["subscriptions"].parents[0].field == "customer"
    assert model(name).resources["invoices"].created == ("created",)


def test_kubernetes() -> None:
    """Names inside metadata, namespaces, status, the whole collection removed, versions kept apart."""
    name = "kubernetes-swagger2.json"
    pods = model(name).resources["pods"]
    assert (pods.key, pods.scoped, pods.parents[0].field) == ("metadata/name", True, "metadata/namespace")
    assert pods.parents[0].resource == "namespaces"
    assert pods.defaults == {"apiVersion": "v1", "kind": "Pod"}
    space = "/api/v1/namespaces/{namespace}/pods"
    assert told(
        name,
        f"GET {space}",
        f"POST {space}",
        f"DELETE {space}",
        f"GET {space}/{{name}}",
        f"PUT {space}/{{name}}",
        f"PATCH {space}/{{name}}",
        f"DELETE {space}/{{name}}",
        f"PATCH {space}/{{name}}/status",
        "GET /api/v1/pods",
    ) == [
        ("list", "pods"),
        ("create", "pods"),
        ("delete", "pods"),
        ("read", "pods"),
        ("upsert", "pods"),
        ("update", "pods"),
        ("delete", "pods"),
        ("update", "pods"),
        ("list", "pods"),
    ]
    v1, v2 = (
        binding(
            name, f"GET /apis/autoscaling/{version}/namespaces/{{namespace}}/horizontalpodautoscalers"
        ).resource
        for version in ("v1", "v2")
    )
    assert v1 != v2


def test_spotify() -> None:
    """Paging with links, several by ids, what the caller saved, the caller."""
    name = "spotify.yml"
    assert told(
        name,
        "GET /playlists/{playlist_id}",
        "POST /users/{user_id}/playlists",
        "GET /me/playlists",
        "GET /albums/{id}/tracks",
        "GET /me/tracks",
        "GET /me",
        "GET /albums",
    ) == [
        ("read", "playlists"),
        ("create", "playlists"),
        ("list", "playlists"),
        ("list", "tracks"),
        ("list", "tracks"),
        ("read", "users"),
        ("list", "albums"),
    ]
    assert binding(name, "GET /me/tracks").envelope.item == ("track",)
    (ids,) = binding(name, "GET /albums").filters
    assert (ids.fields, ids.match.value) == (("id",), "any-of")
    tracks = binding(name, "GET /albums/{id}/tracks")
    assert tracks.parents == (("id", "album/id"),)
    assert (tracks.envelope.next, tracks.envelope.total) == (("next",), ("total",))


def test_twilio() -> None:
    """Entities by identity within a service, forms that update, names in other cases."""
    name = "twilio-verify-v2.yaml"
    assert told(
        name,
        "POST /v2/Services",
        "POST /v2/Services/{Sid}",
        "GET /v2/Services/{ServiceSid}/Entities/{Identity}",
        "GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets",
    ) == [("create", "services"), ("update", "services"), ("read", "entities"), ("list", "buckets")]
    entities = model(name).resources["entities"]
    assert (entities.key, entities.scoped, entities.parents[0].field) == ("identity", True, "service_sid")
    assert model(name).resources["services"].key_schema["pattern"] == "^VA[0-9a-fA-F]{32}$"
    listed = binding(name, "GET /v2/Services")
    assert listed.envelope.records == ("services",)
    assert listed.envelope.next == ("meta", "next_page_url")
    assert binding(name, "POST /v2/Services").spelled["FriendlyName"] == "friendly_name"
    assert model(name).resources["services"].updated == ("date_updated",)


def test_galaxy_and_link_example() -> None:
    """Planets with paging in `meta`; repositories by owner and slug."""
    assert told("scalar-galaxy-3.1.yaml", "GET /planets", "POST /user/signup", "GET /me") == [
        ("list", "planets"),
        ("create", "users"),
        ("read", "users"),
    ]
    name = "oai-link-example.yaml"
    repositories = model(name).resources["repositories"]
    assert (repositories.key, repositories.scoped) == ("slug", True)
    assert binding(name, "GET /2.0/repositories/{username}").verb is Verb.LIST


def test_inference_is_quick() -> None:
    """1,123 operations in a fraction of a second (wide margin: other work shares the processor)."""
    name = "kubernetes-swagger2.json"
    api = contract(name)
    best = min(_seconds(api) for _ in range(3))
    assert best < 0.6, f"{best:.2f} s for {len(api.operations)} operations"


def _seconds(api: Contract) -> float:
    started = time.process_time()
    infer(api)
    return time.process_time() - started


SCRIPT = """
import hashlib, sys
from apidouble.contract.compile import compile_contract
from apidouble.document.load import load
from apidouble.model.infer import infer
read = infer(compile_contract(load(sys.argv[1])))
parts = [repr((r.name, r.key, r.parents, r.views, r.references, r.generated, r.indexes, r.write_only,
    list(r.defaults))) for r in read.resources.values()]
parts += [repr((b.operation, b.verb, b.resource, b.key, b.parents, b.envelope, b.filters, b.paging,
    list(b.spelled))) for b in read.bindings.values()]
print(hashlib.sha256("".join(parts).encode()).hexdigest())
"""


@pytest.mark.parametrize("name", ["guru-gitea.json", "stripe-spec3.yaml"])
def test_inference_is_the_same_in_every_process(name: str) -> None:
    """Nothing depends on hash seeds or the order of sets."""
    seen: set[Any] = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(WILD / name)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        seen.add(done.stdout)
    assert len(seen) == 1

"""Records that lead to themselves: `links.self`, `_links.self.href`, `selfLink`, `url`."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter, takes

TEXT = {"type": "string"}


def shop(links: dict[str, Any], *, key: Any = "string", example: Any = None) -> dict[str, Any]:
    """Orders below shops, with whatever links they have."""
    order = {
        "type": "object",
        "required": ["id", *links],
        "properties": {
            "id": {"type": key, "readOnly": True},
            "name": TEXT,
            **{name: {**schema, "readOnly": True} for name, schema in links.items()},
        },
        **({"example": example} if example is not None else {}),
    }
    new = {"type": "object", "properties": {"name": TEXT}}
    path = [parameter("shop", "path", "string")]
    return {
        "/shops/{shop}/orders": {
            "parameters": path,
            "get": {"responses": answers({"type": "array", "items": order})},
            "post": {"requestBody": takes(new), "responses": answers(order, "201")},
        },
        "/shops/{shop}/orders/{id}": {
            "parameters": [*path, parameter("id", "path", key)],
            "get": {"responses": {**answers(order), **MISSING}},
            "patch": {"requestBody": takes(new), "responses": {**answers(order), **MISSING}},
        },
    }


def at(record: Any, *place: str) -> Any:
    for name in place:
        record = record[name]
    return record


def inside(name: str, schema: Any) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: schema}}


@pytest.mark.parametrize(
    ("links", "place"),
    [
        ({"links": inside("self", TEXT)}, ("links", "self")),
        ({"links": inside("self", {**TEXT, "format": "uri"})}, ("links", "self")),
        ({"_links": inside("self", inside("href", TEXT))}, ("_links", "self", "href")),
        ({"selfLink": {**TEXT, "format": "uri"}}, ("selfLink",)),
        ({"metadata": inside("self_url", TEXT)}, ("metadata", "self_url")),
        ({"url": {**TEXT, "example": "https://api.example/shops/a/orders/17"}}, ("url",)),
    ],
    ids=["json:api", "uri", "hal", "selfLink", "metadata", "url"],
)
def test_the_link_of_a_record_leads_to_it(
    serve: Serve, links: dict[str, Any], place: tuple[str, ...]
) -> None:
    """On the double, by whatever name it is called: made, seeded, listed and changed records alike."""
    client = serve(shop(links))
    made = client.post("/shops/north/orders", json={"name": "x"}).json()
    assert at(made, *place) == f"http://127.0.0.1:4010/shops/north/orders/{made['id']}"
    assert client.get(at(made, *place)).json() == made
    listed = client.get("/shops/north/orders").json()
    assert made in listed
    for one in listed:
        assert client.get(at(one, *place)).json() == one
    assert at(client.patch(at(made, *place), json={"name": "y"}).json(), *place) == at(made, *place)
    other = client.get(f"/shops/north/orders/{made['id']}", headers={"Host": "double.example:8"}).json()
    assert at(other, *place) == f"http://double.example:8/shops/north/orders/{made['id']}"


def test_a_link_that_shall_be_a_path_is_one(serve: Serve) -> None:
    """Where examples or patterns say so."""
    pattern = {"links": inside("self", {**TEXT, "pattern": "^/shops/[a-z]+/orders/[0-9]+$"})}
    for links, example in (
        (pattern, None),
        ({"links": inside("self", TEXT)}, {"links": {"self": "/v1/shops/a/orders/1"}}),
    ):
        client = serve(shop(links, key="integer", example=example))
        made = client.post("/shops/north/orders", json={"name": "x"}).json()
        assert made["links"]["self"] == f"/shops/north/orders/{made['id']}"


def test_an_address_that_is_no_link_to_the_record_stays(serve: Serve) -> None:
    """`url` may be anything, and `self` need not be text."""
    links = {"url": {**TEXT, "example": "https://hooks.example/called"}, "self": {"type": "boolean"}}
    client = serve(shop(links))
    made = client.post("/shops/north/orders", json={"name": "x"}).json()
    assert "/orders/" not in made["url"]
    assert isinstance(made["self"], bool)


def test_an_address_that_clients_give_is_theirs(serve: Serve) -> None:
    """A webhook's `url` is what it calls, even where the example looks like its own address."""
    hook = {
        "type": "object",
        "required": ["url"],
        "properties": {
            "id": {**TEXT, "readOnly": True},
            "url": {**TEXT, "example": "https://a.example/hooks/1"},
        },
    }
    client = serve(
        {
            "/hooks": {"post": {"requestBody": takes(hook), "responses": answers(hook, "201")}},
            "/hooks/{id}": {
                "parameters": [parameter("id", "path", "string")],
                "get": {"responses": {**answers(hook), **MISSING}},
            },
        }
    )
    made = client.post("/hooks", json={"url": "https://mine.example/called"}).json()
    assert made["url"] == "https://mine.example/called"
    assert client.get(f"/hooks/{made['id']}").json() == made


def test_a_strange_host_cannot_break_an_answer(serve: Serve) -> None:
    """The host is text of the client's."""
    client = serve(shop({"selfLink": TEXT}))
    listed = client.get("/shops/north/orders", headers={"Host": 'a"b\\c'})
    assert listed.status_code in {200, 400}
    assert isinstance(listed.json(), list | dict)


@pytest.mark.parametrize("prefix", ["", "/api/v2"])
def test_links_keep_the_prefix_that_the_client_used(serve: Serve, prefix: str) -> None:
    """A document with `servers: https://host/api/v2` answers at both: links stay where the client is."""
    paths = shop({"links": inside("self", TEXT)})
    client = serve(paths, servers=[{"url": "https://shop.example/api/v2"}])
    made = client.post(f"{prefix}/shops/a/orders", json={"name": "tea"})
    link = made.json()["links"]["self"]
    assert link == made.headers["location"]
    assert link.endswith(f":4010{prefix}/shops/a/orders/{made.json()['id']}")
    listed = client.get(f"{prefix}/shops/a/orders").json()
    assert link in [order["links"]["self"] for order in listed]
    assert client.get(link).json() == made.json()

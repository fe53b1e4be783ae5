"""What front-end developers do first with APIs in the styles of well-known providers and conventions."""

from __future__ import annotations

from tests.apis import providers
from tests.apis.conftest import Client, Serve
from tests.apis.documents import parameter
from tests.apis.styles import INTEGER, TEXT, says, thing


def test_stripe_keeps_the_time_of_creation(client: Client) -> None:
    """A record read by `anyOf: [customer, deleted_customer]` was created when it was, at each reading."""
    api = client(providers.stripe)
    seeded = api.get("/v1/customers").json()["data"]
    made = api.post("/v1/customers", data={"email": "ann@example.com", "metadata[plan]": "gold"}).json()
    assert made["created"] > max(one["created"] for one in seeded)
    assert api.get("/v1/customers", params={"email": "ann@example.com"}).json()["data"] == [made]
    assert api.get(f"/v1/customers/{made['id']}").json() == made
    assert made["metadata"] == {"plan": "gold"}


def test_stripe_pages_lead_to_the_end(client: Client) -> None:
    """`starting_after` the last id of each page, until `has_more` is false."""
    api = client(providers.stripe)
    found: list[str] = []
    more = True
    while more:
        behind = {"starting_after": found[-1]} if found else {}
        page = api.get("/v1/customers", params={"limit": "3", **behind})
        found += [one["id"] for one in page.json()["data"]]
        more = page.json()["has_more"]
    assert len(found) == len(set(found)) == 10


def test_names_in_paths_need_no_escape(client: Client) -> None:
    """What stands above records and is no collection has values as people write them in addresses."""
    api = client(providers.kubernetes)
    items = api.get("/apis/example.io/v1/widgets").json()["items"]
    assert items
    for name in {one["metadata"]["namespace"] for one in items}:
        assert name == name.lower()
        assert " " not in name
        assert api.get(f"/apis/example.io/v1/namespaces/{name}/widgets").json()["items"]


def test_graph_pages_lead_to_the_end(client: Client) -> None:
    """`@odata.nextLink` is followed until it is null; messages belong to their user."""
    api = client(providers.graph)
    user = api.get("/me").json()["id"]
    made = api.post(f"/users/{user}/messages", json={"subject": "Hello"}).json()
    address: str | None = f"/users/{user}/messages?$top=2"
    found: list[str] = []
    while address:
        page = api.get(address).json()
        found += [one["id"] for one in page["value"]]
        address = page["@odata.nextLink"]
    assert found[-1] == made["id"]
    assert len(found) == len(set(found))
    assert api.get("/users/nobody/messages").status_code == 404


JSON_API = {"Content-Type": "application/vnd.api+json"}


def test_relationships_lead_to_records_that_exist(client: Client) -> None:
    """Articles are by authors who exist, and found by them: below the author, and by a filter."""
    api = client(providers.jsonapi)
    authors = [one["id"] for one in api.get("/authors").json()["data"]]
    linked = [
        one["relationships"]["author"]["data"]
        for one in api.get("/articles").json()["data"]
        if one.get("relationships", {}).get("author")
    ]
    assert linked
    assert {one["id"] for one in linked} <= set(authors)
    assert {one["type"] for one in linked} == {"authors"}
    author = linked[0]
    body = {
        "data": {
            "type": "articles",
            "attributes": {"title": "T"},
            "relationships": {"author": {"data": author}},
        }
    }
    made = api.post("/articles", json=body, headers=JSON_API).json()["data"]
    below = [one["id"] for one in api.get(f"/authors/{author['id']}/articles").json()["data"]]
    found = api.get("/articles", params={"filter[author]": author["id"]}).json()["data"]
    assert made["id"] in below
    assert [one["id"] for one in found] == below
    assert api.get("/authors/nobody/articles").status_code == 404


def test_a_patch_of_attributes_keeps_the_others(client: Client) -> None:
    """JSON:API names the attributes that change."""
    api = client(providers.jsonapi)
    body = {"data": {"type": "articles", "attributes": {"title": "T", "body": "B"}}}
    made = api.post("/articles", json=body, headers=JSON_API).json()["data"]
    body["data"]["attributes"] = {"title": "U"}
    api.patch(f"/articles/{made['id']}", json=body, headers=JSON_API)
    assert api.get(f"/articles/{made['id']}").json()["data"]["attributes"] == {
        **made["attributes"],
        "title": "U",
    }


def test_links_end_where_no_parameter_moves_on(serve: Serve) -> None:
    """Only the size of a page is declared: `next` leads through all of it, and then is null."""
    note = thing(("id",), id=TEXT, text=TEXT)
    links = thing((), next={"type": ["string", "null"]})
    page = thing(("data", "links"), data={"type": "array", "items": note}, links=links)
    listed = {"get": {"parameters": [parameter("page[size]", kind=INTEGER)], "responses": says(page)}}
    api = serve({"/notes": listed})
    address: str | None = "/notes?page[size]=4"
    sizes: list[int] = []
    while address:
        answer = api.get(address).json()
        sizes.append(len(answer["data"]))
        address = answer["links"]["next"]
    assert sizes == [4, 4, 2]


def test_odata_filters_and_counts(client: Client) -> None:
    """`$filter` narrows the list and its count."""
    api = client(providers.odata)
    found = api.get("/odata/Products", params={"$filter": "Id gt 3 and Id le 6", "$top": 2}).json()
    assert [one["Id"] for one in found["value"]] == [4, 5]
    assert found["@odata.count"] == 3
    rest = api.get(found["@odata.nextLink"]).json()
    assert [one["Id"] for one in rest["value"]] == [6]
    assert rest["@odata.nextLink"] is None

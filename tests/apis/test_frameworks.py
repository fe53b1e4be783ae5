"""What front-end developers do first with APIs in the styles of well-known frameworks."""

from __future__ import annotations

import json

import httpx
from tests.apis import frameworks, spring_styles
from tests.apis.conftest import Client, Serve
from tests.apis.documents import takes
from tests.apis.styles import INTEGER, TEXT, says, thing


def test_fastapi_says_where_and_why(client: Client) -> None:
    """`detail[].loc` leads to the value, `type` names the kind of fault as Pydantic does."""
    api = client(frameworks.fastapi)
    refused = api.post("/api/v1/items/", json={"title": ""})
    assert refused.status_code == 422
    assert [(one["loc"], one["type"]) for one in refused.json()["detail"]] == [
        (["body", "title"], "string_too_short")
    ]
    missing = api.post("/api/v1/items/", json={})
    assert [(one["loc"], one["type"]) for one in missing.json()["detail"]] == [(["body", "title"], "missing")]
    wrong = api.get("/api/v1/items/?limit=x")
    assert wrong.json()["detail"][0]["loc"] == ["query", "limit"]


def test_fastapi_counts_all_and_skips(client: Client) -> None:
    """`count` is of all matches, `skip` and `limit` cut, a made item is at the end and goes again."""
    api = client(frameworks.fastapi)
    before = api.get("/api/v1/items/").json()["count"]
    made = api.post("/api/v1/items/", json={"title": "Lamp"}).json()
    page = api.get("/api/v1/items/", params={"skip": before, "limit": 5}).json()
    assert page == {"data": [made], "count": before + 1}
    assert api.put(f"/api/v1/items/{made['id']}", json={"title": "Lantern"}).json()["title"] == "Lantern"
    assert api.delete(f"/api/v1/items/{made['id']}").status_code == 200
    assert api.get(f"/api/v1/items/{made['id']}").status_code == 404


def _followed(api: httpx.Client, address: str) -> list[int]:
    """The ids of all pages, `next` followed to its end."""
    found: list[int] = []
    while address:
        page = api.get(address).json()
        found += [one["id"] for one in page["results"]]
        assert page["count"] >= len(found)
        address = page["next"]
    return found


def test_django_pages_lead_to_the_end(client: Client) -> None:
    """`next` is followed until it is null; each book is seen once, and `count` is right."""
    api = client(frameworks.django)
    api.post("/api/books/", data={"title": "Dune", "author": "1"})
    found = _followed(api, "/api/books/?limit=4")
    assert len(found) == len(set(found)) == api.get("/api/books/").json()["count"] == 11


def test_spring_takes_paging_in_an_object(client: Client) -> None:
    """`?page=1&size=3&sort=name,desc` are members of `pageable`, and without any of them all is well."""
    api = client(spring_styles.spring_page)
    names = [one["name"] for one in api.get("/api/products").json()["content"]]
    first = api.get("/api/products?size=3&sort=name,desc").json()
    second = api.get("/api/products?page=1&size=3&sort=name,desc").json()
    shown = [one["name"] for page in (first, second) for one in page["content"]]
    assert shown == sorted(names, reverse=True)[:6]
    assert (second["number"], second["size"], second["numberOfElements"]) == (1, 3, 3)
    assert (first["first"], first["last"], second["first"]) == (True, False, False)
    assert (second["totalElements"], second["totalPages"]) == (10, 4)


def test_nest_knows_whether_a_page_comes_before(client: Client) -> None:
    """`take` is the size of a page, `hasPreviousPage` and `hasNextPage` are true where pages are."""
    api = client(frameworks.nest)
    pages = [api.get(f"/cats?take=4&page={page}").json()["meta"] for page in (1, 2, 3)]
    assert [(page["hasPreviousPage"], page["hasNextPage"]) for page in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert {(page["take"], page["itemCount"], page["pageCount"]) for page in pages} == {(4, 10, 3)}


def test_laravel_numbers_the_records_of_a_page(client: Client) -> None:
    """`from` and `to` count records from 1, and are null behind the end."""
    api = client(frameworks.laravel)
    meta = api.get("/posts").json()["meta"]
    assert (meta["from"], meta["to"], meta["total"]) == (1, 10, 10)
    beyond = api.get("/posts?page=9").json()["meta"]
    assert (beyond["from"], beyond["to"], beyond["current_page"]) == (None, None, 9)


def test_aspnet_tells_of_pages_in_a_header(client: Client) -> None:
    """`X-Pagination` holds the counts as JSON."""
    api = client(frameworks.aspnet)
    answer = api.get("/api/Orders?PageNumber=2&PageSize=4")
    assert json.loads(answer.headers["X-Pagination"]) == {
        "totalCount": 10,
        "pageSize": 4,
        "currentPage": 2,
        "totalPages": 3,
        "hasNext": True,
        "hasPrevious": True,
    }
    assert len(answer.json()) == 4


def test_django_numbers_point_at_records(client: Client) -> None:
    """`author: 7` is the key of an author who exists."""
    api = client(frameworks.django)
    authors = {one["id"] for one in api.get("/api/authors/").json()["results"]}
    books = api.get("/api/books/").json()["results"]
    assert books
    assert {one["author"] for one in books} <= authors


def test_typescript_numbers_that_count_are_whole(client: Client) -> None:
    """`age: number` is 7, not 7.41."""
    api = client(frameworks.nest)
    ages = [one["age"] for one in api.get("/cats?take=10").json()["data"]]
    assert all(isinstance(age, int) for age in ages)


def test_hal_links_lead_to_records_and_pages(client: Client) -> None:
    """A map of links holds `self` of each record, and `next` of the list until its end."""
    api = client(spring_styles.spring)
    made = api.post("/customers", json={"firstName": "Ann"}).json()
    assert api.get(made["_links"]["self"]["href"]).json() == made
    address = "/customers?size=4"
    seen: list[int] = []
    while address:
        page = api.get(address).json()
        seen += [one["id"] for one in page["_embedded"]["customers"]]
        address = page["_links"].get("next", {}).get("href", "")
    assert len(seen) == len(set(seen)) == page["page"]["totalElements"] == 11
    assert page["_links"]["prev"]["href"].endswith("?page=1&size=4")


def test_nest_tells_violations_as_a_list_of_messages(serve: Serve) -> None:
    """`message: string[]` lists what is wrong; entries with an `issue` say it there."""
    texts = {"type": "array", "items": TEXT}
    told = thing(("statusCode", "message"), statusCode=INTEGER, message=texts, error=TEXT)
    entry = thing(("code", "issue"), code=TEXT, issue=TEXT)
    entries = thing(("errors",), errors={"type": "array", "items": entry})
    cat = {"requestBody": takes(thing(("name",), name=TEXT)), "responses": says(thing((), name=TEXT), "201")}
    api = serve(
        {
            "/cats": {"post": {**cat, "responses": {**cat["responses"], **says(told, "400")}}},
            "/dogs": {"post": {**cat, "responses": {**cat["responses"], **says(entries, "400")}}},
        }
    )
    refused = api.post("/cats", json={}).json()
    assert refused == {"statusCode": 400, "message": ["body name: is required"], "error": "Bad Request"}
    assert api.post("/dogs", json={}).json() == {"errors": [{"code": "missing", "issue": "is required"}]}

"""What a model says of records holds over HTTP: key types, absent parents, tags, taken keys."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, MISSING, answers, library, parameter, takes

TEXT = {"type": "string"}
REPO = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": TEXT,
        "tags": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "integer"}, "name": TEXT}},
        },
    },
}
USER = {"type": "object", "required": ["login"], "properties": {"login": TEXT, "email": TEXT}}


def forge() -> dict[str, Any]:
    """Users with repositories, which are also made without naming the user."""
    owner = parameter("owner", "path")
    return {
        "/users": {"get": {"operationId": "users", "responses": answers({"type": "array", "items": USER})}},
        "/users/{login}": {
            "parameters": [parameter("login", "path")],
            "get": {"operationId": "user", "responses": {**answers(USER), **MISSING}},
        },
        "/users/{owner}/repos": {
            "parameters": [owner],
            "get": {
                "operationId": "repos",
                "parameters": [parameter("tags", "query")],
                "responses": {**answers({"type": "array", "items": REPO}), **MISSING},
            },
            "post": {
                "operationId": "addRepo",
                "requestBody": takes(REPO),
                "responses": {**answers(REPO, "201"), **MISSING},
            },
        },
        "/users/{owner}/repos/{name}": {
            "parameters": [owner, parameter("name", "path")],
            "get": {"operationId": "repo", "responses": {**answers(REPO), **MISSING}},
        },
        "/user/repos": {
            "post": {"operationId": "addMine", "requestBody": takes(REPO), "responses": answers(REPO, "201")}
        },
    }


def test_a_path_key_of_another_type_finds_the_record(serve: Serve) -> None:
    """The path says text, the record has an integer: it is found all the same, and created likewise."""
    paths = library()
    paths["/books/{bookId}"]["parameters"] = [parameter("bookId", "path", "string")]
    client = serve(paths)
    number = client.post("/books", json={"title": "Dune"}).json()["id"]
    assert client.get(f"/books/{number}").json()["title"] == "Dune"
    assert client.delete(f"/books/{number}").status_code == 204
    assert client.get(f"/books/{number}").status_code == 404


def test_a_record_made_without_naming_its_parent_has_one(serve: Serve) -> None:
    """`POST /user/repos` makes a repository of a user who exists, where that user's list shows it."""
    client = serve(forge())
    made = client.post("/user/repos", json={"name": "sand"})
    assert made.status_code == 201
    owners = [
        user["login"]
        for user in client.get("/users").json()
        if client.get(f"/users/{user['login']}/repos/sand").status_code == 200
    ]
    assert len(owners) == 1
    assert "sand" in [one["name"] for one in client.get(f"/users/{owners[0]}/repos").json()]


def test_seeded_records_below_others_belong_to_some_that_exist(serve: Serve) -> None:
    """Each user's list is 200, an unknown user's 404, and the lists are not all empty."""
    client = serve(forge())
    users = [user["login"] for user in client.get("/users").json()]
    assert sum(len(client.get(f"/users/{login}/repos").json()) for login in users) > 0
    assert client.get("/users/nobody-here/repos").status_code == 404


def test_records_are_found_by_words_of_the_objects_inside_them(serve: Serve) -> None:
    """`tags=a,b` finds what has a tag called a or b."""
    paths = forge()
    paths["/users/{owner}/repos"]["get"]["parameters"] = [
        {**parameter("tags", "query", {"type": "array", "items": TEXT}), "explode": False}
    ]
    client = serve(paths)
    login = client.get("/users").json()[0]["login"]
    for name, tag in (("one", "a"), ("two", "b"), ("three", "c")):
        client.post(f"/users/{login}/repos", json={"name": name, "tags": [{"id": 1, "name": tag}]})
    found = [one["name"] for one in client.get(f"/users/{login}/repos?tags=a,b").json()]
    assert found == ["one", "two"]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"409": {"description": "Taken"}, "422": {"description": "Bad"}}, 409),
        ({"422": {"description": "Bad"}}, 422),
        ({"422": {"description": "Bad"}, "default": {"description": "Other"}}, 409),
        ({}, 409),
    ],
    ids=["409", "422", "default", "nothing"],
)
def test_the_status_for_a_key_that_is_taken(serve: Serve, declared: dict[str, Any], expected: int) -> None:
    """409, unless the contract's own word for it is 422."""
    book = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "title": TEXT}}
    paths = library(book)
    paths["/books"]["post"]["responses"] |= declared
    client = serve(paths)
    assert client.post("/books", json={"id": 900, "title": "a"}).status_code == 201
    assert client.post("/books", json={"id": 900, "title": "b"}).status_code == expected
    assert client.get("/books/900").json()["title"] == "a"


def test_a_body_does_not_move_a_record_to_another_parent(serve: Serve) -> None:
    """The path says where it is."""
    item = {
        "type": "object",
        "required": ["id", "shopId"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "shopId": {"type": "integer"},
            "name": TEXT,
        },
    }
    one = {**answers(item), **MISSING}
    paths = {
        "/shops/{shopId}/items": {
            "parameters": [parameter("shopId", "path", "integer")],
            "post": {"requestBody": takes(item), "responses": answers(item, "201")},
        },
        "/shops/{shopId}/items/{itemId}": {
            "parameters": [parameter("shopId", "path", "integer"), parameter("itemId", "path", "integer")],
            "get": {"responses": one},
            "put": {"requestBody": takes(item), "responses": one},
        },
    }
    client = serve(paths)
    made = client.post("/shops/7/items", json={"shopId": 8, "name": "a"}).json()
    assert made["shopId"] == 7
    place = f"/shops/7/items/{made['id']}"
    assert client.put(place, json={"shopId": 9, "name": "b"}).json() == {**made, "name": "b"}
    assert client.get(place).json()["name"] == "b"


def test_an_empty_file_is_a_body_and_an_absent_one_is_not(serve: Serve) -> None:
    """Nothing, called a file, is an empty file; nothing at all is no body."""
    taken = takes({"type": "string", "format": "binary"}, "application/octet-stream")
    client = serve({"/files": {"post": {"requestBody": taken, "responses": {"204": {"description": "Ok"}}}}})
    empty = client.post("/files", content=b"", headers={"Content-Type": "application/octet-stream"})
    assert empty.status_code == 204
    assert client.post("/files").status_code == 400


def test_no_record_is_made_where_every_key_is_taken(serve: Serve) -> None:
    """An enum leaves only so many keys: the conflict is told, and one removed makes room."""
    kind = {"type": "string", "enum": ["small", "large"]}
    shape = {"type": "object", "required": ["size"], "properties": {"size": {**kind, "readOnly": True}}}
    paths = {
        "/shirts": {
            "get": {"operationId": "shirts", "responses": answers({"type": "array", "items": shape})},
            "post": {
                "operationId": "addShirt",
                "requestBody": takes({"type": "object"}),
                "responses": answers(shape, "201"),
            },
        },
        "/shirts/{size}": {
            "parameters": [parameter("size", "path", kind)],
            "get": {"operationId": "shirt", "responses": {**answers(shape), **MISSING}},
            "delete": {"operationId": "dropShirt", "responses": {"204": {"description": "Gone"}, **MISSING}},
        },
    }
    client = serve(paths)
    assert len(client.get("/shirts").json()) == 2
    refused = client.post("/shirts", json={})
    assert refused.status_code == 409
    assert "delete one first" in refused.json()["detail"]
    client.delete("/shirts/large")
    assert client.post("/shirts", json={}).json() == {"size": "large"}


def test_true_in_the_place_of_one_is_a_change(serve: Serve) -> None:
    """Python holds them for equal, JSON does not: the record and its tag change."""
    mark = {"type": ["integer", "boolean"]}
    book = {
        "type": "object",
        "required": ["id", "mark"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "mark": mark,
            "marks": {"type": "array", "items": mark},
        },
    }
    paths = library(book, answer={"headers": {"ETag": {"schema": TEXT}}})
    paths["/books/{bookId}"]["patch"] = {
        "operationId": "patchBook",
        "requestBody": takes(
            {"type": "object", "properties": {"mark": mark, "marks": {"type": "array", "items": mark}}}
        ),
        "responses": {**answers(book, headers={"ETag": {"schema": TEXT}}), **MISSING},
    }
    client = serve(paths)
    url = f"/books/{client.post('/books', json={'mark': 1, 'marks': [0, 1]}).json()['id']}"
    first = client.get(url).headers["etag"]
    same = client.patch(url, json={"mark": 1, "marks": [0, 1]})
    assert (same.json()["mark"] is True, same.headers["etag"]) == (False, first)
    changed = client.patch(url, json={"mark": True})
    assert changed.json()["mark"] is True
    assert changed.headers["etag"] != first
    assert client.get(url).json() == changed.json()
    below = client.patch(url, json={"marks": [False, 1]})
    assert below.json()["marks"][0] is False
    assert client.get(url).headers["etag"] == below.headers["etag"] != changed.headers["etag"]


def test_a_seeded_record_fits_every_schema_that_shows_it(serve: Serve) -> None:
    """The list's own schema needs and narrows what the item's leaves open: all show the same values."""
    full = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "state": {"type": "string", "enum": ["new", "open", "closed", "lost"]},
            "owner": TEXT,
            "size": {"type": "integer"},
        },
    }
    short = {
        "type": "object",
        "required": ["id", "state", "owner"],
        "properties": {
            "id": {"type": "integer"},
            "state": {"type": "string", "enum": ["open", "closed"]},
            "owner": {"type": "string", "pattern": "^[a-z]{3,8}$"},
            "size": {"type": "boolean"},
        },
    }
    paths = library(full)
    listed = {
        "type": "object",
        "required": ["books"],
        "properties": {"books": {"type": "array", "items": short}},
    }
    paths["/books"]["get"]["responses"] = answers(listed)
    client = serve(paths)
    for one in client.get("/books").json()["books"]:
        whole = client.get(f"/books/{one['id']}").json()
        assert {name: whole[name] for name in ("id", "state", "owner")} == {
            name: one[name] for name in ("id", "state", "owner")
        }
        assert type(whole.get("size", 0)) is int
    made = client.post("/books", json={"id": 77, "state": "open"}).json()
    assert made["owner"]


def test_records_are_found_on_the_further_paths_that_lead_to_them(serve: Serve) -> None:
    """A collection that is listed below others, too, has its records there, each once."""
    pet = {"$ref": "#/components/schemas/Pet"}
    named = {"type": "object", "properties": {"id": {"type": "integer"}, "name": TEXT}}
    owner = {"type": "object", "required": ["login"], "properties": {"login": TEXT, "email": TEXT}}
    paths = {
        "/pets": {
            "get": {"operationId": "pets", "responses": answers({"type": "array", "items": pet})},
            "post": {"operationId": "addPet", "requestBody": takes(pet), "responses": answers(pet, "201")},
        },
        "/pets/{petId}": {
            "parameters": [parameter("petId", "path", "integer")],
            "get": {"operationId": "pet", "responses": {**answers(pet), **MISSING}},
        },
        "/owners": {
            "get": {"operationId": "owners", "responses": answers({"type": "array", "items": owner})}
        },
        "/owners/{login}": {
            "parameters": [parameter("login", "path")],
            "get": {"operationId": "owner", "responses": {**answers(owner), **MISSING}},
        },
        "/owners/{login}/pets": {
            "parameters": [parameter("login", "path")],
            "get": {"operationId": "owned", "responses": answers({"type": "array", "items": pet})},
        },
    }
    client = serve(paths, components={"schemas": {"Pet": named}})
    everywhere = [
        one
        for owner in client.get("/owners").json()
        for one in client.get(f"/owners/{owner['login']}/pets").json()
    ]
    assert sorted(one["id"] for one in everywhere) == [one["id"] for one in client.get("/pets").json()]


def test_a_documented_record_that_no_path_takes_is_not_seeded(serve: Serve) -> None:
    """Where an example's key breaks what the path asks of it, made-up records stand in for it."""
    book = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "title": TEXT}}
    paths = library({"$ref": "#/components/schemas/Book"})
    code = {"type": "string", "pattern": "^[a-z]{4}$"}
    paths["/books/{bookId}"]["parameters"] = [parameter("bookId", "path", code)]
    listed = paths["/books"]["get"]["responses"]["200"]["content"]["application/json"]
    listed["example"] = [{"id": "dune", "title": "Dune"}, {"id": "The Trial", "title": "The Trial"}]
    client = serve(paths, components={"schemas": {"Book": book}})
    books = client.get("/books").json()
    assert books[0] == {"id": "dune", "title": "Dune"}
    assert len(books) == 10
    for book in books:
        assert client.get(f"/books/{book['id']}").json() == book


def test_a_number_two_steps_above_is_found_by_its_digits(serve: Serve) -> None:
    """`/users/{userId}` declares text for a user's number, and so do all paths below."""
    user = {"type": "object", "properties": {"id": {"type": "integer"}, "name": TEXT}}
    link = {"type": "object", "properties": {"id": {"type": "integer"}, "bank": TEXT}}
    part = {"type": "object", "properties": {"id": {"type": "integer"}, "kind": TEXT}}
    one, below = parameter("userId", "path"), parameter("linkId", "path")
    many = {name: {"type": "array", "items": shape} for name, shape in (("l", link), ("p", part))}
    client = serve(
        {
            "/users": {"get": {"responses": answers({"type": "array", "items": user})}},
            "/users/{userId}": {"parameters": [one], "get": {"responses": {**answers(user), **MISSING}}},
            "/users/{userId}/links": {"parameters": [one], "get": {"responses": answers(many["l"])}},
            "/users/{userId}/links/{linkId}": {
                "parameters": [one, below],
                "get": {"responses": {**answers(link), **MISSING}},
            },
            "/users/{userId}/links/{linkId}/parts": {
                "parameters": [one, below],
                "get": {"responses": {**answers(many["p"]), **MISSING}},
            },
        }
    )
    found = [
        part
        for user in client.get("/users").json()
        for link in client.get(f"/users/{user['id']}/links").json()
        for part in client.get(f"/users/{user['id']}/links/{link['id']}/parts").json()
    ]
    assert found


def test_a_part_of_an_object_inside_changes_that_part(serve: Serve) -> None:
    """What a PATCH gives of an inner object stands for the whole only where it could be one."""
    plan = {
        "type": "object",
        "required": ["name", "price"],
        "properties": {"name": TEXT, "price": {"type": "integer"}, "note": TEXT},
    }
    book = {
        "type": "object",
        "required": ["id", "plan"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "plan": plan},
    }
    part: dict[str, Any] = {"type": "object", "properties": plan["properties"]}
    paths = library(book)
    paths["/books/{bookId}"]["patch"] = {
        "operationId": "patchBook",
        "requestBody": takes({"type": "object", "properties": {"plan": part}}),
        "responses": {**answers(book), **MISSING},
    }
    client = serve(paths)
    whole = {"name": "basic", "price": 5, "note": "new"}
    url = f"/books/{client.post('/books', json={'plan': whole}).json()['id']}"
    assert client.patch(url, json={"plan": {"price": 6}}).json()["plan"] == {**whole, "price": 6}
    replaced = {"name": "plus", "price": 9}
    assert client.patch(url, json={"plan": replaced}).json()["plan"] == replaced


def test_one_thing_below_a_record_is_made_by_put_and_gone_after_delete(serve: Serve) -> None:
    """An address of a user, who has none at first; the refusal speaks of no key, since there is none."""
    user = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer", "readOnly": True}, "name": TEXT},
    }
    address = {"type": "object", "required": ["city"], "properties": {"city": TEXT}}
    owner = [parameter("id", "path", "integer")]
    client = serve(
        {
            "/users": {"post": {"requestBody": takes(user), "responses": answers(user, "201")}},
            "/users/{id}": {"parameters": owner, "get": {"responses": {**answers(user), **MISSING}}},
            "/users/{id}/address": {
                "parameters": owner,
                "get": {"responses": {**answers(address), **MISSING}},
                "put": {"requestBody": takes(address), "responses": {**answers(address), **MISSING}},
                "delete": {"responses": {"204": {"description": "Gone"}, **MISSING}},
            },
        }
    )
    place = f"/users/{client.post('/users', json={'name': 'Ann'}).json()['id']}/address"
    missing = client.get(place)
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no address here.")
    assert client.put(place, json={"city": "Rome"}).status_code == 200
    assert client.get(place).json() == {"city": "Rome"}
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == client.delete(place).status_code == 404


@pytest.mark.parametrize(("given", "kept"), [("Box-7", "box-7"), ("box-7", "box-7"), ("my box", None)])
def test_a_given_key_that_records_cannot_show_is_kept_in_their_form(
    serve: Serve, given: str, kept: str | None
) -> None:
    """Requests may say more than records: what is answered is the key that the record has."""
    box = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {**TEXT, "pattern": "^[a-z0-9-]+$"}},
    }
    new = {"type": "object", "properties": {"name": {**TEXT, "pattern": "^[A-Za-z0-9 -]+$"}}}
    name = [parameter("name", "path", "string")]
    client = serve(
        {
            "/boxes": {"post": {"requestBody": takes(new), "responses": answers(box, "201")}},
            "/boxes/{name}": {"parameters": name, "get": {"responses": {**answers(box), **MISSING}}},
        }
    )
    made = client.post("/boxes", json={"name": given})
    assert made.status_code == 201
    assert kept is None or made.json()["name"] == kept
    assert made.headers["location"].endswith(f"/boxes/{made.json()['name']}")
    assert client.get(made.headers["location"]).json() == made.json()


def test_what_says_how_a_call_went_is_no_part_of_the_record(serve: Serve) -> None:
    """`{Data, ErrorCode, ErrorMessage}` around a record, as .NET services have it."""
    address = {
        "type": "object",
        "required": ["Id"],
        "properties": {"Id": {"type": "integer", "readOnly": True}, "City": TEXT},
    }
    said = {
        "ErrorCode": {"type": "integer", "enum": [0, 1]},
        "ErrorMessage": TEXT,
        "IsSuccess": {"type": "boolean"},
    }
    one = {"type": "object", "properties": {"Data": address, **said}}
    many = {"type": "object", "properties": {"Data": {"type": "array", "items": address}, **said}}
    client = serve(
        {
            "/addresses": {
                "get": {"responses": answers(many)},
                "post": {"requestBody": takes(address), "responses": answers(one)},
            },
            "/addresses/{id}": {
                "parameters": [parameter("id", "path", "integer")],
                "get": {"responses": {**answers(one), **MISSING}},
            },
        }
    )
    made = client.post("/addresses", json={"City": "Rome"}).json()["Data"]
    assert made["City"] == "Rome"
    assert client.get(f"/addresses/{made['Id']}").json()["Data"] == made
    assert made in client.get("/addresses").json()["Data"]


def test_a_given_key_with_a_fraction_of_nothing_is_a_whole_number(serve: Serve) -> None:
    """7.0 is an integer to JSON Schema, and 7 in every path."""
    book = {**BOOK, "properties": {**BOOK["properties"], "id": {"type": "integer"}}}
    client = serve(library(book))
    made = client.post(
        "/books", content=b'{"id": 4711.0, "title": "Dune"}', headers={"Content-Type": "application/json"}
    )
    assert made.content.startswith(b'{"id":4711,')
    assert client.get("/books/4711").json()["title"] == "Dune"

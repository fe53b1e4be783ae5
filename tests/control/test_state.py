"""Records read, loaded, changed and removed past the API's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from tests.control.doubles import STAFF, World

ALL = "/state/staff/staff"
ONE = f"{ALL}/{STAFF}"


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def test_whole_state_round_trips(world: World) -> None:
    """What GET /state gives can be PUT back, and leaves everything as it was, order included."""
    before = world.ok("GET", "/state")
    assert set(before) == {api["name"] for api in world.ok("GET", "/apis")["apis"]}
    loaded = world.ok("PUT", "/state", before)["loaded"]
    assert loaded == {api: {name: len(rows) for name, rows in held.items()} for api, held in before.items()}
    assert world.ok("GET", "/state") == before


def test_state_moves_between_sandboxes(world: World) -> None:
    """A state that was changed in one sandbox can be loaded into another one."""
    world.ok("PATCH", ONE, {"first_name": "Renamed"})
    other = world.other(f"{world.sandbox}-b")
    other.ok("PUT", "/state", world.ok("GET", "/state"))
    assert other.ok("GET", ONE)["first_name"] == "Renamed"


def test_loaded_records_are_served(world: World) -> None:
    """What is loaded is what the API itself answers with."""
    record = {**world.ok("GET", ONE), "first_name": "Loaded"}
    assert world.ok("PUT", ALL, [record]) == {"loaded": {"staff": {"staff": 1}}}
    assert world.call("GET", "/api/1/staff.json").json()["response"] == [record]


def test_a_load_is_all_or_nothing(world: World) -> None:
    """One record that breaks the contract refuses the whole load, with a pointer to it."""
    before = world.ok("GET", "/state")
    rows = [dict(row) for row in before["staff"]["staff"]]
    rows[1]["active"] = 5
    problem = world.refused(422, "PUT", "/state", {**before, "staff": {"staff": rows}})
    assert set(pointers(problem)) == {"/staff/staff/1/active"}
    assert world.ok("GET", "/state") == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"nobody": {}}, "/nobody"),
        ({"staff": {"no/thing": []}}, "/staff/no~1thing"),
        ({"staff": {"staff": [{}]}}, "/staff/staff/0/uuid"),
        ({"staff": {"staff": [{"uuid": True}]}}, "/staff/staff/0/uuid"),
        ({"staff": {"staff": [7]}}, "/staff/staff/0"),
        ({"staff": []}, "/staff"),
    ],
)
def test_refusals_point(world: World, body: Any, pointer: str) -> None:
    """Names that do not exist and records that cannot be found are refused where they stand."""
    before = world.ok("GET", "/state")
    assert pointer in pointers(world.refused(422, "PUT", "/state", body))
    assert world.ok("GET", "/state") == before


def test_a_key_stands_once(world: World) -> None:
    """Two records of one key, or of one unique value, are refused."""
    record = world.ok("GET", ONE)
    assert pointers(world.refused(422, "PUT", ALL, [record, record])) == ["/1/uuid"]
    assert pointers(world.refused(422, "POST", ALL, record)) == ["/uuid"]
    twin = {**record, "uuid": "11111111-1111-4111-8111-111111111111"}
    assert pointers(world.refused(422, "POST", ALL, twin)) == ["/login"]


def test_one_record_is_added_and_removed(world: World) -> None:
    """POST answers with the record and its place; DELETE takes it away; a second one is 404."""
    record = {**world.ok("GET", ONE), "uuid": "11111111-1111-4111-8111-111111111111", "login": "new"}
    made = world.admin("POST", ALL, record)
    assert made.status_code == 201
    assert made.json() == record
    assert (
        world.client.get(made.headers["location"], headers={"Double-Sandbox": world.sandbox}).json() == record
    )
    path = f"{ALL}/{record['uuid']}"
    assert world.admin("DELETE", path).status_code == 204
    world.refused(404, "DELETE", path)
    world.refused(404, "GET", path)


def test_put_of_one_record(world: World) -> None:
    """PUT replaces (200) or adds (201), under the key of the path and no other."""
    record = world.ok("GET", ONE)
    assert world.admin("PUT", ONE, {**record, "first_name": "Put"}).status_code == 200
    assert world.ok("GET", ONE)["first_name"] == "Put"
    assert world.ok("GET", ALL)[1]["first_name"] == "Put", "its place stays"
    problem = world.refused(
        422, "PUT", ONE, {**record, "uuid": "22222222-2222-4222-8222-222222222222", "login": "x"}
    )
    assert pointers(problem) == ["/uuid"]
    world.ok("DELETE", ONE)
    assert world.admin("PUT", ONE, record).status_code == 201
    assert world.ok("GET", ONE) == record


def test_patch_changes_what_is_named(world: World) -> None:
    """PATCH sets members, null included, keeps the others, and refuses what breaks the contract."""
    before = world.ok("GET", ONE)
    after = world.ok("PATCH", ONE, {"hourly_rate_cents": 5, "first_name": "P"})
    assert after == {**before, "hourly_rate_cents": 5, "first_name": "P"}
    assert world.ok("PATCH", ONE, {"hourly_rate_cents": None})["hourly_rate_cents"] is None
    assert pointers(world.refused(422, "PATCH", ONE, {"first_name": 5})) == ["/first_name"]
    world.refused(404, "PATCH", f"{ALL}/nobody", {})


def test_a_window_of_a_collection(world: World) -> None:
    """`offset` and `limit` cut a window; the header tells how many there are."""
    everything = world.ok("GET", ALL)
    answer = world.admin("GET", f"{ALL}?offset=2&limit=3")
    assert answer.json() == everything[2:5]
    assert answer.headers["x-total-count"] == str(len(everything))
    assert world.ok("GET", f"{ALL}?limit=0") == []


def test_everything_can_be_removed(world: World) -> None:
    """DELETE empties a collection, an API, or all of them."""
    assert world.admin("DELETE", ALL).status_code == 204
    assert world.ok("GET", ALL) == []
    assert world.ok("GET", "/state/customer-employees")["employees"]
    world.ok("DELETE", "/state/customer-employees")
    assert not any(world.ok("GET", "/state/customer-employees").values())
    world.ok("DELETE", "/state")
    assert not any(rows for held in world.ok("GET", "/state").values() for rows in held.values())


def test_computed_properties_are_computed(world: World) -> None:
    """What the rules derive is derived for loaded records, too, whatever they said."""
    name = "/state/provider-employees/employees"
    rows = world.ok("GET", name)
    flag = next(member for member in rows[0] if member == "is_operator")
    turned = [{**row, flag: not row[flag]} for row in rows]
    world.ok("PUT", name, turned)
    assert world.ok("GET", name) == rows


def test_parents_are_hidden_values(shop: World) -> None:
    """A parent's key that is no property is `^name`; the record's key in a URL is then an array."""
    shop.ok(
        "PUT",
        "/state/shop/items",
        [{"id": 5, "name": "a", "^shopId": 1}, {"id": 6, "name": "b", "^shopId": 2}],
    )
    assert shop.call("GET", "/shops/1/items").json() == [{"id": 5, "name": "a"}]
    assert shop.call("GET", "/shops/2/items/6").json() == {"id": 6, "name": "b"}
    assert shop.ok("GET", "/apis/shop")["resources"] == [{"name": "items", "key": "id", "records": 2}]
    made = shop.admin("POST", "/state/shop/items", {"id": 7, "name": "c", "^shopId": 1})
    assert shop.client.get(made.headers["location"]).json() == {"id": 7, "name": "c", "^shopId": 1}
    assert pointers(shop.refused(422, "POST", "/state/shop/items", {"id": 8, "name": "d"})) == ["/^shopId"]
    told = shop.refused(422, "POST", "/state/shop/items", {"id": 8, "name": "d", "^shopId": 1, "^x": 1})
    assert pointers(told) == ["/^x"]


def test_write_only_values_are_kept(shop: World) -> None:
    """A write-only value can be loaded and read here, is checked, and never shown by the API."""
    row = {"id": 5, "name": "a", "secret": "psst", "^shopId": 1}
    shop.ok("PUT", "/state/shop/items", [row])
    assert shop.ok("GET", "/state/shop/items") == [row]
    assert shop.call("GET", "/shops/1/items/5").json() == {"id": 5, "name": "a"}
    assert pointers(shop.refused(422, "PUT", "/state/shop/items", [{**row, "secret": "too long"}])) == [
        "/0/secret"
    ]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b"[" * 100_000, 400),
        ({"content-type": "application/json"}, b'[{"uuid": "\xff"}]', 400),
        ({"content-type": "application/json"}, b"[123456789012345678901234567890]", 400),
        ({"content-type": "text/plain"}, b"[]", 415),
        ({"content-type": "application/json"}, b"", 400),
        ({"content-type": "application/json"}, b"[" + b" " * (11 * 1024 * 1024) + b"]", 413),
    ],
)
def test_hostile_bodies(world: World, headers: dict[str, str], content: bytes, status: int) -> None:
    """What cannot be read is refused, and nothing is changed."""
    before = world.ok("GET", ALL)
    answer = world.admin("PUT", ALL, headers=headers, content=content)
    assert answer.status_code == status, answer.text
    assert world.ok("GET", ALL) == before


@pytest.mark.parametrize(
    "path",
    [
        "/state/nobody",
        "/state/staff/nothing",
        "/state/staff/staff/..%2f..%2fetc",
        "/state/%00",
        "/state/staff/staff/%ff",
        "/state/staff/staff/" + "x" * 5000,
        "/state/__class__/__init__",
        "/state//staff",
    ],
)
def test_hostile_paths(world: World, path: str) -> None:
    """Names that do not exist are 404, however they are written."""
    assert world.admin("GET", path).status_code in {400, 404}

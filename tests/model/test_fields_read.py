"""What the server fills, what clients may set, and what points to other records."""

from __future__ import annotations

from typing import Any

import pytest

TEXT = {"type": "string"}
TIME = {"type": "string", "format": "date-time"}


def things(kit: Any, record: Any, request: Any | None = None, *, statuses: tuple[int, ...] = ()) -> Any:
    thing = kit.ref("Thing")
    paths = {
        "/things": {
            "get": kit.op(kit.many(thing)),
            "post": kit.op(thing, request or thing, status=201, statuses=statuses),
        },
        "/things/{id}": {"get": kit.op(thing), "patch": kit.op(thing, request or thing)},
    }
    return kit.read(paths, {"Thing": record})


@pytest.mark.parametrize(
    ("created", "updated", "schema"),
    [
        ("createdAt", "updatedAt", TIME),
        ("created_at", "updated_at", TIME),
        ("created", "modified", {"type": "integer"}),
        ("date_created", "date_updated", TEXT),
        ("creationDate", "lastModified", {"type": "string", "format": "date"}),
        ("createdOn", "lastUpdated", {"type": ["string", "null"], "format": "date-time"}),
    ],
)
def test_times_are_known_by_name(kit: Any, created: str, updated: str, schema: Any) -> None:
    """Created and updated, in whatever spelling and form."""
    m = things(kit, kit.record("id", **{created: schema, updated: schema}))
    assert m.resource("things").created == (created,)
    assert m.resource("things").updated == (updated,)


def test_a_flag_called_created_is_no_time(kit: Any) -> None:
    """Only text and numbers hold times."""
    m = things(kit, kit.record("id", created={"type": "boolean"}))
    assert m.resource("things").created == ()


def test_the_server_fills_what_no_request_can_hold(kit: Any) -> None:
    """Read-only properties, the id, and whatever clients cannot send; not what happens later."""
    record = kit.record("id", "name", "url", "deleted_at", owner={**TEXT, "readOnly": True})
    m = things(kit, record, kit.record("name"))
    assert set(m.resource("things").generated) == {"id", "url", "owner"}
    assert m("POST /things").writable == {"name"}


def test_read_only_properties_cannot_be_set(kit: Any) -> None:
    """Where request and answer share a schema, `readOnly` says what the server owns."""
    m = things(kit, kit.record("name", id={**TEXT, "readOnly": True}))
    assert m("POST /things").writable == {"name"}
    assert m.resource("things").generated == ("id",)


def test_a_key_that_the_client_must_choose_is_not_made_up(kit: Any) -> None:
    """A required key in the request is the client's."""
    m = things(kit, kit.record("id", "name"), kit.record("id", "name", required=("id",)))
    assert "id" not in m.resource("things").generated
    assert "id" in m("POST /things").writable


def test_what_no_answer_shows_is_write_only(kit: Any) -> None:
    """`writeOnly`, and properties that only requests have."""
    record = kit.record("id", "name", secret={**TEXT, "writeOnly": True})
    m = things(kit, record, kit.record("name", "secret", "password"))
    assert set(m.resource("things").write_only) == {"secret", "password"}
    assert "password" in m("POST /things").writable


def test_a_changed_record_keeps_its_key_where_the_body_repeats_it(kit: Any) -> None:
    """The path says which record it is, unless the request has a schema and a key of its own."""
    assert "id" not in things(kit, kit.record("id", "name"))("PATCH /things/{id}").writable
    user = kit.ref("User")
    change = kit.record("employee_id", "phone")
    paths = {"/users/{employeeId}": {"get": kit.op(user), "patch": kit.op(user, change)}}
    m = kit.read(paths, {"User": kit.record("employee_id", "name", "email", "phone")})
    assert "employee_id" in m("PATCH /users/{employeeId}").writable


def test_requests_may_spell_properties_otherwise(kit: Any) -> None:
    """Twilio sends `FriendlyName` and answers `friendly_name`."""
    m = things(kit, kit.record("id", "friendly_name"), kit.record("FriendlyName", "Secret"))
    post = m("POST /things")
    assert post.spelled == {"FriendlyName": "friendly_name"}
    assert post.writable == {"friendly_name", "Secret"}
    assert m.resource("things").write_only == ("Secret",)


def test_the_name_of_a_new_record_may_be_called_otherwise(kit: Any) -> None:
    """A tag's `name` is sent as `tag_name`, a user's `login` as `username`."""
    tag, user = kit.ref("Tag"), kit.ref("User")
    paths = {
        "/tags": {"get": kit.op(kit.many(tag)), "post": kit.op(tag, kit.record("tag_name", "message"))},
        "/tags/{tag}": {"get": kit.op(tag)},
        "/users": {"get": kit.op(kit.many(user)), "post": kit.op(user, kit.record("username", "email"))},
        "/users/{username}": {"get": kit.op(user)},
    }
    m = kit.read(paths, {"Tag": kit.record("name", "message"), "User": kit.record("login", "email")})
    assert m("POST /tags").spelled == {"tag_name": "name"}
    assert m("POST /users").spelled == {"username": "login"}


def test_defaults_come_from_the_request_before_the_record(kit: Any) -> None:
    """What a new record has where the client does not say."""
    record = kit.record("id", size={"type": "integer", "default": 1}, kind={**TEXT, "default": "a"})
    m = things(kit, record, kit.record(kind={**TEXT, "default": "b"}))
    assert m.resource("things").defaults == {"size": 1, "kind": "b"}


def test_natural_keys_are_unique_where_the_contract_can_say_so(kit: Any) -> None:
    """Without a declared 409 nothing could be answered to a duplicate."""
    record = kit.record("id", "email", "name")
    assert things(kit, record).resource("things").unique == ()
    assert things(kit, record, statuses=(409,)).resource("things").unique == ("email",)


@pytest.mark.parametrize(
    ("field", "schema", "found"),
    [
        ("pet_id", TEXT, "pet_id"),
        ("petId", TEXT, "petId"),
        ("favouritePetId", TEXT, "favouritePetId"),
        ("pet", TEXT, "pet"),
        ("pet", {"$ref": "#/components/schemas/Pet"}, "pet/id"),
        ("pet", {"anyOf": [TEXT, {"$ref": "#/components/schemas/Pet"}]}, "pet"),
        ("pet_id", {"type": "integer"}, None),
        ("pet_name", TEXT, None),
        ("petIds", {"type": "array", "items": TEXT}, None),
        ("carpet", TEXT, None),
    ],
)
def test_references_point_to_other_collections(kit: Any, field: str, schema: Any, found: str | None) -> None:
    """By name and type: `pet_id`, `pet`, `pet: {id}`."""
    pet, order = kit.ref("Pet"), kit.ref("Order")
    paths = {
        "/pets": {"get": kit.op(kit.many(pet))},
        "/pets/{id}": {"get": kit.op(pet)},
        "/orders": {"get": kit.op(kit.many(order))},
        "/orders/{id}": {"get": kit.op(order)},
    }
    schemas = {"Pet": kit.record("id", "a", "b"), "Order": kit.record("id", "note", **{field: schema})}
    m = kit.read(paths, schemas)
    assert m.resource("orders").references == ({found: "pets"} if found else {})


def test_etags_are_honoured_where_they_are_declared(kit: Any) -> None:
    """A declared `If-Match` parameter or `ETag` header."""
    thing = kit.ref("Thing")
    header = {"name": "If-Match", "in": "header", "schema": TEXT}
    paths = {
        "/things/{id}": {
            "get": kit.op(thing),
            "put": kit.op(thing, thing, parameters=[header]),
        }
    }
    paths["/things/{id}"]["get"]["responses"]["200"]["headers"] = {"ETag": {"schema": TEXT}}
    m = kit.read(paths, {"Thing": kit.record("id", "name")})
    assert m("GET /things/{id}").conditional
    assert m("PUT /things/{id}").conditional

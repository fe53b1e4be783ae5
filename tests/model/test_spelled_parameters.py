"""Parameters that are declared in another way than the fields that they speak of."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.model.resource import Match


@pytest.mark.parametrize("kind", ["integer", "number", "boolean"])
def test_text_may_spell_numbers_and_booleans(kit: Any, kind: str) -> None:
    """Generators that declare each filter as text mean the field's own values."""
    device = kit.record("id", "name", rack={"type": kind})
    m = kit.read({"/devices": {"get": kit.op(kit.many(device), query={"rack": {"type": "string"}})}})
    (rule,) = m("GET /devices").filters
    assert (rule.parameter, rule.fields, rule.match) == ("rack", ("rack",), Match.ANY_OF)


def test_text_names_an_object_rather_than_numbers_it(kit: Any) -> None:
    """`?site=west` is the slug of a site, `?site_id=3` its id."""
    site = kit.record("slug", id={"type": "integer"})
    device = kit.record("id", "name", site=site)
    query = {"site": {"type": "string"}, "site_id": {"type": "string"}}
    m = kit.read({"/devices": {"get": kit.op(kit.many(device), query=query)}})
    assert [(rule.parameter, rule.fields) for rule in m("GET /devices").filters] == [
        ("site", ("site/slug",)),
        ("site_id", ("site/id",)),
    ]


@pytest.mark.parametrize(
    "names", [("from", "to"), ("fromUtcDateTime", "toUtcDateTime"), ("dateFrom", "dateTo")]
)
def test_a_span_of_time_is_of_the_only_time_there_is(kit: Any, names: tuple[str, str]) -> None:
    """`from` and `to` select by the record's one moment, whatever it is called."""
    when = {"type": "string", "format": "date-time"}
    event = kit.record("id", "kind", occurred={"type": "string", "format": "date-time"})
    m = kit.read({"/events": {"get": kit.op(kit.many(event), query=dict.fromkeys(names, when))}})
    assert [(rule.parameter, rule.fields, rule.match) for rule in m("GET /events").filters] == [
        (names[0], ("occurred",), Match.AT_LEAST),
        (names[1], ("occurred",), Match.AT_MOST),
    ]


def test_paging_in_brackets_is_paging(kit: Any) -> None:
    """`searchCriteria[pageSize]` cuts pages."""
    number = {"type": "integer"}
    query = {"searchCriteria[pageSize]": number, "searchCriteria[currentPage]": number}
    m = kit.read({"/items": {"get": kit.op(kit.many(kit.record("id", "name")), query=query)}})
    paging = m("GET /items").paging
    assert (paging.style, paging.size, paging.position) == (
        "page",
        "searchCriteria[pageSize]",
        "searchCriteria[currentPage]",
    )


def test_a_number_in_a_path_is_no_name(kit: Any) -> None:
    """PUT takes text where GET takes a number: the key is the numeric id, not the name."""
    role = kit.record("role_name", id={"type": "integer"})
    number = {"name": "roleId", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/roles": {"post": kit.op(kit.ref("Role"), kit.ref("Role"))},
        "/roles/{id}": {"put": kit.op(kit.ref("Role"), kit.ref("Role"))},
        "/roles/{roleId}": {"get": kit.op(kit.ref("Role"), parameters=[number])},
    }
    m = kit.read(paths, {"Role": role})
    assert m.resource("roles").key == "id"
    assert m.resource("roles").key_schema == {"type": "integer"}


def test_nested_forms_point_at_the_collection(kit: Any) -> None:
    """`site: NestedSite` shows one of `/sites`."""
    nested = kit.record("url", "name", id={"type": "integer"})
    paths = {
        "/sites": {"get": kit.op(kit.many(kit.ref("Site")))},
        "/sites/{id}": {"get": kit.op(kit.ref("Site"))},
        "/devices": {"get": kit.op(kit.many(kit.ref("Device")))},
        "/devices/{id}": {"get": kit.op(kit.ref("Device"))},
    }
    schemas = {
        "Site": kit.record("url", "name", "region", id={"type": "integer"}),
        "NestedSite": nested,
        "Device": kit.record("name", id={"type": "integer"}, site=kit.ref("NestedSite")),
    }
    m = kit.read(paths, schemas)
    assert m.resource("devices").references == {"site/id": "sites"}

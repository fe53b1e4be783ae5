"""Envelopes: where records, totals, pages and links stand in an answer."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.model.resource import Verb

INT = {"type": "integer"}
URL = {"type": ["string", "null"], "format": "uri"}


def listed(kit: Any, body: Any, query: dict[str, Any] | None = None, **schemas: Any) -> Any:
    thing = kit.ref("Thing")
    paths = {
        "/things": {"get": kit.op(body, query=query), "post": kit.op(thing, thing)},
        "/things/{id}": {"get": kit.op(thing)},
    }
    m = kit.read(paths, {"Thing": kit.record("id", "name", "size"), **schemas})
    assert m("GET /things").verb is Verb.LIST
    return m("GET /things").envelope


@pytest.mark.parametrize("name", ["data", "items", "results", "things", "records", "value", "entries"])
def test_records_are_found_under_many_names(kit: Any, name: str) -> None:
    """`data`, `items`, the noun itself ..."""
    envelope = listed(kit, kit.record(**{name: kit.many(kit.ref("Thing")), "total": INT}))
    assert envelope.records == (name,)
    assert envelope.total == ("total",)


def test_a_bare_array_is_the_whole_body(kit: Any) -> None:
    """No envelope at all."""
    assert listed(kit, kit.many(kit.ref("Thing"))).records == ()


def test_totals_pages_and_links_are_found_in_containers(kit: Any) -> None:
    """`meta`, `pagination`, `links`, whatever they are called."""
    meta = kit.record(total=INT, per_page=INT, current_page=INT, last_page=INT)
    links = kit.record(first=URL, last=URL, next=URL, prev=URL, self=URL)
    envelope = listed(
        kit,
        kit.record(data=kit.many(kit.ref("Thing")), meta=meta, links=links),
        {"page": INT, "per_page": INT},
    )
    assert envelope.total == ("meta", "total")
    assert envelope.limit == ("meta", "per_page")
    assert envelope.page == ("meta", "current_page")
    assert envelope.pages == ("meta", "last_page")
    assert (envelope.next, envelope.previous) == (("links", "next"), ("links", "prev"))
    assert (envelope.first, envelope.last, envelope.self) == (
        ("links", "first"),
        ("links", "last"),
        ("links", "self"),
    )
    assert envelope.links_are == "url"


def test_hal_is_understood(kit: Any) -> None:
    """`_embedded`, `_links` with `href`, Spring's `page`."""
    link = kit.record("href")
    body = kit.record(
        _embedded=kit.record(things=kit.many(kit.ref("Thing"))),
        _links=kit.record(self=link, next=link, prev=link),
        page=kit.record(size=INT, totalElements=INT, totalPages=INT, number=INT),
    )
    envelope = listed(kit, body, {"page": INT, "size": INT})
    assert envelope.records == ("_embedded", "things")
    assert envelope.links_are == "object"
    assert envelope.next == ("_links", "next")
    assert envelope.limit == ("page", "size")
    assert envelope.total == ("page", "totalElements")
    assert envelope.pages == ("page", "totalPages")
    assert envelope.page == ("page", "number")


def test_json_api_keeps_id_and_attributes_apart(kit: Any) -> None:
    """The record is `data`, its key `id`, its values under `attributes`."""
    article = kit.record(
        "id",
        type={"type": "string", "enum": ["articles"]},
        attributes=kit.record("title", createdAt={"type": "string", "format": "date-time"}),
    )
    one = kit.record(data=kit.ref("Article"))
    many = kit.record(data=kit.many(kit.ref("Article")), links=kit.record("self", "next"))
    created = kit.record(data=kit.record("type", attributes=kit.record("title")))
    filtering = {"filter[title]": {"type": "string"}, "page[number]": INT, "page[size]": INT}
    m = kit.read(
        {
            "/articles": {"get": kit.op(many, query=filtering), "post": kit.op(one, created, status=201)},
            "/articles/{id}": {"get": kit.op(one), "patch": kit.op(one, created)},
        },
        {"Article": article},
    )
    articles = m.resource("articles")
    assert (articles.key, articles.schema_name) == ("id", "Article")
    assert articles.created == ("attributes/createdAt",)
    assert m("GET /articles").envelope.records == ("data",)
    assert m("GET /articles/{id}").envelope.record == ("data",)
    assert m("POST /articles").body == ("data",)
    assert [f.fields for f in m("GET /articles").filters] == [("attributes/title",)]
    paging = m("GET /articles").paging
    assert (paging.style, paging.position, paging.size) == ("page", "page[number]", "page[size]")


def test_one_record_may_be_wrapped_by_its_noun(kit: Any) -> None:
    """`{user: {...}}` in both directions, as Rails writes it."""
    user = kit.ref("User")
    wrapped = kit.record(user=user)
    paths = {
        "/users": {"get": kit.op(kit.record(users=kit.many(user))), "post": kit.op(wrapped, wrapped)},
        "/users/{id}": {"get": kit.op(wrapped), "put": kit.op(wrapped, wrapped)},
    }
    m = kit.read(paths, {"User": kit.record("id", "name")})
    assert m("GET /users/{id}").envelope.record == ("user",)
    assert m("POST /users").body == ("user",)
    assert m("POST /users").writable == {"id", "name"}
    assert m("GET /users").envelope.records == ("users",)


def test_what_stands_around_a_record_is_filled_with_its_only_value(kit: Any) -> None:
    """`success: true`, `status: OK`, an object's type."""
    body = kit.record(
        data=kit.ref("Thing"),
        success={"type": "boolean"},
        status={"type": "string", "example": "OK"},
        object={"type": "string", "enum": ["thing"]},
    )
    paths = {"/things": {"post": kit.op(body, kit.ref("Thing"))}, "/things/{id}": {"get": kit.op(body)}}
    m = kit.read(paths, {"Thing": kit.record("id", "name")})
    constants = dict(m("GET /things/{id}").envelope.constants)
    assert constants == {("success",): True, ("status",): "OK", ("object",): "thing"}


def test_a_lone_count_is_the_total_where_pages_are_cut(kit: Any) -> None:
    """Django's `count`; without paging it is the number of records, which is the same."""
    body = kit.record(count=INT, next=URL, previous=URL, results=kit.many(kit.ref("Thing")))
    assert listed(kit, body, {"limit": INT, "offset": INT}).total == ("count",)
    assert listed(kit, kit.record(count=INT, results=kit.many(kit.ref("Thing")))).count == ("count",)


def test_the_query_is_echoed_where_its_names_are(kit: Any) -> None:
    """An object whose properties are the operation's parameters."""
    body = kit.record(query=kit.record(limit=INT, offset=INT), result=kit.many(kit.ref("Thing")), total=INT)
    envelope = listed(kit, body, {"limit": INT, "offset": INT, "name": {"type": "string"}})
    assert (envelope.query, envelope.records, envelope.total) == (("query",), ("result",), ("total",))


@pytest.mark.parametrize(
    ("member", "schema", "pointer", "kind"),
    [
        ("next_page_token", {"type": "string"}, "next", "cursor"),
        ("nextCursor", {"type": "string"}, "next", "cursor"),
        ("next", URL, "next", "url"),
        ("next_page", {"type": ["integer", "null"]}, "next", "number"),
        ("has_more", {"type": "boolean"}, "has_more", "url"),
        ("hasNextPage", {"type": "boolean"}, "has_more", "url"),
        ("isLastPage", {"type": "boolean"}, "is_last", "url"),
        ("last", {"type": "boolean"}, "is_last", "url"),
        ("offset", INT, "offset", "url"),
        ("totalCount", INT, "total", "url"),
    ],
)
def test_members_are_known_by_name_and_type(
    kit: Any, member: str, schema: Any, pointer: str, kind: str
) -> None:
    """Links, cursors, page numbers and flags."""
    envelope = listed(kit, kit.record(items=kit.many(kit.ref("Thing")), **{member: schema}))
    assert getattr(envelope, pointer) == (member,)
    assert envelope.links_are == kind


def test_wrapped_items_show_the_records_they_wrap(kit: Any) -> None:
    """Spotify's saved tracks: `{added_at, track: {...}}`."""
    track = kit.ref("Track")
    saved = kit.record("added_at", track=track)
    paging = kit.record(items=kit.many(saved), total=INT, limit=INT, offset=INT, next=URL)
    paths = {
        "/tracks/{id}": {"get": kit.op(track)},
        "/tracks": {"get": kit.op(kit.record(tracks=kit.many(track)), query={"ids": {"type": "string"}})},
        "/me/tracks": {"get": kit.op(paging, query={"limit": INT, "offset": INT})},
    }
    m = kit.read(paths, {"Track": kit.record("id", "name", "duration")})
    saved_list = m("GET /me/tracks")
    assert (saved_list.resource, saved_list.envelope.item) == ("tracks", ("track",))
    assert saved_list.envelope.items_in_object
    (ids,) = m("GET /tracks").filters
    assert (ids.fields, ids.match.value) == (("id",), "any-of")


def test_a_receipt_shows_the_key_of_the_new_record(kit: Any) -> None:
    """`POST` that answers `{id, message}` shows the record's id; the rest is the contract's."""
    thing = kit.ref("Thing")
    receipt = kit.record("id", "message")
    paths = {
        "/things": {"get": kit.op(kit.many(thing)), "post": kit.op(receipt, thing, status=201)},
        "/things/{id}": {"get": kit.op(thing), "delete": kit.op(kit.record("message"))},
    }
    m = kit.read(paths, {"Thing": kit.record("id", "name", "size")})
    assert m("POST /things").verb is Verb.CREATE
    assert m("POST /things").envelope.record == ()
    assert m("POST /things").shown == {"id", "message"}
    assert m("DELETE /things/{id}").envelope.record is None
    assert m.resource("things").schema_name == "Thing"


def test_the_record_is_found_inside_a_larger_answer(kit: Any) -> None:
    """`{asset: {...}, form: {...}}`: the part whose schema is the record's."""
    asset = kit.ref("Asset")
    paths = {
        "/assets": {
            "get": kit.op(kit.many(asset)),
            "post": kit.op(kit.record(asset=asset, form=kit.record("url"))),
        },
        "/assets/{id}": {"get": kit.op(asset)},
    }
    m = kit.read(paths, {"Asset": kit.record("id", "name", "size")})
    assert m("POST /assets").envelope.record == ("asset",)


def test_one_record_may_be_answered_as_an_array_of_one(kit: Any) -> None:
    """Some APIs answer `GET /submissions/{id}` with a list."""
    item = kit.ref("Submission")
    paths = {
        "/submissions/{id}": {"get": kit.op(kit.many(item)), "delete": kit.op(status=204)},
        "/forms/{form_id}/submissions": {"get": kit.op(kit.many(item))},
    }
    m = kit.read(paths, {"Submission": kit.record("id", "name", "body")})
    read = m("GET /submissions/{id}")
    assert (read.verb, read.envelope.records, read.key) == (Verb.READ, (), "id")
    assert m("GET /forms/{form_id}/submissions").resource == "submissions"


def test_properties_of_several_parts_are_put_together(kit: Any) -> None:
    """`allOf` of an envelope and the list it holds, as train-travel writes it."""
    wrapper = kit.record(data=kit.many({"type": "object"}), links={"type": "object"})
    body = {"allOf": [kit.ref("Wrapper"), {"properties": {"data": kit.many(kit.ref("Thing"))}}]}
    assert listed(kit, body, Wrapper=wrapper).records == ("data",)


def test_a_record_with_a_list_inside_is_no_envelope(kit: Any) -> None:
    """An order has items; reading it is not listing them."""
    order = kit.record("id", "customer", "status", "currency", items=kit.many(kit.record("sku", "count")))
    m = kit.read(
        {"/orders/{id}": {"get": kit.op(kit.ref("Order")), "put": kit.op(kit.ref("Order"))}}, {"Order": order}
    )
    assert m("GET /orders/{id}").verb is Verb.READ
    assert m("GET /orders/{id}").envelope.record == ()


def test_an_example_of_another_type_is_no_constant(kit: Any) -> None:
    """What the schema itself refuses is not what answers say."""
    body = {
        "type": "object",
        "required": ["code", "version", "items"],
        "properties": {
            "code": {"type": "integer", "example": "1"},
            "version": {"type": "string", "example": "2.1"},
            "items": kit.many(kit.ref("Thing")),
        },
    }
    m = kit.read({"/things": {"get": kit.op(body)}}, {"Thing": kit.record("id", "name")})
    assert m("GET /things").envelope.constants == ((("version",), "2.1"),)


def test_no_more_is_seeded_than_a_list_may_show(kit: Any) -> None:
    """Where nothing cuts the list into pages, its own bound is the collection's."""
    listed = {**kit.many(kit.ref("Thing")), "maxItems": 4}
    item = {"/things/{id}": {"get": kit.op(kit.ref("Thing"))}}
    things = {"Thing": kit.record("id", "name")}
    m = kit.read({"/things": {"get": kit.op(listed)}, **item}, things)
    assert m.resource("things").seeded == 4
    paged = kit.op(listed, query={"page": {"type": "integer"}, "per_page": {"type": "integer"}})
    m = kit.read({"/things": {"get": paged}, **item}, things)
    assert m.resource("things").seeded == 10

"""Paging, sorting, searching and filtering are read off the declared parameters."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.model.resource import Match

INT = {"type": "integer"}
TEXT = {"type": "string"}
BOOL = {"type": "boolean"}
TIME = {"type": "string", "format": "date-time"}
DATE = {"type": "string", "format": "date"}


def binding(kit: Any, query: dict[str, Any], **properties: Any) -> Any:
    record = kit.record("id", "name", **properties)
    thing = kit.ref("Thing")
    paths = {
        "/things": {
            "get": kit.op(kit.record(data=kit.many(thing)), query=query),
            "post": kit.op(thing, thing),
        },
        "/things/{id}": {"get": kit.op(thing)},
    }
    return kit.read(paths, {"Thing": record})("GET /things")


@pytest.mark.parametrize(
    ("query", "style", "size", "position"),
    [
        (("limit", "offset"), "offset", "limit", "offset"),
        (("limit", "skip"), "offset", "limit", "skip"),
        (("$top", "$skip"), "offset", "$top", "$skip"),
        (("take", "skip"), "offset", "take", "skip"),
        (("page", "per_page"), "page", "per_page", "page"),
        (("page", "pageSize"), "page", "pageSize", "page"),
        (("page[number]", "page[size]"), "page", "page[size]", "page[number]"),
        (("page", "size"), "page", "size", "page"),
        (("limit", "cursor:s"), "cursor", "limit", "cursor"),
        (("limit", "starting_after:s"), "cursor", "limit", "starting_after"),
        (("page_size", "page_token:s"), "cursor", "page_size", "page_token"),
        (("maxResults", "nextToken:s"), "cursor", "maxResults", "nextToken"),
        (("limit", "continue:s"), "cursor", "limit", "continue"),
        (("limit", "page:s"), "page", "limit", "page"),
        (("limit:s", "offset:s"), "offset", "limit", "offset"),
        (("limit",), "offset", "limit", ""),
    ],
)
def test_paging_is_known_by_names_and_types(
    kit: Any, query: tuple[str, ...], style: str, size: str, position: str
) -> None:
    """limit/offset, pages, cursors, in the spellings that are in use."""
    declared = {name.partition(":")[0]: TEXT if name.endswith(":s") else INT for name in query}
    paging = binding(kit, declared).paging
    assert (paging.style, paging.size, paging.position) == (style, size, position)


def test_a_cursor_may_page_backwards(kit: Any) -> None:
    """Stripe's `ending_before`."""
    paging = binding(kit, {"limit": INT, "starting_after": TEXT, "ending_before": TEXT}).paging
    assert paging.backwards == "ending_before"


def test_times_are_no_cursors(kit: Any) -> None:
    """`before` and `after` that are dates filter instead."""
    found = binding(kit, {"limit": INT, "before": TIME, "since": TIME}, created_at=TIME)
    assert found.paging.style == "offset"
    assert {(f.parameter, f.fields, f.match) for f in found.filters} == {
        ("before", ("created_at",), Match.LESS),
        ("since", ("created_at",), Match.AT_LEAST),
    }


@pytest.mark.parametrize(
    ("size", "default", "most"),
    [
        ({"schema": {"type": "integer", "default": 25, "maximum": 100}}, 25, 100),
        ({"schema": INT, "description": "How many; defaults to 20, maximum 50."}, 20, 50),
        (
            {"schema": INT, "description": "Limit can range between 1 and 100, and the default is 10."},
            10,
            100,
        ),
        ({"schema": {"type": "integer", "exclusiveMaximum": 101}}, None, 100),
        ({"schema": INT}, None, None),
    ],
)
def test_sizes_are_bounded_as_declared_or_described(
    kit: Any, size: dict[str, Any], default: int | None, most: int | None
) -> None:
    """Defaults and maxima come from the schema, or from the words that describe them."""
    paging = binding(kit, {"limit": size, "offset": INT}).paging
    assert (paging.default_size, paging.max_size) == (default, most)


@pytest.mark.parametrize(
    ("page", "first"),
    [
        (INT, 1),
        ({"type": "integer", "default": 0}, 0),
        ({"type": "integer", "minimum": 0}, 0),
        ({"type": "integer", "minimum": 1}, 1),
        ({"schema": INT, "description": "Zero-based page index (0..N)"}, 0),
    ],
)
def test_the_first_page_is_zero_where_it_says_so(kit: Any, page: dict[str, Any], first: int) -> None:
    """Spring counts pages from zero."""
    assert binding(kit, {"page": page, "size": INT}).paging.first_page == first


def test_sorting_knows_fields_directions_and_words(kit: Any) -> None:
    """`sort` with `order`, enumerated values that name fields in their own way."""
    values = {"type": "string", "enum": ["created", "name", "newest", "name_desc", "popularity"]}
    sorting = binding(
        kit, {"sort": values, "order": {"type": "string", "enum": ["asc", "desc"]}}, created_at=TIME
    ).sorting
    assert (sorting.parameter, sorting.direction) == ("sort", "order")
    assert sorting.fields == {"created": "created_at", "newest": "-created_at", "name_desc": "-name"}


@pytest.mark.parametrize("name", ["sort", "sort_by", "sortBy", "order_by", "orderBy", "ordering", "$orderby"])
def test_sorting_has_many_names(kit: Any, name: str) -> None:
    """The parameter is found in all of them."""
    assert binding(kit, {name: TEXT}).sorting.parameter == name


def test_a_direction_alone_turns_the_order_of_creation(kit: Any) -> None:
    """Twilio's `Order`."""
    sorting = binding(kit, {"Order": {"type": "string", "enum": ["asc", "desc"]}}).sorting
    assert (sorting.parameter, sorting.direction) == ("", "Order")


@pytest.mark.parametrize("name", ["q", "query", "search", "keyword", "searchTerm", "$search"])
def test_a_search_looks_through_the_texts(kit: Any, name: str) -> None:
    """Names, descriptions and the like; not ids, times, links or enumerations."""
    found = binding(
        kit,
        {name: TEXT},
        description=TEXT,
        status={"type": "string", "enum": ["a"]},
        created_at=TIME,
        url={"type": "string", "format": "uri"},
        count=INT,
    )
    (search,) = found.filters
    assert (search.fields, search.match) == (("name", "description"), Match.CONTAINS)
    assert found.search == (name,)


STATUS = {"type": "string", "enum": ["open", "closed"]}


@pytest.mark.parametrize(
    ("parameter", "schema", "properties", "field", "match"),
    [
        ("status", TEXT, {"status": STATUS}, "status", Match.EXACT),
        ("status", {"type": "array", "items": STATUS}, {"status": STATUS}, "status", Match.ANY_OF),
        ("statuses", {"type": "array", "items": TEXT}, {"status": STATUS}, "status", Match.ANY_OF),
        ("customerId", TEXT, {"customer_id": TEXT}, "customer_id", Match.EXACT),
        ("customer-id", TEXT, {"customerId": TEXT}, "customerId", Match.EXACT),
        ("filter[status]", TEXT, {"status": STATUS}, "status", Match.EXACT),
        ("filter.status", TEXT, {"status": STATUS}, "status", Match.EXACT),
        ("ids", TEXT, {}, "id", Match.ANY_OF),
        ("minPrice", {"type": "number"}, {"price": {"type": "number"}}, "price", Match.AT_LEAST),
        ("max_price", {"type": "number"}, {"price": {"type": "number"}}, "price", Match.AT_MOST),
        ("price_gte", INT, {"price": {"type": "number"}}, "price", Match.AT_LEAST),
        ("price__lt", INT, {"price": {"type": "number"}}, "price", Match.LESS),
        ("price[gt]", INT, {"price": {"type": "number"}}, "price", Match.GREATER),
        ("createdAfter", TIME, {"createdAt": TIME}, "createdAt", Match.GREATER),
        ("created_before", TIME, {"created_at": TIME}, "created_at", Match.LESS),
        ("updatedSince", TIME, {"updated_at": TIME}, "updated_at", Match.AT_LEAST),
        ("startDate", DATE, {"date": DATE}, "date", Match.AT_LEAST),
        ("owner", TEXT, {"owner": {"type": "object", "properties": {"id": TEXT}}}, "owner/id", Match.EXACT),
        ("name_contains", TEXT, {}, "name", Match.CONTAINS),
        ("status__in", TEXT, {"status": STATUS}, "status", Match.ANY_OF),
        ("archived", BOOL, {"archived": BOOL}, "archived", Match.EXACT),
        ("tag", TEXT, {"tag": {"type": "array", "items": TEXT}}, "tag", Match.EXACT),
    ],
)
def test_filters_find_their_field(
    kit: Any, parameter: str, schema: Any, properties: dict[str, Any], field: str, match: Match
) -> None:
    """Equal, in a list, at least, before ... in whatever spelling, only where the property exists."""
    found = binding(kit, {parameter: schema}, **properties).filters
    assert [(f.parameter, f.fields, f.match) for f in found] == [(parameter, (field,), match)]


@pytest.mark.parametrize(
    ("parameter", "schema", "properties"),
    [
        ("colour", TEXT, {}),
        ("fields", TEXT, {}),
        ("expand", {"type": "array", "items": TEXT}, {}),
        ("status", BOOL, {"status": STATUS}),
        ("kind", {"type": "string", "enum": ["x", "y"]}, {"kind": {"type": "string", "enum": ["a", "b"]}}),
        ("max_name", TEXT, {}),
    ],
)
def test_parameters_without_a_fitting_property_select_nothing(
    kit: Any, parameter: str, schema: Any, properties: dict[str, Any]
) -> None:
    """No filter is better than a wrong one."""
    assert binding(kit, {parameter: schema}, **properties).filters == ()


def test_a_description_may_ask_for_part_of_a_text(kit: Any) -> None:
    """`name`: "names that contain this"."""
    (found,) = binding(
        kit, {"name": {"schema": TEXT, "description": "Things whose name contains this text"}}
    ).filters
    assert found.match is Match.CONTAINS


def test_a_word_may_mean_everything(kit: Any) -> None:
    """`state=all` is no value of the property: it selects everything."""
    values = {"type": "string", "enum": ["open", "closed", "all"], "default": "open"}
    (found,) = binding(kit, {"state": values}, state=STATUS).filters
    assert found.everything == ("all",)


def test_objects_of_conditions_are_taken_apart(kit: Any) -> None:
    """Stripe's `created[gte]`, JSON:API's `filter`, as deep objects."""
    ranges = {"anyOf": [{"type": "object", "properties": {"gte": INT, "lt": INT}}, INT]}
    wanted = {"type": "object", "properties": {"name": TEXT, "unknown": TEXT}}
    found = binding(kit, {"created": ranges, "filter": wanted}, created=INT).filters
    assert {(f.parameter, f.inside, f.fields, f.match) for f in found} == {
        ("created", ("gte",), ("created",), Match.AT_LEAST),
        ("created", ("lt",), ("created",), Match.LESS),
        ("created", (), ("created",), Match.EXACT),
        ("filter", ("name",), ("name",), Match.EXACT),
    }


def test_filtered_fields_are_indexed(kit: Any) -> None:
    """What clients select by must not cost a scan."""
    thing = kit.ref("Thing")
    paths = {
        "/things": {"get": kit.op(kit.many(thing), query={"status": TEXT, "name": TEXT})},
        "/things/{id}": {"get": kit.op(thing)},
    }
    m = kit.read(paths, {"Thing": kit.record("id", "name", "status")})
    assert m.resource("things").indexes == ("status", "name")

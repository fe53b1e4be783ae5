"""`x-double` hints are honoured, and wrong ones are told with file, pointer and line."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from apidouble.errors import ProjectError
from apidouble.model.hints import published_schema
from apidouble.model.resource import Match, Paging, Verb

TEXT = {"type": "string"}


def paths(kit: Any, hints: dict[str, Any] | None = None) -> dict[str, Any]:
    thing = kit.ref("Thing")
    body = kit.record("note", rows=kit.many(thing), sum={"type": "integer"})
    listed = kit.op(body, query={"limit": {"type": "integer"}, "text": TEXT, "by": TEXT})
    nodes = {
        "/things": {"get": listed, "post": kit.op(thing, thing, status=201)},
        "/things/{id}": {"get": kit.op(thing), "put": kit.op(thing, thing), "delete": kit.op(status=204)},
        "/things/{id}/archive": {"post": kit.op(status=204)},
        "/other/things": {"get": kit.op(kit.many(thing))},
    }
    for place, hint in (hints or {}).items():
        method, path = place.split()
        nodes[path][method]["x-double"] = hint
    return nodes


SCHEMA = ("id", "code", "name", "size", "made_at")


def read(kit: Any, nodes: dict[str, Any], root: Any = None) -> Any:
    more = {"x-double": root} if root is not None else {}
    return kit.read(nodes, {"Thing": kit.record(*SCHEMA)}, **more)


def fault(kit: Any, nodes: dict[str, Any], root: Any = None) -> Any:
    with pytest.raises(ProjectError) as caught:
        read(kit, nodes, root)
    return caught.value.findings


def test_a_collection_is_corrected_at_the_root(kit: Any) -> None:
    """Key, unique fields, times, references, defaults, indexes, how many to seed."""
    root = {
        "resources": {
            "things": {
                "key": "code",
                "unique": ["name"],
                "created": ["made_at"],
                "updated": [],
                "references": {"size": "things"},
                "defaults": {"name": "x"},
                "indexes": ["size"],
                "generated": ["code"],
                "write-only": ["size"],
                "seeded": 3,
            }
        }
    }
    things = read(kit, paths(kit), root).resource("things")
    assert (things.key, things.unique, things.created, things.seeded) == ("code", ("name",), ("made_at",), 3)
    assert things.references == {"size": "things"}
    assert things.defaults == {"name": "x"}
    assert "size" in things.indexes
    assert things.generated == ("code",)
    assert things.write_only == ("size",)


def test_an_operation_is_corrected_where_it_stands(kit: Any) -> None:
    """Resource, verb, envelope, what it sets, its status."""
    hints = {
        "get /things": {"resource": "widgets", "envelope": {"records": "/rows", "total": "/sum"}},
        "put /things/{id}": {"verb": "update"},
        "post /things/{id}/archive": {"verb": "action", "sets": {"size": "0"}},
    }
    m = read(kit, paths(kit, hints))
    assert m("GET /things").resource == "widgets"
    assert m("GET /things").envelope.records == ("rows",)
    assert m("GET /things").envelope.total == ("sum",)
    assert m("PUT /things/{id}").verb is Verb.UPDATE
    assert m("POST /things/{id}/archive").sets == {"size": "0"}
    assert m("POST /things/{id}/archive").resource == "widgets"
    assert "widgets" in m.model.resources
    assert "things" not in m.model.resources


def test_a_pointer_to_the_whole_body_is_empty(kit: Any) -> None:
    """`records: ""` is a bare array."""
    m = read(kit, paths(kit, {"get /other/things": {"envelope": {"records": ""}}}))
    assert m("GET /other/things").envelope.records == ()


def test_static_stops_what_was_inferred(kit: Any) -> None:
    """`verb: static` answers from examples."""
    m = read(kit, paths(kit, {"get /things": {"verb": "static"}}))
    assert (m("GET /things").verb, m("GET /things").resource) == (Verb.STATIC, "")


def test_paging_and_sorting_are_given_by_their_members(kit: Any) -> None:
    """The words are those of `Paging` and `Sorting`."""
    hint = {
        "paging": {"style": "page", "size": "limit", "position": "by", "first_page": 0},
        "sorting": {"parameter": "text", "fields": {"big": "-size"}},
    }
    binding = read(kit, paths(kit, {"get /things": hint}))("GET /things")
    assert binding.paging == Paging("page", "limit", "by", first_page=0)
    assert binding.sorting.fields == {"big": "-size"}


def test_a_parameter_says_what_it_selects(kit: Any) -> None:
    """`filter` with `match`; `ignore` takes one out."""
    nodes = paths(kit)
    for parameter in nodes["/things"]["get"]["parameters"]:
        if parameter["name"] == "text":
            parameter["x-double"] = {"filter": ["name", "code"], "match": "contains"}
        if parameter["name"] == "by":
            parameter["x-double"] = {"filter": "size", "match": "at-least"}
        if parameter["name"] == "limit":
            parameter["x-double"] = {"ignore": True}
    binding = read(kit, nodes)("GET /things")
    assert [(f.parameter, f.fields, f.match) for f in binding.filters] == [
        ("text", ("name", "code"), Match.CONTAINS),
        ("by", ("size",), Match.AT_LEAST),
    ]
    assert binding.paging is None


def test_another_spelling_copies_its_target(kit: Any) -> None:
    """`same-as` gets the binding under its own id; `jsonp` may differ."""
    nodes = paths(kit)
    nodes["/things"]["get"]["operationId"] = "listThings"
    nodes["/things.jsonp"] = {"get": {**kit.op(kit.many(kit.ref("Thing"))), "operationId": "listThingsJsonp"}}
    nodes["/things.jsonp"]["get"]["x-double"] = {"same-as": "listThings", "jsonp": "always"}
    m = read(kit, nodes)
    copy = m.model.bindings["listThingsJsonp"]
    assert (copy.operation, copy.same_as, copy.jsonp_always) == ("listThingsJsonp", "listThings", True)
    assert copy.filters == m.model.bindings["listThings"].filters
    assert not m.model.bindings["listThings"].jsonp_always


def test_a_collection_may_have_only_hints(kit: Any) -> None:
    """A schema by pointer, for records that no plain path shows."""
    nodes = paths(kit)
    nodes["/who"] = {"get": kit.op(kit.record("name"))}
    nodes["/who"]["get"]["x-double"] = {"resource": "people", "verb": "action"}
    m = read(kit, nodes, {"resources": {"people": {"key": "^id", "schema": "/components/schemas/Thing"}}})
    assert (m("GET /who").verb, m("GET /who").resource) == (Verb.ACTION, "people")
    assert m.resource("people").schema_name == "Thing"


def test_an_unknown_key_is_told_with_what_was_probably_meant(kit: Any) -> None:
    """File, pointer, line, the known words, a suggestion."""
    (found,) = fault(kit, paths(kit), {"resources": {"things": {"uniqe": ["name"]}}})
    assert found.pointer == "/x-double/resources/things"
    assert found.file.endswith("api.json")
    assert found.line is not None
    assert "unique" in found.expected
    assert found.advice == "Did you mean `unique`?"


@pytest.mark.parametrize(
    ("hint", "pointer", "advice"),
    [
        ({"verb": "lst"}, "/verb", "Did you mean `list`?"),
        ({"envelope": {"record": "rows"}}, "/envelope/record", ""),
        ({"envelope": {"records": "/row"}}, "/envelope/records", "Did you mean `rows`?"),
        ({"key": "lmit"}, "/key", "Did you mean `limit`?"),
        ({"success": 202}, "/success", ""),
        ({"resource": "thngs"}, "/resource", ""),
        ({"paging": {"style": "page", "size": "limt"}}, "/paging/size", "Did you mean `limit`?"),
        ({"sorting": {"parameter": "txt"}}, "/sorting/parameter", "Did you mean `text`?"),
        ({"sets": {"sizes": 1}}, "/sets/sizes", "Did you mean `size`?"),
        ({"body": "/data"}, "/body", ""),
    ],
)
def test_a_wrong_hint_is_an_error_at_its_place(kit: Any, hint: Any, pointer: str, advice: str) -> None:
    """What does not exist is never passed over in silence."""
    if "resource" in hint:
        nodes = paths(kit)
        nodes["/alone"] = {"get": {**kit.op(), "x-double": hint}}
        where = "/paths/~1alone/get"
    elif "body" in hint:
        nodes = paths(kit, {"post /things": hint})
        where = "/paths/~1things/post"
    else:
        nodes = paths(kit, {"get /things": hint})
        where = "/paths/~1things/get"
    found = [one for one in fault(kit, nodes) if one.pointer == f"{where}/x-double{pointer}"]
    assert found, "the fault is told where the hint stands"
    assert advice in found[0].advice


@pytest.mark.parametrize(
    ("hint", "pointer", "advice"),
    [
        ({"things": {"key": "cod"}}, "/things/key", "Did you mean `code`?"),
        ({"things": {"references": {"size": "thing"}}}, "/things/references/size", "Did you mean `things`?"),
        ({"thngs": {"key": "id"}}, "/thngs", "Did you mean `things`?"),
        ({"things": {"schema": "/components/schemas/Thin"}}, "/things/schema", ""),
        ({"things": {"parents": {"owner": "^owner"}}}, "/things/parents/owner", ""),
    ],
)
def test_a_wrong_collection_hint_is_an_error(kit: Any, hint: Any, pointer: str, advice: str) -> None:
    """Fields, collections and pointers of root hints must exist."""
    found = [one for one in fault(kit, paths(kit), {"resources": hint}) if one.pointer.endswith(pointer)]
    assert found
    assert advice in found[0].advice


def test_an_unknown_operation_or_parameter_word_is_an_error(kit: Any) -> None:
    """`same-as` needs an operation; `match` and `filter` known words and fields."""
    nodes = paths(kit)
    nodes["/x"] = {"get": {**kit.op(), "x-double": {"same-as": "nothing"}}}
    assert fault(kit, nodes)[0].pointer == "/paths/~1x/get/x-double/same-as"
    nodes = paths(kit)
    nodes["/things"]["get"]["parameters"][1]["x-double"] = {"match": "almost"}
    (found,) = fault(kit, nodes)
    assert found.pointer == "/paths/~1things/get/parameters/1/x-double/match"
    nodes["/things"]["get"]["parameters"][1]["x-double"] = {"filter": "nam"}
    (found,) = fault(kit, nodes)
    assert (found.pointer, found.advice) == (
        "/paths/~1things/get/parameters/1/x-double/filter",
        "Did you mean `name`?",
    )


def test_the_published_schema_is_a_schema() -> None:
    """It is valid JSON Schema and says what each hint means."""
    schema = published_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for place in ("operation", "resource", "parameter"):
        for name, node in schema["$defs"][place]["properties"].items():
            assert "description" in node or "$ref" in node or name in {"paging", "sorting", "scoped"}, name
    assert json.loads(json.dumps(schema)) == schema

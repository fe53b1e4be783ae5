"""Paths and operations: what is broken is repaired or left out, and told."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
Broken = Callable[[Document], list[str]]
OK = {"200": {"description": "ok"}}


def document(paths: Any, version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **more}


def operation(**more: Any) -> dict[str, Any]:
    return {"responses": OK, **more}


def parameter(name: str, location: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": {"type": "string"}, **more}


def test_shared_parameters_are_merged_into_each_operation(read: Read, broken: Broken) -> None:
    """The operation's own come first and win; references are compared by what they lead to."""
    found = read(
        document(
            {
                "/a/{id}": {
                    "parameters": [
                        parameter("id", "path", required=True),
                        {"$ref": "#/components/parameters/q"},
                        parameter("r"),
                    ],
                    "get": operation(
                        parameters=[parameter("q", description="own"), parameter("r", "header")]
                    ),
                    "put": operation(),
                }
            },
            components={"parameters": {"q": parameter("q")}},
        )
    )
    assert found.findings == []
    assert broken(found) == []
    item = found.root["paths"]["/a/{id}"]
    assert "parameters" not in item
    shown = [
        (p["name"], p["in"], p.get("description")) for p in map(found.resolve, item["get"]["parameters"])
    ]
    assert shown == [("q", "query", "own"), ("r", "header", None), ("id", "path", None), ("r", "query", None)]
    assert [found.resolve(p)["name"] for p in item["put"]["parameters"]] == ["id", "q", "r"]


@pytest.mark.parametrize(
    ("path", "parameters", "names", "told"),
    [
        ("/a/{id}", [], ["id"], "not declared"),
        ("/a/{id}", [parameter("id", "path")], ["id"], None),
        ("/a/{userId}", [parameter("user_id", "path", required=True)], ["userId"], "is 'userId' in the path"),
        ("/a/{id}", [parameter("key", "path", required=True)], ["id"], "is 'id' in the path"),
        ("/a", [parameter("id", "path", required=True)], [], "has no {id}"),
        ("/a/{x}/{y}", [parameter("z", "path", required=True)], ["x", "y"], "not declared"),
        ("/a/{id}", [parameter("id", "Path", required=True)], ["id"], None),
        ("/a/{id}", [parameter("id", "url", required=True)], ["id"], "read as path"),
        ("/a/{id}", [parameter("id", "path", required=False)], ["id"], "always required"),
    ],
)  # fmt: skip
def test_path_parameters_are_what_the_template_names(
    read: Read, broken: Broken, path: str, parameters: list[Any], names: list[str], told: str | None
) -> None:
    """Missing ones are added, other spellings renamed, the rest left out."""
    found = read(document({path: {"get": operation(parameters=parameters)}}))
    made = [p["name"] for p in found.root["paths"][path]["get"].get("parameters", []) if p["in"] == "path"]
    assert sorted(made) == sorted(names)
    assert broken(found) == []
    assert any(told in finding.message for finding in found.findings) if told else not found.findings


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ([parameter("a"), parameter("a")], ["a"]),
        ([parameter("a", "nowhere"), parameter("b")], ["b"]),
        ([{"in": "query", "schema": {}}, parameter("b")], ["b"]),
        ([None, "text", {"$ref": "#/nowhere"}, parameter("b")], ["b"]),
        ([{"name": "b", "in": "query"}], ["b"]),
        ({"b": {"in": "query", "schema": {}}}, ["b"]),
        ("text", []),
    ],
)
def test_parameters_that_cannot_be_used_are_left_out(
    read: Read, broken: Broken, parameters: Any, names: list[str]
) -> None:
    """The others are served, and somebody is told."""
    found = read(document({"/a": {"get": operation(parameters=parameters)}}))
    assert [p["name"] for p in found.root["paths"]["/a"]["get"].get("parameters", [])] == names
    assert found.findings
    assert broken(found) == []


def test_swagger_parameters_in_a_later_document_are_understood(read: Read, broken: Broken) -> None:
    """A type without schema, a body, a form: converted documents are full of them."""
    found = read(
        document(
            {
                "/a": {
                    "get": operation(
                        parameters=[{"name": "q", "in": "query", "type": "array", "items": {"type": "int"}}]
                    ),
                    "post": operation(
                        parameters=[
                            {"name": "b", "in": "body", "required": True, "schema": {"type": "object"}}
                        ]
                    ),
                    "put": operation(
                        parameters=[{"name": "f", "in": "formData", "type": "file", "required": True}]
                    ),
                }
            }
        )
    )
    item = found.root["paths"]["/a"]
    assert item["get"]["parameters"][0]["schema"] == {"type": "array", "items": {"type": "integer"}}
    assert item["post"]["requestBody"] == {
        "content": {"application/json": {"schema": {"type": "object"}}},
        "required": True,
    }
    form = item["put"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form == {
        "type": "object",
        "properties": {"f": {"type": "string", "format": "binary"}},
        "required": ["f"],
    }
    assert broken(found) == []
    assert len(found.findings) >= 3


def test_operation_ids_are_unique(read: Read) -> None:
    """The first keeps its name; the others are told theirs."""
    found = read(
        document(
            {f"/{name}": {"get": operation(operationId="same")} for name in "abc"}
            | {"/d": {"get": operation(operationId=7)}}
        )
    )
    ids = [item["get"]["operationId"] for item in found.root["paths"].values()]
    assert ids == ["same", "same_2", "same_3", "7"]
    lines = Path(found.source).read_text().splitlines()
    assert [finding.pointer for finding in found.findings] == [
        "/paths/~1b/get/operationId",
        "/paths/~1c/get/operationId",
    ]
    assert [lines[(finding.line or 0) - 1].strip() for finding in found.findings] == ["operationId: same"] * 2


@pytest.mark.parametrize(
    ("responses", "statuses"),
    [
        ({200: {"description": ""}}, ["200"]),
        ({"2xx": {"description": ""}, "default": {}}, ["2XX", "default"]),
        ({"200 OK": {}}, ["200"]),
        ({"*": {}}, ["default"]),
        ({"ok": {}, "201": {}}, ["201"]),
        ({"200": None}, ["200"]),
        ({"200": "text", "201": {}}, ["201"]),
        ({"200": {"$ref": "#/nowhere"}}, ["200"]),
        ({"x-note": "text", "204": {}}, ["204"]),
        ({}, ["default"]),
        (None, ["default"]),
        ([], ["default"]),
    ],
)
def test_every_operation_has_responses_with_real_statuses(
    read: Read, broken: Broken, responses: Any, statuses: list[str]
) -> None:
    """Whatever was written there."""
    found = read(document({"/a": {"get": {"responses": responses}}}))
    made = found.root["paths"]["/a"]["get"]["responses"]
    assert list(made) == statuses
    assert all(isinstance(response.get("description"), str) or response == {} for response in made.values())
    assert broken(found) == []


@pytest.mark.parametrize(
    ("response", "schema"),
    [
        ({"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}),
        ({"description": "", "schema": {"type": "string"}}, {"type": "string"}),
        ({"description": "", "content": {"application/json": {"$ref": "#/components/schemas/A"}}}, {"$ref": "#/components/schemas/A"}),
        ({"description": "", "content": {"application/json": {"type": "string"}}}, {"type": "string"}),
        ({"description": "", "content": {"application/json": {"schema": "string"}}}, {"type": "string"}),
    ],
)  # fmt: skip
def test_a_schema_in_the_wrong_place_is_taken_as_the_schema(
    read: Read, broken: Broken, response: Any, schema: Any
) -> None:
    """Where a response or a media type belongs."""
    found = read(
        document(
            {"/a": {"get": {"responses": {"200": response}}}},
            components={"schemas": {"A": {"type": "object"}}},
        )
    )
    assert found.root["paths"]["/a"]["get"]["responses"]["200"]["content"] == {
        "application/json": {"schema": schema}
    }
    assert len(found.findings) == 1
    assert broken(found) == []


def test_paths_that_differ_in_what_no_server_sees_are_served_once(read: Read, broken: Broken) -> None:
    """Fragment, query, names of parameters: the first operation of each method, the others told."""
    found = read(
        document(
            {
                "/a#one": {"get": operation(operationId="one")},
                "/a#two": {"get": operation(operationId="two"), "post": operation(operationId="three")},
                "/a?b=c": {"get": operation(operationId="four"), "put": operation(operationId="five")},
                "/p/{x}": {
                    "get": operation(operationId="six", parameters=[parameter("x", "path", required=True)])
                },
                "/p/{y}": {
                    "get": operation(operationId="seven", parameters=[parameter("y", "path", required=True)])
                },
                "no/slash": {"get": operation(operationId="eight")},
            }
        )
    )
    served = {
        f"{method} {path}": node["operationId"]
        for path, item in found.root["paths"].items()
        for method, node in item.items()
    }
    assert served == {
        "get /a": "one",
        "post /a": "three",
        "put /a": "five",
        "get /p/{x}": "six",
        "get /no/slash": "eight",
    }
    told = [
        finding.message.split(" cannot")[0]
        for finding in found.findings
        if "cannot be told" in finding.message
    ]
    assert told == ["GET /a#two", "GET /a?b=c", "GET /p/{y}"]
    assert broken(found) == []


def test_what_is_no_path_item_or_operation_is_left_out(read: Read, broken: Broken) -> None:
    """Extensions without a word."""
    found = read(
        document(
            {
                "x-note": 1,
                "/a": None,
                "/b": "text",
                "/c": {"get": "text", "GET": operation(), "POST": operation(), "put": None, "x-y": 1},
            }
        )
    )
    assert {path: sorted(item) for path, item in found.root["paths"].items()} == {
        "/c": ["post", "put", "x-y"]
    }
    assert broken(found) == []


def test_a_path_item_may_be_a_reference(read: Read, broken: Broken) -> None:
    """To another path, to a component, in a ring; its own members win."""
    found = read(
        document(
            {
                "/a": {"get": operation(operationId="a")},
                "/b": {"$ref": "#/paths/~1a", "put": operation(operationId="b")},
                "/c": {"$ref": "#/components/pathItems/C"},
                "/d": {"$ref": "#/paths/~1e"},
                "/e": {"$ref": "#/paths/~1d", "get": operation(operationId="e")},
                "/f": {"$ref": "#/paths/~1nowhere"},
            },
            components={
                "pathItems": {"C": {"parameters": [parameter("q")], "get": operation(operationId="c")}}
            },
        )
    )
    paths = found.root["paths"]
    assert {path: sorted(item) for path, item in paths.items()} == {
        "/a": ["get"], "/b": ["get", "put"], "/c": ["get"], "/d": ["get"], "/e": ["get"], "/f": [],
    }  # fmt: skip
    assert paths["/c"]["get"]["parameters"] == [parameter("q")]
    assert broken(found) == []
    assert paths["/a"]["get"]["operationId"] == "a"
    assert paths["/b"]["get"]["operationId"] == "a_2"


def test_references_into_other_paths_work_wherever_they_point(read: Read, broken: Broken) -> None:
    """Parameters, bodies, responses, schemas; percent-encoded or not."""
    found = read(
        document(
            {
                "/a/{id}": {
                    "put": {
                        "parameters": [parameter("drop", "nowhere"), parameter("id", "path", required=True)],
                        "requestBody": {
                            "content": {"application/json": {"schema": {"type": "object", "title": "it"}}}
                        },
                        "responses": {"200": {"description": "same"}},
                    }
                },
                "/b/{id}": {
                    "put": {
                        "parameters": [{"$ref": "#/paths/~1a~1%7Bid%7D/put/parameters/1"}],
                        "requestBody": {"$ref": "#/paths/~1a~1{id}/put/requestBody"},
                        "responses": {
                            "200": {"$ref": "#/paths/~1a~1%7Bid%7D/put/responses/200"},
                            "201": {
                                "description": "",
                                "content": {
                                    "application/json": {
                                        "schema": {
                                            "$ref": "#/paths/~1a~1{id}/put/requestBody/content/application~1json/schema"
                                        }
                                    }
                                },
                            },
                        },
                    }
                },
            }
        )
    )
    assert broken(found) == []
    made = found.root["paths"]["/b/{id}"]["put"]
    assert found.resolve(made["parameters"][0])["name"] == "id"
    assert found.resolve(made["requestBody"])["content"]["application/json"]["schema"]["title"] == "it"
    assert found.resolve(made["responses"]["200"])["description"] == "same"
    assert found.resolve(made["responses"]["201"]["content"]["application/json"]["schema"])["title"] == "it"


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ([{"key": []}], [{"key": []}]),
        ([], []),
        ({"key": []}, [{"key": []}]),
        ([{"key": None}], [{"key": []}]),
        (["key"], [{"key": []}]),
        ([{"unknown": ["s"]}], [{"unknown": ["s"]}]),
        ([{}], [{}]),
        ([3], None),
        ("key", None),
    ],
)
def test_security_is_a_list_of_requirements(read: Read, security: Any, expected: Any) -> None:
    """An undeclared scheme is kept and told; an empty list is a decision."""
    found = read(
        document(
            {"/a": {"get": operation(security=security)}},
            components={
                "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}, "bad": None}
            },
        )
    )
    assert found.root["paths"]["/a"]["get"].get("security") == expected
    assert list(found.root["components"]["securitySchemes"]) == ["key"]
    assert bool(found.findings) == (security not in ([{"key": []}], [], [{}], [{"key": None}]))


@pytest.mark.parametrize("document_", [
    {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "webhooks": {"w": {"post": {"requestBody": {"content": {}}}}}},
    {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "components": {"schemas": {}}},
    {"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": None},
])  # fmt: skip
def test_a_document_without_paths_is_served_empty(
    read: Read, broken: Broken, document_: dict[str, Any]
) -> None:
    """Webhooks only, components only, or forgotten."""
    found = read(document_)
    assert found.root["paths"] == {}
    assert broken(found) == []
    assert bool(found.findings) == (document_["openapi"] == "3.0.0")


def test_openapi_3_2_is_read_where_it_costs_little(read: Read, broken: Broken) -> None:
    """The QUERY method, further methods, references to media types, `itemSchema`."""
    found = read(
        document(
            {
                "/a": {
                    "parameters": [parameter("q")],
                    "query": operation(
                        requestBody={"content": {"application/json": {"$ref": "#/components/mediaTypes/M"}}}
                    ),
                    "additionalOperations": {"COPY": operation()},
                }
            },
            version="3.2.0",
            components={"mediaTypes": {"M": {"schema": {"type": "string"}, "itemSchema": {"type": "any"}}}},
        )
    )
    item = found.root["paths"]["/a"]
    assert (
        item["query"]["parameters"] == item["additionalOperations"]["COPY"]["parameters"] == [parameter("q")]
    )
    assert item["query"]["requestBody"]["content"]["application/json"] == {
        "schema": {"type": "string"},
        "itemSchema": {},
    }
    assert broken(found) == []


def test_callbacks_may_refer_to_paths_in_circles(read: Read, broken: Broken) -> None:
    """They are kept as references: a tree without end cannot be written down."""
    found = read(
        document(
            {"/a": {"post": operation(callbacks={"done": {"{$request.body#/url}": {"$ref": "#/paths/~1a"}}})}}
        )
    )
    callback = found.root["paths"]["/a"]["post"]["callbacks"]["done"]["{$request.body#/url}"]
    assert found.resolve(callback)["post"]["responses"] == OK
    assert broken(found) == []


def test_examples_take_their_one_form(read: Read) -> None:
    """Named objects with values; lists and bare values are read as such."""
    media = {
        "examples": {
            "a": {"value": 1},
            "b": {"id": 2},
            "c": 3,
            "d": {"$ref": "#/components/examples/D"},
            "e": {"$ref": "#/nowhere"},
        }
    }
    listed = {"examples": [1, 2]}
    found = read(
        document(
            {
                "/a": {
                    "get": {
                        "responses": {
                            "200": {
                                "description": "",
                                "content": {"application/json": media, "text/plain": listed},
                            }
                        }
                    }
                }
            },
            components={"examples": {"D": {"dataValue": 4}}},
        )
    )
    content = found.root["paths"]["/a"]["get"]["responses"]["200"]["content"]
    values = {
        name: found.resolve(example)["value"]
        for name, example in content["application/json"]["examples"].items()
    }
    assert values == {"a": 1, "b": {"id": 2}, "c": 3, "d": 4}
    assert content["text/plain"]["examples"] == {"1": {"value": 1}, "2": {"value": 2}}


def test_many_findings_of_one_kind_are_counted(read: Read) -> None:
    """A thousand alike would hide the one that matters."""
    found = read(document({f"/p{number}": {"get": {}} for number in range(50)}))
    assert len(found.findings) == 11
    assert found.findings[-1].message.startswith("40 more like this")

"""Swagger 2.0 becomes the same internal form as later versions."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
Broken = Callable[[Document], list[str]]


def swagger(operation: dict[str, Any], path: str = "/a", **more: Any) -> dict[str, Any]:
    operation.setdefault("responses", {"200": {"description": "ok"}})
    return {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"post": operation}},
        **more,
    }


def post(found: Document, path: str = "/a") -> Any:
    assert found.version == "2.0"
    return found.root["paths"][path]["post"]


@pytest.mark.parametrize(
    ("given", "servers"),
    [
        ({"host": "api.example.com", "basePath": "/v1", "schemes": ["https", "http"]}, ["https://api.example.com/v1", "http://api.example.com/v1"]),
        ({"host": "api.example.com:8080"}, ["https://api.example.com:8080"]),
        ({"basePath": "/v1"}, ["/v1"]),
        ({"basePath": "v1"}, ["/v1"]),
        ({}, ["/"]),
        ({"host": "https://api.example.com/"}, ["https://api.example.com"]),
    ],
)  # fmt: skip
def test_host_base_path_and_schemes_become_servers(
    read: Read, given: dict[str, Any], servers: list[str]
) -> None:
    """What is missing is left relative."""
    found = read(swagger({}, **given))
    assert [server["url"] for server in found.root["servers"]] == servers


def test_a_body_takes_the_media_types_that_are_consumed(read: Read, broken: Broken) -> None:
    """The operation's own, else the document's, else JSON."""
    body = {
        "in": "body",
        "name": "x",
        "required": True,
        "description": "it",
        "schema": {"$ref": "#/definitions/A"},
    }
    definitions = {"A": {"type": "object"}}
    own = read(
        swagger({"parameters": [body], "consumes": ["application/xml", "text/json"]}, definitions=definitions)
    )
    assert list(post(own)["requestBody"]["content"]) == ["application/xml", "text/json"]
    shared = read(swagger({"parameters": [body]}, definitions=definitions, consumes=["application/xml"]))
    assert list(post(shared)["requestBody"]["content"]) == ["application/xml"]
    plain = read(swagger({"parameters": [body]}, definitions=definitions))
    assert post(plain)["requestBody"] == {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
        "required": True,
        "description": "it",
    }
    assert "parameters" not in post(plain) or post(plain)["parameters"] == []
    assert broken(plain) == broken(own) == broken(shared) == []


def test_form_parameters_become_one_object(read: Read, broken: Broken) -> None:
    """With names, required ones, descriptions, and how arrays are written."""
    parameters = [
        {
            "in": "formData",
            "name": "name",
            "type": "string",
            "required": True,
            "description": "who",
            "maxLength": 9,
        },
        {
            "in": "formData",
            "name": "tags",
            "type": "array",
            "items": {"type": "string"},
            "collectionFormat": "multi",
        },
        {"in": "formData", "name": "codes", "type": "array", "items": {"type": "integer"}},
        {"in": "query", "name": "q", "type": "boolean"},
    ]
    found = read(swagger({"parameters": parameters}))
    body = post(found)["requestBody"]
    assert body["required"] is True
    media = body["content"]["application/x-www-form-urlencoded"]
    assert media["schema"]["required"] == ["name"]
    assert media["schema"]["properties"]["name"] == {"type": "string", "maxLength": 9, "description": "who"}
    assert media["encoding"] == {
        "tags": {"style": "form", "explode": True},
        "codes": {"style": "form", "explode": False},
    }
    assert [parameter["name"] for parameter in post(found)["parameters"]] == ["q"]
    assert broken(found) == []


def test_a_file_makes_the_form_multipart(read: Read) -> None:
    """Whatever `consumes` says: nothing else can carry a file."""
    parameters = [
        {"in": "formData", "name": "upload", "type": "file"},
        {"in": "formData", "name": "n", "type": "integer"},
    ]
    found = read(swagger({"parameters": parameters, "consumes": ["application/x-www-form-urlencoded"]}))
    assert list(post(found)["requestBody"]["content"]) == ["multipart/form-data"]
    properties = post(found)["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert properties == {"upload": {"type": "string", "format": "binary"}, "n": {"type": "integer"}}
    assert "required" not in post(found)["requestBody"]
    assert found.findings == []


@pytest.mark.parametrize(
    ("location", "given", "style", "explode"),
    [
        ("query", None, "form", False), ("query", "csv", "form", False), ("query", "multi", "form", True),
        ("query", "ssv", "spaceDelimited", False), ("query", "pipes", "pipeDelimited", False),
        ("header", None, "simple", False), ("path", "csv", "simple", False),
    ],
)  # fmt: skip
def test_collection_formats_become_styles(
    read: Read, location: str, given: str | None, style: str, explode: bool
) -> None:
    """`csv` is the default everywhere."""
    parameter = {"in": location, "name": "x", "type": "array", "items": {"type": "string"}, "required": True}
    if given:
        parameter["collectionFormat"] = given
    found = read(swagger({"parameters": [parameter]}, path="/a/{x}" if location == "path" else "/a"))
    (made,) = post(found, "/a/{x}" if location == "path" else "/a")["parameters"]
    assert (made["style"], made["explode"]) == (style, explode)
    assert made["schema"] == {"type": "array", "items": {"type": "string"}}


def test_tab_separated_values_have_no_successor(read: Read) -> None:
    """OpenAPI 3 dropped them; that is told."""
    parameter = {
        "in": "query",
        "name": "x",
        "type": "array",
        "items": {"type": "string"},
        "collectionFormat": "tsv",
    }
    assert "tsv" in read(swagger({"parameters": [parameter]})).findings[0].message


def test_responses_take_the_media_types_that_are_produced(read: Read, broken: Broken) -> None:
    """With their examples by media type, and headers with schemas."""
    responses = {
        "200": {
            "description": "ok",
            "schema": {"type": "object", "x-nullable": True},
            "examples": {"application/json": {"a": 1}, "text/csv": "a,b"},
            "headers": {"X-Rate": {"type": "integer", "description": "left"}},
        },
        "204": {"description": "nothing"},
    }
    found = read(swagger({"responses": responses, "produces": ["application/json", "application/xml"]}))
    made = post(found)["responses"]
    assert made["200"]["content"] == {
        "application/json": {"schema": {"type": ["object", "null"]}, "example": {"a": 1}},
        "application/xml": {"schema": {"type": ["object", "null"]}},
        "text/csv": {"schema": {"type": ["object", "null"]}, "example": "a,b"},
    }
    assert made["200"]["headers"] == {"X-Rate": {"description": "left", "schema": {"type": "integer"}}}
    assert made["204"] == {"description": "nothing"}
    assert broken(found) == []


def test_a_file_is_a_binary_answer(read: Read) -> None:
    """Of no known type, if none is named."""
    found = read(swagger({"responses": {"200": {"description": "", "schema": {"type": "file"}}}}))
    assert post(found)["responses"]["200"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
    assert found.findings == []


def test_shared_parameters_and_responses_are_found_where_they_belong_now(read: Read, broken: Broken) -> None:
    """Body and form parameters become request bodies, the others stay parameters."""
    found = read(
        swagger(
            {
                "parameters": [{"$ref": "#/parameters/Limit"}, {"$ref": "#/parameters/Body"}],
                "responses": {"200": {"$ref": "#/responses/Ok"}, "404": {"$ref": "#/responses/Gone"}},
                "produces": ["text/plain"],
            },
            parameters={
                "Limit": {"in": "query", "name": "limit", "type": "integer", "default": 3},
                "Body": {"in": "body", "name": "b", "schema": {"type": "string"}},
            },
            responses={
                "Ok": {"description": "ok", "schema": {"type": "string"}},
                "Gone": {"description": "gone"},
            },
            produces=["application/json"],
        )
    )
    operation = post(found)
    assert operation["parameters"] == [{"$ref": "#/components/parameters/Limit"}]
    assert found.resolve(operation["parameters"][0]) == {
        "in": "query",
        "name": "limit",
        "schema": {"type": "integer", "default": 3},
    }
    assert operation["requestBody"]["content"] == {"application/json": {"schema": {"type": "string"}}}
    assert list(found.resolve(operation["responses"]["200"])["content"]) == ["text/plain"]
    assert operation["responses"]["404"] == {"$ref": "#/components/responses/Gone"}
    assert broken(found) == []


def test_path_level_body_parameters_reach_every_operation(read: Read) -> None:
    """Swagger lets a path share them, too."""
    document = swagger({})
    document["paths"]["/a"]["parameters"] = [
        {"in": "body", "name": "b", "schema": {"type": "string"}},
        {"in": "query", "name": "q", "type": "string"},
    ]
    document["paths"]["/a"]["put"] = {
        "responses": {"200": {"description": ""}},
        "parameters": [{"in": "body", "name": "b", "schema": {"type": "integer"}}],
    }
    item = read(document).root["paths"]["/a"]
    schemas = {
        method: item[method]["requestBody"]["content"]["application/json"]["schema"]
        for method in ("post", "put")
    }
    assert schemas == {"post": {"type": "string"}, "put": {"type": "integer"}}
    assert [parameter["name"] for parameter in item["put"]["parameters"]] == ["q"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"type": "basic"}, {"type": "http", "scheme": "basic"}),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"type": "apiKey", "in": "header", "name": "X-Key"}),
        (
            {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {"s": "it"}},
            {"type": "oauth2", "flows": {"authorizationCode": {"authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {"s": "it"}}}},
        ),
        ({"type": "oauth2", "flow": "application", "tokenUrl": "https://t"}, {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://t", "scopes": {}}}}),
    ],
)  # fmt: skip
def test_security_definitions_become_schemes(read: Read, given: dict[str, Any], made: dict[str, Any]) -> None:
    """Flows have new names."""
    found = read(swagger({"security": [{"s": []}]}, securityDefinitions={"s": given}))
    assert found.root["components"]["securitySchemes"] == {"s": made}
    assert found.findings == []


def test_references_to_odd_places_still_lead_there(read: Read, broken: Broken) -> None:
    """Into another path's response, though everything there has moved."""
    document = swagger(
        {"responses": {"200": {"description": "", "schema": {"type": "object", "title": "it"}}}}
    )
    document["paths"]["/b"] = {
        "post": {
            "responses": {
                "200": {"description": "", "schema": {"$ref": "#/paths/~1a/post/responses/200/schema"}}
            }
        }
    }
    found = read(document)
    assert found.findings == []
    schema = post(found, "/b")["responses"]["200"]["content"]["application/json"]["schema"]
    assert found.resolve(schema) == {"type": "object", "title": "it"}
    assert broken(found) == []


def test_names_that_no_uri_can_hold_are_replaced(read: Read, broken: Broken) -> None:
    """Generators call schemas `Page«Pet»` or `Map[string, Pet]`; validators read references as URIs."""
    definitions = {
        "Page«Pet»": {"type": "object", "properties": {"next": {"$ref": "#/definitions/Page«Pet»"}}},
        "A b": {"$ref": "#/definitions/Page%C2%ABPet%C2%BB"},
    }
    found = read(
        swagger(
            {"responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/A%20b"}}}},
            definitions=definitions,
        )
    )
    assert found.findings == []
    assert broken(found) == []
    schema = post(found)["responses"]["200"]["content"]["application/json"]["schema"]
    assert found.resolve(schema)["type"] == "object"
    assert found.locate(schema["$ref"][1:])[1] is not None

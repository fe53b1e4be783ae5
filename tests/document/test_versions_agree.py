"""Laws of the internal form: what means the same is the same, and what is done is done."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apidouble.document.document import Document
from apidouble.document.load import load

Broken = Callable[[Document], list[str]]

# a schema, as a plain description that each version writes in its own words
names = st.sampled_from(["id", "name", "type", "nullable", "items", "$ref"])
leaves = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean"]), "null": st.booleans()},
    optional={"exclusive": st.integers(0, 5), "example": st.integers(0, 9), "byte": st.just(True)},
)
trees = st.recursive(
    leaves | st.fixed_dictionaries({"ref": st.sampled_from(["A", "B"]), "null": st.booleans()}),
    lambda inner: (
        st.fixed_dictionaries(
            {"null": st.booleans(), "properties": st.dictionaries(names, inner, max_size=3)}
        )
        | st.fixed_dictionaries({"null": st.booleans(), "items": inner})
        | st.fixed_dictionaries({"null": st.booleans(), "all": st.lists(inner, min_size=2, max_size=2)})
    ),
    max_leaves=6,
)


def written(tree: dict[str, Any], version: str) -> dict[str, Any]:
    """The schema in the words of one version."""
    schema: dict[str, Any] = {}
    if "ref" in tree:
        schema["$ref"] = ("#/definitions/" if version == "2.0" else "#/components/schemas/") + tree["ref"]
    elif "all" in tree:
        schema["allOf"] = [written(part, version) for part in tree["all"]]
    elif "properties" in tree:
        schema["type"] = "object"
        schema["properties"] = {name: written(part, version) for name, part in tree["properties"].items()}
    elif "items" in tree:
        schema["type"], schema["items"] = "array", written(tree["items"], version)
    else:
        schema["type"] = tree["type"]
        if "exclusive" in tree and version == "3.1.0":
            schema["exclusiveMinimum"] = tree["exclusive"]
        elif "exclusive" in tree:
            schema["minimum"], schema["exclusiveMinimum"] = tree["exclusive"], True
        if "example" in tree:
            schema["example"] = tree["example"]
        if "byte" in tree and tree["type"] == "string":
            schema["format"] = "byte"
    if tree["null"]:
        if version == "2.0":
            schema["x-nullable"] = True
        elif version == "3.0.3":
            schema["nullable"] = True
        elif "ref" in tree or "all" in tree:
            schema = {"anyOf": [schema, {"type": "null"}]}
        else:
            schema["type"] = [schema["type"], "null"]
    return schema


def swagger(one: Any, two: Any) -> dict[str, Any]:
    return {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "host": "example.com",
        "basePath": "/v1",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "definitions": {"A": one, "B": two},
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "K"}, "basic": {"type": "basic"}},
        "security": [{"key": []}],
        "paths": {
            "/a/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer", "minimum": 1}],
                "post": {
                    "parameters": [
                        {"name": "q", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                        {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/A"}},
                    ],
                    "responses": {"200": {"description": "ok", "schema": one, "headers": {"H": {"type": "integer"}}}},
                },
            }
        },
    }  # fmt: skip


def openapi(one: Any, two: Any, version: str) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://example.com/v1"}],
        "components": {
            "schemas": {"A": one, "B": two},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}, "basic": {"type": "http", "scheme": "basic"}},
        },
        "security": [{"key": []}],
        "paths": {
            "/a/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}],
                "post": {
                    "parameters": [{"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "style": "form", "explode": True}],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                    "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": one}}, "headers": {"H": {"schema": {"type": "integer"}}}}},
                },
            }
        },
    }  # fmt: skip


def comparable(document: Document) -> Any:
    """The internal form, without sections that hold nothing."""
    root = orjson.loads(orjson.dumps(document.root, option=orjson.OPT_SORT_KEYS))
    root["components"] = {key: value for key, value in root["components"].items() if value}
    for item in root["paths"].values():
        for operation in item.values():
            # OpenAPI 3 has no word for the media types of answers that are not declared.
            operation.pop("x-produces", None)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


def read(folder: Path, value: Any) -> Document:
    path = folder / "api.json"
    path.write_bytes(orjson.dumps(value))
    return load(path)


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=trees, two=trees)
def test_documents_of_every_version_that_mean_the_same_are_the_same(
    folder: Path, broken: Broken, one: dict[str, Any], two: dict[str, Any]
) -> None:
    """Later layers cannot tell what a document was published in."""
    forms = []
    for version in ("2.0", "3.0.3", "3.1.0"):
        schemas = written(one, version), written(two, version)
        document = read(folder, swagger(*schemas) if version == "2.0" else openapi(*schemas, version))
        assert broken(document) == []
        forms.append(comparable(document))
    assert forms[0] == forms[1] == forms[2]


@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=trees, two=trees, version=st.sampled_from(["2.0", "3.0.3", "3.1.0"]))
def test_loading_the_internal_form_again_changes_nothing(
    folder: Path, one: dict[str, Any], two: dict[str, Any], version: str
) -> None:
    """It is OpenAPI 3.1, with nothing left to do."""
    schemas = written(one, version), written(two, version)
    first = read(folder, swagger(*schemas) if version == "2.0" else openapi(*schemas, version))
    second = read(folder, first.root)
    assert second.findings == []
    assert second.root == first.root

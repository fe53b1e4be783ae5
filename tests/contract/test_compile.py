"""Documents compiled to contracts: ids, base paths, parts, broken parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apidouble.contract.compile import base_paths, compile_contract
from apidouble.contract.operation import Contract, Example, Requirement, Scheme
from apidouble.document.document import Document
from apidouble.document.load import load
from apidouble.document.published import Published

ROOT = Path(__file__).parents[2]
WILD = ROOT.parent / "shared" / "wild"


def contract(paths: Any, **more: Any) -> Contract:
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}
    return compile_contract(Document("api", "api.yaml", "3.1.0", root, Published.of({})))


def findings(compiled: Contract) -> list[str]:
    return [finding.pointer for finding in compiled.document.findings]


def test_many_faults_alike_are_counted_and_looked_for_at_once() -> None:
    """A document of a megabyte with a thousand faults is not read a thousand times for their lines."""
    asked: list[list[str]] = []

    def places(pointers: Sequence[str]) -> list[tuple[str, int | None]]:
        asked.append(list(pointers))
        return [("api.yaml", number) for number, _ in enumerate(pointers, 1)]

    paths = {f"/p{number}": {"get": {"operationId": "same", "responses": {}}} for number in range(40)}
    document = Document("api", "api.yaml", "3.1.0", {"paths": paths}, Published.of({}), locate_many=places)
    told = compile_contract(document).document.findings
    assert asked == [[f"/paths/~1p{number}/get/operationId" for number in range(1, 11)]]
    assert [finding.line for finding in told] == [*range(1, 11), None]
    assert told[10].message.startswith("29 more like this: ")


def test_an_operation_is_called_as_it_is_declared_or_after_its_path() -> None:
    """Ids are unique; made-up ones give way to declared ones."""
    compiled = contract(
        {
            "/a/{id}": {
                "get": {"parameters": [path_parameter("id")]},
                "put": {"operationId": "same", "parameters": [path_parameter("id")]},
            },
            "/a-{id}": {"get": {"parameters": [path_parameter("id")]}},
            "/": {"post": {}, "get": {"operationId": "get_a_id_2"}},
            "/b": {"get": {"operationId": "same"}},
        }
    )
    assert {key: (one.method, one.path) for key, one in compiled.operations.items()} == {
        "get_a_id": ("GET", "/a/{id}"),
        "same": ("PUT", "/a/{id}"),
        "get_a_id_3": ("GET", "/a-{id}"),
        "get_a_id_2": ("GET", "/"),
        "post": ("POST", "/"),
        "same_2": ("GET", "/b"),
    }
    assert all(key == one.id for key, one in compiled.operations.items())
    assert findings(compiled) == ["/paths/~1b/get/operationId"]


def path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def test_a_fragment_is_no_part_of_a_path() -> None:
    """Operations that differ only there are all compiled."""
    compiled = contract({"/a#x": {"get": {}}, "/a#y": {"get": {}}})
    assert [(one.id, one.path) for one in compiled.operations.values()] == [
        ("get_a_x", "/a"),
        ("get_a_y", "/a"),
    ]


SERVERS: list[tuple[Any, tuple[str, ...]]] = [
    (None, ()),
    ([{"url": "/"}], ()),
    ([{"url": "https://example.com"}], ()),
    ([{"url": "https://example.com/v1/"}, {"url": "http://other/v1"}, {"url": "//x/v2"}], ("/v1", "/v2")),
    ([{"url": "v3"}, {"url": "./v4"}, {"url": "../v5"}], ("/v3", "/v4", "/v5")),
    (
        [
            {
                "url": "https://{host}:{port}/{base}",
                "variables": {"host": {"default": "h"}, "port": {"default": 8080}, "base": {"default": "v6"}},
            }
        ],
        ("/v6",),
    ),
    ([{"url": "{base}", "variables": {"base": {"default": "https://example.com/v7"}}}], ("/v7",)),
    ([{"url": "/{nothing}/v8"}], ("/nothing/v8",)),
    ([{"url": "http://[broken/v9"}, "no object", {"url": 5}, {}], ()),
    ("no list", ()),
]


@pytest.mark.parametrize(("servers", "paths"), SERVERS)
def test_base_paths_are_the_paths_of_the_servers(servers: Any, paths: tuple[str, ...]) -> None:
    """Variables by their defaults, relative URLs from the root, none twice."""
    assert base_paths(servers) == paths


def test_security_is_read_with_its_alternatives() -> None:
    """An operation's own `security` replaces the document's; an empty one makes it public."""
    compiled = contract(
        {
            "/own": {"get": {"security": [{"Key": [], "Login": ["read"]}, {"Basic": []}]}},
            "/shared": {"get": {}},
            "/public": {"get": {"security": []}},
            "/optional": {"get": {"security": [{"Basic": []}, {}]}},
            "/empty": {"get": {"security": [{}]}},
            "/unknown": {"get": {"security": [{"Nobody": []}, "nonsense"]}},
        },
        security=[{"Token": []}],
        components={
            "securitySchemes": {
                "Key": {"type": "apiKey", "in": "query", "name": "key"},
                "Basic": {"type": "http", "scheme": "Basic"},
                "Token": {"$ref": "#/components/x-token"},
                "Login": {"type": "oauth2", "flows": {}},
                "Connect": {"type": "openIdConnect"},
                "Cert": {"type": "mutualTLS"},
                "Odd": {"type": "apiKey", "in": "body"},
                "Worse": {"$ref": "#/nowhere"},
            },
            "x-token": {"type": "http", "scheme": "bearer"},
        },
    )
    key = Scheme("Key", "apiKey", "query", "key")
    basic = Scheme("Basic", "http", scheme="basic")
    token = Scheme("Token", "http", scheme="bearer")
    login = Scheme("Login", "oauth2")
    security = {one.path: one.security for one in compiled.operations.values()}
    assert security == {
        "/own": (Requirement(((key, ()), (login, ("read",)))), Requirement(((basic, ()),))),
        "/shared": (Requirement(((token, ()),)),),
        "/public": (),
        "/optional": (Requirement(((basic, ()),)), Requirement(())),
        "/empty": (),
        "/unknown": (Requirement(((Scheme("Nobody", "unknown"), ()),)),),
    }
    kinds = {name: scheme.kind for name, scheme in compiled.schemes.items()}
    assert (kinds["Connect"], kinds["Cert"], kinds["Odd"], kinds["Worse"]) == (
        "openIdConnect",
        "mutualTLS",
        "unknown",
        "unknown",
    )


def test_parts_are_read_with_references_followed() -> None:
    """Parameters, bodies, responses, headers, links and examples may stand elsewhere."""
    compiled = contract(
        {
            "/a/{id}": {
                "post": {
                    "parameters": [{"$ref": "#/components/parameters/Id"}],
                    "requestBody": {"$ref": "#/components/requestBodies/A"},
                    "responses": {
                        "2xx": {"$ref": "#/components/responses/A"},
                        "404": {"description": "none"},
                        "default": {},
                    },
                    "x-double": {"verb": "action"},
                    "tags": ["t", 5],
                    "deprecated": True,
                }
            }
        },
        components={
            "parameters": {"Id": {**path_parameter("id"), "example": "e", "x-double": {"ignore": True}}},
            "requestBodies": {
                "A": {
                    "required": True,
                    "content": {
                        "Application/JSON; charset=utf-8": {
                            "schema": {"type": "integer"},
                            "examples": {"one": {"value": 1}, "two": {"$ref": "#/components/examples/Two"}},
                        }
                    },
                }
            },
            "examples": {"Two": {"value": 2}},
            "responses": {
                "A": {
                    "description": "fine",
                    "content": {"text/plain": {"example": "x"}},
                    "headers": {"X-A": {"$ref": "#/components/headers/A"}, "Content-Type": {}},
                    "links": {"l": {"operationId": "post_a_id", "parameters": {"id": "$response.body#/id"}}},
                    "x-double": {"error": {"code": "status"}},
                }
            },
            "headers": {"A": {"required": True, "schema": {"type": "integer"}, "example": 7}},
        },
        **{"x-double": {"resources": {}}},
    )
    [operation] = compiled.operations.values()
    assert findings(compiled) == []
    [parameter] = operation.parameters
    assert (parameter.name, parameter.required, parameter.style, parameter.explode) == (
        "id",
        True,
        "simple",
        False,
    )
    assert (parameter.examples, parameter.hints) == (("e",), {"ignore": True})
    assert operation.body is not None
    media = operation.body.content["application/json"]
    assert (operation.body.required, media.examples) == (True, (Example("one", 1), Example("two", 2)))
    assert media.validator is not None
    assert not media.validator.is_valid("x")
    found = operation.response(201)
    assert found is not None
    assert found is operation.responses["2XX"]
    assert found.content["text/plain"].examples == (Example("", "x"),)
    assert found.content["text/plain"].validator is None
    assert (found.headers["X-A"].required, found.headers["X-A"].examples, list(found.headers)) == (
        True,
        (7,),
        ["X-A"],
    )
    assert found.links["l"].operation_id == "post_a_id"
    assert found.hints == {"error": {"code": "status"}}
    assert operation.response(404) is operation.responses["404"]
    assert operation.response(500) is operation.responses["default"]
    assert (operation.hints, operation.tags, operation.deprecated) == ({"verb": "action"}, ("t",), True)
    assert compiled.hints == {"resources": {}}


BROKEN: list[tuple[str, Any, str]] = [
    ("an operation that is no object", "get it", "/paths/~1a~1{id}/get"),
    ("parameters that are no list", {"parameters": {}}, "/paths/~1a~1{id}/get/parameters"),
    (
        "a parameter without a name",
        {"parameters": [path_parameter("id"), {"in": "query"}]},
        "/paths/~1a~1{id}/get/parameters/1",
    ),
    (
        "a parameter nowhere",
        {"parameters": [path_parameter("id"), {"in": "space", "name": "x"}]},
        "/paths/~1a~1{id}/get/parameters/1",
    ),
    (
        "a parameter that is not in the path",
        {"parameters": [path_parameter("id"), path_parameter("no")]},
        "/paths/~1a~1{id}/get/parameters/1",
    ),
    ("a path parameter that is not declared", {}, "/paths/~1a~1{id}/get/parameters"),
    (
        "a dangling reference",
        {"parameters": [path_parameter("id"), {"$ref": "#/nowhere"}]},
        "/paths/~1a~1{id}/get/parameters/1",
    ),
    (
        "a body that is no object",
        {"parameters": [path_parameter("id")], "requestBody": []},
        "/paths/~1a~1{id}/get/requestBody",
    ),
    (
        "a media type that is none",
        {"parameters": [path_parameter("id")], "requestBody": {"content": {"json": {}}}},
        "/paths/~1a~1{id}/get/requestBody/content/json",
    ),
    (
        "a status that is none",
        {"parameters": [path_parameter("id")], "responses": {"ok": {}}},
        "/paths/~1a~1{id}/get/responses/ok",
    ),
    (
        "responses that are a list",
        {"parameters": [path_parameter("id")], "responses": [1]},
        "/paths/~1a~1{id}/get/responses",
    ),
]


@pytest.mark.parametrize(("node", "pointer"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_part_is_left_out_and_told(node: Any, pointer: str) -> None:
    """Findings have its pointer; the rest is served."""
    compiled = contract({"/a/{id}": {"get": node}, "/b": {"get": {}}})
    assert set(findings(compiled)) == {pointer}
    assert "get_b" in compiled.operations
    if isinstance(node, dict):
        inputs, violations = compiled.operations["get_a_id"].read_inputs({"id": "5"}, b"", {})
        assert (inputs.path, violations) == ({"id": "5"}, [])


@pytest.mark.parametrize(
    "paths", [None, [], "x", {"/a": None}, {"/a": []}, {"a": {"get": {}}}, {"/a": {"summary": "x"}}]
)
def test_a_document_without_operations_is_a_contract(paths: Any) -> None:
    """Webhook documents have none."""
    assert contract(paths).operations == {}


NAMES = st.sampled_from(
    [
        "paths",
        "components",
        "schemas",
        "servers",
        "security",
        "securitySchemes",
        "info",
        "get",
        "post",
        "parameters",
        "name",
        "in",
        "schema",
        "content",
        "style",
        "explode",
        "requestBody",
        "responses",
        "200",
        "default",
        "headers",
        "links",
        "examples",
        "example",
        "value",
        "$ref",
        "x-double",
        "type",
        "url",
        "variables",
        "application/json",
        "/a",
        "/a/{p}",
        "operationId",
        "tags",
        "required",
        "items",
        "properties",
    ]
)
WORDS = [
    "",
    "p",
    "path",
    "query",
    "cookie",
    "header",
    "#/components/schemas",
    "#/paths",
    "form",
    "deepObject",
    "oauth2",
]
GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, GARBAGE, max_size=6), GARBAGE, GARBAGE)
def test_no_document_is_a_crash(root: dict[str, Any], item: Any, operation: Any) -> None:
    """Whatever stands where, the rest compiles and decodes."""
    paths = {"/a/{p}": item, "/b": {"get": operation, "post": {"parameters": operation, "responses": item}}}
    whole = {**root, "paths": paths}
    compiled = compile_contract(Document("t", "t.yaml", "3.1.0", whole, Published.of({})))
    for one in compiled.operations.values():
        one.read_inputs(
            {parameter.name: "1" for parameter in one.parameters}, b"p=1&p[a]=2", {"cookie": "p=1"}
        )
        for response in one.responses.values():
            for media in response.content.values():
                assert media.validator is None or media.validator.is_valid({}) in {True, False}


def documents() -> list[Path]:
    if not WILD.is_dir():
        return []
    return [*sorted(path for path in WILD.iterdir() if path.suffix in {".json", ".yaml", ".yml"})]


@pytest.mark.skipif(not WILD.is_dir(), reason="the published documents are not here")
@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_published_documents_compile_completely(path: Path) -> None:
    """Every decoder and every validator builds, and no schema has to be given up."""
    document = load(str(path))
    known = len(document.findings)
    compiled = compile_contract(document)
    for operation in compiled.operations.values():
        names = {one.name: "1" for one in operation.parameters if one.location == "path"}
        operation.read_inputs(names, b"a=1", {})
        content = list(operation.body.content.values()) if operation.body else []
        for response in operation.responses.values():
            content += response.content.values()
        for media in content:
            if media.validator is not None:
                media.validator.is_valid({})
    assert document.findings[known:] == []

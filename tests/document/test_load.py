"""Loading as a whole: what is refused, what is kept, and that nothing ends it."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from apidouble.document.document import Document
from apidouble.document.load import load, name_of
from apidouble.document.report import Report
from apidouble.document.text import Text
from apidouble.errors import DocumentError

Read = Callable[..., Document]
Write = Callable[..., Path]
Broken = Callable[[Document], list[str]]

WILD = Path(__file__).parents[2].parent / "shared" / "wild"
MINIMAL = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}


def wild_documents() -> list[Path]:
    found = [path for path in WILD.glob("*.*") if path.suffix in (".json", ".yaml", ".yml")]
    return sorted(found) + sorted(WILD.glob("*/spec/swagger.yaml"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("- a\n- b", "is a list"),
        ("just text", "is a str"),
        ("openapi: 3.0.0\npaths: [", "cannot be read"),
        ("swaggerVersion: '1.2'\napis: []", "Swagger 1"),
        ("swagger: '1.2'\npaths: {}", "cannot be served"),
        ("asyncapi: 2.0.0\nchannels: {}", "AsyncAPI"),
        ("overlay: 1.0.0\nactions: []", "overlay"),
        ("title: notes\ntext: none", "no OpenAPI document"),
        ("openapi: latest\npaths: {}", "cannot be served"),
        ("a: " + "[" * 1000, "nested deeper"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(read: Read, content: str, message: str) -> None:
    """With the file, and without a traceback of ours."""
    with pytest.raises(DocumentError, match=message) as error:
        read(content)
    assert error.value.findings[0].file.endswith("api.yaml")


@pytest.mark.parametrize("name", ["nothing.yaml", ".", "\0"])
def test_a_source_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    """Missing, a folder, or no name at all."""
    with pytest.raises(DocumentError):
        load(f"{tmp_path}/{name}")


@pytest.mark.parametrize(
    ("head", "version", "told"),
    [
        ({"openapi": "3.0.3"}, "3.0.3", False),
        ({"openapi": 3.1}, "3.1", False),
        ({"openapi": "3.2.0"}, "3.2.0", False),
        ({"swagger": 2.0}, "2.0", False),
        ({"openapi": "2.0"}, "2.0", False),
        ({"swagger": "3.0.1"}, "3.0.1", True),
        ({"openapi": "4.0.0"}, "4.0.0", True),
        ({}, "3.0.3", True),
        ({"basePath": "/v1"}, "2.0", True),
    ],
)
def test_the_version_is_read_or_guessed(read: Read, head: dict[str, Any], version: str, told: bool) -> None:
    """A guess is told."""
    found = read({"api.json": {**head, "info": {}, "paths": {}}})
    assert found.version == version
    assert bool(found.findings) == told


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("specs/pets.yaml", "pets"), ("a/b.c.json", "b.c"), ("https://example.com/v1/pets.json?x=y", "pets"),
        ("https://example.com/v1/openapi/", "openapi"), ("https://example.com", "example.com"),
    ],
)  # fmt: skip
def test_an_api_is_named_by_its_stem(source: str, name: str) -> None:
    """Of the file, or of what a URL ends with."""
    assert name_of(source) == name


def test_the_name_may_be_given(write: Write) -> None:
    """It counts more than the stem."""
    assert load(write({"api.yaml": MINIMAL}), name="pets").name == "pets"
    assert load(write({"api.yaml": MINIMAL})).name == "api"


def test_sections_that_are_references_are_put_in_place(read: Read, broken: Broken) -> None:
    """Not what OpenAPI allows, but what tools accept; a ring of them is left out."""
    found = read(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {"$ref": "#/x-paths"},
            "x-paths": {"/a": {"get": {"responses": {"200": {"description": ""}}}}},
            "tags": {"$ref": "#/x-tags"},
            "x-tags": {"$ref": "#/tags"},
            "components": {"schemas": {"$ref": "#/components"}},
        }
    )
    assert list(found.root["paths"]) == ["/a"]
    assert broken(found) == []
    orjson.dumps(found.root)


def test_the_published_document_is_what_was_published(read: Read) -> None:
    """Nothing of the repairs shows; it is a mapping and bytes."""
    content = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/a/{id}": {"get": {}}}}
    found = read(content)
    assert found.published == content
    assert orjson.loads(found.published.json()) == content
    assert len(found.published) == 3
    assert "host" not in found.published


@pytest.mark.skipif(not WILD.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize("path", wild_documents(), ids=lambda path: path.name)
def test_real_documents_are_read_into_the_internal_form(path: Path, broken: Broken, tmp_path: Path) -> None:
    """All promises hold, the second reading comes out of the cache, and every operation has its line."""
    found = load(path, allow_outside=True, cache=tmp_path)
    assert broken(found) == []
    assert all(finding.severity != "error" and finding.line for finding in found.findings)
    again = load(path, allow_outside=True, cache=tmp_path)
    assert (again.root, again.findings, again.version) == (found.root, found.findings, found.version)
    assert again.published.json() == found.published.json()
    operations = [(key, method) for key, item in found.root["paths"].items() for method in item]
    for key, method in random.Random(1).sample(operations, min(4, len(operations))):
        pointer = f"/paths/{key.replace('/', '~1')}/{method}"
        assert found.locate(pointer) == again.locate(pointer)
        assert found.locate(pointer)[1] is not None


@pytest.mark.skipif(not WILD.is_dir(), reason="the real documents are not here")
def test_the_published_document_with_a_fault_is_served_with_a_warning() -> None:
    """A boolean `required` in a schema: said with its line."""
    (finding,) = load(WILD / "spotify.yml").findings
    assert finding.severity == "warning"
    assert finding.pointer.endswith("image~1jpeg/schema/required")
    assert "required: true" in (WILD / "spotify.yml").read_text().splitlines()[(finding.line or 0) - 1]


# documents broken at random

JUNK: list[Any] = [
    None, "x", 3, -1, 1.5, [], {}, True, False, "", {"a": 1}, ["a"], [None], [[]], {"$ref": "#/nowhere"}, {"$ref": 3},
    {"$ref": "#"}, {"$ref": "#/components"}, {"$ref": "#/components/schemas"}, {"$ref": "#/paths"}, {"$ref": ""},
    "#/components/schemas/X", {"$ref": "#/info"}, {"$ref": "none.yaml"}, {"type": "any"}, {"type": ["string", None]},
    {"nullable": True, "$ref": "#/info"}, {"allOf": [None]}, {"enum": None}, {"pattern": "("}, {"required": "x"},
    {"x": {}}, {"$id": "http://a/b", "$anchor": "q"}, {"$ref": "#q"},
]  # fmt: skip
WORDS = [
    "type", "properties", "items", "allOf", "oneOf", "anyOf", "not", "enum", "default", "required", "nullable", "format",
    "pattern", "minimum", "exclusiveMinimum", "discriminator", "example", "examples", "content", "schema", "parameters",
    "in", "name", "responses", "requestBody", "headers", "links", "callbacks", "security", "servers", "$ref", "$id",
    "additionalProperties", "style", "explode", "description", "tags", "operationId", "consumes", "produces", "schemas",
    "components", "definitions", "paths", "$defs", "patternProperties", "dependencies", "x-note",
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        keys: Iterator[Any] = (
            iter(node)
            if isinstance(node, dict)
            else iter(range(len(node)))
            if isinstance(node, list)
            else iter(())
        )
        for key in keys:
            found.append((node, key))
            stack.append(node[key])
    return found


def break_one(value: Any, source: random.Random) -> None:
    everything = places(value)
    node, key = source.choice(everything)
    kind = source.randrange(5)
    if kind == 0:
        node[key] = copy.deepcopy(source.choice(JUNK))
    elif kind == 1:
        del node[key]
    elif kind == 2 and isinstance(node, dict):
        node[source.choice(WORDS)] = copy.deepcopy(source.choice(JUNK))
    elif kind == 3:
        other, name = source.choice(everything)
        node[key] = copy.deepcopy(other[name])
    elif isinstance(node, dict):
        node[source.choice(WORDS)] = node.pop(key)


@pytest.mark.skipif(not WILD.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize("seed", range(8))
def test_documents_broken_at_random_are_served_or_refused_in_words(
    tmp_path: Path, broken: Broken, seed: int
) -> None:
    """Whatever is missing, misplaced or of the wrong kind: no other exception, and all promises hold."""
    small = [path for path in wild_documents() if path.stat().st_size < 60_000]
    originals = [Text(path.read_bytes(), path.name).value(0, Report()) for path in small]
    source = random.Random(seed)
    target = tmp_path / "broken.json"
    for _ in range(60):
        value = orjson.loads(orjson.dumps(source.choice(originals)))
        for _ in range(source.choice([1, 1, 2, 4, 10])):
            break_one(value, source)
        target.write_bytes(orjson.dumps(value))
        try:
            found = load(target)
        except DocumentError:
            continue
        assert broken(found) == [], value
        assert all(str(finding) for finding in found.findings)
        orjson.dumps(found.root)


PIECES = [
    b"&a ",
    b"*a ",
    b"{",
    b"[",
    b"<<: ",
    b"\t",
    b"\n",
    b'"',
    b"'",
    b": ",
    b"- ",
    b"? ",
    b"!!x ",
    b"%",
    b"\x00",
    b"\xff",
    b"|\n",
    b"#",
]


@pytest.mark.skipif(not WILD.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize("seed", range(4))
def test_texts_broken_at_random_are_read_or_refused_in_words(tmp_path: Path, seed: int) -> None:
    """Single bytes changed, taken out, put in: syntax, encoding, anchors, tabs."""
    source = random.Random(seed)
    small = [path for path in wild_documents() if path.stat().st_size < 30_000]
    for _ in range(60):
        path = source.choice(small)
        text = bytearray(path.read_bytes())
        for _ in range(source.choice([1, 2, 5])):
            at = source.randrange(len(text))
            kind = source.randrange(4)
            if kind == 0:
                text[at] = source.randrange(256)
            elif kind == 1:
                del text[at : at + source.randrange(1, 40)]
            elif kind == 2:
                text[at:at] = source.choice(PIECES)
            else:
                text[at:at] = text[:at][-source.randrange(1, 60) :]
        target = tmp_path / f"broken{path.suffix}"
        target.write_bytes(text)
        try:
            found = load(target)
        except DocumentError as error:
            refused = str(error)
            assert target.name in refused
            continue
        assert isinstance(found.root["paths"], dict)

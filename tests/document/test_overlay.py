"""OpenAPI Overlays: hints for documents one does not own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from apidouble.document.load import load
from apidouble.errors import DocumentError

Write = Callable[..., Path]

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "tags": [{"name": "a"}],
    "paths": {
        "/pets": {
            "get": {"responses": {"200": {"description": "all"}}, "tags": ["a"]},
            "post": {"responses": {"201": {"description": "made"}}},
        },
        "/pets/mine": {"get": {"responses": {"200": {"description": "one"}}}},
    },
}


def overlay(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"overlay": "1.0.0", "info": {"title": "hints", "version": "1"}, "actions": list(actions)}


def test_an_overlay_beside_the_document_is_applied(write: Write) -> None:
    """`api.overlay.yaml` belongs to `api.yaml`, without being named."""
    hint = {"x-double": {"resource": "pets"}}
    path = write({
        "api.yaml": DOCUMENT,
        "api.overlay.yaml": overlay({"target": "$.paths['/pets'].get", "update": hint}),
    })  # fmt: skip
    document = load(path)
    assert document.root["paths"]["/pets"]["get"]["x-double"] == {"resource": "pets"}
    assert document.published["paths"]["/pets"]["get"]["x-double"] == {"resource": "pets"}
    assert document.findings == []


def test_given_overlays_come_after_the_one_beside(write: Write) -> None:
    """What is named later wins."""
    path = write({
        "api.yaml": DOCUMENT,
        "api.overlay.json": overlay({"target": "$.info", "update": {"title": "beside", "x-a": 1}}),
        "more.yaml": overlay({"target": "$.info", "update": {"title": "given"}}),
    })  # fmt: skip
    info = load(path, overlays=[path.with_name("more.yaml")]).root["info"]
    assert info == {"title": "given", "version": "1", "x-a": 1}


def test_objects_merge_lists_grow_and_the_rest_is_replaced(write: Write) -> None:
    """As the Overlay Specification describes updates."""
    path = write({
        "api.yaml": DOCUMENT,
        "api.overlay.yaml": overlay(
            {"target": "$", "update": {"x-new": {"a": [1]}, "info": {"description": "text"}}},
            {"target": "$.tags", "update": {"name": "b"}},
            {"target": "$.paths['/pets'].get", "update": {"tags": ["b"]}},
            {"target": "$.paths.*.get", "update": {"deprecated": True}},
        ),
    })  # fmt: skip
    root = load(path).root
    assert root["x-new"] == {"a": [1]}
    assert root["info"] == {"title": "Pets", "version": "1", "description": "text"}
    assert root["tags"] == [{"name": "a"}, {"name": "b"}]
    assert root["paths"]["/pets"]["get"]["tags"] == ["a", "b"]
    assert [item["get"]["deprecated"] for item in root["paths"].values()] == [True, True]


def test_removal_takes_all_matches(write: Write) -> None:
    """Items of lists too, though each removal moves the others."""
    document = {**DOCUMENT, "tags": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
    path = write({
        "api.yaml": document,
        "api.overlay.yaml": overlay(
            {"target": "$.tags[?@.name != 'b']", "remove": True},
            {"target": "$.paths['/pets'].post", "remove": True},
        ),
    })  # fmt: skip
    root = load(path).root
    assert root["tags"] == [{"name": "b"}]
    assert set(root["paths"]["/pets"]) == {"get"}


def test_a_target_without_match_is_told_with_its_line(write: Write) -> None:
    """A hint that misses is a spelling mistake, not a decision."""
    path = write({
        "api.yaml": DOCUMENT,
        "api.overlay.yaml": "overlay: 1.0.0\ninfo: {}\nactions:\n- target: $.nope\n  update: {}\n",
    })  # fmt: skip
    (finding,) = load(path).findings
    assert finding.file.endswith("api.overlay.yaml")
    assert (finding.pointer, finding.line, finding.severity) == ("/actions/0/target", 4, "warning")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("overlay: 1.0.0\nactions: [", "cannot be read"),
        ("openapi: 3.0.0\n", "no overlay"),
        (overlay({"target": "$.paths["}), "does nothing"),
        (overlay({"target": "$.paths[", "update": {}}), "no JSONPath"),
        (overlay({"update": {}}), "needs a target"),
        (overlay("text"), "needs a target"),  # type: ignore[arg-type]
    ],
)
def test_an_overlay_that_makes_no_sense_is_an_error(write: Write, content: Any, message: str) -> None:
    """It was written for this double; serving without it would hide the mistake."""
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    path = write({"api.yaml": DOCUMENT, "api.overlay.yaml": text})
    with pytest.raises(DocumentError, match=message) as error:
        load(path)
    assert error.value.findings[0].file.endswith("api.overlay.yaml")


def test_a_given_overlay_that_does_not_exist_is_an_error(write: Write) -> None:
    """It was named on the command line."""
    path = write({"api.yaml": DOCUMENT})
    with pytest.raises(DocumentError, match="does not exist"):
        load(path, overlays=[Path("no-such.yaml")])


def test_an_overlay_reaches_a_swagger_document_as_it_is_written(write: Write) -> None:
    """Targets name what the author sees, not the internal form."""
    swagger = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "definitions": {"A": {"type": "string"}},
    }
    path = write({
        "api.yaml": swagger,
        "api.overlay.yaml": overlay({"target": "$.definitions.A", "update": {"maxLength": 3}}),
    })  # fmt: skip
    assert load(path).root["components"]["schemas"]["A"] == {"type": "string", "maxLength": 3}

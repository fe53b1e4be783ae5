"""`$id`, `$anchor` and `$dynamicRef` of JSON Schema 2020-12, made into plain pointers."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apidouble.document.document import Document

Read = Callable[..., Document]
Broken = Callable[[Document], list[str]]


def document(schemas: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
        **more,
    }


@pytest.mark.parametrize(
    "ref",
    [
        "#the-anchor",
        "#/components/schemas/Target",
        "https://example.com/schemas/target",
        "https://example.com/schemas/target#",
        "schemas/target",
    ],
)
def test_every_way_to_name_a_schema_leads_to_it(read: Read, broken: Broken, ref: str) -> None:
    """By anchor, by pointer, by `$id`, and relative to the document's own `$self`."""
    found = read(
        document(
            {
                "User": {"type": "array", "items": {"$ref": ref}},
                "Target": {
                    "$id": "https://example.com/schemas/target",
                    "$anchor": "the-anchor",
                    "type": "integer",
                },
            },
            **{"$self": "https://example.com/api.yaml"},
        )
    )
    assert found.findings == []
    assert broken(found) == []
    assert found.resolve(found.root["components"]["schemas"]["User"]["items"]) == {"type": "integer"}


def test_pointers_inside_a_schema_with_an_id_begin_at_that_schema(read: Read, broken: Broken) -> None:
    """JSON Schema says so; whoever wrote them from the document's root is understood, too."""
    found = read(
        document(
            {
                "Tree": {
                    "$id": "https://example.com/tree",
                    "$defs": {"leaf": {"type": "string"}},
                    "properties": {
                        "leaf": {"$ref": "#/$defs/leaf"},
                        "self": {"$ref": "#"},
                        "other": {"$ref": "#/components/schemas/Other"},
                    },
                },
                "Other": {"type": "boolean"},
            }
        )
    )
    assert found.findings == []
    assert broken(found) == []
    tree = found.root["components"]["schemas"]["Tree"]
    assert found.resolve(tree["properties"]["leaf"]) == {"type": "string"}
    assert found.resolve(tree["properties"]["self"]) is tree
    assert found.resolve(tree["properties"]["other"]) == {"type": "boolean"}


def test_a_dynamic_reference_means_its_static_target(read: Read, broken: Broken) -> None:
    """Each schema is compiled for itself, so there is no dynamic scope to look into."""
    found = read(
        document(
            {
                "Page": {
                    "$dynamicAnchor": "page",
                    "properties": {"next": {"$dynamicRef": "#page"}, "lost": {"$dynamicRef": "#nowhere"}},
                },
                "Legacy": {"$recursiveAnchor": True, "properties": {"next": {"$recursiveRef": "#"}}},
            }
        )
    )
    assert broken(found) == []
    page = found.root["components"]["schemas"]["Page"]
    assert found.resolve(page["properties"]["next"]) is page
    assert page["properties"]["lost"] == {}


def test_siblings_count_in_3_1_only(read: Read) -> None:
    """`$ref` with a sharper constraint beside it, and the same in 3.0, where it says nothing."""
    for version, expected in (
        ("3.1.0", {"$ref", "maxLength", "description"}),
        ("3.0.3", {"$ref", "description"}),
    ):
        schemas = {
            "A": {"$ref": "#/components/schemas/B", "maxLength": 3, "description": "short"},
            "B": {"type": "string"},
        }
        found = read({**document(schemas), "openapi": version})
        assert set(found.root["components"]["schemas"]["A"]) == expected


def test_a_file_named_by_its_id_is_found_beside_the_document(read: Read, broken: Broken) -> None:
    """Schemas published under a URL refer to each other by it, and lie in one folder."""
    found = read({
        "api.yaml": document({"Pet": {"$ref": "pet.json"}}),
        "pet.json": {"$id": "https://example.com/schemas/pet.json", "properties": {"kind": {"$ref": "kind.json"}, "again": {"$ref": "https://example.com/schemas/pet.json"}}},
        "kind.json": {"$id": "https://example.com/schemas/kind.json", "enum": ["cat", "dog"]},
    })  # fmt: skip
    assert found.findings == []
    assert broken(found) == []
    pet = found.resolve(found.root["components"]["schemas"]["Pet"])
    assert found.resolve(pet["properties"]["kind"]) == {"enum": ["cat", "dog"]}
    assert found.resolve(pet["properties"]["again"]) is pet

"""Discriminators decide which form of a choice a body is meant to have."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import answers, takes

MAPPING = {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}


def shelter(
    serve: Serve, *, keyword: str = "oneOf", words: dict[str, str] | None = None, **discriminator: Any
) -> httpx.Client:
    """Takes cats and dogs, which nothing but their kind tells apart."""

    def form(name: str, **properties: Any) -> dict[str, Any]:
        kind = {"type": "string"} if words is None else {"type": "string", "enum": [words[name]]}
        return {"type": "object", "required": ["kind"], "properties": {"kind": kind, **properties}}

    choice = {
        keyword: [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")],
        "discriminator": {"propertyName": "kind", **discriminator},
    }
    schemas = {
        "Cat": form("Cat", lives={"type": "integer"}),
        "Dog": form("Dog", bark={"type": "boolean"}),
    }
    return serve(
        {"/pets": {"post": {"requestBody": takes(choice), "responses": answers(choice, "201")}}},
        components={"schemas": schemas},
    )


@pytest.mark.parametrize(
    ("settings", "cat", "dog"),
    [
        ({}, "Cat", "Dog"),
        ({"mapping": MAPPING}, "cat", "dog"),
        ({"mapping": MAPPING}, "Cat", "Dog"),
        ({"words": {"Cat": "c", "Dog": "d"}}, "c", "d"),
        ({"mapping": {"dog": MAPPING["dog"]}}, "Cat", "dog"),
        ({"keyword": "anyOf", "mapping": MAPPING}, "cat", "dog"),
    ],
    ids=["by name", "by mapping", "by name beside a mapping", "by their own words", "by both", "any of them"],
)
def test_the_word_says_which_form_is_meant(
    serve: Serve, settings: dict[str, Any], cat: str, dog: str
) -> None:
    """What fits two forms is taken by its word, and judged by that form alone."""
    client = shelter(serve, **settings)
    assert client.post("/pets", json={"kind": cat}).status_code == 201
    assert client.post("/pets", json={"kind": dog, "bark": True}).status_code == 201
    refused = client.post("/pets", json={"kind": dog, "bark": "loud"})
    assert refused.status_code == 400
    assert "bark: must be true or false" in refused.json()["detail"]


def test_a_word_that_means_nothing_is_refused_where_all_are_declared(serve: Serve) -> None:
    """With a mapping for each form there is no other word; the refusal names them."""
    refused = shelter(serve, mapping=MAPPING).post("/pets", json={"kind": "cow"})
    assert refused.status_code == 400
    assert "must be one of 'cat', 'Cat', 'dog', 'Dog', got 'cow'" in refused.json()["detail"]


def test_a_word_that_no_mapping_tells_is_left_to_the_forms(serve: Serve) -> None:
    """Names of schemas are words by default, but documents use others: then the forms decide."""
    client = shelter(serve)
    assert client.post("/pets", json={"kind": "puppy", "bark": "loud"}).status_code == 201
    assert client.post("/pets", json={"kind": "puppy", "bark": True}).status_code == 400

"""Objects within made-up records show records that exist."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter

NAME = {"type": "string"}
SHOP = {
    "type": "object",
    "required": ["shopId", "name"],
    "properties": {"shopId": {"type": "integer"}, "name": NAME, "city": NAME},
}
ITEM = {
    "type": "object",
    "required": ["itemId", "label", "shop"],
    "properties": {
        "itemId": {"type": "integer"},
        "label": NAME,
        "shop": {**SHOP, "properties": {"shopId": {"type": "integer"}, "name": NAME}},
    },
}


def shops() -> dict[str, Any]:
    """Shops, and items that show theirs."""
    shop, item = "#/components/schemas/Shop", "#/components/schemas/Item"
    return {
        "/shops": {"get": {"responses": answers({"type": "array", "items": {"$ref": shop}})}},
        "/shops/{shopId}": {
            "parameters": [parameter("shopId", "path", "integer")],
            "get": {"responses": {**answers({"$ref": shop}), **MISSING}},
        },
        "/shops/{shopId}/items": {
            "parameters": [parameter("shopId", "path", "integer")],
            "get": {"responses": {**answers({"type": "array", "items": {"$ref": item}}), **MISSING}},
        },
        "/items/{itemId}": {
            "parameters": [parameter("itemId", "path", "integer")],
            "get": {"responses": {**answers({"$ref": item}), **MISSING}},
        },
    }


def test_a_list_below_a_record_shows_what_names_it(serve: Serve) -> None:
    """The items of a shop show that shop, by its key and its name; not all shops are empty."""
    client = serve(shops(), components={"schemas": {"Shop": SHOP, "Item": ITEM}})
    seen = 0
    for shop in client.get("/shops").json():
        for item in client.get(f"/shops/{shop['shopId']}/items").json():
            assert item["shop"] == {"shopId": shop["shopId"], "name": shop["name"]}
            assert client.get(f"/items/{item['itemId']}").json() == item
            seen += 1
    assert seen > 3

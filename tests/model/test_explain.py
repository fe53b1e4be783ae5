"""`apidouble explain` tells what was inferred, why, and how to correct it."""

from __future__ import annotations

import json
from typing import Any

from apidouble.model.explain import explain


def told(kit: Any) -> Any:
    order, item = kit.ref("Order"), kit.ref("Item")
    query = {"status": {"type": "string"}, "limit": {"type": "integer"}, "offset": {"type": "integer"}}
    paths = {
        "/orders": {
            "get": kit.op(kit.record(data=kit.many(order), total={"type": "integer"}), query=query),
            "post": kit.op(order, order, status=201),
        },
        "/orders/{id}": {"get": kit.op(order)},
        "/orders/{id}/cancel": {"post": kit.op(order)},
        "/orders/{id}/items": {"get": kit.op(kit.many(item)), "post": kit.op(item, item)},
        "/version": {"get": kit.op(kit.record("version"))},
    }
    status = {"type": "string", "enum": ["open", "cancelled"]}
    m = kit.read(paths, {"Order": kit.record("id", "note", status=status), "Item": kit.record("sku", "name")})
    return explain(m.model, m.contract)


def test_the_data_is_plain_json(kit: Any) -> None:
    """For machines: resources with their operations, and what is stateless."""
    data = json.loads(json.dumps(told(kit).data))
    assert data["counts"] == {"resources": 2, "operations": 7, "stateless": 1}
    orders = next(one for one in data["resources"] if one["name"] == "orders")
    assert orders["key"] == "id"
    listed = next(one for one in orders["operations"] if one["verb"] == "list")
    assert listed["envelope"] == {"records": "/data", "total": "/total"}
    assert listed["filters"] == ["status: exact status"]
    assert listed["paging"]["style"] == "offset"
    (stateless,) = data["stateless"]
    assert stateless["path"] == "/version"
    assert stateless["why"]
    assert stateless["hint"].startswith("x-double:")


def test_the_text_tells_the_reasons_and_the_hints(kit: Any) -> None:
    """For people: key, parents, verbs, reasons, how to change it."""
    text = told(kit).text()
    for part in (
        "6 on 2 collections, 1 answered without state",
        "orders (collection of Order)",
        "because the path parameter {id} is the property id",
        "parent {id} of orders remembered by the double as ^order_id",
        "sets status to 'cancelled'",
        "to change: x-double: {resources: {orders: {key: id}}}",
        "GET    /version",
    ):
        assert part in text, part

"""What is done to records by paths below them, and what answers say that show no record."""

from __future__ import annotations

from typing import Any

from tests.apis.conftest import Serve
from tests.apis.documents import MISSING, answers, parameter, takes

TEXT = {"type": "string"}
STATUS = {"type": "string", "enum": ["cancelled", "open", "paid", "shipped"]}
ORDER = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "integer"},
        "status": STATUS,
        "archived": {"type": "boolean"},
        "total": {"type": "number"},
    },
}
RECEIPT = {
    "type": "object",
    "required": ["success"],
    "properties": {"message": TEXT, "success": {"type": "boolean"}},
}


def orders() -> dict[str, Any]:
    """Orders, and deeds that answer with receipts."""
    one = [parameter("id", "path", "integer")]
    receipt = {"parameters": one, "responses": {**answers(RECEIPT), **MISSING}}
    status = {"type": "object", "required": ["status"], "properties": {"status": STATUS}}
    total = {"type": "object", "properties": {"total": {"type": "number"}}}
    return {
        "/orders": {"post": {"requestBody": takes(total), "responses": answers(ORDER, "201")}},
        "/orders/{id}": {
            "get": {"parameters": one, "responses": {**answers(ORDER), **MISSING}},
            "delete": receipt,
        },
        "/orders/{id}/cancel": {"post": receipt},
        "/orders/{id}/archive": {"put": receipt, "delete": receipt},
        "/orders/{id}/status": {"patch": {**receipt, "requestBody": takes(status)}},
        "/orders/{id}/quote": {"post": {**receipt, "requestBody": takes(total)}},
    }


def test_deeds_that_answer_with_receipts_are_done(serve: Serve) -> None:
    """`POST /orders/{id}/cancel` cancels, though its answer does not show the order."""
    client = serve(orders())
    made = client.post("/orders", json={"total": 3}).json()
    here = f"/orders/{made['id']}"
    assert client.post(f"{here}/cancel").json() == {"message": "Order updated", "success": True}
    assert client.get(here).json() == {**made, "status": "cancelled"}
    assert client.patch(f"{here}/status", json={"status": "paid"}).status_code == 200
    assert client.get(here).json()["status"] == "paid"
    client.put(f"{here}/archive")
    assert client.get(here).json()["archived"] is True
    client.delete(f"{here}/archive")
    assert client.get(here).json()["archived"] is False
    assert client.post("/orders/999999/cancel").status_code == 404


def test_what_only_asks_changes_nothing(serve: Serve) -> None:
    """A body that shares a word with the record is no change of it where the path names something else."""
    client = serve(orders())
    made = client.post("/orders", json={"total": 3}).json()
    assert client.post(f"/orders/{made['id']}/quote", json={"total": 9}).status_code == 200
    assert client.get(f"/orders/{made['id']}").json() == made


def test_a_removal_says_so(serve: Serve) -> None:
    """The receipt of a DELETE is one of success."""
    client = serve(orders())
    made = client.post("/orders", json={}).json()
    gone = client.delete(f"/orders/{made['id']}")
    assert gone.json() == {"message": "Order deleted", "success": True}
    assert client.get(f"/orders/{made['id']}").status_code == 404


def test_a_new_record_is_in_its_first_state(serve: Serve) -> None:
    """An order that nobody has touched is open, wherever that word stands in the list."""
    client = serve(orders())
    assert {client.post("/orders", json={}).json()["status"] for _ in range(5)} == {"open"}


def test_a_deed_before_the_key_is_done(serve: Serve) -> None:
    """`PUT /orders/archive/{id}` archives."""
    one = [parameter("id", "path", "integer")]
    paths = orders()
    paths["/orders/archive/{id}"] = {"put": {"parameters": one, "responses": {**answers(RECEIPT), **MISSING}}}
    client = serve(paths)
    made = client.post("/orders", json={}).json()
    assert client.put(f"/orders/archive/{made['id']}").json()["success"] is True
    assert client.get(f"/orders/{made['id']}").json()["archived"] is True
    assert client.put("/orders/archive/999999").status_code == 404

"""The first records of collections."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sample.documents import answer, contract

from apidouble.clock import Source
from apidouble.contract.operation import Contract
from apidouble.errors import ProjectError
from apidouble.model.resource import Parent, Resource
from apidouble.sample.check import check_fixture
from apidouble.sample.fixture import Fixture, load_fixture
from apidouble.sample.seed import seed
from apidouble.sample.seeding import Seeding
from apidouble.store.base import Record

CUSTOMER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "customer_id", "email", "created_at", "updated_at", "paid"],
    "properties": {
        "id": {"type": "integer"},
        "customer_id": {"type": "string", "format": "uuid"},
        "email": {"type": "string", "format": "email"},
        "given_name": {"type": "string"},
        "family_name": {"type": "string", "maxLength": 30},
        "active": {"type": "string", "enum": ["true", "false"]},
        "paid": {"type": "boolean"},
        "note": {"type": ["string", "null"]},
        "shipped": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$"},
        "created_at": {"type": "string", "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
SHOP: dict[str, Any] = {
    "components": {"schemas": {"Order": ORDER, "Customer": CUSTOMER}},
    "paths": {
        "/orders": {
            "get": {"responses": answer({"type": "array", "items": {"$ref": "#/components/schemas/Order"}})}
        }
    },
}


def order(**more: Any) -> Resource:
    """The resource of orders."""
    return Resource(
        "orders",
        "id",
        {"$ref": "#/components/schemas/Order"},
        key_schema={"type": "integer"},
        created=("created_at",),
        updated=("updated_at",),
        **more,
    )


def customer(**more: Any) -> Resource:
    """The resource of customers."""
    return Resource(
        "customers",
        "id",
        {"$ref": "#/components/schemas/Customer"},
        key_schema={"type": "string", "format": "uuid"},
        **more,
    )


def fixture(folder: Path, text: str) -> Fixture:
    """A fixture with this text."""
    path = folder / "shop.yaml"
    path.write_text(text, "utf-8")
    return load_fixture(path, "shop")


def seeded(
    made: Contract, resource: Resource, given: Fixture | None = None, number: int = 1, **more: Any
) -> list[Record]:
    """The seeded records; `records_of` gives none unless asked to."""
    more.setdefault("records_of", lambda _: ())
    return list(seed(resource, made, given or Fixture(), Source(number), **more))


def test_made_up_records(tmp_path: Path) -> None:
    """As many valid records as the resource says, under keys of its form, the same for the same seed."""
    made = contract(tmp_path, SHOP)
    records = seeded(made, order(seeded=12))
    check = made.compile_schema({"$ref": "#/components/schemas/Order"}, "response")
    assert [record.key for record in records] == list(range(1, 13))
    assert all(record.key == record.data["id"] and check.is_valid(record.data) for record in records)
    again = seeded(contract(tmp_path, SHOP), order(seeded=12))
    assert [record.data for record in records] == [record.data for record in again]
    other = seeded(made, order(seeded=12), number=2)
    assert [record.data for record in records] != [record.data for record in other]
    uuids = seeded(made, customer())
    assert all(re.fullmatch(r"[0-9a-f-]{36}", str(record.key)) for record in uuids)


def test_made_before_changed(tmp_path: Path) -> None:
    """No record is changed before it was made, and none after the base time."""
    base = datetime(2020, 5, 1, tzinfo=UTC)
    for record in seeded(contract(tmp_path, SHOP), order(seeded=40), base_time=base):
        assert record.data["created_at"] <= record.data["updated_at"] <= "2020-05-01T00:00:00Z"


CURATED = """
records:
  orders:
    - {id: 41, customer_id: 497f6eca-6276-4993-bfeb-53cbbbba6f08, email: a@example.com, paid: false,
       created_at: "2020-01-01T00:00:00Z", updated_at: "2020-01-01T00:00:00Z", "^shop": s1}
generate: {orders: {count: 5}}
"""


def test_curated_first(tmp_path: Path) -> None:
    """Curated records come first, as written; numbers go on after the greatest; the count is of all."""
    records = seeded(contract(tmp_path, SHOP), order(seeded=99), fixture(tmp_path, CURATED))
    assert [record.key for record in records] == [41, 42, 43, 44, 45]
    assert records[0].data["email"] == "a@example.com"
    assert records[0].hidden == {"shop": "s1"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (("email: a@example.com", "email: nobody"), "/records/orders/0/email"),
        (("paid: false", "paid: maybe"), "/records/orders/0/paid"),
        ((" paid: false,", ""), "/records/orders/0/paid"),
    ],
)
def test_curated_records_are_checked(tmp_path: Path, change: tuple[str, str], pointer: str) -> None:
    """A curated record that breaks the contract is a finding with pointer and line."""
    with pytest.raises(ProjectError) as caught:
        seeded(contract(tmp_path, SHOP), order(), fixture(tmp_path, CURATED.replace(*change)))
    (finding,) = caught.value.findings
    assert finding.pointer == pointer
    assert finding.line is not None
    assert finding.advice


def test_curated_keys_are_unique(tmp_path: Path) -> None:
    """Two curated records under one key are told, and so is a record without its parent."""
    record = CURATED.partition("orders:\n")[2].partition("generate:")[0]
    with pytest.raises(ProjectError, match="stands twice"):
        seeded(contract(tmp_path, SHOP), order(), fixture(tmp_path, f"records:\n  orders:\n{record}{record}"))
    parents = (Parent("tenantId", "^tenantId"),)
    with pytest.raises(ProjectError, match=re.escape("lacks '^tenantId'")):
        seeded(contract(tmp_path, SHOP), order(parents=parents), fixture(tmp_path, CURATED))


RULES = """
generate:
  orders:
    count: 60
    locales: [de_DE]
    fields:
      given_name: first_name
      family_name: last_name
      email: {template: "{given_name}.{family_name}@example.com", transform: email, unique: true}
      active: {weights: {true: 4, false: 1}}
      paid: {weights: {true: 4, false: 1}}
      note: {pick: [x, y], "null": 0.5}
      shipped: {provider: date_time_between, arguments: {start_date: "-3y", end_date: "-1y"}, omit: 0.4}
      tags: {list: {pick: [a, b, c]}, min: 1, max: 2}
      customer_id: {value: 497f6eca-6276-4993-bfeb-53cbbbba6f08}
"""


def test_rules(tmp_path: Path) -> None:
    """Each form of rule has its effect, in the type that the property has."""
    base = datetime(2024, 1, 1, tzinfo=UTC)
    made = contract(tmp_path, SHOP)
    data = [record.data for record in seeded(made, order(), fixture(tmp_path, RULES), base_time=base)]
    assert len(data) == 60
    assert len({one["email"] for one in data}) == 60
    assert all(re.fullmatch(r"[a-z0-9.+-]+@example\.com", one["email"]) for one in data)
    assert {one["active"] for one in data} == {"true", "false"}
    assert {one["paid"] for one in data} == {True, False}
    assert sum(one["paid"] for one in data) > 30
    assert {one["note"] for one in data} == {"x", "y", None}
    shipped = [one["shipped"] for one in data if "shipped" in one]
    assert 10 < len(shipped) < 55
    assert all("2021-01-01" <= text < "2023-01-02" for text in shipped)
    assert all(1 <= len(one["tags"]) <= 2 and len(set(one["tags"])) == len(one["tags"]) for one in data)
    assert {one["customer_id"] for one in data} == {"497f6eca-6276-4993-bfeb-53cbbbba6f08"}


def test_equal_templates_are_told_apart(tmp_path: Path) -> None:
    """Two people of one name get different addresses where they must be unique."""
    text = """
generate:
  orders:
    count: 4
    fields:
      given_name: {value: Anna}
      email: {template: "{given_name}@example.com", transform: email, unique: true}
"""
    data = [record.data for record in seeded(contract(tmp_path, SHOP), order(), fixture(tmp_path, text))]
    assert [one["email"] for one in data] == [
        "anna@example.com",
        "anna2@example.com",
        "anna3@example.com",
        "anna4@example.com",
    ]


@pytest.mark.parametrize("rule", ["no_such_provider", "{provider: random_int, arguments: {low: 1}}"])
def test_a_rule_that_cannot_work(tmp_path: Path, rule: str) -> None:
    """An unknown provider or argument is told with the fixture's file and pointer."""
    text = f"generate: {{orders: {{fields: {{email: {rule}}}}}}}"
    with pytest.raises(ProjectError, match="/generate/orders/fields"):
        seeded(contract(tmp_path, SHOP), order(), fixture(tmp_path, text))


def test_documented_examples_exist(tmp_path: Path) -> None:
    """Examples of answers are records under their own keys, wherever they stand; invalid ones are not."""
    first = {
        "id": 700,
        "customer_id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
        "email": "x@example.com",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
        "paid": True,
    }
    reference = {"$ref": "#/components/schemas/Order"}
    envelope = {"type": "object", "properties": {"data": {"type": "array", "items": reference}}}
    paths = {
        "/orders": {"get": {"responses": answer(envelope, example={"data": [first, {"id": "bad"}]})}},
        "/orders/{id}": {
            "get": {"responses": answer(reference, examples={"a": {"value": first | {"id": 701}}})}
        },
    }
    made = contract(tmp_path, SHOP | {"paths": paths})
    records = seeded(made, order(seeded=6))
    assert [record.key for record in records] == [700, 701, 702, 703, 704, 705]
    assert records[0].data == first
    records[0].data["paid"] = False  # type: ignore[index]
    assert seeded(made, order(seeded=1))[0].data["paid"] is True


def test_what_a_create_answers_does_not_exist_yet(tmp_path: Path) -> None:
    """The example of a create's answer is not seeded, so that its sample request finds nothing in its way."""
    shown = {"id": "497f6eca-6276-4993-bfeb-53cbbbba6f08", "name": "Ann"}
    paths = {
        "/customers": {
            "post": {"responses": answer({"$ref": "#/components/schemas/Customer"}, example=shown)}
        }
    }
    made = contract(tmp_path, SHOP | {"paths": paths})
    assert shown["id"] not in [record.key for record in seeded(made, customer())]


def test_examples_of_properties(tmp_path: Path) -> None:
    """Where only properties have examples, the first record has them, key included."""
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "integer", "example": 10},
            "name": {"type": "string", "example": "doggie"},
        },
    }
    made = contract(tmp_path, {"components": {"schemas": {"Order": schema}}})
    records = seeded(
        made, Resource("pets", "id", {"$ref": "#/components/schemas/Order"}, {"type": "integer"})
    )
    assert records[0].data == {"id": 10, "name": "doggie"}
    assert records[1].key == 11


def test_references_exist(tmp_path: Path) -> None:
    """Foreign keys point at records that exist; where none exists the property is null or left out."""
    made = contract(tmp_path, SHOP)
    resources = {"orders": order(references={"customer_id": "customers"}, seeded=20), "customers": customer()}
    seeding = Seeding(made, resources, Fixture(), Source(1))
    keys = {record.key for record in seeding.records("customers")}
    assert {record.data["customer_id"] for record in seeding.records("orders")} <= keys


def test_children_have_parents_that_exist(tmp_path: Path) -> None:
    """Scoped children stand under records of their parent, with keys made of both."""
    made = contract(tmp_path, SHOP)
    parents = (Parent("customerId", "customer_id", "customers", "id"),)
    resources = {"orders": order(parents=parents, scoped=True, seeded=9), "customers": customer(seeded=3)}
    seeding = Seeding(made, resources, Fixture(), Source(1))
    keys = [record.key for record in seeding.records("customers")]
    orders = seeding.records("orders")
    assert [record.key[0] for record in orders] == [keys[index // 3] for index in range(9)]  # type: ignore[index]
    assert all(record.key == (record.data["customer_id"], record.data["id"]) for record in orders)
    none = Seeding(made, resources | {"customers": customer(seeded=0)}, Fixture(), Source(1))
    assert none.records("orders") == ()


def test_parents_without_a_collection(tmp_path: Path) -> None:
    """A path parameter that no collection holds gets its examples, else a value of its schema, hidden."""
    parameter = {
        "name": "tenant",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "example": "acme"},
    }
    paths = {"/{tenant}/orders": {"parameters": [parameter], "get": {"responses": answer({"type": "array"})}}}
    made = contract(tmp_path, SHOP | {"paths": paths})
    records = seeded(made, order(parents=(Parent("tenant", "^tenant"),)))
    assert {record.hidden["tenant"] for record in records} == {"acme"}
    others = seeded(made, order(parents=(Parent("region", "^region"),)))
    assert 1 <= len({record.hidden["region"] for record in others}) <= 2


def test_singletons(tmp_path: Path) -> None:
    """A singleton has one record, or one for each parent."""
    made = contract(tmp_path, SHOP)
    assert [record.key for record in seeded(made, customer(singleton=True))] == [("",)]
    one = customer(singleton=True, parents=(Parent("orderId", "^orderId", "orders", "id"),))
    seeding = Seeding(made, {"orders": order(seeded=3), "settings": one}, Fixture(), Source(1))
    assert [record.key for record in seeding.records("settings")] == [(1, ""), (2, ""), (3, "")]


def test_circles_end_and_order_does_not_matter(tmp_path: Path) -> None:
    """Collections that refer to each other are seeded, the same whichever is asked for first."""
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "a_id": {"type": "integer"}, "b_id": {"type": "integer"}},
    }
    made = contract(tmp_path, {"components": {"schemas": {"X": schema}}})
    reference = {"$ref": "#/components/schemas/X"}
    resources = {
        "a": Resource("a", "id", reference, {"type": "integer"}, references={"b_id": "b", "a_id": "a"}),
        "b": Resource("b", "id", reference, {"type": "integer"}, references={"a_id": "a"}),
    }
    first = Seeding(made, resources, Fixture(), Source(1))
    second = Seeding(made, resources, Fixture(), Source(1))
    forwards = [[record.data for record in first.records(name)] for name in ("a", "b")]
    backwards = [[record.data for record in second.records(name)] for name in ("b", "a")]
    assert forwards == backwards[::-1]
    assert all(record.data.get("b_id") in range(1, 11) for record in first.records("a"))


def test_unique_fields(tmp_path: Path) -> None:
    """No two records share a value that must be unique."""
    records = seeded(contract(tmp_path, SHOP), order(seeded=300, unique=("email",)))
    assert len(records) == 300
    assert len({record.data["email"] for record in records}) == 300


def test_derived_properties(tmp_path: Path) -> None:
    """What the rules derive is in each record, curated ones included."""

    def derive(data: MutableMapping[str, Any]) -> None:
        data["note"] = f"order {data['id']}"

    made = contract(tmp_path, SHOP)
    records = seeded(made, order(), fixture(tmp_path, CURATED), derive=derive)
    assert all(record.data["note"] == f"order {record.key}" for record in records)


def test_what_cannot_be_valid_is_left_out(tmp_path: Path) -> None:
    """Records that rules make invalid are left out with a finding, never a crash."""

    def spoil(data: MutableMapping[str, Any]) -> None:
        data["paid"] = "no"

    made = contract(tmp_path, SHOP)
    before = len(made.document.findings)
    assert seeded(made, order(), derive=spoil) == []
    assert any("orders" in str(finding) for finding in made.document.findings[before:])


def test_check_of_a_fixture(tmp_path: Path) -> None:
    """A fixture that speaks of what the API lacks is told, with what was likely meant."""
    text = """
identities: [{name: a, default: true, credentials: {Tokn: t}}]
records: {order: []}
generate:
  orders:
    locales: [xx_XX]
    fields:
      emial: email
      note: {template: "{given_nam}"}
      tags: {list: no_such_provider}
"""
    closed = ORDER | {"additionalProperties": False}
    made = contract(tmp_path, {"components": {"schemas": {"Order": closed}}})
    findings = check_fixture(fixture(tmp_path, text), made, {"orders": order()}, providers=True)
    found = {finding.pointer: finding for finding in findings}
    assert set(found) == {
        "/identities/0/credentials/Tokn",
        "/records/order",
        "/generate/orders/locales/0",
        "/generate/orders/fields/emial",
        "/generate/orders/fields/note/template",
        "/generate/orders/fields/tags/list",
    }
    assert "orders" in found["/records/order"].advice
    assert "email" in found["/generate/orders/fields/emial"].advice
    assert all(finding.line is not None for finding in findings)
    assert check_fixture(fixture(tmp_path, RULES), made, {"orders": order()}, providers=True) == []

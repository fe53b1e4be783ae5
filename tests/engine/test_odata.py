"""`$filter` of OData selects what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.engine.odata import condition_of
from apidouble.store.base import CollectionSpec, Record
from apidouble.store.memory import MemoryStore

PRODUCTS = [
    {"Id": 1, "Name": "Lamp", "Price": 10.5, "Owner": {"Name": "Ann"}, "Sold": False},
    {"Id": 2, "Name": "Table lamp", "Price": 30, "Owner": {"Name": "Ben"}, "Sold": True},
    {"Id": 3, "Name": "Chair's leg", "Price": 7, "Owner": None, "Sold": True},
]


def _found(text: str) -> list[int]:
    records = [Record(one["Id"], one, {}) for one in PRODUCTS]  # type: ignore[arg-type]
    store = MemoryStore([CollectionSpec("products", seed=lambda: records)])
    condition = condition_of(text)
    assert condition is not None, text
    return [int(one.data["Id"]) for one in store.begin().page("products", condition)[0]]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Id eq 2", [2]),
        ("Price gt 7", [1, 2]),
        ("Price ge 7 and Price lt 30", [1, 3]),
        ("Name eq 'Chair''s leg'", [3]),
        ("contains(Name,'lamp')", [1, 2]),
        ("startswith(Name, 'Table')", [2]),
        ("endswith(Name,'LEG') eq true", [3]),
        ("Owner/Name eq 'Ben' or Id eq 3", [2, 3]),
        ("not (Sold eq true)", [1]),
        ("Id in (1, 3)", [1, 3]),
        ("Id ne 1 and (Price lt 10 or Price gt 20)", [2, 3]),
        ("Owner eq null", [3]),
    ],
)
def test_expressions_select(text: str, ids: list[int]) -> None:
    """Comparisons, functions, lists, `and` before `or`, brackets, names of objects within."""
    assert _found(text) == ids


@pytest.mark.parametrize(
    "text", ["", "Id", "Id eq", "Id eq 1 and", "(Id eq 1", "Id add 1 eq 2", "year(At) eq 1", "x" * 3000]
)
def test_what_is_not_understood_selects_nothing_away(text: str) -> None:
    """No error: the double does not pretend to know."""
    assert condition_of(text) is None


@given(st.text(alphabet="()' ,andortIdeq1notcns/", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is sent, there is a condition or none."""
    condition_of(text)

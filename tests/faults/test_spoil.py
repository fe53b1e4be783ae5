"""Spoiled answers are what they claim to be."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.engine.exchange import NOTHING
from apidouble.faults.spoil import contract_breaking, malformed, truncated

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=3), part, max_size=4),
    max_leaves=8,
)


@given(JSON, st.integers())
def test_malformed_is_no_json(value: Any, seed: int) -> None:
    """Whatever the body was, no parser takes it afterwards."""
    spoiled = malformed(orjson.dumps(value), Random(seed))
    with pytest.raises(ValueError, match=r"."):
        orjson.loads(spoiled)
    with pytest.raises(ValueError, match=r"."):
        json.loads(spoiled)


@given(st.binary(min_size=2, max_size=50), st.integers())
def test_truncated_is_a_beginning(body: bytes, seed: int) -> None:
    """A truncated body is a proper, non-empty beginning of the whole."""
    spoiled = truncated(body, Random(seed))
    assert body.startswith(spoiled)
    assert 0 < len(spoiled) < len(body)


def test_nothing_to_cut() -> None:
    """What has no two bytes is cut to nothing."""
    assert truncated(b"", Random(1)) == truncated(b"1", Random(1)) == b""


SCHEMAS: list[tuple[Any, Any]] = [
    ({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, {"a": "x", "b": 1}),
    ({"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}, [{"n": 1}]),
    ({"type": "array"}, []),
    ({"type": "string", "maxLength": 3}, "abc"),
    ({"type": ["null", "integer"]}, None),
    ({"not": {"type": "null"}}, {"any": "thing"}),
    ({"properties": {"deep": {"properties": {"er": {"type": "boolean"}}}}}, {"deep": {"er": True}}),
]


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
@pytest.mark.parametrize("seed", range(5))
def test_contract_breaking(schema: Any, value: Any, seed: int) -> None:
    """The spoiled value is refused by the contract, the same for the same chance."""
    is_valid = jsonschema_rs.validator_for(schema).is_valid
    assert is_valid(value)
    spoiled = contract_breaking(value, is_valid, Random(seed))
    assert spoiled is not NOTHING
    assert not is_valid(spoiled)
    assert spoiled == contract_breaking(value, is_valid, Random(seed))


def test_contract_that_allows_anything() -> None:
    """Where anything is allowed nothing can break it, and that is said."""
    assert contract_breaking({"a": 1}, lambda _: True, Random(1)) is NOTHING


def test_null_can_be_the_breach() -> None:
    """Null is a spoiled answer like any other."""
    assert contract_breaking("x", lambda value: value is not None, Random(1)) is None

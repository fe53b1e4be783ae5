"""Values that almost fit a schema are brought to it, and keep what they can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from apidouble.clock import Source
from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.load import load
from apidouble.engine.fitting import Fitter
from apidouble.engine.hiding import Hiding
from apidouble.engine.keys import as_key, converter
from apidouble.sample.generate import Generator

USER = {
    "type": "object",
    "required": ["login", "id"],
    "properties": {"id": {"type": "integer"}, "login": {"type": "string"}},
}


def contract_of(folder: Path, **schemas: Any) -> Contract:
    path = folder / "small.yaml"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"User": USER, **schemas}},
    }
    path.write_text(yaml.safe_dump(document), "utf-8")
    return compile_contract(load(str(path), name="small", cache=None))


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return contract_of(tmp_path)


@pytest.fixture
def fitter(contract: Contract) -> Fitter:
    generator = Generator(contract.document, Source(1), compile_schema=contract.compile_schema)
    return Fitter(
        contract,
        lambda schema, label, count, name: generator.value(schema, label=label, count=count, name=name),
    )


REFERENCE = {"$ref": "#/components/schemas/User"}
ISSUE = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string"},
        "state": {"enum": ["open", "closed"]},
        "assignee": REFERENCE,
        "assignees": {"type": "array", "items": REFERENCE},
        "count": {"type": "integer"},
    },
}


def test_what_fits_stays_itself(fitter: Fitter) -> None:
    """Nothing is copied, nothing is made up."""
    value = {"title": "a"}
    assert fitter.fit(ISSUE, value, "x") is value


def test_a_name_becomes_the_object_that_it_names(fitter: Fitter) -> None:
    """Given `assignee: ann`, the answer shows a user called ann; lists alike."""
    fitted = fitter.fit(ISSUE, {"title": "a", "assignee": "ann", "assignees": ["ann", "bob"]}, "x")
    assert fitted["title"] == "a"
    assert fitted["assignee"]["login"] == "ann"
    assert [one["login"] for one in fitted["assignees"]] == ["ann", "bob"]
    assert fitter.fits(ISSUE, fitted)


def test_a_record_that_is_there_is_preferred(fitter: Fitter) -> None:
    """The lookup is asked before anything is made up."""
    known = {"id": 7, "login": "ann"}
    fitted = fitter.fit(
        ISSUE,
        {"title": "a", "assignee": "ann"},
        "x",
        lookup=lambda schema, value: known if value == "ann" else None,
    )
    assert fitted["assignee"] == known


def test_an_impossible_word_leaves_what_was_there(fitter: Fitter) -> None:
    """A query parameter may set a state that the record does not know."""
    before = {"title": "a", "state": "open"}
    assert fitter.fit(ISSUE, {"title": "a", "state": "weird"}, "x", before=before) == before


def test_what_must_stay_stays(fitter: Fitter) -> None:
    """Members to keep are not changed, whatever becomes of the others."""
    fitted = fitter.fit(ISSUE, {"title": "a", "count": "5", "state": 3}, "x", keep=frozenset({"title"}))
    assert fitted["title"] == "a"
    assert fitted["count"] == 5


def test_the_same_label_gives_the_same_value(fitter: Fitter) -> None:
    """What is made up depends on label and count only."""
    broken = {"title": None, "assignee": 5}
    assert fitter.fit(ISSUE, broken, "x", 1) == fitter.fit(ISSUE, broken, "x", 1)


def test_write_only_members_are_hidden_at_any_depth(tmp_path: Path) -> None:
    """In objects, lists and the alternative that the value is."""
    secret = {"type": "string", "writeOnly": True}
    card = {
        "type": "object",
        "properties": {"kind": {"const": "card"}, "number": secret},
        "required": ["kind"],
    }
    bank = {
        "type": "object",
        "properties": {"kind": {"const": "bank"}, "number": {"type": "string"}},
        "required": ["kind"],
    }
    person = {"type": "object", "properties": {"name": {"type": "string"}, "password": secret}}
    schema = {
        "type": "object",
        "properties": {
            "people": {"type": "array", "items": person},
            "source": {"oneOf": [card, bank]},
        },
    }
    contract = contract_of(tmp_path, All=schema)
    hiding = Hiding(contract)
    whole = {"$ref": "#/components/schemas/All"}
    assert hiding.applies(whole)
    assert hiding.hide(whole, {"people": [{"name": "a", "password": "x"}]}) == {"people": [{"name": "a"}]}
    assert hiding.hide(whole, {"source": {"kind": "card", "number": "4"}}) == {"source": {"kind": "card"}}
    kept = {"source": {"kind": "bank", "number": "4"}}
    assert hiding.hide(whole, kept) == kept
    assert not hiding.applies({"$ref": "#/components/schemas/User"})


@pytest.mark.parametrize(
    ("has", "wants", "given", "expected"),
    [
        ("string", "integer", "15", 15),
        ("string", "integer", "015", "015"),
        ("string", "integer", "ann", "ann"),
        ("integer", "string", 15, "15"),
        ("", "integer", "-3", -3),
    ],
)
def test_keys_are_brought_to_the_type_that_records_have(
    has: str, wants: str, given: Any, expected: Any
) -> None:
    """Digits become numbers where that is lossless; everything else stays as it is."""
    convert = converter(frozenset({has} - {""}), frozenset({wants}))
    assert convert is not None
    assert convert(given) == expected


def test_equal_types_need_no_conversion() -> None:
    """The usual case costs nothing."""
    assert converter(frozenset({"string"}), frozenset({"string"})) is None
    assert converter(frozenset({"string"}), frozenset()) is None


@pytest.mark.parametrize("value", [{"a": 1}, [1, 2], 1.5, None])
def test_any_value_can_be_looked_up(value: Any) -> None:
    """A parameter that decodes to an object or a list finds nothing, and breaks nothing."""
    assert isinstance(hash(as_key(value)), int)
    assert isinstance(as_key(value), str)


@pytest.mark.parametrize(
    ("schema", "empty"),
    [
        ({"type": ["object", "null"]}, None),
        ({"type": ["integer", "null"]}, None),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {}),
        (REFERENCE, {"id": 7, "login": "ann"}),
    ],
)
def test_empty_text_unsets_what_is_no_text(fitter: Fitter, schema: Any, empty: Any) -> None:
    """Forms have no other word for it; what cannot be empty stays as it was."""
    assert (
        fitter.fit(schema, "", "x", before={"id": 7, "login": "ann"} if schema is REFERENCE else 1) == empty
    )


@pytest.mark.parametrize(
    ("schema", "given", "kept"),
    [
        ({"type": "string"}, {"value": "blue"}, "blue"),
        ({"type": "integer"}, {"value": "5"}, 5),
        ({"type": "string"}, {"id": 7, "size": 3}, "7"),
        ({"type": "array", "items": {"type": "string"}}, [{"value": "a"}, {"value": "b"}], ["a", "b"]),
        ({"type": "string"}, {"one": "a", "two": "b"}, "before"),
    ],
)
def test_an_object_around_a_value_is_taken_off(fitter: Fitter, schema: Any, given: Any, kept: Any) -> None:
    """Some write `{value: x}` and read x; an object that says several things is none of them."""
    assert fitter.fit(schema, given, "x", before="before") == kept

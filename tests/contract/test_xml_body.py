"""XML by its hints: read, written, and refused where it is dangerous."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.texts import Reading, Readings
from apidouble.contract.xml_body import read_xml, write_xml
from apidouble.document.document import Document
from apidouble.document.published import Published
from apidouble.errors import Refusal

PET: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "name": {"type": "string"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "photos": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "string", "xml": {"name": "photo"}},
        },
        "tags": {
            "type": "array",
            "items": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "xml": {"name": "tag"}},
        },
        "sizes": {"type": "array", "xml": {"wrapped": True, "name": "dims"}, "items": {"type": "number"}},
        "score": {"type": ["number", "null"]},
        "free": {"type": "object", "additionalProperties": {"type": "boolean"}},
    },
    "xml": {"name": "pet", "prefix": "p", "namespace": "urn:pets"},
}
KIND = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "rank": {"type": "integer"}},
    "xml": {"name": "kind"},
}


def reading(schema: Any) -> Reading:
    root = {"components": {"schemas": {"Pet": PET, "Kind": KIND}}}
    return Readings(Document("t", "", "3.1.0", root, Published.of({})).resolve).of(schema)


def read(text: str | bytes, schema: Any = PET, depth_limit: int = 100, charset: str | None = None) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return read_xml(raw, reading(schema), depth_limit, charset)


def test_elements_attributes_and_lists_are_read_by_their_hints() -> None:
    """Wrapped and bare lists, renamed items, attributes, nested objects; prefixes do not matter."""
    text = """<?xml version="1.0"?><p:pet xmlns:p="urn:pets" id="5"><p:name> Rex </p:name>
      <kind><word>dog</word><rank>1</rank></kind>
      <photos><photo>a</photo><photo>b</photo></photos>
      <tag><word>x</word></tag><dims><sizes>1.5</sizes><sizes>2</sizes></dims></p:pet>"""
    value = read(text)
    assert value["id"] == 5
    assert value["name"] == " Rex "
    assert value["kind"] == {"word": "dog", "rank": 1}
    assert value["tags"] == [{"word": "x"}]
    assert value["photos"] == ["a", "b"]
    assert value["sizes"] == [1.5, 2]


def test_unknown_elements_are_kept() -> None:
    """So that a schema without additional properties refuses them."""
    assert read("<pet><name>x</name><colour>red</colour><colour>blue</colour></pet>") == {
        "name": "x",
        "colour": ["red", "blue"],
    }


def test_nil_is_null() -> None:
    """Where null is allowed."""
    nil = '<pet xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><score xsi:nil="true"/></pet>'
    assert read(nil) == {"score": None}


def test_a_root_list_holds_its_children() -> None:
    """Whatever they are called."""
    schema = {"type": "array", "items": {"type": "integer"}}
    assert read("<numbers><n>1</n><n>2</n></numbers>", schema) == [1, 2]
    assert read("<number>5</number>", {"type": "integer"}) == 5


def test_nothing_said_gives_a_plain_tree() -> None:
    """Text, or objects and lists of it."""
    assert read('<a x="1"><b>2</b><c><d/></c></a>', {}) == {"x": "1", "b": "2", "c": {"d": ""}}


def test_text_where_elements_belong_stays_text() -> None:
    """So that the validator can say what it is."""
    assert read("<pet>true</pet>") == "true"
    assert read("<pet><free>true</free></pet>") == {"free": "true"}
    assert read("<pet> </pet>") == {}


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
REFUSED = [
    ("", "is no well-formed XML"),
    ("{}", "is no well-formed XML"),
    ("<a>", "is no well-formed XML"),
    ("<a></b>", "is no well-formed XML"),
    ("<a>&nbsp;</a>", "is no well-formed XML"),
    (b"<a>\xff</a>", "is no well-formed XML"),
    (BOMB, "has a document type declaration"),
    (OUTSIDE, "has a document type declaration"),
    ('<!DOCTYPE html SYSTEM "http://example.com/x.dtd"><a/>', "has a document type declaration"),
    ("<a>" * 101 + "</a>" * 101, "is nested deeper than 100 levels"),
    ("<a>" * 200_000, "is nested deeper than 100 levels"),
    ('<?xml version="1.0" encoding="klingon"?><a/>', "is in an encoding that is not read"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_broken_or_dangerous_is_refused(text: str | bytes, reason: str) -> None:
    """Entities are never expanded, external ones never fetched, depth is bounded."""
    with pytest.raises(Refusal) as caught:
        read(text)
    assert caught.value.status == 400
    assert reason in caught.value.detail


def test_a_charset_of_the_header_counts() -> None:
    """RFC 7303 section 3: it goes before the declaration; one that is unknown is refused."""
    assert read("<pet><name>é</name></pet>".encode("latin-1"), charset="iso-8859-1") == {"name": "é"}
    with pytest.raises(Refusal):
        read("<a/>", charset="klingon")


TEXT = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    max_size=8,
)
PETS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(-(2**63), 2**63),
        "name": TEXT,
        "photos": st.lists(TEXT, max_size=3),
        "tags": st.lists(
            st.fixed_dictionaries({}, optional={"word": TEXT, "rank": st.integers(0, 9)}),
            min_size=1,
            max_size=3,
        ),
        "sizes": st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3),
        "score": st.none() | st.integers(0, 9),
        "free": st.dictionaries(st.sampled_from(["a", "b"]), st.booleans()),
    },
)


@given(PETS)
def test_reading_is_the_inverse_of_writing(pet: dict[str, Any]) -> None:
    """For every pet of which the hints say how it is written."""
    assert read_xml(write_xml(pet, reading(PET)), reading(PET), 100) == pet


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_written_is_well_formed(value: Any) -> None:
    """Names and characters that XML does not know are replaced."""
    raw = write_xml(value, reading({}))
    read_xml(raw, reading({}), 10_000)
    assert raw.startswith(b"<?xml")

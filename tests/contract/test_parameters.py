"""Decoding of parameters: the inverse of encoding for every style, explode and type; and each refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Inputs, Operation
from apidouble.document.document import Document
from apidouble.document.published import Published
from apidouble.errors import Violation


def operation(*parameters: dict[str, Any], path: str = "/things", **components: Any) -> Operation:
    root = {
        "openapi": "3.1.0",
        "paths": {path: {"get": {"parameters": list(parameters), "responses": {}}}},
        "components": {"schemas": components},
    }
    contract = compile_contract(Document("test", "test.yaml", "3.1.0", root, Published.of({})))
    return next(iter(contract.operations.values()))


def parameter(schema: Any, place: str = "query", name: str = "p", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **more}


def read(
    schema: Any,
    raw: str,
    place: str = "query",
    *,
    components: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[Inputs, list[Violation]]:
    """What one parameter `p` gives for raw text at its place."""
    path = "/things/{p}" if place == "path" else "/things"
    compiled = operation(parameter(schema, place, **more), path=path, **(components or {}))
    values = {"p": raw} if place == "path" else {}
    query = raw.encode() if place == "query" else b""
    headers = {"p": raw} if place == "header" else {"cookie": raw} if place == "cookie" else {}
    return compiled.read_inputs(values, query, headers)


def value_of(schema: Any, raw: str, place: str = "query", **more: Any) -> Any:
    """The decoded value; the test fails if anything is refused."""
    inputs, violations = read(schema, raw, place, **more)
    assert violations == []
    return getattr(inputs, place)["p"]


def refusal_of(schema: Any, raw: str, place: str = "query", **more: Any) -> str:
    """The one message; the test fails if the value gets through."""
    inputs, violations = read(schema, raw, place, **more)
    assert getattr(inputs, place) == {}
    [violation] = violations
    assert violation.location == place
    return violation.message


# The law: decoding is the inverse of encoding

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(2**63), 2**64 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
}
NAMES = ("R", "G", "some name")


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def escaped(value: Any) -> str:
    return quote(text_of(value), safe="")


def header_text(value: Any) -> str:
    return text_of(value)


@st.composite
def typed(draw: st.DrawFn, forbidden: str = "") -> tuple[dict[str, Any], Any, Any, Any]:
    """A schema of a scalar with a value, a list and an object of such values."""
    kind = draw(st.sampled_from(sorted(SCALARS)))
    values = SCALARS[kind].filter(
        lambda value: (
            not set(text_of(value)) & set(forbidden)
            and text_of(value) != ""
            and text_of(value).strip() == text_of(value)
        )
    )
    items = draw(st.lists(values, min_size=1, max_size=4))
    members = draw(st.dictionaries(st.sampled_from(NAMES), values, min_size=1))
    return {"type": kind}, draw(values), items, members


def array(schema: Any) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def record(schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(NAMES, schema)}


def turns(members: Mapping[str, Any], mark: Any = escaped) -> list[str]:
    return [part for name, value in members.items() for part in (mark(name), mark(value))]


def assigned(members: Mapping[str, Any], mark: Any = escaped) -> list[str]:
    return [f"{mark(name)}={mark(value)}" for name, value in members.items()]


@given(typed(forbidden="."), st.booleans())
def test_path_parameters_of_style_simple(case: Any, explode: bool) -> None:
    """`5`, `3,4,5`, `R,100,G,200`, `R=100,G=200`."""
    schema, one, many, members = case
    assert value_of(schema, escaped(one), "path", explode=explode) == one
    assert value_of(array(schema), ",".join(map(escaped, many)), "path", explode=explode) == many
    parts = assigned(members) if explode else turns(members)
    assert value_of(record(schema), ",".join(parts), "path", explode=explode) == members


@given(typed(forbidden="."), st.booleans())
def test_path_parameters_of_style_label(case: Any, explode: bool) -> None:
    """`.5`, `.3,4,5` or `.3.4.5`, `.R,100,G,200` or `.R=100.G=200`."""
    schema, one, many, members = case
    more: Any = {"style": "label", "explode": explode}
    assert value_of(schema, f".{escaped(one)}", "path", **more) == one
    mark = "." if explode else ","
    assert value_of(array(schema), "." + mark.join(map(escaped, many)), "path", **more) == many
    parts = assigned(members) if explode else turns(members)
    assert value_of(record(schema), "." + mark.join(parts), "path", **more) == members


@given(typed(), st.booleans())
def test_path_parameters_of_style_matrix(case: Any, explode: bool) -> None:
    """`;p=5`, `;p=3,4,5` or `;p=3;p=4`, `;p=R,100` or `;R=100;G=200`."""
    schema, one, many, members = case
    more: Any = {"style": "matrix", "explode": explode}
    assert value_of(schema, f";p={escaped(one)}", "path", **more) == one
    listed = "".join(f";p={escaped(value)}" for value in many)
    assert (
        value_of(array(schema), listed if explode else ";p=" + ",".join(map(escaped, many)), "path", **more)
        == many
    )
    spread = "".join(f";{part}" for part in assigned(members))
    assert (
        value_of(record(schema), spread if explode else ";p=" + ",".join(turns(members)), "path", **more)
        == members
    )


@given(typed(), st.booleans())
def test_query_parameters_of_style_form(case: Any, explode: bool) -> None:
    """`p=5`, `p=3,4,5` or `p=3&p=4`, `p=R,100` or `R=100&G=200`."""
    schema, one, many, members = case
    assert value_of(schema, f"p={escaped(one)}", explode=explode) == one
    listed = "&".join(f"p={escaped(value)}" for value in many)
    joined = "p=" + ",".join(map(escaped, many))
    assert value_of(array(schema), listed if explode else joined, explode=explode) == many
    spread = "&".join(assigned(members))
    assert (
        value_of(record(schema), spread if explode else "p=" + ",".join(turns(members)), explode=explode)
        == members
    )


@given(
    st.sampled_from(
        [("spaceDelimited", "%20", " "), ("pipeDelimited", "|", "|"), ("tabDelimited", "%09", "\t")]
    ),
    st.data(),
)
def test_query_parameters_of_delimited_styles(style: tuple[str, str, str], data: st.DataObject) -> None:
    """`p=3%204%205`, `p=3|4|5`; exploded they are repeated names; objects by turns."""
    name, mark, forbidden = style
    schema, _, many, members = data.draw(typed(forbidden=forbidden))
    assert value_of(array(schema), "p=" + mark.join(map(escaped, many)), style=name, explode=False) == many
    listed = "&".join(f"p={escaped(value)}" for value in many)
    assert value_of(array(schema), listed, style=name, explode=True) == many
    plain = {key: value for key, value in members.items() if " " not in key}
    if plain:
        joined = "p=" + mark.join(turns(plain))
        assert value_of(record(schema), joined, style=name, explode=False) == plain


TREES = st.recursive(
    TEXT,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b c", "ü"]), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def shape_of(tree: Any) -> dict[str, Any]:
    """A schema that says of what kind each part of a tree is."""
    if isinstance(tree, str):
        return {"type": "string"}
    if isinstance(tree, list):
        return {"type": "array", "prefixItems": [shape_of(part) for part in tree]}
    return {"type": "object", "properties": {name: shape_of(part) for name, part in tree.items()}}


def bracketed(name: str, tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [f"{name}={escaped(tree)}"]
    parts = enumerate(tree) if isinstance(tree, list) else tree.items()
    return [line for key, part in parts for line in bracketed(f"{name}[{escaped(key)}]", part)]


@given(st.dictionaries(st.sampled_from(["a", "b c", "ü"]), TREES, min_size=1))
def test_query_parameters_of_style_deep_object(tree: dict[str, Any]) -> None:
    """`p[a]=1&p[b][0]=2&p[b][1]=3`, nested as deep as the schema is."""
    raw = "&".join(bracketed("p", tree))
    assert value_of(shape_of(tree), raw, style="deepObject") == tree
    assert value_of(shape_of(tree), raw.replace("[", "%5B").replace("]", "%5D"), style="deepObject") == tree


@given(typed(forbidden=",= \t"), st.booleans())
def test_header_parameters(case: Any, explode: bool) -> None:
    """Style simple without percent-encoding: `3, 4, 5`, `R,100,G,200` or `R=100,G=200`."""
    schema, one, many, members = case
    more: Any = {"explode": explode}
    assert value_of(schema, text_of(one), "header", **more) == one
    assert value_of(array(schema), ", ".join(map(text_of, many)), "header", **more) == many
    parts = assigned(members, text_of) if explode else turns(members, text_of)
    assert value_of(record(schema), ",".join(parts), "header", **more) == members


@given(typed(), st.booleans())
def test_cookie_parameters(case: Any, explode: bool) -> None:
    """Style form in one header, among other cookies."""
    schema, one, many, members = case
    more: Any = {"explode": explode}
    assert value_of(schema, f"x=1; p={escaped(one)}; y=2", "cookie", **more) == one
    listed = "; ".join(f"p={escaped(value)}" for value in many)
    joined = f"p={','.join(map(escaped, many))}"
    assert value_of(array(schema), listed if explode else joined, "cookie", **more) == many
    spread = "; ".join(assigned(members))
    assert (
        value_of(record(schema), spread if explode else f"p={','.join(turns(members))}", "cookie", **more)
        == members
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["path", "query", "cookie"]))
def test_parameters_declared_by_content(value: Any, place: str) -> None:
    """JSON in a parameter is that value."""
    path = "/things/{p}" if place == "path" else "/things"
    declared = {"name": "p", "in": place, "content": {"application/json": {"schema": {}}}}
    compiled = operation(declared, path=path)
    raw = quote(orjson.dumps(value).decode(), safe="")
    inputs, violations = compiled.read_inputs(
        {"p": raw} if place == "path" else {},
        f"p={raw}".encode() if place == "query" else b"",
        {"cookie": f"p={raw}"} if place == "cookie" else {},
    )
    assert violations == []
    assert getattr(inputs, place) == {"p": value}


@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        ({"type": "string"}, "blue", "blue"),
        ({"type": "string"}, "%22blue%22", "blue"),
        ({"type": "string"}, "78e0402021f7", "78e0402021f7"),
        ({"type": "string"}, "", ""),
        ({"type": ["string", "object"]}, "%7B%22a%22:1%7D", {"a": 1}),
    ],
)
def test_text_in_a_parameter_of_json_needs_no_quotes(schema: Any, raw: str, value: Any) -> None:
    """Clients send a string as it is in paths and headers; broken JSON of any other kind is refused."""
    declared = {"name": "p", "in": "path", "content": {"application/json": {"schema": schema}}}
    inputs, violations = operation(declared, path="/things/{p}").read_inputs({"p": raw}, b"", {})
    assert (violations, inputs.path) == ([], {"p": value})


@pytest.mark.parametrize(
    ("schema", "raw"),
    [
        ({"type": "string"}, "%22blue"),
        ({"type": ["string", "object"]}, "%7Ba"),
        ({"type": "integer"}, "blue"),
        ({}, "blue"),
    ],
)
def test_broken_json_in_a_parameter_is_refused(schema: Any, raw: str) -> None:
    """What begins as JSON must be JSON, and so must what is to be anything but text."""
    declared = {"name": "p", "in": "path", "content": {"application/json": {"schema": schema}}}
    inputs, violations = operation(declared, path="/things/{p}").read_inputs({"p": raw}, b"", {})
    assert ["is not valid JSON" in one.message for one in violations] == [True]
    assert inputs.path == {}


@pytest.mark.parametrize(
    ("name", "sent", "value"),
    [
        ("Accept-Encoding", "gzip, deflate", "gzip"),
        ("accept-encoding", "br;q=1.0, gzip;q=0.8", "gzip"),
        ("Accept-Language", "gzip", "gzip"),
        ("Accept-Language", "de-AT, de;q=0.9", None),
        ("X-Encoding", "gzip, deflate", None),
    ],
)
def test_a_header_that_lists_what_a_client_likes_holds_one_of_the_values(
    name: str, sent: str, value: str | None
) -> None:
    """Browsers send such lists on their own (RFC 9110 section 12.5); other headers are what they are."""
    schema = {"type": "string", "enum": ["gzip", "identity"]}
    inputs, violations = operation(parameter(schema, "header", name)).read_inputs(
        {}, b"", {name.lower(): sent}
    )
    assert list(inputs.header.values()) == ([value] if value is not None else [])
    assert len(violations) == (value is None)


@settings(max_examples=300)
@given(st.binary(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_nothing_that_is_sent_makes_decoding_fail(query: bytes, segment: str, header: str) -> None:
    """Whatever comes is decoded or refused; the declared types hold for what gets through."""
    compiled = operation(
        parameter({"type": "integer"}, "path", "p"),
        parameter({"type": "array", "items": {"type": "integer"}}, name="a", explode=False),
        parameter({"type": "object", "properties": {"x": {"type": "integer"}}}, name="d", style="deepObject"),
        parameter({"type": "object", "additionalProperties": {"type": "boolean"}}, name="e"),
        parameter({"type": "boolean"}, "header", "h"),
        parameter({"type": "number"}, "cookie", "c"),
        path="/things/{p}",
    )
    sent = {"h": header, "cookie": f"c={header}"}
    inputs, violations = compiled.read_inputs({"p": segment}, b"a=1&" + query, sent)
    assert isinstance(inputs.path.get("p", 0), int)
    assert all(isinstance(item, int) for item in inputs.query.get("a", []))
    assert inputs.path or violations


# Values

INTEGER = {"type": "integer"}
VALUES: list[tuple[str, Any, str, Any]] = [
    ("plus is a space", {"type": "string"}, "p=a+b%2Bc", "a b+c"),
    ("raw UTF-8", {"type": "string"}, "p=ü", "ü"),
    ("an equals sign in the value", {"type": "string"}, "p=a=b", "a=b"),
    ("an empty string", {"type": "string"}, "p=", ""),
    ("no equals sign", {"type": "string"}, "p", ""),
    ("a word that looks like a number", {"type": "string"}, "p=5", "5"),
    ("a whole number where any is meant", {"type": "number"}, "p=5", 5),
    ("an exponent", {"type": "number"}, "p=1e3", 1000),
    ("a fraction", {"type": "number"}, "p=0.5", 0.5),
    ("a fraction of nothing", {"type": "number"}, "p=-7.0", -7),
    ("a fraction of nothing beyond 64 bits", {"type": "number"}, "p=1e30", 1e30),
    ("no type", {}, "p=5", "5"),
    ("no type, repeated", {}, "p=5&p=6", ["5", "6"]),
    ("integer or null, empty", {"type": ["integer", "null"]}, "p=", None),
    ("integer or null, in words", {"type": ["integer", "null"]}, "p=null", None),
    ("string or null", {"type": ["string", "null"]}, "p=null", "null"),
    ("either type, a number", {"oneOf": [INTEGER, {"enum": ["all"]}]}, "p=5", 5),
    ("either type, a word", {"oneOf": [INTEGER, {"enum": ["all"]}]}, "p=all", "all"),
    ("an enum of numbers", {"enum": [1, 2]}, "p=2", 2),
    ("a const", {"const": True}, "p=true", True),
    ("combined", {"allOf": [INTEGER, {"minimum": 1}]}, "p=2", 2),
    ("one or many, one", {"anyOf": [INTEGER, {"type": "array", "items": INTEGER}]}, "p=1", 1),
    ("one or many, many", {"anyOf": [INTEGER, {"type": "array", "items": INTEGER}]}, "p=1&p=2", [1, 2]),
    ("a list of one", {"type": "array", "items": INTEGER}, "p=1", [1]),
    ("the largest integer", INTEGER, "p=18446744073709551615", 2**64 - 1),
]


@pytest.mark.parametrize(
    ("schema", "query", "value"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES]
)
def test_values_are_typed_by_their_schema(schema: Any, query: str, value: Any) -> None:
    """Text becomes what the schema means, and stays text where that is meant."""
    found = value_of(schema, query)
    assert (found, type(found)) == (value, type(value))


def test_schemas_are_followed() -> None:
    """A schema may stand elsewhere."""
    compiled = operation(parameter({"$ref": "#/components/schemas/Size"}), Size=INTEGER)
    assert compiled.read_inputs({}, b"p=5", {})[0].query == {"p": 5}


REFUSED: list[tuple[str, Any, str, str]] = [
    ("no integer", INTEGER, "p=x", "must be an integer, got 'x'"),
    ("an empty integer", INTEGER, "p=", "must be an integer, got ''"),
    ("a fraction", INTEGER, "p=1.5", "must be an integer, got '1.5'"),
    (
        "an integer beyond 64 bits",
        INTEGER,
        "p=18446744073709551616",
        "must be an integer of at most 64 bits, got '18446744073709551616'",
    ),
    (
        "a negative integer beyond 64 bits",
        {"type": ["integer", "null"]},
        "p=-9223372036854775809",
        "must be an integer or null of at most 64 bits, got '-9223372036854775809'",
    ),
    (
        "one of several forms beyond 64 bits",
        {"anyOf": [INTEGER, {"type": "boolean"}]},
        "p=99999999999999999999999",
        "must be an integer or true or false of at most 64 bits, got '99999999999999999999999'",
    ),
    ("zeros without end", INTEGER, "p=" + "0" * 24 + "1", f"must be an integer, got '{'0' * 24}1'"),
    ("digits of another script", INTEGER, "p=%D9%A3", "must be an integer, got '٣'"),
    ("an infinite number", {"type": "number"}, "p=1e999", "must be a number, got '1e999'"),
    ("no boolean", {"type": "boolean"}, "p=maybe", "must be true or false, got 'maybe'"),
    ("out of range", {"type": "integer", "maximum": 5}, "p=6", "must be at most 5, got 6"),
    ("repeated", INTEGER, "p=1&p=1", "is given 2 times, but takes one value"),
    ("a broken escape", {"type": "string"}, "p=%zz", "has a broken percent-escape: '%zz'"),
    ("a cut escape", {"type": "string"}, "p=%4", "has a broken percent-escape: '%4'"),
    ("broken UTF-8", {"type": "string"}, "p=%ff", "must be percent-encoded UTF-8"),
    ("NUL", {"type": "string"}, "p=a%00", "must not hold NUL characters"),
]


@pytest.mark.parametrize(
    ("schema", "query", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_does_not_fit_is_told(schema: Any, query: str, message: str) -> None:
    """One violation at the parameter, in words."""
    assert refusal_of(schema, query) == message


def test_an_item_of_a_list_is_told_by_its_place() -> None:
    """The pointer leads into the value."""
    _, [violation] = read({"type": "array", "items": INTEGER}, "p=1&p=x")
    assert (violation.name, violation.pointer, violation.field) == ("p", "/1", "p.1")


def test_an_undecodable_query_string_is_told() -> None:
    """Raw bytes that are no UTF-8 are a violation, not a crash."""
    _, [violation] = operation(parameter(INTEGER)).read_inputs({}, b"p=\xff", {})
    assert "UTF-8" in violation.message


def test_a_broken_escape_in_an_unknown_parameter_is_told() -> None:
    """It is no harmless cache buster."""
    inputs, [violation] = operation(parameter(INTEGER)).read_inputs({}, b"p=1&_=%zz", {})
    assert violation.name == "_"
    assert inputs.query == {"p": 1}


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_a_required_parameter_is_missed(place: str) -> None:
    """Once, at its place."""
    compiled = operation(parameter(INTEGER, place, required=True))
    _, [violation] = compiled.read_inputs({}, b"", {})
    assert violation == Violation("is required", place, "p", "", "required")  # type: ignore[arg-type]
    _, [violation] = compiled.read_inputs({}, b"other=1", {})
    assert violation.message == "is required"


def test_a_path_parameter_is_checked() -> None:
    """Types, escapes and constraints of a segment."""
    uuid = {"type": "string", "format": "uuid"}
    assert value_of(uuid, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "path")
    assert refusal_of(uuid, "abc", "path") == "must be a valid uuid, got 'abc'"
    assert value_of({"type": "string"}, "a%2Fb+c", "path") == "a/b+c"
    assert refusal_of({"type": "string"}, "%f", "path") == "has a broken percent-escape: '%f'"
    assert refusal_of(INTEGER, ";p=5", "path", style="label") == "must start with `.` (style label)"
    assert refusal_of(INTEGER, "5", "path", style="matrix") == "must start with `;` (style matrix)"
    assert refusal_of(record(INTEGER), "R,1,G", "path").startswith("must be names and values by turns")
    assert refusal_of(record(INTEGER), "R1", "path", explode=True).startswith("must be pairs of the form")


def test_empty_values_are_fine_where_the_document_says_so() -> None:
    """With allowEmptyValue a flag is true, anything else empty text."""
    assert value_of({"type": "boolean"}, "p", allowEmptyValue=True) is True
    assert value_of(INTEGER, "p=", allowEmptyValue=True) == ""
    assert refusal_of(INTEGER, "p=x", allowEmptyValue=True)


def test_encoded_commas_split_a_list_only_where_nothing_else_fits() -> None:
    """Clients that encode delimiters are understood; a comma in a text stays one."""
    numbers = {"type": "array", "items": INTEGER}
    assert value_of(numbers, "p=1%2C2", explode=False) == [1, 2]
    assert value_of({"type": "array", "items": {"type": "string"}}, "p=a%2Cb,c", explode=False) == [
        "a,b",
        "c",
    ]


def test_deep_objects_take_lists_and_plain_values_where_the_schema_does() -> None:
    """`p[]=a`, `p[0]=a`, `p=5` beside `p[gt]=5`."""
    words = {"type": "array", "items": {"type": "string"}}
    for raw in ("p[]=a&p[]=b", "p[0]=a&p[1]=b", "p[1]=b&p[0]=a", "p=a&p=b"):
        assert value_of(words, raw, style="deepObject") == ["a", "b"]
    span = {"anyOf": [INTEGER, {"type": "object", "properties": {"gt": INTEGER}}]}
    assert value_of(span, "p=5", style="deepObject") == 5
    assert value_of(span, "p[gt]=5", style="deepObject") == {"gt": 5}
    nested = {"type": "object", "properties": {"list": {"type": "array", "items": record(INTEGER)}}}
    assert value_of(nested, "p[list][0][R]=1&p[list][1][G]=2", style="deepObject")["list"] == [
        {"R": 1},
        {"G": 2},
    ]
    assert value_of(nested, "p[list][][R]=1&p[list][][G]=2", style="deepObject") == {
        "list": [{"R": 1, "G": 2}]
    }


@pytest.mark.parametrize(
    "raw",
    ["p[a]=1&p[a][b]=2", "p[a][b]=1&p[a]=2", "p=1", "p[=1", "p" + "[a]" * 30 + "=1"],
)
def test_deep_objects_that_contradict_themselves_are_refused(raw: str) -> None:
    """A place cannot be a value and an object, and nesting has an end."""
    assert refusal_of({"type": "object"}, raw, style="deepObject")


def test_empty_brackets_beside_names_are_an_empty_name() -> None:
    """So they are where the schema allows no list at all."""
    free = {"type": "object", "additionalProperties": INTEGER}
    assert value_of(free, "p[]=1&p[a]=2", style="deepObject") == {"": 1, "a": 2}
    assert value_of(free, "p[]=1", style="deepObject") == {"": 1}
    assert value_of({"type": "object"}, "p[]=a&p[]=b", style="deepObject") == {"": ["a", "b"]}


def test_brackets_that_close_nothing_belong_to_the_name() -> None:
    """`p[a[b]` is the property `a[b`: nobody else can be meant."""
    free = {"type": "object"}
    assert value_of(free, "p[a[b]=1", style="deepObject") == {"a[b": "1"}
    assert value_of(free, "p[a]b]=1", style="deepObject") == {"a]b": "1"}
    assert value_of(free, "p[a][b[]=1", style="deepObject") == {"a": {"b[": "1"}}
    assert refusal_of(free, "p]=1&p[a=1", style="deepObject")


def test_objects_written_by_turns_are_understood_with_encoded_commas() -> None:
    """As lists are."""
    assert value_of(record(INTEGER), "p=R%2C1%2CG%2C2", explode=False) == {"R": 1, "G": 2}
    assert refusal_of(record(INTEGER), "p=R,1,G", explode=False)


def test_a_comma_in_the_value_of_a_header_goes_on_with_it() -> None:
    """Where each part has its name, a part without one can be nothing else."""
    words = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    assert value_of(words, "a=x,y,b=z", "header", explode=True) == {"a": "x,y", "b": "z"}
    assert refusal_of(words, "x,a=y", "header", explode=True)
    assert value_of(words, "", "header", explode=True) == {}


def test_an_exploded_object_leaves_others_alone() -> None:
    """Its properties are parameters of their own; those declared otherwise are not its."""
    closed = parameter({"type": "object", "properties": {"a": INTEGER, "b": INTEGER}}, name="filter")
    compiled = operation(closed, parameter(INTEGER, name="b"))
    inputs, violations = compiled.read_inputs({}, b"a=1&b=2&c=3", {})
    assert violations == []
    assert inputs.query == {"filter": {"a": 1}, "b": 2}
    free = parameter({"type": "object", "additionalProperties": INTEGER}, name="filter")
    inputs, violations = operation(free, parameter(INTEGER, name="b")).read_inputs({}, b"a=1&b=2&c=3", {})
    assert inputs.query == {"filter": {"a": 1, "c": 3}, "b": 2}


def test_unknown_parameters_change_nothing() -> None:
    """Clients send what no contract knows (`_=17` against caches): it is passed over."""
    inputs, violations = operation(parameter(INTEGER)).read_inputs({}, b"p=1&_=17&x[y]=2", {})
    assert violations == []
    assert inputs.query == {"p": 1}


def test_defaults_are_applied_where_nothing_was_sent() -> None:
    """A default of the parameter itself, or of the schema that it refers to."""
    compiled = operation(
        parameter({"type": "integer", "default": 25}, name="limit"),
        parameter({"$ref": "#/components/schemas/Flag"}, name="flag"),
        parameter({"type": "string"}, name="word"),
        Flag={"type": "boolean", "default": True},
    )
    inputs, _ = compiled.read_inputs({}, b"limit=5", {})
    assert inputs.query == {"limit": 5, "flag": True}
    inputs, _ = compiled.read_inputs({}, b"limit=5&flag=false", {})
    assert inputs.query == {"limit": 5, "flag": False}
    inputs, _ = compiled.read_inputs({}, b"", {})
    assert inputs.query == {"limit": 25, "flag": True}


def test_a_default_that_is_text_is_typed_and_a_senseless_one_is_not_applied() -> None:
    """Published documents quote their defaults, and get them wrong."""
    quoted = operation(parameter({"type": "integer", "default": "25"}))
    assert quoted.read_inputs({}, b"", {})[0].query == {"p": 25}
    wrong = operation(parameter({"type": "integer", "default": "many"}))
    assert wrong.read_inputs({}, b"", {})[0].query == {}


def test_a_default_is_not_shared_between_requests() -> None:
    """Who changes a decoded list changes no other request's."""
    compiled = operation(parameter({"type": "array", "items": INTEGER, "default": [1]}))
    compiled.read_inputs({}, b"", {})[0].query["p"].append(2)
    assert compiled.read_inputs({}, b"", {})[0].query == {"p": [1]}


def test_headers_are_found_whatever_their_case_and_some_are_ignored() -> None:
    """Names are case-insensitive; Accept, Content-Type and Authorization are not parameters."""
    compiled = operation(
        parameter(INTEGER, "header", "X-Count"), parameter(INTEGER, "header", "Accept", required=True)
    )
    inputs, violations = compiled.read_inputs({}, b"", {"x-count": "5", "accept": "text/html"})
    assert violations == []
    assert inputs.header == {"X-Count": 5}


def test_cookies_that_are_not_encoded_are_taken_as_they_are() -> None:
    """RFC 6265 knows no percent-encoding; quotes around a value are not part of it."""
    assert value_of({"type": "string"}, "p=100%", "cookie") == "100%"
    assert value_of({"type": "string"}, 'p="a b"', "cookie") == "a b"


def test_broken_json_in_a_parameter_is_told() -> None:
    """With the reason."""
    compiled = operation({"name": "p", "in": "query", "content": {"application/json": {"schema": {}}}})
    _, [violation] = compiled.read_inputs({}, b"p={", {})
    assert "JSON" in violation.message
    _, [violation] = compiled.read_inputs({}, b"p=1&p=2", {})
    assert "2 times" in violation.message


def test_a_query_string_of_a_million_parts_is_refused() -> None:
    """It costs no more than reading it."""
    _, violations = operation(parameter(INTEGER)).read_inputs({}, b"a&" * 1_000_000, {})
    assert violations
    assert len(violations) < 100


def test_the_decoder_is_compiled_once() -> None:
    """The first call replaces it, and who kept the first one gets the same."""
    compiled = operation(parameter(INTEGER))
    first = compiled.read_inputs
    assert first({}, b"p=1", {})[0].query == {"p": 1}
    second = compiled.read_inputs
    assert second is not first
    assert first({}, b"p=2", {})[0].query == {"p": 2}
    assert compiled.read_inputs is second

"""Request bodies: which declared media type they belong to, what they hold, what is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.bodies import check_body, decode_body, is_absent
from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Body
from apidouble.document.document import Document
from apidouble.document.published import Published
from apidouble.errors import Refusal

JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "active": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "home": {"type": "object", "properties": {"city": {"type": "string"}, "number": {"type": "integer"}}},
        "steps": {
            "type": "array",
            "items": {"type": "object", "properties": {"at": {"type": "integer"}, "to": {"type": "string"}}},
        },
        "photo": {"type": "string", "format": "binary"},
    },
}


def body(content: dict[str, Any], **components: Any) -> Body:
    root = {
        "openapi": "3.1.0",
        "paths": {"/": {"post": {"requestBody": {"content": content}, "responses": {}}}},
        "components": {"schemas": components},
    }
    contract = compile_contract(Document("t", "t.yaml", "3.1.0", root, Published.of({})))
    [operation] = contract.operations.values()
    assert operation.body is not None
    return operation.body


def read(content_type: str, raw: bytes, *declared: str, schema: Any = None, **more: Any) -> Any:
    """The value of a body, where these media types are declared with one schema."""
    names = declared or (content_type.partition(";")[0],)
    content = {name: {"schema": PERSON if schema is None else schema, **more} for name in names}
    value, media = decode_body(body(content), content_type, raw)
    assert check_body(media, value) == []
    return value


def refusal_of(content_type: str, raw: bytes, *declared: str, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(content_type, raw, *declared, **more)
    return caught.value


# Which media type

CHOICES: list[tuple[str, tuple[str, ...], str]] = [
    ("application/json", (JSON,), JSON),
    ("application/json; charset=utf-8", (JSON,), JSON),
    ("Application/JSON", (JSON,), JSON),
    ("", (JSON, FORM), JSON),
    ("", ("application/hal+json",), "application/hal+json"),
    ("application/hal+json", (JSON,), JSON),
    ("application/hal+json", (JSON, "application/hal+json"), "application/hal+json"),
    ("application/vnd.x+json", ("application/*+json",), "application/*+json"),
    ("application/json", ("application/*",), "application/*"),
    ("application/json", ("*/*",), "*/*"),
    ("application/merge-patch+json", ("application/merge-patch+json", JSON), "application/merge-patch+json"),
]


@pytest.mark.parametrize(("sent", "declared", "chosen"), CHOICES)
def test_a_body_belongs_to_a_declared_type(sent: str, declared: tuple[str, ...], chosen: str) -> None:
    """Exactly, as a member of a family, by a range, or as JSON where nothing is said."""
    content = {name: {"schema": PERSON} for name in declared}
    value, media = decode_body(body(content), sent, b'{"name": "Ann"}')
    assert (value, media.media_type) == ({"name": "Ann"}, chosen)


@pytest.mark.parametrize(
    ("sent", "declared"),
    [
        ("text/plain", (JSON,)),
        ("application/merge-patch+json", (JSON,)),
        ("application/json", ("application/hal+json",)),
        ("nonsense", (JSON,)),
        ("image/png", ("text/*",)),
        ("", (FORM, "text/plain")),
    ],
)
def test_any_other_type_is_refused(sent: str, declared: tuple[str, ...]) -> None:
    """415 names what is accepted, in words and in Accept."""
    refusal = refusal_of(sent, b"{}", *declared)
    assert refusal.status == 415
    assert refusal.headers == (("Accept", ", ".join(declared)),)
    assert all(name in refusal.detail for name in declared)


def test_a_body_without_declared_content_is_read_and_not_checked() -> None:
    """The document promises nothing about it."""
    value, media = decode_body(Body(False, {}), JSON, b"[1]")
    assert value == [1]
    assert check_body(media, value) == []


@pytest.mark.parametrize(
    ("content_type", "raw", "absent"),
    [
        ("", b"", True),
        (JSON, b"", True),
        ("application/xml", b"", True),
        (FORM, b"", False),
        (f"{MULTIPART}; boundary=x", b"", False),
        ("text/plain; charset=utf-8", b"", False),
        ("", b"{}", False),
        (JSON, b" ", False),
    ],
)
def test_nothing_is_a_body_where_it_is_said_to_be_one(content_type: str, raw: bytes, absent: bool) -> None:
    """An empty form is one without fields; no JSON is empty."""
    declared = body({name: {} for name in (JSON, FORM, MULTIPART, "text/plain")})
    assert is_absent(declared, content_type, raw) is absent


def test_an_empty_form_is_nothing_where_no_form_is_taken() -> None:
    """Clients that send nothing say that it is one."""
    assert is_absent(body({JSON: {}}), FORM, b"")


def test_an_empty_form_lacks_what_it_requires() -> None:
    """It is an object, and told as one."""
    value, media = decode_body(body({FORM: {"schema": PERSON}}), FORM, b"")
    assert value == {}
    assert [one.message for one in check_body(media, value)] == ["is required"]


# Charsets


@pytest.mark.parametrize("charset", ["utf-8", "UTF-16", "iso-8859-1", '"latin-1"', "windows-1252"])
def test_a_charset_is_honoured(charset: str) -> None:
    """In JSON as in text."""
    python = charset.strip('"')
    assert read(f"{JSON}; charset={charset}", '{"name": "Zoé"}'.encode(python)) == {"name": "Zoé"}
    assert read(f"text/plain; charset={charset}", "Zoé".encode(python), schema={"type": "string"}) == "Zoé"


@pytest.mark.parametrize("charset", ["klingon", "rot13", "idna", "base64", "unicode_escape", "x" * 500])
def test_an_unknown_charset_is_refused(charset: str) -> None:
    """Also what Python calls a codec and nobody else does."""
    assert refusal_of(f"{JSON}; charset={charset}", b"{}").status == 415


def test_text_that_is_not_what_it_says_is_refused() -> None:
    """With 400: the type is fine, the body is not."""
    assert refusal_of("text/plain", b"\xff", schema={}).status == 400
    assert refusal_of(f"{JSON}; charset=utf-16", b"{}x").status == 400
    assert refusal_of(f"{FORM}; charset=utf-8", b"name=\xff").status == 400


# JSON, text, bytes


def test_json_is_refused_as_json_is() -> None:
    """The reason is the parser's."""
    refusal = refusal_of(JSON, b"{")
    assert (refusal.status, refusal.detail[:27]) == (400, "The body is not valid JSON:")


def test_json_that_breaks_the_schema_is_told() -> None:
    """By property."""
    value, media = decode_body(body({JSON: {"schema": PERSON}}), JSON, b'{"age": "x"}')
    assert sorted((one.pointer, one.message, one.location) for one in check_body(media, value)) == [
        ("/age", "must be an integer, got 'x'", "body"),
        ("/name", "is required", "body"),
    ]


def test_text_is_typed_by_its_schema() -> None:
    """A number in a text body is one where a number is meant."""
    assert read("text/plain", b"5", schema={"type": "integer"}) == 5
    assert read("text/plain", b"5", schema={"type": "string"}) == "5"
    assert read("text/csv", b"", schema={"type": "string"}) == ""


@pytest.mark.parametrize("name", ["text/plain", "application/octet-stream"])
@pytest.mark.parametrize("schema", [PERSON, {"$ref": "#/components/schemas/Person"}, {"allOf": [PERSON]}])
def test_what_only_json_can_fill_is_read_as_json(schema: Any, name: str) -> None:
    """Documents declare one schema for JSON and for text or files: an object in those is JSON."""
    declared = body({name: {"schema": schema}}, Person=PERSON)
    value, media = decode_body(declared, name, b' {"name": "Ann"}')
    assert (value, check_body(media, value)) == ({"name": "Ann"}, [])
    value, media = decode_body(declared, name, b"Ann")
    assert [one.message for one in check_body(media, value)] == ["must be an object, got 'Ann'"]
    with pytest.raises(Refusal, match="not valid JSON"):
        decode_body(declared, name, b'{"name": ')


@pytest.mark.parametrize("name", ["application/yaml", "text/x-yaml", "application/vnd.acme+yaml"])
def test_yaml_is_read_as_the_json_that_it_stands_for(name: str) -> None:
    """By YAML 1.2's core schema, JSON included; text stays text where that is declared."""
    assert read(name, b"name: Ann\nage: 7\ntags: [a, 'no']\nhome:\n  city: Ulm\n") == {
        "name": "Ann", "age": 7, "tags": ["a", "no"], "home": {"city": "Ulm"},
    }  # fmt: skip
    assert read(name, b'{"name": "Ann"}') == {"name": "Ann"}
    assert read(name, b"version: 1.5\nname: Ann") == {"version": 1.5, "name": "Ann"}
    assert read(name, b"name: Ann", schema={"type": "string"}) in {"name: Ann", b"name: Ann"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"name: [", "no valid YAML"), (b"[" * 150 + b"]" * 150, "nested deeper"), (b"\ta: b", "no valid YAML")],
)
def test_yaml_that_cannot_be_read_is_refused(raw: bytes, reason: str) -> None:
    """With the reason, as JSON is."""
    refusal = refusal_of("application/yaml", raw)
    assert refusal.status == 400
    assert reason in refusal.detail


def test_anything_else_stays_bytes() -> None:
    """Its length is checked in bytes."""
    schema = {"type": "string", "format": "binary", "maxLength": 3}
    assert read("image/png", b"\x89PN", "image/*", schema=schema) == b"\x89PN"
    value, media = decode_body(body({"image/*": {"schema": schema}}), "image/png", b"\x89PNG")
    assert [one.keyword for one in check_body(media, value)] == ["maxLength"]


def test_json_lines_are_a_list() -> None:
    """One value a line."""
    schema = {"type": "array", "items": {"type": "integer"}}
    assert read("application/x-ndjson", b"1\n2\n\n", schema=schema) == [1, 2]


# Forms

FORMS: list[tuple[str, Any]] = [
    ("name=Ann", {"name": "Ann"}),
    ("name=Ann+B%C3%A9a", {"name": "Ann Béa"}),
    ("name=5&age=5&active=true", {"name": "5", "age": 5, "active": True}),
    ("name=A&tags=x", {"name": "A", "tags": ["x"]}),
    ("name=A&tags=x&tags=y", {"name": "A", "tags": ["x", "y"]}),
    ("name=A&tags[]=x&tags[]=y", {"name": "A", "tags": ["x", "y"]}),
    ("name=A&sizes[1]=2&sizes[0]=1", {"name": "A", "sizes": [1, 2]}),
    ("name=A&home[city]=Z&home[number]=3", {"name": "A", "home": {"city": "Z", "number": 3}}),
    ('name=A&home={"city":"Z","number":3}', {"name": "A", "home": {"city": "Z", "number": 3}}),
    (
        "name=A&steps[0][at]=1&steps[0][to]=x&steps[1][at]=2",
        {"name": "A", "steps": [{"at": 1, "to": "x"}, {"at": 2}]},
    ),
    (
        "name=A&steps[][at]=1&steps[][to]=x&steps[][at]=2",
        {"name": "A", "steps": [{"at": 1, "to": "x"}, {"at": 2}]},
    ),
    ("name=A&other[x]=1&more=2", {"name": "A", "other": {"x": "1"}, "more": "2"}),
    ("name={}", {"name": "{}"}),
    ("name=a[b]&&", {"name": "a[b]"}),
    ("name=A&[x]=1&y]=2&z[=3", {"name": "A", "[x]": "1", "y]": "2", "z[": "3"}),
]


@pytest.mark.parametrize(("raw", "value"), FORMS)
def test_a_form_is_an_object(raw: str, value: Any) -> None:
    """Typed by the schema, lists and objects in every common spelling."""
    assert read(FORM, raw.encode()) == value


def test_encoding_says_how_a_list_is_written() -> None:
    """OAS 3.1 section 4.8.15: style and explode of one property."""
    encoding = {
        "sizes": {"style": "form", "explode": False},
        "tags": {"style": "pipeDelimited", "explode": False},
    }
    raw = b"name=A&sizes=1,2&tags=x|y%7Cz"
    assert read(FORM, raw, encoding=encoding) == {"name": "A", "sizes": [1, 2], "tags": ["x", "y", "z"]}


def test_names_that_are_declared_with_brackets_mean_themselves() -> None:
    """Some documents write `ids[]` where they mean a name."""
    schema = {"type": "object", "properties": {"ids[]": {"type": "array", "items": {"type": "integer"}}}}
    assert read(FORM, b"ids[]=1&ids[]=2", schema=schema) == {"ids[]": [1, 2]}


@pytest.mark.parametrize(
    "raw",
    [
        b"name=%zz",
        b"name=%ff",
        b"name=%00",
        b"a=1&a[b]=2",
        b"a[b]=1&a=2",
        b"a" + b"[x]" * 50 + b"=1",
        b"a&" * 20_000,
    ],
)
def test_a_broken_form_is_refused(raw: bytes) -> None:
    """With the reason."""
    refusal = refusal_of(FORM, raw)
    assert refusal.status == 400
    assert refusal.violations


def test_an_object_is_no_list() -> None:
    """Neither in brackets nor as JSON; both are told as what they are."""
    for raw in (b"name=A&tags={}", b"name=A&tags[x]=1"):
        value, media = decode_body(body({FORM: {"schema": PERSON}}), FORM, raw)
        assert check_body(media, value) != []


def test_a_repeated_value_that_is_no_list_is_told() -> None:
    """The validator says what it should have been."""
    value, media = decode_body(body({FORM: {"schema": PERSON}}), FORM, b"name=A&age=1&age=2")
    [violation] = check_body(media, value)
    assert (violation.pointer, violation.message) == ("/age", "must be an integer, got a list of 2 items")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)


@given(
    st.fixed_dictionaries(
        {"name": TEXT},
        optional={
            "age": st.integers(-(2**63), 2**63),
            "active": st.booleans(),
            "tags": st.lists(TEXT, min_size=1, max_size=3),
            "home": st.fixed_dictionaries({"city": TEXT, "number": st.integers(0, 9)}),
        },
    )
)
def test_reading_a_form_is_the_inverse_of_writing_it(value: dict[str, Any]) -> None:
    """For every value that a form can hold, urlencoded as multipart."""
    fields = [(name, part) for name, part in value.items() if not isinstance(part, list | dict)]
    fields += [("tags", part) for part in value.get("tags", [])]
    fields += [(f"home[{name}]", part) for name, part in value.get("home", {}).items()]
    texts = [(name, part if isinstance(part, str) else orjson.dumps(part).decode()) for name, part in fields]
    raw = "&".join(f"{quote_plus(name)}={quote_plus(text)}" for name, text in texts)
    assert read(FORM, raw.encode()) == value
    parts = [(f'form-data; name="{name}"', "", text.encode()) for name, text in texts]
    assert read(f"{MULTIPART}; boundary=XX-b", multipart(parts)) == value


# Multipart


def multipart(parts: list[tuple[str, str, bytes]], boundary: bytes = b"XX-b") -> bytes:
    """A body of (disposition, content type, data) parts."""
    raw = b""
    for disposition, kind, data in parts:
        raw += b"--" + boundary + b"\r\nContent-Disposition: " + disposition.encode() + b"\r\n"
        if kind:
            raw += b"Content-Type: " + kind.encode() + b"\r\n"
        raw += b"\r\n" + data + b"\r\n"
    return raw + b"--" + boundary + b"--\r\n"


def read_parts(*parts: tuple[str, str, bytes]) -> Any:
    return read(f'{MULTIPART}; boundary="XX-b"', multipart([('form-data; name="name"', "", b"A"), *parts]))


def test_files_become_text() -> None:
    """UTF-8 as it is, anything else in base64, so that a record with it stays JSON."""
    disposition = 'form-data; name="photo"; filename="a.bin"'
    assert read_parts((disposition, "text/plain", "ü".encode()))["photo"] == "ü"
    assert read_parts((disposition, "image/png", b"\x89PNG"))["photo"] == "iVBORw=="


def test_parts_may_be_json() -> None:
    """By their type, or because nothing but an object or list is meant."""
    home = {"city": "Z", "number": 3}
    raw = orjson.dumps(home)
    assert read_parts(('form-data; name="home"', JSON, raw))["home"] == home
    assert read_parts(('form-data; name="home"', "", raw))["home"] == home
    assert read_parts(('form-data; name="sizes"', JSON, b"[1,2]"))["sizes"] == [1, 2]
    step = ('form-data; name="steps"', "", b'{"at": 1}')
    assert read_parts(step)["steps"] == [{"at": 1}]
    assert read_parts(step, step)["steps"] == [{"at": 1}, {"at": 1}]


def test_repeated_files_are_a_list() -> None:
    """As an array of files is sent."""
    part = 'form-data; name="tags"; filename="a"'
    assert read_parts((part, "", b"x"), (part, "", b"y"))["tags"] == ["x", "y"]


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        (MULTIPART, multipart([])),
        (f"{MULTIPART}; boundary=other", multipart([('form-data; name="name"', "", b"A")])),
        (f"{MULTIPART}; boundary=XX-b", b"nonsense"),
        (f"{MULTIPART}; boundary=XX-b", b""),
        (f"{MULTIPART}; boundary=XX-b", multipart([('form-data; name="name"', "", b"A")])[:-12]),
        (f"{MULTIPART}; boundary=XX-b", multipart([("form-data", "", b"A")])),
        (f"{MULTIPART}; boundary=XX-b", multipart([('form-data; name="name"', "", b"\xff")])),
        (f"{MULTIPART}; boundary=XX-b", multipart([('form-data; name="home"', JSON, b"{")])),
        (f"{MULTIPART}; boundary=XX-b", multipart([('form-data; name="a"', "", b"")] * 2001)),
        (f"{MULTIPART}; boundary=XX-b", multipart([("form-data; name=x" + "x" * 10_000, "", b"")])),
    ],
)
def test_a_broken_multipart_body_is_refused(content_type: str, raw: bytes) -> None:
    """With 400 and the reason, whatever is missing."""
    refusal = refusal_of(content_type, raw)
    assert refusal.status == 400
    assert refusal.violations


@given(st.binary(max_size=300))
def test_no_multipart_body_is_a_crash(raw: bytes) -> None:
    """Bytes between two boundaries are parts or a refusal."""
    content: dict[str, Any] = {MULTIPART: {"schema": {}}}
    value = None
    try:
        value, _ = decode_body(body(content), f"{MULTIPART}; boundary=b", b"--b\r\n" + raw + b"\r\n--b--\r\n")
    except Refusal as refusal:
        value = {"status": refusal.status}
    assert isinstance(value, dict)


def test_what_is_wrong_with_a_body_is_found_once() -> None:
    """The same bytes are refused again in the same words; other bytes in their own; few are kept."""
    declared = body({JSON: {"schema": PERSON}})
    told = []
    for raw in (
        b'{"age": 1}',
        b'{"name": 1}',
        b'{"age": 1}',
        *(b'{"age": %d}' % age for age in range(2, 200)),
    ):
        value, media = decode_body(declared, JSON, raw)
        told.append([(one.pointer, one.message) for one in check_body(media, value, JSON, raw)])
    assert told[0] == told[2] == [("/name", "is required")]
    assert told[1] == [("/name", "must be a string, got 1")]
    assert len(media.refused) == 16


def test_equal_bytes_in_another_encoding_are_judged_apart() -> None:
    """What is kept belongs to bytes and Content-Type, since both say what the value is."""
    declared = body({JSON: {"schema": {"enum": ["x"]}}})
    told = {}
    for content_type in (JSON, f"{JSON}; charset=latin-1", JSON):
        value, media = decode_body(declared, content_type, '"é"'.encode())
        [violation] = check_body(media, value, content_type, '"é"'.encode())
        told[content_type] = violation.message
    assert list(told.values()) == ["must be one of 'x', got 'é'", "must be one of 'x', got 'Ã©'"]


def test_a_long_body_is_not_kept() -> None:
    """Nor are bodies that nobody sends twice."""
    raw = b'{"age": "' + b"x" * 5000 + b'"}'
    value, media = decode_body(body({JSON: {"schema": PERSON}}), JSON, raw)
    assert len(check_body(media, value, JSON, raw)) == 2
    assert not media.refused

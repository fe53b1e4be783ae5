"""Compiled validators: directions, references, broken schemas, what is said of a value that does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apidouble.contract.schemas import Schemas, SchemaValidator
from apidouble.contract.shaping import HEAVY
from apidouble.contract.texts import TYPES, Readings
from apidouble.document.document import Document
from apidouble.document.published import Published
from apidouble.errors import Violation


def document(**components: Any) -> Document:
    root = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": components}}
    return Document("test", "test.yaml", "3.1.0", root, Published.of({}))


def compiled(schema: Any, direction: Any = "plain", **components: Any) -> SchemaValidator:
    return Schemas(document(**components)).compile(schema, direction)


def told(schema: Any, value: Any, **components: Any) -> list[tuple[str, str]]:
    """Pointer and message of each violation, in a stable order."""
    violations = compiled(schema, **components).violations(value, "body")
    return sorted((violation.pointer, violation.message) for violation in violations)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def wide(name: str, size: int = HEAVY + 10) -> dict[str, Any]:
    """A schema with so many properties that it is compiled apart."""
    properties: dict[str, Any] = {f"{name}{i}": {"type": "integer"} for i in range(size)}
    return {"type": "object", "properties": properties, "required": [f"{name}0"]}


# Directions

ACCOUNT = {
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True},
    },
    "additionalProperties": False,
}


def test_a_request_need_not_hold_what_is_read_only() -> None:
    """Properties marked readOnly properties are not required of a request, and ignored where one is sent."""
    validator = compiled(ref("Account"), "request", Account=ACCOUNT)
    assert validator.is_valid({"name": "Ann", "password": "x"})
    assert validator.is_valid({"name": "Ann", "password": "x", "id": "not even an integer"})
    assert not validator.is_valid({"name": "Ann"})
    assert not validator.is_valid({"name": "Ann", "password": "x", "other": 1})


def test_a_response_need_not_hold_what_is_write_only() -> None:
    """Properties marked writeOnly are not required of an answer; readOnly ones are, of their type."""
    validator = compiled(ref("Account"), "response", Account=ACCOUNT)
    assert validator.is_valid({"id": 1, "name": "Ann"})
    assert not validator.is_valid({"name": "Ann"})
    assert not validator.is_valid({"id": "1", "name": "Ann"})


def test_marks_are_found_through_references_and_combinations() -> None:
    """The mark may stand in a referenced schema, the requirement in another branch of allOf."""
    components = {
        "Id": {"type": "integer", "readOnly": True},
        "Base": {"properties": {"id": ref("Id"), "at": {"allOf": [ref("Id")]}}},
        "Full": {"allOf": [ref("Base"), {"required": ["id", "at", "name"]}]},
    }
    validator = compiled(ref("Full"), "request", **components)
    assert validator.is_valid({"name": 1})
    assert not validator.is_valid({})


def test_directions_share_validators_where_they_agree() -> None:
    """A document that marks nothing has one validator for both directions."""
    schemas = Schemas(document(Plain={"type": "string"}))
    assert schemas.compile(ref("Plain"), "request") is schemas.compile(ref("Plain"), "response")


def test_a_schema_is_compiled_once() -> None:
    """The same node gives the same validator, however often it is asked for."""
    schemas = Schemas(document(Account=ACCOUNT))
    inline = {"type": "array", "items": ref("Account")}
    assert schemas.compile(inline, "request") is schemas.compile(inline, "request")
    assert schemas.compile(inline, "request") is not schemas.compile(inline, "response")


# References


def test_references_resolve_against_the_document() -> None:
    """Names with escapes in their pointers, references to references, and cycles."""
    components = {
        "a/b~c": {"type": "integer"},
        "Alias": {"$ref": "#/components/schemas/a~1b~0c"},
        "Node": {"type": "object", "properties": {"value": ref("Alias"), "next": ref("Node")}},
    }
    validator = compiled(ref("Node"), **components)
    assert validator.is_valid({"value": 1, "next": {"value": 2, "next": {}}})
    assert not validator.is_valid({"next": {"next": {"value": "x"}}})


def test_a_heavy_target_is_compiled_apart_and_still_checked() -> None:
    """What is behind a reference that is compiled apart is checked, and told with its place."""
    components = {
        "Heavy": {**wide("h"), "additionalProperties": False},
        "Order": {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": ref("Heavy")},
                "any": {"anyOf": [ref("Heavy")]},
            },
        },
    }
    assert compiled(ref("Order"), **components).is_valid({"items": [{"h0": 1}], "any": {"h0": 1}})
    assert told(ref("Order"), {"items": [{"h0": 1}, {"h1": "x"}]}, **components) == [
        ("/items/1/h0", "is required"),
        ("/items/1/h1", "must be an integer, got 'x'"),
    ]
    assert told(ref("Order"), {"any": {}}, **components) == [("/any/h0", "is required")]


def test_heavy_targets_that_refer_to_each_other_are_checked() -> None:
    """Cycles through schemas compiled apart end with the value."""
    left, right = wide("l"), wide("r")
    left["properties"]["right"] = ref("Right")
    right["properties"]["left"] = ref("Left")
    components = {"Left": left, "Right": right}
    assert compiled(ref("Left"), **components).is_valid({"l0": 1, "right": {"r0": 1, "left": {"l0": 1}}})
    assert told(ref("Left"), {"l0": 1, "right": {"r0": 1, "left": {}}}, **components) == [
        ("/right/left/l0", "is required")
    ]


def test_unevaluated_properties_see_through_heavy_references() -> None:
    """A reference that something evaluates is never compiled apart from what evaluates it."""
    closed = {"allOf": [ref("Heavy")], "unevaluatedProperties": False}
    components = {"Heavy": wide("h"), "Closed": closed}
    for schema in (ref("Closed"), {"properties": {"in": closed}}, {"properties": {"in": ref("Closed")}}):
        validator = compiled(schema, **components)
        good: dict[str, Any] = {"h0": 1, "h5": 2}
        bad: dict[str, Any] = {"h0": 1, "other": 2}
        if "properties" in schema:
            good, bad = {"in": good}, {"in": bad}
        assert validator.is_valid(good)
        assert not validator.is_valid(bad)


# Broken schemas

BROKEN: list[tuple[str, Any, Any]] = [
    ("an unknown type", {"type": "strng", "minLength": 2}, "x"),
    ("a bound of the wrong type", {"minimum": "3", "maximum": 5}, 6),
    ("required that is no list", {"required": True, "minProperties": 1}, {}),
    ("a pattern that does not compile", {"pattern": "[", "minLength": 2}, "x"),
    ("a reference that leads nowhere", {"$ref": "#/components/schemas/Nobody", "minLength": 2}, "x"),
    ("a reference elsewhere", {"$ref": "https://example.com/x.json", "minLength": 2}, "x"),
    ("an empty allOf", {"allOf": [], "minLength": 2}, "x"),
    ("properties that are a list", {"properties": [], "minProperties": 1}, {}),
    ("a property that is no schema", {"properties": {"a": 5}, "minProperties": 1}, {}),
    ("items that are a list", {"items": [{}], "minItems": 1}, []),
    ("multipleOf zero", {"multipleOf": 0, "maximum": 5}, 6),
    ("a name that is no pattern", {"patternProperties": {"[": {}}, "minProperties": 1}, {}),
]


@pytest.mark.parametrize(("schema", "bad"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_keyword_is_left_out(schema: Any, bad: Any) -> None:
    """What is left of the schema is still checked, and the document has a finding with the place."""
    owner = document()
    validator = Schemas(owner).compile(schema, "plain", "/components/schemas/Broken")
    assert not validator.is_valid(bad)
    assert len(owner.findings) == 1
    assert owner.findings[0].severity == "warning"
    assert owner.findings[0].pointer.startswith("/components/schemas/")


def test_a_thing_that_is_no_schema_accepts_everything() -> None:
    """It is told, and nothing is refused because of it."""
    owner = document()
    assert Schemas(owner).compile("string", "plain", "/x").is_valid(3)
    assert len(owner.findings) == 1


def test_a_schema_nested_without_end_accepts_everything() -> None:
    """A schema of 5,000 levels is told, not a crash."""
    schema: dict[str, Any] = {}
    for _ in range(5000):
        schema = {"items": schema}
    owner = document()
    assert Schemas(owner).compile(schema, "plain", "/x").is_valid([])
    assert len(owner.findings) == 1


@pytest.mark.parametrize(
    "pattern", [r"^(a|aa)+(?<!x)$", r"(?=.*)(a*)*b\1", r"^(a+)+$", r"^(?!x)(([a-z])+.)+[A-Z]([a-z])+\2$"]
)
def test_a_catastrophic_pattern_does_not_match(pattern: str) -> None:
    """Backtracking ends at a limit; the value is then refused like any other that does not match."""
    validator = compiled({"type": "string", "pattern": pattern})
    value = "a" * 5000 + "!"
    assert not validator.is_valid(value)
    assert [violation.keyword for violation in validator.violations(value, "body")] == ["pattern"]


# Words

WORDS: list[tuple[Any, Any, str, str]] = [
    ({"type": "integer"}, "x", "", "must be an integer, got 'x'"),
    ({"type": ["integer", "null"]}, [1, 2], "", "must be an integer or null, got a list of 2 items"),
    ({"type": "object"}, True, "", "must be an object, got true"),
    ({"enum": ["a", "b"]}, "c", "", "must be one of 'a', 'b', got 'c'"),
    (
        {"enum": list(range(20))},
        -1,
        "",
        "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more, got -1",
    ),
    ({"const": 1}, 2, "", "must be 1, got 2"),
    ({"minimum": 3}, 1, "", "must be at least 3, got 1"),
    ({"maximum": 3}, 4, "", "must be at most 3, got 4"),
    ({"exclusiveMinimum": 3}, 3, "", "must be more than 3, got 3"),
    ({"exclusiveMaximum": 3}, 3, "", "must be less than 3, got 3"),
    ({"multipleOf": 2}, 3, "", "must be a multiple of 2, got 3"),
    ({"minLength": 1}, "", "", "must have at least 1 character, has 0"),
    ({"maxLength": 2}, "abc", "", "must have at most 2 characters, has 3"),
    ({"minItems": 1}, [], "", "must have at least 1 item, has 0"),
    ({"maxItems": 1}, [1, 2], "", "must have at most 1 item, has 2"),
    ({"minProperties": 2}, {"a": 1}, "", "must have at least 2 properties, has 1"),
    ({"maxProperties": 0}, {"a": 1}, "", "must have at most 0 properties, has 1"),
    ({"pattern": "^a$"}, "b", "", "must match the pattern ^a$, got 'b'"),
    ({"format": "uuid"}, "b", "", "must be a valid uuid, got 'b'"),
    ({"format": "byte"}, "?", "", "must be a valid byte, got '?'"),
    ({"uniqueItems": True}, [1, 1], "", "must not hold an item twice"),
    ({"contains": {"const": 1}}, [2], "", "does not hold the items that it must"),
    ({"not": {"type": "string"}}, "x", "", "has a form that is not allowed, got 'x'"),
    ({"properties": {"a": False}}, {"a": 1}, "/a", "is not allowed here"),
    ({"required": ["a/b"]}, {}, "/a~1b", "is required"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "/b", "is required"),
    ({"additionalProperties": False}, {"x": 1}, "/x", "is not a property that is allowed here"),
    ({"unevaluatedProperties": False}, {"x": 1}, "/x", "is not a property that is allowed here"),
    ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], "", "has items that are not allowed here"),
    (
        {"propertyNames": {"maxLength": 1}},
        {"ab": 1},
        "",
        "has a property 'ab' whose name does not fit: must have at most 1 character, has 2",
    ),
    (
        {"oneOf": [{"minimum": 1}, {"minimum": 2}]},
        3,
        "",
        "fits more than one of the forms of which it must fit exactly one",
    ),
    ({"format": "int32", "type": "integer"}, 2**31, "", "must be at most 2147483647, got 2147483648"),
    ({"format": "int64", "type": "integer", "minimum": 5}, 1, "", "must be at least 5, got 1"),
    ({"type": "string"}, 2**70, "", "must be a string, got an integer beyond 64 bits"),
]


@pytest.mark.parametrize(("schema", "value", "pointer", "message"), WORDS)
def test_a_violation_says_what_was_expected_and_what_came(
    schema: Any, value: Any, pointer: str, message: str
) -> None:
    """Each keyword has its words; the pointer leads to the offending or missing part."""
    assert told(schema, value) == [(pointer, message)]


def test_a_violation_names_the_keyword_and_the_field() -> None:
    """Whoever builds an error body finds location, name, field and keyword."""
    violation = compiled({"properties": {"a": {"items": {"type": "string"}}}}).violations({"a": [1]}, "body")[
        0
    ]
    assert violation == Violation("must be a string, got 1", "body", "", "/a/0", "type")
    assert violation.field == "a.0"


def test_a_long_value_is_shortened() -> None:
    """Nobody wants a megabyte back."""
    [(_, message)] = told({"type": "integer"}, "x" * 1_000_000)
    assert len(message) < 120


def test_a_long_pattern_is_shortened_and_said_to_be() -> None:
    """Nobody reads on for long, and nobody should take the beginning for the whole."""
    long = "^(?:" + "|".join(f"word{number}" for number in range(50)) + ")$"
    [(_, message)] = told({"pattern": long}, "x")
    assert message == (
        f"must match the pattern that begins with {long[:80]} "
        f"(shortened: it has {len(long)} characters in the contract), got 'x'"
    )
    [(_, message)] = told({"pattern": "^" + "a" * 78 + "$"}, "x")
    assert message == f"must match the pattern ^{'a' * 78}$, got 'x'"


def test_a_secret_is_not_repeated() -> None:
    """What goes by a secret's name is told without its value."""
    schema = {"properties": {"password": {"type": "string", "pattern": "^[0-9]+$"}}}
    [(_, message)] = told(schema, {"password": "hunter2"})
    assert "hunter2" not in message


def test_the_number_of_violations_is_bounded() -> None:
    """A list of ten thousand bad items gives twenty violations."""
    assert len(told({"items": {"type": "string"}}, list(range(10_000)))) == 20


# Combinations

CAT = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
}
DOG = {
    "type": "object",
    "required": ["kind", "breed"],
    "properties": {"kind": {"const": "dog"}, "breed": {"type": "string"}},
}
PETS = {"Cat": CAT, "Dog": DOG}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_the_closest_branch_is_told(keyword: str) -> None:
    """Of several forms, the one that the value was probably meant for says what is wrong."""
    schema = {keyword: [{"type": "string"}, ref("Cat"), ref("Dog")]}
    assert told(schema, {"kind": "dog", "breed": 5}, **PETS) == [("/breed", "must be a string, got 5")]
    assert told(schema, {"kind": "cat"}, **PETS) == [("/lives", "is required")]


def test_types_are_told_together_where_none_fits() -> None:
    """A value of none of the types hears of all of them."""
    schema = {"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}
    assert told(schema, 3) == [("", "must be a string, an object or null, got 3")]


def test_a_discriminator_names_the_branch() -> None:
    """By its mapping, or by the names of the schemas."""
    mapped = {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
        },
    }
    assert told(mapped, {"kind": "dog"}, **PETS) == [("/breed", "is required")]
    assert told(mapped, {"kind": "cow"}, **PETS) == [("/kind", "must be one of 'cat', 'dog', got 'cow'")]
    assert told(mapped, {"lives": 9}, **PETS) == [("/kind", "is required: it says which form the object has")]
    named = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "type"}}
    assert told(named, {"type": "Dog", "kind": "dog"}, **PETS) == [("/breed", "is required")]


def test_a_discriminator_works_with_branches_compiled_apart() -> None:
    """Size changes nothing of what is told."""
    big = {name: {**wide(name), "required": ["kind", f"{name}0"]} for name in ("Cat", "Dog")}
    schema = {
        "properties": {"pet": {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}}
    }
    assert told(schema, {"pet": {"kind": "Dog"}}, **big) == [("/pet/Dog0", "is required")]


def test_deeply_combined_schemas_end() -> None:
    """A recursion of alternatives is told to a bounded depth."""
    components = {"Tree": {"anyOf": [{"type": "string"}, {"type": "array", "items": ref("Tree")}]}}
    value: Any = 5
    for _ in range(60):
        value = [value]
    assert told(ref("Tree"), value, **components)


# Anything

KEYWORDS = st.sampled_from(
    [
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "maxProperties",
        "minProperties",
        "required",
        "dependentRequired",
        "format",
        "items",
        "additionalProperties",
        "unevaluatedItems",
        "unevaluatedProperties",
        "contains",
        "propertyNames",
        "prefixItems",
        "properties",
        "patternProperties",
        "dependentSchemas",
        "not",
        "if",
        "then",
        "else",
        "allOf",
        "anyOf",
        "oneOf",
        "discriminator",
        "readOnly",
        "$ref",
        "$dynamicRef",
        "nullable",
        "xml",
        "propertyName",
        "mapping",
        "a",
    ]
)
WORDS_OF_SCHEMAS = [
    "",
    "string",
    "object",
    "integer",
    "int32",
    "uuid",
    "[",
    "^a",
    "#",
    "#/components/schemas/A",
    "#x",
]
GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats() | st.sampled_from(WORDS_OF_SCHEMAS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(GARBAGE, GARBAGE, st.sampled_from(["request", "response", "plain"]), st.lists(GARBAGE, max_size=3))
def test_no_schema_and_no_value_is_a_crash(
    schema: Any, other: Any, direction: Any, values: list[Any]
) -> None:
    """Whatever a document holds, it compiles to something that gives verdicts and reasons for them."""
    validator = Schemas(document(A=other)).compile(schema, direction)
    for value in values:
        assert validator.is_valid(value) == (validator.violations(value, "body") == [])


def test_alternatives_that_refer_to_each_other_a_thousandfold_compile() -> None:
    """Forty unions of forty unions are looked through once each, not once for every way to them."""
    names = [f"U{i}" for i in range(40)]
    components: dict[str, Any] = {
        name: {
            "anyOf": [ref(other) for other in names],
            "required": ["id"],
            "properties": {"id": {"readOnly": True}},
        }
        for name in names
    }
    components["U0"] = {"type": "object", "required": ["id"], "properties": {"id": {"readOnly": True}}}
    owner = document(**components)
    assert Schemas(owner).compile(ref("U1"), "request").is_valid({})
    assert Readings(owner.resolve).of(ref("U1")).property("id").types == TYPES


def test_deep_values_pass_through_heavy_references() -> None:
    """A value as deep as the limit allows crosses from validator to validator without harm."""
    tree = wide("t")
    tree["properties"]["child"] = ref("Tree")
    value: dict[str, Any] = {"t0": 1}
    for _ in range(200):
        value = {"t0": 1, "child": value}
    validator = compiled(ref("Tree"), Tree=tree)
    assert validator.is_valid(value)
    value["child"]["child"]["t0"] = "x"
    assert [one.field for one in validator.violations(value, "body")] == ["child.child.t0"]


LOOPS: list[dict[str, Any]] = [
    {"A": ref("A")},
    {"A": ref("B"), "B": ref("A")},
    {"A": {"allOf": [ref("A")]}},
    {"A": {"anyOf": [ref("A"), {"type": "string"}]}},
    {"A": {"not": ref("A")}},
    {"A": {"if": ref("A"), "then": False}},
    {"A": {"dependentSchemas": {"x": ref("A")}}},
    {
        "A": {**wide("a"), "allOf": [ref("B")]},
        "B": {**wide("b"), "properties": {"x": ref("A")}, "oneOf": [ref("B")]},
    },
]


@pytest.mark.parametrize("components", LOOPS)
def test_schemas_that_are_their_own_parts_end(components: dict[str, Any]) -> None:
    """A loop without progress in the value gives a verdict, not a crash of the process."""
    validator = compiled(ref("A"), **components)
    for value in (3, "s", {"x": {"x": 1}}, [{"b0": 1}]):
        assert validator.is_valid(value) == (validator.violations(value, "body") == [])


def test_only_the_first_faults_of_schemas_are_looked_for_in_the_text() -> None:
    """They are told while a request waits, and each line costs a look through the whole document."""
    asked: list[str] = []

    def place(pointer: str) -> tuple[str, int | None]:
        asked.append(pointer)
        return "api.yaml", 7

    document = Document("t", "t.yaml", "3.1.0", {}, Published.of({}), locate=place)
    schema = {"properties": {f"p{number}": "no schema" for number in range(50)}}
    Schemas(document).compile(schema, "request", "/x")
    assert len(document.findings) == 50
    assert len(asked) == 20
    assert [finding.line for finding in document.findings] == [7] * 20 + [None] * 30

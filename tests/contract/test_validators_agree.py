"""The validator that serves and the one that judges give the same verdicts.

jsonschema-rs serves; jsonschema, with the same formats, judges: over schemas of every keyword, and
over all schemas of the bundled documents. Where they differ all the same is a list, and the list
is minimal: each entry is tested to differ still.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apidouble.contract import formats
from apidouble.contract.compile import compile_contract
from apidouble.contract.schemas import Schemas
from apidouble.contract.shaping import Direction, Units
from apidouble.document.document import Document
from apidouble.document.load import load
from apidouble.document.published import Published

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))

CHECKER = jsonschema.FormatChecker(formats=())
for _name, _check in formats.checks().items():
    CHECKER.checks(_name)(lambda value, check=_check: not isinstance(value, str) or check(value))


def judge(document: Document, schema: Any, direction: Direction = "plain") -> jsonschema.Draft202012Validator:
    """The schema with all that it refers to, as one JSON Schema for the other validator."""
    units = Units(document, direction)
    unit = units.shape(schema, "")
    found: dict[int, Any] = {}
    todo = sorted(unit.references)
    while todo:
        number = todo.pop()
        if number not in found:
            found[number] = units.unit(number).schema
            todo += sorted(units.unit(number).references)
    whole: Any = unit.schema
    if isinstance(whole, dict):
        whole = {**whole, "$defs": {str(number): part for number, part in found.items()}}
    return jsonschema.Draft202012Validator(whole, format_checker=CHECKER)


# What differs


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts(part)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def patterns(schema: Any) -> list[str]:
    found = [part["pattern"] for part in parts(schema) if isinstance(part.get("pattern"), str)]
    for part in parts(schema):
        if isinstance(part.get("patternProperties"), dict):
            found += part["patternProperties"]
    return found


def by_unicode_classes(schema: Any, value: Any) -> bool:
    r"""In Python `\d`, `\w`, `\s` and `\b` mean all of Unicode; in ECMA-262, and here, ASCII."""
    return any(re.search(r"\\[dwsbDWSB]", one) for one in patterns(schema)) and not all(
        map(str.isascii, texts(value))
    )


def by_last_newline(schema: Any, value: Any) -> bool:
    """In Python `$` matches before a newline at the end, too."""
    return any("$" in one for one in patterns(schema)) and any(text.endswith("\n") for text in texts(value))


def by_decimal_fractions(schema: Any, value: Any) -> bool:
    """`multipleOf` with fractions: jsonschema divides floats, jsonschema-rs calculates exactly."""
    return any(isinstance(part.get("multipleOf"), float) for part in parts(schema))


DIFFERENCES = [
    (by_unicode_classes, {"pattern": r"^\d$"}, "٣"),
    (by_last_newline, {"pattern": "^a$"}, "a\n"),
    (by_decimal_fractions, {"multipleOf": 0.01}, 19.99),
]


def verdicts(
    document: Document, schema: Any, value: Any, direction: Direction = "plain"
) -> tuple[bool, bool]:
    ours = Schemas(document).compile(schema, direction)
    valid = ours.is_valid(value)
    assert valid == (ours.problems(value) == []), "a verdict has its reasons"
    return valid, judge(document, schema, direction).is_valid(value)


@pytest.mark.parametrize(("cause", "schema", "value"), DIFFERENCES)
def test_what_differs_still_differs(cause: Any, schema: Any, value: Any) -> None:
    """The list of differences holds none that is no more, and none that another entry covers."""
    ours, theirs = verdicts(Document("t", "", "", {}, Published.of({})), schema, value)
    assert ours is not theirs
    assert [one for one, _, _ in DIFFERENCES if one(schema, value)] == [cause]


# Schemas of every keyword

NAMES = ["a", "b", "ab", "x1"]
WORDS = [
    "",
    "a",
    "ab",
    "abc",
    "5",
    "ä",
    "a\n",
    "٣",
    "2024-02-29",
    "2024-02-29T12:00:00Z",
    "a@b.example",
    "YQ==",
]
PATTERNS = ["^a", "b$", "^[a-z]+$", r"^\d+$", "^.{2,3}$", "(a|b)*c", "^(?!ab)", r"^\w+$"]
NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, 1.5, -2.0, 2**31, 2**63, -(2**31) - 1, 1e30])

INSTANCES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
COUNTS = st.integers(0, 3)


def simple(keyword: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {keyword: value})


TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
LEAVES = st.one_of(
    simple("type", st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True)),
    simple("enum", st.lists(INSTANCES, min_size=1, max_size=3)),
    simple("const", INSTANCES),
    *(simple(word, NUMBERS) for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    simple("multipleOf", st.sampled_from([1, 2, 3, 2.0])),
    *(
        simple(word, COUNTS)
        for word in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
    ),
    simple("pattern", st.sampled_from(PATTERNS)),
    simple("format", st.sampled_from([*formats.checks(), "int32", "objectid"])),
    st.just({"type": "integer", "format": "int32"}),
    st.just({"type": ["integer", "null"], "format": "int64", "minimum": 0}),
    simple("uniqueItems", st.booleans()),
    simple("required", st.lists(st.sampled_from(NAMES), max_size=2)),
    simple(
        "dependentRequired",
        st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2)),
    ),
    st.sampled_from(
        [True, False, {}, {"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]
    ),
)


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3)
    single = [
        "not",
        "items",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "propertyNames",
    ]
    return st.one_of(
        *(simple(word, inner) for word in single),
        *(simple(word, several) for word in ("allOf", "anyOf", "oneOf", "prefixItems")),
        *(simple(word, named) for word in ("properties", "dependentSchemas")),
        simple(
            "patternProperties", st.dictionaries(st.sampled_from(PATTERNS), inner, min_size=1, max_size=2)
        ),
        st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner}),
        st.fixed_dictionaries({"contains": inner}, optional={"minContains": COUNTS, "maxContains": COUNTS}),
        st.lists(inner, min_size=2, max_size=4).map(
            lambda all_: {key: value for one in all_ if isinstance(one, dict) for key, value in one.items()}
        ),
    )


SCHEMAS = st.recursive(LEAVES, composed, max_leaves=8)


def known_difference(schema: Any, value: Any) -> bool:
    return any(differs(schema, value) for differs, _, _ in DIFFERENCES)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, SCHEMAS, SCHEMAS, st.lists(INSTANCES, min_size=1, max_size=5))
def test_both_agree_on_schemas_of_every_keyword(
    schema: Any, first: Any, second: Any, values: list[Any]
) -> None:
    """References between components included, whether they end or not."""
    root = {"components": {"schemas": {"A": {"properties": {"a": first}}, "B": {"items": second}}}}
    document = Document("t", "", "", root, Published.of({}))
    whole = [schema, root]
    for value in values:
        if not known_difference(whole, value):
            ours, theirs = verdicts(document, schema, value)
            assert ours is theirs, value


# Schemas of the bundled documents


def bundled() -> Iterator[tuple[str, Document, Any, Direction]]:
    """Every schema of every parameter and body, with where it stands."""
    for path in SPECS:
        document = load(str(path))
        for operation in compile_contract(document).operations.values():
            name = f"{path.stem} {operation.id}"
            for parameter in operation.parameters:
                yield f"{name} {parameter.name}", document, parameter.schema, "request"
            for media in operation.body.content.values() if operation.body else ():
                yield f"{name} body", document, media.schema, "request"
            for status, response in operation.responses.items():
                for media in response.content.values():
                    if media.schema is not None:
                        yield f"{name} {status}", document, media.schema, "response"


def distinct() -> list[tuple[str, Document, Any, Direction]]:
    """The same without those that say the same."""
    found: dict[str, tuple[str, Document, Any, Direction]] = {}
    for case in bundled():
        _, document, schema, direction = case
        found.setdefault(repr(judge(document, schema, direction).schema), case)
    return list(found.values())


CASES = distinct()


FORMATTED: dict[str, st.SearchStrategy[str]] = {
    "byte": st.sampled_from(["YQ==", "YWI=", ""]),
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "email": st.sampled_from(["a@b.example", "x.y+z@d.example"]),
    "uri": st.sampled_from(["https://a.example/b", "urn:a:b"]),
}


def fitting(schema: Any, defs: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that mostly fit a schema: the keywords that documents are written with, the usual way."""
    if not isinstance(schema, dict) or depth > 8:
        return st.none()
    if "$ref" in schema:
        return fitting(defs[schema["$ref"].rpartition("/")[2]], defs, depth + 1)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "allOf" in schema:
        whole: dict[str, Any] = {}
        for part in [*schema["allOf"], schema]:
            while "$ref" in part:
                part = defs[part["$ref"].rpartition("/")[2]]  # noqa: PLW2901 - follows
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            required = [*whole.get("required", []), *part.get("required", [])]
            whole |= {key: value for key, value in part.items() if key != "allOf"}
            whole |= {"properties": properties, "required": required}
        return fitting(whole, defs, depth + 1)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return st.one_of([fitting(part, defs, depth + 1) for part in schema[keyword]])
    types = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(types, list):
        return st.one_of([fitting({**schema, "type": one}, defs, depth + 1) for one in types])
    return typed(types, schema, defs, depth)


def later(schema: Any, defs: Any, depth: int) -> st.SearchStrategy[Any]:
    """The same, not before it is asked for: schemas may be endless."""
    return st.deferred(lambda: fitting(schema, defs, depth))


def typed(kind: str, schema: Any, defs: Any, depth: int) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if kind == "object":
        properties = schema.get("properties", {})
        parts = {name: later(part, defs, depth + 1) for name, part in properties.items()}
        needed = {name: parts.get(name, st.none()) for name in schema.get("required", ())}
        return st.fixed_dictionaries(
            needed, optional={name: part for name, part in parts.items() if name not in needed}
        )
    if kind == "array":
        size = schema.get("minItems", 0)
        return st.lists(fitting(schema.get("items", {}), defs, depth + 1), min_size=size, max_size=size + 2)
    if kind == "integer":
        return st.integers(low, high)
    if kind == "number":
        return st.floats(low, high, allow_nan=False, allow_infinity=False)
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    if schema.get("format") in FORMATTED:
        return FORMATTED[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    size = schema.get("minLength", 0)
    return st.text(min_size=size, max_size=min(schema.get("maxLength", size + 5), size + 5))


@st.composite
def near(draw: st.DrawFn, schema: Any) -> Any:
    """A value that fits a schema, or one that has been changed in one place."""
    value = draw(fitting(schema, schema.get("$defs", {}) if isinstance(schema, dict) else {}))
    return value if draw(st.booleans()) else changed(draw, value)


def changed(draw: st.DrawFn, value: Any) -> Any:
    other = (
        st.none() | st.booleans() | st.integers(-2, 2**33) | st.text(max_size=300) | st.sampled_from(WORDS)
    )
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        rest = {key: part for key, part in value.items() if key != name}
        return rest if draw(st.booleans()) else {**rest, name: changed(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        return [changed(draw, value[0]), *value[1:]]
    return draw(other | st.dictionaries(st.sampled_from(NAMES), other) | st.lists(other, max_size=2))


@pytest.mark.parametrize(
    ("document", "schema", "direction"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_both_agree_on_the_bundled_documents(document: Document, schema: Any, direction: Direction) -> None:
    """On values that fit each schema and on values that almost do."""
    judging = judge(document, schema, direction)
    ours = Schemas(document).compile(schema, direction)

    seen: set[bool] = set()

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
    @given(near(judging.schema))
    def agree(value: Any) -> None:
        if not known_difference(judging.schema, value):
            verdict = ours.is_valid(value)
            seen.add(verdict)
            assert verdict is judging.is_valid(value)

    agree()
    assert True in seen, "a valid value has been tried"


@pytest.mark.skipif(not SPECS, reason="no documents are bundled yet")
def test_the_bundled_documents_have_schemas() -> None:
    """The test above has something to do."""
    assert len(CASES) > 5 * len(SPECS)

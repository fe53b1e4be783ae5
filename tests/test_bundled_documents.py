"""The five bundled documents and fixtures by themselves: valid, complete, consistent.

In: `specs/` and `fixtures/`. Out: proof that a reader can trust them. No server is involved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator
from yamllint import linter
from yamllint.config import YamlLintConfig

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "specs").glob("*.yaml"))
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def resolve(document: Any, node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        here = document
        for part in node["$ref"][2:].split("/"):
            here = here[part.replace("~1", "/").replace("~0", "~")]
        node = here
    return node


def plain(document: Any, schema: Any) -> Any:
    """The schema as JSON Schema 2020-12: references followed, `nullable` spelled out."""
    schema = resolve(document, schema)
    if isinstance(schema, list):
        return [plain(document, item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        name: value if name in {"example", "default", "enum"} else plain(document, value)
        for name, value in schema.items()
        if name != "nullable"
    }
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def assert_fits(document: Any, schema: Any, value: Any, where: str) -> None:
    """Both validators find the value valid."""
    form = plain(document, schema)
    errors = [
        error.message
        for validator in (
            jsonschema_rs.Draft202012Validator(form, validate_formats=True),
            jsonschema.Draft202012Validator(
                form, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            ),
        )
        for error in validator.iter_errors(value)
    ]
    assert not errors, f"{where}: {errors}"


@pytest.fixture(params=DOCUMENTS, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_there_are_five() -> None:
    """Each with a fixture of the same name."""
    assert [file.stem for file in DOCUMENTS] == [
        "customer-employees",
        "customer-users",
        "eloomi-users",
        "provider-employees",
        "staff",
    ]
    assert [file.name for file in sorted((ROOT / "fixtures").glob("*.yaml"))] == [
        file.name for file in DOCUMENTS
    ]


def test_a_document_is_valid(file: Path) -> None:
    """OpenAPI 3.0.3 by the official schema and the rules beyond it."""
    document = read(file)
    assert document["openapi"] == "3.0.3"
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []


def test_the_text_is_tidy(file: Path) -> None:
    """Document and fixture pass yamllint."""
    config = YamlLintConfig((ROOT / ".yamllint").read_text("utf-8"))  # type: ignore[no-untyped-call]
    for one in (file, ROOT / "fixtures" / file.name):
        problems = linter.run(one.read_text("utf-8"), config)  # type: ignore[no-untyped-call]
        assert [str(problem) for problem in problems] == []


def test_every_operation_is_described(file: Path) -> None:
    """Id, tag, summary, description, security, and an answer for whatever goes wrong."""
    document = read(file)
    tags = {tag["name"] for tag in document["tags"]}
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert set(operation["tags"]) <= tags, where
        assert operation["summary"], where
        assert operation["description"], where
        assert operation.get("security", document["security"]), where
        responses = {status: resolve(document, node) for status, node in operation["responses"].items()}
        assert "default" in responses, where
        assert all(response["description"] for response in responses.values()), where
        for parameter in (*document["paths"][path].get("parameters", ()), *operation.get("parameters", ())):
            assert resolve(document, parameter)["description"], where


def test_every_property_is_described(file: Path) -> None:
    """No property of a named schema is left to guess."""
    document = read(file)
    for name, schema in document["components"]["schemas"].items():
        for owner in nodes(schema):
            if isinstance(owner, dict) and isinstance(owner.get("properties"), dict):
                for key, node in owner["properties"].items():
                    described = [resolve(document, part) for part in (node, *node.get("allOf", ()))]
                    assert any(part.get("description") for part in described), f"{name}.{key}"


def test_every_choice_is_explained(file: Path) -> None:
    """The description of an enum names each of its values, but for lists that speak for themselves."""
    document = read(file)
    for node in nodes(document):
        if not isinstance(node, dict):
            continue
        choices = [
            value
            for part in (node, *(node.get("anyOf") or ()))
            if isinstance(part, dict) and isinstance(part.get("enum"), list) and 1 < len(part["enum"]) < 100
            for value in part["enum"]
            if isinstance(value, str) and value not in {"true", "false", "1", "0"}
        ]
        if "description" in node and isinstance(node["description"], str):
            for value in choices:
                assert f"`{value}`" in node["description"], f"{value} in {node['description']}"


def test_every_example_fits(file: Path) -> None:
    """Examples of schemas, parameters and bodies are valid, for both validators."""
    document = read(file)
    for name, schema in document["components"]["schemas"].items():
        for node in nodes(schema):
            if isinstance(node, dict) and "example" in node and ("type" in node or "allOf" in node):
                assert_fits(document, node, node["example"], name)
    for node in nodes(document):
        if not isinstance(node, dict) or "schema" not in node:
            continue
        given_examples = [resolve(document, one)["value"] for one in node.get("examples", {}).values()]
        given_examples += [node["example"]] if "example" in node else []
        for value in given_examples:
            assert_fits(document, node["schema"], value, str(node.get("name", value)))


def test_every_default_fits(file: Path) -> None:
    """Defaults are valid for their own schema."""
    document = read(file)
    for node in nodes(document):
        if isinstance(node, dict) and "default" in node and "type" in node:
            assert_fits(document, node, node["default"], str(node))


def test_links_lead_somewhere(file: Path) -> None:
    """A link names an operation of the document and one of its parameters."""
    document = read(file)
    known = {
        operation["operationId"]: {
            resolve(document, parameter)["name"]
            for parameter in (
                *document["paths"][path].get("parameters", ()),
                *operation.get("parameters", ()),
            )
        }
        for path, _, operation in operations(document)
    }
    for _, _, operation in operations(document):
        for response in operation["responses"].values():
            links = resolve(document, response).get("links", {}).values()
            for link in (resolve(document, one) for one in links):
                assert set(link["parameters"]) <= known[link["operationId"]]


def test_what_was_assumed_is_marked(file: Path) -> None:
    """The document says what the mark means, and uses it."""
    text = file.read_text("utf-8")
    assert "*Assumed*" in read(file)["info"]["description"]
    assert text.count("Assumed: ") >= 5


def test_patterns_mean_the_same_everywhere(file: Path) -> None:
    """No construct that ECMAScript, Rust and Python read differently."""
    for node in nodes(read(file)):
        pattern = node.get("pattern") if isinstance(node, dict) else None
        if isinstance(pattern, str):
            plain_part = pattern.replace(r"[\s\S]", "")  # any character, whatever \s is
            assert not re.search(r"\\[dDwWsSbBAZzpP]|\(\?[^:=!<]|[*+?}]\+|\[\[", plain_part), pattern
            assert pattern.isascii()


def test_curated_records_fit(file: Path) -> None:
    """Each curated record is valid against the schema of the answers that show it."""
    document, fixture = read(file), read(ROOT / "fixtures" / file.name)
    properties = {
        name: set(resolve(document, schema).get("properties", ()))
        for name, schema in document["components"]["schemas"].items()
    }
    for collection, records in fixture["records"].items():
        for record in records:
            shown = {name: value for name, value in record.items() if not name.startswith("^")}
            fitting = [name for name, known in properties.items() if set(shown) <= known]
            assert fitting, f"{collection}: {set(shown)}"
            for name in fitting:
                schema = plain(document, {"$ref": f"#/components/schemas/{name}"})
                if jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(shown):
                    break
            else:
                raise AssertionError(f"{collection}: {shown} fits none of {fitting}")


MOMENT = plain(
    read(ROOT / "specs" / "eloomi-users.yaml"),
    read(ROOT / "specs" / "eloomi-users.yaml")["components"]["schemas"]["DateTime"],
)


@given(st.datetimes(min_value=datetime(1, 1, 1)))  # noqa: DTZ001 - a wall clock, as the API has it
def test_every_moment_fits_the_pattern(moment: datetime) -> None:
    """What the calendar knows is valid."""
    text = moment.strftime("%Y").zfill(4) + moment.strftime("-%m-%d %H:%M:%S")
    assert jsonschema_rs.Draft202012Validator(MOMENT).is_valid(text)
    assert jsonschema.Draft202012Validator(MOMENT).is_valid(text)


@given(
    st.integers(1, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 25),
    st.integers(0, 61),
    st.integers(0, 61),
)
def test_the_pattern_knows_the_calendar(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> None:
    """The pattern and Python's calendar agree on which moments exist, for both validators."""
    text = f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
    try:
        datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        exists = False
    else:
        exists = True
    assert jsonschema_rs.Draft202012Validator(MOMENT).is_valid(text) is exists
    assert jsonschema.Draft202012Validator(MOMENT).is_valid(text) is exists

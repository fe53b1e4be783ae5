"""Values and seeds for documents as they are published.

The usual run takes a share of the larger documents; `APIDOUBLE_FULL_SWEEP=1` takes all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.sample.judge import judge

from apidouble.clock import Source
from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.load import load
from apidouble.model.infer import infer
from apidouble.sample.fixture import Fixture
from apidouble.sample.generate import Direction, Generator, UnsatisfiableError
from apidouble.sample.seeding import Seeding

WILD = Path(__file__).parents[2].parent / "shared" / "wild"
DOCUMENTS = sorted(path.name for path in WILD.glob("*.*") if path.suffix in (".json", ".yaml", ".yml"))
FULL = os.environ.get("APIDOUBLE_FULL_SWEEP") == "1"
SHARE = 250
"""Schemas of one document that the usual run takes, and collections a tenth of that."""
JUDGED = 60
"""Values of one document that the slower validator judges too."""

pytestmark = pytest.mark.skipif(not DOCUMENTS, reason="the published documents are not here")


@cache
def wild_contract(name: str) -> Contract:
    """The contract of one document."""
    return compile_contract(load(WILD / name))


def schemas(contract: Contract) -> Iterator[tuple[str, Any, Direction]]:
    """Every schema of the document: parameters, bodies, answers, headers, components."""
    for operation in contract.operations.values():
        for parameter in operation.parameters:
            yield f"{operation.id} {parameter.name}", parameter.schema, "request"
        for media in operation.body.content.values() if operation.body else ():
            if media.schema is not None:
                yield f"{operation.id} {media.media_type}", media.schema, "request"
        for status, response in operation.responses.items():
            for media in response.content.values():
                if media.schema is not None:
                    yield f"{operation.id} {status} {media.media_type}", media.schema, "response"
            for header in response.headers.values():
                yield f"{operation.id} {status} {header.name}", header.schema, "response"
    for name in contract.document.root.get("components", {}).get("schemas", {}):
        escaped = name.replace("~", "~0").replace("/", "~1")
        yield name, {"$ref": f"#/components/schemas/{escaped}"}, "response"


def chosen(items: list[Any], share: int) -> list[Any]:
    """All of them, or an even share."""
    return items if FULL or len(items) <= share else items[:: -(-len(items) // share)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_has_a_value(name: str) -> None:
    """For each schema of a published document a value is made that both validators accept."""
    contract = wild_contract(name)
    generator = Generator(contract.document, Source(1), compile_schema=contract.compile_schema)
    root = contract.document.root
    taken = chosen(list(schemas(contract)), SHARE)
    stride = max(1, len(taken) // JUDGED)
    faults: list[str] = []
    for index, (label, schema, direction) in enumerate(taken):
        try:
            value = generator.valid_value(schema, label=label, direction=direction)
        except UnsatisfiableError:
            faults.append(f"{label}: no value")
            continue
        validator = contract.compile_schema(schema, direction)
        if not validator.is_valid(value):
            faults.append(f"{label}: {validator.violations(value, 'response')[:1]}")
        elif (
            index % stride == 0 and not _marked(schema, contract) and not judge(schema, root).is_valid(value)
        ):
            faults.append(f"{label}: the second validator differs")
    assert faults == []


def _marked(schema: Any, contract: Contract) -> bool:
    """Whether directions matter, which python-jsonschema knows nothing of."""
    text = str(contract.document.root.get("components", ""))
    return "'readOnly': True" in text or "'writeOnly': True" in text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_collection_is_seeded(name: str) -> None:
    """The records of each inferred collection are valid, under keys of their own, their parents exist."""
    contract = wild_contract(name)
    resources = infer(contract).resources
    seeding = Seeding(contract, resources, Fixture(), Source(1))
    for collection in chosen(list(resources), SHARE // 10):
        resource = resources[collection]
        records = seeding.records(collection)
        check = contract.compile_schema(resource.schema, "response")
        assert len({record.key for record in records}) == len(records)
        assert all(check.is_valid(record.data) for record in records), collection
        for parent in resource.parents:
            if parent.resource and resource.parents[0].resource == parent.resource:
                above = {str(record.value(parent.source)) for record in seeding.records(parent.resource)}
                assert {str(record.value(parent.field)) for record in records} <= above, collection

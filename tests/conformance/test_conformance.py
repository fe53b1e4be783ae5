"""Schemathesis over every published document below 500 KB; the larger ones operation by operation.

`make conformance` runs this; `make test` does not. What Schemathesis may find is listed in
`expected.yaml`, each with the contradiction inside the document (or the wire form that cannot be told
apart) that is the reason; an entry that nothing needs any more fails the test.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conformance.calls import Double, documents, name_of
from tests.conformance.runs import Failure, failures

pytestmark = pytest.mark.conformance
SMALL = documents()
LARGE = documents(500_000, 100_000_000)


@dataclass(frozen=True)
class Expected:
    """Failures that are not the double's."""

    reason: str
    check: str
    says: str
    """A pattern that the details hold."""
    operations: str
    """A pattern that the operation holds."""
    documents: tuple[str, ...]

    def covers(self, failure: Failure) -> bool:
        return (
            failure.check == self.check
            and re.search(self.says, failure.details) is not None
            and re.search(self.operations, failure.operation) is not None
        )


def entries() -> list[Expected]:
    """What `expected.yaml` lists."""
    text = Path(__file__).with_name("expected.yaml").read_text("utf-8")
    listed: list[dict[str, Any]] = yaml.safe_load(text)
    return [
        Expected(
            reason=one["reason"],
            check=one["check"],
            says=one.get("says", ""),
            operations=one.get("operations", ""),
            documents=tuple(one["documents"]),
        )
        for one in listed
    ]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("document", SMALL, ids=name_of)
def test_schemathesis_finds_only_what_the_document_contradicts(document: Path) -> None:
    """No failure but the listed ones, and each listed one is still needed."""
    found = failures(document)
    mine = [entry for entry in entries() if name_of(document) in entry.documents]
    unexpected = [failure for failure in found if not any(entry.covers(failure) for entry in mine)]
    assert not unexpected, "\n".join(map(str, unexpected))
    idle = [entry for entry in mine if not any(entry.covers(failure) for failure in found)]
    assert not idle, f"no longer needed for {name_of(document)}: {idle}"


@pytest.mark.parametrize("document", LARGE, ids=name_of)
def test_every_operation_answers_a_valid_request_validly(document: Path, runner: asyncio.Runner) -> None:
    """Each operation once: the answer keeps the contract, and is never the server's fault."""
    double = Double(document, runner)
    wrong = []
    for api in double.apis:
        for operation in api.contract.operations.values():
            binding = api.model.bindings[operation.id]
            records = double.records(api.name, binding.resource) if binding.resource else []
            known = double.addressed(api.name, binding, records[0] if records else None)
            answer = double.call(operation, known)
            if answer.status >= 500 or answer.violations or answer.status in {400, 422}:
                wrong.append(str(answer))
    assert not wrong, "\n".join(wrong)


def test_the_list_names_only_documents_that_exist() -> None:
    """Each entry has a reason, and documents from the folder."""
    if not SMALL:
        pytest.skip("the published documents are not here")
    known = set(map(name_of, SMALL))
    for entry in entries():
        assert entry.reason
        assert set(entry.documents) <= known, entry

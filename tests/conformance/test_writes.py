"""What is written can be read, on every collection of every published document that has both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance.calls import documents, name_of
from tests.conformance.writes import Story, stories

QUICK = {
    "petstore-v3",
    "petstore-swagger2",
    "museum-3.1",
    "train-travel-3.1",
    "guru-gitea",
    "guru-netlify",
    "twilio-verify-v2",
    "stripe-spec3",
}
"""Small or telling enough for `make test`."""
EVERY = documents(0, 100_000_000)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def _tell(document: Path, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[Story] = list(stories(document, runner))
    failed = [story for story in told if story.failed]
    with capsys.disabled():
        print(f"\n{name_of(document)}: {len(told) - len(failed)} of {len(told)} collections remember")  # noqa: T201 - the share is to be seen
    assert not failed, "\n".join(map(str, failed))


@pytest.mark.parametrize("document", [one for one in EVERY if name_of(one) in QUICK], ids=name_of)
def test_what_is_written_can_be_read(
    document: Path, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    """Create, read, list, change, delete, 404: every collection goes all the way its contract offers."""
    _tell(document, runner, capsys)


@pytest.mark.conformance
@pytest.mark.parametrize("document", [one for one in EVERY if name_of(one) not in QUICK], ids=name_of)
def test_what_is_written_can_be_read_everywhere(
    document: Path, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same for all other documents."""
    _tell(document, runner, capsys)

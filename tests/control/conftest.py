"""One double in-process, one program on a socket; a fresh sandbox for each test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.control.doubles import SMALL, Program, World, in_process


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def bundled(runner: asyncio.Runner) -> World:
    """The default sandbox of the five bundled APIs."""
    return in_process(runner)


@pytest.fixture
def world(bundled: World) -> World:
    """A sandbox that nobody has touched yet."""
    return bundled.other(f"test-{uuid4().hex}")


@pytest.fixture
def double(runner: asyncio.Runner) -> Callable[..., World]:
    """Makes doubles with settings of their own."""
    return lambda **settings: in_process(runner, **settings)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small document with keys that are unique within parents, and a write-only property."""
    path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture
def shop(runner: asyncio.Runner, shop_file: Path) -> World:
    return in_process(runner, documents=(str(shop_file),), auth="off")


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """The real program on a socket, for what needs one."""
    with Program("specs/staff.yaml", "--auth", "off") as running:
        yield running

"""Tiny documents written in the test that they are for, served in-process or as the real program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.apis.styles import Document
from tests.scenarios.conftest import BASE, InProcess

Serve = Callable[..., httpx.Client]
Style = Callable[[], Document]
Client = Callable[[Style], httpx.Client]


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a document: its paths, and whatever else it has."""

    def make(paths: dict[str, Any], *, name: str = "tiny", **others: Any) -> Path:
        document = {"openapi": "3.1.0", "info": {"title": name, "version": "1"}, "paths": paths, **others}
        if "swagger" in others:
            del document["openapi"]
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        return path

    return make


@pytest.fixture
def serve(write: Callable[..., Path], runner: asyncio.Runner) -> Iterator[Serve]:
    """A client of a double of one tiny document, strict about its answers."""
    clients: list[httpx.Client] = []

    def make(
        paths: dict[str, Any] | Path, *, settings: dict[str, Any] | None = None, **others: Any
    ) -> httpx.Client:
        from apidouble.server import assemble
        from apidouble.settings import Settings

        path = paths if isinstance(paths, Path) else write(paths, **others)
        chosen: dict[str, Any] = {"auth": "off", "cache": False, "quiet": True, "strict": True} | (
            settings or {}
        )
        app = assemble(Settings(documents=(str(path),), **chosen))
        clients.append(httpx.Client(transport=InProcess(app, runner), base_url=BASE))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(serve: Serve) -> Callable[[Style], httpx.Client]:
    """A client of a double of a document in some style."""

    def start(style: Style) -> httpx.Client:
        paths, more = style()
        return serve(paths, name=style.__name__, **more)

    return start

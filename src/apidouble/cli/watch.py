"""`--watch`: a double that follows its files.

In: an application and its settings. Out: an ASGI application that is replaced when a document,
fixture, overlay or rules module changes, with the records that still fit. May not know: how
requests are answered.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from apidouble.catalog import bundled_project
from apidouble.cli.carry import carry
from apidouble.cli.console import Console
from apidouble.document.files import is_url
from apidouble.document.find import find
from apidouble.errors import ApidoubleError
from apidouble.server import Application, assemble
from apidouble.settings import Settings

PAUSE = 0.5
"""Seconds between looks."""
ENDINGS = (".yaml", ".yml", ".json", ".py")
PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages"})
MOST_FILES, DEEPEST = 5000, 8

Stamp = dict[str, tuple[int, int]]
"""Path -> time of change and size."""


class Watching:
    """Stands before an application and swaps it."""

    def __init__(self, application: Application, settings: Settings, console: Console) -> None:
        self._application = application
        self._settings = settings
        self._console = console
        self._task: asyncio.Task[None] | None = None
        self._seen = stamp(settings)

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """ASGI; the first event starts the watch, in the loop that serves."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        await self._application(scope, receive, send)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            now = await asyncio.to_thread(stamp, self._settings)
            if now != self._seen:
                changed = sorted({Path(path).name for path, _ in self._seen.items() ^ now.items()})
                self._seen = now
                await self._replace(changed)

    async def _replace(self, changed: list[str]) -> None:
        names = ", ".join(changed[:3]) + (" and others" if len(changed) > 3 else "")
        try:
            successor = await asyncio.to_thread(assemble, self._settings)
        except ApidoubleError as error:
            self._console.warn(f"{names} changed, but cannot be served; the double stays as it was.\n{error}")
            return
        if not self._settings.quiet:
            successor.observe(self._console.request)
        # In the loop, so that no request changes the predecessor meanwhile.
        lost = carry(self._application, successor)
        self._application = successor
        self._console.say(f"Reloaded: {names} changed")
        for finding in successor.findings:
            self._console.warn(f"{finding.severity}: {finding}")
        for one in lost:
            self._console.warn(f"warning: {one}")


def stamp(settings: Settings) -> Stamp:
    """All files that the double may have read, as they are now."""
    found: Stamp = {}
    for path in _files(settings):
        try:
            status = path.stat()
        except OSError:
            continue
        found[str(path)] = (status.st_mtime_ns, status.st_size)
        if len(found) >= MOST_FILES:
            break
    return found


def _files(settings: Settings) -> Iterator[Path]:
    yield from settings.overlays
    documents = settings.documents or (str(bundled_project()),)
    try:
        entries = find(documents)
    except ApidoubleError:
        # A document is being replaced; its folder is looked at all the same.
        entries = []
    roots = {entry.root for entry in entries if entry.root} | {
        entry.project for entry in entries if entry.project
    }
    roots |= {
        Path(name) if Path(name).is_dir() else Path(name).parent for name in documents if not is_url(name)
    }
    for root in sorted(roots):
        yield from _below(root, DEEPEST)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in PASSED_OVER:
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth:
                yield from _below(Path(entry.path), depth - 1)
        elif entry.name.endswith(ENDINGS):
            yield Path(entry.path)

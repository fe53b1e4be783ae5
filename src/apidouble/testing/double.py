"""A double inside this process: on a port of its own, or without any socket.

In: documents, settings. Out: `Double`. May not know: how requests are answered.

What is heavy is imported at the start of the first double, so that importing this is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from os import PathLike, fspath
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, Unpack

from apidouble.errors import ApidoubleError, Refusal
from apidouble.settings import Settings
from apidouble.testing.breaking import _text
from apidouble.testing.response import Outgoing, Response
from apidouble.testing.world import Sandbox, World

if TYPE_CHECKING:
    from apidouble.server import Application
    from apidouble.testing.room import Room
    from apidouble.testing.transport import Transport


class Options(TypedDict, total=False):
    """The fields of `Settings` that matter in a test, with the same defaults; but `port` is 0."""

    host: str
    port: int
    seed: int
    auth: Literal["strict", "any", "off"] | None
    values: Mapping[str, Mapping[str, Any]]
    clock: datetime | None
    cors: bool
    strict: bool
    overlays: Sequence[str | PathLike[str]]
    mounts: Mapping[str, str]
    allow_remote: bool
    allow_outside: bool
    cache: bool
    dynamic: bool
    body_limit: int
    depth_limit: int
    journal_entries: int
    journal_bytes: int
    sandboxes: Literal["auto", "declared"]
    sandbox_limit: int
    sandbox_idle: float
    admin_token: str | None


class _InProcess:
    """The line to a double in this process."""

    def __init__(self, double: Double) -> None:
        self._double = double

    def send(self, request: Outgoing, timeout: float | None = None) -> Response:
        return self._double.room.send(request, timeout)


class Double(World):
    """`with Double("openapi.yaml", seed=1) as double:`; without a document, the bundled APIs.

    It is itself the default sandbox. It answers in a thread of its own; the port is taken when `url`
    is first asked for, so that a test that needs no socket opens none.
    """

    def __init__(self, *documents: str | PathLike[str], **options: Unpack[Options]) -> None:
        super().__init__(_InProcess(self))
        given: dict[str, Any] = {"port": 0, **options, "quiet": True}
        unknown = sorted(options.keys() - Options.__annotations__.keys())
        if unknown:
            known = ", ".join(Options.__annotations__)
            raise TypeError(f"a double has no option {unknown[0]!r}; there are {known}")
        given["documents"] = tuple(map(fspath, documents))
        given["overlays"] = tuple(map(Path, options.get("overlays", ())))
        self.given = Settings(**given)
        """How it is set up."""
        self._lock = RLock()
        self._numbers = count(1)
        self._room: Room | None = None
        self._application: Application | None = None
        self._base: str | None = None
        self._stack = ExitStack()

    def start(self) -> Self:
        """Read the documents and be ready; nothing if it is.

        Raises:
            ProjectError, SettingsError: what stands in its way.

        """
        with self._lock:
            if self._room is not None:
                return self
            from apidouble.server import assemble
            from apidouble.testing.room import Room

            self._application = assemble(self.given)
            self._token = self._application.settings.admin_token
            self.__dict__.pop("control", None)
            self._room = Room(self._application)
            if self.given.port:
                try:
                    self._address()
                except BaseException:
                    self.close()
                    raise
        return self

    def close(self) -> None:
        """Stop answering: no thread and no socket is left. Nothing if it is not running."""
        with self._lock:
            room, self._room, self._application, self._base = self._room, None, None, None
            if room is not None:
                room.close()
            self._stack.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    @property
    def room(self) -> Room:
        """The thread in which it answers."""
        if self._room is None:
            raise ApidoubleError("this double is not running: use it inside `with Double(...) as double:`")
        return self._room

    @property
    def app(self) -> Application:
        """The ASGI application, for a server or a test client of your own."""
        if self._application is None:
            raise ApidoubleError("this double is not running: use it inside `with Double(...) as double:`")
        return self._application

    def transport(self) -> Transport:
        """For `httpx.Client(transport=..., base_url="http://double")` and for `httpx.AsyncClient`."""
        from apidouble.testing.transport import Transport

        return Transport(lambda: self.room, self.headers)

    def sandbox(
        self, name: str | None = None, *, seed: int | None = None, clock: datetime | str | None = None
    ) -> Sandbox:
        """A sandbox with the same surface: the one of this name, or a new one, with a seed and a time
        to stand still at of its own. Refusal (409) for a seed or a clock where there is one already.
        """
        with self._lock:
            wanted = name if name is not None else f"sandbox-{next(self._numbers)}"
        body: dict[str, Any] = {"name": wanted}
        if seed is not None:
            body["seed"] = seed
        if clock is not None:
            body["clock"] = {"now": _text(clock), "frozen": True}
        try:
            self.control.post("sandboxes", body=body)
        except Refusal as refusal:
            if refusal.status != 409 or len(body) > 1:
                raise
        return _Inside(self, wanted)

    def _address(self) -> str:
        room = self.room
        with self._lock:
            if self._base is None:
                from apidouble.web.serve import bind, serving

                listener = self._stack.enter_context(bind(self.given.host, self.given.port))
                room.enter(serving(self.app.edge, listener))
                self._base = listener.url
            return self._base


class _Inside(Sandbox):
    """A sandbox of a double in this process."""

    def __init__(self, double: Double, name: str) -> None:
        super().__init__(_InProcess(double), name, token=double._token)
        self._double = double

    def _address(self) -> str:
        return self._double._address()

    def transport(self) -> Transport:
        from apidouble.testing.transport import Transport

        return Transport(lambda: self._double.room, self.headers)

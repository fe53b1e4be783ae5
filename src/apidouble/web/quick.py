"""A request on the short way: whole, read without a parser, answered without waiting if that can be.

In: scope and body; what makes uvicorn's request cycle for it. Out: what its application may call, and
coroutines that go on where it has begun. May not know: sockets, what the application does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class Quick:
    """A request on the short way: what its application may call, and what uvicorn would have to know."""

    __slots__ = ("_cycle", "_leave", "body", "scope")

    def __init__(
        self, leave: Callable[[Quick], RequestResponseCycle], scope: dict[str, Any], body: bytes
    ) -> None:
        self._leave = leave
        self.scope = scope
        self.body: bytes | None = body
        """None once the application has it."""
        self._cycle: RequestResponseCycle | None = None

    async def receive(self) -> Any:
        """The body, at once; whoever asks again waits, as with uvicorn."""
        if self.body is None or self._cycle is not None:
            return await self.cycle().receive()
        body, self.body = self.body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        """What is not written at once, uvicorn writes."""
        await self.cycle().send(message)

    def cycle(self) -> RequestResponseCycle:
        """What uvicorn has for a request, from now on for this one, too."""
        if self._cycle is None:
            self._cycle = self._leave(self)
        return self._cycle


async def awaited(running: Awaitable[Any]) -> Any:
    """Whatever can be awaited, as a coroutine."""
    return await running


async def returning(value: Any) -> Any:
    """An application that has ended."""
    return value


async def raising(error: BaseException) -> None:
    """An application that has failed."""
    raise error


@coroutine
def resumed(running: Coroutine[Any, Any, Any], awaited: Any) -> Generator[Any, Any, Any]:
    """The rest of a coroutine that is waiting already."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is meant for the coroutine
            try:
                awaited = running.throw(error)
            except StopIteration as end:
                return end.value
        else:
            break
    return (yield from running)

"""One sandbox of a double, as a test holds it.

In: a line to the double, a name. Out: requests to the sandbox, and everything that arranges,
breaks and questions it. May not know: whether the double runs in this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

from apidouble.errors import ApidoubleError, Refusal
from apidouble.testing.breaking import Faults, Stubs, Time, Values
from apidouble.testing.control import Control, Line, Remote
from apidouble.testing.journal import Requests
from apidouble.testing.records import Records
from apidouble.testing.response import Outgoing, Params, Response, outgoing

if TYPE_CHECKING:
    from apidouble.testing.transport import Transport  # loads httpx

DEFAULT = "default"
Part = Literal["state", "sequence", "clock", "settings", "faults", "stubs", "journal", "oauth"]


class World:
    """See the module's text. Calls never wait for anything but the double, so that they can stand
    in async tests too; `arequest` is for requests that a fault delays.
    """

    def __init__(self, line: Line, name: str = DEFAULT, *, token: str | None = None) -> None:
        self.name = name
        self._line = line
        self._token = token

    @property
    def headers(self) -> dict[str, str]:
        """What a request carries to reach this sandbox."""
        return {} if self.name == DEFAULT else {"Double-Sandbox": self.name}

    @cached_property
    def control(self) -> Control:
        """The control API, for what nothing else here does."""
        token = {} if self._token is None else {"X-Admin-Token": self._token}
        where = self._line.url if isinstance(self._line, Remote) else "the double"
        return Control(self._line, self.headers | token, where)

    @cached_property
    def state(self) -> Records:
        """The records."""
        return Records(self.control)

    @cached_property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return Faults(self.control)

    @cached_property
    def stubs(self) -> Stubs:
        """Canned answers."""
        return Stubs(self.control)

    @cached_property
    def clock(self) -> Time:
        """Time, as answers show it."""
        return Time(self.control)

    @cached_property
    def settings(self) -> Values:
        """Settings of the APIs."""
        return Values(self.control)

    @cached_property
    def requests(self) -> Requests:
        """What was asked."""
        return Requests(self.control)

    def _address(self) -> str:
        """The URL of the double, without sandbox."""
        assert isinstance(self._line, Remote)  # noqa: S101 - the others have addresses of their own
        return self._line.url

    @property
    def url(self) -> str:
        """The URL of the sandbox in its path form, `/~name`, for clients that cannot set headers."""
        return self._address() if self.name == DEFAULT else f"{self._address()}/~{self.name}"

    @property
    def host_url(self) -> str:
        """The URL of the sandbox in its host form, `name.localhost`, under which root-relative links of
        a page stay inside. Browsers resolve it to this machine by themselves.
        """
        if self.name == DEFAULT:
            return self._address()
        parts = urlsplit(self._address())
        return f"{parts.scheme}://{self.name.lower()}.localhost:{parts.port or 80}"

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | str | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Ask, and read the whole answer. Without a socket where the double runs in this process.

        Raises:
            TimeoutError: nothing came for `timeout` seconds.
            ConnectionResetError, http.client.RemoteDisconnected, http.client.IncompleteRead: a fault
                broke the connection.

        """
        return self._line.send(
            self._outgoing(method, path, params=params, headers=headers, json_body=json, content=content),
            timeout,
        )

    async def arequest(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - of the connection, as `request` has it
    ) -> Response:
        """The same as `request`, while the event loop goes on."""
        sent = self._outgoing(method, path, params=params, headers=headers, json_body=json, content=content)
        return await asyncio.to_thread(self._line.send, sent, timeout)

    def transport(self) -> Transport:
        """For `httpx.Client(transport=..., base_url="http://double")` and for `httpx.AsyncClient`."""
        raise ApidoubleError("this double runs elsewhere: reach it by its url")

    def credentials(self, api: str | None = None, name: str | None = None) -> dict[str, str]:
        """The headers that identify a demo caller: the default ones of an API (or of all), or by name
        or role.
        """
        known = self.control.get("identities")["identities"]
        found = [
            one
            for one in known
            if api in {None, one["api"]} and (name in {one["name"], one["role"]} if name else one["default"])
        ]
        if not found and name is not None:
            names = ", ".join(dict.fromkeys(one["name"] for one in known if api in {None, one["api"]}))
            raise ApidoubleError(f"there is no identity {name!r}; there are {names or 'none'}")
        return {
            send["name"]: send["value"] for one in found for send in one["send"] if send["in"] == "header"
        }

    def reset(self, *, keep: Collection[Part] = ()) -> None:
        """Back to the seed, but for the parts to keep; snapshots stay."""
        self.control.post("reset", body={"keep": list(keep)})

    def snapshot(self, name: str = "snapshot") -> str:
        """Keep records, sequence, clock and settings under a name; one of that name is replaced."""
        self.control.post("snapshots", body={"name": name})
        return name

    def restore(self, name: str = "snapshot") -> None:
        """Go back to a snapshot."""
        self.control.post("snapshots", name, "restore")

    def _outgoing(
        self, method: str, path: str, *, headers: Mapping[str, str] | None, **rest: Any
    ) -> Outgoing:
        return outgoing(method, path, headers={**self.headers, **(headers or {})}, **rest)


class Sandbox(World):
    """A world that can be dropped, by hand or at the end of a `with`."""

    def close(self) -> None:
        """Forget the sandbox with all that it holds; nothing if it is gone already."""
        try:
            self.control.delete("sandboxes", self.name)
        except Refusal as refusal:
            if refusal.status != 404:
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(url: str, sandbox: str = DEFAULT, *, token: str | None = None) -> World:
    """A sandbox of a double that runs elsewhere: the same calls, over HTTP."""
    return World(Remote(url), sandbox, token=token)

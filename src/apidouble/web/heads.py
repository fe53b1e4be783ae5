"""Request heads that came before: a client sends the same one again and again.

In: the bytes of heads that were parsed. Out: what the parser read in them, for the same bytes. May
not know: sockets, what the application does.
"""

from __future__ import annotations

from typing import Any

HEAD = "apidouble.head"
"""Scope key: the `KnownHead` of a request whose head may come again; the same one each time."""
_LONGEST = 4096
"""Bytes of a head that is kept."""
KEPT = 1000
"""Heads that are kept."""
_MET = 10_000
"""Hashes of heads that are remembered to see which come again."""
_EVERY_TIME = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
_OF_CONNECTION = frozenset({"client", "extensions", "scheme", "server", "state"})


class KnownHead:
    """What was read in one request line with its headers; nothing in it depends on the connection."""

    __slots__ = ("length", "scope")

    def __init__(self, scope: dict[str, Any], length: int) -> None:
        self.scope = scope
        """The ASGI scope, less what a connection adds."""
        self.length = length
        """Bytes of the body that follows."""


class Heads:
    """The heads that one server has parsed, the latest thousand of them.

    Equal bytes at the beginning of a message mean the same, whichever connection they come by
    (RFC 9112, section 2.1), so that parsing them once is enough.
    """

    __slots__ = ("_known", "_met")

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}
        self._met: set[int] = set()
        """Hashes of heads that came once: most of those that differ each time never come again."""

    def get(self, raw: bytes) -> KnownHead | None:
        """What was read in these bytes, if they were parsed before."""
        return self._known.get(raw)

    def keep(self, raw: bytes, scope: dict[str, Any]) -> KnownHead | None:
        """Remember what was read in a head that comes for the second time; None for any other, and for
        what has to be parsed each time.

        That is a head that asks for more than an answer (another protocol, a word before the body,
        the end of the connection) or whose body says itself where it ends.
        """
        if len(raw) > _LONGEST or not self._came_before(hash(raw)) or scope["http_version"] != "1.1":
            return None
        length = 0
        for name, value in scope["headers"]:
            if name in _EVERY_TIME or (name == b"connection" and value.lower() != b"keep-alive"):
                return None
            if name == b"content-length":
                length = int(value)
        if len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        head = self._known[raw] = KnownHead(
            {name: value for name, value in scope.items() if name not in _OF_CONNECTION}, length
        )
        return head

    def _came_before(self, mark: int) -> bool:
        if mark in self._met:
            self._met.remove(mark)
            return True
        if len(self._met) >= _MET:
            self._met.clear()
        self._met.add(mark)
        return False

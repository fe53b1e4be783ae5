"""Request heads that came before: a client sends the same headers, and often whole heads, again and again.

In: the bytes of heads, and what uvicorn's parser read in them. Out: the same for equal bytes, without
parsing them. May not know: sockets, what the application does.

A head falls into its request line and its header block, which says nothing of each other (RFC 9112,
section 2.1): a block that was parsed once means the same under another request line. Lines are taken
apart here where they are of the plainest form; everything else is left to the parser.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

HEAD = "apidouble.head"
"""Scope key: the `KnownHead` of a request that came before; the same one each time."""
BLOCK = "apidouble.block"
"""Scope key: the `Block` of a request's headers; the same one each time."""
KEPT = 1000
"""Heads, and blocks, that are kept."""
_LONGEST = 4096
"""Bytes of a head that is looked at."""
_MET = 10_000
"""Hashes of what came once that are remembered to see what comes again."""
_LINE = re.compile(rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/[!\"$->@-~]*)(?:\?([!\"$-~]*))? HTTP/1\.1")
_EVERY_TIME = frozenset({b"expect", b"transfer-encoding", b"upgrade"})


class Block:
    """What was read in the headers of a request; nothing in it depends on the connection."""

    __slots__ = ("length", "scope")

    def __init__(self, scope: dict[str, Any], length: int) -> None:
        self.scope = {name: scope[name] for name in ("type", "asgi", "http_version", "root_path", "headers")}
        """What headers and server say of an ASGI scope."""
        self.length = length
        """Bytes of the body that follows."""


class KnownHead:
    """What was read in one request line with its headers."""

    __slots__ = ("block", "scope")

    def __init__(self, scope: dict[str, Any], block: Block) -> None:
        self.scope = scope
        """The ASGI scope, less what a connection adds."""
        self.block = block


class Heads:
    """What one server has read, the latest thousand heads and blocks that came twice."""

    __slots__ = ("_blocks", "_known", "_met")

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}
        self._blocks: dict[bytes, Block] = {}
        self._met: set[int] = set()
        """Hashes: most of what differs each time never comes again, and need not be kept."""

    def read(self, raw: bytes) -> KnownHead | None:
        """What these bytes say, if their headers came before; None for what has to be parsed."""
        known = self._known.get(raw)
        if known is not None:
            return known
        line, _, rest = raw.partition(b"\r\n")
        block = self._blocks.get(rest)
        found = _LINE.fullmatch(line) if block is not None else None
        if block is None or found is None or len(raw) > _LONGEST:
            return None
        method, path, query = found.groups()
        scope = block.scope.copy()
        scope["method"] = method.decode()
        scope["path"] = text = path.decode()
        if "%" in text:
            scope["path"] = unquote(text)
        scope["raw_path"] = path
        scope["query_string"] = query or b""
        scope[BLOCK] = block
        known = KnownHead(scope, block)
        if self._came_before(raw):
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            scope[HEAD] = known
            self._known[raw] = known
        return known

    def parsed(self, raw: bytes, scope: dict[str, Any]) -> None:
        """Told what the parser read in these bytes: headers that come for the second time are kept.

        But not those that ask for more than an answer (another protocol, a word before the body, the end
        of the connection), nor where the body says itself where it ends.
        """
        rest = raw.partition(b"\r\n")[2]
        if len(raw) > _LONGEST or scope["root_path"] or not self._came_before(rest):
            return
        if scope["http_version"] != "1.1":
            return
        length = 0
        for name, value in scope["headers"]:
            if name in _EVERY_TIME or (name == b"connection" and value.lower() != b"keep-alive"):
                return
            if name == b"content-length":
                length = int(value)
        if len(self._blocks) >= KEPT:
            del self._blocks[next(iter(self._blocks))]
        self._blocks[rest] = Block(scope, length)

    def _came_before(self, raw: bytes) -> bool:
        mark = hash(raw)
        if mark in self._met:
            self._met.remove(mark)
            return True
        if len(self._met) >= _MET:
            self._met.clear()
        self._met.add(mark)
        return False

"""What a running double says: its greeting, one line for each request, warnings.

In: lines, and what is known of each request. Out: bytes on stdout and stderr. May not know:
how requests are answered.

Request lines are gathered and written a few times a second, and only as far as the reader takes
them: a double whose output nobody reads (a test's forgotten pipe) must not stand still.
"""

from __future__ import annotations

import asyncio
import os
import select
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    # Its module loads the web framework, which a console has no use for.
    from apidouble.web.app import Observation

CHUNK = 4096
"""Bytes that a pipe takes without blocking once poll says it is writable (POSIX: PIPE_BUF >= 512;
Linux reports a pipe writable when at least one page is free)."""
PENDING = 1 << 20
"""Bytes kept for a slow reader; older lines are left out."""
PAUSE = 0.05
"""Seconds between writes."""
LAST_WAIT = 200
"""Milliseconds that a reader is given for each chunk when the program ends."""

RESET, BOLD, DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
COLOURS = {1: "\x1b[36m", 2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m"}


class Console:
    """Stdout for what is asked for, stderr for warnings."""

    def __init__(self, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self.colour = _coloured(self._out)
        self._pending: list[str] = []
        self._size = 0
        self._omitted = 0
        self._rest = b""
        self._scheduled = False
        self._gone = False
        self._patience = 0
        self._poll: select.poll | None = None
        try:
            self._descriptor = self._out.fileno()
        except (OSError, ValueError):
            self._descriptor = -1
        if self._descriptor >= 0 and hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(self._descriptor, select.POLLOUT)

    def say(self, text: str) -> None:
        """Write a line to stdout now, after whatever is pending."""
        self._append(text + "\n")
        self.flush()

    def warn(self, text: str) -> None:
        """Write a line to stderr now."""
        try:
            self._err.write(plain(text) + "\n")
            self._err.flush()
        except OSError:
            return

    def request(self, seen: Observation) -> None:
        """One answered request."""
        line = f"{seen.method} {seen.path} {seen.status} {seen.seconds * 1000:.1f}ms {seen.sandbox}"
        if seen.reason:
            line = f"{line} - {seen.reason}"
        if not line.isprintable():
            line = plain(line).replace("\n", "\\n")
        if self.colour:
            line = self._painted(line, len(seen.method), seen.status)
        self._append(line + "\n")
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_later(PAUSE, self.flush)

    def flush(self) -> None:
        """Write what the reader takes without making us wait."""
        self._scheduled = False
        if self._gone:
            self._pending.clear()
            self._size = 0
            return
        if self._descriptor < 0:
            self._out.write("".join(self._pending))
            self._out.flush()
            self._pending.clear()
            self._size = 0
            return
        data = self._rest + "".join(self._pending).encode("utf-8", "backslashreplace")
        self._pending.clear()
        try:
            written = self._write(data)
        except OSError:
            # The reader has left; the double goes on for its clients.
            self._gone = True
            return
        self._rest = data[written:]
        self._size = len(self._rest)
        if self._rest:
            self._try_again()

    def close(self) -> None:
        """Write what is left, waiting a moment for a slow reader."""
        self._patience = LAST_WAIT
        self.flush()

    def _append(self, line: str) -> None:
        if self._gone:
            return
        if self._size > PENDING:
            self._omitted += 1
            return
        if self._omitted:
            note = f"({self._omitted} lines left out: nobody read them in time)\n"
            self._omitted = 0
            line = note + line
        self._pending.append(line)
        self._size += len(line)

    def _write(self, data: bytes) -> int:
        written = 0
        while written < len(data):
            if self._poll is not None and not self._poll.poll(self._patience):
                break
            written += os.write(self._descriptor, data[written : written + CHUNK])
        return written

    def _try_again(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if not self._scheduled:
            self._scheduled = True
            loop.call_later(PAUSE, self.flush)

    def _painted(self, line: str, method: int, status: int) -> str:
        before, number, after = line.partition(f" {status} ")
        start = f"{BOLD}{before[:method]}{RESET}{before[method:]}"
        return f"{start}{COLOURS.get(status // 100, '')}{number}{RESET}{DIM}{after}{RESET}"


def plain(text: str) -> str:
    """The text with everything that could steer a terminal spelled out."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode()
        for letter in text
    )


def _coloured(stream: IO[str]) -> bool:
    """Whether to colour: a terminal, and nobody asked for none (no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()

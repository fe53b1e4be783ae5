"""Read documents kept on disk, by what they were made of.

In: the bytes and settings a document was read from, and what came of it. Out: that again, if
nothing has changed. May not know: what a document is.

An entry is plain JSON behind a checksum: whoever can write into the folder can change what is
served, but run nothing.
"""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from apidouble.document import files
from apidouble.version import VERSION

_FORMAT = "1"
_ENTRIES, _BYTES = 300, 500_000_000
"""The most that is kept; what was not used for longest goes first."""
_SUFFIX = ".apidouble"


@dataclass(slots=True)
class Entry:
    """Everything a document is made from again."""

    root: Any
    published: bytes
    about: dict[str, Any]
    """Plain values: version, findings, origins."""
    used: list[tuple[str, str | None]] = field(default_factory=list)
    """Further files and their digests; None: it could not be read."""
    contents: list[bytes] = field(default_factory=list)
    """What those that could be read hold."""


def key(parts: Iterable[bytes | str]) -> str:
    """The name of the entry for exactly these parts, read by exactly this program."""
    digests = [files.digest(part.encode() if isinstance(part, str) else part) for part in parts]
    return files.digest("".join([_program(), *digests]).encode())


@functools.cache
def _program() -> str:
    """A name for the code that reads documents; it is the code that was imported, so that once is enough."""
    own = [_FORMAT, VERSION]
    for path in sorted(Path(__file__).parent.glob("*.py")):
        stat = path.stat()
        own.append(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}")
    return files.digest("\0".join(own).encode())


def read(folder: Path, name: str) -> Entry | None:
    """The entry, if there is one, it is whole, and the files it was made of are as they were."""
    path = folder / (name + _SUFFIX)
    try:
        data = path.read_bytes()
        digest, _, content = data.partition(b"\n")
        if digest.decode() != files.digest(content):
            return None
        head, _, body = content.partition(b"\n")
        header = orjson.loads(head)
        size = header["root"]
        entry = Entry(
            orjson.loads(body[:size]), body[size:], header["about"], [(p, d) for p, d in header["used"]]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    for used, then in entry.used:
        try:
            content = files.read(Path(used))
        except files.Denied:
            if then is not None:
                return None
            continue
        if files.digest(content) != then:
            return None
        entry.contents.append(content)
    with contextlib.suppress(OSError):
        os.utime(path)
    return entry


def write(folder: Path, name: str, entry: Entry) -> None:
    """Keep the entry; a folder that cannot be written to is no reason to fail."""
    root = orjson.dumps(entry.root)
    header = orjson.dumps({"root": len(root), "about": entry.about, "used": entry.used})
    content = b"\n".join((header, root + entry.published))
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
            try:
                file.write(files.digest(content).encode() + b"\n")
                file.write(content)
            except OSError:
                Path(file.name).unlink()
                raise
        Path(file.name).replace(folder / (name + _SUFFIX))
        _prune(folder)


def _prune(folder: Path) -> None:
    entries = [(path.stat(), path) for path in folder.glob(f"*{_SUFFIX}")]
    entries.sort(key=lambda entry: entry[0].st_mtime_ns, reverse=True)
    held = 0
    for number, (stat, path) in enumerate(entries):
        held += stat.st_size
        # The newest stays, however large it is: it is the one that is about to be read again.
        if number and (number >= _ENTRIES or held > _BYTES):
            path.unlink(missing_ok=True)

"""JSON pointers and places: where something stands in a published file.

In: property names, list indexes, pointers. Out: their other form (RFC 6901). May not know:
documents.

A `Place` is a chain from a node up to its file, cheap to grow while a document is walked; it
becomes a pointer only when there is something to tell about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

Place = tuple[Any, Any]
"""(place of the parent, key); of a file's root: (None, number of the file)."""

_URI_SAFE = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")


def escape(part: str) -> str:
    """One reference token."""
    return part.replace("~", "~0").replace("/", "~1") if "~" in part or "/" in part else part


def unescape(token: str) -> str:
    """The property name of one reference token."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


def join(parts: Iterable[str | int]) -> str:
    """The pointer that walks through these names and indexes."""
    return "".join(f"/{escape(str(part))}" for part in parts)


def split(pointer: str) -> list[str]:
    """The names and indexes that a pointer walks through; a missing first slash is forgiven."""
    if not pointer:
        return []
    return [unescape(token) for token in pointer.removeprefix("/").split("/")]


def candidates(fragment: str) -> Iterable[list[str]]:
    """The readings of a `$ref`'s fragment: percent-decoded as a URI demands, then as it stands."""
    yield split(unquote(fragment))
    if "%" in fragment:
        yield split(fragment)


def is_uri_safe(pointer: str) -> bool:
    """Whether the pointer may stand in a URI's fragment without percent-encoding (RFC 3986)."""
    return _URI_SAFE.fullmatch(pointer) is not None


def find(root: Any, parts: Iterable[str]) -> Any:
    """The node that these names and indexes lead to; KeyError where nothing is there."""
    here = root
    for part in parts:
        if isinstance(here, dict):
            here = here[part]
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            raise KeyError(part)
    return here


def place_of(file: int, parts: Iterable[str | int]) -> Place:
    """The place in a file that these names and indexes lead to."""
    place: Place = (None, file)
    for part in parts:
        place = (place, part)
    return place


def locate(place: Place) -> tuple[int, list[str | int]]:
    """The file's number and the names and indexes that lead to a place."""
    parts: list[str | int] = []
    while place[0] is not None:
        parts.append(place[1])
        place = place[0]
    parts.reverse()
    return place[1], parts

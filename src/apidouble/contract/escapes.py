"""Percent-decoding that refuses what is broken, and names in brackets made into trees.

In: raw query strings, forms, path segments. Out: text, pairs, trees of text. May not know: schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_DEPTH = 20
_PAIRS = 10_000


class Unreadable(Exception):  # noqa: N818 - it is turned into a violation, never shown as an error
    """A text that cannot be decoded; the message says why, for people."""


def decode(raw: str) -> str:
    """Percent-decoded text; `Unreadable` for bad escapes, broken UTF-8 and NUL characters."""
    if "%" not in raw:
        if "\0" in raw:
            raise Unreadable("must not hold NUL characters")
        return raw
    if (broken := _BROKEN.search(raw)) is not None:
        start = broken.start()
        raise Unreadable(f"has a broken percent-escape: {raw[start : start + 3]!r}")
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Unreadable("must be percent-encoded UTF-8") from None
    if "\0" in text:
        raise Unreadable("must not hold NUL characters")
    return text


def decode_form(raw: str) -> str:
    """The same with `+` for a space, as query strings and forms have it."""
    return decode(raw.replace("+", " ")) if "+" in raw else decode(raw)


def pairs(query: str) -> Iterable[tuple[str, str]]:
    """Raw (name, value) of each part of a query string or form; a part without `=` has an empty value."""
    if query.count("&") >= _PAIRS:
        raise Unreadable(f"must not have more than {_PAIRS} parts")
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield name, value


def split_name(name: str) -> tuple[str, list[str]]:
    """`a[b][]` -> ("a", ["b", ""]); a name whose brackets do not close is taken as it is."""
    start = name.find("[")
    if start <= 0 or not name.endswith("]"):
        return name, []
    inner = name[start:]
    steps = _BRACKETS.findall(inner)
    if sum(len(step) + 2 for step in steps) != len(inner):
        return name, []
    if len(steps) > _DEPTH:
        raise Unreadable(f"must not be nested deeper than {_DEPTH} brackets")
    return name[:start], steps


class Tree:
    """Values by bracketed names, as they come: `a[b]=1&a[c][]=2` is {"a": {"b": "1", "c": ["2"]}}.

    A name that comes again collects its values in a list; `a[][b]=1&a[][c]=2` fills one object
    until a name comes again, as browsers and PHP have it.
    """

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}

    def add(self, name: str, steps: list[str], value: Any) -> None:
        """Put a value at its place; `Unreadable` where a value and an object want the same place."""
        here: Any = self.root
        path = [name, *steps]
        for index, step in enumerate(path[:-1]):
            here = self._enter(here, step, path[index + 1 :], name)
        self._put(here, path[-1], value, name)

    @staticmethod
    def _enter(here: Any, step: str, rest: list[str], name: str) -> Any:
        fresh: Any = [] if rest[0] == "" else {}
        if isinstance(here, list):
            if step != "":
                raise Unreadable(f"{name!r} is given both as a list and as an object")
            last = here[-1] if here else None
            if isinstance(last, type(fresh)) and not (isinstance(last, dict) and _holds(last, rest)):
                return last
            here.append(fresh)
            return fresh
        inside = here.setdefault(step, fresh)
        if not isinstance(inside, type(fresh)):
            raise Unreadable(f"{name!r} is given in forms that exclude each other")
        return inside

    @staticmethod
    def _put(here: Any, step: str, value: Any, name: str) -> None:
        if isinstance(here, list):
            if step != "":
                raise Unreadable(f"{name!r} is given both as a list and as an object")
            here.append(value)
        elif step not in here:
            here[step] = value
        elif isinstance(here[step], dict) and not isinstance(value, dict):
            raise Unreadable(f"{name!r} is given both as a value and as an object")
        elif isinstance(here[step], list):
            here[step].append(value)
        else:
            here[step] = [here[step], value]


def _holds(tree: dict[str, Any], path: list[str]) -> bool:
    here: Any = tree
    for step in path:
        if not isinstance(here, dict) or step not in here:
            return False
        here = here[step]
    return not isinstance(here, list)

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
_STEP = re.compile(r"\[(.*?)\](?=\[|\Z)", re.DOTALL)
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


def read_steps(brackets: str) -> list[str]:
    """`[b][c[d]` -> ["b", "c[d"]: a bracket that closes none of them belongs to a name; [] if the text
    is not made of brackets.
    """
    if not brackets.startswith("[") or not brackets.endswith("]"):
        return []
    steps = _STEP.findall(brackets)
    if len(steps) > _DEPTH:
        raise Unreadable(f"must not be nested deeper than {_DEPTH} brackets")
    return steps


class Tree:
    """Values by bracketed names, as they come: `a[b]=1&a[c][]=2` is {"a": {"b": "1", "c": ["2"]}}.

    A name that comes again collects its values in a list; `a[][b]=1&a[][c]=2` fills one object
    until a name comes again, as browsers and PHP have it. Beside other names `[]` is the empty name.
    """

    def __init__(self) -> None:
        self._root = _Branch()

    def add(self, name: str, steps: list[str], value: Any) -> None:
        """Put a value at its place; `Unreadable` where a value and an object want the same place."""
        here = self._root
        path = [name, *steps]
        for index, step in enumerate(path[:-1]):
            # Only brackets can be left empty to mean the next item.
            here = here.enter(step, path[index + 1 :], name, listed=index > 0 and step == "")
        here.put(path[-1], value, name, listed=bool(steps) and path[-1] == "")

    def value(self) -> dict[str, Any]:
        """Everything that was added."""
        return {name: _grown(part) for name, part in self._root.named.items()}


class _Branch:
    """What stands at one place of the tree."""

    __slots__ = ("listed", "named")

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}
        self.listed: list[Any] = []

    def enter(self, step: str, rest: list[str], name: str, *, listed: bool) -> _Branch:
        if listed:
            last = self.listed[-1] if self.listed else None
            if not isinstance(last, _Branch) or last.holds(rest):
                last = _Branch()
                self.listed.append(last)
            return last
        inside = self.named.setdefault(step, _Branch())
        if not isinstance(inside, _Branch):
            raise Unreadable(f"{name!r} is given both as a value and as an object")
        return inside

    def put(self, step: str, value: Any, name: str, *, listed: bool) -> None:
        if listed:
            self.listed.append(value)
        elif step not in self.named:
            self.named[step] = value
        elif isinstance(self.named[step], _Branch):
            raise Unreadable(f"{name!r} is given both as a value and as an object")
        elif isinstance(self.named[step], _Repeated):
            self.named[step].append(value)
        else:
            self.named[step] = _Repeated([self.named[step], value])

    def holds(self, path: list[str]) -> bool:
        """Whether there is a value at a path, so that it cannot be put there once more."""
        step, *rest = path
        if step == "" or step not in self.named:
            return False
        inside = self.named[step]
        return inside.holds(rest) if rest and isinstance(inside, _Branch) else True


class _Repeated(list[Any]):
    """Values of a name that came more than once."""


def _grown(part: Any) -> Any:
    if not isinstance(part, _Branch):
        return list(part) if isinstance(part, _Repeated) else part
    listed = [_grown(one) for one in part.listed]
    if not part.named:
        return listed
    named = {name: _grown(one) for name, one in part.named.items()}
    if listed:
        named[""] = listed[0] if len(listed) == 1 else listed
    return named

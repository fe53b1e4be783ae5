"""YAML text to plain values, with a bound on everything that can grow.

In: YAML text. Out: dicts with string keys, lists, strings, numbers, booleans, None; remarks on
duplicate keys and the like. May not know: OpenAPI.

The values follow YAML 1.2's core schema (no `yes`/`no`, no dates, no sexagesimal numbers), since
that is what OpenAPI refers to. The parser is libyaml's, event by event, so that neither depth nor
aliases can exhaust stack or memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

DEPTH = 200
"""Levels of nesting that are read; orjson writes 254, and some levels are added later."""
_COPIES = 2_000_000
"""Nodes that aliases may add."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MAYBE = frozenset("~nNtTfF+-.0123456789")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null"))
_VERSIONS = frozenset({"openapi", "swagger", "overlay", "version"})
"""Members near the root whose values are text even where they look like numbers (1.10, 3.0)."""


class TextError(Exception):
    """The text cannot be read: what is wrong and in which line (from 1)."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


Tell = Callable[[str, str, list[str | int], int], None]
"""(kind, message, path, line)."""


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is being filled."""

    value: Any
    anchor: str | None
    key: str | None = None
    merges: list[Any] = field(default_factory=list)
    unfit: int = 0
    """A key that is no scalar was met; its value (or the key itself) is skipped."""


def scalar(text: str) -> Any:
    """The value of a plain scalar by YAML 1.2's core schema; what JSON cannot hold stays text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _MAYBE:
        return text
    if _INT.fullmatch(text):
        # more digits than any number type holds: int() would refuse or take for ever
        value = int(text) if len(text) < 400 else float("inf")
        return value if -(2**63) <= value < 2**64 else _finite(text)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _OTHER_BASE.fullmatch(text) and len(text) < 20:
        return int(text, 0)
    return text


def _finite(text: str) -> float | str:
    value = float(text)
    return value if abs(value) != float("inf") else text


class _Builder:
    """Builds the value of one document out of events."""

    def __init__(self, tell: Tell, versions: frozenset[str]) -> None:
        self._tell = tell
        self._versions = versions
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Any] = {}
        self._copies = 0
        self.result: Any = None

    def scalar(self, event: Any) -> None:
        text: str = event.value
        stack = self._stack
        if stack:
            frame = stack[-1]
            if frame.key is None and type(frame.value) is dict and not frame.unfit:
                frame.key = text
                if event.anchor:
                    self._anchors[event.anchor] = text
                return
        plain = event.implicit[0] or event.tag in _TAGS
        if plain and not (text and 0 < len(stack) < 3 and stack[-1].key in self._versions):
            value = scalar(text)
        else:
            value = text
        if event.anchor:
            self._anchors[event.anchor] = value
        self._put(value, event)

    def open(self, value: dict[str, Any] | list[Any], event: Any) -> None:
        if len(self._stack) >= DEPTH:
            raise TextError(f"nested deeper than {DEPTH} levels", event.start_mark.line + 1)
        stack = self._stack
        if stack and type(stack[-1].value) is dict and stack[-1].key is None and not stack[-1].unfit:
            self._tell(
                "key",
                "a list or mapping is used as a key; it is left out",
                self._path(),
                event.start_mark.line + 1,
            )
            stack[-1].unfit = 2
        stack.append(_Frame(value, event.anchor))

    def close(self, event: Any) -> None:
        frame = self._stack.pop()
        value = frame.value
        for merged in frame.merges:
            for key, item in merged.items():
                value.setdefault(key, item)
        if frame.anchor:
            self._anchors[frame.anchor] = value
        self._put(value, event)

    def alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            open_anchors = {frame.anchor for frame in self._stack}
            what = "contains itself" if event.anchor in open_anchors else "is not defined before it is used"
            raise TextError(f"the alias *{event.anchor} {what}", event.start_mark.line + 1)
        value = self._anchors[event.anchor]
        stack = self._stack
        if stack and type(stack[-1].value) is dict and stack[-1].key is None and not stack[-1].unfit:
            stack[-1].key = str(value)
            return
        self._put(self._copy(value, len(stack), event.start_mark.line + 1), event)

    def _put(self, value: Any, event: Any) -> None:
        if not self._stack:
            self.result = value
            return
        frame = self._stack[-1]
        if type(frame.value) is list:
            frame.value.append(value)
        elif frame.unfit:
            frame.unfit -= 1
        elif frame.key == "<<" and _mergeable(value):
            frame.merges.extend(value if isinstance(value, list) else [value])
            frame.key = None
        else:
            key = frame.key
            if key in frame.value:
                message = f"the key {key!r} occurs twice; the last one counts"
                self._tell("duplicate", message, self._path(), event.start_mark.line + 1)
            frame.value[key] = value
            frame.key = None

    def _path(self) -> list[str | int]:
        return [
            len(frame.value) if type(frame.value) is list else frame.key or ""
            for frame in self._stack
            if type(frame.value) is list or frame.key is not None
        ]

    def _copy(self, value: Any, depth: int, line: int) -> Any:
        """A copy of its own for each alias: later steps change nodes in place."""
        if type(value) is not dict and type(value) is not list:
            return value
        self._copies += len(value) + 1
        if self._copies > _COPIES:
            raise TextError(f"aliases expand to more than {_COPIES:,} nodes", line)
        if depth > DEPTH:
            raise TextError(f"nested deeper than {DEPTH} levels", line)
        if type(value) is dict:
            return {key: self._copy(item, depth + 1, line) for key, item in value.items()}
        return [self._copy(item, depth + 1, line) for item in value]


def _mergeable(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def read(text: str, tell: Tell, *, versions: frozenset[str] = _VERSIONS) -> Any:
    """The value of the first YAML document in the text.

    `versions`: members near the root whose values are text whatever they look like.

    Raises:
        TextError: it is no YAML, nests too deep or its aliases expand too far.

    """
    builder = _Builder(tell, versions)
    documents = 0
    try:
        for event in events(text):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                builder.scalar(event)
            elif kind is yaml.MappingStartEvent:
                builder.open({}, event)
            elif kind is yaml.SequenceStartEvent:
                builder.open([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                builder.close(event)
            elif kind is yaml.AliasEvent:
                builder.alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    tell(
                        "documents",
                        "the file holds more than one YAML document; only the first is read",
                        [],
                        event.start_mark.line + 1,
                    )
                    break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        parts = [part for part in (error.problem, error.context) if part]
        message = ", ".join(parts) or "no valid YAML"
        if mark and _character(text, mark.line, mark.column) == "\t":
            message = "a tab indents this line, where YAML takes spaces only"
        raise TextError(message, mark.line + 1 if mark else None, mark.column + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise TextError(str(error).splitlines()[0]) from None
    return builder.result


def _character(text: str, line: int, column: int) -> str:
    lines = text.split("\n", line + 1)
    return lines[line][column : column + 1] if line < len(lines) else ""


def events(text: str) -> Iterator[Any]:
    """The parser's events."""
    return yaml.parse(text, Loader=_LOADER)

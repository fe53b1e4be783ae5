"""In which line something stands: a second look at the text, only when somebody asks.

In: YAML or JSON text, pointers. Out: the line of each, or of the nearest thing around it that the
text holds. May not know: OpenAPI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from apidouble.document import pointers, yamltext

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_BRACKET = re.compile(r'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])')
"""Up to the next bracket, strings and all in one go: half of what is skipped is strings."""


class _Wanted:
    """A tree of the parts of all pointers that are asked for."""

    __slots__ = ("children", "line")

    def __init__(self) -> None:
        self.children: dict[str, _Wanted] = {}
        self.line: int | None = None


def lines(text: str, wanted: Iterable[str], *, json: bool) -> Mapping[str, int | None]:
    """Line (from 1) of each pointer; of the deepest existing ancestor where it is not in the text."""
    root = _Wanted()
    root.line = 1
    paths = {pointer: pointers.split(pointer) for pointer in wanted}
    for parts in paths.values():
        here = root
        for part in parts:
            here = here.children.setdefault(part, _Wanted())
    try:
        if json:
            _scan_json(text, root)
        else:
            _scan_yaml(text, root)
    except (yaml.YAMLError, UnicodeError):
        pass  # what was found up to the fault is all there is to know
    found: dict[str, int | None] = {}
    for pointer, parts in paths.items():
        here, line = root, root.line
        for part in parts:
            here = here.children[part]
            if here.line is None:
                break
            line = here.line
        found[pointer] = line
    return found


def _scan_yaml(text: str, root: _Wanted) -> None:
    # each open collection: [wanted below it, next index or -1 for a mapping, (member awaiting its value,)]
    stack: list[list[Any]] = []
    for event in yamltext.events(text):
        kind = type(event)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            if not stack:
                return
        elif kind is yaml.ScalarEvent or kind is yaml.AliasEvent:
            _enter(stack, event, root)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(stack) > yamltext.DEPTH:
                return
            wanted = _enter(stack, event, root)
            stack.append([wanted, 0 if kind is yaml.SequenceStartEvent else -1, None])


def _enter(stack: list[list[Any]], event: Any, root: _Wanted) -> _Wanted | None:
    """Note the line of what begins here; what is wanted below it."""
    line = event.start_mark.line + 1
    if not stack:
        root.line = line
        return root
    top = stack[-1]
    below, index, member = top
    children = below.children if below else {}
    wanted: _Wanted | None = None
    if index >= 0:
        wanted = children.get(str(index))
        top[1] += 1
        if wanted is not None:
            wanted.line = line
    elif member is None:
        # the key; one that is no scalar is nothing anybody asks for
        found = children.get(event.value) if type(event) is yaml.ScalarEvent else None
        if found is not None:
            found.line = line
        top[2] = (found,)
    else:
        wanted, top[2] = member[0], None
    return wanted


def _scan_json(text: str, root: _Wanted) -> None:
    position = counted = 0
    line = 1
    # each open collection that holds something wanted: [wanted, next index or -1, member name]
    stack: list[list[Any]] = []
    while match := _TOKEN.search(text, position):
        piece, position = match.group(), match.end()
        if piece in "}]":
            if stack:
                stack.pop()
            if not stack:
                return
            continue
        if piece in ",:":
            continue
        top = stack[-1] if stack else None
        wanted: _Wanted | None
        if top is None:
            wanted = root
        elif top[1] < 0 and top[2] is None:
            top[2] = _name(piece)
            member = top[0].children.get(top[2])
            if member is not None:
                line += text.count("\n", counted, match.start())
                counted = match.start()
                member.line = line
            continue
        elif top[1] < 0:
            wanted, top[2] = top[0].children.get(top[2]), None
        else:
            wanted = top[0].children.get(str(top[1]))
            top[1] += 1
        if wanted is not None and (top is None or top[1] >= 0):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            wanted.line = line
        if piece in "{[":
            if wanted is not None and wanted.children:
                stack.append([wanted, 0 if piece == "[" else -1, None])
            else:
                position = _skip(text, position)
                if not stack:
                    return


def _name(piece: str) -> str:
    if "\\" not in piece:
        return piece[1:-1]
    value = yaml.load(piece, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes strings only
    return str(value)


def _skip(text: str, position: int) -> int:
    """Where the collection that was just opened ends."""
    depth = 1
    while depth and (match := _BRACKET.match(text, position)):
        position = match.end()
        depth += 1 if match[1] in "{[" else -1
    return position

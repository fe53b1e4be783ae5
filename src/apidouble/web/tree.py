"""A path tree: raw request paths to routes, at a cost that does not grow with their number.

In: path templates (`/users/{id}.json`) with a value each. Out: the value and the raw, still
percent-encoded parameter values of a request path. May not know: operations, HTTP methods.

Literal segments win over mixed ones (`{id}.json`), mixed ones over whole parameters; a longer
literal part wins among mixed ones. Where a mixed segment can be read in several ways (`{id}{extension}`),
one in which each parameter is what it is declared to be goes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

Form = Callable[[str], str]
"""Parameter name -> the regular expression of its valid values."""

_PARAMETER = re.compile(r"\{([^{}]*)\}")
ANYTHING = ".+?"
"""The form of a parameter that may be anything."""


def _any_form(_name: str) -> str:
    return ANYTHING


class Node(Generic[T]):
    """What follows one segment."""

    __slots__ = ("literals", "mixed", "parameter", "value")

    def __init__(self) -> None:
        self.literals: dict[str, Node[T]] = {}
        self.mixed: list[tuple[tuple[re.Pattern[str], ...], str, Node[T]]] = []
        self.parameter: Node[T] | None = None
        self.value: T | None = None


class PathTree(Generic[T]):
    """Templates in, matches out."""

    def __init__(self) -> None:
        self.root: Node[T] = Node()

    def place(self, template: str, form: Form = _any_form) -> Node[T]:
        """The node of a template, made if it is new; templates that differ in names only share it.

        `form` is asked for parameters that share a segment with something else.
        """
        node = self.root
        for segment in template.split("/")[1:]:
            node = self._step(node, segment, form)
        return node

    def match(self, raw_path: str) -> tuple[T, list[str]] | None:
        """The value for a raw path and its parameter values in order, or None."""
        values: list[str] = []
        segments = raw_path.split("/")
        node = self.root
        # Straight on while there is but one way to go; where there are several, they are tried in turn.
        for at in range(1, len(segments)):
            segment = segments[at]
            child = node.literals.get(segment)
            if child is not None and node.parameter is None and not node.mixed:
                node = child
            elif child is None and segment and "%" not in segment and not node.mixed:
                if node.parameter is None:
                    return None
                values.append(segment)
                node = node.parameter
            else:
                found = _descend(node, segments, at, values)
                return None if found is None else (found, values)
        return None if node.value is None else (node.value, values)

    def matches(self, raw_path: str) -> Iterator[tuple[T, list[str]]]:
        """The value that `match` gives, then those of templates that take whole what it takes in parts."""
        yield from _ways(self.root, raw_path.split("/"), 1, [])

    @staticmethod
    def _step(node: Node[T], segment: str, form: Form) -> Node[T]:
        if "{" not in segment:
            return node.literals.setdefault(segment, Node())
        if _PARAMETER.fullmatch(segment):
            if node.parameter is None:
                node.parameter = Node()
            return node.parameter
        shape = _PARAMETER.sub("{}", segment)
        for _, known, child in node.mixed:
            if known == shape:
                return child
        texts = [re.escape(part) for part in shape.split("{}")]
        forms = list(map(form, _PARAMETER.findall(segment)))
        patterns = dict.fromkeys([_pattern(texts, forms), _pattern(texts, [ANYTHING] * len(forms))])
        child = Node()
        node.mixed.append((tuple(patterns), shape, child))
        node.mixed.sort(key=lambda entry: (-len(entry[1]), entry[1]))
        return child


def parameter_names(template: str) -> tuple[str, ...]:
    """The names in a template, in order."""
    return tuple(_PARAMETER.findall(template))


def _pattern(texts: list[str], forms: list[str]) -> re.Pattern[str]:
    """A segment of texts with forms between them."""
    return re.compile(
        "".join([texts[0], *(f"({form}){text}" for form, text in zip(forms, texts[1:], strict=True))])
    )


def _parts(patterns: tuple[re.Pattern[str], ...], segment: str) -> tuple[str, ...] | None:
    """The parameter values of a mixed segment."""
    for pattern in patterns:
        if match := pattern.fullmatch(segment):
            return match.groups()
    return None


def _descend(node: Node[T], segments: list[str], at: int, values: list[str]) -> T | None:
    if at == len(segments):
        return node.value
    segment = segments[at]
    child = node.literals.get(segment)
    if child is None and "%" in segment:
        child = node.literals.get(unquote(segment))
    if child is not None:
        found = _descend(child, segments, at + 1, values)
        if found is not None:
            return found
    if not segment:
        return None
    for patterns, _, child in node.mixed:
        parts = _parts(patterns, segment)
        if parts is None:
            continue
        values.extend(parts)
        found = _descend(child, segments, at + 1, values)
        if found is not None:
            return found
        del values[len(values) - len(parts) :]
    if node.parameter is not None:
        values.append(segment)
        found = _descend(node.parameter, segments, at + 1, values)
        if found is not None:
            return found
        values.pop()
    return None


def _ways(node: Node[T], segments: list[str], at: int, values: list[str]) -> Iterator[tuple[T, list[str]]]:
    if at == len(segments):
        if node.value is not None:
            yield node.value, values
        return
    segment = segments[at]
    child = node.literals.get(segment) or node.literals.get(unquote(segment))
    if child is not None:
        found = list(_ways(child, segments, at + 1, values))
        if found:
            # `/users/lookup` is never taken for a user called lookup.
            yield from found
            return
    if not segment:
        return
    for patterns, _, child in node.mixed:
        parts = _parts(patterns, segment)
        if parts is not None:
            yield from _ways(child, segments, at + 1, [*values, *parts])
    if node.parameter is not None:
        yield from _ways(node.parameter, segments, at + 1, [*values, segment])

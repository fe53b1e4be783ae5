"""YAML read as JSON would be: no dates, no `yes`/`no` booleans, no base 60, no duplicate keys.

In: a file. Out: plain values, and the line of a JSON pointer. May not know: what the file is for.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlError(Exception):
    """The text is not YAML."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


class DuplicateKeyError(YamlError):
    """A mapping names a key twice."""


class _PlainLoader(_Loader):  # type: ignore[misc]  # the C loader where PyYAML has it
    """Only what JSON knows: country code NO, 2020-01-01 and 12:30 are text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML looks it up on the class
        first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("null", "merge")]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, list | dict):
                raise YamlError("a key is a list or mapping", key_node.start_mark.line + 1)
            if key in seen and not isinstance(key, bool):
                raise DuplicateKeyError(f"key {key!r} stands twice", key_node.start_mark.line + 1)
            seen.add(key)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


for _tag, _pattern, _first in (
    ("bool", r"^(true|false)$", "tf"),
    ("int", r"^-?(0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", "-0123456789"),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read_yaml(path: Path) -> Any:
    """The file's value; raises OSError, YamlError."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise YamlError("the file is not UTF-8", None) from error
    loader = _PlainLoader(text)
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError(error.problem or str(error), mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise YamlError(str(error), None) from error
    finally:
        loader.dispose()


def line_of(path: Path, pointer: str) -> int | None:
    """The line (from 1) of a JSON pointer, or of the nearest node above that exists."""
    try:
        node: Node | None = yaml.compose(path.read_text("utf-8"), Loader=_PlainLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None
    line = node.start_mark.line if node else 0
    for raw in pointer.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        found: Node | None = None
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(key, ScalarNode) and key.value == part:
                    found, line = value, key.start_mark.line
        elif isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node.value):
            found = node.value[int(part)]
            line = found.start_mark.line
        if found is None:
            break
        node = found
    return line + 1

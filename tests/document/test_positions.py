"""Lines of pointers, in YAML and JSON."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.document import pointers, positions

TEXT = """\
# a comment
openapi: 3.0.0
paths:
  "/a/{b}":
    get:
      tags: [x,
        y]
      parameters:
      - name: b
        in: path
      - {name: c,
         in: query}
    ? put
    : summary: text
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 2), ("/openapi", 2), ("/paths", 3), ("/paths/~1a~1{b}", 4), ("/paths/~1a~1{b}/get/tags/1", 7),
        ("/paths/~1a~1{b}/get/parameters/0/in", 10), ("/paths/~1a~1{b}/get/parameters/1/in", 12),
        ("/paths/~1a~1{b}/put/summary", 14), ("/paths/~1a~1{b}/get/parameters/0/schema/type", 9),
        ("/nothing/there", 2),
    ],
)  # fmt: skip
def test_a_member_stands_where_its_key_stands(pointer: str, line: int) -> None:
    """What the text does not hold is shown at the nearest thing around it."""
    assert positions.lines(TEXT, [pointer], json=False) == {pointer: line}


def test_a_text_that_breaks_off_gives_what_it_holds() -> None:
    """Lines are for messages about faulty texts, too."""
    assert positions.lines("a:\n  b: 1\n  c: [", ["/a/b", "/a/c"], json=False) == {"/a/b": 2, "/a/c": 3}
    assert positions.lines('{"a":\n{"b": 1,\n"c": [', ["/a/b", "/a/c"], json=True) == {"/a/b": 2, "/a/c": 3}


def nodes(value: Any, path: list[str]) -> list[str]:
    found = [pointers.join(path)]
    if isinstance(value, dict):
        for key, child in value.items():
            found += nodes(child, [*path, key])
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += nodes(child, [*path, str(index)])
    return found


names = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1, max_size=5
)
trees = st.recursive(
    st.integers(0, 9) | names | st.just('"{[,:]}\\'),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
).filter(lambda value: isinstance(value, dict | list))


@settings(deadline=None)
@given(trees)
def test_json_and_yaml_readers_agree_on_every_line(value: Any) -> None:
    """Indented JSON is YAML: both scanners must find each node in the same line."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    wanted = nodes(value, [])
    assert positions.lines(text, wanted, json=True) == positions.lines(text, wanted, json=False)


@settings(deadline=None)
@given(trees)
def test_lines_are_where_the_composer_sees_them(value: Any) -> None:
    """Against PyYAML's own node tree."""
    text = yaml.safe_dump(value, allow_unicode=True)
    expected: dict[str, int] = {}

    def walk(node: yaml.Node, path: list[str], line: int) -> None:
        expected[pointers.join(path)] = line + 1
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                walk(child, [*path, key.value], key.start_mark.line)
        elif isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                walk(child, [*path, str(index)], child.start_mark.line)

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    walk(root, [], root.start_mark.line)
    assert positions.lines(text, expected, json=False) == expected

"""JSON Merge Patch and JSON Patch: the examples of their RFCs, their laws, their refusals."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.merge_patch import apply_json_patch, apply_merge_patch, same
from apidouble.errors import Refusal

NAMES = st.sampled_from(["a", "b", "c/d", "e~f", ""])
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "y"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
FULL = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
"""Values whose objects hold no null, which a merge patch cannot write."""

# RFC 7396 appendix A
MERGES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "merged"), MERGES)
def test_merging_follows_the_examples(target: Any, patch: Any, merged: Any) -> None:
    """Appendix A of RFC 7396."""
    assert apply_merge_patch(target, patch) == merged


@given(JSON, JSON)
def test_merging_twice_is_merging_once(target: Any, patch: Any) -> None:
    """A merge patch says how things are to be, not what to do."""
    once = apply_merge_patch(target, patch)
    assert same(apply_merge_patch(once, patch), once)


@given(JSON, FULL)
def test_a_value_without_nulls_patches_itself_into_nothing(target: Any, value: Any) -> None:
    """Applied to anything that is no object, it is the result."""
    if not isinstance(target, dict):
        assert same(apply_merge_patch(target, value), value)


@given(JSON, JSON)
def test_merging_changes_neither_side(target: Any, patch: Any) -> None:
    """Nor does the result share what could be changed with the patch."""
    before = copy.deepcopy((target, patch))
    merged = apply_merge_patch(target, patch)
    if isinstance(merged, dict | list):
        merged.clear()
    assert before == (target, patch)


# RFC 6902 appendix A
PATCHES: list[tuple[str, Any, list[Any], Any]] = [
    ("A.1", {"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    (
        "A.2",
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    ("A.3", {"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ("A.4", {"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    (
        "A.5",
        {"baz": "qux", "foo": "bar"},
        [{"op": "replace", "path": "/baz", "value": "boo"}],
        {"baz": "boo", "foo": "bar"},
    ),
    (
        "A.6",
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        "A.7",
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        "A.8",
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    (
        "A.10",
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"x": {}}}],
        {"foo": "bar", "child": {"x": {}}},
    ),
    (
        "A.11",
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
        {"foo": "bar", "baz": "qux"},
    ),
    ("A.14", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    (
        "A.16",
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc"]}],
        {"foo": ["bar", ["abc"]]},
    ),
    ("whole", {"foo": 1}, [{"op": "add", "path": "", "value": [1]}], [1]),
    ("whole replaced", {"foo": 1}, [{"op": "replace", "path": "", "value": 5}], 5),
    (
        "copied",
        {"a": [1]},
        [{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/b/0", "value": 0}],
        {"a": [1], "b": [0, 1]},
    ),
    ("item replaced", [1, 2], [{"op": "replace", "path": "/1", "value": 3}], [1, 3]),
    ("moved to itself", {"a": 1}, [{"op": "move", "from": "", "path": ""}], {"a": 1}),
    ("an empty name", {"": 1}, [{"op": "replace", "path": "/", "value": 2}], {"": 2}),
]


@pytest.mark.parametrize(
    ("target", "patch", "patched"), [case[1:] for case in PATCHES], ids=[case[0] for case in PATCHES]
)
def test_patching_follows_the_examples(target: Any, patch: Any, patched: Any) -> None:
    """Appendix A of RFC 6902, and what it leaves out."""
    assert apply_json_patch(target, patch) == patched


REFUSED: list[tuple[str, int, Any, Any]] = [
    ("no list", 400, {}, {"op": "remove", "path": "/a"}),
    ("an operation that is no object", 400, {}, ["remove"]),
    ("no operation", 400, {}, [{"path": "/a"}]),
    ("an unknown operation", 400, {}, [{"op": "increment", "path": "/a"}]),
    ("an operation of the wrong type", 400, {}, [{"op": ["add"], "path": "/a"}]),
    ("no path", 400, {}, [{"op": "remove"}]),
    ("a path that is no pointer", 400, {}, [{"op": "remove", "path": "a"}]),
    ("a path with a stray tilde", 400, {"~": 1}, [{"op": "remove", "path": "/~"}]),
    ("no value", 400, {}, [{"op": "add", "path": "/a"}]),
    ("no source", 400, {"a": 1}, [{"op": "move", "path": "/b"}]),
    ("more operations than anybody writes", 400, {}, [{"op": "test", "path": "", "value": {}}] * 1001),
    ("removing what is not there", 422, {}, [{"op": "remove", "path": "/a"}]),
    ("replacing what is not there", 422, {}, [{"op": "replace", "path": "/a", "value": 1}]),
    ("adding below what is not there", 422, {}, [{"op": "add", "path": "/a/b", "value": 1}]),
    ("adding below text", 422, {"a": "x"}, [{"op": "add", "path": "/a/b", "value": 1}]),
    ("adding past the end", 422, [], [{"op": "add", "path": "/1", "value": 1}]),
    ("a position with a leading zero", 422, [1, 2], [{"op": "remove", "path": "/01"}]),
    ("a negative position", 422, [1, 2], [{"op": "remove", "path": "/-1"}]),
    ("a huge position", 422, [1, 2], [{"op": "remove", "path": "/" + "9" * 5000}]),
    ("removing the end", 422, [1], [{"op": "remove", "path": "/-"}]),
    ("removing everything", 422, {}, [{"op": "remove", "path": ""}]),
    ("moving into itself", 422, {"a": {}}, [{"op": "move", "from": "/a", "path": "/a/b"}]),
    ("moving what is not there", 422, {}, [{"op": "move", "from": "/a", "path": "/b"}]),
    ("a test that fails", 409, {"a": 1}, [{"op": "test", "path": "/a", "value": 2}]),
    ("true is not 1", 409, {"a": 1}, [{"op": "test", "path": "/a", "value": True}]),
    ("A.15: 10 is not its text", 409, {"~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}]),
]


@pytest.mark.parametrize(
    ("status", "target", "patch"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_bad_patch_is_refused(status: int, target: Any, patch: Any) -> None:
    """400 where it is malformed, 422 where it makes no sense here, 409 where a test fails."""
    with pytest.raises(Refusal) as caught:
        apply_json_patch(target, patch)
    assert caught.value.status == status
    assert len(caught.value.detail) < 300
    assert caught.value.violations


POINTERS = st.sampled_from(
    ["", "/a", "/b", "/a/0", "/a/-", "/a/b", "/c~1d", "/e~0f", "/", "/0", "/-", "/a/a"]
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": POINTERS},
    optional={"value": JSON, "from": POINTERS},
)


@given(JSON, st.lists(OPERATIONS, max_size=4))
def test_patching_changes_neither_side(target: Any, patch: Any) -> None:
    """All operations or none, on a copy."""
    before = copy.deepcopy((target, patch))
    status = 200
    try:
        apply_json_patch(target, patch)
    except Refusal as refusal:
        status = refusal.status
    assert status in {200, 400, 409, 422}
    assert same(list(before), [target, patch])


@given(JSON, JSON, POINTERS)
def test_what_was_added_is_there_and_can_be_removed(target: Any, value: Any, path: str) -> None:
    """Adding, then testing passes; removing what was added where nothing was gives the target back."""
    try:
        added = apply_json_patch(target, [{"op": "add", "path": path, "value": value}])
    except Refusal:
        return
    place = path
    if path.endswith("-"):
        parent: Any = added if path == "/-" else added.get("a") if isinstance(added, dict) else None
        if not isinstance(parent, list):
            return
        place = f"{path[:-1]}{len(parent) - 1}"
    apply_json_patch(added, [{"op": "test", "path": place, "value": value}])
    if place and isinstance(target, list):
        assert same(apply_json_patch(added, [{"op": "remove", "path": place}]), target)


@given(JSON, JSON)
def test_equality_is_that_of_json(one: Any, other: Any) -> None:
    """True is no number, and the order of names does not matter."""
    import orjson

    plain = orjson.dumps(one, option=orjson.OPT_SORT_KEYS), orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
    assert same(one, other) == (plain[0] == plain[1])

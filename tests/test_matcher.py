"""The one matcher of journal, faults and stubs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.errors import Refusal, Violation
from apidouble.journal.entry import Entry
from apidouble.matcher import compile_matcher, glob, json_equal


def entry(**changes: Any) -> Entry:
    values: dict[str, Any] = {
        "method": "POST",
        "path": "/v2/caf%C3%A9s/7",
        "query": b"limit=5&tag=a&tag=b+c&empty=",
        "headers": {"content-type": "application/json", "x-trace": "abc-123"},
        "body": b'{"name": "Bob", "age": 7, "on": true, "tags": [{"n": 1}, {"n": 2}], "none": null}',
        "sandbox": "one",
        "api": "cafes",
        "operation_id": "updateCafe",
        "time": 1_900_000_000.0,
        "status": 422,
        "request_violations": [Violation("no", "body")],
    } | changes
    made = Entry(**values)
    made.number = 12
    return made


FITS: list[dict[str, Any]] = [
    {},
    {"method": "post"},
    {"method": ["GET", "POST"]},
    {"path": "/v2/cafés/7"},
    {"path": "/v2/caf%C3%A9s/7"},
    {"path": "/v2/*"},
    {"path": "*/7"},
    {"path": ["/x", "/v2/*/7"]},
    {"operation_id": "update*", "api": "cafes", "sandbox": "one"},
    {"status": 422},
    {"status": "4XX"},
    {"status": [200, "4xx"]},
    {"query": {"limit": 5}},
    {"query": {"limit": "5", "tag": "b c", "empty": "", "absent": None}},
    {"query": {"tag": ["a", "b*"]}},
    {"headers": {"X-Trace": "abc-*", "Authorization": None}},
    {"body": "$.name"},
    {"body": ["$.name", "$.tags[?@.n > 1]"]},
    {"body": {"$.name": "Bob", "$.age": 7.0, "$.on": True, "$.none": None}},
    {"body": {"$.tags[*].n": 2, "$.tags": [{"n": 1}, {"n": 2}]}},
    {"violation": True},
    {"violation": "request"},
    {"unmatched": False},
    {"since": 11},
    {"since": "2030-03-17T17:46:40Z"},
    {"since": "2030-03-17T17:46:40"},
]
FAILS: list[dict[str, Any]] = [
    {"method": "GET"},
    {"path": "/v2/cafés"},
    {"path": "/v2/*/8"},
    {"operation_id": "update"},
    {"api": "Cafes"},
    {"sandbox": "two"},
    {"status": 423},
    {"status": "5XX"},
    {"query": {"limit": 6}},
    {"query": {"limit": None}},
    {"query": {"absent": "*"}},
    {"query": {"tag": ["a"]}},
    {"query": {"tag": ["b c", "a"]}},
    {"headers": {"x-trace": None}},
    {"headers": {"x-other": "*"}},
    {"body": "$.missing"},
    {"body": {"$.on": 1}},
    {"body": {"$.age": "7"}},
    {"body": {"$.tags": [{"n": 1}]}},
    {"body": {"$.name": "B*"}},
    {"violation": False},
    {"violation": "response"},
    {"unmatched": True},
    {"since": 12},
    {"since": "2030-03-17T17:46:41Z"},
    {"method": "POST", "status": 200},
]


@pytest.mark.parametrize("spec", FITS, ids=repr)
def test_fits(spec: dict[str, Any]) -> None:
    """Each member fits what it says, and no difference is told."""
    match = compile_matcher(spec)
    assert match(entry())
    assert match.differences(entry()) == ()


@pytest.mark.parametrize("spec", FAILS, ids=repr)
def test_fails(spec: dict[str, Any]) -> None:
    """One member that does not fit is enough, and it is named."""
    match = compile_matcher(spec)
    assert not match(entry())
    assert [words.partition(" ")[0] for words in match.differences(entry())] == [list(spec)[-1]]


WRONG: list[tuple[Any, str]] = [
    ([], "/match"),
    (None, "/match"),
    ({"methid": "GET"}, "/match/methid"),
    ({"a/b": 1}, "/match/a~1b"),
    ({"method": 1}, "/match/method"),
    ({"method": []}, "/match/method"),
    ({"path": "/x?y=1"}, "/match/path"),
    ({"path": [1]}, "/match/path"),
    ({"status": "4X"}, "/match/status"),
    ({"status": True}, "/match/status"),
    ({"query": "limit=1"}, "/match/query"),
    ({"query": {"a/b": {}}}, "/match/query/a~1b"),
    ({"query": {"a": [None]}}, "/match/query/a"),
    ({"headers": {"x": []}}, "/match/headers/x"),
    ({"body": "name"}, "/match/body"),
    ({"body": "$[" * 500}, "/match/body"),
    ({"body": "$" + "(" * 1500}, "/match/body"),
    ({"body": "$" + ".a" * 5000}, "/match/body"),
    ({"body": {"$.a[": 1}}, "/match/body/$.a["),
    ({"body": 7}, "/match/body"),
    ({"violation": "both"}, "/match/violation"),
    ({"unmatched": "yes"}, "/match/unmatched"),
    ({"since": "yesterday"}, "/match/since"),
    ({"since": True}, "/match/since"),
    ({"status": []}, "/match/status"),
]


@pytest.mark.parametrize(("spec", "pointer"), WRONG, ids=lambda value: repr(value)[:40])
def test_wrong_matcher(spec: Any, pointer: str) -> None:
    """A wrong matcher is refused with the place that is wrong."""
    with pytest.raises(Refusal) as caught:
        compile_matcher(spec)
    assert caught.value.status == 422
    assert [violation.pointer for violation in caught.value.violations] == [pointer]
    assert caught.value.detail.startswith(pointer)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"plain text"])
def test_body_that_is_no_json(body: bytes) -> None:
    """A matcher for a body never fits what is no JSON, not even a path that finds everything."""
    assert not compile_matcher({"body": "$"})(entry(body=body))


def test_form_body() -> None:
    """A form is an object of its fields, repeated ones as arrays."""
    form = entry(body=b"a=1&b=x+y&b=z", headers={"content-type": "application/x-www-form-urlencoded"})
    assert compile_matcher({"body": {"$.a": "1", "$.b": ["x y", "z"]}})(form)


def test_deep_body_is_survived() -> None:
    """A path that goes down a very deep body ends, fitting or not."""
    deep = entry(body=b'{"a":' * 900 + b"1" + b"}" * 900)
    assert compile_matcher({"body": {"$..b": 1}})(deep) is False


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_glob_is_linear_and_right(pattern: str, text: str) -> None:
    """A pattern fits as the regular expression would that says the same."""
    import re

    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert glob(pattern)(text) == bool(re.fullmatch(expression, text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.text("ab", max_size=2),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("ab", max_size=1), part, max_size=3),
    max_leaves=6,
)


def tagged(value: Any) -> Any:
    """The value with the kind of each scalar beside it, so that Python's equality tells them apart."""
    if isinstance(value, dict):
        return {name: tagged(part) for name, part in value.items()}
    if isinstance(value, list):
        return [tagged(part) for part in value]
    return ("bool", value) if isinstance(value, bool) else ("other", value)


@given(JSON, JSON)
def test_json_equality(one: Any, two: Any) -> None:
    """JSON equality is Python's, but for true and 1, false and 0."""
    assert json_equal(one, one)
    assert json_equal(one, two) == (tagged(one) == tagged(two))

"""The persistent map against dict."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.store.hashmap import HashMap

KEYS = st.integers(0, 40) | st.text(max_size=2) | st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(
    st.dictionaries(KEYS, st.integers(), max_size=60),
    st.lists(st.tuples(KEYS, st.none() | st.integers()), max_size=80),
)
@settings(deadline=None)
def test_like_a_dict(start: dict[object, int], steps: list[tuple[object, int | None]]) -> None:
    """Setting and removing give the changed map; every older version stays as it was."""
    found: HashMap[object, int] = HashMap.of(list(start.items()))
    model = dict(start)
    versions = []
    for key, value in steps:
        if value is None:
            found = found.without(key)
            model.pop(key, None)
        else:
            found = found.set(key, value)
            model[key] = value
        versions.append((found, dict(model)))
    for version, expected in versions:
        assert version.count == len(expected)
        assert dict(version.items()) == expected
        assert all(version.get(key) == value for key, value in expected.items())
        assert version.many(expected) == list(expected.values())
        assert version.get("no such key") is None


@given(
    st.dictionaries(KEYS, st.integers(), max_size=60), st.lists(st.tuples(KEYS, st.integers()), max_size=200)
)
@settings(deadline=None)
def test_many_at_once(start: dict[object, int], pairs: list[tuple[object, int]]) -> None:
    """Setting many at once gives what setting them one by one gives, and leaves the old map alone."""
    before: HashMap[object, int] = HashMap.of(list(start.items()))
    after = before.updated(pairs)
    assert dict(after.items()) == {**start, **dict(pairs)}
    assert after.count == len({**start, **dict(pairs)})
    assert dict(before.items()) == start
    assert before.count == len(start)


def test_grows_evenly() -> None:
    """Keys in steps of a power of two spread over the buckets, and a grown map is laid out anew."""
    found: HashMap[int, int] = HashMap.of([])
    for number in range(5_000):
        found = found.set(number * 4096, number)
    fullest = max(len(bucket) for row in found._top for bucket in row)
    assert fullest <= 64
    assert found.get(4096 * 4_999) == 4_999


def test_removing_nothing_changes_nothing() -> None:
    """Without a key that was not there it is the same map."""
    found = HashMap.of([(1, "a")])
    assert found.without(2) is found

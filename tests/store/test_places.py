"""Sets of places against Python's own sets."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.store.places import EMPTY, Few, Many, Places, places

SHAPES = {
    "none": [],
    "few": [1, 5, 70_000],
    "dense": list(range(5_000)),
    "holes": [number for number in range(9_000) if number % 3],
    "sparse": list(range(7, 300_000, 997)),
    "tall": [*range(100), *range(20_000_000, 20_000_100)],
    "full block": list(range(2048, 4096)),
    "late": list(range(140_000, 140_200)),
}
MEMBERS = st.sampled_from(list(SHAPES)).map(SHAPES.__getitem__) | st.lists(
    st.integers(0, 6_000), max_size=150, unique=True
).map(sorted)


@given(MEMBERS, MEMBERS)
@settings(deadline=None, max_examples=150)
def test_algebra(one: list[int], two: list[int]) -> None:
    """Intersection, union and difference are those of sets, and leave both sides as they were."""
    a, b = places(one), places(two)
    for _ in range(2):
        assert list(a & b) == sorted(set(one) & set(two))
        assert list(a | b) == sorted({*one, *two})
        assert list(a - b) == sorted(set(one) - set(two))
        assert (a & b).count == len(set(one) & set(two))
        assert (a | b).count == len({*one, *two})
    assert (list(a), list(b)) == (one, two)


@pytest.mark.parametrize("shape", SHAPES)
def test_window_rank_and_membership(shape: str) -> None:
    """The n-th member, the rank of a member and membership agree with the sorted list."""
    members = SHAPES[shape]
    found = places(members)
    chance = random.Random(1)
    assert found.count == len(members)
    assert list(found) == members
    for _ in range(300):
        offset, limit = chance.randrange(len(members) + 3), chance.choice([0, 1, 2, 25, 3000, None])
        assert found.window(offset, limit) == members[offset : None if limit is None else offset + limit]
        place = chance.randrange(30_000_000) if chance.random() < 0.3 else chance.randrange(310_000)
        near = chance.choice(members) if members and chance.random() < 0.5 else place
        assert (near in found) == (near in set(members))
        assert found.rank(near) == sum(member < near for member in members)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 140) | st.integers(0, 10_000_000)), max_size=300),
    st.sampled_from(["none", "dense", "sparse"]),
)
@settings(deadline=None, max_examples=60)
def test_changes(steps: list[tuple[bool, int]], shape: str) -> None:
    """Adding and discarding give the changed set, whatever the size, and keep every older version."""
    model = set(SHAPES[shape])
    found: Places = places(sorted(model))
    versions: list[tuple[Places, list[int]]] = []
    for add, place in steps:
        if add == (place in model):
            continue
        found = found.add(place) if add else found.discard(place)
        (model.add if add else model.discard)(place)
        versions.append((found, sorted(model)))
    for version, members in versions[:: max(1, len(versions) // 10)]:
        assert list(version) == members
        assert version.count == len(members)


@given(st.sets(st.integers(0, 140) | st.integers(0, 10_000_000), max_size=200), st.sampled_from([*SHAPES]))
@settings(deadline=None, max_examples=60)
def test_many_at_once(more: set[int], shape: str) -> None:
    """Adding many, some of them there already, gives the union, and the older set stays as it was."""
    model = set(SHAPES[shape])
    before = places(sorted(model))
    after = before.extended(sorted(more))
    assert list(after) == sorted(model | more)
    assert after.count == len(model | more)
    assert list(before) == sorted(model)


def test_forms() -> None:
    """A small set is a tuple, a large one a tree, and each becomes the other as it grows or shrinks."""
    found: Places = EMPTY
    for place in range(65):
        found = found.add(place)
    assert isinstance(found, Many)
    for place in range(40):
        found = found.discard(place)
    assert isinstance(found, Few)
    assert list(found) == list(range(40, 65))


def test_change_shares_everything_else() -> None:
    """A change of one member copies one path: all other blocks are the same objects."""
    old = Many.of(range(1_000_000))
    new = old.discard(500_000)
    assert isinstance(new, Many)
    assert old.height == new.height == 2
    changed = [(a, b) for a, b in zip(old.children, new.children, strict=True) if a is not b]
    assert len(changed) == 1
    (a, b) = changed[0]
    assert isinstance(a, Many)
    assert isinstance(b, Many)
    assert sum(x is not y for x, y in zip(a.children, b.children, strict=True)) == 1


def test_meeting_twice_is_free() -> None:
    """What two sets have in common is worked out once for as long as both stay as they are."""
    one, two = Many.of(range(0, 50_000, 2)), Many.of(range(0, 50_000, 3))
    common = one & two
    assert two & one is common
    assert (one.add(3) & two) is not common

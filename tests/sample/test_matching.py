"""Text that matches a pattern."""

from __future__ import annotations

from random import Random

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.sample.matching import matcher
from apidouble.sample.pattern import PatternError, parse

PATTERNS = (
    r"^[a-z]+$",
    r"^\d{3}-\d{4}$",
    r"^(foo|ba[rz])+$",
    r"^[^@]+@[^@]+\.[a-z]{2,}$",
    r"\p{L}+",
    r"^\p{Lu}\p{Ll}*$",
    r"^([0-1][0-9]|2[0-3]):[0-5]\d$",
    r"^.{3,5}$",
    r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$",
    r"^(a)(b)\2\1$",
    r"^[^\s]*$",
    r"^$",
    r"abc",
    r"^\+?[1-9]\d{1,14}$",
    r"^([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(\.([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9]))*$",
    r"^(((0[13578]|1[02])-(0[1-9]|[12]\d|3[01]))|((0[469]|11)-(0[1-9]|[12]\d|30)))$",
    r"^[α-ω]{3}$",
    r"^[\u4e00-\u9fff]{2,4}$",
    r"^\u{41}\x42\cJ?\t?\/\-$",
    r"^(?:a|b)(?<n>c){0}$",
    r"^\bfoo\b$",
    r"^[\w.-]+$",
    r"^[A-Za-z0-9+/]*={0,2}$",
    r"^a??b*?c+?$",
    r"^\W\S\D$",
    r"^([1-9]|[12][0-9]|3[01])$|^LAST$",
    r"^(([0-9A-Fa-f]{8}[-]?(?:[0-9A-Fa-f]{4}[-]?){3}[0-9A-Fa-f]{12}){1})+$",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_matches(pattern: str) -> None:
    """What is made matches, as the validator reads the pattern."""
    try:
        check = jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid
    except ValueError:
        pytest.skip("the validator does not know this form")
    found = matcher(pattern)
    assert found is not None
    assert all(check(found.make(Random(seed))) for seed in range(60))


@pytest.mark.parametrize(
    "pattern", [r"^(?=.*[A-Z])(?=.*\d)(?=.*[!@#]).{8,}$", r"^(?!admin)[a-z]{3,10}$", r"^(?=.{5,7}$)[a-z-]+$"]
)
def test_look_around(pattern: str) -> None:
    """Look-arounds are met by a fair share of attempts."""
    check = jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid
    found = matcher(pattern)
    assert found is not None
    assert sum(check(found.make(Random(seed))) for seed in range(100)) >= 10


@given(st.integers(0, 30), st.integers(0, 10), st.integers())
def test_length(least: int, room: int, seed: int) -> None:
    """Text has the wanted length where the pattern allows it."""
    for pattern in (r"^[a-z]*$", r"^([a-z]|[0-9])+(-[a-z]+)*$", r"^(ab?)*c?$"):
        found = matcher(pattern)
        assert found is not None
        text = found.make(Random(seed), max(1, least), max(1, least) + room)
        assert max(1, least) <= len(text) <= max(1, least) + room


@given(st.sampled_from(PATTERNS), st.integers(0, 40), st.integers(0, 20), st.integers())
def test_any_length_may_be_asked_for(pattern: str, least: int, room: int, seed: int) -> None:
    """A length that the pattern does not have gives the text that is nearest to it."""
    found = matcher(pattern)
    if found is not None:
        assert isinstance(found.make(Random(seed), least, least + room), str)


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[z-a]", "*", "a{3,1}", r"\x", "(?<n", "[", "(?q)", "(" * 200]
)
def test_broken_patterns(pattern: str) -> None:
    """A pattern that is none is told, not crashed on."""
    with pytest.raises(PatternError):
        parse(pattern)
    assert matcher(pattern) is None


def test_bounded() -> None:
    """Unbounded and huge repetitions give short text; what needs very long text is declined."""
    for pattern in (r"^a*$", r"^(a|b){0,100000}$", r"^((a*)*)*$"):
        found = matcher(pattern)
        assert found is not None
        assert len(found.make(Random(1))) < 50
    assert matcher(r"^(a{1000}){1000}$") is None

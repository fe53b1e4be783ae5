"""Times in the form that a field declares."""

from __future__ import annotations

import re

import pytest

from apidouble.engine.stamps import Stamper

MOMENT = 1_700_000_000.5


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2023-11-14T22:13:20Z"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "2023-11-14T22:13:20.500Z"),
        (r"\d{4}-\d\d-\d\d", "2023-11-14"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2023-11-14 22:13:20"),
    ],
)
def test_the_first_form_that_fits_is_written(pattern: str, written: str) -> None:
    """A pattern, a format or a type decides, whichever the schema has."""
    stamper = Stamper(lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None)
    assert stamper.stamp(MOMENT) == written


def test_an_example_decides_between_forms_that_fit() -> None:
    """Seconds stay seconds where the example has no fraction."""
    stamper = Stamper(lambda value: isinstance(value, str), "2022-08-12T20:44:48Z")
    assert stamper.stamp(MOMENT) == "2023-11-14T22:13:20Z"


def test_numbers_are_unix_time() -> None:
    """Seconds, or milliseconds where the example is that large."""
    assert Stamper(lambda value: isinstance(value, int)).stamp(MOMENT) == 1_700_000_000
    assert Stamper(lambda value: isinstance(value, int), 1_600_000_000_000).stamp(MOMENT) == 1_700_000_000_500


def test_a_moving_time_is_always_later() -> None:
    """Two changes within one second still differ, even when the last one lies ahead of the clock."""
    stamper = Stamper(lambda value: isinstance(value, str) and len(value) == 20)
    first = stamper.stamp(MOMENT, "2023-11-14T22:13:20Z", moving=True)
    assert first == "2023-11-14T22:13:21Z"
    assert stamper.stamp(MOMENT, "2023-11-15T00:00:00Z", moving=True) == "2023-11-15T00:00:01Z"


def test_no_form_no_stamp() -> None:
    """A field that takes no time is left alone."""
    assert Stamper(lambda value: False).stamp(MOMENT) is None

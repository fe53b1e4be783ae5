"""JSON bodies: what is read, and the refusal of everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.json_body import parse_json
from apidouble.errors import Refusal

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_every_json_value_is_read(value: Any, ascii_only: bool) -> None:
    """Reading is the inverse of writing."""
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode(), 100) == value


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(raw: bytes) -> None:
    """Never anything but a value or a 400, and a value only for what is JSON."""
    try:
        value = parse_json(raw, 100)
    except Refusal as caught:
        refusal = caught
    else:
        assert json.loads(raw.decode("utf-8-sig")) == value
        return
    assert refusal.status == 400
    assert len(refusal.detail) < 200


def refusal_of(raw: bytes, depth_limit: int = 100) -> str:
    with pytest.raises(Refusal) as caught:
        parse_json(raw, depth_limit)
    assert caught.value.status == 400
    [violation] = caught.value.violations
    assert violation.location == "body"
    return caught.value.detail


REFUSED = [
    (b"", "The body is empty, but JSON is expected."),
    (b" \n", "The body is empty, but JSON is expected."),
    (b'{"a": 1,}', "The body is not valid JSON: trailing comma is not allowed (line 1, column 8)."),
    (b'{"a": 1}x', "The body is not valid JSON: unexpected content after document (line 1, column 9)."),
    (b"[1,\n2", "The body is not valid JSON: unexpected end of data (line 2, column 2)."),
    (b"[NaN]", "The body is not valid JSON: NaN and Infinity are no JSON values (line 1, column 2)."),
    (b"-Infinity", "The body is not valid JSON: NaN and Infinity are no JSON values (line 1, column 2)."),
    (b"1e400", "The body has a number that is too large (line 1, column 1)."),
    (b"9" * 500, "The body has a number that is too large (line 1, column 1)."),
    (b'"\xff"', "The body is not UTF-8."),
    (
        '{"a": 1}'.encode("utf-16"),
        "The body is not UTF-8 (UTF-16 and others need a `charset` in Content-Type).",
    ),
    (
        '{"a": 1}'.encode("utf-16-le"),
        "The body is not UTF-8 (UTF-16 and others need a `charset` in Content-Type).",
    ),
    (
        '{"a": 1}'.encode("utf-32-be"),
        "The body is not UTF-8 (UTF-16 and others need a `charset` in Content-Type).",
    ),
    (b"18446744073709551616", "The body has an integer beyond 64 bits: 18446744073709551616."),
    (b'{"a": [-9223372036854775809]}', "The body has an integer beyond 64 bits: -9223372036854775809."),
]


@pytest.mark.parametrize(("raw", "detail"), REFUSED)
def test_what_is_no_json_is_refused_with_the_reason(raw: bytes, detail: str) -> None:
    """In words for people, with the position where there is one."""
    assert refusal_of(raw) == detail


@pytest.mark.parametrize("raw", [b'"\x00"', b'{"a": "\x00"}', b"\x00", b'"\\ud800"', b'"\\udc00x"'])
def test_bare_nul_bytes_and_lone_surrogates_are_refused(raw: bytes) -> None:
    """Neither is text."""
    assert refusal_of(raw)


def test_an_escaped_nul_is_a_character() -> None:
    """RFC 8259 allows it."""
    assert parse_json(b'"a\\u0000"', 100) == "a\0"


def test_a_byte_order_mark_is_ignored() -> None:
    """RFC 8259 section 8.1 lets a parser do so."""
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', 100) == {"a": 1}
    assert refusal_of(b"\xef\xbb\xbf{")


def test_of_equal_names_the_last_counts() -> None:
    """As in every JavaScript client."""
    assert parse_json(b'{"a": 1, "a": 2}', 100) == {"a": 2}


@pytest.mark.parametrize("pair", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_nesting_ends_at_the_limit(pair: tuple[bytes, bytes]) -> None:
    """One level deeper than allowed is refused, the limit itself is not."""
    start, end = pair
    levels = start.count(b"[") + start.count(b"{")
    allowed = 100 // levels
    assert parse_json(start * allowed + b"1" + end * allowed, 100)
    assert (
        refusal_of(start * (allowed + 1) + b"1" + end * (allowed + 1))
        == "The body is nested deeper than 100 levels."
    )


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b"[" * 1000 + b"]" * 1000]
)
def test_a_hundred_thousand_brackets_are_harmless(raw: bytes) -> None:
    """No recursion, a plain refusal."""
    assert refusal_of(raw) == "The body is nested deeper than 100 levels."


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    """Neither are brackets in text."""
    assert len(parse_json(b"[" + b"[],{}," * 5000 + b"[]]", 3)) == 10_001
    assert parse_json(b'["' + b"[" * 500 + b'"]', 2) == ["[" * 500]


@pytest.mark.parametrize(
    "raw",
    [
        b'"123456789012345678901234567890"',
        b'{"a": "\\"123456789012345678901234567890"}',
        b"0.123456789012345678901234567890",
        b"123456789012345678901234567890.5",
        b"1234567890123456789e5",
        b"18446744073709551615",
        b"-9223372036854775808",
        b'{"18446744073709551616": 1}',
    ],
)
def test_long_digits_that_are_no_large_integer_are_fine(raw: bytes) -> None:
    """Text, fractions and what just fits."""
    assert parse_json(raw, 100) == json.loads(raw)


@given(
    st.lists(
        st.integers(-(2**70), 2**70) | st.text(st.sampled_from('0123456789"\\ ,'), max_size=30), max_size=5
    )
)
def test_integers_are_refused_beyond_64_bits_and_only_there(values: list[Any]) -> None:
    """Whatever stands around them."""
    too_large = any(isinstance(value, int) and not -(2**63) <= value < 2**64 for value in values)
    raw = json.dumps(values).encode()
    if too_large:
        assert "beyond 64 bits" in refusal_of(raw)
    else:
        assert parse_json(raw, 100) == values

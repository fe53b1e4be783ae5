"""Formats: what is checked, what stays an annotation."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.contract.formats import INTEGER_RANGES, NATIVE, OWN, checks, is_base64

GOOD_AND_BAD = {
    "byte": (["", "YQ==", "YWI=", "YQ", "-_8", "YWFh\r\nYWFh"], ["a", "YQ=", "Y Q", "ü", "=", "YQ==="]),
    "date": (["2024-02-29"], ["2023-02-29", "2024-2-9", "20240229"]),
    "date-time": (
        ["2022-08-12T20:44:48Z", "2022-08-12T20:44:48.123+02:00", "2016-12-31T23:59:60Z"],
        ["2022-08-12T20:44:48", "2022-08-12 20:44:48Z", "2022-08-12T22:59:60Z", "2022-02-30T00:00:00Z"],
    ),
    "duration": (["P1Y2M3DT4H5M6S", "P1W"], ["P", "1D", "P1S"]),
    "email": (
        ["a@b", "a.b+c@d.example", '"a b"@c.example', "a@[127.0.0.1]"],
        ["a", "@b", "a@", "A <a@b.c>", "a@b c"],
    ),
    "hostname": (["a", "a-b.example"], ["-a", "a_b", "a..b", "a" * 64]),
    "idn-email": (["ü@ä.example"], ["ü"]),
    "ipv4": (["127.0.0.1"], ["127.0.0.256", "01.2.3.4", "1.2.3"]),
    "ipv6": (["::1", "::ffff:1.2.3.4"], ["1::2::3", "fe80::1%eth0"]),
    "iri": (["http://ä.example/ü"], ["ä"]),
    "json-pointer": (["", "/a~0b"], ["a", "/~2"]),
    "regex": (["^a+$", r"\p{L}"], ["[", "a{2,1}"]),
    "time": (["20:44:48Z"], ["20:44:48", "24:00:00Z"]),
    "uri": (["http://a.example/b?c#d", "urn:a:b"], ["/a", "http://a b", "http://ä.example"]),
    "uri-reference": (["/a", "", "#b"], ["\\", "a b"]),
    "uuid": (["6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ["6ba7b8109dad11d180b400c04fd430c8", "{}", ""]),
}
CASES = [
    (name, text, verdict)
    for name, both in GOOD_AND_BAD.items()
    for texts, verdict in zip(both, (True, False), strict=True)
    for text in texts
]


@pytest.mark.parametrize(("name", "text", "verdict"), CASES)
def test_a_format_accepts_what_its_standard_does(name: str, text: str, verdict: bool) -> None:
    """And nothing else."""
    assert checks()[name](text) is verdict


def test_all_formats_are_there_once() -> None:
    """Native ones and our own do not overlap."""
    assert set(checks()) == {*NATIVE, *OWN}
    assert not set(NATIVE) & set(OWN)


@pytest.mark.parametrize("name", ["objectid", "phone", "password", "binary", "ulid", "int32", "color"])
def test_other_formats_are_annotations(name: str) -> None:
    """Nobody can send the right text for a format that only one document knows."""
    assert name not in checks()


@given(st.binary(), st.booleans(), st.booleans())
def test_all_base64_is_accepted(data: bytes, padded: bool, safe: bool) -> None:
    """In both alphabets, padded or not, in lines or not."""
    text = (base64.urlsafe_b64encode if safe else base64.b64encode)(data).decode()
    assert is_base64(text if padded else text.rstrip("="))
    if not safe:
        assert is_base64(base64.encodebytes(data).decode())


def test_integer_formats_have_their_ranges() -> None:
    """OAS 3.1 section 4.4."""
    assert INTEGER_RANGES["int32"] == (-2147483648, 2147483647)
    assert INTEGER_RANGES["int64"] == (-9223372036854775808, 9223372036854775807)

"""What each `format` means: one definition for the validator that serves and for the one in tests.

In: nothing. Out: `checks()` (name -> predicate on strings) for any validator, `OWN` and `EMAIL` for
jsonschema-rs, `INTEGER_RANGES` for numeric formats. May not know: documents, HTTP.

The formats of JSON Schema are those of jsonschema-rs itself: RFC 3339 with an offset (a leap second
only as 23:59:60 UTC), RFC 5321 addresses without display names, and so on. Formats that JSON Schema
does not know stay what the standard says they are, annotations: test tools and clients that never
heard of `objectid` or `phone` may send any string that fits the other keywords. A document that
means more says it with `pattern`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import jsonschema_rs

Check = Callable[[str], bool]

NATIVE = (
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
)
"""Formats that jsonschema-rs checks by itself."""

EMAIL = jsonschema_rs.EmailOptions(allow_display_text=False)

INTEGER_RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
)
"""Inclusive bounds that a format puts on integers (OAS 3.1 section 4.4); other types do not mind."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")


def is_base64(text: str) -> bool:
    """Whether the text is base64 (RFC 4648), in either alphabet, padded or not, in lines or in one."""
    packed = text.replace("\r", "").replace("\n", "")
    if _BASE64.fullmatch(packed) is None:
        return False
    if packed.endswith("="):
        return len(packed) % 4 == 0
    return len(packed) % 4 != 1


OWN: Mapping[str, Check] = MappingProxyType({"byte": is_base64})
"""Formats of the OAS registry that jsonschema-rs does not know."""


@cache
def _native(name: str) -> Check:
    return jsonschema_rs.Draft202012Validator(
        {"format": name}, validate_formats=True, email_options=EMAIL
    ).is_valid


def checks() -> dict[str, Check]:
    """Every checked format with its predicate."""
    return {name: _native(name) for name in NATIVE} | dict(OWN)

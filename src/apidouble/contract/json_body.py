"""JSON text read by orjson, with a refusal for everything that JSON, or a sane body, is not.

In: bytes. Out: plain values. Refused with 400 and the reason: malformed text, nesting deeper than
the limit, integers beyond 64 bits (-2^63 to 2^64-1), NaN and Infinity, broken UTF-8, lone
surrogates, other encodings. Of duplicate names the last one counts. May not know: schemas.

orjson would silently make a float of a larger integer, which is why digits are looked at.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

import orjson

from apidouble.errors import Refusal, Violation

_LOWEST, _HIGHEST = -(2**63), 2**64 - 1
# 19 digits can hold an integer below -2^63, 20 one above 2^64-1.
_LONG = b"0" * 19
# One pass marks what is looked for: digits as 0, opening brackets as 1.
_MARKS = bytes(0x30 if byte in b"0123456789" else 0x31 if byte in b"[{" else 0x20 for byte in range(256))
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|(-?[0-9]++)(\.[0-9]++)?([eE][+-]?[0-9]++)?', re.DOTALL)
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def parse_json(raw: bytes, depth_limit: int, *, what: str = "body") -> Any:
    """The value of a JSON text (RFC 8259); `Refusal` 400 with the reason and its position.

    `depth_limit`: how many lists and objects may stand inside each other; `what`: how the text is
    called in messages. A UTF-8 byte order mark is ignored.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if raw.startswith(codecs.BOM_UTF8):
            return parse_json(raw[len(codecs.BOM_UTF8) :], depth_limit, what=what)
        raise _refusal(_reason(raw, error, depth_limit), what) from None
    marks = raw.translate(_MARKS)
    if marks.find(_LONG) >= 0 and (number := _beyond_64_bits(raw)):
        raise _refusal(f"has an integer beyond 64 bits: {number}", what)
    if marks.count(b"1") > depth_limit and _is_deeper(value, depth_limit):
        raise _refusal(_too_deep(depth_limit), what)
    return value


def _refusal(reason: str, what: str) -> Refusal:
    detail = f"The {what} {reason}."
    return Refusal(400, detail, (Violation(reason, "body"),))


def _too_deep(limit: int) -> str:
    return f"is nested deeper than {limit} levels"


def _reason(raw: bytes, error: orjson.JSONDecodeError, depth_limit: int) -> str:
    """What is wrong with a text that orjson refuses, in words for people."""
    message = error.msg
    if not raw.strip():
        return "is empty, but JSON is expected"
    if "depth limit" in message:
        return _too_deep(min(depth_limit, 1024))
    if raw.startswith(_OTHER_ENCODINGS) or raw[1:2] == b"\0" or raw[:2] == b"\0{":
        return "is not UTF-8 (UTF-16 and others need a `charset` in Content-Type)"
    if "UTF-8" in message or "surrogates not allowed" in message:
        return "is not UTF-8"
    where = f"line {error.lineno}, column {error.colno}"
    if "infinity" in message:
        return f"has a number that is too large ({where})"
    # orjson counts characters, not bytes.
    rest = raw.decode("utf-8", "replace")[error.pos : error.pos + 9].lstrip("-")
    if rest.startswith(("NaN", "Infinity")):
        return f"is not valid JSON: NaN and Infinity are no JSON values ({where})"
    return f"is not valid JSON: {message} ({where})"


def _beyond_64_bits(raw: bytes) -> str:
    """The first integer that does not fit, shortened; '' if all do. Digits in strings do not count."""
    for token in _TOKEN.finditer(raw):
        digits = token[1]
        if digits is None or len(digits) < 19 or token[2] or token[3]:
            continue
        if len(digits) > 21 or not _LOWEST <= int(digits) <= _HIGHEST:
            return digits[:40].decode() + ("…" if len(digits) > 40 else "")
    return ""


def _is_deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested deeper, found level by level, without recursion."""
    level = [value] if isinstance(value, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > limit:
            return True
        below = []
        for one in level:
            parts = one.values() if isinstance(one, dict) else one
            below += [part for part in parts if isinstance(part, dict | list)]
        level = below
    return False

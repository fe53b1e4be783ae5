"""What Schemathesis may not send: integers beyond 64 bits, which are refused by design."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    return _within_64_bits(body)


@schemathesis.hook
def filter_query(context: Any, query: Any) -> bool:
    return _within_64_bits(query)


@schemathesis.hook
def filter_headers(context: Any, headers: Any) -> bool:
    return _within_64_bits(headers)


@schemathesis.hook
def filter_path_parameters(context: Any, path_parameters: Any) -> bool:
    return _within_64_bits(path_parameters)


def _within_64_bits(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, float):
        # Written without a fraction, it reads as an integer.
        return not value.is_integer() or abs(value) < 2**63
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return not (digits.isascii() and digits.isdigit() and len(digits) > 18) or _within_64_bits(int(value))
    if isinstance(value, dict):
        return all(map(_within_64_bits, value.values()))
    return all(map(_within_64_bits, value)) if isinstance(value, list | tuple) else True

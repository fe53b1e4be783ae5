"""What Schemathesis may not send, and how it reads a script. Loaded by `schemathesis.toml`."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """Leave out integers beyond 64 bits: they are refused by design, and no schema can say so
    for members that it leaves free.
    """
    return _within_64_bits(body)


def _within_64_bits(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return -(2**63) <= value < 2**63
    if isinstance(value, dict):
        return all(map(_within_64_bits, value.values()))
    return all(map(_within_64_bits, value)) if isinstance(value, list) else True


@schemathesis.deserializer("application/javascript")
def script(context: Any, response: Any) -> str:
    """A JSONP answer is text to a schema."""
    return str(response.content, "utf-8")

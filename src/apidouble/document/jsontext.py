"""JSON text to plain values.

In: JSON text as bytes. Out: its value, read by orjson, or by the YAML parser where the text is
nearly JSON (comments, trailing commas, NaN). May not know: OpenAPI.
"""

from __future__ import annotations

from typing import Any

import orjson

from apidouble.document import yamltext
from apidouble.document.yamltext import DEPTH, Tell, TextError

_LENIENT = 20_000_000
"""Bytes up to which faulty JSON is read a second time, leniently."""


def read(data: bytes, tell: Tell) -> Any:
    """The value of the text (UTF-8).

    Raises:
        TextError: it is no JSON or nests too deep.

    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg or "ecursion" in error.msg:
            raise TextError(f"nested deeper than {DEPTH} levels", error.lineno) from None
        strict = TextError(f"no valid JSON: {error.msg}", error.lineno, error.colno)
        if len(data) > _LENIENT:
            raise strict from None
        try:
            value = yamltext.read(_without_comments(data.decode()), tell)
        except TextError:
            raise strict from None
        if not isinstance(value, dict | list):
            raise strict from None
        tell("json", f"{strict.message}; read leniently", [], error.lineno)
        return value
    if too_deep(value):
        raise TextError(f"nested deeper than {DEPTH} levels")
    return value


def too_deep(value: Any, limit: int = DEPTH) -> bool:
    """Whether the value nests deeper than `limit` levels."""
    level = [value]
    for _ in range(limit):
        below: list[Any] = []
        for item in level:
            children = item.values() if type(item) is dict else item if type(item) is list else ()
            below.extend(child for child in children if type(child) is dict or type(child) is list)
        if not below:
            return False
        level = below
    return True


def _without_comments(text: str) -> str:
    """Lines that hold only a `//` comment, as JSON5 and editors allow, made blank."""
    return "\n".join("" if line.lstrip().startswith("//") else line for line in text.split("\n"))

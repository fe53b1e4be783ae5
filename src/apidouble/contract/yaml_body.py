"""YAML bodies, read as the JSON that they stand for.

In: text. Out: plain values; `Refusal` 400 with the reason for what is no YAML, or no sane body. May not
know: schemas.
"""

from __future__ import annotations

from typing import Any

import orjson

from apidouble.contract.forms import broken
from apidouble.contract.json_body import parse_json
from apidouble.document import yamltext


def read_yaml(text: str, depth_limit: int) -> Any:
    """The value of a YAML text (1.2, core schema), within the bounds of JSON bodies."""
    try:
        value = yamltext.read(text, _pass_over, versions=frozenset())
        return parse_json(orjson.dumps(value), depth_limit)
    except yamltext.TextError as error:
        where = f" (line {error.line})" if error.line else ""
        raise broken(f"is no valid YAML: {error.message}{where}") from None
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise broken(f"is no YAML that JSON could hold: {error}") from None


def _pass_over(kind: str, message: str, path: list[str | int], line: int) -> None:
    """Of duplicate names the last one counts, as in JSON."""

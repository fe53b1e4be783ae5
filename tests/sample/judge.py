"""The second opinion: python-jsonschema with the contract's formats and ECMA patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from apidouble.contract import formats


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not jsonschema_rs.is_valid({"pattern": pattern}, value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


def _on_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def judge(schema: Any, root: Any) -> Validator:
    """A validator of a schema whose references point into `root`."""
    checker = jsonschema.FormatChecker(formats=())
    for name, check in formats.checks().items():
        checker.checkers[name] = (_on_text(check), ())
    # Python's `re` lacks Unicode properties, so this one keyword is not its own.
    kind = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # its stub
    whole = {key: value for key, value in root.items() if key != "openapi"}
    made: Validator = kind({"allOf": [schema], **whole}, format_checker=checker)
    return made

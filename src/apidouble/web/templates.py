"""What the parameters of a path template may look like, as far as their schemas say so at a glance.

In: an operation. Out: regular expressions of raw path values. May not know: requests, the tree.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from apidouble.contract.operation import Operation, Parameter
from apidouble.web.tree import ANYTHING, Form

_FORMS = {"integer": "-?[0-9]+", "number": "-?[0-9]+(?:[.][0-9]+)?", "boolean": "true|false"}


def form_of(operation: Operation) -> Form:
    """The forms of the path parameters of an operation by name."""

    def form(name: str) -> str:
        for parameter in operation.parameters:
            if parameter.location == "path" and parameter.name == name:
                return _form(parameter)
        return ANYTHING

    return form


def breadth(operation: Operation) -> int:
    """How many path parameters of an operation take any text."""
    return sum(_is_free(parameter) for parameter in operation.parameters if parameter.location == "path")


def _is_free(parameter: Parameter) -> bool:
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    return _form(parameter) == ANYTHING and not schema.keys() & {"format", "pattern", "$ref"}


def _form(parameter: Parameter) -> str:
    schema = parameter.schema
    if parameter.style != "simple" or not isinstance(schema, dict):
        return ANYTHING
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(choices, list) and choices and all(isinstance(one, str | int) for one in choices):
        texts = [one if isinstance(one, str) else str(one).lower() for one in choices]
        return "|".join(re.escape(text) for one in texts for text in dict.fromkeys((one, quote(one))))
    return _FORMS.get(str(schema.get("type")), ANYTHING)

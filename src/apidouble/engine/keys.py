"""The types of keys: what a path holds brought to what records hold.

In: the declared types of a parameter and of the field that it is compared with. Out: a function, or None
where nothing has to be done, which is the usual case. May not know: stores, HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from apidouble.contract.operation import Contract, Operation
from apidouble.engine import schemas
from apidouble.model.resource import Parent, Resource

Convert = Callable[[Any], Any]
Types = frozenset[str]
_DEPTH = 6
"""Records above one another, as far as their keys are followed."""


def as_key(value: Any) -> Any:
    """A value as part of a store key: text for what is neither text nor a whole number."""
    if isinstance(value, str) or isinstance(value, int):  # noqa: SIM101 - a union is built at each call
        return value
    if isinstance(value, dict | list):
        # A parameter may be declared as an object or a list; no record has such a key.
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    return str(value)


def as_whole(value: Any) -> Any:
    """Digits as a number; everything else as it is."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) < 19 and str(int(value)) == value:
            return int(value)
    return value


def as_text(value: Any) -> Any:
    """A number as text; everything else as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def converter(has: Types, wants: Types) -> Convert | None:
    """What brings a value of some types to others; None where they agree or nothing is known."""
    if not wants or has == wants:
        return None
    if wants & {"integer", "number"} and "string" not in wants:
        return None if has and has <= {"integer", "number"} else as_whole
    if "string" in wants and not wants & {"integer", "number"}:
        return None if has == {"string"} else as_text
    return None


def parameter_types(contract: Contract, operation: Operation, name: str) -> Types:
    """The declared types of a parameter of an operation."""
    for parameter in operation.parameters:
        if parameter.name == name:
            return schemas.types(contract.document, parameter.schema)
    return frozenset()


def field_types(contract: Contract, resource: Resource, name: str) -> Types:
    """The declared types of a field: of the key, or of a property."""
    if name == resource.key and (types := schemas.types(contract.document, resource.key_schema)):
        return types
    if not name or name.startswith("^"):
        return frozenset()
    node = schemas.at_pointer(contract.document, resource.schema, name.split("/"))
    return frozenset() if node is None else schemas.types(contract.document, node)


def parent_types(
    contract: Contract, resources: Mapping[str, Resource], resource: Resource, parent: Parent, depth: int = 0
) -> Types:
    """The types in which a record keeps a value of its parent, which that may have of its own parent."""
    if not parent.field.startswith("^") and (types := field_types(contract, resource, parent.field)):
        return types
    above = resources.get(parent.resource)
    if above is None or above is resource:
        return frozenset()
    source = parent.source or above.key
    if source.startswith("^") and source != above.key and depth < _DEPTH:
        further = (*above.parents, *(one for view in above.views for one in view))
        for one in further:
            if one.field == source and (found := parent_types(contract, resources, above, one, depth + 1)):
                return found
    return field_types(contract, above, source)

"""Members of JSON objects, by pointer: set, wrapped, taken out.

In: values and pointers. Out: values. May not know: what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apidouble.model.resource import Pointer


def put(body: dict[str, Any], pointer: Pointer, value: Any) -> None:
    """Set a member, making the objects on the way."""
    for name in pointer[:-1]:
        below = body.get(name)
        if not isinstance(below, dict):
            below = body[name] = {}
        body = below
    body[pointer[-1]] = value


def wrap(pointer: Pointer, value: Any) -> Any:
    """The value inside the objects of a pointer."""
    for name in reversed(pointer):
        value = {name: value}
    return value


def without(data: Mapping[str, Any], hidden: Sequence[Pointer]) -> Mapping[str, Any]:
    """The data less some members; copied only where something is taken out."""
    for pointer in hidden:
        if pointer[0] not in data:
            continue
        if len(pointer) == 1:
            data = {name: value for name, value in data.items() if name != pointer[0]}
        elif isinstance(below := data[pointer[0]], Mapping):
            data = {**data, pointer[0]: without(below, (pointer[1:],))}
        elif isinstance(below, list):
            trimmed = [without(one, (pointer[1:],)) if isinstance(one, Mapping) else one for one in below]
            data = {**data, pointer[0]: trimmed}
    return data

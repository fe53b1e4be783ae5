"""JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902) on plain values.

In: a target and a patch, neither of which is changed. Out: the patched value; `Refusal` as RFC 5789
section 2.2 suggests: 400 for a malformed patch, 422 for one that makes no sense here, 409 where a
`test` fails. May not know: records, HTTP.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from apidouble.contract.violations import show
from apidouble.errors import Refusal, Violation

_OPERATIONS = 1000


def apply_merge_patch(target: Any, patch: Any) -> Any:
    """The target merged with the patch (RFC 7396): null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = apply_merge_patch(merged.get(name), value)
    return merged


def apply_json_patch(target: Any, patch: Any) -> Any:
    """The target after all operations of the patch (RFC 6902), or none of them."""
    if not isinstance(patch, list):
        raise _malformed("must be a list of operations", "")
    if len(patch) > _OPERATIONS:
        raise _malformed(f"must not have more than {_OPERATIONS} operations", "")
    value = copy.deepcopy(target)
    for index, operation in enumerate(patch):
        value = _apply(value, operation, f"/{index}")
    return value


def _apply(value: Any, operation: Any, place: str) -> Any:
    if not isinstance(operation, dict):
        raise _malformed("must be an object with `op` and `path`", place)
    name = operation.get("op")
    act = _ACTS.get(name) if isinstance(name, str) else None
    if act is None:
        raise _malformed(f"`op` must be one of {', '.join(_ACTS)}, got {show(name)}", f"{place}/op")
    path = _steps(operation, "path", place)
    return act(value, path, operation, place)


def _add(value: Any, path: list[str], operation: Any, place: str) -> Any:
    return _put(value, path, _operand(operation, place), place)


def _replace(value: Any, path: list[str], operation: Any, place: str) -> Any:
    operand = _operand(operation, place)
    if not path:
        return operand
    parent = _at(value, path[:-1], place)
    _child(parent, path[-1], place)
    if isinstance(parent, dict):
        parent[path[-1]] = operand
    else:
        parent[int(path[-1])] = operand
    return value


def _remove(value: Any, path: list[str], _operation: Any, place: str) -> Any:
    if not path:
        raise _senseless("the whole value cannot be removed", place)
    parent = _at(value, path[:-1], place)
    _child(parent, path[-1], place)
    if isinstance(parent, dict):
        del parent[path[-1]]
    else:
        del parent[int(path[-1])]
    return value


def _move(value: Any, path: list[str], operation: Any, place: str) -> Any:
    source = _steps(operation, "from", place)
    if path[: len(source)] == source and len(path) > len(source):
        raise _senseless("a value cannot be moved into itself", place)
    moved = _at(value, source, place)
    if not source:
        return value
    return _put(_remove(value, source, operation, place), path, moved, place)


def _copy(value: Any, path: list[str], operation: Any, place: str) -> Any:
    source = _steps(operation, "from", place)
    return _put(value, path, copy.deepcopy(_at(value, source, place)), place)


def _test(value: Any, path: list[str], operation: Any, place: str) -> Any:
    wanted = _operand(operation, place)
    found = _at(value, path, place)
    if not same(found, wanted):
        raise Refusal(
            409,
            f"The patch expects {show(wanted)} at {show(operation['path'])}, but there is {show(found)}.",
            (Violation("the test fails", "body", pointer=place, keyword="test"),),
        )
    return value


_ACTS: Mapping[str, Callable[[Any, list[str], Any, str], Any]] = MappingProxyType(
    {
        "add": _add,
        "remove": _remove,
        "replace": _replace,
        "move": _move,
        "copy": _copy,
        "test": _test,
    }
)


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values (RFC 6902 section 4.6): true is not 1, 1 is 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _put(value: Any, path: list[str], operand: Any, place: str) -> Any:
    """Add at a path: into an object, before an item of a list, `-` at its end."""
    if not path:
        return operand
    parent = _at(value, path[:-1], place)
    last = path[-1]
    if isinstance(parent, dict):
        parent[last] = operand
    elif isinstance(parent, list):
        index = len(parent) if last == "-" else _index(last, place)
        if index > len(parent):
            raise _senseless(f"the list has no position {show(last)}", place)
        parent.insert(index, operand)
    else:
        raise _senseless(f"nothing can be added to {show(parent)}", place)
    return value


def _at(value: Any, path: Sequence[str], place: str) -> Any:
    for step in path:
        value = _child(value, step, place)
    return value


def _child(parent: Any, step: str, place: str) -> Any:
    if isinstance(parent, dict) and step in parent:
        return parent[step]
    if isinstance(parent, list) and step != "-":
        index = _index(step, place)
        if index < len(parent):
            return parent[index]
    raise _senseless(f"there is no {show(step)} in {show(parent)}", place)


def _index(step: str, place: str) -> int:
    # RFC 6901 section 4: no leading zeros, no signs.
    if not (step.isascii() and step.isdigit()) or (len(step) > 1 and step[0] == "0") or len(step) > 9:
        raise _senseless(f"{show(step)} is no position in a list", place)
    return int(step)


def _steps(operation: Any, name: str, place: str) -> list[str]:
    pointer = operation.get(name)
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise _malformed(f"`{name}` must be a JSON pointer, got {show(pointer)}", f"{place}/{name}")
    steps = pointer.split("/")[1:]
    for step in steps:
        if "~" in step.replace("~0", "").replace("~1", ""):
            raise _malformed(f"`{name}` has a `~` that is neither `~0` nor `~1`", f"{place}/{name}")
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _operand(operation: Any, place: str) -> Any:
    if "value" not in operation:
        raise _malformed("`value` is required", f"{place}/value")
    return copy.deepcopy(operation["value"])


def _malformed(reason: str, place: str) -> Refusal:
    return Refusal(400, f"The patch is malformed: {reason}.", (Violation(reason, "body", pointer=place),))


def _senseless(reason: str, place: str) -> Refusal:
    return Refusal(
        422, f"The patch cannot be applied: {reason}.", (Violation(reason, "body", pointer=place),)
    )

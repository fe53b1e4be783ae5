"""What a fixture lets one set. In: a call. Out: a reply. May not know: ASGI, what settings do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.catalog import Api
from apidouble.control.desk import Call, answer, refuse
from apidouble.engine.exchange import Reply
from apidouble.matcher import escaped


def get_settings(call: Call) -> Reply:
    """All settings of one API."""
    return answer(dict(call.sandbox.settings.get(call.api.name, {})))


def patch_settings(call: Call) -> Reply:
    """Change settings; those that are not named stay."""
    api = call.api
    check(api, call.given, "")
    call.sandbox.configure(api.name, call.given)
    return get_settings(call)


def check(api: Api, values: Mapping[str, Any], at: str) -> None:
    """Refuse settings that the fixture does not declare, or of another kind than it gives them."""
    declared = api.fixture.settings
    for name, value in values.items():
        here = f"{at}/{escaped(name)}"
        if name not in declared:
            known = f"there are {', '.join(declared)}" if declared else "it has none"
            refuse(f"{api.name} has no such setting; {known}", here, "settings")
        if not _alike(declared[name], value):
            refuse(f"expected {_expected(declared[name])}", here, "type")


def _alike(declared: Any, value: Any) -> bool:
    """Whether a value may take the place of the declared one.

    Null says nothing of its kind, but stands for `no limit` as a rule, and limits are numbers.
    """
    if declared is None:
        return value is None or _kind(value) == "a number"
    if _kind(declared) != _kind(value):
        return False
    if isinstance(declared, list) and declared:
        return all(_alike(declared[0], one) for one in value)
    if isinstance(declared, dict) and declared:
        pattern = next(iter(declared.values()))
        return all(_alike(declared.get(name, pattern), one) for name, one in value.items())
    return True


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    kinds: Mapping[type, str] = {str: "a string", list: "an array", dict: "an object"}
    return kinds.get(type(value), "null")


def _expected(declared: Any) -> str:
    return "a number or null" if declared is None else f"{_kind(declared)} like the one in the fixture"

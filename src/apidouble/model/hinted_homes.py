"""Collections that hints name: groups put into them, and made where inference saw none.

In: homes and hints. Out: homes under their hinted names. May not know: verbs, stores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apidouble.model.groups import Group, Home
from apidouble.model.hints import Hints
from apidouble.model.schemas import Schemas


def hinted_name(hint: Mapping[str, Any]) -> str | None:
    """The collection that an operation's hint names, if it names one."""
    name = hint.get("resource")
    return name if isinstance(name, str) else None


def force(homes: list[Home], groups: Sequence[Group], hints: Hints, schemas: Schemas) -> list[Home]:
    """The homes with hinted names, groups of one hinted collection together, missing ones made."""
    by_name: dict[str, Home] = {}
    kept: list[Home] = []
    for home in homes:
        names = _names(home.groups)
        if len(names) != 1:
            kept.append(home)
            continue
        name = names[0]
        known = by_name.get(name)
        if known is None:
            home.hinted = name
            by_name[name] = home
            kept.append(home)
        else:
            _absorb(known, home)
    for group in groups:
        names = _names([group])
        if group.home is not None or len(names) != 1:
            continue
        known = by_name.get(names[0])
        if known is None and (group.collects or group.shape.properties):
            known = Home(group, [group], group.schema or {}, group.shape, hinted=names[0])
            by_name[names[0]] = known
            kept.append(known)
            group.home = known
    for name, hint in hints.resources.items():
        pointer = hint.get("schema")
        if pointer is None:
            continue
        schema = _schema(pointer, name, hints)
        if schema is None:
            continue
        shown = by_name.get(name)
        if shown is None:
            place = _group_for(name, groups)
            if place is None:
                continue
            shown = Home(place, [], schema, schemas.shape(schema), hinted=name)
            by_name[name] = shown
            kept.append(shown)
        shown.schema, shown.shape = schema, schemas.shape(schema)
        shown.why.append("its schema is hinted")
    return kept


def _names(groups: Sequence[Group]) -> list[str]:
    named = {
        name: None
        for group in groups
        for reading in group.readings
        if (name := hinted_name(reading.operation.hints)) is not None
    }
    return list(named)


def _absorb(home: Home, other: Home) -> None:
    for group in other.groups:
        group.home = home
        home.groups.append(group)
    if other.primary.arity and not home.primary.arity:
        home.primary, home.schema, home.shape = other.primary, other.schema, other.shape


def _group_for(name: str, groups: Sequence[Group]) -> Group | None:
    """The group of the first operation that names a collection which no path makes."""
    for group in groups:
        if any(hinted_name(reading.operation.hints) == name for reading in group.readings):
            return group
    return None


def _schema(pointer: str, name: str, hints: Hints) -> Any:
    try:
        hints.contract.document.at(pointer)
    except KeyError:
        hints.fault(
            f"/x-double/resources/{name}/schema",
            f"Nothing is at {pointer}",
            "a JSON pointer to a schema in this document",
        )
        return None
    return {"$ref": f"#{pointer}"}

"""Paths that name deeds instead of things: `/getUser?id=5`, `/users.list`, `/user/delete`.

In: drafts that found no state. Out: better drafts for those that together make a collection. May not
know: hints, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apidouble.model import keys
from apidouble.model.drafts import Deed, Draft, deed, overlap
from apidouble.model.groups import Group, Home
from apidouble.model.landscape import Landscape
from apidouble.model.names import plural
from apidouble.model.paths import Part
from apidouble.model.resource import Verb
from apidouble.model.schemas import Schemas


def bind_calls(drafts: Mapping[str, Draft], land: Landscape) -> dict[str, Draft]:
    """Drafts for remote calls, by operation id."""
    calls: dict[tuple[str, ...], list[Deed]] = {}
    for draft in drafts.values():
        if draft.verb is not Verb.STATIC or draft.reading.template.trailing:
            continue
        call = deed(draft.reading)
        if call is not None:
            calls.setdefault(call.about, []).append(call)
    # A list by remote call has found a home of its own by its answer; its mates join it there.
    found: dict[str, Draft] = {}
    for about, mates in calls.items():
        lists = _lists(about, drafts)
        found.update(_bind(about, mates, lists, land))
    return found


def _lists(about: tuple[str, ...], drafts: Mapping[str, Draft]) -> list[Draft]:
    found = []
    for draft in drafts.values():
        if draft.verb is Verb.LIST and draft.home is not None:
            call = deed(draft.reading)
            if call is not None and call.about == about:
                found.append(draft)
    return found


def _bind(
    about: tuple[str, ...], mates: Iterable[Deed], lists: list[Draft], land: Landscape
) -> dict[str, Draft]:
    schemas = land.schemas
    calls = list(mates)
    reads = [call for call in calls if call.verb is Verb.READ and call.reading.record is not None]
    verbs = {call.verb for call in calls} | ({Verb.LIST} if lists else set())
    if (not reads and not lists) or len(verbs) < 2:
        return {}
    if reads and reads[0].reading.record is not None:
        schema = reads[0].reading.record.schema
    else:
        home = lists[0].home
        schema = home.schema if home is not None else {}
    shape = schemas.shape(schema)
    if not shape.properties:
        return {}
    key = _key(calls, about, shape, schemas)
    if key is None:
        return {}
    home = _home(about, calls, lists, schema, land)
    found: dict[str, Draft] = {}
    for call in calls:
        draft = _draft(call, home, key, about, schemas)
        if draft is not None:
            found[call.reading.operation.id] = draft
    return found


def _home(
    about: tuple[str, ...], calls: list[Deed], lists: list[Draft], schema: object, land: Landscape
) -> Home:
    shape = land.schemas.shape(schema)
    for draft in lists:
        if draft.home is not None and land.schemas.same(draft.home.shape, shape):
            if not draft.home.primary.arity:
                draft.home.schema, draft.home.shape = schema, shape
                draft.home.name = draft.home.name if draft.home.hinted else ""
                draft.home.primary = _renamed(draft.home.primary, about)
                land.homes.remove(draft.home)
                land.homes.append(draft.home)
            return draft.home
    for known in land.homes:
        if known.primary.collects and land.schemas.same(known.shape, shape):
            return known
    reading = calls[0].reading
    group = Group((("_".join(about), 0),), (), (Part(_spelled(about)),), [call.reading for call in calls], 0)
    group.schema, group.shape = schema, shape
    home = Home(group, [group], schema, shape)
    home.why.append(f"{reading.literal} and others name deeds on one kind of record")
    group.home = home
    land.homes.append(home)
    return home


def _spelled(about: tuple[str, ...]) -> str:
    return "-".join((*about[:-1], plural(about[-1])))


def _renamed(group: Group, about: tuple[str, ...]) -> Group:
    group.parts = (*group.parts[:-1], Part(_spelled(about)))
    return group


def _key(calls: list[Deed], about: tuple[str, ...], shape: object, schemas: Schemas) -> str | None:
    literal = _spelled(about)
    for call in calls:
        if call.verb not in {Verb.READ, Verb.DELETE, Verb.UPDATE}:
            continue
        for knob in sorted(call.reading.knobs, key=lambda knob: not knob.required):
            field = keys.own_key(knob.name, knob.shape, literal, shape, schemas)  # type: ignore[arg-type]
            if field is not None and (knob.required or field in {"id", "uuid", "key"}):
                return field
    return None


def _draft(call: Deed, home: Home, key: str, about: tuple[str, ...], schemas: Schemas) -> Draft | None:
    reading = call.reading
    home.key = key
    draft = Draft(reading, call.verb, home, home.primary, why=[f"{reading.literal} says what it does"])
    if call.verb is Verb.CREATE:
        return draft if overlap(reading.given, home.shape) else None
    for knob in reading.knobs:
        if keys.own_key(knob.name, knob.shape, _spelled(about), home.shape, schemas) == key:
            draft.key, draft.key_location = knob.name, "query"
            return draft
    if key in reading.given.properties:
        draft.key, draft.key_location = key, "body"
        return draft
    return None

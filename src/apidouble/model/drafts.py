"""What one operation does, before pointers and parameters are worked out.

In: readings and homes. Out: `Draft`. May not know: hints, stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from apidouble.model.groups import Group, Home
from apidouble.model.names import core, is_identifier, noun, plural, singular, squeezed, words
from apidouble.model.readings import Reading
from apidouble.model.resource import Pointer, Verb
from apidouble.model.schemas import Schemas, Shape

_DEEDS: dict[str, Verb] = {
    **dict.fromkeys(
        ("get", "fetch", "read", "show", "retrieve", "load", "info", "view", "describe"), Verb.READ
    ),
    **dict.fromkeys(("list", "search", "query", "find", "all", "index"), Verb.LIST),
    **dict.fromkeys(("create", "add", "new", "insert", "register", "save", "post", "make"), Verb.CREATE),
    **dict.fromkeys(("update", "edit", "modify", "change", "set", "patch", "put", "replace"), Verb.UPDATE),
    **dict.fromkeys(("delete", "remove", "destroy", "erase"), Verb.DELETE),
}
_FILLERS = frozenset({"all", "by", "id", "one", "single", "the", "a", "list", "details", "detail", "info"})


@dataclass(slots=True)
class Deed:
    """A path that says what is done, and to what."""

    reading: Reading
    verb: Verb
    about: tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """What one operation does, before pointers and parameters are worked out."""

    reading: Reading
    verb: Verb
    home: Home | None = None
    group: Group | None = None
    key: str = ""
    key_location: Literal["path", "query", "body", "identity"] = "path"
    many: bool = False
    inside: Pointer = ()
    """Where the array of many stands in the body."""
    subject: Group | None = None
    """The group whose path (a leading part of this one) addresses the record."""
    why: list[str] = field(default_factory=list)
    advice: str = ""


def static(reading: Reading, group: Group, why: str, parent: Group | None) -> Draft:
    """A draft for an operation that keeps nothing, and the hint that would change that."""
    draft = Draft(reading, Verb.STATIC, None, group, why=[why])
    draft.subject = parent
    name = plural(singular(squeezed(group.literal))) if group.literal else "records"
    usual = {"GET": "read", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
    draft.advice = f"x-double: {{resource: {name}, verb: {usual.get(reading.method, 'action')}}}"
    return draft


def group_key(reading: Reading) -> str:
    """The path parameter with a record's own key."""
    trailing = reading.template.trailing
    return trailing[-1] if trailing else ""


def overlap(one: Shape, other: Shape) -> int:
    """How many properties two shapes share by name."""
    if not one.properties or not other.properties:
        return 0
    shared = one.properties.keys() & other.properties.keys()
    if shared:
        return len(shared)
    # Forms spell properties otherwise than answers do (`FriendlyName`, `friendly_name`).
    return len({squeezed(name) for name in one.properties} & {squeezed(name) for name in other.properties})


def given_parameters(reading: Reading, record: Shape, schemas: Schemas) -> Mapping[str, str]:
    """Query parameters of a write that carry properties of the record: all where there is no body,
    else those that must be given and that the body has not.
    """
    if reading.method == "GET":
        return {}
    by_name = {squeezed(name): name for name in record.properties}
    sent = {squeezed(name) for name in reading.given.properties}
    found: dict[str, str] = {}
    for knob in reading.knobs:
        name = by_name.get(knob.flat)
        if name is None or knob.ignored or (sent and (not knob.required or knob.flat in sent)):
            continue
        shape = schemas.property(record, name)
        if shape.types & knob.shape.types and not shape.read_only:
            found[knob.name] = name
    return found


def deed(reading: Reading) -> Deed | None:
    """The deed that a path names instead of a thing (`/getUser`, `/users.list`, `/user/delete`)."""
    said = words(reading.literal)
    above = reading.template.above
    if not said:
        return None
    if len(said) == 1 and said[0] in _DEEDS:
        if not above or above[-1].parameters or not above[-1].literal:
            return None
        return Deed(reading, _DEEDS[said[0]], _noun(words(above[-1].literal)))
    if said[0] in _DEEDS:
        about = _noun(said[1:])
        return Deed(reading, _DEEDS[said[0]], about) if about else None
    if said[-1] in _DEEDS and "." in reading.literal:
        return Deed(reading, _DEEDS[said[-1]], _noun(said[:-1]))
    return None


def _noun(said: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for word in said:
        if word == "by":
            break
        if word not in _FILLERS:
            kept.append(word)
    return (*kept[:-1], singular(kept[-1])) if kept else ()


def holder_of(given: Shape, record: Shape, schemas: Schemas) -> str:
    """The member of a record that holds what is sent flat (`attributes` of JSON:API, `{id, result: {...}}`);
    '' where what is sent is the record itself, or nothing holds it.
    """
    if not given.properties or overlap(given, record):
        return ""
    holding = [
        name
        for name in record.properties
        if (inner := schemas.property(record, name)).is_object
        and overlap(given, inner) * 2 >= len(given.properties)
    ]
    return holding[0] if len(holding) == 1 else ""


def spelled(given: Shape, home: Home, schemas: Schemas) -> Mapping[str, str]:
    """Property of a request body -> property of the record, where they are spelled otherwise."""
    other = [name for name in given.properties if name not in home.shape.properties]
    if not other:
        return {}
    by_name = {squeezed(name): name for name in reversed(list(home.shape.properties))}
    found: dict[str, str] = {}
    chosen = _chosen_key(other, given, home, schemas)
    for name in other:
        target = home.key if name == chosen else by_name.get(squeezed(name))
        if target is None or target in given.properties or "." in name:
            continue
        mine, theirs = schemas.property(given, name), schemas.property(home.shape, target)
        if not mine.types or not theirs.types or mine.types & theirs.types:
            found[name] = target
    return found


def _chosen_key(names: list[str], given: Shape, home: Home, schemas: Schemas) -> str | None:
    """The property by which a client names the new record, where it is called otherwise there
    (`tag_name` for a tag's `name`, `username` for a user's `login`).
    """
    key = squeezed(home.key)
    if home.key in given.properties or is_identifier(home.key) or home.key not in home.shape.properties:
        return None
    literal = "".join(noun(home.literal))
    spellings = {literal + key, "new" + literal + key, "".join(core(home.shape.name)) + key}
    if key in {"login", "username", "name"}:
        spellings |= {"login", "username"}
    for name in names:
        if squeezed(name) in spellings and schemas.property(given, name).is_scalar:
            return name
    return None

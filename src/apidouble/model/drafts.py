"""What one operation does, before pointers and parameters are worked out.

In: readings and homes. Out: `Draft`. May not know: hints, stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from apidouble.model.groups import Group, Home
from apidouble.model.names import plural, singular, squeezed
from apidouble.model.readings import Reading
from apidouble.model.resource import Verb
from apidouble.model.schemas import Schemas, Shape


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

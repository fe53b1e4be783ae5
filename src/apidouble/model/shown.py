"""What the records of a group look like: the schema by which its operations show them.

In: groups with their readings. Out: their schema. May not know: homes, bindings, hints.
"""

from __future__ import annotations

from typing import Any

from apidouble.model.envelope_words import WRAPPERS
from apidouble.model.groups import Group
from apidouble.model.names import same_noun
from apidouble.model.places import find_same
from apidouble.model.readings import Reading
from apidouble.model.schemas import EMPTY, Schemas, Shape


def settle(group: Group, schemas: Schemas) -> None:
    """Choose the schema of the group's records: of one record read, made, changed, or listed."""
    _settle(group, schemas)
    if group.shape.name or not group.shape.properties:
        return
    # One of several (`anyOf: [customer, deleted_customer]`): the one that lists and POST show.
    node = schemas.resolved(group.schema)
    choices = [schemas.shape(choice) for word in ("anyOf", "oneOf") for choice in node.get(word) or ()]
    for reading in (*group.lists(), *group.creates()):
        found = reading.records if reading.lists else reading.record
        shown = schemas.shape(found.schema) if found is not None else EMPTY
        if shown.name and any(choice.name == shown.name for choice in choices):
            group.schema, group.shape = found.schema if found is not None else None, shown
            return


def _listed_inside(schemas: Schemas, reading: Reading, shape: Shape, listed: Shape | None) -> Any:
    """The schema of what a list shows, where one record's answer wraps it; None where it does not."""
    if reading.method != "GET" or listed is None or not listed.properties or schemas.same(shape, listed):
        return None
    found = find_same(schemas, reading.answer, listed)
    if found is None or not found.pointer:
        return None
    if found.pointer[0] not in WRAPPERS and not same_noun(found.pointer[0], reading.literal):
        return None
    return found.schema


def _settle(group: Group, schemas: Schemas) -> None:
    items = group.items("GET")
    order = [
        *(
            (r, r.records if group.reads_as_list(r) else r.record)
            for r in items
            if not r.lists or group.reads_as_list(r)
        ),
        *((r, r.records if r.lists else r.record) for r in group.creates()),
        *((r, r.record) for r in group.items("PUT", "PATCH", "POST")),
    ]
    lists = [(r, r.records) for r in group.lists()]
    listed = schemas.shape(lists[0][1].schema) if lists and lists[0][1] is not None else None
    for reading, found in order:
        if found is None:
            continue
        shape = schemas.shape(found.schema)
        if not shape.properties:
            continue
        inner = _listed_inside(schemas, reading, shape, listed)
        if inner is not None:
            # `{data: {...}, timeframe: [...]}`: what the list shows, and something beside it.
            group.schema, group.shape = inner, schemas.shape(inner)
            return
        if reading.method != "GET" and listed is not None and not schemas.same(shape, listed):
            # What a write answers may be a receipt; the list shows what the records are.
            continue
        group.schema, group.shape = found.schema, shape
        return
    if lists and lists[0][1] is not None:
        group.schema, group.shape = lists[0][1].schema, schemas.shape(lists[0][1].schema)
        return
    for reading, found in order:
        if found is not None and (found.certainty > 1 or reading.method == "GET"):
            group.schema, group.shape = found.schema, schemas.shape(found.schema)
            return
    for reading in (*group.creates(), *group.items("PUT", "PATCH")):
        if reading.given.is_object and reading.given.properties and reading.wordless:
            # Nothing shows the record: it is what was sent.
            group.schema, group.shape = reading.request, reading.given
            return

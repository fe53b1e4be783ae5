"""Answers that show no record but tell its key: `{documentId: 7, status: "queued"}`.

In: what an operation answers, the records it makes. Out: where the key stands. May not know: verbs, stores.
"""

from __future__ import annotations

from collections.abc import Iterator

from apidouble.model import keys
from apidouble.model.drafts import group_key
from apidouble.model.envelope_words import WRAPPERS
from apidouble.model.groups import Home
from apidouble.model.names import IDENTIFIERS, squeezed, words
from apidouble.model.readings import Reading
from apidouble.model.resource import Pointer
from apidouble.model.schemas import Schemas, Shape


def told_key(reading: Reading, home: Home, schemas: Schemas) -> Pointer | None:
    """Where the answer has the key of one record, under its own name or as paths call it."""
    if reading.answer is None or not home.key or home.singleton:
        return None
    called = {squeezed(group_key(one)) for group in home.groups for one in group.items()} - {""}
    body = schemas.shape(reading.answer)
    for pointer, holder in _holders(body, schemas):
        for name in holder.properties:
            shape = schemas.property(holder, name)
            if not shape.is_scalar:
                continue
            if name == home.key or squeezed(name) in called or _names(name, shape, home, schemas):
                return (*pointer, name)
    return None


def _holders(body: Shape, schemas: Schemas) -> Iterator[tuple[Pointer, Shape]]:
    if body.is_array:
        return
    yield (), body
    for name in body.properties:
        inner = schemas.property(body, name)
        if squeezed(name) in WRAPPERS and inner.is_object:
            yield (name,), inner


def _names(name: str, shape: Shape, home: Home, schemas: Schemas) -> bool:
    parts = words(name)
    if len(parts) < 2 or parts[-1] not in IDENTIFIERS:
        return False
    return keys.own_key(name, shape, home.literal, home.shape, schemas) == home.key

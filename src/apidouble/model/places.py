"""Where records stand in a success body.

In: schemas of answers, the noun of the path. Out: `Found`: pointer and schema of a record or a list.
May not know: operations' verbs, stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apidouble.model.envelope_words import LISTS, OF_PAGES, WRAPPERS, is_meta, role
from apidouble.model.names import core, noun, same_noun, squeezed
from apidouble.model.resource import Pointer
from apidouble.model.schemas import Schemas, Shape, is_list_name

_HOLDING = frozenset({"data", "result", "payload", "item", "record"})
"""Words for what an answer is about, whatever else it says."""
_SURELY_HOLDING = frozenset({"data", "result", "payload"})
"""Those that no record has for a thing that it refers to."""
WRAPPING = 4
"""An object with more members than this says something itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record or a list of records in a body."""

    pointer: Pointer
    schema: Any
    """Of one record."""
    certainty: int = 0


def find_records(schemas: Schemas, schema: Any, about: str) -> Found | None:
    """The list of records in a body, with how sure that is; `about` is the path's noun."""
    body = schemas.shape(schema)
    if body.is_array:
        item = schemas.items(body)
        return Found((), body.items, 10) if _is_record(item) else None
    best: Found | None = None
    for pointer, shape, levels in _arrays(schemas, body):
        item = schemas.items(shape)
        if not _is_record(item):
            continue
        score = _list_score(schemas, pointer, item, about, levels) + 3 * is_list_name(body.name)
        if best is None or score > best.certainty:
            best = Found(pointer, shape.items, score)
    return best if best is not None and best.certainty >= 1 else None


def _is_record(item: Shape) -> bool:
    return bool(item.properties) or "object" in item.types


def _list_score(schemas: Schemas, pointer: Pointer, item: Shape, about: str, levels: Sequence[Shape]) -> int:
    name = pointer[-1]
    siblings = levels[-1]
    flat = squeezed(name)
    score = 3 if flat in LISTS else 0
    score += 4 if same_noun(name, about) else 0
    score += 3 if item.name and noun(name)[-1:] == core(item.name)[-1:] else 0
    others = [
        2 if (shape := schemas.property(level, other)).is_object or shape.is_array else 1
        for step, level in zip(pointer, levels, strict=True)
        for other in level.properties
        if other != step and not is_meta(other, schemas.property(level, other))
    ]
    paged = sum(
        1 for other in siblings.properties if role(other, schemas.property(siblings, other), "") in OF_PAGES
    )
    score += 4 if paged >= 2 and flat in LISTS else 0
    if says_who(levels[0]) and flat not in LISTS and not same_noun(name, about):
        # An envelope has no id of its own.
        score -= 5
    # A record may hold a list, too: the more it says about itself, the less it is an envelope.
    return score + (3 if not others else -min(sum(others), 10))


def _arrays(
    schemas: Schemas, body: Shape, above: Pointer = (), outer: tuple[Shape, ...] = ()
) -> Iterator[tuple[Pointer, Shape, tuple[Shape, ...]]]:
    """Arrays in an answer: where each stands, and the objects it stands in, outermost first."""
    depth = len(outer)
    for name in body.properties:
        shape = schemas.property(body, name)
        flat = squeezed(name)
        if shape.is_array:
            yield (*above, name), shape, (*outer, body)
        elif shape.is_object and depth < 2:
            holds = flat in WRAPPERS or flat in LISTS or len(body.properties) == 1
            if not holds and depth == 0 and is_list_name(shape.name):
                holds = _only_meta_beside(schemas, body, name)
            if holds:
                yield from _arrays(schemas, shape, (*above, name), (*outer, body))


def _only_meta_beside(schemas: Schemas, body: Shape, name: str) -> bool:
    return all(other == name or is_meta(other, schemas.property(body, other)) for other in body.properties)


def find_record(schemas: Schemas, schema: Any, about: str) -> Found | None:
    """The one record in a body: the body itself, or what it wraps."""
    return _descend(schemas, schema, about, (), 0)


def _descend(schemas: Schemas, schema: Any, about: str, above: Pointer, depth: int) -> Found | None:
    body = schemas.shape(schema)
    if not body.is_object:
        return None
    wrapped: list[str] = []
    for name in body.properties:
        shape = schemas.property(body, name)
        holds = bool(shape.properties) and (squeezed(name) in WRAPPERS or same_noun(name, about))
        if is_meta(name, shape) and not holds:
            continue
        wrapped.append(name)
    beside = [name for name in wrapped if not schemas.property(body, name).is_scalar]
    named = len(beside) == 1 and (same_noun(beside[0], about) or squeezed(beside[0]) in _HOLDING)
    if len(wrapped) > 1 and named and not says_who(body):
        # `{budget: {...}, server_knowledge: 3}`: what the path names, and a word about the answer.
        inner = schemas.property(body, beside[0])
        surely = squeezed(beside[0]) in _SURELY_HOLDING
        if says_who(inner) and (surely or len(inner.properties) > len(wrapped)):
            wrapped = beside
    if len(wrapped) == 1 and depth < 3:
        name = wrapped[0]
        shape = schemas.property(body, name)
        wraps = squeezed(name) in WRAPPERS or same_noun(name, about)
        if not wraps and core(shape.name) == noun(name):
            wraps = not any(
                schemas.property(body, other).is_object for other in body.properties if other != name
            )
        if shape.is_object and shape.properties and wraps and not says_who(body):
            return _descend(schemas, body.properties[name], about, (*above, name), depth + 1)
    return Found(above, schema, 5 if body.properties else 1)


def says_who(body: Shape) -> bool:
    """Whether a body carries an identifier of its own, so that it is a record rather than a wrapper."""
    return any(squeezed(name) in {"id", "uuid", "sid", "key"} for name in body.properties)


def find_same(schemas: Schemas, schema: Any, record: Shape) -> Found | None:
    """The place in a body whose schema is that of a known record."""
    body = schemas.shape(schema)
    if body.is_object and schemas.same(body, record):
        return Found((), schema, 10)
    if body.is_object:
        for name in body.properties:
            inner = schemas.property(body, name)
            if inner.is_object and schemas.same(inner, record):
                return Found((name,), body.properties[name], 8)
            if inner.is_object and squeezed(name) in WRAPPERS:
                deeper = find_same(schemas, body.properties[name], record)
                if deeper is not None:
                    return Found((name, *deeper.pointer), deeper.schema, 7)
    return None


def find_list_of(schemas: Schemas, schema: Any, record: Shape) -> Found | None:
    """The array in a body whose items have the schema of a known record."""
    body = schemas.shape(schema)
    if body.is_array:
        return Found((), body.items, 10) if schemas.same(schemas.items(body), record) else None
    for name in body.properties:
        inner = schemas.property(body, name)
        if inner.is_array and schemas.same(schemas.items(inner), record):
            return Found((name,), inner.items, 10)
    for name in body.properties:
        inner = schemas.property(body, name)
        if inner.is_object and squeezed(name) in WRAPPERS:
            deeper = find_list_of(schemas, body.properties[name], record)
            if deeper is not None and deeper.pointer:
                return Found((name, *deeper.pointer), deeper.schema, 9)
    return None


def wrapped_item(schemas: Schemas, item: Shape, records: list[Shape]) -> tuple[Pointer, Shape] | None:
    """Where a known record stands inside the items of a list (`{track: {...}, added_at: ...}`)."""
    if len(item.properties) > WRAPPING or says_who(item):
        return None
    inside = [(name, schemas.property(item, name)) for name in item.properties]
    candidates = [
        (name, inner)
        for name, inner in inside
        if inner.is_object and "array" not in inner.types
        if any(schemas.same(inner, record) for record in records)
    ]
    if len(candidates) != 1 or any(name != candidates[0][0] for name in item.required):
        return None
    return (candidates[0][0],), candidates[0][1]

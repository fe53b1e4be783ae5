"""What a success body says around its records: totals, counts, links, constants.

In: schemas of answers, where the records stand. Out: `Envelope`. May not know: operations' verbs,
stores.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any, Literal

from apidouble.document.keywords import fits
from apidouble.model.envelope_words import CONTAINERS, CURSORISH, META
from apidouble.model.envelope_words import role as role_of
from apidouble.model.names import squeezed, words
from apidouble.model.resource import Envelope, Pointer
from apidouble.model.schemas import Schemas, Shape


def list_envelope(
    schemas: Schemas, schema: Any, records: Pointer, parameters: Collection[str], *, paged: bool
) -> Envelope:
    """Everything that a list's body says around its records."""
    body = schemas.shape(schema)
    places: dict[str, tuple[Pointer, Shape]] = {}
    query: Pointer | None = None
    for pointer, shape, container in _members(schemas, body, records):
        name = pointer[-1]
        if shape.is_object:
            if query is None and _echoes(name, shape, parameters):
                query = pointer
            elif container in {"links", "link"} and "href" in shape.properties:
                role = role_of(name, Shape(types=frozenset({"string"})), container)
                if role:
                    places.setdefault(role, ((*pointer,), shape))
            continue
        role = role_of(name, shape, container)
        if role:
            places.setdefault(role, (pointer, shape))
    if paged and "next" not in places:
        places |= _next_inside(schemas, body, records, parameters)
    _settle_counts(places, paged=paged)
    _settle_items(places, body, schemas)
    links_are = _links_are(places)
    if links_are in {"cursor", "number"}:
        # A link to the page itself is no cursor.
        places = {role: place for role, place in places.items() if role != "self"}
    found = {role: pointer for role, (pointer, _) in places.items()}
    return Envelope(
        records=records,
        query=query,
        links_are=links_are,
        **found,  # type: ignore[arg-type]  # roles are names of Envelope's pointers
        constants=constants(schemas, body, {records, *found.values(), *((query,) if query else ())}),
    )


def record_envelope(schemas: Schemas, schema: Any, record: Pointer) -> Envelope:
    """What a body says around its one record."""
    body = schemas.shape(schema)
    self_link: Pointer | None = None
    links_are: Literal["url", "object"] = "url"
    for name in body.properties:
        if squeezed(name) == "links" and (not record or record[0] != name):
            links = schemas.property(body, name)
            shape = schemas.property(links, "self")
            if "self" in links.properties and (shape.is_scalar or "href" in shape.properties):
                self_link = (name, "self")
                links_are = "url" if "string" in shape.types else "object"
    taken = {record} if record else set()
    return Envelope(
        record=record,
        self=self_link,
        links_are=links_are,
        constants=constants(schemas, body, taken) if record else (),
    )


def _next_inside(
    schemas: Schemas, body: Shape, records: Pointer, parameters: Collection[str]
) -> dict[str, tuple[Pointer, Shape]]:
    """A cursor to what follows that is called as the parameter that takes it (`cursor`), or that stands in
    an object about the next page (`paging: {next: {after}}`).
    """
    taken = {squeezed(name) for name in parameters}
    for name in body.properties:
        shape = schemas.property(body, name)
        flat = squeezed(name)
        if (name,) != records and flat in taken and flat in _MARKS and "string" in shape.types:
            return {"next": ((name,), shape)}
        if shape.is_object and flat in CONTAINERS:
            onward = next((one for one in shape.properties if squeezed(one) == "next"), "")
            inner = schemas.property(shape, onward)
            for leaf in inner.properties:
                mark = schemas.property(inner, leaf)
                if squeezed(leaf) in taken and "string" in mark.types:
                    return {"next": ((name, onward, leaf), mark)}
    return {}


_MARKS = CURSORISH | {"pagetoken", "nexttoken", "continuationtoken", "scrollid", "startcursor"}


def _members(schemas: Schemas, body: Shape, records: Pointer) -> Iterator[tuple[Pointer, Shape, str]]:
    for depth in range(len(records) or 0):
        above = records[:depth]
        here = body
        for part in above:
            here = schemas.property(here, part)
        for name in here.properties:
            pointer = (*above, name)
            if pointer == records[: depth + 1]:
                continue
            shape = schemas.property(here, name)
            flat = squeezed(name)
            yield pointer, shape, ""
            if shape.is_object and flat in CONTAINERS:
                yield from _links_of_map(schemas, pointer, shape, flat)
                for inner in shape.properties:
                    member = schemas.property(shape, inner)
                    yield (*pointer, inner), member, flat
                    if member.is_object and squeezed(inner) in CONTAINERS:
                        for leaf in member.properties:
                            yield (*pointer, inner, leaf), schemas.property(member, leaf), squeezed(inner)


def _links_of_map(
    schemas: Schemas, pointer: Pointer, shape: Shape, flat: str
) -> Iterator[tuple[Pointer, Shape, str]]:
    """HAL's links where they are declared as a map: `_links: {rel: {href}}`."""
    extra = shape.node.get("additionalProperties")
    if flat != "links" or shape.properties or not isinstance(extra, dict):
        return
    link = schemas.shape(extra)
    if "href" in link.properties:
        for relation in ("self", "first", "prev", "next", "last"):
            yield (*pointer, relation), link, flat


def _settle_counts(places: dict[str, tuple[Pointer, Shape]], *, paged: bool) -> None:
    """Decide what `size` means beside a count (a page's length), and what a lone `count` does: all matches
    where pages are cut, as in most APIs.
    """
    size = places.pop("size", None)
    if size is not None:
        named = {squeezed(places[role][0][-1]) for role in ("total", "count") if role in places}
        if "limit" not in places and (named or "pages" in places):
            places["limit"] = size
        else:
            places.setdefault("count", size)
    if "count" not in places:
        return
    pointer, shape = places["count"]
    flat = squeezed(pointer[-1])
    paged = paged or bool(places.keys() & {"pages", "limit", "has_more"})
    if flat == "pagecount" and "pages" not in places:
        places["pages"] = places.pop("count")
    elif "total" not in places and paged and flat == "count":
        places["total"] = (pointer, shape)
        del places["count"]


def _settle_items(places: dict[str, tuple[Pointer, Shape]], body: Shape, schemas: Schemas) -> None:
    """`from` beside `to` numbers the records of a page, as Laravel does; alone it is an offset."""
    if "offset" not in places or squeezed(places["offset"][0][-1]) != "from":
        return
    pointer, shape = places["offset"]
    around = body
    for name in pointer[:-1]:
        around = schemas.property(around, name)
    end = next((name for name in around.properties if squeezed(name) == "to"), None)
    if end is None:
        return
    del places["offset"]
    places["first_item"] = (pointer, shape)
    places["last_item"] = ((*pointer[:-1], end), schemas.property(around, end))


def _links_are(places: dict[str, tuple[Pointer, Shape]]) -> Literal["url", "cursor", "object", "number"]:
    for role in ("next", "previous"):
        if role not in places:
            continue
        pointer, shape = places[role]
        if shape.is_object and "string" not in shape.types:
            return "object"
        if shape.numeric:
            return "number"
        text = words(pointer[-1])
        if shape.format in {"uri", "url", "uri-reference"} or {"url", "uri", "link", "href"} & set(text):
            return "url"
        if CURSORISH & set(text) or (len(pointer) > 1 and squeezed(pointer[-2]) in {"cursor", "cursors"}):
            return "cursor"
    for role in ("self", "first", "last"):
        if role in places and places[role][1].is_object and "string" not in places[role][1].types:
            return "object"
    return "url"


def _echoes(name: str, shape: Shape, parameters: Collection[str]) -> bool:
    """Whether an object repeats the query: its properties are names of the operation's parameters."""
    if not shape.properties or not parameters:
        return False
    known = {squeezed(parameter) for parameter in parameters}
    shared = sum(1 for inner in shape.properties if squeezed(inner) in known)
    if squeezed(name) in {"query", "params", "parameters", "request", "filters", "filter", "criteria"}:
        return shared >= 1 and shared * 2 >= len(shape.properties)
    return False


def constants(schemas: Schemas, body: Shape, taken: Collection[Pointer]) -> tuple[tuple[Pointer, Any], ...]:
    """Members outside of `taken` that have one possible value, or a likely one and must be there."""
    known = {pointer[0] for pointer in taken if pointer}
    found: list[tuple[Pointer, Any]] = []
    for name in body.properties:
        if name in known:
            continue
        shape = schemas.property(body, name)
        value = _constant(name, shape, required=name in body.required)
        if value is not _NOTHING:
            found.append(((name,), value))
    found += [pair for pair in group_version_kind(body) if pair[0][0] not in known]
    return tuple(found)


_NOTHING: Any = object()


def _constant(name: str, shape: Shape, *, required: bool) -> Any:
    if len(shape.values) == 1:
        return shape.values[0]
    if "default" in shape.node and shape.node["default"] is not None:
        return shape.node["default"]
    if squeezed(name) in {"success", "ok"} and "boolean" in shape.types:
        return True
    if squeezed(name) in {"error", "errors", "warnings"} and required:
        if shape.nullable:
            return None
        if shape.is_array and not shape.node.get("minItems"):
            return []
        if "boolean" in shape.types:
            return False
    if required or (shape.is_scalar and squeezed(name) in META):
        examples = shape.node.get("examples")
        shown = [shape.node["example"]] if "example" in shape.node else []
        for value in (*shown, *(examples if isinstance(examples, list) else ())):
            if not shape.types or (value is None and shape.nullable) or fits(value, list(shape.types)):
                return value
    return _NOTHING


def group_version_kind(body: Shape) -> list[tuple[Pointer, Any]]:
    """Kubernetes and its custom resources say in an extension what `kind` and `apiVersion` must be."""
    known = body.node.get("x-kubernetes-group-version-kind")
    if not (isinstance(known, list) and len(known) == 1 and isinstance(known[0], dict)):
        return []
    group, version, kind = (str(known[0].get(part, "")) for part in ("group", "version", "kind"))
    values = {"apiVersion": f"{group}/{version}" if group else version, "kind": kind}
    return [((name,), value) for name, value in values.items() if name in body.properties]


def with_pointers(envelope: Envelope, pointers: dict[str, Pointer]) -> Envelope:
    """The envelope with hinted pointers in place of inferred ones."""
    changed: dict[str, Any] = dict(pointers)
    taken = {pointer[:1] for pointer in pointers.values() if pointer}
    changed["constants"] = tuple(pair for pair in envelope.constants if pair[0][:1] not in taken)
    return dataclasses.replace(envelope, **changed)

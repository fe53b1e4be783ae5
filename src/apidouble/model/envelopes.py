"""Where records, totals, page members and links stand in a success body.

In: schemas of answers, the noun of the path. Out: pointers, `Envelope`. May not know: operations'
verbs, stores.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apidouble.model.names import core, noun, same_noun, singular, squeezed, words
from apidouble.model.resource import Envelope, Pointer
from apidouble.model.schemas import Schemas, Shape, is_list_name

_LISTS = frozenset(
    {
        "data", "items", "item", "results", "result", "records", "entries", "rows", "list", "content", "elements",
        "values", "value", "objects", "resources", "hits", "collection", "nodes", "docs", "documents", "members",
        "response", "payload", "contents", "page", "d", "entities", "embedded",
    }
)  # fmt: skip
_WRAPPERS = frozenset(
    {
        "data", "result", "results", "response", "item", "record", "payload", "entity", "resource", "object", "value",
        "content", "body", "d", "embedded", "attributes",
    }
)  # fmt: skip
_META = frozenset(
    {
        "success", "ok", "status", "statuscode", "code", "message", "messages", "msg", "error", "errors", "meta",
        "metadata", "links", "included", "jsonapi", "timestamp", "requestid", "traceid", "query", "pagination",
        "paging", "page", "extendedmessage", "warnings", "warning", "object", "url", "kind", "apiversion", "type",
        "took", "debug", "total", "count", "info", "cursor", "cursors", "pageinfo", "extensions", "self", "href",
        "incompleteresults", "filters", "filter", "sort", "facets", "aggregations", "embedded", "context", "version",
        "detail", "title", "description", "reason", "time", "duration", "notices", "hasmore", "empty", "pageable",
    }
)  # fmt: skip
_CONTAINERS = frozenset(
    {
        "meta", "metadata", "pagination", "paging", "page", "pageinfo", "links", "link", "cursors", "cursor", "info",
        "resultinfo", "responsemetadata", "listmeta", "paginginfo", "paginationinfo", "pagedata", "pages", "counts",
        "hits", "navigation", "summary",
    }
)  # fmt: skip
_TOTALS = frozenset(
    {
        "total", "totalcount", "totalitems", "totalelements", "totalresults", "totalrecords", "totalrows",
        "totalsize", "totalhits", "totalentries", "totalnumber", "nbhits", "numresults", "numfound", "recordstotal",
        "counttotal", "overallcount", "itemcount", "odatacount", "totalobjects", "grandtotal", "fullcount",
        "recordcount", "totalmatches", "hitcount", "totalitemcount", "resultcount",
    }
)  # fmt: skip
_COUNTS = frozenset(
    {
        "count",
        "numberofelements",
        "currentitemcount",
        "pagecount",
        "returned",
        "returnedcount",
        "length",
        "size",
    }
)
_LIMITS = frozenset(
    {
        "limit", "perpage", "pagesize", "pagelen", "itemsperpage", "pagelimit", "maxresults", "resultsperpage",
        "recordsperpage", "rowsperpage", "top",
    }
)  # fmt: skip
_OFFSETS = frozenset({"offset", "skip", "start", "startindex", "startat", "from", "skipped"})
_PAGES = frozenset({"page", "pagenumber", "currentpage", "pageindex", "pageno", "number", "current"})
_PAGE_TOTALS = frozenset(
    {"pages", "totalpages", "pagecount", "lastpage", "numpages", "pagestotal", "pagetotal"}
)
_MORE = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "moreresults", "hasmoreitems", "istruncated"})
_IS_LAST = frozenset({"islastpage", "islast"})
_IS_FIRST = frozenset({"isfirstpage", "isfirst"})
_NEXT = frozenset(
    {
        "next", "nextpage", "nexturl", "nextlink", "nexthref", "nextpageurl", "nextpagetoken", "nextcursor",
        "nexttoken", "continue", "odatanextlink", "endcursor", "nextpageuri", "nexturi", "nextpagelink", "after",
        "continuationtoken", "nextmarker", "nextpagecursor", "nextoffset",
    }
)  # fmt: skip
_PREVIOUS = frozenset(
    {
        "previous", "prev", "previouspage", "prevpage", "previousurl", "prevurl", "previouslink", "prevlink",
        "previouspageurl", "prevpageurl", "previouscursor", "prevcursor", "startcursor", "before", "prevtoken",
        "previouspagetoken", "prevpagetoken", "previoustoken", "previousuri", "previouspageuri",
    }
)  # fmt: skip
_FIRST = frozenset({"first", "firstpageurl", "firsturl", "firstlink", "firstpagelink", "firstpageuri"})
_LAST = frozenset({"last", "lastpageurl", "lasturl", "lastlink", "lastpagelink", "lastpageuri"})
_SELF = frozenset({"self", "selfurl", "selflink", "url", "href", "currentpageurl"})
_CURSORISH = frozenset({"token", "cursor", "continue", "marker", "after", "before", "offset"})


@dataclass(frozen=True, slots=True)
class Found:
    """A record or a list of records in a body."""

    pointer: Pointer
    schema: Any
    """Of one record."""
    certainty: int = 0


def is_meta(name: str, shape: Shape) -> bool:
    """Whether a property of an answer speaks about the answer, not about a record."""
    flat = squeezed(name)
    return (
        flat in _META
        or flat in _TOTALS
        or flat in _LIMITS
        or flat in _OFFSETS
        or flat in _PAGES
        or flat in _PAGE_TOTALS
        or flat in _MORE
        or flat in _NEXT
        or flat in _PREVIOUS
        or flat in _FIRST
        or flat in _LAST
        or flat in _IS_LAST
        or flat in _IS_FIRST
        or (flat in _COUNTS and not shape.is_object)
    )


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
    return best if best is not None and best.certainty >= 3 else None


def _is_record(item: Shape) -> bool:
    return bool(item.properties) or "object" in item.types


def _list_score(schemas: Schemas, pointer: Pointer, item: Shape, about: str, levels: Sequence[Shape]) -> int:
    name = pointer[-1]
    siblings = levels[-1]
    flat = squeezed(name)
    score = 3 if flat in _LISTS else 0
    score += 4 if same_noun(name, about) else 0
    score += 3 if item.name and noun(name)[-1:] == core(item.name)[-1:] else 0
    others = [
        other
        for step, level in zip(pointer, levels, strict=True)
        for other in level.properties
        if other != step and not is_meta(other, schemas.property(level, other))
    ]
    paged = sum(
        1 for other in siblings.properties if _role(other, schemas.property(siblings, other), "") in _OF_PAGES
    )
    score += 4 if paged >= 2 and flat in _LISTS else 0
    # A record may hold a list, too: the more it says about itself, the less it is an envelope.
    return score + (3 if not others else -2 * min(len(others), 5))


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
            holds = flat in _WRAPPERS or flat in _LISTS or len(body.properties) == 1
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
        if is_meta(name, shape) and not (shape.properties and squeezed(name) in _WRAPPERS):
            continue
        wrapped.append(name)
    if len(wrapped) == 1 and depth < 3:
        name = wrapped[0]
        shape = schemas.property(body, name)
        wraps = squeezed(name) in _WRAPPERS or same_noun(name, about)
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
            if inner.is_object and squeezed(name) in _WRAPPERS:
                deeper = find_same(schemas, body.properties[name], record)
                if deeper is not None:
                    return Found((name, *deeper.pointer), deeper.schema, 7)
    return None


_OF_PAGES = frozenset({"total", "limit", "offset", "page", "pages", "has_more", "next", "previous"})

Role = Literal[
    "total", "count", "limit", "offset", "page", "pages", "has_more", "is_first", "is_last", "next", "previous",
    "first", "last", "self",
]  # fmt: skip


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
                role = _role(name, Shape(types=frozenset({"string"})), container)
                if role:
                    places.setdefault(role, ((*pointer,), shape))
            continue
        role = _role(name, shape, container)
        if role:
            places.setdefault(role, (pointer, shape))
    _settle_counts(places, paged=paged)
    found = {role: pointer for role, (pointer, _) in places.items()}
    return Envelope(
        records=records,
        query=query,
        links_are=_links_are(places),
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
            if shape.is_object and flat in _CONTAINERS:
                for inner in shape.properties:
                    member = schemas.property(shape, inner)
                    yield (*pointer, inner), member, flat
                    if member.is_object and squeezed(inner) in _CONTAINERS:
                        for leaf in member.properties:
                            yield (*pointer, inner, leaf), schemas.property(member, leaf), squeezed(inner)


def _role(name: str, shape: Shape, container: str) -> Role | None:  # noqa: C901 - one table of names
    flat = squeezed(name)
    if "pattern" in shape.node:
        # A pattern knows better than a name what the value looks like.
        return None
    if "boolean" in shape.types:
        if flat in _MORE:
            return "has_more"
        if flat in _IS_LAST or flat == "last":
            return "is_last"
        return "is_first" if flat in _IS_FIRST or flat == "first" else None
    if shape.numeric or not shape.types:
        if flat in _TOTALS or (flat == "total" and shape.numeric):
            return "total"
        if flat in _LIMITS:
            return "limit"
        if flat in _OFFSETS:
            return "offset"
        if flat in _PAGE_TOTALS:
            return "pages"
        if flat in _PAGES:
            return "page"
        if flat in _COUNTS:
            return "count"
    if shape.types and not shape.types & {"string", "integer", "object"}:
        return None
    if flat in _NEXT:
        return "next"
    if flat in _PREVIOUS:
        return "previous"
    if flat in _FIRST and "string" in shape.types:
        return "first"
    if flat in _LAST and "string" in shape.types:
        return "last"
    if flat in _SELF and "string" in shape.types:
        return "self" if container or flat != "url" else "self"
    return None


def _settle_counts(places: dict[str, tuple[Pointer, Shape]], *, paged: bool) -> None:
    """Decide what a lone `count` or `size` means: all matches where pages are cut, as in most APIs."""
    if "count" not in places:
        return
    pointer, shape = places["count"]
    flat = squeezed(pointer[-1])
    if flat == "size" and ("total" in places or "pages" in places) and "limit" not in places:
        places["limit"] = places.pop("count")
    elif flat == "pagecount" and "pages" not in places:
        places["pages"] = places.pop("count")
    elif "total" not in places and paged and flat == "count":
        places["total"] = (pointer, shape)
        del places["count"]


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
        if _CURSORISH & set(text) or (len(pointer) > 1 and squeezed(pointer[-2]) in {"cursor", "cursors"}):
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
    found += [pair for pair in _group_version_kind(body) if pair[0][0] not in known]
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
    if required or (shape.is_scalar and squeezed(name) in _META):
        if "example" in shape.node:
            return shape.node["example"]
        examples = shape.node.get("examples")
        if isinstance(examples, list) and examples:
            return examples[0]
    return _NOTHING


def _group_version_kind(body: Shape) -> list[tuple[Pointer, Any]]:
    """Kubernetes and its custom resources say in an extension what `kind` and `apiVersion` must be."""
    known = body.node.get("x-kubernetes-group-version-kind")
    if not (isinstance(known, list) and len(known) == 1 and isinstance(known[0], dict)):
        return []
    group, version, kind = (str(known[0].get(part, "")) for part in ("group", "version", "kind"))
    values = {"apiVersion": f"{group}/{version}" if group else version, "kind": kind}
    return [((name,), value) for name, value in values.items() if name in body.properties]


def wrapped_item(schemas: Schemas, item: Shape, records: list[Shape]) -> tuple[Pointer, Shape] | None:
    """Where a known record stands inside the items of a list (`{track: {...}, added_at: ...}`)."""
    candidates = [
        (name, inner)
        for name in item.properties
        if (inner := schemas.property(item, name)).is_object and "array" not in inner.types
        for record in records
        if schemas.same(inner, record)
    ]
    names = {name for name, _ in candidates}
    if len(names) != 1 or says_who(item):
        return None
    name, inner = candidates[0]
    others = [other for other in item.required if other != name]
    return ((name,), inner) if not others and len(item.properties) <= 4 else None


def with_pointers(envelope: Envelope, pointers: dict[str, Pointer]) -> Envelope:
    """The envelope with hinted pointers in place of inferred ones."""
    changed: dict[str, Any] = dict(pointers)
    taken = {pointer[:1] for pointer in pointers.values() if pointer}
    changed["constants"] = tuple(pair for pair in envelope.constants if pair[0][:1] not in taken)
    return dataclasses.replace(envelope, **changed)


def about_words(literal: str) -> str:
    """The noun of a collection's name, for comparing."""
    parts = words(literal)
    return "_".join((*parts[:-1], singular(parts[-1]))) if parts else ""

"""Which parameters cut a list into pages and order it.

In: query parameters (or properties of a search body). Out: `Paging`, `Sorting`. May not know:
resources' stores, HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from apidouble.model.names import squeezed, words
from apidouble.model.resource import Paging, Sorting
from apidouble.model.schemas import Schemas, Shape

_SIZES = (
    "limit", "perpage", "pagesize", "pagelimit", "maxresults", "pagelen", "maxitems", "itemsperpage",
    "rowsperpage",
    "resultsperpage", "recordsperpage", "maxpagesize", "maxcount", "top", "size", "rows", "first",
    "take", "count",
    "maxrecords", "num", "nb", "max", "length",
)  # fmt: skip
_PAGE_SIZES = (
    "perpage",
    "pagesize",
    "itemsperpage",
    "rowsperpage",
    "resultsperpage",
    "recordsperpage",
    "pagelen",
)
_OFFSETS = ("offset", "skip", "pageoffset", "startindex", "startat", "start", "firstresult", "from")
_PAGES = ("page", "pagenumber", "pagenum", "pageno", "pageindex", "currentpage", "p", "pg", "pagenr")
_CURSORS = (
    "cursor", "startingafter", "pagetoken", "nexttoken", "continuationtoken", "continue", "pagecursor",
    "pageafter",
    "nextcursor", "nextpagetoken", "startafter", "skiptoken", "marker", "bookmark", "scrollid", "after",
    "sinceid",
    "exclusivestartkey", "paginationtoken", "nextpage", "starttoken", "next", "pagingtoken", "afterid",
    "startcursor", "iterator", "continuation", "nextpagekey", "pagekey", "pagingstate", "pagestate", "token",
)  # fmt: skip
_BACKWARDS = ("endingbefore", "endbefore", "pagebefore", "before", "beforeid", "prevcursor", "previoustoken")
_SORTS = (
    "sort", "sortby", "orderby", "ordering", "sortfield", "sortkey", "sortcolumn", "orderfield", "order",
    "sorting",
    "sorts", "sortproperty", "ordercolumn", "orders", "sortattribute", "sortorderby",
)  # fmt: skip
_DIRECTIONS = (
    "order", "sortorder", "sortdirection", "direction", "dir", "sortdir", "orderdirection", "orderdir",
    "sorttype",
    "ascdesc", "sortorderdirection", "ordertype", "orderbydirection",
)  # fmt: skip
_UP = frozenset({"asc", "ascending", "desc", "descending", "1", "-1", "up", "down"})
_NEWEST = frozenset({"newest", "recent", "latest", "mostrecent", "new", "newestfirst", "recentlycreated"})
_OLDEST = frozenset({"oldest", "old", "oldestfirst", "leastrecent", "chronological"})
_DEFAULT = re.compile(
    r"\bdefaults?\b(?:\s+(?:value|page\s+size|limit))?(?:\s+(?:is|to|of))?\s*[:=(`\"]*\s*(\d{1,5})\b"
)
_MAXIMUM = re.compile(
    r"(?:\bmax(?:imum)?\b(?:\s+(?:value|of|is|limit|allowed|number))*\s*[:=(`\"]*\s*(\d{1,6})\b"
    r"|between\s+\d+\s+and\s+(\d{1,6})\b|\bup\s+to\s+(\d{1,6})\b|\b(\d{1,6})\s+(?:is\s+the\s+)?max)",
)
_ZERO = re.compile(
    r"\b(?:zero|0)[- ](?:based|indexed)|\bstarts?\s+(?:at|from|with)\s+0\b|first page is 0|\(0\.\.N\)"
)


@dataclass(slots=True)
class Knob:
    """A query parameter, or a property of a search body, that may steer a list."""

    name: str
    shape: Shape
    description: str = ""
    required: bool = False
    default: Any = None
    ignored: bool = False
    hints: Mapping[str, Any] | None = None
    location: Literal["query", "body", "path", "header"] = "query"
    exploded: bool = False
    """It is an object whose members an address writes as parameters of their own."""
    inside: str = ""
    """The parameter of which it is a member; '' if it is one itself."""
    brackets: bool = False
    """It is an object that an address writes as `name[member]`."""

    @property
    def flat(self) -> str:
        """The name without case, separators and brackets."""
        return squeezed(self.name)


def with_members(knobs: Sequence[Knob], schemas: Schemas) -> list[Knob]:
    """The parameters, and the members of those that are objects (`pageable` of Spring, `page[number]`)."""
    found = list(knobs)
    for knob in knobs:
        if knob.location != "query" or not (knob.exploded or (knob.brackets and knob.flat in _PAGED)):
            continue
        for name in knob.shape.properties:
            shape = schemas.property(knob.shape, name)
            text = str(shape.node.get("description", ""))
            default = shape.node.get("default")
            found.append(Knob(name, shape, text, default=default, inside=knob.name, brackets=knob.brackets))
    return found


_PAGED = frozenset({"page", "paging", "pagination", "pageable"})


def paging(knobs: Sequence[Knob]) -> Paging | None:
    """The paging that the parameters make possible, None if there is none."""
    found = _paging(knobs)
    if found is None:
        return None
    anchors = [knob for knob in knobs if knob.name in {found.size, found.position}]
    holder = anchors[0] if anchors else None
    if holder is None or not holder.inside or any(knob.inside != holder.inside for knob in anchors):
        return found
    return replace(found, inside=holder.inside, brackets=holder.brackets)


def _paging(knobs: Sequence[Knob]) -> Paging | None:
    size = _first(knobs, _SIZES, _may_count)
    offset = _first(knobs, _OFFSETS, _is_number)
    page = _first(knobs, _PAGES, _is_number)
    cursor = _first(knobs, _CURSORS, _may_be_cursor)
    backwards = _first(knobs, _BACKWARDS, _may_be_cursor)
    if size is not None and size.flat in {
        "count",
        "max",
        "num",
        "nb",
        "first",
        "take",
        "size",
        "rows",
        "top",
        "length",
    }:
        # Such words mean a page's size only beside something that moves on, or where they say so.
        says = {"number", "limit", "maximum", "max", "page", "results", "return", "many"} & set(
            words(size.description)
        )
        if not (says or offset or page or cursor):
            size = None
    if cursor is None and (
        token := _first((*filter(None, (offset, page)),), (*_OFFSETS, *_PAGES), _is_token)
    ):
        # What is called an offset or a page, and is an opaque text.
        cursor, offset, page = (
            token,
            offset if offset is not token else None,
            page if page is not token else None,
        )
    if offset is not None and offset.flat in {"from", "start"} and size is None:
        offset = None
    bounds = _bounds(size)
    location: Literal["query", "body"] = "query"
    anchor = offset or page or cursor or size
    if anchor is None:
        return None
    if anchor.location == "body":
        location = "body"
    ways: list[Paging] = []
    if offset is not None and not (page is not None and offset.flat == "from"):
        ways.append(Paging("offset", size.name if size else "", offset.name, "", 1, *bounds, location))
    if cursor is not None:
        # A page number beside a cursor is the older of the two ways: the cursor rules the links.
        behind = backwards.name if backwards is not None else ""
        way = Paging("cursor", size.name if size else "", cursor.name, behind, 1, *bounds, location)
        if page is None or cursor.flat not in {"next", "after", "nextpage"}:
            ways.append(way)
    if page is not None:
        ways.append(_by_page(page, _first(knobs, _PAGE_SIZES, _may_count) or size, location))
    if not ways:
        return Paging("offset", size.name if size else "", "", "", 1, *bounds, location)
    return replace(ways[0], also=tuple(ways[1:]))


def _by_page(page: Knob, size: Knob | None, location: Literal["query", "body"]) -> Paging:
    default, most = _bounds(size)
    if default is None:
        default = min(most, _PAGE) if most else _PAGE
    name = size.name if size is not None else ""
    return Paging("page", name, page.name, "", _first_page(page), default, most, location)


_PAGE = 30
"""Page size where pages are numbered and the contract does not say how long they are."""


_LAST_IN_BRACKETS = re.compile(r"\w\[(\w+)\]$")


def _first(knobs: Sequence[Knob], names: Sequence[str], fits: Any) -> Knob | None:
    found: dict[str, Knob] = {}
    for knob in knobs:
        if not knob.ignored:
            found.setdefault(knob.flat, knob)
    for knob in knobs:
        # `searchCriteria[pageSize]`: the last word says it, whatever it stands in.
        inner = _LAST_IN_BRACKETS.search(knob.name)
        if inner is not None and not knob.ignored:
            found.setdefault(squeezed(inner[1]), knob)
    for name in names:
        if name in found and fits(found[name]):
            return found[name]
    return None


def _is_number(knob: Knob) -> bool:
    """Whether it may hold a number; many documents declare all parameters as text."""
    shape = knob.shape
    if not shape.types or shape.types & {"integer", "number"}:
        return True
    return (
        shape.textual
        and shape.format in {"", "int32", "int64"}
        and not shape.values
        and not {"date", "time"} & set(words(knob.description))
    )


def _is_token(knob: Knob) -> bool:
    """Whether it is a text that only the server understands."""
    return knob.shape.textual and bool(_OPAQUE & set(words(knob.description)))


_OPAQUE = frozenset({"token", "cursor", "opaque"})


def _may_count(knob: Knob) -> bool:
    # Sizes are sometimes declared as text; the engine takes only numbers from them.
    return _is_number(knob)


def _may_be_cursor(knob: Knob) -> bool:
    if knob.shape.format in {"date-time", "date", "time"} or knob.shape.values:
        return False
    if "boolean" in knob.shape.types or knob.shape.is_array or knob.shape.is_object:
        return False
    if knob.flat == "token":
        # Most tokens let somebody in; this one leads on.
        return bool({"next", "page", "pages", "pagination"} & set(words(knob.description)))
    if knob.flat in {"after", "before", "next", "marker"} and {"date", "time", "timestamp"} & set(
        words(knob.description)
    ):
        return knob.shape.numeric and "cursor" in words(knob.description)
    return True


def _first_page(page: Knob) -> int:
    node = page.shape.node
    if page.default == 0 or (
        node.get("minimum") == 0 and page.default in (None, 0) and node.get("default") != 1
    ):
        return 0
    return 0 if _ZERO.search(page.description) else 1


def _bounds(size: Knob | None) -> tuple[int | None, int | None]:
    if size is None:
        return None, None
    text = size.description.lower()
    default: int | None = None
    if isinstance(size.default, int) and not isinstance(size.default, bool) and size.default > 0:
        default = size.default
    elif found := _DEFAULT.search(text):
        default = int(found[1])
    most: int | None = None
    node = size.shape.node
    declared = node.get("maximum")
    if isinstance(declared, int | float) and not isinstance(declared, bool):
        most = int(declared)
    elif isinstance(node.get("exclusiveMaximum"), int | float):
        most = int(node["exclusiveMaximum"]) - 1
    elif found := _MAXIMUM.search(text):
        most = int(next(group for group in found.groups() if group))
    if most is not None and (most <= 0 or most > 1_000_000):
        most = None
    if default is not None and most is not None:
        default = min(default, most)
    return default or None, most


def sorting(knobs: Sequence[Knob], schemas: Schemas, record: Shape, created: Sequence[str]) -> Sorting | None:
    """The ordering that the parameters make possible, None if there is none."""
    direction = _first(knobs, _DIRECTIONS, _is_direction)
    if direction is None:
        direction = _first(knobs, ("sort", "sortby"), lambda knob: knob.shape.values and _is_direction(knob))
    chosen = _first(knobs, _SORTS, _names_field)
    if chosen is None:
        if direction is None:
            return None
        return Sorting("", direction.name, location=_place(direction))
    shape = schemas.items(chosen.shape) if chosen.shape.is_array else chosen.shape
    fields: dict[str, str] = {}
    for value in shape.values:
        field = _sort_field(str(value), record, created)
        if field is not None and field != value:
            fields[str(value)] = field
    within = direction.name if direction is not None and direction.inside == chosen.inside else ""
    return Sorting(chosen.name, within, fields, _place(chosen), chosen.inside)


def _place(knob: Knob) -> Literal["query", "body"]:
    return "body" if knob.location == "body" else "query"


def _names_field(knob: Knob) -> bool:
    if knob.shape.numeric or (knob.shape.values and _is_direction(knob)):
        return False
    return knob.flat not in _DIRECTIONS or not _is_direction(knob)


def _is_direction(knob: Knob) -> bool:
    shape = knob.shape
    if shape.values:
        return all(str(value).lower() in _UP for value in shape.values)
    # Without an enumeration only a name that can mean nothing else, or a text that says so, counts.
    if knob.flat != "order":
        return not shape.is_array
    text = set(words(knob.description))
    return (
        bool({"asc", "ascending", "desc", "descending"} & text) and not {"field", "column", "property"} & text
    )


def _sort_field(value: str, record: Shape, created: Sequence[str]) -> str | None:
    flat = squeezed(value)
    newest = created[0] if created else None
    if flat in _NEWEST and newest:
        return f"-{newest}"
    if flat in _OLDEST and newest:
        return newest
    descending = value.startswith("-")
    parts = words(value)
    if parts and parts[-1] in _UP:
        descending = descending or parts[-1].startswith("desc") or parts[-1] == "down"
        parts = parts[:-1]
    elif parts and parts[0] in {"asc", "desc"}:
        descending, parts = parts[0] == "desc", parts[1:]
    wanted = "".join(parts)
    by_name = {squeezed(name): name for name in record.properties}
    for guess in (wanted, wanted + "at", wanted + "date", wanted + "on", "date" + wanted, "last" + wanted):
        if guess in by_name:
            return ("-" if descending else "") + by_name[guess]
    return None

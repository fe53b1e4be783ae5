"""Which part of a list is asked for, and what the envelope says about the rest.

In: a binding's paging and sorting, decoded query parameters. Out: `Window`, and an order for the
store. May not know: records' contents, HTTP servers.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from apidouble.engine.exchange import Exchange
from apidouble.model.resource import Binding, Envelope, Paging, Pointer, Sorting
from apidouble.store.base import Record

Find = Callable[[], Sequence[Record]]
"""All matching records in order, for cursors that name a record."""


@dataclass(slots=True)
class Window:
    """A part of a list."""

    paging: Paging | None
    offset: int = 0
    limit: int | None = None
    given: Mapping[str, Any] | None = None
    records: Sequence[Record] = ()
    """The records of this page, for cursors."""

    def members(
        self, envelope: Envelope, total: int, exchange: Exchange, link: Callable[[str | None], Any]
    ) -> Iterator[tuple[Pointer, Any]]:
        """What the envelope says about this page and its neighbours."""
        size = self.limit if self.limit is not None else total
        first_page = self.paging.first_page if self.paging is not None else 1
        page = first_page + (self.offset // size if size else 0)
        pages = -(-total // size) if size else 0
        more = self.offset + (self.limit if self.limit is not None else total) < total and size > 0
        shown = max(0, min(size, total - self.offset))
        plain: tuple[tuple[Pointer | None, Any], ...] = (
            (envelope.limit, size),
            (envelope.offset, self.offset),
            (envelope.page, page),
            (envelope.pages, pages),
            (envelope.has_more, more),
            (envelope.has_previous, self.offset > 0),
            (envelope.first_item, self.offset + 1 if shown else None),
            (envelope.last_item, self.offset + shown if shown else None),
            (envelope.is_first, self.offset == 0),
            (envelope.is_last, not more),
        )
        for pointer, value in plain:
            if pointer is not None:
                yield pointer, value
        if not any((envelope.next, envelope.previous, envelope.first, envelope.last, envelope.self)):
            return
        steps: tuple[tuple[Pointer | None, int | None], ...] = (
            (envelope.next, self.offset + size if more else None),
            (envelope.previous, max(0, self.offset - size) if self.offset > 0 and size else None),
            (envelope.first, 0),
            (envelope.last, max(0, (pages - 1) * size)),
            (envelope.self, self.offset),
        )
        for pointer, offset in steps:
            if pointer is None:
                continue
            if envelope.links_are == "cursor":
                yield pointer, None if offset is None else cursor_of(offset)
            elif envelope.links_are == "number":
                yield pointer, None if offset is None else first_page + (offset // size if size else 0)
            else:
                yield pointer, link(None if offset is None else self._url(exchange, offset, size, first_page))

    def numbers(self, total: int) -> Mapping[str, Any]:
        """What headers say of this page and its neighbours."""
        size = self.limit if self.limit is not None else total
        first = self.paging.first_page if self.paging is not None else 1
        page = first + (self.offset // size if size else 0)
        more = size > 0 and self.offset + size < total
        return {
            "limit": size,
            "offset": self.offset,
            "page": page,
            "pages": -(-total // size) if size else 0,
            "previous": page - 1 if self.offset > 0 else None,
            "next": page + 1 if more else None,
        }

    def link_header(self, total: int, exchange: Exchange) -> str:
        """Neighbouring pages as RFC 8288 has them; '' where there is but one page."""
        size = self.limit or 0
        if not size or self.paging is None:
            return ""
        last = max(0, (-(-total // size) - 1) * size)
        steps = {
            "prev": max(0, self.offset - size) if self.offset > 0 else None,
            "next": self.offset + size if self.offset + size < total else None,
            "first": 0 if self.offset > 0 else None,
            "last": last if self.offset < last else None,
        }
        first_page = self.paging.first_page
        return ", ".join(
            f'<{self._url(exchange, offset, size, first_page)}>; rel="{name}"'
            for name, offset in steps.items()
            if offset is not None
        )

    def _url(self, exchange: Exchange, offset: int, size: int, first_page: int) -> str:
        query = dict(exchange.inputs.query)
        if any(isinstance(value, Mapping) for value in query.values()):
            query = _as_written(query, exchange.query_string)
        paging = self.paging
        if paging is not None and not paging.position:
            query[_undeclared(paging)] = cursor_of(offset)
        elif paging is not None:
            name = f"{paging.inside}[{paging.position}]" if paging.brackets else paging.position
            if paging.style == "offset":
                query[name] = offset
            elif paging.style == "page":
                query[name] = first_page + (offset // size if size else 0)
            else:
                query[name] = cursor_of(offset)
        text = "&".join(_pairs(query))
        return f"{exchange.base_url}{exchange.path}" + (f"?{text}" if text else "")


def _undeclared(paging: Paging) -> str:
    """What links call the cursor where no parameter is declared for it: clients only follow them."""
    return "page[after]" if paging.size.startswith("page[") else "cursor"


def _as_written(query: Mapping[str, Any], query_string: str) -> dict[str, Any]:
    """The parameters, members of objects by the names that the address gave them."""
    written = {name: value for name, value in query.items() if not isinstance(value, Mapping)}
    given = parse_qsl(query_string, keep_blank_values=True)
    return written | {name: value for name, value in given if name not in query}


def _pairs(query: Mapping[str, Any]) -> Iterator[str]:
    for name, value in query.items():
        for one in value if isinstance(value, list) else (value,):
            text = str(one).lower() if isinstance(one, bool) else str(one)
            yield f"{quote(name, safe='')}={quote(text, safe='')}"


def cursor_of(offset: int) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode().rstrip("=")


def offset_of(cursor: str) -> int | None:
    """The offset in a cursor of ours, or None."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    word, _, number = text.partition(":")
    return int(number) if word == "offset" and number.isdigit() and len(number) < 19 else None


def _values(steering: Paging | Sorting, exchange: Exchange) -> Mapping[str, Any]:
    if steering.location == "body":
        return exchange.body if isinstance(exchange.body, Mapping) else {}
    if steering.inside:
        members = exchange.inputs.query.get(steering.inside)
        return members if isinstance(members, Mapping) else {}
    return exchange.inputs.query


def window(binding: Binding, exchange: Exchange, find: Find) -> Window:
    """The part of the list that a request asks for."""
    paging = binding.paging
    if paging is None:
        return Window(None)
    if paging.also:
        paging = _way(paging, exchange)
    query = _values(paging, exchange)
    size = _number(query.get(paging.size)) if paging.size else None
    limit = size if size is not None and size >= 0 else paging.default_size
    if paging.max_size is not None:
        limit = paging.max_size if limit is None else min(limit, paging.max_size)
    if paging.style == "cursor":
        return Window(paging, _cursor_offset(paging, query, find, limit), limit)
    if not paging.position:
        given = dict(parse_qsl(exchange.query_string)) if exchange.query_string else {}
        offset = offset_of(given.get(_undeclared(paging), ""))
        return Window(paging, offset or 0, limit)
    position = query.get(paging.position)
    number = _number(position)
    if number is None and isinstance(position, str) and (offset := offset_of(position)) is not None:
        # A cursor of an answer, where what takes it is called a page.
        return Window(paging, offset, limit)
    if paging.style == "page":
        number = paging.first_page if number is None else number
        return Window(paging, max(0, number - paging.first_page) * (limit or 0), limit)
    return Window(paging, max(0, number or 0), limit)


def _way(paging: Paging, exchange: Exchange) -> Paging:
    """The one of several ways to page that a request uses; the first where it uses none."""
    if paging.location == "body":
        given: Collection[str] = exchange.body if isinstance(exchange.body, Mapping) else ()
    elif exchange.query_string:
        given = {name for name, _ in parse_qsl(exchange.query_string, keep_blank_values=True)}
    else:
        return paging
    ways = (paging, *paging.also)
    for way in ways:
        if way.position in given or (way.backwards and way.backwards in given):
            return way
    return next((way for way in ways if way.size in given), paging)


def _number(value: Any) -> int | None:
    """A whole number, also one that a contract declares as text."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) < 19 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _cursor_offset(paging: Paging, query: Mapping[str, Any], find: Find, limit: int | None) -> int:
    cursor = query.get(paging.position) if paging.position else None
    if cursor is not None:
        if isinstance(cursor, str) and (offset := offset_of(cursor)) is not None:
            return offset
        records = find()
        place = _place(records, cursor)
        # A cursor that names no record leads behind the end: nothing is repeated.
        return len(records) if place is None else place + 1
    before = query.get(paging.backwards) if paging.backwards else None
    if before is None:
        return 0
    if isinstance(before, str) and (offset := offset_of(before)) is not None:
        return offset
    place = _place(find(), before)
    return max(0, (place or 0) - (limit or 0))


def _place(records: Sequence[Record], cursor: Any) -> int | None:
    wanted = str(cursor)
    for place, record in enumerate(records):
        own = record.key[-1] if isinstance(record.key, tuple) else record.key
        if str(own) == wanted:
            return place
    return None


_DIRECTIONS = frozenset({"asc", "desc", "ascending", "descending"})


def order(sorting: Sorting | None, exchange: Exchange) -> list[tuple[str, bool]]:
    """The order that a request asks for; words that name no field are passed over."""
    if sorting is None:
        return []
    query = _values(sorting, exchange)
    wanted = query.get(sorting.parameter)
    direction = str(query.get(sorting.direction, "")).lower() if sorting.direction else ""
    if wanted is None:
        return [("", True)] if not sorting.parameter and direction.startswith("desc") else []
    words = wanted if isinstance(wanted, list) else [wanted]
    chosen: list[tuple[str, bool]] = []
    for word in (part for one in words for part in str(one).split(",")):
        text = word.strip()
        if chosen and text.lower() in _DIRECTIONS and text not in sorting.fields:
            # `name,desc`, as Spring has it.
            chosen[-1] = (chosen[-1][0], text.lower().startswith("desc"))
            continue
        descending = direction.startswith("desc")
        if text in sorting.fields:
            name = sorting.fields[text]
        else:
            if text[:1] in {"-", "+"}:
                descending, text = text[0] == "-", text[1:]
            for joint in (":", " ", "."):
                name, found, tail = text.rpartition(joint)
                if found and tail.lower() in _DIRECTIONS:
                    descending, text = tail.lower().startswith("desc"), name
                    break
            name = sorting.fields.get(text, text)
        if name.startswith("-"):
            descending, name = not descending, name[1:]
        if name:
            chosen.append((name, descending))
    return chosen

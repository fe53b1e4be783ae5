"""Response headers that the contract declares.

In: the declared headers of one answer. Out: a function that fills them for a reply. May not know:
HTTP servers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from apidouble.contract.operation import Header, Response
from apidouble.engine.exchange import Exchange, Reply

Fill = Callable[[Exchange, Reply], str | None]

# What the double or the server sets itself, or what only a body can tell.
_OWN = frozenset({
    "content-type", "content-length", "location", "etag", "www-authenticate", "allow", "date", "connection",
    "transfer-encoding", "content-encoding", "preference-applied", "vary", "server", "set-cookie",
})  # fmt: skip


def header_filler(
    response: Response | None, sample: Callable[..., Any], label: str
) -> Sequence[tuple[str, Fill]]:
    """The declared headers with their values, those of the double's own left out."""
    if response is None:
        return ()
    found: list[tuple[str, Fill]] = []
    for name, header in response.headers.items():
        if name.lower() not in _OWN:
            found.append((name, _fill(name, header, sample, label)))
        elif name.lower() == "set-cookie":
            found.append((name, _constant(_text(_example(header), "session=double"))))
    return found


def _fill(name: str, header: Header, sample: Callable[..., Any], label: str) -> Fill:
    plain = "".join(character for character in name.lower() if character.isalnum())
    plain = plain.removeprefix("x")
    if plain in {"totalcount", "total", "count", "paginationtotalcount", "paginationtotal", "totalitems"}:
        return lambda exchange, reply: None if reply.total is None else str(reply.total)
    if plain == "pagination":
        return _pagination
    member = _NUMBERS.get(plain.removeprefix("pagination"))
    if member is not None:
        return _number(member)
    if plain == "contentrange":
        return _range
    if plain == "link":
        return lambda exchange, reply: reply.links or None
    example = _example(header)
    if example is None:
        example = sample(header.schema or {"type": "string"}, f"{label}/header/{name}", 0, name)
    return _constant(_text(example, ""))


_NUMBERS = {
    "page": "page",
    "currentpage": "page",
    "perpage": "limit",
    "pagesize": "limit",
    "limit": "limit",
    "totalpages": "pages",
    "pagecount": "pages",
    "pages": "pages",
    "nextpage": "next",
    "prevpage": "previous",
    "previouspage": "previous",
    "offset": "offset",
}
"""Headers that speak of pages, as GitLab, Yii and others call them, without `X-` and `Pagination-`."""


def _number(member: str) -> Fill:
    def fill(exchange: Exchange, reply: Reply) -> str | None:
        if reply.window is None:
            return None
        value = reply.window[member]
        # GitLab sends the header empty where there is no such page.
        return "" if value is None else str(value)

    return fill


def _pagination(exchange: Exchange, reply: Reply) -> str | None:
    """ASP.NET's way: JSON in a header."""
    if reply.window is None:
        return None
    told = {
        "totalCount": reply.total,
        "pageSize": reply.window["limit"],
        "currentPage": reply.window["page"],
        "totalPages": reply.window["pages"],
        "hasNext": reply.window["next"] is not None,
        "hasPrevious": reply.window["previous"] is not None,
    }
    return orjson.dumps(told).decode()


def _range(exchange: Exchange, reply: Reply) -> str | None:
    """RFC 9110, section 14.4, with a unit of the API's own, as React Admin and PostgREST have it."""
    if reply.window is None:
        return None
    start, total = reply.window["offset"], reply.total or 0
    last = min(start + reply.window["limit"], total) - 1
    unit = next((part for part in reversed(exchange.path.split("/")) if part), "items")
    return f"{unit} {start}-{last}/{total}" if last >= start else f"{unit} */{total}"


def _constant(text: str) -> Fill:
    return lambda exchange, reply: text


def _example(header: Header) -> Any:
    if header.examples:
        return header.examples[0]
    schema = header.schema
    if isinstance(schema, Mapping):
        return schema.get("example", next(iter(schema.get("examples") or ()), None))
    return None


def _text(value: Any, otherwise: str) -> str:
    """A header's text: simple style (OAS 3.1, section 4.8.12.1), one line of Latin-1."""
    if value is None:
        return otherwise
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(_text(one, "") for one in value)
    if isinstance(value, Mapping):
        return ",".join(f"{name},{_text(one, '')}" for name, one in value.items())
    line = str(value).replace("\r", " ").replace("\n", " ")
    return line.encode("latin-1", "replace").decode("latin-1")

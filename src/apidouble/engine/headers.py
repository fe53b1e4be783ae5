"""Response headers that the contract declares.

In: the declared headers of one answer. Out: a function that fills them for a reply. May not know:
HTTP servers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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
        low = name.lower()
        if low not in _OWN:
            fill = _fill(name, header, sample, label)
            found.append(
                (name, _at_least(fill, _made_up(header, sample, label)) if header.required else fill)
            )
        elif low == "set-cookie":
            found.append((name, _constant(_text(_example(header), "session=double"))))
        elif low in _RESCUED and (header.required or response.status[:1] == "3"):
            found.append((name, _unless_sent(low, _rescued(low, header, sample, label))))
    return found


_RESCUED = frozenset({"location", "etag"})
"""Headers that the double sends where it knows what they should say; where they are promised, always."""


def _rescued(low: str, header: Header, sample: Callable[..., Any], label: str) -> str:
    schema = header.schema if isinstance(header.schema, Mapping) else {}
    if low == "location" and not schema.keys() & {"format", "pattern", "enum", "const", "$ref"}:
        header = replace(header, schema={"type": "string", "format": "uri"})
    text = _made_up(header, sample, label)
    if low == "etag" and not text.endswith('"') and "pattern" not in schema:
        # RFC 9110, section 8.8.3: quotes are part of it.
        return f'"{text}"'
    return text


def _made_up(header: Header, sample: Callable[..., Any], label: str) -> str:
    example = _example(header)
    if example is None:
        name = header.name
        example = sample(header.schema or {"type": "string"}, f"{label}/header/{name}", 0, name)
    return _text(example, "")


def _at_least(fill: Fill, text: str) -> Fill:
    """What a header says, or made-up text where it has nothing to say but is promised."""

    def filled(exchange: Exchange, reply: Reply) -> str | None:
        value = fill(exchange, reply)
        return text if value is None else value

    return filled


def _unless_sent(low: str, text: str) -> Fill:
    def filled(exchange: Exchange, reply: Reply) -> str | None:
        return None if any(name.lower() == low for name, _ in reply.headers) else text

    return filled


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
        return _links if header.required else lambda exchange, reply: reply.links or None
    return _constant(_made_up(header, sample, label))


def _links(exchange: Exchange | None, reply: Reply) -> str | None:
    """The pages beside this one; where there are none, the address of what is shown (RFC 8288)."""
    if reply.links or exchange is None:
        return reply.links or None
    return f'<{exchange.base_url}{exchange.path}>; rel="self"'


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

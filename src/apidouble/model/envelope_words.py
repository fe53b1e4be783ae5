"""The words by which answers speak about themselves: wrappers, totals, page members, links.

In: names and shapes of members. Out: which part a member plays. May not know: operations, resources.
"""

from __future__ import annotations

from typing import Literal

from apidouble.model.names import squeezed
from apidouble.model.schemas import Shape

LISTS = frozenset(
    {
        "data", "items", "item", "results", "result", "records", "entries", "rows", "list", "content",
        "elements",
        "values", "value", "objects", "resources", "hits", "collection", "nodes", "docs", "documents",
        "members",
        "response", "payload", "contents", "page", "d", "entities", "embedded",
    }
)  # fmt: skip
WRAPPERS = frozenset(
    {
        "data", "result", "results", "response", "item", "record", "payload", "entity", "resource",
        "object", "value",
        "content", "body", "d", "embedded", "attributes",
    }
)  # fmt: skip
META = frozenset(
    {
        "success", "ok", "status", "statuscode", "code", "message", "messages", "msg", "error", "errors",
        "meta",
        "metadata", "links", "included", "jsonapi", "timestamp", "requestid", "traceid", "query",
        "pagination",
        "paging", "page", "extendedmessage", "warnings", "warning", "object", "url", "kind",
        "apiversion", "type",
        "took", "debug", "total", "count", "info", "cursor", "cursors", "pageinfo", "extensions", "self",
        "href",
        "incompleteresults", "filters", "filter", "sort", "facets", "aggregations", "embedded",
        "context", "version",
        "detail", "title", "description", "reason", "time", "duration", "notices", "hasmore", "empty",
        "pageable",
        "errorcode", "errormessage", "errordescription", "errordetails", "errortype", "haserror", "haserrors",
        "iserror", "issuccess", "issuccessful", "succeeded", "successful", "responsecode", "resultcode",
        "statusmessage", "responsemessage", "correlationid", "httpcode",
        "httpstatus", "httpstatuscode", "responsemsg", "statustext", "resultmessage", "requesttime",
        "responsetime", "executiontime", "elapsed", "elapsedtime", "includes",
    }
)  # fmt: skip
CONTAINERS = frozenset(
    {
        "meta", "metadata", "pagination", "paging", "page", "pageinfo", "links", "link", "cursors",
        "cursor", "info",
        "resultinfo", "responsemetadata", "listmeta", "paginginfo", "paginationinfo", "pagedata",
        "pages", "counts",
        "hits", "navigation", "summary",
    }
)  # fmt: skip
_TOTALS = frozenset(
    {
        "total", "totalcount", "totalitems", "totalelements", "totalresults", "totalrecords", "totalrows",
        "totalsize", "totalhits", "totalentries", "totalnumber", "nbhits", "numresults", "numfound",
        "recordstotal",
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
        "limit", "perpage", "pagesize", "pagelen", "itemsperpage", "pagelimit", "maxresults",
        "resultsperpage",
        "recordsperpage", "rowsperpage", "top", "take",
    }
)  # fmt: skip
_OFFSETS = frozenset({"offset", "skip", "start", "startindex", "startat", "from", "skipped"})
_PAGES = frozenset({"page", "pagenumber", "currentpage", "pageindex", "pageno", "number", "current"})
_PAGE_TOTALS = frozenset(
    {"pages", "totalpages", "pagecount", "lastpage", "numpages", "pagestotal", "pagetotal"}
)
_MORE = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "moreresults", "hasmoreitems", "istruncated"})
_BEFORE = frozenset({"hasprevious", "hasprev", "haspreviouspage", "hasprevpage"})
_IS_LAST = frozenset({"islastpage", "islast", "done"})
_IS_FIRST = frozenset({"isfirstpage", "isfirst"})
_NEXT = frozenset(
    {
        "next", "nextpage", "nexturl", "nextlink", "nexthref", "nextpageurl", "nextpagetoken", "nextcursor",
        "nexttoken", "continue", "odatanextlink", "endcursor", "nextpageuri", "nexturi", "nextpagelink",
        "after",
        "continuationtoken", "nextmarker", "nextpagecursor", "nextoffset", "iterator", "nextiterator",
    }
)  # fmt: skip
_PREVIOUS = frozenset(
    {
        "previous", "prev", "previouspage", "prevpage", "previousurl", "prevurl", "previouslink",
        "prevlink",
        "previouspageurl", "prevpageurl", "previouscursor", "prevcursor", "startcursor", "before",
        "prevtoken",
        "previouspagetoken", "prevpagetoken", "previoustoken", "previousuri", "previouspageuri",
        "previterator", "previousiterator",
    }
)  # fmt: skip
_FIRST = frozenset({"first", "firstpageurl", "firsturl", "firstlink", "firstpagelink", "firstpageuri"})
_LAST = frozenset({"last", "lastpageurl", "lasturl", "lastlink", "lastpagelink", "lastpageuri"})
_SELF = frozenset({"self", "selfurl", "selflink", "url", "href", "currentpageurl"})
CURSORISH = frozenset({"token", "cursor", "continue", "marker", "after", "before", "offset", "iterator"})


OF_PAGES = frozenset({"total", "limit", "offset", "page", "pages", "has_more", "next", "previous"})
"""Members that only lists cut into pages have."""

Role = Literal[
    "total", "count", "size", "limit", "offset", "page", "pages", "has_more", "has_previous", "is_first",
    "is_last", "next", "previous",
    "first", "last", "self",
]  # fmt: skip


def is_meta(name: str, shape: Shape) -> bool:
    """Whether a property of an answer speaks about the answer, not about a record."""
    flat = squeezed(name)
    return (
        flat in META
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
        or flat in _BEFORE
        or (flat in _COUNTS and not shape.is_object)
    )


def role(name: str, shape: Shape, container: str) -> Role | None:  # noqa: C901 - one table of names
    """The part that a member of an answer plays; `container` is the object it stands in."""
    flat = squeezed(name)
    if "pattern" in shape.node:
        # A pattern knows better than a name what the value looks like.
        return None
    if "boolean" in shape.types:
        if flat in _MORE:
            return "has_more"
        if flat in _BEFORE:
            return "has_previous"
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
            return "size" if flat in {"size", "length"} else "count"
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
        return "self"
    return None

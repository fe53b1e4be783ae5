"""ETag, If-Match and If-None-Match, where the contract declares them (RFC 9110, section 13).

In: the handler of an operation on one record. Out: 304, 412 or nothing; an `ETag` on the reply.
May not know: HTTP servers.
"""

from __future__ import annotations

from hashlib import blake2b

import orjson

from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.reading import Read
from apidouble.engine.verbs import RecordVerb, VerbHandler
from apidouble.errors import Refusal
from apidouble.store.base import Record, Transaction


class Conditions:
    """The preconditions of one operation."""

    def __init__(self, handler: VerbHandler) -> None:
        self._handler = handler if isinstance(handler, RecordVerb) else None

    def check(self, exchange: Exchange, transaction: Transaction) -> Reply | None:
        """304 for a reader that has the record already; refuses with 412 where If-Match fails."""
        match = exchange.headers.get("if-match")
        none_match = exchange.headers.get("if-none-match")
        if (match is None and none_match is None) or self._handler is None or not self._handler.binding.key:
            return None
        try:
            tag = etag(self._handler.find(exchange, transaction))
        except Refusal:
            tag = None
        if match is not None and not matches(match, tag):
            raise Refusal(412, "The record has changed: its ETag is another than If-Match says.")
        if none_match is not None and matches(none_match, tag):
            if isinstance(self._handler, Read) and tag is not None:
                return Reply(304, headers=[("ETag", tag)])
            raise Refusal(412, "The record exists, and If-None-Match says it must not.")
        return None

    def tag(self, reply: Reply, exchange: Exchange, transaction: Transaction) -> None:
        """Put the record's ETag on the reply."""
        record = reply.record
        if record is None and self._handler is not None and self._handler.binding.key and reply.status != 204:
            try:
                record = self._handler.find(exchange, transaction)
            except Refusal:
                return
        if record is not None:
            reply.headers.append(("ETag", etag(record)))


def etag(record: Record) -> str:
    """A strong validator of a record's content; kept with the record."""
    known: str | None = record.kept(etag)
    if known is None:
        digest = blake2b(orjson.dumps(record.data, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
        known = f'"{digest}"'
        record.keep(etag, known)
    return known


def matches(header: str, tag: str | None) -> bool:
    """Whether a list of tags names this one; `*` names any that exists."""
    if tag is None:
        return False
    if header.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == tag for one in header.split(","))

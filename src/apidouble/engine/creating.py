"""CREATE: a new record, or several.

In: an exchange and a transaction. Out: a reply, or a refusal: then the caller throws the
transaction away. May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping

from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.pages import Window
from apidouble.engine.world import World
from apidouble.engine.writing import Writer
from apidouble.rulekit import Call
from apidouble.store.base import Transaction


class Create(Writer):
    """Makes a record, or several from an array."""

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Make, store, show."""
        call = self.call(exchange, transaction, world) if self.ruled else None
        if call is not None and self.answer is not None:
            call.given = self.given(exchange)
            if (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
        if self.within:
            self.check_within(exchange, transaction)
        key = self.key_value(exchange) if self.binding.key else None
        if self.binding.many:
            return self.finish(call, self._several(exchange, transaction, world, call))
        record = self.insert(exchange, transaction, world, self.given(exchange), key, call)
        if call is not None:
            call.current = record.data
        reply = self.answers.one(record, exchange)
        reply.record = record
        return self.finish(call, reply)

    def _several(
        self, exchange: Exchange, transaction: Transaction, world: World, call: Call | None
    ) -> Reply:
        """All records of an array, made one after the other."""
        here = exchange.body
        for name in self.binding.body:
            here = here.get(name) if isinstance(here, Mapping) else None
        entries = [one for one in here if isinstance(one, Mapping)] if isinstance(here, list) else []
        records = [
            self.insert(exchange, transaction, world, self.respelled(one), None, call) for one in entries
        ]
        if not self.answers.promised:
            return Reply(self.answers.status)
        if self.binding.envelope.records is not None:
            return self.answers.page(records, len(records), Window(None), exchange)
        if not records:
            return self.made_up()
        return self.answers.one(records[-1], exchange)

"""REPLACE and UPSERT: a record in the place of another.

In: an exchange and a transaction. Out: a reply, or a refusal: then the caller throws the
transaction away. May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.fields import get_field, set_field
from apidouble.engine.world import World
from apidouble.engine.writing import Writer
from apidouble.errors import Refusal
from apidouble.store.base import Transaction


class Replace(Writer):
    """Puts a record in the place of another; what the body cannot hold stays."""

    creates = False

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Find, replace, show."""
        given = self.given(exchange)
        try:
            current = self.find(exchange, transaction)
        except Refusal:
            if not self.creates:
                raise
            return self._make(exchange, transaction, world, given)
        call = self.call(exchange, transaction, world, current.data) if self.ruled else None
        if call is not None and self.answer is not None:
            call.given = given
            if (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
        record = self.change(
            exchange, transaction, world, current, self._replaced(current.data, given), call, given
        )
        return self.finish(call, self.answers.one(record, exchange))

    def _make(
        self, exchange: Exchange, transaction: Transaction, world: World, given: Mapping[str, Any]
    ) -> Reply:
        call = self.call(exchange, transaction, world) if self.ruled else None
        record = self.insert(exchange, transaction, world, given, self.key_value(exchange), call)
        made = self.binding.created or self.binding.success
        reply = self.answers.one(record, exchange, made)
        reply.record = record
        return self.finish(call, reply)

    def _replaced(self, current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        writable = self.binding.writable
        new = dict(self.over_held(current, self.writable(given)))
        key = self.resource.key
        if key and "/" not in key:
            new.pop(key, None)
        if writable is None:
            kept = {
                name: current[name]
                for name in (key, *self.resource.generated, *self.resource.created, *self.resource.updated)
                if name in current
            }
        else:
            kept = {name: value for name, value in current.items() if name not in writable}
            if key in current:
                kept[key] = current[key]
        replaced = {**kept, **self.body_defaults, **new}
        if "/" in key:
            set_field(replaced, key, get_field(current, key))
        for name in self.fields.owed(replaced):
            if name in current:
                replaced[name] = current[name]
        return {
            name: replaced[name]
            for name in (*[n for n in current if n in replaced], *[n for n in replaced if n not in current])
        }


class Upsert(Replace):
    """Replaces, or makes the record under the key of the path."""

    creates = True

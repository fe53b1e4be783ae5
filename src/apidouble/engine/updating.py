"""UPDATE and ACTION: a record that changes in parts.

In: an exchange and a transaction. Out: a reply, or a refusal: then the caller throws the
transaction away. May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.contract.merge_patch import apply_json_patch, apply_merge_patch
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.world import World
from apidouble.engine.writing import Writer
from apidouble.errors import Refusal
from apidouble.store.base import Transaction


class Update(Writer):
    """Merges into a record."""

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Find, merge, show."""
        call = self.call(exchange, transaction, world) if self.ruled else None
        if call is not None and self.answer is not None:
            call.given = self.given(exchange)
            if (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
        current = self.find(exchange, transaction)
        if call is not None:
            call.current = current.data
        data, given = self._merged(exchange, current.data)
        record = self.change(exchange, transaction, world, current, data, call, given)
        return self.finish(call, self.answers.one(record, exchange))

    def _merged(
        self, exchange: Exchange, current: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        kind = exchange.media_type
        if kind == "application/json-patch+json":
            changed = apply_json_patch(dict(current), exchange.body)
            return self._checked(changed, current), changed
        given = self.given(exchange)
        if kind == "application/merge-patch+json":
            return self._checked(apply_merge_patch(dict(current), self.writable(given)), current), given
        written = self.over_held(current, self.writable(given))
        joined = _joined(current, written)
        if not self.fields.is_valid(joined) and self.fields.is_valid(deep := _laid_over(current, written)):
            # A part of an object that is no whole one is meant to change that part.
            return deep, given
        return joined, given

    def _checked(self, changed: Any, current: Mapping[str, Any]) -> dict[str, Any]:
        """A patched record must still be one: the contract describes patches only loosely."""
        if not isinstance(changed, dict):
            raise Refusal(self.invalid_status, "The patch leaves no object.")
        for name in (*self.resource.generated, *self.resource.created):
            if name in current:
                changed[name] = current[name]
        if self.fields.is_valid(current) and not self.fields.is_valid(changed):
            raise Refusal(
                self.invalid_status,
                "The patched record would break the contract.",
                self.fields.validator.violations(changed, "body"),
            )
        return changed


_PARTS = ("attributes", "relationships")
"""Members of JSON:API records of which a PATCH names those that change (JSON:API 1.1, 9.2)."""


def _joined(current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given laid over what is there."""
    joined = {**current, **given}
    if "type" in current:
        for name in _PARTS:
            below, above = current.get(name), given.get(name)
            if isinstance(below, Mapping) and isinstance(above, Mapping):
                joined[name] = {**below, **above}
    return joined


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What is given laid over what is there, in the objects inside, too."""
    merged = {**below, **above}
    for name, value in above.items():
        kept = below.get(name)
        if isinstance(value, Mapping) and isinstance(kept, Mapping):
            merged[name] = _laid_over(kept, value)
    return merged


class Action(Writer):
    """Does something to a record: sets what the hint or the contract says."""

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Find, set, show."""
        call = self.call(exchange, transaction, world) if self.ruled else None
        if call is not None and self.answer is not None:
            call.given = self.given(exchange)
            if (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
        current = self.find(exchange, transaction)
        if call is not None:
            call.current = current.data
        given = self.given(exchange)
        told = self.writable(given) if self.binding.writable else {}
        data = {**current.data, **told, **self.binding.sets}
        record = self.change(exchange, transaction, world, current, data, call, given)
        if self.binding.envelope.record is None and self.answers.promised:
            return self.finish(call, self.made_up())
        return self.finish(call, self.answers.one(record, exchange))

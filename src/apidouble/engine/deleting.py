"""DELETE: a record goes, and what hangs below it.

In: an exchange and a transaction. Out: a reply, or a refusal: then the caller throws the
transaction away. May not know: HTTP servers.
"""

from __future__ import annotations

from apidouble.contract.operation import Operation
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.fields import own_key
from apidouble.engine.pages import Window
from apidouble.engine.reading import List
from apidouble.engine.verbs import Workshop
from apidouble.engine.world import World
from apidouble.engine.writing import Writer
from apidouble.model.resource import Binding, Parent, Resource
from apidouble.store.base import And, Condition, In, Record, Transaction


class Delete(Writer):
    """Removes a record and what hangs below it."""

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource
    ) -> None:
        super().__init__(workshop, operation, binding, resource)
        self.selects = List(workshop, operation, binding, resource)

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Find, remove, show what was removed where the contract wants it shown."""
        call = self.call(exchange, transaction, world) if self.ruled else None
        if call is not None and self.answer is not None and (reply := self.answer(call)) is not None:
            return self.finish(call, reply)
        if not self.binding.key and not self.resource.singleton:
            return self.finish(call, self._clear(exchange, transaction))
        if self.within:
            self.check_within(exchange, transaction)
        record = self.find(exchange, transaction)
        if call is not None:
            call.current = record.data
            for rule in self.before:
                rule(call)
        self._cascade(transaction, self.resource, record)
        transaction.delete(self.collection, record.key)
        return self.finish(call, self.answers.one(record, exchange))

    def _clear(self, exchange: Exchange, transaction: Transaction) -> Reply:
        """Remove all records that parents and filters select."""
        records, _ = transaction.page(self.collection, self.selects.condition(exchange))
        for record in records:
            self._cascade(transaction, self.resource, record)
            transaction.delete(self.collection, record.key)
        if not self.answers.promised:
            return Reply(self.answers.status)
        if self.binding.envelope.records is not None:
            return self.answers.page(records, len(records), Window(None), exchange)
        return self.made_up()

    def _cascade(self, transaction: Transaction, resource: Resource, record: Record) -> None:
        for child in self.workshop.model.resources.values():
            links = [one for one in child.parents if one.resource == resource.name]
            if not links or child.name == resource.name:
                continue
            collection = self.workshop.collection(child)
            below, _ = transaction.page(collection, And(tuple(_leads_to(one, record) for one in links)))
            for one in below:
                self._cascade(transaction, child, one)
                transaction.delete(collection, one.key)


def _leads_to(link: Parent, record: Record) -> Condition:
    """Whether a record below names this one, in the type that either has for it."""
    value = record.value(link.source) if link.source else None
    value = own_key(record) if value is None else value
    return In(link.field, (value, str(value)))

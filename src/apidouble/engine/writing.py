"""CREATE, REPLACE, UPDATE, UPSERT, DELETE and ACTION.

In: an exchange and a transaction. Out: a reply; the change is in the transaction, or a refusal is
raised and the caller throws the transaction away. May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from apidouble.contract.merge_patch import apply_json_patch, apply_merge_patch
from apidouble.contract.operation import Operation
from apidouble.engine import schemas
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.engine.fields import get_field, own_key, set_field
from apidouble.engine.fitting import NAMING, Lookup
from apidouble.engine.keys import as_key
from apidouble.engine.pages import Window
from apidouble.engine.reading import List
from apidouble.engine.verbs import RecordVerb, Workshop, conflict_status, declared_status, place
from apidouble.engine.world import World
from apidouble.errors import Refusal, Violation
from apidouble.model.resource import Binding, Resource
from apidouble.rulekit import Call
from apidouble.store.base import ALL, And, Condition, Eq, Key, Or, Record, Transaction


class Writer(RecordVerb):
    """What changing verbs share."""

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource
    ) -> None:
        super().__init__(workshop, operation, binding, resource)
        self.conflict_status = conflict_status(operation)
        self.invalid_status = declared_status(operation, (422, 400), 400)
        self.label = self.collection
        document = workshop.contract.document
        self.defaults = dict(resource.defaults)
        self._body_schema = self._record_schema(operation)
        declared = schemas.properties(document, self._body_schema)
        self._spelled = binding.spelled
        self.body_defaults = {
            self._spelled.get(name, name): node["default"]
            for name, part in declared.items()
            if isinstance(node := document.resolve(part), dict) and "default" in node
        }
        self.unique = tuple(resource.unique)

    def _record_schema(self, operation: Operation) -> Any:
        if operation.body is None:
            return {}
        media = next(iter(operation.body.content.values()), None)
        if media is None:
            return {}
        document = self.workshop.contract.document
        return (
            schemas.at_pointer(document, media.schema, self.binding.body)
            if self.binding.body
            else media.schema
        )

    def given(self, exchange: Exchange) -> Mapping[str, Any]:
        """The record part of the body, as sent; {} where there is none."""
        here = exchange.body
        for name in self.binding.body:
            here = here.get(name) if isinstance(here, Mapping) else None
        given = here if isinstance(here, Mapping) else {}
        if self._spelled:
            given = {self._spelled.get(name, name): value for name, value in given.items()}
        if self.binding.given:
            query = exchange.inputs.query
            beside = {field: query[name] for name, field in self.binding.given.items() if name in query}
            given = {**given, **beside}
        return given

    def writable(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What of it may be written; members that the contract does not know are passed over."""
        allowed = self.binding.writable
        if allowed is None:
            return dict(given)
        beside = self.binding.given.values()
        return {name: value for name, value in given.items() if name in allowed or name in beside}

    def put(
        self,
        transaction: Transaction,
        key: Any,
        data: MutableMapping[str, Any],
        hidden: Mapping[str, Any] | None,
        current: Record | None,
    ) -> Record:
        """Derive, refuse duplicates, store."""
        for derive in self.derivers:
            derive(data)
        self._refuse_duplicates(transaction, data, hidden, current)
        return transaction.put(self.collection, key, self.fields.ordered(data), hidden)

    def _refuse_duplicates(
        self,
        transaction: Transaction,
        data: Mapping[str, Any],
        hidden: Mapping[str, Any] | None,
        current: Record | None,
    ) -> None:
        for name in self.unique:
            value = get_field(data, name)
            if value is None or not isinstance(value, str | int | float):
                continue
            if current is not None and current.value(name) == value:
                continue
            where: Condition = Eq(name, value)
            scope = [
                Eq(parent.field, get_field(data, parent.field))
                if not parent.field.startswith("^")
                else Eq(parent.field, (hidden or (current.hidden if current else {})).get(parent.field[1:]))
                for parent in self.resource.parents
            ]
            if scope:
                where = And((*scope, where))
            taken, _ = transaction.page(self.collection, where, (), 0, 2)
            if any(current is None or record.key != current.key for record in taken):
                raise Refusal(
                    self.conflict_status,
                    f"The {name} {value!r} is taken by another {self.title}.",
                    (Violation(f"{value!r} is taken", "body", pointer=f"/{name}", keyword="unique"),),
                )

    def made_up(self) -> Reply:
        """An answer whose schema is not the record's."""
        media = self.answers.media
        if media is None:
            return Reply(self.answers.status, NOTHING)
        return Reply(self.answers.status, self.workshop.sample(media.schema, self.operation.id, 0, ""))

    def run(
        self, rules: Any, call: Call | None, record: MutableMapping[str, Any], given: Mapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Show the coming record to the rules; they may change it or refuse."""
        if call is None:
            return record
        call.record, call.given = record, given
        for rule in rules:
            rule(call)
        return call.record

    def insert(
        self,
        exchange: Exchange,
        transaction: Transaction,
        world: World,
        given: Mapping[str, Any],
        key: Any,
        call: Call | None,
    ) -> Record:
        """Make and store a new record from what was given."""
        resource, fields = self.resource, self.fields
        count = transaction.next(self.label)
        data: dict[str, Any] = {**self.defaults, **self.body_defaults, **self.writable(given)}
        hidden: dict[str, Any] = {}
        for name, value in self.parent_values(exchange):
            place(data, hidden, name, value)
        if not self._whole_key:
            self._adopt(exchange, transaction, data, hidden, count)
        scope = self._scope(data, hidden)
        own = self._own_key(scope, transaction, world, data, key, count)
        fields.stamp_created(data, world.clock.timestamp())
        data = dict(self.run(self.before, call, data, given))
        if resource.key and not resource.key.startswith("^"):
            own = get_field(data, resource.key)
        fields.complete(data, self.label, count)
        if not fields.is_valid(data):
            kept = frozenset(one.partition("/")[0] for one in (resource.key, *scope) if one)
            data = fields.fitted(data, self.label, count, lookup=self.lookup(transaction), keep=kept)
        if resource.key.startswith("^"):
            hidden[resource.key[1:]] = own
        return self.put(transaction, self._key_in(self._scope(data, hidden), own), data, hidden, None)

    def _scope(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Mapping[str, Any]:
        """Field -> value of what a record's key is unique within; empty where it is unique as it is."""
        if not self.resource.scoped and not self.resource.singleton:
            return {}
        return {
            parent.field: hidden.get(parent.field[1:])
            if parent.field.startswith("^")
            else get_field(data, parent.field)
            for parent in self.resource.parents
        }

    def _key_in(self, scope: Mapping[str, Any], own: Any) -> Key:
        key: Key
        if self.resource.scoped or self.resource.singleton:
            key = (*map(as_key, scope.values()), as_key(own) if own is not None else "")
        else:
            key = as_key(own)
        return key

    def _adopt(
        self,
        exchange: Exchange,
        transaction: Transaction,
        data: dict[str, Any],
        hidden: dict[str, Any],
        count: int,
    ) -> None:
        """Parents that the path does not name: the caller's own record, else the first of the collection."""
        above: dict[str, Record | None] = {}
        for parent in self.resource.parents:
            known = (
                hidden.get(parent.field[1:])
                if parent.field.startswith("^")
                else get_field(data, parent.field)
            )
            if known is not None:
                continue
            if parent.resource not in above:
                above[parent.resource] = self._first_above(exchange, transaction, parent.resource)
            record = above[parent.resource]
            value = None
            if record is not None:
                value = record.value(parent.source) if parent.source else None
                value = own_key(record) if value is None else value
            if value is None:
                value = self.workshop.sample(
                    {"type": "string"}, f"{self.label}/{parent.parameter}", count, parent.parameter
                )
            place(data, hidden, parent.field, value)

    def _first_above(self, exchange: Exchange, transaction: Transaction, name: str) -> Record | None:
        resource = self.workshop.model.resources.get(name)
        if resource is None or resource.name == self.resource.name:
            return None
        collection = self.workshop.collection(resource)
        own = exchange.identity.record
        if own is not None and not resource.scoped and (mine := transaction.get(collection, own)) is not None:
            return mine
        records, _ = transaction.page(collection, ALL, (), 0, 1)
        return records[0] if records else None

    def lookup(self, transaction: Transaction) -> Lookup:
        """Finds the record that a scalar names, where an object of its schema is to be shown."""

        def find(schema: Any, value: Any) -> Any:
            if not isinstance(value, str | int):
                return None
            for resource in self.workshop.like(schema):
                collection = self.workshop.collection(resource)
                names = [resource.key, *resource.unique, *NAMING]
                fields = [Eq(name, value) for name in dict.fromkeys(names) if name]
                records, _ = transaction.page(collection, Or(tuple(fields)), (), 0, 1)
                if records:
                    hidden = {name.partition("/")[0] for name in resource.write_only}
                    return {name: one for name, one in records[0].data.items() if name not in hidden}
            return None

        return find

    def _own_key(
        self,
        scope: Mapping[str, Any],
        transaction: Transaction,
        world: World,
        data: MutableMapping[str, Any],
        key: Any,
        count: int,
    ) -> Any:
        resource = self.resource
        if resource.singleton:
            return None
        own = key
        name = resource.key
        if own is None and name and not name.startswith("^"):
            own = get_field(data, name)
        if own is None:
            own = self.workshop.new_key(
                resource,
                world.source,
                self.label,
                count,
                lambda candidate: (
                    transaction.get(self.collection, self._key_in(scope, candidate)) is not None
                ),
            )
        elif transaction.get(self.collection, self._key_in(scope, own)) is not None:
            raise Refusal(
                self.conflict_status,
                f"The {name.lstrip('^') or 'key'} {own!r} is taken by another {self.title}.",
                (Violation(f"{own!r} is taken", "body", pointer=f"/{name}", keyword="unique"),),
            )
        if name and not name.startswith("^"):
            set_field(data, name, own)
        return own

    def change(
        self,
        exchange: Exchange,
        transaction: Transaction,
        world: World,
        current: Record,
        data: MutableMapping[str, Any],
        call: Call | None,
        given: Mapping[str, Any],
    ) -> Record:
        """Store a changed record, renamed where its key property changed."""
        if not self._same(data, current.data):
            self.fields.stamp_updated(data, current.data, world.clock.timestamp(), frozen=world.clock.frozen)
        data = self.run(self.before, call, data, given)
        own, name = own_key(current), self.resource.key
        for _, field, _ in self._parents:
            # The path says where the record is; a body does not move it.
            if not field.startswith("^") and get_field(data, field) != (kept := current.value(field)):
                set_field(data, field, kept)
        if not self.fields.is_valid(data):
            data = self.fields.fitted(
                data,
                f"{self.label}/{current.key}",
                current.version,
                before=current.data,
                lookup=self.lookup(transaction),
                keep=frozenset({name.partition("/")[0]}) if name else frozenset(),
            )
        key = current.key
        if name and not name.startswith("^"):
            wanted = get_field(data, name)
            if wanted is None:
                set_field(data, name, own)
            elif wanted != own:
                key = (*current.key[:-1], wanted) if isinstance(current.key, tuple) else wanted
        if data == current.data:
            return current
        if key != current.key:
            if transaction.get(self.collection, key) is not None:
                raise Refusal(
                    self.conflict_status,
                    f"The {name} {get_field(data, name)!r} is taken by another {self.title}.",
                )
            transaction.rename(self.collection, current.key, key)
        return self.put(transaction, key, data, None, current)

    @staticmethod
    def _same(data: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        return data == before


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
        records = [self.insert(exchange, transaction, world, one, None, call) for one in entries]
        if not self.answers.promised:
            return Reply(self.answers.status)
        if self.binding.envelope.records is not None:
            return self.answers.page(records, len(records), Window(None), exchange)
        if not records:
            return self.made_up()
        return self.answers.one(records[-1], exchange)


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
        new = self.writable(given)
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
        return {**current, **self.writable(given)}, given

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
            for parent in child.parents:
                if (
                    parent.resource != resource.name
                    or child.name == resource.name
                    or not parent.field.startswith("^")
                ):
                    continue
                collection = self.workshop.collection(child)
                below, _ = transaction.page(collection, Eq(parent.field, own_key(record)))
                for one in below:
                    self._cascade(transaction, child, one)
                    transaction.delete(collection, one.key)


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
        record = self.change(
            exchange, transaction, world, current, {**current.data, **self.binding.sets}, call, given
        )
        if self.binding.envelope.record is None and self.answers.promised:
            return self.finish(call, self.made_up())
        return self.finish(call, self.answers.one(record, exchange))

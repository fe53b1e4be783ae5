"""What all verbs that change records have in common: what is given, what is stored, what clashes.

In: an exchange and a transaction. Out: the base of `creating`, `replacing`, `updating` and `deleting`.
May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property
from typing import Any

from apidouble.contract.merge_patch import same
from apidouble.contract.operation import Operation
from apidouble.engine import schemas
from apidouble.engine.answers import OMITTED
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.engine.fields import get_field, own_key, set_field
from apidouble.engine.fitting import NAMING, Lookup
from apidouble.engine.keys import as_key
from apidouble.engine.verbs import RecordVerb, Workshop, conflict_status, declared_status, place
from apidouble.engine.world import World
from apidouble.errors import NoKeyLeftError, Refusal, Violation
from apidouble.model.resource import Binding, Resource
from apidouble.rulekit import Call
from apidouble.store.base import And, Condition, Eq, Key, Or, Record, Transaction


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
        self._as_sent = not (binding.given or binding.under or binding.spelled)
        """Whether bodies call everything as records do, and are all that is given."""
        self.body_defaults = {
            self._spelled.get(name, name): node["default"]
            for name, part in declared.items()
            if isinstance(node := document.resolve(part), dict) and "default" in node
        }
        if binding.under:
            self.body_defaults = {binding.under: self.body_defaults} if self.body_defaults else {}
        self.unique = tuple(resource.unique)
        known = schemas.properties(document, resource.schema)
        written = binding.writable
        self._says_nothing = bool(declared and known) and written is not None and written.isdisjoint(known)
        self._shares_keys = resource.scoped or resource.singleton
        """Whether records of other parents may have the same key."""
        self._key_is_hidden = resource.key.startswith("^")
        self._key_is_shown = bool(resource.key) and not self._key_is_hidden
        self._key_is_plain = self._key_is_shown and "/" not in resource.key

    @cached_property
    def _make_key(self) -> Callable[..., Any]:
        return self.workshop.key_maker(self.resource)

    def _record_schema(self, operation: Operation) -> Any:
        if operation.body is None:
            return {}
        media = next(iter(operation.body.content.values()), None)
        if media is None:
            return {}
        document = self.workshop.contract.document
        here = media.schema
        if self.binding.body:
            here = schemas.at_pointer(document, here, self.binding.body)
        if self.binding.many:
            node = document.resolve(here)
            here = node.get("items", {}) if isinstance(node, Mapping) else {}
        return here

    def given(self, exchange: Exchange) -> Mapping[str, Any]:
        """The record part of the body, as sent; {} where there is none."""
        here = exchange.body
        for name in self.binding.body:
            here = here.get(name) if isinstance(here, Mapping) else None
        if type(here) is dict and self._as_sent:
            # As nearly all are; the look at an abstract class costs as much as copying it.
            return here
        given = self.respelled(here) if isinstance(here, Mapping) else {}
        if self.binding.given:
            query = exchange.inputs.query
            beside = {field: query[name] for name, field in self.binding.given.items() if name in query}
            given = {**given, **beside}
        return given

    def respelled(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is sent, by the names that records have for it."""
        if self.binding.under:
            return {self.binding.under: given}
        if not self._spelled:
            return given
        return {self._spelled.get(name, name): value for name, value in given.items()}

    def over_held(self, current: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is given, with the other members of the object that holds it."""
        name = self.binding.under
        held, sent = current.get(name), given.get(name)
        if not name or not isinstance(held, Mapping) or not isinstance(sent, Mapping):
            return given
        return {**given, name: {**held, **sent}}

    def writable(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What of it may be written; members that the contract does not know are passed over."""
        allowed = self.binding.writable
        if allowed is None or allowed.issuperset(given):
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
        if self.unique:
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
            taken = transaction.first(self.collection, where, 2)
            if any(current is None or record.key != current.key for record in taken):
                raise Refusal(
                    self.conflict_status,
                    f"The {name} {value!r} is taken by another {self.title}.",
                    (Violation(f"{value!r} is taken", "body", pointer=f"/{name}", keyword="unique"),),
                )

    def made_up(self) -> Reply:
        """An answer whose schema is not the record's."""
        form = self.answers.form
        if form is None:
            return Reply(self.answers.status, {} if self.answers.promised else NOTHING)
        word = self.answers.word()
        if word is not OMITTED:
            return Reply(self.answers.status, word)
        made = self.workshop.sample(form.schema, self.operation.id, 0, "")
        if self.answers.receipt and isinstance(made, dict):
            told = {**made, **self.answers.receipt}
            made = made if self.answers.check(told) else told
        return Reply(self.answers.status, made)

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
        data = self.writable(given)
        if self.defaults or self.body_defaults:
            data = {**self.defaults, **self.body_defaults, **self.over_held(self.body_defaults, data)}
        if self._says_nothing:
            data = {**self._made_up_record(count), **data}
        hidden: dict[str, Any] = {}
        if self._parents:
            for name, value in self.parent_values(exchange):
                place(data, hidden, name, value)
        if not self._whole_key:
            self._adopt(exchange, transaction, data, hidden, count)
        scope = self._scope(data, hidden) if self._shares_keys else {}
        own = self._own_key(scope, transaction, world, data, key, count)
        if fields.stamps:
            fields.stamp_created(data, world.clock.timestamp())
        if call is not None:
            data = dict(self.run(self.before, call, data, given))
        if self._key_is_shown:
            own = data.get(resource.key) if self._key_is_plain else get_field(data, resource.key)
        valid = fields.complete(data, self.label, count)
        if not valid:
            kept = frozenset(one.partition("/")[0] for one in (resource.key, *scope) if one)
            data = fields.fitted(data, self.label, count, lookup=self.lookup(transaction), keep=kept)
        if self._key_is_hidden:
            hidden[resource.key[1:]] = own
        whole = self._key_in(self._scope(data, hidden), own) if self._shares_keys else as_key(own)
        record = self.put(transaction, whole, data, hidden, None)
        if valid and not self.derivers:
            self.answers.judged(record, fields.validator)
        return record

    def _made_up_record(self, count: int) -> dict[str, Any]:
        """A believable record without its key, where nothing that is sent says what is in it."""
        made = self.workshop.sample(self.resource.schema, f"{self.label}/made", count, "")
        own = self.resource.key.partition("/")[0]
        return {name: value for name, value in made.items() if name != own} if isinstance(made, dict) else {}

    def _scope(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Mapping[str, Any]:
        """Field -> value of what a record's key is unique within; empty where it is unique as it is."""
        if not self._shares_keys:
            return {}
        return {
            parent.field: hidden.get(parent.field[1:])
            if parent.field.startswith("^")
            else get_field(data, parent.field)
            for parent in self.resource.parents
        }

    def _key_in(self, scope: Mapping[str, Any], own: Any) -> Key:
        if self._shares_keys:
            return (*map(as_key, scope.values()), as_key(own) if own is not None else "")
        key: Key = as_key(own)
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
        records = transaction.first(collection)
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
                records = transaction.first(collection, Or(tuple(fields)))
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
        if own is None and self._key_is_shown:
            given = data.get(name) if self._key_is_plain else get_field(data, name)
            own = None if given is None else self.fields.showable_key(given)
        if own is None:
            own = self._new_key(scope, transaction, world, count)
        elif transaction.get(self.collection, self._key_in(scope, own)) is not None:
            raise Refusal(
                self.conflict_status,
                f"The {name.lstrip('^') or 'key'} {own!r} is taken by another {self.title}.",
                (Violation(f"{own!r} is taken", "body", pointer=f"/{name}", keyword="unique"),),
            )
        if self._key_is_plain:
            data[name] = own
        elif self._key_is_shown:
            set_field(data, name, own)
        return own

    def _new_key(self, scope: Mapping[str, Any], transaction: Transaction, world: World, count: int) -> Any:
        """A key that no record within the scope has; refuses where there is none left."""

        def is_taken(candidate: Any) -> bool:
            key = self._key_in(scope, candidate) if self._shares_keys else candidate
            return transaction.get(self.collection, key) is not None

        try:
            return self._make_key(world.source, self.label, count, is_taken)
        except NoKeyLeftError:
            raise Refusal(
                self.conflict_status, f"Every {self.title} that can be exists already: delete one first."
            ) from None

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
        if not same(data, current.data):
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
        if same(data, current.data):
            return current
        if key != current.key:
            if transaction.get(self.collection, key) is not None:
                raise Refusal(
                    self.conflict_status,
                    f"The {name} {get_field(data, name)!r} is taken by another {self.title}.",
                )
            transaction.rename(self.collection, current.key, key)
        return self.put(transaction, key, data, None, current)

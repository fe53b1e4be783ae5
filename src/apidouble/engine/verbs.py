"""What all verbs have in common: addressing records, calling rules, refusing.

In: an operation with its binding and resource. Out: the base of the verbs in `reading`, `writing`
and `static`. May not know: HTTP servers, any API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.engine.addresses import readers
from apidouble.engine.answers import Answers
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.fields import Fields, set_field
from apidouble.engine.fitting import Fitter
from apidouble.engine.hiding import Hiding
from apidouble.engine.keys import Convert, as_key, converter, field_types, parameter_types, parent_types
from apidouble.engine.own_links import OwnLinks, own_links
from apidouble.engine.world import World
from apidouble.errors import Refusal
from apidouble.model.resource import Binding, Model, Resource
from apidouble.rulekit import Call, RuleBook
from apidouble.store.base import ALL, And, Condition, Eq, Key, Order, Record, Transaction


@dataclass(slots=True)
class Workshop:
    """What the verbs of one API share."""

    contract: Contract
    model: Model
    rules: RuleBook
    sample: Callable[[Any, str, int, str], Any]
    """(schema, label, count, property name) -> a valid value."""
    answer_value: Callable[..., Any]
    """`sample.example.answer_value` for this contract."""
    key_maker: Callable[[Resource], Callable[..., Any]]
    """What makes new keys of a resource: `sample.ids.KeyForm.new`."""
    fields: dict[str, Fields] = field(default_factory=dict)
    """By collection, filled at first use."""

    fitter: Fitter = field(init=False)
    hiding: Hiding = field(init=False)
    readers: Mapping[str, tuple[str, Binding]] = field(init=False)
    """Collection -> the path at which one of its records can be read."""
    _own_links: dict[str, OwnLinks | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.readers = readers(self.contract, self.model)
        self.fitter = Fitter(self.contract, self.sample)
        self.hiding = Hiding(self.contract)

    def fields_of(self, resource: Resource) -> Fields:
        """The maker of a resource's records."""
        made = self.fields.get(resource.name)
        if made is None:
            made = self.fields[resource.name] = Fields(self.contract, resource, self.sample, self.fitter)
        return made

    def own_links_of(self, resource: Resource | None) -> OwnLinks | None:
        """The links by which a resource's records lead to themselves, if they have such."""
        if resource is None:
            return None
        if resource.name not in self._own_links:
            reader = self.readers.get(resource.name)
            self._own_links[resource.name] = own_links(self.contract, self.model, resource, reader)
        return self._own_links[resource.name]

    def like(self, schema: Any) -> Sequence[Resource]:
        """The resources whose records have this very schema."""
        document = self.contract.document
        node = document.resolve(schema)
        return [one for one in self.model.resources.values() if document.resolve(one.schema) is node]

    def collection(self, resource: Resource) -> str:
        """A collection's name in the store."""
        return f"{self.contract.api}/{resource.name}"


class StateReader:
    """Read access for rules: one API's collections inside the request's transaction."""

    __slots__ = ("_api", "_transaction")

    def __init__(self, api: str, transaction: Transaction) -> None:
        self._api = api
        self._transaction = transaction

    def get(self, collection: str, key: Key) -> Record | None:
        """The record, or None."""
        return self._transaction.get(f"{self._api}/{collection}", key)

    def find(self, collection: str, where: Condition, order: Order = ()) -> Sequence[Record]:
        """All matching records."""
        return self._transaction.page(f"{self._api}/{collection}", where, order)[0]

    def count(self, collection: str, where: Condition = ALL) -> int:
        """How many match."""
        return self._transaction.page(f"{self._api}/{collection}", where, (), 0, 0)[1]


class VerbHandler:
    """Answers one operation."""

    writes = True

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource | None
    ) -> None:
        self.workshop = workshop
        self.operation = operation
        self.binding = binding
        self.answers = Answers(
            workshop.contract,
            spelled(workshop.contract, operation, binding),
            binding,
            resource,
            workshop.fitter,
            workshop.hiding,
            workshop.own_links_of(resource),
        )
        rules = workshop.rules
        names = (binding.same_as or operation.id,)
        self.before = tuple(rule for name in names for rule in rules.preceding.get(name, ()))
        self.after = tuple(rule for name in names for rule in rules.following.get(name, ()))
        self.answer = next((rules.answering[name] for name in names if name in rules.answering), None)
        self.ruled = bool(self.before or self.after or self.answer)
        """Whether any rule wants to see the request."""
        self.missing_status = declared_status(operation, (404,), 404)
        self.within = tuple(
            (
                workshop.collection(above),
                tuple(self._reading(above, parameters)),
                above.scoped or above.singleton,
            )
            for name, parameters in binding.within
            if (above := workshop.model.resources.get(name)) is not None and not above.lasting
        )

    def _reading(self, above: Resource, parameters: Sequence[str]) -> list[tuple[str, Convert | None]]:
        """The path parameters of a store key above, each with what brings it to the key's type."""
        contract, resources = self.workshop.contract, self.workshop.model.resources
        wanted = [parent_types(contract, resources, above, parent) for parent in above.parents]
        if not above.singleton:
            wanted.append(field_types(contract, above, above.key))
        # A key alone, or with its parents before it.
        wanted = wanted[-len(parameters) :]
        given = [parameter_types(contract, self.operation, name) for name in parameters]
        return [
            (name, converter(has, wants)) for name, has, wants in zip(parameters, given, wanted, strict=False)
        ]

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Answer the exchange inside the transaction, or raise Refusal."""
        raise NotImplementedError

    def call(
        self,
        exchange: Exchange,
        transaction: Transaction,
        world: World,
        current: Mapping[str, Any] | None = None,
    ) -> Call:
        """What the rules of this operation are shown."""
        api = self.operation.api
        return Call(
            exchange,
            StateReader(api, transaction),
            world.settings.get(api, {}),
            world.clock,
            current=current,
        )

    def check_within(self, exchange: Exchange, transaction: Transaction) -> None:
        """Refuse with 404 where a record above the addressed ones does not exist."""
        path = exchange.inputs.path
        for collection, parameters, scoped in self.within:
            values = tuple(
                as_key(path.get(name) if convert is None else convert(path.get(name)))
                for name, convert in parameters
            )
            key: Key = values if scoped else values[-1]
            if transaction.get(collection, key) is None:
                raise Refusal(self.missing_status, f"Nothing has the {parameters[-1][0]} {values[-1]!r}.")

    def finish(self, call: Call | None, reply: Reply) -> Reply:
        """Let the rules that follow look at the reply."""
        if call is not None:
            for rule in self.after:
                reply = rule(call, reply) or reply
        return reply


class RecordVerb(VerbHandler):
    """A verb on a resource's records."""

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource
    ) -> None:
        super().__init__(workshop, operation, binding, resource)
        self.resource = resource
        self.collection = workshop.collection(resource)
        self.fields = workshop.fields_of(resource)
        self.derivers = tuple(workshop.rules.deriving.get(resource.name, ()))
        self.title = resource.title or resource.name
        given = {field for _, field in binding.parents}
        self._whole_key = all(parent.field in given for parent in resource.parents)
        self._by_field = binding.key_field if binding.key_field != resource.key else ""
        contract, resources = workshop.contract, workshop.model.resources
        known = {parent.field: parent for parent in resource.parents}
        for view in resource.views:
            known |= {parent.field: parent for parent in view if parent.field not in known}
        self._parents = tuple(
            (
                parameter,
                name,
                converter(
                    parameter_types(contract, operation, parameter),
                    parent_types(contract, resources, resource, known[name])
                    if name in known
                    else field_types(contract, resource, name),
                ),
            )
            for parameter, name in binding.parents
        )
        self._own: Convert | None = None
        if binding.key and binding.key_location in {"path", "query"}:
            wanted = field_types(contract, resource, self._by_field or resource.key)
            self._own = converter(parameter_types(contract, operation, binding.key), wanted)

    def parent_values(self, exchange: Exchange) -> list[tuple[str, Any]]:
        """(field, value) of each parent, outermost first, in the type that records keep it in."""
        path = exchange.inputs.path
        return [
            (name, path.get(parameter) if convert is None else convert(path.get(parameter)))
            for parameter, name, convert in self._parents
        ]

    def key_value(self, exchange: Exchange) -> Any:
        """The record's own key as the request gives it, None if it does not."""
        binding = self.binding
        if binding.key_location in {"path", "query"}:
            inputs = exchange.inputs
            own = (inputs.path if binding.key_location == "path" else inputs.query).get(binding.key)
            if self._own is not None:
                own = self._own(own)
            return own if own is None or isinstance(own, str | int) else as_key(own)
        if binding.key_location == "identity":
            return exchange.identity.record
        here = exchange.body
        for name in binding.body:
            here = here.get(name) if isinstance(here, Mapping) else None
        own = here.get(binding.key) if isinstance(here, Mapping) else None
        return own if own is None or isinstance(own, str | int) else as_key(own)

    def store_key(self, exchange: Exchange, own: Any) -> Key:
        """The key that the store knows a record by."""
        if self.resource.scoped or self.resource.singleton:
            values = tuple(as_key(value) for _, value in self.parent_values(exchange))
            return (*values, as_key(own) if own is not None else "")
        key: Key = as_key(own)
        return key

    def find(self, exchange: Exchange, transaction: Transaction) -> Record:
        """The record that the request addresses; refuses with 404."""
        own = self.key_value(exchange)
        record: Record | None = None
        if own is None and self.binding.key_location == "identity":
            record = self._first(transaction, And(tuple(self.parent_conditions(exchange))))
        elif own is not None or self.resource.singleton:
            if self._by_field or (self.resource.scoped and not self._whole_key):
                field = self._by_field or self.resource.key
                record = self._first(transaction, And((*self.parent_conditions(exchange), Eq(field, own))))
            else:
                record = transaction.get(self.collection, self.store_key(exchange, own))
                if record is not None and not self.resource.scoped and self.binding.parents:
                    record = self._of_parents(record, exchange)
        if record is None:
            if self.resource.lasting and (own is not None or self.resource.singleton):
                return self._lasting(exchange, transaction, own)
            raise self.missing(own)
        return record

    def _lasting(self, exchange: Exchange, transaction: Transaction, own: Any) -> Record:
        """A record that is there under whatever key is asked for, made at the first look."""
        if self.within:
            self.check_within(exchange, transaction)
        if not self._whole_key or self._by_field:
            raise self.missing(own)
        key = self.store_key(exchange, own)
        data: dict[str, Any] = {}
        hidden: dict[str, Any] = {}
        for name, value in self.parent_values(exchange):
            place(data, hidden, name, value)
        if self.resource.key and own is not None:
            place(data, hidden, self.resource.key, own)
        data = self.fields.made(data, f"{self.collection}/{key}")
        return transaction.put(self.collection, key, data, hidden)

    def _first(self, transaction: Transaction, where: Condition) -> Record | None:
        records = transaction.first(self.collection, where)
        return records[0] if records else None

    def _of_parents(self, record: Record, exchange: Exchange) -> Record | None:
        for name, value in self.parent_values(exchange):
            if str(record.value(name)) != str(value):
                return None
        return record

    def missing(self, own: Any) -> Refusal:
        """The refusal for a record that is not there."""
        if own is None:
            return Refusal(self.missing_status, f"There is no {self.title} here.")
        return Refusal(self.missing_status, f"No {self.title} has the {self.binding.key or 'key'} {own!r}.")

    def parent_conditions(self, exchange: Exchange) -> list[Condition]:
        """Conditions that keep a list within its parents."""
        return [Eq(name, as_key(value)) for name, value in self.parent_values(exchange) if value is not None]


def spelled(contract: Contract, operation: Operation, binding: Binding) -> Operation:
    """The operation whose answers count: itself, or the one that it is another spelling of."""
    return contract.operations.get(binding.same_as, operation)


def declared_status(operation: Operation, wanted: Sequence[int], otherwise: int) -> int:
    """The first wanted status that the operation declares by itself; else `otherwise`."""
    for status in wanted:
        if str(status) in operation.responses:
            return status
    return otherwise


def conflict_status(operation: Operation) -> int:
    """The status for a key that is taken: 409, what clients know for it, unless the contract's word is 422.

    A 422 that is but mentioned, beside a `default` that covers 409, is no such word.
    """
    invalid = operation.responses.get("422")
    if "409" in operation.responses or invalid is None:
        return 409
    return 422 if invalid.content or "default" not in operation.responses else 409


def place(data: dict[str, Any], hidden: dict[str, Any], name: str, value: Any) -> None:
    """Set a field where records keep it: `name`, `a/b`, or `^hidden`."""
    if name.startswith("^"):
        hidden[name[1:]] = value
    else:
        set_field(data, name, value)

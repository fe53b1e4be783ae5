"""What all verbs have in common: addressing records, calling rules, refusing.

In: an operation with its binding and resource. Out: the base of the verbs in `reading`, `writing`
and `static`. May not know: HTTP servers, any API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.engine.answers import Answers
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.fields import Fields
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
    new_key: Callable[..., Any]
    """`sample.ids.new_key`."""
    locate: Callable[[Operation, Record, Exchange], str] | None = None
    """Where a record that was made can be read; '' where nowhere."""
    fields: dict[str, Fields] = field(default_factory=dict)
    """By collection, filled at first use."""

    def fields_of(self, resource: Resource) -> Fields:
        """The maker of a resource's records."""
        made = self.fields.get(resource.name)
        if made is None:
            made = self.fields[resource.name] = Fields(self.contract, resource, self.sample)
        return made

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
            workshop.contract, spelled(workshop.contract, operation, binding), binding, resource
        )
        rules = workshop.rules
        names = (binding.same_as or operation.id,)
        self.before = tuple(rule for name in names for rule in rules.preceding.get(name, ()))
        self.after = tuple(rule for name in names for rule in rules.following.get(name, ()))
        self.answer = next((rules.answering[name] for name in names if name in rules.answering), None)
        self.missing_status = declared_status(operation, (404,), 404)
        self.within = tuple(
            (workshop.collection(above), parameters, above.scoped or above.singleton)
            for name, parameters in binding.within
            if (above := workshop.model.resources.get(name)) is not None
        )

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
            world.clock.now(),
            current=current,
        )

    def check_within(self, exchange: Exchange, transaction: Transaction) -> None:
        """Refuse with 404 where a record above the addressed ones does not exist."""
        path = exchange.inputs.path
        for collection, parameters, scoped in self.within:
            values = tuple(_scalar(path.get(name)) for name in parameters)
            key: Key = values if scoped else values[-1]
            if transaction.get(collection, key) is None:
                raise Refusal(self.missing_status, f"Nothing has the {parameters[-1]} {values[-1]!r}.")

    def finish(self, call: Call | None, reply: Reply) -> Reply:
        """Let the rules that follow look at the reply."""
        if call is not None:
            for rule in self.after:
                reply = rule(call, reply) or reply
        return reply

    @property
    def ruled(self) -> bool:
        """Whether any rule wants to see the request."""
        return bool(self.before or self.after or self.answer)


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

    def parent_values(self, exchange: Exchange) -> list[tuple[str, Any]]:
        """(field, value) of each parent, outermost first."""
        path = exchange.inputs.path
        return [(field, path.get(parameter)) for parameter, field in self.binding.parents]

    def key_value(self, exchange: Exchange) -> Any:
        """The record's own key as the request gives it, None if it does not."""
        binding = self.binding
        if binding.key_location == "path":
            return exchange.inputs.path.get(binding.key)
        if binding.key_location == "query":
            return exchange.inputs.query.get(binding.key)
        if binding.key_location == "identity":
            return exchange.identity.record
        body = exchange.body
        return body.get(binding.key) if isinstance(body, Mapping) else None

    def store_key(self, exchange: Exchange, own: Any) -> Key:
        """The key that the store knows a record by."""
        if self.resource.scoped or self.resource.singleton:
            values = tuple(_scalar(value) for _, value in self.parent_values(exchange))
            return (*values, own if own is not None else "")
        key: Key = _scalar(own)
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
            raise self.missing(own)
        return record

    def _first(self, transaction: Transaction, where: Condition) -> Record | None:
        records, _ = transaction.page(self.collection, where, (), 0, 1)
        return records[0] if records else None

    def _of_parents(self, record: Record, exchange: Exchange) -> Record | None:
        for name, value in self.parent_values(exchange):
            if str(record.value(name)) != str(value):
                return None
        return record

    def missing(self, own: Any) -> Refusal:
        """The refusal for a record that is not there."""
        return Refusal(self.missing_status, f"No {self.title} has the {self.binding.key or 'key'} {own!r}.")

    def parent_conditions(self, exchange: Exchange) -> list[Condition]:
        """Conditions that keep a list within its parents."""
        return [Eq(field, value) for field, value in self.parent_values(exchange) if value is not None]


def spelled(contract: Contract, operation: Operation, binding: Binding) -> Operation:
    """The operation whose answers count: itself, or the one that it is another spelling of."""
    return contract.operations.get(binding.same_as, operation)


def declared_status(operation: Operation, wanted: Sequence[int], otherwise: int) -> int:
    """The first wanted status that the operation declares by itself or as a range; else `otherwise`."""
    for status in wanted:
        if str(status) in operation.responses:
            return status
    return otherwise


def _scalar(value: Any) -> Any:
    return value if isinstance(value, str | int) else str(value)

"""LIST and READ.

In: an exchange and a transaction. Out: a reply; nothing is changed. May not know: HTTP servers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apidouble.contract.operation import Operation
from apidouble.engine import pages
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.fitting import NAMING
from apidouble.engine.keys import as_whole, field_types
from apidouble.engine.odata import condition_of
from apidouble.engine.verbs import RecordVerb, Workshop
from apidouble.engine.world import World
from apidouble.model.resource import Binding, Filter, Match, Resource
from apidouble.store.base import ALL, And, Compare, Condition, Contains, Eq, In, Or, Record, Test, Transaction


class Read(RecordVerb):
    """Shows one record."""

    writes = False

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource
    ) -> None:
        super().__init__(workshop, operation, binding, resource)
        # What is made up at the first look stays.
        self.writes = resource.lasting

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Find and show."""
        call = None
        if self.ruled:
            call = self.call(exchange, transaction, world)
            if self.answer is not None and (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
        if self.within:
            self.check_within(exchange, transaction)
        record = self.find(exchange, transaction)
        if call is not None:
            call.current = record.data
            for rule in self.before:
                rule(call)
        return self.finish(call, self.answers.one(record, exchange))


class List(RecordVerb):
    """Shows the records that match, a page at a time."""

    writes = False

    def __init__(
        self, workshop: Workshop, operation: Operation, binding: Binding, resource: Resource
    ) -> None:
        super().__init__(workshop, operation, binding, resource)
        indexed = frozenset(
            name
            for name in resource.indexes
            if not field_types(workshop.contract, resource, name) & {"array", "object"}
        )
        self.filters = tuple((one, condition_maker(one, indexed)) for one in binding.filters)

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """Select, order, cut, show."""
        call = None
        where = self.condition(exchange)
        order = pages.order(self.binding.sorting, exchange)
        if self.ruled:
            call = self.call(exchange, transaction, world)
            call.where, call.order = where, order
            if self.answer is not None and (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
            for rule in self.before:
                rule(call)
            where, order = call.where, list(call.order)
        if self.within:
            self.check_within(exchange, transaction)
        window = pages.window(
            self.binding,
            exchange,
            lambda: transaction.page(self.collection, where, order)[0],
        )
        records, total = transaction.page(self.collection, where, order, window.offset, window.limit)
        window.records = records
        return self.finish(call, self.answers.page(records, total, window, exchange))

    def condition(self, exchange: Exchange) -> Condition:
        """What the path and the filters ask for."""
        parts = self.parent_conditions(exchange) if self.binding.parents else []
        query = exchange.inputs.query
        for rule, make in self.filters:
            values = query if rule.location == "query" else given_values(exchange, rule.location)
            if rule.parameter not in values:
                continue
            value = values[rule.parameter]
            for name in rule.inside:
                value = value.get(name) if isinstance(value, Mapping) else None
            if value in rule.everything or value is None:
                continue
            if (condition := make(value)) is not None:
                parts.append(condition)
        if not parts:
            return ALL
        return parts[0] if len(parts) == 1 else And(tuple(parts))


def given_values(exchange: Exchange, location: str) -> Mapping[str, Any]:
    """The decoded parameters of a place, or the members of a body."""
    if location == "body":
        return exchange.body if isinstance(exchange.body, Mapping) else {}
    values: Mapping[str, Any] = getattr(exchange.inputs, location)
    return values


def _equal_ignoring_case(fields: tuple[str, ...], text: str) -> Condition:
    wanted = text.casefold()
    return Test(lambda record: any(str(record.value(field)).casefold() == wanted for field in fields))


def _any_of(fields: tuple[str, ...], value: Any, indexed: frozenset[str]) -> Condition:
    """One of the values, given as a list or as text with commas, stands in one of the fields.

    A field may hold a value, a list of values, or objects that are known by one of theirs (tags).
    """
    several = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    given = [one for one in several if isinstance(one, str | int | float)]
    if indexed.issuperset(fields):
        spelled = dict.fromkeys(
            spelling for one in given for spelling in (one, as_whole(one), _comparable(one))
        )
        chosen: list[Condition] = [In(field, tuple(spelled)) for field in fields]
        return chosen[0] if len(chosen) == 1 else Or(tuple(chosen))
    wanted = {_comparable(one) for one in given}

    def holds(record: Record) -> bool:
        return any(not wanted.isdisjoint(_named(record.value(field))) for field in fields)

    return Test(holds)


def _comparable(value: Any) -> str:
    return str(value).strip().lower() if isinstance(value, bool) else str(value).strip()


def _named(value: Any) -> Iterator[str]:
    """All words by which a value of a record can be asked for."""
    if isinstance(value, list):
        for one in value:
            yield from _named(one)
    elif isinstance(value, Mapping):
        yield from (_comparable(value[name]) for name in NAMING if isinstance(value.get(name), str | int))
    elif value is not None:
        yield _comparable(value)


def condition_maker(rule: Filter, indexed: frozenset[str] = frozenset()) -> Any:
    """A function from a parameter's value to a condition; None where the value selects nothing.

    `indexed` fields hold plain values, which a store finds without looking at each record.
    """
    fields = rule.fields
    comparisons = {Match.LESS: "<", Match.AT_MOST: "<=", Match.GREATER: ">", Match.AT_LEAST: ">="}

    def make(value: Any) -> Condition | None:
        if value is None or (value == "" and rule.match is Match.CONTAINS):
            return None
        if rule.match is Match.CONTAINS:
            return Contains(fields, str(value))
        if rule.match is Match.ODATA:
            return condition_of(str(value))
        if rule.match in comparisons:
            compared = [Compare(field, comparisons[rule.match], value) for field in fields]  # type: ignore[arg-type]
            return compared[0] if len(compared) == 1 else Or(tuple(compared))
        if rule.match is Match.ANY_OF or isinstance(value, list):
            return _any_of(fields, value, indexed)
        if rule.match is Match.IGNORE_CASE:
            return _equal_ignoring_case(fields, str(value))
        if isinstance(value, dict):
            members = [Eq(f"{field}/{name}", inner) for field in fields for name, inner in value.items()]
            return And(tuple(members))
        chosen: list[Condition] = [Eq(field, value) for field in fields]
        return chosen[0] if len(chosen) == 1 else Or(tuple(chosen))

    return make

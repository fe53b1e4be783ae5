"""What the records of a collection have of their parents.

In: a resource's parents, the seeded records above it, the contract's path parameters. Out: one set
of parent values for each record above. May not know: how records are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any

from apidouble.contract.operation import Contract
from apidouble.model.resource import Parent
from apidouble.sample.documented import parameter_examples
from apidouble.sample.generate import Generator
from apidouble.sample.scene import slug
from apidouble.store.base import Key, Record

Family = Mapping[str, Any]
"""Field -> value, for each parent."""
RecordsOf = Callable[[str], Sequence[Record]]


def families(
    parents: Iterable[Parent],
    contract: Contract,
    generator: Generator,
    records_of: RecordsOf,
    declared: Mapping[str, object],
) -> list[Family]:
    """One family for each record above; one empty family where nothing is above; none where nothing
    above exists.

    `declared` are fields whose values come from elsewhere.
    """
    groups: dict[str, list[Parent]] = {}
    for parent in parents:
        if parent.field not in declared:
            groups.setdefault(parent.resource or f"^{parent.parameter}", []).append(parent)
    found: list[Family] = [{}]
    for name, group in groups.items():
        options: list[Family]
        if name.startswith("^"):
            values = _parameter_values(group[0].parameter, contract, generator)
            options = [{group[0].field: value} for value in values]
        else:
            above = ([_of_parent(record, parent) for parent in group] for record in records_of(name))
            options = [
                {parent.field: value for parent, value in zip(group, values, strict=True)}
                for values in above
                if None not in values
            ]
        found = [{**family, **option} for family in found for option in options]
    return found


def _parameter_values(parameter: str, contract: Contract, generator: Generator) -> list[Any]:
    """Values for a parent that no collection holds: the path parameter's examples, else two made ones."""
    declared = [
        found
        for operation in contract.operations.values()
        for found in operation.parameters
        if found.location == "path" and found.name == parameter
    ]
    examples = [value for found in declared for value in parameter_examples(found.examples, found.schema)]
    if examples:
        return list(dict.fromkeys(examples))[:3]
    schema = declared[0].schema if declared else True
    label = f"{contract.api}/parameter/{parameter}"
    made = [generator.value(schema, label=label, count=count, name=parameter) for count in range(2)]
    made = [_addressable(value, schema, generator) for value in made]
    return list(dict.fromkeys(value for value in made if isinstance(value, str | int)))


def _addressable(value: Any, schema: Any, generator: Generator) -> Any:
    """A value that people would put into an address: no sentence, where the schema bears another."""
    if not isinstance(value, str) or not {" ", "/"} & {*value}:
        return value
    plain = slug(value.rstrip("/").rpartition("/")[2])
    return plain if plain and generator.fits(schema, plain, "request") else value


def _of_parent(record: Record, parent: Parent) -> Any:
    """The value that a parent record has for a path parameter."""
    value = record.value(parent.source) if parent.source else None
    return own_key(record.key) if value is None else value


def own_key(key: Key) -> str | int:
    """A record's own key, without those of its parents."""
    return key[-1] if isinstance(key, tuple) else key


def field_of(data: Mapping[str, Any], hidden: Mapping[str, Any], name: str) -> Any:
    """The value of a field as `Record.value` takes it."""
    if name[:1] == "^":
        return hidden.get(name[1:])
    return Record("", data).value(name) if "/" in name else data.get(name)


def set_field(
    data: MutableMapping[str, Any], hidden: MutableMapping[str, Any], name: str, value: Any
) -> None:
    """Set a field: `name`, `^hidden`, `a/b` below a (copied on the way)."""
    if name.startswith("^"):
        hidden[name[1:]] = value
        return
    first, _, rest = name.partition("/")
    if not rest:
        data[first] = value
        return
    below = data.get(first)
    inner = dict(below) if isinstance(below, Mapping) else {}
    set_field(inner, {}, rest, value)
    data[first] = inner

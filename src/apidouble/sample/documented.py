"""Records that a document shows: the examples of its answers and schemas.

In: a resource, its contract. Out: values that are records of it, with what the path around them
says of their parents. May not know: stores, what the operations do; an example counts where the
schema it stands for is the resource's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.conjunction import References, Schema
from apidouble.sample.example import assembled

_DEEPEST = 5


@dataclass(slots=True)
class Shown:
    """A record as a document shows it."""

    data: Mapping[str, Any]
    path: Mapping[str, Any] = field(default_factory=dict)
    """Path parameter -> example, of the operation that shows it."""


def documented(resource: Resource, contract: Contract) -> Iterator[Shown]:
    """All examples of a resource's records, those of answers first."""
    references = References(contract.document)
    core = _core(resource.schema, references)
    if not core:
        return
    for operation in contract.operations.values():
        for status, response in operation.responses.items():
            if not status.startswith("2"):
                continue
            for media in response.content.values():
                if media.schema is None:
                    continue
                for example in media.examples:
                    for value in _records(media.schema, example.value, core, references, 0):
                        yield Shown(value, path_examples(operation))
                for value in conjunction.examples(conjunction.flatten((media.schema,), references)[0]):
                    for record in _records(media.schema, value, core, references, 0):
                        yield Shown(record, path_examples(operation))
    for value in assembled(resource.schema, contract.document):
        if isinstance(value, Mapping):
            yield Shown(value)


def path_examples(operation: Operation) -> dict[str, Any]:
    """What the operation's path parameters have as examples."""
    return {
        parameter.name: values[0]
        for parameter in operation.parameters
        if parameter.location == "path"
        and (values := parameter_examples(parameter.examples, parameter.schema))
    }


def parameter_examples(examples: Sequence[Any], schema: Schema) -> list[Any]:
    """The examples of a parameter, its own and those of its schema."""
    found = list(examples)
    if isinstance(schema, Mapping):
        found += conjunction.examples([schema])
        found += [schema[key] for key in ("const", "default") if key in schema]
    return [value for value in found if isinstance(value, str | int) and not isinstance(value, bool)]


def _core(schema: Schema, references: References) -> tuple[int, ...]:
    """What identifies a schema, however it is referred to."""
    return tuple(id(atom) for atom in conjunction.flatten((schema,), references)[0])


def _records(
    schema: Schema, value: Any, core: tuple[int, ...], references: References, depth: int
) -> Iterator[Mapping[str, Any]]:
    """The parts of an example that stand where the schema wants a record."""
    if depth > _DEEPEST or not isinstance(value, Mapping | list):
        return
    atoms, _ = conjunction.flatten((schema,), references)
    if isinstance(value, Mapping):
        if set(core) <= {id(atom) for atom in atoms}:
            yield value
            return
        for name, item in value.items():
            for part in conjunction.property_parts(atoms, name):
                yield from _records(part, item, core, references, depth + 1)
    else:
        for item in value:
            for part in conjunction.item_parts(atoms, 0):
                yield from _records(part, item, core, references, depth + 1)
    for atom in atoms:
        for branch in [*(atom.get("oneOf") or ()), *(atom.get("anyOf") or ())]:
            yield from _records(branch, value, core, references, depth + 1)

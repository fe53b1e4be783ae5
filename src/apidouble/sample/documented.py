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

_DEEPEST = 5


@dataclass(slots=True)
class Shown:
    """A record as a document shows it."""

    data: Mapping[str, Any]
    path: Mapping[str, Any] = field(default_factory=dict)
    """Path parameter -> example, of the operation that shows it."""


class Documented:
    """All examples of one contract's answers, gathered once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._references = References(contract.document)
        self._without: set[str] = set()
        """References whose target shows no example."""
        self._shown: list[tuple[Schema, Any, Operation, bool]] | None = None

    def of(self, resource: Resource) -> Iterator[Shown]:
        """The examples of a resource's records, those of answers first."""
        core = frozenset(id(atom) for atom in self._atoms(resource.schema))
        if not core:
            return
        for schema, value, operation, is_answer in self._gathered():
            if resource.chosen and not is_answer:
                continue
            for record in self._records(schema, value, core, 0):
                yield Shown(record, path_examples(operation))
        for value in () if resource.chosen else conjunction.examples(self._atoms(resource.schema)):
            if isinstance(value, Mapping):
                yield Shown(value)

    def _atoms(self, schema: Schema) -> list[Mapping[str, Any]]:
        return conjunction.flatten((schema,), self._references)[0]

    def _gathered(self) -> list[tuple[Schema, Any, Operation, bool]]:
        """(schema, example, operation) of all successful answers, and whether the example is of the answer
        rather than of its schema, which requests may have, too.
        """
        if self._shown is None:
            self._shown = [
                (media.schema, value, operation, is_answer)
                for operation in self._contract.operations.values()
                # The answer to a create shows what is not there yet: the sample request shall work.
                if operation.method != "POST"
                for status, response in operation.responses.items()
                if status.startswith("2")
                for media in response.content.values()
                if media.schema is not None
                for value, is_answer in (
                    *((example.value, True) for example in media.examples),
                    *((value, False) for value in self._of_schema(media.schema)),
                )
            ]
        return self._shown

    def _of_schema(self, schema: Schema) -> list[Any]:
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if isinstance(reference, str) and reference in self._without:
            return []
        found = list(conjunction.examples(self._atoms(schema)))
        if not found and isinstance(reference, str) and len(schema) == 1:
            self._without.add(reference)
        return found

    def _records(
        self, schema: Schema, value: Any, core: frozenset[int], depth: int
    ) -> Iterator[Mapping[str, Any]]:
        """The parts of an example that stand where the schema wants a record."""
        if depth > _DEEPEST or not isinstance(value, Mapping | list):
            return
        atoms = self._atoms(schema)
        if isinstance(value, Mapping):
            if core <= {id(atom) for atom in atoms}:
                yield value
                return
            for name, item in value.items():
                for part in conjunction.property_parts(atoms, name):
                    yield from self._records(part, item, core, depth + 1)
        else:
            for part in conjunction.item_parts(atoms, 0):
                for item in value:
                    yield from self._records(part, item, core, depth + 1)
        for atom in atoms:
            for branch in [*(atom.get("oneOf") or ()), *(atom.get("anyOf") or ())]:
                yield from self._records(branch, value, core, depth + 1)


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

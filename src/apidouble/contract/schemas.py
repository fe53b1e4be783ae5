"""Compiled validators of one document.

In: a `Document`, schemas of it, a direction. Out: `SchemaValidator`s, shared and kept. May not
know: operations, HTTP.

Nothing here costs in proportion to the document: a validator is compiled from the schema and what
is in its reach; targets with much in reach are compiled apart, once, at the first value that
needs them. So a schema that reaches a whole 13 MB document still compiles in a millisecond.
"""

from __future__ import annotations

from typing import Any, Literal

import jsonschema_rs
import orjson

from apidouble.contract import formats
from apidouble.contract.keywords import PATTERN_OPTIONS
from apidouble.contract.shaping import REFERENCE, Direction, Unit, Units
from apidouble.contract.violations import Place, Problem, explain
from apidouble.document.document import Document
from apidouble.errors import Violation

Location = Literal["path", "query", "header", "cookie", "body", "response"]


# A named tuple's own __new__ is a Python function around this one.
_VIOLATION = tuple.__new__


class SchemaValidator:
    """One compiled schema."""

    __slots__ = ("_place", "_rules", "mark")

    def __init__(self, rules: jsonschema_rs.Validator, place: Place) -> None:
        self._rules = rules
        self._place = place
        self.mark = object()
        """Stands for it where something is kept by schema. The garbage collector knows that it leads
        nowhere: what holds nothing else is not walked again and again.
        """

    def is_valid(self, value: Any) -> bool:
        """Whether the value (plain JSON types only) fits."""
        return self._rules.is_valid(value)

    def violations(self, value: Any, location: Location, name: str = "") -> list[Violation]:
        """In which ways it does not, in words for people; at most 20."""
        return [
            _VIOLATION(Violation, (problem.message, location, name, problem.pointer, problem.keyword))
            for problem in self.problems(value)
        ]

    def problems(self, value: Any, depth: int = 0) -> list[Problem]:
        """The same, free of any location."""
        return explain(self._rules.iter_errors(value), value, self._place, depth)

    @property
    def accepts_everything(self) -> bool:
        """Whether there is nothing to check."""
        return self._place.schema is True


class Schemas:
    """All validators of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._directions: dict[Direction, _Compiled] = {}

    def compile(self, schema: Any, direction: Direction, pointer: str = "") -> SchemaValidator:
        """The validator of a schema in internal form.

        `request` does not want readOnly properties (and ignores them), `response` does not want
        writeOnly ones. `pointer` says where the schema stands, for findings. A schema that cannot be
        compiled accepts everything, and the document gets a finding.
        """
        compiled = self._directions.get(direction)
        if compiled is None:
            compiled = self._open(direction)
        return compiled.validator(schema, pointer)

    def _open(self, direction: Direction) -> _Compiled:
        same: Direction = direction if direction == "plain" or self._tells(direction) else "plain"
        compiled = self._directions.get(same)
        if compiled is None:
            compiled = self._directions[same] = _Compiled(self.document, same)
        self._directions[direction] = compiled
        return compiled

    def _tells(self, direction: Direction) -> bool:
        """Whether the document makes a difference between this direction and any other."""
        word = b'"readOnly":true' if direction == "request" else b'"writeOnly":true'
        try:
            return word in orjson.dumps(self.document.root)
        except TypeError:
            return True


class _Compiled:
    """All validators of one direction."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self._units = Units(document, direction)
        self._by_number: dict[int, SchemaValidator] = {}
        # The schema is kept beside its validator, so that its id stays its own.
        self._by_identity: dict[int, tuple[Any, SchemaValidator]] = {}
        self._keyword = _reference_keyword(self)

    def validator(self, schema: Any, pointer: str) -> SchemaValidator:
        if isinstance(schema, dict) and len(schema) == 1:
            target = schema.get("$ref")
            if isinstance(target, str) and target.startswith("#"):
                return self.numbered(self._units.number(target[1:]))
        known = self._by_identity.get(id(schema))
        if known is not None:
            return known[1]
        unit = self._units.shape(schema, pointer)
        self._units.settle(unit)
        root = unit.schema
        if isinstance(root, dict) and unit.kept:
            root = {**root, "$defs": self._definitions(unit.kept)}
        validator = self._compile(root, pointer)
        self._by_identity[id(schema)] = (schema, validator)
        return validator

    def numbered(self, number: int) -> SchemaValidator:
        """The validator of a unit that something refers to."""
        validator = self._by_number.get(number)
        if validator is None:
            root = {"$ref": f"#/$defs/{number}", "$defs": self._definitions({number})}
            validator = self._by_number[number] = self._compile(root, self._units.pointer(number))
        return validator

    def _definitions(self, wanted: set[int]) -> dict[str, Any]:
        """The units that must be compiled together with these, by number."""
        found: dict[int, Unit] = {}
        todo = sorted(wanted)
        while todo:
            number = todo.pop()
            if number in found:
                continue
            unit = found[number] = self._units.unit(number)
            self._units.settle(unit)
            todo.extend(sorted(unit.kept - found.keys()))
        return {str(number): found[number].schema for number in sorted(found)}

    def _compile(self, root: Any, pointer: str) -> SchemaValidator:
        if root == {}:
            root = True
        try:
            rules = self._rules(root)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            self._units.tell(pointer, f"the schema cannot be compiled, so nothing is checked here: {reason}")
            root = True
            rules = self._rules(True)
        return SchemaValidator(rules, Place(root, self._units.name, self._problems))

    def _rules(self, root: Any) -> jsonschema_rs.Validator:
        return jsonschema_rs.Draft202012Validator(
            root,
            formats=dict(formats.OWN),
            validate_formats=True,
            email_options=formats.EMAIL,
            pattern_options=PATTERN_OPTIONS,
            keywords={REFERENCE: self._keyword},
            offline=True,
        )

    def _problems(self, number: int, value: Any, depth: int) -> list[Problem]:
        return self.numbered(number).problems(value, depth)


def _reference_keyword(compiled: _Compiled) -> type[jsonschema_rs.KeywordValidator]:
    """The keyword that stands for a reference to a unit compiled apart."""

    class Reference:
        __slots__ = ("_is_valid", "_number")

        def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[str | int]) -> None:
            self._number: int = value
            self._is_valid: Any = None

        def validate(self, instance: Any) -> None:
            if self._is_valid is None:
                self._is_valid = compiled.numbered(self._number).is_valid
            if not self._is_valid(instance):
                # The reasons are asked for only where they are told: see violations.
                raise ValueError

    return Reference

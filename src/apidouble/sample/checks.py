"""Validators for made values, compiled when one is first needed.

In: a conjunction of schemas of a document, a direction. Out: `is_valid`. May not know: how
values are made. Only what a conjunction reaches is compiled, since a whole document may be large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import jsonschema_rs

from apidouble.sample.conjunction import References, Schema, flatten, property_names, property_parts

Direction = Literal["request", "response"]
Check = Callable[[Any], bool]

_ONE = frozenset(
    "items additionalProperties unevaluatedItems unevaluatedProperties not if then else contains "
    "propertyNames contentSchema".split()
)
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
_PLAIN = frozenset(
    "type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum "
    "multipleOf minItems maxItems uniqueItems minContains maxContains minProperties maxProperties "
    "dependentRequired".split()
)


class Checks:
    """All validators of one document and direction."""

    def __init__(
        self,
        references: References,
        direction: Direction,
        formats: Mapping[str, Callable[[str], bool]],
    ) -> None:
        self._references = references
        self._hidden_mark = "writeOnly" if direction == "response" else "readOnly"
        self._formats = dict(formats)
        self._copies: dict[str, tuple[Schema, frozenset[str]]] = {}
        """Reference -> the schema as it is compiled, and the references in it."""
        self._kept: dict[tuple[int, ...], tuple[Sequence[Schema], Check]] = {}
        self._hidden: dict[int, tuple[Schema, frozenset[str]]] = {}

    def of(self, parts: Sequence[Schema]) -> Check:
        """The validator of a conjunction; one that cannot be compiled accepts everything."""
        key = tuple(id(part) for part in parts)
        found = self._kept.get(key)
        if found is None:
            # The parts are kept too: their ids must stay theirs.
            found = self._kept[key] = (tuple(parts), self._compile(parts))
        return found[1]

    def plain(self, schema: Mapping[str, Any]) -> Check:
        """The validator of a schema without references."""
        return self._validator(dict(schema))

    def _compile(self, parts: Sequence[Schema]) -> Check:
        needed: set[str] = set()
        copies = [self._copy(part, needed, frozenset()) for part in parts]
        definitions: dict[str, Schema] = {}
        waiting = sorted(needed)
        while waiting:
            reference = waiting.pop()
            if reference in definitions:
                continue
            if reference not in self._copies:
                inner: set[str] = set()
                copy = self._copy(self._references.target(reference), inner, frozenset())
                self._copies[reference] = (copy, frozenset(inner))
            definitions[reference], more = self._copies[reference]
            waiting += sorted(more - definitions.keys())
        schema: dict[str, Any] = {"allOf": copies}
        schema["$defs"] = {_definition(reference): copy for reference, copy in definitions.items()}
        return self._validator(schema)

    def _validator(self, schema: dict[str, Any]) -> Check:
        try:
            return jsonschema_rs.Draft202012Validator(
                schema, validate_formats=True, formats=self._formats
            ).is_valid
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return _anything

    def hidden(self, parts: Sequence[Schema]) -> frozenset[str]:
        """Names of the properties that this direction does not carry."""
        atoms, _ = flatten(parts, self._references)
        return frozenset(name for name in property_names(atoms) if self._is_hidden(atoms, name))

    def _is_hidden(self, atoms: Sequence[Mapping[str, Any]], name: str) -> bool:
        inner, _ = flatten(property_parts(atoms, name), self._references)
        return any(atom.get(self._hidden_mark) is True for atom in inner)

    def _hidden_of(self, schema: Schema) -> frozenset[str]:
        found = self._hidden.get(id(schema))
        if found is None:
            found = self._hidden[id(schema)] = (schema, self.hidden((schema,)))
        return found[1]

    def _copy(self, schema: Schema, needed: set[str], hidden: frozenset[str]) -> Schema:
        """The schema with its references turned into ours, without annotations, and without
        asking for what the direction does not carry."""
        if not isinstance(schema, Mapping):
            return schema if isinstance(schema, bool) else True
        if "properties" in schema or "allOf" in schema or "required" in schema:
            hidden = hidden | self._hidden_of(schema)
        copy: dict[str, Any] = {}
        for key, value in schema.items():
            if key in _PLAIN:
                copy[key] = value
            elif key in _ONE:
                copy[key] = self._copy(value, needed, hidden if key in ("then", "else") else frozenset())
            elif key in _LISTS and isinstance(value, list):
                below = frozenset[str]() if key == "prefixItems" else hidden
                copy[key] = [self._copy(item, needed, below) for item in value]
            elif key in _MAPS and isinstance(value, Mapping):
                copy[key] = {name: self._copy(item, needed, frozenset()) for name, item in value.items()}
            elif key == "required" and isinstance(value, list):
                copy[key] = [name for name in value if name not in hidden]
            elif key == "$ref" and isinstance(value, str):
                needed.add(value)
                copy[key] = f"#/$defs/{_definition(value)}"
        return copy


def _definition(reference: str) -> str:
    """A reference as a name that needs no escaping."""
    return reference.encode().hex()


def _anything(_: Any) -> bool:
    return True

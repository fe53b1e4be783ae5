"""Schemas of a document, made fit for the validator one unit at a time.

In: a schema in internal form and a direction. Out: `Unit`s: the schema with only what validation
needs, references numbered, what the direction lets be left out no longer required, malformed
keywords dropped with a finding. May not know: how validators are compiled.

A unit is a schema that something refers to, or one that was handed in. Units are shaped at first
use, so a document of 13 MB costs no more than what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import jsonschema_rs

from apidouble.contract.formats import INTEGER_RANGES
from apidouble.document.document import Document
from apidouble.errors import Finding

Direction = Literal["request", "response", "plain"]

REFERENCE = "x-apidouble-reference"
"""Keyword that stands for `$ref` where the target is compiled apart, by its number."""

PATTERN_OPTIONS = jsonschema_rs.FancyRegexOptions(backtrack_limit=50_000)
"""A pattern that backtracks more often than this does not match: some 2 ms."""

HEAVY = 120
"""A target with more schemas in reach than this is compiled once and shared, not copied into each user.

One compiled schema object takes some 1.5 KB, a call across some 0.3 us."""

_TYPES = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_COMBINED = ("allOf", "anyOf", "oneOf")
_IN_PLACE = frozenset({*_COMBINED, "not", "if", "then", "else", "dependentSchemas"})
"""Keywords whose schemas speak of the same value; those of the others speak of a part of it."""
_SCHEMAS = frozenset(
    {
        "not",
        "if",
        "then",
        "else",
        "items",
        "additionalProperties",
        "unevaluatedItems",
        "unevaluatedProperties",
        "contains",
        "propertyNames",
    }
)
_SCHEMA_LISTS = frozenset({*_COMBINED, "prefixItems"})
_SCHEMA_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_NAMING = frozenset({*_COMBINED, "required"})
"""Keywords that make it matter which properties a direction leaves out."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_type(value: Any) -> bool:
    if isinstance(value, str):
        return value in _TYPES
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, str) and one in _TYPES for one in value)
    )


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_pattern(value: Any) -> bool:
    """Whether the validator can run this regular expression."""
    if not isinstance(value, str):
        return False
    try:
        jsonschema_rs.Draft202012Validator({"pattern": value}, pattern_options=PATTERN_OPTIONS)
    except (ValueError, jsonschema_rs.ReferencingError):
        return False
    return True


_PLAIN: Mapping[str, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        "type": (_is_type, "one of the seven JSON types, or a list of them"),
        "const": (lambda _: True, "a value"),
        "enum": (lambda value: isinstance(value, list) and bool(value), "a list of values"),
        "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
        "maximum": (_is_number, "a number"),
        "exclusiveMaximum": (_is_number, "a number"),
        "minimum": (_is_number, "a number"),
        "exclusiveMinimum": (_is_number, "a number"),
        "maxLength": (_is_count, "a whole number from 0"),
        "minLength": (_is_count, "a whole number from 0"),
        "pattern": (lambda value: isinstance(value, str), "a regular expression (ECMA-262)"),
        "maxItems": (_is_count, "a whole number from 0"),
        "minItems": (_is_count, "a whole number from 0"),
        "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
        "maxContains": (_is_count, "a whole number from 0"),
        "minContains": (_is_count, "a whole number from 0"),
        "maxProperties": (_is_count, "a whole number from 0"),
        "minProperties": (_is_count, "a whole number from 0"),
        "required": (_is_names, "a list of property names"),
        "dependentRequired": (
            lambda value: isinstance(value, dict) and all(_is_names(names) for names in value.values()),
            "property names, each with a list of property names",
        ),
        "format": (lambda value: isinstance(value, str), "a name"),
    }
)


@dataclass(slots=True)
class Unit:
    """One shaped schema."""

    schema: Any = True
    size: int = 0
    """How many schema objects it holds."""
    references: set[int] = field(default_factory=set)
    """Numbers of all units that it refers to."""
    kept: set[int] = field(default_factory=set)
    """Those of them that must be compiled together with it; complete once it is settled."""
    loose: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    """References that may be compiled apart, with the unit they lead to."""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class _Here:
    """Where shaping stands."""

    unit: Unit
    loose: bool = False
    """No `unevaluated...` keyword above would miss what a reference here has evaluated."""
    dropped: frozenset[str] = frozenset()
    """Properties that an enclosing schema of the same value marks as not required."""

    def child(self) -> _Here:
        """The place of a schema for a part of the value."""
        return _Here(self.unit, loose=True)


class Units:
    """All units of one document in one direction, shaped at first use."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self._document = document
        self._marked = {"request": "readOnly", "response": "writeOnly", "plain": ""}[direction]
        self._ignored = direction == "request"
        self._numbers: dict[str, int] = {}
        self._pointers: list[str] = []
        self._units: dict[int, Unit] = {}
        self._heavy: dict[int, bool] = {}
        self._patterns: dict[str, str | None] = {}
        self._told: set[tuple[str, str]] = set()

    def number(self, pointer: str) -> int:
        """The number of the unit at a pointer."""
        number = self._numbers.get(pointer)
        if number is None:
            number = self._numbers[pointer] = len(self._pointers)
            self._pointers.append(pointer)
        return number

    def pointer(self, number: int) -> str:
        """Where the unit with this number stands."""
        return self._pointers[number]

    def name(self, number: int) -> str:
        """The last part of its pointer: the name of a component."""
        return self._pointers[number].rpartition("/")[2].replace("~1", "/").replace("~0", "~")

    def unit(self, number: int) -> Unit:
        """The unit with this number; one that accepts everything where the document has none."""
        unit = self._units.get(number)
        if unit is None:
            pointer = self._pointers[number]
            try:
                node = self._document.at(pointer)
            except KeyError:
                self.tell(pointer, "a reference leads nowhere, so nothing is checked here", "a schema")
                node = True
            unit = self._units[number] = self.shape(node, pointer)
        return unit

    def shape(self, node: Any, pointer: str) -> Unit:
        """A unit of its own for a schema."""
        unit = Unit()
        try:
            unit.schema = self._schema(node, pointer, _Here(unit))
        except RecursionError:
            self.tell(
                pointer, "the schema is nested too deep, so nothing is checked here", "some hundred levels"
            )
            unit = Unit()
        return unit

    def settle(self, unit: Unit) -> None:
        """Decide which references of a unit are compiled apart."""
        if unit.settled:
            return
        for node, number in unit.loose:
            if self._is_heavy(number):
                del node["$ref"]
                node[REFERENCE] = number
            else:
                unit.kept.add(number)
        unit.loose.clear()
        unit.settled = True

    def _is_heavy(self, number: int) -> bool:
        known = self._heavy.get(number)
        if known is None:
            seen = {number}
            todo = [number]
            size = 0
            while todo and size <= HEAVY:
                unit = self.unit(todo.pop())
                size += unit.size
                fresh = unit.references - seen
                seen |= fresh
                todo.extend(sorted(fresh))
            known = self._heavy[number] = size > HEAVY
        return known

    def tell(self, pointer: str, message: str, expected: str = "") -> None:
        """Add a finding to the document, once."""
        if (pointer, message) in self._told:
            return
        self._told.add((pointer, message))
        file, line = self._document.locate(pointer)
        self._document.findings.append(
            Finding(message, file or self._document.source, pointer, line, expected, severity="warning")
        )

    # Shaping

    def _schema(self, node: Any, pointer: str, here: _Here) -> Any:
        """Shape one schema object."""
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            self.tell(pointer, "this is no schema, so nothing is checked here", "an object, true or false")
            return True
        here.unit.size += 1
        out: dict[str, Any] = {}
        here = self._enter(node, here)
        for keyword, value in node.items():
            if keyword in _PLAIN:
                self._plain(out, keyword, value, pointer)
            elif keyword in _SCHEMAS:
                inside = here if keyword in _IN_PLACE else here.child()
                out[keyword] = self._schema(value, f"{pointer}/{keyword}", inside)
            elif keyword in _SCHEMA_LISTS:
                inside = here if keyword in _IN_PLACE else here.child()
                self._list(out, keyword, value, pointer, inside)
            elif keyword in _SCHEMA_MAPS:
                inside = here if keyword in _IN_PLACE else here.child()
                self._map(out, keyword, value, pointer, inside)
            elif keyword == "discriminator" and isinstance(value, dict):
                out[keyword] = self._discriminator(value)
        if "$ref" in node or "$dynamicRef" in node:
            self._reference(out, node, pointer, here)
        if here.dropped and "required" in out:
            out["required"] = [name for name in out["required"] if name not in here.dropped]
        if "format" in out:
            _bound(out)
        return out

    def _enter(self, node: Mapping[str, Any], here: _Here) -> _Here:
        """What holds for the parts of a schema."""
        loose = here.loose and "unevaluatedProperties" not in node and "unevaluatedItems" not in node
        dropped = here.dropped
        if self._marked and not _NAMING.isdisjoint(node):
            dropped |= self._marked_names(node)
        return _Here(here.unit, loose, dropped)

    def _plain(self, out: dict[str, Any], keyword: str, value: Any, pointer: str) -> None:
        fits, expected = _PLAIN[keyword]
        if keyword == "const":
            out["const"] = value
            return
        if keyword == "pattern":
            value = self._pattern(value)
        if value is None or not fits(value):
            self._senseless(keyword, pointer, expected)
        elif isinstance(value, list) and keyword in {"required", "type"}:
            # The meta-schema wants each name once.
            out[keyword] = list(dict.fromkeys(value))
        elif keyword == "dependentRequired":
            out[keyword] = {name: list(dict.fromkeys(needed)) for name, needed in value.items()}
        else:
            out[keyword] = value

    def _pattern(self, pattern: Any) -> str | None:
        """The pattern if it can run, else None."""
        if not isinstance(pattern, str):
            return None
        if pattern not in self._patterns:
            self._patterns[pattern] = pattern if is_pattern(pattern) else None
        return self._patterns[pattern]

    def _map(self, out: dict[str, Any], keyword: str, value: Any, pointer: str, here: _Here) -> None:
        if not isinstance(value, dict):
            self._senseless(keyword, pointer, "an object")
            return
        shaped: dict[str, Any] = {}
        for name, part in value.items():
            key = name
            if keyword == "patternProperties":
                known = self._pattern(name)
                if known is None:
                    self._senseless(name, f"{pointer}/{keyword}", "a regular expression (ECMA-262)")
                    continue
                key = known
            elif keyword == "properties" and self._ignored and self._is_marked(part):
                # OAS 3.1 4.8.24.4: it SHOULD NOT be sent; what is sent all the same is ignored.
                shaped[name] = True
                continue
            shaped[key] = self._schema(part, f"{pointer}/{keyword}/{_escape(name)}", here)
        out[keyword] = shaped

    def _list(self, out: dict[str, Any], keyword: str, value: Any, pointer: str, here: _Here) -> None:
        if not isinstance(value, list) or not value:
            self._senseless(keyword, pointer, "a list of schemas")
            return
        out[keyword] = [
            self._schema(part, f"{pointer}/{keyword}/{index}", here) for index, part in enumerate(value)
        ]

    def _senseless(self, keyword: str, pointer: str, expected: str) -> None:
        self.tell(
            f"{pointer}/{_escape(keyword)}", f"`{keyword}` makes no sense here and is left out", expected
        )

    def _reference(self, out: dict[str, Any], node: Mapping[str, Any], pointer: str, here: _Here) -> None:
        target = node.get("$ref", node.get("$dynamicRef"))
        if not isinstance(target, str) or not (target == "#" or target.startswith("#/")):
            self._senseless("$ref", pointer, "`#/...`")
            return
        number = self.number(target[1:])
        unit = here.unit
        unit.references.add(number)
        out["$ref"] = f"#/$defs/{number}"
        if here.loose:
            unit.loose.append((out, number))
        else:
            unit.kept.add(number)

    def _discriminator(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The discriminator with the numbers of the schemas that its values stand for."""
        mapping = value.get("mapping")
        numbers = {
            name: self.number(target[1:])
            for name, target in (mapping.items() if isinstance(mapping, dict) else ())
            if isinstance(target, str) and target.startswith("#/")
        }
        return {"propertyName": value.get("propertyName"), "mapping": numbers}

    # Directions

    def _is_marked(self, node: Any, depth: int = 0) -> bool:
        """Whether a property is one that this direction leaves out."""
        if not self._marked or not isinstance(node, dict):
            return False
        if node.get(self._marked) is True:
            return True
        if depth > 4:
            return False
        if "$ref" in node:
            try:
                target = self._document.resolve(node)
            except KeyError:
                return False
            return self._is_marked(target, depth + 1)
        parts = node.get("allOf")
        return isinstance(parts, list) and any(self._is_marked(part, depth + 1) for part in parts)

    def _marked_names(self, node: Any, depth: int = 0) -> frozenset[str]:
        """Properties that a schema, or what it is combined of, marks for this direction."""
        if not isinstance(node, dict) or depth > 6:
            return frozenset()
        names: set[str] = set()
        if "$ref" in node:
            try:
                names |= self._marked_names(self._document.resolve(node), depth + 1)
            except KeyError:
                return frozenset()
        properties = node.get("properties")
        if isinstance(properties, dict):
            names.update(name for name, part in properties.items() if self._is_marked(part))
        for keyword in _COMBINED:
            parts = node.get(keyword)
            if isinstance(parts, list):
                for part in parts:
                    names |= self._marked_names(part, depth + 1)
        return frozenset(names)


def _bound(schema: dict[str, Any]) -> None:
    """Say the range of an integer format with keywords, since formats only speak of strings."""
    types = schema.get("type", ())
    limits = INTEGER_RANGES.get(schema["format"])
    if limits is None or not (types == "integer" or "integer" in types):
        return
    lowest, highest = limits
    schema["minimum"] = max(schema.get("minimum", lowest), lowest)
    schema["maximum"] = min(schema.get("maximum", highest), highest)


def _escape(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")

"""Schemas of a document, made fit for the validator one unit at a time.

In: a schema in internal form and a direction. Out: `Unit`s: the schema with only what validation
needs, references numbered, what the direction lets be left out no longer required, malformed
keywords dropped with a finding. May not know: how validators are compiled.

A unit is a schema that something refers to, or one that was handed in. Units are shaped at first
use, so a document of 13 MB costs no more than what is asked of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from apidouble.contract.discriminators import rules_of
from apidouble.contract.formats import INTEGER_RANGES
from apidouble.contract.keywords import PLAIN, is_pattern
from apidouble.document.document import Document
from apidouble.errors import Finding

Direction = Literal["request", "response", "plain"]

REFERENCE = "x-apidouble-reference"
"""Keyword that stands for `$ref` where the target is compiled apart, by its number."""

HEAVY = 120
"""A target with more schemas in reach than this is compiled once and shared, not copied into each user.

One compiled schema object takes some 1.5 KB, a call across some 0.3 us."""

_LOCATED = 20
"""Findings whose lines are looked for."""
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
        # Each line costs a look through the whole text, while a request waits.
        file, line = self._document.locate(pointer) if len(self._told) <= _LOCATED else ("", None)
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
            if keyword in PLAIN:
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
        if isinstance(node.get("discriminator"), dict):
            self._discriminate(out, node)
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
        fits, expected = PLAIN[keyword]
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

    def _discriminate(self, out: dict[str, Any], node: Mapping[str, Any]) -> None:
        """Let the discriminator decide which form of a choice a value has."""
        for keyword in ("oneOf", "anyOf"):
            branches = node.get(keyword)
            if keyword not in out or not isinstance(branches, list):
                continue
            rules = rules_of(node, branches, self._document.resolve)
            out[keyword] = [
                branch if rule is None else {"allOf": [branch, rule]}
                for branch, rule in zip(out[keyword], rules, strict=True)
            ]

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

    def _marked_names(self, schema: Any) -> frozenset[str]:
        """Properties that a schema, or what it is combined of, marks for this direction."""
        names: set[str] = set()
        seen: set[int] = set()
        todo = [schema]
        while todo:
            node = todo.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            properties = node.get("properties")
            if isinstance(properties, dict):
                names.update(name for name, part in properties.items() if self._is_marked(part))
            for keyword in _COMBINED:
                if isinstance(parts := node.get(keyword), list):
                    todo += parts
            if "$ref" in node:
                try:
                    todo.append(self._document.resolve(node))
                except KeyError:
                    continue
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

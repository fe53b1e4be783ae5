"""Text made into typed values, as a schema says: `"25"` becomes 25 where an integer is meant.

In: a schema in internal form. Out: a `Reading`: the JSON types that it allows, and functions that
read one text, or a tree of texts, by it. May not know: where texts come from (parameters, forms, XML).

Reading never refuses: text that is nothing of what the schema allows stays text, and the
validator then says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
SCALARS = frozenset({"null", "boolean", "integer", "number", "string"})

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_NUMBER = re.compile(r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")
_LOWEST, _HIGHEST = -(2**63), 2**64 - 1

Read = Callable[[str], Any]


def read_integer(text: str) -> Any:
    """A whole number of at most 64 bits, else the text."""
    if _INTEGER.fullmatch(text) is None:
        return text
    number = int(text)
    return number if _LOWEST <= number <= _HIGHEST else text


def read_number(text: str) -> Any:
    """A finite number as JSON writes it, else the text."""
    if _NUMBER.fullmatch(text) is None:
        return text
    if _INTEGER.fullmatch(text) is not None and _LOWEST <= (whole := int(text)) <= _HIGHEST:
        return whole
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        return text
    # 7.0 is a whole number to JSON Schema, but to no client that is promised an integer.
    return int(number) if number.is_integer() and _LOWEST <= number <= _HIGHEST else number


def read_boolean(text: str) -> Any:
    """`true` or `false` as JSON writes them, else the text."""
    if text == "true":
        return True
    return False if text == "false" else text


def read_null(text: str) -> Any:
    """None for nothing and for `null`, else the text."""
    return None if text in {"", "null"} else text


def read_string(text: str) -> Any:
    """The text as it is."""
    return text


def _read_by_turns(*readers: Read) -> Read:
    def read(text: str) -> Any:
        for reader in readers:
            value = reader(text)
            if value is not text:
                return value
        return text

    return read


def _reader(types: frozenset[str]) -> Read:
    readers: list[Read] = []
    if "integer" in types and "number" not in types:
        readers.append(read_integer)
    if "number" in types:
        readers.append(read_number)
    if "boolean" in types:
        readers.append(read_boolean)
    if "null" in types and "string" not in types:
        readers.append(read_null)
    if not readers or types >= SCALARS:
        # Nothing is said about the type: text is what was sent.
        return read_string
    return readers[0] if len(readers) == 1 else _read_by_turns(*readers)


class Reading:
    """How text is read by one schema."""

    def __init__(self, readings: Readings, schema: Any) -> None:
        self._readings = readings
        self.schema = schema

    @cached_property
    def types(self) -> frozenset[str]:
        """The JSON types that the schema allows, as far as it says."""
        return self._readings.types(self.schema)

    @cached_property
    def of_text(self) -> Read:
        """Text -> scalar."""
        return _reader(self.types)

    @property
    def is_open(self) -> bool:
        """Whether the schema says nothing about the type."""
        return self.types == TYPES

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The declared properties."""
        found: dict[str, None] = {}
        for part in self._parts:
            properties = part.get("properties")
            if isinstance(properties, dict):
                found.update(dict.fromkeys(properties))
        return tuple(found)

    @cached_property
    def xml(self) -> Mapping[str, Any]:
        """The `xml` hints of the schema, the nearest ones first."""
        found: dict[str, Any] = {}
        for part in self._parts:
            hints = part.get("xml")
            if isinstance(hints, dict):
                for name, value in hints.items():
                    found.setdefault(name, value)
        return found

    @cached_property
    def component(self) -> str:
        """The name of the component that the schema refers to, '' if it does not."""
        target = self.schema.get("$ref") if isinstance(self.schema, dict) else None
        if not isinstance(target, str):
            return ""
        return target.rpartition("/")[2].replace("~1", "/").replace("~0", "~")

    @cached_property
    def takes_others(self) -> bool:
        """Whether undeclared properties are asked for in so many words."""
        return any(
            part.get("additionalProperties") is True or isinstance(part.get("additionalProperties"), dict)
            for part in self._parts
        )

    @cached_property
    def items(self) -> Reading:
        """How items of an array are read."""
        found = [part["items"] for part in self._parts if isinstance(part.get("items"), dict)]
        return self._readings.of_any(found)

    def item(self, index: int) -> Reading:
        """How the item at a position is read."""
        found = [
            part["prefixItems"][index]
            for part in self._parts
            if isinstance(part.get("prefixItems"), list) and index < len(part["prefixItems"])
        ]
        return self._readings.of_any(found) if found else self.items

    def property(self, name: str) -> Reading:
        """How a property is read."""
        reading = self._properties.get(name)
        if reading is None:
            found = []
            others = []
            for part in self._parts:
                properties = part.get("properties")
                if isinstance(properties, dict) and name in properties:
                    found.append(properties[name])
                elif isinstance(part.get("additionalProperties"), dict):
                    others.append(part["additionalProperties"])
            reading = self._readings.of_any(found or others)
            if found:
                self._properties[name] = reading
        return reading

    def of_tree(self, tree: Any) -> Any:
        """Texts in objects and lists, as the schema types them.

        A single text or object where only a list is meant is a list of one; an object whose names count
        from 0 is a list where a list is meant (`a[0]=x&a[1]=y`).
        """
        if isinstance(tree, str):
            value = self.of_text(tree)
            if value is tree and "array" in self.types and "string" not in self.types:
                return [self.item(0).of_tree(tree)]
            return value
        if isinstance(tree, dict):
            if "array" not in self.types or "object" in self.types:
                return {name: self.property(name).of_tree(part) for name, part in tree.items()}
            tree = [tree[key] for key in sorted(tree, key=int)] if _counts(tree) else [tree]
        if isinstance(tree, list):
            if len(tree) == 1 and "object" in self.types and "array" not in self.types:
                # `a[]=x` where only an object is meant: its name is empty.
                return {"": self.property("").of_tree(tree[0])}
            return [self.item(index).of_tree(part) for index, part in enumerate(tree)]
        return tree

    @cached_property
    def _parts(self) -> list[Mapping[str, Any]]:
        return list(self._readings.parts(self.schema))

    @cached_property
    def _properties(self) -> dict[str, Reading]:
        return {}


class Readings:
    """All readings of one document, made at first use.

    `resolve` follows `$ref` within the document; KeyError where it leads nowhere.
    """

    def __init__(self, resolve: Callable[[Any], Any]) -> None:
        self._resolve = resolve
        # The schema is kept beside its reading, so that its id stays its own.
        self._known: dict[int, Reading] = {}
        self._anything = Reading(self, {})

    def of(self, schema: Any) -> Reading:
        """The reading of a schema in internal form."""
        reading = self._known.get(id(schema))
        if reading is None:
            reading = self._known[id(schema)] = Reading(self, schema)
        return reading

    def of_any(self, schemas: list[Any]) -> Reading:
        """The reading of what any of these schemas allows; of anything if there is none."""
        if not schemas:
            return self._anything
        return self.of(schemas[0]) if len(schemas) == 1 else Reading(self, {"anyOf": schemas})

    def parts(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """A schema and all that it refers to or is combined of, for the same value; each once."""
        seen: set[int] = set()
        todo = [schema]
        while todo:
            node = todo.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            todo += [node[keyword] for keyword in ("else", "then") if keyword in node]
            for keyword in ("oneOf", "anyOf", "allOf"):
                branches = node.get(keyword)
                if isinstance(branches, list):
                    todo += reversed(branches)
            if "$ref" in node:
                todo.append(self._target(node))

    def types(self, schema: Any) -> frozenset[str]:
        """The JSON types that a schema allows, as far as it says."""
        return self._types(schema, {})

    def _types(self, schema: Any, known: dict[int, frozenset[str]]) -> frozenset[str]:
        if not isinstance(schema, dict):
            return TYPES
        if id(schema) in known:
            return known[id(schema)]
        # What refers to itself says nothing new about its type.
        known[id(schema)] = TYPES
        types = _own_types(schema)
        if "$ref" in schema:
            types &= self._types(self._target(schema), known)
        branches = schema.get("allOf")
        if isinstance(branches, list):
            for branch in branches:
                types &= self._types(branch, known)
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list) and branches:
                types &= frozenset().union(*(self._types(branch, known) for branch in branches))
        if types == TYPES:
            # No type is said: the keywords of one type tell which one is meant.
            if "properties" in schema or "additionalProperties" in schema:
                types = frozenset({"object"})
            elif "items" in schema or "prefixItems" in schema:
                types = frozenset({"array"})
        known[id(schema)] = types or TYPES
        return types or TYPES

    def _target(self, schema: Any) -> Any:
        try:
            return self._resolve({"$ref": schema["$ref"]})
        except KeyError:
            return {}


def _unresolved(_node: Any) -> Any:
    return {}


def anything() -> Reading:
    """The reading of a schema that says nothing."""
    return Reading(Readings(_unresolved), {})


def _own_types(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types that a schema allows by its own `type`, `const` and `enum`."""
    types = TYPES
    said = schema.get("type")
    if isinstance(said, str):
        types &= {said}
    elif isinstance(said, list):
        types &= {one for one in said if isinstance(one, str)}
    if "const" in schema:
        types &= _types_of(schema["const"])
    if isinstance(schema.get("enum"), list):
        types &= frozenset().union(*(_types_of(value) for value in schema["enum"]))
    return types


def _types_of(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int):
        return frozenset({"integer", "number"})
    if isinstance(value, float):
        return frozenset({"number", "integer"} if value.is_integer() else {"number"})
    if isinstance(value, str):
        return frozenset({"string"})
    return frozenset({"array" if isinstance(value, list) else "object"})


def _counts(tree: Mapping[str, Any]) -> bool:
    """Whether the names are positions of a list."""
    return bool(tree) and all(name.isascii() and name.isdigit() and len(name) < 6 for name in tree)

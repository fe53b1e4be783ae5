"""Schemas as inference sees them: flat, resolved, each looked at once.

In: schemas in internal form. Out: `Shape`: types, properties, required, through `$ref`, `allOf`,
`anyOf`, `oneOf`. May not know: operations, resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from apidouble.document.document import Document
from apidouble.model.names import LIST_WORDS, core, words

_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Shape:
    """What one schema says, at its own level."""

    types: frozenset[str] = _NONE
    """JSON Schema types without `null`; empty: anything."""
    nullable: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: frozenset[str] = _NONE
    items: Any = None
    closed: bool = False
    """No other properties than these."""
    open: bool = False
    """Other properties are spoken of."""
    name: str = ""
    """The component that it is, or is mostly made of."""
    format: str = ""
    values: tuple[Any, ...] = ()
    """All values it allows, of `enum` or `const`, without null."""
    node: Mapping[str, Any] = field(default_factory=dict)
    """The resolved schema object, for keywords that are asked for rarely."""

    @property
    def is_object(self) -> bool:
        """Whether it is an object, as far as it says."""
        return "object" in self.types

    @property
    def is_array(self) -> bool:
        """Whether it is an array, as far as it says."""
        return "array" in self.types and "object" not in self.types

    @property
    def is_scalar(self) -> bool:
        """Whether it is text, a number or a boolean."""
        return bool(self.types) and not self.types & {"object", "array"}

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return bool(self.types) and self.types <= {"integer", "number"}

    @property
    def textual(self) -> bool:
        """Whether it is text."""
        return self.types == {"string"}

    @property
    def read_only(self) -> bool:
        """Whether only the server writes it."""
        return self.node.get("readOnly") is True

    @property
    def write_only(self) -> bool:
        """Whether no answer shows it."""
        return self.node.get("writeOnly") is True


EMPTY = Shape()


class Schemas:
    """All schemas of one document, each flattened at most once."""

    __slots__ = ("_at", "_by_ref", "_document", "_open", "memo")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_ref: dict[str, Shape] = {}
        # The node is kept beside its shape, so that its id stays its own.
        self._at: dict[int, tuple[Any, Shape]] = {}
        self._open: set[int] = set()
        self.memo: dict[Any, Any] = {}
        """What is worked out of shapes that live as long as this, by id and whatever else counts."""

    def shape(self, schema: Any) -> Shape:
        """The flattened schema; of a schema within itself, an empty one."""
        if not isinstance(schema, dict):
            return EMPTY
        ref = schema.get("$ref")
        if isinstance(ref, str) and len(schema) == 1:
            known = self._by_ref.get(ref)
            if known is None:
                known = self._of_ref(schema, ref)
                self._by_ref[ref] = known
            return known
        found = self._at.get(id(schema))
        if found is not None:
            return found[1]
        if id(schema) in self._open:
            return EMPTY
        self._open.add(id(schema))
        shape = self._flatten(schema)
        self._open.discard(id(schema))
        self._at[id(schema)] = (schema, shape)
        return shape

    def _of_ref(self, schema: Any, ref: str) -> Shape:
        try:
            target = self._document.resolve(schema)
        except KeyError:
            return EMPTY
        found = self.shape(target)
        name = ref.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
        if ref.startswith("#/paths/") or name.isdigit() or name in {"schema", "items"}:
            name = found.name
        # A component that only points on is the one it points to.
        alias = found.name if "$ref" in self._raw(ref) else name
        return _named(found, alias or name)

    def _raw(self, ref: str) -> Mapping[str, Any]:
        try:
            node = self._document.at(ref[1:])
        except KeyError:
            return {}
        return node if isinstance(node, dict) else {}

    def _flatten(self, schema: Mapping[str, Any]) -> Shape:
        shape = _own(schema)
        parts: list[Shape] = []
        ref = schema.get("$ref")
        if isinstance(ref, str):
            parts.append(self.shape({"$ref": ref}))
        parts += [self.shape(part) for part in _list(schema.get("allOf"))]
        for keyword in ("oneOf", "anyOf"):
            variants = [self.shape(part) for part in _list(schema.get(keyword))]
            real = [variant for variant in variants if variant.types or variant.properties or variant.name]
            if variants:
                shape.nullable = shape.nullable or any(_only_null(part) for part in _list(schema[keyword]))
            if real:
                parts.append(_either(real))
        for part in parts:
            _join(shape, part)
        named = [part for part in parts if part.name]
        if named and not shape.name:
            shape.name = max(named, key=lambda part: len(part.properties)).name
        if not shape.types and shape.properties:
            shape.types = frozenset({"object"})
        return shape

    def resolved(self, schema: Any) -> Mapping[str, Any]:
        """The schema object itself, references followed."""
        node = self._document.resolve(schema) if isinstance(schema, dict) else None
        return node if isinstance(node, dict) else {}

    def items(self, shape: Shape) -> Shape:
        """The shape of an array's items."""
        return self.shape(shape.items)

    def property(self, shape: Shape, name: str) -> Shape:
        """The shape of a property; empty if there is none."""
        return self.shape(shape.properties.get(name))

    def field(self, shape: Shape, name: str) -> Shape | None:
        """The shape of a field, `a/b` below `a`; None if there is none."""
        for part in name.split("/"):
            if part not in shape.properties:
                return None
            shape = self.shape(shape.properties[part])
        return shape

    def field_schema(self, shape: Shape, name: str) -> Any:
        """The schema of a field as written; `{}` if there is none."""
        schema: Any = {}
        for part in name.split("/"):
            if part not in shape.properties:
                return {}
            schema = shape.properties[part]
            shape = self.shape(schema)
        return schema

    def same(self, one: Shape, other: Shape) -> bool:
        """Whether two record schemas are forms of one thing: equal, or summary and detail."""
        if one is other or (one.name and one.name == other.name):
            return True
        # Both shapes live as long as this does, so that their ids stay theirs.
        pair = (id(one), id(other))
        known = self.memo.get(pair)
        if known is None:
            known = self.memo[pair] = self._same(one, other)
        return bool(known)

    def _same(self, one: Shape, other: Shape) -> bool:
        if bool(one.name) != bool(other.name) and not (one.properties and other.properties):
            return False
        if one.name and other.name and not _akin(one.name, other.name):
            return False
        return self._compatible(one, other, unnamed=not (one.name and other.name))

    def _compatible(self, one: Shape, other: Shape, *, unnamed: bool) -> bool:
        shared = one.properties.keys() & other.properties.keys()
        smaller = min(len(one.properties), len(other.properties))
        if not smaller or len(shared) < smaller * (0.9 if unnamed else 0.6):
            return False
        if unnamed and (smaller < 3 or len(shared) * 2 < max(len(one.properties), len(other.properties))):
            return False
        for name in shared:
            mine, theirs = self.property(one, name), self.property(other, name)
            if mine is theirs:
                continue
            if mine.types and theirs.types and not mine.types & theirs.types:
                return False
            if mine.name == theirs.name or not mine.name or not theirs.name or _akin(mine.name, theirs.name):
                continue
            if unnamed or not self._alike(mine, theirs):
                return False
        return True

    def _alike(self, one: Shape, other: Shape) -> bool:
        """Whether two inner objects, one perhaps shorter than the other, could be the same value."""
        shared = one.properties.keys() & other.properties.keys()
        if not one.is_object or not other.is_object or not shared:
            return False
        if len(shared) * 2 < min(len(one.properties), len(other.properties)):
            return False
        kinds = ((self.property(one, name).types, self.property(other, name).types) for name in shared)
        return all(not mine or not theirs or mine & theirs for mine, theirs in kinds)


@lru_cache(maxsize=16384)
def family(name: str) -> tuple[str, tuple[str, ...]]:
    """What the names of summary and detail of one thing have in common: namespace and core."""
    prefix, _, _ = name.rpartition(".")
    return prefix, core(name)


def _akin(one: str, other: str) -> bool:
    """Whether two component names speak of one thing in the same part of the API."""
    return family(one) == family(other)


@lru_cache(maxsize=4096)
def is_list_name(name: str) -> bool:
    """Whether a schema's name says that it holds many (`PodList`, `OrderPage`)."""
    return any(word in LIST_WORDS for word in words(name)[-2:] + words(name)[:1])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _only_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def _named(shape: Shape, name: str) -> Shape:
    return Shape(
        shape.types, shape.nullable, shape.properties, shape.required, shape.items, shape.closed, shape.open,
        name, shape.format, shape.values, shape.node,
    )  # fmt: skip


_TYPE_OF = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def _own(schema: Mapping[str, Any]) -> Shape:
    declared = schema.get("type")
    types = {declared} if isinstance(declared, str) else {t for t in _list(declared) if isinstance(t, str)}
    values: list[Any] = _list(schema.get("enum"))
    if "const" in schema:
        values = [schema["const"]]
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if not types:
        if properties or isinstance(schema.get("additionalProperties"), dict):
            types = {"object"}
        elif "items" in schema or "prefixItems" in schema:
            types = {"array"}
        elif values:
            types = {_TYPE_OF.get(type(value), "null") for value in values}
    extra = schema.get("additionalProperties")
    written = schema.get("format")
    return Shape(
        types=frozenset(types - {"null"}),
        nullable="null" in types or None in values,
        properties=properties,
        required=frozenset(name for name in _list(schema.get("required")) if isinstance(name, str)),
        items=schema.get("items"),
        closed=extra is False or schema.get("unevaluatedProperties") is False,
        open=extra is True or (isinstance(extra, dict)),
        format=written if isinstance(written, str) else "",
        values=tuple(value for value in values if value is not None),
        node=schema,
    )


def _either(variants: list[Shape]) -> Shape:
    if len(variants) == 1:
        return variants[0]
    # Text that can be expanded to an object is the object's key first: fields are looked for in both.
    properties: dict[str, Any] = {}
    for variant in variants:
        for name, schema in variant.properties.items():
            properties.setdefault(name, schema)
    demands = [variant.required for variant in variants if variant.is_object]
    required = frozenset.intersection(*demands) if demands else _NONE
    names = [variant.name for variant in variants]
    akin = all(names) and len({family(name) for name in names}) == 1
    arrays = [variant.items for variant in variants if variant.items is not None]
    return Shape(
        types=frozenset().union(*(variant.types for variant in variants)),
        properties=properties,
        required=required,
        items=arrays[0] if arrays else None,
        values=tuple(value for variant in variants for value in variant.values)
        if all(variant.values for variant in variants)
        else (),
        format=variants[0].format,
        name=names[0] if akin else "",
    )


def _both(one: Any, other: Any) -> Any:
    """A schema that says what both say."""
    if other is None or other == one or other in ({}, True):
        return one
    return other if one in ({}, True) else {"allOf": [one, other]}


def _join(shape: Shape, part: Shape) -> None:
    if part.properties:
        shape.properties = {
            **part.properties,
            **{
                name: _both(schema, part.properties[name]) if name in part.properties else schema
                for name, schema in shape.properties.items()
            },
        }
    shape.required |= part.required
    shape.types = shape.types & part.types or shape.types or part.types
    shape.items = part.items if shape.items is None else _both(shape.items, part.items)
    shape.closed = shape.closed or part.closed
    shape.open = shape.open or part.open
    shape.format = shape.format or part.format
    shape.values = shape.values or part.values
    shape.nullable = shape.nullable or part.nullable
    if part.node and part.node is not shape.node:
        # What the parts say counts where the whole says nothing itself.
        shape.node = {**part.node, **shape.node}

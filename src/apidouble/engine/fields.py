"""What a record consists of before it is stored: given, defaulted, stamped and made-up values.

In: a resource and what a client gave. Out: the data of a new or changed record. May not know:
operations, HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import cached_property
from operator import itemgetter
from typing import Any

from apidouble.contract.operation import Contract, Validator
from apidouble.engine import schemas
from apidouble.engine.fitting import ABSENT, Fitter, Lookup
from apidouble.engine.stamps import Stamper
from apidouble.model.resource import Resource
from apidouble.store.base import Key, Record

Sample = Callable[[Any, str, int, str], Any]
"""(schema, label, count, property name) -> a valid value."""


_STATES = frozenset({"status", "state", "phase", "stage"})
_BEGINNING = (
    "new", "created", "draft", "open", "pending", "queued", "todo", "to do", "waiting", "received", "placed",
    "scheduled", "submitted", "active",
)  # fmt: skip
"""Words for the state in which a thing begins, the surest first."""


class Fields:
    """The making of one resource's records."""

    def __init__(self, contract: Contract, resource: Resource, sample: Sample, fitter: Fitter) -> None:
        self._fitter = fitter
        self._contract = contract
        self._document = contract.document
        self._resource = resource
        self._sample = sample
        self._declared = schemas.members(self._document, resource.schema)
        self._in_order = itemgetter(*self._declared) if self._declared else tuple
        self._required = schemas.required(self._document, resource.schema)
        self._asked = {
            name: None
            for summary in resource.summaries
            for name in schemas.required(self._document, summary)
            if name in self._declared and name not in self._required and name not in resource.write_only
        }
        self.validator: Validator = contract.compile_schema(resource.schema, "response")
        self._hidden = tuple(resource.write_only)
        self._created = [(name, self._stamper(name)) for name in resource.created]
        self._updated = [(name, self._stamper(name)) for name in resource.updated]
        self.stamps = bool(self._created or self._updated)
        """Whether records say when they were made or changed."""
        self._initial = {
            name: first
            for name in self._declared
            if (name in resource.generated or name in self._required)
            and (first := self._initial_of(name)) is not None
        }
        self._made = tuple(
            name
            for name in resource.generated
            if name not in resource.created and name not in resource.updated and name != resource.key
        )

    def _initial_of(self, name: str) -> Any:
        """The state in which things begin: the declared word for it; None where there is none."""
        if "".join(one for one in name.lower() if one.isalnum()) not in _STATES:
            return None
        node = self._document.resolve(self._declared[name])
        declared = node.get("enum") if isinstance(node, dict) and "default" not in node else None
        values = [one for one in declared or () if isinstance(one, str)]
        known = {one.lower(): one for one in reversed(values)}
        return next((known[word] for word in _BEGINNING if word in known), values[0] if values else None)

    def showable_key(self, key: Any) -> Any:
        """A key that a client gave, in the form that the record's schema bears; None where there is none.

        The schemas of requests and of records may differ: a name with capitals is then kept without. No path
        spells a whole number with a fraction (7.0).
        """
        if isinstance(key, float) and key.is_integer():
            key = int(key)
        if key is None or self._fits_key(key):
            return key
        lower = key.lower() if isinstance(key, str) else None
        return lower if lower is not None and self._fits_key(lower) else None

    @cached_property
    def _fits_key(self) -> Callable[[Any], bool]:
        node = schemas.at_pointer(self._document, self._resource.schema, self._resource.key.split("/"))
        return self._contract.compile_schema(node if node is not None else {}, "response").is_valid

    def _stamper(self, field: str) -> Stamper:
        node = schemas.at_pointer(self._document, self._resource.schema, field.split("/"))
        validator = self._contract.compile_schema(node if node is not None else {}, "response")
        resolved = self._document.resolve(node)
        examples = resolved.get("examples") if isinstance(resolved, dict) else None
        example = examples[0] if isinstance(examples, list) and examples else None
        return Stamper(validator.is_valid, example)

    def stamp_created(self, data: MutableMapping[str, Any], moment: float) -> None:
        """Set the times of creation and of the last change."""
        for name, stamper in (*self._created, *self._updated):
            if (value := stamper.stamp(moment)) is not None:
                set_field(data, name, value)

    def stamp_updated(
        self, data: MutableMapping[str, Any], before: Mapping[str, Any], moment: float, *, frozen: bool
    ) -> None:
        """Set the time of the last change; under a running clock it always moves."""
        for name, stamper in self._updated:
            value = stamper.stamp(moment, get_field(before, name), moving=not frozen)
            if value is not None:
                set_field(data, name, value)

    def owed(self, data: Mapping[str, Any]) -> list[str]:
        """Names that the record's schema requires and the data lacks."""
        return [name for name in self._required if name not in data]

    def made(self, data: Mapping[str, Any], label: str) -> dict[str, Any]:
        """A whole record made up around what is known of it; the same label gives the same one."""
        sampled = self._sample(self._resource.schema, label, 0, "")
        whole = {**sampled, **data} if isinstance(sampled, dict) else dict(data)
        return self.ordered(self.fitted(whole, label, 0, keep=frozenset(data)))

    def fitted(
        self,
        data: Mapping[str, Any],
        label: str,
        count: int,
        *,
        before: Any = ABSENT,
        lookup: Lookup | None = None,
        keep: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """The record that is nearest to the data and valid, the data itself where it is."""
        if self.is_valid(data):
            return dict(data)
        shown = self._without_hidden(data)
        fitted = self._fitter.fit(
            self._resource.schema, shown, label, count, before=before, lookup=lookup, keep=keep
        )
        if not isinstance(fitted, Mapping):
            return dict(data)
        return {**fitted, **{name: data[name] for name in self._hidden if name in data}}

    def is_valid(self, data: Mapping[str, Any]) -> bool:
        """Whether answers may show the record; what they never show does not count."""
        return self.validator.is_valid(self._without_hidden(data) if self._hidden else data)

    def _without_hidden(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._hidden:
            return data
        return {name: value for name, value in data.items() if name not in self._hidden}

    def complete(self, data: MutableMapping[str, Any], label: str, count: int) -> bool:
        """Make up what the server owes: generated members, and required ones that nobody gave; those that
        lists require, too. Says whether the record is valid then.
        """
        for name, first in self._initial.items():
            if name not in data:
                data[name] = first
        for name in self._made:
            if name not in data and name in self._declared:
                data[name] = self._sample(self._declared[name], f"{label}/{name}", count, name)
        if self._asked:
            self._owe(self._asked, self._declared, data, label, count)
        if self.is_valid(data):
            return True
        self._fill(self._resource.schema, data, label, count, 0)
        return self.is_valid(data)

    def ordered(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The members in the order of the schema, as the documented examples have them."""
        if len(data) == len(self._declared) > 1:
            try:
                return dict(zip(self._declared, self._in_order(data), strict=True))
            except KeyError:
                pass
        ordered = {name: data[name] for name in self._declared if name in data}
        return ordered if len(ordered) == len(data) else {**ordered, **data}

    def _fill(self, schema: Any, data: MutableMapping[str, Any], label: str, count: int, depth: int) -> None:
        declared = schemas.properties(self._document, schema)
        self._owe(schemas.required(self._document, schema), declared, data, label, count)
        if depth > 5:
            return
        for name, node in declared.items():
            value = data.get(name)
            if isinstance(value, dict):
                inner = dict(value)
                self._fill(node, inner, f"{label}/{name}", count, depth + 1)
                data[name] = inner
            elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
                data[name] = self._fill_list(node, value, f"{label}/{name}", count, depth + 1)

    def _owe(
        self,
        names: Iterable[str],
        declared: Mapping[str, Any],
        data: MutableMapping[str, Any],
        label: str,
        count: int,
    ) -> None:
        """Members that are owed and not there: the default, null where that will do, else a made-up one."""
        for name in names:
            if name in data:
                continue
            node = declared.get(name, {})
            resolved = self._document.resolve(node)
            if isinstance(resolved, dict) and "default" in resolved:
                data[name] = resolved["default"]
            elif schemas.nullable(self._document, node):
                data[name] = None
            else:
                data[name] = self._sample(node, f"{label}/{name}", count, name)

    def _fill_list(self, schema: Any, values: list[Any], label: str, count: int, depth: int) -> list[Any]:
        items: Any = None
        for part in schemas.parts(self._document, schema):
            items = part.get("items", items)
        if not isinstance(items, dict):
            return values
        filled: list[Any] = []
        for place, value in enumerate(values):
            entry = dict(value) if isinstance(value, dict) else value
            if isinstance(entry, dict):
                self._fill(items, entry, f"{label}/{place}", count, depth)
            filled.append(entry)
        return filled


def get_field(data: Mapping[str, Any], field: str) -> Any:
    """The value of `a` or `a/b`, None where there is none."""
    if "/" not in field:
        return data.get(field)
    here: Any = data
    for part in field.split("/"):
        here = here.get(part) if isinstance(here, Mapping) else None
    return here


def set_field(data: MutableMapping[str, Any], field: str, value: Any) -> None:
    """Set `a` or `a/b`; objects on the way are copied, since stored records share them."""
    if "/" not in field:
        data[field] = value
        return
    first, _, rest = field.partition("/")
    below = data.get(first)
    inner = dict(below) if isinstance(below, Mapping) else {}
    set_field(inner, rest, value)
    data[first] = inner


def own_key(record: Record) -> str | int:
    """A record's own key, without those of its parents."""
    key: Key = record.key
    return key[-1] if isinstance(key, tuple) else key

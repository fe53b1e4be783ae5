"""Values brought to a schema that they almost fit: what a contradiction in a document leaves to mend.

In: a schema, a value that breaks it, and whatever is known of the value's past. Out: the nearest value
that fits. May not know: stores, HTTP. It runs only where validation has failed; nothing of it is on the
way of a request that keeps its contract.

A client gives `assignee: "ann"` and reads an object; a query parameter sets `status` to a word that the
record's own enum does not have; two answers show one record by two schemas. The value keeps what it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from apidouble.contract.operation import Contract
from apidouble.engine import schemas

Sample = Callable[[Any, str, int, str], Any]
"""(schema, label, count, property name) -> a valid value."""
Lookup = Callable[[Any, Any], Any]
"""(schema, scalar) -> the data of the record with that schema and key; None where there is none."""

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()
NAMING = ("login", "username", "name", "id", "slug", "code", "key", "uuid", "email", "title", "label")
"""Members by which people name an object, most telling first."""
_DEPTH = 8


class Fitter:
    """Fits values to the schemas of one contract."""

    def __init__(self, contract: Contract, sample: Sample) -> None:
        self._document = contract.document
        self._compile = contract.compile_schema
        self._sample = sample

    def fits(self, schema: Any, value: Any) -> bool:
        """Whether an answer may show the value."""
        return self._compile(schema, "response").is_valid(value)

    def fit(
        self,
        schema: Any,
        value: Any,
        label: str,
        count: int = 0,
        *,
        before: Any = ABSENT,
        lookup: Lookup | None = None,
        keep: frozenset[str] = frozenset(),
        name: str = "",
        depth: int = 0,
    ) -> Any:
        """The nearest value that fits, the value itself if it does, or if nothing could be found.

        `before` is what stood in its place; `keep` names members that must stay as they are. The same
        label and count give the same value.
        """
        if self.fits(schema, value):
            return value
        if isinstance(value, Mapping) and depth < _DEPTH:
            mended = self._object(schema, value, label, count, before, lookup, keep, depth)
        elif isinstance(value, list) and depth < _DEPTH:
            mended = self._list(schema, value, label, count, lookup, depth)
        else:
            mended = self._scalar(schema, value, label, count, lookup, name)
        if mended is not ABSENT and self.fits(schema, mended):
            return mended
        if before is not ABSENT and self.fits(schema, before):
            return before
        whole = self._sample(schema, f"{label}/fit", count, name)
        if not self.fits(schema, whole):
            return value if mended is ABSENT else mended
        if isinstance(whole, dict) and isinstance(value, Mapping):
            return self._overlaid(schema, whole, value if mended is ABSENT else mended, keep)
        return whole

    def _object(
        self,
        schema: Any,
        value: Mapping[str, Any],
        label: str,
        count: int,
        before: Any,
        lookup: Lookup | None,
        keep: frozenset[str],
        depth: int,
    ) -> Any:
        declared = schemas.properties(self._document, schema)
        chosen = self._choice(schema, value, label, count, before, lookup, keep, depth)
        if chosen is not ABSENT or not declared:
            return self._named_by(schema, value) if chosen is ABSENT else chosen
        required = schemas.required(self._document, schema)
        past = before if isinstance(before, Mapping) else {}
        mended = dict(value)
        for name, node in declared.items():
            place = f"{label}/{name}"
            if self._is_hidden(node):
                mended.pop(name, None)
            elif name not in mended:
                if name in required:
                    mended[name] = self._missing(node, past.get(name, ABSENT), place, count, name)
            elif name not in keep and not self.fits(node, mended[name]):
                fitted = self.fit(
                    node,
                    mended[name],
                    place,
                    count,
                    before=past.get(name, ABSENT),
                    lookup=lookup,
                    name=name,
                    depth=depth + 1,
                )
                if self.fits(node, fitted) or name in required:
                    mended[name] = fitted
                else:
                    del mended[name]
        if self.fits(schema, mended):
            return mended
        # What no schema knows may be what a closed one objects to.
        known = {name: one for name, one in mended.items() if name in declared or name in keep}
        return known if self.fits(schema, known) else mended

    def _is_hidden(self, node: Any) -> bool:
        return any(part.get("writeOnly") is True for part in schemas.parts(self._document, node))

    def _choice(
        self,
        schema: Any,
        value: Mapping[str, Any],
        label: str,
        count: int,
        before: Any,
        lookup: Lookup | None,
        keep: frozenset[str],
        depth: int,
    ) -> Any:
        """The value as the alternative has it that keeps most of it; ABSENT where none fits."""
        best: Any = ABSENT
        most = -1
        for part in schemas.parts(self._document, schema):
            for choice in (*part.get("oneOf", ()), *part.get("anyOf", ())):
                mended = self.fit(
                    choice, value, label, count, before=before, lookup=lookup, keep=keep, depth=depth + 1
                )
                if not isinstance(mended, Mapping) or not self.fits(schema, mended):
                    continue
                same = sum(1 for name, one in mended.items() if value.get(name, ABSENT) == one)
                if same > most:
                    best, most = mended, same
        return best

    def _missing(self, node: Any, before: Any, label: str, count: int, name: str) -> Any:
        if before is not ABSENT and self.fits(node, before):
            return before
        resolved = self._document.resolve(node)
        if isinstance(resolved, dict) and "default" in resolved and self.fits(node, resolved["default"]):
            return resolved["default"]
        if self.fits(node, None) and schemas.nullable(self._document, node):
            return None
        return self._sample(node, label, count, name)

    def _overlaid(
        self, schema: Any, whole: dict[str, Any], value: Mapping[str, Any], keep: frozenset[str]
    ) -> dict[str, Any]:
        """A made-up object with as many members of the value as it bears."""
        for name in sorted(value, key=lambda name: name not in keep):
            changed = {**whole, name: value[name]}
            if self.fits(schema, changed) or name in keep:
                whole = changed
        return whole

    def _list(
        self, schema: Any, value: list[Any], label: str, count: int, lookup: Lookup | None, depth: int
    ) -> Any:
        items = self._items(schema)
        if items is None:
            return ABSENT if len(value) != 1 or not self.fits(schema, value[0]) else value[0]
        return [
            self.fit(items, one, f"{label}/{place}", count, lookup=lookup, depth=depth + 1)
            for place, one in enumerate(value)
        ]

    def _items(self, schema: Any) -> Any:
        for part in schemas.parts(self._document, schema):
            if isinstance(part.get("items"), dict):
                return part["items"]
        return None

    def _scalar(
        self, schema: Any, value: Any, label: str, count: int, lookup: Lookup | None, name: str
    ) -> Any:
        if value is None:
            return ABSENT
        for other in _spellings(value):
            if self.fits(schema, other):
                return other
        if value == "":
            return ABSENT
        types = schemas.types(self._document, schema)
        items = self._items(schema)
        if items is not None and (not types or "array" in types):
            return [self.fit(items, value, label, count, lookup=lookup, name=name)]
        if schemas.properties(self._document, schema):
            return self._named(schema, value, label, count, lookup, name)
        return ABSENT

    def _named(
        self, schema: Any, value: Any, label: str, count: int, lookup: Lookup | None, name: str
    ) -> Any:
        """The object that a scalar names: the record, else a made-up one that carries the scalar."""
        if lookup is not None and (found := lookup(schema, value)) is not None and self.fits(schema, found):
            return found
        made = self._sample(schema, f"{label}/{value}", count, name)
        if not isinstance(made, dict):
            return ABSENT
        declared = schemas.properties(self._document, schema)
        for member in (*NAMING, *(one for one in declared if one.lower().endswith(("id", "name")))):
            if member in declared:
                for spelling in (value, *_spellings(value)):
                    if self.fits(schema, {**made, member: spelling}):
                        return {**made, member: spelling}
        return made

    def _named_by(self, schema: Any, value: Mapping[str, Any]) -> Any:
        """The scalar that names an object or is all that it holds (`{value: 5}`), for where one is shown."""
        told = [value[one] for one in NAMING if one in value]
        if len(value) == 1:
            told += value.values()
        for one in told:
            for spelling in (one, *_spellings(one)):
                if self.fits(schema, spelling):
                    return spelling
        return ABSENT


def _spellings(value: Any) -> list[Any]:
    """A scalar as other types write it."""
    if isinstance(value, bool):
        return [str(value).lower(), int(value)]
    if isinstance(value, int | float):
        whole = [int(value)] if isinstance(value, float) and value.is_integer() else []
        return [*whole, str(value)]
    if not isinstance(value, str):
        return []
    if not value:
        # How forms and those who think in them say that there is to be nothing.
        return [None, [], {}]
    found: list[Any] = []
    if value.removeprefix("-").isascii() and value.removeprefix("-").isdigit() and len(value) < 19:
        found.append(int(value))
    if value in {"true", "false"}:
        found.append(value == "true")
    with suppress(ValueError):
        found.append(float(value))
    return found

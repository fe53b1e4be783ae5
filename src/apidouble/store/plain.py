"""The state of a store as plain JSON values, and back.

In: shelves and counters, or what was written before. Out: a JSON object, or shelves and counters;
ProjectError with a pointer where the object does not fit. May not know: contracts, files.

    {"counters": {name: n}, "collections": {name: {"sequence": n, "records":
        [{"key": ..., "data": {...}, "hidden": {...}, "sequence": n, "version": n}]}}}

A key is a string, an integer or an array of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from apidouble.errors import Finding, ProjectError
from apidouble.store.base import CollectionSpec, Key, Record
from apidouble.store.shelf import Shelf


def write_state(shelves: Mapping[str, Shelf], counters: Mapping[str, int]) -> dict[str, Any]:
    """All records in insertion order, and all counters by name."""
    return {
        "counters": dict(sorted(counters.items())),
        "collections": {
            name: {
                "sequence": shelf.sequence,
                "records": [
                    {
                        "key": list(record.key) if isinstance(record.key, tuple) else record.key,
                        "data": dict(record.data),
                        "hidden": dict(record.hidden),
                        "sequence": record.sequence,
                        "version": record.version,
                    }
                    for record in shelf.rows()
                ],
            }
            for name, shelf in shelves.items()
        },
    }


def read_state(plain: Any, specs: Mapping[str, CollectionSpec]) -> tuple[dict[str, Shelf], Mapping[str, int]]:
    """Shelves and counters; collections that are not mentioned stay as seeded."""
    root = _object(plain, "")
    counters = _object(root.get("counters", {}), "/counters")
    for name, value in counters.items():
        _number(value, f"/counters/{_escaped(name)}", 0)
    shelves: dict[str, Shelf] = {}
    for name, part in _object(root.get("collections", {}), "/collections").items():
        at = f"/collections/{_escaped(name)}"
        if name not in specs:
            _refuse(at, f"there is no collection {name!r}", f"one of {', '.join(specs) or 'none'}")
        collection = _object(part, at)
        rows = collection.get("records")
        if not isinstance(rows, list):
            _refuse(f"{at}/records", "the records are missing", "an array")
        records = [_record(row, f"{at}/records/{number}") for number, row in enumerate(rows)]
        _distinct(records, f"{at}/records")
        last = max((record.sequence for record in records), default=0)
        given = _number(collection.get("sequence", last), f"{at}/sequence", 0)
        shelves[name] = Shelf.of(specs[name], records, max(last, given))
    return shelves, counters


def _record(plain: Any, at: str) -> Record:
    row = _object(plain, at)
    key = row.get("key")
    parts: list[Any] = key if isinstance(key, list) else [key]
    if not parts or any(isinstance(part, bool) or not isinstance(part, str | int) for part in parts):
        _refuse(f"{at}/key", "this cannot be a key", "a string, an integer or an array of those")
    whole: Key = tuple(parts) if isinstance(key, list) else parts[0]
    return Record(
        whole,
        _object(row.get("data"), f"{at}/data"),
        _object(row.get("hidden", {}), f"{at}/hidden"),
        sequence=_number(row.get("sequence"), f"{at}/sequence", 1),
        version=_number(row.get("version", 1), f"{at}/version", 1),
    )


def _distinct(records: list[Record], at: str) -> None:
    keys: set[Key] = set()
    sequences: set[int] = set()
    for number, record in enumerate(records):
        if record.key in keys:
            _refuse(f"{at}/{number}/key", f"the key {record.key!r} was used before", "distinct keys")
        if record.sequence in sequences:
            _refuse(f"{at}/{number}/sequence", "the sequence was used before", "distinct sequences")
        keys.add(record.key)
        sequences.add(record.sequence)


def _object(value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(at, "this is not a snapshot of records", "an object")
    return value


def _number(value: Any, at: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        _refuse(at, "this number cannot be", f"an integer of at least {least}")
    return value


def _escaped(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _refuse(at: str, message: str, expected: str) -> NoReturn:
    raise ProjectError(Finding(message, pointer=at, expected=expected))

"""Brings what clients changed from one double to its successor, after documents changed.

In: two applications. Out: the successor's sandboxes as the predecessor's were, and what no longer
fits. May not know: files, sockets.

Only what differs from the seed is carried: a record that nobody touched is seeded anew, so that a
new property or a new fixture shows at once. Records, deletions, counters, clock and settings are
carried, and so is who signed in; faults, stubs, snapshots and the journal start anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apidouble.oauth.ledger import carried
from apidouble.sandbox.sandbox import DEFAULT
from apidouble.server import Application

Rows = list[dict[str, Any]]
Fits = Callable[[str, Mapping[str, Any]], bool]
"""(collection, data) -> whether the successor's contract allows such a record."""


def carry(old: Application, new: Application) -> list[str]:
    """Fill the successor's sandboxes; says which changed records were left behind, and why."""
    lost: list[str] = []
    fits = _judge(new)
    for sandbox in old.sandboxes.all():
        moment = sandbox.moment().dump()
        seeded = _records(old, moment["home"])
        fresh = _records(new, moment["home"])
        records, left = merge(seeded, moment["records"], fresh, fits)
        changed = {
            api: {name: value for name, value in values.items() if _default(old, api).get(name) != value}
            for api, values in moment["settings"].items()
        }
        settings = {api.name: {**_default(new, api.name), **changed.get(api.name, {})} for api in new.apis}
        start = new.sandboxes.load(moment | {"records": records, "settings": settings})
        if sandbox.name == DEFAULT:
            new.sandboxes.get().restore(start)
        else:
            new.sandboxes.create(sandbox.name, origin=start)
        new.sandboxes.get(sandbox.name).oauth = carried(sandbox.oauth)
        lost += [f"sandbox {sandbox.name}: {what}" for what in left]
    return lost


def merge(
    seeded: Mapping[str, Any], now: Mapping[str, Any], fresh: Mapping[str, Any], fits: Fits
) -> tuple[dict[str, Any], list[str]]:
    """`fresh` with the changes that lead from `seeded` to `now`, all three as stores dump them."""
    collections: dict[str, Any] = {}
    lost: list[str] = []
    for name, part in fresh["collections"].items():
        before = _by_key(seeded["collections"].get(name, {"records": []})["records"])
        after = _by_key(now["collections"].get(name, {"records": []})["records"])
        gone = before.keys() - after.keys()
        changed = {key: row for key, row in after.items() if row != before.get(key)}
        kept = {key: row for key, row in changed.items() if fits(name, row["data"])}
        lost += [f"{name} {row['key']} no longer fits" for key, row in changed.items() if key not in kept]
        rows = {key: row for key, row in _by_key(part["records"]).items() if key not in gone}
        sequence = max(part["sequence"], 0)
        for key, row in kept.items():
            place = rows[key]["sequence"] if key in rows else (sequence := sequence + 1)
            rows[key] = row | {"sequence": place}
        ordered = sorted(rows.values(), key=lambda row: int(row["sequence"]))
        collections[name] = {"sequence": sequence, "records": ordered}
    for name in now["collections"].keys() - fresh["collections"].keys():
        before = _by_key(seeded["collections"].get(name, {"records": []})["records"])
        count = sum(
            row != before.get(key) for key, row in _by_key(now["collections"][name]["records"]).items()
        )
        if count:
            lost.append(f"{name} is no collection any more, with {count} changed records")
    return {"counters": now["counters"], "collections": collections}, sorted(lost)


def _by_key(rows: Rows) -> dict[str, dict[str, Any]]:
    return {repr(row["key"]): row for row in rows}


def _records(application: Application, home: int) -> dict[str, Any]:
    """What the seed makes, as stores dump it."""
    store = application.sandboxes.base(home).fork()
    try:
        return dict(store.dump(store.snapshot()))
    finally:
        store.close()


def _default(application: Application, api: str) -> Mapping[str, Any]:
    found = next((one for one in application.apis if one.name == api), None)
    if found is None:
        return {}
    return {**found.fixture.settings, **application.settings.values.get(api, {})}


def _judge(application: Application) -> Fits:
    schemas = {
        f"{api.name}/{resource.name}": api.contract.compile_schema(resource.schema, "plain")
        for api in application.apis
        for resource in api.model.resources.values()
    }
    return lambda collection, data: schemas[collection].is_valid(dict(data))

"""Records read and loaded past the API's own rules. In: a call. Out: a reply. May not know: ASGI.

Each load is one transaction: all of it, or a refusal (422) with pointers and nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import orjson

from apidouble.catalog import Api
from apidouble.control.desk import Call, answer, gone, made, missing, refuse
from apidouble.control.records import Collection, refuse_all, shown
from apidouble.engine.exchange import Reply
from apidouble.errors import Violation
from apidouble.matcher import escaped
from apidouble.store.base import Key, Transaction


def get_state(call: Call) -> Reply:
    """All records of all APIs."""
    transaction = call.sandbox.store.begin()
    found = {name: _read(transaction, api) for name, api in call.desk.apis.items()}
    transaction.discard()
    return answer(found)


def put_state(call: Call) -> Reply:
    """Load records into collections of several APIs."""
    loads = [
        load
        for name, collections in call.body.items()
        for load in _named(_known(call, name), collections, f"/{escaped(name)}")
    ]
    return _load(call, loads)


def delete_state(call: Call) -> Reply:
    """Remove all records of all APIs."""
    return _clear(call, [one for api in call.desk.apis.values() for one in _collections(api)])


def get_api_state(call: Call) -> Reply:
    """All records of one API."""
    api = call.api
    transaction = call.sandbox.store.begin()
    found = _read(transaction, api)
    transaction.discard()
    return answer(found)


def put_api_state(call: Call) -> Reply:
    """Load records into collections of one API."""
    return _load(call, list(_named(call.api, call.body)))


def delete_api_state(call: Call) -> Reply:
    """Remove all records of one API."""
    return _clear(call, _collections(call.api))


def get_collection(call: Call) -> Reply:
    """The records of one collection."""
    collection = _collection(call)
    transaction = call.sandbox.store.begin()
    records, total = collection.records(transaction, call.query("offset", 0), call.query("limit"))
    transaction.discard()
    return answer(records, headers=[("X-Total-Count", str(total))])


def put_collection(call: Call) -> Reply:
    """Load records into one collection."""
    return _load(call, [(_collection(call), call.body, "")])


def delete_collection(call: Call) -> Reply:
    """Remove all records of one collection."""
    return _clear(call, [_collection(call)])


def post_record(call: Call) -> Reply:
    """Add one record."""
    collection = _collection(call)

    def work(transaction: Transaction) -> Key:
        refuse_all(collection.put(transaction, call.body, "", {}))
        return collection.key_of(call.body)

    key = call.sandbox.run(work)
    return made(_stored(call, collection, key), _url(call, collection, key))


def get_record(call: Call) -> Reply:
    """One record."""
    collection = _collection(call)
    transaction = call.sandbox.store.begin()
    record = collection.find(transaction, call.path("key"))
    transaction.discard()
    return answer(shown(record)) if record is not None else missing("record", call.path("key"))


def put_record(call: Call) -> Reply:
    """Replace one record, or add it."""
    collection = _collection(call)
    text = call.path("key")

    def work(transaction: Transaction) -> tuple[Key, bool]:
        record = collection.find(transaction, text)
        wanted = [record.key] if record is not None else list(collection.spellings(text))
        before = {record.key: record} if record is not None else {}
        refuse_all(_as_addressed(collection, transaction, call.body, wanted, before))
        return collection.key_of(call.body), record is None

    key, new = call.sandbox.run(work)
    stored = _stored(call, collection, key)
    return made(stored, _url(call, collection, key)) if new else answer(stored)


def patch_record(call: Call) -> Reply:
    """Change members of one record."""
    collection = _collection(call)

    def work(transaction: Transaction) -> Key:
        record = collection.find(transaction, call.path("key"))
        if record is None:
            missing("record", call.path("key"))
        changed = {**shown(record), **call.body}
        refuse_all(_as_addressed(collection, transaction, changed, [record.key], {record.key: record}))
        return record.key

    return answer(_stored(call, collection, call.sandbox.run(work)))


def delete_record(call: Call) -> Reply:
    """Remove one record."""
    collection = _collection(call)

    def work(transaction: Transaction) -> None:
        record = collection.find(transaction, call.path("key"))
        if record is None:
            missing("record", call.path("key"))
        transaction.delete(collection.name, record.key)

    call.sandbox.run(work)
    return gone()


def _as_addressed(
    collection: Collection,
    transaction: Transaction,
    given: Mapping[str, Any],
    wanted: list[Key],
    before: Mapping[Key, Any],
) -> Iterator[Violation]:
    """Store a record under the key that the path names, and under no other."""
    yield from collection.put(
        transaction, given, "", before, replacing=wanted[0] if before and wanted else None
    )
    key = collection.key_of(given)
    if key not in wanted:
        pointer = f"/{escaped(collection.resource.key)}" if collection.resource.key else ""
        yield Violation(
            f"the record has the key {orjson.dumps(key).decode()}, which is not the one in the path",
            "body",
            pointer=pointer,
            keyword="key",
        )


def _collection(call: Call) -> Collection:
    return Collection.of(call.api, call.path("collection"))


def _collections(api: Api) -> list[Collection]:
    return [Collection(api, resource) for resource in api.model.resources.values()]


def _known(call: Call, name: str) -> Api:
    api = call.desk.apis.get(name)
    if api is None:
        refuse(f"no such API is served; there are {', '.join(call.desk.apis)}", f"/{escaped(name)}")
    return api


def _named(api: Api, given: Mapping[str, Any], at: str = "") -> Iterator[tuple[Collection, list[Any], str]]:
    """The collections that a body names, what they shall hold, and where that stands."""
    for name, records in given.items():
        resource = api.model.resources.get(name)
        if resource is None:
            known = ", ".join(api.model.resources) or "none"
            refuse(f"{api.name} has no such collection; there are {known}", f"{at}/{escaped(name)}")
        yield Collection(api, resource), records, f"{at}/{escaped(name)}"


def _read(transaction: Transaction, api: Api) -> dict[str, list[dict[str, Any]]]:
    return {one.resource.name: one.records(transaction)[0] for one in _collections(api)}


def _load(call: Call, loads: list[tuple[Collection, list[Any], str]]) -> Reply:
    def work(transaction: Transaction) -> None:
        refuse_all(chain.from_iterable(one.load(transaction, records, at) for one, records, at in loads))

    call.sandbox.run(work)
    loaded: dict[str, dict[str, int]] = {}
    for collection, records, _ in loads:
        loaded.setdefault(collection.api, {})[collection.resource.name] = len(records)
    return answer({"loaded": loaded})


def _clear(call: Call, collections: list[Collection]) -> Reply:
    def work(transaction: Transaction) -> None:
        for collection in collections:
            collection.clear(transaction)

    call.sandbox.run(work)
    return gone()


def _stored(call: Call, collection: Collection, key: Key) -> dict[str, Any]:
    transaction = call.sandbox.store.begin()
    record = transaction.get(collection.name, key)
    transaction.discard()
    assert record is not None  # noqa: S101 - it was stored just now, and nothing ran in between
    return shown(record)


def _url(call: Call, collection: Collection, key: Key) -> str:
    text = orjson.dumps(key).decode() if isinstance(key, tuple) else str(key)
    return call.url("state", collection.api, collection.resource.name, text)

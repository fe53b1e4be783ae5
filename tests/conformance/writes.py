"""Read your writes: create, read, list, change, delete, 404, on every collection that a document has.

In: a document. Out: one `Story` for each collection that can be created and read: how far it went. May not
know: any document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.calls import Answer, Double, readable

from apidouble.catalog import Api
from apidouble.contract.operation import Operation
from apidouble.engine import schemas
from apidouble.engine.addresses import readers
from apidouble.engine.fields import get_field
from apidouble.engine.own_links import own_links
from apidouble.engine.pages import cursor_of
from apidouble.model.resource import Binding, Resource, Verb
from apidouble.store.base import Record


@dataclass
class Story:
    """What became of one collection."""

    document: str
    collection: str
    told: list[str] = field(default_factory=list)
    """The steps that went well."""
    failed: str = ""

    def __str__(self) -> str:
        end = f" FAILED {self.failed}" if self.failed else ""
        return f"{self.document}/{self.collection}: {' '.join(self.told)}{end}"


class Unlike(Exception):  # noqa: N818 - what was found
    """The double did not do what it had said."""


def stories(document: Path, runner: asyncio.Runner) -> Iterator[Story]:
    """One for each collection with an operation that makes a record and one that reads it."""
    double = Double(document, runner)
    for api in double.apis:
        for name, resource in api.model.resources.items():
            makers = _bound(api, name, Verb.CREATE) or _bound(api, name, Verb.UPSERT)
            readers = [one for one in _bound(api, name, Verb.READ) if one[1].key_location == "path"]
            if not makers or not readers or resource.singleton:
                continue
            story = Story(document.name, name)
            try:
                _tell(double, api, resource, makers[0], readers[0], story)
            except Unlike as error:
                story.failed = str(error)
            yield story


def _bound(api: Api, resource: str, *verbs: Verb) -> list[tuple[Operation, Binding]]:
    """Operations on a collection, the shortest path first."""
    found = [
        (api.contract.operations[name], binding)
        for name, binding in api.model.bindings.items()
        if binding.resource == resource and binding.verb in verbs and not binding.same_as and not binding.many
    ]
    return sorted(found, key=lambda one: one[0].path.count("/"))


def _tell(
    double: Double,
    api: Api,
    resource: Resource,
    maker: tuple[Operation, Binding],
    reader: tuple[Operation, Binding],
    story: Story,
) -> None:
    operation, binding = maker
    given = _addressable(double, api, _body(double, operation), binding, resource, reader)
    before = {record.key for record in double.records(api.name, resource.name)}
    made = _well(
        double.call(operation, double.addressed(api.name, binding, None), body=given), story, "create"
    )
    fresh = [one for one in double.records(api.name, resource.name) if one.key not in before]
    if len(fresh) != 1:
        raise Unlike(f"{made} made {len(fresh)} records")
    record = fresh[0]
    _read(double, api, resource, reader, record, _inner(given, binding), binding, story)
    _listed(double, api, resource, record, story)
    _change(double, api, resource, reader, record, story)
    _delete(double, api, resource, reader, record, story)


def _body(double: Double, operation: Operation, turn: int = 0) -> Any:
    if operation.body is None or not operation.body.content:
        return None
    return double.body(operation, readable(operation.body.content), turn)


def _addressable(
    double: Double,
    api: Api,
    body: Any,
    binding: Binding,
    resource: Resource,
    reader: tuple[Operation, Binding],
) -> Any:
    """The body with a key that the reading path bears: a document may know two rules for one key."""
    if not isinstance(body, dict) or binding.body or resource.key not in body or reader[1].key_field:
        return body
    own = body[resource.key]
    for parameter in reader[0].parameters:
        if parameter.name == reader[1].key and parameter.location == "path":
            key = double.fresh(reader[0], parameter, resource)
            if key is None:
                # The path bears so few keys that all are taken: one has to go.
                key = double.records(reader[0].api, resource.name)[-1].value(resource.key)
                for remover, removing in _bound(api, resource.name, Verb.DELETE)[:1]:
                    double.call(remover, {removing.key: key})
            taken = own in (record.value(resource.key) for record in double.records(api.name, resource.name))
            if type(key) is type(own) and (taken or not double.fits(reader[0], parameter.schema, own)):
                return {**body, resource.key: key}
    return body


def _inner(body: Any, binding: Binding) -> Mapping[str, Any]:
    for name in binding.body:
        body = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping):
        return {}
    return {binding.spelled.get(name, name): value for name, value in body.items()}


def _well(answer: Answer, story: Story, step: str) -> Answer:
    if not 200 <= answer.status < 300 or answer.violations:
        raise Unlike(f"{step}: {answer}")
    story.told.append(step)
    return answer


def _read(
    double: Double,
    api: Api,
    resource: Resource,
    reader: tuple[Operation, Binding],
    record: Record,
    given: Mapping[str, Any],
    writer: Binding,
    story: Story,
) -> None:
    operation, binding = reader
    answer = _well(double.call(operation, double.addressed(api.name, binding, record)), story, "read")
    shown = _shown(answer, binding)
    if not isinstance(shown, Mapping):
        return
    declared = schemas.properties(api.contract.document, resource.schema)
    parents = (parent.field for parent in resource.parents)
    readings = readers(api.contract, api.model)
    links = own_links(api.contract, api.model, resource, readings.get(resource.name))
    # What the server keeps, what the path says better, and where the record is.
    owned = {*resource.generated, *resource.created, *resource.updated, *parents}
    owned |= set(links.places) if links is not None else set()
    for name, value in given.items():
        if name not in shown or name not in declared or name in owned:
            continue
        if writer.writable is not None and name not in writer.writable:
            continue
        if not api.contract.compile_schema(declared[name], "response").is_valid(value):
            continue
        if not _same(shown[name], value, name, owned):
            raise Unlike(f"read: {name} was given as {value!r} and is shown as {shown[name]!r}: {answer}")


def _shown(answer: Answer, binding: Binding) -> Any:
    if "json" not in answer.headers.get("content-type", ""):
        return None
    shown = answer.json()
    pointer = binding.envelope.record
    if pointer is None:
        return None
    for name in pointer:
        shown = shown.get(name) if isinstance(shown, Mapping) else None
    return shown


def _same(shown: Any, given: Any, place: str = "", owned: Collection[str] = ()) -> bool:
    """Equal as far as given: the server may add members to objects, and keeps some for itself."""
    if place in owned:
        return True
    if isinstance(shown, Mapping) and isinstance(given, Mapping):
        return all(
            _same(shown[name], value, f"{place}/{name}", owned)
            for name, value in given.items()
            if name in shown
        )
    if isinstance(shown, list) and isinstance(given, list):
        return len(shown) == len(given) and all(map(_same, shown, given))
    return bool(shown == given)


def _listed(double: Double, api: Api, resource: Resource, record: Record, story: Story) -> None:
    for operation, binding in _bound(api, resource.name, Verb.LIST)[:1]:
        if any(record.value(name) is None for _, name in binding.parents):
            continue
        known = double.addressed(api.name, binding, record)
        needed = {one.parameter for one in binding.filters if one.location == "query"}
        narrowed = any(
            (one.required or one.has_default) and one.name in needed for one in operation.parameters
        )
        paging = binding.paging
        first = paging is not None and any(
            one.required for one in operation.parameters if one.name == paging.position
        )
        shown = 0
        found = False
        for page in range(30):
            query: dict[str, Any] = {}
            if paging is not None and paging.position and paging.location == "query" and (page or first):
                query[paging.position] = {
                    "offset": shown,
                    "page": paging.first_page + page,
                    "cursor": cursor_of(shown),
                }[paging.style]
            answer = double.call(operation, known, query=query)
            if not 200 <= answer.status < 300 or answer.violations:
                raise Unlike(f"list: {answer}")
            records = _records(answer, binding)
            if records is None or narrowed:
                found = True
                break
            shown += len(records)
            found = found or any(_is(one, record, resource) for one in records)
            if found or not records or paging is None or not paging.position:
                break
        if not found:
            raise Unlike(f"list: the record is not in {answer}")
        story.told.append("list")


def _records(answer: Answer, binding: Binding) -> list[Any] | None:
    if "json" not in answer.headers.get("content-type", "") or binding.envelope.records is None:
        return None
    body = answer.json()
    for name in binding.envelope.records:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, list) else None


def _is(shown: Any, record: Record, resource: Resource) -> bool:
    if not isinstance(shown, Mapping):
        return True
    if resource.key and not resource.key.startswith("^"):
        own = get_field(shown, resource.key)
        if own is not None:
            return bool(own == record.value(resource.key))
    return _same(record.data, shown)


def _change(
    double: Double,
    api: Api,
    resource: Resource,
    reader: tuple[Operation, Binding],
    record: Record,
    story: Story,
) -> None:
    for operation, binding in _bound(api, resource.name, Verb.UPDATE, Verb.REPLACE, Verb.UPSERT)[:1]:
        given = _body(double, operation, 1)
        if binding.key_location == "body":
            given = {**given, binding.key: record.value(resource.key)} if isinstance(given, dict) else given
        key = binding.key if binding.key_location == "body" else ""
        if isinstance(given, dict) and resource.key in given and not key:
            # The body repeats the key that the path says.
            given = {**given, resource.key: record.value(resource.key)}
        _well(
            double.call(operation, double.addressed(api.name, binding, record), body=given), story, "change"
        )
        current = next(
            (one for one in double.records(api.name, resource.name) if one.key == record.key), None
        )
        if current is None:
            raise Unlike(f"change: {record} is gone after {operation.id}")
        told = len(story.told)
        _read(double, api, resource, reader, current, _inner(given, binding), binding, story)
        del story.told[told:]


def _delete(
    double: Double,
    api: Api,
    resource: Resource,
    reader: tuple[Operation, Binding],
    record: Record,
    story: Story,
) -> None:
    for operation, binding in _bound(api, resource.name, Verb.DELETE)[:1]:
        if not binding.key:
            continue
        _well(double.call(operation, double.addressed(api.name, binding, record)), story, "delete")
        gone = double.call(reader[0], double.addressed(api.name, reader[1], record))
        if gone.status != 404:
            raise Unlike(f"read after delete: {gone}")
        story.told.append("404")

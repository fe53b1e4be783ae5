"""Which fields of a record the server fills.

In: record and request schemas. Out: names of created, updated, generated, unique, write-only fields,
and defaults. May not know: operations' paths, stores.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from apidouble.model.envelopes import group_version_kind
from apidouble.model.names import squeezed, words
from apidouble.model.schemas import Schemas, Shape

_CREATED = frozenset(
    {
        "createdat", "created", "creationdate", "datecreated", "createdon", "createddate", "creationtime",
        "createdtime", "createtime", "createdatetime", "createddatetime", "creationtimestamp",
        "createdtimestamp",
        "insertedat", "registeredat", "registrationdate", "createdate", "timecreated", "creationdatetime",
        "createdatutc", "createdutc", "dateadded", "addedat", "joinedat", "signupdate", "submittedat",
    }
)  # fmt: skip
_UPDATED = frozenset(
    {
        "updatedat", "updated", "modified", "modifiedat", "lastmodified", "lastmodifiedat", "dateupdated",
        "updatedon", "updateddate", "updatetime", "updatedtime", "lastupdated", "lastupdatedat",
        "lastupdate",
        "modifiedon", "modifieddate", "datemodified", "modificationdate", "modificationtime", "changedat",
        "lastchanged", "lastchangedat", "editedat", "mtime", "lastmodifieddate", "lastmodifiedtime",
        "lastupdatetime", "updatedatetime", "updateddatetime", "lastmodifieddatetime", "lastmodifiedon",
        "updatedutc",
        "timeupdated", "updatedate", "lastupdateddate", "lastupdateddatetime", "updatedtimestamp",
        "changedon",
    }
)  # fmt: skip
_NATURAL = frozenset(
    {"username", "login", "email", "emailaddress", "slug", "sku", "handle", "isbn", "userlogin", "loginname"}
)
_LATER = frozenset(
    {
        "deleted", "closed", "cancelled", "canceled", "merged", "archived", "completed", "failed",
        "finished",
        "ended", "expired", "revoked", "resolved", "rejected", "refunded", "voided", "error", "errors",
        "failure",
        "disputed", "paused", "stopped", "removed", "dismissed", "deactivated", "disabled", "suspended",
        "blocked",
        "last", "previous", "reason",
    }
)  # fmt: skip
"""Words of what only happens later in a record's life: a new record has it not."""
_HOLDERS = frozenset(
    {
        "metadata",
        "meta",
        "attributes",
        "timestamps",
        "audit",
        "system",
        "sys",
        "auditinfo",
        "properties",
        "dates",
    }
)


def deep_fields(schemas: Schemas, record: Shape) -> Iterator[tuple[str, Shape]]:
    """The record's fields, and those one level down in objects that hold data about the record."""
    for name in record.properties:
        yield name, schemas.property(record, name)
    for name in record.properties:
        if squeezed(name) in _HOLDERS:
            holder = schemas.property(record, name)
            if holder.is_object:
                for inner in holder.properties:
                    yield f"{name}/{inner}", schemas.property(holder, inner)


def times(schemas: Schemas, record: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that hold the time of creation, and those with the time of the last change."""
    created: list[str] = []
    updated: list[str] = []
    for name, shape in deep_fields(schemas, record):
        flat = squeezed(name.rpartition("/")[2])
        if not _is_time(shape):
            continue
        if flat in _CREATED:
            created.append(name)
        elif flat in _UPDATED:
            updated.append(name)
    return tuple(created), tuple(updated)


def _is_time(shape: Shape) -> bool:
    if shape.values or shape.types & {"boolean", "array"}:
        return False
    if "string" in shape.types:
        return squeezed(shape.format) in {
            "datetime",
            "date",
            "",
            "isodatetime",
            "timestamp",
            "iso8601",
            "rfc3339",
        }
    return bool(shape.types & {"integer", "number"})


def generated(
    schemas: Schemas, record: Shape, key: str, writable: Iterable[Shape], required: frozenset[str]
) -> tuple[str, ...]:
    """What the server fills when a record is made: read-only fields, and those no request can hold."""
    written: set[str] = set()
    free = False
    for request in writable:
        free = free or not request.properties
        written |= {name for name in request.properties if not schemas.property(request, name).read_only}
    names: list[str] = []
    for name in record.properties:
        shape = schemas.property(record, name)
        if shape.write_only:
            continue
        if name == key:
            if name not in required:
                names.append(name)
        elif (
            shape.read_only
            or (name in record.required and name not in required and name not in written)
            or (not free and name not in written and not _happens_later(name, shape))
        ):
            names.append(name)
    if "/" in key and key not in required:
        names.append(key)
    return tuple(names)


def _happens_later(name: str, shape: Shape) -> bool:
    parts = words(name)
    return bool(parts) and (parts[0] in _LATER or parts[-1] in _LATER)


def write_only(
    schemas: Schemas, shown: Sequence[Shape], requests: Iterable[Shape], spelled: Collection[str]
) -> tuple[str, ...]:
    """Properties that may be sent and are shown by no answer, but those that answers spell otherwise."""
    visible = {name for shape in shown for name in shape.properties}
    names: dict[str, None] = {}
    for shape in (*shown, *requests):
        for name in shape.properties:
            if name in spelled:
                continue
            if schemas.property(shape, name).write_only or (visible and name not in visible):
                names.setdefault(name)
    return tuple(names)


def unique(schemas: Schemas, record: Shape, key: str) -> tuple[str, ...]:
    """Natural keys that no two records share."""
    return tuple(
        name
        for name in record.properties
        if name != key and squeezed(name) in _NATURAL and schemas.property(record, name).textual
    )


def defaults(schemas: Schemas, record: Shape, create: Shape | None) -> dict[str, Any]:
    """What a new record has where the request does not say."""
    found: dict[str, Any] = {pointer[0]: value for pointer, value in group_version_kind(record)}
    for shape in (record, create):
        if shape is None:
            continue
        for name in shape.properties:
            inner = schemas.property(shape, name)
            if "default" in inner.node and not (inner.node["default"] is None and not inner.nullable):
                found[name] = inner.node["default"]
    return found

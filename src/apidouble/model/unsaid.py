"""What answers look like where a contract does not say: read off requests, examples and neighbours.

In: readings. Out: the same readings, those of known collections with an answer. May not know: groups,
homes, stores.

Many documents only say "200: OK". A GET that shows nothing is of no use to anybody, so the record that
was written is shown as JSON. A write that declares no body answers with one only where the reading of
the record is not declared either: a contract that shows records elsewhere means it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Media
from apidouble.model.keys import own_key
from apidouble.model.names import plural, words
from apidouble.model.places import find_record, find_records
from apidouble.model.readings import Reading, preferred
from apidouble.model.resource import Pointer
from apidouble.model.schemas import EMPTY, Schemas

_PARAMETER = re.compile(r"\{[^{}/]*\}")
_ITEM = re.compile(r"^(.*)/\{([^{}/]+)\}$")


@dataclass(slots=True)
class _Place:
    """The operations on one collection of paths, by method."""

    collection: dict[str, Reading] = field(default_factory=dict)
    items: dict[str, Reading] = field(default_factory=dict)
    parameter: str = ""


def imagine(readings: Sequence[Reading], schemas: Schemas) -> None:
    """Give readings without a declared answer the one that their neighbours let expect."""
    for reading in readings:
        if reading.unsaid and (shown := _of_example(reading, schemas)) is not None:
            reading.imagine(shown, schemas)
    if not any(map(_is_open, readings)):
        return
    for place in _places(readings):
        _imagine_place(place, schemas)


def _is_open(reading: Reading) -> bool:
    """Whether nothing has said yet how the answer looks."""
    return reading.unsaid and not reading.imagined


def _places(readings: Sequence[Reading]) -> list[_Place]:
    found: dict[str, _Place] = {}
    for reading in readings:
        path = reading.operation.path.rstrip("/")
        item = _ITEM.match(path)
        base = _PARAMETER.sub("{}", item.group(1) if item else path)
        if not base:
            continue
        place = found.setdefault(base, _Place())
        (place.items if item else place.collection).setdefault(reading.method, reading)
        if item:
            place.parameter = place.parameter or item.group(2)
    return list(found.values())


def _imagine_place(place: _Place, schemas: Schemas) -> None:
    listing, reader = place.collection.get("GET"), place.items.get("GET")
    maker = place.collection.get("POST")
    if not any(one is not None and _is_open(one) for one in (listing, reader)):
        return
    named = words(listing.literal)[-1:] if listing is not None else ()
    if not place.items and not (maker is not None and named and plural(named[0]) == named[0]):
        return
    if not place.items.keys() & {"PUT", "PATCH", "DELETE"} and maker is None:
        return
    record = _record(place, schemas)
    if record is None:
        return
    if listing is not None and _is_open(listing) and "object" not in listing.shape.types:
        listing.imagine({"type": "array", "items": record}, schemas)
    if reader is not None and not _is_open(reader):
        return
    if reader is not None and not reader.shape.is_array:
        reader.imagine(record, schemas)
    writes = (maker, place.items.get("PUT"), place.items.get("PATCH"))
    for write in writes:
        if write is not None and _is_open(write) and not write.shape.is_array:
            write.imagine(record, schemas)


def _record(place: _Place, schemas: Schemas) -> Any:
    """The schema of one record: as any answer shows it, else as it is sent, with a key."""
    reader, listing = place.items.get("GET"), place.collection.get("GET")
    shown = [
        *((one, one.record) for one in (reader,) if one is not None and not _is_open(one)),
        *((one, one.records) for one in (listing,) if one is not None and not _is_open(one)),
        *(
            (one, one.record)
            for one in (place.collection.get("POST"), place.items.get("PUT"), place.items.get("PATCH"))
            if one is not None and not _is_open(one)
        ),
    ]
    for _, found in shown:
        shape = schemas.shape(found.schema) if found is not None else EMPTY
        if found is not None and len(shape.properties) > 1:
            return found.schema
    for write in (place.collection.get("POST"), place.items.get("PUT"), place.items.get("PATCH")):
        if write is not None and write.given.is_object:
            return _sent(write, place, schemas)
    return None


def _sent(write: Reading, place: _Place, schemas: Schemas) -> Any:
    """What is sent, with the key by which paths know it."""
    given, schema = write.given, write.request
    if len(given.properties) == 1:
        # `{user: {...}}`: the request wraps the record.
        name = next(iter(given.properties))
        inner = schemas.property(given, name)
        if inner.is_object and inner.properties:
            given, schema = inner, given.properties[name]
    if not place.items:
        return schema
    item = next(iter(place.items.values()))
    wanted = item.parameter_shape(place.parameter, schemas)
    literal = item.template.literal
    if own_key(place.parameter, wanted, literal, given, schemas, item.parameter_text(place.parameter)):
        return schema
    name = "id" if words(place.parameter)[-1:] == ("id",) else place.parameter
    key = item.path_parameters.get(place.parameter)
    plain = {**wanted.node} if key is not None else {"type": "string"}
    return {
        "type": "object",
        "properties": {name: {**plain, "readOnly": True}, **given.properties},
        "required": [name, *sorted(given.required)],
    }


# Examples


def _of_example(reading: Reading, schemas: Schemas) -> Any:
    """The schema that a documented answer without a schema lets guess; None where there is none."""
    response = reading.operation.response(reading.success)
    media = preferred(response.content) if response is not None else None
    shown = _first_example(media, reading)
    if not isinstance(shown, dict | list) or not shown:
        return None
    schema = schema_of(shown)
    literal = reading.template.literal
    for found in (find_records(schemas, schema, literal), find_record(schemas, schema, literal)):
        if found is not None and found.pointer:
            return schema_of(shown, found.pointer)
    return schema


def _first_example(media: Media | None, reading: Reading) -> Any:
    if media is None:
        return None
    node = reading.shape.node
    listed = node.get("examples")
    shown = [example.value for example in media.examples]
    shown += [node["example"]] if "example" in node else []
    shown += listed if isinstance(listed, list) else []
    return next(iter(shown), None)


def schema_of(value: Any, pointer: Pointer = ()) -> Any:
    """A schema that an example fits, and that values like it fit, too; what stands around the place
    that a pointer names keeps its value as an example.
    """
    if isinstance(value, Mapping):
        properties: dict[str, Any] = {}
        around: list[str] = []
        for name, one in value.items():
            inside = bool(pointer) and name == pointer[0]
            properties[str(name)] = schema_of(one, pointer[1:] if inside else ())
            if pointer and not inside:
                properties[str(name)]["example"] = one
                around.append(str(name))
        return {"type": "object", "properties": properties, "required": around}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0]) if value else {}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    return {"type": "string"} if isinstance(value, str) else {}

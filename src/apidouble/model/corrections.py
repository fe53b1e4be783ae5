"""An operation's hints laid over its inferred binding.

In: a binding and the hints of its operation. Out: the binding, corrected; faults for hints that name
what does not exist. May not know: how the binding was inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.model.bindings import Binder
from apidouble.model.envelopes import constants, with_pointers
from apidouble.model.hints import Hints, parameter_pointer
from apidouble.model.readings import Reading
from apidouble.model.resource import MEMBERS, Binding, Paging, Pointer, Resource, Sorting, Verb, pointer_of
from apidouble.model.schemas import Schemas, Shape


def correct(
    binding: Binding,
    reading: Reading,
    resources: Mapping[str, Resource],
    hints: Hints,
    schemas: Schemas,
    binder: Binder,
) -> None:
    """Lay the operation's hints over its binding."""
    hint = reading.operation.hints
    resource = resources.get(binding.resource)
    place = f"{reading.operation.pointer}/x-double"
    if "body" in hint:
        binding.body = pointer_of(hint["body"])
        if not _exists(binding.body, reading.given, schemas):
            hints.fault(
                f"{place}/body",
                f"Nothing is at {hint['body']} in the request body",
                "",
                *_near(hint["body"], reading.given),
            )
        _writable(binding, reading, resource, schemas, binder)
    if "envelope" in hint:
        _envelope(binding, reading, hint["envelope"], hints, schemas, f"{place}/envelope")
    if "sets" in hint:
        binding.sets = dict(hint["sets"])
        if resource is not None:
            shape = schemas.shape(resource.schema)
            for name in binding.sets:
                if (
                    shape.properties
                    and not shape.open
                    and schemas.field(shape, name) is None
                    and not name.startswith("^")
                ):
                    hints.fault(
                        f"{place}/sets/{name}",
                        f"Records have no property `{name}`",
                        "a property of the record",
                        name,
                        shape.properties,
                    )
    if "success" in hint:
        binding.success = int(hint["success"])
        if reading.operation.response(binding.success) is None:
            hints.fault(
                f"{place}/success",
                f"The operation declares no {binding.success}",
                "a declared status",
                str(binding.success),
                reading.operation.responses,
            )
    jsonp = hint.get("jsonp")
    if jsonp == "always":
        binding.jsonp_always = True
    elif isinstance(jsonp, str):
        binding.jsonp = jsonp
    if "paging" in hint:
        binding.paging = _paging(binding.paging, hint["paging"], reading, hints, f"{place}/paging")
    if "sorting" in hint:
        binding.sorting = _sorting(binding.sorting, hint["sorting"], reading, hints, f"{place}/sorting")
    _filters(binding, reading, resource, hints, schemas)


def _exists(pointer: Pointer, shape: Shape, schemas: Schemas) -> bool:
    here = shape
    for part in pointer:
        if part not in here.properties:
            return here.open or not here.properties
        here = schemas.property(here, part)
    return True


def _near(text: str, shape: Shape) -> tuple[str, list[str]]:
    return text.rpartition("/")[2], list(shape.properties)


def _writable(
    binding: Binding, reading: Reading, resource: Resource | None, schemas: Schemas, binder: Binder
) -> None:
    shape = reading.given
    for part in binding.body:
        shape = schemas.property(shape, part)
    if shape.properties and binding.verb is not Verb.ACTION:
        free = shape.open and not shape.closed
        names = {name for name in shape.properties if not schemas.property(shape, name).read_only}
        addressed = binding.key if binding.verb is not Verb.CREATE else ""
        if resource is not None and addressed:
            renamed = binder.renames(shape, resource.key, schemas.shape(resource.schema))
            names -= set() if renamed else {resource.key}
        binding.writable = None if free else frozenset(binding.spelled.get(name, name) for name in names)


def _envelope(
    binding: Binding, reading: Reading, hint: Mapping[str, Any], hints: Hints, schemas: Schemas, place: str
) -> None:
    pointers: dict[str, Any] = {}
    for member, text in hint.items():
        if member == "links_are":
            pointers[member] = text
            continue
        pointer = pointer_of(text)
        pointers[member] = pointer
        if member != "item" and not _exists(pointer, reading.shape, schemas):
            hints.fault(
                f"{place}/{member}",
                f"Nothing is at {text} in the success body",
                "a pointer into its schema",
                *_near(text, reading.shape),
            )
    if "records" in pointers:
        pointers.setdefault("record", None)
    elif "record" in pointers:
        pointers.setdefault("records", None)
    if "item" in pointers:
        pointers["items_in_object"] = bool(pointers["item"])
    links = pointers.pop("links_are", None)
    binding.envelope = with_pointers(binding.envelope, pointers)
    if links is not None:
        binding.envelope = with_pointers(binding.envelope, {"links_are": links})
    shown = pointers.get("record", pointers.get("records"))
    if shown is not None:
        binding.shown = None
        _constants(binding, reading, schemas, pointers)


def _constants(binding: Binding, reading: Reading, schemas: Schemas, pointers: Mapping[str, Any]) -> None:
    known = [pointer for pointer in pointers.values() if isinstance(pointer, tuple) and pointer]
    known += [value for name in MEMBERS if (value := getattr(binding.envelope, name))]
    shown = pointers.get("record")
    if (pointers.get("records") if shown is None else shown) == ():
        return
    binding.envelope = with_pointers(
        binding.envelope,
        {"constants": constants(schemas, reading.shape, known)},  # type: ignore[dict-item]
    )


def _paging(
    inferred: Paging | None, hint: Mapping[str, Any], reading: Reading, hints: Hints, place: str
) -> Paging:
    base = inferred if inferred is not None and inferred.style == hint["style"] else Paging(hint["style"])
    names = [knob.name for knob in reading.knobs] + list(reading.given.properties)
    for member in ("size", "position", "backwards"):
        if member in hint and hint[member] and hint[member] not in names:
            hints.fault(
                f"{place}/{member}",
                f"The operation has no parameter `{hint[member]}`",
                "a query parameter",
                str(hint[member]),
                names,
            )
    values = {name: getattr(base, name) for name in Paging.__dataclass_fields__}
    return Paging(**{**values, **hint})


def _sorting(
    inferred: Sorting | None, hint: Mapping[str, Any], reading: Reading, hints: Hints, place: str
) -> Sorting:
    base = inferred or Sorting("")
    names = [knob.name for knob in reading.knobs] + list(reading.given.properties)
    for member in ("parameter", "direction"):
        if hint.get(member) and hint[member] not in names:
            hints.fault(
                f"{place}/{member}",
                f"The operation has no parameter `{hint[member]}`",
                "a query parameter",
                str(hint[member]),
                names,
            )
    values = {name: getattr(base, name) for name in Sorting.__dataclass_fields__}
    return Sorting(**{**values, **hint})


def _filters(
    binding: Binding, reading: Reading, resource: Resource | None, hints: Hints, schemas: Schemas
) -> None:
    """Hinted filters must name fields that records have."""
    if resource is None:
        return
    shape = schemas.shape(resource.schema)
    if not shape.properties or shape.open:
        return
    for knob in reading.knobs:
        named = (knob.hints or {}).get("filter")
        if named is None:
            continue
        for name in named if isinstance(named, list) else [named]:
            if not str(name).startswith("^") and schemas.field(shape, str(name)) is None:
                where = parameter_pointer(reading.operation, knob.name, "query")
                hints.fault(
                    f"{where}/x-double/filter",
                    f"Records of {binding.resource} have no property `{name}`",
                    "a property of the record",
                    str(name),
                    shape.properties,
                )

"""What was inferred, and why, as plain data and as text.

In: a model and its contract. Out: `Explanation` for `apidouble explain`, JSON-able and readable.
May not know: terminals, HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apidouble.contract.operation import Contract
from apidouble.model.resource import MEMBERS, Binding, Envelope, Filter, Model, Pointer, Resource, Verb


@dataclass(frozen=True, slots=True)
class Explanation:
    """A model in words."""

    data: Mapping[str, Any]
    """`api`, `resources` (each with its operations), `stateless`; JSON-able."""

    def text(self) -> str:
        """The same for people."""
        return "\n".join(_text(self.data)) + "\n"


def explain(model: Model, contract: Contract) -> Explanation:
    """Tell what was inferred of an API, why, and which hint would correct it."""
    by_resource: dict[str, list[dict[str, Any]]] = {name: [] for name in model.resources}
    stateless: list[dict[str, Any]] = []
    for binding in model.bindings.values():
        told = _operation(binding, contract)
        if binding.resource in by_resource:
            by_resource[binding.resource].append(told)
        else:
            stateless.append(told)
    resources = [_resource(resource, by_resource[name]) for name, resource in model.resources.items()]
    data: dict[str, Any] = {
        "api": model.api,
        "title": contract.title,
        "resources": resources,
        "stateless": stateless,
        "counts": {
            "resources": len(resources),
            "operations": len(model.bindings),
            "stateless": len(stateless),
        },
    }
    return Explanation(data)


def _resource(resource: Resource, operations: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": resource.name,
        "schema": resource.schema_name or "(inline)",
        "key": resource.key,
        "singleton": resource.singleton,
        "unique_within": [parent.parameter for parent in resource.parents] if resource.scoped else [],
        "parents": [
            {"parameter": parent.parameter, "field": parent.field, "collection": parent.resource}
            for parent in resource.parents
        ],
        "views": [[parent.field for parent in view] for view in resource.views],
        "created": list(resource.created),
        "updated": list(resource.updated),
        "generated": list(resource.generated),
        "unique": list(resource.unique),
        "write_only": list(resource.write_only),
        "references": dict(resource.references),
        "defaults": dict(resource.defaults),
        "seeded": resource.seeded,
        "why": list(resource.why),
        "operations": operations,
        "hint": _resource_hint(resource),
    }
    return {name: value for name, value in told.items() if value not in ([], {}, "", False)}


def _resource_hint(resource: Resource) -> str:
    parts = [f"key: {resource.key}"] if resource.key else []
    if resource.parents:
        held = ", ".join(f"{parent.parameter}: {parent.field}" for parent in resource.parents)
        parts.append(f"parents: {{{held}}}")
    return f"x-double: {{resources: {{{resource.name}: {{{', '.join(parts)}}}}}}}"


def _operation(binding: Binding, contract: Contract) -> dict[str, Any]:
    operation = contract.operations[binding.operation]
    told: dict[str, Any] = {
        "operation": binding.operation,
        "method": operation.method,
        "path": operation.path,
        "verb": binding.verb.value,
        "status": binding.success,
        "key": _key(binding),
        "within": [f"{name} {'/'.join(parameters)}" for name, parameters in binding.within],
        "parents": dict(binding.parents),
        "body": _pointer(binding.body) if binding.body else "",
        "many": binding.many,
        "envelope": envelope(binding.envelope),
        "filters": [_filter(one) for one in binding.filters],
        "paging": _paging(binding),
        "sorting": _sorting(binding),
        "sets": dict(binding.sets),
        "given": dict(binding.given),
        "conditional": binding.conditional,
        "same_as": binding.same_as,
        "why": list(binding.why),
        "hint": binding.hint or _operation_hint(binding),
    }
    return {name: value for name, value in told.items() if value not in ([], {}, "", False, None)}


def _key(binding: Binding) -> str:
    if binding.key_location == "identity":
        return "the caller"
    if not binding.key:
        return ""
    compared = f" (compared with {binding.key_field})" if binding.key_field else ""
    return f"{binding.key} in {binding.key_location}{compared}"


def _operation_hint(binding: Binding) -> str:
    if binding.same_as:
        return f"x-double: {{same-as: {binding.same_as}}}"
    if binding.verb is Verb.STATIC:
        return "x-double: {resource: NAME, verb: VERB}"
    return (
        f"x-double: {{resource: {binding.resource}, verb: {binding.verb.value}}}" if binding.resource else ""
    )


def _pointer(pointer: Pointer) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def envelope(found: Envelope) -> dict[str, str]:
    """Member -> JSON pointer, as a hint would write it."""
    told: dict[str, str] = {}
    for member in MEMBERS:
        pointer = getattr(found, member)
        if pointer is not None:
            told[member] = _pointer(pointer)
    if found.item:
        told["item"] = _pointer(found.item)
    return told


def _filter(one: Filter) -> str:
    inside = f"[{']['.join(one.inside)}]" if one.inside else ""
    place = "" if one.location == "query" else f" ({one.location})"
    return f"{one.parameter}{inside}{place}: {one.match.value} {', '.join(one.fields)}"


def _paging(binding: Binding) -> dict[str, Any]:
    paging = binding.paging
    if paging is None:
        return {}
    told = {
        "style": paging.style,
        "size": paging.size,
        "position": paging.position,
        "backwards": paging.backwards,
        "first_page": paging.first_page if paging.style == "page" else "",
        "default_size": paging.default_size,
        "max_size": paging.max_size,
    }
    return {name: value for name, value in told.items() if value not in ("", None)}


def _sorting(binding: Binding) -> dict[str, Any]:
    sorting = binding.sorting
    if sorting is None:
        return {}
    told = {"parameter": sorting.parameter, "direction": sorting.direction, "fields": dict(sorting.fields)}
    return {name: value for name, value in told.items() if value}


def _text(data: Mapping[str, Any]) -> Iterator[str]:
    counts = data["counts"]
    yield f"{data['api']}: {data['title']}".rstrip(": ")
    yield (
        f"{counts['operations']} operations: {counts['operations'] - counts['stateless']} on "
        f"{counts['resources']} collections, {counts['stateless']} answered without state"
    )
    for resource in data["resources"]:
        yield ""
        yield from _resource_text(resource)
    if data["stateless"]:
        yield ""
        yield "Answered from examples or generated data"
        for operation in data["stateless"]:
            yield f"  {operation['method']:7}{operation['path']}"
            for why in operation.get("why", ()):
                yield f"         because {why}"
            if "hint" in operation:
                yield f"         to change: {operation['hint']}"


def _resource_text(resource: Mapping[str, Any]) -> Iterator[str]:
    kind = "one" if resource.get("singleton") else "collection"
    yield f"{resource['name']} ({kind} of {resource['schema']})"
    if "key" in resource:
        within = resource.get("unique_within")
        yield f"  key {resource['key']}" + (f", unique within {', '.join(within)}" if within else "")
    for parent in resource.get("parents", ()):
        held = "remembered by the double as" if parent["field"].startswith("^") else "is the property"
        of = f" of {parent['collection']}" if parent["collection"] else ""
        yield f"  parent {{{parent['parameter']}}}{of} {held} {parent['field']}"
    for name in ("created", "updated", "generated", "unique", "write_only"):
        if name in resource:
            yield f"  {name.replace('_', '-')} {', '.join(resource[name])}"
    for field, target in resource.get("references", {}).items():
        yield f"  {field} refers to {target}"
    for why in resource.get("why", ()):
        yield f"  because {why}"
    yield f"  to change: {resource['hint']}"
    for operation in resource.get("operations", ()):
        yield f"  {operation['verb']:8}{operation['method']:7}{operation['path']} -> {operation['status']}"
        yield from _operation_text(operation)


def _operation_text(operation: Mapping[str, Any]) -> Iterator[str]:
    if "key" in operation:
        yield f"           key {operation['key']}"
    if operation.get("envelope"):
        places = ", ".join(
            f"{member} at {pointer or 'the whole body'}" for member, pointer in operation["envelope"].items()
        )
        yield f"           answer: {places}"
    for one in operation.get("filters", ()):
        yield f"           filter {one}"
    if "paging" in operation:
        yield "           pages by " + ", ".join(
            f"{name} {value}" for name, value in operation["paging"].items()
        )
    if "sorting" in operation:
        yield f"           sorted by {operation['sorting'].get('parameter') or 'creation'}"
    for name, value in operation.get("sets", {}).items():
        yield f"           sets {name} to {value!r}"
    for why in operation.get("why", ()):
        yield f"           because {why}"

"""Resources: what a home and the bindings on it say about records, corrected by hints.

In: homes, bindings, hints. Out: `Resource`s; faults for hints that name unknown fields. May not know:
paths, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.model import fields
from apidouble.model.groups import Home
from apidouble.model.hints import Hints
from apidouble.model.readings import Reading
from apidouble.model.references import References
from apidouble.model.resource import Binding, Resource, Verb
from apidouble.model.schemas import Schemas


@dataclass(slots=True)
class ResourceMaker:
    """Makes the resources of one contract."""

    contract: Contract
    hints: Hints
    schemas: Schemas
    homes: Sequence[Home]
    readings: Mapping[str, Reading]
    _pointing: References = field(init=False)

    def __post_init__(self) -> None:
        self._pointing = References(self.homes, self.schemas)

    def _is_chosen(self, home: Home, mine: Sequence[Binding]) -> bool:
        """Whether the body of a create may hold the key."""
        for binding in mine:
            if binding.verb is not Verb.CREATE or binding.many:
                continue
            request = self._request_shape(self.contract.operations[binding.operation], binding)
            if request is not None and home.key in request.properties:
                return not self.schemas.property(request, home.key).read_only
        return False

    def make(self, home: Home, bindings: Mapping[str, Binding]) -> Resource:
        """The resource of a home, as the bindings on it and its hints have it."""
        hint = self.hints.resources.get(home.name, {})
        shape = home.shape
        mine = [binding for binding in bindings.values() if binding.resource == home.name]
        creates = [binding for binding in mine if binding.verb in {Verb.CREATE, Verb.UPSERT}]
        create = next((self.contract.operations[binding.operation] for binding in creates), None)
        request = self._request_shape(create, creates[0] if creates else None)
        required = request.required if request is not None else frozenset()
        unique: tuple[str, ...] = ()
        if create is not None and "409" in create.responses:
            unique = fields.unique(self.schemas, shape, home.key)
        title = shape.name or (home.name.rpartition(".")[2])
        resource = Resource(
            name=home.name,
            key=home.key,
            schema=home.schema,
            key_schema=home.key_schema,
            parents=home.parents,
            scoped=home.scoped,
            singleton=home.singleton,
            lasting=self._lasting(home, mine),
            schema_name=shape.name,
            title=title,
            write_only=fields.write_only(
                self.schemas,
                [shape, *(self.schemas.shape(one) for one in home.shapes.values())],
                home.requests,
                {name for binding in mine for name in binding.spelled},
            ),
            unique=unique,
            chosen=self._is_chosen(home, mine),
            created=home.created,
            updated=home.updated,
            references=self._pointing.of(shape, [home.key, *(parent.field for parent in home.parents)]),
            defaults=fields.defaults(self.schemas, shape, request),
            generated=fields.generated(self.schemas, shape, home.key, home.requests, required),
            views=tuple(home.views.values()),
            shapes=tuple(home.shapes.values()),
            summaries=tuple(home.summaries.values()),
            seeded=1 if home.singleton and not home.parents else 10,
            why=tuple(home.why),
        )
        if not home.primary.collects and not home.singleton and all(b.verb is Verb.CREATE for b in mine):
            resource.seeded = 0
        resource.seeded = min([resource.seeded, *self._most(home, mine)])
        self._apply(resource, hint)
        resource.indexes = tuple(
            dict.fromkeys(
                (
                    *hint.get("indexes", ()),
                    *(parent.field for parent in resource.parents),
                    *(parent.field for view in resource.views for parent in view),
                    *(binding.key_field for binding in mine if binding.key_field),
                    *(name for name in home.filtered),
                )
            )
        )
        return resource

    def _most(self, home: Home, bindings: Iterable[Binding]) -> Iterator[int]:
        """How many records a list may show where nothing cuts it into pages."""
        for binding in bindings:
            records = binding.envelope.records
            if home.parents or binding.verb is not Verb.LIST or binding.paging is not None or records is None:
                continue
            shape = self.readings[binding.operation].shape
            for name in records:
                shape = self.schemas.property(shape, name)
            most = shape.node.get("maxItems")
            if isinstance(most, int):
                yield max(1, most)

    def _lasting(self, home: Home, bindings: Iterable[Binding]) -> bool:
        """Whether nothing lists, makes or removes the records, so that any key must do."""
        if home.name in self.hints.resources:
            return False
        verbs = {binding.verb for binding in bindings}
        if home.singleton:
            return not verbs & {Verb.DELETE, Verb.UPSERT, Verb.CREATE}
        return Verb.READ in verbs and not verbs - {Verb.READ, Verb.ACTION}

    def _request_shape(self, create: Operation | None, binding: Binding | None) -> Any:
        if create is None or binding is None:
            return None
        shape = self.readings[create.id].given
        if binding.many:
            shape = self.schemas.items(shape)
        for part in binding.body:
            shape = self.schemas.property(shape, part)
        return shape

    def _apply(self, resource: Resource, hint: Mapping[str, Any]) -> None:
        for name in ("unique", "created", "updated", "generated"):
            if name in hint:
                setattr(resource, name, tuple(hint[name]))
        if "write-only" in hint:
            resource.write_only = tuple(dict.fromkeys((*resource.write_only, *hint["write-only"])))
        if "references" in hint:
            resource.references = {**resource.references, **hint["references"]}
        if "defaults" in hint:
            resource.defaults = {**resource.defaults, **hint["defaults"]}
        if "seeded" in hint:
            resource.seeded = int(hint["seeded"])

    def check(self, resources: Mapping[str, Resource]) -> None:
        """Remember a fault for each hint on a collection that names what does not exist."""
        for name, hint in self.hints.resources.items():
            resource = resources.get(name)
            pointer = f"/x-double/resources/{name}"
            if resource is None:
                self.hints.fault(
                    pointer,
                    f"`{name}` is no collection of this API",
                    "a collection that operations use",
                    name,
                    resources,
                )
                continue
            shape = self.schemas.shape(resource.schema)
            known = {*shape.properties}
            for binding_properties in resource.write_only:
                known.add(binding_properties)
            for key in ("key", "unique", "created", "updated", "generated", "indexes"):
                values = hint.get(key, ())
                for word in [values] if isinstance(values, str) else values:
                    self._check_field(f"{pointer}/{key}", str(word), shape, known)
            for word in (*hint.get("references", ()), *hint.get("defaults", ())):
                self._check_field(pointer, str(word), shape, known)
            for word, target in hint.get("references", {}).items():
                if target not in resources:
                    self.hints.fault(
                        f"{pointer}/references/{word}",
                        f"`{target}` is no collection of this API",
                        "a collection",
                        target,
                        resources,
                    )
            parameters = {parent.parameter for parent in resource.parents}
            parameters |= {parent.parameter for view in resource.views for parent in view}
            for parameter, word in hint.get("parents", {}).items():
                if parameter not in parameters:
                    self.hints.fault(
                        f"{pointer}/parents/{parameter}",
                        f"No path of {name} has a parameter `{parameter}` above its key",
                        "a path parameter",
                        parameter,
                        parameters,
                    )
                self._check_field(f"{pointer}/parents/{parameter}", str(word), shape, known)

    def _check_field(self, pointer: str, word: str, shape: Any, known: set[str]) -> None:
        if word.startswith("^") or not shape.properties or shape.open:
            return
        if word in known or self.schemas.field(shape, word) is not None:
            return
        self.hints.fault(
            pointer, f"Records have no property `{word}`", "a property of the record", word, known
        )

"""The model of an API: resources and bindings read off its contract, corrected by its hints.

In: a `Contract`. Out: a complete `Model`, or `ProjectError` for hints that make no sense. May not
know: HTTP, stores, any API.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.model import fields
from apidouble.model.bindings import Binder
from apidouble.model.corrections import correct
from apidouble.model.groups import Home, find_homes, make_groups, settle
from apidouble.model.hinted_homes import force, hinted_name
from apidouble.model.hints import Hints, read_hints
from apidouble.model.names import is_identifier, noun
from apidouble.model.naming import name_homes
from apidouble.model.parents import Addressing
from apidouble.model.readings import Reading, read_operation
from apidouble.model.remote_calls import bind_calls
from apidouble.model.resource import Binding, Model, Resource, Verb
from apidouble.model.schemas import Schemas
from apidouble.model.singletons import find_singletons
from apidouble.model.verbs import Decider, Draft


def infer(contract: Contract) -> Model:
    """Read resources and bindings off a contract.

    Raises ProjectError where a hint has an unknown word or names something that does not exist.
    """
    return _Inference(contract).run()


class _Inference:
    """One run over one contract."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.hints: Hints = read_hints(contract)
        self.schemas = Schemas(contract.document)
        self.readings: dict[str, Reading] = {}

    def run(self) -> Model:
        """All of it, in order."""
        readings = [
            read_operation(operation, self.schemas)
            for operation in self.contract.operations.values()
            if "same-as" not in operation.hints
        ]
        self.readings = {reading.operation.id: reading for reading in readings}
        groups = make_groups(readings)
        for group in groups:
            settle(group, self.schemas)
        homes = find_homes(groups, self.schemas)
        homes = force(homes, groups, self.hints, self.schemas)
        decider = Decider(groups, homes, self.schemas)
        homes += find_singletons(groups, homes, self.schemas, decider.above)
        homes.sort(key=lambda home: (len(home.primary.above), len(home.primary.parts), home.primary.order))
        decider.homes = homes
        addressing = Addressing(self.schemas, decider.above)
        homes = decider.homes = [home for home in homes if not self._keyless(home, addressing)]
        name_homes(homes, decider.above, self.hints.resources)
        for home in homes:
            self._times(home)
            addressing.settle(home, self.hints.resources.get(home.name, {}))
        known = len(homes)
        drafts = decider.decide()
        drafts.update(bind_calls(drafts, decider))
        for home in decider.homes[known:]:
            self._times(home)
            name_homes(decider.homes, decider.above, self.hints.resources)
            addressing.settle(home, self.hints.resources.get(home.name, {}))
        self._hinted_drafts(readings, drafts, decider)
        binder = Binder(self.schemas, addressing)
        bindings: dict[str, Binding] = {}
        for reading in readings:
            draft = drafts.get(reading.operation.id)
            if draft is None:
                why = "the path mixes names and parameters in a way that no record can be read from"
                draft = Draft(reading, Verb.STATIC, why=[why])
            bindings[reading.operation.id] = self._bind(binder, draft)
        resources = {home.name: self._resource(home, decider.homes, bindings) for home in decider.homes}
        for reading in readings:
            binding = bindings[reading.operation.id]
            correct(binding, reading, resources, self.hints, self.schemas, binder)
        self._spellings(bindings)
        used = {binding.resource for binding in bindings.values()}
        kept = {
            name: resource
            for name, resource in resources.items()
            if name in used or name in self.hints.resources
        }
        self._check_resources(kept)
        self.hints.raise_faults()
        complete = {name: bindings[name] for name in self.contract.operations if name in bindings}
        return Model(self.contract.api, kept, complete)

    def _times(self, home: Home) -> None:
        home.created, home.updated = fields.times(self.schemas, home.shape)

    def _keyless(self, home: Home, addressing: Addressing) -> bool:
        """Whether records are only read, by a key that they do not show: then nothing is remembered."""
        if home.hinted or home.singleton or not home.primary.arity:
            return False
        readings = [reading for group in home.groups for reading in group.readings]
        if any(reading.method != "GET" or reading.lists for reading in readings):
            return False
        if addressing.item_key(home, home.primary) is not None:
            return False
        for group in home.groups:
            group.home = None
        return True

    # Hints that change what is decided

    def _hinted_drafts(self, readings: Iterable[Reading], drafts: dict[str, Draft], decider: Decider) -> None:
        by_name = {home.name: home for home in decider.homes}
        for reading in readings:
            hint = reading.operation.hints
            if not hint.keys() & {"resource", "verb", "key"}:
                continue
            draft = drafts.get(reading.operation.id) or Draft(reading, Verb.STATIC)
            drafts[reading.operation.id] = draft
            name = hinted_name(hint)
            if name is not None and (draft.home is None or draft.home.name != name):
                home = by_name.get(name)
                if home is None:
                    self.hints.fault(
                        f"{reading.operation.pointer}/x-double/resource",
                        f"There is no collection `{name}`, and nothing here shows what its records look like",
                        "a collection that paths or `resources` describe",
                        name,
                        by_name,
                    )
                    continue
                self._rehome(draft, home, decider)
            if "verb" in hint:
                self._reverb(draft, Verb(hint["verb"]), decider)
            if "key" in hint:
                self._rekey(draft, str(hint["key"]))

    def _rehome(self, draft: Draft, home: Home, decider: Decider) -> None:
        reading = draft.reading
        draft.home = home
        draft.why.append(f"the collection {home.name} is hinted")
        group = draft.group
        parent = decider.above(group) if group is not None else None
        if draft.verb is Verb.STATIC:
            draft.verb = _usual(reading)
        if parent is not None and parent.home is home and not reading.depth:
            names = [name for part in reading.template.above for name in part.parameters]
            draft.subject = parent
            draft.key = names[len(parent.above) + parent.arity - 1]
            return
        draft.subject = None
        trailing = reading.template.trailing
        draft.key = trailing[-1] if trailing and draft.verb not in {Verb.LIST, Verb.CREATE} else ""

    def _reverb(self, draft: Draft, verb: Verb, decider: Decider) -> None:
        if verb is draft.verb:
            return
        draft.why.append(f"the verb {verb.value} is hinted")
        before, draft.verb = draft.verb, verb
        trailing = draft.reading.template.trailing
        if verb is Verb.STATIC:
            draft.home, draft.key = None, ""
            return
        if draft.home is None:
            group = draft.group
            parent = decider.above(group) if group is not None else None
            if group is not None and group.home is not None:
                draft.home = group.home
            elif parent is not None and not trailing:
                draft.home, draft.subject = parent.home, parent
                names = [name for part in draft.reading.template.above for name in part.parameters]
                draft.key = names[len(parent.above) + parent.arity - 1]
        if verb in {Verb.LIST, Verb.CREATE}:
            draft.key = ""
        elif before in {Verb.LIST, Verb.CREATE, Verb.STATIC} and trailing and not draft.key:
            draft.key = trailing[-1]

    def _rekey(self, draft: Draft, name: str) -> None:
        operation = draft.reading.operation
        locations = {parameter.name: parameter.location for parameter in operation.parameters}
        location = locations.get(name)
        if location in ("path", "query"):
            draft.key = name
            draft.key_location = "path" if location == "path" else "query"
        elif name in draft.reading.given.properties:
            draft.key, draft.key_location = name, "body"
        else:
            self.hints.fault(
                f"{operation.pointer}/x-double/key",
                f"`{name}` is no parameter of this operation",
                "a path or query parameter, or a property of the body",
                name,
                [*locations, *draft.reading.given.properties],
            )

    def _bind(self, binder: Binder, draft: Draft) -> Binding:
        binding = binder.bind(draft)
        if (
            binding.verb is Verb.DELETE
            and draft.home is not None
            and not binding.key
            and not draft.home.singleton
        ):
            unclear = self._unclear_removal(draft, binding)
            if unclear:
                advice = f"x-double: {{resource: {draft.home.name}, verb: delete}}"
                if "verb" not in draft.reading.operation.hints:
                    return Binding(
                        binding.operation, Verb.STATIC, success=binding.success, within=binding.within,
                        hint=advice, why=(unclear,),
                    )  # fmt: skip
        return binding

    def _unclear_removal(self, draft: Draft, binding: Binding) -> str:
        """Why it is not clear what a DELETE on a collection removes; '' if it is."""
        reading = draft.reading
        if binding.key_location != "path":
            return ""
        filtering = {one.parameter for one in binding.filters}
        if reading.given.properties and not any(one.location == "body" for one in binding.filters):
            if (
                reading.given.properties.keys() & {"ids", "uris", "items", "names", "emails"}
                or reading.given.required
            ):
                return "the body says which records go, in a way that is not followed"
        needed = [knob.name for knob in reading.knobs if knob.required and knob.name not in filtering]
        if needed:
            return f"the parameter {needed[0]} says which records go, in a way that is not followed"
        return ""

    # Resources

    def _resource(self, home: Home, homes: list[Home], bindings: Mapping[str, Binding]) -> Resource:
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
            created=home.created,
            updated=home.updated,
            references=self._references(home, homes),
            defaults=fields.defaults(self.schemas, shape, request),
            generated=fields.generated(self.schemas, shape, home.key, home.requests, required),
            views=tuple(home.views.values()),
            shapes=tuple(home.shapes.values()),
            seeded=1 if home.singleton and not home.parents else 10,
            why=tuple(home.why),
        )
        if not home.primary.collects and not home.singleton and all(b.verb is Verb.CREATE for b in mine):
            resource.seeded = 0
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

    def _references(self, home: Home, homes: list[Home]) -> dict[str, str]:
        collections = {
            other.name: (noun(other.literal), other.shape, self.schemas.shape(other.key_schema), other.key)
            for other in homes
            if other.key and not other.singleton and not other.scoped and other.primary.arity
            if not is_identifier(other.literal)
        }
        taken = [home.key, *(parent.field for parent in home.parents)]
        return fields.references(self.schemas, home.shape, home.name, collections, taken)

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

    def _check_resources(self, resources: Mapping[str, Resource]) -> None:
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
                        f"{pointer}/references/{word}", f"`{target}` is no collection of this API", "a collection",
                        target, resources,
                    )  # fmt: skip
            parameters = {parent.parameter for parent in resource.parents}
            parameters |= {parent.parameter for view in resource.views for parent in view}
            for parameter, word in hint.get("parents", {}).items():
                if parameter not in parameters:
                    self.hints.fault(
                        f"{pointer}/parents/{parameter}", f"No path of {name} has a parameter `{parameter}` above its key",
                        "a path parameter", parameter, parameters,
                    )  # fmt: skip
                self._check_field(f"{pointer}/parents/{parameter}", str(word), shape, known)

    def _check_field(self, pointer: str, word: str, shape: Any, known: set[str]) -> None:
        if word.startswith("^") or not shape.properties or shape.open:
            return
        if word in known or self.schemas.field(shape, word) is not None:
            return
        self.hints.fault(
            pointer, f"Records have no property `{word}`", "a property of the record", word, known
        )

    def _spellings(self, bindings: dict[str, Binding]) -> None:
        for operation in self.contract.operations.values():
            if "same-as" not in operation.hints:
                continue
            wanted = operation.hints["same-as"]
            target = bindings.get(wanted)
            if target is None:
                self.hints.fault(
                    f"{operation.pointer}/x-double/same-as", f"There is no operation `{wanted}`", "an operationId",
                    str(wanted), self.contract.operations,
                )  # fmt: skip
                continue
            copy = dataclasses.replace(target, operation=operation.id, same_as=target.operation)
            copy.why = (f"another spelling of {target.operation}",)
            jsonp = operation.hints.get("jsonp")
            if jsonp == "always":
                copy.jsonp_always = True
            elif isinstance(jsonp, str):
                copy.jsonp = jsonp
            if "success" in operation.hints:
                copy.success = int(operation.hints["success"])
            bindings[operation.id] = copy


def _usual(reading: Reading) -> Verb:
    """What a method usually means where nothing else says."""
    usual = {"PUT": Verb.REPLACE, "PATCH": Verb.UPDATE, "DELETE": Verb.DELETE}
    if reading.method in ("GET", "HEAD"):
        return Verb.LIST if reading.lists and not reading.depth else Verb.READ
    if reading.method == "POST":
        return Verb.UPDATE if reading.depth else Verb.CREATE
    return usual.get(reading.method, Verb.ACTION)


__all__ = ["infer"]

"""The model of an API: resources and bindings read off its contract, corrected by its hints.

In: a `Contract`. Out: a complete `Model`, or `ProjectError` for hints that make no sense. May not
know: HTTP, stores, any API.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from apidouble.contract.operation import Contract
from apidouble.model import fields
from apidouble.model.bindings import Binder
from apidouble.model.corrections import correct
from apidouble.model.drafts import Draft
from apidouble.model.elsewhere import Elsewhere
from apidouble.model.groups import Home, find_homes, make_groups
from apidouble.model.hinted_homes import force, hinted_name
from apidouble.model.hints import Hints, read_hints
from apidouble.model.landscape import Landscape
from apidouble.model.names import same_noun, words
from apidouble.model.naming import name_homes
from apidouble.model.parents import Addressing
from apidouble.model.readings import Reading, read_operation
from apidouble.model.remote_calls import bind_calls
from apidouble.model.resource import Binding, Model, Resource, Verb
from apidouble.model.resources import ResourceMaker
from apidouble.model.schemas import Schemas
from apidouble.model.shown import settle
from apidouble.model.singletons import find_singletons
from apidouble.model.unsaid import imagine
from apidouble.model.verbs import Decider

_LISTS_OF_KEYS = frozenset({("ids",), ("uris",), ("names",), ("emails",), ("keys",), ("items",), ("uuids",)})


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
        imagine(readings, self.schemas)
        groups = make_groups(readings, self.schemas)
        for group in groups:
            settle(group, self.schemas)
        homes = find_homes(groups, self.schemas)
        homes = force(homes, groups, self.hints, self.schemas)
        land = Landscape(groups, homes, self.schemas)
        homes += find_singletons(groups, homes, self.schemas, land.above)
        homes.sort(key=lambda home: (len(home.primary.above), len(home.primary.parts), home.primary.order))
        land.homes = homes
        addressing = Addressing(self.schemas, land.above, Elsewhere(homes, self.schemas))
        homes = land.homes = [home for home in homes if not self._keyless(home, addressing)]
        name_homes(homes, land.above, self.hints.resources)
        for home in homes:
            self._times(home)
            addressing.settle(home, self.hints.resources.get(home.name, {}))
        len(homes)
        decider = Decider(land)
        drafts = decider.decide()
        drafts.update(bind_calls(drafts, land))
        drafts = {name: decider.beside.left_over(draft) for name, draft in drafts.items()}
        fresh = [home for home in land.homes if not home.name]
        name_homes(land.homes, land.above, self.hints.resources)
        for home in fresh:
            self._times(home)
            addressing.settle(home, self.hints.resources.get(home.name, {}))
        self._hinted_drafts(readings, drafts, land)
        binder = Binder(self.schemas, addressing)
        bindings: dict[str, Binding] = {}
        for reading in readings:
            draft = drafts.get(reading.operation.id)
            if draft is None:
                why = "the path mixes names and parameters in a way that no record can be read from"
                draft = Draft(reading, Verb.STATIC, why=[why])
            bindings[reading.operation.id] = self._bind(binder, draft)
        _complete_parents(land.homes)
        maker = ResourceMaker(self.contract, self.hints, self.schemas, land.homes, self.readings)
        resources = {home.name: maker.make(home, bindings) for home in land.homes}
        for reading in readings:
            binding = bindings[reading.operation.id]
            correct(binding, reading, resources, self.hints, self.schemas, binder)
        _learn_parents(bindings, resources)
        _forget_unheld(bindings, resources)
        self._spellings(bindings)
        used = {binding.resource for binding in bindings.values()}
        kept = {
            name: resource
            for name, resource in resources.items()
            if name in used or name in self.hints.resources
        }
        _forget_others(kept)
        maker.check(kept)
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

    def _hinted_drafts(self, readings: Iterable[Reading], drafts: dict[str, Draft], land: Landscape) -> None:
        by_name = {home.name: home for home in land.homes}
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
                self._rehome(draft, home, land)
            if "verb" in hint:
                self._reverb(draft, Verb(hint["verb"]), land)
            if "key" in hint:
                self._rekey(draft, str(hint["key"]))

    def _rehome(self, draft: Draft, home: Home, land: Landscape) -> None:
        reading = draft.reading
        draft.home = home
        draft.why.append(f"the collection {home.name} is hinted")
        group = draft.group
        parent = land.above(group) if group is not None else None
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

    def _reverb(self, draft: Draft, verb: Verb, land: Landscape) -> None:
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
            parent = land.above(group) if group is not None else None
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
                        binding.operation,
                        Verb.STATIC,
                        success=binding.success,
                        within=binding.within,
                        hint=advice,
                        why=(unclear,),
                    )
        return binding

    def _unclear_removal(self, draft: Draft, binding: Binding) -> str:
        """Why it is not clear what a DELETE on a collection removes; '' if it is."""
        reading = draft.reading
        if binding.key_location != "path":
            return ""
        filtering = {one.parameter for one in binding.filters}
        keyed = any(
            words(name)[-1:] in _LISTS_OF_KEYS or same_noun(name, reading.literal)
            for name in reading.given.properties
            if self.schemas.property(reading.given, name).is_array
        )
        followed = any(one.location == "body" for one in binding.filters)
        if (keyed or reading.given.required) and not followed:
            return "the body says which records go, in a way that is not followed"
        needed = [knob.name for knob in reading.knobs if knob.required and knob.name not in filtering]
        if needed:
            return f"the parameter {needed[0]} says which records go, in a way that is not followed"
        return ""

    def _spellings(self, bindings: dict[str, Binding]) -> None:
        for operation in self.contract.operations.values():
            if "same-as" not in operation.hints:
                continue
            wanted = operation.hints["same-as"]
            target = bindings.get(wanted)
            if target is None:
                self.hints.fault(
                    f"{operation.pointer}/x-double/same-as",
                    f"There is no operation `{wanted}`",
                    "an operationId",
                    str(wanted),
                    self.contract.operations,
                )
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


def _complete_parents(homes: Iterable[Home]) -> None:
    """Say which field of the record above holds a parent's value, where the path did not lead there."""
    keys_of = {home.name: home.key for home in homes}
    for home in homes:
        for parent in (*home.parents, *(parent for view in home.views.values() for parent in view)):
            if parent.resource and not parent.source:
                parent.source = keys_of.get(parent.resource, "")


def _learn_parents(bindings: Mapping[str, Binding], resources: Mapping[str, Resource]) -> None:
    """What one path does not say of a parent, another one may: its collection, by which it is seeded."""
    for binding in bindings.values():
        resource = resources.get(binding.resource)
        if resource is None:
            continue
        held = dict(binding.parents)
        for collection, parameters in binding.within:
            above = resources.get(collection)
            if above is None or above is resource or above.parents:
                continue
            for parent in resource.parents:
                if not parent.resource and held.get(parameters[-1]) == parent.field:
                    parent.resource = collection


def _forget_unheld(bindings: Mapping[str, Binding], resources: Mapping[str, Resource]) -> None:
    """Let a record be found by a longer path, too, whose parents nothing could ever have remembered."""
    held = {
        name: {parent.field for view in (resource.parents, *resource.views) for parent in view}
        for name, resource in resources.items()
    }
    for binding in bindings.values():
        if binding.verb in {Verb.CREATE, Verb.UPSERT} and binding.resource in held:
            held[binding.resource].update(name for _, name in binding.parents)
    for binding in bindings.values():
        if binding.verb is Verb.LIST or binding.resource not in held:
            continue
        lost = [
            pair for pair in binding.parents if pair[1][0] == "^" and pair[1] not in held[binding.resource]
        ]
        if lost:
            binding.parents = tuple(pair for pair in binding.parents if pair not in lost)
            told = (f"nothing remembers {{{parameter}}}: it selects nothing" for parameter, _ in lost)
            binding.why = (*binding.why, *told)


def _forget_others(kept: Mapping[str, Resource]) -> None:
    """Let nothing point into collections that no operation is left on: their keys are any."""
    for resource in kept.values():
        for parent in (*resource.parents, *(parent for view in resource.views for parent in view)):
            if parent.resource not in kept:
                parent.resource = parent.source = ""
        resource.references = {name: to for name, to in resource.references.items() if to in kept}


def _usual(reading: Reading) -> Verb:
    """What a method usually means where nothing else says."""
    usual = {"PUT": Verb.REPLACE, "PATCH": Verb.UPDATE, "DELETE": Verb.DELETE}
    if reading.method in ("GET", "HEAD"):
        return Verb.LIST if reading.lists and not reading.depth else Verb.READ
    if reading.method == "POST":
        return Verb.UPDATE if reading.depth else Verb.CREATE
    return usual.get(reading.method, Verb.ACTION)


__all__ = ["infer"]

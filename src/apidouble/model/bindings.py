"""Drafts turned into bindings: parents, pointers, parameters, writable properties.

In: drafts. Out: `Binding`s. May not know: hints' checking, stores.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from apidouble.model import actions
from apidouble.model.drafts import Draft, given_parameters, holder_of, overlap, spelled
from apidouble.model.envelopes import list_envelope, record_envelope
from apidouble.model.filters import Fields, filters
from apidouble.model.groups import Group, Home
from apidouble.model.names import IDENTIFIERS, SEARCHING, squeezed, words
from apidouble.model.paging import Knob, paging, sorting, with_members
from apidouble.model.parents import Addressing, pairs_of
from apidouble.model.places import find_list_of, find_same, wrapped_item
from apidouble.model.readings import Reading
from apidouble.model.resource import Binding, Envelope, Filter, Paging, Parent, Pointer, Sorting, Verb
from apidouble.model.schemas import Schemas, Shape
from apidouble.model.told_keys import told_key

_ONE = frozenset({Verb.READ, Verb.REPLACE, Verb.UPDATE, Verb.UPSERT, Verb.DELETE, Verb.ACTION})
_WRITES = frozenset({Verb.CREATE, Verb.REPLACE, Verb.UPDATE, Verb.UPSERT, Verb.ACTION})


@dataclass(slots=True)
class Binder:
    """Makes the bindings of one contract."""

    schemas: Schemas
    addressing: Addressing
    fields: dict[int, Fields] = field(default_factory=dict)

    def bind(self, draft: Draft) -> Binding:
        """The binding of one operation."""
        reading = draft.reading
        binding = Binding(reading.operation.id, draft.verb, success=reading.success, why=())
        home = draft.home
        if home is None:
            binding.within = self._within(draft)
            binding.hint = draft.advice
            binding.why = tuple(draft.why)
            return binding
        binding.resource = home.name
        binding.key, binding.key_location = draft.key, draft.key_location
        binding.many = draft.many
        self._address(draft, home, binding)
        if draft.verb not in _ONE or home.singleton:
            binding.within = self._within(draft)
        if draft.verb is Verb.LIST:
            self._list(draft, home, binding)
        else:
            self._one(draft, home, binding)
        if draft.verb is Verb.UPSERT and "201" in reading.operation.responses and reading.success != 201:
            binding.created = 201
        binding.conditional = conditional(reading)
        if reading.imagined and (binding.envelope.record is not None or binding.envelope.records is not None):
            binding.unsaid = True
            draft.why.append("the contract does not say how the answer looks: it shows what is kept, as JSON")
        binding.why = tuple(draft.why)
        return binding

    # Addressing

    def _address(self, draft: Draft, home: Home, binding: Binding) -> None:
        reading, group = draft.reading, draft.subject or draft.group
        assert group is not None  # noqa: S101 - the decider gives each draft a group
        pairs = pairs_of(reading)
        if draft.subject is not None:
            pairs = pairs[: len(group.above) + group.arity]
        if draft.key and draft.key_location == "path":
            place = next((i for i, (_, name) in enumerate(pairs) if name == draft.key), None)
            if place is not None:
                pairs = pairs[:place]
            key_field = (
                self.addressing.key_field(home, group) if group.home is home and group.arity else home.key
            )
            if key_field != home.key:
                binding.key_field = key_field
        relation = draft.verb is Verb.LIST and not home.nounish(group) and group.key != home.primary.key
        relation = relation and not set(words(group.literal)) & SEARCHING
        mapped = self.addressing.map(home, group, pairs, relation=relation)
        if draft.verb is Verb.LIST:
            mapped = self._narrowing(draft, group, home, mapped)
        binding.parents = tuple(mapped)
        known = {parent.field for parent in home.parents}
        beyond = [(parameter, name) for parameter, name in binding.parents if name not in known]
        if beyond and draft.verb in {Verb.LIST, Verb.CREATE}:
            self._view(draft, home, group, pairs, binding)

    def _narrowing(
        self, draft: Draft, group: Group, home: Home, mapped: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Parents without what follows the collection's noun, where nothing could remember it."""
        known = {parent.field for parent in home.parents}
        made = any(reading.depth == draft.reading.depth for reading in group.creates())
        kin = self.addressing.above(group)
        related = kin is not None and kin.home is home and not group.creates() and not group.items()
        kept: list[tuple[str, str]] = []
        for place, (parameter, name) in enumerate(mapped):
            beside = place >= len(group.above) and not made
            if (beside or related) and name[0] == "^" and name not in known:
                draft.why.append(f"no property holds {{{parameter}}}: it selects nothing")
            else:
                kept.append((parameter, name))
        return kept

    def _view(
        self, draft: Draft, home: Home, group: Group, pairs: list[tuple[str, str]], binding: Binding
    ) -> None:
        sources = self.addressing.sources(group)
        parents = tuple(
            Parent(
                parameter,
                name,
                *(
                    sources[place]
                    if place < len(sources)
                    else (self.addressing.named(home, group, parameter, pairs), "")
                ),
            )
            for place, (parameter, name) in enumerate(binding.parents)
        )
        home.views.setdefault(tuple(name for _, name in binding.parents), parents)
        for parameter, name in binding.parents:
            if name.startswith("^") and draft.verb is Verb.LIST:
                draft.why.append(f"no property holds {{{parameter}}}: the double remembers it as {name}")

    def _within(self, draft: Draft) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The record above that must exist, where the contract has a word for its absence."""
        reading = draft.reading
        group = draft.group
        if group is None or not reading.declares(404):
            return ()
        above = (
            draft.subject
            if draft.home is None and draft.subject is not None
            else self.addressing.above(group)
        )
        if above is None and draft.home is not None:
            return self._within_elsewhere(draft.home, group, reading)
        if above is None or above.home is None or above.home.singleton:
            return ()
        names = [name for _, name in pairs_of(reading)][: len(above.above) + above.arity]
        home = above.home
        if not names or self.addressing.key_field(home, above) != home.key:
            return ()
        if not home.scoped:
            return ((home.name, (names[-1],)),)
        fields = self.addressing.fields_of(above)
        by_field = dict(zip(fields, names, strict=False))
        wanted = [parent.field for parent in home.parents]
        if any(name not in by_field for name in wanted):
            return ()
        return ((home.name, (*(by_field[name] for name in wanted), names[-1])),)

    def _within_elsewhere(
        self, home: Home, group: Group, reading: Reading
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        pairs = pairs_of(reading)
        named = [(self.addressing.named(home, group, parameter, pairs), parameter) for _, parameter in pairs]
        known = {parent.parameter for parent in home.parents}
        return tuple((name, (parameter,)) for name, parameter in named if name and parameter in known)

    # Lists

    def _list(self, draft: Draft, home: Home, binding: Binding) -> None:
        reading = draft.reading
        binding.paging, binding.sorting, binding.filters, binding.search = self.steering(reading, home)
        for one in binding.filters:
            for name in one.fields:
                home.filtered.setdefault(name)
        binding.envelope = self.envelope_of_list(reading, home, binding.paging)
        found = reading.records
        if found is not None:
            shown = self.schemas.shape(found.schema)
            wrapped = wrapped_item(self.schemas, shown, [home.shape]) if not self._same(shown, home) else None
            if wrapped is not None:
                binding.envelope = _with_item(binding.envelope, wrapped[0])
                shown = wrapped[1]
            plain = found.schema if wrapped is None else None
            binding.shown = self._shown(shown, home, plain, Verb.LIST)

    def _same(self, shape: Shape, home: Home) -> bool:
        return self.schemas.same(shape, home.shape)

    def envelope_of_list(self, reading: Reading, home: Home, pages: Paging | None) -> Envelope:
        """Where records and everything about them stand in a list's body."""
        found = reading.records
        if found is None:
            return Envelope()
        names = [knob.name for knob in reading.knobs]
        return list_envelope(self.schemas, reading.answer, found.pointer, names, paged=pages is not None)

    def fields_of(self, home: Home) -> Fields:
        """The fields of a home's records by the names that parameters give them."""
        known = self.fields.get(id(home))
        if known is None:
            known = Fields(self.schemas, home.shape, home.created, home.updated, home.key)
            self.fields[id(home)] = known
        return known

    def steering(
        self, reading: Reading, home: Home
    ) -> tuple[Paging | None, Sorting | None, tuple[Filter, ...], tuple[str, ...]]:
        """Paging, sorting, filters and the names of those that search."""
        knobs = list(reading.knobs)
        if reading.method != "GET":
            knobs += self._body_knobs(reading)
        everything = with_members(knobs, self.schemas)
        pages = paging(everything)
        order = sorting(everything, self.schemas, home.shape, home.created)
        ways = (pages, *pages.also) if pages else ()
        taken = {name for way in ways for name in (way.size, way.position, way.backwards)}
        taken |= {order.parameter, order.direction} if order else set()
        rest = [knob for knob in knobs if knob.name not in taken or (knob.hints or {}).get("filter")]
        found = [
            (one, searches)
            for one, searches in filters(rest, self.fields_of(home))
            if not (
                one.inside and pages is not None and one.parameter == pages.inside and one.inside[0] in taken
            )
        ]
        search = tuple(dict.fromkeys(one.parameter for one, searches in found if searches))
        return pages, order, tuple(one for one, _ in found), search

    def _body_knobs(self, reading: Reading) -> list[Knob]:
        knobs: list[Knob] = []
        for name in reading.given.properties:
            shape = self.schemas.property(reading.given, name)
            text = str(shape.node.get("description", ""))
            knobs.append(Knob(name, shape, text, default=shape.node.get("default"), location="body"))
        return knobs

    # One record

    def _one(self, draft: Draft, home: Home, binding: Binding) -> None:
        reading = draft.reading
        if draft.verb in _WRITES:
            self._request(draft, home, binding)
        if (
            draft.verb is Verb.DELETE
            and not draft.key
            and not home.singleton
            and draft.key_location == "path"
        ):
            # A body of options is no selection; a list of keys is.
            named = [knob for knob in self._body_knobs(reading) if knob.shape.is_array]
            knobs = [*reading.knobs, *named]
            found = list(filters(knobs, self.fields_of(home)))
            binding.filters = tuple(one for one, _ in found)
        self._answer(draft, home, binding)
        if draft.verb is Verb.ACTION and (draft.key or home.singleton):
            undone = reading.method == "DELETE"
            binding.sets = actions.sets(reading.literal, self.schemas, home.shape, undone=undone)

    def _request(self, draft: Draft, home: Home, binding: Binding) -> None:
        reading = draft.reading
        given = reading.given
        binding.given = given_parameters(reading, home.shape, self.schemas)
        if draft.many:
            for name in draft.inside:
                given = self.schemas.property(given, name)
            given = self.schemas.items(given)
        elif given.is_array:
            # A JSON Patch, or a list where one record is written: nothing to read properties from.
            return
        pointer, given = (draft.inside, given) if draft.many else self._record_in_body(given, home)
        binding.body = pointer
        if not given.properties:
            return
        binding.under = holder_of(given, home.shape, self.schemas)
        if binding.under and draft.verb is not Verb.ACTION:
            binding.writable = frozenset({binding.under})
            return
        binding.spelled = spelled(given, home, self.schemas)
        names = {
            binding.spelled.get(name, name)
            for name in given.properties
            if not self.schemas.property(given, name).read_only
        }
        if draft.verb is Verb.ACTION:
            names = {name for name in names if name in home.shape.properties and name != home.key}
            binding.writable = frozenset(names) or None
            return
        addressed = draft.verb is not Verb.CREATE and draft.key_location == "path" and bool(draft.key)
        if addressed and not self.renames(given, home.key, home.shape):
            names.discard(home.key)
        free = given.open and not given.closed
        binding.writable = None if free else frozenset(names)
        if not any(given is known for known in home.requests):
            home.requests.append(given)

    def renames(self, given: Shape, key: str, record: Shape) -> bool:
        """Whether a change may give the record another key: not where the body only repeats the
        record, and never to what the server makes up; then the path says which one it is.
        """
        if "/" in key or self.schemas.same(given, record):
            return False
        return not all(word in IDENTIFIERS for word in words(key))

    def _record_in_body(self, given: Shape, home: Home) -> tuple[Pointer, Shape]:
        if overlap(given, home.shape) or not home.shape.properties:
            inner = self._only_wrapped(given, home)
            return inner if inner is not None and overlap(given, home.shape) < 2 else ((), given)
        inner = self._only_wrapped(given, home)
        return inner if inner is not None else ((), given)

    def _only_wrapped(self, given: Shape, home: Home) -> tuple[Pointer, Shape] | None:
        holders = [
            (name, shape)
            for name in given.properties
            if (shape := self.schemas.property(given, name)).is_object
            and overlap(shape, home.shape) * 2 >= max(1, len(shape.properties))
            and name not in home.shape.properties
            and (name in given.required or len(given.properties) <= 2)
        ]
        if len(holders) != 1:
            return None
        name, shape = holders[0]
        return (name,), shape

    def _answer(self, draft: Draft, home: Home, binding: Binding) -> None:
        reading = draft.reading
        if reading.answer is None or not reading.structured:
            return
        if draft.verb is Verb.DELETE and not draft.key and not home.singleton:
            return
        if reading.shape.is_array:
            found = reading.records
            if found is not None and self._same(self.schemas.shape(found.schema), home):
                binding.envelope = Envelope(records=())
                shape = self.schemas.shape(found.schema)
                binding.shown = self._shown(shape, home, found.schema, draft.verb)
            return
        listed = find_list_of(self.schemas, reading.answer, home.shape) if draft.many else None
        if listed is not None:
            binding.envelope = list_envelope(self.schemas, reading.answer, listed.pointer, (), paged=False)
            return
        place = find_same(self.schemas, reading.answer, home.shape) if home.shape.properties else None
        if place is not None and place.pointer and home.key in reading.shape.properties:
            place = None
        pointer: Pointer | None
        if place is not None:
            pointer, schema = place.pointer, place.schema
        elif reading.record is not None and self._partly(
            self.schemas.shape(reading.record.schema), home, draft.verb
        ):
            pointer, schema = reading.record.pointer, reading.record.schema
        elif reading.records is not None and self._same(self.schemas.shape(reading.records.schema), home):
            binding.envelope = list_envelope(
                self.schemas, reading.answer, reading.records.pointer, (), paged=False
            )
            return
        else:
            if draft.verb in {Verb.CREATE, Verb.UPSERT}:
                binding.envelope = Envelope(key=told_key(reading, home, self.schemas))
            return
        binding.envelope = record_envelope(self.schemas, reading.answer, pointer)
        binding.shown = self._shown(self.schemas.shape(schema), home, schema, draft.verb)
        if pointer == () and binding.shown is not None:
            constants = record_envelope(self.schemas, reading.answer, ("",)).constants
            binding.envelope = Envelope(
                record=(),
                self=binding.envelope.self,
                constants=tuple(pair for pair in constants if pair[0][0] not in home.shape.properties),
            )

    def _partly(self, shape: Shape, home: Home, verb: Verb) -> bool:
        """Whether an answer of another schema shows the record, or at least its key."""
        if verb is Verb.READ:
            return True
        if not shape.properties or not home.shape.properties:
            return not home.shape.properties and verb is not Verb.ACTION
        shared = shape.properties.keys() & home.shape.properties.keys()
        own = home.key.partition("/")[0]
        if verb is Verb.ACTION:
            return len(shared) * 2 > len(shape.properties) and (own in shared or len(shared) > 2)
        return own in shared or len(shared) * 2 >= len(shape.properties)

    def _shown(self, shape: Shape, home: Home, schema: Any, verb: Verb) -> frozenset[str] | None:
        """The properties that an answer's schema knows, where it knows fewer than the record has."""
        if schema is not None and shape.properties and shape.properties is not home.shape.properties:
            if verb in {Verb.LIST, Verb.READ}:
                home.summaries.setdefault(id(shape.properties), schema)
            label = shape.name or "|".join(sorted(shape.properties))
            if label != (home.shape.name or "|".join(sorted(home.shape.properties))):
                home.shapes.setdefault(label, schema)
        if not shape.properties or (shape.open and not shape.closed):
            return None
        if home.shape.properties.keys() <= shape.properties.keys() and not shape.closed:
            return None
        return frozenset(shape.properties)


def _with_item(envelope: Envelope, item: Pointer) -> Envelope:

    return dataclasses.replace(envelope, item=item, items_in_object=True)


def conditional(reading: Reading) -> bool:
    """Whether the contract speaks of ETags."""
    for parameter in reading.operation.parameters:
        if parameter.location == "header" and squeezed(parameter.name) in {"ifmatch", "ifnonematch"}:
            return True
    response = reading.operation.response(reading.success)
    return response is not None and any(squeezed(name) == "etag" for name in response.headers)

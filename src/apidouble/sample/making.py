"""One made-up record: its key, declared fields, references, times, and everything else.

In: a resource, its contract and fixture, the values of its parents. Out: data and hidden values,
valid against the contract. May not know: the other records, except through the register and the
keys of other collections.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

from apidouble.contract.operation import Contract
from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.declared import OMITTED, FieldMaker
from apidouble.sample.families import Family, RecordsOf, field_of, own_key, set_field
from apidouble.sample.fixture import Making
from apidouble.sample.generate import Generator
from apidouble.sample.ids import KeyForm
from apidouble.sample.linking import Linker
from apidouble.sample.names import text_maker
from apidouble.sample.node import Node
from apidouble.sample.numbers import number_plan
from apidouble.sample.objects import laid_over
from apidouble.sample.register import Register
from apidouble.sample.scene import Scene, slug
from apidouble.sample.strings import text_plan
from apidouble.sample.summaries import narrowing
from apidouble.sample.timestamps import in_order, stamp
from apidouble.sample.walk import Amount, Unfit
from apidouble.store.base import Record

Derive = Callable[[MutableMapping[str, Any]], None]

_ASKING = 3
"""Attempts that hold to what summaries ask, too."""
_DECLARED_TRIES = 50
_UNIQUE_TRIES = 40
_IN_PATHS = re.compile(r"[A-Za-z0-9._@-]+")
"""Keys that need no encoding in a path."""
_PERSON = {"first_name": "given_name", "last_name": "family_name"}


class RecordMaker:
    """Makes the records of one collection."""

    def __init__(
        self,
        resource: Resource,
        contract: Contract,
        making: Making,
        generator: Generator,
        register: Register,
        records_of: RecordsOf,
        derive: Derive,
    ) -> None:
        self.resource = resource
        self.making = making
        self.generator = generator
        self.register = register
        self.derive = derive
        self.label = f"{contract.api}/{resource.name}"
        # Records are objects, also where the schema lets them be anything.
        self.plain = generator.node(resource.schema, "response", generator.any_object)
        self.asked = narrowing(resource, generator)
        self.node = self.plain
        if self.asked:
            self.node = generator.node(resource.schema, "response", generator.any_object, self.asked)
        self.is_valid = contract.compile_schema(resource.schema, "response").is_valid
        self.form = KeyForm(resource, contract.document)
        self.left_to_clients = self._sample_keys(contract) if resource.chosen else ()
        self.locales = making.locales or generator.fakes.locales
        self._records_of = records_of
        self._linker = Linker(resource, records_of, self.is_valid, making.fields)
        self._nodes: dict[str, Node] = {}
        self._keys: dict[str, list[str | int]] = {}
        self.makers = {
            name: FieldMaker(rule, None if name.startswith("^") else self.property(name))
            for name, rule in making.fields.items()
        }

    def _sample_keys(self, contract: Contract) -> Sequence[Any]:
        """The keys by which the document shows records that clients make: a sample request shall work."""
        document, own = contract.document, self.resource.key
        shown = list(conjunction.examples(self.plain.atoms))
        schema = document.resolve(self.resource.schema)
        for operation in contract.operations.values():
            if operation.method == "POST" and operation.body is not None:
                for media in operation.body.content.values():
                    if media.schema is not None and document.resolve(media.schema) is schema:
                        shown += [example.value for example in media.examples]
        keys = [one[own] for one in shown if isinstance(one, Mapping) and own in one]
        return [*self.form.shown, *keys]

    def property(self, name: str) -> Node:
        """The node of one of the record's properties."""
        found = self._nodes.get(name)
        if found is None:
            parts = conjunction.property_parts(self.node.atoms, name)
            found = self._nodes[name] = self.node.nodes.node(parts)
        return found

    def attempt(self, index: int, family: Family, attempt: int, beside: Family) -> Record | None:
        """The record with this number, asking less of it with each attempt; None if it is not valid.

        `beside` are values by which it is found on further paths, as far as its properties can hold them.
        Raises Unfit and NoKeyLeftError, and what Faker raises for a field's rule that cannot work.
        """
        amount: Amount = "all" if index == 0 and attempt == 0 else ("some" if attempt < 2 else "required")
        label = f"{self.label}/{attempt}" if attempt else self.label
        # The first one looks like the examples inside the schema, under their key.
        shown = index == 0 and attempt == 0 and not self.makers
        drawing = self.generator.drawing(
            label, index, optional=amount, dynamic=not shown, locales=self.locales
        )
        scene = drawing.scene()
        data: dict[str, Any] = {}
        hidden: dict[str, Any] = {}
        for name, value in family.items():
            set_field(data, hidden, name, value)
        self._place(beside, data, hidden)
        # A key that clients choose is left to them: the sample request of a document shall work.
        if not (shown and not self.resource.chosen and self._example_key(data, hidden)):
            self._own_key(data, hidden, index, scene)
        left_out = self._declare(data, hidden, scene) | self._refer(data, hidden, scene)
        self._stamp(data, scene)
        node = self.node if attempt < _ASKING else self.plain
        made = drawing.record(node, data, frozenset(left_out), scene, self.resource.title)
        if not isinstance(made, dict):
            raise Unfit
        for name, value in data.items():
            made[name] = laid_over(made.get(name), value)
        self._fill_templates(made, hidden, scene)
        if not self._make_unique(made, hidden, scene):
            return None
        in_order(made, self.resource.created, self.resource.updated)
        made = self._linker.tie(made, scene)
        self.derive(made)
        if not self.is_valid(made) or self.register.has(self.register.store_key(made, hidden)):
            return None
        return self.register.keep(made, hidden)

    def _place(self, beside: Family, data: dict[str, Any], hidden: dict[str, Any]) -> None:
        for name, value in beside.items():
            if name.startswith("^") or ("/" not in name and self.property(name).check(value)):
                set_field(data, hidden, name, value)

    def _own_key(self, data: dict[str, Any], hidden: dict[str, Any], index: int, scene: Scene) -> None:
        name = self.resource.key
        if not name or name in self.makers or self.resource.singleton:
            return
        if self.form.free and self._own_words(data, hidden, scene):
            return
        register = self.register

        def taken(key: Any) -> bool:
            return key in self.left_to_clients or register.has(register.scoped(key, data, hidden))

        count = max(index, register.highest) + 1 if self.form.whole else index + 1
        set_field(data, hidden, name, self.form.new(self.generator.source, self.label, count, taken))

    def _example_key(self, data: dict[str, Any], hidden: dict[str, Any]) -> bool:
        """The key that the schema itself shows; False where it shows none."""
        name = self.resource.key
        for key in self.form.shown:
            if not self.register.has(self.register.scoped(key, data, hidden)):
                set_field(data, hidden, name, key)
                return True
        return False

    def _own_words(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> bool:
        """A key that says something (`username`, `slug`), fit for a path; False where its name does not."""
        name = self.resource.key
        maker = text_maker(name.lstrip("^").rpartition("/")[2], self.resource.title)
        if maker is None:
            return False
        text = str(maker(scene))
        plain = text if _IN_PATHS.fullmatch(text) else slug(text)
        for attempt in range(_UNIQUE_TRIES):
            key = f"{plain}-{attempt + 1}" if attempt else plain
            if key and self.form.fits(key) and not self.register.has(self.register.scoped(key, data, hidden)):
                set_field(data, hidden, name, key)
                return True
        return False

    def _declare(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> set[str]:
        """Fill the fields that the fixture speaks of, except templates; gives those to leave out."""
        left_out: set[str] = set()
        for name, maker in self.makers.items():
            if maker.templated:
                continue
            value = maker.make(scene, data)
            for attempt in range(1, _DECLARED_TRIES):
                if value is OMITTED or not self.register.is_taken(name, value, data, hidden):
                    break
                value = (
                    maker.make(scene, data)
                    if attempt < _DECLARED_TRIES // 2
                    else maker.another(value, attempt)
                )
            if value is OMITTED:
                left_out.add(name)
                continue
            set_field(data, hidden, name, value)
            part = _PERSON.get(maker.rule.provider)
            if part and isinstance(value, str):
                # Made values that speak of the same person agree.
                setattr(scene, part, value)
        return left_out

    def _fill_templates(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> None:
        for name, maker in self.makers.items():
            if not maker.templated:
                continue
            first = value = maker.make(scene, data)
            if value is OMITTED:
                data.pop(name, None)
                continue
            attempt = 1
            while self.register.is_taken(name, value, data, hidden):
                value = maker.another(first, attempt)
                attempt += 1
            set_field(data, hidden, name, value)

    def _refer(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> set[str]:
        """Point references at records that exist; gives those to leave out, since nothing is there."""
        left_out: set[str] = set()
        for name, collection in self.resource.references.items():
            if "/" in name or name in self.makers or field_of(data, hidden, name) is not None:
                continue
            keys = self._keys_of(collection)
            if name.startswith("^"):
                if keys:
                    set_field(data, hidden, name, scene.random.choice(keys))
                continue
            value = _reference(self.property(name), keys, scene)
            if value is OMITTED:
                left_out.add(name)
            else:
                data[name] = value
        return left_out

    def _keys_of(self, collection: str) -> list[str | int]:
        found = self._keys.get(collection)
        if found is None:
            found = self._keys[collection] = [own_key(one.key) for one in self._records_of(collection)]
        return found

    def _stamp(self, data: dict[str, Any], scene: Scene) -> None:
        for names, moment in ((self.resource.created, scene.created), (self.resource.updated, scene.updated)):
            for name in names:
                if name not in data and not name.startswith("^") and "/" not in name:
                    value = stamp(self.property(name), moment)
                    if value is not None:
                        data[name] = value

    def _make_unique(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> bool:
        """Change values that another record has already; False where that is not possible."""
        for attempt in range(_UNIQUE_TRIES):
            clashing = self.register.clashes(data, hidden)
            if not clashing:
                return True
            for name in clashing:
                other = self._other(name, field_of(data, hidden, name), scene, attempt)
                set_field(data, hidden, name, other)
        return False

    def _other(self, name: str, value: Any, scene: Scene, attempt: int) -> Any:
        node = self.property(name)
        if isinstance(value, str):
            if attempt < _UNIQUE_TRIES // 4 and name not in self.makers:
                fresh = Scene(scene.fakes, scene.random, scene.locale)
                return text_plan(node, name, self.resource.title).make(fresh) or value
            local, at, domain = value.partition("@")
            return f"{local}{attempt}{at}{domain}"
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_plan(node, name).make(scene, odd=attempt > _UNIQUE_TRIES // 2)
        return value


def _reference(node: Node, keys: list[str | int], scene: Scene) -> Any:
    """A value for a reference: a key, a few keys, null or OMITTED where no record is there."""
    if not keys:
        return None if node.check(None) else OMITTED
    key = scene.random.choice(keys)
    if node.check(key):
        return key
    several = scene.random.sample(keys, min(len(keys), scene.random.randint(1, 3)))
    options: tuple[Any, ...] = (several, [str(one) for one in several], str(key))
    return next((option for option in options if node.check(option)), OMITTED)


def without_hidden(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record as fixtures write it, as data and hidden values."""
    data = {name: value for name, value in given.items() if not name.startswith("^")}
    hidden = {name[1:]: value for name, value in given.items() if name.startswith("^")}
    return data, hidden

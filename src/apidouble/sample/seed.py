"""The first records of a collection: curated ones, documented ones, made-up ones.

In: a resource, its contract and fixture, a `Source`, the seeded records of other collections.
Out: `Record`s, each valid against the contract, the same for the same seed. May not know: HTTP,
stores. Which collections are seeded before which is `sample.seeding`'s affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from apidouble.clock import Source
from apidouble.contract.operation import Contract
from apidouble.errors import Finding, NoKeyLeftError, ProjectError
from apidouble.model.resource import Resource
from apidouble.sample.documented import Documented, Shown
from apidouble.sample.families import Family, RecordsOf, families, field_of, set_field
from apidouble.sample.fixture import Fixture
from apidouble.sample.generate import Generator
from apidouble.sample.making import Derive, RecordMaker, without_hidden
from apidouble.sample.moments import SEEDED_TIME
from apidouble.sample.register import Register
from apidouble.sample.walk import Unfit
from apidouble.store.base import Record

_TRIES = 4
"""Attempts at one record, each asking less of it."""
_CHILDREN = 3
"""Records in a row that get the same parent."""
_FAILURES = 3
"""Records that could not be made, after which no more are tried."""


def seed(
    resource: Resource,
    contract: Contract,
    fixture: Fixture,
    source: Source,
    *,
    records_of: RecordsOf,
    derive: Derive = lambda _: None,
    base_time: datetime = SEEDED_TIME,
    generator: Generator | None = None,
    examples: Documented | None = None,
) -> Iterator[Record]:
    """The first records of a collection, in the order in which lists show them.

    `records_of` gives the seeded records of another collection (parents, references), none for
    one that must not be waited for. Raises ProjectError where a curated record breaks the contract
    or a field's rule cannot work; a made-up record that cannot be made valid is left out, with a
    finding in the document. `generator` and `examples` are best shared by all collections.
    """
    maker = generator or Generator(
        contract.document, source, base_time=base_time, compile_schema=contract.compile_schema
    )
    yield from _Seed(
        resource, contract, fixture, maker, examples or Documented(contract), records_of, derive
    ).records()


class _Seed:
    """One collection being seeded."""

    def __init__(
        self,
        resource: Resource,
        contract: Contract,
        fixture: Fixture,
        generator: Generator,
        examples: Documented,
        records_of: RecordsOf,
        derive: Derive,
    ) -> None:
        self.resource = resource
        self.contract = contract
        self.fixture = fixture
        self.generator = generator
        self.examples = examples
        self.records_of = records_of
        self.derive = derive
        self.making = fixture.making(resource.name)
        declared = (name for name, rule in self.making.fields.items() if rule.unique)
        self.register = Register(resource, dict.fromkeys([*resource.unique, *declared]))
        self.maker = RecordMaker(
            resource, contract, self.making, generator, self.register, records_of, derive
        )
        self._known_families: list[Family] | None = None
        self._known_views: list[list[Family]] | None = None

    def records(self) -> Iterator[Record]:
        """All of them."""
        curated = self._curated()
        yield from curated
        if self.resource.singleton:
            yield from self._singletons()
            return
        shown = list(self._documented())
        yield from shown
        wanted = self.resource.seeded if self.making.count is None else self.making.count
        yield from self._made(wanted - len(curated) - len(shown))

    def _curated(self) -> list[Record]:
        findings: list[Finding] = []
        made: list[Record] = []
        for index, given in enumerate(self.fixture.records.get(self.resource.name, ())):
            pointer = f"/records/{self.resource.name}/{index}"
            data, hidden = without_hidden(given)
            self.derive(data)
            found = self._problem(data, hidden, pointer)
            if found is None:
                made.append(self.register.keep(data, hidden))
            else:
                findings.append(found)
        if findings:
            raise ProjectError(findings)
        return made

    def _problem(self, data: Mapping[str, Any], hidden: Mapping[str, Any], pointer: str) -> Finding | None:
        """What is wrong with a curated record."""
        validator = self.contract.compile_schema(self.resource.schema, "response")
        if not validator.is_valid(data):
            violations = validator.violations(data, "response")
            message = violations[0].message if violations else "does not fit the schema of its collection"
            below = violations[0].pointer if violations else ""
            return self.fixture.finding(
                message, pointer + below, advice="Change the record, or the schema in the document"
            )
        for name in self.register.identifying():
            if field_of(data, hidden, name) is None:
                return self.fixture.finding(
                    f"the record lacks {name!r}, by which it is found", pointer, advice=f"Add `{name}` to it"
                )
        key = self.register.store_key(data, hidden)
        if self.register.has(key):
            return self.fixture.finding(f"the key {key!r} stands twice", pointer)
        for name in self.register.clashes(data, hidden):
            return self.fixture.finding(f"another record has this {name!r}", f"{pointer}/{name}")
        return None

    def _documented(self) -> Iterator[Record]:
        for place, shown in enumerate(self.examples.of(self.resource)):
            data: dict[str, Any] = {
                name: deepcopy(value)
                for name, value in shown.data.items()
                if name not in self.resource.write_only
            }
            hidden = self._addressed(data, shown)
            if hidden is None or not self.maker.is_valid(data) or not self._is_reachable(data, hidden):
                continue
            for name, value in self._beside(place).items():
                if name.startswith("^"):
                    hidden.setdefault(name[1:], value)
            self.derive(data)
            if (
                self.register.has(self.register.store_key(data, hidden))
                or self.register.clashes(data, hidden)
                or not self.maker.is_valid(data)
            ):
                continue
            yield self.register.keep(data, hidden)

    def _is_reachable(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> bool:
        """Whether the path to single records takes the key: examples are not always of their own contract."""
        if self.resource.singleton:
            return True
        key, form = field_of(data, hidden, self.resource.key), self.maker.form
        return form.fits(key) and (not form.words or key in form.words)

    def _addressed(self, data: dict[str, Any], shown: Shown) -> dict[str, Any] | None:
        """Hidden values by which a documented record is found; None where it cannot be."""
        hidden: dict[str, Any] = {}
        for name, value in self._family_of(shown).items():
            if field_of(data, hidden, name) is None:
                set_field(data, hidden, name, value)
        own = self.resource.key
        if own.startswith("^") and own[1:] in shown.path:
            hidden[own[1:]] = shown.path[own[1:]]
        if any(field_of(data, hidden, name) is None for name in self.register.identifying()):
            return None
        return hidden

    def _family_of(self, shown: Shown) -> Family:
        """The parents that the path around a documented record names, if they exist; else the first ones."""
        if not self.resource.parents:
            return {}
        above = self._families()
        named = {
            parent.field: shown.path[parent.parameter]
            for parent in self.resource.parents
            if parent.parameter in shown.path
        }
        fitting = (
            family for family in above if all(family.get(name) == value for name, value in named.items())
        )
        return next(fitting, above[0] if above else {})

    def _singletons(self) -> Iterator[Record]:
        """One for each parent; one in all where there is no parent."""
        for index, family in enumerate(self._families()):
            data: dict[str, Any] = {}
            hidden: dict[str, Any] = {}
            for name, value in family.items():
                set_field(data, hidden, name, value)
            if self.register.has(self.register.store_key(data, hidden)):
                continue
            record = self._record(index, family)
            if record is not None:
                yield record

    def _made(self, wanted: int) -> Iterator[Record]:
        above = self._families() if wanted > 0 else []
        failures = 0
        for index in range(wanted if above else 0):
            try:
                record = self._record(index, above[index // _CHILDREN % len(above)])
            except NoKeyLeftError:
                # As many as there can be.
                break
            if record is not None:
                yield record
                continue
            failures += 1
            if failures >= _FAILURES:
                break
        if failures:
            document = self.contract.document
            message = (
                f"{failures} records of {self.resource.name!r} could not be made up so that they are valid"
            )
            advice = "Give records of it in a fixture"
            document.findings.append(Finding(message, document.source, advice=advice, severity="warning"))

    def _record(self, index: int, family: Family) -> Record | None:
        """A made-up record; None where none can be made valid. Raises NoKeyLeftError."""
        beside = self._beside(index)
        for attempt in range(_TRIES):
            try:
                made = self.maker.attempt(index, family, attempt, beside)
            except Unfit:
                continue
            except (AttributeError, TypeError, ValueError) as error:
                if not self.making.fields:
                    raise
                raise ProjectError(self._rule_finding(error)) from error
            if made is not None:
                return made
        return None

    def _families(self) -> list[Family]:
        if self._known_families is None:
            self._known_families = families(
                self.resource.parents, self.contract, self.generator, self.records_of, self.maker.makers
            )
        return self._known_families

    def _beside(self, index: int) -> Family:
        """What a record needs to be found on the further paths that narrow the collection."""
        if not self.resource.views:
            return {}
        if self._known_views is None:
            self._known_views = list(self._views())
        found: dict[str, Any] = {}
        for options in self._known_views:
            found = {**options[index // _CHILDREN % len(options)], **found}
        return found

    def _views(self) -> Iterator[list[Family]]:
        """For each further path, the values of its parents; those that the record has anyway left out."""
        resource = self.resource
        settled = {resource.key, *resource.references, *(parent.field for parent in resource.parents)}
        for view in resource.views:
            # What a property holds that points at no record is as good as it is.
            open_ = [
                parent
                for parent in view
                if parent.field not in settled and (parent.resource or parent.field.startswith("^"))
            ]
            found = families(open_, self.contract, self.generator, self.records_of, self.maker.makers)
            if open_ and found:
                yield found

    def _rule_finding(self, error: Exception) -> Finding:
        return self.fixture.finding(
            f"a field's rule does not work: {error}",
            f"/generate/{self.resource.name}/fields",
            expected="providers of Faker, with arguments that they take",
        )

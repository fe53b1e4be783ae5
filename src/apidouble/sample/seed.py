"""The first records of a collection: curated ones, documented ones, made-up ones.

In: a resource, its contract and fixture, a `Source`, the seeded records of other collections.
Out: `Record`s, each valid against the contract, the same for the same seed. May not know: HTTP,
stores. Which collections are seeded before which is `sample.seeding`'s affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from apidouble.clock import Source
from apidouble.contract.operation import Contract
from apidouble.errors import Finding, ProjectError
from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.declared import OMITTED, FieldMaker
from apidouble.sample.documented import documented, parameter_examples
from apidouble.sample.drawing import Unfit
from apidouble.sample.fixture import Fixture, Making
from apidouble.sample.generate import Amount, Generator
from apidouble.sample.ids import KeyForm, NoKeyLeftError
from apidouble.sample.moments import SEEDED_TIME
from apidouble.sample.nodes import Node
from apidouble.sample.numbers import number_plan
from apidouble.sample.scene import Scene
from apidouble.sample.strings import text_plan
from apidouble.sample.timestamps import in_order, stamp
from apidouble.store.base import Key, Record

RecordsOf = Callable[[str], Sequence[Record]]
Derive = Callable[[MutableMapping[str, Any]], None]

_TRIES = 4
"""Attempts at one record, each asking less of it."""
_CHILDREN = 3
"""Records in a row that get the same parent."""


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
) -> Iterator[Record]:
    """The first records of a collection, in the order in which lists show them.

    `records_of` gives the seeded records of another collection (parents, references), none for
    one that must not be waited for. Raises ProjectError where a curated record breaks the contract
    or a field's rule cannot work; a made-up record that cannot be made valid is left out, with a
    finding in the document.
    """
    yield from _Seed(resource, contract, fixture, source, records_of, derive, base_time, generator).records()


class _Seed:
    """One collection being seeded."""

    def __init__(
        self,
        resource: Resource,
        contract: Contract,
        fixture: Fixture,
        source: Source,
        records_of: RecordsOf,
        derive: Derive,
        base_time: datetime,
        generator: Generator | None,
    ) -> None:
        self.resource = resource
        self.contract = contract
        self.fixture = fixture
        self.source = source
        self.records_of = records_of
        self.derive = derive
        self.making: Making = fixture.making(resource.name)
        self.generator = generator or Generator(
            contract.document, source, base_time=base_time, compile_schema=contract.compile_schema
        )
        self.locales = self.making.locales or self.generator.fakes.locales
        self.label = f"{contract.api}/{resource.name}"
        self.node = self.generator.node(resource.schema, "response")
        self.is_valid = contract.compile_schema(resource.schema, "response").is_valid
        self.form = KeyForm(resource, contract.document)
        self.makers = {
            name: FieldMaker(rule, None if name.startswith("^") else self._property(name))
            for name, rule in self.making.fields.items()
        }
        self.unique = dict.fromkeys(
            [*resource.unique, *(name for name, rule in self.making.fields.items() if rule.unique)]
        )
        self.taken: dict[str, set[Any]] = {name: set() for name in self.unique}
        self.keys: dict[Key, None] = {}
        self.highest = 0

    def _property(self, name: str) -> Node:
        """The node of a property, whichever branch of the schema has it."""
        return self.node.nodes.node(conjunction.property_parts(self.node.atoms, name))

    # The three kinds of records

    def records(self) -> Iterator[Record]:
        count = 0
        for record in self._curated():
            count += 1
            yield record
        if self.resource.singleton:
            yield from self._singletons()
            return
        for record in self._documented():
            count += 1
            yield record
        wanted = self.resource.seeded if self.making.count is None else self.making.count
        yield from self._made(max(0, wanted - count))

    def _curated(self) -> Iterator[Record]:
        curated = self.fixture.records.get(self.resource.name, ())
        findings: list[Finding] = []
        made: list[Record] = []
        for index, given in enumerate(curated):
            pointer = f"/records/{self.resource.name}/{index}"
            data = {name: value for name, value in given.items() if not name.startswith("^")}
            hidden = {name[1:]: value for name, value in given.items() if name.startswith("^")}
            self.derive(data)
            problem = self._problem(data, hidden)
            if problem:
                findings.append(self.fixture.finding(*problem[:1], pointer + problem[1], advice=problem[2]))
                continue
            key = self._store_key(data, hidden)
            if key in self.keys:
                findings.append(self.fixture.finding(f"the key {key!r} stands twice", pointer))
                continue
            made.append(self._keep(key, data, hidden))
        if findings:
            raise ProjectError(findings)
        yield from made

    def _problem(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> tuple[str, str, str] | None:
        """What is wrong with a curated record: (message, pointer below it, advice)."""
        if not self.is_valid(data):
            validator = self.contract.compile_schema(self.resource.schema, "response")
            found = validator.violations(data, "response")
            if found:
                return (
                    found[0].message,
                    found[0].pointer,
                    "Change the record, or the schema in the document",
                )
            return ("does not fit the schema of its collection", "", "")
        missing = [name for name in self._identifying() if _field(data, hidden, name) is None]
        if missing:
            return (f"lacks {missing[0]!r}, by which it is found", "", f"Add `{missing[0]}` to the record")
        return None

    def _documented(self) -> Iterator[Record]:
        for shown in documented(self.resource, self.contract):
            data: dict[str, Any] = {
                name: value for name, value in shown.data.items() if name not in self.resource.write_only
            }
            if not self.is_valid(data):
                continue
            hidden: dict[str, Any] = {}
            for parent in self.resource.parents:
                if _field(data, hidden, parent.field) is None and parent.parameter in shown.path:
                    _set(data, hidden, parent.field, shown.path[parent.parameter])
            self._adopt(data, hidden, 0)
            if self.resource.key.startswith("^"):
                own = next(
                    (shown.path[name] for name in (self.resource.key[1:],) if name in shown.path), None
                )
                if own is None:
                    continue
                hidden[self.resource.key[1:]] = own
            if any(_field(data, hidden, name) is None for name in self._identifying()):
                continue
            self.derive(data)
            key = self._store_key(data, hidden)
            if key in self.keys or self._clashes(data, hidden) or not self.is_valid(data):
                continue
            yield self._keep(key, data, hidden)

    def _singletons(self) -> Iterator[Record]:
        """One for each parent; one in all where there is no parent."""
        parents = self._families()
        for index, family in enumerate(parents):
            if tuple(family.get(parent.field) for parent in self.resource.parents) + ("",) in self.keys:
                continue
            record = self._record(index, family)
            if record is not None:
                yield record

    def _made(self, wanted: int) -> Iterator[Record]:
        families = self._families()
        if not families:
            return
        left_out = 0
        for index in range(wanted):
            record = self._record(index, families[index // _CHILDREN % len(families)])
            if record is None:
                left_out += 1
                if left_out > 3:
                    break
                continue
            yield record

    # One record

    def _record(self, index: int, family: Mapping[str, Any]) -> Record | None:
        """A made-up record; None, and a finding, where none can be made valid."""
        for attempt in range(_TRIES):
            try:
                made = self._attempt(index, family, attempt)
            except Unfit:
                continue
            except NoKeyLeftError:
                return None
            except (AttributeError, TypeError, ValueError) as error:
                raise ProjectError(self._rule_finding(error)) from error
            if made is not None:
                return made
        file, line = self.contract.document.locate("")
        self.contract.document.findings.append(
            Finding(
                f"no valid record of {self.resource.name!r} could be made up (number {index + 1})",
                file or self.contract.document.source,
                line=line,
                advice="Give records of it in a fixture",
                severity="warning",
            )
        )
        return None

    def _attempt(self, index: int, family: Mapping[str, Any], attempt: int) -> Record | None:
        amount: Amount = "all" if attempt == 0 and not index else ("some" if attempt < 2 else "required")
        label = self.label if not attempt else f"{self.label}/{attempt}"
        drawing = self.generator.drawing(label, index, optional=amount, locales=self.locales)
        scene = self.generator.scene(drawing)
        data: dict[str, Any] = {}
        hidden: dict[str, Any] = {}
        for name, value in family.items():
            _set(data, hidden, name, value)
        self._own_key(data, hidden, index)
        omitted = self._declare(data, hidden, scene)
        self._refer(data, hidden, scene, omitted)
        self._stamp(data, scene)
        own = drawing.record(self.node, data, frozenset(omitted), scene, self.resource.title)
        if not isinstance(own, dict):
            raise Unfit
        for name, value in data.items():
            _set(own, hidden, name, value)
        self._fill_templates(own, hidden, scene)
        if not self._make_unique(own, hidden, scene):
            return None
        in_order(own, self.resource.created, self.resource.updated)
        self.derive(own)
        if not self.is_valid(own):
            return None
        key = self._store_key(own, hidden)
        if key in self.keys:
            return None
        return self._keep(key, own, hidden)

    def _own_key(self, data: dict[str, Any], hidden: dict[str, Any], index: int) -> None:
        name = self.resource.key
        if not name or name in self.makers:
            return
        start = max(index + 1, self.highest + 1)
        above = self._above(data, hidden)

        def taken(key: Any) -> bool:
            return ((*above, key) if self.resource.scoped else key) in self.keys

        _set(
            data,
            hidden,
            name,
            self.form.new(self.source, self.label, start if self.form.whole else index + 1, taken),
        )

    def _declare(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> set[str]:
        """Fill the fields that the fixture speaks of, except templates; gives those to leave out."""
        omitted: set[str] = set()
        for name, maker in self.makers.items():
            if maker.templated:
                continue
            value = maker.make(scene, data)
            for attempt in range(1, 50):
                if not self.making.fields[name].unique or not self._is_taken(name, value, data, hidden):
                    break
                value = maker.make(scene, data) if attempt < 25 else maker.another(value, attempt)
            if value is OMITTED:
                omitted.add(name)
            else:
                _set(data, hidden, name, value)
                if self.making.fields[name].provider in ("first_name", "last_name") and isinstance(
                    value, str
                ):
                    # Made values of the same person agree.
                    part = (
                        "given_name" if self.making.fields[name].provider == "first_name" else "family_name"
                    )
                    setattr(scene, part, value)
        return omitted

    def _fill_templates(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> None:
        for name, maker in self.makers.items():
            if not maker.templated:
                continue
            value = maker.make(scene, data)
            plain, attempt = value, 1
            while (
                self.making.fields[name].unique
                and attempt < 1000
                and self._is_taken(name, value, data, hidden)
            ):
                value = maker.another(plain, attempt)
                attempt += 1
            if value is OMITTED:
                data.pop(name, None)
            else:
                _set(data, hidden, name, value)

    def _refer(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene, omitted: set[str]) -> None:
        """Point references at records that exist."""
        for name, collection in self.resource.references.items():
            if "/" in name or _field(data, hidden, name) is not None or name in self.makers:
                continue
            if name.startswith("^"):
                node = None
            else:
                node = self._property(name)
            keys = [_own(record.key) for record in self.records_of(collection)]
            if node is not None and keys and not node.check(keys[0]):
                # A list of keys, or one written in another type.
                several = scene.random.sample(keys, min(len(keys), scene.random.randint(1, 3)))
                options: list[Any] = [several, str(scene.random.choice(keys))]
                fitting = next((option for option in options if node.check(option)), None)
                if fitting is not None:
                    data[name] = fitting
            elif keys:
                _set(data, hidden, name, scene.random.choice(keys))
            elif node is not None and node.check(None):
                data[name] = None
            else:
                omitted.add(name)

    def _stamp(self, data: dict[str, Any], scene: Scene) -> None:
        for fields, moment in (
            (self.resource.created, scene.created),
            (self.resource.updated, scene.updated),
        ):
            for name in fields:
                if name in data or name.startswith("^") or "/" in name:
                    continue
                value = stamp(self._property(name), moment)
                if value is not None:
                    data[name] = value

    def _make_unique(self, data: dict[str, Any], hidden: dict[str, Any], scene: Scene) -> bool:
        """Change made-up values that another record has already; False where that is not possible."""
        for name in self.unique:
            for attempt in range(40):
                value = _field(data, hidden, name)
                if value is None or not self._is_taken(name, value, data, hidden):
                    break
                _set(data, hidden, name, self._other(name, value, scene, attempt))
            else:
                return False
        return True

    def _other(self, name: str, value: Any, scene: Scene, attempt: int) -> Any:
        node = self._property(name)
        if attempt < 10 and isinstance(value, str):
            fresh = Scene(scene.fakes, scene.random, scene.locale)
            return text_plan(node, name, self.resource.title).make(fresh) or value
        if isinstance(value, str):
            local, at, domain = value.partition("@")
            return f"{local}{attempt}{at}{domain}"
        if isinstance(value, int | float):
            return number_plan(node, name).make(scene, odd=attempt > 20)
        return value

    # Keys, parents, uniqueness

    def _identifying(self) -> list[str]:
        names = [parent.field for parent in self.resource.parents]
        return names if self.resource.singleton or not self.resource.key else [*names, self.resource.key]

    def _above(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(_field(data, hidden, parent.field) for parent in self.resource.parents)

    def _store_key(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Key:
        if self.resource.singleton:
            return (*self._above(data, hidden), "")
        own = _field(data, hidden, self.resource.key)
        return (*self._above(data, hidden), own) if self.resource.scoped else own

    def _keep(self, key: Key, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> Record:
        self.keys[key] = None
        own = _own(key)
        if isinstance(own, int) and own < 10**12:
            self.highest = max(self.highest, own)
        for name, seen in self.taken.items():
            value = _field(data, hidden, name)
            if value is not None:
                seen.add((*self._above(data, hidden), _hashable(value)))
        return Record(key, data, hidden)

    def _is_taken(self, name: str, value: Any, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> bool:
        if value is None or value is OMITTED:
            return False
        return (*self._above(data, hidden), _hashable(value)) in self.taken.get(name, ())

    def _clashes(self, data: Mapping[str, Any], hidden: Mapping[str, Any]) -> bool:
        return any(self._is_taken(name, _field(data, hidden, name), data, hidden) for name in self.unique)

    def _families(self) -> list[dict[str, Any]]:
        """What records have of their parents: one choice for each parent record."""
        if not self.resource.parents:
            return [{}]
        families: list[dict[str, Any]] = [{}]
        groups: dict[str, list[Any]] = {}
        for parent in self.resource.parents:
            if parent.field not in self.makers:
                groups.setdefault(parent.resource or f"^{parent.parameter}", []).append(parent)
        for name, parents in groups.items():
            if name.startswith("^"):
                options = [{parents[0].field: value} for value in self._parent_values(parents[0].parameter)]
            else:
                options = [
                    {parent.field: value for parent, value in zip(parents, values, strict=True)}
                    for record in self.records_of(name)
                    if None not in (values := [_of_parent(record, parent) for parent in parents])
                ]
            families = [{**family, **option} for family in families for option in options]
        return families

    def _parent_values(self, parameter: str) -> list[Any]:
        """Values for a parent that no collection holds: the path parameter's examples, else two made ones."""
        declared = [
            found
            for operation in self.contract.operations.values()
            for found in operation.parameters
            if found.location == "path" and found.name == parameter
        ]
        examples = [value for found in declared for value in parameter_examples(found.examples, found.schema)]
        if examples:
            return list(dict.fromkeys(examples))[:3]
        schema = declared[0].schema if declared else {"type": "string"}
        label = f"{self.contract.api}/parameter/{parameter}"
        made = [self.generator.value(schema, label=label, count=count, name=parameter) for count in range(2)]
        return list(dict.fromkeys(value for value in made if isinstance(value, str | int)))

    def _adopt(self, data: dict[str, Any], hidden: dict[str, Any], index: int) -> None:
        """Give a documented record the parents that it does not name."""
        if all(_field(data, hidden, parent.field) is not None for parent in self.resource.parents):
            return
        families = self._families()
        for name, value in families[index].items() if families else ():
            if _field(data, hidden, name) is None:
                _set(data, hidden, name, value)

    def _rule_finding(self, error: Exception) -> Finding:
        return self.fixture.finding(
            f"a field's rule does not work: {error}",
            f"/generate/{self.resource.name}/fields",
            expected="providers of Faker, with arguments that they take",
        )


def _of_parent(record: Record, parent: Any) -> Any:
    """The value that a parent record has for a path parameter."""
    if parent.source:
        value = record.value(parent.source)
        if value is not None:
            return value
    return _own(record.key)


def _own(key: Key) -> str | int:
    return key[-1] if isinstance(key, tuple) else key


def _field(data: Mapping[str, Any], hidden: Mapping[str, Any], name: str) -> Any:
    """The value of a field as `Record.value` takes it."""
    return (
        Record("", data, hidden).value(name)
        if "/" in name
        else (hidden.get(name[1:]) if name[:1] == "^" else data.get(name))
    )


def _set(data: MutableMapping[str, Any], hidden: MutableMapping[str, Any], name: str, value: Any) -> None:
    """Set a field: `name`, `^hidden`, `a/b` below a."""
    if name.startswith("^"):
        hidden[name[1:]] = value
        return
    first, _, rest = name.partition("/")
    if not rest:
        data[first] = value
        return
    below = data.get(first)
    inner = dict(below) if isinstance(below, Mapping) else {}
    _set(inner, {}, rest, value)
    data[first] = inner


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else repr(value)

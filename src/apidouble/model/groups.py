"""Operations grouped by the collection that their paths name, and groups of one thing put together.

In: readings. Out: `Group`s, and `Home`s: what will become resources. May not know: bindings, hints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.model import keys
from apidouble.model.names import names_schema, same_noun
from apidouble.model.paths import PREFIXES, Part
from apidouble.model.places import WRAPPING, find_list_of, wrapped_item
from apidouble.model.readings import Reading, deeper
from apidouble.model.resource import Parent
from apidouble.model.schemas import EMPTY, Schemas, Shape, family

GroupKey = tuple[tuple[str, int], ...]
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def named_parameters(parts: Iterable[Part]) -> tuple[tuple[str, str], ...]:
    """(literal, parameter) of all parameters; only the last one behind a literal is of what that names."""
    return tuple(
        (part.literal if place == len(part.parameters) - 1 else "", name)
        for part in parts
        for place, name in enumerate(part.parameters)
    )


@dataclass(slots=True)
class Group:
    """The operations on one collection (or singleton, or action) of paths."""

    key: GroupKey
    versions: tuple[str, ...]
    parts: tuple[Part, ...]
    """Down to the collection; the last part without parameters."""
    readings: list[Reading]
    arity: int
    """How many parameters follow the collection in the path of one record; 0: there is none."""
    item_parameters: tuple[str, ...] = ()
    schema: Any = None
    shape: Shape = field(default_factory=lambda: EMPTY)
    home: Home | None = None
    order: int = 0

    @property
    def literal(self) -> str:
        """The last literal."""
        return self.parts[-1].literal

    @property
    def above(self) -> tuple[tuple[str, str], ...]:
        """(literal, parameter) of all parameters above, outermost first."""
        return named_parameters(self.parts[:-1])

    @property
    def collects(self) -> bool:
        """Whether it names many records rather than one thing or a deed."""
        if self.arity:
            return True
        return any(reading.method == "GET" and reading.lists for reading in self.readings)

    def items(self, *methods: str) -> list[Reading]:
        """The readings at the path of one record."""
        return [
            r
            for r in self.readings
            if self.arity and r.depth == self.arity and (not methods or r.method in methods)
        ]

    def lists(self) -> list[Reading]:
        """The readings that list records."""
        return [r for r in self.readings if r.method == "GET" and r.lists and not self.reads_as_list(r)]

    def creates(self) -> list[Reading]:
        """The readings that make records."""
        return [r for r in self.readings if r.method == "POST" and (not self.arity or r.depth < self.arity)]

    def reads_as_list(self, reading: Reading) -> bool:
        """Whether one record is answered as an array of one: its path can also be written."""
        return bool(
            self.arity
            and reading.depth == self.arity
            and reading.lists
            and self.items("PUT", "PATCH", "DELETE")
        )

    def examples(self) -> Iterator[Mapping[str, Any]]:
        """The records that documented answers show."""
        for reading in self.readings:
            found = reading.record if reading.depth else reading.records
            response = reading.operation.response(reading.success)
            if reading.method != "GET" or found is None or response is None:
                continue
            for media in response.content.values():
                for example in media.examples:
                    here = example.value
                    for name in found.pointer:
                        here = here.get(name) if isinstance(here, Mapping) else None
                    for record in here if isinstance(here, list) else [here]:
                        if isinstance(record, Mapping):
                            yield record

    def membership(self) -> bool:
        """Whether PUT without a body makes its items: things put into a set rather than made."""
        return (
            bool(self.items("PUT", "POST"))
            and all(r.request is None for r in self.items("PUT", "POST", "PATCH"))
            and not self.creates()
        )

    @property
    def global_(self) -> bool:
        """Whether the collection stands alone at the top of the API."""
        parts = list(self.parts)
        while len(parts) > 1 and not parts[0].parameters and parts[0].literal.lower() in PREFIXES:
            parts = parts[1:]
        return len(parts) == 1


@dataclass(slots=True)
class Home:
    """A resource in the making."""

    primary: Group
    groups: list[Group]
    schema: Any
    shape: Shape
    name: str = ""
    key: str = ""
    key_schema: Any = field(default_factory=dict)
    parents: tuple[Parent, ...] = ()
    scoped: bool = False
    singleton: bool = False
    requests: list[Shape] = field(default_factory=list)
    shapes: dict[str, Any] = field(default_factory=dict)
    summaries: dict[int, Any] = field(default_factory=dict)
    views: dict[tuple[str, ...], tuple[Parent, ...]] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    hinted: str = ""
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    filtered: dict[str, None] = field(default_factory=dict)

    @property
    def literal(self) -> str:
        """The last literal of its first path."""
        return self.primary.literal

    def has_create(self) -> bool:
        """Whether POST makes its records somewhere."""
        return any(group.creates() for group in self.groups)

    def nounish(self, group: Group) -> bool:
        """Whether a group's path names the same kind of thing."""
        return same_noun(group.literal, self.literal) or (
            names_schema(group.literal, self.shape.name) and names_schema(self.literal, self.shape.name)
        )


def make_groups(readings: Iterable[Reading], schemas: Schemas) -> list[Group]:
    """Group readings by collection, records deeper than a record's path in groups of their own."""
    by_key: dict[tuple[tuple[str, ...], GroupKey], list[Reading]] = {}
    for reading in readings:
        if not reading.template.odd:
            by_key.setdefault((reading.template.versions, reading.template.key), []).append(reading)
    groups: list[Group] = []
    waiting = list(by_key.items())
    while waiting:
        (versions, key), members = waiting.pop(0)
        _find_lists(members, schemas)
        arity = _arity(members)
        for reading in members:
            reading.above_items = reading.surely_lists or reading.depth < arity
        _find_lists_of_items(members, arity, schemas)
        beyond = [reading for reading in members if arity and reading.depth > arity]
        if beyond:
            members = [reading for reading in members if reading not in beyond]
            again: dict[tuple[tuple[str, ...], GroupKey], list[Reading]] = {}
            for reading in beyond:
                reading.at(deeper(reading.template, arity))
                again.setdefault((versions, reading.template.key), []).append(reading)
            waiting += list(again.items())
        sample = next((r for r in members if r.depth == arity), members[0])
        parts = sample.template.parts
        groups.append(
            Group(
                key=key,
                versions=versions,
                parts=(*parts[:-1], Part(parts[-1].literal)),
                readings=members,
                arity=arity,
                item_parameters=sample.template.trailing[:arity],
                order=len(groups),
            )
        )
    return groups


def _find_lists(members: Sequence[Reading], schemas: Schemas) -> None:
    """Answers on the way to a record that list what the path of the record reads: `/flags/{project}` above
    `/flags/{project}/{flag}`.
    """
    reads = [r for r in members if r.method == "GET" and r.depth > 1 and not r.lists and r.record is not None]
    for reading in members:
        if reading.method != "GET" or not reading.depth or reading.lists or reading.records is None:
            continue
        listed = schemas.shape(reading.records.schema)
        for deeper_one in reads:
            if deeper_one.depth == reading.depth + 1 and deeper_one.record is not None:
                shown = schemas.shape(deeper_one.record.schema)
                if listed.properties and schemas.same(listed, shown):
                    reading.above_items = reading.surely_lists = True


def _find_lists_of_items(members: Sequence[Reading], arity: int, schemas: Schemas) -> None:
    """Answers above single records that hold an array of what the path of one record reads, whatever
    else they say.
    """
    reads = [r for r in members if r.method == "GET" and arity and r.depth == arity and not r.lists]
    shown = [schemas.shape(r.record.schema) for r in reads if r.record is not None]
    for reading in members:
        if reading.method != "GET" or reading.depth >= arity or reading.lists:
            continue
        for record in shown:
            found = find_list_of(schemas, reading.answer, record) if record.properties else None
            if found is not None and not schemas.same(reading.shape, record):
                reading.records = found
                break


def _arity(members: Sequence[Reading]) -> int:
    listed = {r.depth for r in members if r.method == "GET" and r.lists}
    reads = {r.depth for r in members if r.depth and r.method == "GET" and not r.lists}
    if reads:
        return min(reads)
    writes = {r.depth for r in members if r.depth and r.method in {"PUT", "PATCH", "DELETE"}}
    if writes:
        return min(writes)
    posts = {r.depth for r in members if r.depth and r.method == "POST"} - listed
    return min(posts) if posts else 0


def _score(group: Group) -> float:
    reads = any(r.answer is not None and (not r.lists or group.reads_as_list(r)) for r in group.items("GET"))
    score = 10.0 if reads else 0.0
    score += 5 if names_schema(group.literal, group.shape.name) else 0
    score += 4 if group.creates() else 0
    score += 2 if group.items("PUT", "PATCH", "DELETE", "POST") else 0
    score += 2 if group.lists() else 0
    parameters = len(group.above) + group.arity
    return score - 0.5 * parameters - 0.1 * len(group.parts) - 0.0001 * group.order


def find_homes(groups: Sequence[Group], schemas: Schemas) -> list[Home]:
    """One home for each collection of like records; groups that show the same records share it."""
    buckets: dict[Any, list[Group]] = {}
    homes: list[Home] = []
    for group in groups:
        if not group.collects or not _keeps(group):
            continue
        if group.shape.properties:
            buckets.setdefault(_bucket(group.shape), []).append(group)
        elif group.membership() or group.items("PUT", "PATCH", "DELETE"):
            homes.append(_home(group))
    for members in buckets.values():
        mine: list[Home] = []
        for group in sorted(members, key=_score, reverse=True):
            home = _choose(mine, group, schemas)
            if home is None:
                mine.append(_home(group))
            else:
                home.groups.append(group)
                group.home = home
        homes += mine
    homes = _unwrap(homes, schemas)
    homes.sort(key=lambda home: (len(home.primary.above), len(home.primary.parts), home.primary.order))
    return homes


def _unwrap(homes: list[Home], schemas: Schemas) -> list[Home]:
    """Lists whose items only wrap records of another home (`{added_at, track: {...}}`) go there."""
    holders = [home for home in homes if home.primary.arity and home.shape.properties]
    kept: list[Home] = []
    for home in homes:
        group = home.primary
        target = None
        small = len(home.shape.properties) <= WRAPPING
        if small and not group.arity and len(home.groups) == 1 and not group.creates():
            for holder in holders:
                if wrapped_item(schemas, home.shape, [holder.shape]) is not None:
                    target = holder
                    break
        if target is None:
            kept.append(home)
        else:
            group.home = target
            target.groups.append(group)
    return kept


def _keeps(group: Group) -> bool:
    """Whether there is any state in it: something readable, or something that is put in and taken out."""
    reads = group.items("GET")
    if reads and not group.lists() and all(r.structured and r.shape.is_scalar for r in reads):
        # Bare values: there is no record that could hold them.
        return False
    if group.shape.properties or group.lists():
        return True
    # Without any record to show, only a set that is put into and taken out of is state.
    return bool(group.items("PUT", "POST") and group.items("DELETE")) or bool(
        group.creates() and group.items("DELETE", "PUT", "PATCH")
    )


def _bucket(shape: Shape) -> Any:
    return family(shape.name) if shape.name else tuple(sorted(shape.properties))


def _home(group: Group) -> Home:
    home = Home(group, [group], group.schema if group.schema is not None else {}, group.shape)
    group.home = home
    return home


def _choose(homes: Sequence[Home], group: Group, schemas: Schemas) -> Home | None:
    fitting = [home for home in homes if _fits(home, group, schemas)]
    for home in fitting:
        if home.nounish(group):
            return home
    return fitting[0] if fitting else None


def _fits(home: Home, group: Group, schemas: Schemas) -> bool:
    if not schemas.same(home.shape, group.shape):
        return False
    if group.key == home.primary.key:
        return True
    if group.membership() or home.primary.membership():
        return False
    nounish = home.nounish(group)
    writes = any(r.method in _WRITES for r in group.readings)
    items = group.items()
    if (
        items
        and keys.own_key(
            group.item_parameters[-1],
            items[0].parameter_shape(group.item_parameters[-1], schemas),
            group.literal,
            home.shape,
            schemas,
        )
        is None
    ):
        return False
    if not writes:
        return nounish if items else bool(home.primary.arity)
    if not nounish or not _reaches(home, group, schemas):
        return False
    puts = any(r.method in {"PUT", "DELETE"} for r in group.readings if r not in items)
    if puts and not group.creates() and not any(r.method in _WRITES for r in items):
        # PUT and DELETE on a collection put records in and take them out; they are made elsewhere.
        return False
    alone = bool(group.creates() and items)
    # Two complete collections are one only where one of them plainly holds all.
    return not alone or home.primary.global_ or _held(home, group, schemas)


def _reaches(home: Home, group: Group, schemas: Schemas) -> bool:
    """Whether a record made through the group's path can have the parents that its own path needs."""
    if not group.creates():
        return True
    mine = [*home.primary.above, *(("", name) for name in home.primary.item_parameters[:-1])]
    hidden = [pair for pair in mine if not _property(home, pair, schemas)]
    return len(group.above) >= len(hidden)


def _held(home: Home, group: Group, schemas: Schemas) -> bool:
    return bool(group.above) and all(_property(home, pair, schemas) for pair in group.above)


def _property(home: Home, pair: tuple[str, str], schemas: Schemas) -> bool:
    literal, name = pair
    return keys.parent_field(name, EMPTY, literal, home.shape, schemas) is not None

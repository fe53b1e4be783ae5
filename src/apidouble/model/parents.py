"""Which fields of a record the path parameters above it stand for.

In: groups and homes. Out: keys and parents of homes, (parameter, field) pairs of single paths. May
not know: verbs, hints, stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apidouble.model import keys
from apidouble.model.elsewhere import Elsewhere
from apidouble.model.groups import Group, Home, named_parameters
from apidouble.model.names import same_noun
from apidouble.model.readings import Reading
from apidouble.model.resource import Parent
from apidouble.model.schemas import EMPTY, Schemas, Shape

Above = Callable[[Group], Group | None]


@dataclass(slots=True)
class Addressing:
    """Keys and parents of all homes of one contract."""

    schemas: Schemas
    above: Above
    elsewhere: Elsewhere

    def settle(self, home: Home, hints: Mapping[str, object]) -> None:
        """Work out a home's key and parents; homes above must be settled already."""
        group = home.primary
        self._key(home, group, hints)
        pairs = self.pairs(group)
        hinted = hints.get("parents")
        named = hinted if isinstance(hinted, Mapping) else {}
        parents: list[Parent] = []
        sources = self.sources(group)
        for place, (literal, parameter) in enumerate(pairs):
            resource, source = sources[place] if place < len(sources) else ("", "")
            shape = parameter_shape(group, parameter, self.schemas)
            if not resource:
                other = self.elsewhere.find(literal, parameter, shape, home)
                resource = other.name if other is not None else ""
            field = named.get(parameter)
            if not isinstance(field, str):
                field = keys.parent_field(parameter, shape, literal, home.shape, self.schemas, source)
            if field is None or field == home.key or field in {parent.field for parent in parents}:
                field = keys.hidden_field(parameter, literal)
            parents.append(Parent(parameter, field, resource, source))
        home.parents = tuple(parents)
        own = hints.get("scoped")
        if isinstance(own, bool):
            home.scoped = own and bool(parents)
        elif home.singleton:
            home.scoped = bool(parents)
        else:
            home.scoped = bool(parents) and bool(home.key) and not self._unique_anywhere(home)
        if home.scoped and not home.singleton and "scoped" not in hints:
            home.why.append(f"{home.key} is unique within {', '.join(p.parameter for p in parents)} only")

    def _unique_anywhere(self, home: Home) -> bool:
        if keys.is_unique_anywhere(home.key, home.primary.item_parameters):
            # A client that chooses ids by PUT may choose the same one twice under two parents.
            chosen = bool(home.primary.items("PUT")) and not home.has_create() and len(home.groups) == 1
            return not chosen
        return False

    def _key(self, home: Home, group: Group, hints: Mapping[str, object]) -> None:
        hinted = hints.get("key")
        if isinstance(hinted, str):
            home.key = hinted
            home.why.append(f"the key {hinted} is hinted")
        elif home.singleton:
            home.key = ""
        elif group.arity:
            parameter = group.item_parameters[-1]
            found = self.item_key(home, group)
            home.key = found if found is not None else f"^{parameter}"
            held = f"is the property {found}" if found is not None else "is held by no property"
            home.why.append(f"the path parameter {{{parameter}}} {held}")
        elif not home.key:
            home.key = keys.likely_key(group.literal, home.shape, self.schemas) or "^id"
            home.why.append("no path addresses one record")
        field_schema = self.schemas.field_schema(home.shape, home.key)
        declared = self._asked(home) if group.arity else {}
        home.key_schema = keys.key_schema(field_schema, declared, self.schemas) if home.key else {}

    def _asked(self, home: Home) -> Any:
        """What paths ask of the key: the parameter's schema that asks most, numbers before text."""
        asked: list[Any] = []
        for group in home.groups:
            if not group.arity or (group is not home.primary and self.key_field(home, group) != home.key):
                continue
            for reading in group.items():
                found = reading.path_parameters.get(reading.template.trailing[-1])
                if found is not None and found.schema:
                    asked.append(found.schema)
        if not asked:
            return {}
        first = self.schemas.shape(asked[0])
        numeric = [one for one in asked if self.schemas.shape(one).numeric]
        if numeric and first.textual and not keys.narrows(first):
            return numeric[0]
        return max(asked, key=lambda one: len(keys.narrows(self.schemas.shape(one))))

    def _scalar(self, shape: Shape, name: str) -> bool:
        return self.schemas.property(shape, name).is_scalar

    def item_key(self, home: Home, group: Group) -> str | None:
        """The field that a group's last path parameter carries, None if no property holds it."""
        readings = group.items("GET") or group.items()
        parameter = group.item_parameters[-1]
        text = next((r.parameter_text(parameter) for r in readings if r.parameter_text(parameter)), "")
        shape = parameter_shape(group, parameter, self.schemas)
        found = keys.own_key(parameter, shape, group.literal, home.shape, self.schemas, text)
        return keys.last_segment(found, group.examples()) or found if found is not None else None

    def pairs(self, group: Group) -> list[tuple[str, str]]:
        """(literal, parameter) of all parents in a group's path."""
        return [*group.above, *(("", name) for name in group.item_parameters[:-1])]

    def sources(self, group: Group) -> list[tuple[str, str]]:
        """(collection, field of its record) for each parameter above, as far as a record above is known."""
        parent = self.above(group)
        if parent is None or parent.home is None:
            return []
        fields = self.fields_of(parent)
        return [(parent.home.name, field) for field in fields]

    def fields_of(self, group: Group) -> list[str]:
        """The fields of a group's records that its path parameters carry, the key last."""
        home = group.home
        assert home is not None  # noqa: S101 - only groups with a home stand above others
        mapped = [field for _, field in self.map(home, group, self.pairs(group), relation=False)]
        return [*mapped, self.key_field(home, group)]

    def named(self, home: Home, group: Group, parameter: str, pairs: Sequence[tuple[str, str]]) -> str:
        """The collection that a parameter names without passing through it; '' if there is none."""
        literal = next((literal for literal, name in pairs if name == parameter), "")
        found = self.elsewhere.find(literal, parameter, parameter_shape(group, parameter, self.schemas), home)
        return found.name if found is not None else ""

    def key_field(self, home: Home, group: Group) -> str:
        """The field that a group's key parameter carries."""
        if (
            group is home.primary
            or group.key == home.primary.key
            or (home.hinted and group.literal == home.literal)
        ):
            return home.key
        if not group.arity:
            return home.key
        found = self.item_key(home, group)
        return found if found is not None else home.key

    def _may_hold(self, home: Home, field: str, group: Group, parameter: str) -> bool:
        """Whether a field's values can be those of a parameter: a number is no name."""
        held = self.schemas.field(home.shape, field)
        wanted = parameter_shape(group, parameter, self.schemas)
        return held is None or not held.types or not wanted.types or bool(held.types & wanted.types)

    def map(
        self, home: Home, group: Group, pairs: Sequence[tuple[str, str]], *, relation: bool
    ) -> list[tuple[str, str]]:
        """(parameter, field) of parents in a path that shows a home's records."""
        # A home that is reached by way of itself knows its outer parents only so far.
        own = self.pairs(home.primary)[: len(home.parents)]
        if group.key == home.primary.key and len(pairs) == len(own):
            return [(parameter, home.parents[place].field) for place, (_, parameter) in enumerate(pairs)]
        fields: list[str | None] = [None] * len(pairs)
        left = list(range(len(own)))
        for place, (literal, parameter) in enumerate(pairs):
            for other in left:
                if own[other][1] == parameter and same_noun(own[other][0], literal):
                    fields[place] = home.parents[other].field
                    left.remove(other)
                    break
        sources = self.sources(group)
        for place, (literal, parameter) in enumerate(pairs):
            if fields[place] is not None:
                continue
            source = sources[place][1] if place < len(sources) else ""
            shape = parameter_shape(group, parameter, self.schemas)
            # What follows the collection's own noun narrows it, and is no parent of that noun.
            lead = literal if place < len(group.above) else ""
            found = keys.parent_field(parameter, shape, lead, home.shape, self.schemas, source)
            if found is not None and found != home.key and found not in fields:
                fields[place] = found
                left = [other for other in left if home.parents[other].field != found]
        missing = [place for place, field in enumerate(fields[: len(group.above)]) if field is None]
        if not relation and missing and len(missing) == len(left):
            for place, other in zip(missing, left, strict=True):
                if self._may_hold(home, home.parents[other].field, group, pairs[place][1]):
                    fields[place] = home.parents[other].field
        word = group.literal if relation else ""
        return [
            (parameter, fields[place] or keys.hidden_field(parameter, literal, word))
            for place, (literal, parameter) in enumerate(pairs)
        ]


def parameter_shape(group: Group, parameter: str, schemas: Schemas) -> Shape:
    """The shape of a path parameter as the group's operations declare it."""
    for reading in group.readings:
        shape = reading.parameter_shape(parameter, schemas)
        if shape is not EMPTY:
            return shape
    return EMPTY


def pairs_of(reading: Reading) -> list[tuple[str, str]]:
    """(literal, parameter) of all parameters in a path."""
    return list(named_parameters(reading.template.parts))

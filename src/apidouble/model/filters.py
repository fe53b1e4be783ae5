"""Which parameters of a list select records, and by what.

In: query parameters (or properties of a search body), the record's schema. Out: `Filter`s, and the
names of those that search. May not know: stores, HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from apidouble.model.linkage import linkages
from apidouble.model.names import singular, squeezed, words
from apidouble.model.paging import Knob
from apidouble.model.resource import Filter, Match
from apidouble.model.schemas import Schemas, Shape

_SEARCH = frozenset(
    {
        "q", "query", "search", "keyword", "keywords", "searchterm", "searchtext", "searchquery", "term",
        "terms",
        "text", "filtertext", "fulltext", "searchstring", "querystring", "s", "searchphrase", "freetext",
        "contains",
        "searchkey", "searchkeyword", "searchvalue", "quicksearch", "wildcard", "phrase",
    }
)  # fmt: skip
_WRAPS = frozenset({"filter", "filters", "where", "query", "q", "criteria", "search", "by", "f"})
_EVERYTHING = frozenset({"all", "any", "*", "everything", "both", ""})
_PARTIAL = frozenset(
    {
        "contains", "contain", "containing", "partial", "partially", "substring", "fuzzy", "wildcard",
        "like", "matches",
    }
)  # fmt: skip
_AT_LEAST = frozenset(
    {"gte", "ge", "min", "minimum", "from", "since", "start", "starting", "lower", "least", "newer"}
)
_AT_MOST = frozenset(
    {"lte", "le", "max", "maximum", "to", "until", "end", "ending", "upto", "upper", "most", "older"}
)
_GREATER = frozenset({"gt", "after", "above", "over", "more", "greater"})
_LESS = frozenset({"lt", "before", "below", "under", "less"})
_RANGE: dict[str, Match] = {
    **dict.fromkeys(_AT_LEAST, Match.AT_LEAST),
    **dict.fromkeys(_AT_MOST, Match.AT_MOST),
    **dict.fromkeys(_GREATER, Match.GREATER),
    **dict.fromkeys(_LESS, Match.LESS),
}
_EQUAL = frozenset({"eq", "equals", "is", "exact", "iexact", "in", "contains", "icontains", "like", "ilike"})
_TIMEISH = frozenset({"date", "time", "at", "on", "datetime", "timestamp"})
_SKIP_TEXT = frozenset({"date-time", "date", "time", "uri", "url", "uuid", "binary", "byte", "password"})
_NO_TEXT = frozenset(
    {"id", "uuid", "sid", "url", "uri", "href", "link", "at", "hash", "sha", "token", "icon", "path"}
)
_MOST_SEARCHED = 12
_BRACKET = re.compile(r"[\[\].:]+|__")


@dataclass(slots=True)
class Fields:
    """The fields of a record by the names that parameters give them."""

    schemas: Schemas
    record: Shape
    created: Sequence[str] = ()
    updated: Sequence[str] = ()
    key: str = ""
    _by_name: dict[str, tuple[str, Shape]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.record.properties:
            self._by_name.setdefault(squeezed(name), (name, self.schemas.property(self.record, name)))
        for linked, key_field, key in linkages(self.schemas, self.record):
            self._by_name.setdefault("".join(linked), (key_field, key))
            self._by_name.setdefault("".join((*linked, "id")), (key_field, key))
        for name in self.record.properties:
            shape = self.schemas.property(self.record, name)
            if not shape.is_object or shape.is_array:
                continue
            for inner in shape.properties:
                below = self.schemas.property(shape, inner)
                if below.is_scalar:
                    place = (f"{name}/{inner}", below)
                    self._by_name.setdefault(squeezed(name) + squeezed(inner), place)
                    if squeezed(name) == "attributes":
                        self._by_name.setdefault(squeezed(inner), place)

    def get(self, flat: str, *, textual: bool = False) -> tuple[str, Shape] | None:
        """The field of that squeezed name, tried in the spellings that are in use; for a `textual` value
        rather a name than a number, where an object has both.
        """
        found = self._by_name.get(flat)
        if found is not None and (not found[1].is_object or "string" in found[1].types):
            return found
        if found is not None:
            # An object stands for its key: `owner` selects by `owner/id`, `owner/login`, ...
            inner = ("id", "uuid", "key", "login", "username", "slug", "code", "name")
            known = [below for name in inner if (below := self._by_name.get(flat + name))]
            named = [below for below in known if textual and below[1].textual]
            if known:
                return (named or known)[0]
        if flat == "id" and self.key and not self.key.startswith("^"):
            shape = self.schemas.field(self.record, self.key)
            return (self.key, shape) if shape is not None else None
        return None

    def time(self, flat: str) -> tuple[str, Shape] | None:
        """The field that a word of time points at (`created` -> `created_at`)."""
        for guess in (
            flat,
            flat + "at",
            flat + "date",
            flat + "on",
            flat + "time",
            "date" + flat,
            "last" + flat,
        ):
            if (found := self._by_name.get(guess)) is not None and found[1].is_scalar:
                return found
        for stem, names in (("creat", self.created), ("updat", self.updated), ("modif", self.updated)):
            if flat.startswith(stem) and names:
                shape = self.schemas.field(self.record, names[0])
                return (names[0], shape) if shape is not None else None
        return None

    def any_time(self) -> tuple[str, Shape] | None:
        """The record's time where a parameter does not say which."""
        for name in ("date", "time", "timestamp", "datetime"):
            if (found := self._by_name.get(name)) is not None and found[1].is_scalar:
                return found
        for names in (self.created, self.updated):
            if names:
                shape = self.schemas.field(self.record, names[0])
                if shape is not None:
                    return names[0], shape
        dated = [place for place in self._by_name.values() if place[1].format in {"date", "date-time"}]
        return dated[0] if len({name for name, _ in dated}) == 1 else None

    def texts(self) -> tuple[str, ...]:
        """The fields that a search looks through."""
        found: list[str] = []
        for name in self.record.properties:
            shape = self.schemas.property(self.record, name)
            if squeezed(name) == "attributes" and shape.is_object:
                inner = (
                    (f"{name}/{below}", self.schemas.property(shape, below)) for below in shape.properties
                )
                found += [place for place, below in inner if _searched(place, below)]
            elif _searched(name, shape) and name not in self.created and name not in self.updated:
                found.append(name)
        return tuple(found[:_MOST_SEARCHED])


def _searched(name: str, shape: Shape) -> bool:
    last = words(name)[-1:]
    if last and last[0] in _NO_TEXT:
        return False
    return (
        "string" in shape.types
        and not shape.values
        and shape.format not in _SKIP_TEXT
        and not shape.write_only
    )


def filters(knobs: Sequence[Knob], fields: Fields) -> Iterator[tuple[Filter, bool]]:
    """Each filter, and whether it searches."""
    for knob in knobs:
        if knob.ignored:
            continue
        hints = knob.hints or {}
        if "filter" in hints or "match" in hints:
            yield from _hinted(knob, fields)
            continue
        found = list(_of(knob, fields))
        yield from found


def _hinted(knob: Knob, fields: Fields) -> Iterator[tuple[Filter, bool]]:
    hints = knob.hints or {}
    named = hints.get("filter")
    guess = next(_of(knob, fields), None)
    if named is None:
        targets = guess[0].fields if guess is not None else ()
    else:
        targets = tuple(named) if isinstance(named, list) else (str(named),)
    if not targets:
        return
    if "match" in hints:
        match = Match(hints["match"])
    elif guess is not None and guess[0].fields == targets:
        match = guess[0].match
    else:
        match = Match.CONTAINS if len(targets) > 1 else Match.ANY_OF if knob.shape.is_array else Match.EXACT
    everything = guess[0].everything if guess is not None else ()
    yield Filter(knob.name, targets, match, knob.location, (), everything), match is Match.CONTAINS


def _of(knob: Knob, fields: Fields) -> Iterator[tuple[Filter, bool]]:
    place = knob.location
    shape = knob.shape
    if knob.name == "$filter" and (shape.textual or not shape.types):
        yield Filter(knob.name, (), Match.ODATA, place), False
        return
    if shape.is_object or (shape.properties and not shape.is_array):
        yield from _of_object(knob, fields)
        if not shape.types - {"object", "array"}:
            return
    if shape.is_array and not fields.schemas.items(shape).is_scalar and fields.schemas.items(shape).types:
        return
    name = _unwrapped(knob.name)
    flat = squeezed(name)
    target = fields.get(flat, textual=shape.textual)
    if target is not None and not (flat in _SEARCH and target[1].is_object):
        made = _equal(knob, target, fields)
        if made is not None:
            yield made, made.match is Match.CONTAINS
            return
    if flat in _SEARCH and ("string" in shape.types or not shape.types):
        texts = fields.texts()
        if texts:
            yield Filter(knob.name, texts, Match.CONTAINS, place), True
        return
    ranged = _range(name, knob, fields)
    if ranged is not None:
        yield ranged, False
        return
    several = _several(name, knob, fields)
    if several is not None:
        yield several, False


def _unwrapped(name: str) -> str:
    parts = [part for part in _BRACKET.split(name) if part]
    while len(parts) > 1 and squeezed(parts[0]) in _WRAPS:
        parts = parts[1:]
    return "_".join(parts) if parts else name


def _of_object(knob: Knob, fields: Fields) -> Iterator[tuple[Filter, bool]]:
    """`filter[name]=x` and `created[gte]=1`, declared as one parameter that is an object."""
    own = fields.get(squeezed(_unwrapped(knob.name))) or fields.time(squeezed(knob.name))
    for inner in knob.shape.properties:
        shape = fields.schemas.property(knob.shape, inner)
        match = _RANGE.get(squeezed(inner))
        if own is not None and match is not None and _comparable(shape, own[1]):
            yield Filter(knob.name, (own[0],), match, knob.location, (inner,)), False
        elif squeezed(knob.name) in _WRAPS or knob.exploded:
            below = Knob(inner, shape, str(shape.node.get("description", "")), location=knob.location)
            for made, searches in _of(below, fields):
                if not made.inside:
                    yield (
                        Filter(knob.name, made.fields, made.match, knob.location, (inner,), made.everything),
                        searches,
                    )


def _equal(knob: Knob, target: tuple[str, Shape], fields: Fields) -> Filter | None:
    name, shape = target
    wanted = fields.schemas.items(knob.shape) if knob.shape.is_array else knob.shape
    held = fields.schemas.items(shape) if shape.is_array else shape
    if not _comparable(wanted, held):
        if _is_spelled(wanted, held):
            return Filter(knob.name, (name,), Match.ANY_OF, knob.location)
        if shape.is_array and wanted.is_scalar and _named_alike(wanted, held, fields):
            return Filter(knob.name, (name,), Match.ANY_OF, knob.location)
        return None
    everything = tuple(
        value
        for value in wanted.values
        if isinstance(value, str) and value.lower() in _EVERYTHING and value not in held.values
    )
    if wanted.values and held.values:
        real = [value for value in wanted.values if value not in everything]
        if real and not set(map(str, real)) & set(map(str, held.values)):
            return None
    match = Match.EXACT
    if knob.shape.is_array:
        match = Match.ANY_OF
    elif (
        held.textual
        and not held.values
        and held.format not in _SKIP_TEXT
        and _PARTIAL & set(words(knob.description))
        and not shape.is_array
    ):
        match = Match.CONTAINS
    return Filter(knob.name, (name,), match, knob.location, (), everything)


def _is_spelled(wanted: Shape, held: Shape) -> bool:
    """Whether text of an address may spell the field's numbers or booleans, as many generators declare it,
    or a number what the field holds as text.
    """
    if wanted.numeric and held.textual:
        return held.format in {"", "decimal", "int64", "int32"}
    plain = wanted.textual and not wanted.format
    return plain and bool(held.types) and held.types <= {"integer", "number", "boolean"}


def _named_alike(wanted: Shape, held: Shape, fields: Fields) -> bool:
    """Whether objects in a list (tags, labels) have a name that the parameter's values may be."""
    return held.is_object and any(
        _comparable(wanted, fields.schemas.property(held, inner))
        for inner in ("name", "slug", "login", "code", "title", "label", "key", "id")
        if inner in held.properties
    )


def _comparable(wanted: Shape, held: Shape) -> bool:
    if not wanted.types or not held.types:
        return True
    numbers = {"integer", "number"}
    if wanted.types & numbers and held.types & numbers:
        return True
    return bool(wanted.types & held.types - {"object", "array"})


def _range(name: str, knob: Knob, fields: Fields) -> Filter | None:
    parts = words(name)
    if "boolean" in knob.shape.types or knob.shape.is_array:
        return None
    found = None
    match = None
    if len(parts) == 1:
        match = _RANGE.get(parts[0])
        if match is not None and (parts[0] in {"since", "until", "before", "after", "from", "to"}):
            dated = knob.shape.format in {"date", "date-time"} or bool(
                _TIMEISH & set(words(knob.description))
            )
            found = fields.any_time() if dated else None
            if parts[0] in {"since", "before"} and fields.updated and "updated" in words(knob.description):
                shape = fields.schemas.field(fields.record, fields.updated[0])
                found = (fields.updated[0], shape) if shape is not None else found
    else:
        for joint, rest in ((parts[-1], parts[:-1]), (parts[0], parts[1:])):
            if joint not in _RANGE:
                continue
            flat = "".join(rest)
            found = fields.get(flat) or fields.time(flat)
            if found is None and rest and set(rest) <= _TIMEISH | {"utc", "iso", "day"}:
                found = fields.any_time()
            elif found is None and rest and rest[-1] in {"date", "time", "datetime"}:
                found = fields.time("".join(rest[:-1])) if len(rest) > 1 else fields.any_time()
            if found is not None:
                match = _RANGE[joint]
                break
    if (
        found is None
        or match is None
        or not found[1].is_scalar
        or "boolean" in found[1].types
        or found[1].values
    ):
        return None
    if not _comparable(knob.shape, found[1]):
        return None
    if found[1].textual and not (
        found[1].format in {"date", "date-time", "time"} or found[0] in _all_times(fields)
    ):
        # Text is no quantity: `max_name` would compare by code point.
        return None
    return Filter(knob.name, (found[0],), match, knob.location)


def _all_times(fields: Fields) -> set[str]:
    return {*fields.created, *fields.updated, "date"}


def _several(name: str, knob: Knob, fields: Fields) -> Filter | None:
    """`ids`, `statuses`, `status__in`, `excluded` words left alone."""
    parts = words(name)
    if not parts:
        return None
    if parts[-1] in _EQUAL and len(parts) > 1:
        target = fields.get("".join(parts[:-1]))
        if target is None:
            return None
        made = _equal(knob, target, fields)
        if made is None:
            return None
        partial = parts[-1] in {"contains", "icontains", "like", "ilike"} and target[1].textual
        match = Match.CONTAINS if partial else Match.ANY_OF if parts[-1] == "in" else made.match
        return Filter(knob.name, made.fields, match, knob.location, (), made.everything)
    one = (*parts[:-1], singular(parts[-1]))
    if one == parts:
        return None
    target = fields.get("".join(one)) or (fields.get("id") if one[-1:] == ("id",) and len(one) == 1 else None)
    if target is None or (target[1].is_array and not knob.shape.is_array):
        return None
    wanted = fields.schemas.items(knob.shape) if knob.shape.is_array else knob.shape
    held = fields.schemas.items(target[1]) if target[1].is_array else target[1]
    if not _comparable(wanted, held) and "string" not in wanted.types:
        return None
    return Filter(knob.name, (target[0],), Match.ANY_OF, knob.location)

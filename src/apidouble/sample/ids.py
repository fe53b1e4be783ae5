"""New keys in the form that a resource declares: numbers count up, identifiers keep their shape.

In: a resource, a `Source`, a label and a count. Out: a key that is not taken. May not know:
stores; what is taken is asked through a function. Used for seeding and for each create.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count as count_from
from random import Random
from typing import Any

import jsonschema_rs

from apidouble.clock import Source
from apidouble.contract import formats as contract_formats
from apidouble.document.document import Document
from apidouble.errors import NoKeyLeftError
from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.conjunction import References
from apidouble.sample.formats import base62, ulid
from apidouble.sample.matching import matcher
from apidouble.sample.moments import SEEDED_TIME

Key = str | int
Taken = Callable[[Any], bool]

_TRIES = 400
_UUID = re.compile(r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")
_ULID = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
_OBJECT_ID = re.compile(r"^[0-9a-f]{24}$")
_HEX = re.compile(r"^(?=.*\d)[0-9a-f]{8,64}$")
_PREFIXED = re.compile(r"^([A-Za-z]{1,8}[_-])([A-Za-z0-9]{6,})$")
_NUMBERED = re.compile(r"^([A-Za-z]{0,6}[-_#]?)(\d{1,9})$")


class KeyForm:
    """How the keys of one resource are made."""

    def __init__(self, resource: Resource, document: Document | None = None) -> None:
        """Without a document, references in the key's schema are not followed."""
        references = References(document)
        atoms, _ = conjunction.flatten((resource.key_schema,), references)
        shown = [*conjunction.examples(atoms), *_property_examples(resource, references)]
        self.name = resource.key.lstrip("^")
        kinds = [
            kind
            for atom in atoms
            for kind in ([atom["type"]] if isinstance(atom.get("type"), str) else atom.get("type") or ())
        ]
        self.whole = "integer" in kinds or ("number" in kinds and "string" not in kinds)
        self.least = int(max(conjunction.numbers(atoms, "minimum"), default=1))
        self.formats = conjunction.texts(atoms, "format")
        self.lengths = (
            int(max(conjunction.numbers(atoms, "minLength"), default=0)),
            min(map(int, conjunction.numbers(atoms, "maxLength")), default=None),
        )
        self.words = [word for atom in atoms for word in atom.get("enum", ()) if isinstance(word, str | int)]
        self.shown: list[Key] = [
            value for value in shown if isinstance(value, str | int) and not isinstance(value, bool)
        ]
        self.examples = [str(example) for example in self.shown]
        self._matchers = [
            found
            for pattern in conjunction.texts(atoms, "pattern")
            if (found := matcher(pattern)) is not None
        ]
        self.fits: Taken = _check(atoms)
        self.shown = [key for key in self.shown if isinstance(key, int) == self.whole and self.fits(key)]
        """Whether text is of the declared form."""
        self._surely_uuid = self.formats[:1] in (["uuid"], ["guid"]) and _says_only(atoms, "format")
        """Whether any UUID is."""
        plain = not any(character.isdigit() for example in self.examples for character in example)
        self.free = plain and not (self.whole or self.words or self.formats or self._matchers)
        """Whether any text will do."""

    def new(self, source: Source, label: str, count: int, taken: Taken) -> Key:
        """A key that is not taken; raises NoKeyLeftError.

        Numbers: `count`, or the next free one above it. Everything else depends on seed, label
        and count alone, and on what is taken.
        """
        if self.words:
            return self._word(taken)
        if self.whole:
            start = max(count, self.least, 1)
            return next(number for number in count_from(start) if not taken(number))
        if self.formats and self.formats[0] in ("uuid", "guid"):
            # What `_make` gives at the first attempt; seeding a generator for it costs four times as much.
            key = source.uuid(f"{label}/key/0", count)
            if (self._surely_uuid or self.fits(key)) and not taken(key):
                return key
        random = source.random(f"{label}/key", count)
        for attempt in range(_TRIES):
            key = self._make(source, random, label, count, attempt)
            if self.fits(key) and not taken(key):
                return key
        raise NoKeyLeftError(f"no key of the declared form is left for {label}")

    def _word(self, taken: Taken) -> Key:
        for word in self.words:
            if not taken(word):
                return word
        raise NoKeyLeftError("all values of the key's enum are taken")

    def _make(self, source: Source, random: Random, label: str, count: int, attempt: int) -> str:
        declared = self._by_format(source, random, f"{label}/key/{attempt}", count)
        if declared is not None and attempt < _TRIES // 2:
            return declared
        example = next((e for e in self.examples if attempt % 2 == 0 or not self._matchers), "")
        if example and attempt < _TRIES // 2:
            return _like(example, source, random, label, count + attempt)
        if self._matchers:
            # Some room, so that there are enough keys to go round.
            return random.choice(self._matchers).make(
                random, max(self.lengths[0], 6 if attempt < 100 else 0), self.lengths[1]
            )
        return self._plain(random, count, attempt)

    def _by_format(self, source: Source, random: Random, label: str, count: int) -> str | None:
        for form in self.formats:
            if form in ("uuid", "guid"):
                return source.uuid(label, count)
            if form == "ulid":
                return ulid(random, int(SEEDED_TIME.timestamp() * 1000) + count)
            if form in ("objectid", "object-id", "mongo-id", "bson-object-id"):
                return f"{random.getrandbits(96):024x}"
            if form == "date":
                return (SEEDED_TIME + timedelta(days=count)).strftime("%Y-%m-%d")
            if form == "date-time":
                return (SEEDED_TIME + timedelta(hours=count)).strftime("%Y-%m-%dT%H:%M:%SZ")
            if form == "email":
                return f"{base62(random, 8).lower()}@example.com"
            if form in ("uri", "url"):
                return f"https://www.example.com/{base62(random, 10).lower()}"
            if form == "hostname":
                return f"{base62(random, 8).lower()}.example.com"
            if form in ("int32", "int64"):
                return str(count)
        return None

    def _plain(self, random: Random, count: int, attempt: int) -> str:
        least, most = self.lengths
        if most is not None and most < 12:
            return (
                str(count)
                if attempt == 0 and least <= len(str(count)) <= most
                else (base62(random, random.randint(max(1, least), max(1, most))))
            )
        size = max(12, least)
        return f"{random.getrandbits(size * 4):0{size}x}"


class Keys:
    """The key forms of one document's resources, read once each."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._forms: dict[str, KeyForm] = {}

    def form(self, resource: Resource) -> KeyForm:
        """The form of a resource's keys."""
        found = self._forms.get(resource.name)
        if found is None:
            found = self._forms[resource.name] = KeyForm(resource, self._document)
        return found

    def maker(self, resource: Resource) -> Callable[[Source, str, int, Taken], Key]:
        """What makes keys of a resource, as `new_key`, without reading the schema again."""
        return self.form(resource).new


def new_key(resource: Resource, source: Source, label: str, count: int, taken: Taken) -> Key:
    """A key of the declared type and form that is not taken; raises NoKeyLeftError.

    Numbers start at `count`. To make many, keep a `Keys` and what its `maker` gives.
    """
    return KeyForm(resource).new(source, label, count, taken)


def _like(example: str, source: Source, random: Random, label: str, count: int) -> str:
    """A key of the example's form."""
    if _UUID.match(example):
        return source.uuid(f"{label}/key", count)
    if _ULID.match(example):
        return ulid(random, int(SEEDED_TIME.timestamp() * 1000) + count)
    if _OBJECT_ID.match(example) or _HEX.match(example):
        return f"{random.getrandbits(len(example) * 4):0{len(example)}x}"
    numbered = _NUMBERED.match(example)
    if numbered:
        return f"{numbered[1]}{int(numbered[2]) + count:0{len(numbered[2])}d}"
    prefixed = _PREFIXED.match(example)
    if prefixed and any(c.isdigit() or c.isupper() for c in prefixed[2][1:]):
        return prefixed[1] + _mixed(prefixed[2], random)
    if len(example) >= 10 and example.isalnum() and any(c.isdigit() for c in example):
        return _mixed(example, random)
    base = re.sub(r"[-_ ]?\d+$", "", example)
    joint = "_" if "_" in base and "-" not in base else "-"
    return f"{base}{joint}{count}"


def _property_examples(resource: Resource, references: References) -> list[Any]:
    """Examples of the property that holds the key."""
    if not resource.key or resource.key.startswith("^") or "/" in resource.key:
        return []
    atoms, _ = conjunction.flatten((resource.schema,), references)
    inner, _ = conjunction.flatten(conjunction.property_parts(atoms, resource.key), references)
    return list(conjunction.examples(inner))


def _mixed(example: str, random: Random) -> str:
    """Letters and digits in the cases that the example has."""
    made = base62(random, len(example))
    if example == example.upper():
        return made.upper()
    return made.lower() if example == example.lower() else made


_CHECKED = ("pattern", "format", "minLength", "maxLength")


def _says_only(atoms: Sequence[Mapping[str, Any]], keyword: str) -> bool:
    """Whether one of the checked keywords stands in the schema, once, and no other."""
    return [key for key in _CHECKED for atom in atoms if key in atom] == [keyword]


def _check(atoms: Sequence[Mapping[str, Any]]) -> Callable[[Any], bool]:
    parts = [{key: atom[key] for key in _CHECKED if key in atom} for atom in atoms]
    parts = [part for part in parts if part]
    if not parts:
        return lambda _: True
    try:
        return jsonschema_rs.Draft202012Validator(
            {"allOf": parts},
            validate_formats=True,
            formats=dict(contract_formats.OWN),
            email_options=contract_formats.EMAIL,
        ).is_valid
    except ValueError:
        return lambda _: True

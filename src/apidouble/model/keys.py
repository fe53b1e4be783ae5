"""Which field of a record a path parameter carries.

In: a parameter, the literal before it, the record's schema. Out: the field's name, or None. May
not know: operations, stores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apidouble.model.linkage import linkages
from apidouble.model.names import (
    ABBREVIATIONS,
    GENERIC,
    IDENTIFIERS,
    core,
    is_identifier,
    noun,
    singular,
    squeezed,
    words,
)
from apidouble.model.paths import full_words
from apidouble.model.schemas import Schemas, Shape

_IDS = ("id", "_id", "uuid", "uid", "guid", "sid", "ulid", "oid", "key", "identifier", "gid")
_NAMES = ("name", "slug", "login", "username", "key", "code", "handle", "path", "title")
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "username": ("login", "username", "name", "handle"),
    "user": ("login", "username", "id", "name", "email"),
    "login": ("username", "login"),
    "index": ("number", "index", "iid", "id"),
    "number": ("number", "index", "iid", "no"),
    "iid": ("number", "iid"),
    "identity": ("identity", "id", "name"),
    "file": ("id", "path", "name", "filename"),
    "filepath": ("path", "name"),
    "path": ("path", "name"),
    "email": ("email", "emailaddress"),
    "ref": ("ref", "name", "sha"),
    "pid": ("id", "pid"),
    "uuid": ("uuid", "id"),
    "guid": ("guid", "id"),
    "uid": ("uid", "id"),
    "sid": ("sid", "id"),
    "token": ("token", "id", "name"),
    "org": ("login", "username", "slug", "id", "name"),
    "organization": ("login", "slug", "id", "name"),
    "key": ("key", "id", "name"),
    "hash": ("hash", "sha", "id"),
    "sha": ("sha", "id", "hash"),
    "isbn": ("isbn", "isbn13", "isbn10"),
}
_HOLDERS = ("metadata", "meta", "attributes", "properties", "data", "identifier")


_NO_NUMBERS = frozenset({"name", "slug", "guid", "uuid", "ulid"})
"""Words for keys that are no number, whatever a path says."""


def own_key(
    parameter: str, schema: Shape, literal: str, record: Shape, schemas: Schemas, text: str = ""
) -> str | None:
    """The field that the last path parameter identifies a record by.

    `schema` is the parameter's, `text` its description. A field of another type than the parameter
    is taken only where nothing else fits.
    """
    parts = words(parameter)
    if "or" in parts[1:-1]:
        # `idOrSlug`: one of two keys.
        place = parts.index("or", 1)
        halves = ("_".join(parts[:place]), "_".join(parts[place + 1 :]))
        found = (own_key(half, schema, literal, record, schemas, text) for half in halves)
        return next((name for name in found if name is not None), None)
    wrong_type: str | None = None
    for name in _own_candidates(parameter, literal, record, text, schema):
        shape = schemas.field(record, name)
        if (
            shape is None
            or shape.is_array
            or (shape.is_object and not shape.is_scalar and shape.types == {"object"})
        ):
            continue
        if "boolean" in shape.types:
            continue
        if _fits(schema, shape) or (_is_text_of_a_number(schema, shape) and is_identifier(parameter)):
            return name
        if not schema.numeric or (words(name)[-1:] and words(name)[-1] in GENERIC - _NO_NUMBERS):
            # A number is no name.
            wrong_type = wrong_type or name
    if wrong_type is not None:
        return wrong_type
    return None


def _is_text_of_a_number(wanted: Shape, held: Shape) -> bool:
    return held.numeric and wanted.textual and not wanted.format and not wanted.values


def _fits(wanted: Shape, held: Shape) -> bool:
    if not wanted.types or not held.types:
        return True
    if wanted.values and held.values and not {*map(str, wanted.values)} & {*map(str, held.values)}:
        return False
    if wanted.types & {"integer", "number"} and held.types & {"integer", "number"}:
        return True
    # Many documents declare every path parameter as text; a number is text in a path.
    return bool(wanted.types & held.types)


def _own_candidates(  # noqa: C901 - an ordered list of guesses
    parameter: str, literal: str, record: Shape, text: str, wanted: Shape
) -> Iterator[str]:
    by_name = {squeezed(name): name for name in reversed(list(record.properties))}
    parts = words(parameter)
    about = {*noun(literal), *core(record.name), *(singular(word) for word in words(literal))}
    rest = tuple(word for word in parts if word not in about and singular(word) not in about)
    exact = "".join(parts)
    if exact in by_name:
        yield by_name[exact]
    if "_id" in record.properties and parts[-1:] == ("id",):
        yield "_id"
    if rest and rest != parts and "".join(rest) in by_name:
        yield by_name["".join(rest)]
    for guess in _SYNONYMS.get("".join(rest) or exact, ()):
        if guess in by_name:
            yield by_name[guess]
    if not rest:
        # The parameter only repeats the noun (`/tags/{tag}`): its description may say which field.
        said = set(words(text))
        for guess in (*_NAMES, *_IDS):
            if guess in said and guess in by_name:
                yield by_name[guess]
    numeric = wanted.numeric
    by_id = parts[-1:] and (parts[-1] in IDENTIFIERS or parts[-1].endswith("id"))
    orders = (_IDS, _NAMES) if by_id or not rest or numeric else (_NAMES, _IDS)
    if not rest or by_id or parts[-1] in GENERIC:
        for guess in orders[0]:
            if squeezed(guess) in by_name:
                yield by_name[squeezed(guess)]
        for last in (parts[-1:], ("id",), ("key",), ("name",)):
            for lead in (noun(literal), core(record.name)):
                guess = "".join((*lead, *last))
                if guess in by_name:
                    yield by_name[guess]
    if parts and parts[-1] in GENERIC:
        ending = [
            name
            for name in record.properties
            if words(name)[-1:] == parts[-1:] and set(words(name)[:-1]) <= about
        ]
        if len(ending) == 1:
            yield ending[0]
    for holder in _HOLDERS:
        if holder not in by_name:
            continue
        yield from _held(by_name[holder], parts, rest)
    if not rest:
        for guess in orders[1]:
            if squeezed(guess) in by_name:
                yield by_name[squeezed(guess)]
    if by_id:
        for flat, name in by_name.items():
            if len(rest) > 1 and flat.endswith("".join(rest[-2:])):
                yield name


def _held(holder: str, parts: tuple[str, ...], rest: tuple[str, ...]) -> Iterator[str]:
    seen: dict[str, None] = {}
    for guess in (parts, rest, ("name",), ("id",), ("uid",)):
        if guess:
            seen.setdefault("".join(guess))
            seen.setdefault("_".join(guess))
    for name in seen:
        yield f"{holder}/{name}"


def parent_field(  # noqa: C901 - an ordered list of guesses
    parameter: str, schema: Shape, literal: str, record: Shape, schemas: Schemas, source: str = ""
) -> str | None:
    """The field by which a record knows its parent: `customerId`, `customer`, `customer/id`.

    `source` is the parent's own key field, if the parent is a known collection.
    """
    parts = full_words(parameter, literal, GENERIC)
    own = words(parameter)
    by_name = {squeezed(name): name for name in reversed(list(record.properties))}
    stem = _stem(parts)
    last = words(source.rpartition("/")[2]) or own[-1:]
    guesses = [parts, own] if own not in (("id",), ("name",)) and own[-1:] != ("key",) else [parts]
    guesses += [(*stem, *last), (*noun(literal), *last)]
    if not source or is_identifier(source) or own[-1:] == ("id",):
        # A number or a name is not what an id holds.
        guesses += [(*stem, "id"), (*noun(literal), "id")]
    for guess in guesses:
        name = by_name.get("".join(guess))
        if name is None or (
            len(guess) == 1 and guess[0] in GENERIC and guess[0] not in {"identity", "handle"}
        ):
            continue
        shape = schemas.property(record, name)
        if shape.is_scalar and "boolean" not in shape.types and _fits(schema, shape):
            return name
        if "string" in shape.types and "object" in shape.types and "string" in (schema.types or {"string"}):
            return name
        if (
            "object" in shape.types
            and (inner := _inner(name, schema, shape, schemas, source, own)) is not None
        ):
            return inner
    long = (ABBREVIATIONS[stem[-1]],) if stem and stem[-1] in ABBREVIATIONS else ()
    for guess in (stem, noun(literal), long):
        name = by_name.get("".join(guess)) if guess else None
        if name is None:
            continue
        shape = schemas.property(record, name)
        if "string" in shape.types and "string" in (schema.types or {"string"}) and not shape.values:
            # Plain text named like the parent holds its key, if keys are text (`customer: cus_123`).
            if source == "" or "name" not in words(source) or shape.types == {"string"}:
                return name
        elif (
            "object" in shape.types
            and (inner := _inner(name, schema, shape, schemas, source, own)) is not None
        ):
            return inner
    for linked, place, held in linkages(schemas, record):
        if (linked in (stem, noun(literal)) or noun("_".join(linked)) == stem) and _fits(schema, held):
            return place
    for holder in _HOLDERS[:2]:
        name = by_name.get(holder)
        if name is not None:
            shape = schemas.property(record, name)
            if (
                shape.is_object
                and parameter in shape.properties
                and schemas.property(shape, parameter).is_scalar
            ):
                return f"{name}/{parameter}"
    return None


def _stem(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of what is identified, without those that say by what."""
    stem = parts
    while len(stem) > 1 and stem[-1] in GENERIC:
        stem = stem[:-1]
    return stem


def _inner(
    name: str, wanted: Shape, shape: Shape, schemas: Schemas, source: str, own: tuple[str, ...]
) -> str | None:
    by_name = {squeezed(inner): inner for inner in reversed(list(shape.properties))}
    guesses = [squeezed(source.rpartition("/")[2])] if source and not source.startswith("^") else []
    guesses += ["".join(own)]
    guesses += [squeezed(guess) for guess in (*own[-1:], *_SYNONYMS.get("".join(own), ()))]
    guesses += ["id", "login", "username", "slug", "key", "name", "uuid", "code"]
    for guess in guesses:
        inner = by_name.get(guess)
        if inner is not None:
            below = schemas.property(shape, inner)
            if below.is_scalar and "boolean" not in below.types and _fits(wanted, below):
                return f"{name}/{inner}"
    return None


def hidden_field(parameter: str, literal: str, relation: str = "") -> str:
    """Where the double keeps a parent that no property holds.

    Equal names mean equal things within one collection: a generic parameter takes the noun before
    it along (`/owners/{id}` -> `^owner_id`), a relation its own name (`^starred.username`).
    """
    own = words(parameter)
    name = parameter
    if own and all(word in GENERIC for word in own) and literal:
        name = "_".join(full_words(parameter, literal, GENERIC))
    name = re.sub(r"[/^~]", "_", name)
    return f"^{relation}.{name}" if relation else f"^{name}"


def last_segment(key: str, examples: Iterable[Mapping[str, Any]]) -> str | None:
    """The property that holds the last segment of a key which documented records show to be a path
    (`id: /groups/7`, `name: 7`): no path parameter stands for all of that. None where nothing shows it.
    """
    for record in examples:
        link = record.get(key)
        if isinstance(link, str) and "/" in link:
            last = link.rstrip("/").rpartition("/")[2]
            for name, value in record.items():
                if last and value == last and name != key:
                    return name
    return None


def key_schema(field_schema: Any, parameter_schema: Any, schemas: Schemas) -> Any:
    """The schema of a key: what the property says, narrowed by what the path parameter asks for."""
    held, wanted = schemas.shape(field_schema), schemas.shape(parameter_schema)
    if not held.node and not held.types:
        return _plain(wanted.node) or {"type": "string", "minLength": 1}
    narrowing = {
        keyword: value
        for keyword, value in wanted.node.items()
        if keyword in _NARROWING and keyword not in held.node
    }
    if wanted.types and held.types and not wanted.types & held.types:
        # A number in the path of a record whose key is text: text with digits serves both.
        numeric = (
            wanted.types <= {"integer", "number"} and held.textual and not _plain(held.node).keys() - {"type"}
        )
        narrowing = {"pattern": "^[1-9][0-9]{3,8}$"} if numeric else {}
    own: Mapping[str, Any] = held.node
    merged = {**_plain(own), **narrowing}
    if "type" not in merged and held.types:
        merged["type"] = min(held.types & {"string", "integer", "number"} or held.types)
    return merged


_NARROWING = ("pattern", "format", "minLength", "maxLength", "minimum", "maximum", "enum", "multipleOf")


def narrows(parameter: Shape) -> list[str]:
    """What a parameter asks of its value beyond a type."""
    return [keyword for keyword in _NARROWING if keyword in parameter.node]


def likely_key(literal: str, record: Shape, schemas: Schemas) -> str | None:
    """The field that would identify a record of a collection whose records have no path: `id`, or an id
    that is called after the collection (`organizationId` in `/organizations`).
    """
    for name in ("id", "_id", "uuid", "sid", "key"):
        if schemas.property(record, name).is_scalar:
            return name
    by_name = {squeezed(name): name for name in reversed(list(record.properties))}
    for lead in (noun(literal), noun(literal)[-1:], core(record.name)):
        for last in ("id", "uuid", "guid", "key", "code"):
            found = by_name.get("".join((*lead, last))) if lead else None
            if found is None:
                continue
            shape = schemas.property(record, found)
            if shape.is_scalar and "boolean" not in shape.types:
                return found
    return None


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords that matter for one scalar value."""
    kept = (*_NARROWING, "type", "const", "exclusiveMinimum", "exclusiveMaximum")
    plain = {keyword: node[keyword] for keyword in kept if keyword in node}
    declared = plain.get("type")
    if isinstance(declared, list):
        some = [kind for kind in declared if kind in {"string", "integer", "number"}]
        plain["type"] = some[0] if some else declared[0]
    return plain


def is_unique_anywhere(key: str, parameters: Sequence[str]) -> bool:
    """Whether a key is unique beyond its parents: ids are, names and numbers are not."""
    last = words(key.rpartition("/")[2].lstrip("^"))[-1:]
    if key.startswith("^"):
        last = words(parameters[-1])[-1:] if parameters else last
    if not last:
        return False
    return last[0] in IDENTIFIERS or last[0].endswith(("uuid", "guid")) or last[0] in {"token", "sha", "hash"}

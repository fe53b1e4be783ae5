"""The shapes of a model: resources, and the binding of each operation to one of them.

In: a contract (`model.infer` fills these, `x-double` hints correct them). Out: everything the
engine must know to answer an operation out of a store. May not know: HTTP, stores.

A *pointer* here is a tuple of property names, `()` being the whole value. A *field* is a name
as `store.base.Record.value` takes it: `name`, `^hidden`, `a/b`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Pointer = tuple[str, ...]


def pointer_of(text: str) -> Pointer:
    """A JSON pointer as a tuple of names."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


class Verb(StrEnum):
    """What an operation does."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    REPLACE = "replace"
    """Properties absent from the body go back to their defaults; those the body cannot hold stay."""
    UPDATE = "update"
    """Merge: absent properties stay. JSON Merge Patch, JSON Patch by media type, plain PATCH, POST."""
    UPSERT = "upsert"
    """Replace, or create under the key of the path."""
    DELETE = "delete"
    ACTION = "action"
    """Touches one record or none; may set fields; answers by its schema."""
    STATIC = "static"
    """Keeps nothing: answered from examples or generated."""


class Match(StrEnum):
    """How a query parameter selects records."""

    EXACT = "exact"
    IGNORE_CASE = "ignore-case"
    CONTAINS = "contains"
    """Case-insensitive substring in any of the fields."""
    ANY_OF = "any-of"
    """The parameter is an array, or text with commas; one of its values must match."""
    LESS = "less"
    AT_MOST = "at-most"
    GREATER = "greater"
    AT_LEAST = "at-least"
    ODATA = "odata"
    """The parameter is an expression: OData's `$filter`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter that selects records."""

    parameter: str
    fields: tuple[str, ...]
    match: Match = Match.EXACT
    location: Literal["query", "header", "path", "body"] = "query"
    """`body`: a top-level property of the request body (`POST /items/search`)."""
    inside: Pointer = ()
    """Where the value stands in a parameter that is an object (`created[gte]`: `("gte",)`); a value
    that is no object, or lacks it, selects nothing away."""
    everything: tuple[Any, ...] = ()
    """Values that mean `no filter` (`state=all`)."""


@dataclass(frozen=True, slots=True)
class Paging:
    """The parameters that cut a list into pages."""

    style: Literal["offset", "page", "cursor"]
    size: str = ""
    """Parameter with the page size; '' if there is none."""
    position: str = ""
    """Parameter with offset, page number or cursor ('' if there is none)."""
    backwards: str = ""
    """Cursor that pages backwards (`ending_before`)."""
    first_page: int = 1
    default_size: int | None = None
    """None: everything, unless `max_size` bounds it."""
    max_size: int | None = None
    location: Literal["query", "body"] = "query"
    inside: str = ""
    """The query parameter that is an object with these as members (`pageable`, `page[number]`); '' if
    they are parameters themselves."""
    brackets: bool = False
    """Whether an address writes such members as `page[number]` rather than as `number`."""
    also: tuple[Paging, ...] = ()
    """Further ways that the parameters allow (`page` beside `offset`): whoever uses one gets it."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """The parameters that order a list."""

    parameter: str
    """Values like `name`, `-name`, `name:desc`, `name desc`, comma-separated or repeated. '': only
    the direction of the creation order can be chosen."""
    direction: str = ""
    """A second parameter with asc or desc."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Value -> field, where the contract enumerates values that are not field names; a leading `-`
    turns the direction round (`newest` -> `-created_at`)."""
    location: Literal["query", "body"] = "query"
    inside: str = ""
    """As of `Paging`."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where things stand in the answer."""

    record: Pointer | None = None
    """The one record; () for the whole body."""
    key: Pointer | None = None
    """The record's key, where the answer shows no record."""
    records: Pointer | None = None
    """The list; () for a bare array. Of an operation on one record: it is the list's only item."""
    total: Pointer | None = None
    """All matches."""
    count: Pointer | None = None
    """Records on this page."""
    query: Pointer | None = None
    """Applied query parameters, defaults included, absent ones left out."""
    limit: Pointer | None = None
    offset: Pointer | None = None
    page: Pointer | None = None
    pages: Pointer | None = None
    has_more: Pointer | None = None
    next: Pointer | None = None
    """Link, or cursor, to what follows; null or left out at the end as the schema allows."""
    previous: Pointer | None = None
    first: Pointer | None = None
    last: Pointer | None = None
    self: Pointer | None = None
    has_previous: Pointer | None = None
    """True but on the first page."""
    first_item: Pointer | None = None
    """Number of the first record on this page, counted from 1; null where there is none."""
    last_item: Pointer | None = None
    """Number of the last record on this page."""
    is_first: Pointer | None = None
    """True on the first page."""
    is_last: Pointer | None = None
    """True on the last page, the opposite of `has_more`."""
    links_are: Literal["url", "cursor", "object", "number"] = "url"
    """`object`: HAL's `{"href": url}`; `number`: the page number of the neighbour."""
    constants: tuple[tuple[Pointer, Any], ...] = ()
    """Further members with the only value their schema allows, or its default or example."""
    items_in_object: bool = False
    """Items of `records` are wrapped: see `item`."""
    item: Pointer = ()
    """Where the record stands inside one item of `records` (Spotify's `{track: {...}}`)."""


MEMBERS = (
    "record",
    "key",
    "records",
    "total",
    "count",
    "query",
    "limit",
    "offset",
    "page",
    "pages",
    "has_more",
    "has_previous",
    "first_item",
    "last_item",
    "is_first",
    "is_last",
    "next",
    "previous",
    "first",
    "last",
    "self",
)
"""The members of `Envelope` that are pointers."""


@dataclass(slots=True)
class Parent:
    """A path parameter above the record's own key."""

    parameter: str
    field: str
    """Where the record keeps it: a property, or `^parameter` if none holds it."""
    resource: str = ""
    """The collection it points into, '' if the contract has none. Neighbours with one resource
    (`/repos/{owner}/{repo}/issues`: both `repos`) come from one and the same record of it."""
    source: str = ""
    """Field of that collection's record which holds the value; '' where there is no collection."""


@dataclass(slots=True)
class Resource:
    """A collection of like records."""

    name: str
    """Unique within the API, as a person would call it: `employees`, `repos.issues`."""
    key: str
    """Property (or `^name`) that identifies a record. Singletons: ''."""
    schema: Any
    """One record as answers show it, internal form (usually a `$ref`)."""
    key_schema: Any = field(default_factory=dict)
    """Of the key's value; a path value of another type is brought to it (`"5"` to 5)."""
    parents: tuple[Parent, ...] = ()
    scoped: bool = False
    """Whether keys are unique within the parents only; then store keys are (parent..., key)."""
    singleton: bool = False
    """One record (for each parent), no key in the path."""
    lasting: bool = False
    """No operation lists, makes or removes it: a singleton is always there, and a record is there under
    whatever key is asked for (within parents that exist); made up at the first look."""
    schema_name: str = ""
    title: str = ""
    write_only: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    """No two records (of the same parents) share a non-null value."""
    created: tuple[str, ...] = ()
    """Fields that hold the time of creation."""
    updated: tuple[str, ...] = ()
    """Fields that hold the time of the last change. Times are text or Unix seconds as the field's
    schema says."""
    chosen: bool = False
    """Clients may give a new record its key."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Field -> collection whose key it holds."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What a new record has where the request does not say."""
    indexes: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()
    """Fields that the server fills when a record is made and the client did not (or may not)."""
    views: tuple[tuple[Parent, ...], ...] = ()
    """Further paths that narrow the collection (`/owners/{id}/pets` beside `/pets`): the fields a
    record needs to be found there. Seeding fills them as it fills `parents`, where they can hold that."""
    shapes: tuple[Any, ...] = ()
    """Other schemas by which answers show the record (summaries), most used first."""
    summaries: tuple[Any, ...] = ()
    """Other schemas by which lists and reads show it: what a record is made to fit, too, as far as its
    own schema allows."""
    seeded: int = 10
    """How many records to make up where no fixture says."""
    why: tuple[str, ...] = ()


@dataclass(slots=True)
class Binding:
    """What one operation does."""

    operation: str
    """Operation id."""
    verb: Verb
    resource: str = ""
    """Collection name; '' for STATIC and actions on nothing."""
    key: str = ""
    """Parameter (or property of the body's record) that carries the record's key; '' if none. DELETE
    without a key on a collection removes all that parents and filters select. CREATE and UPSERT
    with a key: the client chooses it."""
    key_location: Literal["path", "query", "body", "identity"] = "path"
    """`identity`: the caller's own record (`/me`): `Identity.record`, else the first record."""
    key_field: str = ""
    """Field that the key is compared with where that is not the resource's key: another unique
    property (`/repositories/{id}` beside `/repos/{owner}/{name}`)."""
    parents: tuple[tuple[str, str], ...] = ()
    """(path parameter, field) of the parents, outermost first."""
    within: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(collection, path parameters of its store key, parents first): records above that must exist,
    else 404. Only where the contract has a word for that answer; STATIC operations have it, too."""
    success: int = 200
    created: int = 0
    """UPSERT: the status if it made the record; 0: `success`."""
    many: bool = False
    """CREATE: the body holds an array of records; all are made, `envelope.record` shows the last."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Query parameter -> field that it sets (`POST /pet/{petId}?status=sold`), beside the body."""
    body: Pointer = ()
    """Where the record stands in the request body."""
    under: str = ""
    """Member of the record that holds what is sent (`attributes`); '' where what is sent is the record."""
    writable: frozenset[str] | None = None
    """Top-level properties that the request may set; None: any but generated ones. ACTION: those of
    the body that are set on the record (None: none)."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Property of the request body -> property of the record, where they are spelled otherwise
    (`FriendlyName` -> `friendly_name`); `writable` speaks of the record's."""
    shown: frozenset[str] | None = None
    """Top-level properties of a record that this answer's schema knows; None: all of them."""
    envelope: Envelope = field(default_factory=Envelope)
    filters: tuple[Filter, ...] = ()
    paging: Paging | None = None
    sorting: Sorting | None = None
    search: tuple[str, ...] = ()
    """Parameters among the filters that search, for explaining."""
    sets: Mapping[str, Any] = field(default_factory=dict)
    """ACTION: fields that it sets."""
    same_as: str = ""
    """Id of the operation that this one is another spelling of."""
    jsonp: str = ""
    """Query parameter that names a JSONP callback; '' if the operation knows none."""
    jsonp_always: bool = False
    """The path itself asks for JSONP (`.jsonp`)."""
    unsaid: bool = False
    """The contract does not say how the answer looks: it is shown as JSON all the same."""
    hint: str = ""
    """The hint that would correct what was inferred, as YAML, for `apidouble explain`."""
    conditional: bool = False
    """ETag, If-Match and If-None-Match are honoured."""
    why: tuple[str, ...] = ()
    """The reasons, in words, for `apidouble explain`."""


@dataclass(slots=True)
class Model:
    """All resources and bindings of one API."""

    api: str
    resources: Mapping[str, Resource]
    bindings: Mapping[str, Binding]
    """By operation id; complete."""

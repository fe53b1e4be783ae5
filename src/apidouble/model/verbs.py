"""What each operation does, decided from its method, its place and its schemas.

In: groups and homes. Out: a `Draft` for each operation: verb, home, where the key is, and why. May
not know: hints, stores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from apidouble.model import keys
from apidouble.model.envelopes import Found, find_same, says_who
from apidouble.model.groups import Group, Home
from apidouble.model.names import MAKING, SEARCHING, plural, same_noun, singular, squeezed, words
from apidouble.model.readings import Reading
from apidouble.model.resource import Verb
from apidouble.model.schemas import Schemas, Shape, family

_BATCH = frozenset({"batch", "bulk", "batches", "multi", "mass"})
_CALLER = frozenset(
    {"me", "self", "myself", "whoami", "user", "account", "profile", "current", "viewer", "session"}
)
_NO_RECORD = frozenset(
    {
        "login", "logout", "token", "tokens", "auth", "authenticate", "authorize", "oauth", "password", "verify",
        "validate", "check", "preview", "calculate", "estimate", "convert", "render", "signin", "signout", "refresh",
        "reset", "confirm", "test", "ping", "parse", "translate", "compare", "simulate", "quote", "evaluate",
        "introspect", "revoke", "authorization", "contains", "count", "export", "analyze", "analyse", "resolve",
    }
)  # fmt: skip
_SAME_THING = frozenset(
    {"details", "detail", "full", "info", "profile", "status", "summary", "raw", "view", "scale"}
)


@dataclass(slots=True)
class Draft:
    """What one operation does, before pointers and parameters are worked out."""

    reading: Reading
    verb: Verb
    home: Home | None = None
    group: Group | None = None
    key: str = ""
    key_location: Literal["path", "query", "body", "identity"] = "path"
    many: bool = False
    subject: Group | None = None
    """The group whose path (a leading part of this one) addresses the record."""
    why: list[str] = field(default_factory=list)
    advice: str = ""


class Decider:
    """Decides all operations of one contract."""

    def __init__(self, groups: Sequence[Group], homes: list[Home], schemas: Schemas) -> None:
        self.groups = groups
        self.homes = homes
        self.schemas = schemas
        self._families: dict[object, list[Home]] = {}
        self._indexed = -1
        self._by_key: dict[object, list[Group]] = {}
        for group in groups:
            self._by_key.setdefault(group.key, []).append(group)

    def decide(self) -> dict[str, Draft]:
        """A draft for each operation that belongs to a group, by operation id."""
        drafts: dict[str, Draft] = {}
        # What is made first, so that what only reads it finds its collection.
        waiting = [(reading, group) for group in self.groups for reading in group.readings]
        waiting.sort(key=lambda pair: pair[0].method != "POST")
        for reading, group in waiting:
            if group.home is not None:
                draft = self._in_home(reading, group, group.home)
            else:
                draft = self._alone(reading, group)
            draft.group = draft.group or group
            drafts[reading.operation.id] = draft
        return drafts

    def above(self, group: Group) -> Group | None:
        """The group of the nearest record above in the path, if it is known."""
        parts = group.parts
        for end in range(len(parts) - 1, 0, -1):
            head = parts[:end]
            if not head[-1].parameters:
                continue
            key = (
                *((part.literal.lower(), len(part.parameters)) for part in head[:-1]),
                (head[-1].literal.lower(), 0),
            )
            for candidate in self._by_key.get(key, ()):
                if candidate.home is not None and candidate.arity == len(head[-1].parameters):
                    return candidate
            return None
        return None

    # Operations of a collection

    def _in_home(self, reading: Reading, group: Group, home: Home) -> Draft:
        if set(words(reading.literal)) & _BATCH:
            return self._static(reading, group, "it works on many records at once, which is not followed")
        if home.singleton:
            return self._singleton(reading, group, home)
        if group.arity and reading.depth == group.arity:
            return self._item(reading, group, home)
        return self._collection(reading, group, home)

    def _item(self, reading: Reading, group: Group, home: Home) -> Draft:
        key = group_key(reading)
        draft = Draft(reading, Verb.READ, home, group, key, subject=group)
        where = f"the path ends with the key {{{key}}} of {home.literal or 'a record'}"
        if reading.method in ("GET", "HEAD"):
            if reading.lists and not group.reads_as_list(reading):
                draft.verb, draft.key = Verb.LIST, ""
                draft.why.append(f"the answer is a list, narrowed by {{{key}}}")
                return draft
            if not reading.structured:
                return self._static(
                    reading, group, "the answer is no data that a record could be shown in", group
                )
            if reading.answer is None and not group.items("PUT", "DELETE", "POST"):
                return self._static(
                    reading, group, "the answer has no body and nothing changes the record", group
                )
            draft.why.append(where)
            return draft
        if reading.method == "DELETE":
            draft.verb = Verb.DELETE
            draft.why.append(where)
            return draft
        if reading.method == "PATCH":
            draft.verb = Verb.UPDATE
            draft.why.append(where)
            return draft
        if reading.method == "PUT":
            return self._put(draft, home, where)
        if reading.method == "POST":
            return self._post_item(draft, group, home, where)
        return self._static(reading, group, f"{reading.method} has no meaning for records")

    def _singleton(self, reading: Reading, group: Group, home: Home) -> Draft:
        draft = Draft(reading, Verb.READ, home, group, why=["there is one of it"])
        removable = any(r.method == "DELETE" for r in group.readings)
        sends = overlap(reading.given, home.shape) or given_parameters(reading, home.shape, self.schemas)
        if reading.method in {"PUT", "PATCH"} and reading.given.properties and not sends:
            draft.verb = Verb.ACTION
            draft.why.append("the body shares no property with it")
        elif reading.method == "PUT":
            draft.verb = (
                Verb.UPSERT if removable else Verb.REPLACE if reading.request is not None else Verb.UPDATE
            )
        elif reading.method == "PATCH":
            draft.verb = Verb.UPDATE
        elif reading.method == "DELETE":
            draft.verb = Verb.DELETE
        elif reading.method == "POST":
            makes = reading.success == 201 or (
                removable and not any(r.method == "PUT" for r in group.readings)
            )
            draft.verb = Verb.UPSERT if makes else Verb.UPDATE if sends else Verb.ACTION
        return draft

    def _put(self, draft: Draft, home: Home, where: str) -> Draft:
        reading = draft.reading
        if reading.request is None and given_parameters(reading, home.shape, self.schemas):
            draft.verb = Verb.UPDATE
            draft.why.append(f"{where}; parameters carry what changes")
            return draft
        created = "201" in reading.operation.responses
        if home.has_create() and not self._sends(reading, home):
            draft.verb = Verb.ACTION
            draft.why.append(f"{where}; the body shares no property with the record")
            return draft
        if not home.has_create() or (created and reading.success != 201):
            draft.verb = Verb.UPSERT
            reason = "the contract declares 201" if created else "nothing else makes these records"
            draft.why.append(f"{where}; it may make the record, since {reason}")
            return draft
        merges = (
            bool(reading.given.properties)
            and not reading.given.required
            and bool(home.shape.required & reading.given.properties.keys())
        )
        draft.verb = Verb.UPDATE if merges else Verb.REPLACE
        draft.why.append(where)
        if merges:
            draft.why.append(
                "the body requires nothing, though a record has required members: absent ones stay"
            )
        return draft

    def _sends(self, reading: Reading, home: Home) -> bool:
        """Whether a body can carry properties of a home's records, as far as both say."""
        given = reading.given
        if not given.properties or not home.shape.properties:
            return True
        return bool(overlap(given, home.shape)) or self._wrapped(given, home.shape)

    def _post_item(self, draft: Draft, group: Group, home: Home, where: str) -> Draft:
        reading = draft.reading
        sends = overlap(reading.given, home.shape) or given_parameters(reading, home.shape, self.schemas)
        listed = {r.depth for r in group.lists()}
        if reading.depth in listed and not group.items("PUT", "PATCH", "DELETE"):
            draft.verb, draft.key = Verb.CREATE, ""
            draft.why.append("POST on a list makes a record")
        elif reading.success == 201 and not home.has_create() and sends:
            draft.verb = Verb.UPSERT
            draft.why.append(f"{where}; POST makes the record there, since the contract declares 201")
        elif sends:
            draft.verb = Verb.UPDATE
            draft.why.append(f"{where}; POST carries properties of the record")
        elif group.membership():
            draft.verb = Verb.UPSERT
            draft.why.append(f"{where}; POST without a body puts it in")
        else:
            draft.verb = Verb.ACTION
            draft.why.append(f"{where}; POST carries no property of the record")
        return draft

    def _collection(self, reading: Reading, group: Group, home: Home) -> Draft:
        draft = Draft(reading, Verb.LIST, home, group)
        if reading.method in ("GET", "HEAD"):
            if reading.lists:
                draft.why.append("the answer is a list of these records")
                return draft
            return self._single_read(reading, group)
        if reading.method == "POST":
            return self._create(draft, group, home)
        if reading.method in ("PUT", "PATCH"):
            own = home.key.partition("/")[0]
            if own and own in reading.given.properties and overlap(reading.given, home.shape) > 1:
                draft.verb = Verb.REPLACE if reading.method == "PUT" else Verb.UPDATE
                draft.key, draft.key_location = home.key, "body"
                draft.why.append(f"the body carries the key {home.key}")
                return draft
            return self._static(reading, group, "it writes the whole collection, which is not followed")
        if reading.method == "DELETE":
            if group.key != home.primary.key and not group.creates() and not group.items():
                return self._static(reading, group, "it takes records out of a set, which is not followed")
            draft.verb = Verb.DELETE
            draft.why.append("DELETE on a collection removes what parameters select")
            return draft
        return self._static(reading, group, f"{reading.method} has no meaning for records")

    def _create(self, draft: Draft, group: Group, home: Home) -> Draft:
        reading = draft.reading
        if reading.lists and set(words(reading.literal)) & SEARCHING:
            draft.why.append("a search by POST")
            return draft
        if reading.given.is_array:
            item = self.schemas.items(reading.given)
            if overlap(item, home.shape):
                draft.verb, draft.many = Verb.CREATE, True
                draft.why.append("the body is an array of records")
                return draft
            return self._static(reading, group, "the body is a list of something else than these records")
        sent = reading.given.properties
        if sent and not overlap(reading.given, home.shape) and not self._wrapped(reading.given, home.shape):
            lists_only = all(self.schemas.property(reading.given, name).is_array for name in sent)
            if lists_only or reading.lists or self._home_of(reading) is not home:
                return self._static(reading, group, "the body shares no property with the records")
        draft.verb = Verb.CREATE
        draft.why.append("POST on the collection makes a record")
        return draft

    def _wrapped(self, given: Shape, record: Shape) -> bool:
        return any(overlap(self.schemas.property(given, name), record) for name in given.properties)

    # Operations beside collections

    def _alone(self, reading: Reading, group: Group) -> Draft:
        if set(words(reading.literal)) & _BATCH:
            return self._static(reading, group, "it works on many records at once, which is not followed")
        parent = self.above(group)
        home = self._home_of(reading)
        if reading.lists:
            target = self._home_of_list(reading)
            if target is not None and (reading.method == "GET" or set(words(reading.literal)) & SEARCHING):
                return Draft(reading, Verb.LIST, target, group, why=[f"the answer lists {target.literal}"])
        if reading.method in ("GET", "HEAD"):
            return self._single_read(reading, group)
        if reading.method not in {"POST", "PUT", "PATCH", "DELETE"}:
            return self._static(reading, group, f"{reading.method} has no meaning for records")
        if parent is not None and parent.home is not None:
            return self._on_parent(reading, group, parent, home)
        if reading.method == "POST":
            return self._post_alone(reading, group, home)
        return self._static(reading, group, "nothing in the contract reads what it writes")

    def _single_read(self, reading: Reading, group: Group) -> Draft:
        parent = self.above(group)
        home = self._home_of(reading)
        if (
            parent is not None
            and parent.home is not None
            and home is parent.home
            and self._speaks_of_parent(group)
        ):
            return self._parent_draft(reading, Verb.READ, parent, "the answer is the record above")
        if home is not None and parent is None and set(words(reading.literal)) <= _CALLER and not group.above:
            return Draft(
                reading, Verb.READ, home, group, key_location="identity", why=["the caller's own record"]
            )
        return self._static(reading, group, "nothing in the contract changes what it answers", parent)

    def _speaks_of_parent(self, group: Group) -> bool:
        if any(reading.method in {"PUT", "PATCH"} for reading in group.readings):
            return True
        return bool(set(words(group.literal)) & _SAME_THING)

    def _on_parent(self, reading: Reading, group: Group, parent: Group, home: Home | None) -> Draft:
        same = home is not None and home is parent.home
        if same and self._speaks_of_parent(group) and reading.method in ("PUT", "PATCH"):
            if any(r.method == "GET" for r in group.readings):
                verb = Verb.REPLACE if reading.method == "PUT" else Verb.UPDATE
                return self._parent_draft(reading, verb, parent, "the answer is the record above")
        if home is not None and not same and reading.method == "POST" and self._makes(reading, home):
            return Draft(
                reading, Verb.CREATE, home, group, why=[f"the answer is a new record of {home.literal}"]
            )
        if same or (reading.wordless and reading.method in {"POST", "PUT", "PATCH", "DELETE"}):
            return self._parent_draft(
                reading, Verb.ACTION, parent, f"{reading.literal} is done to the record above"
            )
        if reading.method == "POST" and self._echoes(reading):
            return self._own(reading, group)
        if reading.record is None or not reading.shape.properties:
            return self._parent_draft(
                reading, Verb.ACTION, parent, f"{reading.literal} is done to the record above"
            )
        return self._static(reading, group, "what it answers can be read nowhere", parent)

    def _parent_draft(self, reading: Reading, verb: Verb, parent: Group, why: str) -> Draft:
        # The subject's parameters stand above, in the order of its own path.
        names = [name for part in reading.template.above for name in part.parameters]
        place = len(parent.above) + parent.arity
        key = names[place - 1] if 0 < place <= len(names) else ""
        return Draft(reading, verb, parent.home, None, key, subject=parent, why=[why])

    def _post_alone(self, reading: Reading, group: Group, home: Home | None) -> Draft:
        said = set(words(reading.literal))
        if home is not None and reading.given.is_array:
            if overlap(self.schemas.items(reading.given), home.shape):
                why = [f"the body is an array of {home.literal}"]
                return Draft(reading, Verb.CREATE, home, group, many=True, why=why)
        if home is not None and self._makes(reading, home):
            return Draft(
                reading, Verb.CREATE, home, group, why=[f"the answer is a new record of {home.literal}"]
            )
        array = self.schemas.items(reading.given) if reading.given.is_array else None
        if (array is not None and reading.wordless) or (array is not None and not home):
            other = self._home_of_shape(array)
            if other is not None:
                why = [f"the body is an array of {other.literal}"]
                return Draft(reading, Verb.CREATE, other, group, many=True, why=why)
        if not said & _NO_RECORD and self._echoes(reading):
            return self._own(reading, group)
        return self._static(reading, group, "what it answers can be read nowhere")

    def _makes(self, reading: Reading, home: Home) -> bool:
        said = set(words(reading.literal))
        if said & _NO_RECORD or home.singleton:
            return False
        if said & MAKING or reading.success == 201:
            return True
        shared = overlap(reading.given, home.shape)
        return (
            shared > 0
            and shared * 2 >= len(reading.given.properties)
            and same_noun(reading.literal, home.literal)
        )

    def _echoes(self, reading: Reading) -> bool:
        """Whether the answer repeats what was sent, so that a record of its own is the best answer."""
        if reading.record is None or not reading.given.properties:
            return False
        shown = self.schemas.shape(reading.record.schema)
        shared = overlap(reading.given, shown)
        return shared > 0 and (
            shared * 2 >= len(reading.given.properties) or shared * 2 >= len(shown.properties)
        )

    def _own(self, reading: Reading, group: Group) -> Draft:
        found = reading.record
        if group.home is None and found is not None:
            group.schema, group.shape = found.schema, self.schemas.shape(found.schema)
            home = Home(group, [group], group.schema, group.shape)
            home.why.append("records are made here and read nowhere")
            group.home = home
            self.homes.append(home)
        return Draft(
            reading, Verb.CREATE, group.home, group, why=["the answer shows what was sent as a new record"]
        )

    def _home_of(self, reading: Reading) -> Home | None:
        """The home whose records the answer shows."""
        if not reading.shape.is_object:
            return None
        whole = self._home_of_shape(reading.shape)
        if whole is not None:
            return whole
        if not says_who(reading.shape):
            for name in reading.shape.properties:
                inner = self.schemas.property(reading.shape, name)
                home = self._home_of_shape(inner) if inner.is_object else None
                if home is not None and find_same(self.schemas, reading.answer, home.shape) is not None:
                    return home
        if reading.record is not None and reading.record.pointer:
            shape = self.schemas.shape(reading.record.schema)
            return self._home_of_shape(shape)
        return None

    def _home_of_list(self, reading: Reading) -> Home | None:
        found: Found | None = reading.records
        return self._home_of_shape(self.schemas.shape(found.schema)) if found is not None else None

    def _home_of_shape(self, shape: Shape) -> Home | None:
        matching = [home for home in self._candidates(shape) if self.schemas.same(home.shape, shape)]
        for home in matching:
            if home.shape.name == shape.name and home.primary.arity:
                return home
        return matching[0] if matching else None

    def _candidates(self, shape: Shape) -> list[Home]:
        """The homes that may show such records, looked up by what their schemas are called."""
        if self._indexed != len(self.homes):
            self._indexed = len(self.homes)
            self._families = {}
            for home in self.homes:
                if home.shape.properties and not home.singleton:
                    self._families.setdefault(family(home.shape.name), []).append(home)
        if shape.name:
            return [*self._families.get(family(shape.name), ()), *self._families.get(family(""), ())]
        return [home for homes in self._families.values() for home in homes]

    def _static(self, reading: Reading, group: Group, why: str, parent: Group | None = None) -> Draft:
        draft = Draft(reading, Verb.STATIC, None, group, why=[why])
        draft.subject = parent if parent is not None else self.above(group)
        name = plural(singular(squeezed(group.literal))) if group.literal else "records"
        verb = {"GET": "read", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
        draft.advice = f"x-double: {{resource: {name}, verb: {verb.get(reading.method, 'action')}}}"
        return draft


def group_key(reading: Reading) -> str:
    """The path parameter with a record's own key."""
    trailing = reading.template.trailing
    return trailing[-1] if trailing else ""


def overlap(one: Shape, other: Shape) -> int:
    """How many properties two shapes share by name."""
    if not one.properties or not other.properties:
        return 0
    shared = one.properties.keys() & other.properties.keys()
    if shared:
        return len(shared)
    # Forms spell properties otherwise than answers do (`FriendlyName`, `friendly_name`).
    return len({squeezed(name) for name in one.properties} & {squeezed(name) for name in other.properties})


def given_parameters(reading: Reading, record: Shape, schemas: Schemas) -> Mapping[str, str]:
    """Query parameters of a write that carry properties of the record: all where there is no body,
    else those that must be given and that the body has not.
    """
    if reading.method == "GET":
        return {}
    by_name = {squeezed(name): name for name in record.properties}
    sent = {squeezed(name) for name in reading.given.properties}
    found: dict[str, str] = {}
    for knob in reading.knobs:
        name = by_name.get(knob.flat)
        if name is None or knob.ignored or (sent and (not knob.required or knob.flat in sent)):
            continue
        shape = schemas.property(record, name)
        if shape.types & knob.shape.types and not shape.read_only:
            found[knob.name] = name
    return found


def own_key_of(home: Home, group: Group, parameter: str, reading: Reading, schemas: Schemas) -> str | None:
    """The field that a path parameter identifies a home's records by."""
    return keys.own_key(
        parameter,
        reading.parameter_shape(parameter, schemas),
        group.literal,
        home.shape,
        schemas,
        reading.parameter_text(parameter),
    )

"""What operations do that belong to no collection: deeds, views of known records, what keeps nothing.

In: readings of groups without a home. Out: drafts. May not know: hints, stores.
"""

from __future__ import annotations

from apidouble.model.actions import sets
from apidouble.model.drafts import Draft, deed, overlap, static
from apidouble.model.groups import Group, Home
from apidouble.model.landscape import Landscape
from apidouble.model.names import CALLER, MAKING, SEARCHING, same_noun, words
from apidouble.model.readings import Reading
from apidouble.model.resource import Verb
from apidouble.model.several import BATCH, bulk

NO_RECORD = frozenset(
    {
        "login", "logout", "token", "tokens", "auth", "authenticate", "authorize", "oauth",
        "password", "verify", "validate", "check", "preview", "calculate", "estimate", "convert",
        "render", "signin", "signout", "refresh", "reset", "confirm", "test", "ping", "parse",
        "translate", "compare", "simulate", "quote", "evaluate", "introspect", "revoke",
        "authorization", "contains", "count", "export", "analyze", "analyse", "resolve",
    }
)  # fmt: skip
"""Words of operations that make no record."""
_SAME_THING = frozenset(
    {"details", "detail", "full", "info", "profile", "status", "summary", "raw", "view", "scale"}
)


class Beside:
    """Decides operations beside collections."""

    def __init__(self, land: Landscape) -> None:
        self.land = land
        self.schemas = land.schemas

    def alone(self, reading: Reading, group: Group) -> Draft:
        """An operation of a group that has no home."""
        if set(words(reading.literal)) & BATCH:
            many = bulk(reading, group, self.land)
            if many is not None:
                return many
            return self.static(reading, group, "it works on many records at once, which is not followed")
        parent = self.land.above(group)
        home = self.land.home_of(reading)
        if reading.lists:
            target = self.land.home_of_list(reading)
            if target is not None and (reading.method == "GET" or set(words(reading.literal)) & SEARCHING):
                return Draft(reading, Verb.LIST, target, group, why=[f"the answer lists {target.literal}"])
        if reading.method in ("GET", "HEAD"):
            return self.single_read(reading, group)
        caller = self.of_caller(reading, group)
        if caller is not None:
            return caller
        if reading.method not in {"POST", "PUT", "PATCH", "DELETE"}:
            return self.static(reading, group, f"{reading.method} has no meaning for records")
        if parent is not None and parent.home is not None:
            return self._on_parent(reading, group, parent, home)
        if reading.method == "POST":
            return self._post_alone(reading, group, home)
        return self.static(reading, group, "nothing in the contract reads what it writes")

    def single_read(self, reading: Reading, group: Group) -> Draft:
        """A GET that answers with one thing without naming it by a key."""
        parent = self.land.above(group)
        home = self.land.home_of(reading)
        if (
            parent is not None
            and parent.home is not None
            and home is parent.home
            and self._speaks_of_parent(group)
        ):
            return self._parent_draft(reading, Verb.READ, parent, "the answer is the record above")
        if home is not None and parent is None and set(words(reading.literal)) <= CALLER and not group.above:
            return Draft(
                reading, Verb.READ, home, group, key_location="identity", why=["the caller's own record"]
            )
        return self.static(reading, group, "nothing in the contract changes what it answers", parent)

    def of_caller(self, reading: Reading, group: Group) -> Draft | None:
        """A change of the caller's own record, where a GET beside it shows it (`PATCH /me`)."""
        verbs = {"PUT": Verb.REPLACE, "PATCH": Verb.UPDATE, "DELETE": Verb.DELETE, "POST": Verb.UPDATE}
        if group.above or not set(words(group.literal)) <= CALLER or reading.method not in verbs:
            return None
        for other in group.readings:
            home = self.land.home_of(other) if other.method == "GET" else None
            if home is not None and (reading.method != "POST" or overlap(reading.given, home.shape)):
                why = ["the caller's own record"]
                return Draft(reading, verbs[reading.method], home, group, key_location="identity", why=why)
        return None

    def _speaks_of_parent(self, group: Group) -> bool:
        if any(reading.method in {"PUT", "PATCH"} for reading in group.readings):
            return True
        return bool(set(words(group.literal)) & _SAME_THING)

    def _on_parent(self, reading: Reading, group: Group, parent: Group, home: Home | None) -> Draft:
        same = home is not None and home is parent.home
        readable = any(r.method == "GET" for r in group.readings)
        if same and readable and reading.method in ("PUT", "PATCH") and self._speaks_of_parent(group):
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
        if self._changes(reading, parent.home):
            why = f"{reading.literal} changes the record above; the answer is a receipt"
            return self._parent_draft(reading, Verb.ACTION, parent, why)
        if reading.method == "POST" and self._echoes(reading):
            return self._own(reading, group)
        if reading.record is None or not reading.shape.properties:
            return self._parent_draft(
                reading, Verb.ACTION, parent, f"{reading.literal} is done to the record above"
            )
        return self.static(reading, group, "what it answers can be read nowhere", parent)

    def deed_before_key(self, reading: Reading, group: Group) -> Draft | None:
        """`PUT /quotes/close/{id}`: the word of a deed between a collection and the key of its record."""
        parts = reading.template.parts
        if any(other.method == "GET" for other in group.readings) or group.creates():
            return None
        if len(parts) < 2 or len(parts[-1].parameters) != 1 or parts[-2].parameters:
            return None
        for home in self.land.homes:
            own = home.primary
            where = [part.literal.lower() for part in own.parts]
            if home.singleton or own.arity != 1 or where != [part.literal.lower() for part in parts[:-1]]:
                continue
            if sets(reading.literal, self.schemas, home.shape, undone=reading.method == "DELETE"):
                why = [f"{reading.literal} is done to the record whose key follows"]
                return Draft(reading, Verb.ACTION, home, own, parts[-1].parameters[0], why=why)
        return None

    def _changes(self, reading: Reading, home: Home | None) -> bool:
        """Whether the path's word, or a property of its name, says what becomes of the record above."""
        if home is None or home.singleton or reading.lists:
            return False
        undone = reading.method == "DELETE"
        if sets(reading.literal, self.schemas, home.shape, undone=undone):
            return True
        given = reading.given.properties
        shared = overlap(reading.given, home.shape)
        return shared > 0 and shared == len(given) and any(same_noun(reading.literal, name) for name in given)

    def _parent_draft(self, reading: Reading, verb: Verb, parent: Group, why: str) -> Draft:
        # The subject's parameters stand above, in the order of its own path.
        names = [name for part in reading.template.above for name in part.parameters]
        place = len(parent.above) + parent.arity
        key = names[place - 1] if 0 < place <= len(names) else ""
        return Draft(reading, verb, parent.home, None, key, subject=parent, why=[why])

    def _post_alone(self, reading: Reading, group: Group, home: Home | None) -> Draft:
        said = set(words(reading.literal))
        sent = self.schemas.items(reading.given)
        if home is not None and reading.given.is_array and overlap(sent, home.shape):
            why = [f"the body is an array of {home.literal}"]
            return Draft(reading, Verb.CREATE, home, group, many=True, why=why)
        if home is not None and self._makes(reading, home):
            return Draft(
                reading, Verb.CREATE, home, group, why=[f"the answer is a new record of {home.literal}"]
            )
        array = self.schemas.items(reading.given) if reading.given.is_array else None
        if (array is not None and reading.wordless) or (array is not None and not home):
            other = self.land.home_of_shape(array)
            if other is not None:
                why = [f"the body is an array of {other.literal}"]
                return Draft(reading, Verb.CREATE, other, group, many=True, why=why)
        if not said & NO_RECORD and not deed(reading) and self._echoes(reading):
            return self._own(reading, group)
        return self.static(reading, group, "what it answers can be read nowhere")

    def left_over(self, draft: Draft) -> Draft:
        """A deed that found no mates: at least it shows what was sent."""
        reading, group = draft.reading, draft.group
        fits = group is not None and reading.method == "POST" and deed(reading) is not None
        if (
            draft.verb is not Verb.STATIC
            or not fits
            or group is None
            or group.above
            or group.home is not None
        ):
            return draft
        if set(words(reading.literal)) & (NO_RECORD | BATCH) or not self._echoes(reading):
            return draft
        return self._own(reading, group)

    def _makes(self, reading: Reading, home: Home) -> bool:
        said = set(words(reading.literal))
        if said & NO_RECORD or home.singleton:
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
            self.land.homes.append(home)
        return Draft(
            reading, Verb.CREATE, group.home, group, why=["the answer shows what was sent as a new record"]
        )

    def static(self, reading: Reading, group: Group, why: str, parent: Group | None = None) -> Draft:
        """A draft that keeps nothing; the nearest record above must exist, if the contract says so."""
        return static(reading, group, why, parent if parent is not None else self.land.above(group))

"""What each operation does, decided from its method, its place and its schemas.

In: groups and homes. Out: a `Draft` for each operation: verb, home, where the key is, and why. May
not know: hints, stores.
"""

from __future__ import annotations

from apidouble.model.beside import NO_RECORD, Beside
from apidouble.model.drafts import Draft, given_parameters, group_key, holder_of, overlap
from apidouble.model.groups import Group, Home
from apidouble.model.landscape import Landscape
from apidouble.model.names import SEARCHING, words
from apidouble.model.places import find_same
from apidouble.model.readings import Reading
from apidouble.model.resource import Verb
from apidouble.model.schemas import Shape
from apidouble.model.several import BATCH, bulk, records_in
from apidouble.model.told_keys import told_key


class Decider:
    """Decides all operations of one contract."""

    def __init__(self, land: Landscape) -> None:
        self.land = land
        self.schemas = land.schemas
        self.beside = Beside(land)

    def decide(self) -> dict[str, Draft]:
        """A draft for each operation that belongs to a group, by operation id."""
        drafts: dict[str, Draft] = {}
        # What is made first, so that what only reads it finds its collection.
        waiting = [(reading, group) for group in self.land.groups for reading in group.readings]
        waiting.sort(key=lambda pair: pair[0].method != "POST")
        for reading, group in waiting:
            deed = self.beside.deed_before_key(reading, group)
            if deed is not None:
                draft = deed
            elif group.home is not None:
                draft = self._in_home(reading, group, group.home)
            else:
                draft = self.beside.alone(reading, group)
            draft.group = draft.group or group
            drafts[reading.operation.id] = draft
        return drafts

    def _in_home(self, reading: Reading, group: Group, home: Home) -> Draft:
        if set(words(reading.literal)) & BATCH and not group.arity:
            many = bulk(reading, group, self.land)
            if many is not None:
                return many
            return self.beside.static(
                reading, group, "it works on many records at once, which is not followed"
            )
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
                return self.beside.static(
                    reading, group, "the answer is no data that a record could be shown in", group
                )
            if reading.answer is None and not group.items("PUT", "DELETE", "POST"):
                return self.beside.static(
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
        return self.beside.static(reading, group, f"{reading.method} has no meaning for records")

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
            makes = (
                not home.shape.properties
                or reading.success == 201
                or (removable and not any(r.method == "PUT" for r in group.readings))
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
            return self.beside.single_read(reading, group)
        if reading.method == "POST":
            return self._create(draft, group, home)
        caller = self.beside.of_caller(reading, group) if reading.method != "POST" else None
        if caller is not None:
            return caller
        if reading.method in ("PUT", "PATCH"):
            own = home.key.partition("/")[0]
            if own and own in reading.given.properties and overlap(reading.given, home.shape) > 1:
                draft.verb = Verb.REPLACE if reading.method == "PUT" else Verb.UPDATE
                draft.key, draft.key_location = home.key, "body"
                draft.why.append(f"the body carries the key {home.key}")
                return draft
            return self.beside.static(reading, group, "it writes the whole collection, which is not followed")
        if reading.method == "DELETE":
            if group.key != home.primary.key and not group.creates() and not group.items():
                return self.beside.static(
                    reading, group, "it takes records out of a set, which is not followed"
                )
            draft.verb = Verb.DELETE
            draft.why.append("DELETE on a collection removes what parameters select")
            return draft
        return self.beside.static(reading, group, f"{reading.method} has no meaning for records")

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
            return self.beside.static(
                reading, group, "the body is a list of something else than these records"
            )
        sent = reading.given.properties
        if sent and not overlap(reading.given, home.shape) and not self._wrapped(reading.given, home.shape):
            inside = records_in(reading.given, home, self.schemas)
            if inside is not None:
                draft.verb, draft.many, draft.inside = Verb.CREATE, True, inside
                draft.why.append(f"the body holds an array of records in {inside[0]}")
                return draft
            lists_only = all(self.schemas.property(reading.given, name).is_array for name in sent)
            shown = find_same(self.schemas, reading.answer, home.shape)
            told = shown is not None or told_key(reading, home, self.schemas) is not None
            told = told or self._announces(reading, group)
            if lists_only or reading.lists or not told:
                return self.beside.static(reading, group, "the body shares no property with the records")
        draft.verb = Verb.CREATE
        draft.why.append("POST on the collection makes a record")
        return draft

    def _announces(self, reading: Reading, group: Group) -> bool:
        """Whether a status tells of a new record that a path of its own can read, though what is sent
        looks otherwise (a file, an order to make one).
        """
        said = set(words(reading.literal))
        return reading.success == 201 and bool(group.items("GET")) and not said & (SEARCHING | NO_RECORD)

    def _wrapped(self, given: Shape, record: Shape) -> bool:
        if holder_of(given, record, self.schemas):
            return True
        return any(overlap(self.schemas.property(given, name), record) for name in given.properties)

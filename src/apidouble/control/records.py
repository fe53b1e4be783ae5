"""Records as the control API takes and gives them: one JSON object with everything in it.

In: an API, a collection, JSON values, a transaction. Out: keys, data and hidden values that fit
the contract, or what is wrong with them. May not know: HTTP.

Members that begin with `^` are hidden values (the key of a parent that is no property of the
record), as in fixtures, so that what is read can be loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from apidouble.catalog import Api
from apidouble.engine import schemas
from apidouble.errors import Refusal, Violation
from apidouble.matcher import escaped, json_equal
from apidouble.model.resource import Resource
from apidouble.sample.families import field_of
from apidouble.sample.register import Register
from apidouble.store.base import And, Condition, Eq, Key, Record, Transaction

_LIMIT = 20
"""Problems told of one load."""


def shown(record: Record) -> dict[str, Any]:
    """A record with everything that the double knows of it."""
    return {**record.data, **{f"^{name}": value for name, value in record.hidden.items()}}


class Collection:
    """One collection, ready to take records."""

    def __init__(self, api: Api, resource: Resource) -> None:
        self.api = api.name
        self.resource = resource
        self.name = f"{api.name}/{resource.name}"
        self._validator = api.contract.compile_schema(resource.schema, "response")
        declared = schemas.properties(api.contract.document, resource.schema) if resource.write_only else {}
        self._secret = {
            name: api.contract.compile_schema(declared[name], "plain")
            for name in resource.write_only
            if name in declared
        }
        self._derivers = tuple(api.rules.deriving.get(resource.name, ()))
        self._register = Register(resource, ())
        hidden = {field[1:] for field in self._register.identifying() if field.startswith("^")}
        self._hidden = frozenset(hidden)

    @classmethod
    def of(cls, api: Api, name: str) -> Collection:
        """The collection of this name; Refusal (404) if the API has none."""
        resource = api.model.resources.get(name)
        if resource is None:
            known = ", ".join(api.model.resources) or "none"
            raise Refusal(404, f"{api.name} has no collection {name!r}; there are {known}.")
        return cls(api, resource)

    def records(
        self, transaction: Transaction, offset: int = 0, limit: int | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Those of a window in insertion order, and how many there are in all."""
        records, total = transaction.page(self.name, offset=offset, limit=limit)
        return [shown(record) for record in records], total

    def clear(self, transaction: Transaction) -> None:
        """Remove all."""
        for record in transaction.page(self.name)[0]:
            transaction.delete(self.name, record.key)

    def load(self, transaction: Transaction, given: list[Any], at: str) -> Iterator[Violation]:
        """Let the collection hold exactly these records; yields what is wrong with them."""
        before = {record.key: record for record in transaction.page(self.name)[0]}
        self.clear(transaction)
        for number, one in enumerate(given):
            yield from self.put(transaction, one, f"{at}/{number}", before)

    def put(
        self,
        transaction: Transaction,
        given: Any,
        at: str,
        before: Mapping[Key, Record],
        *,
        replacing: Key | None = None,
    ) -> Iterator[Violation]:
        """Store one record, new unless it has the key `replacing`; yields what is wrong with it.

        A record that was there just so is not judged again: the double made it itself.
        """
        data = {name: value for name, value in given.items() if name[:1] != "^"}
        hidden = {name[1:]: value for name, value in given.items() if name[:1] == "^"}
        for derive in self._derivers:
            derive(data)
        problems = list(self._unaddressed(data, hidden, at))
        if problems:
            yield from problems
            return
        key = self._register.store_key(data, hidden)
        known = before.get(key)
        if known is None or not json_equal(known.data, data) or not json_equal(known.hidden, hidden):
            yield from self._invalid(data, hidden, at)
        if key != replacing and transaction.get(self.name, key) is not None:
            own = self.resource.key or ""
            yield Violation(
                f"another record has the key {_told(key)}",
                "body",
                pointer=f"{at}/{escaped(own)}",
                keyword="unique",
            )
            return
        yield from self._clashes(transaction, key, data, hidden, at)
        transaction.put(self.name, key, data, hidden)

    def judge(
        self, rows: list[Mapping[str, Any]], at: str, before: Mapping[Key, Record]
    ) -> Iterator[Violation]:
        """What is wrong with records in the form of a snapshot: `{key, data, hidden}`."""
        for number, row in enumerate(rows):
            data, hidden, here = row["data"], row.get("hidden", {}), f"{at}/{number}"
            problems = list(self._unaddressed(data, hidden, f"{here}/data"))
            if problems:
                yield from problems
                continue
            key = self._register.store_key(data, hidden)
            if (list(key) if isinstance(key, tuple) else key) != row["key"]:
                yield Violation(
                    f"the record's key is {_told(key)}", "body", pointer=f"{here}/key", keyword="key"
                )
            known = before.get(key)
            if known is None or not json_equal(known.data, data) or not json_equal(known.hidden, hidden):
                yield from self._invalid(data, hidden, f"{here}/data")

    def key_of(self, given: Mapping[str, Any]) -> Key:
        """The key under which `put` stores a record."""
        data = {name: value for name, value in given.items() if name[:1] != "^"}
        return self._register.store_key(
            data, {name[1:]: value for name, value in given.items() if name[:1] == "^"}
        )

    def find(self, transaction: Transaction, text: str) -> Record | None:
        """The record that a key in a URL means; None if there is none."""
        for key in self.spellings(text):
            record = transaction.get(self.name, key)
            if record is not None:
                return record
        return None

    def spellings(self, text: str) -> Iterator[Key]:
        """The keys that a text in a URL may stand for."""
        if self.resource.scoped or self.resource.singleton:
            try:
                parts = orjson.loads(text)
            except orjson.JSONDecodeError:
                parts = text
            listed = parts if isinstance(parts, list) else [text]
            if listed and all(isinstance(part, str | int) and not isinstance(part, bool) for part in listed):
                yield tuple(listed)
                if self.resource.singleton:
                    yield (*listed, "")
            return
        yield text
        if text.lstrip("-").isdecimal() and text.isascii() and len(text) < 19:
            yield int(text)

    def _unaddressed(
        self, data: Mapping[str, Any], hidden: Mapping[str, Any], at: str
    ) -> Iterator[Violation]:
        for name in self._register.identifying():
            value = field_of(data, hidden, name)
            here = f"{at}/{escaped(name)}"
            if value is None:
                yield Violation(
                    f"the record lacks {name!r}, by which it is found",
                    "body",
                    pointer=here,
                    keyword="required",
                )
            elif isinstance(value, bool) or not isinstance(value, str | int):
                yield Violation("a key is a string or an integer", "body", pointer=here, keyword="type")

    def _invalid(self, data: Mapping[str, Any], hidden: Mapping[str, Any], at: str) -> Iterator[Violation]:
        for name in hidden:
            if name not in self._hidden:
                expected = f"there are {', '.join(f'^{one}' for one in sorted(self._hidden)) or 'none'}"
                yield Violation(
                    f"there is no such hidden value; {expected}",
                    "body",
                    pointer=f"{at}/{escaped('^' + name)}",
                )
        plain = {name: value for name, value in data.items() if name not in self._secret}
        if not self._validator.is_valid(plain):
            for one in self._validator.violations(plain, "body"):
                yield Violation(one.message, "body", pointer=at + one.pointer, keyword=one.keyword)
        for name, validator in self._secret.items():
            if name in data and not validator.is_valid(data[name]):
                for one in validator.violations(data[name], "body"):
                    yield Violation(
                        one.message, "body", pointer=f"{at}/{escaped(name)}{one.pointer}", keyword=one.keyword
                    )

    def _clashes(
        self, transaction: Transaction, key: Key, data: Mapping[str, Any], hidden: Mapping[str, Any], at: str
    ) -> Iterator[Violation]:
        within: list[Condition] = [
            Eq(parent.field, field_of(data, hidden, parent.field)) for parent in self.resource.parents
        ]
        for name in self.resource.unique:
            value = field_of(data, hidden, name)
            if value is None or isinstance(value, list | dict):
                continue
            found, _ = transaction.page(self.name, And((*within, Eq(name, value))), limit=2)
            if any(record.key != key for record in found):
                yield Violation(
                    "another record has this value", "body", pointer=f"{at}/{escaped(name)}", keyword="unique"
                )


def _told(key: Key) -> str:
    return orjson.dumps(key).decode()


def refuse_all(problems: Iterator[Violation]) -> None:
    """Refusal (422) with the first of the problems, if there is one."""
    found: list[Violation] = []
    for problem in problems:
        found.append(problem)
        if len(found) >= _LIMIT:
            break
    if found:
        more = " (and more)" if len(found) > 1 else ""
        raise Refusal(422, f"{found[0].pointer or 'the record'}: {found[0].message}{more}", found)

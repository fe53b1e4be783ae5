"""`$filter` of OData: `Price gt 5 and contains(Name,'x')`.

In: the text of the parameter. Out: a condition as stores take it; None where it is not understood, so
that it selects nothing away. May not know: records, HTTP servers.

OData 4.01, part 2, section 5.1.1: eq, ne, gt, ge, lt, le, in, and, or, not, brackets, contains, startswith
and endswith. Arithmetic, lambdas and dates' parts are not read.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from apidouble.errors import ApidoubleError
from apidouble.store.base import And, Compare, Condition, Contains, Eq, In, Not, Or, Record, Test

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>[(),])|(?P<word>[^\s(),']+))",
)
_COMPARED: dict[str, Literal["<", "<=", ">", ">="]] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_FUNCTIONS = frozenset({"contains", "startswith", "endswith"})
_LONGEST = 2000
_DEEPEST = 40


class _UnreadError(ApidoubleError):
    """The expression is of a kind that is not read."""


def condition_of(text: str) -> Condition | None:
    """What a filter asks for; None where it is not understood."""
    if len(text) > _LONGEST:
        return None
    try:
        reader = _Reader(list(_tokens(text)))
        found = reader.either(0)
    except _UnreadError:
        return None
    return found if reader.done else None


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _UnreadError
        found.append(match.group().strip())
        place = match.end()
    return found


class _Reader:
    """Reads tokens, one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self._place == len(self._tokens)

    def _next(self) -> str:
        if self.done:
            raise _UnreadError
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, word: str) -> bool:
        if not self.done and self._tokens[self._place].lower() == word:
            self._place += 1
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._takes(word):
            raise _UnreadError

    def either(self, depth: int) -> Condition:
        """Parts joined by `or`."""
        parts = [self._every(depth)]
        while self._takes("or"):
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _every(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise _UnreadError
        if self._takes("not"):
            return Not(self._one(depth + 1))
        if self._takes("("):
            inner = self.either(depth + 1)
            self._must(")")
            return inner
        word = self._next()
        if word.lower() in _FUNCTIONS and self._takes("("):
            return self._function(word.lower())
        return self._comparison(word)

    def _function(self, name: str) -> Condition:
        field = self._next()
        self._must(",")
        value = str(_literal(self._next()))
        self._must(")")
        if self._takes("eq"):
            self._must("true")
        if name == "contains":
            return Contains((field,), value)
        wanted = value.casefold()

        def holds(record: Record) -> bool:
            text = str(record.value(field) or "").casefold()
            return text.startswith(wanted) if name == "startswith" else text.endswith(wanted)

        return Test(holds)

    def _comparison(self, field: str) -> Condition:
        if self._takes("in"):
            self._must("(")
            values = [_literal(self._next())]
            while self._takes(","):
                values.append(_literal(self._next()))
            self._must(")")
            return In(field, tuple(values))
        operator = self._next().lower()
        value = _literal(self._next())
        if operator == "eq":
            return Eq(field, value)
        if operator == "ne":
            return Not(Eq(field, value))
        if operator not in _COMPARED or value is None or isinstance(value, bool):
            raise _UnreadError
        return Compare(field, _COMPARED[operator], value)


def _literal(token: str) -> Any:
    """A value as records hold it: text, a number, true, false, null; dates and GUIDs are text."""
    if token[:1] == "'":
        return token[1:-1].replace("''", "'")
    if token in {"(", ")", ","}:
        raise _UnreadError
    plain = {"true": True, "false": False, "null": None}
    if token.lower() in plain:
        return plain[token.lower()]
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token)
    except ValueError:
        return token

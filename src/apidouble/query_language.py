"""A small SQL-like language: `active = "true" && last_name ~= "ku%"`, and `last_name asc, login`.

In: the columns that may be asked for, and what clients wrote. Out: conditions and orders as
`store.base` takes them; `QueryError` with the position and what was expected. May not know:
any API, HTTP, how conditions are evaluated.

    where      := and-part (("||" | OR) and-part)*
    and-part   := primary (("&&" | AND) primary)*
    primary    := "(" where ")" | column operator value
    operator   := "=" | "!=" | "<>" | "~=" | LIKE | "<" | "<=" | ">" | ">="
    column     := [A-Za-z0-9_-]+
    value      := "text" | 'text' | word | null | true | false | number
    order      := column [ASC | DESC] ("," column [ASC | DESC])*

Words in capitals, null, true and false are read in any case. `~=` and LIKE ignore case and
know `%`. `= null` and `!= null` ask for null; every other comparison with null is false, be it
the value that is written or the one that a record holds.

What is written becomes data and never code, so nothing can be injected. The parser is LALR and
builds its answer while it reads: time grows with the length, brackets cost no Python stack. Lark
is imported with the first query, since it takes longer than reading a document of an API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from apidouble.errors import ApidoubleError
from apidouble.store.base import And, Compare, Condition, Eq, Like, Not, Or, Order

if TYPE_CHECKING:
    # See the module's text.
    from lark import Lark, Token, UnexpectedCharacters

Kind = Literal["text", "number"]
"""What a column holds (or null): text compares by code point, numbers by value."""

DEPTH_LIMIT = 100
"""How deep AND and OR may stand inside each other; redundant brackets do not count."""

_GRAMMAR = r"""
where: either
either: all (_OR all)*
all: primary (_AND primary)*
?primary: "(" either ")" | comparison
comparison: COLUMN OPERATOR (QUOTED | WORD)

order: sorting ("," sorting)*
sorting: COLUMN [DIRECTION]

_OR: /\|\||or(?![\w-])/i
_AND: /&&|and(?![\w-])/i
COLUMN: /[A-Za-z0-9_-]+/
OPERATOR: /<=|>=|<>|!=|~=|=|<|>|like(?![\w-])/i
DIRECTION: /(asc|desc)(?![\w-])/i
QUOTED: /"([^"\\]|\\[\s\S])*"/ | /'([^'\\]|\\[\s\S]|'')*'/
WORD: /[^\s()"'`\\=<>!~&|,;\x00-\x1f]+/

%ignore /\s+/
"""

_EXPECTED: Mapping[str, str] = {
    "COLUMN": "a column",
    "OPERATOR": "an operator (= != <> ~= LIKE < <= > >=)",
    "QUOTED": "text in quotes (\"...\" or '...')",
    "WORD": "a word, a number, true, false or null",
    "DIRECTION": "asc or desc",
    "LPAR": "an opening bracket",
    "RPAR": "a closing bracket",
    "COMMA": "a comma",
    "_AND": "&& (AND)",
    "_OR": "|| (OR)",
    "$END": "the end",
}
"""Terminals in words for people, in the order in which a message names them."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_ESCAPED = re.compile(r"\\([\s\S])")
_LARGEST = 2**63
NEVER: Condition = Or(())
"""No record fits."""


class QueryError(ApidoubleError):
    """What was written cannot be read as a query."""

    def __init__(self, message: str, position: int, expected: str) -> None:
        self.message = message
        self.position = position
        """Place of the first character that does not fit, counted from 1."""
        self.expected = expected
        super().__init__(f"{message} at position {position} (expected {expected})")


class QueryLanguage:
    """The language over one set of columns; immutable, shareable between threads."""

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self.columns = dict(columns)

    def where(self, text: str) -> Condition:
        """The condition that `text` writes; raises QueryError."""
        condition: Condition = self._read("where", text)
        return condition

    def order(self, text: str) -> Order:
        """The order that `text` writes, each column once; raises QueryError."""
        order: Order = self._read("order", text)
        return order

    @cached_property
    def _parser(self) -> Lark:
        from lark import Lark  # noqa: PLC0415 - see the module's text

        return Lark(
            _GRAMMAR,
            parser="lalr",
            lexer="contextual",
            start=["where", "order"],
            transformer=_Builder(self.columns),
        )

    def _read(self, start: str, text: str) -> Any:
        from lark import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - see the module's text

        try:
            return self._parser.parse(text, start=start)
        except UnexpectedToken as problem:
            ended = problem.token.type == "$END"
            place = len(text) if ended else problem.token.start_pos or 0
            found, accepted = "" if ended else str(problem.token), problem.accepts or problem.expected
        except UnexpectedCharacters as problem:
            place, accepted = problem.pos_in_stream or 0, self._accepted(start, text, problem)
            found = text[place : place + 1]
            if found in {'"', "'"} and "QUOTED" in accepted:
                raise QueryError("text that is not closed begins", place + 1, f"a closing {found}") from None
        expected = _alternatives(_EXPECTED[name] for name in _EXPECTED if name in accepted)
        raise QueryError(f"unexpected {_shown(found)}" if found else "unexpected end", place + 1, expected)

    def _accepted(self, start: str, text: str, problem: UnexpectedCharacters) -> set[str]:
        """The terminals that could stand where a character belongs to none."""
        before = self._parser.parse_interactive(text[: problem.pos_in_stream], start=start)
        before.exhaust_lexer()
        accepted: set[str] = before.accepts()  # type: ignore[no-untyped-call]  # lark left it unannotated
        return accepted


def _alternatives(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _shown(text: str) -> str:
    """A piece of the query, short and printable."""
    return repr(str(text) if len(text) <= 40 else f"{text[:37]}...")


class _Builder:
    """Called while the parser reads, by the names of rules; makes conditions out of what it has read."""

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self.columns = columns

    def where(self, parts: list[tuple[Condition, int]]) -> Condition:
        return parts[0][0]

    def either(self, parts: list[tuple[Condition, int]]) -> tuple[Condition, int]:
        return _joined(Or, parts)

    def all(self, parts: list[tuple[Condition, int]]) -> tuple[Condition, int]:
        return _joined(And, parts)

    def comparison(self, parts: list[Token]) -> tuple[Condition, int]:
        column, operator, value = parts
        kind = self._kind(column)
        name, relation = str(column), str(operator).lower()
        written = _written(value)
        if written is None:
            return _null(name, relation), 0
        if relation in {"~=", "like"}:
            if kind == "number":
                raise QueryError(
                    f"{name} is a number and cannot be compared by {operator}",
                    _place(operator),
                    "= != <> < <= > or >=",
                )
            return Like(name, written), 0
        literal = _number(name, written, value) if kind == "number" else written
        return _COMPARISONS[relation](name, literal), 0

    def order(self, sortings: list[tuple[str, bool]]) -> Order:
        first: dict[str, bool] = {}
        for name, descending in sortings:
            first.setdefault(name, descending)
        return tuple(first.items())

    def sorting(self, parts: list[Token | None]) -> tuple[str, bool]:
        column, *directions = parts
        assert column is not None  # noqa: S101 - the grammar demands it
        direction = directions[0] if directions else None
        self._kind(column)
        return str(column), direction is not None and direction.lower() == "desc"

    def _kind(self, column: Token) -> Kind:
        kind = self.columns.get(str(column))
        if kind is None:
            raise QueryError(f"unknown column {_shown(column)}", _place(column), ", ".join(self.columns))
        return kind


def _joined(join: type[And | Or], parts: list[tuple[Condition, int]]) -> tuple[Condition, int]:
    """One condition of several, with its depth; the same word inside itself makes no new level."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Condition] = []
    depth = 0
    for condition, below in parts:
        if isinstance(condition, join) and condition.parts:
            flat.extend(condition.parts)
            depth = max(depth, below - 1)
        else:
            flat.append(condition)
            depth = max(depth, below)
    if depth >= DEPTH_LIMIT:
        raise QueryError("AND and OR stand too deep inside each other", 1, f"at most {DEPTH_LIMIT} levels")
    return join(tuple(flat)), depth + 1


def _null(name: str, relation: str) -> Condition:
    if relation == "=":
        return Eq(name, None)
    return Not(Eq(name, None)) if relation in {"!=", "<>"} else NEVER


def _unequal(name: str, value: Any) -> Condition:
    return And((Not(Eq(name, value)), Not(Eq(name, None))))


_COMPARISONS: Mapping[str, Callable[[str, Any], Condition]] = {
    "=": Eq,
    "!=": _unequal,
    "<>": _unequal,
    "<": lambda name, value: Compare(name, "<", value),
    "<=": lambda name, value: Compare(name, "<=", value),
    ">": lambda name, value: Compare(name, ">", value),
    ">=": lambda name, value: Compare(name, ">=", value),
}


def _place(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _written(token: Token) -> str | None:
    """The value as text; None for null."""
    text = str(token)
    if token.type == "QUOTED":
        inner = text[1:-1]
        if text[0] == "'":
            inner = re.sub(r"(\\[\s\S])|''", lambda found: found.group(1) or "'", inner)
        return _ESCAPED.sub(r"\1", inner)
    word = text.lower()
    if word == "null":
        return None
    return word if word in {"true", "false"} else text


def _number(name: str, text: str, token: Token) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise QueryError(f"{name} is a number, not {_shown(text)}", _place(token), "a number or null")
    value = float(text)
    if value.is_integer():
        value = int(text.partition(".")[0])
    if not -_LARGEST <= value < _LARGEST:
        raise QueryError("the number is too large", _place(token), "a number of at most 64 bits")
    return value

"""What conditions mean: JSON equality, and a compiled predicate for each kind of condition.

In: conditions of `store.base`, values of records. Out: `term`, `terms` (what an index is keyed
by), `predicate`, `sort_key`. May not know: how records are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from apidouble.store.base import (
    And,
    Compare,
    Condition,
    Contains,
    Eq,
    In,
    Like,
    Not,
    Or,
    Record,
    Test,
)

Predicate = Callable[[Record], bool]

_TRUE = ("true",)
_FALSE = ("false",)


def term(value: Any) -> Hashable:
    """The form under which JSON-equal scalars are equal in Python: true is not 1, 1 is 1.0."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    scalar: Hashable = value
    return scalar


def terms(value: Any) -> tuple[Hashable, ...]:
    """What `Eq` may be asked for so that this value matches: itself, or each scalar of an array."""
    kind = type(value)
    if kind is list or kind is tuple:
        return tuple(dict.fromkeys(term(part) for part in value if not isinstance(part, dict | list | tuple)))
    if kind is dict:
        return ()
    return (term(value),)


def text(value: Any) -> str | None:
    """A scalar as a person would search for it, folded; None for null, arrays and objects."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def sort_key(value: Any) -> tuple[int, Any]:
    """Null first, then false, true, numbers, strings by code point; arrays and objects last and equal."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, int | float):
        return (2, value)
    return (3, value) if isinstance(value, str) else (4, 0)


def predicate(where: Condition) -> Predicate:
    """A function that says whether a record fulfils the condition."""
    match where:
        case Eq(name, value):
            return _one_of(name, frozenset((term(value),)))
        case In(name, values):
            return _one_of(name, frozenset(map(term, values)))
        case Compare():
            return _compare(where)
        case Like(name, pattern):
            return _like(name, pattern)
        case Contains(names, wanted):
            return _contains(names, wanted.casefold())
        case And(parts):
            every = [predicate(part) for part in parts]
            return lambda record: all(holds(record) for holds in every)
        case Or(parts):
            some = [predicate(part) for part in parts]
            return lambda record: any(holds(record) for holds in some)
        case Not(part):
            inner = predicate(part)
            return lambda record: not inner(record)
        case Test(holds):
            return holds


def repeatable(where: Condition) -> bool:
    """Whether equal text of the condition means equal results: not so for predicates made elsewhere."""
    match where:
        case Test():
            return False
        case And(parts) | Or(parts):
            return all(map(repeatable, parts))
        case Not(part):
            return repeatable(part)
        case _:
            return True


def _one_of(name: str, wanted: frozenset[Hashable]) -> Predicate:
    return lambda record: not wanted.isdisjoint(terms(record.value(name)))


def _compare(where: Compare) -> Predicate:
    name, limit = where.name, where.value
    kinds: tuple[type, ...] = (str,) if isinstance(limit, str) else (int, float)
    if isinstance(limit, bool):
        return lambda _: False
    ordered: Callable[[Any], bool]
    match where.operator:
        case "<":
            ordered = lambda value: value < limit  # noqa: E731 - four of a kind read best in one place
        case "<=":
            ordered = lambda value: value <= limit  # noqa: E731
        case ">":
            ordered = lambda value: value > limit  # noqa: E731
        case ">=":
            ordered = lambda value: value >= limit  # noqa: E731

    def holds(record: Record) -> bool:
        value = record.value(name)
        return isinstance(value, kinds) and not isinstance(value, bool) and ordered(value)

    return holds


def _like(name: str, pattern: str) -> Predicate:
    # Parts are searched one after the other: linear in the text, whatever the pattern is.
    first, *rest = pattern.casefold().split("%")
    last = rest.pop() if rest else None
    middle = [part for part in rest if part]

    def holds(record: Record) -> bool:
        value = text(record.value(name))
        if value is None:
            return False
        if last is None:
            return value == first
        if len(value) < len(first) + len(last) or not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for part in middle:
            at = value.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return holds


def _contains(names: tuple[str, ...], wanted: str) -> Predicate:
    def holds(record: Record) -> bool:
        for name in names:
            value = record.value(name)
            for part in value if isinstance(value, list | tuple) else (value,):
                folded = text(part)
                if folded is not None and wanted in folded:
                    return True
        return False

    return holds

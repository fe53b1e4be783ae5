"""Query and cookie parameters: what each takes out of the names and values that were sent.

In: a declared parameter with its reading and validator. Out: a function that finds the parameter's
value among raw names and values (`ABSENT` where it is not). May not know: paths, headers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from apidouble.contract.escapes import Tree, Unreadable, decode_form, pairs, read_steps
from apidouble.contract.json_body import parse_json
from apidouble.contract.operation import Parameter
from apidouble.contract.styles import DELIMITED, alternate
from apidouble.contract.texts import SCALARS, Reading
from apidouble.errors import Refusal

Given = Mapping[str, Sequence[str]]
"""Decoded name -> raw values, in the order of the request."""
Take = Callable[[Given], Any]
"""Raises `Unreadable`; gives `ABSENT` where the parameter was not sent."""
Fits = Callable[[Any], bool]
Undo = Callable[[str], str]


class _Absent:
    """The type of `ABSENT`."""

    __slots__ = ()


ABSENT: Final = _Absent()
"""What a taker gives where the parameter was not sent."""


def read_pairs(query: str) -> dict[str, list[str]]:
    """Decoded name -> raw values of a query string or urlencoded form; `Unreadable` for broken names."""
    given: dict[str, list[str]] = {}
    for name, value in pairs(query):
        if "%" in name or "+" in name:
            name = decode_form(name)  # noqa: PLW2901 - the raw name is of no more use
        if name in given:
            given[name].append(value)
        else:
            given[name] = [value]
    return given


def find_taker(
    parameter: Parameter, reading: Reading, fits: Fits, others: frozenset[str], undo: Undo = decode_form
) -> Take:
    """What finds a query or cookie parameter.

    `fits` says whether a value is valid; `others` are the names of all other parameters; `undo`
    percent-decodes.
    """
    name = parameter.name
    if parameter.media_type is not None:
        return _take_content(name, parameter.media_type, reading, undo)
    types = reading.types
    if parameter.style == "deepObject":
        return _take_deep(name, reading, fits, undo)
    ways: list[Take] = []
    if types & SCALARS:
        ways.append(_take_one(name, reading, undo))
    if "array" in types:
        ways.extend(_take_lists(parameter, reading, undo))
    if "object" in types and not reading.is_open:
        if parameter.explode and parameter.style == "form":
            mine = frozenset(reading.names) - others
            ways.append(_take_spread(mine, reading, others if reading.takes_others else None, undo))
        else:
            ways.extend(_take_turns(parameter, reading, undo))
    return ways[0] if len(ways) == 1 else _take_fitting(name, ways, fits)


def _take_one(name: str, reading: Reading, undo: Undo) -> Take:
    of_text = reading.of_text

    def take(given: Given) -> Any:
        raws = given.get(name)
        if raws is None:
            return ABSENT
        if len(raws) > 1:
            raise Unreadable(f"is given {len(raws)} times, but takes one value")
        return of_text(undo(raws[0]))

    return take


def _take_content(name: str, media_type: str, reading: Reading, undo: Undo) -> Take:
    is_json = is_json_type(media_type)

    def take(given: Given) -> Any:
        raws = given.get(name)
        if raws is None:
            return ABSENT
        if len(raws) > 1:
            raise Unreadable(f"is given {len(raws)} times, but takes one value")
        return read_content(undo(raws[0]), reading, is_json=is_json)

    return take


def _take_lists(parameter: Parameter, reading: Reading, undo: Undo) -> list[Take]:
    """The declared way of writing a list, and the next one for clients that encode the commas."""
    name = parameter.name
    split = DELIMITED.get(parameter.style, DELIMITED["form"])
    explode = parameter.explode

    def take(given: Given) -> Any:
        raws = given.get(name)
        if raws is None:
            return ABSENT
        if not explode:
            raws = [part for raw in raws for part in split(raw)]
        return [reading.item(index).of_tree(undo(raw)) for index, raw in enumerate(raws)]

    def take_encoded(given: Given) -> Any:
        raws = given.get(name)
        if raws is None:
            return ABSENT
        texts = [part for raw in raws for part in undo(raw).split(",")]
        return [reading.item(index).of_tree(text) for index, text in enumerate(texts)]

    if parameter.location == "cookie" or (parameter.style == "form" and not explode):
        return [take, take_encoded]
    return [take]


def _take_spread(mine: frozenset[str], reading: Reading, others: frozenset[str] | None, undo: Undo) -> Take:
    """An exploded object: each property is a parameter of its own."""

    def take(given: Given) -> Any:
        found = {}
        for name, raws in given.items():
            if name in mine or (others is not None and name not in others):
                texts = [undo(raw) for raw in raws]
                found[name] = reading.property(name).of_tree(texts[0] if len(texts) == 1 else texts)
        return found or ABSENT

    return take


def _take_turns(parameter: Parameter, reading: Reading, undo: Undo) -> list[Take]:
    """An object in one text, names and values by turns; then as clients write it that encode the commas."""
    name = parameter.name
    split = DELIMITED.get(parameter.style, DELIMITED["form"])

    def one(given: Given) -> str | None:
        raws = given.get(name)
        if raws is not None and len(raws) > 1:
            raise Unreadable(f"is given {len(raws)} times, but takes one value")
        return None if raws is None else raws[0]

    def take(given: Given) -> Any:
        raw = one(given)
        if raw is None:
            return ABSENT
        return reading.of_tree({undo(key): undo(value) for key, value in alternate(split(raw))})

    def take_encoded(given: Given) -> Any:
        raw = one(given)
        return ABSENT if raw is None else reading.of_tree(dict(alternate(undo(raw).split(","))))

    return [take, take_encoded] if parameter.style == "form" else [take]


def _take_deep(name: str, reading: Reading, fits: Fits, undo: Undo) -> Take:
    """`name[a][b]=1`, and for schemas that allow it `name=1`, `name[]=1`, `name[0]=1`."""
    prefix = f"{name}["
    plain: list[Take] = []
    if reading.types & SCALARS:
        plain.append(_take_one(name, reading, undo))
    if "array" in reading.types:
        plain.append(lambda given: reading.of_tree([undo(raw) for raw in given[name]]))

    def take(given: Given) -> Any:
        deep = [key for key in given if key.startswith(prefix)]
        if not deep:
            if name not in given:
                return ABSENT
            if not plain:
                raise Unreadable(f"must be written as `{name}[property]=value`")
            return plain[0](given) if len(plain) == 1 else _take_fitting(name, plain, fits)(given)
        tree = Tree()
        for key in deep:
            # The parameter's own name may hold brackets, which are none of the path's.
            steps = read_steps(key[len(name) :])
            if not steps:
                raise Unreadable(f"must be written as `{name}[property]=value`")
            for raw in given[key]:
                tree.add(name, steps, undo(raw))
        value = tree.value()[name]
        if isinstance(value, list) and "array" not in reading.types:
            # Without a list in the schema, empty brackets are the empty name, however often it comes.
            value = {"": value[0] if len(value) == 1 else value}
        return reading.of_tree(value)

    return take


def _take_fitting(name: str, ways: Sequence[Take], fits: Fits) -> Take:
    """The first way that gives a valid value; where none does, the first that suits what was sent."""

    def take(given: Given) -> Any:
        told: Unreadable | None = None
        values = []
        for way in ways:
            try:
                value = way(given)
            except Unreadable as error:
                told = told or error
                continue
            if value is ABSENT:
                continue
            if fits(value):
                return value
            values.append(value)
        if values:
            return values[0]
        if told is not None:
            raise told
        return ABSENT

    return take


def read_content(text: str, reading: Reading, *, is_json: bool) -> Any:
    """The value of a parameter declared by `content`; `Unreadable` for broken JSON.

    Where a string is meant, text without quotes is one: clients leave them out in paths and headers.
    """
    if not is_json:
        return text
    try:
        return parse_json(text.encode(), 100)
    except Refusal as refusal:
        if "string" in reading.types and not reading.is_open and text[:1] not in {'"', "{", "["}:
            return text
        raise Unreadable(refusal.violations[0].message) from None


def is_json_type(media_type: str) -> bool:
    """Whether a media type without parameters is of the JSON family (RFC 6839)."""
    return media_type == "application/json" or media_type.endswith(("+json", "/json"))

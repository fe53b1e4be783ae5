"""Raw text of one parameter split into parts, by `style` and `explode` (OAS 3.1 section 4.8.12.3).

In: raw, still percent-encoded text. Out: the raw parts of a list, or raw (name, value) pairs of an
object; `Unreadable` where the text has not the form. May not know: types, where the text came from.

Splitting comes before percent-decoding, so that an encoded delimiter is data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from apidouble.contract.escapes import Unreadable

Split = Callable[[str], list[str]]
Pairs = Callable[[str], list[tuple[str, str]]]

_SPACES = re.compile(r"%20|\+| ")
_PIPES = re.compile(r"\||%7[Cc]")
_TABS = re.compile(r"\t|%09")


def split_commas(raw: str) -> list[str]:
    """`a,b` (styles simple and form)."""
    return raw.split(",") if raw else []


def split_spaces(raw: str) -> list[str]:
    """`a%20b` or `a+b` (spaceDelimited)."""
    return _SPACES.split(raw) if raw else []


def split_pipes(raw: str) -> list[str]:
    """`a|b` or `a%7Cb` (pipeDelimited)."""
    return _PIPES.split(raw) if raw else []


def split_tabs(raw: str) -> list[str]:
    """`a%09b` (Swagger's collectionFormat tsv)."""
    return _TABS.split(raw) if raw else []


DELIMITED: Mapping[str, Split] = MappingProxyType(
    {
        "form": split_commas,
        "simple": split_commas,
        "spaceDelimited": split_spaces,
        "pipeDelimited": split_pipes,
        "tabDelimited": split_tabs,
    }
)
"""How the parts of one text are told apart, by style."""


def alternate(parts: list[str]) -> list[tuple[str, str]]:
    """`R,100,G,200`: names and values by turns."""
    if len(parts) % 2:
        raise Unreadable("must be names and values by turns: `name,value,name,value`")
    return list(zip(parts[::2], parts[1::2], strict=True))


def assigned(parts: list[str]) -> list[tuple[str, str]]:
    """`R=100`, `G=200`: a name and a value in each part."""
    found = []
    for part in parts:
        name, sign, value = part.partition("=")
        if not sign:
            raise Unreadable("must be pairs of the form `name=value`")
        found.append((name, value))
    return found


def header_pairs(raw: str) -> list[tuple[str, str]]:
    """`R=100,G=200` in a header; no comma can be encoded there: a part without `=` goes on with the value."""
    parts: list[str] = []
    for part in split_commas(raw):
        if parts and "=" not in part:
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return assigned([part.strip() for part in parts])


def label_text(raw: str) -> str:
    """`.value` without its dot."""
    if raw[:1] != ".":
        raise Unreadable("must start with `.` (style label)")
    return raw[1:]


def matrix_texts(raw: str, name: str) -> list[str]:
    """The values of `;name=a;name=b`; `;name` alone is an empty one."""
    values = []
    for given, value in matrix_pairs(raw):
        if given != name:
            raise Unreadable(f"must have the form `;{name}=value` (style matrix)")
        values.append(value)
    return values


def matrix_pairs(raw: str) -> list[tuple[str, str]]:
    """Names and values of `;R=100;G=200`."""
    if raw[:1] != ";":
        raise Unreadable("must start with `;` (style matrix)")
    found = []
    for part in raw[1:].split(";"):
        name, _, value = part.partition("=")
        found.append((name, value))
    return found


def path_split(style: str, *, explode: bool, name: str) -> Split:
    """How a list stands in a path segment or a header."""
    if style == "label":
        return lambda raw: _filled(label_text(raw).split("." if explode else ","))
    if style == "matrix":
        if explode:
            return lambda raw: _filled(matrix_texts(raw, name))
        return lambda raw: split_commas(_only(matrix_texts(raw, name)))
    return split_commas


def path_pairs(style: str, *, explode: bool, name: str) -> Pairs:
    """How an object stands in a path segment or a header."""
    if style == "matrix":
        if explode:
            return matrix_pairs
        return lambda raw: alternate(split_commas(_only(matrix_texts(raw, name))))
    if style == "label":
        if explode:
            return lambda raw: assigned(_filled(label_text(raw).split(".")))
        return lambda raw: alternate(split_commas(label_text(raw)))
    if explode:
        return lambda raw: assigned(split_commas(raw))
    return lambda raw: alternate(split_commas(raw))


def path_text(style: str, name: str) -> Callable[[str], str] | None:
    """How a single value stands in a path segment; None: as it is."""
    if style == "label":
        return label_text
    if style == "matrix":
        return lambda raw: _only(matrix_texts(raw, name))
    return None


def _filled(parts: list[str]) -> list[str]:
    return [] if parts == [""] else parts


def _only(parts: list[str]) -> str:
    if len(parts) != 1:
        raise Unreadable("must be given once")
    return parts[0]

"""Regular expressions as documents hold them, made fit for the validator.

In: a `pattern` or a key of `patternProperties`. Out: the same where it compiles, else a form that
does, else nothing. May not know: schemas.

JSON Schema means ECMA-262; people write Perl, Python, Java and JavaScript literals. The validator
decides: jsonschema-rs compiles each pattern once here, in linear time or with bounded backtracking,
so that none can hang it.
"""

from __future__ import annotations

import re

import jsonschema_rs

_LITERAL = re.compile(r"/(\^.*\$)/[dgimsuvy]*", re.DOTALL)
_QUANTIFIER = re.compile(r"\{\d+(,\d*)?\}")
_OPEN_QUANTIFIER = re.compile(r"\{,(\d+)\}")
_LENGTH = 20_000
"""Characters; a longer pattern is no pattern a person wrote."""
_ENDS = {"A": "^", "z": "$", "Z": "$", "h": "[ \\t]"}
_KNOWN_ESCAPES = frozenset("bBcdDfknpPrsStuvwWx0123456789")


class Patterns:
    """Checks and repairs patterns, each once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def fit(self, pattern: str) -> str | None:
        """The pattern, a form of it that compiles, or None."""
        if pattern not in self._known:
            self._known[pattern] = _fit(pattern)
        return self._known[pattern]


def _fit(pattern: str) -> str | None:
    if len(pattern) > _LENGTH:
        return None
    if literal := _LITERAL.fullmatch(pattern):
        pattern = literal.group(1)  # `/^...$/` as it stands can never match
    if compiles(pattern):
        return pattern
    translated = translate(pattern)
    return translated if translated != pattern and compiles(translated) else None


def compiles(pattern: str) -> bool:
    """Whether the validator takes it."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def translate(pattern: str) -> str:
    """The likely meaning in ECMA-262 of what other dialects allow."""
    out: list[str] = []
    index, inside = 0, False
    while index < len(pattern):
        char = pattern[index]
        if char == "\\" and index + 1 < len(pattern):
            after = pattern[index + 1]
            index += 2
            if after.isalnum() and after not in _KNOWN_ESCAPES:
                out.append(after if inside else _ENDS.get(after, after))
            else:
                out.append(char + after)
            continue
        if inside:
            index += 1
            inside = char != "]"
            if char == "-" and _beside_class(pattern, index - 1):
                char = "\\-"
            elif char == "[":
                char = "\\["
            out.append(char)
            continue
        if char == "[":
            if pattern.startswith("[^]", index):
                out.append("[\\s\\S]")
                index += 3
                continue
            inside = True
            out.append(char)
            index += 1
            if pattern.startswith("^", index):
                out.append("^")
                index += 1
            continue
        if char == "{" and not _QUANTIFIER.match(pattern, index):
            opened = _OPEN_QUANTIFIER.match(pattern, index)
            out.append(f"{{0,{opened.group(1)}}}" if opened else "\\{")
            index = opened.end() if opened else index + 1
            continue
        if pattern.startswith("(?>", index):
            out.append("(?:")
            index += 3
            continue
        out.append(char)
        index += 1
    return "".join(out)


def _beside_class(pattern: str, at: int) -> bool:
    """Whether the hyphen touches a class escape, where it can only mean itself."""
    before = pattern[at - 2 : at]
    after = pattern[at + 1 : at + 3]
    return before in _CLASSES or after in _CLASSES


_CLASSES = frozenset({"\\w", "\\W", "\\d", "\\D", "\\s", "\\S"})

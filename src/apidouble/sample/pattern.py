"""Regular expressions of the ECMA-262 dialect, read into a tree.

In: a `pattern` as JSON Schema has it. Out: a tree of the nodes below, with the lengths it can
match. May not know: what the text is for. Making text that fits is `sample.matching`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

UNBOUNDED = 1 << 30
"""A length or count without limit."""
_DEEPEST = 60
"""Groups within groups; deeper ones are not worth the stack."""


class PatternError(ValueError):
    """The pattern is none, or uses what cannot be generated from."""


@dataclass(slots=True)
class Chars:
    """One character out of a set."""

    ranges: list[tuple[int, int]] = field(default_factory=list)
    tests: list[Callable[[str], bool]] = field(default_factory=list)
    negated: bool = False

    def has(self, character: str) -> bool:
        """Whether the character is in the set."""
        code = ord(character)
        found = any(low <= code <= high for low, high in self.ranges) or any(
            test(character) for test in self.tests
        )
        return found != self.negated


@dataclass(slots=True)
class Run:
    """One after the other."""

    parts: list[Node]


@dataclass(slots=True)
class Either:
    """One of these."""

    options: list[Node]


@dataclass(slots=True)
class Repeat:
    """Again and again."""

    part: Node
    least: int
    most: int


@dataclass(slots=True)
class Group:
    """A part that can be referred to."""

    part: Node
    name: str


@dataclass(slots=True)
class Back:
    """What a group matched, once more."""

    name: str


@dataclass(slots=True)
class Look:
    """A condition on what stands around, itself without length."""

    part: Node
    behind: bool
    negative: bool


@dataclass(slots=True)
class Edge:
    """Start, end or word boundary."""

    kind: Literal["^", "$", "b", "B"]


Node = Chars | Run | Either | Repeat | Group | Back | Look | Edge

_DIGIT = [(0x30, 0x39)]
_WORD = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
_SPACE = [
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
]
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "0": "\0"}
_POSIX = {
    "alpha": [(0x41, 0x5A), (0x61, 0x7A)],
    "digit": _DIGIT,
    "alnum": [(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)],
    "upper": [(0x41, 0x5A)],
    "lower": [(0x61, 0x7A)],
    "xdigit": [(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
    "space": _SPACE,
    "punct": [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
}
_CATEGORIES = {
    "letter": "L",
    "lowercaseletter": "Ll",
    "uppercaseletter": "Lu",
    "number": "N",
    "decimalnumber": "Nd",
    "punctuation": "P",
    "symbol": "S",
    "separator": "Z",
    "spaceseparator": "Zs",
    "mark": "M",
    "other": "C",
    "control": "Cc",
}


def parse(pattern: str) -> Node:
    """The tree of a pattern; raises PatternError."""
    return _Parser(pattern).whole()


def lengths(node: Node, groups: dict[str, tuple[int, int]] | None = None) -> tuple[int, int]:
    """The least and the greatest number of characters that the node can match."""
    known = {} if groups is None else groups
    if isinstance(node, Chars):
        return (1, 1)
    if isinstance(node, Run):
        spans = [lengths(part, known) for part in node.parts]
        return (sum(low for low, _ in spans), min(UNBOUNDED, sum(high for _, high in spans)))
    if isinstance(node, Either):
        spans = [lengths(option, known) for option in node.options]
        return (min(low for low, _ in spans), max(high for _, high in spans))
    if isinstance(node, Repeat):
        low, high = lengths(node.part, known)
        return (min(UNBOUNDED, low * node.least), min(UNBOUNDED, high * node.most))
    if isinstance(node, Group):
        known[node.name] = lengths(node.part, known)
        return known[node.name]
    if isinstance(node, Back):
        return known.get(node.name, (0, 0))
    return (0, 0)


class _Parser:
    """A recursive-descent reader of one pattern."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.groups = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.text):
            raise PatternError(f"unexpected {self.text[self.at]!r} at {self.at}")
        return node

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.text):
            raise PatternError("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def until(self, end: str) -> str:
        stop = self.text.find(end, self.at)
        if stop < 0:
            raise PatternError(f"{end!r} is missing")
        found = self.text[self.at : stop]
        self.at = stop + len(end)
        return found

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError("too deep")
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Either(options)

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else Run(parts)

    def repeated(self, part: Node) -> Node:
        while True:
            bounds = self.quantifier()
            if bounds is None:
                return part
            part = Repeat(part, *bounds)
            if not self.take("?"):
                self.take("+")

    def quantifier(self) -> tuple[int, int] | None:
        if self.take("*"):
            return (0, UNBOUNDED)
        if self.take("+"):
            return (1, UNBOUNDED)
        if self.take("?"):
            return (0, 1)
        if not self.peek("{"):
            return None
        stop = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : stop].partition(",")
        if stop < 0 or not (low + high).isdigit() or not (low or high):
            return None
        self.at = stop + 1
        least = int(low or 0)
        most = least if not comma else int(high) if high else UNBOUNDED
        if least > most:
            raise PatternError("the bounds of a repetition are reversed")
        return (least, most)

    def atom(self) -> Node:
        character = self.next()
        if character == "(":
            return self.group()
        if character == "[":
            return self.char_class()
        if character == "\\":
            return self.escape()
        if character == ".":
            return Chars([(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)], negated=True)
        if character in "^$":
            return Edge("^" if character == "^" else "$")
        if character in "*+?":
            raise PatternError(f"nothing to repeat at {self.at - 1}")
        return Chars([(ord(character), ord(character))])

    def group(self) -> Node:
        look: tuple[bool, bool] | None = None
        name = ""
        if self.take("?"):
            if self.take("=") or self.take("!"):
                look = (False, self.text[self.at - 1] == "!")
            elif self.take("<=") or self.take("<!"):
                look = (True, self.text[self.at - 1] == "!")
            elif self.take("P<") or self.take("<"):
                name = self.until(">")
                self.groups += 1
            elif not self.take(">"):
                flags = self.text[self.at : self.at + 12]
                plain = flags.lstrip("imsxu-")
                self.at += len(flags) - len(plain)
                if self.take(")"):
                    return Run([])
                if not self.take(":"):
                    raise PatternError("unknown kind of group")
        else:
            self.groups += 1
            name = str(self.groups)
        part = self.either()
        if not self.take(")"):
            raise PatternError("')' is missing")
        if look:
            return Look(part, *look)
        return Group(part, name) if name else part

    def escape(self) -> Node:
        character = self.next()
        if character in "bB":
            return Edge("b" if character == "b" else "B")
        if character in "AzZ":
            return Edge("^" if character == "A" else "$")
        if character in "123456789":
            digits = character
            while self.at < len(self.text) and self.text[self.at].isdigit():
                digits += self.next()
            return Back(digits)
        if character == "k" and self.take("<"):
            return Back(self.until(">"))
        return self.set_escape(character)

    def set_escape(self, character: str) -> Chars:
        """An escape that stands for a character or a set, inside brackets and out."""
        if character.lower() in _CLASSES:
            return Chars(list(_CLASSES[character.lower()]), negated=character.isupper())
        if character in "pP" and (self.take("{") or self.at < len(self.text)):
            name = self.until("}") if self.text[self.at - 1] == "{" else self.next()
            return Chars([], [_property(name)], character == "P")
        code = self.code(character)
        return Chars([(code, code)])

    def code(self, character: str) -> int:
        if character in _CONTROLS:
            return ord(_CONTROLS[character])
        if character == "c":
            return ord(self.next()) % 32
        if character == "x" and self.peek("{"):
            self.at += 1
            return self.number(self.until("}"))
        if character == "x":
            return self.number(self.next() + self.next())
        if character == "u" and self.take("{"):
            return self.number(self.until("}"))
        if character == "u":
            return self.number("".join(self.next() for _ in range(4)))
        return ord(character)

    @staticmethod
    def number(digits: str) -> int:
        try:
            code = int(digits, 16)
        except ValueError:
            raise PatternError(f"{digits!r} is no hexadecimal number") from None
        if code > 0x10FFFF:
            raise PatternError(f"{digits!r} is no character")
        return code

    def char_class(self) -> Node:
        result = Chars(negated=self.take("^"))
        while not self.take("]"):
            if self.take("[:"):
                name = self.until(":]")
                if name.lstrip("^") not in _POSIX:
                    raise PatternError(f"unknown class {name!r}")
                self.add(result, Chars(list(_POSIX[name.lstrip("^")]), negated=name.startswith("^")))
                continue
            low = self.member()
            if (
                not self.peek("-")
                or self.text[self.at + 1 : self.at + 2] in ("]", "")
                or not isinstance(low, int)
            ):
                self.add(result, low if isinstance(low, Chars) else Chars([(low, low)]))
                continue
            self.at += 1
            high = self.member()
            if isinstance(high, Chars):
                result.ranges += [(low, low), (0x2D, 0x2D)]
                self.add(result, high)
            elif high < low:
                raise PatternError("the bounds of a range are reversed")
            else:
                result.ranges.append((low, high))
        return result

    def member(self) -> int | Chars:
        character = self.next()
        if character != "\\":
            return ord(character)
        character = self.next()
        if character == "b":
            return 8
        found = self.set_escape(character)
        if found.negated or found.tests or len(found.ranges) != 1 or found.ranges[0][0] != found.ranges[0][1]:
            return found
        return found.ranges[0][0]

    @staticmethod
    def add(result: Chars, part: Chars) -> None:
        if part.negated:
            result.tests.append(part.has)
        else:
            result.ranges += part.ranges
            result.tests += part.tests


def _property(name: str) -> Callable[[str], bool]:
    """The test of a Unicode property: a general category or a script."""
    kind, equals, value = name.lstrip("^").partition("=")
    if equals and kind.lower() in ("script", "sc", "script_extensions", "scx"):
        script = value.upper().replace("_", " ")
        return lambda character: unicodedata.name(character, "").startswith(script)
    wanted = value or kind
    if wanted == "Any":
        return lambda _: True
    if wanted in ("ASCII", "Alphabetic", "Alpha"):
        return str.isascii if wanted == "ASCII" else str.isalpha
    category = _CATEGORIES.get(wanted.replace("_", "").lower(), wanted)
    if len(category) > 2:
        script = wanted.upper()
        return lambda character: unicodedata.name(character, "").startswith(script)
    return lambda character: unicodedata.category(character).startswith(category)

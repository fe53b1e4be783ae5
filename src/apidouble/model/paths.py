"""Path templates, taken apart into what they name.

In: path templates. Out: `Template`: named parts with their parameters, without versions, suffixes
and custom methods. May not know: operations, schemas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from apidouble.model.names import nouns, singular, words

PREFIXES = frozenset({"api", "apis", "rest", "odata"})
"""Literals in front that name no resource when something follows."""

_VERSION = re.compile(r"v?\d+([._-]\d+)*((alpha|beta|rc)\d*)?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_FORMAT = re.compile(r"\.(json|jsonp|xml|yaml|yml|csv|html|txt|php|aspx?|do)$", re.IGNORECASE)
_PARAMETER = re.compile(r"\{([^{}]*)\}")
_KEYED = re.compile(r"([A-Za-z_][\w.-]*)\(['\"]?\{([^{}]+)\}['\"]?\)")


@dataclass(frozen=True, slots=True)
class Part:
    """A literal segment and the parameters that follow it at once."""

    literal: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A path template, taken apart."""

    parts: tuple[Part, ...]
    method: str = ""
    """Custom method behind a colon (`/orders/{id}:cancel`)."""
    odd: bool = False
    """A segment mixes parameters with text in a way that names no record."""
    versions: tuple[str, ...] = ()

    @property
    def literal(self) -> str:
        """The last literal: what the path is about."""
        return self.parts[-1].literal if self.parts else ""

    @property
    def trailing(self) -> tuple[str, ...]:
        """The parameters after the last literal."""
        return self.parts[-1].parameters if self.parts else ()

    @property
    def above(self) -> tuple[Part, ...]:
        """The parts before the last literal."""
        return self.parts[:-1]

    @property
    def key(self) -> tuple[tuple[str, int], ...]:
        """What paths of one collection share: everything but the last parameters."""
        return (
            *((part.literal.lower(), len(part.parameters)) for part in self.above),
            (self.literal.lower(), 0),
        )

    def named(self) -> tuple[Part, ...]:
        """The parts without prefixes such as `/api`."""
        parts = self.parts
        while len(parts) > 1 and not parts[0].parameters and parts[0].literal.lower() in PREFIXES:
            parts = parts[1:]
        return parts


@lru_cache(maxsize=4096)
def read(path: str) -> Template:
    """Take a path template apart."""
    parts: list[Part] = []
    versions: list[str] = []
    odd = False
    path, method = _custom_method(path)
    for raw in path.split("/"):
        if not raw:
            continue
        keyed = _KEYED.fullmatch(raw)
        if keyed:
            parts.append(Part(keyed[1], (keyed[2],)))
            continue
        segment = _FORMAT.sub("", raw)
        names = _PARAMETER.findall(segment)
        if not names:
            if _VERSION.fullmatch(segment) or _DATE.fullmatch(segment):
                versions.append(segment.lower())
            else:
                parts.append(Part(segment))
        elif _PARAMETER.fullmatch(segment):
            if not parts:
                parts.append(Part(""))
            parts[-1] = Part(parts[-1].literal, (*parts[-1].parameters, names[0].split("=")[0]))
        else:
            odd = True
            if not parts:
                parts.append(Part(""))
            parts[-1] = Part(parts[-1].literal, (*parts[-1].parameters, *names))
    if method:
        parts.append(Part(method))
    return Template(tuple(parts) or (Part(""),), method, odd, tuple(versions))


def _custom_method(path: str) -> tuple[str, str]:
    head, slash, tail = path.rpartition("/")
    name, colon, method = tail.rpartition(":")
    if colon and name and re.fullmatch(r"[A-Za-z][\w-]*", method):
        return f"{head}{slash}{name}", method
    return path, ""


def full_words(parameter: str, literal: str, generic: frozenset[str] | set[str]) -> tuple[str, ...]:
    """The words of a parameter, with what it belongs to where it does not say so itself
    (`/owners/{id}` -> `(owner, id)`).
    """
    own = words(parameter)
    if own and all(word in generic for word in own) and literal:
        lead = words(literal)
        return (*lead[:-1], singular(lead[-1]), *own) if lead else own
    return own


def label(literal: str) -> str:
    """The name of a collection for people: plural, and not capitalised like a class."""
    name = literal if literal.lower().endswith("ed") or "." in literal else nouns(literal)
    return name[:1].lower() + name[1:] if name[1:2].islower() else name

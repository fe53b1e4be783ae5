"""What the name of a property says about its value.

In: a property's name and what it belongs to (`name` of an `employee`). Out: makers of text and
ranges of numbers. May not know: schemas; whether a value fits is for whoever asks.
"""

from __future__ import annotations

import re

from apidouble.sample.vocabulary import (
    ANIMALS,
    FIRMS,
    MOSTLY_FALSE,
    MOSTLY_TRUE,
    NUMBERS,
    PEOPLE,
    PLACES,
    ROLES,
    TEXTS,
    Maker,
    company,
    full_name,
    headline,
    job,
    pet_name,
    region,
    thing,
)

_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def tokens(name: str) -> tuple[str, ...]:
    """The words of a property's name, lower case: `createdAt` -> (created, at)."""
    return tuple(word.lower() for word in _TOKEN.findall(name))


def singular(name: str) -> str:
    """What one item of a list is called."""
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def text_maker(name: str, owner: str) -> Maker | None:
    """How text under this name is made; None where the name says nothing."""
    words = tokens(name)
    if not words:
        return None
    owner_words = tokens(owner)
    if words[-1] == "name" or words[-1] in ("title", "label"):
        named = _named(words, owner_words)
        if named is not None:
            return named
    if words[-1] == "state" and PLACES & {*words, *owner_words}:
        return region
    for start in range(len(words)):
        found = TEXTS.get("".join(words[start:]))
        if found is not None:
            return found
    return None


def _named(words: tuple[str, ...], owner: tuple[str, ...]) -> Maker | None:
    """`name`, `title` and the like mean what their owner is."""
    joined = "".join(words)
    if joined in TEXTS:
        return TEXTS[joined]
    subject = {*words[:-1]} or {*owner}
    last = words[-1]
    if subject & FIRMS:
        return company if last == "name" else None
    if subject & PEOPLE:
        return full_name if last == "name" else (job if last == "title" else None)
    if subject & ANIMALS:
        return pet_name if last == "name" else None
    if len(words) == 1:
        return thing if last in ("name", "label") else headline
    return TEXTS.get("".join(words[-2:])) or (thing if last == "name" else headline)


def time_role(name: str) -> str:
    """The role of a point in time under this name, as `Scene.time` takes it; any, if it says nothing."""
    words = tokens(name)
    for word in words:
        if word in ROLES:
            return ROLES[word]
    return "any"


def is_time(name: str) -> bool:
    """Whether a number or text without a format looks like a point in time."""
    words = tokens(name)
    return len(words) > 0 and (
        words[-1] in ("at", "timestamp", "datetime")
        or (len(words) > 1 and words[-1] in ("on", "date", "time") and words[0] in ROLES)
        or (len(words) == 1 and words[0] in ("created", "updated", "modified"))
    )


def number_range(name: str) -> tuple[float, float] | None:
    """The believable range of a number under this name; None where the name says nothing."""
    words = tokens(name)
    for start in range(len(words)):
        found = NUMBERS.get("".join(words[start:]))
        if found is not None:
            return found
    for word in reversed(words):
        if word in NUMBERS:
            return NUMBERS[word]
    return None


def likelihood(name: str) -> float:
    """How often a boolean under this name is true."""
    words = tokens(name)
    if len(words) == 1 and words[0] in ("success", "ok", "successful", "succeeded", "acknowledged"):
        # Answers that say so are answers of success.
        return 1.0
    if any(word in MOSTLY_TRUE for word in words):
        return 0.85
    return 0.15 if any(word in MOSTLY_FALSE for word in words) else 0.5

"""Names of collections, as people would call them.

In: homes. Out: a unique name for each. May not know: verbs, stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apidouble.model.groups import Group, Home
from apidouble.model.names import MAKING, core, same_noun, words
from apidouble.model.paths import PREFIXES, label


def name_homes(
    homes: Sequence[Home], above: Callable[[Group], Group | None], hinted: Mapping[str, Any]
) -> None:
    """Name each home that has no name yet: by its last literal, with what is above it where that
    is needed to tell it from others; hinted names win.
    """
    taken = {home.name for home in homes if home.name}
    for home in homes:
        if not home.name and home.hinted:
            home.name = home.hinted
            taken.add(home.name)
    plain: dict[str, list[Home]] = {}
    for home in homes:
        if not home.name:
            plain.setdefault(_plain(home), []).append(home)
    for name, sharing in plain.items():
        meant = [word for word in hinted if same_noun(word, name) and word not in taken]
        if len(meant) == 1 and len(sharing) == 1:
            sharing[0].name = meant[0]
            taken.add(meant[0])
    for home in homes:
        if home.name:
            continue
        name = _plain(home)
        parent = above(home.primary)
        under = parent.home.name if parent is not None and parent.home is not None else ""
        alone = len(plain[name]) == 1 and name not in taken
        shared_key = bool(home.primary.item_parameters) or home.singleton
        if under and shared_key and not alone:
            name = f"{under}.{name}"
        elif not alone and not home.primary.global_:
            name = _qualified(home, name)
        home.name = _free(name, home, taken)
        taken.add(home.name)


_WHICH = frozenset(
    {"latest", "recent", "current", "active", "available", "list", "search", "top", "popular", "new"}
)
"""Last literals that say which records are meant, not what they are."""


def _plain(home: Home) -> str:
    literal = home.literal
    parts = [part.literal for part in home.primary.parts if part.literal]
    if literal.lower() in _WHICH and len(parts) > 1 and not home.primary.arity and len(parts[-2]) > 2:
        literal = parts[-2]
    elif (
        not home.primary.collects and not home.singleton and home.shape.name and set(words(literal)) & MAKING
    ):
        literal = "-".join(core(home.shape.name))
    if literal:
        return (
            literal[:1].lower() + literal[1:] if home.singleton and literal[1:2].islower() else label(literal)
        )
    if home.shape.name:
        return label("-".join(core(home.shape.name)))
    parameters = home.primary.item_parameters
    return label(parameters[-1]) if parameters else "records"


def _qualified(home: Home, name: str) -> str:
    for part in reversed(home.primary.parts[:-1]):
        if part.literal and part.literal.lower() not in PREFIXES:
            return f"{label(part.literal) if part.parameters else part.literal}.{name}"
    return name


def _free(name: str, home: Home, taken: set[str]) -> str:
    if name not in taken:
        return name
    literals = [part.literal for part in home.primary.parts if part.literal]
    longer = ".".join([*literals[:-1], name.rpartition(".")[2]])
    if longer not in taken:
        return longer
    versioned = ".".join((*home.primary.versions, longer))
    number = 2
    candidate = versioned
    while candidate in taken:
        candidate = f"{versioned}-{number}"
        number += 1
    return candidate

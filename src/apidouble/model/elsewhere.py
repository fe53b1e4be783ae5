"""Collections that a path names without passing through them: `/flags/{projectKey}` beside `/projects`.

In: homes, the words of a path parameter. Out: the collection whose key the parameter carries. May not
know: verbs, hints, stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apidouble.model import keys
from apidouble.model.groups import Home
from apidouble.model.names import GENERIC, IDENTIFIERS, noun, same_noun, squeezed, words
from apidouble.model.schemas import Schemas, Shape


class Elsewhere:
    """Finds collections at the top of an API by what parameters elsewhere are called."""

    def __init__(self, homes: Sequence[Home], schemas: Schemas) -> None:
        self._schemas = schemas
        self._homes = [home for home in homes if not home.singleton and not home.primary.above]

    def find(self, literal: str, parameter: str, wanted: Shape, own: Home) -> Home | None:
        """The one collection that a parameter behind a literal is a key of, None where it is not clear."""
        for candidates in (
            self._of_literal(literal, parameter, wanted, own),
            self._of_parameter(parameter, wanted, own),
        ):
            found = list(candidates)
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _of_literal(self, literal: str, parameter: str, wanted: Shape, own: Home) -> Iterator[Home]:
        """`/organizations/{organizationId}/members` where `/organizations` only lists."""
        if not literal:
            return
        for home in self._homes:
            if home is not own and same_noun(literal, home.literal) and self._bears(home, parameter, wanted):
                yield home

    def _of_parameter(self, parameter: str, wanted: Shape, own: Home) -> Iterator[Home]:
        parts = words(parameter)
        stem = parts
        while len(stem) > 1 and stem[-1] in GENERIC:
            stem = stem[:-1]
        if not stem or stem[-1] in GENERIC:
            return
        for home in self._homes:
            if home is own or home.primary.membership():
                continue
            named = home.primary.arity == 1 and squeezed(home.primary.item_parameters[0]) == "".join(parts)
            if (named or noun(home.literal) == stem) and self._bears(home, parameter, wanted):
                yield home

    def _bears(self, home: Home, parameter: str, wanted: Shape) -> bool:
        """Whether the values of the parameter may be keys of the collection."""
        group = home.primary
        if group.arity > 1:
            return False
        if group.arity:
            name = group.item_parameters[0]
            shapes = (reading.parameter_shape(name, self._schemas) for reading in group.items())
            held = next((shape for shape in shapes if shape.types), Shape())
        else:
            found = keys.likely_key(group.literal, home.shape, self._schemas)
            if found is None or not group.lists():
                return False
            name, held = found, self._schemas.property(home.shape, found)
        if wanted.types and held.types and not wanted.types & held.types:
            return False
        return _says_the_same(words(parameter), words(name))


def _says_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether both end in a word for the same kind of key; a bare noun may mean any."""
    mine, theirs = one[-1], other[-1]
    if mine in IDENTIFIERS and theirs in IDENTIFIERS:
        return True
    return mine == theirs or mine not in GENERIC or theirs not in GENERIC

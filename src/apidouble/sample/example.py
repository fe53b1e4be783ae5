"""Answers from examples: the document's own first, a made one where they do not fit.

In: a media type of the contract, a `Generator`. Out: examples, the value to answer with. May not
know: stores, HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from apidouble.contract.operation import Example, Media
from apidouble.document.document import Document
from apidouble.sample import conjunction
from apidouble.sample.conjunction import Atom, References, Schema
from apidouble.sample.generate import Generator

_DEEPEST = 8
_PARTS = 2_000
"""Schemas that are looked into for one assembled example."""


def examples(media: Media, document: Document) -> Sequence[Example]:
    """All examples of a media type, best first: its own (named ones with their names), those of its
    schema, the schema's default, and one assembled from the examples of its parts.
    """
    found = list(media.examples)
    if media.schema is not None:
        references = References(document)
        atoms, _ = conjunction.flatten((media.schema,), references)
        found += [Example("", value) for value in conjunction.examples(atoms)]
        found += [Example("", atom["default"]) for atom in atoms if "default" in atom]
        found += [Example("", value) for value in _Assembly(references).value((media.schema,), ())]
    return found


def answer_value(
    media: Media,
    generator: Generator,
    *,
    dynamic: bool = False,
    example: str | None = None,
    label: str,
    count: int = 0,
) -> Any:
    """The value to answer with.

    An example asked for by name is given as it is; raises KeyError if none has that name.
    Otherwise the first example that fits the schema, unless `dynamic`; else a made value.
    """
    if example is not None:
        for candidate in media.examples:
            if candidate.name == example:
                return candidate.value
        raise KeyError(example)
    if not dynamic:
        for value in _first_fitting(media, generator):
            return value
    if media.schema is None:
        return None
    return generator.value(media.schema, label=label, count=count, dynamic=dynamic)


def _first_fitting(media: Media, generator: Generator) -> tuple[Any, ...]:
    """The first example that fits, if there is one; looked for once."""
    found = generator.first_examples.get(id(media))
    if found is None:
        # The media type is kept too, so that its id stays its own.
        found = generator.first_examples[id(media)] = (
            media,
            tuple(islice(fitting(media, generator.document), 1)),
        )
    return found[1]


def fitting(media: Media, document: Document) -> Iterator[Any]:
    """The examples of a media type that fit its schema."""
    validator = media.validator
    for candidate in examples(media, document):
        if validator is None or validator.is_valid(candidate.value):
            yield candidate.value


class _Assembly:
    """One example put together from those of the parts of a schema."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._left = _PARTS

    def value(self, parts: Sequence[Schema], around: tuple[int, ...]) -> Iterator[Any]:
        """At most one value; `around` are the schemas that the parts stand in."""
        self._left -= 1
        atoms, _ = conjunction.flatten(parts, self._references)
        # What stands within itself again adds nothing, and there may be more of it than can be looked at.
        if self._left < 0 or len(around) > _DEEPEST or (atoms and id(atoms[0]) in around):
            return
        if any("oneOf" in atom or "anyOf" in atom or "not" in atom for atom in atoms):
            return
        for value in conjunction.examples(atoms):
            yield value
            return
        for atom in atoms:
            if "const" in atom or "default" in atom:
                yield atom["const"] if "const" in atom else atom["default"]
                return
        inside = (*around, id(atoms[0])) if atoms else around
        names = conjunction.property_names(atoms)
        if names:
            yield from self._object(atoms, names, inside)
            return
        items = conjunction.item_parts(atoms, 0)
        if items and any("items" in atom for atom in atoms):
            for item in self.value(items, inside):
                yield [item]

    def _object(self, atoms: Sequence[Atom], names: Sequence[str], around: tuple[int, ...]) -> Iterator[Any]:
        required = {name for atom in atoms for name in atom.get("required") or ()}
        result: dict[str, Any] = {}
        for name in names:
            for value in self.value(conjunction.property_parts(atoms, name), around):
                result[name] = value
        if result and required <= result.keys():
            yield result

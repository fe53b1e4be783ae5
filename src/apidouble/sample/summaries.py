"""What lists and reads ask of a record beyond its own schema, so that one record fits all of them.

In: a resource, a generator. Out: a schema that narrows the record's own one, `{}` where nothing is asked.
May not know: records, how they are made.

Only properties that the record's own schema declares count, each for itself: a summary that contradicts
the record in one property is followed in the others. A property that only a summary knows is none of the
record's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.conjunction import Schema
from apidouble.sample.generate import Generator
from apidouble.sample.node import Node
from apidouble.sample.walk import Unfit


def narrowing(resource: Resource, generator: Generator) -> dict[str, Any]:
    """Properties and required names that the summaries add, as a schema."""
    if not resource.summaries:
        return {}
    own = generator.node(resource.schema, "response", generator.any_object)
    known = {
        name: list(conjunction.property_parts(own.atoms, name))
        for name in conjunction.property_names(own.atoms)
        if name not in resource.write_only
    }
    owed = _required(own)
    added: dict[str, list[Schema]] = {}
    needed: dict[str, None] = {}
    for summary in resource.summaries:
        theirs = generator.node(summary, "response")
        for name in conjunction.property_names(theirs.atoms):
            if name not in known:
                continue
            more = list(_news(conjunction.property_parts(theirs.atoms, name), known[name]))
            if more and not _is_drawable(own.nodes.node([*known[name], *more]), name, generator):
                continue
            if more:
                known[name] += more
                added.setdefault(name, []).extend(more)
            if name not in owed and name in _required(theirs):
                needed[name] = None
    found: dict[str, Any] = {}
    if added:
        found["properties"] = {
            name: parts[0] if len(parts) == 1 else {"allOf": parts} for name, parts in added.items()
        }
    if needed:
        found["required"] = list(needed)
    return found


def _required(node: Node) -> frozenset[str]:
    return frozenset(name for atom in node.atoms for name in atom.get("required") or ())


def _news(parts: list[Schema], known: list[Schema]) -> Iterator[Schema]:
    """The schemas among the parts that say something new."""
    for part in parts:
        if part is not True and part != {} and all(part is not one and part != one for one in known):
            yield part


def _is_drawable(node: Node, name: str, generator: Generator) -> bool:
    """Whether a value can be found that fits, null not counted where there is more to take."""
    if node.impossible:
        return False
    drawing = generator.drawing(f"summary/{name}", 0, optional="required")
    try:
        return drawing.value(node, name) is not None or node.kinds == ("null",)
    except Unfit:
        return False

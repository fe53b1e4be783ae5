"""What `not` rules out, as far as it can be told without trying.

In: atoms with `not`. Out: `Exclusion`, and schemas that say the opposite of simple ones. May not
know: how values are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_ANNOTATIONS = frozenset(("title", "description", "$comment", "examples", "example", "default", "deprecated"))


@dataclass(slots=True)
class Exclusion:
    """All that the `not`s of a conjunction rule out."""

    everything: bool = False
    kinds: set[str] = field(default_factory=set)
    together: list[tuple[str, ...]] = field(default_factory=list)
    """Names of properties that may not all be there at once."""
    unsure: bool = False
    """There is more to it: made values must be checked."""

    def forbidden(self, required: Iterable[str]) -> frozenset[str]:
        """The properties to leave out, required ones being kept where there is a choice."""
        needed = set(required)
        found: set[str] = set()
        for names in self.together:
            if found.isdisjoint(names):
                found.add(next((name for name in names if name not in needed), names[0]))
        return frozenset(found)


def exclusion(atoms: Sequence[Mapping[str, Any]]) -> Exclusion:
    """What the conjunction rules out."""
    result = Exclusion()
    for atom in atoms:
        if "not" in atom:
            _exclude(atom["not"], result)
    return result


def _exclude(schema: Any, result: Exclusion) -> None:
    if schema is False:
        return
    if not isinstance(schema, Mapping):
        result.everything = True
        return
    keys = set(schema) - _ANNOTATIONS
    if not keys:
        result.everything = True
    elif keys == {"type"}:
        words = schema["type"]
        kinds = {words} if isinstance(words, str) else set(words)
        # `not integer` leaves other numbers, `not number` no integer either.
        result.kinds |= kinds | ({"integer"} if "number" in kinds else set())
        result.unsure = result.unsure or ("integer" in kinds and "number" not in kinds)
    elif keys == {"required"} and schema["required"]:
        result.together.append(tuple(schema["required"]))
    elif keys == {"anyOf"}:
        for part in schema["anyOf"]:
            _exclude(part, result)
    else:
        result.unsure = True


def negated(schema: Any) -> Mapping[str, Any]:
    """A schema whose values do not fit the given one; the opposite itself where there is no simpler way."""
    if isinstance(schema, Mapping):
        keys = set(schema) - _ANNOTATIONS - {"type"}
        properties = schema.get("properties")
        if (
            keys in ({"properties"}, {"properties", "required"})
            and isinstance(properties, Mapping)
            and len(properties) == 1
        ):
            (name, inner), *_ = properties.items()
            return {"properties": {name: {"not": inner}}, "required": [name], "not": schema}
    return {"not": schema}

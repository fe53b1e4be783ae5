"""Discriminators: the word in a value says which form of a choice it has.

In: a schema with `discriminator` and `oneOf` or `anyOf`, what its references lead to. Out: for each form a
rule on the discriminating property. May not know: how schemas are shaped or compiled.

JSON Schema alone takes a dog with a cat's word for either, and refuses what fits both. OAS 3.1 (section
4.8.25) lets the word decide. Where a form has no word of its own by `mapping` or by what it allows, its name
is one, but documents differ from that, so that words that nobody knows are left to the forms themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Target = Callable[[Mapping[str, Any]], Any]
"""A schema with `$ref` -> what it leads to; KeyError where that is nothing."""

_DEEP = 8


def rules_of(node: Mapping[str, Any], branches: list[Any], target: Target) -> list[dict[str, Any] | None]:
    """For each form the schema that the whole value must fit beside it; None where nothing is known of it."""
    discriminator = node["discriminator"]
    name, mapping = discriminator.get("propertyName"), discriminator.get("mapping")
    if not isinstance(name, str) or not name:
        return [None] * len(branches)
    mapped: dict[str, list[str]] = {}
    for word, reference in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(reference, str):
            mapped.setdefault(reference, []).append(word)
    told = [_words(branch, name, mapped, target) for branch in branches]
    if all(words and certain for words, certain in told):
        return [_rule(name, {"enum": words}) for words, _ in told]
    known = dict.fromkeys(word for words, _ in told for word in words)
    others = [[word for word in known if word not in words] for words, _ in told]
    return [
        _rule(name, {"not": {"enum": strange}}) if strange and words else None
        for strange, (words, _) in zip(others, told, strict=True)
    ]


def ruled_words(branch: Any, name: str) -> list[str]:
    """The words that a form with such a rule beside it is for."""
    parts = branch.get("allOf") if isinstance(branch, dict) else None
    rule = parts[-1].get("properties", {}).get(name) if isinstance(parts, list) and len(parts) == 2 else None
    words = rule.get("enum", ()) if isinstance(rule, dict) else ()
    return [word for word in words if isinstance(word, str)]


def _rule(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {name: schema}}


def _words(branch: Any, name: str, mapped: Mapping[str, list[str]], target: Target) -> tuple[list[Any], bool]:
    """The words of one form, and whether the document says so rather than that its name suggests it."""
    if not isinstance(branch, dict):
        return [], False
    reference = branch.get("$ref")
    words = mapped.get(reference, []) if isinstance(reference, str) else []
    allowed = _allowed(branch, name, target)
    if words and isinstance(reference, str):
        own = _name_of(reference)
        if allowed is None and not any(own in others for others in mapped.values()):
            # A mapping adds to the names of schemas; it does not take them away.
            words = [*words, own]
        fitting = [word for word in words if allowed is None or word in allowed]
        return (fitting, True) if fitting else (allowed or [], bool(allowed))
    if allowed is not None:
        return allowed, True
    if not isinstance(reference, str) or _chooses(branch, target):
        return [], False
    return [_name_of(reference)], False


def _name_of(reference: str) -> str:
    """The name of the component that a reference leads to."""
    return reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _allowed(branch: Mapping[str, Any], name: str, target: Target) -> list[Any] | None:
    """The values that a form itself allows for the property; None where it does not say."""
    for part in _parts(branch, target):
        properties = part.get("properties")
        node = properties.get(name) if isinstance(properties, dict) else None
        if not isinstance(node, dict):
            continue
        for inner in _parts(node, target):
            if "const" in inner:
                return [inner["const"]]
            if isinstance(inner.get("enum"), list):
                return list(inner["enum"])
    return None


def _chooses(branch: Mapping[str, Any], target: Target) -> bool:
    """Whether a form is a choice itself, so that the words are those of its own forms."""
    return any("oneOf" in part or "anyOf" in part for part in _parts(branch, target))


def _parts(node: Any, target: Target, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A schema and what it refers to or consists of, for the same value."""
    if not isinstance(node, dict) or depth > _DEEP:
        return
    yield node
    if "$ref" in node:
        try:
            found = target(node)
        except KeyError:
            found = None
        if found is not node:
            yield from _parts(found, target, depth + 1)
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        yield from _parts(part, target, depth + 1)

"""Spoiled answers: cut short, no JSON any more, or JSON that the contract forbids.

In: a body, a chance, a validator. Out: the spoiled body. May not know: web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from apidouble.engine.exchange import NOTHING

_STRANGERS: tuple[Any, ...] = (None, "out of contract", -1.5, [], {"unexpected": True}, True)


def truncated(body: bytes, chance: Random) -> bytes:
    """At least one byte shorter, and where there is anything to send, at least one byte long."""
    return body[: chance.randrange(1, len(body))] if len(body) > 1 else b""


def malformed(body: bytes, chance: Random) -> bytes:
    """No JSON text, and of about the same length."""
    at = chance.randrange(len(body) + 1) if body else 0
    return body[:at] + b'{"\x01' + body[at:]


def contract_breaking(value: Any, is_valid: Callable[[Any], bool], chance: Random) -> Any:
    """The value with one thing changed so that `is_valid` refuses it; NOTHING where it allows anything."""
    return next((spoiled for spoiled in _changed(value, chance) if not is_valid(spoiled)), NOTHING)


def _changed(value: Any, chance: Random) -> Iterator[Any]:
    """Small changes first: a member of another type, a member gone, then another value altogether."""
    if isinstance(value, dict) and value:
        names = list(value)
        chance.shuffle(names)
        for name in names:
            for stranger in chance.sample(_STRANGERS, len(_STRANGERS)):
                if type(stranger) is not type(value[name]):
                    yield {**value, name: stranger}
        for name in names:
            yield {other: part for other, part in value.items() if other != name}
        for name in names:
            if isinstance(value[name], dict | list):
                for part in _changed(value[name], chance):
                    yield {**value, name: part}
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        for part in _changed(value[at], chance):
            yield [*value[:at], part, *value[at + 1 :]]
    yield from chance.sample(_STRANGERS, len(_STRANGERS))

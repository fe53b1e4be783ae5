"""Arrays of a node: how many items, what must be among them, no two the same.

In: a walk, a node that allows arrays. Out: an array that fits, as far as that can be promised. May
not know: documents, other kinds of values.
"""

from __future__ import annotations

from typing import Any

import orjson

from apidouble.sample import names
from apidouble.sample.node import Items, Node
from apidouble.sample.scene import Scene
from apidouble.sample.walk import Unfit, Walk

_LONGEST = 2000
"""Items that an array gets at most, even if the schema wants more."""


def draw_array(walk: Walk, node: Node, name: str, owner: str, scene: Scene, room: float) -> list[Any]:
    """An array of the node; raises Unfit."""
    items = node.items
    if (node.endless and items.least) or (items.most is not None and items.most < items.least):
        raise Unfit
    with walk.inside(node):
        return _items(walk, items, node, names.singular(name), owner, scene, room)


def _items(
    walk: Walk, items: Items, node: Node, name: str, owner: str, scene: Scene, room: float
) -> list[Any]:
    result: list[Any] = []
    length = _length(walk, items, room)
    share = (room - 1) / max(1, length)
    contained = [one for one, count in items.contained for _ in range(max(0, count))]
    seen: set[bytes] = set()
    misses = 0
    index = 0
    while len(result) < max(length, len(contained)):
        if index < len(items.prefix):
            member = items.prefix[index]
        elif contained and len(result) >= max(length, len(contained)) - len(contained):
            member = contained[len(result) - max(length, len(contained))]
        else:
            member = items.rest
        try:
            value = walk.make(member, name, owner or node.title, scene if index == 0 else walk.scene(), share)
        except Unfit:
            if len(result) >= items.least:
                break
            raise
        if items.unique:
            key = orjson.dumps(
                _plain_numbers(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
            )
            if key in seen:
                misses += 1
                if misses > 60 + 4 * length:
                    if len(result) >= items.least:
                        break
                    raise Unfit
                continue
            seen.add(key)
        result.append(value)
        index += 1
    return result


def _length(walk: Walk, items: Items, room: float) -> int:
    """How many items."""
    least = min(items.least, _LONGEST)
    if walk.tight or items.rest.endless or walk.amount == "required" or room < 1 or (walk.within(items.rest)):
        usual = 0
    elif items.prefix:
        usual = len(items.prefix)
    else:
        usual = walk.random.randint(1, 3)
    length = max(least, usual)
    return length if items.most is None else min(length, items.most)


def _plain_numbers(value: Any) -> Any:
    """The value with 1.0 as 1, since they are the same JSON number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    return value

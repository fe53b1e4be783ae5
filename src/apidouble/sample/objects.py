"""Objects of a node: which properties they get, and those that nothing names.

In: a walk, a node that allows objects. Out: an object that fits, as far as that can be promised.
May not know: documents, other kinds of values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.sample import conjunction, names
from apidouble.sample.matching import matcher
from apidouble.sample.node import Members, Node
from apidouble.sample.scene import Scene
from apidouble.sample.walk import DEEP, Unfit, Walk


def draw_object(walk: Walk, node: Node, name: str, owner: str, room: float) -> Any:
    """An object of the node, or whatever else its `dependentSchemas` lead to; raises Unfit."""
    members = node.members
    if node.endless or (members.most is not None and members.most < members.least):
        raise Unfit
    outermost = not walk.path
    scene = (walk.subject if outermost else None) or walk.scene()
    title = node.title or names.singular(name) or owner
    with walk.inside(node):
        chosen = _chosen_names(walk, members, room)
        given = walk.given if outermost else {}
        if outermost:
            known = {child.name for child in members.children}
            chosen -= walk.left_out - {child.name for child in members.children if child.required}
            chosen |= {name for name in given if name in known or members.extra is not None}
        result = _fill(walk, members, chosen, given, title, scene, room)
        if not _add_self(walk, members, result, name, scene, room):
            _add_extras(walk, members, result, title, scene, room)
        if len(result) < members.least or (members.most is not None and len(result) > members.most):
            raise Unfit
        for trigger, schemas in members.conditions.items():
            if trigger in result:
                return _conditioned(walk, node, result, schemas, name, owner, scene, room)
        return result


def _conditioned(
    walk: Walk,
    node: Node,
    result: dict[str, Any],
    schemas: list[Any],
    name: str,
    owner: str,
    scene: Scene,
    room: float,
) -> Any:
    """What `dependentSchemas` asks for, added to what is there already."""
    nodes = node.nodes
    further = nodes.node(schemas, chosen=True)
    if further.impossible:
        raise Unfit
    added = walk.make(further, name, owner, scene, room)
    if not isinstance(added, dict):
        raise Unfit
    return {**result, **added}


_TELLING = frozenset({"id", "_id", "uuid", "guid", "name", "title"})


def _chosen_names(walk: Walk, members: Members, room: float) -> set[str]:
    """Which properties the object gets."""
    chosen = {child.name for child in members.children if child.required and not child.hidden}
    optional = [child for child in members.children if not child.required and not child.hidden]
    wanted = [child for child in optional if _wants(walk, child.node, room)]
    if walk.amount == "some":
        # Where nothing is required, the document only does not say so; what names a thing is there.
        usual = 0.75 if any(child.required for child in members.children) else 0.95
        wanted = [
            child
            for child in wanted
            if walk.random.random() < (1.0 if child.name.lower() in _TELLING else usual)
        ]
    elif walk.amount == "required" or walk.tight:
        wanted = []
    room_left = members.most - len(chosen) if members.most is not None else len(wanted)
    chosen.update(child.name for child in wanted[: max(0, room_left)])
    if len(chosen) < members.least:
        spare = [child.name for child in optional if child.name not in chosen and not child.node.endless]
        chosen.update(spare[: members.least - len(chosen)])
    return _closed(members, chosen)


def _closed(members: Members, chosen: set[str]) -> set[str]:
    """The names, with those that must be there with them, or without those that cannot have theirs."""
    if not members.together:
        return chosen
    known = {child.name for child in members.children if not child.hidden}
    waiting = sorted(chosen)
    while waiting:
        for needed in members.together.get(waiting.pop(), ()):
            if (
                needed not in chosen
                and needed not in members.forbidden
                and (needed in known or members.extra)
            ):
                chosen.add(needed)
                waiting.append(needed)
    return chosen


def _wants(walk: Walk, node: Node, room: float) -> bool:
    """Whether an optional property is worth having here."""
    if not any(kind in ("object", "array") for kind in node.kinds) and not node.has_choice:
        return True
    if node.endless or walk.within(node):
        return False
    return room >= 1 and len(walk.path) < DEEP


def _fill(
    walk: Walk,
    members: Members,
    chosen: set[str],
    given: Mapping[str, Any],
    title: str,
    scene: Scene,
    room: float,
) -> dict[str, Any]:
    """The properties in the order of the document."""
    result: dict[str, Any] = {}
    composite = sum(
        1
        for child in members.children
        if child.name in chosen and ("object" in child.node.kinds or "array" in child.node.kinds)
    )
    share = (room - 1) / composite if composite else room
    for child in members.children:
        if child.name not in chosen:
            continue
        value = given.get(child.name)
        partly = isinstance(value, dict) and not child.node.check(value)
        if child.name in given and not partly:
            result[child.name] = value
            continue
        try:
            made = _child(walk, members, child.name, child.node, title, scene, share)
            result[child.name] = laid_over(made, value) if partly else made
        except Unfit:
            if child.required:
                raise
    for name in sorted(chosen - {child.name for child in members.children}):
        if name in given:
            result[name] = given[name]
        elif members.extra is not None:
            result[name] = walk.make(members.extra, name, title, scene, share)
    return result


def laid_over(made: Any, given: Any) -> Any:
    """What is given, within an object that was made: a parent's key leaves the rest of it as it is."""
    if not isinstance(made, dict) or not isinstance(given, dict):
        return given
    return made | {name: laid_over(made.get(name), value) for name, value in given.items()}


def _child(walk: Walk, members: Members, name: str, node: Node, title: str, scene: Scene, room: float) -> Any:
    tag = members.tag
    if tag is not None and tag[0] == name and "string" in node.kinds and node.check(tag[1]):
        return tag[1]
    return walk.make(node, name, title, scene, room)


def _add_self(
    walk: Walk, members: Members, result: dict[str, Any], name: str, scene: Scene, room: float
) -> bool:
    """A map of HAL's links (`_links: {rel: {href}}`) gets one to the record itself; whether it is one."""
    extra = members.extra
    if name.strip("_").lower() != "links" or result or extra is None or "self" in members.forbidden:
        return False
    if "href" not in conjunction.property_names(extra.atoms) or members.most == 0:
        return False
    try:
        link = walk.make(extra, "self", "link", scene, room)
    except Unfit:
        return False
    plain = {"href": link["href"]} if isinstance(link, dict) and "href" in link else link
    result["self"] = plain if extra.check(plain) else link
    return members.least <= 1


def _add_extras(
    walk: Walk, members: Members, result: dict[str, Any], title: str, scene: Scene, room: float
) -> None:
    """Properties that nothing names: what `minProperties` asks for, or a few of a map."""
    wanted = members.least - len(result)
    is_map = not members.children and (bool(members.patterns) or (members.extra and members.extra.atoms))
    if wanted <= 0 and is_map and walk.amount != "required" and room >= 1 and not walk.tight:
        wanted = 1 if members.most is None else min(1, members.most - len(result))
        if members.extra is not None and (members.extra.endless or walk.within(members.extra)):
            return
    for attempt in range(max(0, wanted) * 12):
        if wanted <= 0:
            return
        name = _new_name(walk, members, scene, attempt)
        if name is None or name in result or name in members.forbidden:
            continue
        node = _extra_node(members, name)
        if node is None or node.impossible:
            continue
        try:
            result[name] = walk.make(node, name, title, scene, room / 4)
            wanted -= 1
        except Unfit:
            continue


def _extra_node(members: Members, name: str) -> Node | None:
    """What a property of this name must fit."""
    matching = [schema for pattern, schema in members.pattern_schemas if conjunction.matches(pattern, name)]
    if matching:
        return members.nodes.node(matching)
    return members.extra


def _new_name(walk: Walk, members: Members, scene: Scene, attempt: int) -> str | None:
    """A name for a property that nothing names."""
    if members.name_parts:
        node = members.nodes.node(members.name_parts)
        try:
            found = walk.make(node, "key", "", scene, 1)
        except Unfit:
            return None
        return found if isinstance(found, str) else None
    if members.patterns and (members.extra is None or attempt % 2 == 0):
        pattern = walk.random.choice(members.patterns)
        made = matcher(pattern)
        return made.make(walk.random) if made else None
    if members.extra is None:
        return None
    word = scene.words(1)[0].lower()
    return word if attempt < 6 else f"{word}{attempt}"

"""Things of which there is one, or one for each record above: `/settings`, `/repos/{o}/{r}/subscription`.

In: groups without a collection. Out: homes for those that can be both read and written. May not
know: verbs of other groups, stores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from apidouble.model.groups import Group, Home
from apidouble.model.names import CALLER, words
from apidouble.model.schemas import EMPTY, Schemas

_DEEDS = frozenset({"login", "logout", "token", "auth", "search", "batch", "bulk", "contains", "count"})


def find_singletons(
    groups: Sequence[Group], homes: Sequence[Home], schemas: Schemas, above: Callable[[Group], Group | None]
) -> list[Home]:
    """A home for each singleton; those that show another home's record have none of their own."""
    found: list[Home] = []
    for group in groups:
        if group.home is not None or group.collects or set(words(group.literal)) & _DEEDS:
            continue
        if _switch(group):
            home = Home(group, [group], {}, EMPTY, singleton=True)
            home.why.append("it is put there and taken away, and a GET tells whether it is there")
            group.home = home
            found.append(home)
            continue
        reads = [r for r in group.readings if r.method == "GET" and r.record is not None and not r.lists]
        writes = [r for r in group.readings if r.method in {"PUT", "PATCH", "POST", "DELETE"}]
        if not reads or not writes:
            continue
        record = reads[0].record
        if record is None:
            continue
        shape = schemas.shape(record.schema)
        if not shape.is_object:
            continue
        parent = above(group)
        if parent is not None and parent.home is not None and schemas.same(parent.home.shape, shape):
            continue
        caller = parent is None and not group.above and set(words(group.literal)) <= CALLER
        if caller and any(schemas.same(home.shape, shape) and home.primary.arity for home in homes):
            continue
        group.schema, group.shape = record.schema, shape
        home = Home(group, [group], record.schema, shape, singleton=True)
        home.why.append("one thing is read and written without a key in the path")
        group.home = home
        found.append(home)
    return found


def _switch(group: Group) -> bool:
    """`GET`, `PUT` and `DELETE` without bodies: something that is there or not (`/gists/{id}/star`)."""
    by_method = {reading.method: reading for reading in group.readings}
    if not {"GET", "PUT", "DELETE"} <= by_method.keys():
        return False
    return by_method["GET"].wordless and by_method["PUT"].wordless and by_method["GET"].declares(404)

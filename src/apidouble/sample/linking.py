"""Made-up records tied to those that they speak of: an object within them shows a record that exists.

In: a resource, the seeded records of other collections, a record just made. Out: the record, tied. May not
know: how records are made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from apidouble.model.resource import Resource
from apidouble.sample.families import RecordsOf, field_of, own_key, set_field
from apidouble.sample.scene import Scene
from apidouble.store.base import Record

IsValid = Callable[[Any], bool]


class Linker:
    """Ties the records of one resource."""

    def __init__(
        self, resource: Resource, records_of: RecordsOf, is_valid: IsValid, claimed: Collection[str]
    ) -> None:
        """`claimed` are fields whose values come from elsewhere."""
        self._records_of = records_of
        self._is_valid = is_valid
        owned = {*claimed, resource.key, *(parent.field for parent in resource.parents)}
        inner = {name: to for name, to in resource.references.items() if "/" in name and name[0] != "^"}
        self._narrowing = {
            parent.field: parent
            for view in resource.views
            for parent in view
            if "/" in parent.field
            and parent.field not in owned
            and parent.resource not in {"", resource.name}
        }
        self._pointing = {
            name: to for name, to in inner.items() if name not in owned and name not in self._narrowing
        }

    def tie(self, made: dict[str, Any], scene: Scene) -> dict[str, Any]:
        """The record with values of records that exist; what would break the contract stays as made."""
        for name, parent in self._narrowing.items():
            records = self._records_of(parent.resource)
            if records:
                record = scene.random.choice(records)
                value = record.value(parent.source) if parent.source else None
                key = own_key(record.key) if value is None else value
                made = self._shown(made, name, record, key, wanted=True)
        for name, collection in self._pointing.items():
            records = self._records_of(collection)
            if records:
                record = scene.random.choice(records)
                made = self._shown(made, name, record, own_key(record.key), wanted=False)
        return made

    def _shown(
        self, made: dict[str, Any], name: str, record: Record, key: Any, *, wanted: bool
    ) -> dict[str, Any]:
        """The record with an object in it that shows another one, as far as it shows anything."""
        around, _, last = name.rpartition("/")
        here = field_of(made, {}, around)
        if not isinstance(here, Mapping) and not wanted:
            return made
        told = dict(here) if isinstance(here, Mapping) else {}
        told = {one: record.data.get(one, value) for one, value in told.items()} | {last: key}
        plain = {last: key}
        # An object that is all new is as short as the contract lets it be: a key, in JSON:API with its type.
        options = [told] if here else [plain, {"type": record.data.get("type"), **plain}]
        for option in options:
            changed = dict(made)
            set_field(changed, {}, around, option)
            if self._is_valid(changed):
                return changed
        return made

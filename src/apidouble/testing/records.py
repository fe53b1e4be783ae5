"""The records of a sandbox, read and arranged past the API's own rules.

In: collections, keys, records. Out: records. May not know: how the double is reached.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from apidouble.errors import ApidoubleError, Refusal
from apidouble.testing.control import Control

Record = dict[str, Any]
Key = str | int | tuple[str | int, ...]
"""Several where keys are unique within parents only: the parents', outermost first, then its own."""


class Records:
    """See the module's text. `api` need be given only where several have a collection of that name.

    What breaks the contract is refused with a `Refusal` that points at it, and nothing is changed.
    """

    def __init__(self, control: Control) -> None:
        self._control = control
        self._homes: dict[str, list[str]] | None = None

    def all(self, api: str | None = None) -> dict[str, Any]:
        """Every record: API, collection, records; or collection, records of one API."""
        found: dict[str, Any] = self._control.get("state", *([api] if api else []))
        return found

    def get(self, collection: str, *, api: str | None = None) -> list[Record]:
        """The records of a collection, in insertion order."""
        found: list[Record] = self._control.get("state", *self._place(collection, api))
        return found

    def find(self, collection: str, key: Key, *, api: str | None = None) -> Record | None:
        """One record; None if there is none of this key."""
        place = self._place(collection, api)
        try:
            found: Record = self._control.get("state", *place, _text(key))
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise
        return found

    def put(self, collection: str, records: Iterable[Mapping[str, Any]], *, api: str | None = None) -> None:
        """Let a collection hold exactly these records, in this order."""
        self._control.put("state", *self._place(collection, api), body=[dict(one) for one in records])

    def load(self, state: Mapping[str, Any], *, api: str | None = None) -> None:
        """Load several collections at once, in the form that `all` gives; those not named stay."""
        self._control.put("state", *([api] if api else []), body=state)

    def add(self, collection: str, record: Mapping[str, Any], *, api: str | None = None) -> Record:
        """Add one record; as it is stored."""
        stored: Record = self._control.post("state", *self._place(collection, api), body=dict(record))
        return stored

    def change(
        self, collection: str, key: Key, changes: Mapping[str, Any], *, api: str | None = None
    ) -> Record:
        """Change members of one record; as it is stored."""
        place = self._place(collection, api)
        stored: Record = self._control.patch("state", *place, _text(key), body=dict(changes))
        return stored

    def remove(self, collection: str, key: Key, *, api: str | None = None) -> None:
        """Remove one record; Refusal (404) if there is none."""
        self._control.delete("state", *self._place(collection, api), _text(key))

    def clear(self, collection: str | None = None, *, api: str | None = None) -> None:
        """Remove all records of a collection, of an API, or of all."""
        if collection is not None:
            self._control.delete("state", *self._place(collection, api))
        else:
            self._control.delete("state", *([api] if api else []))

    def count(self, collection: str, *, api: str | None = None) -> int:
        """How many records a collection holds."""
        place = self._place(collection, api)
        answer = self._control.answer("GET", "state", *place, params={"limit": 0})
        return int(answer.headers["x-total-count"])

    def _place(self, collection: str, api: str | None) -> tuple[str, str]:
        if api is not None:
            return api, collection
        if self._homes is None:
            homes: dict[str, list[str]] = {}
            for one in self._control.get("apis")["apis"]:
                for resource in one["resources"]:
                    homes.setdefault(resource["name"], []).append(one["name"])
            self._homes = homes
        found = self._homes.get(collection, [])
        if len(found) == 1:
            return found[0], collection
        if found:
            raise ApidoubleError(
                f"{' and '.join(found)} have a collection {collection!r}: say which, such as api={found[0]!r}"
            )
        known = ", ".join(self._homes) or "none"
        raise ApidoubleError(f"there is no collection {collection!r}; there are {known}")


def _text(key: Key) -> str:
    return json.dumps(key) if isinstance(key, tuple) else str(key)

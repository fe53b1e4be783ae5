"""Single values out of a raw query string, for what is read before an operation is known.

In: the raw query bytes. Out: decoded values. May not know: parameters, operations.
"""

from __future__ import annotations

from urllib.parse import unquote_plus


def first_value(query: bytes, name: str) -> str | None:
    """The first value of a name, decoded; None if the name is not there."""
    if not query:
        return None
    for pair in query.split(b"&"):
        key, _, value = pair.partition(b"=")
        if unquote_plus(key.decode("latin-1")) == name:
            return unquote_plus(value.decode("latin-1"))
    return None

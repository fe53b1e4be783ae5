"""JSON text that is kept: with a record, with a page, in the journal.

In: JSON values. Out: bytes that take no more room than they have. May not know: what the values mean.

orjson leaves the buffer that it wrote into as it is: from its version 3.12 on four kilobytes for the
smallest value, and up to twice the text for a large one (told in home-assistant/core#181245).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

_OPTIONS = orjson.OPT_NON_STR_KEYS


def json_bytes(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """The value as JSON; keys that are no strings become strings, `default` knows what else is none."""
    # Joining with nothing is what copies bytes at the least cost.
    return b"".join((orjson.dumps(value, default, _OPTIONS), b""))

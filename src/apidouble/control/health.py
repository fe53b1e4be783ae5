"""Whether the double is ready, and its versions. In: a call. Out: a reply. May not know: ASGI."""

from __future__ import annotations

import platform

from apidouble.control.desk import Call, answer
from apidouble.engine.exchange import Reply
from apidouble.version import VERSION

CONTROL = "1"
"""Version of the control API."""


def get_health(call: Call) -> Reply:
    """A double that answers is ready: it is whole once it is built."""
    return answer({"status": "ready"})


def get_version(call: Call) -> Reply:
    """The versions of the program, this API and Python."""
    return answer(
        {
            "name": "apidouble",
            "version": VERSION,
            "control": CONTROL,
            "python": platform.python_version(),
        }
    )

"""JSONP: an answer as a script that calls a function.

In: the callback's name as a client gives it. Out: the wrapped reply. May not know: HTTP servers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from apidouble.engine.exchange import Exchange, Reply
from apidouble.errors import Refusal, Violation
from apidouble.model.resource import Binding

MEDIA_TYPE = "application/javascript"
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST = 200


def callback_of(binding: Binding, exchange: Exchange) -> str | None:
    """The function to call; None where the answer is no script. Refuses names that are no identifiers.

    The name is not repeated in the refusal: an answer never reflects what could be a script.
    """
    if not binding.jsonp and not binding.jsonp_always:
        return None
    parameter = binding.jsonp or "callback"
    name = exchange.inputs.query.get(parameter)
    if any(violation.name == parameter for violation in exchange.violations):
        name = ""
    elif name is None:
        return "callback" if binding.jsonp_always else None
    if not isinstance(name, str) or len(name) > _LONGEST or not _CALLBACK.fullmatch(name):
        raise Refusal(
            400,
            f"{parameter} must be a JavaScript identifier such as {parameter} or app.{parameter}.",
            (Violation("must be a JavaScript identifier", "query", parameter, keyword="pattern"),),
        )
    return name


def wrapped(reply: Reply, callback: str) -> Reply:
    """The reply as a script; an empty body calls the function with nothing."""
    raw = reply.raw or b""
    # U+2028 and U+2029 are line ends in older JavaScript, but not in JSON.
    raw = raw.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    script = callback.encode("ascii") + b"(" + raw + b");"
    headers = [*reply.headers, ("X-Content-Type-Options", "nosniff")]
    return replace(reply, raw=script, media_type=MEDIA_TYPE, headers=headers)

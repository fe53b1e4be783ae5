"""What the journal keeps of a request.

In: an arrival and what was answered. Out: a journal entry. May not know: how the journal is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from apidouble.engine.exchange import Reply
from apidouble.errors import Violation
from apidouble.journal import Entry
from apidouble.web.arrival import Arrival


def entry_of(arrival: Arrival) -> Entry:
    """The entry of a request that is not answered yet."""
    route = arrival.route
    served = route is not None and arrival.served
    return Entry(
        arrival.method,
        arrival.path,
        arrival.query,
        arrival.headers,
        arrival.body,
        sandbox=arrival.sandbox.name,
        api=route.api if route is not None else "",
        operation_id=route.operation.id if route is not None and served else "",
        time=arrival.sandbox.clock.timestamp(),
    )


def record(arrival: Arrival, reply: Reply | None, violations: Sequence[Violation]) -> None:
    """Write the request and its answer into the journal of its sandbox."""
    sandbox, route, entry = arrival.sandbox, arrival.route, arrival.entry
    if entry is None and reply is not None and route is not None and arrival.served:
        raw = reply.raw or b""
        entry = Entry(
            arrival.method,
            arrival.path,
            arrival.query,
            arrival.headers,
            arrival.body,
            sandbox.name,
            route.api,
            route.operation.id,
            sandbox.clock.timestamp(),
            reply.status,
            reply.headers,
            raw,
            perf_counter() - arrival.started,
            violations,
            reply.violations or (),
            reply.reason,
        )
        sandbox.journal.record(entry, arrival.head.size)
        return
    if entry is None:
        entry = entry_of(arrival)
    else:
        entry.body, entry.body_size = arrival.body, len(arrival.body)
    entry.seconds = perf_counter() - arrival.started
    entry.request_violations = violations
    if reply is not None:
        entry.status = reply.status
        entry.answer_headers = reply.headers
        entry.answer_body = reply.raw or b""
        entry.answer_size = len(entry.answer_body)
        entry.answer_violations = reply.violations or ()
        entry.reason = reply.reason
    sandbox.journal.record(entry, arrival.head.size)

"""How long something takes, on machines that stall now and then.

In: what is to be timed. Out: the least of a few attempts, so that a limit tells slow code from a
busy machine. May not know: what it times.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time

ATTEMPTS = 3


def cpu_seconds(work: Callable[[], object], limit: float) -> float:
    """CPU time of this thread for `work`, which may run up to three times: until it stays below `limit`."""
    return least(lambda: _timed(work, thread_time), limit)


def wall_seconds(work: Callable[[], object], limit: float) -> float:
    """Time that passes during `work`, which may run up to three times: until it stays below `limit`."""
    return least(lambda: _timed(work, perf_counter), limit)


def least(measured: Callable[[], float], limit: float) -> float:
    """The first of three figures below `limit`, or else the smallest of them."""
    best = measured()
    for _ in range(ATTEMPTS - 1):
        if best < limit:
            break
        best = min(best, measured())
    return best


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    work()
    return clock() - started

"""Requests per second of everybody for every kind of request, in turns.

In: contenders. Out: for each server and kind the medians of several runs. May not know: how the
figures are shown.

The machine may be shared, and it drifts: the servers take turns, a short run each, round after
round, so that what slows one down slows all of them down; nobody runs in another's turn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from bare import PATH
from contenders import JUDGES, KEY
from load import LoadError, Result, Run, Shot, fire, summary
from servers import Running, Server, running

TOKEN = {"Authorization": "Bearer demo-token"}
_SENDING = {**TOKEN, "Content-Type": "application/json"}
BODY = (
    '{"contact_point_id": null, "customer_id": "160c0c4b-9966-4dc1-a916-8407eb10d74e", '
    '"correspondence_locale": "en-GB", "family_name": "de Jong", "given_name": "Kees", "username": null}'
)
GET = Shot("GET one", f"{PATH}/{KEY}", headers=TOKEN)
LIST = Shot("list of 25", PATH, headers=TOKEN)
POST = Shot("POST valid", PATH, "POST", _SENDING, BODY)
REFUSED = Shot("refused POST", PATH, "POST", _SENDING, '{"username": 1}', refused=True)
REFUSED_ANEW = replace(REFUSED, name="refused POST, each another", body='{"username": %d}')
"""What is wrong with a refused body is kept for the next one that is equal: these never are."""
SHOTS = (GET, LIST, POST, REFUSED, REFUSED_ANEW)

Results = dict[str, dict[str, Result]]
"""Server -> kind of request -> result."""


def compare(servers: Sequence[Server], seconds: int, runs: int) -> Results:
    """Measure all; who fails at a kind is left out of it, with the reason on stderr."""
    results: Results = {server.name: {} for server in servers}
    for shot in SHOTS:
        able = [server for server in servers if not shot.refused or server.name in JUDGES]
        # Servers of their own for each kind: what POST piles up must not slow the others down.
        for name, found in take_turns(able, shot, seconds, runs).items():
            results[name][shot.name] = found
            told = f"{found.rate:10,.0f}/s  p99 {found.p99:8.2f} ms  {found.cpu:8.1f} us of CPU"
            print(f"{shot.name:14} {name:36} {told}", flush=True)
    return results


def take_turns(servers: Sequence[Server], shot: Shot, seconds: int, runs: int) -> dict[str, Result]:
    """One kind of request on several servers, round robin; a first round warms up and is not counted."""
    found: dict[str, list[Run]] = {}
    with ExitStack() as stack:
        alive: dict[str, Running] = {}
        for server in servers:
            try:
                alive[server.name] = stack.enter_context(running(server))
                alive[server.name].sleep()
            except RuntimeError as error:
                print(f"{server.name}: {error}", file=sys.stderr)
        for turn in range(runs + 1):
            for name, one in tuple(alive.items()):
                before = one.cpu()
                try:
                    with one.awake():
                        run = fire(one.url, shot, seconds=seconds if turn else 1)
                except LoadError as error:
                    print(f"{name}, {shot.name}: {str(error)[:400]}", file=sys.stderr)
                    del alive[name]
                    continue
                if turn:
                    cpu = (one.cpu() - before) / max(run.requests, 1) * 1_000_000
                    found.setdefault(name, []).append(replace(run, cpu=cpu))
    return {name: summary(taken) for name, taken in found.items() if name in alive}

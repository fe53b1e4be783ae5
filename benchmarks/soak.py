"""Holds a double under mixed load while sandboxes come and go, and watches its memory.

In: a duration. Out: exit code 0 where no request failed and memory stayed flat, else 1 with the
reason. May not know: anything inside apidouble; it drives the program over HTTP.

    python benchmarks/soak.py [--seconds 600]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from dataclasses import dataclass, field
from time import monotonic

import httpx

from bare import PATH
from comparison import BODY, TOKEN
from contenders import KEY
from servers import Running, Server, ours, running

_WORKERS = 8
_GROWTH = 1.05
"""Memory at the end against that after warming up."""
_SLACK = 4.0
"""Megabytes that may come on top: what the allocator keeps differs from run to run."""


@dataclass(slots=True)
class Log:
    """What happened."""

    requests: int = 0
    worlds: int = 0
    failures: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """Megabytes, taken at even distances."""


async def _work(client: httpx.AsyncClient, worker: int, log: Log, until: float) -> None:
    """One client after the other: a sandbox of its own, some requests in it, and away with it."""
    chance = random.Random(worker)
    turn = 0
    while monotonic() < until and len(log.failures) < 20:
        turn += 1
        world = {"Double-Sandbox": f"w{worker}-{turn}", **TOKEN}
        made: list[str] = []
        for _ in range(chance.randrange(20, 60)):
            await _request(client, chance, world, made, log)
        answer = await client.delete(f"/__admin/sandboxes/w{worker}-{turn}")
        _expect(answer, {204, 200}, log)
        log.worlds += 1


async def _request(
    client: httpx.AsyncClient, chance: random.Random, world: dict[str, str], made: list[str], log: Log
) -> None:
    kind = chance.randrange(8)
    if kind < 2:
        _expect(await client.get(f"{PATH}/{KEY}", headers=world), {200}, log)
    elif kind == 2:
        _expect(await client.get(PATH, headers=world, params={"limit": 5, "offset": 2}), {200}, log)
    elif kind == 3:
        _expect(await client.get(PATH, headers=world, params={"limit": "many"}), {400, 422}, log)
    elif kind == 4:
        _expect(await client.post(PATH, headers=world, json={"username": 1}), {400, 422}, log)
    elif kind == 5:
        _expect(
            await client.get(f"{PATH}/{KEY}", headers={**world, "Authorization": "Bearer no"}), {401}, log
        )
    elif kind == 6 or not made:
        answer = await client.post(PATH, headers=world, json=json.loads(BODY))
        _expect(answer, {201}, log)
        if answer.status_code == 201:
            made.append(answer.json()["id"])
    else:
        _expect(await client.delete(f"{PATH}/{made.pop()}", headers=world), {200, 204}, log)
    log.requests += 1


def _expect(answer: httpx.Response, statuses: set[int], log: Log) -> None:
    if answer.status_code not in statuses:
        request = answer.request
        log.failures.append(f"{request.method} {request.url}: {answer.status_code} {answer.text[:300]}")


async def _watch(one: Running, log: Log, until: float, every: float) -> None:
    while monotonic() < until:
        await asyncio.sleep(every)
        log.memory.append(one.memory())


async def _soak(one: Running, seconds: float, log: Log) -> None:
    until = monotonic() + seconds
    async with httpx.AsyncClient(base_url=one.url, timeout=30) as client:
        await asyncio.gather(
            *(_work(client, worker, log, until) for worker in range(_WORKERS)),
            _watch(one, log, until, seconds / 60),
        )


def verdict(log: Log) -> str:
    """What is wrong, '' if nothing."""
    if log.failures:
        return "\n".join(log.failures[:20])
    quarter = len(log.memory) // 4
    # The journal fills up first, which is no leak.
    warm, end = max(log.memory[quarter : 2 * quarter]), max(log.memory[-quarter:])
    if end > warm * _GROWTH + _SLACK:
        return f"memory grew from {warm:.0f} MB to {end:.0f} MB"
    return ""


def main() -> int:
    """Soak and judge."""
    arguments = argparse.ArgumentParser(description="Hold a double under mixed load and watch its memory.")
    arguments.add_argument("--seconds", type=float, default=600)
    given = arguments.parse_args()
    log = Log()
    with running(Server("apidouble", ours("--sandboxes", "auto"))) as one:
        asyncio.run(_soak(one, given.seconds, log))
    print(f"{log.requests:,} requests in {log.worlds:,} sandboxes over {given.seconds:.0f} s")
    print("memory, MB: " + " ".join(f"{value:.0f}" for value in log.memory))
    if trouble := verdict(log):
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Does the cost grow with the work: with the number of operations, or of records?

In: made-up projects. Out: requests per second of the large one and of the small one, in turns. May
not know: anything inside apidouble.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from load import Result, Run, Shot, fire, summary
from projects import project
from servers import Running, Server, ours, running

OPERATIONS, RECORDS = 1_223, 100_000
"""As many operations as GitHub's own document had when the target was set."""


@dataclass(frozen=True, slots=True)
class Growth:
    """One kind of request on much and on little."""

    large: Result
    small: Result

    @property
    def ratio(self) -> float:
        """1 where the cost does not grow."""
        return self.large.rate / self.small.rate


def measure_scale(folder: Path, seconds: int, runs: int) -> dict[str, Growth]:
    """Every question of growth, by what is asked."""
    many = project(folder / "operations", operations=OPERATIONS)
    few = project(folder / "few")
    full = project(folder / "records", records=RECORDS)
    found: dict[str, Growth] = {}
    with _serving(many) as large, _serving(few) as small:
        shot = Shot("GET one", f"/things/{_first_key(small)}")
        found[f"GET one: {OPERATIONS:,} operations against 5"] = _grown(
            large, small, shot, shot, seconds, runs
        )
    with _serving(full) as large, _serving(few) as small:
        filtered = Shot("filter", "/things?colour=red&limit=10")
        found[f"filtered page: {RECORDS:,} records against 100"] = _grown(
            large, small, filtered, filtered, seconds, runs
        )
        for name, query in (("filtered page at a deep offset", "colour=red&"), ("page at a deep offset", "")):
            deep = Shot(name, f"/things?{query}limit=10&offset={RECORDS // 5}")
            shallow = Shot(name, f"/things?{query}limit=10&offset=5")
            found[f"{name}: {RECORDS:,} records against 100"] = _grown(
                large, small, deep, shallow, seconds, runs
            )
    return found


@contextmanager
def _serving(folder: Path) -> Iterator[Running]:
    server = Server("apidouble", ours(str(folder)), probe="/things", probe_headers={})
    with running(server, patience=300) as one:
        yield one


def _first_key(one: Running) -> int:
    with urllib.request.urlopen(f"{one.url}/things?limit=1", timeout=60) as answer:
        key: int = json.load(answer)["items"][0]["id"]
        return key


def _grown(large: Running, small: Running, much: Shot, little: Shot, seconds: int, runs: int) -> Growth:
    found: tuple[list[Run], list[Run]] = [], []
    for turn in range(runs + 1):
        for runs_of, one, shot in zip(found, (large, small), (much, little), strict=True):
            run = fire(one.url, shot, seconds=seconds if turn else 1)
            if turn:
                runs_of.append(run)
    return Growth(summary(found[0]), summary(found[1]))

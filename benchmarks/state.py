"""What worlds cost: forks, snapshots and restores in time, a thousand sandboxes in memory.

In: a made-up project. Out: milliseconds and megabytes. It runs in a process of its own (`python
state.py FOLDER` prints JSON), since memory that others have used would spoil the figure. May not
know: web.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from apidouble.server import assemble
from apidouble.settings import Settings
from projects import project

RECORDS, SANDBOXES, CHANGED = 10_000, 1_000, 10


def measure_state(folder: Path) -> dict[str, float]:
    """Milliseconds and megabytes by what they are of."""
    project(folder, records=RECORDS)
    output = subprocess.run(
        [sys.executable, __file__, str(folder)], check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, float] = json.loads(output)
    return found


def _measured(folder: str) -> dict[str, float]:
    double = assemble(Settings(documents=(folder,)))
    worlds = double.sandboxes
    base = worlds.get()
    collection = base.store.collections()[0]
    records, total = base.run(lambda state: state.page(collection))
    if total != RECORDS:
        raise SystemExit(f"{total} records instead of {RECORDS}")

    def change(sandbox: object, first: int) -> None:
        def work(state: object) -> None:
            for record in records[first : first + CHANGED]:
                state.put(collection, record.key, {**record.data, "name": f"changed {first}"})  # type: ignore[attr-defined]

        sandbox.run(work)  # type: ignore[attr-defined]

    change(base, 0)
    moment = base.moment()
    found = {
        "fork, ms": _milliseconds(lambda turn: worlds.create(f"fork{turn}", origin=base)),
        "snapshot, ms": _milliseconds(lambda turn: base.moment()),
        "restore, ms": _milliseconds(lambda turn: base.restore(moment), lambda turn: change(base, turn)),
    }
    for sandbox in worlds.all()[1:]:
        worlds.drop(sandbox.name)
    gc.collect()
    before = _resident()
    for number in range(SANDBOXES):
        change(worlds.create(f"s{number}"), number * 7 % (RECORDS - CHANGED))
    found["1,000 sandboxes, MB"] = _resident() - before
    return found


def _milliseconds(work: Callable[[int], object], prepare: Callable[[int], object] | None = None) -> float:
    times = []
    for turn in range(300):
        if prepare is not None:
            prepare(turn)
        started = perf_counter()
        work(turn)
        times.append(perf_counter() - started)
    return statistics.median(times) * 1000


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1])))

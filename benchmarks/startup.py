"""From the command line to the first answer, the memory of an idle server, `--help` and `--version`.

In: servers. Out: seconds and megabytes, medians of starts in turns. May not know: what they serve.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from servers import Server, environment, running

_IDLE = 1.0
"""Seconds after the first answer at which memory is read."""


@dataclass(frozen=True, slots=True)
class Start:
    """How one server starts."""

    ready: float
    """Seconds."""
    memory: float
    """Megabytes."""


def measure_starts(servers: Sequence[Server], runs: int) -> dict[str, Start]:
    """Every server, started in turns; the first start of each is not counted."""
    ready: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    for turn in range(runs + 1):
        for server in servers:
            try:
                with running(server) as one:
                    time.sleep(_IDLE)
                    if turn:
                        ready.setdefault(server.name, []).append(one.ready)
                        memory.setdefault(server.name, []).append(one.memory())
            except RuntimeError as error:
                print(f"{server.name}: {error}", file=sys.stderr)
    return {name: Start(statistics.median(ready[name]), statistics.median(memory[name])) for name in ready}


def measure_words(runs: int) -> dict[str, float]:
    """Seconds of `apidouble --help` and `--version`."""
    program = str(Path(sys.executable).with_name("apidouble"))
    taken: dict[str, list[float]] = {}
    for turn in range(runs + 2):
        for word in ("--help", "--version"):
            started = time.perf_counter()
            subprocess.run([program, word], check=True, stdout=subprocess.DEVNULL, env=environment())
            if turn:
                taken.setdefault(f"apidouble {word}, s", []).append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}

"""The comparison that the README quotes: every figure of one table, measured in one run.

In: what is installed. Out: a table on the terminal, `results/latest.md` and `results/latest.json`.
May not know: anything inside apidouble; it drives programs.

    python benchmarks/run.py [--seconds 3] [--runs 5] [--only requests,scale,pace,state,start]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from comparison import GET, compare
from contenders import BARE, DOCUMENT, LIMITS, OURS, contenders, wiremock_jar
from load import fire, summary
from pace import Paced, hold
from scale import measure_scale
from servers import HERE, Server, ours, peer, peer_version, running
from startup import measure_starts, measure_words
from state import measure_state
from table import Table, markdown

SHARE = 0.7
"""Of the peak load, for latency."""
PARTS = ("requests", "scale", "pace", "state", "start")


def measure_pace(bare: Server, seconds: int, runs: int) -> dict[str, Paced]:
    """p99 of GET one at a share of the peak that was found just before, the median of several runs; and that
    of the bare function at the same rate, which shows what the machine itself adds.
    """
    found: dict[str, list[Paced]] = {GET.name: [], BARE: []}
    with running(Server(OURS, ours())) as one, running(bare) as limit:
        for each in (one, limit):
            fire(each.url, GET, seconds=1)
        for _ in range(runs):
            rate = summary([fire(one.url, GET, seconds=1) for _ in range(3)]).rate * SHARE
            found[GET.name].append(hold(one.url, GET, rate, seconds))
            found[BARE].append(hold(limit.url, GET, rate, seconds))
    ranked = {name: sorted(taken, key=lambda run: run.p99) for name, taken in found.items()}
    return {name: taken[len(taken) // 2] for name, taken in ranked.items()}


def machine() -> str:
    """Cores, memory, system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"


def versions() -> dict[str, str]:
    """Of everything that takes part."""
    found = {"Python": platform.python_version()}
    for name in ("apidouble", "connexion", "uvicorn", "uvloop", "starlette", "jsonschema-rs", "orjson"):
        found[name] = version(name)
    for shown, program in (("Prism", "prism"), ("Mockoon", "mockoon-cli"), ("json-server", "json-server")):
        if peer(program):
            found[shown] = peer_version(program)
    if jar := wiremock_jar():
        found["WireMock"] = jar.stem.removeprefix("wiremock-standalone-")
    told = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout.split()
    found["wrk"] = told[1] if len(told) > 1 else ""
    return found


def main() -> None:
    """Measure and write."""
    arguments = argparse.ArgumentParser(description="Measure apidouble against its limits and its peers.")
    arguments.add_argument("--seconds", type=int, default=3, help="of one run of wrk")
    arguments.add_argument("--runs", type=int, default=5, help="whose median counts")
    arguments.add_argument("--only", default=",".join(PARTS))
    arguments.add_argument("--results", type=Path, default=HERE / "results")
    given = arguments.parse_args()
    only = set(given.only.split(","))
    if unknown := only - set(PARTS):
        arguments.error(f"--only takes {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    table = Table(datetime.now(UTC).strftime("%Y-%m-%d"), machine(), versions(), given.seconds, given.runs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        everybody = contenders(folder)
        by_name = {one.name: one for one in everybody}
        if "requests" in only:
            table.requests = compare(everybody, given.seconds, given.runs)
        if "scale" in only:
            table.scale = measure_scale(folder, given.seconds, given.runs)
        if "pace" in only:
            table.pace = measure_pace(by_name[BARE], given.seconds, 2 * given.runs + 1)
        if "state" in only:
            table.state = measure_state(folder / "state")
        if "start" in only:
            document = [Server("apidouble, one document", ours(str(DOCUMENT)))]
            programs = [one for one in everybody if one.name not in LIMITS]
            table.start = measure_starts([*programs, *document], min(given.runs, 5))
            table.words = measure_words(given.runs)
    text = markdown(table)
    print("\n" + text)
    given.results.mkdir(exist_ok=True)
    (given.results / "latest.md").write_text(text, encoding="utf-8")
    (given.results / "latest.json").write_text(json.dumps(asdict(table), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

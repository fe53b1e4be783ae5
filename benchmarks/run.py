"""The comparison of issue and README: every figure of one table, measured in one run.

In: what is installed. Out: a table on the terminal, `results/latest.md` and `results/latest.json`.
May not know: anything inside apidouble; it drives programs.

    python benchmarks/run.py [--seconds 5] [--runs 3] [--only requests,start,state,scale]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from load import LoadError, Result, Shot, fire
from scale import measure_scale
from servers import HERE, ROOT, Server, ours, peer, running, uvicorn
from startup import measure_startup
from state import measure_state

COLLECTION = "/v2/customers/employees"
KEY = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
TOKEN = {"Authorization": "Bearer demo-token"}
BODY = (
    '{"contact_point_id": null, "customer_id": "160c0c4b-9966-4dc1-a916-8407eb10d74e", '
    '"correspondence_locale": "en-GB", "family_name": "de Jong", "given_name": "Kees", "username": null}'
)
SHOTS = (
    Shot("GET one", f"{COLLECTION}/{KEY}", headers=TOKEN),
    Shot("list of 25", COLLECTION, headers=TOKEN),
    Shot("POST", COLLECTION, "POST", {**TOKEN, "Content-Type": "application/json"}, BODY),
    Shot("refused", COLLECTION, "POST", {**TOKEN, "Content-Type": "application/json"}, '{"username": 1}', refused=True),
)


@dataclass(slots=True)
class Table:
    """Everything that one run found."""

    date: str
    machine: str
    versions: Mapping[str, str]
    requests: dict[str, dict[str, Result]] = field(default_factory=dict)
    """Server -> kind of request -> result."""
    start: dict[str, dict[str, float]] = field(default_factory=dict)
    state: dict[str, float] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)


def contenders() -> list[Server]:
    """Ourselves, the limits, and every peer that is installed."""
    document = str(ROOT / "specs" / "customer-employees.yaml")
    found = [
        Server("apidouble", ours()),
        Server("bare ASGI function", uvicorn("bare:function"), probe="/"),
        Server("bare Starlette", uvicorn("bare:starlette")),
    ]
    if prism := peer("prism"):
        found.append(Server("Prism", [prism, "mock", "-p", "{port}", document]))
    if mockoon := peer("mockoon-cli"):
        command = [mockoon, "start", "--data", document, "--port", "{port}", "--disable-log-to-file"]
        found.append(Server("Mockoon", command))
    if json_server := peer("json-server"):
        data = str(HERE / "peers" / "json-server.json")
        routes = str(HERE / "peers" / "json-server-routes.json")
        found.append(Server("json-server", [json_server, data, "--routes", routes, "--port", "{port}", "--quiet"]))
    return found


def measure_requests(table: Table, seconds: int, runs: int) -> None:
    """Requests per second of every server for every kind of request."""
    for server in contenders():
        results: dict[str, Result] = {}
        for shot in SHOTS:
            if shot.refused and server.name not in {"apidouble", "Prism"}:
                continue
            # A server of its own for each kind: what POST piles up must not slow the others down.
            try:
                with running(server) as running_server:
                    fire(running_server.url, shot, seconds=1, runs=1)
                    results[shot.name] = fire(running_server.url, shot, seconds=seconds, runs=runs)
            except (LoadError, RuntimeError) as error:
                print(f"{server.name}, {shot.name}: {str(error)[:300]}", file=sys.stderr)
        table.requests[server.name] = results
        print(f"{server.name}: " + ", ".join(f"{name} {one.rate:,.0f}/s" for name, one in results.items()))


def markdown(table: Table) -> str:
    """The table for people."""
    lines = [f"Measured {table.date} on {table.machine}; {', '.join(f'{k} {v}' for k, v in table.versions.items())}.", ""]
    if table.requests:
        names = [shot.name for shot in SHOTS]
        lines += ["| server | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
        for server, results in table.requests.items():
            cells = [f"{results[name].rate:,.0f}" if name in results else "" for name in names]
            lines.append(f"| {server} | " + " | ".join(cells) + " |")
        lines += ["", *_ratios(table), ""]
    for title, values in (("state", table.state), ("scale", table.scale)):
        if values:
            lines += [f"| {title} | |", "|---|---:|"]
            lines += [f"| {name} | {value:,.3f} |" for name, value in values.items()]
            lines.append("")
    if table.start:
        lines += ["| program | ready (s) | memory (MB) |", "|---|---:|---:|"]
        lines += [
            f"| {name} | {one['ready']:.2f} | {one.get('memory', 0.0):.0f} |" for name, one in table.start.items()
        ]
    return "\n".join(lines) + "\n"


def _ratios(table: Table) -> list[str]:
    own = table.requests.get("apidouble", {})
    bare = table.requests.get("bare ASGI function", {})
    prism = table.requests.get("Prism", {})
    lines = ["| apidouble against | GET one | list of 25 | POST | refused |", "|---|---:|---:|---:|---:|"]
    for name, other in (("the bare ASGI function", bare), ("Prism", prism)):
        cells = []
        for shot in SHOTS:
            base = other.get(shot.name) or (bare.get("POST") if shot.refused and other is bare else None)
            cells.append(f"{own[shot.name].rate / base.rate:.2f}" if base and shot.name in own else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure and write."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--only", default="requests,start,state,scale")
    given = arguments.parse_args()
    only = set(given.only.split(","))
    table = Table(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
        versions={name: version(name) for name in ("apidouble", "connexion", "uvicorn", "jsonschema-rs", "orjson")},
    )
    if "requests" in only:
        measure_requests(table, given.seconds, given.runs)
    if "start" in only:
        table.start = measure_startup(contenders())
    if "state" in only:
        table.state = measure_state()
    if "scale" in only:
        table.scale = measure_scale(given.seconds, given.runs)
    text = markdown(table)
    print(text)
    folder = Path(HERE) / "results"
    folder.mkdir(exist_ok=True)
    (folder / "latest.md").write_text(text, encoding="utf-8")
    (folder / "latest.json").write_text(json.dumps(asdict(table), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

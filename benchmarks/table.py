"""The results as one table, with what was aimed at beside what was found.

In: everything that one run measured. Out: Markdown. May not know: how it was measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from comparison import GET, LIST, POST, REFUSED, REFUSED_ANEW, SHOTS, Results
from contenders import BARE, OUR_SERVER, OURS, PRISM
from load import Result
from pace import Paced
from scale import Growth
from startup import Start

REFUSALS = (REFUSED.name, REFUSED_ANEW.name)
AGAINST_BARE = {GET.name: 0.60, LIST.name: 0.45, POST.name: 0.40} | dict.fromkeys(REFUSALS, 0.35)
AGAINST_PRISM = {GET.name: 10.0, LIST.name: 6.0, POST.name: 6.0}


@dataclass(slots=True)
class Table:
    """Everything that one run found."""

    date: str
    machine: str
    versions: Mapping[str, str]
    seconds: int
    runs: int
    requests: Results = field(default_factory=dict)
    scale: dict[str, Growth] = field(default_factory=dict)
    pace: dict[str, Paced] = field(default_factory=dict)
    state: dict[str, float] = field(default_factory=dict)
    start: dict[str, Start] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)


def markdown(table: Table) -> str:
    """The table for people."""
    told = ", ".join(f"{name} {number}" for name, number in table.versions.items() if number)
    lines = [
        f"Measured {table.date} on {table.machine}.",
        f"wrk with 16 connections, medians of {table.runs} runs of {table.seconds} s, servers in turns.",
        "",
        f"{told}.",
        "",
    ]
    if table.requests:
        lines += _rates(table.requests)
    if goals := list(_goals(table)):
        lines += ["| work | found | wanted | |", "|---|---:|---:|---|"]
        lines += [
            f"| {name} | {found} | {wanted} | {'yes' if good else 'no'} |"
            for name, found, wanted, good in goals
        ]
        lines.append("")
    if table.start:
        lines += ["| program | ready, s | memory, MB |", "|---|---:|---:|"]
        lines += [f"| {name} | {one.ready:.2f} | {one.memory:.0f} |" for name, one in table.start.items()]
        lines.append("")
    return "\n".join(lines)


def _rates(results: Results) -> list[str]:
    names = [shot.name for shot in SHOTS]
    lines = [
        "Requests per second (and how much of the bare ASGI function's rate that is):",
        "",
        "| server | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for server, found in results.items():
        cells = []
        for name in names:
            own, base = found.get(name), _base(results, BARE, name)
            share = f" ({own.rate / base.rate:.2f})" if own and base else ""
            cells.append(f"{own.rate:,.0f}{share}" if own else "")
        lines.append(f"| {server} | " + " | ".join(cells) + " |")
    return [*lines, "", *_costs(results, names)]


def _costs(results: Results, names: list[str]) -> list[str]:
    """What does not depend on who else uses the machine, or hardly."""
    lines = [
        "Microseconds of the server's CPU time for one request (and the bare ASGI function's share of that):",
        "",
        "| server | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for server, found in results.items():
        cells = []
        for name in names:
            own, base = found.get(name), _base(results, BARE, name)
            share = f" ({base.cpu / own.cpu:.2f})" if own and base and own.cpu else ""
            cells.append(f"{own.cpu:,.0f}{share}" if own else "")
        lines.append(f"| {server} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _base(results: Results, server: str, name: str) -> Result | None:
    """What a kind of request is compared with: nobody without a contract refuses, so POST stands in."""
    found = results.get(server, {})
    return found.get(name) or (found.get(POST.name) if name in REFUSALS else None)


Goal = tuple[str, str, str, bool]


def _goals(table: Table) -> Iterator[Goal]:
    own = table.requests.get(OURS, {})
    for server, wanted in ((BARE, AGAINST_BARE), (OUR_SERVER, AGAINST_BARE), (PRISM, AGAINST_PRISM)):
        for name, least in wanted.items():
            base = _base(table.requests, server, name)
            if name in own and base is not None:
                ratio = own[name].rate / base.rate
                yield f"{name} against {server}", f"{ratio:.2f} x", f">= {least:.2f}", ratio >= least
    for name, growth in table.scale.items():
        least = 0.9 if "operations" in name else 0.8
        yield name, f"{growth.ratio:.2f} x", f">= {least:.2f}", growth.ratio >= least
    if (paced := table.pace.get(GET.name)) is not None:
        bare = table.pace.get(BARE)
        beside = f"; bare ASGI function at this rate {bare.p99:.2f} ms" if bare is not None else ""
        told = (
            f"{GET.name}, p99 at 70 % of the peak ({paced.reached:,.0f}/s of {paced.wanted:,.0f}/s{beside}; "
            f"of which p99 of the generator's own {paced.late:.2f} ms)"
        )
        yield told, f"{paced.p99:.2f} ms", "< 5 ms", paced.p99 < 5
    for name, value in table.state.items():
        most = 150.0 if name.endswith("MB") else 1.0
        yield name, f"{value:.3g}", f"< {most:.0f}", value < most
    if (start := table.start.get(OURS)) is not None:
        yield "five APIs ready", f"{start.ready:.2f} s", "< 0.8 s", start.ready < 0.8
        yield "five APIs idle", f"{start.memory:.0f} MB", "< 90 MB", start.memory < 90
    one, prism = table.start.get("apidouble, one document"), table.start.get(PRISM)
    if one is not None and prism is not None:
        yield (
            "one document ready",
            f"{one.ready:.2f} s",
            f"< {prism.ready:.2f} s (Prism)",
            one.ready < prism.ready,
        )
    for name, seconds in table.words.items():
        yield name, f"{seconds:.3f}", "< 0.15", seconds < 0.15

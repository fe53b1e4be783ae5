"""Load with wrk: one kind of request against one server, repeated, the median taken.

In: a URL and a request. Out: requests per second and latencies. May not know: which server answers.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_REQUESTS = re.compile(r"(\d+) requests in ")
_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)
_NON_2XX = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_ERRORS = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_UNIT = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Shot:
    """One kind of request."""

    name: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    """`%d` is replaced by a number that differs in each request."""
    refused: bool = False
    """Whether a 4xx is what is wanted."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one server did with one kind of request."""

    rate: float
    """Requests per second, median of the runs."""
    p50: float
    """Milliseconds."""
    p99: float
    spread: float
    """(largest - smallest) / median of the rates."""
    runs: int
    cpu: float = 0.0
    """Microseconds of CPU time that the server spent on one request, median of the runs; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk."""

    rate: float
    p50: float
    p99: float
    requests: int
    cpu: float = 0.0
    """Microseconds of the server's CPU time for one request, where somebody has looked."""


class LoadError(Exception):
    """The server did not answer as the benchmark expects, so that its figure means nothing."""


def summary(runs: Sequence[Run]) -> Result:
    """The medians of several runs."""
    rates = [run.rate for run in runs]
    median = statistics.median(rates)
    return Result(
        median,
        statistics.median(run.p50 for run in runs),
        statistics.median(run.p99 for run in runs),
        (max(rates) - min(rates)) / median if median else 0.0,
        len(runs),
        statistics.median(run.cpu for run in runs),
    )


def fire(url: str, shot: Shot, *, seconds: int, connections: int = 16) -> Run:
    """Run wrk once; raises LoadError when answers are not what was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(_lua(shot), encoding="utf-8")
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            str(script),
            url + shot.path,
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    errors = _ERRORS.search(output)
    refused = _NON_2XX.search(output)
    rate = float(_found(_RATE, output))
    if errors or bool(refused) != shot.refused:
        raise LoadError(f"{shot.name} at {url}:\n{output}")
    latency = {match[1]: float(match[2]) * _UNIT[match[3]] for match in _LATENCY.finditer(output)}
    return Run(rate, latency["50"], latency["99"], int(_found(_REQUESTS, output)))


def _found(pattern: re.Pattern[str], output: str) -> str:
    match = pattern.search(output)
    if match is None:
        raise LoadError(output)
    return match[1]


def _lua(shot: Shot) -> str:
    lines = [f'wrk.method = "{shot.method}"']
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in shot.headers.items()]
    if shot.body:
        lines += [
            "local count = 0",
            "request = function()",
            "  count = count + 1",
            f"  return wrk.format(nil, nil, nil, string.format([==[{shot.body}]==], count))"
            if "%d" in shot.body
            else f"  return wrk.format(nil, nil, nil, [==[{shot.body}]==])",
            "end",
        ]
    return "\n".join(lines) + "\n"

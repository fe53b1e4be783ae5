"""`apidouble faults`: break a running double on purpose, see what is broken, mend it.

In: which double, what shall go wrong. Out: ordered faults. May not know: how faults strike.
"""

from __future__ import annotations

from typing import Any

import click

from apidouble.cli import flags, reach


@click.group()
def command() -> None:
    """Break a running double on purpose: add, list and clear faults."""


@command.command("list")
@reach.running
@flags.as_json
def show(url: str, sandbox: str, token: str | None, as_json: bool) -> None:
    """Show the faults, and how often each struck."""
    found = reach.world(url, sandbox, token).control.get("faults")
    if as_json:
        flags.echo_json(found)
        return
    for one in found["faults"]:
        reach.say(_line(one))


@command.command()
@reach.running
@click.option("--status", metavar="N", type=int, help="Answer this status in the API's own error shape.")
@click.option("--retry-after", metavar="SECONDS", type=int, help="With --status: when to try again.")
@click.option(
    "--effect",
    metavar="EFFECT",
    help="reset, empty, truncated, malformed, drip or invalid: break the connection or the answer.",
)
@click.option("--delay-ms", metavar="N", type=float, help="Wait before answering.")
@click.option("--method", metavar="METHOD", help="Only requests with this method.")
@click.option("--path", metavar="PATH", help="Only requests with this path; * stands for any text.")
@click.option("--operation", metavar="ID", help="Only requests of this operation.")
@click.option("--api", metavar="NAME", help="Only requests of this API.")
@click.option("--times", metavar="N", type=int, help="Only the first N.")
@click.option("--every", metavar="N", type=int, help="Only every Nth.")
@click.option("--probability", metavar="P", type=float, help="Only so many of them, from 0 to 1.")
@flags.as_json
def add(
    url: str, sandbox: str, token: str | None, operation: str | None, as_json: bool, **given: Any
) -> None:
    """Order a fault; the newest is asked first."""
    body = {name: value for name, value in given.items() if value is not None}
    match: dict[str, Any] = {name: body.pop(name) for name in ("method", "path", "api") if name in body}
    if operation is not None:
        match["operation_id"] = operation
    if not body.keys() & {"status", "effect", "delay_ms"}:
        raise click.UsageError("Say what shall go wrong: --status, --effect or --delay-ms.")
    ordered = reach.world(url, sandbox, token).control.post("faults", body=body | {"match": match})
    if as_json:
        flags.echo_json(ordered)
    else:
        reach.say(_line(ordered))


@command.command()
@click.argument("fault", required=False)
@reach.running
@flags.as_json
def clear(fault: str | None, url: str, sandbox: str, token: str | None, as_json: bool) -> None:
    """Take all faults back, or the one of this id."""
    reach.world(url, sandbox, token).control.delete("faults", *([fault] if fault else []))
    if as_json:
        flags.echo_json({"cleared": fault or "all"})
    else:
        reach.say(f"{fault or 'all faults'} taken back")


def _line(one: dict[str, Any]) -> str:
    parts = [f"{name}={value}" for name, value in one.items() if name not in _APART]
    parts += [f"{name}={value}" for name, value in one.get("match", {}).items()]
    return f"{one['id']}  {' '.join(parts)}  met {one['seen']}, struck {one['fired']}"


_APART = frozenset({"id", "match", "seen", "fired"})

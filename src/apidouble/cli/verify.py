"""`apidouble verify`: whether the expected requests came to a running double.

In: which double, which requests, how often. Out: exit code 0 or 1, and what came instead. May not
know: how requests are matched.
"""

from __future__ import annotations

from typing import Any

import click

from apidouble.cli import flags, reach
from apidouble.errors import Refusal


@click.command()
@reach.running
@reach.matching
@click.option("--exactly", metavar="N", type=click.IntRange(0), help="So often.")
@click.option("--at-least", metavar="N", type=click.IntRange(0), help="So often or more.  [default: 1]")
@click.option("--at-most", metavar="N", type=click.IntRange(0), help="So often or less.")
@flags.as_json
def command(
    url: str,
    sandbox: str,
    token: str | None,
    exactly: int | None,
    at_least: int | None,
    at_most: int | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Check that requests came to a running double. Exit code 1 if they did not."""
    times = {"exactly": exactly, "at_least": at_least, "at_most": at_most}
    wanted = {name: number for name, number in times.items() if number is not None}
    if exactly is not None and len(wanted) > 1:
        raise click.UsageError("--exactly goes alone.")
    body = {"match": reach.match(given)} | ({"times": wanted} if wanted else {})
    try:
        done: dict[str, Any] = reach.world(url, sandbox, token).control.post("requests", "verify", body=body)
    except Refusal as refusal:
        if "verified" not in refusal.extra:
            raise
        if as_json:
            flags.echo_json({"message": refusal.detail, **refusal.extra})
        else:
            from apidouble.testing.journal import told

            reach.say(told(refusal))
        return 1
    if as_json:
        flags.echo_json(done)
    else:
        reach.say(done["message"])
    return 0

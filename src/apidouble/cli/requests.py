"""`apidouble requests`: what was asked of a running double.

In: which double, which requests. Out: a line for each, or JSON. May not know: how they are kept.
"""

from __future__ import annotations

from typing import Any

import click

from apidouble.cli import flags, reach


@click.command()
@reach.running
@reach.matching
@click.option("--limit", metavar="N", type=click.IntRange(0), help="The newest N.")
@click.option("--clear", is_flag=True, help="Forget them instead of showing them.")
@flags.as_json
def command(
    url: str, sandbox: str, token: str | None, limit: int | None, clear: bool, as_json: bool, **given: Any
) -> None:
    """Show what was asked of a running double, oldest first.

    For those at which nothing is served (--unmatched), also what they were probably meant for.
    """
    control = reach.world(url, sandbox, token).control
    match = reach.match(given)
    if clear:
        if limit is not None:
            raise click.UsageError("--clear forgets all that fit; it has no use for --limit.")
        gone = control.delete("requests", params=match)
        if as_json:
            flags.echo_json(gone)
        else:
            reach.say(f"{gone['count']} forgotten")
        return
    found: dict[str, Any]
    if match.keys() == {"unmatched"}:
        found = control.get("requests", "unmatched")
        if limit is not None:
            found["requests"] = found["requests"][len(found["requests"]) - limit :] if limit else []
    else:
        found = control.get("requests", params=match | ({} if limit is None else {"limit": limit}))
    if as_json:
        flags.echo_json(found)
        return
    for one in found["requests"]:
        reach.say(reach.line(one))
        for near in one.get("near", ()):
            reach.say(f"    near: {near['method']} {near['path']} ({near['reason']})")

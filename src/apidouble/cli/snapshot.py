"""`apidouble snapshot`: keep what a running double holds, or list what is kept.

In: which double, a name. Out: a snapshot, in the double or as a file. May not know: what it holds.
"""

from __future__ import annotations

from pathlib import Path

import click

from apidouble.cli import flags, reach


@click.command()
@click.argument("name", required=False)
@reach.running
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it to FILE too."
)
@flags.as_json
def command(
    name: str | None, url: str, sandbox: str, token: str | None, output: Path | None, as_json: bool
) -> None:
    """Keep the state of a running double under NAME; without NAME, list what is kept.

    A snapshot holds records, id sequence, clock and settings. `restore` goes back to it.
    """
    control = reach.world(url, sandbox, token).control
    if name is None:
        if output is not None:
            raise click.UsageError("--output needs the NAME of a snapshot.")
        found = control.get("snapshots")
        if as_json:
            flags.echo_json(found)
        else:
            for one in found["snapshots"]:
                reach.say(f"{one['name']}  {one['records']} records, taken {one['taken']}")
        return
    taken = control.post("snapshots", body={"name": name})
    if output is not None:
        output.write_bytes(control.answer("GET", "snapshots", name).content)
    if as_json:
        flags.echo_json(taken)
    else:
        where = f", written to {output}" if output is not None else ""
        reach.say(f"snapshot {name} of sandbox {sandbox}: {taken['records']} records{where}")

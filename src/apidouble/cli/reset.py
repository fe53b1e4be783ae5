"""`apidouble reset`: a running double back to its seed.

In: which double, what to keep. Out: a reset sandbox. May not know: how it is reset.
"""

from __future__ import annotations

from typing import Any

import click

from apidouble.cli import flags, reach


@click.command()
@reach.running
@click.option("--keep", metavar="PART", multiple=True, help="Leave this as it is; repeatable.")
@flags.as_json
def command(url: str, sandbox: str, token: str | None, keep: tuple[str, ...], as_json: bool) -> None:
    """Take a running double back to its seed.

    Parts to keep: state, sequence, clock, settings, faults, stubs, journal, oauth. Snapshots stay.
    """
    done: dict[str, Any] = reach.world(url, sandbox, token).control.post("reset", body={"keep": list(keep)})
    if as_json:
        flags.echo_json(done)
    else:
        kept = f", but for {', '.join(done['kept'])}" if done["kept"] else ""
        reach.say(f"sandbox {done['sandbox']} is back at its seed{kept}")

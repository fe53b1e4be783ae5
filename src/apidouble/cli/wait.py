"""`apidouble wait`: until a double is ready, for scripts that start one in the background.

In: which double, how long. Out: exit code 0 or 1. May not know: how it starts.
"""

from __future__ import annotations

import time

import click

from apidouble.cli import flags, reach
from apidouble.errors import ApidoubleError, Refusal

PAUSE = 0.1
"""Seconds between two tries."""


@click.command()
@reach.running
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0, 86_400),
    default=30.0,
    show_default=True,
    help="Give up after so long.",
)
@flags.as_json
def command(url: str, sandbox: str, token: str | None, timeout: float, as_json: bool) -> int:
    """Wait until a double is ready. Exit code 1 if it is not in time."""
    from apidouble.testing.control import Unreachable

    control = reach.world(url, sandbox, token).control
    started = time.monotonic()
    while True:
        try:
            health = control.get("health")
        except Unreachable as error:
            trouble: ApidoubleError = error
        except Refusal:
            # A wrong token or host name will not mend itself.
            raise
        except ApidoubleError as error:
            # Something else that answers there may still be on its way out.
            trouble = error
        else:
            if as_json:
                flags.echo_json(health | {"seconds": round(time.monotonic() - started, 3)})
            else:
                reach.say(f"{url} is ready")
            return 0
        if time.monotonic() - started + PAUSE > timeout:
            if as_json:
                flags.echo_json({"status": "unreachable", "reason": str(trouble)})
            else:
                click.echo(f"Not ready within {timeout:g} s: {trouble}", err=True)
            return 1
        time.sleep(PAUSE)

"""`apidouble restore`: a running double back to a snapshot.

In: which double, the name of a snapshot, or its file. Out: a sandbox as it was. May not know: what
a snapshot holds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from apidouble.cli import flags, reach


@click.command()
@click.argument("name", required=False)
@reach.running
@click.option(
    "--input",
    "source",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Upload what `snapshot --output` wrote, first.",
)
@flags.as_json
def command(
    name: str | None, url: str, sandbox: str, token: str | None, source: Path | None, as_json: bool
) -> None:
    """Take a running double back to the snapshot NAME, or to the one in a file."""
    control = reach.world(url, sandbox, token).control
    if source is not None:
        name = control.post("snapshots", body=_read(source, name))["name"]
    if name is None:
        raise click.UsageError("Say which snapshot: its NAME, or a file with --input.")
    restored = control.post("snapshots", name, "restore")
    if as_json:
        flags.echo_json(restored)
    else:
        reach.say(f"sandbox {sandbox} is back at snapshot {name}: {restored['records']} records")


def _read(source: Path, name: str | None) -> dict[str, Any]:
    try:
        content = json.loads(source.read_bytes())
    except ValueError as error:
        raise click.UsageError(f"{source} is no snapshot: {error}") from None
    if not isinstance(content, dict):
        raise click.UsageError(f"{source} is no snapshot: expected what `snapshot --output` writes.")
    return content | ({"name": name} if name else {})

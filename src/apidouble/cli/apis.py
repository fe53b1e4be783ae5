"""`apidouble apis`: what would be served, as a table or JSON.

In: the documents of `serve`. Out: one entry for each API: operations, resources, record counts.
May not know: how requests are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from apidouble.cli import flags

if TYPE_CHECKING:
    # Loads the web framework; the command does so only when it runs.
    from apidouble.server import Application

HEADS = ("API", "title", "version", "base", "operations", "resources (records)")


@click.command()
@flags.documents
@flags.reading
@click.option("--seed", metavar="N", help="Same seed, same data and ids.  [default: 1]")
@flags.as_json
def command(as_json: bool, **given: Any) -> None:
    """List the APIs that `serve` would serve, with their resources and how many records each has."""
    from apidouble.server import assemble

    application = assemble(flags.settings(given))
    entries = [_entry(application, index) for index in range(len(application.apis))]
    if as_json:
        flags.echo_json({"apis": entries})
        return
    rows = [HEADS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _entry(application: Application, index: int) -> dict[str, Any]:
    api = application.apis[index]
    base = api.contract.base_paths[0] if api.contract.base_paths else ""
    return {
        "name": api.name,
        "title": api.contract.title,
        "version": api.contract.version,
        "source": api.contract.document.source,
        "base": f"{api.mount}{base}" or "/",
        "operations": len(api.contract.operations),
        "resources": application.counts(api.name),
    }


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    from apidouble.cli.console import plain

    resources = ", ".join(f"{name} ({count})" for name, count in entry["resources"].items())
    cells = (entry["name"], entry["title"], entry["version"], entry["base"], entry["operations"], resources)
    return tuple(plain(str(cell)).replace("\n", " ") for cell in cells)

"""`apidouble apis`: what would be served, as a table or JSON.

In: the documents of `serve`. Out: one entry for each API: operations, resources, record counts.
May not know: how requests are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from apidouble.cli import flags

if TYPE_CHECKING:
    # These load every layer below; the command does so only when it runs.
    from apidouble.catalog import Api
    from apidouble.sandbox import Sandbox

HEADS = ("API", "title", "version", "base", "operations", "resources (records)")


@click.command()
@flags.documents
@flags.reading
@click.option("--seed", metavar="N", help="Same seed, same data and ids.  [default: 1]")
@flags.as_json
def command(as_json: bool, **given: Any) -> None:
    """List APIs with operations, resources and record counts.

    The same as `serve` would serve.
    """
    from apidouble.catalog import load_apis
    from apidouble.worlds import make_sandboxes

    settings = flags.settings(given)
    apis = load_apis(settings)
    world = make_sandboxes(apis, settings).get()
    entries = [_entry(api, world) for api in apis]
    if as_json:
        flags.echo_json({"apis": entries})
        return
    rows = [HEADS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _entry(api: Api, world: Sandbox) -> dict[str, Any]:
    base = api.contract.base_paths[0] if api.contract.base_paths else ""
    view = world.store.begin()
    try:
        counts = {name: view.page(f"{api.name}/{name}", limit=0)[1] for name in api.model.resources}
    finally:
        view.discard()
    return {
        "name": api.name,
        "title": api.contract.title,
        "version": api.contract.version,
        "source": api.contract.document.source,
        "base": f"{api.mount}{base}" or "/",
        "operations": len(api.contract.operations),
        "resources": counts,
    }


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    from apidouble.cli.console import plain

    resources = ", ".join(f"{name} ({count})" for name, count in entry["resources"].items())
    cells = (entry["name"], entry["title"], entry["version"], entry["base"], entry["operations"], resources)
    return tuple(plain(str(cell)).replace("\n", " ") for cell in cells)

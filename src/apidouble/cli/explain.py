"""`apidouble explain`: what was inferred from documents, why, and how to correct it.

In: documents. Out: resources, keys, operations, envelopes and filters as text or JSON. May not
know: how they were inferred.
"""

from __future__ import annotations

from typing import Any

import click

from apidouble.cli import flags


@click.command()
@flags.documents
@flags.reading
@flags.as_json
def command(as_json: bool, **given: Any) -> None:
    """Tell what was inferred from DOCUMENTs and why.

    Resources with their keys and parents, what each operation does to them, envelopes, paging,
    filters, and which operations keep nothing; with the hint that would correct each of it.
    """
    from apidouble.catalog import load_apis
    from apidouble.cli.console import plain
    from apidouble.model.explain import explain

    told = [explain(api.model, api.contract) for api in load_apis(flags.settings(given))]
    if as_json:
        flags.echo_json({"apis": [one.data for one in told]})
    else:
        click.echo(plain("\n".join(one.text() for one in told)), nl=False)

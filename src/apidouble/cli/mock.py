"""`apidouble mock`: `serve` under the flags of Prism's command of that name.

In: Prism's flags. Out: the same double as `serve`. May not know: how requests are answered.
"""

from __future__ import annotations

import re
from typing import Any

import click

from apidouble.cli import flags
from apidouble.cli.serve import start

SWITCH = re.compile(r"^--(?P<name>cors|dynamic|errors|multiprocess|ignoreExamples)=(?P<value>true|false)$")


class PrismCommand(click.Command):
    """Reads switches as Prism's parser does, `--cors=false` included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spell switches with values as click knows them."""
        return super().parse_args(ctx, [SWITCH.sub(_spelled, argument) for argument in args])


def _spelled(found: re.Match[str]) -> str:
    return f"--{'' if found['value'] == 'true' else 'no-'}{found['name']}"


@click.command(cls=PrismCommand)
@click.argument("document", metavar="DOCUMENT")
@click.option("-p", "--port", metavar="PORT", help="Where to listen.  [default: 4010]")
@click.option("-h", "--host", metavar="HOST", help="Where to listen.  [default: 127.0.0.1]")
@click.option(
    "-d/ ",
    "--dynamic/--no-dynamic",
    "dynamic",
    default=None,
    help="Generate every answer, as Prism does; nothing is kept then.",
)
@click.option("--ignoreExamples/--no-ignoreExamples", "ignore", default=None, help="The same as --dynamic.")
@click.option("--seed", metavar="N", help="Same seed, same data and ids.  [default: 1]")
@click.option("--cors/--no-cors", default=None, help="Let browsers of any origin in.  [default: cors]")
@click.option("--errors/--no-errors", default=None, help="Answers that break the contract become 500.")
@click.option(
    "-m/ ",
    "--multiprocess/--no-multiprocess",
    "multiprocess",
    expose_value=False,
    help="Accepted and of no effect: one process keeps the state.",
)
@click.option(
    "-v", "--verboseLevel", "verbose", metavar="LEVEL", help="Prism's levels; `silent` means no output."
)
@click.option("--config", metavar="FILE", help="Read settings from FILE.")
def command(
    document: str, errors: bool | None, ignore: bool | None, verbose: str | None, **given: Any
) -> None:
    """Serve a double of DOCUMENT, spelled as Prism's users know it."""
    given["dynamic"] = ignore if ignore is not None else given["dynamic"]
    quiet = True if verbose == "silent" else None
    start(flags.settings({"documents": (document,), "strict": errors, "quiet": quiet, **given}))

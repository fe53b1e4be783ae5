"""The commands as click knows them.

In: arguments. Out: an exit code. May not know: what the commands do.

Commands live in `cli/<name>.py` as `command`; only the one that is run is imported, and each imports
what is heavy when it runs, so that help is shown at once.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from apidouble.cli.codes import FINE, INTERRUPTED

COMMANDS = {
    "serve": "Serve a double of DOCUMENTs, or of the bundled APIs.",
    "mock": "Serve a double of DOCUMENT, spelled as Prism's users know it.",
    "apis": "List APIs with operations, resources and record counts.",
    "validate": "Check DOCUMENTs: file, line, pointer, what was expected.",
    "explain": "Tell what was inferred from DOCUMENTs and why.",
    "new": "Write the files of one more API called NAME.",
    "wait": "Wait until a double is ready.",
    "reset": "Take a running double back to its seed.",
    "snapshot": "Keep the state of a running double under NAME; without NAME, list what is kept.",
    "restore": "Take a running double back to the snapshot NAME, or to the one in a file.",
    "requests": "Show what was asked of a running double, oldest first.",
    "verify": "Check that requests came to a running double.",
    "faults": "Break a running double on purpose: add, list and clear faults.",
}
"""In the order in which people meet them, each with the first sentence of its own help."""

EPILOG = """\b
Exit codes:
  0  fine
  1  findings: what was checked has faults
  2  cannot run: bad arguments or settings, unreadable documents, port in use
130  interrupted (a server that is interrupted ends with 0)

Every flag can also stand in the environment (APIDOUBLE_PORT=8080) and in apidouble.toml or
[tool.apidouble] of pyproject.toml in the working folder; flags win, then the environment."""


class Commands(click.Group):
    """A group whose commands are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, none of which is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"apidouble.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a promise of each command file
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a hint for who types `apidouble openapi.yaml`."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args and (os.sep in args[0] or args[0].endswith((".yaml", ".yml", ".json"))):
                raise click.UsageError(
                    f"{args[0]!r} is no command. To serve a document: apidouble serve {args[0]}", ctx
                ) from None
            close = get_close_matches(args[0], COMMANDS, 1) if args else []
            if close:
                raise click.UsageError(
                    f"There is no command {args[0]!r}. Did you mean {close[0]!r}?", ctx
                ) from None
            raise error from None


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from apidouble.version import VERSION

        click.echo(f"apidouble {VERSION}")
        ctx.exit()


@click.group(cls=Commands, epilog=EPILOG, context_settings={"max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
def program() -> None:
    """A stateful double of any HTTP API, driven by its OpenAPI document.

    Without a document, `apidouble serve` serves the bundled APIs.
    """
    # `main` has switched it off for the imports.
    gc.enable()


def run(arguments: Sequence[str]) -> int:
    """Run a command; the exit code."""
    try:
        code: Any = program.main(args=list(arguments), prog_name="apidouble", standalone_mode=False)
    except click.ClickException as error:
        with contextlib.suppress(OSError):  # nobody may be listening on stderr
            error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else FINE

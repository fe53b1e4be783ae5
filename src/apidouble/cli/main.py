"""The `apidouble` program: finds a command, runs it, turns errors into exit codes.

In: argv. Out: an exit code, and one readable message where something is wrong. May not know:
what the commands do.

Commands live in `cli/<name>.py` as `command`; only the one that is run (or listed) is imported,
and each imports what is heavy when it runs, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from apidouble.errors import ApidoubleError

FINE, FINDINGS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130

COMMANDS = (
    "serve",
    "mock",
    "apis",
    "validate",
    "explain",
    "new",
    "wait",
    "reset",
    "snapshot",
    "restore",
    "requests",
    "verify",
    "faults",
)

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
        """The names, in the order in which people meet them."""
        return list(COMMANDS)

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
        from importlib.metadata import version

        click.echo(f"apidouble {version('apidouble')}")
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    try:
        code: Any = program.main(
            args=None if arguments is None else list(arguments), prog_name="apidouble", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        _silently(error.show)
        return error.exit_code
    except ApidoubleError as error:
        _complain(f"Error: {error}")
        return CANNOT_RUN
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; point stdout elsewhere, or the interpreter
        # complains once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        _complain(f"Error: {error.filename or 'system'}: {error.strerror or error}")
        return CANNOT_RUN
    except Exception as error:
        if os.environ.get("APIDOUBLE_TRACEBACK"):
            raise
        _complain(
            f"Error: a fault of apidouble itself: {type(error).__name__}: {error}\n"
            "Run it again with APIDOUBLE_TRACEBACK=1 and report what it prints."
        )
        return CANNOT_RUN
    return code if isinstance(code, int) else FINE


def _complain(text: str) -> None:
    _silently(lambda: click.echo(text, err=True))


def _silently(show: Any) -> None:
    """Nobody may be listening on stderr."""
    try:
        show()
    except OSError:
        return

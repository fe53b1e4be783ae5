"""The `apidouble` program: runs a command, turns errors into exit codes.

In: argv. Out: an exit code, and one readable message where something is wrong. May not know:
what the commands are.

It imports next to nothing, so that `--version` is answered without anything else, and what goes wrong
while the rest is imported is told like every other fault.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from apidouble.cli.codes import CANNOT_RUN, FINE, INTERRUPTED
from apidouble.version import VERSION


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    # What is imported stays: looking for garbage among it takes a third of the time of `--help`.
    gc.disable()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = _run(given)
        if sys.stdout:  # None where the shell has closed it
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; point stdout elsewhere, or the interpreter
        # complains once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        return _cannot_run(f"{error.filename or 'system'}: {error.strerror or error}")
    except Exception as error:
        from apidouble.errors import ApidoubleError

        if isinstance(error, ApidoubleError):
            return _cannot_run(str(error))
        if os.environ.get("APIDOUBLE_TRACEBACK"):
            raise
        return _cannot_run(
            f"a fault of apidouble itself: {type(error).__name__}: {error}\n"
            "Run it again with APIDOUBLE_TRACEBACK=1 and report what it prints."
        )
    return code


def _run(given: Sequence[str]) -> int:
    if given == ["--version"]:
        # As `program` would, which takes ten times as long to import.
        if sys.stdout:
            sys.stdout.write(f"apidouble {VERSION}\n")
        return FINE
    from apidouble.cli import program

    return program.run(given)


def _cannot_run(reason: str) -> int:
    try:
        if sys.stderr:
            sys.stderr.write(f"Error: {reason}\n")
            sys.stderr.flush()
    except OSError:
        # Nobody is listening.
        return CANNOT_RUN
    return CANNOT_RUN

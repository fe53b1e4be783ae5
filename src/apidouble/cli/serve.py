"""`apidouble serve`: a double of the given documents, or of the bundled project, until interrupted.

In: flags. Out: a running server, its greeting and its request lines. May not know: how requests
are answered.
"""

from __future__ import annotations

import contextlib
import gc
import signal
from types import FrameType
from typing import Any

import click

from apidouble.cli import flags
from apidouble.settings import Settings


def _refuse_workers(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value not in (None, "1"):
        raise click.UsageError(
            "A double keeps its state in one process, so there is no --workers: several would each"
            " remember different things. Start several doubles on ports of their own instead, or"
            " give each test its own sandbox."
        )


@click.command()
@flags.documents
@click.option("--host", metavar="HOST", help="Where to listen.  [default: 127.0.0.1]")
@click.option("--port", metavar="PORT", help="0 picks a free one.  [default: 4010]")
@flags.behaving
@flags.reading
@click.option("--quiet", is_flag=True, default=None, help="No greeting and no line for each request.")
@click.option(
    "--watch", is_flag=True, default=None, help="Reload changed files and keep the records that fit."
)
@click.option("--workers", metavar="N", hidden=True, expose_value=False, callback=_refuse_workers)
def command(**given: Any) -> None:
    """Serve a double of DOCUMENTs, or of the bundled APIs.

    A FOLDER is a project with specs/, fixtures/ and rules/, or a folder of documents.
    """
    start(flags.settings(given))


def start(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    # Modules, documents and what is compiled of them stay for good: looking for garbage among them
    # takes a fifth of the time that starting takes. The server turns the collector on again.
    gc.disable()
    try:
        with contextlib.suppress(_Ended):
            _serve(settings)
    finally:
        gc.enable()


class _Ended(BaseException):
    """Somebody wants it to end while documents are still being read.

    Not KeyboardInterrupt: once that passes through `exec`, which dataclasses are made with,
    CPython kills itself by SIGINT at exit, whoever caught it.
    """


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _Ended


def _serve(settings: Settings) -> None:
    from apidouble.cli.console import Console
    from apidouble.web.serve import bind, run

    console = Console()
    with bind(settings.host, settings.port) as listener:
        from apidouble.cli.greeting import greet
        from apidouble.server import assemble
        from apidouble.web.access import with_token

        given, settings = settings, with_token(settings)
        application = assemble(settings)
        greet(console, application.apis, application.findings, settings, listener.url)
        if settings.admin_token != given.admin_token:
            console.say(f"  control API {listener.url}/__admin asks for the token {settings.admin_token}")
        if not settings.quiet:
            application.observe(console.request)
        served: Any = application.edge
        if settings.watch:
            from apidouble.cli.watch import Watching

            served = Watching(application, settings, console)
        run(
            served,
            listener,
            ready=lambda: console.say(f"Listening on {listener.url}"),
            trouble=console.warn,
        )
        console.close()

"""The flags with which a command reaches a double that runs, and the double behind them.

In: `--url`, `--sandbox`, `--token`. Out: `World`. May not know: what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    # Loads http.client, which --help has no use for.
    from apidouble.testing.world import World

F = TypeVar("F", bound=Callable[..., Any])
URL = "http://127.0.0.1:4010"


def running(function: F) -> F:
    """Which double, and which of its sandboxes."""
    for decorate in (
        click.option("--token", metavar="TOKEN", envvar="APIDOUBLE_ADMIN_TOKEN", help="Its admin token."),
        click.option(
            "--sandbox", metavar="NAME", default="default", show_default=True, help="Which of its worlds."
        ),
        click.option(
            "--url",
            metavar="URL",
            envvar="APIDOUBLE_URL",
            default=URL,
            show_default=True,
            help="Which double.",
        ),
    ):
        function = decorate(function)
    return function


def world(url: str, sandbox: str, token: str | None) -> World:
    """The sandbox that the flags name."""
    from apidouble.testing.world import connect

    return connect(url, sandbox, token=token)


def matching(function: F) -> F:
    """Which requests are meant."""
    for decorate in (
        click.option("--unmatched", is_flag=True, help="Those at which nothing is served."),
        click.option("--violation", is_flag=True, help="Those in which either side broke the contract."),
        click.option("--api", metavar="NAME", help="Of this API."),
        click.option("--operation", metavar="ID", help="Of this operation."),
        click.option("--status", metavar="STATUS", help="With this status, or in a range such as 4XX."),
        click.option("--path", metavar="PATH", help="With this path; * stands for any text."),
        click.option("--method", metavar="METHOD", help="With this method."),
    ):
        function = decorate(function)
    return function


def match(given: Mapping[str, Any]) -> dict[str, Any]:
    """A matcher from the flags of `matching`."""
    status = given["status"]
    wanted = {
        "method": given["method"],
        "path": given["path"],
        "operation_id": given["operation"],
        "api": given["api"],
        "status": int(status) if status is not None and status.isdigit() else status,
        "violation": given["violation"] or None,
        "unmatched": given["unmatched"] or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def line(one: Mapping[str, Any]) -> str:
    """A request of the journal, for people."""
    reason = f" - {one['reason']}" if one["reason"] else ""
    status = one["status"] or "dropped"
    return f"{one['id']}  {one['method']} {one['path']} {status} {one['duration_ms']:.1f}ms{reason}"


def say(text: str) -> None:
    """Print what a double told, which may hold anything that its clients sent."""
    from apidouble.cli.console import plain

    click.echo(plain(text))

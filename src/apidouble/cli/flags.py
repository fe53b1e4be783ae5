"""The flags that several commands share; `configuration` says what their values mean.

In: nothing. Out: decorators that add flags to a command, and `settings()`. May not know: what
acts on a setting.

All values stay text here: flags, environment and config file are read by one table, so that a
wrong value is told in the same words wherever it stands.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from apidouble.configuration import load
from apidouble.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def documents(function: F) -> F:
    """[DOCUMENT_OR_FOLDER_OR_URL]..."""
    return click.argument("documents", nargs=-1, metavar="[DOCUMENT|FOLDER|URL]...")(function)


def reading(function: F) -> F:
    """How documents are found and read."""
    return _all(
        function,
        _text(
            "--overlay", "FILE", "Apply an OpenAPI Overlay before anything else; repeatable.", multiple=True
        ),
        _text("--mount", "NAME=/prefix", "Serve an API under a prefix; repeatable.", multiple=True),
        _switch("--allow-remote", "Fetch what documents refer to by URL."),
        _switch("--allow-outside", "Read what documents refer to outside their folder."),
        _switch("--cache/--no-cache", "Keep read documents on disk, by content hash.  [default: cache]"),
        _text("--config", "FILE", "Read settings from FILE."),
    )


def behaving(function: F) -> F:
    """How a double behaves, apart from where it listens."""
    return _all(
        function,
        _text("--seed", "N", "Same seed, same data and ids.  [default: 1]"),
        _text(
            "--auth",
            "strict|any|off",
            "Which credentials are accepted: known ones, well-formed ones, none needed."
            "  [default: strict where a fixture declares identities, else any]",
        ),
        _text("--set", "API.NAME=VALUE", "A setting of an API; repeatable.", multiple=True),
        _text("--clock", "TIME", "Stand still at TIME (2030-01-01T12:00:00Z).  [default: real time]"),
        _switch("--cors/--no-cors", "Let browsers of any origin in.  [default: cors]"),
        _switch("--strict", "Answers that break the contract become 500 with the reason."),
        _text(
            "--sandboxes", "auto|declared", "Make unknown sandboxes at first use, or refuse.  [default: auto]"
        ),
        _switch("--admin/--no-admin", "Serve the control API under /__admin.  [default: admin]"),
        _text(
            "--admin-token", "TOKEN", "What the control API asks for.  [default: made up unless on loopback]"
        ),
    )


def settings(flags: Mapping[str, Any]) -> Settings:
    """The settings of this run, from click's parameters and everything that stands behind them."""
    return load({name.replace("_", "-"): value for name, value in flags.items()}, os.environ)


def _all(function: F, *decorators: Callable[[F], F]) -> F:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def _text(name: str, metavar: str, told: str, *, multiple: bool = False) -> Callable[[F], F]:
    return click.option(name, metavar=metavar, multiple=multiple, help=told)


def _switch(name: str, told: str) -> Callable[[F], F]:
    # No default: absent means that environment and config file decide.
    return click.option(name, is_flag=True, default=None, help=told)


def as_json(function: F) -> F:
    """--json, as the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="For programs.")(function)


def echo_json(value: Any) -> None:
    """Print a value, findings and other dataclasses included, as JSON that people can read too."""
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str))

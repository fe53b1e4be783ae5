"""What `serve` says before it listens: what is served, where, as whom, and what was repaired.

In: the application and its settings. Out: lines. May not know: how requests are answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from apidouble.catalog import Api
from apidouble.cli.console import Console
from apidouble.errors import Finding
from apidouble.server import auth_mode
from apidouble.settings import Settings
from apidouble.version import VERSION
from apidouble.web.credentials import known_identities, sendings
from apidouble.web.pages import Pages

SHOWN = 10
"""Findings told one by one; the rest is counted."""


def greet(
    console: Console, apis: Sequence[Api], findings: Sequence[Finding], settings: Settings, url: str
) -> None:
    """Say it all; warnings on stderr."""
    if not settings.quiet:
        console.say(f"apidouble {VERSION} serves {_counted(len(apis), 'API')}, seed {settings.seed}")
        pages = Pages(apis, settings.auth)
        for api in apis:
            for line in _about(api, settings, f"{url}{pages.link(api)}"):
                console.say(line)
        if settings.admin:
            console.say(f"  control API: docs {url}/__admin/docs")
    for finding in findings[:SHOWN]:
        console.warn(f"{finding.severity}: {finding}")
    if len(findings) > SHOWN:
        console.warn(f"and {len(findings) - SHOWN} more; `apidouble validate` tells them all")


def _about(api: Api, settings: Settings, docs: str) -> list[str]:
    contract = api.contract
    base = contract.base_paths[0] if contract.base_paths else ""
    served = f"{api.mount}{base}" or "/"
    lines = [
        f"  {api.name}: {contract.title} {contract.version}".rstrip(),
        f"    {_counted(len(contract.operations), 'operation')} at {served}, docs {docs}",
    ]
    mode = auth_mode(settings, api)
    if mode == "off":
        return lines
    for identity in known_identities(contract, api.fixture.identities):
        sent = ", ".join(str(one) for one in sendings(contract, identity))
        role = f" ({identity.role})" if identity.role and identity.role != identity.name else ""
        if sent:
            also = ", or anything well-formed" if mode == "any" else ""
            lines.append(f"    as {identity.name}{role}: {sent}{also}")
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

"""`apidouble validate`: what is wrong with documents, strictly; nothing is served or repaired.

In: files, folders, URLs. Out: findings as lines or JSON, exit code 1 where there are any. May not
know: what a double would make of the documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from apidouble.cli import flags
from apidouble.errors import Finding

NOTE = "note"
"""The severity that is no fault."""


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT|FOLDER|URL...")
@flags.reading
@flags.as_json
def command(as_json: bool, **given: Any) -> int:  # click passes flags by name
    """Check DOCUMENTs: file, line, pointer, what was expected.

    Stricter than `serve`, which repairs what it can. Exit code 1 if there are findings.
    """
    from apidouble.document.check import check
    from apidouble.document.find import find

    settings = flags.settings(given)
    wanted: dict[str, Path | None] = {}
    for name in settings.documents:
        if Path(name).is_file() or "://" in name:
            wanted[name] = None
        else:
            wanted |= {found.source: found.root for found in find([name])}
    found = {
        source: check(
            source,
            overlays=settings.overlays,
            allow_remote=settings.allow_remote,
            allow_outside=settings.allow_outside,
            root=root,
        )
        for source, root in wanted.items()
    }
    if as_json:
        flags.echo_json(
            {"documents": [{"source": source, "findings": findings} for source, findings in found.items()]}
        )
    else:
        for source, findings in found.items():
            _tell(source, findings)
    faults = any(finding.severity != NOTE for findings in found.values() for finding in findings)
    return 1 if faults else 0


def _tell(source: str, findings: Sequence[Finding]) -> None:
    from apidouble.cli.console import plain

    for finding in findings:
        click.echo(plain(f"{finding.severity}: {finding}"))
    counts = Counter(finding.severity for finding in findings)
    summary = ", ".join(
        f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items()
    )
    click.echo(plain(f"{source}: {summary or 'fine'}"))

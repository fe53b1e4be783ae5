"""OpenAPI Overlays: changes to a document one does not own, applied before anything else.

In: a document's value and overlay files (OpenAPI Overlay 1.0). Out: the changed value. May not
know: versions of OpenAPI, what the changes mean.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apidouble.document import files, pointers
from apidouble.document.report import Report
from apidouble.document.text import Text, TextError
from apidouble.errors import DocumentError, Finding

_ENDINGS = (".overlay.yaml", ".overlay.yml", ".overlay.json")


def beside(document: Path) -> list[Path]:
    """The overlays that belong to a document by their name: `<stem>.overlay.yaml`."""
    return [path for ending in _ENDINGS if (path := document.with_name(document.stem + ending)).is_file()]


def is_overlay(path: Path) -> bool:
    """Whether a file's name says that it is an overlay."""
    return path.name.lower().endswith(_ENDINGS)


def read(paths: Sequence[Path]) -> list[tuple[Path, bytes]]:
    """The bytes of the overlays, in order.

    Raises:
        DocumentError: one cannot be read.

    """
    found: list[tuple[Path, bytes]] = []
    for path in paths:
        try:
            found.append((path, files.read(path)))
        except files.Denied as error:
            raise DocumentError(Finding(f"the overlay {error.message}", file=str(path))) from None
    return found


def apply(root: Any, path: Path, data: bytes) -> tuple[Any, list[Finding]]:
    """The root with the overlay's actions applied, in place where it can be, and warnings.

    Raises:
        DocumentError: it is no overlay; a hint that silently does nothing helps nobody.

    """
    report = Report()
    text = Text(data, str(path))
    try:
        overlay = text.value(0, report)
    except TextError as error:
        finding = Finding(f"the overlay cannot be read: {error.message}", file=str(path), line=error.line)
        raise DocumentError(finding) from None
    if not isinstance(overlay, dict) or not isinstance(overlay.get("actions"), list):
        raise DocumentError(
            Finding(
                "this is no overlay", file=str(path), expected="`overlay: 1.0.0`, `info` and a list `actions`"
            )
        )
    for index, action in enumerate(overlay["actions"]):
        root = _act(root, action, index, report)
    findings = report.findings(lambda _: str(path), lambda _, wanted: text.lines(wanted))
    if any(finding.severity == "error" for finding in findings):
        raise DocumentError([finding for finding in findings if finding.severity == "error"])
    return root, findings


def _act(root: Any, action: Any, index: int, report: Report) -> Any:
    # imported here: only few documents have overlays, and all would pay for the import
    from jsonpath_rfc9535 import JSONPathError, compile  # noqa: A004, PLC0415

    place = pointers.place_of(0, ["actions", index])
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        report.add(
            place, "action", "an action needs a target", expected="a JSONPath (RFC 9535)", severity="error"
        )
        return root
    target = action["target"]
    if "update" not in action and action.get("remove") is not True:
        report.add(
            place,
            "action",
            "the action does nothing",
            expected="`update` or `remove: true`",
            severity="error",
        )
        return root
    try:
        nodes = compile(target).find(root)
    except (JSONPathError, RecursionError) as error:
        message = f"the target {target!r} is no JSONPath: {str(error).splitlines()[0]}"
        report.add(
            (place, "target"), "target", message, expected="a JSONPath as RFC 9535 has it", severity="error"
        )
        return root
    if not nodes:
        advice = "Check the spelling; a path is written `$.paths['/pets/{id}'].get`"
        report.add((place, "target"), "match", f"the target {target!r} matches nothing", advice=advice)
    if action.get("remove") is True:
        # the last first: the index of an item counts until an earlier one is gone
        for node in reversed(list(nodes)):
            _remove(root, node.location)
        return root
    for node in nodes:
        root = _update(root, node.location, action["update"])
    return root


def _remove(root: Any, location: Sequence[str | int]) -> None:
    if not location:
        return
    try:
        holder = pointers.find(root, [str(part) for part in location[:-1]])
    except KeyError:
        return
    key = location[-1]
    if isinstance(holder, list) and isinstance(key, int) and key < len(holder):
        del holder[key]
    elif isinstance(holder, dict):
        holder.pop(key, None)


def _update(root: Any, location: Sequence[str | int], update: Any) -> Any:
    here = pointers.find(root, [str(part) for part in location])
    merged = _merge(here, update, top=True)
    if not location:
        return merged
    holder = pointers.find(root, [str(part) for part in location[:-1]])
    holder[location[-1]] = merged
    return root


def _merge(target: Any, update: Any, *, top: bool = False) -> Any:
    if isinstance(target, dict) and isinstance(update, dict):
        for key, value in update.items():
            target[key] = _merge(target[key], value) if key in target else copy.deepcopy(value)
        return target
    if isinstance(target, list):
        if isinstance(update, list):
            target.extend(copy.deepcopy(update))
            return target
        if top:
            target.append(copy.deepcopy(update))
            return target
    return copy.deepcopy(update)

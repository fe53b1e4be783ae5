"""Where local references lead, and a name for whatever cannot be referred to as it stands.

In: the bundled document. Out: canonical references (`#/...`, no percent-encoding, safe in URIs).
May not know: versions, what stands at the end of a reference beyond its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from apidouble.document import pointers
from apidouble.document.bundle import KEY
from apidouble.document.pointers import Place, join
from apidouble.document.report import Report

Kind = Literal[
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "examples",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
]
"""The section of `components` that a referenced part belongs to."""

MISSING: Any = object()
WRAPPED = ("responses", "requestBodies", "mediaTypes", "headers")
"""Parts that are read as JSON of a schema where they refer to one."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_NOISE = frozenset({
    "paths", "components", "schemas", "content", "schema", "responses", "application/json",
    "definitions", "$defs",
})  # fmt: skip
"""Parts of a path that tell a reader nothing about what stands there."""
_DEPTHS = {"": 1, "components": 3, KEY: 2, "paths": 2}
_ELSEWHERE = {
    "definitions": ("components", "schemas"),
    "schemas": ("components", "schemas"),
    "parameters": ("components", "parameters"),
    "responses": ("components", "responses"),
}


class References:
    """Resolves references within one document while it is being rewritten."""

    def __init__(
        self, root: dict[str, Any], old: dict[str, Any], report: Report, label: Callable[[int], str]
    ) -> None:
        self.root, self._old = root, old
        self._report, self._label = report, label
        self._known: dict[tuple[str, str], tuple[str, Any, Place]] = {}
        self._hoisted: dict[tuple[str, int], str] = {}
        self.into_files = False
        """Whether a path item or callback still stands in another file's place."""
        self.renamed: dict[str, str] = {}
        """Pointer of a renamed component -> its new one."""
        self.origins: dict[str, tuple[int, str]] = {}
        """Pointer in the internal form -> file and pointer that it was moved from."""

    def resolve(self, ref: str, kind: Kind, place: Place) -> tuple[str, Any, Place]:
        """Canonical reference, node and its place; the node is MISSING if nothing fits (with a remark)."""
        known = self._known.get((kind, ref))
        if known is None:
            known = self._known[kind, ref] = self._resolve(ref, kind, place)
        if known[1] is MISSING and ref.startswith("#"):
            self._report.add(
                place,
                "reference",
                f"$ref {ref!r} leads nowhere",
                expected=f"one of the document's {kind}",
                advice="It is left out; anything is accepted there",
            )
        return known

    def hoist(self, node: Any, kind: Kind, name: str, place: Place) -> str:
        """A reference to the node under a safe name of its own in `components`."""
        key = (kind, id(node))
        ref = self._hoisted.get(key)
        if ref is None:
            section = self.section(kind)
            unique = free_name(name, section)
            section[unique] = node
            ref = self._hoisted[key] = f"#/components/{kind}/{unique}"
            file, parts = pointers.locate(place)
            self.origins[ref[1:]] = (file, join(parts))
        return ref

    def keep(self, ref: str, node: Any, place: Place) -> str:
        """The reference, or a new one where the node has lost its place to a repair around it."""
        parts = pointers.split(ref[1:])
        if len(parts) == 3 and parts[:2] == ["components", "schemas"]:
            return ref
        try:
            if pointers.find(self.root, parts) is node:
                return ref
        except KeyError:
            pass
        return self.hoist(node, "schemas", self._name(parts), place)

    def section(self, kind: str) -> dict[str, Any]:
        """A section of `components`, made if it is missing."""
        components = self.root.setdefault("components", {})
        section: dict[str, Any] = components.setdefault(kind, {})
        return section

    def adopt(self) -> None:
        """Put parts of other files where a component only refers to them: `Pet: {$ref: pet.yaml}`."""
        for kind in get_args(Kind):
            section = self.root.get("components", {}).get(kind)
            for name, node in list(section.items()) if isinstance(section, dict) else ():
                ref = node.get("$ref") if isinstance(node, dict) and len(node) == 1 else None
                if not isinstance(ref, str) or not ref.startswith(f"#/{KEY}/"):
                    continue
                target, _, there = self._look(next(iter(pointers.candidates(ref[1:]))), (None, 0))
                if isinstance(target, dict) and (kind, id(target)) not in self._hoisted:
                    section[name] = target
                    pointer = join(["components", kind, name])
                    self._hoisted[kind, id(target)] = "#" + pointer
                    file, parts = pointers.locate(there)
                    self.origins[pointer] = (file, join(parts))

    def rename_unsafe(self) -> None:
        """Give schemas names that may stand in a URI: validators read `$ref` as one."""
        schemas = self.section("schemas")
        if all(pointers.is_uri_safe(pointers.escape(name)) for name in schemas):
            return
        taken = dict(schemas)
        schemas.clear()
        for name, node in taken.items():
            safe = name
            if not pointers.is_uri_safe(pointers.escape(name)):
                safe = free_name(name, {**taken, **schemas})
                old, new = join(["components", "schemas", name]), join(["components", "schemas", safe])
                self.renamed[old] = new
                self.origins.setdefault(new, (0, old))
            schemas[safe] = node

    def _resolve(self, ref: str, kind: Kind, place: Place) -> tuple[str, Any, Place]:
        for parts, repaired in self._readings(ref):
            node, found, there = self._look(parts, place)
            # a whole section or the whole document is no part that could be meant
            if node is MISSING or len(found) < _DEPTHS.get(found[0] if found else "", 1):
                continue
            pointer = join(found)
            if repaired:
                self._report.add(
                    place, "reference", f"$ref {ref!r} leads nowhere; {'#' + pointer!r} is meant"
                )
            pointer = self.renamed.get(pointer, pointer)
            if found[0] == "components" and found[1] != kind and not _interchangeable(found[1], kind):
                continue
            # what stands in components keeps its place; the rest may move, or has no name of its own
            if found[0] == "components" and (kind != "schemas" or pointers.is_uri_safe(pointer)):
                return "#" + pointer, node, there
            if kind in ("pathItems", "callbacks"):
                self.into_files = self.into_files or found[0] == KEY
                return "#" + pointer, node, there
            if isinstance(node, dict):
                return self.hoist(node, kind, self._name(found), there), node, there
        return ref, MISSING, place

    def _name(self, parts: list[str]) -> str:
        """What a reader would call the part that stands there: by its file, or by the path to it."""
        if len(parts) > 1 and parts[0] == KEY:
            if len(parts) == 2 and parts[1].isdecimal():
                return PurePath(urlsplit(self._label(int(parts[1]))).path).stem
            parts = parts[2:]
        if len(parts) > 1 and parts[0].startswith("x-"):
            parts = parts[1:]
        return "_".join([part for part in parts if part not in _NOISE] or parts)

    def _readings(self, ref: str) -> list[tuple[list[str], bool]]:
        """The paths that a reference may mean, the literal ones first, then repairs."""
        if not ref.startswith("#"):
            return []
        swagger = "swagger" in self._old
        found: list[tuple[list[str], bool]] = []
        repairs: list[tuple[list[str], bool]] = []
        for parts in pointers.candidates(ref[1:]):
            if len(parts) > 1 and parts[0] in _ELSEWHERE:
                moved = [*_ELSEWHERE[parts[0]], *parts[1:]]
                (found if swagger else repairs).append((moved, not swagger))
            elif len(parts) == 2 and parts[0] == "components":
                repairs.append((["components", "schemas", parts[1]], True))
            found.append((parts, False))
        return found + repairs

    def _look(self, parts: list[str], place: Place) -> tuple[Any, list[str], Place]:
        """What stands there, in the new tree or else in the published one, through references on the way."""
        for tree in (self.root, self._old):
            here: Any = tree
            walked: list[str] = []
            hops = 0
            for index, part in enumerate(parts):
                if isinstance(here, dict) and part not in here and isinstance(inner := here.get("$ref"), str):
                    # a pointer that leads through a reference, as lenient tools follow it
                    hops += 1
                    try:
                        here = pointers.find(tree, pointers.split(inner[1:])) if hops < 20 else None
                        walked = pointers.split(inner[1:])
                    except KeyError:
                        here = None
                try:
                    here = pointers.find(here, [part])
                except KeyError:
                    break
                walked.append(part)
                if index == len(parts) - 1:
                    return here, walked, self._published(walked)
        return MISSING, parts, place

    def _published(self, parts: list[str]) -> Place:
        if len(parts) > 1 and parts[0] == KEY and parts[1].isdecimal():
            return pointers.place_of(int(parts[1]), parts[2:])
        return pointers.place_of(0, parts)


def _interchangeable(section: str, kind: Kind) -> bool:
    """Whether a reference from one kind of part to another section can be made sense of."""
    return section.startswith("x-") or kind == "schemas" or (section == "schemas" and kind in WRAPPED)


def free_name(wanted: str, taken: dict[str, Any]) -> str:
    """A name made of safe characters that is not taken yet."""
    base = _UNSAFE.sub("_", wanted).strip("_.") or "Unnamed"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}_{count}", count + 1
    return name

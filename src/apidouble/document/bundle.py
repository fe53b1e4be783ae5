"""Many files to one: every `$ref` is made local, other files go below `/x-bundled/<n>`.

In: the document's value and its files. Out: the same value with local references only. May not
know: what the referenced parts are, versions but for `$id` and `$anchor`.

Three kinds of reference end here: into other files, to a `$id` or relative to one, and to an
`$anchor` (JSON Schema 2020-12, section 8.2). Whatever leads nowhere is left as it stands, with a
remark; `references` deals with it by its kind.
"""

from __future__ import annotations

from typing import Any

from apidouble.document import pointers
from apidouble.document.files import Files, absolute
from apidouble.document.pointers import Place
from apidouble.document.report import Report

KEY = "x-bundled"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_LITERAL = frozenset({"example", "default", "enum", "const", "value", "dataValue"})
_NAMES = frozenset({
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas", "responses",
    "headers", "requestBodies", "callbacks", "links", "securitySchemes", "securityDefinitions",
    "pathItems", "paths", "webhooks", "content", "encoding", "additionalOperations",
})  # fmt: skip
"""Members whose own members are named by the author: none of those is a keyword."""
_MAYBE_NAMES = ("parameters", "examples")
"""As before, where the value is a mapping."""
_SECTIONS = ("schemas", "definitions")


class Bundle:
    """Walks through all files once and rewrites what refers elsewhere."""

    def __init__(self, root: dict[str, Any], files: Files, report: Report) -> None:
        self._root, self._files, self._report = root, files, report
        self._walked: set[int] = set()
        self._resources: dict[str, tuple[int, list[str | int]]] = {}
        """Absolute `$id` -> file and path."""
        self._anchors: dict[tuple[int, str], list[str | int]] = {}
        self._dynamic: list[tuple[dict[str, Any], str]] = []

    def run(self) -> None:
        """Make every reference of the root local, in place."""
        self._prepare(0)
        while pending := [n for n in range(len(self._files.values)) if n not in self._walked]:
            for number in pending:
                self._walked.add(number)
                self._walk(number)
        if len(self._files.values) > 1:
            bundled = self._root.setdefault(KEY, {})
            for number, value in enumerate(self._files.values[1:], 1):
                bundled[str(number)] = value
        self._inline_sections()

    def fix_dynamic(self) -> None:
        """Give each `$dynamicRef` its static meaning, since validators see the schemas one by one."""
        for node, pointer in self._dynamic:
            node.pop("$dynamicRef", None)
            node.setdefault("$ref", pointer)

    def _prepare(self, number: int) -> None:
        """Note all `$id`s and anchors of a file."""
        base = self._files.uris[number]
        stack: list[tuple[Any, Place, str]] = [(self._files.values[number], (None, number), base)]
        while stack:
            node, place, uri = stack.pop()
            if type(node) is dict:
                own = node.get("$id", node.get("$self") if place[0] is None else None)
                if isinstance(own, str) and not own.startswith("#"):
                    uri = absolute(uri, own)[0]
                    self._resources.setdefault(uri, pointers.locate(place))
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(name := node.get(keyword), str):
                        self._anchors.setdefault((number, name), pointers.locate(place)[1])
                stack.extend(
                    (child, (place, key), uri)
                    for key, child in node.items()
                    if key not in _LITERAL and (type(child) is dict or type(child) is list)
                )
            elif type(node) is list:
                stack.extend((child, (place, index), uri) for index, child in enumerate(node))

    def _walk(self, number: int) -> None:
        base, value = self._files.uris[number], self._files.values[number]
        if isinstance(value, dict) and isinstance(own := value.get("$self"), str):
            base = absolute(base, own)[0]
        # node, its place, whether its members are names, base URI, path of the innermost `$id`
        stack: list[tuple[Any, Place, bool, str, list[str | int]]] = [
            (value, (None, number), False, base, [])
        ]
        while stack:
            node, place, names, uri, resource = stack.pop()
            if type(node) is list:
                stack.extend((child, (place, i), False, uri, resource) for i, child in enumerate(node))
                continue
            if type(node) is not dict:
                continue
            if not names and isinstance(own := node.get("$id"), str) and not own.startswith("#"):
                del node["$id"]
                uri, resource = absolute(uri, own)[0], pointers.locate(place)[1]
            if isinstance(ref := node.get("$ref"), str) and (not names or len(node) == 1):
                node["$ref"] = self._rewrite(ref, number, place, uri, resource)
            if not names and isinstance(ref := node.get("$dynamicRef"), str):
                self._dynamic.append((node, self._rewrite(ref, number, place, uri, resource)))
            self._mapping(node, number, place, uri, resource)
            for key, child in node.items():
                kind = type(child)
                if kind is not dict and kind is not list:
                    continue
                if names:
                    stack.append((child, (place, key), False, uri, resource))
                elif key == "examples":
                    self._examples(child, number, (place, key), uri, resource)
                elif key in _LITERAL or key[:2] == "x-":
                    continue
                else:
                    is_map = key in _NAMES or (key in _MAYBE_NAMES and kind is dict)
                    stack.append((child, (place, key), is_map, uri, resource))

    def _examples(self, node: Any, number: int, place: Place, uri: str, resource: list[str | int]) -> None:
        """Examples hold values of any shape; only an example itself may be a reference."""
        if type(node) is dict:
            for name, example in node.items():
                if (
                    type(example) is dict
                    and "value" not in example
                    and isinstance(ref := example.get("$ref"), str)
                ):
                    example["$ref"] = self._rewrite(ref, number, (place, name), uri, resource)

    def _mapping(
        self, node: dict[str, Any], number: int, place: Place, uri: str, resource: list[str | int]
    ) -> None:
        """A discriminator's mapping names schemas or refers to them."""
        discriminator = node.get("discriminator")
        mapping = discriminator.get("mapping") if type(discriminator) is dict else None
        if type(mapping) is not dict:
            return
        for name, target in mapping.items():
            if isinstance(target, str) and (
                "/" in target or "#" in target or target.endswith((".json", ".yaml", ".yml"))
            ):
                mapping[name] = self._rewrite(
                    target, number, (((place, "discriminator"), "mapping"), name), uri, resource
                )

    def _rewrite(self, ref: str, number: int, place: Place, uri: str, resource: list[str | int]) -> str:
        """The same reference, from the root of the bundled document."""
        if ref.startswith("#"):
            return self._local(ref[1:], number, resource)
        target, fragment = absolute(uri, ref)
        known = self._resources.get(target)
        if known is not None:
            return self._local(fragment, known[0], known[1])
        base = self._files.uris[number]
        opened = self._files.number(target)
        if opened is None:
            bare = self._bare_name(ref)
            if bare is not None:
                self._report.add(
                    place, "reference-name", f"$ref {ref!r} is no reference; {bare!r} is meant", expected=bare
                )
                return bare
            opened = self._open(absolute(base, ref)[0], place, ref)
        if opened is None:
            return ref
        return self._local(fragment, opened, [])

    def _open(self, uri: str, place: Place, ref: str) -> int | None:
        fresh = self._files.number(uri) is None
        number = self._files.open(uri, place, ref)
        if number is not None and fresh:
            self._prepare(number)
        return number

    def _local(self, fragment: str, number: int, resource: list[str | int]) -> str:
        """The reference to a fragment of one resource of one file."""
        prefix: list[str | int] = [KEY, str(number)] if number else []
        if fragment and not fragment.startswith("/"):
            path = self._anchors.get((number, fragment))
            if path is not None:
                return "#" + pointers.join([*prefix, *path])
            fragment = "/" + fragment  # `#definitions/Pet`: the slash was forgotten
        if resource:
            inner = pointers.join(resource) + fragment
            try:
                pointers.find(self._files.values[number], pointers.split(inner))
            except KeyError:
                pass  # written as if the `$id` were not there
            else:
                fragment = inner
        return "#" + pointers.join(prefix) + fragment

    def _bare_name(self, ref: str) -> str | None:
        """`Pet` for `#/definitions/Pet`, as Swagger 1.2 wrote it and people still do."""
        for section, holder in (
            ("/components/schemas", (self._root.get("components") or {})),
            ("/definitions", self._root),
        ):
            schemas = holder.get(section.rsplit("/", 1)[1]) if isinstance(holder, dict) else None
            name = ref.removeprefix(section[1:] + "/").removeprefix(section + "/")
            if isinstance(schemas, dict) and name in schemas:
                return f"#{section}/{pointers.escape(name)}"
        return None

    def _inline_sections(self) -> None:
        """`paths: {$ref: paths.yaml}` and the like, which OpenAPI does not know but tools accept."""
        components = self._root.get("components")
        holders = [self._root, components] if isinstance(components, dict) else [self._root]
        for holder in holders:
            for key, value in list(holder.items()):
                if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("$ref"), str):
                    found = self._section(value, (self._root, components))
                    holder[key] = dict(found) if isinstance(found, dict) else found

    def _section(self, value: Any, around: tuple[Any, ...]) -> Any:
        """What a section's `$ref` leads to, unless that holds the section itself."""
        for _ in range(20):
            if not isinstance(value, dict) or not isinstance(ref := value.get("$ref"), str):
                return {} if any(value is holder for holder in around) else value
            try:
                value = pointers.find(self._root, pointers.split(ref[1:]))
            except KeyError:
                break
        return {}

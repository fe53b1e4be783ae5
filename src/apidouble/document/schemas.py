"""Schemas of every version rewritten, in place, to JSON Schema 2020-12 that a validator takes.

In: schema positions (a holder and a key). Out: the same positions with valid schemas, remarks on
what was repaired. May not know: operations, HTTP.

Versions differ in little: 2.0 and 3.0 ignore what stands beside `$ref`, know `nullable` (2.0 as
`x-nullable`) and boolean exclusive bounds. What documents do wrong is the same in all.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from apidouble.document import cycles, keywords
from apidouble.document.choices import is_ambiguous
from apidouble.document.closed import Closed, forgotten
from apidouble.document.keywords import DROP
from apidouble.document.pointers import Place
from apidouble.document.references import MISSING, References
from apidouble.document.report import Report, shorten
from apidouble.document.single import Single
from apidouble.document.together import Together
from apidouble.document.versions import OAS30, OAS31

Node = dict[str, Any]

_ONE = frozenset({
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
})  # fmt: skip
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_GONE = frozenset({
    "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$recursiveRef", "$schema", "$vocabulary",
    "$dynamicRef", "additionalItems",
})  # fmt: skip
"""Rewritten before, or without meaning once every reference is local."""
_BESIDE_REF = frozenset({"$ref", "title", "description", "summary", "deprecated", "example", "externalDocs"})
"""What may stay beside `$ref` where the version ignores siblings: nothing that a validator reads."""
_ASIDE = frozenset({
    "title", "description", "default", "example", "examples", "readOnly", "writeOnly", "deprecated",
    "externalDocs", "xml", "discriminator", "$comment",
})  # fmt: skip
"""Stays outside when a schema is wrapped to allow null."""


class Schemas:
    """Rewrites every schema that is reachable, each once."""

    def __init__(self, references: References, report: Report, versions: Mapping[int, int]) -> None:
        self._references, self._report = references, report
        self._versions = versions
        self._single = Single(report)
        self._together = Together(report)
        self._stack: list[tuple[Node, Place, int]] = []
        self._graph = cycles.Graph()
        self._done: dict[int, tuple[Node, Place]] = {}

    def slot(self, holder: Any, key: Any, place: Place, version: int) -> None:
        """Make what stands at `holder[key]` a schema, now or when `run` comes to it."""
        value = holder[key]
        if type(value) is dict:
            if id(value) not in self._done:
                self._stack.append((value, place, version))
            return
        if isinstance(value, bool):
            return
        meant = self._meant(value)
        shown = shorten(value)
        if meant:
            self._tell(place, "schema", f"{shown} is no schema; read as {shorten(meant)}", "a schema")
        else:
            self._tell(place, "schema", f"{shown} is no schema; anything is accepted there", "a schema")
        holder[key] = meant
        if meant:
            self._stack.append((meant, place, version))

    def run(self, others: Container[int]) -> None:
        """Rewrite all schemas that are known of, and those that they refer to; `others` are no schemas."""
        stack, done = self._stack, self._done
        while stack:
            node, place, version = stack.pop()
            if id(node) not in done and id(node) not in others:
                done[id(node)] = (node, place)
                self._rewrite(node, place, version)

    def is_schema(self, node: Node) -> bool:
        """Whether the node was rewritten as a schema."""
        return id(node) in self._done

    def finish(self, others: Container[int]) -> None:
        """Break references to what is no schema, or back to themselves without a step into the value."""
        section = self._references.section("schemas")
        for name in [name for name, node in section.items() if id(node) in others]:
            del section[name]
        for node, place in self._done.values():
            target = self._graph.target(node)
            if target is None or "$ref" not in node:
                continue
            if id(target) in others:
                message = f"$ref {node.pop('$ref')!r} leads to what is no schema; it is left out"
                self._tell(place, "reference", message, "a schema")
            else:
                node["$ref"] = self._references.keep(node["$ref"], target, place)
        for node, alternative, name in self._graph.break_cycles([node for node, _ in self._done.values()]):
            node.pop("$ref", None)
            if alternative:
                node["not"] = {}  # one of several ways that leads back to the choice adds nothing to it
            message = (
                f"the schema behind {name!r} refers to itself and nothing else; the reference is left out"
            )
            self._tell(
                self._done[id(node)][1],
                "cycle",
                message,
                "a step into the value, such as `properties` or `items`",
            )
        self._close()

    def _close(self) -> None:
        """Let closed schemas have what they require, and what the schemas they are part of declare."""

        def keep(copy: Node, original: Node) -> None:
            self._done[id(copy)] = (copy, self._done[id(original)][1])

        closed = Closed(self._graph.target, keep)
        for node, place in list(self._done.values()):
            if name := closed.mend(node):
                message = (
                    f"additionalProperties: false in a part of allOf forbids {name!r} of another part; "
                    "read as what the parts declare together"
                )
                self._tell(
                    (place, "allOf"), "closed", message, "unevaluatedProperties: false, beside `allOf`"
                )
            if is_ambiguous(node, self._graph.target):
                node["anyOf"] = node.pop("oneOf")
                message = "a form of oneOf fits wherever another one does, so that no value fits one alone"
                self._tell(
                    (place, "oneOf"), "one-of", f"{message}; read as anyOf", "forms that exclude each other"
                )
            if unknown := forgotten(node):
                node["required"] = [name for name in node["required"] if name not in unknown]
                message = f"required names {unknown[0]!r}, which this closed object forbids; it is left out"
                self._tell((place, "required"), "required-closed", message, "names of `properties`")

    def _rewrite(self, node: Node, place: Place, version: int) -> None:
        if "$ref" in node:
            ref = node["$ref"]
            if isinstance(ref, str):
                self._refer(node, ref, place)
            else:
                del node["$ref"]
                self._tell((place, "$ref"), "reference", f"$ref is {shorten(ref)}", "text")
            if version < OAS31:
                self._without_siblings(node, place, version)
                return
        required = self._keywords(node, place, version)
        if required:
            node["required"] = list(dict.fromkeys([*node.get("required", ()), *required]))
        if self._together.fit(node, place, version):
            self._wrap(node)

    def _keywords(self, node: Node, place: Place, version: int) -> list[str]:
        """Rewrite each keyword; the properties that are required because they say so themselves."""
        required: list[str] = []
        for key in list(node):
            if key not in node:
                continue  # taken away together with a keyword that came before it
            rule = keywords.SIMPLE.get(key)
            if rule is not None:
                self._single.simple(node, key, rule, place)
            elif key in _ONE:
                self._one(node, key, place, version)
            elif key in _LISTS:
                self._list(node, key, place, version)
            elif key in _MAPS:
                self._map(node, key, place, version, required)
            elif key in _SINGLE:
                _SINGLE[key](self._single, node, place)
            elif key == "dependencies":
                self._dependencies(node, place, version)
            elif key == "discriminator":
                self._discriminator(node, place)
            elif key in _GONE and key != "additionalItems":
                del node[key]
        node.pop("additionalItems", None)
        return required

    # references

    def _refer(self, node: Node, ref: str, place: Place) -> None:
        canonical, target, there = self._references.resolve(ref, "schemas", place)
        if target is not MISSING and not isinstance(target, dict | bool):
            self._tell(
                place, "reference", f"$ref {ref!r} leads to {shorten(target)}, which is no schema", "a schema"
            )
            target = MISSING
        if target is MISSING:
            del node["$ref"]
            return
        node["$ref"] = canonical
        if isinstance(target, dict):
            self._graph.refer(node, target)
            if id(target) not in self._done:
                file = there
                while file[0] is not None:
                    file = file[0]
                self._stack.append((target, there, self._versions.get(file[1], self._versions[0])))

    def _without_siblings(self, node: Node, place: Place, version: int) -> None:
        nullable = node.get("x-nullable" if version < OAS30 else "nullable")
        for key in list(node):
            if key in keywords.SIMPLE and key in _BESIDE_REF:
                self._single.simple(node, key, keywords.SIMPLE[key], place)
            elif key not in _BESIDE_REF and (key[:2] != "x-" or key == "x-nullable"):
                del node[key]
        if nullable is True and "$ref" in node:
            node["anyOf"] = [self._moved(node, {"$ref": node.pop("$ref")}), {"type": "null"}]

    def _moved(self, node: Node, inner: Node) -> Node:
        """A node made while wrapping: finished already, known to the graph."""
        self._done[id(inner)] = (inner, self._done[id(node)][1])
        self._graph.move(node, inner)
        return inner

    def _wrap(self, node: Node) -> None:
        """Allow null beside whatever several schemas say together."""
        inner = {key: node.pop(key) for key in list(node) if key not in _ASIDE and key[:2] != "x-"}
        only = inner["allOf"] if len(inner) == 1 and len(inner.get("allOf", ())) == 1 else None
        node["anyOf"] = [only[0] if only else self._moved(node, inner), {"type": "null"}]

    # keywords

    def _one(self, node: Node, key: str, place: Place, version: int) -> None:
        value = node[key]
        if type(value) is dict:
            self._stack.append((value, (place, key), version))
        elif key == "items" and isinstance(value, list):
            self._tuple(node, value, place, version)
        elif isinstance(value, str) and (flag := keywords.boolean(value)) is not DROP:
            node[key] = flag
            self._tell(
                (place, key), key, f"{key} is the text {value!r}; read as {value.lower()}", "true or false"
            )
        elif not isinstance(value, bool):
            self.slot(node, key, (place, key), version)

    def _tuple(self, node: Node, value: list[Any], place: Place, version: int) -> None:
        """`items: [a, b]` of older drafts is `prefixItems`, `additionalItems` then is `items`."""
        rest = node.pop("additionalItems", None)
        del node["items"]
        if value and "prefixItems" not in node:
            node["prefixItems"] = value
            self._list(node, "prefixItems", place, version)
        if isinstance(rest, dict | bool):
            node["items"] = rest
            self._one(node, "items", place, version)

    def _list(self, node: Node, key: str, place: Place, version: int) -> None:
        value = node[key]
        if type(value) is dict:
            node[key] = value = [value]
            self._tell((place, key), key, f"{key} is one schema", "a list of schemas")
        if type(value) is not list or not value:
            del node[key]
            self._tell((place, key), key, f"{key} is {shorten(value)}; it is left out", "a list of schemas")
            return
        for index, item in enumerate(value):
            if type(item) is dict:
                self._stack.append((item, ((place, key), index), version))
        if all(type(item) is dict or type(item) is bool for item in value):
            return
        self._tell((place, key), key, f"{key} holds what is no schema; that is left out", "a list of schemas")
        node[key] = [item for item in value if type(item) is dict or type(item) is bool]
        if not node[key]:
            del node[key]

    def _map(self, node: Node, key: str, place: Place, version: int, required: list[str]) -> None:
        value = node[key]
        if type(value) is list and value and all(type(item) is dict for item in value):
            node[key] = value = {name: item for part in value for name, item in part.items()}
            self._tell((place, key), key, f"{key} is a list", "a mapping of names to schemas")
        if type(value) is not dict:
            del node[key]
            self._tell(
                (place, key),
                key,
                f"{key} is {shorten(value)}; it is left out",
                "a mapping of names to schemas",
            )
            return
        here = (place, key)
        if key == "patternProperties":
            node[key] = value = self._single.patterned(value, here)
        for name, item in value.items():
            if type(item) is dict:
                if key == "properties" and type(flag := item.get("required")) is bool:
                    self._draft3(item, name, flag, (here, name), required)
                self._stack.append((item, (here, name), version))
            elif type(item) is not bool:
                self.slot(value, name, (here, name), version)

    def _draft3(self, item: Node, name: str, flag: bool, place: Place, required: list[str]) -> None:
        del item["required"]
        if flag:
            required.append(name)
            message = f"`required: true` on a property; read as `required: [{name}]` of the schema around it"
            self._tell(place, "required-property", message, "a list of property names, beside `properties`")

    def _dependencies(self, node: Node, place: Place, version: int) -> None:
        """Drafts up to 7 had one keyword for what are two now."""
        value = node.pop("dependencies")
        if not isinstance(value, dict):
            return
        for name, item in value.items():
            if isinstance(item, dict | bool):
                node.setdefault("dependentSchemas", {}).setdefault(name, item)
            elif isinstance(item, list):
                node.setdefault("dependentRequired", {}).setdefault(name, item)
        if "dependentSchemas" in node:
            self._map(node, "dependentSchemas", place, version, [])
        if "dependentRequired" in node:
            self._single.dependent(node, place)

    def _discriminator(self, node: Node, place: Place) -> None:
        value = node["discriminator"]
        if isinstance(value, str):
            node["discriminator"] = value = {"propertyName": value}
        if not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
            del node["discriminator"]
            message = f"discriminator is {shorten(value)}; it is left out"
            self._tell((place, "discriminator"), "discriminator", message, "an object with `propertyName`")
            return
        mapping = value.get("mapping")
        if not isinstance(mapping, dict):
            value.pop("mapping", None)
            return
        schemas = self._references.section("schemas")
        for name, target in list(mapping.items()):
            here = (((place, "discriminator"), "mapping"), name)
            ref = (
                target
                if not isinstance(target, str) or target[:1] == "#"
                else f"#/components/schemas/{target}"
            )
            if isinstance(target, str) and (target in schemas or target[:1] == "#"):
                canonical, found, there = self._references.resolve(ref, "schemas", here)
                if isinstance(found, dict):
                    mapping[name] = canonical
                    self._stack.append((found, there, self._versions[0]))
                    continue
            else:
                self._tell(
                    here,
                    "mapping",
                    f"{shorten(target)} names no schema; it is left out",
                    "a schema's name or $ref",
                )
            del mapping[name]

    def _tell(self, place: Place, kind: str, message: str, expected: str) -> None:
        self._report.add(place, f"schema-{kind}", message, expected=expected)

    def _meant(self, value: Any) -> Node:
        if isinstance(value, str):
            if value.startswith("#/"):
                return {"$ref": value}
            found, _ = keywords.types(value)
            return dict(found)
        return {}


_SINGLE: Mapping[str, Callable[[Single, Node, Place], None]] = {
    "type": Single.type,
    "pattern": Single.pattern,
    "exclusiveMinimum": Single.exclusive,
    "exclusiveMaximum": Single.exclusive,
    "dependentRequired": Single.dependent,
}

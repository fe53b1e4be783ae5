"""The parts of an OpenAPI 3 document walked by what they are, in place.

In: a bundled root in 3.x structure. Out: the same root: every reference canonical, every schema
rewritten, media types, examples and headers in their one form. May not know: paths as a whole (see
`paths`), how a schema is rewritten (see `schemas`).

Nothing moves or disappears from lists here, since references may count their items; what cannot be
used becomes None and is left out by `paths`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apidouble.document.bundle import KEY, METHODS
from apidouble.document.pointers import Place
from apidouble.document.references import MISSING, WRAPPED, Kind, References
from apidouble.document.report import Report, shorten
from apidouble.document.schemas import Schemas

Node = dict[str, Any]

_JSON = "application/json"
_SCHEMA_WORDS = frozenset({"type", "properties", "items", "allOf", "anyOf", "oneOf", "enum"})
_INLINE = frozenset({
    "type", "format", "items", "default", "enum", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
    "multipleOf", "nullable",
})  # fmt: skip
"""What Swagger 2.0 wrote into a parameter itself."""
_VALUES = ("value", "externalValue", "dataValue", "serializedValue")
_EXTENDED = ("pathItems", "responses")
"""Kinds whose names never begin with `x-`: there it is an extension of any shape."""
_SECTIONS: tuple[Kind, ...] = (
    "parameters", "headers", "responses", "requestBodies", "examples", "links", "callbacks", "pathItems",
    "mediaTypes",
)  # fmt: skip


class Upgrade:
    """One walk over one document."""

    def __init__(
        self, root: Node, references: References, schemas: Schemas, report: Report, *,
        places: Mapping[int, Place], versions: Mapping[int, int],
    ) -> None:  # fmt: skip
        self._root, self._references, self._schemas, self._report = root, references, schemas, report
        self._places, self._versions = places, versions
        self._seen: dict[int, Node] = {}
        self._pending: list[tuple[Kind, Node, Place]] = []
        self._walkers: Mapping[Kind, Callable[[Node, Place], None]] = {
            "parameters": self._parameter,
            "headers": self._header,
            "responses": self._response,
            "requestBodies": self._request_body,
            "examples": self._example,
            "links": self._link,
            "callbacks": self._callback,
            "pathItems": self._path_item,
            "mediaTypes": self._media_type,
        }

    def run(self) -> None:
        """Walk everything that the root holds and whatever that refers to."""
        root, place = self._root, (None, 0)
        self._map(root, "paths", "pathItems", (place, "paths"))
        self._map(root, "webhooks", "pathItems", (place, "webhooks"))
        components = root.get("components")
        if isinstance(components, dict):
            here = (place, "components")
            for section in _SECTIONS:
                self._map(components, section, section, (here, section))
            schemas = components.get("schemas")
            if isinstance(schemas, dict):
                for name in list(schemas):
                    self._schema(schemas, name, ((here, "schemas"), name))
        self._drain()
        self._schemas.finish(self._seen)

    def _drain(self) -> None:
        while True:
            self._schemas.run(self._seen)
            if not self._pending:
                return
            kind, node, place = self._pending.pop()
            self._visit(node, kind, place)

    # walking

    def _map(self, holder: Node, key: str, kind: Kind, place: Place) -> None:
        """A mapping of names to parts of one kind; what is no such part is left out."""
        value = holder.get(key)
        if value is None:
            holder.pop(key, None)
            return
        if not isinstance(value, dict):
            del holder[key]
            self._tell(
                place, "shape", f"{key} is no mapping; it is left out", "a mapping of names to objects"
            )
            return
        for name in list(value):
            if name[:2] == "x-" and not isinstance(value[name], dict):
                del value[name]  # an extension, not a part that is called so
                continue
            if name[:2] == "x-" and kind in _EXTENDED:
                continue
            value[name] = self._use(value[name], kind, (place, name))
            if value[name] is None:
                del value[name]

    def _use(self, node: Any, kind: Kind, place: Place) -> Any:
        """The part to stand there: the node itself, walked, or None where it cannot be used."""
        if not isinstance(node, dict):
            if kind == "examples" and node is not None:
                return {"value": node}
            if kind in ("responses", "mediaTypes") and node is None:
                return {}
            if kind != "pathItems" or node is not None:
                self._tell(
                    place, "shape", f"{_singular(kind)} is {shorten(node)}; it is left out", "an object"
                )
            return None
        return self._visit(node, kind, place)

    def _visit(self, node: Node, kind: Kind, place: Place) -> Node | None:
        if id(node) in self._seen or self._schemas.is_schema(node):
            return node
        self._seen[id(node)] = node
        place = self._places.get(id(node), place)
        ref = node.get("$ref")
        if isinstance(ref, str):
            return self._refer(node, ref, kind, place)
        if ref is not None:
            del node["$ref"]
            self._tell((place, "$ref"), "reference", f"$ref is {shorten(ref)}; it is left out", "text")
        self._walkers[kind](node, place)
        return node

    def _refer(self, node: Node, ref: str, kind: Kind, place: Place) -> Node | None:
        canonical, target, there = self._references.resolve(ref, kind, place)
        if target is MISSING and kind in ("responses", "requestBodies", "mediaTypes"):
            return {} if kind != "requestBodies" else None
        if target is MISSING or not isinstance(target, dict):
            return (
                {key: value for key, value in node.items() if key != "$ref"} if kind == "pathItems" else None
            )
        if kind in WRAPPED and _is_schema(canonical):
            self._tell(
                place,
                "schema-reference",
                f"$ref {ref!r} leads to a schema; read so",
                _singular(kind),
            )
            del node["$ref"]
            schema = {"schema": {"$ref": ref}}
            node.update(schema if kind in ("mediaTypes", "headers") else {"content": {_JSON: schema}})
            self._walkers[kind](node, place)
            return node
        node["$ref"] = canonical
        self._pending.append((kind, target, there))
        if kind == "mediaTypes":
            return target  # only OpenAPI 3.2 knows references here
        if kind == "pathItems":
            self._path_item(node, place)
        return node

    def _version(self, place: Place) -> int:
        while place[0] is not None:
            place = place[0]
        return self._versions.get(place[1], self._versions[0])

    def _schema(self, holder: Any, key: Any, place: Place) -> None:
        there = self._places.get(id(holder[key]), place)
        self._schemas.slot(holder, key, there, self._version(there))

    # parts

    def _path_item(self, node: Node, place: Place) -> None:
        self._parameter_list(node, place)
        for method, operation in node.items():
            if method.lower() in METHODS and isinstance(operation, dict):
                self._operation(node, method, (place, method))
        more = node.get("additionalOperations")
        if isinstance(more, dict):
            for method, operation in more.items():
                if isinstance(operation, dict):
                    self._operation(more, method, ((place, "additionalOperations"), method))

    def _operation(self, holder: Node, method: str, place: Place) -> None:
        node = holder[method]
        ref = node.get("$ref")
        if isinstance(ref, str) and len(node) == 1:
            # operations cannot be referred to, but some split their documents that way
            _, target, place = self._references.resolve(ref, "pathItems", place)
            if not isinstance(target, dict) or "$ref" in target:
                holder[method] = {}
                return
            holder[method] = node = dict(target)
        if id(node) in self._seen:
            return
        self._seen[id(node)] = node
        self._parameter_list(node, place)
        if node.get("requestBody") is not None:
            node["requestBody"] = self._use(node["requestBody"], "requestBodies", (place, "requestBody"))
        if node.get("requestBody") is None:
            node.pop("requestBody", None)
        self._map(node, "responses", "responses", (place, "responses"))
        self._map(node, "callbacks", "callbacks", (place, "callbacks"))

    def _parameter_list(self, node: Node, place: Place) -> None:
        value = node.get("parameters")
        if value is None:
            node.pop("parameters", None)
            return
        here = (place, "parameters")
        if isinstance(value, dict):
            value = [
                {"name": name, **item} if isinstance(item, dict) else item for name, item in value.items()
            ]
            node["parameters"] = value
            self._tell(here, "shape", "parameters is a mapping; its values are used", "a list of parameters")
        if not isinstance(value, list):
            del node["parameters"]
            self._tell(
                here, "shape", f"parameters is {shorten(value)}; it is left out", "a list of parameters"
            )
            return
        for index, parameter in enumerate(value):
            value[index] = self._use(parameter, "parameters", (here, index))

    def _parameter(self, node: Node, place: Place) -> None:
        location = node.get("in")
        if isinstance(location, str) and location not in ("formData", "body"):
            node["in"] = location.strip().lower()
        if node.get("in") == "path" and node.get("required") is not True:
            if "required" in node:
                self._tell(place, "path-required", "a path parameter is always required", "required: true")
            node["required"] = True
        self._header(node, place)

    def _header(self, node: Node, place: Place) -> None:
        if "required" in node and not isinstance(node["required"], bool):
            node["required"] = str(node["required"]).lower() == "true"
        if "style" in node and not isinstance(node["style"], str):
            del node["style"]
        if "explode" in node and not isinstance(node["explode"], bool):
            del node["explode"]
        if "schema" in node:
            self._schema(node, "schema", (place, "schema"))
        elif isinstance(node.get("content"), dict) and node["content"]:
            self._map(node, "content", "mediaTypes", (place, "content"))
        else:
            inline = {key: node.pop(key) for key in list(node) if key in _INLINE}
            if not inline and node.get("in") != "body":
                self._tell(
                    place, "no-schema", "neither `schema` nor `content`; any value is accepted", "a schema"
                )
            elif inline:
                self._tell(
                    place,
                    "inline-schema",
                    f"{', '.join(inline)} outside of `schema`, as in Swagger 2.0; moved into it",
                    "a schema",
                )
            node["schema"] = inline
            self._schema(node, "schema", place)
        self._examples(node, place)

    def _request_body(self, node: Node, place: Place) -> None:
        if "required" in node and not isinstance(node["required"], bool):
            node["required"] = str(node["required"]).lower() == "true"
        self._content(node, place)
        node.setdefault("content", {})

    def _response(self, node: Node, place: Place) -> None:
        if not isinstance(node.get("description"), str):
            node["description"] = ""
        self._map(node, "headers", "headers", (place, "headers"))
        self._content(node, place)
        self._map(node, "links", "links", (place, "links"))

    def _content(self, node: Node, place: Place) -> None:
        if "content" not in node and isinstance(node.get("schema"), dict):
            self._tell(
                (place, "schema"),
                "no-content",
                "`schema` without `content`, as in Swagger 2.0; read as JSON",
                "content",
            )
            node["content"] = {_JSON: {"schema": node.pop("schema")}}
        self._map(node, "content", "mediaTypes", (place, "content"))

    def _media_type(self, node: Node, place: Place) -> None:
        if "schema" not in node and "itemSchema" not in node and not _SCHEMA_WORDS.isdisjoint(node):
            self._tell(
                place,
                "media-schema",
                "a schema stands where a media type belongs; read as its schema",
                "schema",
            )
            schema = dict(node)
            node.clear()
            node["schema"] = schema
        for key in ("schema", "itemSchema"):
            if node.get(key) is not None:
                self._schema(node, key, (place, key))
            else:
                node.pop(key, None)
        self._examples(node, place)
        encoding = node.get("encoding")
        if encoding is not None and not isinstance(encoding, dict):
            del node["encoding"]
        elif encoding:
            for name in [name for name, item in encoding.items() if not isinstance(item, dict)]:
                del encoding[name]
            for name, item in encoding.items():
                self._map(item, "headers", "headers", ((((place, "encoding")), name), "headers"))

    def _examples(self, node: Node, place: Place) -> None:
        value = node.get("examples")
        if isinstance(value, list):
            node["examples"] = {str(index): {"value": item} for index, item in enumerate(value, 1)}
        elif value is not None:
            self._map(node, "examples", "examples", (place, "examples"))

    def _example(self, node: Node, place: Place) -> None:
        if "dataValue" in node:
            node.setdefault("value", node.pop("dataValue"))
        if not any(key in node for key in _VALUES) and not ("summary" in node or "description" in node):
            self._tell(
                place,
                "example",
                "an example without `value`; read as the value itself",
                "an object with `value`",
            )
            value = dict(node)
            node.clear()
            node["value"] = value

    def _link(self, node: Node, place: Place) -> None:
        if "parameters" in node and not isinstance(node["parameters"], dict):
            del node["parameters"]
            self._tell(
                (place, "parameters"), "shape", "a link's parameters are no mapping; left out", "a mapping"
            )

    def _callback(self, node: Node, place: Place) -> None:
        for expression in list(node):
            if expression[:2] == "x-":
                continue
            item = self._use(node[expression], "pathItems", (place, expression))
            if item is None:
                del node[expression]
            else:
                node[expression] = item

    def _tell(self, place: Place, kind: str, message: str, expected: str) -> None:
        self._report.add(place, kind, message, expected=expected)


def _is_schema(ref: str) -> bool:
    return ref.startswith("#/components/schemas/") or (ref.startswith(f"#/{KEY}/") and "/schemas/" in ref)


def _singular(kind: str) -> str:
    names = {"requestBodies": "a request body", "pathItems": "a path item", "mediaTypes": "a media type"}
    return names.get(kind, f"a {kind[:-1]}")

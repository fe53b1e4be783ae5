"""The parts of a Swagger 2.0 operation in OpenAPI 3's form: parameters, bodies, content, schemes.

In: one part as published. Out: a new object that shares the schemas with the old one. May not
know: references, paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apidouble.document.pointers import Place
from apidouble.document.report import Report

Node = dict[str, Any]

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MULTIPART, _URLENCODED = FORMS
_JSON = "application/json"
_PARAMETER = frozenset({
    "name", "in", "description", "required", "allowEmptyValue", "deprecated", "example", "examples",
    "collectionFormat", "schema", "style", "explode", "content", "allowReserved", "$ref",
})  # fmt: skip
"""Members of a parameter or header that are not about its schema."""
_STYLES: Mapping[str, tuple[str, bool]] = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "tsv": ("form", False),
}
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


class Parts:
    """Converts parts one by one; a part that is met twice is converted once."""

    def __init__(self, report: Report, places: dict[int, Place]) -> None:
        self._report, self._places = report, places
        self._converted: dict[int, Node] = {}

    def parameter(self, node: Node, place: Place) -> Node:
        """A parameter that is neither body nor form, or a header."""
        known = self._converted.get(id(node))
        if known is not None:
            return known
        new = {
            key: value
            for key, value in node.items()
            if (key in _PARAMETER and key != "collectionFormat")
            or (key[:2] == "x-" and key not in ("x-nullable", "x-example"))
        }
        if "$ref" not in node:
            if "schema" not in node and "content" not in node:
                new["schema"] = self._inline_schema(node, place)
            self._style(node, new, place)
            if "x-example" in node:
                new.setdefault("example", node["x-example"])
        self._converted[id(node)] = new
        self._places[id(new)] = place
        return new

    def _inline_schema(self, node: Node, place: Place) -> Node:
        schema = {
            key: value
            for key, value in node.items()
            if key not in _PARAMETER and (key[:2] != "x-" or key == "x-nullable")
        }
        self._places[id(schema)] = place
        return schema

    def _style(self, node: Node, new: Node, place: Place) -> None:
        if node.get("type") != "array" and "collectionFormat" not in node:
            return
        given = node.get("collectionFormat", "csv")
        style, explode = _STYLES.get(given, _STYLES["csv"]) if isinstance(given, str) else _STYLES["csv"]
        if given == "tsv":
            self._report.add(
                (place, "collectionFormat"),
                "tsv",
                "collectionFormat tsv has no successor in OpenAPI 3; read as csv",
            )
        if style == "form" and node.get("in") not in ("query", "cookie", "formData"):
            style = "simple"
        new.setdefault("style", style)
        new.setdefault("explode", explode)

    def body(self, parameters: list[tuple[Node, Place]], consumes: list[str]) -> Node:
        """One request body out of a body parameter, or out of all form parameters."""
        for node, place in parameters:
            if node.get("in") == "body":
                return self._plain_body(node, consumes or [_JSON], place)
        return self._form(parameters, consumes)

    def _plain_body(self, node: Node, media_types: list[str], place: Place) -> Node:
        examples = mapping(node.get("x-examples"))
        content: Node = {}
        for media_type in media_types:
            content[media_type] = {"schema": node["schema"]} if "schema" in node else {}
            if media_type in examples:
                content[media_type]["example"] = examples[media_type]
            elif "x-example" in node:
                content[media_type]["example"] = node["x-example"]
        body: Node = {"content": content}
        if isinstance(node.get("description"), str):
            body["description"] = node["description"]
        if node.get("required") is True:
            body["required"] = True
        body.update(
            (key, value)
            for key, value in node.items()
            if key[:2] == "x-" and key not in ("x-example", "x-examples")
        )
        self._places[id(body)] = place
        self._place_schema(node.get("schema"), (place, "schema"))
        return body

    def _form(self, parameters: Iterable[tuple[Node, Place]], consumes: list[str]) -> Node:
        properties: Node = {}
        required: list[str] = []
        encoding: Node = {}
        file = False
        places: list[Place] = []
        for node, place in parameters:
            name = node.get("name")
            if not isinstance(name, str):
                continue
            places.append(place)
            file = file or node.get("type") == "file"
            schema = (
                node["schema"] if isinstance(node.get("schema"), dict) else self._inline_schema(node, place)
            )
            if isinstance(node.get("description"), str):
                schema = {**schema, "description": node["description"]}
            self._places[id(schema)] = place
            properties[name] = schema
            if node.get("required") is True:
                required.append(name)
            style: Node = {}
            self._style(node, style, place)
            if style:
                encoding[name] = style
        # A form is a list of parameters, not an object that may have others.
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = required
        media_types = [kind for kind in consumes if kind.split(";")[0].strip().lower() in FORMS]
        if file:
            media_types = [kind for kind in media_types if kind.lower().startswith("multipart/")] or [
                _MULTIPART
            ]
        content = {}
        for media_type in media_types or [_URLENCODED]:
            content[media_type] = {"schema": schema, "encoding": encoding} if encoding else {"schema": schema}
        body: Node = {"content": content}
        if required:
            body["required"] = True
        if places:
            self._places[id(body)] = self._places[id(schema)] = places[0]
        return body

    def content(self, node: Node, produces: list[str], place: Place) -> Node:
        """A response's media types, with its schema and examples."""
        schema, examples = node.get("schema"), mapping(node.get("examples"))
        content: Node = {}
        if schema is not None:
            is_file = isinstance(schema, dict) and schema.get("type") == "file"
            for media_type in produces or (["application/octet-stream"] if is_file else [_JSON]):
                content[media_type] = {"schema": schema}
            self._place_schema(schema, (place, "schema"))
        named = {kind: value for kind, value in examples.items() if "/" in kind}
        for media_type, example in named.items():
            if media_type not in content:
                content[media_type] = {"schema": schema} if schema is not None else {}
            content[media_type]["example"] = example
        if examples and not named and schema is not None:
            # the value itself, where an object by media type belongs
            next(iter(content.values()))["example"] = examples
        return content

    def _place_schema(self, schema: Any, place: Place) -> None:
        if isinstance(schema, dict):
            self._places[id(schema)] = place

    def scheme(self, node: Node) -> Node:
        """A security scheme; an oauth2 flow becomes one of `flows`."""
        kind = node.get("type")
        if kind == "basic":
            return {**node, "type": "http", "scheme": "basic"}
        if kind != "oauth2" or "flows" in node:
            return dict(node)
        moved = ("flow", "authorizationUrl", "tokenUrl", "scopes")
        flow = {key: node[key] for key in moved[1:] if key in node}
        flow.setdefault("scopes", {})
        new = {key: value for key, value in node.items() if key not in moved}
        name = node.get("flow")
        new["flows"] = {_FLOWS.get(name, "implicit") if isinstance(name, str) else "implicit": flow}
        return new


def media_types(value: Any) -> list[str]:
    """What `consumes` or `produces` lists."""
    return list(
        dict.fromkeys(
            item
            for item in ([value] if isinstance(value, str) else listing(value))
            if isinstance(item, str) and "/" in item
        )
    )


def mapping(value: Any) -> Node:
    """The value, or an empty mapping in its place."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value, or an empty list in its place."""
    return value if isinstance(value, list) else []

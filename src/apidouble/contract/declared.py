"""The parts of an operation, read off its node: parameters, bodies, responses.

In: nodes in internal form. Out: the shapes of `contract.operation`. What is broken is left out with
a finding. May not know: how anything is compiled (validators come as functions that build them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from apidouble.contract.operation import (
    Body,
    Example,
    Header,
    Link,
    Location,
    Media,
    Parameter,
    Response,
    Validator,
)
from apidouble.contract.shaping import Direction
from apidouble.contract.texts import Readings
from apidouble.document.document import Document
from apidouble.errors import Finding

Compile = Callable[[Any, Direction, str], Validator]

_STYLES: Mapping[str, str] = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_QUOTED = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|[0-9]+")
_ALIKE = 10
"""Findings of one kind that are shown before the rest is only counted."""
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)")


class Reader:
    """Reads the parts of one document's operations."""

    def __init__(self, document: Document, compile_schema: Compile, readings: Readings) -> None:
        self._document = document
        self._compile = compile_schema
        self._readings = readings
        self._told: list[Finding] = []

    def tell(self, pointer: str, message: str, expected: str = "", advice: str = "") -> None:
        """Remember a finding; its line is looked for when all are known."""
        source = self._document.source
        self._told.append(Finding(message, source, pointer, None, expected, advice, "warning"))

    def finish(self) -> None:
        """Add what was told to the document's findings: of many alike the first ones and a count."""
        alike: dict[str, list[Finding]] = {}
        for finding in self._told:
            alike.setdefault(_QUOTED.sub("", finding.message), []).append(finding)
        shown = [finding for findings in alike.values() for finding in findings[:_ALIKE]]
        places = self._document.places([finding.pointer for finding in shown]) if shown else ()
        for finding, (file, line) in zip(shown, places, strict=True):
            self._document.findings.append(replace(finding, file=file or finding.file, line=line))
        for findings in alike.values():
            if (more := len(findings) - _ALIKE) > 0:
                told = f"{more} more like this: {findings[-1].message}"
                self._document.findings.append(Finding(told, findings[-1].file, severity="warning"))
        self._told.clear()

    def mapping(self, node: Any, pointer: str, what: str) -> Mapping[str, Any]:
        """The node as an object, its reference followed; empty with a finding where it is none."""
        try:
            node = self._document.resolve(node)
        except KeyError:
            self.tell(pointer, f"the reference of this {what} leads nowhere; it is left out", f"a {what}")
            return {}
        if isinstance(node, dict):
            return node
        if node is not None:
            self.tell(pointer, f"this {what} is left out", "an object")
        return {}

    # Parameters

    def parameters(self, declared: Any, path: str, pointer: str) -> tuple[Parameter, ...]:
        """The parameters of an operation, those of its path template that nobody declares included."""
        found: dict[tuple[str, str], Parameter] = {}
        if declared is not None and not isinstance(declared, list):
            self.tell(pointer, "`parameters` is left out", "a list")
            declared = None
        names = dict.fromkeys(_TEMPLATE.findall(path))
        for index, node in enumerate(declared or ()):
            parameter = self._parameter(node, f"{pointer}/{index}")
            if parameter is None:
                continue
            if parameter.location == "path" and parameter.name not in names:
                self.tell(
                    f"{pointer}/{index}", f"the path has no `{{{parameter.name}}}`; the parameter is left out"
                )
                continue
            found[parameter.location, parameter.name] = parameter
        for name in names:
            if ("path", name) not in found:
                self.tell(
                    pointer,
                    f"the path parameter `{name}` is not declared; any text is accepted",
                    advice=f"Declare it with `in: path, name: {name}, required: true`",
                )
                found["path", name] = Parameter(name, "path", True, {"type": "string"}, "simple", False)
        return tuple(found.values())

    def _parameter(self, node: Any, pointer: str) -> Parameter | None:
        node = self.mapping(node, pointer, "parameter")
        name, place = node.get("name"), node.get("in")
        if not isinstance(name, str) or not name or place not in _STYLES:
            if node:
                self.tell(
                    pointer, "this parameter is left out", "`name`, and `in`: path, query, header or cookie"
                )
            return None
        location: Location = place
        media_type, schema = None, node.get("schema", {})
        content = node.get("content")
        if isinstance(content, dict) and content:
            declared, media = next(iter(content.items()))
            media_type = media_name(declared)
            schema = media.get("schema", {}) if isinstance(media, dict) else {}
        style = node.get("style")
        if not isinstance(style, str):
            style = _STYLES[location]
        explode = node.get("explode")
        default = self._default(schema)
        hints = node.get("x-double")
        return Parameter(
            name,
            location,
            required=location == "path" or node.get("required") is True,
            schema=schema,
            style=style,
            explode=explode if isinstance(explode, bool) else style in {"form", "deepObject"},
            description=_text(node, "description"),
            media_type=media_type,
            examples=tuple(example.value for example in self.examples(node)),
            hints=hints if isinstance(hints, dict) else {},
            default=default[0] if default else None,
            has_default=bool(default),
            allow_empty=node.get("allowEmptyValue") is True,
        )

    def _default(self, schema: Any, depth: int = 0) -> list[Any]:
        """The default of a schema in a list, empty if it has none."""
        if not isinstance(schema, dict) or depth > 4:
            return []
        if "default" in schema:
            return [schema["default"]]
        parts = schema.get("allOf")
        inner = list(parts) if isinstance(parts, list) else []
        if "$ref" in schema:
            try:
                inner.append(self._document.resolve({"$ref": schema["$ref"]}))
            except KeyError:
                return []
        for part in inner:
            if default := self._default(part, depth + 1):
                return default
        return []

    # Bodies and responses

    def body(self, node: Any, pointer: str) -> Body | None:
        """The request body; None where none is declared."""
        if node is None:
            return None
        node = self.mapping(node, pointer, "request body")
        if not node:
            return None
        content = self.content(node.get("content"), "request", f"{pointer}/content")
        return Body(node.get("required") is True, content, _text(node, "description"))

    def content(self, node: Any, direction: Direction, pointer: str) -> dict[str, Media]:
        """The media types of a body."""
        found: dict[str, Media] = {}
        for declared, part in self.mapping(node, pointer, "content").items():
            place = f"{pointer}/{escape(declared)}"
            media = self.mapping(part, place, "media type")
            name = media_name(declared)
            if not name:
                self.tell(place, "this media type is left out", "`type/subtype`")
                continue
            found.setdefault(name, self._media(name, media, direction, place))
        return found

    def _media(self, name: str, node: Mapping[str, Any], direction: Direction, pointer: str) -> Media:
        schema, place = node.get("schema"), f"{pointer}/schema"
        if schema is None and "itemSchema" in node:
            # OAS 3.2, section 4.14: a sequence, whose items come one after the other.
            schema, place = {"type": "array", "items": node["itemSchema"]}, f"{pointer}/itemSchema"
        encoding = node.get("encoding")
        build = None
        if schema is not None:

            def build() -> Validator:
                return self._compile(schema, direction, place)

        return Media(
            name,
            schema,
            tuple(self.examples(node)),
            encoding if isinstance(encoding, dict) else {},
            build,
            reading=self._readings.of(schema) if schema is not None else None,
        )

    def examples(self, node: Mapping[str, Any]) -> Iterator[Example]:
        """The examples of a parameter, header or media type: `examples` first, else `example`."""
        named = node.get("examples")
        if isinstance(named, dict):
            for name, part in named.items():
                try:
                    example = self._document.resolve(part)
                except KeyError:
                    continue
                if isinstance(example, dict) and "value" in example:
                    yield Example(str(name), example["value"])
        if "example" in node:
            yield Example("", node["example"])

    def responses(self, node: Any, pointer: str) -> dict[str, Response]:
        """What each status promises."""
        found: dict[str, Response] = {}
        for declared, part in self.mapping(node, pointer, "responses object").items():
            if declared.startswith("x-"):
                continue
            place = f"{pointer}/{escape(declared)}"
            status = declared.upper() if declared != "default" else declared
            if status != "default" and _STATUS.fullmatch(status) is None:
                self.tell(place, "this response is left out", "a status, a range like `4XX`, or `default`")
                continue
            found[status] = self._response(status, part, place)
        return found

    def _response(self, status: str, node: Any, pointer: str) -> Response:
        node = self.mapping(node, pointer, "response")
        hints = node.get("x-double")
        return Response(
            status,
            _text(node, "description"),
            self.content(node.get("content"), "response", f"{pointer}/content"),
            self._headers(node.get("headers"), f"{pointer}/headers"),
            self._links(node.get("links"), f"{pointer}/links"),
            hints if isinstance(hints, dict) else {},
        )

    def _headers(self, node: Any, pointer: str) -> dict[str, Header]:
        found = {}
        for name, part in self.mapping(node, pointer, "headers object").items():
            # OAS 3.1 4.8.17: a header called Content-Type shall be ignored.
            if name.lower() == "content-type":
                continue
            header = self.mapping(part, f"{pointer}/{escape(name)}", "header")
            schema = header.get("schema", {})
            content = header.get("content")
            if isinstance(content, dict) and content:
                media = next(iter(content.values()))
                schema = media.get("schema", {}) if isinstance(media, dict) else {}
            examples = tuple(example.value for example in self.examples(header))
            found[name] = Header(name, header.get("required") is True, schema, examples)
        return found

    def _links(self, node: Any, pointer: str) -> dict[str, Link]:
        found = {}
        for name, part in self.mapping(node, pointer, "links object").items():
            link = self.mapping(part, f"{pointer}/{escape(name)}", "link")
            target = link.get("operationId", link.get("operationRef", ""))
            parameters = link.get("parameters")
            found[name] = Link(
                name,
                target if isinstance(target, str) else "",
                parameters if isinstance(parameters, dict) else {},
            )
        return found


def media_name(declared: Any) -> str:
    """A media type lower case and without parameters; '' if it is none."""
    name = str(declared).partition(";")[0].strip().lower()
    main, slash, sub = name.partition("/")
    return name if slash and main and sub else ""


def escape(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""

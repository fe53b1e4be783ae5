"""What the tests of the document layer share: small files, and a check of all promises."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import yaml

from apidouble.document.document import Document
from apidouble.document.load import load

Write = Callable[..., Path]
Load = Callable[..., Document]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
ONE = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip
SAFE = re.compile(r"#(/[A-Za-z0-9._~!$&'()*+,;=:@-]*)+")


def encoded(content: Any, *, json: bool) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if json:
        return orjson.dumps(content)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below a temporary folder: values as YAML (JSON by ending), text as it stands."""

    def write(files: Mapping[str, Any]) -> Path:
        first: Path | None = None
        for name, content in files.items():
            path = tmp_path / name
            first = first or path
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            elif path.suffix == ".json":
                path.write_bytes(orjson.dumps(content))
            else:
                path.write_text(
                    yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
                )
        assert first is not None
        return first

    return write


@pytest.fixture
def read(write: Write) -> Load:
    """Write one document (a value or text), or several files of which the first is the document, and load it."""

    def read(content: Any, **options: Any) -> Document:
        if (isinstance(content, dict) and not any("." in str(key) for key in content)) or not isinstance(
            content, dict
        ):
            content = {"api.yaml": content}
        return load(write(content), **options)

    return read


@pytest.fixture
def broken() -> Callable[[Document], list[str]]:
    """All ways in which a document breaks the promises of the internal form."""
    return lambda document: list(Promises(document).broken())


class Promises:
    """Walks the internal form as a later layer would."""

    def __init__(self, document: Document) -> None:
        self.document, self.root = document, document.root
        self.seen: set[int] = set()

    def broken(self) -> Iterator[str]:
        """What is not as promised."""
        root = self.root
        if root.get("openapi") != "3.1.0":
            yield "openapi is not 3.1.0"
        if not isinstance(root.get("paths"), dict):
            yield "no paths"
            return
        if self.document.version == "2.0" and any(
            key in root
            for key in ("swagger", "definitions", "securityDefinitions", "consumes", "produces", "host")
        ):
            yield "Swagger 2.0 is still there"
        for path, item in root["paths"].items():
            if not path.startswith("/") or "#" in path or "?" in path:
                yield f"path {path!r}"
            yield from self.path_item(item, f"{path}", set(re.findall(r"\{([^{}/]*)\}", path)))
        for name, item in (root.get("webhooks") or {}).items():
            yield from self.path_item(item, f"webhook {name}", None)
        for name, schema in (root.get("components", {}).get("schemas") or {}).items():
            yield from self.schema(schema, f"components {name}")

    def path_item(self, item: Any, where: str, template: set[str] | None) -> Iterator[str]:
        if not isinstance(item, dict) or "$ref" in item or "parameters" in item:
            yield f"{where}: path item {str(item)[:80]}"
            return
        for method, operation in item.items():
            if method in METHODS:
                yield from self.operation(operation, f"{where} {method}", template)

    def operation(self, node: Any, where: str, template: set[str] | None) -> Iterator[str]:
        responses = node.get("responses")
        if not isinstance(responses, dict) or not responses:
            yield f"{where}: responses {responses!r}"
            return
        declared = set()
        for parameter in node.get("parameters", []):
            whole = self.follow(parameter)
            if not isinstance(whole.get("name"), str) or whole.get("in") not in (
                "path",
                "query",
                "header",
                "cookie",
            ):
                yield f"{where}: parameter {str(whole)[:80]}"
                continue
            if whole["in"] == "path":
                declared.add(whole["name"])
                if whole.get("required") is not True:
                    yield f"{where}: path parameter {whole['name']} not required"
            yield from self.value(whole, f"{where} {whole['name']}")
        if template is not None and declared != template:
            yield f"{where}: path parameters {declared} for {template}"
        if "requestBody" in node:
            yield from self.content(self.follow(node["requestBody"]), f"{where} body")
        for status, response in responses.items():
            if not re.fullmatch(r"[1-5](\d\d|XX)|default", status):
                yield f"{where}: status {status!r}"
            whole = self.follow(response)
            yield from self.content(whole, f"{where} {status}")
            for name, header in whole.get("headers", {}).items():
                yield from self.value(self.follow(header), f"{where} {status} {name}")

    def value(self, node: Any, where: str) -> Iterator[str]:
        if "schema" in node:
            yield from self.schema(node["schema"], where)
        elif "content" in node:
            yield from self.content(node, where)
        else:
            yield f"{where}: neither schema nor content"

    def content(self, node: Any, where: str) -> Iterator[str]:
        if not isinstance(node, dict):
            yield f"{where}: {node!r}"
            return
        for name, media in node.get("content", {}).items():
            if not isinstance(media, dict) or "$ref" in media:
                yield f"{where} {name}: {str(media)[:80]}"
            elif "schema" in media:
                yield from self.schema(media["schema"], f"{where} {name}")

    def follow(self, node: Any) -> Any:
        return self.document.resolve(node)

    def schema(self, top: Any, where: str) -> Iterator[str]:
        stack = [top]
        while stack:
            node = stack.pop()
            if isinstance(node, bool):
                continue
            if not isinstance(node, dict):
                yield f"{where}: schema {node!r}"
                continue
            if id(node) in self.seen:
                continue
            self.seen.add(id(node))
            yield from self.keywords(node, where)
            if "$ref" in node:
                ref = node["$ref"]
                try:
                    stack.append(self.document.at(ref[1:]))
                except (KeyError, TypeError):
                    yield f"{where}: $ref {ref!r} leads nowhere"
            for key in MAPS:
                stack.extend(node.get(key, {}).values())
            for key in LISTS:
                stack.extend(node.get(key, []))
            stack.extend(node[key] for key in ONE if key in node)

    def keywords(self, node: Any, where: str) -> Iterator[str]:
        """Each keyword is one that a validator takes, without looking below it."""
        own = {key: value for key, value in node.items() if key not in (*MAPS, *LISTS, *ONE)}
        if not jsonschema_rs.meta.is_valid(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **own}
        ):
            yield f"{where}: invalid {str(own)[:200]}"
        if any(key in node for key in ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "nullable")):
            yield f"{where}: {sorted(node)}"
        if isinstance(pattern := node.get("pattern"), str):
            jsonschema_rs.validator_for({"pattern": pattern})
        if "$ref" in node and not SAFE.fullmatch(str(node["$ref"])):
            yield f"{where}: $ref {node['$ref']!r}"

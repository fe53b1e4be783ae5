"""Valid requests to any operation of any document, made up from its contract and from what the double holds.

In: a document. Out: `Double`, which calls operations in-process, and `Answer`s with the ways in which they
break the contract. May not know: what an operation is expected to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from tests.scenarios.conftest import InProcess

from apidouble.clock import Source
from apidouble.contract.operation import Media, Operation, Parameter
from apidouble.contract.xml_body import write_xml
from apidouble.model.resource import Binding, Resource
from apidouble.sample.generate import Generator
from apidouble.server import assemble
from apidouble.settings import Settings
from apidouble.store.base import Record

WILD = Path(__file__).parents[3] / "shared" / "wild"
BOUNDARY = "part-of-a-test"
_READABLE = ("json", "x-www-form-urlencoded", "xml", "multipart/form-data", "text/plain")


def documents(smallest: int = 0, largest: int = 500_000) -> list[Path]:
    """The documents nobody here wrote, by size in bytes; none where the folder is not there."""
    if not WILD.is_dir():
        return []
    found = [path for path in WILD.iterdir() if path.suffix in {".json", ".yaml", ".yml"}]
    found += [path / "spec" / "swagger.yaml" for path in WILD.iterdir() if (path / "spec").is_dir()]
    return sorted(path for path in found if smallest <= path.stat().st_size < largest)


def name_of(path: Path) -> str:
    """How a document is called in tests and in `expected.yaml`."""
    return path.parents[1].name if path.name == "swagger.yaml" else path.stem


@dataclass
class Answer:
    """What came back, and how it breaks the contract."""

    operation: str
    request: str
    status: int
    content: bytes
    headers: httpx.Headers
    violations: list[str] = field(default_factory=list)

    def json(self) -> Any:
        return orjson.loads(self.content) if self.content else None

    def __str__(self) -> str:
        text = self.content[:300].decode("utf-8", "replace")
        return f"{self.request} -> {self.status} {text} {'; '.join(self.violations[:3])}"


class Double:
    """One document, served in-process without credentials."""

    def __init__(self, document: Path, runner: asyncio.Runner) -> None:
        settings = Settings(
            documents=(str(document),), auth="off", cache=False, allow_outside=True, quiet=True, admin=False
        )
        self.app = assemble(settings)
        self.apis = self.app.apis
        self.client = httpx.Client(transport=InProcess(self.app, runner), base_url="http://127.0.0.1:4010")
        self._generators = {
            api.name: Generator(api.contract.document, Source(3), compile_schema=api.contract.compile_schema)
            for api in self.apis
        }

    def records(self, api: str, resource: str) -> list[Record]:
        """What a collection holds, in order."""
        transaction = self.app.sandboxes.get().store.begin()
        records, _ = transaction.page(f"{api}/{resource}")
        transaction.discard()
        return list(records)

    def sample(self, operation: Operation, schema: Any, name: str, turn: int = 0) -> Any:
        """A value that a request may hold."""
        return self._generators[operation.api].value(
            schema, label=f"{operation.id}/{name}/{turn}", name=name, direction="request"
        )

    def call(
        self,
        operation: Operation,
        known: Mapping[str, Any],
        *,
        body: Any = ...,
        query: Mapping[str, Any] | None = None,
        turn: int = 0,
    ) -> Answer:
        """A valid request; `known` are path parameters, whatever else is needed is made up."""
        path = operation.path
        asked: dict[str, Any] = dict(query or {})
        headers: dict[str, str] = {}
        for parameter in operation.parameters:
            if parameter.location == "path":
                value = known.get(parameter.name)
                if value is None:
                    value = self.sample(operation, parameter.schema, parameter.name)
                path = path.replace(f"{{{parameter.name}}}", in_path(parameter, value))
            elif parameter.required and parameter.name not in asked:
                value = self.sample(operation, parameter.schema, parameter.name)
                if parameter.location == "query":
                    asked.update(in_query(parameter, value))
                elif parameter.location == "header":
                    headers[parameter.name] = in_header(value)
        content, media_type = b"", ""
        if operation.body is not None and operation.body.content:
            media = readable(operation.body.content)
            value = self.body(operation, media, turn) if body is ... else body
            content, media_type = encoded(media, value)
        if media_type:
            headers["Content-Type"] = media_type
        pairs: list[tuple[str, str | int | float | bool | None]] = [
            (name, one) for name, value in asked.items() for one in _several(value)
        ]
        response = self.client.request(
            operation.method,
            path,
            params=pairs or None,
            content=content,
            headers=[(name.encode(), value.encode("utf-8")) for name, value in headers.items()],
        )
        entry = list(self.app.sandboxes.get().journal)[-1]
        return Answer(
            operation.id,
            f"{operation.method} {path} {content[:200].decode('utf-8', 'replace')}",
            response.status_code,
            response.content,
            response.headers,
            [str(one) for one in entry.answer_violations],
        )

    def body(self, operation: Operation, media: Media, turn: int = 0) -> Any:
        """A body that fits, and that its media type can write: no form has a word for an empty list."""
        if media.schema is None:
            return {}
        tried = (self.sample(operation, media.schema, "body", turn + 100 * again) for again in range(30))
        if not media.media_type.endswith(("x-www-form-urlencoded", "multipart/form-data")):
            return next(tried)
        return next((value for value in tried if not _has_empty(value)), {})

    def fresh(self, operation: Operation, parameter: Parameter, resource: Resource) -> Any:
        """A key for a parameter that no record has."""
        taken = {record.value(resource.key) for record in self.records(operation.api, resource.name)}
        tried = (self.sample(operation, parameter.schema, parameter.name, turn) for turn in range(200))
        return next((value for value in tried if value not in taken), None)

    def fits(self, operation: Operation, schema: Any, value: Any) -> bool:
        """Whether a request may hold the value."""
        return self._generators[operation.api].fits(schema, value, "request")

    def addressed(self, api: str, binding: Binding, record: Record | None) -> dict[str, Any]:
        """The path parameters by which an operation finds a record, or its place if there is none yet."""
        model = next(one.model for one in self.apis if one.name == api)
        resource = model.resources.get(binding.resource)
        known: dict[str, Any] = {}
        if record is not None:
            own = record.key[-1] if isinstance(record.key, tuple) else record.key
            if binding.key_location == "path" and binding.key:
                known[binding.key] = record.value(binding.key_field) if binding.key_field else own
            known |= {parameter: record.value(name) for parameter, name in binding.parents}
        elif resource is not None:
            known |= self.parents(api, resource, binding)
        for collection, parameters in binding.within:
            if any(known.get(name) is None for name in parameters):
                known |= self._above(api, collection, parameters)
        return {name: value for name, value in known.items() if value is not None}

    def _above(self, api: str, collection: str, parameters: tuple[str, ...]) -> dict[str, Any]:
        for record in self.records(api, collection)[:1]:
            key = record.key if isinstance(record.key, tuple) else (record.key,)
            return dict(zip(parameters, key[-len(parameters) :], strict=False))
        return {}

    def parents(self, api: str, resource: Resource, binding: Binding) -> dict[str, Any]:
        """Values of the parents that a new record may have: those of records above that exist."""
        fields = {parent.field: parent for view in resource.views for parent in view}
        fields |= {parent.field: parent for parent in resource.parents}
        found: dict[str, Any] = {}
        for parameter, name in binding.parents:
            parent = fields.get(name)
            above = self.records(api, parent.resource) if parent is not None and parent.resource else []
            for record in above[:1]:
                value = record.value(parent.source) if parent is not None and parent.source else None
                own = record.key[-1] if isinstance(record.key, tuple) else record.key
                found[parameter] = own if value is None else value
            if parameter not in found:
                mine = self.records(api, resource.name)
                if mine and mine[0].value(name) is not None:
                    found[parameter] = mine[0].value(name)
        return found


def _has_empty(value: Any) -> bool:
    if isinstance(value, dict | list):
        return not value or any(map(_has_empty, value.values() if isinstance(value, dict) else value))
    return False


def readable(content: Mapping[str, Media]) -> Media:
    """The media type that a test can write best: a JSON Patch is more than its schema says."""
    for word in _READABLE:
        for media in content.values():
            if media.media_type.endswith(word) and "json-patch" not in media.media_type:
                return media
    return next(iter(content.values()))


def encoded(media: Media, value: Any) -> tuple[bytes, str]:
    """A body and its Content-Type."""
    name = media.media_type
    if name.endswith("x-www-form-urlencoded") and isinstance(value, dict):
        return "&".join(_form(media, value)).encode(), name
    if name.endswith("xml") and media.reading is not None:
        return write_xml(value, media.reading), name
    if name.startswith("multipart/"):
        value = value if isinstance(value, dict) else {"file": value}
        return b"".join(_parts(value)) + f"--{BOUNDARY}--\r\n".encode(), f"{name}; boundary={BOUNDARY}"
    if "json" in name or "*" in name:
        return orjson.dumps(value), "application/json" if "*" in name else name
    if isinstance(value, str):
        return value.encode(), name
    return orjson.dumps(value), name


def _form(media: Media, value: Mapping[str, Any]) -> Iterator[str]:
    """`name=value`, brackets for what is nested, as the encoding of each property says."""
    for name, given in value.items():
        style = media.encoding.get(name, {}).get("style", "form")
        deep = style == "deepObject" or isinstance(given, dict)
        if isinstance(given, list) and not deep and not any(isinstance(one, dict | list) for one in given):
            yield from (f"{quote(name)}={_text(one)}" for one in given)
        else:
            yield from _brackets(quote(name), given)


def _brackets(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _brackets(f"{name}[{quote(inner)}]", one)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _brackets(f"{name}[{place}]", one)
    else:
        yield f"{name}={_text(value)}"


def _parts(value: Mapping[str, Any]) -> Iterator[bytes]:
    for name, given in value.items():
        for one in given if isinstance(given, list) else (given,):
            text = one if isinstance(one, str) else orjson.dumps(one).decode()
            yield (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            ).encode()


def in_path(parameter: Parameter, value: Any) -> str:
    """A path segment (OAS 3.1, section 4.8.12.1), percent-encoded."""
    lead = {"label": ".", "matrix": ";"}.get(parameter.style, "")
    joint = lead if parameter.explode and lead else ","
    named = f"{parameter.name}=" if parameter.style == "matrix" else ""
    if isinstance(value, dict):
        between = "=" if parameter.explode else ","
        pairs = [f"{_text(one)}{between}{_text(inner)}" for one, inner in value.items()]
        return lead + ("" if parameter.explode else named) + joint.join(pairs)
    if isinstance(value, list):
        each = named if parameter.explode else ""
        return lead + ("" if parameter.explode else named) + joint.join(each + _text(one) for one in value)
    return lead + named + (_text(value) or "x")


def in_query(parameter: Parameter, value: Any) -> dict[str, Any]:
    """A query parameter as names and values."""
    if parameter.media_type is not None:
        return {parameter.name: orjson.dumps(value).decode()}
    if isinstance(value, dict):
        if parameter.style == "deepObject":
            return {f"{parameter.name}[{name}]": _plain(one) for name, one in value.items()}
        if parameter.explode:
            return {name: _plain(one) for name, one in value.items()}
        return {parameter.name: ",".join(f"{name},{_plain(one)}" for name, one in value.items())}
    if isinstance(value, list):
        if parameter.explode and parameter.style == "form":
            return {parameter.name: [_plain(one) for one in value]}
        joint = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
        return {parameter.name: joint.join(map(_plain, value))}
    return {parameter.name: _plain(value)}


def in_header(value: Any) -> str:
    """A header in simple style."""
    if isinstance(value, dict):
        return ",".join(f"{name},{_plain(one)}" for name, one in value.items())
    return ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _text(value: Any) -> str:
    return quote(_plain(value), safe="")


def _several(value: Any) -> list[str]:
    return [_plain(one) for one in value] if isinstance(value, list) else [_plain(value)]

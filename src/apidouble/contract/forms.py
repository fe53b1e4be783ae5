"""Forms: names with texts, typed as a schema says.

In: urlencoded or multipart bodies. Out: an object; `Refusal` 400 where the form is broken. May not
know: which operation it is for.

Arrays come as repeated names, `a[]` or `a[0]`, objects as `a[b]` or as JSON; `encoding` of the
media type may say otherwise (OAS 3.1 section 4.8.15). A file becomes text: as it is where it is
UTF-8, in base64 otherwise, so that a record with it stays JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import orjson
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from apidouble.contract.escapes import Tree, Unreadable, decode, decode_form, pairs, split_name
from apidouble.contract.json_body import parse_json
from apidouble.contract.media_types import codec, is_json, read_content_type
from apidouble.contract.styles import DELIMITED
from apidouble.contract.texts import Reading
from apidouble.errors import Refusal, Violation

_PARTS = 2000


def read_urlencoded(
    raw: bytes, reading: Reading, encoding: Mapping[str, Any], depth_limit: int, charset: str = "utf-8"
) -> Any:
    """The object that an `application/x-www-form-urlencoded` body stands for."""
    try:
        text = raw.decode(charset)
        decode(text)
        return _assemble(_fields(text, reading, encoding), reading, depth_limit)
    except UnicodeDecodeError:
        raise broken(f"is not {charset}") from None
    except Unreadable as error:
        raise broken(str(error)) from None


def _fields(text: str, reading: Reading, encoding: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for raw_name, raw in pairs(text):
        name = decode_form(raw_name)
        rule = encoding.get(name)
        style = rule.get("style") if isinstance(rule, dict) else None
        explode = rule.get("explode", style == "form") if isinstance(rule, dict) else True
        split = DELIMITED.get(style or "form")
        if style and not explode and split is not None and "array" in reading.property(name).types:
            yield from ((name, decode_form(part)) for part in split(raw))
        else:
            yield name, decode_form(raw)


def read_multipart(raw: bytes, boundary: str, reading: Reading, depth_limit: int) -> Any:
    """The object that a `multipart/form-data` body (RFC 7578) stands for."""
    if not boundary:
        raise broken("has no boundary: its Content-Type must say `boundary=...`")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), collector.callbacks())  # type: ignore[arg-type]
        parser.write(raw)
        parser.finalize()
    except FormParserError as error:
        raise broken(f"is no valid multipart/form-data: {error}") from None
    if not collector.ended:
        raise broken("is no valid multipart/form-data: it ends before its last boundary")
    try:
        parts = [(part.name(), part.value(reading, depth_limit)) for part in collector.parts]
        return _assemble(parts, reading, depth_limit)
    except Unreadable as error:
        raise broken(str(error)) from None


def broken(reason: str) -> Refusal:
    """The refusal of a body that cannot be read."""
    return Refusal(400, f"The body {reason}.", (Violation(reason, "body"),))


def _assemble(fields: Iterable[tuple[str, Any]], reading: Reading, depth_limit: int) -> Any:
    tree = Tree()
    declared = frozenset(reading.names)
    for name, value in fields:
        # A name that is declared with its brackets means itself.
        base, steps = (name, []) if name in declared else split_name(name)
        tree.add(base, steps, _json_text(value, reading.property(base), depth_limit) if not steps else value)
    return reading.of_tree(tree.value())


def _json_text(value: Any, reading: Reading, depth_limit: int) -> Any:
    """An object or a list that came as JSON text, where nothing but that is meant."""
    if not isinstance(value, str) or "string" in reading.types:
        return value
    start = value.lstrip()[:1]
    types = reading.types
    # An object where a list is meant is its only item, as repeated names give a list item by item.
    if (start == "{" and types & {"array", "object"}) or (start == "[" and "array" in types):
        try:
            return parse_json(value.encode(), depth_limit)
        except Refusal:
            return value
    return value


@dataclass(slots=True)
class _Part:
    """One part of a multipart body."""

    headers: dict[str, str] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)

    def _disposition(self) -> dict[bytes, bytes]:
        return parse_options_header(self.headers.get("content-disposition", ""))[1]

    def name(self) -> str:
        name = self._disposition().get(b"name")
        if name is None:
            raise Unreadable("has a part without a name: `Content-Disposition: form-data; name=...`")
        return name.decode("latin-1").encode("latin-1").decode("utf-8", "replace")

    def value(self, reading: Reading, depth_limit: int) -> Any:
        kind, parameters = read_content_type(self.headers.get("content-type", ""))
        data = bytes(self.data)
        is_file = b"filename" in self._disposition()
        if is_json(kind) and "string" not in reading.property(self.name()).types:
            return parse_json(data, depth_limit, what=f"part {self.name()!r}")
        charset = codec(parameters.get("charset", "utf-8")) or "utf-8"
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            if is_file or (kind and not kind.startswith("text/")):
                return base64.b64encode(data).decode()
            raise Unreadable(f"has a part {self.name()!r} that is not {charset}") from None


class _Collector:
    """Gathers what the multipart parser calls out."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False
        self._name = bytearray()
        self._value = bytearray()

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) >= _PARTS:
            raise broken(f"must not have more than {_PARTS} parts")
        self.parts.append(_Part())

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self.parts[-1].headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name.clear()
        self._value.clear()

    def _end(self) -> None:
        self.ended = True


def write_urlencoded(value: Any) -> bytes:
    """An object as `application/x-www-form-urlencoded`, lists as repeated names, objects in brackets."""

    def flat(name: str, part: Any) -> Iterable[str]:
        if isinstance(part, dict):
            for key, inner in part.items():
                yield from flat(f"{name}[{key}]" if name else str(key), inner)
        elif isinstance(part, list):
            for inner in part:
                yield from flat(name, inner)
        elif part is not None:
            text = part if isinstance(part, str) else orjson.dumps(part).decode()
            yield f"{quote_plus(name)}={quote_plus(text)}"

    return "&".join(flat("", value)).encode()

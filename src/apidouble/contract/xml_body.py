"""XML by the `xml` hints of a schema (OAS 3.1 section 4.8.26), read and written.

In: bytes, or a value; the `Reading` of a schema. Out: a value, or bytes; `Refusal` 400 for what is
no well-formed XML. May not know: HTTP.

No document type is read: entities and whatever they could expand to or fetch are refused before
they mean anything. Names count without their prefix when reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import orjson

from apidouble.contract.forms import broken
from apidouble.contract.texts import SCALARS, Reading

_NAME = re.compile(r"[^\w.\-]", re.ASCII)
# XML 1.0 section 2.2: other control characters and lone surrogates have no place in it.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class _Element:
    name: str
    attributes: Mapping[str, str]
    children: list[_Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    is_nil: bool = False


class _Forbidden(Exception):  # noqa: N818 - becomes a refusal
    """The document holds what is not read."""


def read_xml(raw: bytes, reading: Reading, depth_limit: int, charset: str | None = None) -> Any:
    """The value that an XML document stands for by the hints of a schema."""
    builder = _Builder(depth_limit)
    parser = expat.ParserCreate(charset)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.EntityDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise broken(
            f"is no well-formed XML: {reason} (line {error.lineno}, column {error.offset + 1})"
        ) from None
    except _Forbidden as error:
        raise broken(str(error)) from None
    except (ValueError, LookupError):
        raise broken("is in an encoding that is not read as XML") from None
    assert builder.root is not None  # noqa: S101 - expat refuses a document without a root
    return _value(builder.root, reading)


class _Builder:
    """Builds the tree of elements without recursion."""

    def __init__(self, depth_limit: int) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []
        self._limit = depth_limit

    def refuse_doctype(self, *_: Any) -> None:
        raise _Forbidden("has a document type declaration, which is not read")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= self._limit:
            raise _Forbidden(f"is nested deeper than {self._limit} levels")
        # Namespaces and what XML Schema says of an instance are no data.
        data = {
            _local(key): text for key, text in attributes.items() if not key.startswith(("xmlns", "xsi:"))
        }
        element = _Element(_local(name), data, is_nil=attributes.get("xsi:nil") in {"true", "1"})
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].text.append(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _value(element: _Element, reading: Reading) -> Any:
    """The value of an element."""
    types = reading.types
    text = "".join(element.text)
    if element.is_nil and "null" in types:
        return None
    is_complex = bool(element.children or element.attributes)
    if not is_complex and text.strip() and not types & SCALARS:
        # Text where elements belong stays text, so that it is told as what it is.
        return text
    if "object" in types and (is_complex or "string" not in types) and not reading.is_open:
        return _object(element, reading)
    if "array" in types and not reading.is_open and (is_complex or "string" not in types):
        return [_value(child, reading.items) for child in element.children]
    if is_complex:
        return _untyped(element, reading)
    return reading.of_text(text if "string" in types else text.strip())


def _untyped(element: _Element, reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in element.attributes.items():
        found[name] = reading.property(name).of_text(text)
    for child in element.children:
        value = _value(child, reading.property(child.name))
        if child.name not in found:
            found[child.name] = value
        elif isinstance(found[child.name], list):
            found[child.name].append(value)
        else:
            found[child.name] = [found[child.name], value]
    return found


def _object(element: _Element, reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    taken: set[str] = set()
    by_name: dict[str, list[_Element]] = {}
    for child in element.children:
        by_name.setdefault(child.name, []).append(child)
    for name in reading.names:
        part = reading.property(name)
        hint = part.xml
        written = _local(str(hint.get("name", name)))
        if hint.get("attribute") is True:
            taken.add(written)
            if written in element.attributes:
                found[name] = part.of_text(element.attributes[written])
        elif "array" in part.types and not part.is_open:
            item = _local(str(part.items.xml.get("name", name)))
            if hint.get("wrapped") is True:
                taken.add(written)
                if written in by_name:
                    found[name] = [_value(child, part.items) for child in by_name[written][0].children]
            else:
                taken.add(item)
                if item in by_name:
                    found[name] = [_value(child, part.items) for child in by_name[item]]
        else:
            taken.add(written)
            children = by_name.get(written, ())
            if len(children) == 1:
                found[name] = _value(children[0], part)
            elif children:
                found[name] = [_value(child, part) for child in children]
    rest = _Element(
        element.name,
        {name: text for name, text in element.attributes.items() if name not in taken},
        [child for child in element.children if child.name not in taken],
    )
    return {**found, **_untyped(rest, reading)}


# Writing


def write_xml(value: Any, reading: Reading) -> bytes:
    """A value as an XML document by the hints of its schema."""
    name = str(reading.xml.get("name") or reading.component or "root")
    lines = "".join(_element(name, value, reading))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{lines}'.encode()


def _element(name: str, value: Any, reading: Reading) -> Iterator[str]:
    hint = reading.xml
    tag = _tag(name, hint)
    namespace = ""
    if isinstance(hint.get("namespace"), str):
        prefix = hint.get("prefix")
        namespace = f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(hint['namespace'])}"
    if isinstance(value, dict):
        attributes, inner = _members(value, reading)
        yield f"<{tag}{namespace}{attributes}>"
        yield from inner
        yield f"</{tag}>"
    elif isinstance(value, list):
        items = reading.items
        item = str(items.xml.get("name") or items.component or "item")
        yield f"<{tag}{namespace}>"
        for one in value:
            yield from _element(item, one, items)
        yield f"</{tag}>"
    elif value is None:
        yield f'<{tag}{namespace} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    else:
        yield f"<{tag}{namespace}>{escape(_text(value))}</{tag}>"


def _members(value: Mapping[str, Any], reading: Reading) -> tuple[str, Iterator[str]]:
    attributes = []
    inner: list[tuple[str, Any, Reading]] = []
    for name, one in value.items():
        part = reading.property(name)
        hint = part.xml
        written = str(hint.get("name", name))
        if hint.get("attribute") is True and not isinstance(one, dict | list):
            if one is not None:
                attributes.append(f" {_tag(written, hint)}={quoteattr(_text(one))}")
        elif isinstance(one, list) and hint.get("wrapped") is not True:
            item = str(part.items.xml.get("name", name))
            inner.extend((item, member, part.items) for member in one)
        elif isinstance(one, list):
            inner.append((written, _Wrapped(one, name), part))
        else:
            inner.append((written, one, part))

    def write() -> Iterator[str]:
        for written, one, part in inner:
            if isinstance(one, _Wrapped):
                tag = _tag(written, part.xml)
                item = str(part.items.xml.get("name", one.name))
                yield f"<{tag}>"
                for member in one.items:
                    yield from _element(item, member, part.items)
                yield f"</{tag}>"
            else:
                yield from _element(written, one, part)

    return "".join(attributes), write()


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """A list that stands in an element of its own."""

    items: list[Any]
    name: str
    """Of the property, after which items without a name of their own are called."""


def _tag(name: str, hint: Mapping[str, Any]) -> str:
    prefix = hint.get("prefix")
    name = _NAME.sub("_", name) or "_"
    if name[0].isdigit() or name[0] in ".-":
        name = f"_{name}"
    return f"{prefix}:{name}" if isinstance(prefix, str) and prefix else name


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return _NO_XML.sub("\ufffd", text)

"""Bytes of a published file to values: encoding, JSON or YAML.

In: bytes and the file's name. Out: `Text`, which knows its value and the line of any pointer. May
not know: OpenAPI.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from apidouble.document import jsontext, pointers, positions, yamltext
from apidouble.document.report import Report
from apidouble.document.yamltext import TextError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


class Text:
    """The text of one file, kept for as long as somebody may ask for lines."""

    __slots__ = ("_data", "_packed", "encoding", "json", "label")

    def __init__(self, data: bytes, label: str) -> None:
        self._data = data
        self._packed = False
        self.label = label
        """The file's name as a person would write it."""
        self.encoding = encoding(data)
        self.json = is_json(data, self.encoding, label)

    def lines(self, wanted: Iterable[str]) -> Mapping[str, int | None]:
        """The line of each pointer; of what is nearest around it where the text does not hold it."""
        return positions.lines(self.decode(), wanted, json=self.json)

    def decode(self) -> str:
        """The characters; what is no UTF-8 is read as Windows-1252, which never fails here."""
        data = zlib.decompress(self._data) if self._packed else self._data
        try:
            return data.decode(self.encoding)
        except UnicodeDecodeError:
            return data.decode("cp1252", errors="replace")

    def pack(self) -> None:
        """Take little memory from now on."""
        if not self._packed:
            self._data, self._packed = zlib.compress(self._data, 1), True

    def value(self, file: int, report: Report) -> Any:
        """The value that the text stands for; remarks on it go to the report.

        Raises:
            TextError: it is neither JSON nor YAML, nests too deep, or its aliases expand too far.

        """
        data = self._data

        def tell(kind: str, message: str, path: list[str | int], line: int) -> None:
            report.add(pointers.place_of(file, path), kind, message, line=line)

        plain = self.encoding == "utf-8"
        try:
            text = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            text, plain = self.decode(), False
            line = data.count(b"\n", 0, error.start) + 1
            tell("encoding", f"not {self.encoding}: {error.reason}; read as Windows-1252", [], line)
        if self.json:
            return jsontext.read(data if plain else text.encode(), tell)
        if match := _CONTROL.search(text):
            line = text.count("\n", 0, match.start()) + 1
            tell(
                "control",
                f"control character {match.group()!r}, which YAML does not allow, left out",
                [],
                line,
            )
            text = _CONTROL.sub(" ", text)
        return yamltext.read(text, tell)


def encoding(data: bytes) -> str:
    """The encoding by byte order mark, or by where the zero bytes stand (RFC 4627 section 3)."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:4]
    if len(head) == 4 and 0 in head:
        if head[0] == 0 and head[2] == 0 and head[1]:
            return "utf-16-be"
        if head[1] == 0 and head[3] == 0 and head[0]:
            return "utf-16-le"
    return "utf-8"


def is_json(data: bytes, name: str, label: str) -> bool:
    """Whether the text is to be read as JSON: by its first character, else by the file's ending."""
    head = data[:400].decode(name, errors="ignore").lstrip("\ufeff \t\r\n")
    if head[:1] == "{":
        # a YAML flow mapping has no quote after its brace, or ends as YAML
        return head[1:].lstrip()[:1] in ('"', "}", "") or label.lower().endswith(".json")
    return label.lower().endswith(".json")


__all__ = ["Text", "TextError", "encoding", "is_json"]

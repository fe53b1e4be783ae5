"""The document as published, kept small until somebody wants to see it.

In: its value. Out: a read-only mapping, and the JSON bytes. May not know: OpenAPI.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

_KEEP = 1_000_000
"""Bytes of JSON up to which the parsed value is kept once it was asked for."""


class Published(Mapping[str, Any]):
    """A JSON object, compressed in memory; parsed when it is looked into."""

    __slots__ = ("_packed", "_value")

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._value: dict[str, Any] | None = None

    @classmethod
    def of(cls, value: dict[str, Any]) -> Published:
        """From the value itself, which may change afterwards."""
        return cls(zlib.compress(orjson.dumps(value), 1))

    @property
    def packed(self) -> bytes:
        """The compressed JSON (zlib)."""
        return self._packed

    def json(self) -> bytes:
        """The document as JSON, UTF-8."""
        return zlib.decompress(self._packed)

    def value(self) -> dict[str, Any]:
        """The whole document; a large one is parsed anew each time."""
        if self._value is not None:
            return self._value
        text = self.json()
        value: dict[str, Any] = orjson.loads(text)
        if len(text) <= _KEEP:
            self._value = value
        return value

    def __getitem__(self, key: str) -> Any:
        return self.value()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.value())

    def __len__(self) -> int:
        return len(self.value())

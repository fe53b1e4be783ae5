"""From the internal form back to the published text: file and line of a pointer.

In: a pointer in the internal form. Out: (file, line), of the nearest thing around it that the text
holds. May not know: why anything was moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apidouble.document import pointers
from apidouble.document.bundle import KEY, METHODS
from apidouble.document.published import Published
from apidouble.document.text import Text

_SWAGGER = {
    "schemas": "definitions",
    "parameters": "parameters",
    "requestBodies": "parameters",
    "responses": "responses",
    "securitySchemes": "securityDefinitions",
}


class Locator:
    """Answers for one document; reads the text only when it is asked."""

    __slots__ = ("_origins", "_published", "_root", "_swagger", "_texts")

    def __init__(
        self,
        root: Mapping[str, Any],
        published: Published,
        texts: Sequence[Text],
        origins: Mapping[str, tuple[int, str]],
        *,
        swagger: bool,
    ) -> None:
        self._root, self._published, self._texts = root, published, texts
        self._origins, self._swagger = origins, swagger

    def __call__(self, pointer: str) -> tuple[str, int | None]:
        """File and line of a pointer in the internal form."""
        file, parts = self.origin(pointers.split(pointer))
        text = self._texts[file]
        there = pointers.join(parts)
        return text.label, text.lines([there])[there]

    def many(self, wanted: Sequence[str]) -> list[tuple[str, int | None]]:
        """File and line of each pointer; each file is read once for all of them."""
        places = [self.origin(pointers.split(pointer)) for pointer in wanted]
        asked: dict[int, list[str]] = {}
        for file, parts in places:
            asked.setdefault(file, []).append(pointers.join(parts))
        known = {file: self._texts[file].lines(there) for file, there in asked.items()}
        return [(self._texts[file].label, known[file][pointers.join(parts)]) for file, parts in places]

    def origin(self, parts: Sequence[str]) -> tuple[int, list[str]]:
        """Number of the file and path in it that a path in the internal form was published at."""
        file, found = self._moved(list(parts))
        if len(found) > 1 and found[0] == KEY and found[1].isdecimal():
            return int(found[1]), found[2:]
        if file == 0 and found[:1] == ["paths"] and len(found) > 3 and found[2].lower() in METHODS:
            return self._in_operation(list(parts), found)
        if file == 0 and self._swagger and found[:1] == ["components"] and len(found) > 2:
            return 0, self._without_content([_SWAGGER.get(found[1], found[1]), *found[2:]])
        return file, found

    def _moved(self, parts: list[str]) -> tuple[int, list[str]]:
        for _ in range(20):
            for end in range(len(parts), 0, -1):
                origin = self._origins.get(pointers.join(parts[:end]))
                if origin is not None:
                    there = [*pointers.split(origin[1]), *parts[end:]]
                    if origin[0] or there == parts:
                        return origin[0], there
                    parts = there
                    break
            else:
                break
        return 0, parts

    def _in_operation(self, internal: list[str], parts: list[str]) -> tuple[int, list[str]]:
        head, section, rest = parts[:3], parts[3], parts[4:]
        if section == "parameters" and rest:
            try:
                node = self._whole(pointers.find(self._root, [*internal[:4], rest[0]]), self._root)
            except KeyError:
                return 0, head
            here = self._parameter(
                head, lambda given: all(given.get(k) == node.get(k) for k in ("name", "in"))
            )
            tail = rest[2:] if self._swagger and rest[1:2] == ["schema"] else rest[1:]
            return 0, [*here, *tail] if here else head
        if section == "requestBody" and self._swagger:
            name = rest[4] if rest[3:4] == ["properties"] and len(rest) > 4 else None
            here = self._parameter(
                head,
                lambda given: (
                    given.get("in") == "body"
                    or (given.get("in") == "formData" and name in (None, given.get("name")))
                ),
            )
            return 0, [*here, *rest[2:]] if here else head
        return 0, self._without_content(parts) if self._swagger else parts

    def _parameter(self, operation: list[str], fits: Any) -> list[str]:
        """Where an operation's parameter is written: with the operation, or with its path."""
        published = self._published.value()
        for path in (operation, operation[:2]):
            try:
                given = pointers.find(published, [*path, "parameters"])
            except KeyError:
                continue
            for index, node in enumerate(given if isinstance(given, list) else ()):
                if fits(self._whole(node, published)):
                    return [*path, "parameters", str(index)]
        return []

    def _whole(self, node: Any, root: Any) -> Mapping[str, Any]:
        for _ in range(20):
            if not isinstance(node, dict) or not isinstance(ref := node.get("$ref"), str):
                break
            try:
                node = pointers.find(root, next(iter(pointers.candidates(ref[1:]))))
            except KeyError:
                break
        return node if isinstance(node, dict) else {}

    def _without_content(self, parts: list[str]) -> list[str]:
        """`responses/200/content/application~1json/schema` was `responses/200/schema`."""
        if "content" in parts[:6]:
            at = parts.index("content")
            return [*parts[:at], *parts[at + 2 :]]
        return parts

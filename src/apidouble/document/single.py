"""One keyword of a schema at a time: brought to a value that JSON Schema 2020-12 allows, or left out.

In: a schema and the name of one of its keywords. Out: the schema changed in place, remarks. May
not know: what stands below or beside the keyword, references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apidouble.document import keywords
from apidouble.document.keywords import DROP
from apidouble.document.patterns import Patterns
from apidouble.document.pointers import Place
from apidouble.document.report import Report, shorten

Node = dict[str, Any]

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


class Single:
    """Repairs single keywords."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._patterns = Patterns()

    def simple(self, node: Node, key: str, rule: tuple[Callable[[Any], Any], str], place: Place) -> None:
        """A keyword with a rule of its own: what makes its value fit, and what is expected."""
        value = node[key]
        found = rule[0](value)
        if found is value:
            return
        if found is DROP:
            del node[key]
            self._tell((place, key), key, f"{key} is {shorten(value)}; it is left out", rule[1])
            return
        node[key] = found
        if found != value or type(found) is not type(value):
            self._tell((place, key), key, f"{key} is {shorten(value)}; read as {shorten(found)}", rule[1])

    def patterned(self, value: Node, place: Place) -> Node:
        """`patternProperties`, with keys that compile."""
        found: Node = {}
        for pattern, item in value.items():
            fit = self._patterns.fit(pattern)
            if fit is None:
                self._tell(
                    (place, pattern),
                    "pattern",
                    f"{pattern!r} is no regular expression; it is left out",
                    "ECMA-262",
                )
            else:
                found[fit] = item
        return found

    def pattern(self, node: Node, place: Place) -> None:
        """`pattern`: as it is, translated, or left out."""
        pattern = node["pattern"]
        fit = self._patterns.fit(pattern) if isinstance(pattern, str) else None
        if fit is None:
            del node["pattern"]
            message = f"pattern {shorten(pattern)} is no regular expression that can be used; it is left out"
            self._tell((place, "pattern"), "pattern", message, "ECMA-262, as JSON Schema has it")
        elif fit != pattern:
            node["pattern"] = fit
            self._report.add(
                (place, "pattern"),
                "pattern",
                f"pattern {shorten(pattern)} read as {shorten(fit)}",
                severity="note",
            )

    def type(self, node: Node, place: Place) -> None:
        """`type`: one of JSON Schema's, or what was meant by the word."""
        value = node["type"]
        found, as_written = keywords.types(value)
        if as_written:
            return
        del node["type"]
        for key, item in found.items():
            node.setdefault(key, item)
        if value == "file":
            return  # Swagger 2.0 has it
        read = f"read as {shorten(dict(found))}" if found else "any type is accepted"
        self._tell((place, "type"), "type", f"type is {shorten(value)}; {read}", "a type of JSON Schema")

    def exclusive(self, node: Node, place: Place) -> None:
        """Exclusive bounds: numbers, or flags on the other bound as up to OpenAPI 3.0."""
        for exclusive, inclusive in _BOUNDS:
            value = node.get(exclusive)
            if value is None and exclusive not in node:
                continue
            flag = keywords.boolean(value)
            if flag is DROP:
                self.simple(node, exclusive, (keywords.number, "a number"), place)
                continue
            del node[exclusive]
            bound = keywords.number(node.get(inclusive))
            if flag and bound is not DROP:
                node.pop(inclusive, None)
                node[exclusive] = bound

    def dependent(self, node: Node, place: Place) -> None:
        """`dependentRequired`: lists of names only."""
        value = node["dependentRequired"]
        if isinstance(value, dict):
            node["dependentRequired"] = {
                name: found for name, item in value.items() if (found := keywords.names(item)) is not DROP
            }
        else:
            del node["dependentRequired"]
            self._tell(
                (place, "dependentRequired"),
                "dependentRequired",
                "dependentRequired is left out",
                "a mapping",
            )

    def _tell(self, place: Place, kind: str, message: str, expected: str) -> None:
        self._report.add(place, f"schema-{kind}", message, expected=expected)

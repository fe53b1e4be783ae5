"""`x-double` hints: checked against their published schema, and read.

In: a contract's hints. Out: `Hints`, or `ProjectError` with a finding for each fault: file, pointer,
line, what was expected, what was probably meant. May not know: how the model is inferred.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from typing import Any, Literal

import jsonschema_rs

from apidouble.contract.operation import Contract, Operation
from apidouble.errors import Finding, ProjectError

Place = Literal["document", "operation", "parameter", "response"]


@dataclass(slots=True)
class Hints:
    """The hints of one document, known to be well-formed."""

    contract: Contract
    resources: Mapping[str, Mapping[str, Any]]
    findings: list[Finding] = field(default_factory=list)
    """Hints that name things which do not exist; raised together at the end."""

    def of(self, operation: Operation) -> Mapping[str, Any]:
        """An operation's own hints."""
        return operation.hints

    def fault(
        self, pointer: str, message: str, expected: str = "", word: str = "", known: Iterable[str] = ()
    ) -> None:
        """Remember a hint that names something unknown; `word` and `known` make a suggestion."""
        self.findings.append(finding(self.contract, pointer, message, expected, word, known))

    def raise_faults(self) -> None:
        """Raise what has been found."""
        if self.findings:
            raise ProjectError(self.findings)


def published_schema() -> dict[str, Any]:
    """The JSON Schema of `x-double`, as it is published."""
    text = files("apidouble.model").joinpath("hints.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_hints(contract: Contract) -> Hints:
    """Check all hints of a contract; raises ProjectError."""
    places = list(_places(contract))
    resources: Any = contract.hints.get("resources", {}) if isinstance(contract.hints, Mapping) else {}
    hints = Hints(contract, resources if isinstance(resources, Mapping) else {})
    if places:
        schema = published_schema()
        checkers: dict[str, jsonschema_rs.Validator] = {}
        for place, pointer, value in places:
            if place not in checkers:
                checkers[place] = jsonschema_rs.validator_for(
                    {"$schema": schema["$schema"], "$ref": f"#/$defs/{place}", "$defs": schema["$defs"]}
                )
            hints.findings += _check(contract, checkers[place], schema["$defs"][place], pointer, value)
    hints.raise_faults()
    return hints


def _places(contract: Contract) -> Iterator[tuple[Place, str, Any]]:
    if contract.hints:
        yield "document", "/x-double", contract.hints
    for operation in contract.operations.values():
        if operation.hints:
            yield "operation", f"{operation.pointer}/x-double", operation.hints
        for parameter in operation.parameters:
            if parameter.hints:
                where = parameter_pointer(operation, parameter.name, parameter.location)
                yield "parameter", f"{where}/x-double", parameter.hints
        for status, response in operation.responses.items():
            if response.hints:
                yield "response", f"{operation.pointer}/responses/{status}/x-double", response.hints


def parameter_pointer(operation: Operation, name: str, location: str) -> str:
    """Where a parameter stands, as far as its operation says."""
    listed = operation.node.get("parameters")
    for place, node in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(node, Mapping) and node.get("name") == name and node.get("in") == location:
            return f"{operation.pointer}/parameters/{place}"
    return f"{operation.pointer}/parameters"


def _check(
    contract: Contract, checker: jsonschema_rs.Validator, schema: Any, pointer: str, value: Any
) -> list[Finding]:
    found: list[Finding] = []
    for error in checker.iter_errors(value):
        steps = [str(step).replace("~", "~0").replace("/", "~1") for step in error.instance_path]
        here = "/".join([pointer, *steps])
        for message, expected, word, known in _explain(error, value):
            found.append(finding(contract, here, message, expected, word, known))
    return found


def _explain(error: Any, value: Any) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """(message, expected, wrong word, known words) of one error."""
    kind = type(error.kind).__name__
    keyword = str(error.schema_path[-1]) if error.schema_path else ""
    if "AdditionalProperties" in kind or keyword == "additionalProperties":
        known = _known_words(error)
        for word in getattr(error.kind, "unexpected", ()):
            yield f"`{word}` is no hint", f"one of {', '.join(known)}", str(word), known
        return
    if keyword == "enum":
        options = getattr(error.kind, "options", None)
        words = tuple(str(word) for word in options) if isinstance(options, list) else ()
        yield (
            f"{_shown(error.instance)} is not known here",
            f"one of {', '.join(words)}",
            str(error.instance),
            words,
        )
        return
    if keyword == "pattern" and isinstance(error.instance, str):
        yield (
            f"{_shown(error.instance)} is no JSON pointer",
            "`/` and names, or nothing for the whole",
            "",
            (),
        )
        return
    yield str(error.message), "", "", ()


def _known_words(error: Any) -> tuple[str, ...]:
    schema = published_schema()
    node: Any = {"$defs": schema["$defs"]}
    path = list(error.schema_path)[:-1]
    if "$defs" in path:
        path = path[path.index("$defs") :]
    elif "$ref" in path:
        path = path[path.index("$ref") + 1 :]
    found = _walk(node, path, schema)
    words = found.get("properties", {}) if isinstance(found, Mapping) else {}
    return tuple(words)


def _walk(node: Any, path: list[Any], schema: Any) -> Any:
    for step in path:
        if step == "$ref" and isinstance(node, Mapping) and "$ref" in node:
            node = schema["$defs"][str(node["$ref"]).rpartition("/")[2]]
            continue
        try:
            node = node[int(step)] if isinstance(node, list) else node[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return {}
    if isinstance(node, Mapping) and "$ref" in node:
        return schema["$defs"][str(node["$ref"]).rpartition("/")[2]]
    return node


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def finding(
    contract: Contract,
    pointer: str,
    message: str,
    expected: str = "",
    word: str = "",
    known: Iterable[str] = (),
) -> Finding:
    """A finding at a pointer of the internal form, with a suggestion where a word is close to a known one."""
    file, line = contract.document.locate(pointer)
    close = get_close_matches(word, list(known), 1, 0.6) if word else []
    advice = f"Did you mean `{close[0]}`?" if close else ""
    return Finding(message, file or contract.document.source, pointer, line, expected, advice)

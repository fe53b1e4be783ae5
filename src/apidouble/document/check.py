"""Strict validation of one document, for `apidouble validate`.

In: a source. Out: findings with file, pointer and line; severity `error` is what the specification
forbids. May not know: what is served.

The structure is judged by the OpenAPI Initiative's own schemas and openapi-spec-validator; what
`load` would have to repair is told as well. Where a schema offers alternatives, only the fault of
the nearest one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from apidouble.document import keywords, pointers, versions, yamltext
from apidouble.document import load as loading
from apidouble.document.bundle import KEY
from apidouble.document.files import Files
from apidouble.document.report import Report, shorten
from apidouble.document.text import TextError
from apidouble.errors import DocumentError, Finding

_FORBIDDEN = frozenset({
    "body-parameter", "duplicate", "inline-schema", "json", "media-schema", "no-content", "operation-id",
    "parameter-twice", "path", "path-parameter", "reference", "reference-name", "responses", "schema-cycle",
    "schema-default", "schema-pattern", "schema-reference", "schema-required-property", "schema-schema",
    "schema-type", "security-scheme", "status", "version",
})  # fmt: skip
"""Kinds of repair that the specification leaves no room for."""
_KEYWORDS = frozenset(f"schema-{keyword}" for keyword in keywords.SIMPLE) - {"schema-examples", "schema-enum"}
"""Keywords whose values OpenAPI 3.1 leaves to JSON Schema, which its own schema does not look into."""
_PLACELESS = (
    "UnresolvableParameterError",
    "ParameterDuplicateError",
    "DuplicateOperationIDError",
    "ExtraParametersError",
)
"""Errors of the validator that carry no place; `load` tells the same with one."""
Fault = tuple[list[str | int], str, str]
"""Path, message, what was expected."""

_LENGTH = 240
_DUPLICATES_UP_TO = 5_000_000


def check(
    source: str | Path,
    *,
    overlays: Sequence[Path] = (),
    allow_remote: bool = False,
    allow_outside: bool = False,
    root: Path | None = None,
) -> list[Finding]:
    """Everything that is wrong with a document, by line; empty if nothing is.

    The arguments are those of `load`. Nothing is raised for a faulty document.
    """
    place = str(source)
    report = Report()
    try:
        data = loading.fetch(place)
        files = Files(place, report, root, allow_remote=allow_remote, allow_outside=allow_outside)
        layers = loading.layers(place, overlays)
        document, _, dialect = loading.read(files, data, layers, report, loading.name_of(place))
    except DocumentError as error:
        return list(error.findings)
    value = document.published.value()
    _duplicates(files, report)
    strict = Report()
    for parts, message, expected in _judge(value, dialect):
        number, there = _published(parts)
        strict.add(pointers.place_of(number, there), "strict", message, expected=expected, severity="error")

    def lines(file: int, wanted: Any) -> Mapping[str, int | None]:
        return files.texts[file].lines(wanted)

    forbidden = _FORBIDDEN | _KEYWORDS if dialect == versions.OAS31 else _FORBIDDEN
    own = report.findings(files.label, lines, forbidden)
    judged = strict.findings(files.label, lines)
    overlaid = {str(path) for path, _ in layers}
    return _merged(judged, own, [finding for finding in document.findings if finding.file in overlaid])


def _merged(judged: list[Finding], own: list[Finding], overlaid: list[Finding]) -> list[Finding]:
    """Both opinions, errors first; of two on one place the sharper one."""
    found = {(finding.file, finding.pointer): finding for finding in own if finding.pointer}
    findings = [finding for finding in own if not finding.pointer] + overlaid
    for finding in judged:
        place = (finding.file, finding.pointer)
        if not finding.pointer and any(_same(finding, other) for other in own):
            continue
        if found.get(place) is None or found[place].severity != "error":
            found.pop(place, None)
            findings.append(finding)
    findings.extend(found.values())
    findings.sort(key=lambda finding: (finding.severity != "error", finding.file, finding.line or 0))
    return findings


def _same(placeless: Finding, other: Finding) -> bool:
    """Whether a fault without a place is one that `load` knows the place of: they name the same value."""
    value = re.match(r"('[^']*'|[^ ]+) is not ", placeless.message) or _STOPPED.match(placeless.message)
    return other.severity == "error" and value is not None and value.group(1) in other.message


_STOPPED = re.compile(r"the validator stops: \W*?'([^']+)' does not exist")
"""What the library says of a reference that leads nowhere."""


def _published(parts: list[str | int]) -> tuple[int, list[str | int]]:
    if len(parts) > 1 and parts[0] == KEY and str(parts[1]).isdecimal():
        return int(parts[1]), parts[2:]
    return 0, parts


def _duplicates(files: Files, report: Report) -> None:
    """Tell equal keys in JSON, of which orjson takes the last without a word."""
    for number, text in enumerate(files.texts):
        if not text.json:
            continue
        content = text.decode()
        if len(content) > _DUPLICATES_UP_TO:
            continue

        def tell(kind: str, message: str, path: list[str | int], line: int, number: int = number) -> None:
            if kind == "duplicate":
                report.add(pointers.place_of(number, path), kind, message, line=line)

        try:
            yamltext.read(content, tell)
        except TextError:
            continue  # JSON that is no YAML: there is no second reader to ask


def _judge(value: Any, dialect: int) -> Iterator[Fault]:
    """Each fault, as the specification's schemas see it."""
    # imported here: only validation needs them, and they take longer to import than to run
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from openapi_spec_validator import (  # noqa: PLC0415
        OpenAPIV2SpecValidator,
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
        schemas,
    )

    validator, schema = {
        versions.SWAGGER: (OpenAPIV2SpecValidator, schemas.schema_v2),
        versions.OAS30: (OpenAPIV30SpecValidator, schemas.schema_v30),
        versions.OAS31: (OpenAPIV31SpecValidator, schemas.schema_v31),
    }[dialect]
    if str(value.get("openapi", "")).startswith("3.2"):
        validator, schema = OpenAPIV32SpecValidator, schemas.schema_v32
    broken = _without_foreign(value)
    strict = validator(value)
    if next(iter(strict.schema_validator.iter_errors(value)), None) is not None:
        plain = dict(schema)
        for error in validator_for(plain)(plain).iter_errors(value):
            yield _nearest(error)
        return
    try:
        for error in strict.root_validator(strict.schema_path):
            if type(error).__name__ not in _PLACELESS:
                yield _somewhere(value, error)
    except RecursionError:
        return  # its parts refer to each other too deep for this validator; the structure is sound
    except Exception as error:  # noqa: BLE001 - references to nowhere, told by `load`, end the validator in many ways
        if not broken and not isinstance(error, LookupError):
            yield [], f"the validator stops: {shorten(str(error))}", ""


def _nearest(error: Any) -> Fault:
    """The fault in the alternative that comes closest to what was written."""
    while error.context:
        branches: dict[Any, list[Any]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        # whatever has no `$ref` was not meant to be a reference
        meant = [part for part in branches.values() if not _misses_ref(part)] or list(branches.values())
        deepest = max(min(len(inner.path) for inner in part) for part in meant)
        near = [part for part in meant if min(len(inner.path) for inner in part) == deepest]
        first = min(near, key=len)[0]
        same = [
            inner for part in near for inner in part if inner.path == first.path and inner.validator == "enum"
        ]
        if first.validator == "enum" and len(same) > 1:
            values = list(dict.fromkeys(value for inner in same for value in inner.validator_value))
            return (
                list(first.absolute_path),
                _message(first).split(" is not one of")[0] + " is not allowed",
                _listed(values),
            )
        error = first
    return list(error.absolute_path), _message(error), _expected(error)


def _misses_ref(errors: list[Any]) -> bool:
    return any(error.validator == "required" and "$ref" in error.validator_value for error in errors)


def _somewhere(value: Any, error: Any) -> Fault:
    """A fault whose path begins at some schema, not at the document: only a path that fits is believed."""
    path = list(error.absolute_path)
    try:
        placed = bool(path) and pointers.find(value, map(str, path)) == error.instance
    except KeyError:
        placed = False
    return path if placed else [], _message(error), _expected(error)


def _without_foreign(value: Any) -> list[str]:
    """Empty the references that `load` could not bundle, so that no validator goes and fetches them."""
    broken: list[str] = []
    stack: list[tuple[Any, str]] = [(value, "")]
    while stack:
        node, pointer = stack.pop()
        if isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str) and not ref.startswith("#"):
                node.clear()
                broken.append(pointer)
            stack.extend((child, f"{pointer}/{pointers.escape(key)}") for key, child in node.items())
        elif isinstance(node, list):
            stack.extend((child, f"{pointer}/{index}") for index, child in enumerate(node))
    return broken


def _message(error: Any) -> str:
    message: str = error.message
    if len(message) > _LENGTH:
        message = message.replace(repr(error.instance), shorten(error.instance))
    return message if len(message) <= _LENGTH else message[: _LENGTH - 1] + "…"


def _expected(error: Any) -> str:
    keyword, value = error.validator, error.validator_value
    if keyword == "type":
        return " or ".join(value) if isinstance(value, list) else str(value)
    if keyword == "enum" and isinstance(value, list):
        return _listed(value)
    if keyword in ("format", "pattern"):
        return f"{keyword} {value}"
    return ""


def _listed(values: list[Any]) -> str:
    return shorten(values) if len(values) > 12 else "one of " + ", ".join(map(str, values))

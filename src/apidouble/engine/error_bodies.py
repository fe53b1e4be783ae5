"""Refusals in the API's own shape.

In: the declared response for a status and a `Refusal`. Out: the body that the declared schema
asks for, filled with status, title, detail and violations; RFC 9457 problem details where nothing
is declared. May not know: HTTP servers, any API.

Which member holds what is read off its name and type once, when an operation first refuses with a
status; `x-double: {error: {member: role}}` on the response corrects it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from apidouble.contract.answers import concrete, encode
from apidouble.contract.media_types import is_json, is_xml
from apidouble.contract.operation import Contract, Media, Operation
from apidouble.engine import schemas
from apidouble.engine.fitting import Fitter
from apidouble.engine.violation_members import ABSENT, first, keyword, way
from apidouble.errors import Refusal, Violation
from apidouble.json_bytes import json_bytes

PROBLEM = "application/problem+json"
Fill = Callable[[Refusal, str], Any]
"""(refusal, request path) -> value of one member."""

_TITLES = {"title", "error", "reason", "statustext", "httpstatus", "summary", "name"}
_DETAILS = {
    "detail", "details", "message", "description", "errormessage", "errordescription", "msg",
    "extendedmessage", "errordetail", "developermessage", "usermessage", "text", "reasonphrase", "info",
    "issue", "problem", "explanation",
}  # fmt: skip
_STATUSES = {"status", "statuscode", "code", "httpstatus", "httpstatuscode", "httpcode", "errorcode", "errno"}
_VIOLATIONS = {
    "errors", "violations", "fielderrors", "validationerrors", "invalidparams", "invalidfields", "details",
    "fields", "issues", "causes", "problems",
}  # fmt: skip
_NAMES = {
    "field",
    "name",
    "property",
    "param",
    "parameter",
    "path",
    "attribute",
    "key",
    "target",
    "source",
    "loc",
}
_SUCCESS = {"success", "ok", "successful"}

_PHRASES = {one.value: one.phrase for one in HTTPStatus}


def phrase(status: int) -> str:
    """The reason phrase of a status (RFC 9110, section 15)."""
    return _PHRASES.get(status, "Error")


def problem(refusal: Refusal) -> dict[str, Any]:
    """RFC 9457 problem details."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase(refusal.status),
        "status": refusal.status,
        "detail": refusal.detail or phrase(refusal.status),
    }
    if refusal.violations:
        body["errors"] = [_violation(one) for one in refusal.violations]
    return body


def _violation(violation: Violation) -> dict[str, str]:
    told = {"location": violation.location, "name": violation.name, "pointer": violation.pointer}
    return {**{key: value for key, value in told.items() if value}, "detail": violation.message}


@dataclass(slots=True)
class ErrorBody:
    """How one operation refuses with one status."""

    media: Media | None
    media_type: str
    fill: Fill | None
    """None: problem details."""

    def body(self, refusal: Refusal, path: str) -> Any:
        """The body for a refusal."""
        return problem(refusal) if self.fill is None else self.fill(refusal, path)

    def written(self, body: Any) -> bytes:
        """The bytes of a body, as the declared media type has them."""
        return json_bytes(body) if self.media is None else encode(body, self.media)


class ErrorBodies:
    """Compiles the error bodies of one contract."""

    def __init__(self, contract: Contract, sample: Callable[[Any, str], Any]) -> None:
        """`sample` makes a valid value for a schema, for members that no refusal can fill."""
        self._contract = contract
        self._document = contract.document
        self._sample = sample
        self._fitter = Fitter(contract, lambda schema, label, count, name: sample(schema, label))

    def compile(self, operation: Operation, status: int) -> ErrorBody:
        """How this operation refuses with this status."""
        response = operation.response(status)
        media = _most_telling(response.content.values()) if response is not None else None
        if media is None and (name := produced(operation)):
            media = Media(name, None)
        if media is None:
            return ErrorBody(None, PROBLEM, None)
        name = concrete(media.media_type)
        if not (is_json(name) or is_xml(name)) and (
            name.startswith("text/") or not schemas.properties(self._document, media.schema)
        ):
            # What only people read, or what nobody can fill: the reason in words, as the declared type.
            return ErrorBody(media, name, lambda refusal, path: str(refusal))
        if media.schema is None or response is None:
            return ErrorBody(media, name, None)
        roles = response.hints.get("error", {})
        fill = self._member(media.schema, "", roles, 0)
        validator = media.validator

        def checked(refusal: Refusal, path: str) -> Any:
            body = fill(refusal, path)
            if body is ABSENT or body == {}:
                # Nothing is said of its members.
                body = problem(refusal)
            if validator is not None and not validator.is_valid(body):
                plain = problem(refusal)
                # A schema that no name explains: a body that fits it is worth more to a client
                # than one that explains itself in members the contract does not know.
                body = (
                    plain
                    if validator.is_valid(plain)
                    else self._fitter.fit(media.schema, body, f"error/{refusal.status}")
                )
            return body

        return ErrorBody(media, name, checked)

    def _object(self, schema: Any, roles: Mapping[str, Any], depth: int, *, entry: bool = False) -> Fill:
        """`entry`: it is one of a list of violations."""
        required = set(schemas.required(self._document, schema))
        declared = schemas.properties(self._document, schema)
        members: list[tuple[str, Fill, bool, Any]] = []
        plain = {_plain(name) for name in declared}
        for name, node in declared.items():
            fill = self._member(node, name, roles, depth + 1, plain, entry=entry)
            members.append((name, fill, name in required, node))

        def build(refusal: Refusal, path: str) -> Any:
            body: dict[str, Any] = {}
            for name, fill, needed, node in members:
                if name in refusal.extra:
                    body[name] = refusal.extra[name]
                    continue
                value = fill(refusal, path)
                if value is not ABSENT:
                    body[name] = value
                elif needed:
                    body[name] = self._needed(node, name, refusal)
            for name in required:
                if name not in declared:
                    body.setdefault(name, refusal.detail)
            return body

        return build

    def _needed(self, node: Any, name: str, refusal: Refusal) -> Any:
        if schemas.nullable(self._document, node):
            return None
        return self._sample(node, f"error/{refusal.status}/{name}")

    def _member(
        self,
        schema: Any,
        name: str,
        roles: Mapping[str, Any],
        depth: int,
        siblings: frozenset[str] | set[str] = frozenset(),
        *,
        entry: bool = False,
    ) -> Fill:
        document = self._document
        node = document.resolve(schema)
        if not isinstance(node, dict) or depth > 6:
            return _absent
        role = roles.get(name, ABSENT)
        if isinstance(role, dict):
            constant = role.get("const")
            return lambda refusal, path: constant
        if "const" in node:
            return _constant(node["const"])
        types = schemas.types(document, node)
        declared = schemas.properties(document, node)
        if role is ABSENT:
            role = _role(_plain(name), types, node, siblings, entry=entry)
        if role == "place":
            return way(document, node)
        if not name or (("object" in types or declared) and role not in {"violations", "fields"}):
            return self._object(node, roles, depth) if declared or not name else self._fields(node)
        if role in {"violations", "fields"}:
            if "array" in types:
                return self._list(node, roles, depth)
            if "object" in types:
                return self._fields(node)
        return _scalar(role, types, node, name)

    def _list(self, node: Mapping[str, Any], roles: Mapping[str, Any], depth: int) -> Fill:
        item = self._document.resolve(node.get("items", {}))
        if "object" not in schemas.types(self._document, item) and not schemas.properties(
            self._document, item
        ):
            return lambda refusal, path: [str(one) for one in refusal.violations] or [refusal.detail]
        each = self._object(item, roles, depth + 1, entry=True)

        def build(refusal: Refusal, path: str) -> Any:
            violations = refusal.violations or (Violation(refusal.detail, "body"),)
            return [each(Refusal(refusal.status, one.message, (one,)), path) for one in violations]

        return build

    def _fields(self, node: Mapping[str, Any]) -> Fill:
        """Field -> messages, or field -> message."""
        value = self._document.resolve(node.get("additionalProperties", {}))
        single = "string" in schemas.types(self._document, value)

        def build(refusal: Refusal, path: str) -> Any:
            if not refusal.violations:
                return ABSENT
            told: dict[str, list[str]] = {}
            for one in refusal.violations:
                told.setdefault(one.field or one.location, []).append(one.message)
            return {name: "; ".join(texts) for name, texts in told.items()} if single else told

        return build


def _most_telling(declared: Iterable[Media]) -> Media | None:
    """The media type that a refusal can say most in: JSON, XML, text, anything else."""
    return min(declared, key=_telling, default=None)


def produced(operation: Operation) -> str:
    """The media type that a Swagger 2.0 operation produces whatever the status; '' where it does not say."""
    names = operation.node.get("x-produces")
    media = [Media(str(name).partition(";")[0].strip().lower(), None) for name in names or ()]
    best = _most_telling(media)
    return "" if best is None else best.media_type


def _telling(media: Media) -> int:
    name = concrete(media.media_type)
    return 0 if is_json(name) else 1 if is_xml(name) else 2 if name.startswith("text/") else 3


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _absent(refusal: Refusal, path: str) -> Any:
    return ABSENT


def _constant(value: Any) -> Fill:
    return lambda refusal, path: value


def _role(
    name: str,
    types: frozenset[str],
    node: Mapping[str, Any],
    siblings: set[str] | frozenset[str],
    *,
    entry: bool = False,
) -> str:
    """What a member is for, judged by its name, its type and what stands beside it."""
    number = bool(types & {"integer", "number"})
    if name in _SUCCESS and "boolean" in types:
        return "success"
    if name in _VIOLATIONS and types & {"array", "object"}:
        return "violations"
    if name in _DETAILS | {"error", "messages"} and "array" in types:
        return "violations"
    if name in _STATUSES and number:
        return "status"
    if entry and name in {"loc", "path", "location", "propertypath"} and "array" in types:
        return "place"
    if entry and name in {"type", "code", "rule", "keyword", "constraint"} and "string" in types:
        return "keyword"
    if name == "type":
        return "type"
    if (
        name in {"instance", "path"}
        and name not in _NAMES - {"path"}
        and "string" in types
        and siblings & _DETAILS
    ):
        return "instance"
    if (
        name in _NAMES
        and siblings & (_DETAILS | {"error"})
        and not siblings & {"title", "status", "statuscode"}
    ):
        return "name"
    if name in {"in", "location"}:
        return "location"
    if name in {"status", "code", "errorcode"}:
        return "title" if name == "status" else "slug"
    if name in _TITLES and siblings & (_DETAILS - {"details"}):
        return "slug" if name == "error" and "errordescription" in siblings else "title"
    if name in _DETAILS or name in _TITLES:
        return "detail"
    return ""


def _scalar(role: Any, types: frozenset[str], node: Mapping[str, Any], name: str) -> Fill:
    make = _SCALARS.get(str(role))
    if make is None:
        return _only(node)
    choices = node.get("enum")
    number = bool(types & {"integer", "number"}) and "string" not in types
    length = node.get("maxLength")

    def fill(refusal: Refusal, path: str) -> Any:
        value = make(refusal, path)
        if isinstance(value, int) and not isinstance(value, bool) and not number and types:
            value = str(value)
        if isinstance(value, str) and isinstance(length, int):
            value = value[:length]
        if choices and value not in choices:
            return _closest(str(value), choices)
        return value

    return fill


def _only(node: Mapping[str, Any]) -> Fill:
    choices = node.get("enum")
    if isinstance(choices, list) and len(choices) == 1:
        return _constant(choices[0])
    return _absent


def _closest(value: str, choices: list[Any]) -> Any:
    plain = _plain(value)
    for choice in choices:
        if _plain(str(choice)) == plain:
            return choice
    for choice in choices:
        if isinstance(choice, str) and (_plain(choice) in plain or plain in _plain(choice)):
            return choice
    return choices[0]


_SCALARS: dict[str, Fill] = {
    "status": lambda refusal, path: refusal.status,
    "title": lambda refusal, path: phrase(refusal.status),
    "slug": lambda refusal, path: phrase(refusal.status).lower().replace(" ", "_").replace("-", "_"),
    "detail": lambda refusal, path: refusal.detail or phrase(refusal.status),
    "type": lambda refusal, path: "about:blank",
    "keyword": keyword,
    "instance": lambda refusal, path: path,
    "success": lambda refusal, path: False,
    "name": lambda refusal, path: one.field if (one := first(refusal)) else ABSENT,
    "location": lambda refusal, path: one.location if (one := first(refusal)) else ABSENT,
}

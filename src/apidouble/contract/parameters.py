"""The parameters of one operation, compiled to one function that decodes and checks them.

In: declared parameters, the readings and validators of their document. Out: a function (raw path
values, raw query string, headers by lower-case name) -> (`Inputs`, violations). May not know: web,
what an operation does.

What a request says is split by style and explode first, percent-decoded then, typed by schema and
checked last. A parameter that does not fit is left out of the inputs and told as a violation.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apidouble.contract.escapes import Unreadable, decode, decode_form
from apidouble.contract.operation import Inputs, Parameter
from apidouble.contract.query import ABSENT, Take, find_taker, is_json_type, read_content, read_pairs
from apidouble.contract.schemas import Schemas, SchemaValidator
from apidouble.contract.styles import header_pairs, path_pairs, path_split, path_text
from apidouble.contract.texts import SCALARS, Reading, Readings
from apidouble.errors import Violation

ReadInputs = Callable[[Mapping[str, str], bytes, Mapping[str, str]], tuple[Inputs, list[Violation]]]
_Read = Callable[[str], Any]
_TOLD = 50
"""Broken parts of one query string that are told."""
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""OAS 3.1 4.8.12.1: declared as parameters, they are ignored."""
_PREFERENCES = frozenset({"accept-encoding", "accept-language", "accept-charset"})
"""Lists of what a client likes (RFC 9110 section 12.5): every browser sends them, whatever is declared."""


def compile_parameters(parameters: Sequence[Parameter], schemas: Schemas, readings: Readings) -> ReadInputs:
    """The decoder of an operation's parameters."""
    plans = [_Plan.make(parameter, schemas, readings) for parameter in parameters]
    path = [plan for plan in plans if plan.parameter.location == "path"]
    headers = [
        plan
        for plan in plans
        if plan.parameter.location == "header" and plan.parameter.name.lower() not in _IGNORED_HEADERS
    ]
    read_path = _segments(path)
    read_headers = _headers(headers)
    read_query = _query([plan for plan in plans if plan.parameter.location == "query"])
    read_cookies = _cookies([plan for plan in plans if plan.parameter.location == "cookie"])
    defaults = [plan for plan in plans if plan.has_default]

    def read_inputs(
        values: Mapping[str, str], query: bytes, sent: Mapping[str, str]
    ) -> tuple[Inputs, list[Violation]]:
        violations: list[Violation] = []
        inputs = Inputs({}, {}, {}, {})
        if path:
            read_path(values, inputs.path, violations)
        read_query(query, inputs.query, violations)
        if headers:
            read_headers(sent, inputs.header, violations)
        if read_cookies is not None:
            read_cookies(sent, inputs.cookie, violations)
        if defaults:
            _add_defaults(defaults, inputs)
        return inputs, violations

    return read_inputs


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of one parameter before the first request."""

    parameter: Parameter
    reading: Reading
    validator: SchemaValidator
    default: Any
    has_default: bool
    copy_default: bool
    required: bool
    """Whether a request must say it: an object without members that is written as its members
    (`pageable` of Spring) leaves no trace in an address."""

    @classmethod
    def make(cls, parameter: Parameter, schemas: Schemas, readings: Readings) -> _Plan:
        reading = readings.of(parameter.schema)
        validator = schemas.compile(parameter.schema, "request")
        default = parameter.default
        if parameter.has_default and isinstance(default, str) and not validator.is_valid(default):
            # Published documents often quote the defaults of numbers and booleans.
            default = reading.of_text(default)
        has_default = parameter.has_default and not parameter.required and validator.is_valid(default)
        spread = parameter.location == "query" and parameter.style == "form" and parameter.explode
        silent = (
            spread and parameter.media_type is None and "object" in reading.types and validator.is_valid({})
        )
        required = parameter.required and not silent
        copied = isinstance(default, dict | list)
        return cls(parameter, reading, validator, default, has_default, copied, required)

    def missing(self) -> Violation:
        return Violation("is required", self.parameter.location, self.parameter.name, "", "required")

    def unreadable(self, error: Unreadable) -> Violation:
        return Violation(str(error), self.parameter.location, self.parameter.name)

    def complain(self, value: Any) -> list[Violation]:
        return self.validator.violations(value, self.parameter.location, self.parameter.name)


def _add_defaults(plans: Sequence[_Plan], inputs: Inputs) -> None:
    for plan in plans:
        parameter = plan.parameter
        values: dict[str, Any] = getattr(inputs, parameter.location)
        if parameter.name not in values:
            values[parameter.name] = copy.deepcopy(plan.default) if plan.copy_default else plan.default


# Path segments and headers: one text for each parameter


def _segments(plans: Sequence[_Plan]) -> Callable[[Mapping[str, str], dict[str, Any], list[Violation]], None]:
    steps = [(plan.parameter.name, _reader(plan, decode), plan.validator.is_valid, plan) for plan in plans]

    def read(values: Mapping[str, str], found: dict[str, Any], violations: list[Violation]) -> None:
        for name, read_one, is_valid, plan in steps:
            try:
                value = read_one(values[name])
            except Unreadable as error:
                violations.append(plan.unreadable(error))
                continue
            if is_valid(value):
                found[name] = value
            else:
                violations.extend(plan.complain(value))

    return read


def _headers(plans: Sequence[_Plan]) -> Callable[[Mapping[str, str], dict[str, Any], list[Violation]], None]:
    steps = [
        (plan.parameter.name, plan.parameter.name.lower(), _reader(plan, str.strip), plan) for plan in plans
    ]

    def read(sent: Mapping[str, str], found: dict[str, Any], violations: list[Violation]) -> None:
        for name, key, read_one, plan in steps:
            text = sent.get(key)
            if text is None:
                if plan.parameter.required:
                    violations.append(plan.missing())
                continue
            try:
                value = read_one(text)
            except Unreadable as error:
                violations.append(plan.unreadable(error))
                continue
            if plan.validator.is_valid(value):
                found[name] = value
            else:
                violations.extend(plan.complain(value))

    return read


def _reader(plan: _Plan, undo: Callable[[str], str]) -> _Read:
    """How the text of a path segment or header becomes a value."""
    parameter, reading = plan.parameter, plan.reading
    if parameter.media_type is not None:
        is_json = is_json_type(parameter.media_type)
        return lambda raw: read_content(undo(raw), reading, is_json=is_json)
    name, style, explode = parameter.name, parameter.style, parameter.explode
    ways: list[_Read] = []
    if reading.types & SCALARS:
        strip = path_text(style, name)
        of_text = reading.of_text
        ways.append(
            (lambda raw: of_text(undo(raw))) if strip is None else (lambda raw: of_text(undo(strip(raw))))
        )
    if not reading.is_open:
        if "array" in reading.types:
            split = path_split(style, explode=explode, name=name)
            ways.append(
                lambda raw: [reading.item(i).of_tree(undo(part)) for i, part in enumerate(split(raw))]
            )
        if "object" in reading.types:
            paired = path_pairs(style, explode=explode, name=name)
            if parameter.location == "header" and explode:
                paired = header_pairs
            ways.append(lambda raw: reading.of_tree({undo(key): undo(value) for key, value in paired(raw)}))
    if parameter.location == "header" and name.lower() in _PREFERENCES:
        ways.append(_preferred(plan))
    return ways[0] if len(ways) == 1 else _fitting(ways, plan.validator)


def _preferred(plan: _Plan) -> _Read:
    """The first of the things that a client likes which is one of the declared values."""
    of_text, validator = plan.reading.of_text, plan.validator

    def read(raw: str) -> Any:
        for part in raw.split(","):
            value = of_text(part.partition(";")[0].strip())
            if validator.is_valid(value):
                return value
        return of_text(raw)

    return read


def _fitting(ways: Sequence[_Read], validator: SchemaValidator) -> _Read:
    """The first way that gives a valid value; where none does, the first that can read the text."""

    def read(raw: str) -> Any:
        told: Unreadable | None = None
        values = []
        for way in ways:
            try:
                value = way(raw)
            except Unreadable as error:
                told = told or error
                continue
            if validator.is_valid(value):
                return value
            values.append(value)
        if not values and told is not None:
            raise told
        return values[0]

    return read


# Query string and cookies: names and values, of which each parameter takes its own


def _query(plans: Sequence[_Plan]) -> Callable[[bytes, dict[str, Any], list[Violation]], None]:
    names = frozenset(plan.parameter.name for plan in plans)
    takers = [
        (
            plan.parameter.name,
            find_taker(plan.parameter, plan.reading, plan.validator.is_valid, names - {plan.parameter.name}),
            plan,
        )
        for plan in plans
    ]
    required = [plan for plan in plans if plan.required]

    def read(query: bytes, found: dict[str, Any], violations: list[Violation]) -> None:
        if not query:
            violations.extend(plan.missing() for plan in required)
            return
        given = _readable(query, violations)
        for name, take, plan in takers:
            _take(name, take, plan, given, found, violations)

    return read


def _take(
    name: str,
    take: Take,
    plan: _Plan,
    given: Mapping[str, Sequence[str]],
    found: dict[str, Any],
    violations: list[Violation],
) -> None:
    try:
        value = take(given)
    except Unreadable as error:
        violations.append(plan.unreadable(error))
        return
    if value is ABSENT:
        if plan.required and not any(one.name == name for one in violations):
            violations.append(plan.missing())
    elif plan.validator.is_valid(value):
        found[name] = value
    elif plan.parameter.allow_empty and list(given.get(name, ())) == [""]:
        found[name] = "boolean" in plan.reading.types or ""
    else:
        violations.extend(plan.complain(value))


def _readable(query: bytes, violations: list[Violation]) -> Mapping[str, Sequence[str]]:
    """The names and values of a query string; what cannot be read is told and left out."""
    try:
        text = query.decode()
        # One look at the whole finds broken escapes in names and values that nobody asks for.
        decode(text)
        return read_pairs(text)
    except UnicodeDecodeError:
        violations.append(Violation("the query string must be percent-encoded UTF-8", "query"))
        return {}
    except Unreadable as error:
        known = len(violations)
        given = _rescue(text, violations)
        if len(violations) == known:
            violations.append(Violation(f"the query string {error}", "query"))
        return given


def _rescue(text: str, violations: list[Violation]) -> Mapping[str, Sequence[str]]:
    """What of a query string can be read all the same, so that each broken part is told by name."""
    given: dict[str, list[str]] = {}
    for part in text.split("&", 1000):
        name, _, value = part.partition("=")
        try:
            name = decode_form(name)
            decode_form(value)
            given.setdefault(name, []).append(value)
        except Unreadable as error:
            if len(violations) < _TOLD:
                violations.append(Violation(str(error), "query", name[:100]))
    return given


def _cookies(
    plans: Sequence[_Plan],
) -> Callable[[Mapping[str, str], dict[str, Any], list[Violation]], None] | None:
    if not plans:
        return None
    names = frozenset(plan.parameter.name for plan in plans)
    takers = [
        (
            plan.parameter.name,
            find_taker(
                plan.parameter,
                plan.reading,
                plan.validator.is_valid,
                names - {plan.parameter.name},
                _decode_cookie,
            ),
            plan,
        )
        for plan in plans
    ]

    def read(sent: Mapping[str, str], found: dict[str, Any], violations: list[Violation]) -> None:
        given: dict[str, list[str]] = {}
        for part in sent.get("cookie", "").split(";"):
            name, sign, value = part.strip().partition("=")
            if sign:
                given.setdefault(_decode_cookie(name), []).append(value.removeprefix('"').removesuffix('"'))
        for name, take, plan in takers:
            _take(name, take, plan, given, found, violations)

    return read


def _decode_cookie(raw: str) -> str:
    """Percent-decoded where that is possible: many clients send cookies as they are (RFC 6265)."""
    try:
        return decode(raw)
    except Unreadable:
        return raw

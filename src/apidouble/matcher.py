"""One matcher for journal questions, faults and stubs, compiled once.

In: a matcher as JSON. Out: `Matcher`, called with an `Entry`; a wrong one is a Refusal (422) with
a pointer. May not know: web, where entries come from.

| member | fits when |
|---|---|
| `method` | the method is this one (or one of an array), in any case |
| `path` | the path is this one; `*` stands for any text |
| `operation_id`, `api`, `sandbox` | it is this one; `*` stands for any text |
| `status` | the status is this one, in this range (`4XX`), or one of an array |
| `query` | object: parameter -> value, array of all its values in order, or null for absent |
| `headers` | object: header -> value, or null for absent; `*` stands for any text |
| `body` | JSONPath (RFC 9535) or array of those: each finds something; object: JSONPath -> value found |
| `violation` | true: either side broke the contract; false: neither; `request`, `response`: that side |
| `unmatched` | true: nothing is served there; false: something is |
| `since` | a number: the entry came after that one; an RFC 3339 date-time: not before it |

Members that are absent fit anything; all that are there must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import unquote

from apidouble.errors import Refusal, Violation
from apidouble.journal.entry import NO_BODY, Entry

Test = Callable[[Entry], bool]
_LONGEST_PATH = 2_000


class Matcher:
    """A compiled matcher."""

    __slots__ = ("_tests", "spec")

    def __init__(self, spec: Mapping[str, Any], tests: list[tuple[str, Test]]) -> None:
        self.spec = spec
        """As given."""
        self._tests = tests

    def __call__(self, entry: Entry) -> bool:
        """Whether the entry fits."""
        return all(test(entry) for _, test in self._tests)

    @property
    def parts(self) -> int:
        """How many members are tested."""
        return len(self._tests)

    def differences(self, entry: Entry) -> tuple[str, ...]:
        """In words, each member that does not fit."""
        return tuple(words for words, test in self._tests if not test(entry))


def compile_matcher(spec: Any, at: str = "/match") -> Matcher:
    """Compile; `at` is the pointer of the matcher in the request body, for messages."""
    if not isinstance(spec, Mapping):
        _refuse(at, "a matcher is an object")
    tests: list[tuple[str, Test]] = []
    for name, wanted in spec.items():
        compiler = _MEMBERS.get(name)
        if compiler is None:
            _refuse(f"{at}/{escaped(name)}", f"there is no such member; there are {', '.join(_MEMBERS)}")
        tests.append((f"{name} is not {_short(wanted)}", compiler(wanted, f"{at}/{name}")))
    return Matcher(spec, tests)


def glob(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a pattern in which `*` stands for any text; linear in the text."""
    first, *rest = pattern.split("*")
    if not rest:
        return lambda text: text == first
    *middle, last = rest

    def fits(text: str) -> bool:
        at, end = len(first), len(text) - len(last)
        if end < at or not (text.startswith(first) and text.endswith(last)):
            return False
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return fits


def json_equal(one: Any, two: Any) -> bool:
    """Equality of JSON values: true is not 1, 1 is 1.0, members in any order."""
    if isinstance(one, dict):
        return (
            isinstance(two, dict)
            and one.keys() == two.keys()
            and all(json_equal(value, two[name]) for name, value in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(two, list)
            and len(one) == len(two)
            and all(json_equal(a, b) for a, b in zip(one, two, strict=True))
        )
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def moment(value: Any, at: str) -> float:
    """Seconds since the epoch of an RFC 3339 date-time; Refusal (422) if it is none."""
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        _refuse(at, "expected a date-time such as 2030-01-01T00:00:00Z")
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        _refuse(at, "this time is out of range")


def escaped(name: object) -> str:
    """A member name as part of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _method(wanted: Any, at: str) -> Test:
    names = {name.upper() for name in _texts(wanted, at)}
    return lambda entry: entry.method.upper() in names


def _path(wanted: Any, at: str) -> Test:
    if isinstance(wanted, str) and "?" in wanted:
        _refuse(at, "a path has no query; use the member query")
    fits = [glob(path) for path in _texts(wanted, at)]
    return lambda entry: any(fit(entry.path) or fit(unquote(entry.path)) for fit in fits)


def _attribute(name: str) -> Callable[[Any, str], Test]:
    def compiler(wanted: Any, at: str) -> Test:
        fits = [glob(text) for text in _texts(wanted, at)]
        return lambda entry: any(fit(getattr(entry, name)) for fit in fits)

    return compiler


def _status(wanted: Any, at: str) -> Test:
    ranges: list[tuple[int, int]] = []
    for part in wanted if isinstance(wanted, list) and wanted else [wanted]:
        if isinstance(part, int) and not isinstance(part, bool):
            ranges.append((part, part))
        elif isinstance(part, str) and len(part) == 3 and part[0] in "12345" and part[1:].upper() == "XX":
            ranges.append((int(part[0]) * 100, int(part[0]) * 100 + 99))
        else:
            _refuse(at, "expected a status such as 404, a range such as 4XX, or an array of those")
    return lambda entry: any(low <= entry.status <= high for low, high in ranges)


def _query(wanted: Any, at: str) -> Test:
    tests: dict[str, Callable[[list[str] | None], bool]] = {}
    for name, value in _object(wanted, at).items():
        here = f"{at}/{escaped(name)}"
        if value is None:
            tests[name] = lambda values: values is None
        elif isinstance(value, list):
            tests[name] = _all_values([glob(_text(part, here)) for part in value])
        else:
            tests[name] = _any_value(glob(_text(value, here)))

    def holds(entry: Entry) -> bool:
        values = entry.query_values()
        return all(test(values.get(name)) for name, test in tests.items())

    return holds


def _all_values(fits: list[Callable[[str], bool]]) -> Callable[[list[str] | None], bool]:
    return lambda values: (
        values is not None
        and len(values) == len(fits)
        and all(fit(value) for fit, value in zip(fits, values, strict=True))
    )


def _any_value(fit: Callable[[str], bool]) -> Callable[[list[str] | None], bool]:
    return lambda values: values is not None and any(map(fit, values))


def _headers(wanted: Any, at: str) -> Test:
    tests: list[tuple[str, Callable[[str], bool] | None]] = [
        (name.lower(), None if value is None else glob(_text(value, f"{at}/{escaped(name)}")))
        for name, value in _object(wanted, at).items()
    ]

    def holds(entry: Entry) -> bool:
        for name, fit in tests:
            value = entry.headers.get(name)
            if (value is not None) if fit is None else (value is None or not fit(value)):
                return False
        return True

    return holds


def _body(wanted: Any, at: str) -> Test:
    tests: list[Callable[[Any], bool]] = []
    if isinstance(wanted, Mapping):
        for path, value in wanted.items():
            tests.append(_finds(path, f"{at}/{escaped(path)}", value))
    else:
        tests += [_finds(path, at, NO_BODY) for path in _texts(wanted, at)]

    def holds(entry: Entry) -> bool:
        value = entry.body_value()
        return value is not NO_BODY and all(test(value) for test in tests)

    return holds


def _finds(path: Any, at: str, wanted: Any) -> Callable[[Any], bool]:
    # imported here: few matchers look into bodies, and all programs would pay for the import
    from jsonpath_rfc9535 import JSONPathError, compile  # noqa: A004, PLC0415

    if not isinstance(path, str) or len(path) > _LONGEST_PATH:
        _refuse(at, f"expected a JSONPath (RFC 9535) of at most {_LONGEST_PATH} characters")
    try:
        compiled = compile(path)
    except (JSONPathError, RecursionError, ValueError) as error:
        _refuse(at, f"this is no JSONPath (RFC 9535): {str(error) or type(error).__name__}")

    def found(value: Any) -> bool:
        try:
            nodes = compiled.find(value).values()
        except (JSONPathError, RecursionError):
            return False
        return bool(nodes) if wanted is NO_BODY else any(json_equal(node, wanted) for node in nodes)

    return found


def _violation(wanted: Any, at: str) -> Test:
    if wanted == "request":
        return lambda entry: bool(entry.request_violations)
    if wanted == "response":
        return lambda entry: bool(entry.answer_violations)
    if not isinstance(wanted, bool):
        _refuse(at, "expected true, false, request or response")
    return lambda entry: bool(entry.request_violations or entry.answer_violations) is wanted


def _unmatched(wanted: Any, at: str) -> Test:
    if not isinstance(wanted, bool):
        _refuse(at, "expected true or false")
    return lambda entry: (not entry.operation_id) is wanted


def _since(wanted: Any, at: str) -> Test:
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        return lambda entry: entry.number > wanted
    start = moment(wanted, at)
    return lambda entry: entry.time >= start


_MEMBERS: Mapping[str, Callable[[Any, str], Test]] = {
    "method": _method,
    "path": _path,
    "operation_id": _attribute("operation_id"),
    "api": _attribute("api"),
    "sandbox": _attribute("sandbox"),
    "status": _status,
    "query": _query,
    "headers": _headers,
    "body": _body,
    "violation": _violation,
    "unmatched": _unmatched,
    "since": _since,
}


def _texts(wanted: Any, at: str) -> list[str]:
    texts = wanted if isinstance(wanted, list) else [wanted]
    if not texts or not all(isinstance(text, str) for text in texts):
        _refuse(at, "expected a string or an array of strings")
    return texts


def _text(value: Any, at: str) -> str:
    """A scalar as it travels in a query or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        _refuse(at, "expected a string, a number, true, false or null")
    return str(value)


def _object(wanted: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(wanted, Mapping):
        _refuse(at, "expected an object")
    return wanted


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _refuse(at: str, message: str) -> NoReturn:
    raise Refusal(422, f"{at}: {message}", [Violation(message, "body", pointer=at, keyword="match")])

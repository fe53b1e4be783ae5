"""Canned answers: asked before the engine, in a sequence, for the first N requests or for ever.

In: stubs as JSON, requests. Out: `StubAnswer`. May not know: web, contracts (whoever adds a stub
checks its answers against the contract unless `check` is false).

    {"match": {...},
     "answers": [{"status": 200, "headers": {"X-Try": "1"}, "body": {...}, "delay_ms": 50}, ...],
     "times": 3, "check": true}

The answers are given one after the other, the last one again and again; after `times` answers
the engine takes over. The newest stub that matches answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, NoReturn

from apidouble.engine.exchange import NOTHING
from apidouble.errors import Refusal, Violation
from apidouble.journal.entry import Entry
from apidouble.matcher import Matcher, compile_matcher, escaped

_LONGEST = 3_600_000.0
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class StubAnswer:
    """One canned answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Any
    """A JSON value; NOTHING where there is none. With a Content-Type that is no JSON, text as it is."""
    delay: float
    """Seconds."""


class Stub:
    """A stub with what became of it."""

    __slots__ = ("answers", "check", "given", "id", "match", "spec", "times")

    def __init__(self, spec: Mapping[str, Any], match: Matcher, answers: tuple[StubAnswer, ...]) -> None:
        self.id = ""
        self.spec = spec
        self.match = match
        self.answers = answers
        self.times: int | None = spec.get("times")
        self.check: bool = spec.get("check", True)
        """Whether the answers must keep to the contract."""
        self.given = 0

    def shown(self) -> dict[str, Any]:
        """As a JSON value."""
        return {"id": self.id, **self.spec, "given": self.given}


class StubPlan:
    """The stubs of one sandbox; false while there are none."""

    __slots__ = ("_lock", "_number", "stubs")

    def __init__(self) -> None:
        self.stubs: tuple[Stub, ...] = ()
        """In the order in which they were added."""
        self._number = 0
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self.stubs)

    def __iter__(self) -> Iterator[Stub]:
        return iter(self.stubs)

    def add(self, stub: Stub) -> Stub:
        """Take a compiled stub in; it gets an id."""
        with self._lock:
            self._number += 1
            stub.id = f"stub-{self._number}"
            self.stubs = (*self.stubs, stub)
        return stub

    def get(self, name: str) -> Stub | None:
        """The stub with this id."""
        return next((one for one in self.stubs if one.id == name), None)

    def remove(self, name: str) -> bool:
        """Take a stub back; False if there is none of this id."""
        with self._lock:
            left = tuple(one for one in self.stubs if one.id != name)
            found = len(left) < len(self.stubs)
            self.stubs = left
        return found

    def clear(self) -> None:
        """Take all back; ids start again at 1."""
        with self._lock:
            self.stubs = ()
            self._number = 0

    def pick(self, request: Entry) -> StubAnswer | None:
        """The answer of the newest stub that matches and is not used up; None leaves it to the engine."""
        for stub in reversed(self.stubs):
            if stub.match(request):
                with self._lock:
                    if stub.times is None or stub.given < stub.times:
                        stub.given += 1
                        return stub.answers[min(stub.given, len(stub.answers)) - 1]
        return None


def compile_stub(spec: Any, at: str = "") -> Stub:
    """Compile a stub; Refusal (422) with a pointer if it makes no sense."""
    if not isinstance(spec, Mapping):
        _refuse(at, "a stub is an object")
    _known(spec, ("match", "answers", "times", "check"), at)
    answers = spec.get("answers")
    if not isinstance(answers, list) or not answers:
        _refuse(f"{at}/answers", "expected a non-empty array of answers")
    times = spec.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        _refuse(f"{at}/times", "expected an integer of at least 1")
    if not isinstance(spec.get("check", True), bool):
        _refuse(f"{at}/check", "expected true or false")
    match = compile_matcher(spec.get("match") or {}, f"{at}/match")
    return Stub(
        spec, match, tuple(_answer(one, f"{at}/answers/{number}") for number, one in enumerate(answers))
    )


def _answer(spec: Any, at: str) -> StubAnswer:
    if not isinstance(spec, Mapping):
        _refuse(at, "an answer is an object")
    _known(spec, ("status", "headers", "body", "delay_ms"), at)
    status = spec.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        _refuse(f"{at}/status", "expected an integer from 200 to 599")
    delay = spec.get("delay_ms", 0)
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= _LONGEST:
        _refuse(f"{at}/delay_ms", f"expected a number from 0 to {_LONGEST:g}")
    headers = spec.get("headers", {})
    if not isinstance(headers, Mapping):
        _refuse(f"{at}/headers", "expected an object")
    pairs = tuple(pair for name, value in headers.items() for pair in _header(name, value, f"{at}/headers"))
    return StubAnswer(status, pairs, spec.get("body", NOTHING), delay / 1000)


def _header(name: str, value: Any, at: str) -> Iterator[tuple[str, str]]:
    here = f"{at}/{escaped(name)}"
    if not name or not name.isascii() or any(char in name for char in '()<>@,;:\\"/[]?={} \t\r\n\0'):
        _refuse(here, "this is no name of a header (RFC 9110, section 5.1)")
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, str | int | float) or isinstance(part, bool):
            _refuse(here, "expected a string, a number or an array of those")
        text = str(part)
        if any(char in text for char in "\r\n\0") or not text.isprintable() or not _latin(text):
            _refuse(here, "this cannot be sent in a header (RFC 9110, section 5.5)")
        yield (name, text)


def _latin(text: str) -> bool:
    return all(ord(char) < 256 for char in text)


def _known(spec: Mapping[str, Any], members: tuple[str, ...], at: str) -> None:
    for name in spec:
        if name not in members:
            _refuse(f"{at}/{escaped(name)}", f"there is no such member; there are {', '.join(members)}")


def _refuse(at: str, message: str) -> NoReturn:
    raise Refusal(
        422, f"{at or 'the body'}: {message}", [Violation(message, "body", pointer=at, keyword="stub")]
    )

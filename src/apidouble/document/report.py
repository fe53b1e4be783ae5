"""What a person is told about a document: remarks collected while it is read, lines added at the end.

In: remarks with places. Out: findings with file, pointer and line, repetitions shortened. May not
know: what is repaired and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace

from apidouble.document import pointers
from apidouble.document.pointers import Place
from apidouble.errors import Finding, Severity

Lines = Callable[[int, Iterable[str]], Mapping[str, int | None]]
"""(number of the file, pointers) -> line of each."""

_SHOWN = 60
_ALIKE = 10
"""Findings of one kind that are shown before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding whose line is not known yet."""

    kind: str
    file: int
    pointer: str
    message: str
    expected: str = ""
    advice: str = ""
    severity: Severity = "warning"
    line: int | None = None


class Report:
    """Collects remarks; `kind` names the class of fault, so that a thousand alike stay readable."""

    def __init__(self) -> None:
        self._remarks: list[Remark] = []
        self._seen: set[tuple[int, str, str]] = set()

    def __len__(self) -> int:
        return len(self._remarks)

    def add(
        self,
        place: Place,
        kind: str,
        message: str,
        *,
        expected: str = "",
        advice: str = "",
        severity: Severity = "warning",
        line: int | None = None,
    ) -> None:
        """Remember one remark; the same one at the same place counts once."""
        file, parts = pointers.locate(place)
        pointer = pointers.join(parts)
        if (file, pointer, message) in self._seen:
            return
        self._seen.add((file, pointer, message))
        self._remarks.append(Remark(kind, file, pointer, message, expected, advice, severity, line))

    def findings(
        self, names: Callable[[int], str], lines: Lines, forbidden: Container[str] = ()
    ) -> list[Finding]:
        """All remarks as findings, by file and line; of many of one kind the first ones and a count.

        Kinds that are `forbidden` are errors, and all of them are shown.
        """
        self._remarks = [
            replace(remark, severity="error") if remark.kind in forbidden else remark
            for remark in self._remarks
        ]
        shown, rest = self._shorten()
        wanted: dict[int, list[str]] = {}
        for remark in shown:
            if remark.line is None:
                wanted.setdefault(remark.file, []).append(remark.pointer)
        known = {file: lines(file, asked) for file, asked in wanted.items()}
        placed = [(remark, remark.line or known.get(remark.file, {}).get(remark.pointer)) for remark in shown]
        placed.sort(key=lambda item: (item[0].file, item[1] or 0))
        findings = [
            Finding(
                remark.message,
                file=names(remark.file),
                pointer=remark.pointer,
                line=line,
                expected=remark.expected,
                advice=remark.advice,
                severity=remark.severity,
            )
            for remark, line in placed
        ]
        findings.extend(
            Finding(
                f"{count} more like this: {remark.message}", file=names(remark.file), severity=remark.severity
            )
            for remark, count in rest
        )
        return findings

    def _shorten(self) -> tuple[list[Remark], list[tuple[Remark, int]]]:
        total: Counter[tuple[int, str]] = Counter()
        shown: list[Remark] = []
        last: dict[tuple[int, str], Remark] = {}
        for remark in self._remarks:
            key = (remark.file, remark.kind)
            total[key] += 1
            if remark.severity == "error" or total[key] <= _ALIKE:
                shown.append(remark)
            else:
                last[key] = remark
        return shown, [(remark, total[key] - _ALIKE) for key, remark in last.items()]


def shorten(value: object) -> str:
    """A value as a message can show it."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

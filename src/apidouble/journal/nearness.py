"""What a request that nothing is served at was probably meant for.

In: method, path, the operations of the contracts. Out: `NearMiss`es, best first. May not know: web.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import unquote

from apidouble.contract.operation import Operation

_COMPARED = 40
"""Operations that are compared segment by segment, after a rough choice."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An operation that the request came close to."""

    api: str
    operation_id: str
    method: str
    path: str
    reason: str
    """What is different, in words."""


def near_misses(method: str, path: str, operations: Iterable[Operation], limit: int = 3) -> list[NearMiss]:
    """The operations whose method and path come closest; none that is nothing like it."""
    asked = _segments(unquote(path))
    words = set(asked)
    rough = sorted(
        operations,
        key=lambda one: (
            -len(words & set(parts := _segments(one.path))),
            abs(len(asked) - len(parts)),
            one.method != method,
        ),
    )
    scored = []
    for place, operation in enumerate(rough[:_COMPARED]):
        template = _segments(operation.path)
        distance = _distance(asked, template)
        if distance < max(1.0, max(len(asked), len(template)) * 0.75):
            scored.append((distance + 0.3 * (operation.method != method), place, operation))
    return [
        NearMiss(one.api, one.id, one.method, one.path, _reason(method, asked, one))
        for _, _, one in sorted(scored, key=lambda row: row[:2])[:limit]
    ]


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _is_parameter(segment: str) -> bool:
    return "{" in segment


def _unlike(one: str, template: str) -> float:
    """0 for the same, 1 for nothing in common; a parameter fits anything, a little less well."""
    if _is_parameter(template):
        return 0.1
    return 0.0 if one == template else 1.0 - SequenceMatcher(None, one, template).ratio() * 0.8


def _distance(asked: list[str], template: list[str]) -> float:
    """Edit distance over segments."""
    row = [float(number) for number in range(len(template) + 1)]
    for at, one in enumerate(asked, 1):
        before, row[0] = row[0], float(at)
        for to, other in enumerate(template, 1):
            best = min(before + _unlike(one, other), row[to] + 1.0, row[to - 1] + 1.0)
            before, row[to] = row[to], best
    return row[-1]


def _reason(method: str, asked: list[str], operation: Operation) -> str:
    template = _segments(operation.path)
    said = []
    if method != operation.method:
        said.append(f"the method is {operation.method}, not {method}")
    if len(asked) != len(template):
        said.append(f"the path has {len(template)} segments, not {len(asked)}")
    else:
        said += [
            f"`{other}` instead of `{one}`"
            for one, other in zip(asked, template, strict=True)
            if one != other and not _is_parameter(other)
        ]
    return "; ".join(said) or "the path is the same, but it was asked for at another place"

"""Whether a pattern of a matcher and the path template of an operation can mean the same path.

In: `/pets/*`, `/pets/{id}.json`. Out: yes or no. May not know: operations, requests.
"""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"\{[^{}]*\}")
ANY = "*"
"""Any text, also none."""
PART = "{}"
"""Any text without a slash, also none; a parameter is one character that is no slash, and this."""
ONE = "{"
"""One character that is no slash."""


def overlaps(pattern: str, template: str) -> bool:
    """Whether some path fits both; linear in the product of their lengths."""
    left = [ANY if char == "*" else char for char in re.sub(r"\*+", "*", pattern)]
    right = list(_tokens(template))
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        at, to = waiting.pop()
        if at == len(left) and to == len(right):
            return True
        for step in _steps(left, right, at, to):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return False


def _tokens(template: str) -> list[str]:
    tokens: list[str] = []
    end = 0
    for found in _PARAMETER.finditer(template):
        tokens += [*template[end : found.start()], ONE, PART]
        end = found.end()
    return [*tokens, *template[end:]]


def _steps(left: list[str], right: list[str], at: int, to: int) -> list[tuple[int, int]]:
    """Where one can be after skipping what may be empty, or after one common character."""
    one = left[at] if at < len(left) else ""
    two = right[to] if to < len(right) else ""
    steps = []
    if one == ANY:
        steps.append((at + 1, to))
    if two == PART:
        steps.append((at, to + 1))
    if one and two and _common(one, two):
        steps.append((at if one == ANY else at + 1, to if two == PART else to + 1))
    return steps


def _common(one: str, two: str) -> bool:
    """Whether some character fits both tokens."""
    if one == ANY:
        return True
    return one != "/" if two in {ONE, PART} else one == two

"""Numbers for one schema under one property name.

In: a node that allows numbers, the property's name. Out: `NumberPlan`, compiled once, whose
`make` gives a believable number within the bounds and steps. May not know: anything else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apidouble.model.names import IDENTIFIERS, words
from apidouble.sample import conjunction, names
from apidouble.sample.formats import INTEGERS, like, unix_seconds
from apidouble.sample.node import Node
from apidouble.sample.scene import Scene

_UNIX = frozenset(("unix-time", "unixtime", "unix", "timestamp", "epoch"))
_TRIES = 60
_HUGE = 10**15
"""Bounds beyond this are read as none, unless both stand there."""


class NumberPlan:
    """How a number is made for one node under one name."""

    def __init__(self, node: Node, name: str) -> None:
        atoms = node.atoms
        self.name = name
        self.whole = "number" not in node.kinds or _counts(name, atoms)
        self.check = node.check
        self.steps = [_fraction(value) for value in conjunction.numbers(atoms, "multipleOf") if value > 0]
        self.step = _step(self.steps)
        lows = [_fraction(value) for value in conjunction.numbers(atoms, "minimum")]
        highs = [_fraction(value) for value in conjunction.numbers(atoms, "maximum")]
        self.above = [_fraction(value) for value in conjunction.numbers(atoms, "exclusiveMinimum")]
        self.below = [_fraction(value) for value in conjunction.numbers(atoms, "exclusiveMaximum")]
        if self.whole:
            for form in conjunction.texts(atoms, "format"):
                if form in INTEGERS:
                    lows.append(Fraction(INTEGERS[form][0]))
                    highs.append(Fraction(INTEGERS[form][1]))
        self.low = max([*lows, *self.above], default=None)
        self.high = min([*highs, *self.below], default=None)
        self.examples = [
            value
            for value in [*conjunction.examples(atoms), *(atom.get("default") for atom in atoms)]
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        self.is_time = self.step is None and (
            names.is_time(name) or not _UNIX.isdisjoint(conjunction.texts(atoms, "format"))
        )
        self.believable = names.number_range(name)
        self.plain = not (self.step or self.above or self.below or node.unsure)

    def make(self, scene: Scene, *, odd: bool = False) -> int | float | None:
        """A number that fits; None where none was found in a bounded number of tries.

        `odd`: one near an edge rather than a believable one, which may fit where those did not.
        """
        for attempt in range(_TRIES):
            value = self._odd(scene) if odd and attempt < 8 else self._attempt(scene, attempt)
            if value is not None and self._inside(value) and (self.plain or self.check(value)):
                return value
        for edge in (self.low, self.high, Fraction(0), Fraction(1), Fraction(-1)):
            if edge is not None:
                value = self._number(edge)
                if value is not None and self.check(value):
                    return value
        return None

    def _odd(self, scene: Scene) -> int | float | None:
        edges = [edge for edge in (self.low, self.high, Fraction(0)) if edge is not None]
        step = self.step or Fraction(1 if self.whole or scene.random.random() < 0.6 else 0.5)
        nearest = round(scene.random.choice(edges) / step)
        return self._number((nearest + scene.random.randint(-6, 6)) * step)

    def _attempt(self, scene: Scene, attempt: int) -> int | float | None:
        if attempt == 0 and self.is_time:
            seconds = unix_seconds(scene, self.name)
            # Milliseconds where the example or the bounds say so.
            return seconds * 1000 if any(abs(value) > 10**11 for value in self.examples) else seconds
        if attempt < 2 and self.examples and (self.believable is None or attempt == 1):
            value = like(scene.random.choice(self.examples), scene.random)
            return int(value) if self.whole else value
        low, high = self._range(believable=attempt < _TRIES // 2)
        if self.step is not None:
            first, last = math.ceil(Fraction(low) / self.step), math.floor(Fraction(high) / self.step)
            return self._number(self.step * scene.random.randint(first, last)) if first <= last else None
        if self.whole:
            first, last = math.ceil(low), math.floor(high)
            return scene.random.randint(first, last) if first <= last else None
        drawn = float(low) + (float(high) - float(low)) * scene.random.random()
        span = float(high) - float(low)
        return round(drawn, 2) if span > 1 else round(drawn, 4) if span > 0.01 else drawn

    def _range(self, *, believable: bool) -> tuple[Fraction, Fraction]:
        """Where to draw from: what the name suggests, as far as the bounds allow."""
        low, high = self.low, self.high
        if believable:
            least, most = (Fraction(v) for v in self.believable or (1, 1000))
            inner_low = least if low is None else max(least, low)
            inner_high = most if high is None else min(most, high)
            if inner_low < inner_high:
                return (inner_low, inner_high)
        reach = Fraction(1000) if self.step is None else max(Fraction(1000), self.step * 100)
        if low is None and high is None:
            return (Fraction(0), reach)
        if low is None or (high is not None and low < -_HUGE and high <= _HUGE):
            high = high if high is not None else Fraction(0)
            return (high - reach if low is None else max(low, high - reach), high)
        if high is None or high > _HUGE:
            return (low, low + reach if high is None else min(high, low + reach))
        return (low, high)

    def _inside(self, value: float) -> bool:
        # As validators compare: 0.1 is at most 0.1, whatever its binary digits are.
        limit = Fraction if isinstance(value, int) else float
        return (self.low is None or value >= limit(self.low)) and (
            self.high is None or value <= limit(self.high)
        )

    def _number(self, value: Fraction) -> int | float | None:
        if value.denominator == 1:
            return int(value)
        if self.whole:
            return None
        made = float(value)
        # Validators divide in binary: only numbers that come out even for all of them will do.
        if any((quotient := made / float(step)) != int(quotient) for step in self.steps):
            return None
        return made


_COUNTED = IDENTIFIERS | {
    "age", "count", "quantity", "qty", "year", "month", "day", "page", "pages", "stock", "views", "likes",
    "port", "position", "rank", "index", "level", "version", "floor", "seats", "capacity", "minutes",
    "hours", "days", "attempts", "items", "offset", "limit",
}  # fmt: skip
"""Last words of names whose numbers are whole, also where a language has but one type for numbers."""


def _counts(name: str, atoms: Sequence[Mapping[str, Any]]) -> bool:
    """Whether `id: number` means a whole number, as in documents made from TypeScript."""
    if words(name)[-1:] == () or words(name)[-1] not in _COUNTED:
        return False
    shown = [*conjunction.examples(atoms), *conjunction.numbers(atoms, "multipleOf")]
    fractional = any(isinstance(value, float) and not value.is_integer() for value in shown)
    return not fractional and not {"float", "double", "decimal"} & set(conjunction.texts(atoms, "format"))


def number_plan(node: Node, name: str) -> NumberPlan:
    """The kept plan of a node under a name."""
    found: NumberPlan | None = node.figures.get(name)
    if found is None:
        found = node.figures[name] = NumberPlan(node, name)
    return found


def _fraction(value: Any) -> Fraction:
    """The number as written: 0.1 is a tenth."""
    return Fraction(Decimal(str(value)))


def _step(steps: list[Fraction]) -> Fraction | None:
    """The least common multiple."""
    if not steps:
        return None
    result = steps[0]
    for step in steps[1:]:
        result = Fraction(
            math.lcm(result.numerator * step.denominator, step.numerator * result.denominator),
            result.denominator * step.denominator,
        )
    return result

"""Times of creation and change in the form that a property has.

In: a property's node, a point in time. Out: text or a number that fits. May not know: records
beyond the two times of one.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from apidouble.sample import conjunction
from apidouble.sample.moments import written
from apidouble.sample.node import Node
from apidouble.sample.strings import example_form

_FORMS = (
    "date-time",
    "%Y-%m-%dT%H:%M:%S.000Z",
    "date",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%a, %d %b %Y %H:%M:%S +0000",
)


def stamp(node: Node, moment: datetime) -> Any:
    """The point in time as the property wants it; None where no usual form fits."""
    for value in _written(node, moment):
        if node.check(value):
            return value
    return None


def _written(node: Node, moment: datetime) -> Iterator[Any]:
    seconds = int(moment.timestamp())
    if "string" in node.kinds:
        shown = (example_form(value) for value in conjunction.examples(node.atoms))
        for form in (*filter(None, shown), *_FORMS):
            yield written(moment, form)
    examples = [v for v in conjunction.examples(node.atoms) if isinstance(v, int | float)]
    if any(value > 10**11 for value in examples):
        yield seconds * 1000
    yield seconds
    yield seconds * 1000
    yield str(seconds)


def in_order(data: MutableMapping[str, Any], created: Sequence[str], updated: Sequence[str]) -> None:
    """See to it that a record was not changed before it was made."""
    for first in created:
        for last in updated:
            made: Any = data.get(first)
            changed: Any = data.get(last)
            both_text = isinstance(made, str) and isinstance(changed, str)
            both_numbers = isinstance(made, int | float) and isinstance(changed, int | float)
            if (both_text or both_numbers) and made > changed:
                data[last] = made

"""Whether the calls that a test expected were made, and what came instead.

In: a log's entries, compiled matchers, expected numbers. Out: `Verdict`. May not know: web.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apidouble.journal.entry import Entry
from apidouble.matcher import Matcher


@dataclass(frozen=True, slots=True)
class Times:
    """How often; None is no bound."""

    least: int | None = 1
    most: int | None = None

    def __str__(self) -> str:
        if self.least == self.most:
            return f"exactly {self.least}"
        if self.most is None:
            return f"at least {self.least or 0}"
        return f"at most {self.most}" if not self.least else f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class NearEntry:
    """A request that almost matched."""

    entry: Entry
    differences: tuple[str, ...]
    """What was different, in words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome."""

    ok: bool
    count: int
    message: str
    matched: tuple[Entry, ...] = ()
    near: tuple[NearEntry, ...] = ()
    """Where too few came: the closest others, best first."""


def verify(entries: Iterable[Entry], match: Matcher, times: Times = Times()) -> Verdict:
    """Whether as many requests matched as expected."""
    all_entries = list(entries)
    found = tuple(filter(match, all_entries))
    count = len(found)
    enough = times.least is None or count >= times.least
    ok = enough and (times.most is None or count <= times.most)
    message = f"{count} matched, expected {times}"
    near = () if ok or not times.least or enough else closest(all_entries, match)
    return Verdict(ok, count, message, found, near)


def verify_order(entries: Iterable[Entry], matches: Sequence[Matcher]) -> Verdict:
    """Whether requests matched these one after the other, with any others in between."""
    all_entries = list(entries)
    found: list[Entry] = []
    rest = iter(all_entries)
    for number, match in enumerate(matches):
        hit = next((entry for entry in rest if match(entry)), None)
        if hit is None:
            came = f"after request {found[-1].number}" if found else "at all"
            early = any(match(entry) for entry in all_entries)
            why = "it came earlier" if early else "none matched"
            message = f"step {number + 1} of {len(matches)} did not come {came} ({why})"
            return Verdict(False, len(found), message, tuple(found), closest(all_entries, match))
        found.append(hit)
    return Verdict(True, len(found), f"all {len(found)} steps came in order", tuple(found))


def closest(entries: Iterable[Entry], match: Matcher, limit: int = 3) -> tuple[NearEntry, ...]:
    """Entries that fail the matcher in the fewest ways, newest of equals first."""
    near = [NearEntry(entry, differences) for entry in entries if (differences := match.differences(entry))]
    near.sort(key=lambda one: (len(one.differences), -one.entry.number))
    return tuple(one for one in near if len(one.differences) < match.parts or match.parts == 1)[:limit]

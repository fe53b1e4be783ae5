"""Time and seeded randomness: the only two sources of anything that differs between runs.

In: a seed, a start time. Out: `Clock.now()`, and `Source`, whose values depend on nothing
but seed, label and counter. May not know: any other module.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from time import time

_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""Hex digits with the bits of the variant in place of the two highest ones (RFC 9562, section 4.1)."""


class Clock:
    """The time as answers show it: real, shifted or frozen."""

    __slots__ = ("_frozen", "_shift", "real")

    def __init__(self, frozen: datetime | None = None, shift: float = 0.0) -> None:
        self._put(frozen.timestamp() if frozen else None, shift)

    def _put(self, frozen: float | None, shift: float) -> None:
        self._frozen = frozen
        self._shift = shift
        self.real = frozen is None and not shift
        """Whether it shows the real time."""

    def timestamp(self) -> float:
        """Seconds since the epoch, UTC."""
        return time() + self._shift if self._frozen is None else self._frozen

    def now(self) -> datetime:
        """The current time, aware, UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen is not None

    @property
    def shift(self) -> float:
        """Seconds by which it differs from the real time while it runs."""
        return self._shift

    def set(self, now: datetime | None, *, frozen: bool) -> None:
        """Stand still at `now`, or run on from it; None means the real time."""
        moment = time() if now is None else now.timestamp()
        self._put(moment if frozen else None, 0.0 if now is None else moment - time())

    def run(self, shift: float = 0.0) -> None:
        """Run, `shift` seconds beside the real time."""
        self._put(None, shift)

    def advance(self, by: timedelta) -> None:
        """Move time by `by`, frozen or not."""
        if self._frozen is None:
            self._put(None, self._shift + by.total_seconds())
        else:
            self._put(self._frozen + by.total_seconds(), self._shift)

    def copy(self) -> Clock:
        """An independent clock that shows the same time."""
        twin = Clock()
        twin._put(self._frozen, self._shift)
        return twin


class Source:
    """Randomness as a pure function of (seed, label, counter).

    There is nothing to save or restore: whoever counts (the store, in its transactions) makes
    ids repeatable, and a refused request that throws its count away leaves no trace.
    """

    __slots__ = ("_keyed", "seed")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        # Taking the key in costs as much as hashing a label.
        self._keyed = blake2b(key=str(seed).encode()[:64], digest_size=32)

    def digest(self, label: str, count: int) -> bytes:
        """32 bytes."""
        return self._hashed(label, count).digest()

    def _hashed(self, label: str, count: int) -> blake2b:
        hashed = self._keyed.copy()
        hashed.update(f"{label}\0{count}".encode())
        return hashed

    def random(self, label: str, count: int = 0) -> Random:
        """A generator of its own for one value or one record."""
        return Random(self.digest(label, count))  # noqa: S311 - test data, not secrets

    def uuid(self, label: str, count: int) -> str:
        """A version 4 UUID (RFC 9562, section 5.4)."""
        text = self._hashed(label, count).hexdigest()
        variant = _VARIANTS[text[16]]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"

    def hex(self, label: str, count: int, length: int) -> str:
        """`length` (at most 64) lower-case hex digits."""
        return self.digest(label, count).hex()[:length]

"""All sandboxes of one double: found by name, made at first use, forgotten when idle.

In: a function that makes the base store for a seed, settings, a journal. Out: `Sandboxes`. May
not know: web.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from time import monotonic
from typing import Any

from apidouble.clock import Clock
from apidouble.errors import Refusal
from apidouble.journal.log import Journal
from apidouble.sandbox.moment import Moment, Values, read_moment
from apidouble.sandbox.sandbox import DEFAULT, Sandbox, Shared, check_name
from apidouble.store.base import Store

_MOST_BASES = 8


class Sandboxes:
    """All sandboxes of one double, by name."""

    __slots__ = (
        "_build",
        "_built",
        "_idle",
        "_limit",
        "_lock",
        "_now",
        "_open",
        "_shared",
        "_swept",
        "auto",
        "seed",
    )

    def __init__(
        self,
        build: Callable[[int], Store],
        *,
        seed: int = 1,
        clock: Clock | None = None,
        settings: Values | None = None,
        journal: Journal | None = None,
        auto: bool = True,
        limit: int = 2000,
        idle: float = 3600.0,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.seed = seed
        self.auto = auto
        """Whether a name that is not known yet makes a sandbox."""
        self._build = build
        self._built: dict[int, Store] = {}
        self._limit = limit
        self._idle = idle
        """Seconds."""
        self._now = now
        self._swept = now()
        self._lock = RLock()
        self._open: dict[str, Sandbox] = {}
        self._shared = Shared(self.base, clock or Clock(), journal or Journal(), settings or {})
        self._make(
            DEFAULT, seed, seed, self.base(seed).fork(), self._shared.clock.copy(), self._shared.settings
        )

    @property
    def journal(self) -> Journal:
        """The journal of all."""
        return self._shared.journal

    def base(self, seed: int) -> Store:
        """The store that sandboxes of this seed are forked from; a few are kept."""
        with self._lock:
            base = self._built.pop(seed, None)
            if base is None:
                base = self._build(seed)
                if len(self._built) >= _MOST_BASES:
                    # The oldest but the double's own; sandboxes forked from it live on.
                    del self._built[next(one for one in self._built if one != self.seed)]
            self._built[seed] = base
            return base

    def get(self, name: str = DEFAULT) -> Sandbox:
        """The sandbox of this name; a new one is made, or refused with 404, as `auto` says."""
        sandbox = self._open.get(name)
        if sandbox is None:
            sandbox = self._first_use(name)
        sandbox.used = self._now()
        return sandbox

    def known(self, name: str) -> Sandbox:
        """The sandbox of this name; Refusal (404) if there is none."""
        sandbox = self._open.get(name)
        if sandbox is None:
            raise Refusal(404, f"There is no sandbox {name!r}.")
        return sandbox

    def all(self) -> list[Sandbox]:
        """All, in the order they were made."""
        return list(self._open.values())

    def create(
        self,
        name: str,
        *,
        origin: Sandbox | Moment | None = None,
        seed: int | None = None,
        clock: Clock | None = None,
    ) -> Sandbox:
        """Make a sandbox from the seed, another sandbox or a snapshot; Refusal (409) if the name is taken.

        With an origin, `seed` changes what new ids are drawn from, not the records.
        """
        check_name(name, "sandbox")
        with self._lock:
            if name in self._open:
                raise Refusal(409, f"There is a sandbox {name!r} already.")
            self._make_room()
            shared = self._shared
            if origin is None:
                own = self.seed if seed is None else seed
                store, home, values = self.base(own).fork(), own, shared.settings
                time = shared.clock
            else:
                start = origin.moment() if isinstance(origin, Sandbox) else origin
                store, home, values, time = start.store.fork(), start.home, start.settings, start.clock
                store.restore(start.state)
                own = start.seed if seed is None else seed
            return self._make(name, own, home, store, (clock or time).copy(), values)

    def drop(self, name: str) -> None:
        """Forget a sandbox; the default one starts anew instead. Refusal (404) if there is none."""
        with self._lock:
            self._close(self.known(name))
            if name == DEFAULT:
                self._first_use(DEFAULT)

    def sweep(self) -> int:
        """Forget sandboxes that were idle too long; says how many."""
        with self._lock:
            self._swept = self._now()
            stale = [
                one
                for one in self._open.values()
                if self._swept - one.used > self._idle and one.name != DEFAULT
            ]
            for sandbox in stale:
                self._close(sandbox)
            return len(stale)

    def load(self, plain: Any) -> Moment:
        """The snapshot that `Moment.dump` wrote; Refusal (422) with pointers if it is none."""
        return read_moment(plain, self.base)

    def _first_use(self, name: str) -> Sandbox:
        if not self.auto and name != DEFAULT:
            raise Refusal(
                404,
                f"There is no sandbox {name!r}: create it with POST /__admin/sandboxes, "
                "or serve with --sandboxes auto.",
            )
        with self._lock:
            return self._open.get(name) or self.create(name)

    def _make(self, name: str, seed: int, home: int, store: Store, clock: Clock, settings: Values) -> Sandbox:
        sandbox = Sandbox(name, seed, home, store, clock, settings, self._shared)
        sandbox.used = self._now()
        self._open[name] = sandbox
        self.journal.events.publish("sandbox", name, "created")
        return sandbox

    def _close(self, sandbox: Sandbox) -> None:
        self._open.pop(sandbox.name, None)
        sandbox.close()
        self.journal.events.publish("sandbox", sandbox.name, "dropped")

    def _make_room(self) -> None:
        """Before one is added: now and then the idle ones go, and at the limit the one idle longest."""
        if self._now() - self._swept > self._idle / 10:
            self.sweep()
        while len(self._open) >= max(2, self._limit):
            oldest = min(
                (one for one in self._open.values() if one.name != DEFAULT), key=lambda one: one.used
            )
            self._close(oldest)

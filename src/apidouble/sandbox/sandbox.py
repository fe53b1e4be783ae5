"""One isolated world: records, time, randomness, settings, faults, stubs, snapshots, journal.

In: a forked store, a seed, a clock, settings. Out: `Sandbox`. May not know: web, other sandboxes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Literal, TypeVar, get_args

from apidouble.clock import Clock, Source
from apidouble.errors import Refusal, Violation
from apidouble.faults.plan import FaultPlan
from apidouble.journal.log import Journal, Log
from apidouble.sandbox.moment import Moment, Values
from apidouble.store.base import Conflict, Store, Transaction
from apidouble.stubs import StubPlan

T = TypeVar("T")
Part = Literal["state", "sequence", "clock", "settings", "faults", "stubs", "journal", "oauth"]
PARTS: tuple[Part, ...] = get_args(Part)
"""What a reset takes back; each can be kept. Snapshots always stay: that is what they are for."""

DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_SNAPSHOTS = 100
_ATTEMPTS = 1_000


class Shared:
    """What all sandboxes of one double start from."""

    __slots__ = ("bases", "clock", "journal", "settings")

    def __init__(
        self, bases: Callable[[int], Store], clock: Clock, journal: Journal, settings: Values
    ) -> None:
        self.bases = bases
        self.clock = clock
        self.journal = journal
        self.settings = settings


class Sandbox:
    """One isolated world."""

    __slots__ = (
        "_birth",
        "_home",
        "_log",
        "_shared",
        "_unlisten",
        "clock",
        "faults",
        "name",
        "oauth",
        "settings",
        "snapshots",
        "source",
        "store",
        "stubs",
        "used",
    )

    def __init__(
        self, name: str, seed: int, home: int, store: Store, clock: Clock, settings: Values, shared: Shared
    ) -> None:
        self.name = name
        self.store = store
        self.source = Source(seed)
        self.clock = clock
        self.settings = settings
        """Replaced, never changed."""
        self.faults = FaultPlan(self.source, clock)
        self.stubs = StubPlan()
        self.snapshots: dict[str, Moment] = {}
        self.oauth: dict[str, Any] = {}
        """Codes and tokens of this world, kept by the provider."""
        self.used = 0.0
        """When it was last asked for, on the monotonic clock."""
        self._shared = shared
        self._home = home
        self._birth = (home, seed, clock.copy())
        self._log: Log | None = None
        self._unlisten = self._listen()

    @property
    def seed(self) -> int:
        """The seed that ids are drawn from."""
        return self.source.seed

    @property
    def journal(self) -> Log:
        """What was asked of it."""
        log = self._log
        if log is None:
            log = self._log = self._shared.journal.log(self.name)
        return log

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction and commit; again from the start if another commit came first.

        Whatever `work` raises leaves the state as it was.
        """
        for _ in range(_ATTEMPTS):
            transaction = self.store.begin()
            try:
                result = work(transaction)
            except BaseException:
                transaction.discard()
                raise
            try:
                transaction.commit()
            except Conflict:
                continue
            return result
        raise Conflict(f"the state of sandbox {self.name} changes faster than this can be done")

    def configure(self, api: str, values: Mapping[str, Any]) -> None:
        """Change settings of one API; those that are not named stay."""
        self.settings = {**self.settings, api: {**self.settings.get(api, {}), **values}}

    def moment(self, name: str = "") -> Moment:
        """A snapshot that is not kept."""
        return Moment(
            name,
            self.store,
            self.store.snapshot(),
            home=self._home,
            seed=self.seed,
            clock=self.clock.copy(),
            settings=self.settings,
            taken=self.clock.timestamp(),
        )

    def snapshot(self, name: str) -> Moment:
        """Keep a snapshot under a name; one of that name is replaced."""
        check_name(name, "snapshot")
        return self.keep(self.moment(name), name)

    def keep(self, moment: Moment, name: str) -> Moment:
        """Keep a snapshot from elsewhere under a name."""
        check_name(name, "snapshot")
        if name not in self.snapshots and len(self.snapshots) >= _MOST_SNAPSHOTS:
            raise Refusal(409, f"A sandbox keeps at most {_MOST_SNAPSHOTS} snapshots; delete one first.")
        moment.name = name
        self.snapshots[name] = moment
        return moment

    def restore(self, moment: Moment) -> None:
        """Go back to a snapshot, of this sandbox or of another one."""
        if moment.home == self._home:
            self.store.restore(moment.state)
        else:
            store = moment.store.fork()
            store.restore(moment.state)
            self._move(store, moment.home)
        self._draw_from(moment.seed)
        self._set_clock(moment.clock)
        self.settings = moment.settings
        self._tell("restored")

    def reset(self, keep: Collection[Part] = ()) -> None:
        """Back to how it began with the seed, but for the parts to keep (of `PARTS`)."""
        unknown = sorted(set(keep) - set(PARTS))
        if unknown:
            message = f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}"
            raise Refusal(422, message, [Violation(message, "body", pointer="/keep")])
        home, seed, clock = self._birth
        if "state" not in keep and home != self._home:
            counters = self.store.dump(self.store.snapshot())["counters"]
            self._move(self._shared.bases(home).fork(), home)
            self.store.restore(self.store.load({"counters": counters}))
        self.store.reset(records="state" not in keep, counters="sequence" not in keep)
        if "sequence" not in keep:
            self._draw_from(seed)
        if "clock" not in keep:
            self._set_clock(clock)
        if "settings" not in keep:
            self.settings = self._shared.settings
        if "faults" not in keep:
            self.faults.clear()
        if "stubs" not in keep:
            self.stubs.clear()
        if "oauth" not in keep:
            self.oauth = {}
        if "journal" not in keep:
            self.journal.clear()
        self._tell("reset")

    def close(self) -> None:
        """Let go of everything."""
        self._unlisten()
        self.store.close()
        self._shared.journal.drop(self.name)

    def _move(self, store: Store, home: int) -> None:
        """Live in another store from now on."""
        self._unlisten()
        old, self.store, self._home = self.store, store, home
        self._unlisten = self._listen()
        if all(moment.store is not old for moment in self.snapshots.values()):
            old.close()

    def _draw_from(self, seed: int) -> None:
        if seed != self.seed:
            self.source = Source(seed)
            self.faults.reseed(self.source)

    def _set_clock(self, clock: Clock) -> None:
        # The clock object stays: faults and requests under way hold it.
        if clock.frozen:
            self.clock.set(clock.now(), frozen=True)
        else:
            self.clock.run(clock.shift)

    def _listen(self) -> Callable[[], None]:
        """Tell what changes in the store, without the store knowing its sandbox: that would be a circle, and
        who drops sandboxes by the thousand would wait for the garbage collector.
        """
        return self.store.listen(partial(self._shared.journal.events.publish, "change", self.name))

    def _tell(self, what: str) -> None:
        self._shared.journal.events.publish("sandbox", self.name, what)


def check_name(name: str, what: str) -> None:
    """Refusal (400) unless the name is one of `[A-Za-z0-9._-]{1,64}`."""
    if not _NAME.fullmatch(name):
        message = f"A {what} is named with 1 to 64 letters, digits, dots, underscores and hyphens."
        raise Refusal(400, message)

"""What the engine sees of a sandbox. In: nothing. Out: the protocol. May not know: sandboxes, HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from apidouble.clock import Clock, Source
from apidouble.store.base import Store


class World(Protocol):
    """One isolated world: its state, time, randomness and settings."""

    @property
    def store(self) -> Store:
        """Its records."""

    @property
    def clock(self) -> Clock:
        """Its time."""

    @property
    def source(self) -> Source:
        """Its randomness."""

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """API -> setting -> value."""

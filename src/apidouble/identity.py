"""Who may call an API.

In: a fixture's identities, or the double's own token provider. Out: `Identity`. May not know:
any other module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling."""

    name: str = "anonymous"
    role: str | None = None
    scopes: frozenset[str] | None = None
    """None: all of them."""
    record: str | int | None = None
    """Key of the record that is this caller, if there is one."""
    credentials: Mapping[str, Any] = field(default_factory=dict)
    """Security scheme -> what to send (basic: `user:password`)."""
    default: bool = False


ANONYMOUS = Identity()

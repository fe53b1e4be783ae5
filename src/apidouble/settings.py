"""Every setting of a double and its only default.

In: flags, `APIDOUBLE_*` variables, a config file (`settings.load`), or keyword arguments. Out:
`Settings`. May not know: anything that acts on a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """How one double is set up."""

    documents: tuple[str, ...] = ()
    """Files, folders or URLs; none: the bundled project."""
    host: str = "127.0.0.1"
    port: int = 4010
    """0 picks a free one."""
    seed: int = 1
    auth: Literal["strict", "any", "off"] | None = None
    """None: strict where a fixture declares identities, any elsewhere."""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """`--set API.NAME=VALUE`: API -> setting -> value."""
    clock: datetime | None = None
    """Frozen at this time; None: real time."""
    cors: bool = True
    strict: bool = False
    """Answers that break the contract become 500."""
    quiet: bool = False
    overlays: tuple[Path, ...] = ()
    mounts: Mapping[str, str] = field(default_factory=dict)
    """API -> prefix that sets it apart."""
    allow_remote: bool = False
    allow_outside: bool = False
    cache: bool = True
    """Keep read documents on disk, by content hash."""
    watch: bool = False
    dynamic: bool = False
    """Generate answers rather than use examples."""
    body_limit: int = 10 * 1024 * 1024
    """Bytes."""
    depth_limit: int = 100
    journal_entries: int = 1000
    journal_bytes: int = 16 * 1024 * 1024
    sandboxes: Literal["auto", "declared"] = "auto"
    sandbox_limit: int = 2000
    sandbox_idle: float = 3600.0
    """Seconds after which an unused sandbox may go."""
    admin: bool = True
    admin_token: str | None = None

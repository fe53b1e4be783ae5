"""apidouble: a stateful test double for HTTP APIs, driven by their OpenAPI documents.

What is public is named here and imported when it is asked for, so that `import apidouble` costs
nothing.
"""

from __future__ import annotations

from importlib import import_module

# As `typing` has it, whose import would be most of what `apidouble --version` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from apidouble.errors import (
        ApidoubleError,
        DocumentError,
        Finding,
        ProjectError,
        Refusal,
        SettingsError,
        Violation,
    )
    from apidouble.settings import Settings
    from apidouble.testing import Double, Response, Sandbox, World, connect

__all__ = [
    "ApidoubleError",
    "DocumentError",
    "Double",
    "Finding",
    "ProjectError",
    "Refusal",
    "Response",
    "Sandbox",
    "Settings",
    "SettingsError",
    "Violation",
    "World",
    "connect",
]

_HOMES = {
    "ApidoubleError": "errors",
    "DocumentError": "errors",
    "Double": "testing",
    "Finding": "errors",
    "ProjectError": "errors",
    "Refusal": "errors",
    "Response": "testing",
    "Sandbox": "testing",
    "Settings": "settings",
    "SettingsError": "errors",
    "Violation": "errors",
    "World": "testing",
    "connect": "testing",
}


def __getattr__(name: str) -> Any:
    """A public name, from where it is."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return __all__

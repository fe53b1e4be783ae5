"""Importing parts of a package without running what only its other parts need.

In: names of modules. Out: those modules, imported; whatever was left out is there as soon as
somebody asks for it. May not know: which package it is.

Two things make one submodule expensive to import: the `__init__` of the packages above it, which
Python runs first, and libraries that are imported at the top of a module for a function that may
never be called. So an `__init__` is held back until somebody looks into its package, and a stand-in
takes the place of such a library until it is used.

A program that uses the same package or library itself notices nothing: stand-ins leave `sys.modules`
when the import is done, and the package is the module object that it would have been, complete for
who looks at it. What is imported already is left alone, and where anything goes wrong on this way,
nothing of it stays, so that the plain import can follow.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

_WANTED = frozenset({"__all__", "__version__"})
"""What an `__init__` may define; other names of this form are asked for by tools that walk over modules."""


class HeldBack(ModuleType):
    """A package whose `__init__` has not run yet."""

    def __getattribute__(self, name: str) -> Any:
        """Run `__init__` before any name is seen: even one that is there may mean something else in it."""
        if name[:2] != "__" or name in _WANTED:
            _complete(self)
        return ModuleType.__getattribute__(self, name)

    def __dir__(self) -> list[str]:
        """All names, those that `__init__` defines included."""
        _complete(self)
        return sorted(self.__dict__)


def _complete(package: ModuleType) -> None:
    """Run the `__init__` once. Who comes while it runs waits; itself sees what it has so far."""
    state = package.__dict__
    with state["__held_back__"]:
        if type(package) is HeldBack and not state["__running__"]:
            spec = package.__spec__
            state["__running__"] = True
            try:
                assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - `_hold_back` has looked
                spec.loader.exec_module(package)
                package.__class__ = ModuleType  # type: ignore[assignment]  # narrowed above
            finally:
                state["__running__"] = False


class StandIn(ModuleType):
    """What a module that is imported lightly holds in place of a library."""

    def __getattr__(self, name: str) -> Any:
        """The library's own, which is imported now if nobody has done so."""
        _withdraw(self)
        return getattr(import_module(self.__name__), name)


def _withdraw(stand_in: ModuleType) -> None:
    if sys.modules.get(stand_in.__name__) is stand_in:
        sys.modules.pop(stand_in.__name__, None)


def import_lightly(modules: Sequence[str], *, held_back: Sequence[str], stand_ins: Sequence[str]) -> bool:
    """Import modules of one package; whether that has been done, or is left to the plain import.

    `held_back` are the packages whose `__init__` can wait, outer ones first; `stand_ins` the libraries
    that nothing uses while the modules are imported.
    """
    root = held_back[0]
    if root in sys.modules:
        return False
    standing = [_stand_in(name) for name in stand_ins if name not in sys.modules]
    try:
        packages = [_hold_back(name) for name in held_back]
        for name in modules:
            import_module(name)
        for package in packages:
            package.__class__ = HeldBack
    except Exception:  # noqa: BLE001 - whatever it is, the plain import goes well or tells it better
        for name in [one for one in sys.modules if one == root or one.startswith(f"{root}.")]:
            del sys.modules[name]
        return False
    finally:
        for stand_in in standing:
            _withdraw(stand_in)
    return True


def _hold_back(name: str) -> ModuleType:
    """The package with nothing in it but where its parts are."""
    spec = find_spec(name)
    if spec is None or spec.loader is None or spec.submodule_search_locations is None:
        raise ImportError(f"{name} is no package")
    package = sys.modules[name] = module_from_spec(spec)
    vars(package).update(__held_back__=RLock(), __running__=False)
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, package)
    return package


def _stand_in(name: str) -> ModuleType:
    stand_in = StandIn(name)
    # Python looks at it when it meets a module in `sys.modules`.
    stand_in.__spec__ = find_spec(name)
    sys.modules[name] = stand_in
    return stand_in

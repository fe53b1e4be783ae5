"""Gathers the settings of a run: flags, then environment, then config file, then defaults.

In: raw flag values, the environment, the working folder. Out: `Settings`, or `SettingsError`
naming the place, the value and what was expected. May not know: click, anything that acts on
a setting.

One table (`OPTIONS`) serves all three places, so a value means the same wherever it stands.
A flag is spelled `--allow-remote`, a variable `APIDOUBLE_ALLOW_REMOTE`, a key in the file
`allow-remote` (or `allow_remote`).
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from apidouble.errors import SettingsError
from apidouble.settings import Settings

PREFIX = "APIDOUBLE_"
NOT_SETTINGS = frozenset({"config", "url"})
"""Variables that are read elsewhere: where the config file is, which double a command talks to."""

Read = Callable[[Any, Path], Any]
"""(raw value, folder that relative paths start from) -> value; ValueError or TypeError where it
makes no sense."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting as people write it."""

    field: str
    """Of `Settings`."""
    read: Read
    expected: str
    """What a value must be, in words that follow `expected`."""
    switch: bool = False
    """True or false; `no-NAME` is its opposite."""
    listed: bool = False
    """Several values: a flag is repeated, a variable is split as a shell would."""


def _text(raw: Any, _: Path) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError
    return raw


def _whole(least: int | None = None, most: int | None = None) -> Read:
    def read(raw: Any, _: Path) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise TypeError
        if isinstance(raw, str) and not re.fullmatch(r"[+-]?[0-9]{1,40}", raw):
            raise ValueError
        value = int(raw)
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError
        return value

    return read


def _seconds(raw: Any, _: Path) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise TypeError
    value = float(raw)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def _truth(raw: Any, _: Path) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError


def _one_of(*words: str) -> Read:
    def read(raw: Any, _: Path) -> str:
        if raw not in words:
            raise ValueError
        return str(raw)

    return read


def _moment(raw: Any, _: Path) -> datetime:
    if isinstance(raw, str):
        raw = datetime.fromisoformat(raw)
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
    if not isinstance(raw, datetime):
        raise TypeError
    return raw if raw.tzinfo else raw.replace(tzinfo=UTC)


def _listed(raw: Any) -> list[Any]:
    if isinstance(raw, str):
        return [raw]
    if isinstance(raw, list | tuple):
        return list(raw)
    raise ValueError


def _documents(raw: Any, folder: Path) -> tuple[str, ...]:
    found = [_text(part, folder) for part in _listed(raw)]
    return tuple(part if "://" in part else _under(folder, part) for part in found)


def _paths(raw: Any, folder: Path) -> tuple[Path, ...]:
    return tuple(Path(_under(folder, _text(part, folder))) for part in _listed(raw))


def _under(folder: Path, name: str) -> str:
    # A path as the person wrote it reads best in messages, so it is left alone where it can be.
    return name if folder == Path() else str(folder / name)


def _mounts(raw: Any, folder: Path) -> dict[str, str]:
    pairs = raw.items() if isinstance(raw, Mapping) else (part.partition("=")[::2] for part in _listed(raw))
    mounts = {str(name).strip(): _text(prefix, folder).strip() for name, prefix in pairs}
    if not all(mounts) or not all(re.fullmatch(r"(/[^/?#\s{}]+)+", prefix) for prefix in mounts.values()):
        raise ValueError
    return mounts


def _values(raw: Any, _: Path) -> dict[str, dict[str, Any]]:
    if isinstance(raw, Mapping):
        if not all(isinstance(values, Mapping) for values in raw.values()):
            raise ValueError
        return {str(api): dict(values) for api, values in raw.items()}
    found: dict[str, dict[str, Any]] = {}
    for part in _listed(raw):
        name, equals, text = part.partition("=")
        api, _dot, setting = name.strip().rpartition(".")
        if not (equals and api and setting):
            raise ValueError
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        found.setdefault(api, {})[setting] = value
    return found


def _switch(field: str) -> Option:
    return Option(field, _truth, "true or false", switch=True)


def options() -> dict[str, Option]:
    """Every setting by its name on the command line, without the dashes."""
    size = "a whole number of at least 1"
    return {
        "documents": Option("documents", _documents, "files, folders or URLs", listed=True),
        "host": Option("host", _text, "an address or host name"),
        "port": Option("port", _whole(0, 65535), "a whole number from 0 to 65535"),
        "seed": Option("seed", _whole(), "a whole number"),
        "auth": Option("auth", _one_of("strict", "any", "off"), "strict, any or off"),
        "set": Option("values", _values, "API.NAME=VALUE", listed=True),
        "clock": Option("clock", _moment, "a time such as 2030-01-01T12:00:00Z"),
        "cors": _switch("cors"),
        "strict": _switch("strict"),
        "quiet": _switch("quiet"),
        "overlay": Option("overlays", _paths, "overlay files", listed=True),
        "mount": Option("mounts", _mounts, "NAME=/prefix", listed=True),
        "allow-remote": _switch("allow_remote"),
        "allow-outside": _switch("allow_outside"),
        "cache": _switch("cache"),
        "watch": _switch("watch"),
        "dynamic": _switch("dynamic"),
        "body-limit": Option("body_limit", _whole(1), f"{size} (bytes)"),
        "depth-limit": Option("depth_limit", _whole(1, 900), "a whole number from 1 to 900"),
        "journal-entries": Option("journal_entries", _whole(1), size),
        "journal-bytes": Option("journal_bytes", _whole(1), f"{size} (bytes)"),
        "sandboxes": Option("sandboxes", _one_of("auto", "declared"), "auto or declared"),
        "sandbox-limit": Option("sandbox_limit", _whole(1), size),
        "sandbox-idle": Option("sandbox_idle", _seconds, "a number of seconds above 0"),
        "admin": _switch("admin"),
        "admin-token": Option("admin_token", _text, "a token"),
    }


def load(flags: Mapping[str, Any], environ: Mapping[str, str], folder: Path = Path()) -> Settings:
    """The settings of this run.

    `flags` holds raw values by option name (None or an empty tuple: not given) and may name a
    `config` file; `folder` is where `apidouble.toml` or `pyproject.toml` is looked for.
    """
    known = options()
    chosen = dict(flags)
    named = chosen.pop("config", None) or environ.get(PREFIX + "CONFIG")
    layers = [
        _from_file(known, folder, named),
        _from_environment(known, environ),
        _from_flags(known, chosen),
    ]
    merged: dict[str, Any] = {}
    for layer in layers:
        for field, value in layer.items():
            merged[field] = _joined(merged.get(field), value)
    return Settings(**merged)


def _joined(below: Any, above: Any) -> Any:
    """Maps are filled up entry by entry; anything else is replaced."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return dict(below) | {name: _joined(below.get(name), value) for name, value in above.items()}
    return above


def _from_flags(known: Mapping[str, Option], flags: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: raw for name, raw in flags.items() if raw is not None and raw != ()}
    shown = {"documents": "DOCUMENT"}
    return {
        known[name].field: _read(known[name], raw, shown.get(name, f"--{name}"), Path())
        for name, raw in given.items()
    }


def _from_environment(known: Mapping[str, Option], environ: Mapping[str, str]) -> dict[str, Any]:
    layer: dict[str, Any] = {}
    for variable in sorted(environ):
        raw = environ[variable]
        if not variable.startswith(PREFIX) or not raw:
            continue
        written = variable.removeprefix(PREFIX)
        name = written.lower().replace("_", "-")
        if name in NOT_SETTINGS or (name == "port" and "://" in raw):
            # Kubernetes and Docker links set NAME_PORT=tcp://... for a service called apidouble.
            continue
        option, invert = _find(known, name)
        if option is None:
            # Only a likely slip is refused: others may keep variables of theirs under this prefix.
            if close := _close(known, name, 0.75):
                meant = PREFIX + close.upper().replace("-", "_")
                raise SettingsError(f"{variable}: there is no such setting; did you mean {meant}?")
            continue
        value = _split(option, raw, variable) if option.listed else raw
        read = _read(option, value, variable, Path())
        layer[option.field] = not read if invert else read
    return layer


def _split(option: Option, raw: str, variable: str) -> list[str]:
    try:
        return shlex.split(raw)
    except ValueError as error:
        raise SettingsError(
            f"{variable}: {raw!r} cannot be split into words ({error}); expected {option.expected},"
            " separated by blanks and quoted as in a shell"
        ) from None


def _from_file(known: Mapping[str, Option], folder: Path, named: str | None) -> dict[str, Any]:
    path, table = _table(folder, named)
    layer: dict[str, Any] = {}
    for written, raw in table.items():
        name = written.replace("_", "-")
        option, invert = _find(known, name)
        if option is None:
            close = _close(known, name, 0.6)
            hint = f"did you mean {close}?" if close else f"expected one of {', '.join(sorted(known))}"
            raise SettingsError(f"{path}: {written}: there is no such setting; {hint}")
        read = _read(option, raw, f"{path}: {written}", path.parent)
        layer[option.field] = not read if invert else read
    return layer


def _table(folder: Path, named: str | None) -> tuple[Path, dict[str, Any]]:
    if named:
        path = Path(named)
        return path, _toml(path)
    own = folder / "apidouble.toml"
    if own.is_file():
        return own, _toml(own)
    shared = folder / "pyproject.toml"
    if shared.is_file() and b"tool.apidouble" in shared.read_bytes():
        return shared, _toml(shared)
    return own, {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from None
    if path.name != "pyproject.toml":
        return content
    table = content.get("tool", {}).get("apidouble", {})
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: tool.apidouble is no table; expected [tool.apidouble]")
    return table


def _find(known: Mapping[str, Option], name: str) -> tuple[Option | None, bool]:
    """The option of that name and whether the name is its opposite."""
    if name in known:
        return known[name], False
    bare = known.get(name.removeprefix("no-"))
    return (bare, True) if bare is not None and bare.switch else (None, False)


def _close(known: Mapping[str, Option], name: str, cutoff: float) -> str | None:
    return next(iter(get_close_matches(name, known, 1, cutoff)), None)


def _read(option: Option, raw: Any, origin: str, folder: Path) -> Any:
    try:
        return option.read(raw, folder)
    except (ValueError, TypeError, AttributeError, OverflowError):
        value = raw if isinstance(raw, str) else next(iter(raw), "") if isinstance(raw, tuple) else raw
        raise SettingsError(f"{origin}: {value!r} makes no sense here; expected {option.expected}") from None

"""Which documents a list of files, folders and URLs means.

In: arguments as a person types them. Out: each document with its API's name and its project
folder. May not know: what the documents say.

A folder is a project (`specs/`, beside `fixtures/` and `rules/`), or it just holds documents
somewhere below it. Only files that say `openapi` or `swagger` at their top are documents; parts
that others refer to, overlays and fixtures are not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from apidouble.document import files, overlay, text
from apidouble.document.load import name_of
from apidouble.errors import DocumentError, Finding

SPECS = "specs"

_ENDINGS = (".yaml", ".yml", ".json")
_YAML = re.compile(
    r"""^(?:openapi|swagger|"openapi"|"swagger"|'openapi'|'swagger')\s*:\s*["']?v?\d""", re.MULTILINE
)
_FLOW = re.compile(r"""[{,]\s*["']?(?:openapi|swagger)["']?\s*:\s*["']?v?\d""")
_MARK = re.compile(rb"openapi|swagger|o\0p\0e\0n\0a\0p\0i|s\0w\0a\0g\0g\0e\0r")
_NOT_SEARCHED = frozenset({"node_modules", "__pycache__", "fixtures", "rules", "site-packages"})
_LARGEST = 128 * 1024 * 1024
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One document to serve."""

    source: str
    """File or URL, as `load` takes it."""
    name: str
    """The API's name, unique among all that were found."""
    project: Path | None
    """The folder whose `fixtures/` and `rules/` belong to it; None: it has none."""
    root: Path | None
    """The folder below which it may read further files; None for a URL."""


def find(arguments: Sequence[str]) -> list[Found]:
    """The documents that files, folders and URLs mean, in their order, each once.

    Raises:
        DocumentError: an argument does not exist, or a folder holds no document.

    """
    found: list[tuple[str, Path | None, Path | None]] = []
    faults: list[Finding] = []
    for argument in arguments:
        if files.is_url(argument):
            found.append((argument, None, None))
            continue
        path = Path(argument)
        try:
            found.extend((str(file), project, root) for file, project, root in _of_path(path))
        except OSError as error:
            faults.append(Finding(f"cannot be read: {error.strerror}", file=argument))
        except DocumentError as error:
            faults.extend(error.findings)
    if faults:
        raise DocumentError(faults)
    once = {_identity(source): (source, project, root) for source, project, root in reversed(found)}
    kept = list(reversed(once.values()))
    names = _names([source for source, _, _ in kept])
    return [
        Found(source, name, project, root) for (source, project, root), name in zip(kept, names, strict=True)
    ]


def is_document(path: Path) -> bool:
    """Whether a file says of itself that it is an OpenAPI or Swagger document."""
    if path.suffix.lower() not in _ENDINGS or overlay.is_overlay(path):
        return False
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return False
        data = path.read_bytes()
    except OSError:
        return False
    if _MARK.search(data) is None:
        return False
    encoding = text.encoding(data)
    content = data.decode(encoding, errors="replace")
    if not text.is_json(data, encoding, path.name):
        return bool(_YAML.search(content) or (content.lstrip()[:1] == "{" and _FLOW.search(content[:2000])))
    try:
        # members may be sorted: `openapi` can stand behind megabytes of `components`
        value = orjson.loads(data if encoding == "utf-8" else content.encode())
    except orjson.JSONDecodeError:
        return bool(_FLOW.search(content[:2000]))
    return isinstance(value, dict) and any(
        isinstance(value.get(key), str | int | float) for key in ("openapi", "swagger")
    )


def _of_path(path: Path) -> Iterator[tuple[Path, Path | None, Path]]:
    if not path.exists():
        raise DocumentError(
            Finding("does not exist", file=str(path), advice="Give a file, a folder or an http URL")
        )
    if not path.is_dir():
        folder = path.parent
        project = folder.parent if folder.name == SPECS or folder.resolve().name == SPECS else folder
        yield path, project, folder
        return
    if (path / SPECS).is_dir():
        project, searched = path, path / SPECS
    else:
        project = path.parent if path.resolve().name == SPECS else path
        searched = path
    documents = [file for file in _files(searched) if is_document(file)]
    if not documents:
        raise DocumentError(
            Finding(
                "the folder holds no OpenAPI document",
                file=str(searched),
                expected="a .yaml, .yml or .json file with `openapi` or `swagger` at its top",
            )
        )
    for document in documents:
        yield document, project, searched


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted, without hidden and foreign ones."""
    depth = len(folder.parts)
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in _NOT_SEARCHED)
        if len(Path(here).parts) - depth >= _DEEPEST:
            folders.clear()
        yield from (Path(here, name) for name in sorted(names) if name[0] != ".")


def _identity(source: str) -> str:
    return source if files.is_url(source) else str(Path(source).resolve())


def _names(sources: list[str]) -> list[str]:
    """The stems; where several are alike, with the folders that tell them apart."""
    names = [name_of(source) for source in sources]
    for folders in range(1, _DEEPEST):
        alike = {name for name in names if names.count(name) > 1}
        if not alike:
            return names
        names = [
            _longer(source, folders) if name in alike else name
            for source, name in zip(sources, names, strict=True)
        ]
    taken: set[str] = set()
    unique: list[str] = []
    for name in names:
        count, candidate = 2, name
        while candidate in taken:
            candidate, count = f"{name}-{count}", count + 1
        taken.add(candidate)
        unique.append(candidate)
    return unique


def _longer(source: str, folders: int) -> str:
    if files.is_url(source):
        return name_of(source)
    path = Path(source).resolve()
    return "-".join([*path.parts[1:-1][-folders:], path.stem])

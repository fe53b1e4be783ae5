"""The APIs that are served: document, contract, model, fixture and rules of each, found by stem.

In: settings. Out: `Api` for each document. May not know: web, any API's name.

Nothing is registered anywhere: `specs/x.yaml`, `fixtures/x.yaml` and `rules/x.py` belong together
by their names, and what matches no document is an error at start, not a silent nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.find import Found, find
from apidouble.document.load import load
from apidouble.errors import Finding, ProjectError, SettingsError
from apidouble.model.infer import infer
from apidouble.model.resource import Model
from apidouble.rulekit import RuleBook
from apidouble.sample.check import check_fixture
from apidouble.sample.fixture import Fixture, load_fixture
from apidouble.settings import Settings


@dataclass(slots=True)
class Api:
    """One served API."""

    name: str
    contract: Contract
    model: Model
    fixture: Fixture
    rules: RuleBook
    mount: str = ""
    """Prefix that sets it apart, `` or `/prefix`."""
    findings: list[Finding] = field(default_factory=list)
    """What was repaired or left out of its document."""


def bundled_project() -> Path:
    """The folder with the bundled `specs` and `fixtures`: inside the wheel, or the source tree's root."""
    inside = Path(__file__).parent / "_data"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def cache_folder(settings: Settings) -> Path | None:
    """Where read documents are kept; None where nothing shall be kept."""
    if not settings.cache:
        return None
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "apidouble"


def load_apis(settings: Settings) -> list[Api]:
    """All APIs that the settings name. Raises ProjectError with everything that stands in the way."""
    arguments = settings.documents or (str(bundled_project()),)
    entries = find(arguments)
    if not entries:
        raise SettingsError(f"No OpenAPI document was found in {', '.join(arguments)}.")
    problems: list[Finding] = []
    apis: list[Api] = []
    for entry in entries:
        try:
            apis.append(_load(entry, settings))
        except ProjectError as error:
            problems.extend(error.findings)
    problems.extend(_strangers(arguments, entries))
    problems.extend(_unknown_settings(apis, settings))
    if problems:
        raise ProjectError(problems)
    return apis


def _load(entry: Found, settings: Settings) -> Api:
    document = load(
        entry.source,
        name=entry.name,
        overlays=settings.overlays,
        allow_remote=settings.allow_remote,
        allow_outside=settings.allow_outside,
        cache=cache_folder(settings),
        root=entry.root,
    )
    contract = compile_contract(document)
    model = infer(contract)
    project = entry.project
    fixture = load_fixture(_file(project, "fixtures", entry.name), entry.name)
    rules = load_rules(project, entry.name)
    _check_rules(rules, contract, model)
    if problems := check_fixture(fixture, contract, model.resources):
        raise ProjectError(problems)
    mount = settings.mounts.get(entry.name, "").rstrip("/")
    return Api(entry.name, contract, model, fixture, rules, mount, document.findings)


def _file(project: Path | None, folder: str, name: str) -> Path | None:
    if project is None:
        return None
    for ending in (".yaml", ".yml", ".json"):
        path = project / folder / f"{name}{ending}"
        if path.is_file():
            return path
    return None


def load_rules(project: Path | None, name: str) -> RuleBook:
    """The rules module of an API, or an empty book.

    The bundled project's rules are modules of the package; a project of a user's own has files.
    """
    stem = name.replace("-", "_")
    if project is None:
        return RuleBook()
    if project.resolve() == bundled_project().resolve():
        module_name = f"apidouble.rules.{stem}"
        if importlib.util.find_spec(module_name) is None:
            return RuleBook()
        return _book(importlib.import_module(module_name), f"rules/{stem}.py")
    path = project / "rules" / f"{stem}.py"
    return _book(_run(path), str(path)) if path.is_file() else RuleBook()


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"apidouble_project_rules_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ProjectError(Finding("cannot be imported", file=str(path)))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise ProjectError(
            Finding(f"cannot be imported: {type(error).__name__}: {error}", file=str(path), line=line)
        ) from error
    return module


def _book(module: ModuleType, file: str) -> RuleBook:
    book = getattr(module, "rules", None)
    if not isinstance(book, RuleBook):
        raise ProjectError(
            Finding(
                "holds no rules",
                file=file,
                expected="a RuleBook called `rules`",
                advice="from apidouble.rulekit import RuleBook; rules = RuleBook()",
            )
        )
    return book


def _check_rules(rules: RuleBook, contract: Contract, model: Model) -> None:
    findings = [
        _unknown(
            f"the rules of {contract.api} name an operation that the document does not have",
            name,
            contract.operations,
        )
        for name in dict.fromkeys(rules.operations())
        if name not in contract.operations
    ]
    findings += [
        _unknown(
            f"the rules of {contract.api} name a collection that the document does not have",
            name,
            model.resources,
        )
        for name in dict.fromkeys(rules.collections())
        if name not in model.resources
    ]
    if findings:
        raise ProjectError(findings)


def _unknown(message: str, name: str, known: Iterable[str]) -> Finding:
    names = list(known)
    close = get_close_matches(name, names, 1)
    advice = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(names[:20])}"
    return Finding(f"{message}: {name}", advice=advice)


def _strangers(arguments: Sequence[str], entries: Sequence[Found]) -> Iterable[Finding]:
    """Fixtures and rules that belong to no document, in projects that were asked for as a whole."""
    for project in dict.fromkeys(entry.project for entry in entries):
        if project is None or not any(_same_folder(argument, project) for argument in arguments):
            continue
        names = {entry.name for entry in entries if entry.project == project}
        stems = {name.replace("-", "_") for name in names}
        for path in sorted((project / "fixtures").glob("*.y*ml")):
            if path.stem not in names:
                yield _unknown(f"{path} belongs to no document", path.stem, sorted(names))
        bundled = _same_folder(str(project), bundled_project())
        rules = Path(__file__).parent / "rules" if bundled else project / "rules"
        for path in sorted(rules.glob("*.py")):
            if path.stem != "__init__" and path.stem not in stems:
                yield _unknown(f"{path} belongs to no document", path.stem, sorted(stems))


def _same_folder(argument: str, folder: Path) -> bool:
    return Path(argument).resolve() == folder.resolve()


def _unknown_settings(apis: Sequence[Api], settings: Settings) -> Iterable[Finding]:
    known = {api.name: api for api in apis}
    for name, values in settings.values.items():
        if name not in known:
            if apis:
                yield _unknown(f"--set names an API that is not served: {name}", name, known)
            continue
        for setting in values:
            if setting not in known[name].fixture.settings:
                yield _unknown(f"--set: {name} has no such setting", setting, known[name].fixture.settings)
    for name in settings.mounts:
        if name not in known and apis:
            yield _unknown(f"--mount names an API that is not served: {name}", name, known)

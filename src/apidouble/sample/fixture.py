"""The fixture of one API: identities, curated records, what to generate, settings.

In: `fixtures/<api>.yaml`. Out: `Fixture`, checked against the published `fixture.schema.json`,
or `ProjectError` with a finding for each fault. May not know: the API's document; whether the
names in it exist there is checked by `sample.check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from apidouble.errors import Finding, ProjectError
from apidouble.identity import Identity
from apidouble.sample.plain_yaml import DuplicateKeyError, YamlError, line_of, read_yaml

FORMS = ("provider", "weights", "pick", "template", "list", "value")
"""The ways to say where a value comes from; a field uses exactly one."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where the value of one property comes from; exactly one of the first six is set."""

    provider: str = ""
    weights: tuple[tuple[Any, float], ...] = ()
    pick: tuple[Any, ...] = ()
    template: str = ""
    items: FieldRule | None = None
    """Rule of the items of a list."""
    value: tuple[Any, ...] = ()
    """The one fixed value, wrapped because None is a value."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    transform: str = ""
    """email, slug or lower: what the finished text goes through."""
    least: int = 0
    most: int = 3
    null: float = 0.0
    """Share of records where it is null."""
    omit: float = 0.0
    """Share of records that lack it."""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Making:
    """How many records a collection has in all, and how they are made."""

    count: int | None = None
    """None: as many as the model says."""
    locales: tuple[str, ...] = ()
    fields: Mapping[str, FieldRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fixture:
    """What one API's double starts with."""

    api: str = ""
    file: str = ""
    """As a person would name it; '' if the API has no fixture."""
    identities: tuple[Identity, ...] = ()
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Collection -> curated records; `^name` keys are hidden values."""
    generate: Mapping[str, Making] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def default(self) -> Identity | None:
        """The identity shown first; None where the fixture declares none."""
        return next((identity for identity in self.identities if identity.default), None)

    def making(self, collection: str) -> Making:
        """How a collection is made; empty where the fixture does not say."""
        return self.generate.get(collection, Making())

    def finding(self, message: str, pointer: str, *, expected: str = "", advice: str = "") -> Finding:
        """A finding about this file, with the line where the text is still at hand."""
        line = line_of(Path(self.file), pointer) if self.file else None
        return Finding(message, self.file, pointer, line, expected, advice)


def load_fixture(path: Path | None, api: str) -> Fixture:
    """Read a fixture; no path, no fixture: an empty one.

    Raises ProjectError with all findings (file, pointer, line, advice).
    """
    if path is None:
        return Fixture(api)
    file = str(path)
    try:
        content = read_yaml(path)
    except OSError as error:
        raise ProjectError(Finding(f"cannot be read: {error.strerror or error}", file)) from error
    except DuplicateKeyError as error:
        raise ProjectError(
            Finding(str(error), file, line=error.line, advice="Remove or merge one of the two")
        ) from error
    except YamlError as error:
        raise ProjectError(Finding(str(error), file, line=error.line, expected="YAML")) from error
    if content is None:
        content = {}
    findings = list(_schema_findings(content, path)) or list(_sense_findings(content, path))
    if findings:
        raise ProjectError(findings)
    return Fixture(
        api,
        file,
        tuple(_identity(item) for item in content.get("identities", ())),
        {str(name): tuple(items) for name, items in (content.get("records") or {}).items()},
        {str(name): _making(item) for name, item in (content.get("generate") or {}).items()},
        content.get("settings") or {},
    )


def _identity(item: Mapping[str, Any]) -> Identity:
    scopes = item.get("scopes")
    return Identity(
        name=item["name"],
        role=item.get("role"),
        scopes=None if scopes is None else frozenset(scopes),
        record=item.get("record"),
        credentials=dict(item["credentials"]),
        default=item.get("default", False),
    )


def _making(item: Mapping[str, Any]) -> Making:
    return Making(
        item.get("count"),
        tuple(locale.replace("-", "_") for locale in item.get("locales", ())),
        {str(name): _rule(rule) for name, rule in item.get("fields", {}).items()},
    )


def _rule(item: str | Mapping[str, Any]) -> FieldRule:
    if isinstance(item, str):
        return FieldRule(provider=item)
    least = item.get("min", 0)
    return FieldRule(
        provider=item.get("provider", ""),
        weights=tuple(item.get("weights", {}).items()),
        pick=tuple(item.get("pick", ())),
        template=item.get("template", ""),
        items=_rule(item["list"]) if "list" in item else None,
        value=(item["value"],) if "value" in item else (),
        arguments=item.get("arguments", {}),
        transform=item.get("transform", ""),
        least=least,
        most=item.get("max", max(3, least)),
        null=item.get("null", 0.0),
        omit=item.get("omit", 0.0),
        unique=item.get("unique", False),
    )


def _schema_findings(content: Any, path: Path) -> Iterator[Finding]:
    """What `fixture.schema.json` has against it, in words."""
    schema = json.loads(files("apidouble.sample").joinpath("fixture.schema.json").read_text("utf-8"))
    validator = jsonschema_rs.Draft202012Validator(schema)
    for error in validator.iter_errors(_json_form(content)):
        pointer = "".join(f"/{_escape(part)}" for part in error.instance_path)
        unexpected: Sequence[str] = getattr(error.kind, "unexpected", ())
        if unexpected:
            known = sorted(_at(schema, error.schema_path[:-1]).get("properties", ()))
            for name in unexpected:
                where = f"{pointer}/{_escape(name)}"
                yield Finding(
                    f"unknown key {name!r}",
                    str(path),
                    where,
                    line_of(path, where),
                    "one of " + ", ".join(known),
                    _did_you_mean(name, known),
                )
        else:
            meaning = str(_at(schema, error.schema_path[:-1]).get("description", "")).rstrip(".")
            advice = f"It says: {meaning}" if meaning else ""
            yield Finding(error.message, str(path), pointer, line_of(path, pointer), "", advice)


def _sense_findings(content: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """What a schema cannot say: one default identity, distinct names, one form for each field."""

    def finding(message: str, pointer: str, expected: str = "", advice: str = "") -> Finding:
        return Finding(message, str(path), pointer, line_of(path, pointer), expected, advice)

    identities = content.get("identities", ())
    defaults = [index for index, item in enumerate(identities) if item.get("default")]
    if identities and len(defaults) != 1:
        yield finding(
            f"{len(defaults)} identities are the default",
            "/identities",
            "exactly one",
            "Write `default: true` for the identity that demos use, and for no other",
        )
    names: set[str] = set()
    for index, item in enumerate(identities):
        if item["name"] in names:
            yield finding(f"identity {item['name']!r} is declared twice", f"/identities/{index}/name")
        names.add(item["name"])
    for collection, making in (content.get("generate") or {}).items():
        for name, rule in making.get("fields", {}).items():
            pointer = f"/generate/{_escape(collection)}/fields/{_escape(name)}"
            yield from _rule_findings(rule, pointer, finding)


def _rule_findings(rule: Any, pointer: str, finding: Any) -> Iterator[Finding]:
    if isinstance(rule, str):
        return
    used = [form for form in FORMS if form in rule]
    if len(used) != 1:
        yield finding(
            f"says {' and '.join(used)}" if used else "does not say where the value comes from",
            pointer,
            "exactly one of " + ", ".join(FORMS),
        )
    if rule.get("max", 3) < rule.get("min", 0) and "max" in rule:
        yield finding("max is below min", f"{pointer}/max")
    if "weights" in rule and not any(rule["weights"].values()):
        yield finding("all weights are 0", f"{pointer}/weights", "at least one above 0")
    for extra, form in (("arguments", "provider"), ("min", "list"), ("max", "list")):
        if extra in rule and form not in rule:
            yield finding(f"{extra!r} has no effect without {form!r}", f"{pointer}/{extra}")
    if "list" in rule:
        yield from _rule_findings(rule["list"], f"{pointer}/list", finding)


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"Did you mean {close[0]!r}?" if close else ""


def _json_form(value: Any) -> Any:
    """The same with text keys, as JSON has them (`true: 4` in weights)."""
    if isinstance(value, dict):
        return {_key(key): _json_form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_form(item) for item in value]
    return value


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key)


def _escape(part: object) -> str:
    return _key(part).replace("~", "~0").replace("/", "~1")


def _at(schema: Any, path: Sequence[str | int]) -> Any:
    """The node of our own schema at a validator's path, references followed."""
    here = schema
    for part in path:
        here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]] if part == "$ref" else here[part]
    return here

"""Values of fields as a fixture declares them: providers, weights, picks, templates, lists.

In: a field's rule, the node of its property, a scene. Out: a value of the type that the property
has. May not know: resources, records beyond the one being made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from apidouble.sample import conjunction
from apidouble.sample.fixture import FieldRule
from apidouble.sample.moments import written
from apidouble.sample.node import Node
from apidouble.sample.scene import Scene, folded, slug
from apidouble.sample.strings import example_form

OMITTED: Any = object()
"""Stands for: the record lacks the property."""

_HOLE = re.compile(r"\{([^{}]+)\}")
_TRIES = 60
_PERSON = {"first_name": "given_name", "last_name": "family_name", "company": "company"}
"""Providers whose values are known to the scene, so that other fields agree with them."""


class FieldMaker:
    """How the value of one declared field is made."""

    def __init__(self, rule: FieldRule, node: Node | None) -> None:
        self.rule = rule
        self._node = node
        self._forms = _forms(node)

    @property
    def templated(self) -> bool:
        """Whether it needs the other fields of the record."""
        return bool(self.rule.template)

    def make(self, scene: Scene, record: Mapping[str, Any]) -> Any:
        """A value, None or OMITTED. Raises AttributeError, TypeError or ValueError where Faker cannot
        do what the rule asks.
        """
        rule = self.rule
        if rule.omit and scene.random.random() < rule.omit:
            return OMITTED
        if rule.null and scene.random.random() < rule.null:
            return None
        if rule.template:
            return self._transformed(_filled(rule.template, record))
        if rule.items is not None:
            items = FieldMaker(rule.items, None)
            wanted = scene.random.randint(rule.least, rule.most)
            return self._fitted(_distinct(items, scene, record, wanted))
        return self._fitted(self._transformed(self._raw(scene)))

    def another(self, value: Any, attempt: int) -> Any:
        """The value changed, for a field that must be unique: `jan@x` -> `jan2@x`."""
        if isinstance(value, str):
            local, at, domain = value.partition("@")
            return f"{local}{attempt + 1}{at}{domain}"
        return value + attempt if isinstance(value, int) and not isinstance(value, bool) else value

    def _raw(self, scene: Scene) -> Any:
        rule = self.rule
        if rule.value:
            return rule.value[0]
        if rule.pick:
            return scene.random.choice(rule.pick)
        if rule.weights:
            values = [value for value, _ in rule.weights]
            return scene.random.choices(values, [weight for _, weight in rule.weights])[0]
        known = _PERSON.get(rule.provider)
        if known and not rule.arguments:
            return getattr(scene, known)
        return scene.fakes.call(scene.locale, rule.provider, scene.random, rule.arguments)

    def _transformed(self, value: Any) -> Any:
        kind = self.rule.transform
        if not kind or not isinstance(value, str):
            return value
        if kind == "email":
            local, at, domain = folded(value).lower().rpartition("@")
            local = re.sub(r"[^a-z0-9._+-]", "", local)
            return re.sub(r"\.{2,}", ".", local).strip(".") + at + domain
        return slug(value) if kind == "slug" else folded(value).lower()

    def _fitted(self, value: Any) -> Any:
        """The value in the type and form that the property has."""
        plain = _json(value)
        if self._node is None or plain is None:
            return plain
        check = self._node.check
        for candidate in self._candidates(value, plain):
            if check(candidate):
                return candidate
        return plain

    def _candidates(self, value: Any, plain: Any) -> list[Any]:
        if isinstance(value, datetime | date):
            found: list[Any] = [written(value, form) for form in self._forms]
            if isinstance(value, datetime):
                found += [int(value.timestamp()), int(value.timestamp() * 1000)]
            return found
        found = [plain]
        if isinstance(plain, bool):
            found.append("true" if plain else "false")
        elif isinstance(plain, int | float):
            found.append(str(plain))
            if isinstance(plain, float):
                found.append(round(plain))
        elif isinstance(plain, str):
            found += _numbers(plain)
        return found


def _forms(node: Node | None) -> list[str]:
    """Ways to write a date, those of the property's own examples first."""
    usual = ["date-time", "date", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "time", "%H:%M:%S", "%Y"]
    if node is None:
        return usual
    shown = [form for value in conjunction.examples(node.atoms) if (form := example_form(value))]
    return [*shown, *usual]


def _distinct(items: FieldMaker, scene: Scene, record: Mapping[str, Any], wanted: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(_TRIES):
        if len(found) >= wanted:
            break
        value = items.make(scene, record)
        if value is not OMITTED and value not in found:
            found.append(value)
    return found


def _filled(template: str, record: Mapping[str, Any]) -> str:
    def value(hole: re.Match[str]) -> str:
        found = record.get(hole[1])
        return "" if found is None else str(found)

    return _HOLE.sub(value, template)


def holes(template: str) -> list[str]:
    """The fields that a template names."""
    return _HOLE.findall(template)


def _numbers(text: str) -> list[Any]:
    try:
        number = json.loads(text)
    except ValueError:
        return []
    return [number] if isinstance(number, int | float) else []


def _json(value: Any) -> Any:
    """What Faker gave, as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [_json(item) for item in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return written(value, "date-time")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)

"""Text for one schema under one property name.

In: a node that allows text, the property's name and what it belongs to. Out: `TextPlan`, compiled
once, whose `make` gives believable text that fits pattern, format and length. May not know:
objects and arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from apidouble.contract import formats as contract_formats
from apidouble.sample import conjunction, names
from apidouble.sample.formats import FORMATS, format_maker, like, moment_text
from apidouble.sample.matching import Matcher, matcher
from apidouble.sample.node import Check, Node
from apidouble.sample.scene import Scene

_CHECKED = frozenset((*contract_formats.NATIVE, *contract_formats.OWN))


def _labels(by: int) -> str:
    """Host name labels of so many characters in all, dots included."""
    found = ""
    while by > 0:
        size = min(by, 60)
        found += "a" * (size - 1) + "." if size > 1 else "a"
        by -= size
    return found


def _stretched_email(text: str, by: int) -> str:
    local, _, domain = text.partition("@")
    longer = min(by, 64 - len(local))
    return f"{local}{'a' * longer}@{_labels(by - longer)}{domain}"


_SHORTEST: Mapping[str, str] = {
    "email": "a@b.co", "idn-email": "a@b.co", "hostname": "a", "idn-hostname": "a", "uri": "a:b",
    "iri": "a:b", "uri-reference": "a", "iri-reference": "a", "uri-template": "a", "json-pointer": "",
    "regex": "a", "duration": "P1D", "byte": "YQ==", "ipv6": "::1", "ipv4": "1.1.1.1",
    "relative-json-pointer": "0",
}  # fmt: skip
"""For a `maxLength` that leaves no room for something believable."""
_STRETCH: Mapping[str, Callable[[str, int], str]] = {
    "email": _stretched_email,
    "idn-email": _stretched_email,
    "hostname": lambda text, by: _labels(by) + text,
    "idn-hostname": lambda text, by: _labels(by) + text,
    "uri": lambda text, by: text + "a" * by,
    "iri": lambda text, by: text + "a" * by,
    "uri-reference": lambda text, by: text + "a" * by,
    "iri-reference": lambda text, by: text + "a" * by,
    "uri-template": lambda text, by: text + "a" * by,
    "json-pointer": lambda text, by: text + "a" * by,
    "relative-json-pointer": lambda text, by: "0/" + "a" * by,
    "regex": lambda text, by: "a" * (len(text) + by),
    "byte": lambda text, by: "QUJD" * ((len(text) + by + 3) // 4),
    "date-time": lambda text, by: text.rstrip("Z") + "." + "0" * max(1, by - 1) + "Z",
    "time": lambda text, by: text.rstrip("Z") + "." + "0" * max(1, by - 1) + "Z",
}
"""For a `minLength` beyond something believable."""
_TIME_FORMS = (
    (re.compile(r"^\d{4}-\d\d-\d\d$"), "%Y-%m-%d"),
    (re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), "%Y-%m-%dT%H:%M:%SZ"),
    (re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), "%Y-%m-%dT%H:%M:%S.000Z"),
    (re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$"), "%Y-%m-%dT%H:%M:%S+00:00"),
    (re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"), "%Y-%m-%dT%H:%M:%S"),
    (re.compile(r"^\d{4}/\d\d/\d\d$"), "%Y/%m/%d"),
    (re.compile(r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$"), "%a, %d %b %Y %H:%M:%S +0000"),
    (re.compile(r"^\d\d:\d\d$"), "%H:%M"),
    (re.compile(r"^\d\d:\d\d:\d\d$"), "%H:%M:%S"),
)
_TIME_PATTERN = "%Y-%m-%d %H:%M:%S"
_OWN_WORDS = (
    "status state type kind category code number version reference group level mode role tag label event "
    "action object color currency country language lang region token path"
)
_DOMAIN_WORDS = frozenset(_OWN_WORDS.split())
"""Names under which the document's own example says more than the name does."""
_TRIES = 40
_ROOM = 100_000


class TextPlan:
    """How text is made for one node under one name."""

    def __init__(self, node: Node, name: str, owner: str) -> None:
        atoms = node.atoms
        self.name = name
        self.least = int(max(conjunction.numbers(atoms, "minLength"), default=0))
        self.most = min(map(int, conjunction.numbers(atoms, "maxLength")), default=None)
        self.formats = conjunction.texts(atoms, "format")
        if not self.formats and "base64" in conjunction.texts(atoms, "contentEncoding"):
            self.formats = ["byte"]
        self.patterns = conjunction.texts(atoms, "pattern")
        self.examples = [value for value in conjunction.examples(atoms) if isinstance(value, str)][:5]
        self.examples += [atom["default"] for atom in atoms if isinstance(atom.get("default"), str)]
        self.bare = not self.patterns and not any(name in _CHECKED for name in self.formats)
        self.check: Check = node.check
        self.sure = self.bare and not node.unsure
        self._matchers: list[Matcher] | None = None
        self._candidates = self._choose(name, owner)

    def make(self, scene: Scene, *, odd: bool = False) -> str | None:
        """Text that fits; None where none was found in a bounded number of tries.

        `odd`: any text rather than a believable one, which may fit where those did not.
        """
        if odd and not self.patterns:
            most = self.least + 12 if self.most is None else min(self.most, self.least + 12)
            letters = _letters(scene.random, scene.random.randint(self.least, max(self.least, most)))
            if self.fits(letters):
                return letters
        for candidate in self._candidates:
            text = self._fitted(candidate(scene), scene)
            if text is not None:
                return text
        return self._searched(scene)

    def fits(self, text: str) -> bool:
        """Whether text fits, as cheaply as it can be told."""
        length = len(text)
        if length < self.least or (self.most is not None and length > self.most):
            return False
        return self.sure or self.check(text)

    def _fitted(self, text: str, scene: Scene) -> str | None:
        """The text, cut or lengthened where that is all it takes."""
        if self.bare and self.most is not None and len(text) > self.most:
            cut = text[: self.most].rsplit(" ", 1)[0] if " " in text[: self.most] else text[: self.most]
            text = cut if len(cut) >= max(self.least, 1) else text[: self.most]
        if self.bare and len(text) < self.least <= _ROOM:
            while len(text) < self.least:
                text = f"{text} {scene.sentence(8)}" if text else scene.sentence(8)
            if self.most is not None:
                text = text[: self.most]
        return text if self.fits(text) else None

    def _searched(self, scene: Scene) -> str | None:
        """Text made from the pattern, or the plainest text of the format."""
        random = scene.random
        for found in self._pattern_makers():
            for _ in range(_TRIES):
                text = found.make(random, self.least, self.most)
                if self.fits(text):
                    return text
                for form in self.formats:
                    # A pattern for the beginning, a format for the whole: `^2019-` of a date.
                    whole = FORMATS[form](scene, self.name) if form in FORMATS else ""
                    if self.fits(text + whole[len(text) :]):
                        return text + whole[len(text) :]
        for form in self.formats:
            short = _SHORTEST.get(form)
            if short is not None and self.fits(short):
                return short
            if form in FORMATS and form in _STRETCH and self.least <= _ROOM:
                made = FORMATS[form](scene, self.name)
                stretched = _STRETCH[form](made, max(0, self.least - len(made)))
                if self.fits(stretched):
                    return stretched
        if self.least <= _ROOM:
            for text in ("x" * self.least, _letters(random, self.least), "", "0", "-1", "a", "A1!a"):
                if self.fits(text):
                    return text
        return None

    def _pattern_makers(self) -> list[Matcher]:
        if self._matchers is None:
            made = (matcher(pattern) for pattern in self.patterns)
            self._matchers = [found for found in made if found is not None]
        return self._matchers

    def _choose(self, name: str, owner: str) -> list[Callable[[Scene], str]]:
        """The makers to try, the most telling first."""
        chosen: list[Callable[[Scene], str]] = []
        named = names.text_maker(name, owner)
        forms = [maker for form in self.formats if (maker := format_maker(form)) is not None]
        time_form = next(
            (form for text in self.examples for test, form in _TIME_FORMS if test.match(text)), ""
        )
        if time_form and (not forms or self.patterns):
            chosen.append(lambda scene: moment_text(scene, name, time_form))
        if forms:
            chosen += [lambda scene, form=form: form(scene, name) for form in forms]  # type: ignore[misc]
        elif not time_form and names.is_time(name):
            form = _TIME_PATTERN if self.patterns else "date-time"
            chosen.append(lambda scene: moment_text(scene, name, form))
        words = names.tokens(name)
        telling = bool(self.examples) and (
            named is None
            or bool(words and words[-1] in _DOMAIN_WORDS)
            or any(_is_short_code(text) for text in self.examples)
        )
        if telling and not forms and not time_form:
            chosen.append(self._like_example)
        if named is not None and not forms:
            chosen.append(lambda scene: str(named(scene)))
        if self.examples and not telling:
            chosen.append(self._like_example)
        if self.examples:
            chosen.append(lambda scene: scene.random.choice(self.examples))
        if not chosen and not self.patterns:
            chosen.append(self._words)
        return chosen

    def _like_example(self, scene: Scene) -> str:
        text: str = like(scene.random.choice(self.examples), scene.random)
        return text

    def _words(self, scene: Scene) -> str:
        room = 40 if self.most is None else self.most
        count = 1 if room < 15 else scene.random.randint(2, 3)
        text = " ".join(scene.words(count))
        return text[:1].upper() + text[1:]


def text_plan(node: Node, name: str, owner: str) -> TextPlan:
    """The kept plan of a node under a name."""
    key = (name, owner)
    found: TextPlan | None = node.texts.get(key)
    if found is None:
        found = node.texts[key] = TextPlan(node, name, owner)
    return found


def _is_short_code(text: str) -> bool:
    return 0 < len(text) <= 3 and text.isascii() and text.isalpha()


def _letters(random: Random, count: int) -> str:
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(count))


def example_form(value: Any) -> str:
    """The strftime form that an example date has; '' if it is none."""
    if not isinstance(value, str):
        return ""
    return next((form for test, form in _TIME_FORMS if test.match(value)), "")

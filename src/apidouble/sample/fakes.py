"""Faker, behind the one door through which apidouble uses it.

In: a locale, a provider's name, a `Random`. Out: what Faker makes, the same for the same
`Random`. May not know: schemas. Faker is imported when the first value is asked for (it costs
0.15 s) and never seeded globally; providers that look at the clock are answered by
`sample.moments` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from apidouble.sample import moments

if TYPE_CHECKING:
    # The one import that must not happen at run time before it is needed.
    from faker.generator import Generator

_FIRST = ("person", "company", "internet", "address", "phone_number", "job", "lorem", "misc")
"""Provider modules that nearly every document needs; the others wait until one is asked for."""

_WORD_LISTS = frozenset(
    ("ar", "cs", "da", "de", "el", "es", "fa", "fr", "he", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sk")
)
"""Languages for which Faker has words of their own."""


class Fakes:
    """Faker generators by locale, made at first use."""

    def __init__(self, locales: Sequence[str], base_time: datetime) -> None:
        self.locales = tuple(locales) or ("en_GB",)
        self.base_time = base_time
        self._small: dict[str, Generator] = {}
        self._whole: dict[str, Generator] = {}
        self._words: dict[str, Generator] = {}

    def call(
        self, locale: str, provider: str, random: Random, arguments: Mapping[str, Any] | None = None
    ) -> Any:
        """A value of a Faker provider; raises AttributeError for one that does not exist, TypeError
        and ValueError for arguments it does not take.
        """
        if provider in moments.WINDOWS:
            return moments.within(provider, random, self.base_time, arguments or {})
        generator = self._small.get(locale) or self._make(locale)
        if not hasattr(generator, provider):
            generator = self._whole.get(locale) or self._make_whole(locale)
        generator.random = random
        return getattr(generator, provider)(**(arguments or {}))

    def words(self, locale: str, random: Random, count: int) -> list[str]:
        """Words of the locale's language (English where Faker knows none)."""
        generator = self._words.get(locale) or self._make_words(locale)
        generator.random = random
        found: list[str] = getattr(generator, "words")(count)  # noqa: B009 - Faker adds it at run time
        return found

    def sentence(self, locale: str, random: Random, count: int) -> str:
        """A sentence of about so many words."""
        words = self.words(locale, random, max(1, count))
        return " ".join(words).capitalize() + "."

    def knows(self, locale: str, provider: str) -> bool:
        """Whether such a provider exists."""
        if provider in moments.WINDOWS:
            return True
        if provider.startswith("_") or provider in ("random", "seed_instance", "add_provider", "provider"):
            return False
        if callable(getattr(self._small.get(locale) or self._make(locale), provider, None)):
            return True
        return callable(getattr(self._whole.get(locale) or self._make_whole(locale), provider, None))

    def has_locale(self, locale: str) -> bool:
        """Whether Faker knows the locale."""
        from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - see the module's text

        return locale in AVAILABLE_LOCALES

    def _make(self, locale: str) -> Generator:
        from faker.factory import Factory  # noqa: PLC0415 - see the module's text

        modules = [f"faker.providers.{name}" for name in _FIRST]
        found = Factory.create(self._known(locale), providers=modules, use_weighting=False)
        self._small[locale] = found
        return found

    def _make_whole(self, locale: str) -> Generator:
        from faker.factory import Factory  # noqa: PLC0415 - see the module's text

        found = self._whole[locale] = Factory.create(self._known(locale), use_weighting=False)
        return found

    def _make_words(self, locale: str) -> Generator:
        from faker.factory import Factory  # noqa: PLC0415 - see the module's text

        # Without a word list of its own a locale would get Latin.
        known = self._known(locale)
        if known.partition("_")[0] not in _WORD_LISTS:
            known = "en_US"
        found = self._words[locale] = Factory.create(
            known, providers=["faker.providers.lorem"], use_weighting=False
        )
        return found

    def _known(self, locale: str) -> str:
        """The locale, one of the same language, or British English."""
        from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - see the module's text

        wanted = locale.replace("-", "_")
        if wanted in AVAILABLE_LOCALES:
            return wanted
        language = wanted.partition("_")[0]
        same = sorted(name for name in AVAILABLE_LOCALES if name.partition("_")[0] == language)
        return (
            f"{language}_{language.upper()}"
            if f"{language}_{language.upper()}" in same
            else (same[0] if same else "en_GB")
        )

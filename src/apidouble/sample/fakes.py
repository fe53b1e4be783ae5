"""Faker, behind the one door through which apidouble uses it.

In: a locale, a provider's name, a `Random`. Out: what Faker makes, the same for the same
`Random`. May not know: schemas. Faker is imported when the first value is asked for, no more of
it than is needed, and never seeded globally; providers that look at the clock are answered by
`sample.moments` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from apidouble.sample import moments
from apidouble.sample.generators import has_locale, known_locale, small_generator, whole_generator

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

    @staticmethod
    def has_locale(locale: str) -> bool:
        """Whether Faker knows the locale."""
        return has_locale(locale)

    def _make(self, locale: str) -> Generator:
        found = self._small[locale] = small_generator(known_locale(locale), _FIRST)
        return found

    def _make_whole(self, locale: str) -> Generator:
        found = self._whole[locale] = whole_generator(known_locale(locale))
        return found

    def _make_words(self, locale: str) -> Generator:
        # Without a word list of its own a locale would get Latin.
        known = known_locale(locale)
        if known.partition("_")[0] not in _WORD_LISTS:
            known = "en_US"
        found = self._words[locale] = small_generator(known, ["lorem"])
        return found

"""One imagined subject, so that the values of one object agree with each other.

In: `Fakes`, a `Random`, a locale. Out: a person, a company, a place and a course of time, each
made when first asked for. May not know: schemas, names of properties.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from apidouble.sample import moments
from apidouble.sample.fakes import Fakes

_CURRENCIES = {
    "GB": "GBP", "US": "USD", "CH": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN", "CZ": "CZK",
    "JP": "JPY", "CN": "CNY", "IN": "INR", "BR": "BRL", "AU": "AUD", "CA": "CAD", "NZ": "NZD", "TR": "TRY",
}  # fmt: skip
_LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


class Scene:
    """The subject of one object."""

    def __init__(self, fakes: Fakes, random: Random, locale: str) -> None:
        self.fakes = fakes
        self.random = random
        self.locale = locale

    def fake(self, provider: str, **arguments: Any) -> Any:
        """A value of a Faker provider in the scene's locale."""
        return self.fakes.call(self.locale, provider, self.random, arguments)

    @cached_property
    def given_name(self) -> str:
        """A person's first name."""
        return str(self.fake("first_name"))

    @cached_property
    def family_name(self) -> str:
        """The same person's last name."""
        return str(self.fake("last_name"))

    @property
    def full_name(self) -> str:
        """Both names."""
        return f"{self.given_name} {self.family_name}"

    @cached_property
    def domain(self) -> str:
        """A host name for addresses."""
        # Reserved for examples (RFC 2606), so that nobody ever gets mail from a test.
        return self.random.choice(("example.com", "example.org", "example.net"))

    @cached_property
    def handle(self) -> str:
        """A login name without spaces or accents."""
        given, family = slug(self.given_name, "") or "user", slug(self.family_name, "")
        return ".".join(part for part in (given, family) if part)

    @property
    def email(self) -> str:
        """The person's address."""
        return f"{self.handle}@{self.domain}"

    @cached_property
    def company(self) -> str:
        """A company's name."""
        return str(self.fake("company"))

    @cached_property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        region = self.locale.replace("-", "_").partition("_")[2]
        return region if len(region) == 2 else "GB"

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.locale.replace("-", "_").partition("_")[0]

    @property
    def locale_tag(self) -> str:
        """BCP 47."""
        return self.locale.replace("_", "-")

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return _CURRENCIES.get(self.country, "EUR")

    @cached_property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude, degrees."""
        return (round(self.random.uniform(36, 60), 5), round(self.random.uniform(-9, 25), 5))

    @cached_property
    def created(self) -> datetime:
        """When the subject came to be."""
        base = self.fakes.base_time
        return moments.between(self.random, base - timedelta(days=730), base - timedelta(days=2))

    @cached_property
    def updated(self) -> datetime:
        """When it was last changed; not before it was created."""
        return moments.between(self.random, self.created, self.fakes.base_time)

    @cached_property
    def start(self) -> datetime:
        """When something of it begins."""
        base = self.fakes.base_time
        whole = moments.between(self.random, base - timedelta(days=60), base + timedelta(days=120))
        return whole.replace(hour=whole.hour // 3 + 8, minute=whole.minute // 15 * 15, second=0)

    @cached_property
    def end(self) -> datetime:
        """When that ends; after its start."""
        return self.start + timedelta(hours=self.random.choice((1, 2, 3, 4, 8, 24, 72, 168)))

    @cached_property
    def closing(self) -> datetime:
        """When that ends, on the same day."""
        return self.start + timedelta(hours=self.random.randint(1, 7))

    @cached_property
    def later(self) -> datetime:
        """Something that is due or expires."""
        base = self.fakes.base_time
        return max(
            self.end, moments.between(self.random, base + timedelta(days=1), base + timedelta(days=365))
        )

    @cached_property
    def birth(self) -> datetime:
        """When the person was born."""
        base = self.fakes.base_time
        return moments.between(self.random, base - timedelta(days=24000), base - timedelta(days=7000))

    def time(self, role: str) -> datetime:
        """The point in time of a role: created, updated, start, end, later, birth, or any."""
        if role == "any":
            return moments.between(self.random, self.created, self.fakes.base_time)
        found: datetime = getattr(self, role)
        return found

    def words(self, count: int) -> list[str]:
        """Words of the locale's language."""
        return self.fakes.words(self.locale, self.random, count)

    def sentence(self, count: int = 8) -> str:
        """A sentence of so many words."""
        return self.fakes.sentence(self.locale, self.random, count)


def folded(text: str) -> str:
    """The text in ASCII, accents left out."""
    plain = "".join(_LETTERS.get(character, character) for character in text)
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def slug(text: str, joint: str = "-") -> str:
    """Lower-case ASCII letters and digits, everything else a joint."""
    lower = folded(text).lower()
    return joint.join("".join(c if c.isalnum() else " " for c in lower).split())

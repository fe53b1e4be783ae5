"""Generators made of parts: the same as those of Faker's own factory, value for value."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory

from apidouble.sample.generators import has_locale, known_locale, small_generator

_NAMES = ("person", "company", "internet", "address", "phone_number", "job", "lorem")
_ASKED = (
    *("name", "first_name", "last_name", "prefix", "company", "bs", "catch_phrase", "email", "url", "ipv4"),
    *("address", "city", "country", "current_country", "current_country_code", "street_name", "postcode"),
    *("phone_number", "job", "word", "sentence"),
)


@pytest.mark.parametrize(
    "locale", ["de", "de_AT", "en_GB", "en_US", "fr_FR", "ja_JP", "la", "nl_BE", "nl_NL", "tw_GH"]
)
def test_small_generators_are_those_of_the_factory(locale: str) -> None:
    """The same methods, and from the same `Random` the same values."""
    ours = small_generator(locale, _NAMES)
    theirs = Factory.create(locale, providers=[f"faker.providers.{n}" for n in _NAMES], use_weighting=False)
    assert [name for name in dir(ours) if name[0] != "_"] == [name for name in dir(theirs) if name[0] != "_"]
    for name in _ASKED:
        seen = []
        for one in (ours, theirs):
            one.random = random.Random(5)
            try:
                seen.append(getattr(one, name)())
            except (AttributeError, TypeError) as error:
                seen.append(type(error))
        assert seen[0] == seen[1], name


def test_locales_are_those_of_the_factory() -> None:
    """Each locale that Faker lists is known, others lead to their language or to English."""
    assert all(has_locale(locale) and known_locale(locale) == locale for locale in AVAILABLE_LOCALES)
    assert not any(map(has_locale, ["xx_YY", "", "..", "../lorem", "__pycache__", "nl-NL"]))
    assert [known_locale(one) for one in ("nl-NL", "nl", "de_XX", "xx_YY", "")] == [
        "nl_NL",
        "nl_NL",
        "de_DE",
        "en_GB",
        "en_GB",
    ]


def test_faker_stays_whole_for_a_program_that_uses_it() -> None:
    """Faker's lists are not made for a generator, and `from faker import Faker` works all the same."""
    code = (
        "import sys; from apidouble.sample.generators import small_generator\n"
        "small_generator('nl_NL', ['person']).name()\n"
        "print('faker.config' in sys.modules)\n"
        "from faker import Faker; import faker\n"
        "print(Faker('nl_NL').name() != '', faker.VERSION != '')"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "True", "True"]

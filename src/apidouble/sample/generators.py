"""Faker's generators, made of the few of its parts that are wanted.

In: a locale, names of providers. Out: the generator that Faker's own factory would make. May not
know: what is asked of it.

Faker's factory lists the folders of all its 50 providers and 100 locales when it is imported, which
costs more than making the records of a collection; who knows which provider and which locale he
wants needs no list. The factory is asked where he does not.
"""

from __future__ import annotations

import locale as system
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from apidouble.lightly import import_lightly

if TYPE_CHECKING:
    # The one import that must not happen at run time before it is needed.
    from faker.generator import Generator

_PROVIDERS = "faker.providers"
_DEFAULT = "en_US"


def whole_generator(locale: str) -> Generator:
    """A generator with every provider; the locale must be one that Faker knows."""
    from faker.factory import Factory  # noqa: PLC0415 - see the module's text

    return Factory.create(locale, use_weighting=False)


def small_generator(locale: str, providers: Sequence[str]) -> Generator:
    """A generator with these providers only (`person`, `lorem`)."""
    import_lightly([_PROVIDERS, "faker.generator"], held_back=["faker"], stand_ins=[])
    from faker.generator import Generator  # noqa: PLC0415 - see the module's text

    # As the factory does: `de` is `de_DE`.
    locale = system.normalize(locale).partition(".")[0]
    generator = Generator(locale=locale, use_weighting=False)  # type: ignore[arg-type]
    for name in providers:
        module = import_module(f"{_PROVIDERS}.{name}")
        language = None
        if getattr(module, "localized", False):
            spoken = find_spec(f"{module.__name__}.{locale}") is not None
            language = locale if spoken else getattr(module, "default_locale", "") or _DEFAULT
            module = import_module(f"{module.__name__}.{language}")
        provider = module.Provider(generator)
        provider.__use_weighting__ = False
        provider.__provider__ = f"{_PROVIDERS}.{name}"
        provider.__lang__ = language
        generator.add_provider(provider)
    return generator


def has_locale(locale: str) -> bool:
    """Whether Faker has anything for the locale."""
    import_lightly([_PROVIDERS], held_back=["faker"], stand_ins=[])
    folder = Path(import_module(_PROVIDERS).__path__[0])
    if not folder.is_dir():
        # Inside an archive only Faker itself knows what it has.
        return locale in _available()
    found = (provider / locale / "__init__.py" for provider in folder.iterdir())
    return locale.isidentifier() and any(path.is_file() for path in found)


def known_locale(locale: str) -> str:
    """The locale, one of the same language, or British English."""
    wanted = locale.replace("-", "_")
    if has_locale(wanted):
        return wanted
    language = wanted.partition("_")[0]
    same = sorted(name for name in _available() if name.partition("_")[0] == language)
    main = f"{language}_{language.upper()}"
    if main in same:
        return main
    return same[0] if same else "en_GB"


def _available() -> Sequence[str]:
    from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - see the module's text

    return AVAILABLE_LOCALES

"""Whether a fixture speaks of what its API has.

In: a fixture, the API's contract and resources. Out: findings, each with pointer, line and advice.
May not know: how records are kept. Meant for the start of a double and for `apidouble validate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from apidouble.contract.operation import Contract
from apidouble.errors import Finding
from apidouble.model.resource import Resource
from apidouble.sample import conjunction
from apidouble.sample.conjunction import References
from apidouble.sample.declared import holes
from apidouble.sample.fakes import Fakes
from apidouble.sample.fixture import FieldRule, Fixture
from apidouble.sample.moments import SEEDED_TIME


def check_fixture(
    fixture: Fixture, contract: Contract, resources: Mapping[str, Resource], *, providers: bool = False
) -> list[Finding]:
    """Everything in the fixture that the API does not have.

    `providers` checks the names of Faker's providers and locales too, which imports Faker (0.15 s);
    without it a wrong one is told when the collection is first seeded.
    """
    return list(_findings(fixture, contract, resources, providers=providers))


def _findings(
    fixture: Fixture, contract: Contract, resources: Mapping[str, Resource], *, providers: bool
) -> Iterator[Finding]:
    fakes = Fakes((), SEEDED_TIME) if providers else None
    yield from _name_findings(fixture, contract, resources)
    references = References(contract.document)
    for collection, making in fixture.generate.items():
        resource = resources.get(collection)
        if resource is None:
            continue
        place = f"/generate/{_escape(collection)}"
        atoms, _ = conjunction.flatten((resource.schema,), references)
        is_open = any(part is not False for part in conjunction.extra_parts(atoms))
        known = _property_names(atoms, references)
        for index, locale in enumerate(making.locales):
            if fakes is not None and not fakes.has_locale(locale):
                yield fixture.finding(
                    f"Faker knows no locale {locale!r}", f"{place}/locales/{index}", expected="such as en_GB"
                )
        for name, rule in making.fields.items():
            pointer = f"{place}/fields/{_escape(name)}"
            if not name.startswith("^") and known and name not in known and not is_open:
                yield _unknown(fixture, "property", name, pointer, known)
            for hole in holes(rule.template):
                if hole not in known and hole not in making.fields:
                    yield _unknown(fixture, "property", hole, f"{pointer}/template", known)
            if fakes is not None:
                yield from _provider_findings(fixture, fakes, rule, making.locales, pointer)


def _name_findings(
    fixture: Fixture, contract: Contract, resources: Mapping[str, Resource]
) -> Iterator[Finding]:
    """Collections and security schemes that the API does not have."""
    for section, collections in (("records", fixture.records), ("generate", fixture.generate)):
        for name in collections:
            if name not in resources:
                yield _unknown(fixture, "collection", name, f"/{section}/{_escape(name)}", list(resources))
    schemes = list(contract.schemes)
    for index, identity in enumerate(fixture.identities):
        for scheme in identity.credentials:
            if scheme not in contract.schemes:
                where = f"/identities/{index}/credentials/{_escape(scheme)}"
                yield _unknown(fixture, "security scheme", scheme, where, schemes)


def _property_names(atoms: Sequence[Mapping[str, object]], references: References) -> list[str]:
    """Names that the schema or one of its branches declares."""
    names = conjunction.property_names(atoms)
    for atom in atoms:
        for key in ("oneOf", "anyOf"):
            branches = atom.get(key)
            for branch in branches if isinstance(branches, list) else ():
                names += _property_names(conjunction.flatten((branch,), references)[0], references)
    return list(dict.fromkeys(names))


def _provider_findings(
    fixture: Fixture, fakes: Fakes, rule: FieldRule, locales: Sequence[str], pointer: str
) -> Iterator[Finding]:
    locale = locales[0] if locales else "en_GB"
    if rule.provider and not fakes.knows(locale, rule.provider):
        yield fixture.finding(
            f"Faker has no provider {rule.provider!r}",
            pointer,
            advice="See https://faker.readthedocs.io/en/stable/providers.html",
        )
    if rule.items is not None:
        yield from _provider_findings(fixture, fakes, rule.items, locales, f"{pointer}/list")


def _unknown(fixture: Fixture, kind: str, name: str, pointer: str, known: Sequence[str]) -> Finding:
    close = get_close_matches(name, known, 1)
    advice = f"Did you mean {close[0]!r}?" if close else f"The API has {', '.join(known[:12]) or 'none'}"
    return fixture.finding(f"the API has no {kind} {name!r}", pointer, advice=advice)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

"""All worlds of a double: sandboxes over seeded bases, for every API at once.

In: the loaded APIs, settings. Out: `Sandboxes` and the journal. May not know: web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import partial
from typing import Any

from apidouble.catalog import Api
from apidouble.clock import Clock, Source
from apidouble.journal import Journal, Secrets
from apidouble.sample.seeding import Seeding
from apidouble.sandbox import Sandboxes
from apidouble.settings import Settings
from apidouble.store.base import CollectionSpec, Store
from apidouble.store.memory import MemoryStore


def make_sandboxes(apis: Sequence[Api], settings: Settings) -> Sandboxes:
    """The sandboxes of a double; the default one exists at once, its records come at first touch."""
    secrets = Secrets.of(scheme for api in apis for scheme in api.contract.schemes.values())
    return Sandboxes(
        partial(_base, apis),
        seed=settings.seed,
        clock=Clock(settings.clock),
        settings={api.name: {**api.fixture.settings, **settings.values.get(api.name, {})} for api in apis},
        journal=Journal(settings.journal_entries, settings.journal_bytes, secrets=secrets),
        auto=settings.sandboxes == "auto",
        limit=settings.sandbox_limit,
        idle=settings.sandbox_idle,
    )


def _base(apis: Sequence[Api], seed: int) -> Store:
    """The store with everything that one seed makes."""
    return MemoryStore([spec for api in apis for spec in _collections(api, seed)])


def _collections(api: Api, seed: int) -> Iterator[CollectionSpec]:
    seeding = Seeding(
        api.contract, api.model.resources, api.fixture, Source(seed), derive=partial(_deriver, api)
    )
    for resource in api.model.resources.values():
        yield CollectionSpec(
            f"{api.name}/{resource.name}",
            resource.indexes,
            resource.unique,
            partial(seeding.records, resource.name),
        )


def _deriver(api: Api, collection: str) -> Callable[[MutableMapping[str, Any]], None]:
    """What computes a collection's properties that no client writes."""
    rules = api.rules.deriving.get(collection, ())

    def derive(record: MutableMapping[str, Any]) -> None:
        for rule in rules:
            rule(record)

    return derive

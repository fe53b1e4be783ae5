"""All collections of one API, each seeded at first use and after those that it points into.

In: a contract, its resources, its fixture, a `Source`. Out: the seeded records of a collection, the
same whichever collection is asked for first. May not know: stores, HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from apidouble.clock import Source
from apidouble.contract.operation import Contract
from apidouble.model.resource import Resource
from apidouble.sample.documented import Documented
from apidouble.sample.fixture import Fixture
from apidouble.sample.generate import Generator
from apidouble.sample.making import Derive
from apidouble.sample.moments import SEEDED_TIME
from apidouble.sample.seed import seed
from apidouble.store.base import Record


class Seeding:
    """The seeded records of one API."""

    def __init__(
        self,
        contract: Contract,
        resources: Mapping[str, Resource],
        fixture: Fixture,
        source: Source,
        *,
        derive: Callable[[str], Derive] = lambda _: lambda _: None,
        base_time: datetime = SEEDED_TIME,
        generator: Generator | None = None,
    ) -> None:
        """`derive` gives, for a collection, what computes the properties that no client writes."""
        self._contract = contract
        self._resources = resources
        self._fixture = fixture
        self._source = source
        self._derive = derive
        self._base_time = base_time
        self.generator = generator or Generator(
            contract.document,
            source,
            locales_of(fixture),
            base_time=base_time,
            compile_schema=contract.compile_schema,
        )
        self._examples = Documented(contract)
        self._made: dict[str, Sequence[Record]] = {}
        self._before: Mapping[str, frozenset[str]] | None = None

    def records(self, collection: str) -> Sequence[Record]:
        """The first records of a collection, in order; raises ProjectError as `seed` does."""
        found = self._made.get(collection)
        if found is not None:
            return found
        resource = self._resources.get(collection)
        if resource is None:
            return ()
        before = self._order()[collection]

        def records_of(other: str) -> Sequence[Record]:
            return self.records(other) if other in before else ()

        made = self._made[collection] = tuple(
            seed(
                resource,
                self._contract,
                self._fixture,
                self._source,
                records_of=records_of,
                derive=self._derive(collection),
                base_time=self._base_time,
                generator=self.generator,
                examples=self._examples,
            )
        )
        return made

    def _order(self) -> Mapping[str, frozenset[str]]:
        """Collection -> those seeded before it that it may look into.

        Parents come first, then references, then further paths, each in the order of the model; what
        would close a circle is left out. So the answer does not depend on who asks first.
        """
        if self._before is None:
            edges: dict[str, set[str]] = {name: set() for name in self._resources}
            wanted = [
                (name, parent.resource) for name, one in self._resources.items() for parent in one.parents
            ]
            wanted += [(name, to) for name, one in self._resources.items() for to in one.references.values()]
            wanted += [
                (name, parent.resource)
                for name, one in self._resources.items()
                for view in one.views
                for parent in view
            ]
            for name, other in wanted:
                if other in edges and other != name and not _reaches(edges, other, name):
                    edges[name].add(other)
            self._before = {name: frozenset(others) for name, others in edges.items()}
        return self._before


def _reaches(edges: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen = {start}
    waiting = [start]
    while waiting:
        for other in edges[waiting.pop()]:
            if other == goal:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def locales_of(fixture: Fixture) -> tuple[str, ...]:
    """The locales of an API: those its fixture speaks of, else British English."""
    named = dict.fromkeys(locale for making in fixture.generate.values() for locale in making.locales)
    return tuple(named) or ("en_GB",)

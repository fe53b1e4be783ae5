"""The composition root: settings in, one ASGI application out, everything wired.

In: `Settings`. Out: `Application`. May not know: nothing is above it but the front ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import partial
from typing import Any

from starlette.types import Receive, Scope, Send

from apidouble.catalog import Api, load_apis
from apidouble.clock import Source
from apidouble.contract.scopes import declared_scopes
from apidouble.control.desk import Desk
from apidouble.engine.engine import Engine
from apidouble.errors import Finding
from apidouble.identity import Identity
from apidouble.oauth.provider import Provider
from apidouble.sample.example import answer_value
from apidouble.sample.generate import Generator
from apidouble.sample.ids import Keys
from apidouble.sample.seeding import locales_of
from apidouble.sandbox import Sandboxes
from apidouble.settings import Settings
from apidouble.web.access import Access, with_token
from apidouble.web.app import Edge, Observation
from apidouble.web.arrival import Arrival
from apidouble.web.control import Control
from apidouble.web.credentials import known_identities, sendings
from apidouble.web.pages import Pages
from apidouble.web.provider import provider_routes
from apidouble.web.routing import Route
from apidouble.web.security import AuthMode, Guard, make_guard
from apidouble.web.stack import make_stack
from apidouble.worlds import make_sandboxes

Observer = Callable[[Observation], None]


class Application:
    """One double as an ASGI application."""

    def __init__(self, settings: Settings) -> None:
        settings = with_token(settings)
        self.settings = settings
        self.apis: Sequence[Api] = load_apis(settings)
        self.findings: Sequence[Finding] = [finding for api in self.apis for finding in api.findings]
        self.sandboxes: Sandboxes = make_sandboxes(self.apis, settings)
        self._observers: list[Observer] = []
        guards: dict[str, Guard | None] = {}
        provider = _provider(self.apis)
        routes = [route for api in self.apis for route in _routes(api, settings, guards, provider)]
        routes += provider_routes(provider)
        stack, routing = make_stack(routes, guards, settings.body_limit)
        self.edge = Edge(
            stack,
            routing,
            Pages(self.apis, settings.auth),
            self.sandboxes.get,
            self._control(),
            cors_on=settings.cors,
            body_limit=settings.body_limit,
            observers=self._observers,
        )
        """ASGI without a coroutine of its own, for servers that do not look for one."""

    def _control(self) -> Control | None:
        settings = self.settings
        if not settings.admin:
            return None
        desk = Desk(self.sandboxes, {api.name: api for api in self.apis}, partial(_told, settings))
        return Control(
            desk,
            Access(settings.host, settings.admin_token),
            body_limit=settings.body_limit,
            depth_limit=settings.depth_limit,
        )

    def observe(self, observer: Observer) -> None:
        """Call this with each request once it is answered."""
        self._observers.append(observer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self.edge(scope, receive, send)


def _engine(api: Api, settings: Settings) -> Engine:
    document = api.contract.document
    generator = Generator(
        document,
        Source(settings.seed),
        locales_of(api.fixture),
        compile_schema=api.contract.compile_schema,
    )

    def sample(schema: Any, label: str, count: int, name: str) -> Any:
        return generator.value(schema, label=label, count=count, name=name)

    def example(media: Any, **options: Any) -> Any:
        return answer_value(media, generator, **options)

    return Engine(
        api.contract,
        api.model,
        api.rules,
        sample=sample,
        answer_value=example,
        key_maker=Keys(document).maker,
        depth_limit=settings.depth_limit,
        strict=settings.strict,
        dynamic=settings.dynamic,
    )


def _provider(apis: Sequence[Api]) -> Provider:
    """The double's own OAuth provider; it knows everybody whom an API knows."""
    return Provider(
        {api.name: known_identities(api.contract, api.fixture.identities) for api in apis},
        [scope for api in apis for scope in declared_scopes(api.contract)],
    )


def _routes(
    api: Api, settings: Settings, guards: MutableMapping[str, Guard | None], provider: Provider
) -> Iterator[Route]:
    """The routes of an API; equal security requirements share a guard."""
    engine = _engine(api, settings)
    identities = known_identities(api.contract, api.fixture.identities)
    mode = auth_mode(settings, api)

    def minted(arrival: Arrival, token: str) -> Identity | str | None:
        return provider.caller(api.name, arrival.sandbox, token)

    prefixes = [api.mount, *(api.mount + base for base in api.contract.base_paths)]
    known: dict[Any, str] = {}
    for operation in api.contract.operations.values():
        if operation.security not in known:
            guard = make_guard(operation.security, identities, mode, minted)
            name = f"g{len(guards)}" if guard is not None else ""
            known[operation.security] = name
            if guard is not None:
                guards[name] = guard
        yield Route(engine, operation, prefixes, known[operation.security])


def auth_mode(settings: Settings, api: Api) -> AuthMode:
    """How an API checks credentials: as set, else strictly where its fixture declares identities."""
    if settings.auth is not None:
        return settings.auth
    return "strict" if api.fixture.identities else "any"


def _told(settings: Settings, api: Api) -> list[dict[str, Any]]:
    """The identities of an API for the control API, each with what to send."""
    mode = auth_mode(settings, api)
    return [
        {
            "api": api.name,
            "name": identity.name,
            "role": identity.role,
            "scopes": None if identity.scopes is None else sorted(identity.scopes),
            "record": identity.record,
            "default": identity.default,
            "checked": mode,
            "send": [
                {"scheme": one.scheme, "in": one.location, "name": one.name, "value": one.value}
                for one in sendings(api.contract, identity)
            ],
        }
        for identity in known_identities(api.contract, api.fixture.identities)
    ]


def assemble(settings: Settings | None = None) -> Application:
    """Build a double. Raises ProjectError or SettingsError with everything that stands in its way."""
    return Application(settings if settings is not None else Settings())

"""The double's own OAuth provider at `/__oauth`, as routes beside those of the APIs.

In: the provider. Out: routes that answer with its endpoints. May not know: what the endpoints do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from apidouble.contract.operation import Inputs, Operation
from apidouble.engine.exchange import Exchange, Reply
from apidouble.errors import Refusal, Violation
from apidouble.oauth.call import Call, error_reply
from apidouble.oauth.provider import PREFIX, Provider, Service
from apidouble.sandbox import Sandbox
from apidouble.web.routing import Route

API = "__oauth"
"""What the journal shows as the API; no document can be called this by accident."""
_WELL_KNOWN = "/.well-known/"
_PART = "part"
"""The path parameter that stands for the name in a sandbox's prefix."""


def provider_routes(provider: Provider) -> list[Route]:
    """All routes of the provider."""
    endpoints = dict(_endpoints(provider.services))
    table = _Endpoints(endpoints)
    return [Route(table, one.operation, [""], "") for one in endpoints.values()]


def _endpoints(services: Mapping[str, Service]) -> Iterator[tuple[str, _Endpoint]]:
    for below, service in services.items():
        paths = [f"{PREFIX}{below}"]
        if below.startswith(_WELL_KNOWN):
            # RFC 8414 section 3.1 puts the well-known part before the issuer's path, which may
            # begin with a sandbox's prefix.
            paths += [f"{below}{PREFIX}", f"{below}/~{{{_PART}}}{PREFIX}"]
        for path in paths:
            for method in service.methods:
                name = f"{method} {path}"
                yield name, _Endpoint(name, method, path, service)


class _Endpoints:
    """Finds endpoints by name, as routes want it."""

    def __init__(self, endpoints: Mapping[str, _Endpoint]) -> None:
        self._endpoints = endpoints

    def operation(self, name: str) -> _Endpoint:
        """The endpoint with this id."""
        return self._endpoints[name]


class _Endpoint:
    """One method at one path: the same interface as `engine.compiled.CompiledOperation`."""

    __slots__ = ("_service", "api", "operation", "parameter_names", "reads_body")

    def __init__(self, name: str, method: str, path: str, service: Service) -> None:
        self._service = service
        self.api = API
        self.operation = Operation(API, name, method, path, "", {}, (), None, {}, (), {})
        self.parameter_names: tuple[str, ...] = (_PART,) if f"{{{_PART}}}" in path else ()
        self.reads_body = method == "POST"

    def read(
        self, names: Mapping[str, str], query: bytes, headers: Mapping[str, str]
    ) -> tuple[Inputs, Sequence[Violation]]:
        """Nothing but the path is decoded here: endpoints read their own parameters."""
        return Inputs(dict(names), {}, {}, {}), ()

    def admit(self, exchange: Exchange, world: Sandbox) -> None:
        """Anybody may ask."""

    def answer(self, exchange: Exchange, raw: bytes, world: Sandbox) -> Reply:
        """Call the endpoint."""
        part = exchange.inputs.path.get(_PART)
        base_url = exchange.base_url if part is None else f"{exchange.base_url}/~{part}"
        return self._service.answer(
            Call(
                self.operation.method,
                exchange.query_string.encode("latin-1"),
                exchange.headers,
                raw,
                world,
                base_url,
                f"{base_url}{PREFIX}",
                world.clock.timestamp(),
            )
        )

    def refuse(self, refusal: Refusal, path: str) -> Reply:
        """In the shape of RFC 6749 section 5.2."""
        return error_reply(refusal)

    def as_script(self, reply: Reply, exchange: Exchange) -> Reply:
        """As it is: no endpoint knows JSONP."""
        return reply

"""Connexion's middleware stack over a set of routes: routing, guards, the bridge.

In: routes, guards by name. Out: an ASGI application and its routing. May not know: what
operations do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp

from apidouble.web.bridge import Bridge
from apidouble.web.framework import API, ConnexionMiddleware, OpenAPISpecification
from apidouble.web.routing import FixedResolver, Route, Table, TreeRouting
from apidouble.web.security import Guard, Guarding


class RoutingSpecification(OpenAPISpecification):  # type: ignore[misc]
    """The routing document as Connexion holds it."""

    @classmethod
    def _validate_spec(cls, spec: Mapping[str, Any]) -> None:
        """Nothing to do: we wrote it ourselves, and checking 1,200 operations takes half a second."""


def make_stack(
    routes: Sequence[Route], guards: Mapping[str, Guard | None], body_limit: int
) -> tuple[ASGIApp, TreeRouting]:
    """The stack, built now; `body_limit` in bytes."""
    table = Table(routes)
    connexion = ConnexionMiddleware(Bridge(body_limit), middlewares=[TreeRouting, Guarding])
    options = connexion.options.replace(resolver=FixedResolver())
    specification = RoutingSpecification(table.document())
    api = API(specification, base_path=None, name="", **vars(options), table=table, guards=guards)
    connexion.apis.append(api)
    stack, layers = connexion._build_middleware_stack()
    return stack, next(layer for layer in layers if isinstance(layer, TreeRouting))

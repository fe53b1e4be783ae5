"""Connexion's middleware stack over a set of routes: routing, guards, the bridge.

In: routes, guards by name. Out: an ASGI application and its routing. May not know: what
operations do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp

from apidouble.web.bridge import Bridge
from apidouble.web.framework import ConnexionMiddleware
from apidouble.web.routing import FixedResolver, Route, Table, TreeRouting
from apidouble.web.security import Guard, Guarding


def make_stack(
    routes: Sequence[Route], guards: Mapping[str, Guard | None], body_limit: int
) -> tuple[ASGIApp, TreeRouting]:
    """The stack, built now; `body_limit` in bytes."""
    table = Table(routes)
    connexion = ConnexionMiddleware(Bridge(body_limit), middlewares=[TreeRouting, Guarding])
    connexion.add_api(table.document(), resolver=FixedResolver(), table=table, guards=guards)
    stack, layers = connexion._build_middleware_stack()
    return stack, next(layer for layer in layers if isinstance(layer, TreeRouting))

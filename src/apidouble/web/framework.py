"""What we take from Connexion, imported in one place and without its noise.

In: Connexion. Out: the names that routing, security and the composition root build on. May not
know: anything of ours.

Connexion 3.3 warns at import about things that a double never uses (Starlette's TestClient,
jsonschema's RefResolver); these warnings are for Connexion's authors, not for our users.

`import connexion` also imports Flask, Werkzeug's routing, Starlette's test client, httpx and requests:
its applications, the decorators of handler functions and the look-up of tokens at a server, none of
which a double has. Leaving them until they are asked for halves what this module costs, which is the
largest part of starting a double.
"""

from __future__ import annotations

import warnings

from apidouble.lightly import import_lightly

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import_lightly(
        ["connexion.middleware.security", "connexion.middleware.main", "connexion.spec"],
        held_back=["connexion", "connexion.decorators"],
        stand_ins=["httpx", "requests"],
    )
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT, AbstractRoutingAPI
    from connexion.middleware.main import API
    from connexion.middleware.routing import RoutingMiddleware, RoutingOperation
    from connexion.middleware.security import SecurityAPI, SecurityMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification

__all__ = [
    "API",
    "ROUTING_CONTEXT",
    "AbstractOperation",
    "AbstractRoutingAPI",
    "ConnexionMiddleware",
    "OpenAPISpecification",
    "Resolution",
    "Resolver",
    "RoutingMiddleware",
    "RoutingOperation",
    "SecurityAPI",
    "SecurityMiddleware",
]

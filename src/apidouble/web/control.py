"""The control API at `/__admin`: its routes, its document and its docs, built at the first call.

In: the worlds of one double, who may use it. Out: an ASGI application for what it claims. May not
know: what the operations do.

It has a routing of its own, so that no path of an API ever stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from apidouble.contract.operation import Contract, Operation
from apidouble.control.desk import Desk
from apidouble.errors import Refusal
from apidouble.web.access import Access
from apidouble.web.arrival import Arrival
from apidouble.web.pages import Page, deliver, docs_page, redirect, static_file
from apidouble.web.published import as_json, as_yaml, published
from apidouble.web.routing import Route
from apidouble.web.security import Guard
from apidouble.web.stack import make_stack

PREFIX = "/__admin"


class Control:
    """See the module's text."""

    def __init__(self, desk: Desk, access: Access, *, body_limit: int, depth_limit: int) -> None:
        self.access = access
        self._desk = desk
        self._body_limit = body_limit
        self._depth_limit = depth_limit
        self._built: tuple[Contract, ASGIApp] | None = None
        self._pages: dict[str, Page] = {}

    @staticmethod
    def claims(path: str) -> bool:
        """Whether a path (decoded, without sandbox prefix) belongs to the control API."""
        return path.startswith(PREFIX) and (path == PREFIX or path.startswith(f"{PREFIX}/"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send, arrival: Arrival) -> None:
        """Answer a request that `access` let in, or raise Refusal."""
        contract, stack = self._build()
        below = arrival.path[len(PREFIX) :]
        moved = {"": "__admin/docs", "/": "docs"}.get(below)
        page = self._page(below, contract) if moved is None else None
        if moved is None and page is None:
            await stack(scope, receive, send)
        elif arrival.method not in {"GET", "HEAD"}:
            refusal = f"{arrival.method} is not served at {arrival.path}."
            raise Refusal(405, refusal, headers=(("Allow", "GET, HEAD, OPTIONS"),))
        elif page is None:
            await redirect(send, arrival.method, str(moved))
        else:
            await deliver(send, arrival.method, dict(scope["headers"]), page)

    def _build(self) -> tuple[Contract, ASGIApp]:
        if self._built is None:
            # Built at the first call, so imported with it.
            from apidouble.control.contract import control_contract  # noqa: PLC0415
            from apidouble.control.handlers import HANDLERS  # noqa: PLC0415
            from apidouble.control.operation import ControlEngine  # noqa: PLC0415

            contract = control_contract()
            engine = ControlEngine(contract.operations, HANDLERS, self._desk, self._depth_limit)
            guards: dict[str, Guard | None] = {
                "header": self.access.guard,
                "query": partial(self.access.guard, in_query=True),
            }
            routes = [
                Route(engine, one, [PREFIX], "query" if _takes_query(one) else "header")
                for one in contract.operations.values()
            ]
            stack, _ = make_stack(routes, guards, self._body_limit)
            self._built = (contract, stack)
        return self._built

    def _page(self, path: str, contract: Contract) -> Page | None:
        page = self._pages.get(path)
        if page is None:
            page = self._make(path, contract)
            if page is not None:
                self._pages[path] = page
        return page

    def _make(self, path: str, contract: Contract) -> Page | None:
        if path == "/docs":
            return Page.of(docs_page(contract, "", "../", ()), "text/html; charset=utf-8")
        if path == "/openapi.json":
            return Page.of(as_json(self._document(contract)), "application/json")
        if path == "/openapi.yaml":
            return Page.of(as_yaml(self._document(contract)), "application/yaml")
        if path.startswith("/_static/"):
            return static_file(path.removeprefix("/_static/"))
        return None

    def _document(self, contract: Contract) -> Mapping[str, Any]:
        """What is published names the APIs that there are, and no token where none is asked for."""
        document = deepcopy(published(contract, "", 1, ""))
        components = document["components"]
        parameters = components["parameters"]
        parameters["Api"]["schema"] = {"type": "string", "enum": list(self._desk.apis)}
        collections = {name: None for api in self._desk.apis.values() for name in api.model.resources}
        if collections:
            parameters["Collection"]["schema"] = {"type": "string", "enum": list(collections)}
        if self.access.open:
            del document["security"]
            del document["paths"]["/events"]["get"]["security"]
            del components["securitySchemes"]
        return document


def _takes_query(operation: Operation) -> bool:
    """Whether the token may stand in the URL, which is for clients that cannot set headers."""
    return any(
        scheme.location == "query" for requirement in operation.security for scheme, _ in requirement.schemes
    )

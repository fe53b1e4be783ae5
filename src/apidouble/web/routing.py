"""Routing by Connexion, over a path tree: which operation a request is for.

In: the compiled operations of all APIs. Out: one routing document and the middleware that
Connexion drives with it; per request an operation on the arrival, or a refusal. May not know:
stores, what an operation does.

Connexion is handed a *routing document*: one small OpenAPI 3.0 document for all APIs with
synthetic operationIds (`o0`, `o1` ...) and parameters (`p0` ...) and no schemas, since the real
ones may be 3.1, huge or circular. The tree takes the place of Starlette's routes, which are tried
one after the other and rename, redirect and decode more than a double may.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from apidouble.contract.operation import Operation
from apidouble.errors import Finding, ProjectError, Refusal
from apidouble.web.arrival import SCOPE_KEY, Answering, Arrival
from apidouble.web.framework import (
    ROUTING_CONTEXT,
    AbstractOperation,
    AbstractRoutingAPI,
    Resolution,
    Resolver,
    RoutingMiddleware,
    RoutingOperation,
)
from apidouble.web.templates import breadth, form_of
from apidouble.web.tree import PathTree, parameter_names


class Answerer(Protocol):
    """Whoever compiles operations: an API's engine, or the control API's."""

    def operation(self, name: str) -> Answering:
        """The operation with this id, ready to answer."""


class Route:
    """One operation on the table, compiled when it is first asked for."""

    __slots__ = ("_compiled", "_engine", "guard", "operation", "prefixes", "rivals")

    def __init__(self, engine: Answerer, operation: Operation, prefixes: Sequence[str], guard: str) -> None:
        self._engine = engine
        self._compiled: Answering | None = None
        self.operation = operation
        self.prefixes = prefixes
        """What may stand before its path."""
        self.guard = guard
        """Key of its guard, '' if anyone may call."""
        self.rivals: list[Entry] = []
        """Itself and others that differ in the names of path parameters only; the choosiest goes first."""

    @property
    def compiled(self) -> Answering:
        """The operation, ready to answer."""
        if self._compiled is None:
            self._compiled = self._engine.operation(self.operation.id)
        return self._compiled


Entry = tuple[dict[str, Any], Route]
"""The scope's extensions with Connexion's routing context, and a route."""
Methods = dict[str, Entry]
"""Method -> what answers it."""


class Table:
    """All operations with the paths they answer at, numbered for the routing document."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = routes

    def document(self) -> dict[str, Any]:
        """The routing document."""
        paths: dict[str, dict[str, Any]] = {}
        guards: dict[str, Any] = {}
        for number, route in enumerate(self.routes):
            node: dict[str, Any] = {
                "operationId": f"o{number}",
                "responses": {"default": {"description": ""}},
            }
            if route.guard:
                node["security"] = [{route.guard: []}]
                guards[route.guard] = {"type": "apiKey", "in": "header", "name": route.guard}
            # A path of its own for each operation: two APIs may share a template, and TRACE or
            # QUERY are no keys that Connexion knows, so that every entry is written as a get.
            paths[f"/o{number}"] = {"get": node}
        return {
            "openapi": "3.0.3",
            "info": {"title": "routing", "version": "1"},
            "paths": paths,
            "components": {"securitySchemes": guards},
        }


class FixedResolver(Resolver):  # type: ignore[misc]
    """Resolves every operationId to nothing to call: the bridge answers all of them."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """Keep the id."""
        return Resolution(_unused, operation.operation_id)


def _unused() -> None:
    """Stands where Connexion wants a function."""


class TreeRoutingAPI(AbstractRoutingAPI):  # type: ignore[misc]
    """Puts the operations of the routing document into the tree."""

    def __init__(self, *args: Any, table: Table, tree: PathTree[Methods], **kwargs: Any) -> None:
        self.table = table
        self.tree = tree
        super().__init__(*args, **kwargs)

    def make_operation(self, operation: AbstractOperation) -> RoutingOperation:
        """What Connexion knows of an operation: its id."""
        return RoutingOperation(operation.operation_id, None)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, path

    def _add_operation_internal(
        self, method: str, path: str, operation: RoutingOperation, name: str | None = None
    ) -> None:
        number = int(operation.operation_id[1:])
        route = self.table.routes[number]
        context = {ROUTING_CONTEXT: {"api_base_path": self.base_path, "operation_id": operation.operation_id}}
        for prefix in route.prefixes:
            self._place(prefix + route.operation.path, context, route)

    def _place(self, template: str, context: dict[str, Any], route: Route) -> None:
        node = self.tree.place(template, form_of(route.operation))
        if node.value is None:
            node.value = {}
        operation = route.operation
        taken = node.value.get(operation.method)
        if taken is None:
            node.value[operation.method] = (context, route)
        elif taken[1].operation.api == operation.api:
            rivals = taken[1].rivals = taken[1].rivals or [taken]
            if all(other is not route for _, other in rivals):
                rivals.append((context, route))
                rivals.sort(key=lambda entry: breadth(entry[1].operation))
        else:
            other = taken[1].operation.api
            raise ProjectError(
                Finding(
                    f"{operation.method} {template} is declared twice: by {other} and by {operation.api}",
                    advice=f"Set one of them apart, e.g. --mount {operation.api}=/{operation.api}",
                )
            )


class TreeRouting(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's routing middleware over one path tree."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tree: PathTree[Methods] = PathTree()

    def add_api(
        self,
        specification: Any,
        base_path: str | None = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Called by Connexion with the routing document."""
        TreeRoutingAPI(specification, base_path=base_path, tree=self.tree, **kwargs)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Find the operation, or refuse at once with 404 or 405 and `Allow`."""
        arrival: Arrival = scope[SCOPE_KEY]
        head = arrival.head
        if head.way is None:
            head.way, head.values = self._way(arrival)
        scope["extensions"], route = head.way
        arrival.route = route._compiled or route.compiled
        arrival.served = True
        return self.app(scope, receive, send)

    def _way(self, arrival: Arrival) -> tuple[Entry, list[str]]:
        match = self.tree.match(arrival.path)
        if match is None:
            raise Refusal(404, f"Nothing is served at {arrival.method} {arrival.path}.")
        methods, values = match
        entry = routed(methods, arrival.method)
        if entry is None:
            entry, values = self._beyond(arrival, methods)
        return (_fitting(entry, values) if entry[1].rivals else entry), values

    def _beyond(self, arrival: Arrival, methods: Methods) -> tuple[Entry, list[str]]:
        """What answers a method that the closest template does not declare, or the refusal.

        `DELETE /files/a.txt` is for `/files/{name}` where `/files/{name}.{form}` can only be read.
        """
        for others, values in self._ways(arrival.path):
            entry = routed(others, arrival.method)
            if entry is not None:
                return entry, values
        arrival.route = next(iter(methods.values()))[1].compiled
        raise Refusal(
            405,
            f"{arrival.method} is not declared for {arrival.path}.",
            headers=(("Allow", allowed(self.methods(arrival.path))),),
        )

    def methods(self, path: str) -> Methods:
        """All that is declared for a raw path, the closest template first; nothing where nothing is."""
        found: Methods = {}
        for methods, _ in self._ways(path):
            found = {**methods, **found}
        return found

    def _ways(self, path: str) -> Iterator[tuple[Methods, list[str]]]:
        """The closest template, then those that take more of the path as one value, where they may."""
        for place, (methods, values) in enumerate(self.tree.matches(path)):
            if place:
                able = (name for name, entry in methods.items() if _takes(entry[1].operation, values))
                yield {name: methods[name] for name in able}, values
            else:
                yield methods, values


def _takes(operation: Operation, values: Sequence[str]) -> bool:
    """Whether raw path values are valid ones of an operation."""
    given = dict(zip(parameter_names(operation.path), values, strict=True))
    return all(one.location != "path" for one in operation.read_inputs(given, b"", {})[1])


def _fitting(entry: Entry, values: Sequence[str]) -> Entry:
    """The first of the rivals whose path parameters the values are; as declared where they are nobody's.

    `/icon/{id}` and `/icon/{term}` are one template (OAS 3.1, section 4.8.8.1), but numbers are no words.
    """
    return next((rival for rival in entry[1].rivals if _takes(rival[1].operation, values)), entry)


def routed(methods: Methods, method: str) -> Entry | None:
    """What answers a method: HEAD is answered as GET where it is not declared (RFC 9110, section 9.3.2)."""
    entry = methods.get(method)
    return methods.get("GET") if entry is None and method == "HEAD" else entry


def allowed(methods: Methods) -> str:
    """The value of `Allow` (RFC 9110, section 10.2.1)."""
    names = set(methods) | {"OPTIONS"}
    if "GET" in names:
        names.add("HEAD")
    return ", ".join(sorted(names))

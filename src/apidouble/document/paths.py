"""Paths and operations as later layers are promised them: whole, unique, and without loose ends.

In: a root whose parts are all rewritten. Out: `paths` and `webhooks` anew, operations with merged
parameters and cleaned responses, security and servers. May not know: schemas.
"""

from __future__ import annotations

import re
from typing import Any

from apidouble.document import pointers
from apidouble.document.bundle import METHODS
from apidouble.document.parameters import Parameters
from apidouble.document.pointers import Place, join
from apidouble.document.report import Report, shorten

Node = dict[str, Any]

TEMPLATE = re.compile(r"\{([^{}/]*)\}")
_STATUS = re.compile(r"[1-5]\d\d|[1-5]XX|default")
_LOOSE_STATUS = re.compile(r"\s*([1-5](?:\d\d|[xX]{2}))\b.*")
_ADDITIONAL = "additionalOperations"


class Paths:
    """Makes one document's paths."""

    def __init__(
        self, root: Node, report: Report, origins: dict[str, tuple[int, str]], *, responses_required: bool
    ) -> None:
        self._root, self._report, self._origins = root, report, origins
        self._responses_required = responses_required
        self._parameters = Parameters(root, report)
        self._ids: dict[str, str] = {}
        components = root.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        self._schemes: Node = schemes if isinstance(schemes, dict) else {}

    def run(self) -> None:
        """Replace `paths`, `webhooks` and what the root says about security and servers."""
        root = self._root
        root["paths"] = self._paths(root.get("paths"))
        if "webhooks" in root:
            root["webhooks"] = self._webhooks(root["webhooks"])
        for name in [name for name, scheme in self._schemes.items() if not isinstance(scheme, dict)]:
            del self._schemes[name]
        self._security(root, (None, 0))
        _servers(root)

    # paths

    def _paths(self, paths: Any) -> Node:
        found: Node = {}
        shapes: dict[tuple[str, ...], str] = {}
        if not isinstance(paths, dict):
            return found
        for key, item in paths.items():
            if key[:2] == "x-" or not isinstance(item, dict):
                continue
            place = pointers.place_of(0, ["paths", key])
            path = self._key(key, place)
            made = self._item(item, place, path)
            for method in [name for name in made if name in METHODS]:
                shape = (method, TEMPLATE.sub("{}", path), *_forms(made[method], path))
                if shape in shapes:
                    del made[method]
                    message = (
                        f"{method.upper()} {key} cannot be told from {shapes[shape]}; only that one is served"
                    )
                    self._report.add(
                        (place, method),
                        "duplicate-path",
                        message,
                        expected="paths that differ in more than fragment, query or parameter names, "
                        "or path parameters of other types",
                    )
                else:
                    shapes[shape] = f"{method.upper()} {key}"
            if path in found:
                made = {**made, **found[path]}
            elif path != key:
                self._origins[join(["paths", path])] = (0, join(["paths", key]))
            found[path] = made
        return found

    def _key(self, key: str, place: Place) -> str:
        """The path itself: a fragment never reaches a server, a query is no part of a path."""
        path = key.split("#", 1)[0].split("?", 1)[0].strip()
        if path != key.split("#", 1)[0]:
            self._report.add(
                place,
                "path",
                f"the path {key!r} is served as {path or '/'!r}",
                expected="a path without query",
            )
        if not path.startswith("/"):
            if path:
                self._report.add(
                    place,
                    "path",
                    f"the path {key!r} is served as {'/' + path!r}",
                    expected="a path that starts with /",
                )
            path = "/" + path
        return path

    def _webhooks(self, webhooks: Any) -> Node:
        if not isinstance(webhooks, dict):
            return {}
        return {
            name: self._item(item, pointers.place_of(0, ["webhooks", name]), None)
            for name, item in webhooks.items()
            if name[:2] != "x-" and isinstance(item, dict)
        }

    def _item(self, item: Node, place: Place, path: str | None) -> Node:
        item, place = self._whole(item, place)
        made = {
            key: value for key, value in item.items() if key != "parameters" and key.lower() not in METHODS
        }
        shared = [(node, ((place, "parameters"), i)) for i, node in enumerate(item.get("parameters") or ())]
        _servers(made)
        for method, operation in self._operations(item, made, place):
            made[method] = self._operation(operation, shared, (place, method), path)
        more = item.get(_ADDITIONAL)
        if isinstance(more, dict):
            here = (place, _ADDITIONAL)
            made[_ADDITIONAL] = {
                method: self._operation(operation, shared, (here, method), path)
                for method, operation in more.items()
                if isinstance(operation, dict)
            }
        return made

    def _operations(self, item: Node, made: Node, place: Place) -> list[tuple[str, Node]]:
        found: list[tuple[str, Node]] = []
        for key, operation in item.items():
            method = key.lower()
            if method not in METHODS:
                continue
            if operation is not None and not isinstance(operation, dict):
                self._report.add(
                    (place, key),
                    "operation",
                    f"{shorten(operation)} is no operation; it is left out",
                    expected="an object",
                )
            elif method != key and method in item:
                self._report.add(
                    (place, key), "operation", f"{key} and {method} are both there; {key} is left out"
                )
            else:
                if method != key:
                    self._report.add(
                        (place, key),
                        "operation",
                        f"{key} read as {method}",
                        expected="a method in lower case",
                    )
                    self._origins[join([*pointers.locate(place)[1], method])] = (
                        0,
                        join([*pointers.locate(place)[1], key]),
                    )
                found.append((method, operation or {}))
        return found

    def _whole(self, item: Node, place: Place) -> tuple[Node, Place]:
        """The path item with what its `$ref` leads to; its own members win."""
        seen = 0
        while isinstance(ref := item.get("$ref"), str):
            own = {key: value for key, value in item.items() if key != "$ref"}
            parts = pointers.split(ref[1:])
            seen += 1
            try:
                target = pointers.find(self._root, parts) if seen < 20 else {}
            except KeyError:
                target = {}
            if not isinstance(target, dict):
                target = {}
            bundled = len(parts) > 1 and parts[0] == "x-bundled" and parts[1].isdecimal()
            file, there = (int(parts[1]), parts[2:]) if bundled else (0, parts)
            self._origins[join(pointers.locate(place)[1])] = (file, join(there))
            place = pointers.place_of(file, there)
            item = {**target, **own}
        return item, place

    # operations

    def _operation(
        self, given: Node, shared: list[tuple[Any, Place]], place: Place, path: str | None
    ) -> Node:
        operation = dict(given)
        own = [(node, ((place, "parameters"), i)) for i, node in enumerate(given.get("parameters") or ())]
        parameters, body = self._parameters.merge(own, shared, path, place)
        if parameters or "parameters" in operation:
            operation["parameters"] = parameters
        if body is not None:
            operation.setdefault("requestBody", body)
        operation["responses"] = self._responses(given.get("responses"), place)
        self._security(operation, place)
        _servers(operation)
        if path is not None:
            self._id(operation, place)
        if "tags" in operation:
            tags = operation["tags"]
            operation["tags"] = [
                tag for tag in (tags if isinstance(tags, list) else [tags]) if isinstance(tag, str)
            ]
        return operation

    def _id(self, operation: Node, place: Place) -> None:
        given = operation.get("operationId")
        if given is None:
            operation.pop("operationId", None)
            return
        name = given.strip() if isinstance(given, str) else str(given)
        if not name:
            del operation["operationId"]
            return
        if name in self._ids:
            unique, count = f"{name}_2", 2
            while unique in self._ids:
                count += 1
                unique = f"{name}_{count}"
            message = f"the operationId {name!r} is taken by {self._ids[name]}; this one is called {unique!r}"
            self._report.add(
                (place, "operationId"),
                "operation-id",
                message,
                expected="an id of its own for each operation",
            )
            name = unique
        parts = pointers.locate(place)[1]
        self._ids[name] = f"{str(parts[-1]).upper()} {parts[-2]}" if len(parts) > 1 else "another one"
        operation["operationId"] = name

    def _responses(self, given: Any, place: Place) -> Node:
        here = (place, "responses")
        found: Node = {}
        for key, response in given.items() if isinstance(given, dict) else ():
            if key[:2] == "x-":
                continue
            status = key if _STATUS.fullmatch(key) else None
            if status is None:
                loose = _LOOSE_STATUS.fullmatch(key)
                status = (
                    loose.group(1).upper()
                    if loose
                    else "default"
                    if key.strip().lower() in ("default", "*")
                    else None
                )
                read = f"read as {status}" if status else "left out"
                if status is None or status != key.upper():
                    self._report.add(
                        (here, key), "status", f"{key!r} is no status; {read}", expected="200, 2XX or default"
                    )
            if status is not None:
                found.setdefault(status, response)
        if not found:
            found["default"] = {"description": ""}
            if self._responses_required or given is not None:
                message = "no responses are declared; any answer is fine"
                self._report.add(place, "responses", message, expected="at least one response")
        return found

    # security and servers

    def _security(self, holder: Node, place: Place) -> None:
        given = holder.get("security")
        if given is None:
            holder.pop("security", None)
            return
        here = (place, "security")
        if isinstance(given, dict):
            given = [{name: scopes} for name, scopes in given.items()]
            self._report.add(
                here, "security", "security is a mapping; read as a list", expected="a list of requirements"
            )
        if not isinstance(given, list):
            del holder["security"]
            self._report.add(
                here,
                "security",
                f"security is {shorten(given)}; it is left out",
                expected="a list of requirements",
            )
            return
        found: list[Node] = []
        for index, requirement in enumerate(given):
            needed = requirement
            if isinstance(requirement, str):
                needed = {requirement: []}
                message = f"the requirement is only a name, {requirement!r}; read as one without scopes"
                self._report.add((here, index), "security", message, expected="scheme: [scopes]")
            if not isinstance(needed, dict):
                self._report.add(
                    (here, index),
                    "security",
                    f"{shorten(requirement)} is no requirement; it is left out",
                    expected="scheme: [scopes]",
                )
                continue
            found.append(
                {
                    name: [scope for scope in scopes if isinstance(scope, str)]
                    if isinstance(scopes, list)
                    else []
                    for name, scopes in needed.items()
                }
            )
            for name in needed:
                if name not in self._schemes:
                    self._report.add(
                        ((here, index), name),
                        "security-scheme",
                        f"the security scheme {name!r} is not declared; any credential is accepted for it",
                        expected="one of components.securitySchemes",
                    )
        if found or not given:
            holder["security"] = found
        else:
            del holder["security"]


def _servers(holder: Node) -> None:
    servers = holder.get("servers")
    if servers is None:
        holder.pop("servers", None)
    elif isinstance(servers, list):
        holder["servers"] = [
            item for item in servers if isinstance(item, dict) and isinstance(item.get("url"), str)
        ]
    else:
        del holder["servers"]


def _forms(operation: Node, path: str) -> list[str]:
    """What path parameters take, as far as requests are told apart by it (`/icons/{id}`, `/icons/{term}`)."""
    declared = {
        node.get("name"): node.get("schema")
        for node in operation.get("parameters", ())
        if isinstance(node, dict) and node.get("in") == "path"
    }
    return [_form(declared.get(name)) for name in TEMPLATE.findall(path)]


def _form(schema: Any) -> str:
    if not isinstance(schema, dict):
        return "string"
    said = [schema.get(keyword, "") for keyword in ("type", "format", "pattern", "enum")]
    return "string" if said[0] in ("", "string") and not any(said[1:]) else str(said)

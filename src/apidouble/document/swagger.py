"""Swagger 2.0 brought to the structure of OpenAPI 3: bodies, forms, media types, servers, security.

In: a bundled Swagger 2.0 document. Out: a new root in 3.x structure that shares the schemas (still
in 2.0's dialect) with the old one. May not know: how schemas are rewritten.

The old root stays as it was, since references are resolved in it; objects that are made anew are
listed with the place they were published at.
"""

from __future__ import annotations

from typing import Any

from apidouble.document import pointers
from apidouble.document.bundle import METHODS
from apidouble.document.pointers import Place
from apidouble.document.report import Report
from apidouble.document.swagger_parts import Parts, listing, mapping, media_types

Node = dict[str, Any]

_DROPPED = frozenset({
    "swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "parameters",
    "responses", "securityDefinitions",
})  # fmt: skip


class Swagger:
    """One conversion."""

    def __init__(self, old: Node, report: Report, places: dict[int, Place]) -> None:
        self._old, self._places = old, places
        self._consumes = media_types(old.get("consumes"))
        self._produces = media_types(old.get("produces"))
        self._parts = Parts(report, places)

    def convert(self) -> Node:
        """The new root."""
        old = self._old
        components = dict(given) if isinstance(given := old.get("components"), dict) else {}
        root: Node = {"openapi": "3.1.0"}
        root.update((key, value) for key, value in old.items() if key not in _DROPPED and key != "openapi")
        root["servers"] = root.get("servers") or self._servers()
        root["paths"] = self._paths()
        components["schemas"] = {**mapping(components.get("schemas")), **mapping(old.get("definitions"))}
        parameters = [(name, *self._follow(node, place)) for name, node, place in self._section("parameters")]
        components["parameters"] = {
            name: self._parts.parameter(node, place)
            for name, node, place in parameters
            if node.get("in") not in ("body", "formData")
        }
        components["requestBodies"] = {
            name: self._parts.body([(node, place)], self._consumes)
            for name, node, place in parameters
            if node.get("in") in ("body", "formData")
        }
        components["responses"] = {
            name: self._response(node, self._produces, place)
            for name, node, place in self._section("responses")
        }
        components["securitySchemes"] = {
            **mapping(components.get("securitySchemes")),
            **{name: self._parts.scheme(node) for name, node, _ in self._section("securityDefinitions")},
        }
        root["components"] = components
        return root

    def _section(self, name: str) -> list[tuple[str, Node, Place]]:
        section = mapping(self._old.get(name))
        return [
            (key, node, pointers.place_of(0, [name, key]))
            for key, node in section.items()
            if isinstance(node, dict)
        ]

    def _servers(self) -> list[Node]:
        host, base = self._old.get("host"), self._old.get("basePath")
        path = base.strip() if isinstance(base, str) else ""
        path = path if path.startswith("/") or not path else f"/{path}"
        if not isinstance(host, str) or not host:
            return [{"url": path or "/"}]
        schemes = [scheme for scheme in listing(self._old.get("schemes")) if isinstance(scheme, str)] or [
            "https"
        ]
        host = host.split("://", 1)[-1].rstrip("/")
        return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes]

    # paths

    def _paths(self) -> Node:
        paths: Node = {}
        for path, item in mapping(self._old.get("paths")).items():
            place = pointers.place_of(0, ["paths", path])
            paths[path] = self.path_item(item, place) if isinstance(item, dict) else item
        return paths

    def path_item(self, item: Node, place: Place) -> Node:
        """A path item and its operations."""
        shared = [
            (node, there)
            for node, there in self._parameters(item, place)
            if node.get("in") in ("body", "formData")
        ]
        new = {key: value for key, value in item.items() if key != "parameters"}
        if "parameters" in item:
            kept = [
                pair
                for pair in self._raw_parameters(item, place)
                if pair[0].get("in") not in ("body", "formData")
            ]
            new["parameters"] = [
                self._parameter_or_reference(given, node, there) for node, given, there in kept
            ]
        for method, operation in item.items():
            if method.lower() in METHODS and isinstance(operation, dict):
                new[method] = self._operation(operation, (place, method), shared)
        self._places[id(new)] = place
        return new

    def _operation(self, operation: Node, place: Place, shared: list[tuple[Node, Place]]) -> Node:
        new = {
            k: v for k, v in operation.items() if k not in ("consumes", "produces", "schemes", "parameters")
        }
        consumes = media_types(operation.get("consumes")) or self._consumes
        produces = media_types(operation.get("produces")) or self._produces
        parameters = self._raw_parameters(operation, place)
        if "parameters" in operation:
            new["parameters"] = [
                self._parameter_or_reference(given, node, there)
                for node, given, there in parameters
                if node.get("in") not in ("body", "formData")
            ]
        bodies = [(node, there) for node, _, there in parameters if node.get("in") in ("body", "formData")]
        names = [node.get("name") for node, _ in bodies]
        bodies += [pair for pair in shared if pair[0].get("name") not in names]
        if bodies and not isinstance(new.get("requestBody"), dict):
            new["requestBody"] = self._parts.body(bodies, consumes)
        responses = operation.get("responses")
        if isinstance(responses, dict):
            new["responses"] = {
                status: self._told(
                    status,
                    self._referred_response(node, produces, (((place, "responses")), status)),
                    produces,
                )
                for status, node in responses.items()
            }
        if produces:
            new["x-produces"] = produces
        self._places[id(new)] = place
        return new

    def _raw_parameters(self, holder: Node, place: Place) -> list[tuple[Node, Node, Place]]:
        """(parameter, as it stands there, place) of each, references followed."""
        found: list[tuple[Node, Node, Place]] = []
        for index, given in enumerate(listing(holder.get("parameters"))):
            here = ((place, "parameters"), index)
            if isinstance(given, dict):
                node, there = self._follow(given, here)
                found.append((node, given, there))
        return found

    def _parameters(self, holder: Node, place: Place) -> list[tuple[Node, Place]]:
        return [(node, there) for node, _, there in self._raw_parameters(holder, place)]

    def _parameter_or_reference(self, given: Node, node: Node, place: Place) -> Node:
        ref = given.get("$ref")
        if isinstance(ref, str):
            parts = pointers.split(ref[1:])
            if node is given:
                return given  # leads nowhere: told where references are resolved
            if len(parts) == 2 and parts[0] == "parameters":
                return {"$ref": "#" + pointers.join(["components", *parts])}
        return self._parts.parameter(node, place)

    def _follow(self, node: Node, place: Place) -> tuple[Node, Place]:
        given, start = node, place
        for _ in range(20):
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return node, place
            for parts in pointers.candidates(ref.removeprefix("#")):
                try:
                    target = pointers.find(self._old, parts)
                except KeyError:
                    continue
                if isinstance(target, dict):
                    node = target
                    bundled = len(parts) > 1 and parts[0] == "x-bundled" and parts[1].isdecimal()
                    place = (
                        pointers.place_of(int(parts[1]), parts[2:])
                        if bundled
                        else pointers.place_of(0, parts)
                    )
                    break
            else:
                return given, start
        return given, start

    # responses

    def _referred_response(self, node: Any, produces: list[str], place: Place) -> Any:
        if not isinstance(node, dict):
            return node
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return self._response(node, produces, place)
        target, there = self._follow(node, place)
        if target is node:
            return node
        parts = pointers.split(ref[1:])
        if len(parts) == 2 and parts[0] == "definitions":
            return node  # a schema where a response belongs: repaired where references are resolved
        if (
            len(parts) == 2
            and parts[0] == "responses"
            and (produces == self._produces or "schema" not in target)
        ):
            return {"$ref": "#" + pointers.join(["components", *parts])}
        return self._response(target, produces, there)

    @staticmethod
    def _told(status: str, response: Any, produces: list[str]) -> Any:
        """A refusal that declares no schema still comes as what the operation produces."""
        if not isinstance(response, dict) or str(status)[:1] not in {"4", "5"}:
            return response
        if "$ref" not in response and not response.get("content") and produces:
            response["content"] = {name: {} for name in produces}
        return response

    def _response(self, node: Node, produces: list[str], place: Place) -> Node:
        if isinstance(node.get("$ref"), str):
            return self._referred_response(node, produces, place) if "schema" not in node else node
        new = {key: value for key, value in node.items() if key not in ("schema", "examples", "headers")}
        headers = node.get("headers")
        if isinstance(headers, dict):
            new["headers"] = {
                name: self._parts.parameter(header, ((place, "headers"), name))
                if isinstance(header, dict)
                else header
                for name, header in headers.items()
            }
        content = self._parts.content(node, produces, place)
        if content:
            new["content"] = {**content, **mapping(node.get("content"))}
        self._places[id(new)] = place
        return new

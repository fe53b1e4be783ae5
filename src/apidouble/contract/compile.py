"""A document compiled to a contract.

In: a `Document` in internal form. Out: a `Contract`: the skeletons of all operations at once,
everything that needs schemas at first use. What is broken is left out with a finding in the
document. May not know: resources, stores, web.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from apidouble.contract.declared import Reader, escape
from apidouble.contract.operation import Contract, Inputs, Operation, Requirement, Scheme, Validator
from apidouble.contract.parameters import compile_parameters
from apidouble.contract.schemas import Schemas
from apidouble.contract.security import read_requirements, read_schemes
from apidouble.contract.shaping import Direction
from apidouble.contract.texts import Readings
from apidouble.document.document import Document
from apidouble.errors import Violation

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")


def compile_contract(document: Document) -> Contract:
    """The contract of a document.

    Costs some 50 us an operation; schemas are compiled at first use. Broken parts are left out, and
    `document.findings` says which.
    """
    return _Compiler(document).contract()


class _Compiler:
    """Everything that compiling one document shares."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)
        self._readings = Readings(document.resolve)
        self._reader = Reader(document, self._schemas.compile, self._readings)
        self._schemes = read_schemes(document)
        self._security = read_requirements(document.root.get("security"), self._schemes)

    def contract(self) -> Contract:
        root = self._document.root
        info = root.get("info")
        info = info if isinstance(info, dict) else {}
        hints = root.get("x-double")

        def compile_schema(schema: Any, direction: Direction) -> Validator:
            return self._schemas.compile(schema, direction)

        operations = self._operations()
        self._reader.finish()
        return Contract(
            api=self._document.name,
            document=self._document,
            title=str(info.get("title") or self._document.name),
            version=str(info.get("version", "")),
            description=str(info.get("description") or ""),
            operations=operations,
            schemes=self._schemes,
            base_paths=base_paths(root.get("servers")),
            hints=hints if isinstance(hints, dict) else {},
            compile_schema=compile_schema,
        )

    def _operations(self) -> dict[str, Operation]:
        found: dict[str, Operation] = {}
        # Ids that documents give come first, so that one made up never takes the place of a declared one.
        nodes = list(self._nodes())
        declared = {str(node["operationId"]) for _, _, node, _ in nodes if node.get("operationId")}
        for method, path, node, pointer in nodes:
            identity = self._identity(method, path, node, found, declared)
            if node.get("operationId") and identity != str(node["operationId"]):
                self._reader.tell(
                    f"{pointer}/operationId",
                    f"`{node['operationId']}` is taken; the operation is called `{identity}`",
                    "an operationId of its own",
                )
            found[identity] = self._operation(identity, method, path, node, pointer)
        return found

    def _nodes(self) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
        """Method, path, node and pointer of each operation, in document order."""
        paths = self._document.root.get("paths")
        for key, item in paths.items() if isinstance(paths, dict) else ():
            if not key.startswith("/"):
                continue
            place = f"/paths/{escape(key)}"
            declared = self._reader.mapping(item, place, "path item")
            # OAS 3.2, section 4.9: methods that have no word of their own.
            more = declared.get("additionalOperations")
            others = {f"additionalOperations/{escape(name)}": name for name in more or ()}
            for part, method in {**{method: method for method in METHODS}, **others}.items():
                node = more[method] if part in others and more else declared.get(method)
                if node is None:
                    continue
                if not isinstance(node, dict):
                    self._reader.tell(f"{place}/{part}", "this operation is left out", "an object")
                    continue
                yield method, key, node, f"{place}/{part}"

    @staticmethod
    def _identity(
        method: str, path: str, node: Mapping[str, Any], taken: Mapping[str, Any], declared: set[str]
    ) -> str:
        wanted = str(node.get("operationId") or "")
        if wanted and wanted not in taken:
            return wanted
        base = wanted or f"{method}_{_NO_NAME.sub('_', path).strip('_')}".rstrip("_")
        name, count = base, 1
        while name in taken or name in declared:
            count += 1
            name = f"{base}_{count}"
        return name

    def _operation(
        self, identity: str, method: str, path: str, node: Mapping[str, Any], pointer: str
    ) -> Operation:
        path = path.partition("#")[0] or "/"
        hints = node.get("x-double")
        tags = node.get("tags")
        operation = Operation(
            api=self._document.name,
            id=identity,
            method=method.upper(),
            path=path,
            pointer=pointer,
            node=node,
            parameters=self._reader.parameters(node.get("parameters"), path, f"{pointer}/parameters"),
            body=self._reader.body(node.get("requestBody"), f"{pointer}/requestBody"),
            responses=self._reader.responses(node.get("responses"), f"{pointer}/responses"),
            security=self._requirements(node),
            hints=hints if isinstance(hints, dict) else {},
            summary=str(node.get("summary") or ""),
            description=str(node.get("description") or ""),
            tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
            deprecated=node.get("deprecated") is True,
        )
        operation.read_inputs = self._lazily(operation)
        return operation

    def _requirements(self, node: Mapping[str, Any]) -> tuple[Requirement, ...]:
        if "security" not in node:
            return self._security
        schemes: Mapping[str, Scheme] = self._schemes
        return read_requirements(node["security"], schemes)

    def _lazily(
        self, operation: Operation
    ) -> Callable[[Mapping[str, str], bytes, Mapping[str, str]], tuple[Inputs, list[Violation]]]:
        """A decoder that is compiled by its first call and then takes this one's place."""
        built: list[Callable[..., tuple[Inputs, list[Violation]]]] = []

        def read_inputs(
            values: Mapping[str, str], query: bytes, headers: Mapping[str, str]
        ) -> tuple[Inputs, list[Violation]]:
            if not built:
                built.append(compile_parameters(operation.parameters, self._schemas, self._readings))
                operation.read_inputs = built[0]
            return built[0](values, query, headers)

        return read_inputs


def base_paths(servers: Any) -> tuple[str, ...]:
    """The path part of each server URL, variables filled by their defaults; none twice, none empty."""
    found: dict[str, None] = {}
    for server in servers if isinstance(servers, list) else ():
        if not isinstance(server, dict) or not isinstance(server.get("url"), str):
            continue
        try:
            path = urlsplit(_filled(server["url"], server.get("variables"))).path
        except ValueError:
            continue
        # Relative URLs stand for the place where the document is found: the root, here.
        steps = [step for step in path.split("/") if step not in {"", ".", ".."}]
        if steps:
            found[f"/{'/'.join(steps)}"] = None
    return tuple(found)


def _filled(url: str, variables: Any) -> str:
    def default(match: re.Match[str]) -> str:
        # A variable that nobody defines stands for itself: some text is there when clients call.
        variable = variables.get(match[1]) if isinstance(variables, dict) else None
        return str(variable.get("default", "")) if isinstance(variable, dict) else match[1]

    return _VARIABLE.sub(default, url)

"""Small documents, written as short as they can be, read all the way to a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.load import load
from apidouble.model.infer import infer
from apidouble.model.resource import Binding, Model


class Read:
    """A contract and its model, with bindings by method and path."""

    def __init__(self, contract: Contract, model: Model) -> None:
        self.contract = contract
        self.model = model

    def __call__(self, call: str) -> Binding:
        method, _, path = call.partition(" ")
        for operation in self.contract.operations.values():
            if operation.method == method and operation.path == path:
                return self.model.bindings[operation.id]
        raise KeyError(call)

    def resource(self, name: str) -> Any:
        return self.model.resources[name]


class Kit:
    """Writes documents and reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(
        self,
        paths: Mapping[str, Mapping[str, Any]],
        schemas: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Read:
        """Write, load, compile and infer a document."""
        file = self.folder / "api.json"
        file.write_text(json.dumps(self.document(paths, schemas, **more), indent=1))
        contract = compile_contract(load(file))
        return Read(contract, infer(contract))

    @staticmethod
    def op(
        answer: Any = None,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        status: int = 200,
        **more: Any,
    ) -> dict[str, Any]:
        """An operation: schema of the answer, schema of the body, query parameters."""
        node: dict[str, Any] = {"responses": {str(status): {"description": "ok"}}}
        if answer is not None:
            node["responses"][str(status)]["content"] = {"application/json": {"schema": answer}}
        if body is not None:
            node["requestBody"] = {"content": {"application/json": {"schema": body}}}
        node["parameters"] = [
            {"name": name, "in": "query", **(schema if "schema" in schema else {"schema": schema})}
            for name, schema in (query or {}).items()
        ]
        statuses = more.pop("statuses", ())
        for other in statuses:
            node["responses"][str(other)] = {"description": "no"}
        node.update(more)
        return node

    @staticmethod
    def ref(name: str) -> dict[str, str]:
        """A reference to a component schema."""
        return {"$ref": f"#/components/schemas/{name}"}

    @staticmethod
    def many(schema: Any) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": schema}

    @staticmethod
    def record(*names: str, required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
        """An object with text properties by name, and others by schema."""
        return {
            "type": "object",
            "required": list(required),
            "properties": {**{name: {"type": "string"} for name in names}, **properties},
        }

    @staticmethod
    def document(
        paths: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """A document, its path parameters declared as text unless the operation does so itself."""
        nodes: dict[str, Any] = {}
        for path, item in paths.items():
            names = [part.split("}")[0] for part in path.split("{")[1:]]
            declared = {
                p["name"] for op in item.values() for p in op.get("parameters", ()) if p["in"] == "path"
            }
            nodes[path] = {
                **item,
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in names
                    if name not in declared
                ],
            }
        return {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": nodes,
            "components": {"schemas": dict(schemas or {})},
            **more,
        }


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """Small documents, written and read."""
    return Kit(tmp_path)

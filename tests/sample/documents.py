"""Small documents to sample from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.document import Document
from apidouble.document.load import load
from apidouble.document.published import Published


def document(folder: Path, content: dict[str, Any]) -> Document:
    """A document with this content beside the usual head, read as any other."""
    whole = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": {}} | content
    path = folder / "shop.json"
    path.write_text(json.dumps(whole), "utf-8")
    return load(path)


def bare(root: dict[str, Any]) -> Document:
    """A document over a root that is in internal form already."""
    return Document("x", "x", "3.1.0", root, Published(b"{}"))


def contract(folder: Path, content: dict[str, Any]) -> Contract:
    """The contract of such a document."""
    return compile_contract(document(folder, content))


def answer(schema: Any, **more: Any) -> dict[str, Any]:
    """The responses of an operation that answers with JSON."""
    return {"200": {"description": "OK", "content": {"application/json": {"schema": schema, **more}}}}

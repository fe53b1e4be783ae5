"""The document that a double publishes of an API: as its author wrote it, pointing at the double.

In: an API's document and mount. Out: JSON and YAML bytes. May not know: pages, sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import yaml

from apidouble.contract.operation import Contract

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})


def published(contract: Contract, mount: str, depth: int, prefix: str) -> dict[str, Any]:
    """The published document with servers that are this double.

    OpenAPI 3 takes relative server URLs: `depth` is how many folders the document's own URL lies
    below the double's root. Swagger 2.0 only knows absolute paths: `prefix` is what a client has
    to put before them (a sandbox's `/~name`).
    """
    document = dict(contract.document.published.value())
    base = contract.base_paths[0] if contract.base_paths else ""
    if contract.document.version.startswith("2"):
        for name in ("host", "schemes"):
            document.pop(name, None)
        document["basePath"] = f"{prefix}{mount}{base}" or "/"
        return document
    root = "/".join([".."] * depth)
    document["servers"] = [{"url": f"{root}{mount}{base}", "description": "This double"}]
    if isinstance(paths := document.get("paths"), Mapping):
        document["paths"] = {path: _without_servers(item) for path, item in paths.items()}
    return document


def _without_servers(item: Any) -> Any:
    """A path item whose calls all go to the double: own servers of it and its operations removed."""
    if not isinstance(item, Mapping):
        return item
    return {
        name: _bare(part) if name in METHODS else part for name, part in item.items() if name != "servers"
    }


def _bare(operation: Any) -> Any:
    if not isinstance(operation, Mapping) or "servers" not in operation:
        return operation
    return {name: part for name, part in operation.items() if name != "servers"}


def as_json(document: Mapping[str, Any]) -> bytes:
    """JSON, in the author's order."""
    return orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)


class _Dumper(yaml.CSafeDumper):
    """Writes shared parts out in full: anchors help machines, not readers."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Lines as lines, where YAML can: it cannot keep blanks at the end of one."""
    block = "\n" in text and " \n" not in text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else None)


_Dumper.add_representer(str, _text)


def as_yaml(document: Mapping[str, Any]) -> bytes:
    """YAML, in the author's order."""
    # Through JSON, so that only plain values remain whatever the document was read with.
    plain = orjson.loads(as_json(document))
    text: bytes = yaml.dump(
        plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, encoding="utf-8"
    )
    return text

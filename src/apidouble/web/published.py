"""The document that a double publishes of an API: as its author wrote it, pointing at the double.

In: an API's document and mount. Out: JSON and YAML bytes. May not know: pages, sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import yaml

from apidouble.contract.operation import Contract
from apidouble.oauth.provider import PREFIX as PROVIDER

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_PROVIDED = {"authorizationUrl": "/authorize", "tokenUrl": "/token", "refreshUrl": "/token"}
"""URLs of OAuth flows -> where the double's own provider answers them."""
_DISCOVERY = "/.well-known/openid-configuration"


def published(contract: Contract, mount: str, depth: int, prefix: str) -> dict[str, Any]:
    """The published document with servers and an OAuth provider that are this double.

    OpenAPI 3 takes relative server URLs: `depth` is how many folders the document's own URL lies
    below the double's root. Swagger 2.0 only knows absolute paths, and what the URLs of OAuth flows
    are relative to differs between tools: `prefix` is what a client has to put before the paths of
    both (a sandbox's `/~name`).
    """
    document = dict(contract.document.published.value())
    _provide(document, f"{prefix}{PROVIDER}")
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


def has_provider(contract: Contract) -> bool:
    """Whether the document names an OAuth provider."""
    return any(scheme.kind in {"oauth2", "openIdConnect"} for scheme in contract.schemes.values())


def _provide(document: dict[str, Any], provider: str) -> None:
    """Let the security schemes name the double's own provider."""
    if isinstance(schemes := document.get("securityDefinitions"), Mapping):
        document["securityDefinitions"] = {name: _provided(one, provider) for name, one in schemes.items()}
    components = document.get("components")
    if isinstance(components, Mapping) and isinstance(schemes := components.get("securitySchemes"), Mapping):
        provided = {name: _provided(one, provider) for name, one in schemes.items()}
        document["components"] = {**components, "securitySchemes": provided}


def _provided(scheme: Any, provider: str) -> Any:
    if not isinstance(scheme, Mapping):
        return scheme
    if "openIdConnectUrl" in scheme:
        return {**scheme, "openIdConnectUrl": f"{provider}{_DISCOVERY}"}
    flows = scheme.get("flows")
    if isinstance(flows, Mapping):
        return {**scheme, "flows": {name: _flow(flow, provider) for name, flow in flows.items()}}
    return _flow(scheme, provider)


def _flow(flow: Any, provider: str) -> Any:
    if not isinstance(flow, Mapping):
        return flow
    urls = {name: f"{provider}{path}" for name, path in _PROVIDED.items() if name in flow}
    return {**flow, **urls}


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

"""Security schemes and requirements, as a document declares them.

In: the internal form. Out: `Scheme`s by name, `Requirement`s. May not know: credentials, HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.contract.operation import Requirement, Scheme
from apidouble.document.document import Document

_PLACES = ("header", "query", "cookie")


def read_schemes(document: Document) -> dict[str, Scheme]:
    """All declared schemes; one that makes no sense is of kind `unknown`."""
    components = document.root.get("components")
    declared = components.get("securitySchemes") if isinstance(components, dict) else None
    if not isinstance(declared, dict):
        return {}
    return {name: _scheme(name, _resolved(document, node)) for name, node in declared.items()}


def _resolved(document: Document, node: Any) -> Mapping[str, Any]:
    try:
        node = document.resolve(node)
    except KeyError:
        return {}
    return node if isinstance(node, dict) else {}


def _scheme(name: str, node: Mapping[str, Any]) -> Scheme:
    kind = str(node.get("type", "")).lower()
    if kind == "apikey":
        place, parameter = node.get("in"), node.get("name")
        if place in _PLACES and isinstance(parameter, str) and parameter:
            return Scheme(name, "apiKey", place, parameter)
        return Scheme(name, "unknown")
    if kind == "http":
        # The names of HTTP schemes are case-insensitive (RFC 9110 section 11.1).
        return Scheme(name, "http", scheme=str(node.get("scheme", "")).lower() or "bearer")
    if kind == "oauth2":
        return Scheme(name, "oauth2")
    if kind == "openidconnect":
        return Scheme(name, "openIdConnect")
    return Scheme(name, "mutualTLS" if kind == "mutualtls" else "unknown")


def read_requirements(declared: Any, schemes: Mapping[str, Scheme]) -> tuple[Requirement, ...]:
    """The alternatives of a `security` list; a scheme that nobody defines is of kind `unknown`."""
    if not isinstance(declared, list):
        return ()
    found: dict[Requirement, None] = {}
    for alternative in declared:
        if not isinstance(alternative, dict):
            continue
        needed = tuple(
            (schemes.get(name) or Scheme(name, "unknown"), _scopes(scopes))
            for name, scopes in alternative.items()
        )
        found[Requirement(needed)] = None
    if all(not requirement.schemes for requirement in found):
        return ()
    return tuple(found)


def _scopes(declared: Any) -> tuple[str, ...]:
    return tuple(scope for scope in declared if isinstance(scope, str)) if isinstance(declared, list) else ()

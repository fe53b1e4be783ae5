"""The OAuth scopes that a document names.

In: a compiled contract. Out: scope names. May not know: who has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apidouble.contract.operation import Contract


def declared_scopes(contract: Contract) -> list[str]:
    """What flows declare, then what operations ask for; each once."""
    asked = (
        scope
        for operation in contract.operations.values()
        for requirement in operation.security
        for _, scopes in requirement.schemes
        for scope in scopes
    )
    return list(dict.fromkeys([*_of_flows(contract), *asked]))


def _of_flows(contract: Contract) -> Iterator[str]:
    components = contract.document.root.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    for node in schemes.values() if isinstance(schemes, Mapping) else ():
        try:
            scheme: Any = contract.document.resolve(node)
        except KeyError:
            continue
        flows = scheme.get("flows") if isinstance(scheme, Mapping) else None
        for flow in flows.values() if isinstance(flows, Mapping) else ():
            scopes = flow.get("scopes") if isinstance(flow, Mapping) else None
            if isinstance(scopes, Mapping):
                yield from (scope for scope in scopes if isinstance(scope, str) and scope)

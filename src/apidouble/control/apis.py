"""What is served, and who may call it. In: a call. Out: a reply. May not know: ASGI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apidouble.catalog import Api
from apidouble.control.desk import Call, answer
from apidouble.engine.exchange import Reply


def list_apis(call: Call) -> Reply:
    """One entry for each API."""
    return answer({"apis": [_shown(api, call) for api in call.desk.apis.values()]})


def get_api(call: Call) -> Reply:
    """One API with its operations and everything that was assumed."""
    api = call.api
    calls = [
        {
            "operation_id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "verb": api.model.bindings[operation.id].verb.value,
            "collection": api.model.bindings[operation.id].resource or None,
        }
        for operation in api.contract.operations.values()
    ]
    return answer(
        {
            **_shown(api, call),
            "description": api.contract.description,
            "calls": calls,
            "assumptions": list(_assumptions(api)),
        }
    )


def list_identities(call: Call) -> Reply:
    """The demo credentials of all APIs."""
    return answer({"identities": [one for api in call.desk.apis.values() for one in call.desk.told(api)]})


def _shown(api: Api, call: Call) -> dict[str, Any]:
    base = api.contract.base_paths[0] if api.contract.base_paths else ""
    transaction = call.sandbox.store.begin()
    resources = [
        {
            "name": name,
            "key": resource.key,
            "records": transaction.page(f"{api.name}/{name}", limit=0)[1],
        }
        for name, resource in api.model.resources.items()
    ]
    transaction.discard()
    return {
        "name": api.name,
        "title": api.contract.title,
        "version": api.contract.version,
        "base": f"{api.mount}{base}" or "/",
        "operations": len(api.contract.operations),
        "resources": resources,
        "findings": len(api.findings),
    }


def _assumptions(api: Api) -> Iterator[dict[str, str]]:
    for name, resource in api.model.resources.items():
        for reason in resource.why:
            yield {"about": name, "assumed": reason}
    for name, binding in api.model.bindings.items():
        for reason in binding.why:
            yield {"about": name, "assumed": reason}
    for finding in api.findings:
        yield {"about": finding.pointer or finding.file, "assumed": finding.message}

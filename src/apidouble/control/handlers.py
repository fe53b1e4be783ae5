"""Which function answers which operation of `openapi.yaml`.

In: nothing. Out: handlers by operationId. May not know: ASGI, how calls are routed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from apidouble.control import (
    apis,
    clock,
    events,
    faults,
    health,
    requests,
    sandboxes,
    settings,
    snapshots,
    state,
    stubs,
)
from apidouble.control.desk import Handler

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "getHealth": health.get_health,
        "getVersion": health.get_version,
        "listApis": apis.list_apis,
        "getApi": apis.get_api,
        "listIdentities": apis.list_identities,
        "getState": state.get_state,
        "putState": state.put_state,
        "deleteState": state.delete_state,
        "getApiState": state.get_api_state,
        "putApiState": state.put_api_state,
        "deleteApiState": state.delete_api_state,
        "getCollection": state.get_collection,
        "putCollection": state.put_collection,
        "postRecord": state.post_record,
        "deleteCollection": state.delete_collection,
        "getRecord": state.get_record,
        "putRecord": state.put_record,
        "patchRecord": state.patch_record,
        "deleteRecord": state.delete_record,
        "reset": sandboxes.reset,
        "listSnapshots": snapshots.list_snapshots,
        "createSnapshot": snapshots.create_snapshot,
        "getSnapshot": snapshots.get_snapshot,
        "deleteSnapshot": snapshots.delete_snapshot,
        "restoreSnapshot": snapshots.restore_snapshot,
        "listSandboxes": sandboxes.list_sandboxes,
        "createSandbox": sandboxes.create_sandbox,
        "getSandbox": sandboxes.get_sandbox,
        "deleteSandbox": sandboxes.delete_sandbox,
        "listRequests": requests.list_requests,
        "deleteRequests": requests.delete_requests,
        "getRequest": requests.get_request,
        "listUnmatchedRequests": requests.list_unmatched_requests,
        "findRequests": requests.find_requests,
        "countRequests": requests.count_requests,
        "verifyRequests": requests.verify_requests,
        "listFaults": faults.list_faults,
        "createFault": faults.create_fault,
        "deleteFaults": faults.delete_faults,
        "getFault": faults.get_fault,
        "deleteFault": faults.delete_fault,
        "listStubs": stubs.list_stubs,
        "createStub": stubs.create_stub,
        "deleteStubs": stubs.delete_stubs,
        "getStub": stubs.get_stub,
        "deleteStub": stubs.delete_stub,
        "getClock": clock.get_clock,
        "putClock": clock.put_clock,
        "advanceClock": clock.advance_clock,
        "getSettings": settings.get_settings,
        "patchSettings": settings.patch_settings,
        "listEvents": events.list_events,
    }
)

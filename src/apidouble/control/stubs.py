"""Canned answers, checked against the contract. In: a call. Out: a reply. May not know: ASGI.

A stub can match several operations; its answers must keep to the contract of each of them, so
that no client is told by a stub what no backend would say. `check: false` allows it to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apidouble.catalog import Api
from apidouble.contract.media_types import choose
from apidouble.contract.operation import Operation, Response
from apidouble.control.desk import Call, Desk, answer, gone, made, missing, refuse
from apidouble.control.overlap import overlaps
from apidouble.engine.exchange import NOTHING, Reply
from apidouble.matcher import glob
from apidouble.stubs import Stub, StubAnswer, compile_stub

_ADVICE = 'with "check": false it is answered all the same'


def list_stubs(call: Call) -> Reply:
    """The stubs of the sandbox."""
    return answer({"stubs": [one.shown() for one in call.sandbox.stubs]})


def create_stub(call: Call) -> Reply:
    """Add a canned answer."""
    stub = compile_stub(call.body)
    if stub.check:
        check(stub, call.desk)
    stub = call.sandbox.stubs.add(stub)
    return made(stub.shown(), call.url("stubs", stub.id))


def delete_stubs(call: Call) -> Reply:
    """Remove all stubs."""
    call.sandbox.stubs.clear()
    return gone()


def get_stub(call: Call) -> Reply:
    """One stub, and how often it answered."""
    stub = call.sandbox.stubs.get(call.path("id"))
    return answer(stub.shown()) if stub is not None else missing("stub", call.path("id"))


def delete_stub(call: Call) -> Reply:
    """Remove one stub."""
    return gone() if call.sandbox.stubs.remove(call.path("id")) else missing("stub", call.path("id"))


def check(stub: Stub, desk: Desk) -> None:
    """Refuse a stub whose answers break the contract of an operation that it can match."""
    operations = list(matched(stub.match.spec, desk))
    if not operations:
        refuse(f"no operation of the contracts can match; {_ADVICE}", "/match", "contract")
    for number, one in enumerate(stub.answers):
        for operation in operations:
            _check_answer(one, operation, f"/answers/{number}")


def matched(match: Mapping[str, Any], desk: Desk) -> Iterator[Operation]:
    """The operations that a matcher can match, by method, path, API and operation."""
    methods = {method.upper() for method in _texts(match.get("method", ()))}
    names = [glob(name) for name in _texts(match.get("operation_id", ()))]
    apis = [glob(name) for name in _texts(match.get("api", ()))]
    paths = _texts(match.get("path", ()))
    for api in desk.apis.values():
        if apis and not any(fits(api.name) for fits in apis):
            continue
        for operation in api.contract.operations.values():
            if methods and operation.method not in methods:
                continue
            if names and not any(fits(operation.id) for fits in names):
                continue
            if not paths or any(overlaps(path, one) for path in paths for one in _templates(api, operation)):
                yield operation


def _texts(wanted: Any) -> list[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _templates(api: Api, operation: Operation) -> list[str]:
    return [f"{api.mount}{base}{operation.path}" for base in ("", *api.contract.base_paths)]


def _check_answer(given: StubAnswer, operation: Operation, at: str) -> None:
    where = f"{operation.api} {operation.id}"
    response = operation.response(given.status)
    if response is None:
        declared = ", ".join(operation.responses)
        refuse(f"{where} declares no {given.status} (but {declared}); {_ADVICE}", f"{at}/status", "contract")
    _check_headers(given, response, where, at)
    if not response.content:
        if given.body is not NOTHING:
            refuse(f"{where} declares no body for {given.status}; {_ADVICE}", f"{at}/body", "contract")
        return
    if operation.method == "HEAD":
        return
    media_type = next((value for name, value in given.headers if name.lower() == "content-type"), "")
    name = media_type.partition(";")[0].strip().lower() or "application/json"
    chosen = choose(name, response.content)
    if chosen is None:
        declared = ", ".join(response.content)
        refuse(
            f"{where} answers {given.status} as {declared}, not {name}; {_ADVICE}",
            f"{at}/headers",
            "contract",
        )
    validator = response.content[chosen].validator
    if given.body is NOTHING:
        refuse(f"{where} declares a body for {given.status}; {_ADVICE}", f"{at}/body", "contract")
    if validator is not None and not validator.is_valid(given.body):
        found = validator.violations(given.body, "body")[0]
        refuse(f"{where}: {found.message}; {_ADVICE}", f"{at}/body{found.pointer}", found.keyword)


def _check_headers(given: StubAnswer, response: Response, where: str, at: str) -> None:
    sent = {name.lower() for name, _ in given.headers}
    for name, header in response.headers.items():
        if header.required and name.lower() not in sent | {"content-type"}:
            refuse(
                f"{where} declares the header {name} for {given.status}; {_ADVICE}",
                f"{at}/headers",
                "contract",
            )

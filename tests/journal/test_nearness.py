"""What an unmatched request was probably meant for."""

from __future__ import annotations

from tests.stopwatch import cpu_seconds

from apidouble.contract.operation import Operation
from apidouble.journal.nearness import NearMiss, near_misses


def operation(method: str, path: str) -> Operation:
    return Operation("api", f"{method} {path}", method, path, "", {}, (), None, {}, (), {})


SHOP = [
    operation("GET", "/v2/customers/employees"),
    operation("POST", "/v2/customers/employees"),
    operation("GET", "/v2/customers/employees/{employeeId}"),
    operation("DELETE", "/v2/customers/employees/{employeeId}"),
    operation("GET", "/health"),
]


def ids(method: str, path: str) -> list[str]:
    return [miss.operation_id for miss in near_misses(method, path, SHOP)]


def test_typing_error() -> None:
    """A misspelt segment finds the path, and the reason names it."""
    first = near_misses("GET", "/v2/customers/employes", SHOP)[0]
    assert first.operation_id == "GET /v2/customers/employees"
    assert first.reason == "`employees` instead of `employes`"


def test_wrong_method() -> None:
    """A path that exists for other methods is named with them."""
    first = near_misses("PUT", "/v2/customers/employees/7", SHOP)[0]
    assert first.path == "/v2/customers/employees/{employeeId}"
    assert first.reason.startswith("the method is ")


def test_missing_prefix() -> None:
    """A forgotten or doubled prefix still finds the path."""
    assert ids("GET", "/customers/employees")[0] == "GET /v2/customers/employees"
    assert ids("GET", "/api/v2/customers/employees")[0] == "GET /v2/customers/employees"
    assert near_misses("GET", "/customers/employees", SHOP)[0].reason == "the path has 3 segments, not 2"


def test_nothing_alike() -> None:
    """A path that is like nothing gets no suggestion."""
    assert ids("GET", "/zzz/qqq/xxx/www") == []
    assert near_misses("GET", "/anything", []) == []


def test_many_operations() -> None:
    """A thousand operations and a path of many segments are compared in a few seconds at worst."""
    many = [operation("GET", f"/repos/{{owner}}/thing{number}/{{id}}") for number in range(1200)]
    found = near = list[NearMiss]()

    def compare() -> None:
        nonlocal found, near
        found = near_misses("GET", "/repos/me/thing77/1/x" + "/y" * 100, many)
        near = near_misses("GET", "/repos/me/thingy77/1", many)

    assert cpu_seconds(compare, 5) < 5
    assert found == []
    assert near

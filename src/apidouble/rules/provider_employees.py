"""The provider employees API's own rules: who may write, and who is an operator.

In: calls on `createEmployee` and `updateEmployee`, records of `employees`. Out: refusals, and
`is_operator`. May not know: anything beyond `rulekit`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from apidouble.rulekit import Call, RuleBook

rules = RuleBook()


@rules.authorize("createEmployee", "updateEmployee")
def admins_write(call: Call) -> None:
    """Only admins have full access; a caller without a role (a program's own token) counts as one."""
    role = call.identity.role
    if role not in (None, "admin"):
        call.refuse(403, f"The role {role} may not add or change employees; that takes the role admin.")


@rules.derive("employees")
def operators(record: MutableMapping[str, Any]) -> None:
    """Every role but `employee` takes part in the workflow of tickets."""
    record["is_operator"] = record.get("role") != "employee"

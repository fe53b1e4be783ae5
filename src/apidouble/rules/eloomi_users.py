"""The eloomi users API's own rules: who is found, what is taken, one form for each value.

In: calls on `updateUserByEmployeeId`. Out: refusals with 400, and normalised values. May not know:
anything beyond `rulekit` and the conditions of a store.
"""

from __future__ import annotations

from typing import Any

from apidouble.rulekit import Call, RuleBook
from apidouble.store.base import Eq

PROMPTS = ("email", "employee_id", "legal_consent", "password", "phone", "phone_code")
ACTIVATION = {"true": "instant", "1": "instant", "false": "deactivate", "0": "deactivate"}

rules = RuleBook()


@rules.answer("updateUserByEmployeeId")
def know_the_employee(call: Call) -> None:
    """The reference lists no 404: an unknown employee id is invalid data."""
    employee = call.path["employeeId"]
    if call.state.get("users", employee) is None:
        call.refuse(400, f"employeeId: no user has the employee id {employee!r}.")


@rules.before("updateUserByEmployeeId")
def refuse_what_is_taken(call: Call) -> None:
    """No two users share an employee id or an e-mail address."""
    own = call.path["employeeId"]
    for name in ("employee_id", "email"):
        if name in call.given:
            value = call.given[name]
            if any(other.key != own for other in call.state.find("users", Eq(name, value))):
                call.refuse(400, f"{name}: {value!r} is taken by another user.", field=name)


@rules.before("updateUserByEmployeeId")
def write_in_one_form(call: Call) -> None:
    """Ids that came as integers become texts, older words for `activate` become today's."""
    record = call.record
    for name in ("department_id", "team_ids"):
        if name in call.given:
            record[name] = [_text(item) for item in record[name]]
    if "activate" in call.given:
        said = _text(record["activate"])
        record["activate"] = ACTIVATION.get(said, said)
    if "prompts" in call.given:
        record["prompts"] = {name: record["prompts"][name] for name in PROMPTS if name in record["prompts"]}


def _text(value: Any) -> str:
    """Texts as they are; true, false and numbers as the integers that they stand for."""
    return value if isinstance(value, str) else str(int(value))

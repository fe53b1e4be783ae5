"""The staff API's own rules: who may manage staff, the query of lists, types, the plan's limit.

In: calls on the staff operations; the setting `maximum_active_staff`. Out: refusals, and the
condition and order of lists. May not know: anything beyond `rulekit` and `query_language`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from apidouble.engine.exchange import Reply
from apidouble.errors import Refusal, Violation
from apidouble.query_language import QueryError, QueryLanguage
from apidouble.rulekit import Call, RuleBook
from apidouble.store.base import And, Eq

rules = RuleBook()

ACTIVE = "true"
SETTABLE_TYPES = ("manager", "staff")
MANAGING_ROLES = ("owner", "manager")

LANGUAGE = QueryLanguage(
    {
        "active": "text",
        "email_address": "text",
        "first_name": "text",
        "hourly_rate_cents": "number",
        "last_name": "text",
        "login": "text",
        "time_zone": "text",
        "uuid": "text",
        "type": "text",
    }
)

_DOING: Mapping[str, str] = {
    "listStaff": "list",
    "getStaff": "view",
    "createStaff": "create",
    "updateStaff": "update",
    "enableStaff": "update",
    "disableStaff": "update",
    "deleteStaff": "delete",
}


def _only_managers(verb: str) -> Callable[[Call], None]:
    def check(call: Call) -> None:
        """Owners and managers manage staff; a caller without a role (a program's own token) as well."""
        role = call.identity.role
        if role is not None and role not in MANAGING_ROLES:
            call.refuse(403, f"Your type is {role}: you are not allowed to {verb} staff members.")

    return check


for _operation, _verb in _DOING.items():
    rules.authorize(_operation)(_only_managers(_verb))


@rules.before("listStaff")
def where_and_order(call: Call) -> None:
    """Select and sort as the query says; blank texts say nothing."""
    where, order = call.query.get("where"), call.query.get("order")
    name = "where"
    try:
        if where and not where.isspace():
            call.where = And((call.where, LANGUAGE.where(where)))
        name = "order"
        if order and not order.isspace():
            call.order = LANGUAGE.order(order)
    except QueryError as error:
        raise Refusal(400, f"{name}: {error}", (Violation(str(error), "query", name),)) from error


@rules.before("updateStaff")
def settled(call: Call) -> None:
    """The uuid stays; the type may be sent as it is, but becomes only what can be set."""
    assert call.current is not None  # noqa: S101 - the engine has found it, or answered 404
    call.record["uuid"] = call.current["uuid"]
    wanted = call.record["type"]
    if wanted != call.current["type"] and wanted not in SETTABLE_TYPES:
        call.refuse(422, "type: can only be set to 'manager' or 'staff'", field="type")


@rules.after("createStaff")
def created_within_plan(call: Call, reply: Reply) -> Reply:
    """A member that is created active counts against the plan's limit."""
    if call.record["active"] == ACTIVE:
        _within_plan(call)
    return reply


@rules.after("updateStaff", "enableStaff")
def changed_within_plan(call: Call, reply: Reply) -> Reply:
    """A member that becomes active counts against the plan's limit."""
    if call.current is not None and call.current["active"] != ACTIVE and call.record["active"] == ACTIVE:
        _within_plan(call)
    return reply


def _within_plan(call: Call) -> None:
    """Refuse what took the account over its limit.

    It is the last of all checks, hence made when the change is: the refusal takes it back.
    """
    limit = call.settings.get("maximum_active_staff")
    if limit is not None and call.state.count("staff", Eq("active", ACTIVE)) > limit:
        call.refuse(
            402,
            f"The plan has a maximum of {limit} active staff members. Upgrade the plan to have more.",
        )

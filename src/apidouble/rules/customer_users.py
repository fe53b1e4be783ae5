"""The customer users API's own rules: which customers exist, and the lookup of identities.

In: calls on `listUsers` and `lookupUser`; the setting `customers`. Out: refusals, the identity that
a lookup is about. May not know: anything beyond `rulekit`.
"""

from __future__ import annotations

from apidouble.engine.exchange import Reply
from apidouble.rulekit import Call, RuleBook
from apidouble.store.base import And, Condition, Eq, Record

rules = RuleBook()


@rules.before("listUsers")
def customer_exists(call: Call) -> None:
    """No resource of the API holds the customers themselves, so that a setting names them."""
    customer = call.path["customerId"]
    if customer not in call.settings["customers"]:
        call.refuse(404, f"There is no customer {customer}.")


@rules.answer("lookupUser")
def identity(call: Call) -> Reply:
    """The first identity that fits; without any wish the caller's own goes before all others."""
    customer_exists(call)
    wanted: list[Condition] = [Eq("customerId", call.path["customerId"])]
    wanted += [Eq(name, call.query[name]) for name in ("type", "value") if name in call.query]
    found = [one for one in call.state.find("identities", And(tuple(wanted))) if _has_user(call, one)]
    if len(wanted) == 1:
        found.sort(key=lambda one: one.hidden["userId"] != call.identity.record)
    if not found:
        call.refuse(404, "The customer has no such identity.")
    return Reply(200, dict(found[0].data))


def _has_user(call: Call, found: Record) -> bool:
    """An identity goes with its user."""
    return call.state.get("users", found.hidden["userId"]) is not None

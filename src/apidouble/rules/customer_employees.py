"""The customer employees API's own rules: usernames, removal, locales.

In: calls on `listEmployees` and its siblings. Out: refusals, and the locale of the customer. May
not know: anything beyond `rulekit`.
"""

from __future__ import annotations

from apidouble.rulekit import Call, RuleBook

rules = RuleBook()


@rules.before("updateEmployee")
def keep_the_username(call: Call) -> None:
    """Once set, a username is only ever changed."""
    if call.current and call.current["username"] is not None and call.record["username"] is None:
        call.refuse(
            400,
            "username: once set it cannot be unset, only updated; send a username rather than null.",
            field="username",
        )


@rules.before("deleteEmployee")
def remove_only_without_username(call: Call) -> None:
    """Whoever has a username stays; the words are the documented ones."""
    if call.current and call.current["username"] is not None:
        call.refuse(403, "You are not authorized to access this resource.")


@rules.before("createEmployee", "updateEmployee")
def write_in_the_locale_of_the_customer(call: Call) -> None:
    """Where the request names no locale, the customer's is taken; an unknown customer has the default."""
    if "correspondence_locale" not in call.given:
        customer = str(call.record["customer_id"]).lower()
        locales = call.settings.get("customer_locales", {})
        call.record["correspondence_locale"] = locales.get(
            customer, call.settings.get("default_locale", "en-GB")
        )

"""Breaking things on purpose. In: a call. Out: a reply. May not know: ASGI, how faults strike."""

from __future__ import annotations

from apidouble.control.desk import Call, answer, gone, made, missing
from apidouble.engine.exchange import Reply


def list_faults(call: Call) -> Reply:
    """The faults of the sandbox."""
    return answer({"faults": [one.shown() for one in call.sandbox.faults]})


def create_fault(call: Call) -> Reply:
    """Order a fault."""
    ordered = call.sandbox.faults.add(call.body, effects=call.effects)
    return made(ordered.shown(), call.url("faults", ordered.id))


def delete_faults(call: Call) -> Reply:
    """Take all faults back."""
    call.sandbox.faults.clear()
    return gone()


def get_fault(call: Call) -> Reply:
    """One fault, and how often it struck."""
    ordered = call.sandbox.faults.get(call.path("id"))
    return answer(ordered.shown()) if ordered is not None else missing("fault", call.path("id"))


def delete_fault(call: Call) -> Reply:
    """Take one fault back."""
    return gone() if call.sandbox.faults.remove(call.path("id")) else missing("fault", call.path("id"))

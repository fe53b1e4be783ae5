"""Isolated worlds: made, listed, reset, dropped. In: a call. Out: a reply. May not know: ASGI."""

from __future__ import annotations

from typing import Any

from apidouble.clock import Clock
from apidouble.control import clock
from apidouble.control.desk import Call, answer, gone, made, missing
from apidouble.engine.exchange import Reply
from apidouble.sandbox import PARTS, Moment, Sandbox


def list_sandboxes(call: Call) -> Reply:
    """All sandboxes."""
    return answer({"sandboxes": [shown(one) for one in call.desk.sandboxes.all()]})


def create_sandbox(call: Call) -> Reply:
    """Make a sandbox from the seed, another sandbox or a snapshot."""
    given = call.body
    own: Clock | None = None
    if "clock" in given:
        own = Clock()
        clock.set_clock(own, given["clock"], "/clock")
    sandbox = call.desk.sandboxes.create(
        given["name"], origin=_origin(call), seed=given.get("seed"), clock=own
    )
    return made(shown(sandbox), call.url("sandboxes", sandbox.name))


def get_sandbox(call: Call) -> Reply:
    """One sandbox."""
    return answer(shown(call.desk.sandboxes.known(call.path("name"))))


def delete_sandbox(call: Call) -> Reply:
    """Drop a sandbox; the default one starts anew instead."""
    call.desk.sandboxes.drop(call.path("name"))
    return gone()


def reset(call: Call) -> Reply:
    """Back to the seed, but for what is to be kept."""
    kept = call.given.get("keep", [])
    call.sandbox.reset(kept)
    return answer(
        {
            "sandbox": call.sandbox.name,
            "reset": [part for part in PARTS if part not in kept],
            "kept": [part for part in PARTS if part in kept],
        }
    )


def shown(sandbox: Sandbox) -> dict[str, Any]:
    """A sandbox as a JSON value."""
    return {
        "name": sandbox.name,
        "seed": sandbox.seed,
        "clock": clock.shown(sandbox.clock),
        "settings": {api: dict(values) for api, values in sandbox.settings.items()},
        "snapshots": list(sandbox.snapshots),
        "faults": len(list(sandbox.faults)),
        "stubs": len(list(sandbox.stubs)),
        "requests": len(sandbox.journal),
    }


def _origin(call: Call) -> Sandbox | Moment | None:
    """What the new sandbox starts from."""
    origin = call.body.get("from")
    if origin is None:
        return None
    sandbox = call.desk.sandboxes.known(origin["sandbox"]) if "sandbox" in origin else call.sandbox
    if "snapshot" not in origin:
        return sandbox
    found = sandbox.snapshots.get(origin["snapshot"])
    return found if found is not None else missing("snapshot", origin["snapshot"])

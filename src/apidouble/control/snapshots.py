"""Named snapshots, kept, downloaded and uploaded. In: a call. Out: a reply. May not know: ASGI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidouble.control import clock, settings
from apidouble.control.desk import Call, answer, gone, made, missing, refuse
from apidouble.control.records import Collection, refuse_all
from apidouble.engine.exchange import Reply
from apidouble.matcher import escaped
from apidouble.sandbox import Moment


def list_snapshots(call: Call) -> Reply:
    """The snapshots of the sandbox."""
    return answer({"snapshots": [shown(one) for one in call.sandbox.snapshots.values()]})


def create_snapshot(call: Call) -> Reply:
    """Take a snapshot, or keep one that was downloaded."""
    body = call.body
    name = body["name"]
    if "format" in body:
        taken = call.sandbox.keep(_uploaded(call, body), name)
    else:
        taken = call.sandbox.snapshot(name)
    return made(shown(taken), call.url("snapshots", name))


def get_snapshot(call: Call) -> Reply:
    """A snapshot as a file."""
    found = find(call, call.path("name"))
    disposition = f'attachment; filename="{found.name}.json"'
    return answer(found.dump(), headers=[("Content-Disposition", disposition)])


def delete_snapshot(call: Call) -> Reply:
    """Forget a snapshot."""
    find(call, call.path("name"))
    del call.sandbox.snapshots[call.path("name")]
    return gone()


def restore_snapshot(call: Call) -> Reply:
    """Go back to a snapshot."""
    found = find(call, call.path("name"))
    call.sandbox.restore(found)
    return answer(shown(found))


def find(call: Call, name: str) -> Moment:
    """The snapshot of this name; Refusal (404) if there is none."""
    found = call.sandbox.snapshots.get(name)
    return found if found is not None else missing("snapshot", name)


def shown(moment: Moment) -> dict[str, Any]:
    """A snapshot as a JSON value, without its records."""
    transaction = _look(moment)
    records = sum(transaction.page(name, limit=0)[1] for name in moment.store.collections())
    transaction.discard()
    return {
        "name": moment.name,
        "taken": clock.instant(moment.taken),
        "seed": moment.seed,
        "clock": clock.shown(moment.clock),
        "settings": {api: dict(values) for api, values in moment.settings.items()},
        "records": records,
    }


def _look(moment: Moment) -> Any:
    """A transaction on a snapshot's state, which is nobody's."""
    store = moment.store.fork()
    store.restore(moment.state)
    return store.begin()


def _uploaded(call: Call, body: Mapping[str, Any]) -> Moment:
    """A snapshot from elsewhere, which may hold nothing that could not have come about here."""
    desk = call.desk
    moment = desk.sandboxes.load(body)
    clock.check(moment.clock.timestamp(), "/clock")
    values: dict[str, dict[str, Any]] = {}
    for name, api in desk.apis.items():
        given = moment.settings.get(name, {})
        settings.check(api, given, f"/settings/{escaped(name)}")
        values[name] = {**api.fixture.settings, **given}
    for name in moment.settings:
        if name not in desk.apis:
            refuse(f"no such API is served; there are {', '.join(desk.apis)}", f"/settings/{escaped(name)}")
    moment.settings = values
    _check_records(call, body["records"]["collections"], moment)
    return moment


def _check_records(call: Call, collections: Mapping[str, Any], moment: Moment) -> None:
    """Refuse records that break the contract; those that its seed makes are not judged again."""
    seeded = moment.store.begin()
    for name, part in collections.items():
        api, _, resource = name.partition("/")
        collection = Collection.of(call.desk.api(api), resource)
        at = f"/records/collections/{escaped(name)}/records"
        before = {record.key: record for record in seeded.page(name)[0]}
        refuse_all(collection.judge(part["records"], at, before))
    seeded.discard()

"""The journal, asked. In: a call. Out: a reply. May not know: ASGI, how the journal is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from apidouble.control.desk import Call, answer, missing
from apidouble.engine.exchange import Reply
from apidouble.errors import Refusal
from apidouble.journal import Entry
from apidouble.journal.nearness import near_misses
from apidouble.journal.verification import NearEntry, Times, Verdict, verify, verify_order
from apidouble.matcher import Matcher, compile_matcher

_IN_QUERY = ("method", "path", "operation_id", "api", "status", "violation", "unmatched", "since")


def list_requests(call: Call) -> Reply:
    """What was asked, one line for each request."""
    found = call.sandbox.journal.find(_asked(call))
    limit = call.query("limit")
    newest = found if limit is None else found[len(found) - min(limit, len(found)) :]
    return answer({"requests": _lines(call, newest), "total": len(found)})


def delete_requests(call: Call) -> Reply:
    """Forget requests, or those that fit the query."""
    return answer({"count": call.sandbox.journal.clear(_asked(call))})


def get_request(call: Call) -> Reply:
    """One request and its answer."""
    entry = call.sandbox.journal.get(call.path("id"))
    if entry is None:
        missing("request", call.path("id"))
    return answer(call.desk.sandboxes.journal.secrets.shown(entry))


def list_unmatched_requests(call: Call) -> Reply:
    """Requests at which nothing is served, and what they were probably meant for."""
    operations = [one for api in call.desk.apis.values() for one in api.contract.operations.values()]
    secrets = call.desk.sandboxes.journal.secrets
    return answer(
        {
            "requests": [
                {
                    **secrets.summary(entry),
                    "near": [asdict(one) for one in near_misses(entry.method, entry.path, operations)],
                }
                for entry in call.sandbox.journal.unmatched()
            ]
        }
    )


def find_requests(call: Call) -> Reply:
    """The requests that fit a matcher."""
    secrets = call.desk.sandboxes.journal.secrets
    found = call.sandbox.journal.find(compile_matcher(call.body, ""))
    return answer({"requests": [secrets.shown(entry) for entry in found]})


def count_requests(call: Call) -> Reply:
    """How many requests fit a matcher."""
    return answer({"count": len(call.sandbox.journal.find(compile_matcher(call.body, "")))})


def verify_requests(call: Call) -> Reply:
    """Whether the expected requests came; 422 with what came instead where they did not."""
    given = call.body
    log = call.sandbox.journal
    order = [compile_matcher(one, f"/order/{at}") for at, one in enumerate(given.get("order", ()))]
    verdict: Verdict | None = None
    if "match" in given or "times" in given:
        match = compile_matcher(given.get("match", {}), "/match")
        verdict = verify(log, match, _times(given.get("times", {})))
    if "order" in given and (verdict is None or verdict.ok):
        verdict = verify_order(log, order)
    assert verdict is not None  # noqa: S101 - the contract wants one of the three
    lines = _lines(call, verdict.matched)
    if not verdict.ok:
        near = [_near(call, one) for one in verdict.near]
        extra = {"verified": False, "count": verdict.count, "requests": lines, "near": near}
        raise Refusal(422, verdict.message, extra=extra)
    return answer({"verified": True, "count": verdict.count, "message": verdict.message, "requests": lines})


def _asked(call: Call) -> Matcher:
    """The matcher that the query spells."""
    given = call.exchange.inputs.query
    spec = {name: given[name] for name in _IN_QUERY if name in given}
    if str(spec.get("status", "")).isdecimal():
        spec["status"] = int(spec["status"])
    return compile_matcher(spec, "")


def _times(given: dict[str, int]) -> Times:
    if "exactly" in given:
        return Times(given["exactly"], given["exactly"])
    if not given:
        return Times()
    return Times(given.get("at_least"), given.get("at_most"))


def _near(call: Call, one: NearEntry) -> dict[str, Any]:
    summary = call.desk.sandboxes.journal.secrets.summary(one.entry)
    return {"request": summary, "differences": list(one.differences)}


def _lines(call: Call, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    secrets = call.desk.sandboxes.journal.secrets
    return [secrets.summary(entry) for entry in entries]

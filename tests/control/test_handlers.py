"""Snapshots, sandboxes, reset, journal, faults, stubs, time, settings: one world arranged by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.control.doubles import STAFF, World

from apidouble.control.contract import control_contract
from apidouble.control.handlers import HANDLERS
from apidouble.control.overlap import overlaps

ALL = "/state/staff/staff"
ONE = f"{ALL}/{STAFF}"
LIST = "/api/1/staff"
FROZEN = {"now": "2030-01-01T00:00:00Z", "frozen": True}


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def test_every_operation_has_a_handler() -> None:
    """The document and the functions behind it name the same operations."""
    assert set(control_contract().operations) == set(HANDLERS)


def test_health_and_version(world: World) -> None:
    """A double that answers is ready, and says what it is."""
    assert world.ok("GET", "/health") == {"status": "ready"}
    assert world.ok("GET", "/version")["name"] == "apidouble"


def test_apis_and_identities(world: World) -> None:
    """Each API is told with its resources and counts, assumptions and demo credentials."""
    names = [api["name"] for api in world.ok("GET", "/apis")["apis"]]
    staff = world.ok("GET", "/apis/staff")
    assert staff["resources"] == [{"name": "staff", "key": "uuid", "records": len(world.ok("GET", ALL))}]
    assert {"operation_id": "listStaff", "method": "GET"}.items() <= staff["calls"][0].items()
    assert all(one["assumed"] for one in staff["assumptions"])
    told = world.ok("GET", "/identities")["identities"]
    assert {one["api"] for one in told} <= set(names)
    manager = next(one for one in told if one["name"] == "manager")
    assert {"in": "header", "name": "Authorization", "value": "Bearer demo-manager"}.items() <= manager[
        "send"
    ][0].items()
    world.refused(404, "GET", "/apis/nobody")


def test_snapshots(world: World) -> None:
    """A snapshot brings back records, time and settings, but not faults."""
    world.ok("PATCH", "/settings/staff", {"maximum_active_staff": 7})
    world.ok("PUT", "/clock", FROZEN)
    before = world.ok("GET", "/state")
    taken = world.admin("POST", "/snapshots", {"name": "before"})
    assert (taken.status_code, taken.json()["taken"]) == (201, "2030-01-01T00:00:00Z")
    world.ok("DELETE", "/state")
    world.ok("PUT", "/clock", {})
    world.ok("POST", "/reset")
    world.ok("POST", "/faults", {"status": 503})
    assert [one["name"] for one in world.ok("GET", "/snapshots")["snapshots"]] == ["before"]
    assert world.ok("POST", "/snapshots/before/restore")["records"] == taken.json()["records"]
    assert world.ok("GET", "/state") == before
    assert world.ok("GET", "/clock") == {**FROZEN, "shift_seconds": 0}
    assert world.ok("GET", "/settings/staff") == {"maximum_active_staff": 7}
    assert len(world.ok("GET", "/faults")["faults"]) == 1
    world.ok("DELETE", "/snapshots/before")
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/restore")):
        world.refused(404, method, f"/snapshots/before{path}")


def test_snapshots_travel_as_files(world: World, double: Callable[..., World]) -> None:
    """A downloaded snapshot can be uploaded into another double, other seed or not."""
    world.ok("PATCH", ONE, {"first_name": "Travelled"})
    world.ok("POST", "/snapshots", {"name": "trip"})
    answer = world.admin("GET", "/snapshots/trip")
    assert answer.headers["content-disposition"] == 'attachment; filename="trip.json"'
    other = double(seed=99)
    other.ok("POST", "/snapshots", {**answer.json(), "name": "arrived"})
    other.ok("POST", "/snapshots/arrived/restore")
    assert other.ok("GET", "/state") == world.ok("GET", "/state")
    other.ok("POST", "/sandboxes", {"name": "copy", "from": {"snapshot": "arrived"}})
    assert other.other("copy").ok("GET", ONE)["first_name"] == "Travelled"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda plain: plain["settings"].update(nobody={}), "/settings/nobody"),
        (
            lambda plain: plain["settings"]["staff"].update(maximum_active_staff="x"),
            "/settings/staff/maximum_active_staff",
        ),
        (lambda plain: plain["clock"].update(shift=1e12), "/clock/shift"),
        (lambda plain: plain["clock"].update(frozen="9999-12-31T23:00:00Z"), "/clock"),
        (lambda plain: plain["records"]["counters"].update(x=2**63), "/records/counters/x"),
        (lambda plain: rows(plain)[0].update(key="other"), "/records/collections/staff~1staff/records/0/key"),
        (
            lambda plain: rows(plain)[1]["data"].update(active=1),
            "/records/collections/staff~1staff/records/1/data/active",
        ),
        (
            lambda plain: rows(plain)[1]["data"].pop("uuid"),
            "/records/collections/staff~1staff/records/1/data/uuid",
        ),
        (
            lambda plain: plain["records"]["collections"].update(nothing={"records": []}),
            "/records/collections/nothing",
        ),
        (lambda plain: plain.update(extra=1), "/extra"),
    ],
)
def test_broken_snapshots_are_refused(world: World, change: Callable[[Any], Any], pointer: str) -> None:
    """An uploaded snapshot may hold nothing that could not have come about here."""
    world.ok("POST", "/snapshots", {"name": "file"})
    plain = world.ok("GET", "/snapshots/file")
    change(plain)
    assert pointer in pointers(world.refused(422, "POST", "/snapshots", plain))


def rows(plain: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plain["records"]["collections"]["staff/staff"]["records"]
    return found


def test_sandboxes(world: World) -> None:
    """Made from the seed or from another one, with a seed and a clock of their own; dropped."""
    name = world.sandbox
    world.ok("PATCH", ONE, {"first_name": "Mine"})
    made = world.admin("POST", "/sandboxes", {"name": f"{name}.copy", "from": {"sandbox": name}})
    assert made.status_code == 201
    assert world.other(f"{name}.copy").ok("GET", ONE)["first_name"] == "Mine"
    fresh = world.ok("POST", "/sandboxes", {"name": f"{name}.new", "seed": 5, "clock": FROZEN})
    assert (fresh["seed"], fresh["clock"]["now"]) == (5, FROZEN["now"])
    assert world.other(f"{name}.new").ok("GET", ONE)["first_name"] != "Mine"
    world.refused(409, "POST", "/sandboxes", {"name": f"{name}.new"})
    names = [one["name"] for one in world.ok("GET", "/sandboxes")["sandboxes"]]
    assert {name, f"{name}.copy", f"{name}.new", "default"} <= set(names)
    world.ok("DELETE", f"/sandboxes/{name}.new")
    world.refused(404, "GET", f"/sandboxes/{name}.new")
    world.refused(404, "POST", "/sandboxes", {"name": "x", "from": {"sandbox": f"{name}.new"}})
    world.refused(404, "POST", "/sandboxes", {"name": "x", "from": {"snapshot": "none"}})
    assert "/name" in pointers(world.refused(422, "POST", "/sandboxes", {"name": "../x"}))


@pytest.mark.parametrize("name", ["../x", "a b", "x" * 65, "%00", "näme"])
def test_hostile_sandbox_names(world: World, name: str) -> None:
    """A name that cannot be is refused with 400 and makes no sandbox."""
    before = len(world.ok("GET", "/sandboxes")["sandboxes"])
    headers = {b"Double-Sandbox": name.encode()}
    answer = world.client.get("/__admin/state", headers=headers)
    assert answer.status_code == 400
    assert len(world.ok("GET", "/sandboxes")["sandboxes"]) == before


def test_declared_sandboxes(double: Callable[..., World]) -> None:
    """Under `sandboxes=declared` unknown names are 404 until they are made."""
    world = double(sandboxes="declared")
    world.other("mine").refused(404, "GET", "/state")
    world.ok("POST", "/sandboxes", {"name": "mine"})
    world.other("mine").ok("GET", "/clock")


def test_the_path_names_the_sandbox(world: World) -> None:
    """`/~name/__admin` acts on that sandbox, and places are told in that form."""
    path = f"/~{world.sandbox}"
    made = world.client.post(f"{path}/__admin/snapshots", json={"name": "a"})
    assert made.headers["location"].endswith(f"{path}/__admin/snapshots/a")
    assert [one["name"] for one in world.ok("GET", "/snapshots")["snapshots"]] == ["a"]
    host = {"Host": f"{world.sandbox}.localhost:4010"}
    assert world.client.get("/__admin/snapshots", headers=host).json()["snapshots"][0]["name"] == "a"


def test_reset(world: World) -> None:
    """Everything goes back to the seed, but for what is kept."""
    before = world.ok("GET", "/state")
    world.ok("DELETE", ALL)
    world.ok("PUT", "/clock", FROZEN)
    world.ok("POST", "/faults", {"status": 503})
    world.call("GET", "/nowhere")
    told = world.ok("POST", "/reset", {"keep": ["faults", "journal"]})
    assert told["kept"] == ["faults", "journal"]
    assert world.ok("GET", "/state") == before
    assert not world.ok("GET", "/clock")["frozen"]
    assert len(world.ok("GET", "/faults")["faults"]) == 1
    assert world.ok("GET", "/requests")["total"] == 1
    world.ok("POST", "/reset")
    assert world.ok("GET", "/faults") == {"faults": []}
    assert world.ok("GET", "/requests")["total"] == 0
    assert pointers(world.refused(422, "POST", "/reset", {"keep": ["everything"]})) == ["/keep/0"]


def test_the_journal_answers_questions(world: World) -> None:
    """Requests are listed, found, counted and forgotten by one matcher; these calls are not among them."""
    world.call("GET", LIST, params={"limit": 2})
    world.call("GET", f"{LIST}x")
    world.call("POST", LIST, {"nothing": 1})
    assert world.ok("POST", "/requests/count", {}) == {"count": 3}
    assert world.ok("POST", "/requests/count", {"method": "GET", "path": LIST}) == {"count": 1}
    found = world.ok("POST", "/requests/find", {"operation_id": "createStaff"})["requests"]
    assert [one["status"] for one in found] == [422]
    assert found[0]["violations"]["request"]
    assert found[0]["request"]["headers"]["authorization"] == "Bearer ***"
    assert world.ok("GET", f"/requests/{found[0]['id']}") == found[0]
    lines = world.ok("GET", "/requests", params={"status": "4XX", "limit": 1})
    assert (lines["total"], [one["id"] for one in lines["requests"]]) == (2, [found[0]["id"]])
    unmatched = world.ok("GET", "/requests/unmatched")["requests"]
    assert [one["path"] for one in unmatched] == [f"{LIST}x"]
    assert unmatched[0]["near"][0]["operation_id"] == "listStaff"
    assert world.ok("DELETE", "/requests", params={"unmatched": "true"}) == {"count": 1}
    assert world.ok("DELETE", "/requests") == {"count": 2}
    world.refused(404, "GET", f"/requests/{found[0]['id']}")
    assert pointers(world.refused(422, "POST", "/requests/find", {"body": "no path"})) == ["/body"]
    assert pointers(world.refused(422, "POST", "/requests/find", {"pth": "x"})) == ["/pth"]


def test_verification(world: World) -> None:
    """200 where the expected requests came, else 422 with what came instead."""
    world.call("GET", LIST)
    world.call("GET", LIST)
    world.call("GET", "/api/1/staff/x")
    listing = {"method": "GET", "path": LIST}
    told = world.ok("POST", "/requests/verify", {"match": listing, "times": {"exactly": 2}})
    assert (told["verified"], told["count"], len(told["requests"])) == (True, 2, 2)
    world.ok("POST", "/requests/verify", {"match": listing, "times": {"at_least": 1, "at_most": 2}})
    world.ok("POST", "/requests/verify", {"order": [listing, {"path": "/api/1/staff/*"}]})
    wrong = world.refused(422, "POST", "/requests/verify", {"match": {**listing, "method": "PUT"}})
    assert (wrong["verified"], wrong["count"]) == (False, 0)
    assert wrong["near"][0]["differences"] == ["method is not PUT"]
    world.refused(422, "POST", "/requests/verify", {"match": listing, "times": {"at_most": 1}})
    world.refused(422, "POST", "/requests/verify", {"order": [{"path": "/api/1/staff/*"}, listing]})


def test_faults_are_kept_in_their_sandbox(world: World) -> None:
    """A fault strikes as ordered, in its own sandbox only, and can be taken back."""
    made = world.admin(
        "POST",
        "/faults",
        {"match": {"operation_id": "listStaff"}, "status": 503, "retry_after": 9, "times": 1},
    )
    fault = made.json()
    assert made.status_code == 201
    assert world.other(f"{world.sandbox}-b").call("GET", LIST).status_code == 200
    struck = world.call("GET", LIST)
    assert (struck.status_code, struck.headers["retry-after"]) == (503, "9")
    assert world.call("GET", LIST).status_code == 200
    assert world.ok("GET", f"/faults/{fault['id']}") == {**fault, "seen": 2, "fired": 1}
    world.ok("DELETE", f"/faults/{fault['id']}")
    world.refused(404, "DELETE", f"/faults/{fault['id']}")
    world.ok("POST", "/faults", {"delay_ms": {"min": 1, "max": 2}})
    world.ok("DELETE", "/faults")
    assert world.ok("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize("effect", ["reset", "empty"])
def test_faults_that_need_the_socket(world: World, effect: str) -> None:
    """A server that does not own the socket refuses what it cannot do."""
    assert pointers(world.refused(422, "POST", "/faults", {"effect": effect})) == ["/effect"]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"status": 999},
        {"effect": "fire"},
        {"status": 500, "effect": "drip"},
        {"delay_ms": -1},
        {"status": 500, "x": 1},
    ],
)
def test_senseless_faults_are_refused(world: World, fault: Any) -> None:
    """A fault that means nothing is 422, and none is ordered."""
    world.refused(422, "POST", "/faults", fault)
    assert world.ok("GET", "/faults") == {"faults": []}


def test_stubs(world: World) -> None:
    """A canned answer comes in sequence, as often as ordered; then the engine answers again."""
    record = world.ok("GET", ONE)
    body = {**world.call("GET", LIST).json(), "response": [record]}
    stub = {
        "match": {"operation_id": "listStaff"},
        "answers": [{"body": body}, {"status": 200, "body": body}],
        "times": 2,
    }
    made = world.ok("POST", "/stubs", stub)
    assert [world.call("GET", LIST).json() == body for _ in range(3)] == [True, True, False]
    assert world.ok("GET", f"/stubs/{made['id']}")["given"] == 2
    world.ok("DELETE", f"/stubs/{made['id']}")
    world.refused(404, "GET", f"/stubs/{made['id']}")
    world.ok("POST", "/stubs", {"check": False, "answers": [{"status": 418}]})
    assert world.call("GET", "/any/where").status_code == 418
    world.ok("DELETE", "/stubs")
    assert world.call("GET", LIST).status_code == 200


@pytest.mark.parametrize(
    ("match", "answer", "pointer"),
    [
        ({"path": "/nowhere"}, {}, "/match"),
        ({"method": "GET", "path": LIST}, {"body": {"response": 5}}, "/answers/0/body"),
        ({"method": "GET", "path": LIST}, {}, "/answers/0/body"),
        ({"operation_id": "getEmployee"}, {"status": 599}, "/answers/0"),
        (
            {"path": LIST, "method": "GET"},
            {"body": "x", "headers": {"Content-Type": "text/plain"}},
            "/answers/0/headers",
        ),
        ({}, {"status": 200}, "/answers/0"),
    ],
)
def test_stubs_keep_to_the_contract(world: World, match: Any, answer: Any, pointer: str) -> None:
    """Answers that the contract forbids are refused with a pointer, unless `check` is false."""
    stub = {"match": match, "answers": [answer]}
    told = pointers(world.refused(422, "POST", "/stubs", stub))
    assert told[0].startswith(pointer)
    world.ok("POST", "/stubs", {**stub, "check": False})


def test_the_clock(world: World) -> None:
    """Frozen, moved, shifted and real; `Date` follows it, of the API's answers and of these."""
    answer = world.admin("PUT", "/clock", FROZEN)
    assert answer.json() == {**FROZEN, "shift_seconds": 0}
    assert answer.headers["date"] == "Tue, 01 Jan 2030 00:00:00 GMT"
    assert world.ok("POST", "/clock/advance", {"hours": 1, "seconds": -1})["now"] == "2030-01-01T00:59:59Z"
    assert world.call("GET", LIST).headers["date"] == "Tue, 01 Jan 2030 00:59:59 GMT"
    assert world.call("GET", "/nowhere").headers["date"] == "Tue, 01 Jan 2030 00:59:59 GMT"
    shifted = world.ok("PUT", "/clock", {"now": "2031-01-01T00:00:00+01:00"})
    assert (shifted["frozen"], shifted["now"][:16]) == (False, "2030-12-31T23:00")
    assert world.ok("PUT", "/clock", {})["shift_seconds"] == 0
    assert "date" not in world.call("GET", LIST).headers, "the server's own"


@pytest.mark.parametrize(
    "now", ["1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "soon", 5]
)
def test_impossible_times(world: World, now: Any) -> None:
    """A time that no answer could show is refused, and the clock stays."""
    world.ok("PUT", "/clock", FROZEN)
    assert pointers(world.refused(422, "PUT", "/clock", {"now": now})) == ["/now"]
    world.refused(422, "POST", "/clock/advance", {"days": 99_999_999_999})
    world.refused(422, "POST", "/clock/advance", {"days": -30_000})
    world.refused(422, "POST", "/clock/advance", {})
    assert world.ok("GET", "/clock")["now"] == FROZEN["now"]


def test_settings(world: World) -> None:
    """Settings that the fixture declares can be changed, and act at once; others are refused."""
    assert world.ok("PATCH", "/settings/staff", {"maximum_active_staff": 0}) == {"maximum_active_staff": 0}
    employees = world.ok("PATCH", "/settings/customer-employees", {"default_locale": "nl-NL"})
    assert employees["default_locale"] == "nl-NL"
    assert employees["customer_locales"]
    wrong: list[dict[str, Any]] = [{"maximum_active_staff": "x"}, {"maximum_active_staff": []}, {"other": 1}]
    for values in wrong:
        assert pointers(world.refused(422, "PATCH", "/settings/staff", values)) == [f"/{next(iter(values))}"]
    world.refused(422, "PATCH", "/settings/customer-employees", {"customer_locales": {"a": 5}})
    world.refused(404, "GET", "/settings/nobody")


def test_events_as_json(world: World) -> None:
    """Events are remembered: sandboxes made and reset, records changed, requests answered."""
    world.ok("PATCH", ONE, {"first_name": "Seen"})
    world.call("GET", LIST)
    world.ok("POST", "/reset", {"keep": ["journal"]})
    events = world.ok("GET", "/events")["events"]
    assert [event["kind"] for event in events] == ["sandbox", "change", "request", "sandbox"]
    assert events[1]["changes"] == [
        {"collection": "staff/staff", "key": STAFF, "kind": "changed", "version": 2}
    ]
    assert events[2]["request"]["path"] == LIST
    after = world.ok("GET", "/events", params={"after": events[1]["id"]})["events"]
    assert after == events[2:]
    assert world.other("default").ok("GET", "/events", params={"sandbox": world.sandbox})["events"] == events
    assert len(world.ok("GET", "/events", params={"sandbox": "*"})["events"]) > len(events)


def test_refusals_and_methods(world: World) -> None:
    """404, 405 with Allow, HEAD from GET and OPTIONS are as everywhere."""
    world.refused(404, "GET", "/nothing")
    answer = world.admin("PATCH", "/health")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert world.admin("OPTIONS", "/health").headers["allow"] == "GET, HEAD, OPTIONS"
    head = world.admin("HEAD", "/health")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "18")
    assert world.ok("GET", "/requests")["total"] == 0


def test_calls_are_not_struck(world: World) -> None:
    """Faults and stubs that match everything do not touch the control API."""
    world.ok("POST", "/faults", {"status": 503})
    world.ok("POST", "/stubs", {"check": False, "answers": [{"status": 418}]})
    assert world.ok("GET", "/health") == {"status": "ready"}


def test_its_document_and_docs(world: World) -> None:
    """The document names the APIs that are served and is found by the docs page; `/__admin` leads there."""
    document = world.ok("GET", "/openapi.json")
    names = [api["name"] for api in world.ok("GET", "/apis")["apis"]]
    assert document["components"]["parameters"]["Api"]["schema"]["enum"] == names
    assert "security" not in document, "nothing is asked for on loopback"
    page = world.admin("GET", "/docs")
    assert (page.headers["content-type"], "openapi.json" in page.text) == ("text/html; charset=utf-8", True)
    assert world.admin("GET", "/_static/docs.js").status_code == 200
    assert world.admin("GET", "/_static/../../app.py").status_code == 404
    assert world.admin("GET", "").headers["location"] == "__admin/docs"
    assert world.admin("POST", "/docs").status_code == 405
    assert world.admin("GET", "/openapi.yaml").text.startswith("openapi: 3.1.0\n")


@pytest.mark.parametrize(
    ("pattern", "template", "expected"),
    [
        ("/a/b", "/a/{x}", True),
        ("/a/b/c", "/a/{x}", False),
        ("/a/*", "/a/{x}/c", True),
        ("*", "/a", True),
        ("/a*.json", "/a/{x}.json", True),
        ("/a*.json", "/a/{x}.xml", False),
        ("/a", "/a/{x}", False),
        ("/a/", "/a/{x}", False),
        ("**/c", "/a/{x}/c", True),
    ],
)
def test_patterns_and_templates(pattern: str, template: str, expected: bool) -> None:
    """A pattern overlaps a template where some path fits both."""
    assert overlaps(pattern, template) is expected

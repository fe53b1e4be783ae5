"""What a test can do to its sandbox and ask of it, and that other sandboxes never notice."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
import requests

from apidouble import ApidoubleError, Double, Refusal, Sandbox, connect
from apidouble.testing import Unreachable

ITEM = {"name": "Cup", "price": 4.5}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_sandboxes_are_apart(server: Double) -> None:
    """What one sees or breaks, the others do not."""
    with server.sandbox() as one, server.sandbox() as two:
        assert one.name != two.name
        one.state.clear("items")
        one.faults.add(status=503)
        one.clock.freeze("2030-01-01T00:00:00Z")
        assert one.request("GET", "/v1/items").status == 503
        assert two.request("GET", "/v1/items").json() == server.request("GET", "/v1/items").json() != []
        assert two.clock.now().year != 2030
        assert one.requests.count() == two.requests.count() == 1


def test_a_sandbox_by_name(server: Double) -> None:
    """The same name is the same sandbox, until it is closed; a seed cannot be given to one that is there."""
    with server.sandbox("mine") as mine:
        mine.state.clear("items")
        assert server.sandbox("mine").state.count("items") == 0
        with pytest.raises(Refusal, match="409"):
            server.sandbox("mine", seed=7)
        mine.close()
    with server.sandbox("mine", seed=7, clock="2031-01-01T00:00:00Z") as again:
        assert again.state.get("items") not in ([], server.state.get("items"))
        assert again.clock.now() == datetime(2031, 1, 1, tzinfo=UTC)


def test_all_ways_lead_to_the_sandbox(shop: Sandbox) -> None:
    """By header, by path, by host name, by httpx's transport: one state."""
    made = requests.post(f"{shop.url}/v1/items", json=ITEM, timeout=10).json()
    path = f"/v1/items/{made['id']}"
    assert shop.url.endswith(f"/~{shop.name}")
    assert shop.request("GET", path).json() == made
    base = shop.url.removesuffix(f"/~{shop.name}")
    assert httpx.get(f"{base}{path}", headers=shop.headers).json() == made
    assert httpx.get(f"{base}{path}").status_code == 404
    host = shop.host_url.removeprefix("http://")
    assert httpx.get(f"{base}{path}", headers={"Host": host}).json() == made
    with httpx.Client(transport=shop.transport(), base_url="http://double") as client:
        assert client.get(path).json() == made
        elsewhere = {"Double-Sandbox": "default"}
        assert client.get(path, headers=elsewhere).status_code == 404


def test_a_running_double_elsewhere(shop: Sandbox) -> None:
    """`connect` gives the same calls over HTTP; what only a double in this process can do is told."""
    base = shop.url.removesuffix(f"/~{shop.name}")
    remote = connect(base, shop.name)
    assert (remote.url, remote.host_url) == (shop.url, shop.host_url)
    remote.state.put("items", [{"id": UNKNOWN, **ITEM}])
    assert shop.state.find("items", UNKNOWN) == remote.state.find("items", UNKNOWN)
    assert remote.request("GET", f"/v1/items/{UNKNOWN}").json()["name"] == "Cup"
    remote.requests.verify(exactly=1, operation_id="getItem")
    remote.faults.add(effect="reset", times=1)
    with pytest.raises(ConnectionResetError):
        remote.request("GET", "/v1/items")
    with pytest.raises(ApidoubleError, match="by its url"):
        remote.transport()
    with pytest.raises(Unreachable, match=r"no double answers at http://127\.0\.0\.1:1 "):
        connect("127.0.0.1:1").state.all()
    with pytest.raises(ApidoubleError, match="is no URL"):
        connect("ftp://127.0.0.1")


def test_records_are_arranged(shop: Sandbox) -> None:
    """Put, added, changed, found, counted, removed; all of it is what clients see."""
    shop.state.put("items", [{"id": UNKNOWN, **ITEM}])
    added = shop.state.add("items", {"id": UNKNOWN.replace("8", "9"), "name": "Jug", "price": 9})
    assert [one["name"] for one in shop.request("GET", "/v1/items").json()] == ["Cup", "Jug"]
    assert shop.state.change("items", UNKNOWN, {"price": 5})["price"] == 5
    assert shop.request("GET", f"/v1/items/{UNKNOWN}").json()["price"] == 5
    shop.state.remove("items", added["id"])
    assert shop.state.count("items") == len(shop.state.get("items")) == 1
    assert shop.state.find("items", added["id"]) is None
    everything = shop.state.all()
    assert list(everything) == ["shop"]
    shop.state.clear(api="shop")
    assert shop.state.count("items", api="shop") == 0
    shop.state.load(everything)
    assert shop.state.all("shop") == everything["shop"]
    shop.state.clear()
    assert shop.state.all() == {"shop": {"items": []}}


def test_wrong_records_are_refused_whole(shop: Sandbox) -> None:
    """The refusal points at what breaks the contract, and nothing is changed."""
    before = shop.state.get("items")
    with pytest.raises(Refusal) as refused:
        shop.state.put("items", [{"id": UNKNOWN, **ITEM}, {"id": UNKNOWN, "name": "", "price": -1}])
    assert refused.value.status == 422
    assert {violation.pointer for violation in refused.value.violations} >= {"/1/name", "/1/price"}
    assert shop.state.get("items") == before
    with pytest.raises(Refusal, match="404"):
        shop.state.remove("items", UNKNOWN)


def test_collections_are_found_by_name() -> None:
    """Only where several APIs have a collection of that name must the API be said."""
    with Double() as bundled:
        with pytest.raises(ApidoubleError, match=r"have a collection 'employees': say which, such as api='"):
            bundled.state.get("employees")
        counts = [
            bundled.state.count("employees", api=f"{who}-employees") for who in ("customer", "provider")
        ]
        assert all(counts)
        with pytest.raises(ApidoubleError, match="there is no collection 'nothing'; there are "):
            bundled.state.get("nothing")
        assert set(bundled.credentials()) >= {"Authorization", "X-Api-Key", "ClientId"}


def test_snapshots_and_reset(shop: Sandbox) -> None:
    """A snapshot brings back the state and the ids to come; a reset brings back the seed."""
    seeded = shop.state.get("items")
    shop.clock.freeze()
    shop.snapshot()
    first = shop.request("POST", "/v1/items", json=ITEM).json()
    shop.restore()
    assert shop.state.get("items") == seeded
    assert shop.request("POST", "/v1/items", json=ITEM).json() == first
    shop.faults.add(status=503)
    shop.reset(keep=["faults"])
    assert shop.state.get("items") == seeded
    assert len(shop.faults.list()) == 1
    shop.reset()
    assert shop.faults.list() == []
    with pytest.raises(Refusal, match="404"):
        shop.restore("unknown")


def test_time_is_moved(shop: Sandbox) -> None:
    """Frozen, moved, running; aware times only."""
    shop.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    shop.clock.advance(days=1, hours=2)
    assert shop.clock.now() == datetime(2030, 1, 2, 2, tzinfo=UTC)
    assert shop.request("POST", "/v1/items", json=ITEM).json()["created_at"].startswith("2030-01-02T02:00:00")
    shop.clock.run("2040-01-01T00:00:00Z")
    shop.clock.freeze()
    assert shop.clock.now() == shop.clock.now()
    assert shop.clock.now().year == 2040
    shop.clock.run()
    assert abs((shop.clock.now() - datetime.now(UTC)).total_seconds()) < 5
    with pytest.raises(ValueError, match="time zone"):
        shop.clock.freeze(datetime(2030, 1, 1))  # noqa: DTZ001 - what is refused


def test_stubs_answer_instead(shop: Sandbox) -> None:
    """In turn, so often; against the contract only when told to; then the engine again."""
    shop.stubs.add(
        [{"status": 200, "body": []}, {"status": 418, "headers": {"X-Tea": "yes"}}],
        match={"operation_id": "listItems"},
        times=2,
        check=False,
    )
    answers = [shop.request("GET", "/v1/items") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 418, 200]
    assert (answers[0].json(), answers[1].headers["x-tea"]) == ([], "yes")
    assert answers[2].json() == shop.state.get("items")
    with pytest.raises(Refusal, match="422"):
        shop.stubs.add({"status": 200, "body": {"no": "list"}}, match={"operation_id": "listItems"})
    stub = shop.stubs.add({"status": 200, "body": []}, match={"operation_id": "listItems"})
    shop.stubs.remove(stub)
    assert [one["given"] for one in shop.stubs.list()] == [2]
    shop.stubs.clear()
    assert shop.stubs.list() == []


def test_faults_come_and_go(shop: Sandbox) -> None:
    """A fault strikes what it matches, as often as it should, and can be taken back."""
    fault = shop.faults.add(match={"method": "POST"}, status=503, retry_after=7, times=1)
    assert shop.request("GET", "/v1/items").status == 200
    struck = shop.request("POST", "/v1/items", json=ITEM)
    assert (struck.status, struck.headers["retry-after"]) == (503, "7")
    assert "message" in struck.json()
    assert shop.request("POST", "/v1/items", json=ITEM).status == 201
    assert [(one["seen"], one["fired"]) for one in shop.faults.list()] == [(2, 1)]
    shop.faults.remove(fault)
    shop.faults.add(delay_ms=1)
    shop.faults.clear()
    assert shop.faults.list() == []
    with pytest.raises(Refusal, match="422"):
        shop.faults.add(probability=0.5)


def test_settings_are_changed(server: Double) -> None:
    """Those that a fixture declares, in this sandbox only."""
    with Double() as bundled, bundled.sandbox() as world:
        before = bundled.settings.get("staff")
        assert world.settings.change("staff", maximum_active_staff=3)["maximum_active_staff"] == 3
        assert bundled.settings.get("staff") == before
        with pytest.raises(Refusal, match="422"):
            world.settings.change("staff", no_such_setting=1)


def test_requests_are_questioned(shop: Sandbox) -> None:
    """Found with what was sent and answered; counted; forgotten."""
    shop.request("POST", "/v1/items?dry=1", json=ITEM, headers={"Authorization": "Bearer secret"})
    shop.request("POST", "/v1/items", json={"name": ""})
    shop.request("GET", "/v1/itmes")
    made, refused, lost = shop.requests.find()
    assert (made.method, made.path, made.query, made.status) == ("POST", "/v1/items", {"dry": ["1"]}, 201)
    assert (made.api, made.operation_id, lost.operation_id) == ("shop", "createItem", None)
    assert made.json() == ITEM
    assert "secret" not in made.headers["authorization"]
    assert made.answer is not None
    assert "Cup" in made.answer
    assert refused.request_violations
    assert all("body" in violation for violation in refused.request_violations)
    assert [one.id for one in shop.requests.violations()] == [refused.id]
    assert shop.requests.violations("response") == []
    assert shop.requests.count(body={"$.name": "Cup"}) == 1
    assert shop.requests.count(since=made.id) == 2
    [unmatched] = shop.requests.unmatched()
    assert "GET /v1/itmes" in unmatched
    assert "near: GET /items" in unmatched
    assert str(made) == "POST /v1/items -> 201"
    assert shop.requests.clear() == 3
    assert shop.requests.find() == []


def test_expectations_are_verified(shop: Sandbox) -> None:
    """Silence where they are met; else an AssertionError that shows what came."""
    shop.request("GET", "/v1/items")
    shop.request("POST", "/v1/items", json=ITEM)
    shop.requests.verify(method="GET")
    shop.requests.verify(exactly=0, method="DELETE")
    shop.requests.verify(at_least=1, at_most=2, path="/v1/*")
    shop.requests.verify_order({"method": "GET"}, {"method": "POST"})
    with pytest.raises(AssertionError, match=r"0 matched, expected at least 1\n  close: "):
        shop.requests.verify(method="PUT", path="/v1/items")
    with pytest.raises(AssertionError, match=r"2 matched, expected at most 1\n  came: GET /v1/items -> 200"):
        shop.requests.verify(at_most=1)
    with pytest.raises(AssertionError, match="step 2 of 2 did not come"):
        shop.requests.verify_order({"method": "POST"}, {"method": "GET"})
    with pytest.raises(Refusal, match="422"):
        shop.requests.verify(status="soon")


def test_requests_are_written_as_meant(shop: Sandbox) -> None:
    """Parameters join the query, text and bytes are sent as they are, paths get encoded."""
    shop.request("GET", "/v1/items?a=1", params={"b": [1, "x y"], "c": None, "d": True})
    shop.request("POST", "/v1/items", content="{}", headers={"Content-Type": "application/json"})
    shop.request("GET", "/v1/items/ä b")
    one, two, three = shop.requests.find()
    assert one.query == {"a": ["1"], "b": ["1", "x y"], "d": ["true"]}
    assert two.body == "{}"
    assert three.path == "/v1/items/%C3%A4%20b"
    with pytest.raises(TypeError, match="not both"):
        shop.request("POST", "/v1/items", json={}, content="{}")
    with pytest.raises(ValueError, match="begins with a slash: /v1"):
        shop.request("GET", "v1/items")

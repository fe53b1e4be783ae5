"""What is kept to be fast must be forgotten when it is no longer true.

Kept are: what the head of a request says, the bytes and the verdict of a record for each view, the
bytes of a page, what `Accept` led to, what is wrong with a body, and the tag of a version. Each test
asks three times (so that the answer is kept), changes one thing that the answer depends on, and asks
again.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.performance.double import Answer, ask, things

from apidouble.server import Application, assemble
from apidouble.settings import Settings

_OTHER = b'{"name": "another", "colour": "black"}'


@pytest.fixture
def double(tmp_path: Path) -> Application:
    """Forty things."""
    return things(tmp_path / "project")


def get(double: Application, path: str, **headers: str) -> Answer:
    """The last of three equal requests: the one that is answered from what was kept."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}

    async def thrice() -> Answer:
        first = await ask(double, "GET", path, headers=sent)
        second = await ask(double, "GET", path, headers=sent)
        third = await ask(double, "GET", path, headers=sent)
        assert (first.status, first.body) == (second.status, second.body) == (third.status, third.body)
        return third

    return asyncio.run(thrice())


def send(double: Application, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """One request that changes something."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = asyncio.run(ask(double, method, path, body, sent))
    assert answer.status < 300, answer
    return answer


def first_key(double: Application) -> int:
    key: int = get(double, "/things?limit=5").value["items"][0]["id"]
    return key


def test_a_changed_record_is_shown_as_it_is_now(double: Application) -> None:
    """Bytes of a record die with its version: the record and each page that holds it change."""
    key = first_key(double)
    before = get(double, f"/things/{key}").value
    send(double, "PUT", f"/things/{key}", _OTHER)
    after = get(double, f"/things/{key}").value
    assert before["name"] != after["name"] == "another"
    assert get(double, "/things?limit=5").value["items"][0] == after


def test_a_page_forgets_deleted_and_shows_new_records(double: Application) -> None:
    """Bytes of a page die with the state: what goes is gone, what comes is there, totals move."""
    key = first_key(double)
    before = get(double, "/things?limit=100").value
    send(double, "DELETE", f"/things/{key}")
    less = get(double, "/things?limit=100").value
    assert less["items"] == before["items"][1:]
    assert less["total"] == before["total"] - 1
    made = send(double, "POST", "/things", _OTHER).value
    more = get(double, "/things?limit=100").value
    assert more["items"] == [*less["items"], made]
    assert more["total"] == before["total"]


def test_a_filtered_page_follows_the_filtered_field(double: Application) -> None:
    """A record that no longer matches leaves the kept page of its old value and joins the new one's."""
    key = first_key(double)
    colour = get(double, f"/things/{key}").value["colour"]
    other = next(one for one in ("red", "green", "blue", "black") if one != colour)

    def keys(wanted: str) -> list[int]:
        page = get(double, f"/things?colour={wanted}&limit=100").value
        return [one["id"] for one in page["items"]]

    assert key in keys(colour)
    assert key not in keys(other)
    send(double, "PUT", f"/things/{key}", json.dumps({"name": "moved", "colour": other}).encode())
    assert key not in keys(colour)
    assert key in keys(other)


def test_sandboxes_share_no_change(double: Application) -> None:
    """Records and pages are kept for all forks; a change in one is seen in that one only."""
    key = first_key(double)
    before = get(double, f"/things/{key}").body
    page = get(double, "/things?limit=5").body
    send(double, "PUT", f"/things/{key}", _OTHER, Double_Sandbox="other")
    assert get(double, f"/things/{key}", Double_Sandbox="other").value["name"] == "another"
    assert get(double, "/things?limit=5", Double_Sandbox="other").value["items"][0]["name"] == "another"
    assert get(double, f"/things/{key}").body == before
    assert get(double, "/things?limit=5").body == page


def test_restored_and_reset_states_are_shown(double: Application) -> None:
    """Going back in time brings the old bytes back, of records and of pages."""
    world = double.sandboxes.get()
    key = first_key(double)
    seeded = get(double, f"/things/{key}").body, get(double, "/things?limit=5").body
    send(double, "PUT", f"/things/{key}", _OTHER)
    moment = world.moment()
    changed = get(double, f"/things/{key}").body, get(double, "/things?limit=5").body
    world.reset()
    assert (get(double, f"/things/{key}").body, get(double, "/things?limit=5").body) == seeded
    world.restore(moment)
    assert (get(double, f"/things/{key}").body, get(double, "/things?limit=5").body) == changed


@pytest.mark.parametrize(
    ("accept", "media_type", "starts"),
    [("application/xml", "application/xml", b"<"), ("application/json", "application/json", b"{")],
)
def test_each_accept_gets_its_own_media_type(
    double: Application, accept: str, media_type: str, starts: bytes
) -> None:
    """What one client accepts, and the bytes that it got, say nothing about the next one."""
    path = f"/things/{first_key(double)}"
    other = "application/json" if accept.endswith("xml") else "application/xml"
    get(double, path, Accept=other)
    answer = get(double, path, Accept=accept)
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.body.startswith(starts)


def test_an_accept_that_is_refused_stays_refused_alone(double: Application) -> None:
    """A 406 is kept for its own `Accept` only."""
    path = f"/things/{first_key(double)}"
    assert get(double, path, Accept="image/png").status == 406
    assert get(double, path, Accept="*/*").status == 200


def test_the_tag_moves_with_the_record(double: Application) -> None:
    """A change makes a new ETag: the old one no longer earns a 304."""
    path = f"/things/{first_key(double)}"
    old = get(double, path).headers["etag"]
    assert get(double, path, If_None_Match=old).status == 304
    send(double, "PUT", path, _OTHER)
    assert get(double, path).headers["etag"] != old
    assert get(double, path, If_None_Match=old).status == 200


def test_the_verdict_on_a_record_is_given_anew_for_each_version(double: Application) -> None:
    """A record that breaks the contract is told in the journal, until a version comes that does not."""
    world = double.sandboxes.get()
    key = first_key(double)
    collection = world.store.collections()[0]

    def put(colour: Any) -> None:
        world.run(lambda state: state.put(collection, key, {"id": key, "name": "x", "colour": colour}))

    def told() -> int:
        get(double, f"/things/{key}")
        return sum(len(entry.answer_violations) for entry in list(world.journal)[-2:])

    assert told() == 0
    put(5)
    # Mended on its way out, or told: never passed over.
    assert told() or get(double, f"/things/{key}").value["colour"] in {"red", "green", "blue", "black"}
    put("red")
    assert told() == 0
    assert get(double, f"/things/{key}").value["colour"] == "red"


def test_links_and_hosts_are_not_kept(double: Application) -> None:
    """`Location` of a new record names the host and the sandbox that this client used."""
    plain = send(double, "POST", "/things", _OTHER).headers["location"]
    inside = asyncio.run(ask(double, "POST", "/~mine/things", _OTHER)).headers["location"]
    assert plain.startswith("http://localhost:4010/things/")
    assert inside.startswith("http://localhost:4010/~mine/things/")


def test_links_of_a_kept_page_are_those_of_its_address(tmp_path: Path) -> None:
    """The same records asked for by another path or query: the links lead where this client came from."""
    double = things(tmp_path / "linked", linked=True)
    plain = get(double, "/things?limit=5").value
    inside = get(double, "/~mine/things?limit=5").value
    longer = get(double, "/things?limit=5&offset=0").value
    assert plain["items"] == inside["items"] == longer["items"]
    assert plain["next"].startswith("http://localhost:4010/things?")
    assert inside["next"].startswith("http://localhost:4010/~mine/things?")
    assert get(double, "/things?limit=5").value == plain
    seen = list(plain["items"])
    while plain["next"] is not None:
        plain = get(double, plain["next"].removeprefix("http://localhost:4010")).value
        seen += plain["items"]
    assert [one["id"] for one in seen] == [
        one["id"] for one in get(double, "/things?limit=100").value["items"]
    ]


def test_pages_that_are_kept_are_few(double: Application) -> None:
    """A version of a collection keeps a handful of pages, however many are asked for."""
    for size in range(3, 40):
        get(double, f"/things?limit={size}")
    shelf = double.sandboxes.get().store._base.shelf("made/things")  # type: ignore[attr-defined]
    assert len(shelf._windows) == 4


def test_a_token_that_ends_ends_for_known_heads(tmp_path: Path) -> None:
    """Who calls is asked with each request: a token of the double's own provider runs out by the clock."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "security": [{"token": []}],
        "paths": {"/me": {"get": {"responses": {"200": {"description": "Me."}}}}},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }
    (tmp_path / "me.json").write_text(json.dumps(document))
    double = assemble(Settings(documents=(str(tmp_path / "me.json"),), auth="strict"))
    form = b"grant_type=client_credentials&client_id=me&client_secret=x"
    asked = {"Content-Type": "application/x-www-form-urlencoded"}
    token = asyncio.run(ask(double, "POST", "/__oauth/token", form, asked)).value["access_token"]
    assert get(double, "/me", Authorization=f"Bearer {token}").status == 200
    double.sandboxes.get().clock.advance(timedelta(days=2))
    assert get(double, "/me", Authorization=f"Bearer {token}").status == 401


def test_a_refused_body_may_be_sent_again(double: Application) -> None:
    """What is wrong with it is kept; whoever sends it is told the same; a mended one is taken."""

    async def told(body: bytes, sandbox: str) -> tuple[int, Any]:
        answer = await ask(double, "POST", "/things", body, {"Double-Sandbox": sandbox})
        return answer.status, answer.value

    refused = [asyncio.run(told(b'{"name": 1}', name)) for name in ("default", "default", "default", "other")]
    assert refused[0][0] in {400, 422}
    assert refused == refused[:1] * 4
    assert asyncio.run(told(_OTHER, "default"))[0] == 201
    assert asyncio.run(told(b'{"name": 2}', "default")) != refused[0]


def test_a_rule_changes_the_parameters_of_one_request_only(tmp_path: Path) -> None:
    """Parameters are decoded once for equal requests; a rule that writes into them does so for its own."""
    (tmp_path / "project" / "rules").mkdir(parents=True)
    (tmp_path / "project" / "rules" / "made.py").write_text(
        "from apidouble.rulekit import RuleBook\n"
        "rules = RuleBook()\n"
        "@rules.authorize('list_things')\n"
        "def smaller(call):\n"
        "    call.exchange.inputs.query['limit'] -= 1\n"
    )
    double = things(tmp_path / "project")
    assert [len(get(double, "/things?limit=9").value["items"]) for _ in range(3)] == [8, 8, 8]


def test_a_fault_strikes_known_heads(double: Application) -> None:
    """What the control API orders holds from the next request on, and ends as ordered."""
    assert get(double, "/things").status == 200
    faults = double.sandboxes.get().faults
    faults.add({"status": 503})
    assert get(double, "/things").status == 503
    faults.clear()
    assert get(double, "/things").status == 200

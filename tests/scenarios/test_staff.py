"""The staff API's members, statement by statement (C4, C5, C11 to C18, C21 to C26, X1 to X4).

Formats and addresses are in `test_staff_formats`, credentials, roles and the plan's limit in
`test_staff_access`, `where` and `order` in `test_staff_queries`.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.scenarios.staff_members import (
    DELETED,
    DISABLED,
    ENABLED,
    LEAST,
    OWNER,
    SHOWN,
    STAFF,
    UPDATED,
    create,
    member,
    staff,
    update,
)

FREELANCER = "d8e6a4b2-7c19-4e53-8f3d-2a95b1c07e64"
KEYS = {
    "active",
    "email_address",
    "first_name",
    "hourly_rate_cents",
    "last_name",
    "login",
    "time_zone",
    "uuid",
    "type",
}


def person(
    email_address: str, first_name: str, rate: int | None, last_name: str, login: str, uuid: str, type_: str
) -> dict[str, Any]:
    """A member as the reference's examples have them: active, in Perth."""
    return {
        "active": "true",
        "email_address": email_address,
        "first_name": first_name,
        "hourly_rate_cents": rate,
        "last_name": last_name,
        "login": login,
        "time_zone": "Australia/Perth",
        "uuid": uuid,
        "type": type_,
    }


LOLA, GEOVANNI = "07f971d7-e6ae-437c-bdb5-12e45a12cb81", "a00ca7ce-20b6-4b2f-9153-46f6b8e5b6bc"
KEYON, BETTIE = "eea4f769-9581-4b8d-ae47-79a1cd0ca304", "262ae5f3-49ad-429e-85b0-2002ca3b6723"
LISTED = [
    person("19anita.pacocha@oreilly.info", "Lola", None, "Kuphal", "user19", LOLA, "manager"),
    person("20angelita.brown@marquardt.com", "Geovanni", 10000, "Pollich", "user20", GEOVANNI, "staff"),
    person("21lisa_johnston@moriette.com", "Keyon", 7000, "Okuneva", "user21", KEYON, "staff"),
    person("22keara@wuckert.info", "Bettie", 9500, "Grady", "user22", BETTIE, "staff"),
]
SHOWN_EXAMPLE = person("24alayna_corwin@osinski.org", "Kian", 10000, "Rath", "user24", SHOWN, "staff")
UPDATE_EXAMPLE = person("28christopher@towne.biz", "Archibald", 10000, "Zulauf", "user28", UPDATED, "staff")
CREATE_EXAMPLE = person("5jewel_kovacek@mertz.com", "Sage", None, "Dicki", "user5", "", "staff")
del CREATE_EXAMPLE["uuid"]
REQUIRED = sorted(LEAST)


class TestList:
    def test_the_envelope(self, api: Any) -> None:
        """C5: a list is `response` and `count`, the number of its members."""
        body = api.get(STAFF).json()
        assert list(body) == ["response", "count"]
        assert body["count"] == len(body["response"]) == 40

    def test_members_have_nine_properties(self, api: Any) -> None:
        """C4: each member has nine properties; `active` is a string, never a boolean."""
        for one in staff(api):
            assert set(one) == KEYS
            assert one["active"] in ("true", "false")
            assert one["type"] in ("owner", "manager", "freelancer", "staff")
            assert one["hourly_rate_cents"] is None or type(one["hourly_rate_cents"]) is int
            assert str(UUID(one["uuid"])) == one["uuid"]
            assert all(one[name] and isinstance(one[name], str) for name in REQUIRED)

    def test_the_seed_is_varied(self, api: Any) -> None:
        """C4: every type, both states, rates and nulls, several time zones, distinct logins and ids."""
        members = staff(api)
        assert {one["type"] for one in members} == {"owner", "manager", "freelancer", "staff"}
        assert {one["active"] for one in members} == {"true", "false"}
        rates = {one["hourly_rate_cents"] for one in members}
        assert None in rates
        assert len(rates) > 5
        assert len({one["time_zone"] for one in members}) > 3
        assert len({one["login"] for one in members}) == len({one["uuid"] for one in members}) == len(members)

    def test_documented_members(self, api: Any) -> None:
        """C5: the four members of the documented list are there, as printed."""
        by_uuid = {one["uuid"]: one for one in staff(api)}
        for one in LISTED:
            assert by_uuid[one["uuid"]] == one

    @pytest.mark.parametrize(
        ("token", "uuid", "type_"),
        [
            ("demo-token", OWNER, "owner"),
            ("demo-owner", OWNER, "owner"),
            ("demo-manager", LOLA, "manager"),
        ],
    )
    def test_callers_find_themselves(self, api: Any, token: str, uuid: str, type_: str) -> None:
        """C5: the authenticated user is included in the results, also as the owner."""
        members = {one["uuid"]: one for one in staff(api.identified(token))}
        assert members[uuid]["type"] == type_

    def test_nothing_is_paged(self, api: Any) -> None:
        """C5, X4: everything is returned; paging words have no effect."""
        assert (
            api.get(STAFF, params={"limit": "1", "offset": "3", "page": "2"}).json() == api.get(STAFF).json()
        )

    def test_unknown_parameters_are_ignored(self, api: Any) -> None:
        """X2: a cache buster changes nothing."""
        assert api.get(STAFF, params={"_": "1700000000"}).json() == api.get(STAFF).json()


class TestShow:
    def test_show(self, api: Any) -> None:
        """C11: one member stands below `response`, without a count, as documented."""
        answer = api.get(f"{STAFF}/{SHOWN}")
        assert answer.status_code == 200
        assert answer.json() == {"response": SHOWN_EXAMPLE}

    def test_inactive_members_are_shown(self, api: Any) -> None:
        """C11: whether it is active or not."""
        assert member(api, ENABLED)["active"] == "false"

    @pytest.mark.parametrize(
        "uuid", ["694b9cd4-aa9a-47a1-b76c-1bca7c19a640", "nobody", "0", "%20", SHOWN[:-1]]
    )
    def test_unknown_members(self, api: Any, uuid: str) -> None:
        """C11: an unknown uuid is answered with 404, be it well-formed or not; its form is the API's own."""
        answer = api.get(f"{STAFF}/{uuid}")
        assert answer.status_code == 404
        assert isinstance(answer.json()["error"], str)


class TestCreate:
    def test_the_documented_request(self, api: Any) -> None:
        """C12, X1, X3: the printed request works as printed; the status is 200 and not 201."""
        answer = api.post(STAFF, json={"staff": CREATE_EXAMPLE})
        assert answer.status_code == 200
        assert list(answer.json()) == ["response"]
        made = answer.json()["response"]
        assert {name: made[name] for name in CREATE_EXAMPLE} == CREATE_EXAMPLE
        assert set(made) == KEYS
        assert UUID(made["uuid"])
        assert member(api, made["uuid"]) == made
        assert made in staff(api)
        assert len(staff(api)) == 41

    def test_defaults(self, api: Any) -> None:
        """C14: a new member is active staff without a rate, unless told otherwise."""
        made = create(api).json()["response"]
        assert (made["active"], made["type"], made["hourly_rate_cents"]) == ("true", "staff", None)

    def test_optional_properties(self, api: Any) -> None:
        """C14: what is given is kept."""
        made = create(api, active="false", type="manager", hourly_rate_cents=0).json()["response"]
        assert (made["active"], made["type"], made["hourly_rate_cents"]) == ("false", "manager", 0)

    @pytest.mark.parametrize(
        "body", [{}, LEAST, {"Staff": LEAST}, {"staff": None}, {"staff": []}, [], "staff", None]
    )
    def test_the_wrapper_is_needed(self, api: Any, body: Any) -> None:
        """C12: without an object below `staff` the request is answered with 422."""
        answer = api.post(STAFF, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert isinstance(answer.json()["error"], str)
        assert len(staff(api)) == 40

    def test_no_body(self, api: Any) -> None:
        """C12: no body at all is answered with 422."""
        assert api.post(STAFF).status_code == 422

    def test_uuid_left_out_or_null(self, api: Any) -> None:
        """C13: a uuid is generated if it is absent or null."""
        first = create(api, uuid=None).json()["response"]["uuid"]
        second = create(api, login="another").json()["response"]["uuid"]
        assert UUID(first).version == UUID(second).version == 4
        assert first != second

    def test_uuid_given(self, api: Any) -> None:
        """C13: a uuid that is given is used."""
        uuid = "694b9cd4-aa9a-47a1-b76c-1bca7c19a640"
        assert create(api, uuid=uuid).json()["response"]["uuid"] == uuid
        assert member(api, uuid)["login"] == "mia.tran"

    @pytest.mark.parametrize("uuid", ["nobody", "", "694b9cd4-aa9a-47a1-b76c", 7, SHOWN])
    def test_uuid_malformed_or_taken(self, api: Any, uuid: Any) -> None:
        """C13: a uuid that is malformed or taken is answered with 422."""
        answer = create(api, uuid=uuid)
        assert answer.status_code == 422
        assert "uuid" in answer.json()["error"]
        assert len(staff(api)) == 40
        assert member(api, SHOWN) == SHOWN_EXAMPLE

    @pytest.mark.parametrize("name", REQUIRED)
    def test_required_properties(self, api: Any, name: str) -> None:
        """C14, C15: each of the five must be there; the message names the one that is not."""
        answer = api.post(STAFF, json={"staff": {key: value for key, value in LEAST.items() if key != name}})
        assert answer.status_code == 422
        assert name in answer.json()["error"]
        assert len(staff(api)) == 40

    @pytest.mark.parametrize("value", ["", " ", "\t\n", "\u00a0", None, 7, True, ["x"], {"x": 1}])
    @pytest.mark.parametrize("name", REQUIRED)
    def test_required_properties_are_filled(self, api: Any, name: str, value: Any) -> None:
        """C14, C15: none may be blank, null or anything but a string; the field is named twice."""
        answer = create(api, **{name: value})
        assert answer.status_code == 422
        body = answer.json()
        assert set(body) == {"error", "errors"}
        assert name in body["error"]
        assert list(body["errors"]) == [name]
        assert all(isinstance(message, str) for message in body["errors"][name])
        assert len(staff(api)) == 40

    def test_all_faults_are_told(self, api: Any) -> None:
        """C15: every field that fails has its messages."""
        answer = create(api, email_address="nobody", time_zone="Atlantis", active=True)
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {"email_address", "time_zone", "active"}

    @pytest.mark.parametrize("type_", ["manager", "staff"])
    def test_types_that_can_be_set(self, api: Any, type_: str) -> None:
        """C16: the type can be set to manager or staff."""
        assert create(api, type=type_).json()["response"]["type"] == type_

    @pytest.mark.parametrize("type_", ["owner", "freelancer", "admin", "Staff", "", None, 1])
    def test_types_that_cannot_be_set(self, api: Any, type_: Any) -> None:
        """C16: any other type is answered with 422."""
        answer = create(api, type=type_)
        assert answer.status_code == 422
        assert "type" in answer.json()["error"]

    @pytest.mark.parametrize("active", [True, False, "yes", "True", "", 1, None])
    def test_active_is_a_string(self, api: Any, active: Any) -> None:
        """C17: `active` is "true" or "false"; booleans are answered with 422 like anything else."""
        answer = create(api, active=active)
        assert answer.status_code == 422
        assert "active" in answer.json()["error"]

    @pytest.mark.parametrize("rate", [-1, 99.5, "100", "", True, [100], 2**63])
    def test_rates_are_whole_numbers(self, api: Any, rate: Any) -> None:
        """C18: a rate is a whole number of cents, not negative, or null."""
        answer = create(api, hourly_rate_cents=rate)
        assert answer.status_code == 422
        assert "hourly_rate_cents" in answer.json()["error"]

    @pytest.mark.parametrize(
        "zone", ["Perth", "australia/perth", "Australia/Perth ", "UTC+8", "+08:00", "Mars/Phobos"]
    )
    def test_unknown_time_zones(self, api: Any, zone: str) -> None:
        """C18: a time zone that the IANA database does not know is answered with 422."""
        answer = create(api, time_zone=zone)
        assert answer.status_code == 422
        assert "time_zone" in answer.json()["error"]

    @pytest.mark.parametrize(
        "zone",
        [
            "UTC",
            "Europe/London",
            "America/Argentina/Buenos_Aires",
            "Asia/Kolkata",
            "Asia/Calcutta",
            "Etc/GMT+5",
        ],
    )
    def test_time_zones(self, api: Any, zone: str) -> None:
        """C4, C18: any name of the IANA database is a time zone."""
        assert create(api, time_zone=zone).json()["response"]["time_zone"] == zone

    @pytest.mark.parametrize("address", ["nobody", "a@", "@example.com", "a b@example.com", "a@b@c"])
    def test_invalid_email_addresses(self, api: Any, address: str) -> None:
        """C18: an invalid email address is answered with 422."""
        answer = create(api, email_address=address)
        assert answer.status_code == 422
        assert "email_address" in answer.json()["error"]

    def test_taken_logins(self, api: Any) -> None:
        """C18: a login that somebody has is answered with 422, which names it."""
        answer = create(api, login="user24")
        assert answer.status_code == 422
        assert "login" in answer.json()["error"]
        assert list(answer.json()["errors"]) == ["login"]
        assert len(staff(api)) == 40

    def test_unknown_properties_are_ignored(self, api: Any) -> None:
        """X2: members that the contract does not name are neither refused nor kept."""
        made = create(api, shoe_size=43, id=7)
        assert made.status_code == 200
        assert set(made.json()["response"]) == KEYS
        assert api.post(STAFF, json={"staff": LEAST | {"login": "b"}, "user": {}}).status_code == 200

    def test_malformed_json(self, api: Any) -> None:
        """C12: a body that is no JSON is a clear 4xx in the API's own shape, and nothing is stored."""
        answer = api.post(STAFF, content=b'{"staff": {', headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422)
        assert isinstance(answer.json()["error"], str)
        assert len(staff(api)) == 40

    def test_other_media_types(self, api: Any) -> None:
        """C12: a body that is declared as something else than JSON is answered with 415."""
        answer = api.post(STAFF, content=b"<staff/>", headers={"Content-Type": "application/xml"})
        assert answer.status_code == 415
        assert isinstance(answer.json()["error"], str)


class TestUpdate:
    def test_the_documented_request(self, api: Any) -> None:
        """C21, C22, X1: the printed request works as printed, with an empty body as its answer."""
        answer = api.put(f"{STAFF}/{UPDATED}", json={"staff": UPDATE_EXAMPLE})
        assert answer.status_code == 200
        assert answer.content == b""
        assert member(api, UPDATED) == UPDATE_EXAMPLE

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("active", "false"),
            ("email_address", "kian@example.com"),
            ("first_name", "Keane"),
            ("hourly_rate_cents", 12000),
            ("hourly_rate_cents", None),
            ("last_name", "Wrath"),
            ("login", "kian"),
            ("time_zone", "Europe/London"),
            ("type", "manager"),
        ],
    )
    def test_missing_attributes_stay(self, api: Any, name: str, value: Any) -> None:
        """C21: one property can be sent alone; the others keep their values; null clears a rate."""
        answer = update(api, SHOWN, **{name: value})
        assert answer.status_code == 200
        assert answer.content == b""
        assert member(api, SHOWN) == SHOWN_EXAMPLE | {name: value}

    def test_nothing_to_change(self, api: Any) -> None:
        """C21: an empty object changes nothing."""
        assert update(api, SHOWN).status_code == 200
        assert member(api, SHOWN) == SHOWN_EXAMPLE

    @pytest.mark.parametrize("name", [*REQUIRED, "active", "type"])
    def test_null_is_no_absence(self, api: Any, name: str) -> None:
        """C21: an explicit null for what must have a value is answered with 422."""
        answer = update(api, SHOWN, **{name: None})
        assert answer.status_code == 422
        assert name in answer.json()["error"]
        assert member(api, SHOWN) == SHOWN_EXAMPLE

    @pytest.mark.parametrize("uuid", [None, "0c9d6f0e-3b57-4c7e-9f5c-6a4d1b2e8f73", UPDATED, "nobody", 7])
    def test_the_uuid_of_the_path_counts(self, api: Any, uuid: Any) -> None:
        """C21: a uuid in the body is ignored, null does not make a new one."""
        changes = {"uuid": uuid, "first_name": "Keane"}
        assert api.put(f"{STAFF}/{SHOWN}", json={"staff": changes}).status_code == 200
        assert member(api, SHOWN) == SHOWN_EXAMPLE | {"first_name": "Keane"}
        assert len(staff(api)) == 40

    @pytest.mark.parametrize("body", [{}, {"first_name": "Keane"}, {"staff": None}, {"staff": "x"}, []])
    def test_the_wrapper_is_needed(self, api: Any, body: Any) -> None:
        """C21: without an object below `staff` the request is answered with 422."""
        assert api.put(f"{STAFF}/{SHOWN}", json=body).status_code == 422
        assert member(api, SHOWN) == SHOWN_EXAMPLE

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("login", "user28"),
            ("login", " "),
            ("type", "owner"),
            ("type", "freelancer"),
            ("type", "boss"),
            ("active", True),
            ("active", "maybe"),
            ("hourly_rate_cents", -1),
            ("hourly_rate_cents", "100"),
            ("email_address", "nobody"),
            ("time_zone", "Atlantis"),
            ("first_name", ""),
        ],
    )
    def test_invalid_records(self, api: Any, name: str, value: Any) -> None:
        """C16 to C18, C23: what cannot be created cannot be updated to either; the field is named."""
        answer = update(api, SHOWN, **{name: value})
        assert answer.status_code == 422
        assert name in answer.json()["error"]
        assert list(answer.json()["errors"]) == [name]
        assert member(api, SHOWN) == SHOWN_EXAMPLE

    @pytest.mark.parametrize("uuid", [OWNER, FREELANCER, SHOWN])
    def test_everybody_can_be_sent_back_as_shown(self, api: Any, uuid: str) -> None:
        """C16: a type that stays as it is may be sent, be it owner or freelancer."""
        shown = member(api, uuid)
        assert api.put(f"{STAFF}/{uuid}", json={"staff": shown}).status_code == 200
        assert member(api, uuid) == shown

    def test_types_change_to_what_can_be_set(self, api: Any) -> None:
        """C16: a freelancer can become staff, but staff cannot become a freelancer again."""
        assert update(api, FREELANCER, type="staff").status_code == 200
        answer = update(api, FREELANCER, type="freelancer")
        assert answer.status_code == 422
        assert member(api, FREELANCER)["type"] == "staff"

    def test_the_own_login_is_not_taken(self, api: Any) -> None:
        """C18: a member may keep its login."""
        assert update(api, SHOWN, login="user24", first_name="Keane").status_code == 200

    def test_unknown_members(self, api: Any) -> None:
        """C23: an unknown uuid is answered with 404."""
        assert update(api, str(uuid4()), first_name="X").status_code == 404

    def test_the_request_is_judged_before_the_member(self, api: Any) -> None:
        """C19: for an unknown member an invalid body is answered with 422, a taken login with 404."""
        assert update(api, str(uuid4()), first_name="").status_code == 422
        assert update(api, str(uuid4()), login="user24").status_code == 404

    def test_the_member_keeps_its_place(self, api: Any) -> None:
        """C21: an update does not move a member in the list."""
        before = [one["uuid"] for one in staff(api)]
        update(api, SHOWN, first_name="Aaron", last_name="Aaronson")
        assert [one["uuid"] for one in staff(api)] == before


class TestDelete:
    def test_delete(self, api: Any) -> None:
        """C24: a deleted member is gone; the answer is 200 with an empty body."""
        answer = api.delete(f"{STAFF}/{DELETED}")
        assert answer.status_code == 200
        assert answer.content == b""
        assert api.get(f"{STAFF}/{DELETED}").status_code == 404
        assert DELETED not in {one["uuid"] for one in staff(api)}
        assert len(staff(api)) == 39

    def test_twice(self, api: Any) -> None:
        """C24: what is gone cannot be deleted, updated, enabled or disabled."""
        api.delete(f"{STAFF}/{DELETED}")
        assert api.delete(f"{STAFF}/{DELETED}").status_code == 404
        assert update(api, DELETED, first_name="X").status_code == 404
        assert api.post(f"{STAFF}/{DELETED}/enable", json={}).status_code == 404
        assert api.post(f"{STAFF}/{DELETED}/disable", json={}).status_code == 404

    def test_the_login_is_free_again(self, api: Any) -> None:
        """C18, C24: the login of a deleted member can be given to another one."""
        api.delete(f"{STAFF}/{SHOWN}")
        assert create(api, login="user24", uuid=SHOWN).status_code == 200

    def test_unknown_members(self, api: Any) -> None:
        """C24: an unknown uuid is answered with 404."""
        assert api.delete(f"{STAFF}/{uuid4()}").status_code == 404


class TestEnableAndDisable:
    def test_enable(self, api: Any) -> None:
        """C25, X1: the printed request enables; 200 with an empty body."""
        answer = api.post(f"{STAFF}/{ENABLED}/enable", json={})
        assert answer.status_code == 200
        assert answer.content == b""
        assert member(api, ENABLED)["active"] == "true"

    def test_disable(self, api: Any) -> None:
        """C26, X1: the printed request disables; 200 with an empty body."""
        before = member(api, DISABLED)
        answer = api.post(f"{STAFF}/{DISABLED}/disable", json={})
        assert answer.status_code == 200
        assert answer.content == b""
        assert member(api, DISABLED) == before | {"active": "false"}

    @pytest.mark.parametrize(
        ("verb", "uuid", "active"), [("enable", SHOWN, "true"), ("disable", ENABLED, "false")]
    )
    def test_idempotent(self, api: Any, verb: str, uuid: str, active: str) -> None:
        """C25, C26: what is so already stays so."""
        for _ in range(2):
            assert api.post(f"{STAFF}/{uuid}/{verb}", json={}).status_code == 200
            assert member(api, uuid)["active"] == active

    @pytest.mark.parametrize("verb", ["enable", "disable"])
    def test_no_body(self, api: Any, verb: str) -> None:
        """C25, C26: the body may be left out, and what it holds is ignored."""
        assert api.post(f"{STAFF}/{SHOWN}/{verb}").status_code == 200
        assert api.post(f"{STAFF}/{SHOWN}/{verb}", json={"staff": {"active": "maybe"}}).status_code == 200

    @pytest.mark.parametrize("verb", ["enable", "disable"])
    def test_unknown_members(self, api: Any, verb: str) -> None:
        """C25, C26: an unknown uuid is answered with 404."""
        assert api.post(f"{STAFF}/{uuid4()}/{verb}", json={}).status_code == 404
        assert api.post(f"{STAFF}/nobody/{verb}", json={}).status_code == 404


def test_the_same_seed_gives_the_same_staff(double: Any) -> None:
    """C5: two doubles with one seed agree to the byte; another seed gives other people."""
    first, second, third = double(seed=7), double(seed=7), double(seed=8)
    assert first.get(STAFF).content == second.get(STAFF).content
    assert first.get(STAFF).content != third.get(STAFF).content
    assert create(first).content == create(second).content

"""Updating the users of customers, in both versions, statement by statement (D6, D17 to D22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.scenarios.users_of_customers import (
    DANIEL,
    MAYA,
    MAYA_SHOWN,
    NOBODY,
    NORTHGATE,
    RECORDS,
    REQUIRED,
    V1,
    V2,
    listed,
    shown,
)

BOTH_VERSIONS = pytest.mark.parametrize("users", [V1, V2], ids=["v1", "v2"])


def unstamped(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name != "updatedAt"}


@BOTH_VERSIONS
class TestUpdate:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("firstName", "Maja"),
            ("lastName", "Kowalski-Reyes"),
            ("email", "m.kowalski@harborlaw.example"),
            ("jobTitle", "Managing Partner"),
            ("jobTitle", ""),
            ("nickname", "May"),
            ("nickname", ""),
            ("seniority", "Senior Partner"),
            ("department", "Tax"),
            ("department", ""),
            ("office", "London"),
            ("subdepartment", "VAT"),
            ("pod", "Harbor"),
        ],
    )
    def test_one_property(self, api: Any, users: str, name: str, value: str) -> None:
        """D17 to D20, D22: what is set is updated, everything else stays; the answer is the updated user."""
        answer = api.patch(f"{users}/{MAYA}", json={name: value})
        assert answer.status_code == 200
        assert unstamped(answer.json()) == unstamped(MAYA_SHOWN | {name: value})
        assert shown(api) == answer.json()

    def test_properties_that_were_absent(self, api: Any, users: str) -> None:
        """D19: an optional property can be set where there was none."""
        answer = api.patch(f"{users}/{RECORDS}", json={"office": "London", "pod": "Summit"})
        assert answer.status_code == 200
        assert set(answer.json()) == REQUIRED | {"office", "pod"}

    def test_nothing(self, api: Any, users: str) -> None:
        """D19: an empty object changes nothing, the time of the last change included."""
        answer = api.patch(f"{users}/{MAYA}", json={})
        assert answer.status_code == 200
        assert answer.json() == MAYA_SHOWN

    def test_times(self, api: Any, users: str) -> None:
        """D22: `updatedAt` moves with every change, `createdAt` never."""
        times = [shown(api)["updatedAt"]]
        for name in ("A", "B", "C"):
            answer = api.patch(f"{users}/{MAYA}", json={"firstName": name}).json()
            assert answer["createdAt"] == MAYA_SHOWN["createdAt"]
            times.append(answer["updatedAt"])
        moments = [datetime.fromisoformat(time) for time in times]
        assert moments == sorted(set(moments))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("firstName", ""),
            ("lastName", ""),
            ("email", ""),
            ("email", "nobody"),
            ("email", "a b@example.com"),
            ("firstName", 7),
            ("nickname", False),
            ("office", ["London"]),
            ("roleIds", "62f6c2225f1e4b0012a3b801"),
            ("roleIds", ["nobody"]),
            ("roleIds", [7]),
            ("roleIds", {}),
        ],
    )
    def test_invalid_values(self, api: Any, users: str, name: str, value: Any) -> None:
        """D20, D22: wrong types and formats are answered with 400, which names the property."""
        answer = api.patch(f"{users}/{MAYA}", json={"pod": "Harbor", name: value})
        assert answer.status_code == 400
        assert name in answer.json()["message"]
        assert shown(api) == MAYA_SHOWN

    @pytest.mark.parametrize(
        "name",
        [
            "firstName",
            "lastName",
            "email",
            "jobTitle",
            "nickname",
            "roleIds",
            "seniority",
            "department",
            "office",
            "subdepartment",
            "pod",
        ],
    )
    def test_null(self, api: Any, users: str, name: str) -> None:
        """D22: none of the properties is nullable."""
        answer = api.patch(f"{users}/{MAYA}", json={name: None})
        assert answer.status_code == 400
        assert name in answer.json()["message"]
        assert shown(api) == MAYA_SHOWN

    @pytest.mark.parametrize(
        "change",
        [
            {"_id": NOBODY},
            {"createdAt": "2000-01-01T00:00:00Z"},
            {"updatedAt": "2000-01-01T00:00:00Z"},
            {"status": "firmDisabled"},
            {"isSuperDelegate": False},
            {"groupIds": []},
            {"superDelegatePermissions": {}},
            {"customerId": NORTHGATE},
            {"^customerId": NORTHGATE},
            {"relevantIdentities": []},
            {"shoeSize": 43},
            {"status": 7, "groupIds": "x"},
        ],
    )
    def test_what_cannot_be_updated(self, api: Any, users: str, change: dict[str, Any]) -> None:
        """D22, X2: what the body does not have is ignored, whatever its value."""
        answer = api.patch(f"{users}/{MAYA}", json=change)
        assert answer.status_code == 200
        assert unstamped(answer.json()) == unstamped(MAYA_SHOWN)
        assert unstamped(shown(api)) == unstamped(MAYA_SHOWN)

    @pytest.mark.parametrize(
        "roles", [[], ["62f6c2225f1e4b0012a3b801"], ["62F6C2225F1E4B0012A3B801", NOBODY]]
    )
    def test_role_ids(self, api: Any, users: str, roles: list[str]) -> None:
        """D17, D21: `roleIds` are taken, unknown ones too, and shown nowhere."""
        answer = api.patch(f"{users}/{MAYA}", json={"roleIds": roles})
        assert answer.status_code == 200
        assert set(answer.json()) == set(MAYA_SHOWN)
        assert "roleIds" not in shown(api)
        assert all("roleIds" not in one for one in listed(api))

    def test_taken_addresses(self, api: Any, users: str) -> None:
        """D22: an email address that another user of the customer has is answered with 409."""
        answer = api.patch(f"{users}/{MAYA}", json={"email": "daniel.osei@harborlaw.example", "pod": "X"})
        assert answer.status_code == 409
        assert "email" in answer.json()["message"]
        assert shown(api) == MAYA_SHOWN

    def test_addresses_that_are_not_taken(self, api: Any, users: str) -> None:
        """D22, D24: one's own address, and one of another customer's user, are free."""
        for address in ("maya.kowalski@harborlaw.example", "maya.kowalski@northgate.example"):
            assert api.patch(f"{users}/{MAYA}", json={"email": address}).status_code == 200

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"7", b"{}{}", b"\xff"])
    def test_broken_bodies(self, api: Any, users: str, body: bytes) -> None:
        """D22: a body that is no JSON object is answered with 400."""
        answer = api.patch(f"{users}/{MAYA}", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["statusCode"] == 400
        assert shown(api) == MAYA_SHOWN

    def test_the_place_stays(self, api: Any, users: str) -> None:
        """D12: an update does not move a user in the list."""
        before = [one["_id"] for one in listed(api)]
        api.patch(f"{users}/{DANIEL}", json={"firstName": "Aaron", "lastName": "Aaronson"})
        assert [one["_id"] for one in listed(api)] == before

    def test_search_sees_changes(self, api: Any, users: str) -> None:
        """D10: a search finds the new name and no longer the old one."""
        api.patch(f"{users}/{DANIEL}", json={"lastName": "Quaynor", "email": "dq@harborlaw.example"})
        assert [one["_id"] for one in listed(api, search="quaynor")] == [DANIEL]
        assert listed(api, search="osei") == []


class TestVersions:
    def test_one_state(self, api: Any) -> None:
        """D6, D16: both versions change the same user and show it alike."""
        first = api.patch(f"{V1}/{MAYA}", json={"firstName": "Maja"})
        second = api.patch(f"{V2}/{MAYA}", json={"office": "London"})
        assert unstamped(second.json()) == unstamped(first.json() | {"office": "London"})
        assert shown(api) == second.json()

    @pytest.mark.parametrize("delegates", [[], [DANIEL], [DANIEL, NOBODY, DANIEL]])
    def test_delegate_ids(self, api: Any, delegates: list[str]) -> None:
        """D17, D21: v1 takes `delegateIds`, unknown ones too, and shows them nowhere."""
        answer = api.patch(f"{V1}/{MAYA}", json={"delegateIds": delegates})
        assert answer.status_code == 200
        assert set(answer.json()) == set(MAYA_SHOWN)
        assert "delegateIds" not in shown(api)

    @pytest.mark.parametrize("delegates", ["x", ["nobody"], [7], None, {}])
    def test_invalid_delegate_ids(self, api: Any, delegates: Any) -> None:
        """D21, D22: v1 checks their format; v2, which does not have them, ignores them."""
        answer = api.patch(f"{V1}/{MAYA}", json={"delegateIds": delegates})
        assert answer.status_code == 400
        assert "delegateIds" in answer.json()["message"]
        answer = api.patch(f"{V2}/{MAYA}", json={"delegateIds": delegates})
        assert answer.status_code == 200
        assert answer.json() == MAYA_SHOWN

    def test_kept_and_not_shown(self, api: Any) -> None:
        """D19, D21: delegates and roles are part of the user: setting them is a change, repeating is none."""
        first = api.patch(f"{V1}/{MAYA}", json={"delegateIds": [DANIEL], "roleIds": [NOBODY]}).json()
        assert first["updatedAt"] > MAYA_SHOWN["updatedAt"]
        again = api.patch(f"{V1}/{MAYA}", json={"delegateIds": [DANIEL], "roleIds": [NOBODY]}).json()
        assert again == first
        cleared = api.patch(f"{V1}/{MAYA}", json={"delegateIds": []}).json()
        assert cleared["updatedAt"] > first["updatedAt"]

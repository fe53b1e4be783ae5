"""The customer users API, statement by statement (D1 to D16, D23, D24, X1 to X4).

Updates are in `test_customer_user_updates`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.scenarios.users_of_customers import (
    CUSTOMER,
    DANIEL,
    INTEGRATION,
    LUND,
    MAYA,
    MAYA_OF_NORTHGATE,
    MAYA_SHOWN,
    NOBODY,
    NORTHGATE,
    RECORDS,
    REQUIRED,
    SIOBHAN,
    V1,
    V2,
    listed,
    shown,
)

OPTIONAL = {
    "isSuperDelegate",
    "status",
    "seniority",
    "department",
    "office",
    "subdepartment",
    "pod",
    "groupIds",
    "superDelegatePermissions",
}
INTEGRATIONS = [
    "cloud-assistant-cdr",
    "cloud-assistant-google",
    "cloud-assistant-microsoft-exchange",
    "cloud-assistant-microsoft-teams",
    "cloud-assistant-zoom",
]
IDENTITY_TYPES = [
    "aderant", "auth0", "azure", "email", "external-billing-system", "elite", "intercom", "juris",
    "cisco-cdr", "mixpanel", "phone", "phone-extension", "salesforce", "segment", "vitally", "walls",
    "zendesk", "zoom", "exchange", "user-principal-name", "cisco-webex", "ringcentral", "google",
]  # fmt: skip
OPERATIONS = [
    ("GET", f"{V1}?integration=cloud-assistant-zoom"),
    ("GET", f"{V1}/lookup"),
    ("GET", f"{V1}/{MAYA}"),
    ("PATCH", f"{V1}/{MAYA}"),
    ("DELETE", f"{V1}/{MAYA}"),
    ("PATCH", f"{V2}/{MAYA}"),
]


class TestErrors:
    @pytest.mark.parametrize(("method", "path"), OPERATIONS)
    def test_every_operation_needs_a_token(self, api: Any, method: str, path: str) -> None:
        """D7: without a bearer token, or with an unknown one, every operation is answered with 401."""
        for caller in (
            api.anonymous(),
            api.identified("nobody"),
            api.with_headers(Authorization="demo-token"),
        ):
            answer = caller.request(method, path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["statusCode"] == 401
            assert "demo-token" in answer.json()["message"]

    @pytest.mark.parametrize(
        ("method", "path", "status", "error"),
        [
            ("GET", V1, 400, "Bad Request"),
            ("GET", f"{V1}/{NOBODY}", 404, "Not Found"),
            ("GET", f"{V1}/nobody", 400, "Bad Request"),
            ("POST", V1, 405, "Method Not Allowed"),
        ],
    )
    def test_the_shape_of_errors(self, api: Any, method: str, path: str, status: int, error: str) -> None:
        """D9: errors are `statusCode`, `message` and `error`."""
        answer = api.request(method, path)
        assert answer.status_code == status
        body = answer.json()
        assert set(body) == {"statusCode", "message", "error"}
        assert (body["statusCode"], body["error"]) == (status, error)
        assert isinstance(body["message"], str)
        assert body["message"]

    @pytest.mark.parametrize(
        "bad", ["nobody", "123", MAYA[:-1], f"{MAYA}0", "62f6b0a05f1e4b0012a3b50g", "%00", "null"]
    )
    def test_malformed_ids(self, api: Any, bad: str) -> None:
        """D8: an id that is not 24 hexadecimal digits is answered with 400, wherever it stands."""
        for method in ("GET", "PATCH", "DELETE"):
            answer = api.request(method, f"{V1}/{bad}", json={} if method == "PATCH" else None)
            assert answer.status_code == 400
            assert "userId" in answer.json()["message"]
        assert api.patch(f"{V2}/{bad}", json={}).status_code == 400
        customer = f"/api/v1/customers/{bad}/users"
        assert api.get(customer, params=INTEGRATION).status_code == 400
        assert api.get(f"{customer}/lookup").status_code == 400
        assert api.get(f"{customer}/{MAYA}").status_code == 400

    @pytest.mark.parametrize(("method", "version"), [("GET", 1), ("PATCH", 1), ("DELETE", 1), ("PATCH", 2)])
    @pytest.mark.parametrize(
        ("customer", "user"),
        [(CUSTOMER, NOBODY), (NOBODY, MAYA), (NORTHGATE, MAYA), (CUSTOMER, MAYA_OF_NORTHGATE)],
    )
    def test_unknown_users(self, api: Any, method: str, version: int, customer: str, user: str) -> None:
        """D8: an unknown user, an unknown customer and a user of another customer are answered with 404."""
        body = {"firstName": "X"} if method == "PATCH" else None
        answer = api.request(method, f"/api/v{version}/customers/{customer}/users/{user}", json=body)
        assert answer.status_code == 404
        assert shown(api) == MAYA_SHOWN

    def test_unknown_customers(self, api: Any) -> None:
        """D8: a customer that does not exist has no list and no lookup."""
        users = f"/api/v1/customers/{NOBODY}/users"
        assert api.get(users, params=INTEGRATION).status_code == 404
        assert api.get(f"{users}/lookup").status_code == 404

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            (V1, {"GET"}),
            (f"{V1}/lookup", {"GET"}),
            (f"{V1}/{MAYA}", {"GET", "PATCH", "DELETE"}),
            (f"{V2}/{MAYA}", {"PATCH"}),
        ],
    )
    def test_other_methods(self, api: Any, path: str, methods: set[str]) -> None:
        """D6: there is no POST, and v2 knows PATCH alone; 405 says what there is."""
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = api.request(method, path)
            assert answer.status_code == 405
            assert methods <= {word.strip() for word in answer.headers["allow"].split(",")}

    def test_v2_has_no_list(self, api: Any) -> None:
        """D6: no other path exists under v2."""
        assert api.get(V2, params=INTEGRATION).status_code == 404
        assert api.get(f"{V2}/lookup").status_code in (404, 405)


class TestList:
    def test_an_array_of_users(self, api: Any) -> None:
        """D12, D14: the body is an array of plain users, everybody at once."""
        users = listed(api)
        assert len(users) > 10
        for one in users:
            assert set(one) >= REQUIRED
            assert set(one) <= REQUIRED | OPTIONAL
            assert "relevantIdentities" not in one
        assert users[0] == MAYA_SHOWN

    def test_properties(self, api: Any) -> None:
        """D14, D15: optional strings are left out rather than null; only `groupIds` may be null."""
        for one in listed(api) + listed(api, NORTHGATE) + listed(api, LUND):
            for name, value in one.items():
                if name == "groupIds":
                    assert value is None or all(len(group) == 24 for group in value)
                elif name == "isSuperDelegate":
                    assert isinstance(value, bool)
                elif name == "superDelegatePermissions":
                    assert isinstance(value, dict)
                    assert one["isSuperDelegate"] is True
                else:
                    assert isinstance(value, str)
            assert one["email"].count("@") == 1
            assert one.get("status", "active") in ("active", "adminDisabled", "firmDisabled")
            assert datetime.fromisoformat(one["createdAt"]) <= datetime.fromisoformat(one["updatedAt"])

    def test_the_seed_is_varied(self, api: Any) -> None:
        """D14: every status, users with and without nickname and groups, and one who has the least."""
        users = [one for customer in (CUSTOMER, NORTHGATE, LUND) for one in listed(api, customer)]
        assert len(users) == 60
        assert {one.get("status") for one in users} == {"active", "adminDisabled", "firmDisabled", None}
        assert {bool(one["nickname"]) for one in users} == {True, False}
        assert {type(one.get("groupIds", ...)) for one in users} == {list, type(None), type(...)}
        assert set(shown(api, RECORDS)) == REQUIRED

    def test_customers_are_isolated(self, api: Any) -> None:
        """D24: a list holds the customer's own users only."""
        ids = [{one["_id"] for one in listed(api, customer)} for customer in (CUSTOMER, NORTHGATE, LUND)]
        assert all(ids)
        assert not ids[0] & ids[1]
        assert not ids[0] & ids[2]
        assert not ids[1] & ids[2]

    @pytest.mark.parametrize("integration", INTEGRATIONS)
    def test_integration(self, api: Any, integration: str) -> None:
        """D11, D12: each of the five is accepted, filters nothing, and users stay plain users."""
        assert listed(api, integration=integration) == listed(api)

    @pytest.mark.parametrize(
        "parameters",
        [{}, {"integration": ""}, {"integration": "zoom"}, {"integration": "Cloud-Assistant-Zoom"}],
    )
    def test_integration_is_required(self, api: Any, parameters: dict[str, str]) -> None:
        """D11: a missing or unknown integration is answered with 400, which names the parameter."""
        answer = api.get(V1, params=parameters)
        assert answer.status_code == 400
        assert "integration" in answer.json()["message"]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("Siobhán", [SIOBHAN]),
            ("harTLEY", [SIOBHAN]),
            ("shiv", [SIOBHAN]),
            ("s.hartley@harborlaw", [SIOBHAN]),
            ("HARBORLAW.example", [MAYA, DANIEL, SIOBHAN, RECORDS]),
            ("osei", [DANIEL]),
            ("aniel.os", [DANIEL]),
            ("records@", [RECORDS]),
            ("Litigation-no-such-name", []),
            ("62f6b0a05f1e4b0012a3b501", []),
            ("%", []),
            (".*", []),
        ],
    )
    def test_search(self, api: Any, search: str, found: list[str]) -> None:
        """D10: a user fits if first name, last name, nickname or email holds the text, whatever the case."""
        assert [one["_id"] for one in listed(api, search=search)] == found

    @pytest.mark.parametrize("search", ["a", "an", "ER", "@", "jo"])
    def test_search_says_what_it_says(self, api: Any, search: str) -> None:
        """D10: the four properties are searched, and no others."""
        searched = ("firstName", "lastName", "nickname", "email")
        fits = [one for one in listed(api) if any(search.lower() in one[name].lower() for name in searched)]
        assert listed(api, search=search) == fits

    def test_empty_search(self, api: Any) -> None:
        """D10: an empty text is no filter."""
        assert listed(api, search="") == listed(api)

    def test_search_stays_with_the_customer(self, api: Any) -> None:
        """D10, D24: a namesake at another customer is not found."""
        assert [one["_id"] for one in listed(api, search="kowalski")] == [MAYA]
        assert [one["_id"] for one in listed(api, NORTHGATE, search="kowalski")] == [MAYA_OF_NORTHGATE]

    def test_nothing_is_paged(self, api: Any) -> None:
        """D12, X2, X4: there are no pages; unknown parameters are ignored."""
        assert listed(api, limit="1", offset="5", page="2", _="1700000000") == listed(api)


class TestLookup:
    LOOKUP = f"{V1}/lookup"

    def test_without_a_wish(self, api: Any) -> None:
        """D13: with no query the caller's first identity at the customer is answered."""
        answer = api.get(self.LOOKUP)
        assert answer.status_code == 200
        assert answer.json() == {
            "type": "email",
            "value": "maya.kowalski@harborlaw.example",
            "customerId": CUSTOMER,
        }

    def test_at_another_customer(self, api: Any) -> None:
        """D13: where the caller has none, the customer's first."""
        answer = api.get(f"/api/v1/customers/{NORTHGATE}/users/lookup")
        assert answer.json() == {"type": "juris", "value": "0077", "customerId": NORTHGATE}

    def test_by_type_and_value(self, api: Any) -> None:
        """D13: type and value choose one identity."""
        answer = api.get(self.LOOKUP, params={"type": "cisco-cdr", "value": "4152"})
        assert answer.status_code == 200
        assert answer.json() == {"type": "cisco-cdr", "value": "4152", "customerId": CUSTOMER}

    def test_by_one_of_them(self, api: Any) -> None:
        """D13: one alone filters by what is given."""
        by_type = api.get(self.LOOKUP, params={"type": "zoom"}).json()
        assert by_type["value"] == "maya.kowalski@harborlaw.example"
        by_value = api.get(self.LOOKUP, params={"value": "daniel.osei@harborlaw.example"}).json()
        assert by_value["type"] == "email"

    @pytest.mark.parametrize("type_", IDENTITY_TYPES)
    def test_every_type(self, api: Any, type_: str) -> None:
        """D13: the 23 types are known; each is somebody's."""
        answers = [
            api.get(f"/api/v1/customers/{customer}/users/lookup", params={"type": type_})
            for customer in (CUSTOMER, NORTHGATE, LUND)
        ]
        assert {answer.status_code for answer in answers} <= {200, 404}
        found = [answer.json() for answer in answers if answer.status_code == 200]
        assert found
        for identity in found:
            assert set(identity) == {"type", "value", "customerId"}
            assert identity["type"] == type_

    @pytest.mark.parametrize(
        "parameters",
        [
            {"type": "salesforce"},
            {"value": "nobody"},
            {"type": "zoom", "value": "4152"},
            {"value": "Daniel.Osei@harborlaw.example"},
            {"type": "zoom", "value": "maya.kowalski@northgate.example"},
            {"value": ""},
        ],
    )
    def test_nothing_fits(self, api: Any, parameters: dict[str, str]) -> None:
        """D13, D24: where no identity of this customer fits, 404."""
        assert api.get(self.LOOKUP, params=parameters).status_code == 404

    @pytest.mark.parametrize("type_", ["", "Zoom", "slack", "email,zoom"])
    def test_unknown_types(self, api: Any, type_: str) -> None:
        """D13: a type that does not exist is answered with 400."""
        assert api.get(self.LOOKUP, params={"type": type_}).status_code == 400

    def test_lookup_is_no_user(self, api: Any) -> None:
        """D2: `lookup` is routed before `{userId}`, and only for GET."""
        assert api.get(self.LOOKUP).status_code == 200
        assert api.patch(self.LOOKUP, json={}).status_code == 405
        assert api.delete(self.LOOKUP).status_code == 405

    def test_identities_go_with_their_user(self, api: Any) -> None:
        """D13, D23: an identity of a deleted user is not found any more."""
        api.delete(f"{V1}/{DANIEL}")
        assert api.get(self.LOOKUP, params={"type": "cisco-cdr"}).status_code == 404


class TestRead:
    def test_the_documented_user(self, api: Any) -> None:
        """D3, D14, D16: a user by its id, with the documented times."""
        assert shown(api) == MAYA_SHOWN

    def test_everybody_can_be_read(self, api: Any) -> None:
        """D16: a list and a single user show the same."""
        for one in listed(api):
            assert shown(api, one["_id"]) == one


class TestDelete:
    def test_delete(self, api: Any) -> None:
        """D23: a deletion answers 200 with the user that it deleted, who is then gone everywhere."""
        answer = api.delete(f"{V1}/{MAYA}")
        assert answer.status_code == 200
        assert answer.json() == MAYA_SHOWN
        assert api.get(f"{V1}/{MAYA}").status_code == 404
        assert api.patch(f"{V1}/{MAYA}", json={}).status_code == 404
        assert api.patch(f"{V2}/{MAYA}", json={}).status_code == 404
        assert MAYA not in {one["_id"] for one in listed(api)}

    def test_twice(self, api: Any) -> None:
        """D23: who is gone cannot be deleted again."""
        api.delete(f"{V1}/{MAYA}")
        assert api.delete(f"{V1}/{MAYA}").status_code == 404

    def test_others_stay(self, api: Any) -> None:
        """D24: nobody else is deleted, here or at another customer."""
        before = {customer: listed(api, customer) for customer in (CUSTOMER, NORTHGATE, LUND)}
        api.delete(f"{V1}/{DANIEL}")
        assert listed(api) == [one for one in before[CUSTOMER] if one["_id"] != DANIEL]
        assert listed(api, NORTHGATE) == before[NORTHGATE]
        assert listed(api, LUND) == before[LUND]

    def test_the_address_is_free_again(self, api: Any) -> None:
        """D22, D23: the email address of a deleted user can be given to another one."""
        api.delete(f"{V1}/{DANIEL}")
        changed = api.patch(f"{V1}/{MAYA}", json={"email": "daniel.osei@harborlaw.example"})
        assert changed.status_code == 200

    @pytest.mark.parametrize(
        "parameters",
        [
            {"isForwarded": "true"},
            {"isForwarded": "false"},
            {
                "isForwarded": "true",
                "originalPrincipalClientId": "web",
                "originalPrincipalCustomerId": "any text",
                "originalPrincipalUserId": "",
            },
            {"force": "yes"},
        ],
    )
    def test_query_parameters(self, api: Any, parameters: dict[str, str]) -> None:
        """D23: the documented parameters are accepted and have no visible effect."""
        answer = api.delete(f"{V1}/{MAYA}", params=parameters)
        assert answer.status_code == 200
        assert answer.json() == MAYA_SHOWN

    @pytest.mark.parametrize("forwarded", ["maybe", "", "2"])
    def test_bad_booleans(self, api: Any, forwarded: str) -> None:
        """D23: an `isForwarded` that is no boolean is answered with 400, and nobody is deleted."""
        answer = api.delete(f"{V1}/{MAYA}", params={"isForwarded": forwarded})
        assert answer.status_code == 400
        assert "isForwarded" in answer.json()["message"]
        assert shown(api) == MAYA_SHOWN


def test_only_200(api: Any) -> None:
    """D9, X3: every success is a 200 with application/json."""
    for method, path in (operation for operation in OPERATIONS if operation[0] != "DELETE"):
        answer = api.request(method, path, json={} if method == "PATCH" else None)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == "application/json"


def test_the_same_seed_gives_the_same_users(double: Any) -> None:
    """D12: two doubles with one seed agree to the byte; another seed gives other people."""
    first, second, third = (double(seed=seed).get(V1, params=INTEGRATION).content for seed in (7, 7, 8))
    assert first == second != third

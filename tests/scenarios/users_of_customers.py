"""Customers and their users, and how tests of that API read them.

In: a `Caller`. Out: users as the API shows them. May not know: what any of it promises; the tests say that.
"""

from __future__ import annotations

from typing import Any

CUSTOMER = "62f65a0c5f1e4b0012a3b4c5"
NORTHGATE = "6310a4e27bd2c90013f5e811"
LUND = "63c7f91d04ab6e0012d7c3a9"
MAYA = "62f6b0a05f1e4b0012a3b501"
DANIEL = "62f6b0a05f1e4b0012a3b502"
SIOBHAN = "62f6b0a05f1e4b0012a3b503"
RECORDS = "62f6b0a05f1e4b0012a3b504"
MAYA_OF_NORTHGATE = "6310b7c37bd2c90013f5e901"
NOBODY = "000000000000000000000000"

V1 = f"/api/v1/customers/{CUSTOMER}/users"
V2 = f"/api/v2/customers/{CUSTOMER}/users"
INTEGRATION = {"integration": "cloud-assistant-zoom"}
REQUIRED = {"_id", "createdAt", "email", "firstName", "jobTitle", "lastName", "nickname", "updatedAt"}
MAYA_SHOWN = {
    "_id": MAYA,
    "createdAt": "2022-08-12T20:44:48Z",
    "email": "maya.kowalski@harborlaw.example",
    "firstName": "Maya",
    "jobTitle": "Partner",
    "lastName": "Kowalski",
    "nickname": "",
    "updatedAt": "2022-08-12T20:44:48Z",
    "isSuperDelegate": True,
    "status": "active",
    "seniority": "Partner",
    "department": "Corporate",
    "office": "Chicago",
    "subdepartment": "Mergers & Acquisitions",
    "pod": "Lakeside",
    "groupIds": ["62f6c1115f1e4b0012a3b701"],
    "superDelegatePermissions": {"manageTime": True, "releaseTime": True},
}


def listed(api: Any, customer: str = CUSTOMER, **parameters: str) -> list[dict[str, Any]]:
    """The users of a customer."""
    answer = api.get(f"/api/v1/customers/{customer}/users", params=INTEGRATION | parameters)
    assert answer.status_code == 200, answer.text
    users: list[dict[str, Any]] = answer.json()
    return users


def shown(api: Any, user: str = MAYA) -> dict[str, Any]:
    """One user of the first customer, who must be there."""
    answer = api.get(f"{V1}/{user}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body

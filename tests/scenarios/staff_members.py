"""Members of the staff API, and how tests of it read and write them.

In: a `Caller`. Out: members as the API shows them, answers to creates and updates. May not know: what any
of it promises; the tests say that.
"""

from __future__ import annotations

from typing import Any

STAFF = "/api/1/staff"
OWNER = "3c1b8f0e-5d2a-4f67-9b0c-6e41d7a2c915"
SHOWN = "141621a3-1731-4133-be13-7a936ba7da6a"
UPDATED = "161e6c57-a86a-4ab8-b6c0-8a7831e4cd44"
DELETED = "c7a4dc35-4501-44a0-9a71-b94c6a5dd9a0"
DISABLED = "a0cfe730-11a8-4dc5-8c34-e4a9beb42585"
ENABLED = "b8833788-448c-4292-90c3-05e496479412"
FORMS = ["", ".json", ".jsonp"]
"""What a path may end with."""

LEAST: dict[str, Any] = {
    "email_address": "mia.tran@example.com",
    "first_name": "Mia",
    "last_name": "Tran",
    "login": "mia.tran",
    "time_zone": "Australia/Sydney",
}
"""What a create needs."""


def staff(api: Any) -> list[dict[str, Any]]:
    """Everybody, as the list shows them."""
    answer = api.get(STAFF)
    assert answer.status_code == 200
    members: list[dict[str, Any]] = answer.json()["response"]
    return members


def member(api: Any, uuid: str) -> dict[str, Any]:
    """One member, who must be there."""
    answer = api.get(f"{STAFF}/{uuid}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()["response"]
    return shown


def create(api: Any, **changes: Any) -> Any:
    """The answer to a create with no more than is needed, and these properties."""
    return api.post(STAFF, json={"staff": LEAST | changes})


def update(api: Any, uuid: str, **changes: Any) -> Any:
    """The answer to a change of these properties."""
    return api.put(f"{STAFF}/{uuid}", json={"staff": changes})

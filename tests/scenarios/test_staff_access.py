"""Who may use the staff API, and how far (C3, C10, C19), statement by statement."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.scenarios.staff_members import (
    DELETED,
    DISABLED,
    ENABLED,
    FORMS,
    LEAST,
    SHOWN,
    STAFF,
    UPDATED,
    create,
    member,
    staff,
    update,
)

OPERATIONS = [
    ("GET", ""),
    ("POST", ""),
    ("GET", f"/{SHOWN}"),
    ("PUT", f"/{UPDATED}"),
    ("DELETE", f"/{DELETED}"),
    ("POST", f"/{ENABLED}/enable"),
    ("POST", f"/{DISABLED}/disable"),
]


class TestAuthentication:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(("method", "path"), OPERATIONS)
    def test_every_operation_needs_a_token(self, api: Any, method: str, path: str, form: str) -> None:
        """C3: without a token, or with an unknown one, every operation is answered with 401."""
        for caller in (
            api.anonymous(),
            api.identified("nobody"),
            api.with_headers(Authorization="Basic ZGVtbzpkZW1v"),
        ):
            answer = caller.request(method, f"{STAFF}{path}{form}")
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert "demo-token" in answer.text

    def test_the_refusal_has_the_shape_of_the_api(self, api: Any) -> None:
        """C3, C15: the 401 is an `error` with a message."""
        answer = api.anonymous().get(STAFF)
        assert set(answer.json()) <= {"error", "errors"}
        assert isinstance(answer.json()["error"], str)

    @pytest.mark.parametrize("form", FORMS)
    def test_the_token_may_stand_in_the_query(self, api: Any, form: str) -> None:
        """C2: a script element cannot send a header, so that `access_token` in the query counts as well."""
        answer = api.anonymous().get(f"{STAFF}{form}", params={"access_token": "demo-token"})
        assert answer.status_code == 200
        assert api.anonymous().get(f"{STAFF}{form}", params={"access_token": "nobody"}).status_code == 401

    def test_credentials_come_before_everything_else(self, api: Any) -> None:
        """C19: without credentials neither the body nor the member is looked at."""
        assert api.anonymous().post(STAFF, content=b"{").status_code == 401
        assert api.anonymous().get(f"{STAFF}/{uuid4()}").status_code == 401


class TestRoles:
    FORBIDDEN = ("demo-freelancer", "demo-staff")
    ALLOWED = ("demo-owner", "demo-manager", "demo-token")

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("token", FORBIDDEN)
    @pytest.mark.parametrize(
        ("method", "path", "verb"),
        [(method, path, verb) for (method, path), verb in zip(
            OPERATIONS, ["list", "create", "view", "update", "delete", "update", "update"], strict=True
        )],
    )  # fmt: skip
    def test_freelancers_and_staff_may_not(
        self, api: Any, method: str, path: str, verb: str, token: str, form: str
    ) -> None:
        """C10: freelancers and staff are answered with 403, which says what they may not do."""
        answer = api.identified(token).request(method, f"{STAFF}{path}{form}")
        assert answer.status_code == 403
        assert verb in answer.text

    @pytest.mark.parametrize("token", ALLOWED)
    def test_owners_and_managers_may(self, api: Any, token: str) -> None:
        """C10: owners and managers may do everything."""
        caller = api.identified(token)
        assert caller.get(STAFF).status_code == 200
        assert caller.get(f"{STAFF}/{SHOWN}").status_code == 200
        created = caller.post(STAFF, json={"staff": LEAST})
        assert created.status_code == 200
        item = f"{STAFF}/{created.json()['response']['uuid']}"
        assert caller.put(item, json={"staff": {"last_name": "Salt"}}).status_code == 200
        assert caller.post(f"{item}/disable", json={}).status_code == 200
        assert caller.post(f"{item}/enable", json={}).status_code == 200
        assert caller.delete(item).status_code == 200

    def test_refused_callers_change_nothing(self, api: Any) -> None:
        """C10: whatever a freelancer tries, the state stays as it was."""
        before = staff(api)
        freelancer = api.identified("demo-freelancer")
        freelancer.post(STAFF, json={"staff": LEAST})
        freelancer.put(f"{STAFF}/{UPDATED}", json={"staff": {"last_name": "Salt"}})
        freelancer.post(f"{STAFF}/{DISABLED}/disable", json={})
        freelancer.delete(f"{STAFF}/{DELETED}")
        assert staff(api) == before

    def test_the_role_is_judged_before_the_body_is_read(self, api: Any) -> None:
        """C19: a freelancer's broken body is answered with 403."""
        headers = {"Content-Type": "application/json"}
        assert api.identified("demo-staff").post(STAFF, content=b"{", headers=headers).status_code == 403
        assert api.identified("demo-staff").put(f"{STAFF}/{uuid4()}", json={}).status_code == 403


class TestPlanLimit:
    @pytest.fixture
    def full(self, api: Any, double: Any) -> Any:
        """A double whose plan allows as many active members as there are."""
        active = sum(one["active"] == "true" for one in staff(api))
        return double(values={"staff": {"maximum_active_staff": active}})

    def test_no_limit(self, api: Any) -> None:
        """C19: without a limit nothing is ever answered with 402."""
        for number in range(5):
            assert create(api, login=f"user-{number}").status_code == 200
        assert api.post(f"{STAFF}/{ENABLED}/enable", json={}).status_code == 200

    def test_create(self, full: Any) -> None:
        """C19: creating an active member beyond the limit is answered with 402, and stores nothing."""
        before = staff(full)
        answer = create(full)
        assert answer.status_code == 402
        assert isinstance(answer.json()["error"], str)
        assert staff(full) == before

    def test_create_inactive(self, full: Any) -> None:
        """C19: an inactive member does not count."""
        assert create(full, active="false").status_code == 200

    def test_enable(self, full: Any) -> None:
        """C19, C25: enabling beyond the limit is answered with 402; who is active already may be enabled."""
        answer = full.post(f"{STAFF}/{ENABLED}/enable", json={})
        assert answer.status_code == 402
        assert member(full, ENABLED)["active"] == "false"
        assert full.post(f"{STAFF}/{SHOWN}/enable", json={}).status_code == 200

    def test_update(self, full: Any) -> None:
        """C19: an update that makes a member active is answered with 402, any other is fine."""
        assert update(full, ENABLED, active="true", first_name="Rubina").status_code == 402
        assert member(full, ENABLED)["first_name"] == "Ruby"
        assert update(full, ENABLED, first_name="Rubina").status_code == 200
        assert update(full, SHOWN, active="true", first_name="Keane").status_code == 200

    def test_room_can_be_made(self, full: Any) -> None:
        """C19, C26: disabling and deleting are never over the limit and make room."""
        assert full.post(f"{STAFF}/{DISABLED}/disable", json={}).status_code == 200
        assert full.post(f"{STAFF}/{ENABLED}/enable", json={}).status_code == 200
        assert create(full).status_code == 402
        assert full.delete(f"{STAFF}/{DELETED}").status_code == 200
        assert create(full).status_code == 200
        assert create(full, login="another").status_code == 402

    def test_it_is_the_last_check(self, full: Any) -> None:
        """C19: 401, 403, 422 for the request, 404 and 422 for the state come before 402."""
        assert full.anonymous().post(STAFF, json={"staff": LEAST}).status_code == 401
        assert full.identified("demo-staff").post(STAFF, json={"staff": LEAST}).status_code == 403
        assert create(full, time_zone="Atlantis").status_code == 422
        assert create(full, login="user24").status_code == 422
        assert create(full, uuid=SHOWN).status_code == 422
        assert update(full, ENABLED, active="true", login="user24").status_code == 422
        assert update(full, ENABLED, active="true", type="owner").status_code == 422
        assert full.post(f"{STAFF}/{uuid4()}/enable", json={}).status_code == 404

    def test_a_limit_that_is_exceeded_already(self, double: Any) -> None:
        """C19: a limit below what there is bars new active members and nothing else."""
        api = double(values={"staff": {"maximum_active_staff": 1}})
        assert api.get(STAFF).status_code == 200
        assert create(api).status_code == 402
        assert update(api, SHOWN, first_name="Keane").status_code == 200
        assert api.post(f"{STAFF}/{SHOWN}/disable", json={}).status_code == 200
        assert api.post(f"{STAFF}/{SHOWN}/enable", json={}).status_code == 402

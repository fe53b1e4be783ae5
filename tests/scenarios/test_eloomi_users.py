"""What PATCH /v3/users-employee_id/{employeeId} promises, statement by statement (E1 to E19).

In: the fixture `api`. Out: a specification that runs. The number in brackets is the statement's in
the interpretation of the API's reference. The API has no way to read a user; an empty change
shows one.
"""

from __future__ import annotations

from typing import Any

import pytest

PATH = "/v3/users-employee_id"
JANE = "E1002"
LARS = "E123"
SAMPLE = {
    "access_groups": [1, 2],
    "activate": True,
    "department_code": ["DEP123"],
    "department_id": [1, 2],
    "direct_manager_employee_ids": ["E123", "E5431"],
    "direct_manager_ids": [122, 5],
    "email": "jane.doe@example.com",
    "employee_id": "E1002",
    "end_of_employment_at": "2018-12-25 08:00:00",
    "first_name": "Jane",
    "generic_role": "Accountant",
    "language_code": "da",
    "last_name": "Doe",
    "mobile_phone": "+4412345678",
    "password": "Secret1!",
    "personal_email": "jane@example.org",
    "phone": "+4512345678",
    "profile_ids": [1, 2],
    "prompts": {
        "email": True,
        "employee_id": False,
        "legal_consent": True,
        "password": True,
        "phone": False,
        "phone_code": False,
    },
    "start_of_employment_at": "2017-12-25 08:00:00",
    "team_ids": [1, 2],
    "title": "Head of Accouting",
    "user_permission": "user",
}


def changed(api: Any, employee: str = JANE, /, **body: Any) -> dict[str, Any]:
    """Change a user and return it as the answer shows it."""
    answer = api.patch(f"{PATH}/{employee}", json=body)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def assert_bad_request(answer: Any, *words: str) -> None:
    """The answer is 400 with the envelope of an error whose message holds these words."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    body = answer.json()
    assert set(body) == {"status", "status_code", "message", "extended_message"}
    assert body["status"] == "Bad Request"
    assert body["status_code"] == 400
    for word in words:
        assert word in body["message"]


# The operation


def test_a_user_is_found_by_employee_id(api: Any) -> None:
    """The path holds the employee id, not eloomi's number of the user (E1)."""
    user = changed(api, JANE)
    assert user["employee_id"] == JANE
    assert user["first_name"] == "Jane"
    assert_bad_request(api.patch(f"{PATH}/{user['id']}", json={}))


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_there_is_only_patch(api: Any, method: str) -> None:
    """No other method is known (E1)."""
    answer = api.request(method, f"{PATH}/{JANE}")
    assert answer.status_code == 405
    assert "PATCH" in answer.headers["allow"]
    assert answer.json()["status_code"] == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"ClientId": None},
        {"Authorization": None},
        {"ClientId": None, "Authorization": None},
        {"ClientId": "another"},
        {"Authorization": "Bearer another"},
        {"Authorization": "demo-token"},
    ],
)
def test_both_credentials_are_needed(api: Any, headers: dict[str, str | None]) -> None:
    """ClientId and Authorization together; one missing or unknown is 401, and nothing changes (E2, E16)."""
    before = changed(api)
    answer = api.with_headers(**headers).patch(f"{PATH}/{JANE}", json={"title": "Nobody"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert "www-authenticate" in answer.headers
    body = answer.json()
    assert body["error"] == "Unauthenticated."
    assert body["status_code"] == 401
    assert "demo-" in body["message"]
    assert changed(api) == before


def test_what_is_left_out_stays(api: Any) -> None:
    """Every member is optional; an empty object changes nothing (E3)."""
    before = changed(api)
    assert changed(api) == before
    assert changed(api, title="Controller") == before | {"title": "Controller"}
    assert changed(api) == before | {"title": "Controller"}


@pytest.mark.parametrize("name", [name for name in SAMPLE if name not in {"employee_id", "password"}])
def test_each_member_by_itself(api: Any, name: str) -> None:
    """Each member can be changed without the others (E3, E4)."""
    before = changed(api, LARS)
    value: Any = SAMPLE[name] if name != "email" else "lars@example.com"
    after = changed(api, LARS, **{name: value})
    shown = {"activate": "instant", "department_id": ["1", "2"], "team_ids": ["1", "2"]}.get(name, value)
    assert after == before | {name: shown}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_groups", ["one"]),
        ("access_groups", 1),
        ("department_code", [1]),
        ("department_id", [True]),
        ("department_id", [1.5]),
        ("direct_manager_employee_ids", [1]),
        ("direct_manager_ids", ["1"]),
        ("direct_manager_ids", [2**63]),
        ("email", "no address"),
        ("personal_email", ""),
        ("employee_id", 1002),
        ("employee_id", ""),
        ("employee_id", "E\u0000"),
        ("first_name", None),
        ("last_name", 5),
        ("generic_role", []),
        ("language_code", 5),
        ("mobile_phone", 4412345678),
        ("phone", {}),
        ("password", 1),
        ("profile_ids", "1"),
        ("team_ids", [None]),
        ("title", False),
        ("prompts", []),
    ],
)
def test_values_of_the_wrong_kind(api: Any, name: str, value: Any) -> None:
    """A value of another type is bad input, named in the answer; nothing changes (E4, E15)."""
    before = changed(api)
    assert_bad_request(api.patch(f"{PATH}/{JANE}", json={"generic_role": "Nobody"} | {name: value}), name)
    assert changed(api) == before


def test_the_email_address_is_a_member_like_others(api: Any) -> None:
    """The row that lost its name in the reference is email (E5)."""
    assert changed(api, email="jane@example.com")["email"] == "jane@example.com"


@pytest.mark.parametrize("name", ["department_id", "team_ids"])
def test_ids_as_texts_and_as_integers(api: Any, name: str) -> None:
    """Documented as texts, shown with integers: both are taken, texts are answered (E6)."""
    assert changed(api, **{name: [1, 2]})[name] == ["1", "2"]
    assert changed(api, **{name: ["3", "x"]})[name] == ["3", "x"]
    assert changed(api, **{name: [4, "5"]})[name] == ["4", "5"]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("deactivate", "deactivate"),
        ("standard", "standard"),
        ("company_default", "company_default"),
        ("pre_generated_password", "pre_generated_password"),
        ("instant", "instant"),
        (True, "instant"),
        ("true", "instant"),
        (1, "instant"),
        (False, "deactivate"),
        ("false", "deactivate"),
        (0, "deactivate"),
    ],
)
def test_activation(api: Any, value: Any, meaning: str) -> None:
    """Five words, and the older ones for on and off (E7)."""
    assert changed(api, activate=value)["activate"] == meaning


@pytest.mark.parametrize("value", ["yes", "", "True", 2, -1, None, [], 1.5])
def test_other_activations(api: Any, value: Any) -> None:
    """Anything else is bad input (E7)."""
    assert_bad_request(api.patch(f"{PATH}/{JANE}", json={"activate": value}), "activate")


def test_permissions(api: Any) -> None:
    """User or company adm.; other words are bad input (E8)."""
    assert changed(api, user_permission="company adm.")["user_permission"] == "company adm."
    assert changed(api, user_permission="user")["user_permission"] == "user"
    for value in ("admin", "User", "", None):
        assert_bad_request(api.patch(f"{PATH}/{JANE}", json={"user_permission": value}), "user_permission")


def test_defaults_are_for_new_users(api: Any) -> None:
    """A change that leaves out user_permission or language_code does not reset them (E8)."""
    changed(api, user_permission="company adm.", language_code="sv")
    after = changed(api, title="Controller")
    assert after["user_permission"] == "company adm."
    assert after["language_code"] == "sv"


@pytest.mark.parametrize("name", ["start_of_employment_at", "end_of_employment_at"])
@pytest.mark.parametrize(
    "value", ["2018-12-25 08:00:00", "2024-02-29 23:59:59", "2000-02-29 00:00:00", "2021-04-30 12:00:00"]
)
def test_dates(api: Any, name: str, value: str) -> None:
    """yyyy-mm-dd hh:mm:ss (E9)."""
    assert changed(api, **{name: value})[name] == value


@pytest.mark.parametrize("name", ["start_of_employment_at", "end_of_employment_at"])
@pytest.mark.parametrize(
    "value",
    [
        "2018-12-25T08:00:00",
        "2018-12-25",
        "25-12-2018 08:00:00",
        "2018-12-25 08:00",
        "2018-12-25 08:00:00\n",
        " 2018-12-25 08:00:00",
        "2018-02-30 08:00:00",
        "2023-02-29 08:00:00",
        "1900-02-29 08:00:00",
        "2018-04-31 08:00:00",
        "2018-13-01 08:00:00",
        "2018-12-25 24:00:00",
        "2018-12-25 08:60:00",
        "٢٠١٨-١٢-٢٥ ٠٨:٠٠:٠٠",
        "",
        1545724800,
    ],
)
def test_other_dates(api: Any, name: str, value: Any) -> None:
    """Another form, or a date or time that does not exist, is bad input (E9)."""
    assert_bad_request(api.patch(f"{PATH}/{JANE}", json={name: value}), name)


def test_the_end_may_lie_before_the_start(api: Any) -> None:
    """Nothing says otherwise (E9)."""
    after = changed(
        api, start_of_employment_at="2020-01-01 08:00:00", end_of_employment_at="2019-01-01 08:00:00"
    )
    assert after["end_of_employment_at"] < after["start_of_employment_at"]


def test_prompts_have_three_states(api: Any) -> None:
    """Left out, true and false are three things; a new object takes the place of the old one (E10)."""
    assert changed(api, prompts={"email": True, "phone": False})["prompts"] == {"email": True, "phone": False}
    assert changed(api, prompts={"password": False})["prompts"] == {"password": False}
    assert changed(api, title="Controller")["prompts"] == {"password": False}
    assert changed(api, prompts={})["prompts"] == {}


@pytest.mark.parametrize("name", sorted(SAMPLE["prompts"]))  # type: ignore[call-overload]
def test_each_prompt(api: Any, name: str) -> None:
    """Six prompts, each true or false and nothing else (E10)."""
    for value in (True, False):
        assert changed(api, prompts={name: value})["prompts"] == {name: value}
    for bad in ("true", 1, None):
        assert_bad_request(api.patch(f"{PATH}/{JANE}", json={"prompts": {name: bad}}), name)


def test_unknown_prompts_are_passed_over(api: Any) -> None:
    """What is no prompt is not kept (E10, X2)."""
    assert changed(api, prompts={"email": True, "shoe_size": 44})["prompts"] == {"email": True}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_groups", [7]),
        ("department_code", ["A", "B"]),
        ("department_id", ["9"]),
        ("direct_manager_employee_ids", [LARS]),
        ("direct_manager_ids", [122]),
        ("profile_ids", [8, 9]),
        ("team_ids", ["7"]),
    ],
)
def test_lists_are_replaced(api: Any, name: str, value: list[Any]) -> None:
    """A list takes the place of the old one, an empty one clears it (E11)."""
    assert changed(api, **{name: value})[name] == value
    assert changed(api)[name] == value
    assert changed(api, **{name: []})[name] == []
    assert changed(api)[name] == []


def test_departments_by_code_and_id_together(api: Any) -> None:
    """Both may be given at once (E11)."""
    after = changed(api, department_code=["X"], department_id=["1"])
    assert (after["department_code"], after["department_id"]) == (["X"], ["1"])


def test_renaming(api: Any) -> None:
    """employee_id in the body renames: the new path knows the user, the old one nobody (E12)."""
    before = changed(api)
    after = changed(api, employee_id="J-1")
    assert after == before | {"employee_id": "J-1"}
    assert_bad_request(api.patch(f"{PATH}/{JANE}", json={}), JANE)
    assert changed(api, "J-1") == after
    assert changed(api, "J-1", employee_id=JANE) == before
    assert changed(api) == before


@pytest.mark.parametrize("employee", ["E 100/2", "Ærø", "100%", "a?b#c"])
def test_odd_employee_ids(api: Any, employee: str) -> None:
    """An employee id may hold any character; the path then has it percent-encoded (E12)."""
    from urllib.parse import quote

    changed(api, employee_id=employee)
    assert changed(api, quote(employee, safe=""))["employee_id"] == employee


@pytest.mark.parametrize(("name", "value"), [("employee_id", LARS), ("email", "lars.nielsen@example.com")])
def test_what_another_user_has(api: Any, name: str, value: str) -> None:
    """A taken employee id or e-mail address is bad input; neither user changes (E12)."""
    jane, lars = changed(api, JANE), changed(api, LARS)
    assert_bad_request(api.patch(f"{PATH}/{JANE}", json={name: value, "title": "Thief"}), name)
    assert changed(api, JANE) == jane
    assert changed(api, LARS) == lars


def test_ones_own_values_can_be_sent_again(api: Any) -> None:
    """A user's own employee id and e-mail address are not taken (E12)."""
    before = changed(api)
    assert changed(api, employee_id=JANE, email=before["email"]) == before


def test_the_password_is_in_no_answer(api: Any) -> None:
    """A password is written and never shown (E13)."""
    answer = api.patch(f"{PATH}/{JANE}", json={"password": "Secret1!"})
    assert answer.status_code == 200
    assert "password" not in answer.json()["data"]
    assert "Secret1!" not in answer.text
    assert "password" not in changed(api)


def test_success(api: Any) -> None:
    """200 with the envelope around the user (E14, E17)."""
    answer = api.patch(f"{PATH}/{JANE}", json={"title": "Controller"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    body = answer.json()
    assert {name: value for name, value in body.items() if name != "data"} == {
        "status": "OK",
        "status_code": 200,
        "message": None,
        "extended_message": "The user was updated.",
    }
    assert body["data"]["title"] == "Controller"


def test_failure(api: Any) -> None:
    """400 with the envelope without data, the member named (E15, E17)."""
    answer = api.patch(f"{PATH}/{JANE}", json={"email": "no address"})
    assert_bad_request(answer, "email")
    assert answer.json()["extended_message"]


@pytest.mark.parametrize("employee", ["E9999", "1002", "e1002", "nobody"])
def test_unknown_employees(api: Any, employee: str) -> None:
    """Nobody under this employee id: 400, since the reference lists no 404 (E18)."""
    assert_bad_request(api.patch(f"{PATH}/{employee}", json={"title": "Nobody"}), employee)


def test_the_contract_is_checked_before_the_employee_is_looked_up(api: Any) -> None:
    """A bad value for an unknown employee is told as a bad value (order of refusals)."""
    assert_bad_request(api.patch(f"{PATH}/E9999", json={"email": 5}), "email")


def test_unknown_members_are_passed_over(api: Any) -> None:
    """What the reference does not name is ignored and not kept (E19, X2)."""
    before = changed(api)
    assert changed(api, username="jane", gender="f", initials="JD", id=7) == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"text"', b"null", b"5", b'{"title": "x",}', b"{} {}"]
)
def test_what_is_no_object(api: Any, content: bytes) -> None:
    """Malformed JSON, and JSON that is no object, is bad input (E19)."""
    before = changed(api)
    headers = {"Content-Type": "application/json"}
    assert_bad_request(api.patch(f"{PATH}/{JANE}", content=content, headers=headers))
    assert changed(api) == before


def test_the_documented_sample_is_accepted(api: Any) -> None:
    """All documented examples in one request (X1)."""
    after = changed(api, **SAMPLE)
    sent = {name: value for name, value in SAMPLE.items() if name != "password"}
    assert after == sent | {
        "id": after["id"],
        "activate": "instant",
        "department_id": ["1", "2"],
        "team_ids": ["1", "2"],
    }


def test_the_seed_is_varied(api: Any) -> None:
    """The documented users are there: of several permissions, active and not, with managers who exist."""
    users = [changed(api, employee) for employee in (JANE, LARS, "E5431", "E1003", "E1004")]
    assert {user["user_permission"] for user in users} == {"user", "company adm."}
    assert len({user["activate"] for user in users}) >= 4
    for user in users:
        for manager in user["direct_manager_employee_ids"]:
            assert changed(api, manager)["id"] in user["direct_manager_ids"]

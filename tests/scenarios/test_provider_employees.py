"""What /v2/providers/employees promises, statement by statement (B1 to B17).

In: the fixture `api`. Out: a specification that runs. The number in brackets is the statement's in
the interpretation of the API's reference.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

PATH = "/v2/providers/employees"
JOHN = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
SEAN = "71c4e9b0-3a86-4d2f-b57e-e6095c8d1f3a"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
ROLES = ("employee", "operator", "senior_operator", "admin")
DOCUMENTED = {
    "id": JOHN,
    "enabled": True,
    "family_name": "Doe",
    "given_name": "John",
    "is_operator": True,
    "role": "admin",
    "username": "john.doe@my-partner.com",
}
SAMPLE = DOCUMENTED | {"role": "employee"}


def creation(**changes: Any) -> dict[str, Any]:
    """A request that adds somebody; `...` leaves a member out."""
    body = {
        "family_name": "Sharma",
        "given_name": "Priya",
        "role": "operator",
        "username": "priya.sharma@my-partner.com",
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def update(**changes: Any) -> dict[str, Any]:
    """A request that updates somebody; `...` leaves a member out."""
    return creation(**({"enabled": True} | changes))


def assert_problem(answer: Any, status: int, *words: str) -> None:
    """The answer is a problem document for this status whose detail holds these words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert answer.json()["status"] == status
    for word in words:
        assert word in answer.json()["detail"]


def everybody(api: Any, **params: Any) -> list[dict[str, Any]]:
    """All employees that match."""
    answer = api.get(PATH, params={"limit": 1000, **params})
    assert answer.status_code == 200, answer.text
    result: list[dict[str, Any]] = answer.json()["result"]
    assert len(result) == answer.json()["total"]
    return result


# The operations


def test_it_lists_adds_shows_and_updates(api: Any) -> None:
    """Four operations at two paths (B1, B2, B3, B4)."""
    assert api.get(PATH).status_code == 200
    made = api.post(PATH, json=creation())
    assert made.status_code == 201
    one = f"{PATH}/{made.json()['id']}"
    assert api.get(one).json() == made.json()
    assert api.put(one, json=update(given_name="Pri")).json()["given_name"] == "Pri"


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST"])
def test_there_is_no_removing(api: Any, method: str) -> None:
    """An employee knows GET and PUT; nobody is removed by this API (B4)."""
    answer = api.request(method, f"{PATH}/{JOHN}")
    assert_problem(answer, 405)
    allowed = {word.strip() for word in answer.headers["allow"].split(",")}
    assert {"GET", "PUT"} <= allowed
    assert not {"DELETE", "PATCH", "POST"} & allowed
    assert api.get(f"{PATH}/{JOHN}").json() == DOCUMENTED


def test_both_credentials_are_needed(api: Any) -> None:
    """A token and an API key together; without one of them 401 that says what is missing (B5)."""
    assert api.get(PATH).status_code == 200
    assert_problem(api.with_headers(X_Api_Key=None).get(PATH), 401, "demo-key")
    assert_problem(api.with_headers(Authorization=None).get(PATH), 401, "demo-token")
    assert_problem(api.with_headers(X_Api_Key="another").get(PATH), 401)
    assert_problem(api.identified("another").get(PATH), 401)
    assert_problem(api.anonymous().get(PATH), 401)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_identifier_is_a_uuid(api: Any, method: str) -> None:
    """What is no UUID is bad input; a UUID of nobody is not found (B6, B12)."""
    body = {"json": update()} if method == "PUT" else {}
    assert_problem(api.request(method, f"{PATH}/john", **body), 400, "employee-id")
    assert_problem(api.request(method, f"{PATH}/{UNKNOWN}", **body), 404, UNKNOWN)


# Lists


def test_a_list_holds_every_kind_of_employee(api: Any) -> None:
    """Enabled has no default: without it the enabled and the others (B7)."""
    assert {one["enabled"] for one in everybody(api)} == {True, False}
    assert {one["enabled"] for one in everybody(api, enabled="true")} == {True}
    assert {one["enabled"] for one in everybody(api, enabled="false")} == {False}


def test_operators(api: Any) -> None:
    """is_operator keeps to those who can have tickets, or to those who cannot (B7)."""
    operators, others = everybody(api, is_operator="true"), everybody(api, is_operator="false")
    assert {one["role"] for one in operators} == {"operator", "senior_operator", "admin"}
    assert {one["role"] for one in others} == {"employee"}
    assert len(operators) + len(others) == len(everybody(api))


@pytest.mark.parametrize("username", ["john.doe@my-partner.com", "John.DOE@My-Partner.com"])
def test_one_username(api: Any, username: str) -> None:
    """The whole username, whatever the case of its letters (B7)."""
    assert everybody(api, username=username) == [DOCUMENTED]


@pytest.mark.parametrize("username", ["john", "", "john.doe@my-partner", "%", "no address"])
def test_a_part_of_a_username_is_none(api: Any, username: str) -> None:
    """The filter is no search, and needs no address (B7)."""
    assert everybody(api, username=username) == []


def test_filters_combine(api: Any) -> None:
    """All filters must match (B7)."""
    both = everybody(api, enabled="false", is_operator="true")
    assert SEAN in {one["id"] for one in both}
    assert {(one["enabled"], one["is_operator"]) for one in both} == {(False, True)}
    assert everybody(api, enabled="false", username="john.doe@my-partner.com") == []


def test_pages_are_whole(api: Any) -> None:
    """25 at a time unless told otherwise; pages neither repeat nor skip anybody (B7)."""
    everything = everybody(api)
    assert len(api.get(PATH).json()["result"]) == 25
    paged: list[Any] = []
    for offset in range(0, len(everything) + 9, 9):
        page = api.get(PATH, params={"limit": 9, "offset": offset}).json()
        assert page["total"] == len(everything)
        paged += page["result"]
    assert paged == everything
    assert api.get(PATH, params={"offset": 2**63 - 1}).json()["result"] == []
    assert api.get(PATH, params={"limit": 0}).json()["result"] == []
    assert api.get(PATH, params={"limit": 0}).json()["total"] == len(everything)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "-1"),
        ("limit", "1001"),
        ("limit", "many"),
        ("offset", "-1"),
        ("enabled", "yes"),
        ("is_operator", "TRUE"),
        ("username", "\u0000"),
    ],
)
def test_parameters_outside_their_limits(api: Any, name: str, value: str) -> None:
    """A parameter that breaks its schema is bad input, and the answer names it (B7)."""
    assert_problem(api.get(PATH, params={name: value}), 400, name)


def test_the_envelope(api: Any) -> None:
    """A list is query, result and total; query echoes defaults, and filters that were given (B8)."""
    plain = api.get(PATH).json()
    assert set(plain) == {"query", "result", "total"}
    assert plain["query"] == {"limit": 25, "offset": 0}
    asked = {"enabled": "true", "is_operator": "false", "username": "x", "limit": "3", "offset": "1"}
    assert api.get(PATH, params=asked).json()["query"] == {
        "enabled": True,
        "is_operator": False,
        "username": "x",
        "limit": 3,
        "offset": 1,
    }


# The employee


def test_an_employee_has_all_seven_properties(api: Any) -> None:
    """All keys are there and none is null (B9)."""
    for one in everybody(api):
        assert set(one) == set(DOCUMENTED)
        assert None not in one.values()
        assert str(UUID(one["id"])) == one["id"]
        assert one["role"] in ROLES


def test_the_seed_is_varied(api: Any) -> None:
    """Every role, enabled and not."""
    people = everybody(api)
    assert {one["role"] for one in people} == set(ROLES)
    assert {(one["enabled"], one["is_operator"]) for one in people} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }
    assert len({one["username"] for one in people}) == len(people)


@pytest.mark.parametrize("name", ["family_name", "given_name"])
def test_names_have_one_to_255_characters(api: Any, name: str) -> None:
    """An empty name is refused here, and so is one of 256 characters (B9)."""
    assert_problem(api.post(PATH, json=creation(**{name: ""})), 400, name)
    assert_problem(api.post(PATH, json=creation(**{name: "é" * 256})), 400, name)
    for index, value in enumerate(("x", "é" * 255, "😀" * 255)):
        made = api.post(PATH, json=creation(**{name: value, "username": f"someone{index}@example.com"}))
        assert made.status_code == 201
        assert made.json()[name] == value


# Adding and updating


@pytest.mark.parametrize("name", ["family_name", "given_name", "role", "username"])
def test_required_members_of_a_creation(api: Any, name: str) -> None:
    """Each required key must be there, and null is no value (B10, B13)."""
    assert_problem(api.post(PATH, json=creation(**{name: ...})), 400, name)
    assert_problem(api.post(PATH, json=creation(**{name: None})), 400, name)


def test_a_creation_needs_a_body(api: Any) -> None:
    """The body of POST is required (B10)."""
    assert_problem(api.post(PATH), 400)


def test_a_new_employee(api: Any) -> None:
    """201 with the employee, enabled, under an identifier that the server made (B10)."""
    made = api.post(PATH, json=creation())
    assert made.status_code == 201
    body = made.json()
    assert body == {**creation(), "id": str(UUID(body["id"])), "enabled": True, "is_operator": True}
    assert api.get(f"{PATH}/{body['id']}").json() == body
    assert everybody(api)[-1] == body


def test_read_only_members_are_passed_over(api: Any) -> None:
    """id, enabled and is_operator are ignored in a creation, and so is what nobody knows (B10, X2)."""
    sent = creation(id=JOHN, enabled=False, is_operator=False, shoe_size=44)
    made = api.post(PATH, json=sent)
    assert made.status_code == 201
    assert made.json()["id"] != JOHN
    assert made.json()["enabled"] is True
    assert made.json()["is_operator"] is True
    assert "shoe_size" not in made.json()


def test_the_documented_samples_are_accepted(api: Any) -> None:
    """The page's own requests work as printed, POST's once its username is free (B10, B11, X1)."""
    assert_problem(api.post(PATH, json=SAMPLE), 409, "username")
    put = api.put(f"{PATH}/{JOHN}", json=SAMPLE)
    assert put.status_code == 200
    assert put.json() == SAMPLE | {"is_operator": False}
    assert api.put(f"{PATH}/{JOHN}", json=update(username="jd@my-partner.com")).status_code == 200
    made = api.post(PATH, json=SAMPLE)
    assert made.status_code == 201
    assert made.json() == SAMPLE | {"is_operator": False, "id": made.json()["id"]}


@pytest.mark.parametrize("name", ["enabled", "family_name", "given_name", "role", "username"])
def test_required_members_of_an_update(api: Any, name: str) -> None:
    """Each required key must be there and not null; else nothing changes (B11, B13)."""
    assert_problem(api.put(f"{PATH}/{JOHN}", json=update(**{name: ...})), 400, name)
    assert_problem(api.put(f"{PATH}/{JOHN}", json=update(**{name: None})), 400, name)
    assert api.get(f"{PATH}/{JOHN}").json() == DOCUMENTED


def test_an_update_answers_with_the_employee(api: Any) -> None:
    """200 with the employee as it is now; is_operator is not written (B11)."""
    answer = api.put(f"{PATH}/{JOHN}", json=update(enabled=False, is_operator=False, id=UNKNOWN))
    assert answer.status_code == 200
    assert answer.json() == {**update(enabled=False), "id": JOHN, "is_operator": True}
    assert api.get(f"{PATH}/{JOHN}").json() == answer.json()


def test_an_update_needs_a_body(api: Any) -> None:
    """The body of PUT is required (B11)."""
    assert_problem(api.put(f"{PATH}/{JOHN}"), 400)


def test_the_documented_employee(api: Any) -> None:
    """John Doe is there under his documented id, as documented; disabled people are shown too (B12)."""
    assert api.get(f"{PATH}/{JOHN}").json() == DOCUMENTED
    assert api.get(f"{PATH}/{SEAN}").json()["enabled"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("role", "owner"),
        ("role", "Admin"),
        ("role", ""),
        ("username", "no address"),
        ("username", ""),
        ("username", "x" * 250 + "@example.com"),
        ("family_name", 5),
    ],
)
def test_bad_values(api: Any, name: str, value: Any) -> None:
    """A role outside the four, what is no address, the wrong type: 400 names the member (B13)."""
    assert_problem(api.post(PATH, json=creation(**{name: value})), 400, name)
    assert_problem(api.put(f"{PATH}/{JOHN}", json=update(**{name: value})), 400, name)
    assert api.get(f"{PATH}/{JOHN}").json() == DOCUMENTED


@pytest.mark.parametrize("role", ROLES)
def test_is_operator_follows_from_the_role(api: Any, role: str) -> None:
    """Everybody but role employee can have tickets (B14)."""
    made = api.post(PATH, json=creation(role=role, is_operator=role == "employee"))
    assert made.json()["is_operator"] is (role != "employee")


def test_is_operator_flips_with_the_role(api: Any) -> None:
    """From admin to employee and back, the filter follows (B14)."""
    for role, operator in (("employee", False), ("admin", True)):
        answer = api.put(f"{PATH}/{SEAN}", json=update(role=role)).json()
        assert answer["is_operator"] is operator
        assert SEAN in {one["id"] for one in everybody(api, is_operator=str(operator).lower())}
        assert SEAN not in {one["id"] for one in everybody(api, is_operator=str(not operator).lower())}


# Rights


@pytest.mark.parametrize("role", ["employee", "operator", "senior_operator"])
def test_only_admins_write(api: Any, role: str) -> None:
    """Other roles are refused with 403, before the body is looked at; nothing changes (B15)."""
    total = len(everybody(api))
    caller = api.identified(f"demo-{role}")
    assert_problem(caller.post(PATH, json=creation()), 403, role)
    assert_problem(caller.post(PATH, content=b"{", headers={"Content-Type": "application/json"}), 403, role)
    assert_problem(caller.put(f"{PATH}/{JOHN}", json=update()), 403, role)
    assert_problem(caller.put(f"{PATH}/{UNKNOWN}", json={}), 403, role)
    assert len(everybody(api)) == total
    assert api.get(f"{PATH}/{JOHN}").json() == DOCUMENTED


@pytest.mark.parametrize("token", ["demo-token", "demo-admin"])
def test_admins_write(api: Any, token: str) -> None:
    """demo-token and demo-admin are admins (B15)."""
    caller = api.identified(token)
    made = caller.post(PATH, json=creation())
    assert made.status_code == 201
    assert caller.put(f"{PATH}/{made.json()['id']}", json=update(role="admin")).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads(api: Any, role: str) -> None:
    """Each role may list and show (B15)."""
    caller = api.identified(f"demo-{role}")
    assert caller.get(PATH).json() == api.get(PATH).json()
    assert caller.get(f"{PATH}/{JOHN}").json() == DOCUMENTED


def test_usernames_are_taken_once(api: Any) -> None:
    """Somebody else's username is refused, one's own is not (B16)."""
    assert_problem(api.post(PATH, json=creation(username="john.doe@my-partner.com")), 409, "username")
    assert_problem(
        api.put(f"{PATH}/{SEAN}", json=update(username="john.doe@my-partner.com")), 409, "username"
    )
    assert api.put(f"{PATH}/{JOHN}", json=update(username="john.doe@my-partner.com")).status_code == 200


def test_the_last_admin_may_go(api: Any) -> None:
    """Nothing keeps an account from having no admin (B17)."""
    for one in everybody(api):
        if one["role"] == "admin":
            body = {name: value for name, value in one.items() if name not in {"id", "is_operator"}}
            answer = api.put(f"{PATH}/{one['id']}", json=body | {"role": "employee"})
            assert answer.status_code == 200
    assert {one["role"] for one in everybody(api)} == {"employee", "operator", "senior_operator"}


def test_the_two_employees_apis_are_apart(api: Any) -> None:
    """What is added here is not seen among the customers' employees, though both know the same id."""
    made = api.post(PATH, json=creation()).json()
    assert api.get(f"/v2/customers/employees/{made['id']}").status_code == 404
    assert api.get(f"/v2/customers/employees/{JOHN}").json()["given_name"] == "Kees"

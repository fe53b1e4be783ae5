"""What /v2/customers/employees promises, statement by statement (A1 to A44).

In: the fixture `api`. Out: a specification that runs. The number in brackets is the statement's in
the interpretation of the API's reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

PATH = "/v2/customers/employees"
KEES = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
ANOUK = "0b6d5f0e-1d2c-4c6b-9a37-2f6c8e4d1a90"
PIETER = "5c1f7a34-8e0d-4b19-bb52-90d3c7e6f128"
LUKAS = "93d8b1f7-6e24-4a50-b3c9-0e7f2d5a8c16"
CUSTOMER = "160c0c4b-9966-4dc1-a916-8407eb10d74e"
DUTCH_CUSTOMER = "2f8e2a51-5c0a-4a3e-9d0b-64a3e2f0c7d1"
BELGIAN_CUSTOMER = "7d1c3b9e-0f4a-4c55-8a7e-1b6f0d92e3a4"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
KEYS = {
    "id",
    "contact_point_id",
    "correspondence_locale",
    "customer_id",
    "enabled",
    "family_name",
    "given_name",
    "username",
}
DOCUMENTED = {
    "id": KEES,
    "contact_point_id": "358e50cb-606c-4ce9-bd6a-a72b32481ecc",
    "correspondence_locale": "en-GB",
    "customer_id": CUSTOMER,
    "enabled": True,
    "family_name": "de Jong",
    "given_name": "Kees",
    "username": "user@example.com",
}
SAMPLE = {name: value for name, value in DOCUMENTED.items() if name != "id"}


def creation(**changes: Any) -> dict[str, Any]:
    """A request that adds somebody; `...` leaves a member out."""
    body = {
        "contact_point_id": None,
        "customer_id": DUTCH_CUSTOMER,
        "family_name": "Visser",
        "given_name": "Noor",
        "username": None,
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def update(**changes: Any) -> dict[str, Any]:
    """A request that updates somebody; `...` leaves a member out."""
    body = {
        "contact_point_id": None,
        "enabled": True,
        "family_name": "Visser",
        "given_name": "Noor",
        "username": None,
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def assert_problem(answer: Any, status: int, *words: str) -> None:
    """The answer is a problem document for this status whose detail holds these words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"]
    assert problem["title"]
    assert problem["detail"]
    for word in words:
        assert word in problem["detail"]


@pytest.fixture
def added(api: Any) -> Callable[..., dict[str, Any]]:
    """Adds somebody and returns the answer's body."""

    def add(**changes: Any) -> dict[str, Any]:
        answer = api.post(PATH, json=creation(**changes))
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    return add


# The operations


def test_it_lists_adds_shows_updates_and_removes(api: Any) -> None:
    """Five operations at two paths (A1, A2, A3, A4, A5)."""
    assert api.get(PATH).status_code == 200
    made = api.post(PATH, json=creation())
    assert made.status_code == 201
    one = f"{PATH}/{made.json()['id']}"
    assert api.get(one).json() == made.json()
    assert api.put(one, json=update(given_name="Nora")).json()["given_name"] == "Nora"
    assert api.delete(one).status_code == 204
    assert_problem(api.get(one), 404)


def test_there_is_no_patch(api: Any) -> None:
    """PATCH is no method of an employee (A5)."""
    answer = api.patch(f"{PATH}/{KEES}", json={"given_name": "Karel"})
    assert_problem(answer, 405)
    assert {"GET", "PUT", "DELETE"} <= {word.strip() for word in answer.headers["allow"].split(",")}


def test_a_token_is_all_it_takes(api: Any) -> None:
    """OAuth2 alone is needed; an API key beside it does not hurt (A6)."""
    assert api.with_headers(X_Api_Key=None).get(PATH).status_code == 200
    assert api.with_headers(X_Api_Key="whatever").get(PATH).status_code == 200
    assert_problem(api.anonymous().get(PATH), 401, "demo-token")
    assert_problem(api.identified("nobody's").get(PATH), 401, "demo-token")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_identifier_is_a_uuid(api: Any, method: str) -> None:
    """What is no UUID is bad input; a UUID of nobody is not found (A7, A43)."""
    body = {"json": update()} if method == "PUT" else {}
    assert_problem(api.request(method, f"{PATH}/kees", **body), 400, "employee-id")
    assert_problem(api.request(method, f"{PATH}/{UNKNOWN}", **body), 404, UNKNOWN)


# Lists


def test_a_customers_employees(api: Any) -> None:
    """customer_id keeps to one customer (A8)."""
    answer = api.get(PATH, params={"customer_id": DUTCH_CUSTOMER, "limit": 1000}).json()
    assert answer["total"] == len(answer["result"]) > 1
    assert {one["customer_id"] for one in answer["result"]} == {DUTCH_CUSTOMER}


def test_a_list_holds_one_kind_of_employee(api: Any) -> None:
    """An unfiltered list holds enabled employees only; enabled=false the others; no call both (A9)."""
    plain = api.get(PATH, params={"limit": 1000}).json()
    enabled = api.get(PATH, params={"limit": 1000, "enabled": "true"}).json()
    disabled = api.get(PATH, params={"limit": 1000, "enabled": "false"}).json()
    assert plain["result"] == enabled["result"]
    assert {one["enabled"] for one in plain["result"]} == {True}
    assert {one["enabled"] for one in disabled["result"]} == {False}
    assert KEES in {one["id"] for one in plain["result"]}
    assert PIETER in {one["id"] for one in disabled["result"]}


def test_limit_zero_tells_the_total_alone(api: Any) -> None:
    """limit=0 is valid: nothing listed, all counted (A10)."""
    everything = api.get(PATH, params={"limit": 1000}).json()
    nothing = api.get(PATH, params={"limit": 0}).json()
    assert nothing["result"] == []
    assert nothing["total"] == everything["total"] == len(everything["result"]) > 0
    assert nothing["query"]["limit"] == 0


def test_pages_are_whole(api: Any) -> None:
    """25 at a time unless told otherwise; pages neither repeat nor skip anybody (A10, A11, A18)."""
    everything = api.get(PATH, params={"limit": 1000}).json()
    assert len(api.get(PATH).json()["result"]) == min(25, everything["total"]) == 25
    paged: list[Any] = []
    for offset in range(0, everything["total"] + 7, 7):
        page = api.get(PATH, params={"limit": 7, "offset": offset}).json()
        assert page["total"] == everything["total"]
        paged += page["result"]
    assert paged == everything["result"]


def test_an_offset_beyond_the_end(api: Any) -> None:
    """Behind the last employee there is nothing, up to the largest offset there is (A11)."""
    for offset in (1000, 2**31, 2**63 - 1):
        answer = api.get(PATH, params={"offset": offset}).json()
        assert answer["result"] == []
        assert answer["total"] > 0
        assert answer["query"]["offset"] == offset


def test_newcomers_come_last(api: Any, added: Callable[..., dict[str, Any]]) -> None:
    """The order is that of creation (A18)."""
    first, second = added(), added()
    assert [one["id"] for one in api.get(PATH, params={"limit": 1000}).json()["result"]][-2:] == [
        first["id"],
        second["id"],
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "-1"),
        ("limit", "1001"),
        ("limit", "abc"),
        ("limit", "1.5"),
        ("limit", ""),
        ("offset", "-1"),
        ("offset", "abc"),
        ("enabled", "maybe"),
        ("enabled", "1"),
        ("customer_id", "xyz"),
    ],
)
def test_parameters_outside_their_limits(api: Any, name: str, value: str) -> None:
    """A parameter that breaks its schema is bad input, and the answer names it (A12)."""
    assert_problem(api.get(PATH, params={name: value}), 400, name)


def test_a_customer_without_employees(api: Any) -> None:
    """A customer that nobody works for gives an empty list (A13)."""
    answer = api.get(PATH, params={"customer_id": UNKNOWN})
    assert answer.status_code == 200
    assert answer.json()["result"] == []
    assert answer.json()["total"] == 0


def test_the_envelope(api: Any) -> None:
    """A list is an object of query, result and total, as application/json (A14, A16, A17)."""
    answer = api.get(PATH)
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert set(answer.json()) == {"query", "result", "total"}
    assert isinstance(answer.json()["result"], list)
    assert isinstance(answer.json()["total"], int)


def test_the_query_is_echoed_with_its_defaults(api: Any) -> None:
    """Query shows what was applied, typed, defaults included; customer_id only where given (A15)."""
    assert api.get(PATH).json()["query"] == {"enabled": True, "limit": 25, "offset": 0}
    asked = {"enabled": "false", "limit": "3", "offset": "1", "customer_id": CUSTOMER}
    assert api.get(PATH, params=asked).json()["query"] == {
        "enabled": False,
        "limit": 3,
        "offset": 1,
        "customer_id": CUSTOMER,
    }


def test_unknown_parameters_are_passed_over(api: Any) -> None:
    """A cache buster changes nothing and is not echoed (X2)."""
    assert api.get(PATH, params={"_": "1700000000"}).json() == api.get(PATH).json()


# The employee


def test_an_employee_has_all_eight_properties(api: Any) -> None:
    """All keys are there, those without a value as null; ids are UUIDs (A19)."""
    answers = [
        one
        for enabled in ("true", "false")
        for one in api.get(PATH, params={"limit": 1000, "enabled": enabled}).json()["result"]
    ]
    assert {frozenset(one) for one in answers} == {frozenset(KEYS)}
    for one in answers:
        assert str(UUID(one["id"])) == one["id"]
        assert isinstance(one["correspondence_locale"], str)
    assert {one["contact_point_id"] is None for one in answers} == {True, False}
    assert {one["username"] is None for one in answers} == {True, False}


def test_the_seed_is_varied(api: Any) -> None:
    """Several customers, enabled and not, with and without username, several locales."""
    answers = [
        one
        for enabled in ("true", "false")
        for one in api.get(PATH, params={"limit": 1000, "enabled": enabled}).json()["result"]
    ]
    assert len({one["customer_id"] for one in answers}) >= 4
    assert len({one["correspondence_locale"] for one in answers}) >= 4
    assert {(one["enabled"], one["username"] is None) for one in answers} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }


@pytest.mark.parametrize("name", ["family_name", "given_name"])
@pytest.mark.parametrize("value", ["", "ä" * 255, "😀" * 255, "O'Neill-Ñandú", "  ", "\u0000"])
def test_names_have_no_minimum(added: Callable[..., dict[str, Any]], name: str, value: str) -> None:
    """A name may be empty and holds 255 characters, counted as characters (A20)."""
    assert added(**{name: value})[name] == value


@pytest.mark.parametrize("name", ["family_name", "given_name"])
def test_names_have_a_maximum(api: Any, name: str) -> None:
    """256 characters are too many (A20)."""
    assert_problem(api.post(PATH, json=creation(**{name: "x" * 256})), 400, name)


@pytest.mark.parametrize("value", ["", "no address", "a@", "@b.nl", "x" * 250 + "@example.com"])
def test_a_username_is_an_email_address(api: Any, value: str) -> None:
    """Neither empty nor longer than 255 characters nor anything but an address (A21)."""
    assert_problem(api.post(PATH, json=creation(username=value)), 400, "username")


# Adding


def test_an_absent_body_lacks_everything(api: Any) -> None:
    """Nothing holds no required properties (A22)."""
    assert_problem(api.post(PATH), 400)
    assert_problem(api.post(PATH, content=b"", headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("name", ["contact_point_id", "customer_id", "family_name", "given_name", "username"])
def test_required_members_of_a_creation(api: Any, name: str) -> None:
    """Each required key must be there (A23)."""
    total = api.get(PATH, params={"limit": 0}).json()["total"]
    assert_problem(api.post(PATH, json=creation(**{name: ...})), 400, name)
    assert api.get(PATH, params={"limit": 0}).json()["total"] == total


def test_required_and_nullable(added: Callable[..., dict[str, Any]], api: Any) -> None:
    """Null is a value for contact_point_id and username, and for no other member (A23, A33)."""
    made = added(contact_point_id=None, username=None)
    assert made["contact_point_id"] is None
    assert made["username"] is None
    for name in ("customer_id", "family_name", "given_name"):
        assert_problem(api.post(PATH, json=creation(**{name: None})), 400, name)


def test_the_locale_may_be_left_out(added: Callable[..., dict[str, Any]]) -> None:
    """correspondence_locale is optional (A24)."""
    assert added(correspondence_locale="nl-BE")["correspondence_locale"] == "nl-BE"
    assert added(correspondence_locale=...)["correspondence_locale"]


def test_id_and_enabled_are_not_the_clients(added: Callable[..., dict[str, Any]]) -> None:
    """Id and enabled are no part of a creation: ignored; newcomers are enabled (A25, A26)."""
    made = added(id=KEES, enabled=False, favourite_colour="blue")
    assert made["id"] != KEES
    assert made["enabled"] is True
    assert set(made) == KEYS


def test_the_documented_sample_is_accepted(api: Any) -> None:
    """The page's own request works as printed once its username is free (A26, X1)."""
    taken = api.post(PATH, json=SAMPLE)
    assert_problem(taken, 409, "username")
    assert api.put(f"{PATH}/{KEES}", json=SAMPLE | {"username": "kees@example.com"}).status_code == 200
    made = api.post(PATH, json=SAMPLE)
    assert made.status_code == 201
    assert {name: value for name, value in made.json().items() if name != "id"} == SAMPLE


def test_the_locale_of_the_customer(added: Callable[..., dict[str, Any]]) -> None:
    """Without a locale the customer's is taken (A27)."""
    assert added(customer_id=DUTCH_CUSTOMER)["correspondence_locale"] == "nl-NL"
    assert added(customer_id=BELGIAN_CUSTOMER)["correspondence_locale"] == "fr-BE"
    assert added(customer_id=CUSTOMER)["correspondence_locale"] == "en-GB"


@pytest.mark.parametrize("value", ["xx-XX", "nl", "NL-nl", "", None, 5])
def test_unsupported_locales(api: Any, value: Any) -> None:
    """A locale that the system does not know, or null, is bad input (A27)."""
    assert_problem(api.post(PATH, json=creation(correspondence_locale=value)), 400, "correspondence_locale")


def test_any_customer_will_do(added: Callable[..., dict[str, Any]]) -> None:
    """Unknown customers and contact points are taken; their locale is the system's (A28)."""
    customer, contact_point = str(uuid4()), str(uuid4())
    made = added(customer_id=customer, contact_point_id=contact_point)
    assert made["customer_id"] == customer
    assert made["contact_point_id"] == contact_point
    assert made["correspondence_locale"] == "en-GB"


def test_the_system_locale_is_a_setting(double: Callable[..., Any]) -> None:
    """The default locale can be set for a double (A28)."""
    api = double(values={"customer-employees": {"default_locale": "de-DE"}})
    made = api.post(PATH, json=creation(customer_id=UNKNOWN))
    assert made.json()["correspondence_locale"] == "de-DE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("customer_id", "xyz"),
        ("customer_id", 5),
        ("contact_point_id", "xyz"),
        ("family_name", 5),
        ("given_name", ["Kees"]),
        ("username", 5),
    ],
)
def test_values_of_the_wrong_kind(api: Any, name: str, value: Any) -> None:
    """A value of another type or form is bad input, and the answer names it (A29)."""
    assert_problem(api.post(PATH, json=creation(**{name: value})), 400, name)


def test_what_is_no_json(api: Any) -> None:
    """Malformed JSON is bad input, another media type is not read (A29)."""
    json = {"Content-Type": "application/json"}
    assert_problem(api.post(PATH, content=b'{"given_name": ', headers=json), 400)
    assert_problem(api.post(PATH, content=b'["a list"]', headers=json), 400)
    assert_problem(api.post(PATH, content=b"<xml/>", headers={"Content-Type": "application/xml"}), 415)


def test_a_new_employee(api: Any) -> None:
    """201 with the employee under an identifier that the server made (A30)."""
    total = api.get(PATH, params={"limit": 0}).json()["total"]
    made = api.post(PATH, json=creation(username="noor@example.com"))
    assert made.status_code == 201
    assert made.headers["content-type"].partition(";")[0] == "application/json"
    body = made.json()
    assert body == {
        **creation(username="noor@example.com"),
        "id": str(UUID(body["id"])),
        "enabled": True,
        "correspondence_locale": "nl-NL",
    }
    assert api.get(f"{PATH}/{body['id']}").json() == body
    assert api.get(PATH, params={"limit": 0}).json()["total"] == total + 1


def test_errors_of_a_creation(api: Any) -> None:
    """400 and everything else come as problems (A31, A32, A44)."""
    assert_problem(api.post(PATH, json={}), 400)
    assert_problem(api.anonymous().post(PATH, json=creation()), 401)
    assert_problem(api.post(PATH, json=creation(username="user@example.com")), 409, "username")


def test_usernames_are_taken_once(api: Any, added: Callable[..., dict[str, Any]]) -> None:
    """A username that somebody has is refused, without one there is no clash (A33)."""
    added(username="noor@example.com")
    other = added(username="other@example.com")
    assert_problem(api.post(PATH, json=creation(username="noor@example.com")), 409, "username")
    answer = api.put(f"{PATH}/{other['id']}", json=update(username="noor@example.com"))
    assert_problem(answer, 409, "username")
    assert api.get(f"{PATH}/{other['id']}").json() == other
    assert added(username=None)["id"] != added(username=None)["id"]


# Showing and updating


def test_the_documented_employee(api: Any) -> None:
    """Kees de Jong is there under his documented id, as documented (A34)."""
    assert api.get(f"{PATH}/{KEES}").json() == DOCUMENTED


def test_disabled_employees_can_be_read(api: Any) -> None:
    """GET of one shows disabled employees too (A34)."""
    assert api.get(f"{PATH}/{PIETER}").json()["enabled"] is False


def test_an_update_needs_a_body(api: Any) -> None:
    """The body of PUT is required (A35)."""
    assert_problem(api.put(f"{PATH}/{KEES}"), 400)


@pytest.mark.parametrize("name", ["contact_point_id", "enabled", "family_name", "given_name", "username"])
def test_required_members_of_an_update(api: Any, name: str) -> None:
    """Each required key must be there, enabled for all its default; else nothing changes (A35, A37, A40)."""
    body = update(username="user@example.com", **{name: ...}) if name != "username" else update(username=...)
    assert_problem(api.put(f"{PATH}/{KEES}", json=body), 400, name)
    assert api.get(f"{PATH}/{KEES}").json() == DOCUMENTED


def test_an_employee_stays_with_its_customer(api: Any) -> None:
    """Id and customer_id cannot be changed: ignored, as in the page's sample (A35, X1)."""
    answer = api.put(f"{PATH}/{KEES}", json=SAMPLE | {"id": UNKNOWN, "customer_id": DUTCH_CUSTOMER})
    assert answer.status_code == 200
    assert answer.json() == DOCUMENTED


def test_an_update_answers_with_the_employee(api: Any) -> None:
    """200 with the employee as it is now, which GET then shows (A36)."""
    body = update(
        contact_point_id=UNKNOWN,
        correspondence_locale="fr-FR",
        enabled=False,
        username="kees@example.com",
    )
    answer = api.put(f"{PATH}/{KEES}", json=body)
    assert answer.status_code == 200
    assert answer.json() == {**body, "id": KEES, "customer_id": CUSTOMER}
    assert api.get(f"{PATH}/{KEES}").json() == answer.json()


@pytest.mark.parametrize(
    ("name", "value"), [("enabled", "true"), ("enabled", None), ("family_name", None), ("username", "")]
)
def test_bad_values_in_an_update(api: Any, name: str, value: Any) -> None:
    """400 names the member; nothing changes (A36, A37)."""
    body = update(**{"username": "user@example.com", name: value})
    assert_problem(api.put(f"{PATH}/{KEES}", json=body), 400, name)
    assert api.get(f"{PATH}/{KEES}").json() == DOCUMENTED


def test_a_username_is_never_unset(api: Any) -> None:
    """Once set, a username cannot become null (A38)."""
    assert_problem(api.put(f"{PATH}/{KEES}", json=update(username=None)), 400, "username")
    assert api.get(f"{PATH}/{KEES}").json() == DOCUMENTED


def test_a_username_is_set_and_changed(api: Any) -> None:
    """Null to null, null to a value, one value to another: all fine (A38)."""
    for username in (None, "anouk@example.com", "a.bakker@example.com", "a.bakker@example.com"):
        answer = api.put(f"{PATH}/{ANOUK}", json=update(username=username))
        assert answer.status_code == 200
        assert answer.json()["username"] == username
    assert_problem(api.put(f"{PATH}/{ANOUK}", json=update(username=None)), 400, "username")


def test_an_update_without_locale(api: Any) -> None:
    """PUT replaces: without a locale the customer's comes back (A39)."""
    assert api.put(f"{PATH}/{ANOUK}", json=update(correspondence_locale="de-DE")).json()[
        "correspondence_locale"
    ] == ("de-DE")
    assert api.put(f"{PATH}/{ANOUK}", json=update()).json()["correspondence_locale"] == "nl-NL"


def test_a_disabled_employee_leaves_the_list(api: Any) -> None:
    """enabled=false: off the default list, on the other, still readable (A40)."""
    before = api.get(PATH, params={"limit": 0}).json()["total"]
    assert api.put(f"{PATH}/{KEES}", json=SAMPLE | {"enabled": False}).status_code == 200
    assert api.get(PATH, params={"limit": 0}).json()["total"] == before - 1
    disabled = api.get(PATH, params={"limit": 1000, "enabled": "false"}).json()["result"]
    assert KEES in {one["id"] for one in disabled}
    assert api.get(f"{PATH}/{KEES}").json()["enabled"] is False


# Removing


def test_removing(api: Any) -> None:
    """204 without a body; then the employee is gone, and counts no more (A41)."""
    before = api.get(PATH, params={"limit": 0}).json()["total"]
    answer = api.delete(f"{PATH}/{ANOUK}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert_problem(api.get(f"{PATH}/{ANOUK}"), 404)
    assert_problem(api.delete(f"{PATH}/{ANOUK}"), 404)
    assert api.get(PATH, params={"limit": 0}).json()["total"] == before - 1


def test_who_has_a_username_stays(api: Any) -> None:
    """403 with the documented body to the letter; the record is as it was (A42)."""
    answer = api.delete(f"{PATH}/{KEES}")
    assert answer.status_code == 403
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    assert answer.json() == {
        "status": 403,
        "type": "about:blank",
        "title": "Forbidden",
        "detail": "You are not authorized to access this resource.",
    }
    assert api.get(f"{PATH}/{KEES}").json() == DOCUMENTED


def test_a_username_is_for_ever(api: Any, added: Callable[..., dict[str, Any]]) -> None:
    """Whoever was given a username can never be removed (A42, A43)."""
    one = f"{PATH}/{added()['id']}"
    assert api.put(one, json=update(username="noor@example.com")).status_code == 200
    assert_problem(api.put(one, json=update(username=None)), 400)
    assert_problem(api.delete(one), 403)


def test_disabled_employees_without_username_can_be_removed(api: Any) -> None:
    """Only the username matters (A42)."""
    assert api.delete(f"{PATH}/{LUKAS}").status_code == 204


def test_problems_have_four_members(api: Any) -> None:
    """type, title, status and detail, whatever went wrong (A44)."""
    for answer in (
        api.get(f"{PATH}/{UNKNOWN}"),
        api.get(PATH, params={"limit": 5000}),
        api.post(PATH, json={}),
        api.patch(PATH),
        api.anonymous().get(PATH),
    ):
        assert set(answer.json()) == {"type", "title", "status", "detail"}
        assert answer.json()["status"] == answer.status_code

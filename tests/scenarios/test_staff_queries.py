"""The staff API's `where` and `order`, statement by statement (C5 to C9).

What a query must select is said beside it, as a function of one member.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from tests.scenarios.staff_members import OWNER, STAFF
from tests.stopwatch import wall_seconds

Member = dict[str, Any]


def everybody(api: Any) -> list[Member]:
    members: list[Member] = api.get(STAFF).json()["response"]
    return members


def query(api: Any, **parameters: str) -> list[Member]:
    """The members that a query selects; the count must agree."""
    answer = api.get(STAFF, params=parameters)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == len(body["response"])
    members: list[Member] = body["response"]
    return members


def rate(member: Member, fits: Callable[[int], bool]) -> bool:
    """A comparison with a rate, which null never fits."""
    return member["hourly_rate_cents"] is not None and fits(member["hourly_rate_cents"])


class TestDocumented:
    def test_the_documented_address(self, api: Any) -> None:
        """C7: the printed query, raw quotes and all, gives active staff by last name, ascending."""
        answer = api.request(
            "GET", STAFF, target=b'/api/1/staff.json?where=active%3D"true"&order=last_name+asc'
        )
        assert answer.status_code == 200
        names = [one["last_name"] for one in answer.json()["response"]]
        assert names == sorted(one["last_name"] for one in everybody(api) if one["active"] == "true")
        assert answer.json()["count"] == len(names) > 5

    @pytest.mark.parametrize(
        "written",
        [
            b"where=active%3D%22true%22&order=last_name%20asc",
            b"where=active+%3D+%22true%22&order=last_name+asc",
            b"where=active%20=%20true&order=last_name",
            b"order=last_name%20ASC&where=active%09%3D%0Atrue",
            b"where=active%3D'true'&order=last%5Fname+asc",
        ],
    )
    def test_spellings_of_the_address(self, api: Any, written: bytes) -> None:
        """C7: `+` and `%20` are both a space; encoded or not, in whatever order, the query is the same."""
        documented = query(api, where='active="true"', order="last_name asc")
        answer = api.request("GET", STAFF, target=b"/api/1/staff?" + written)
        assert answer.status_code == 200
        assert answer.json()["response"] == documented

    def test_the_caller_is_filtered_too(self, api: Any) -> None:
        """C7: a caller who does not fit drops out, and stands where the order says."""
        assert OWNER in {one["uuid"] for one in query(api, where="type = owner")}
        assert OWNER not in {one["uuid"] for one in query(api, where="type != owner")}

    def test_all_path_forms_take_queries(self, api: Any) -> None:
        """C1, C6: `where` and `order` do the same at every spelling of the address."""
        wanted = {"where": "type = manager", "order": "login desc"}
        plain = api.get(STAFF, params=wanted)
        assert api.get(f"{STAFF}.json", params=wanted).content == plain.content
        assert plain.text in api.get(f"{STAFF}.jsonp", params=wanted).text

    @pytest.mark.parametrize("nothing", ["", " ", "\t\n"])
    def test_empty_queries(self, api: Any, nothing: str) -> None:
        """C9: an empty `where` or `order` is as good as none."""
        assert query(api, where=nothing, order=nothing) == everybody(api)

    def test_nobody_fits(self, api: Any) -> None:
        """C5: a query that nobody fits gives an empty list."""
        answer = api.get(STAFF, params={"where": "login = nobody-has-this"})
        assert answer.json() == {"response": [], "count": 0}


class TestWhere:
    @pytest.mark.parametrize(
        ("where", "fits"),
        [
            # The operators of the published grammar.
            ('active = "true"', lambda one: one["active"] == "true"),
            ("active = true", lambda one: one["active"] == "true"),
            ("active != true", lambda one: one["active"] == "false"),
            ("active = false", lambda one: one["active"] == "false"),
            ('last_name = "Kuphal"', lambda one: one["last_name"] == "Kuphal"),
            ('last_name != "Kuphal"', lambda one: one["last_name"] != "Kuphal"),
            ('last_name ~= "k%"', lambda one: one["last_name"].lower().startswith("k")),
            ('last_name ~= "%A%"', lambda one: "a" in one["last_name"].lower()),
            ('last_name ~= "KUPHAL"', lambda one: one["last_name"] == "Kuphal"),
            ('last_name ~= "uph"', lambda one: False),
            ('last_name < "H"', lambda one: one["last_name"] < "H"),
            ('last_name >= "H"', lambda one: one["last_name"] >= "H"),
            ("hourly_rate_cents < 9000", lambda one: rate(one, lambda value: value < 9000)),
            ("hourly_rate_cents <= 9000", lambda one: rate(one, lambda value: value <= 9000)),
            ("hourly_rate_cents > 9000", lambda one: rate(one, lambda value: value > 9000)),
            ("hourly_rate_cents >= 9000", lambda one: rate(one, lambda value: value >= 9000)),
            ("hourly_rate_cents = 10000", lambda one: one["hourly_rate_cents"] == 10000),
            ("hourly_rate_cents != 10000", lambda one: rate(one, lambda value: value != 10000)),
            ('hourly_rate_cents = "10000"', lambda one: one["hourly_rate_cents"] == 10000),
            ("hourly_rate_cents > 9999.5", lambda one: rate(one, lambda value: value > 9999.5)),
            ("hourly_rate_cents > -1", lambda one: one["hourly_rate_cents"] is not None),
            ("hourly_rate_cents = 0", lambda one: one["hourly_rate_cents"] == 0),
            # Numbers compare by value, text by code point.
            ("hourly_rate_cents > 9500", lambda one: rate(one, lambda value: value > 9500)),
            ("last_name > a", lambda one: one["last_name"] > "a"),
            # Null.
            ("hourly_rate_cents = null", lambda one: one["hourly_rate_cents"] is None),
            ("hourly_rate_cents != null", lambda one: one["hourly_rate_cents"] is not None),
            ("hourly_rate_cents < null", lambda one: False),
            ("hourly_rate_cents >= null", lambda one: False),
            ('last_name = "null"', lambda one: False),
            ("last_name = null", lambda one: False),
            # Joining, grouping, precedence.
            ("type = staff && active = true", lambda one: one["type"] == "staff" and one["active"] == "true"),
            ("type = owner || type = manager", lambda one: one["type"] in ("owner", "manager")),
            (
                "type = owner || type = manager && active = false",
                lambda one: one["type"] == "owner" or (one["type"] == "manager" and one["active"] == "false"),
            ),
            (
                "(type = owner || type = manager) && active = true",
                lambda one: one["type"] in ("owner", "manager") and one["active"] == "true",
            ),
            ("((type=owner))||(type=freelancer)", lambda one: one["type"] in ("owner", "freelancer")),
            # SQL's own words.
            ("type=staff AND active=true", lambda one: one["type"] == "staff" and one["active"] == "true"),
            ("type = owner or type = manager", lambda one: one["type"] in ("owner", "manager")),
            ("type <> staff", lambda one: one["type"] != "staff"),
            ("last_name LIKE 'k%'", lambda one: one["last_name"].lower().startswith("k")),
            ("last_name like '%AN%'", lambda one: "an" in one["last_name"].lower()),
            ("last_name = 'O\\'Brien'", lambda one: one["last_name"] == "O'Brien"),
            ("last_name = 'O''Brien'", lambda one: one["last_name"] == "O'Brien"),
            ('last_name = "O\'Brien"', lambda one: one["last_name"] == "O'Brien"),
            # Bare words, and letters from elsewhere.
            ("time_zone = Australia/Perth", lambda one: one["time_zone"] == "Australia/Perth"),
            ("time_zone ~= australia/%", lambda one: one["time_zone"].startswith("Australia/")),
            (f"uuid = {OWNER}", lambda one: one["uuid"] == OWNER),
            ("email_address = 19anita.pacocha@oreilly.info", lambda one: one["login"] == "user19"),
            ("first_name = Zoë", lambda one: one["first_name"] == "Zoë"),
            ("login ~= %.%", lambda one: "." in one["login"]),
            # Wildcards of other languages are plain characters.
            ("login ~= 'user2_'", lambda one: False),
            ("login ~= 'user2.'", lambda one: False),
            ("login ~= 'user2?'", lambda one: False),
        ],
    )  # fmt: skip
    def test_where(self, api: Any, where: str, fits: Callable[[Member], bool]) -> None:
        """C6, C8: a condition selects whom it describes, in the order in which they were added."""
        assert query(api, where=where) == [one for one in everybody(api) if fits(one)]

    def test_conditions_tell_members_apart(self, api: Any) -> None:
        """C8: the seed holds members on both sides of every condition worth trying."""
        for where in ("active = true", "hourly_rate_cents = null", "type = staff", "last_name ~= k%"):
            assert 0 < len(query(api, where=where)) < len(everybody(api))

    def test_new_and_changed_members_are_found(self, api: Any) -> None:
        """C6: a query sees what has just been created, changed and deleted."""
        created = api.post(
            STAFF,
            json={
                "staff": {
                    "email_address": "mia.tran@example.com",
                    "first_name": "Mia",
                    "last_name": "Tran",
                    "login": "mia",
                    "time_zone": "Australia/Sydney",
                }
            },
        )
        uuid = created.json()["response"]["uuid"]
        assert [one["uuid"] for one in query(api, where="login = mia")] == [uuid]
        api.put(f"{STAFF}/{uuid}", json={"staff": {"login": "mia.t"}})
        assert query(api, where="login = mia") == []
        assert [one["uuid"] for one in query(api, where="login = mia.t")] == [uuid]
        api.delete(f"{STAFF}/{uuid}")
        assert query(api, where="login = mia.t") == []


class TestOrder:
    @pytest.mark.parametrize(
        "column", ["last_name", "login", "email_address", "uuid", "time_zone", "type", "active"]
    )
    def test_text(self, api: Any, column: str) -> None:
        """C6, C8: text is sorted by code point, ascending unless `desc` is said."""
        ascending = sorted(everybody(api), key=lambda one: one[column])
        assert query(api, order=column) == query(api, order=f"{column} asc") == ascending
        descending = sorted(everybody(api), key=lambda one: one[column], reverse=True)
        assert query(api, order=f"{column} DESC") == descending

    def test_numbers(self, api: Any) -> None:
        """C8: rates are sorted by value and not by their digits."""
        rates = [
            one["hourly_rate_cents"]
            for one in query(api, where="hourly_rate_cents != null", order="hourly_rate_cents")
        ]
        assert rates == sorted(rates)
        assert any(str(low) > str(high) for low, high in pairwise(rates))

    def test_members_without_a_rate_are_sorted_too(self, api: Any) -> None:
        """C8: nulls stand together, and nobody is lost."""
        found = query(api, order="hourly_rate_cents")
        places = [place for place, one in enumerate(found) if one["hourly_rate_cents"] is None]
        assert places == list(range(places[0], places[-1] + 1))
        assert sorted(one["uuid"] for one in found) == sorted(one["uuid"] for one in everybody(api))

    def test_several_columns(self, api: Any) -> None:
        """C6, C8: the second column decides where the first is equal, each in its own direction."""
        found = query(api, order="type DESC, last_name, first_name asc")
        assert found == sorted(
            sorted(everybody(api), key=lambda one: (one["last_name"], one["first_name"])),
            key=lambda one: one["type"],
            reverse=True,
        )

    def test_equal_members_keep_their_order(self, api: Any) -> None:
        """C5: members that are equal in all columns stay as they were added."""
        found = [one["uuid"] for one in query(api, order="active desc") if one["active"] == "true"]
        assert found == [one["uuid"] for one in everybody(api) if one["active"] == "true"]

    def test_where_and_order_together(self, api: Any) -> None:
        """C7: what is selected is sorted."""
        found = query(api, where="type = staff", order="first_name desc")
        staff = [one for one in everybody(api) if one["type"] == "staff"]
        assert found == sorted(staff, key=lambda one: one["first_name"], reverse=True)


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "text", "position", "told"),
        [
            ("where", "active =", 9, "text in quotes"),
            ("where", "active", 7, "an operator"),
            ("where", "active == true", 9, "a word"),
            ("where", "shoe_size = 43", 1, "unknown column 'shoe_size'"),
            ("where", "Active = true", 1, "hourly_rate_cents"),
            ("where", 'last_name = "K', 13, "not closed"),
            ("where", "(active = true", 15, "a closing bracket"),
            ("where", "active = true)", 14, "the end"),
            ("where", "active = true type = staff", 15, "&& (AND)"),
            ("where", "hourly_rate_cents = much", 21, "a number or null"),
            ("where", "hourly_rate_cents ~= 1%", 19, "= != <>"),
            ("where", "hourly_rate_cents = 99999999999999999999", 21, "64 bits"),
            ("order", "last_name ascwill", 11, "asc or desc"),
            ("order", "last_name,", 11, "a column"),
            ("order", "last_name asc; DROP TABLE staff", 14, "a comma"),
            ("order", "surname", 1, "unknown column 'surname'"),
            ("order", "last_name = 1", 11, "asc or desc"),
        ],
    )
    def test_what_cannot_be_read(self, api: Any, name: str, text: str, position: int, told: str) -> None:
        """C9: an unknown column or a fault of syntax is 400, and says where and what was expected."""
        answer = api.get(STAFF, params={name: text})
        assert answer.status_code == 400
        body = answer.json()
        assert body["error"].startswith(f"{name}: ")
        assert f"at position {position} " in body["error"]
        assert told in body["error"]
        assert list(body["errors"]) == [name]

    @pytest.mark.parametrize(
        "text",
        [
            "1=1",
            "active = true OR 1=1",
            'active = "true"; DROP TABLE staff',
            "active = true -- ",
            "active = true /* x */",
            "active = true UNION SELECT * FROM users",
            "active = (SELECT active FROM staff)",
            "active = sleep(10)",
            "x' OR 'x'='x",
            '" OR ""="',
            "${7*7} = 49",
            "__class__ = x",
            "active = `id`",
            "active = true && ",
        ],
    )
    @pytest.mark.parametrize("name", ["where", "order"])
    def test_injections(self, api: Any, name: str, text: str) -> None:
        """C9: nothing is ever executed; what is no query is 400, and the staff are all there afterwards."""
        before = everybody(api)
        assert api.get(STAFF, params={name: text}).status_code == 400
        assert everybody(api) == before

    def test_quoted_injections_are_text(self, api: Any) -> None:
        """C9: inside quotes anything is text to compare with."""
        assert query(api, where="""last_name = "'; DROP TABLE staff; --" """) == []
        assert query(api, where="""last_name = '" OR ""="' """) == []

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 3000 + "active = true" + ")" * 3000,
            "(active=true or " * 1000 + "active=true" + ")" * 1000,
            " or ".join(["active = true"] * 330),
        ],
    )
    def test_long_queries(self, api: Any, text: str) -> None:
        """C9: 5,000 characters and 3,000 brackets are read like any other query."""
        active = [one for one in everybody(api) if one["active"] == "true"]
        found: list[Any] = []
        assert wall_seconds(lambda: found.append(query(api, where=text)), 2) < 2
        assert found[0] == active

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 3000,
            "(active=true or (active=true and " * 750 + "active=true" + "))" * 750,
            '"' * 5000,
            "x" * 5000,
            'last_name = "' + "\\" * 4999,
            "active = true " * 350,
            "\x00",
            "active = \x00",
        ],
    )
    @pytest.mark.parametrize("name", ["where", "order"])
    def test_long_nonsense(self, api: Any, name: str, text: str) -> None:
        """C9: what cannot be read is 400 whatever its size, quickly, and the message stays short."""
        answers: list[Any] = []
        assert wall_seconds(lambda: answers.append(api.get(STAFF, params={name: text})), 2) < 2
        assert answers[0].status_code == 400
        assert len(answers[0].content) < 1000

    @pytest.mark.parametrize(
        "target", [b"where=%", b"where=%zz", b"where=%ff%fe", b"where=active=true&where=type=staff"]
    )
    def test_broken_addresses(self, api: Any, target: bytes) -> None:
        """C9: bad escapes, broken UTF-8 and a repeated `where` are a clear 400."""
        answer = api.request("GET", STAFF, target=b"/api/1/staff?" + target)
        assert answer.status_code == 400
        assert isinstance(answer.json()["error"], str)

    def test_the_role_comes_first(self, api: Any) -> None:
        """C10: who may not list staff learns nothing about the query."""
        assert api.identified("demo-staff").get(STAFF, params={"where": "nonsense"}).status_code == 403

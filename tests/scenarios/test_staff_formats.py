"""The staff API's two path forms and two formats, statement by statement (C1, C2, C27)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.scenarios.staff_members import DELETED, FORMS, LEAST, SHOWN, STAFF, UPDATED, member, staff


def called(answer: Any, function: str = "callback") -> Any:
    """What the script hands to the function; fails unless the answer is such a script."""
    assert answer.headers["content-type"].partition(";")[0] == "application/javascript"
    text = answer.text
    assert text.startswith(f"{function}("), text[:80]
    assert text.endswith(");"), text[-80:]
    argument = text[len(function) + 1 : -2]
    return json.loads(argument) if argument else None


class TestFormats:
    @pytest.mark.parametrize("form", ["", ".json"])
    def test_both_path_forms_do_the_same(self, api: Any, form: str) -> None:
        """C1: every operation is served with and without `.json`, and does the same there."""
        assert api.get(f"{STAFF}{form}").json() == api.get(STAFF).json()
        assert api.get(f"{STAFF}/{SHOWN}{form}").json() == {"response": member(api, SHOWN)}
        created = api.post(f"{STAFF}{form}", json={"staff": LEAST})
        assert created.status_code == 200
        uuid = created.json()["response"]["uuid"]
        assert member(api, uuid) == created.json()["response"]
        assert api.put(f"{STAFF}/{uuid}{form}", json={"staff": {"first_name": "Salvia"}}).status_code == 200
        assert member(api, uuid)["first_name"] == "Salvia"
        assert api.post(f"{STAFF}/{uuid}/disable{form}", json={}).status_code == 200
        assert member(api, uuid)["active"] == "false"
        assert api.post(f"{STAFF}/{uuid}/enable{form}", json={}).status_code == 200
        assert member(api, uuid)["active"] == "true"
        assert api.delete(f"{STAFF}/{uuid}{form}").status_code == 200
        assert api.get(f"{STAFF}/{uuid}{form}").status_code == 404

    def test_the_extension_is_no_part_of_the_uuid(self, api: Any) -> None:
        """C1: `{uuid}.json` is read before `{uuid}`, so that rules and lookups see the same member."""
        assert api.get(f"{STAFF}/{SHOWN}.json").json()["response"]["uuid"] == SHOWN
        assert called(api.get(f"{STAFF}/{SHOWN}.jsonp"))["response"]["uuid"] == SHOWN
        assert api.get(f"{STAFF}/{SHOWN}.xml").status_code == 404

    def test_json_is_the_default(self, api: Any) -> None:
        """C2: with `.json` or no extension the answer is application/json."""
        for path in (STAFF, f"{STAFF}.json", f"{STAFF}/{SHOWN}", f"{STAFF}/{SHOWN}.json"):
            assert api.get(path).headers["content-type"].partition(";")[0] == "application/json"

    def test_jsonp_by_extension(self, api: Any) -> None:
        """C2: `.jsonp` answers with a script that calls `callback`, or the function that is named."""
        plain = api.get(STAFF).json()
        assert called(api.get(f"{STAFF}.jsonp")) == plain
        assert called(api.get(f"{STAFF}.jsonp", params={"callback": "show"}), "show") == plain
        assert called(api.get(f"{STAFF}/{SHOWN}.jsonp")) == {"response": member(api, SHOWN)}

    @pytest.mark.parametrize("form", ["", ".json"])
    def test_jsonp_by_callback(self, api: Any, form: str) -> None:
        """C2: a `callback` parameter makes a script of the answer at the other paths too."""
        assert called(api.get(f"{STAFF}{form}", params={"callback": "show"}), "show") == api.get(STAFF).json()
        shown = api.get(f"{STAFF}/{SHOWN}{form}", params={"callback": "app.staff.$show_1"})
        assert called(shown, "app.staff.$show_1") == {"response": member(api, SHOWN)}

    def test_every_operation_answers_as_jsonp(self, api: Any) -> None:
        """C2: creating, too, answers as a script; an empty body calls the function with nothing."""
        created = api.post(f"{STAFF}.jsonp", json={"staff": LEAST})
        assert created.status_code == 200
        uuid = called(created)["response"]["uuid"]
        for answer in (
            api.put(f"{STAFF}/{uuid}.jsonp", json={"staff": {"first_name": "Salvia"}}),
            api.post(f"{STAFF}/{uuid}/disable.jsonp", json={}),
            api.post(f"{STAFF}/{uuid}/enable.jsonp"),
            api.delete(f"{STAFF}/{uuid}", params={"callback": "callback"}),
        ):
            assert answer.status_code == 200
            assert answer.text == "callback();"
            assert called(answer) is None

    def test_refusals_are_scripts_too(self, api: Any) -> None:
        """C2: where JSONP is asked for, a refusal calls the function with the error."""
        missing = api.get(f"{STAFF}/nobody.jsonp")
        assert missing.status_code == 404
        assert isinstance(called(missing)["error"], str)
        invalid = api.post(STAFF, params={"callback": "show"}, json={"staff": {}})
        assert invalid.status_code == 422
        assert isinstance(called(invalid, "show")["error"], str)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        "callback",
        [
            "alert(document.cookie)//",
            "<script>alert(1)</script>",
            "a;b",
            "a b",
            "a()",
            "1st",
            "a..b",
            ".a",
            "a.",
            "a-b",
            "a\n",
            "naïve",
            "a\x00",
            "'",
            "",
        ],
    )
    def test_hostile_callbacks(self, api: Any, form: str, callback: str) -> None:
        """C2: a callback that is no identifier is answered with 400 and never repeated."""
        for path in (f"{STAFF}{form}", f"{STAFF}/{SHOWN}{form}"):
            answer = api.get(path, params={"callback": callback})
            assert answer.status_code == 400
            assert "javascript" not in answer.headers["content-type"]
            if len(callback) > 2:
                assert callback not in answer.text

    def test_hostile_callbacks_change_nothing(self, api: Any) -> None:
        """C2: with a hostile callback nothing is created, changed or deleted."""
        before = staff(api)
        hostile = {"callback": "alert(1)"}
        assert api.post(STAFF, params=hostile, json={"staff": LEAST}).status_code == 400
        assert (
            api.put(f"{STAFF}/{UPDATED}", params=hostile, json={"staff": {"first_name": "X"}}).status_code
            == 400
        )
        assert api.delete(f"{STAFF}/{DELETED}.jsonp", params=hostile).status_code == 400
        assert staff(api) == before


class TestMethods:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("", {"GET", "POST"}),
            (f"/{SHOWN}", {"GET", "PUT", "DELETE"}),
            (f"/{SHOWN}/enable", {"POST"}),
            (f"/{SHOWN}/disable", {"POST"}),
        ],
    )
    def test_other_methods(self, api: Any, path: str, methods: set[str], form: str) -> None:
        """C27: there is no PATCH; whatever a path does not know is answered with 405 and `Allow`."""
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = api.request(method, f"{STAFF}{path}{form}")
            assert answer.status_code == 405
            allowed = {word.strip() for word in answer.headers["allow"].split(",")}
            assert methods <= allowed
            assert method not in allowed

    @pytest.mark.parametrize("path", ["", f"/{SHOWN}"])
    def test_head(self, api: Any, path: str) -> None:
        """C27: HEAD answers like GET, without the body."""
        head, get = api.head(f"{STAFF}{path}"), api.get(f"{STAFF}{path}")
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]

    def test_unknown_addresses(self, api: Any) -> None:
        """C1: what is no documented path is 404."""
        for path in (
            "/api/1/staffs",
            f"{STAFF}/{SHOWN}/promote",
            "/api/2/staff",
            f"{STAFF}/{SHOWN}/enable/now",
        ):
            assert api.get(path).status_code == 404

"""Keys and parents that a path does not pass through are found by what they are called."""

from __future__ import annotations

from typing import Any

from apidouble.model.resource import Verb


def _number(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}


def test_a_number_in_the_path_makes_text_keys_of_digits(kit: Any) -> None:
    """The record's id is text, the path takes a number: keys are text that the path bears."""
    paths = {
        "/groups": {
            "get": kit.op(kit.many(kit.ref("Group"))),
            "post": kit.op(kit.ref("Group"), kit.ref("Group")),
        },
        "/groups/{groupKey}": {"get": kit.op(kit.ref("Group"), parameters=[_number("groupKey")])},
    }
    m = kit.read(paths, {"Group": kit.record("id", "name")})
    assert m.resource("groups").key == "id"
    assert m.resource("groups").key_schema == {"type": "string", "pattern": "^[1-9][0-9]{3,8}$"}


def test_what_any_path_asks_of_the_key_counts(kit: Any) -> None:
    """DELETE takes a number where GET takes text: keys serve both."""
    paths = {
        "/posts": {"post": kit.op(kit.ref("Post"), kit.ref("Post"))},
        "/posts/{id}": {
            "get": kit.op(kit.ref("Post")),
            "delete": kit.op(status=204, parameters=[_number("id")]),
        },
    }
    m = kit.read(paths, {"Post": kit.record("id", "title")})
    assert "pattern" in m.resource("posts").key_schema


def test_a_collection_that_is_only_listed_has_the_key_of_its_name(kit: Any) -> None:
    """`organizationId` identifies organizations, and paths below them hold keys of theirs."""
    paths = {
        "/organizations": {"get": kit.op(kit.many(kit.ref("OrganizationModel")))},
        "/organizations/{organizationId}/members": {
            "get": kit.op(kit.many(kit.ref("Member")), statuses=(404,))
        },
    }
    schemas = {
        "OrganizationModel": kit.record("organizationId", "name"),
        "Member": kit.record("id", "email", "fullName"),
    }
    m = kit.read(paths, schemas)
    assert m.resource("organizations").key == "organizationId"
    members = m("GET /organizations/{organizationId}/members").resource
    (parent,) = m.resource(members).parents
    assert (parent.parameter, parent.resource) == ("organizationId", "organizations")
    within = m("GET /organizations/{organizationId}/members").within
    assert within == (("organizations", ("organizationId",)),)


def test_a_parameter_that_names_another_collection_holds_its_keys(kit: Any) -> None:
    """`/flags/{projectKey}` lists the flags of a project, though its path does not say `projects`."""
    page = {
        "type": "object",
        "properties": {"items": kit.many(kit.ref("Flag")), "_links": {"type": "object"}},
    }
    paths = {
        "/projects": {"get": kit.op(kit.many(kit.ref("Project")))},
        "/projects/{projectKey}": {"get": kit.op(kit.ref("Project"))},
        "/flags/{projectKey}": {
            "get": kit.op(page, query={"limit": {"type": "integer"}, "offset": {"type": "integer"}}),
            "post": kit.op(kit.ref("Flag"), kit.record("key", "name"), status=201),
        },
        "/flags/{projectKey}/{flagKey}": {"get": kit.op(kit.ref("Flag")), "delete": kit.op(status=204)},
    }
    schemas = {"Flag": kit.record("key", "name", "kind"), "Project": kit.record("key", "name")}
    m = kit.read(paths, schemas)
    assert m("GET /flags/{projectKey}").verb is Verb.LIST
    assert m("GET /flags/{projectKey}").envelope.records == ("items",)
    assert m("POST /flags/{projectKey}").verb is Verb.CREATE
    assert m("GET /flags/{projectKey}/{flagKey}").verb is Verb.READ
    (parent,) = m.resource("flags").parents
    assert (parent.parameter, parent.resource) == ("projectKey", "projects")


def test_a_word_about_the_answer_is_no_part_of_the_record(kit: Any) -> None:
    """`{data: {budget: {...}, server_knowledge: 3}}` shows a budget."""
    detail = kit.record("id", "name", "currency", "note")
    answer = kit.record(data=kit.record(budget=detail, server_knowledge={"type": "integer"}))
    m = kit.read({"/budgets/{budget_id}": {"get": kit.op(answer), "delete": kit.op(status=204)}})
    assert m.resource("budgets").key == "id"
    assert m("GET /budgets/{budget_id}").envelope.record == ("data", "budget")


def test_a_key_of_two_names_is_the_first_that_the_record_has(kit: Any) -> None:
    """`idOrSlug` is the id."""
    paths = {"/deployments/{idOrSlug}": {"get": kit.op(kit.ref("Deployment")), "delete": kit.op(status=204)}}
    m = kit.read(paths, {"Deployment": kit.record("id", "slug", "state")})
    assert m.resource("deployments").key == "id"


def test_what_is_wrapped_may_be_called_like_a_part_of_envelopes(kit: Any) -> None:
    """`{page: {...}}` at `/pages/{id}` is a page, not paging."""
    page = kit.record(page=kit.record("id", "title", "body"))
    paths = {
        "/pages": {"get": kit.op(kit.many(page)), "post": kit.op(page, page)},
        "/pages/{id}": {"get": kit.op(page)},
    }
    m = kit.read(paths)
    assert m.resource("pages").key == "id"
    assert m("GET /pages/{id}").envelope.record == ("page",)
    assert m("POST /pages").body == ("page",)


def test_records_related_to_one_of_their_own_are_all_that_there_are(kit: Any) -> None:
    """No property says which artists are like which: the list is not empty for want of that."""
    paths = {
        "/artists": {"get": kit.op(kit.many(kit.ref("Artist")))},
        "/artists/{id}": {"get": kit.op(kit.ref("Artist"))},
        "/artists/{id}/related-artists": {"get": kit.op(kit.many(kit.ref("Artist")))},
    }
    m = kit.read(paths, {"Artist": kit.record("id", "name", "genre")})
    assert m("GET /artists/{id}/related-artists").parents == ()
    assert m("GET /artists/{id}/related-artists").resource == "artists"


def test_what_a_list_shows_is_the_record_wherever_it_is_wrapped(kit: Any) -> None:
    """`{data: {...}, timeframe: [...]}` shows one of what the list has, and a span of time."""
    incident = kit.ref("Incident")
    span = {"type": "array", "items": {"type": "integer"}}
    paths = {
        "/incidents": {"get": kit.op(kit.record(data=kit.many(incident), timeframe=span))},
        "/incidents/{incident_id}": {"get": kit.op(kit.record(data=incident, timeframe=span))},
    }
    m = kit.read(paths, {"Incident": kit.record("id", "status", "severity")})
    assert m.resource("incidents").key == "id"
    assert m("GET /incidents/{incident_id}").envelope.record == ("data",)


def test_what_an_answer_is_about_stands_beside_a_status(kit: Any) -> None:
    """`{responseStatus: 200, data: {id, ...}}` shows what is in `data`."""
    form = kit.record("name", "state", id={"type": "integer"})
    answer = kit.record(responseStatus={"type": "integer"}, data=form)
    m = kit.read({"/forms/{id}": {"get": kit.op(answer), "patch": kit.op(answer, kit.record("name"))}})
    assert m.resource("forms").key == "id"
    assert m("GET /forms/{id}").envelope.record == ("data",)


def test_a_deed_may_stand_before_the_key(kit: Any) -> None:
    """`PUT /quotes/close/{id}` closes the quote."""
    quote = kit.record("id", "text", closed={"type": "boolean"})
    paths = {
        "/quotes": {"get": kit.op(kit.many(kit.ref("Quote")))},
        "/quotes/{id}": {"get": kit.op(kit.ref("Quote"))},
        "/quotes/close/{id}": {"put": kit.op(kit.record("message"))},
    }
    m = kit.read(paths, {"Quote": quote})
    close = m("PUT /quotes/close/{id}")
    assert (close.verb, close.resource, close.key) == (Verb.ACTION, "quotes", "id")
    assert close.sets == {"closed": True}


def test_a_record_with_one_list_in_it_is_no_envelope(kit: Any) -> None:
    """A comment with an id and reactions is a comment, and not a list of reactions."""
    reaction = kit.record("emoji", id={"type": "integer"})
    comment = kit.record("body", id={"type": "integer"}, reactions=kit.many(kit.ref("Reaction")))
    paths = {
        "/comments": {"post": kit.op(kit.ref("Comment"), kit.record("body"), status=201)},
        "/comments/{id}": {
            "patch": kit.op(kit.ref("Comment"), kit.record("body")),
            "delete": kit.op(status=204),
        },
    }
    m = kit.read(paths, {"Comment": comment, "Reaction": reaction})
    assert m("POST /comments").verb is Verb.CREATE
    assert m.resource("comments").schema_name == "Comment"


def test_a_key_that_might_be_one_of_two_is_neither(kit: Any) -> None:
    """A membership has `group_id` and `user_id`: its own id is in no property."""
    paths = {
        "/group_users": {"get": kit.op(kit.many(kit.ref("GroupUser")))},
        "/group_users/{id}": {"patch": kit.op(kit.ref("GroupUser")), "delete": kit.op(status=204)},
    }
    m = kit.read(paths, {"GroupUser": kit.record("group_id", "user_id", "admin")})
    assert m.resource("group_users").key == "^id"


def test_an_example_of_null_is_what_an_envelope_says(kit: Any) -> None:
    """`message`, which may be null and is so in its example, is null."""
    message = {"type": ["string", "null"], "examples": [None]}
    answer = kit.record(data=kit.record("id", "name"), message=message, required=("data", "message"))
    m = kit.read({"/users/{id}": {"get": kit.op(answer), "delete": kit.op(status=204)}})
    assert m("GET /users/{id}").envelope.constants == ((("message",), None),)

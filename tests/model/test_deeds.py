"""Operations that are no plain CRUD: actions, singletons, searches, batches, remote calls."""

from __future__ import annotations

from typing import Any

import pytest

from apidouble.model.resource import Verb


def orders(kit: Any, **paths: Any) -> dict[str, Any]:
    order = kit.ref("Order")
    return {
        "/orders": {"get": kit.op(kit.many(order)), "post": kit.op(order, order, status=201)},
        "/orders/{id}": {"get": kit.op(order), "delete": kit.op(status=204)},
        **paths,
    }


def shape(kit: Any, **more: Any) -> dict[str, Any]:
    status = {"type": "string", "enum": ["open", "cancelled", "paid", "shipped", "closed"]}
    return {"Order": kit.record("id", "note", status=status, archived={"type": "boolean"}, **more)}


@pytest.mark.parametrize(
    ("word", "method", "sets"),
    [
        ("cancel", "post", {"status": "cancelled"}),
        ("pay", "post", {"status": "paid"}),
        ("ship", "put", {"status": "shipped"}),
        ("close", "post", {"status": "closed"}),
        ("archive", "post", {"archived": True}),
        ("unarchive", "post", {"archived": False}),
        ("archive", "delete", {"archived": False}),
        ("refund", "post", {}),
    ],
)
def test_an_action_is_done_to_the_record_above(
    kit: Any, word: str, method: str, sets: dict[str, Any]
) -> None:
    """`POST /orders/{id}/cancel` answers with the order and sets what its word says."""
    paths = orders(kit, **{f"/orders/{{id}}/{word}": {method: kit.op(kit.ref("Order"))}})
    binding = kit.read(paths, shape(kit))(f"{method.upper()} /orders/{{id}}/{word}")
    assert (binding.verb, binding.resource, binding.key) == (Verb.ACTION, "orders", "id")
    assert binding.sets == sets
    assert binding.envelope.record == ()


def test_an_action_may_stand_behind_a_colon(kit: Any) -> None:
    """`POST /orders/{id}:cancel`, a custom method."""
    paths = orders(kit, **{"/orders/{id}:cancel": {"post": kit.op(kit.ref("Order"))}})
    binding = kit.read(paths, shape(kit))("POST /orders/{id}:cancel")
    assert (binding.verb, binding.key, binding.sets) == (Verb.ACTION, "id", {"status": "cancelled"})


def test_an_action_without_a_body_in_its_answer_is_still_one(kit: Any) -> None:
    """204 is the plainest answer of all."""
    paths = orders(kit, **{"/orders/{id}/remind": {"post": kit.op(status=204)}})
    binding = kit.read(paths, shape(kit))("POST /orders/{id}/remind")
    assert (binding.verb, binding.success, binding.envelope.record) == (Verb.ACTION, 204, None)


def test_a_computed_thing_below_a_record_is_stateless_but_needs_the_record(kit: Any) -> None:
    """`GET /orders/{id}/summary` cannot be kept, yet an unknown order is a 404."""
    paths = orders(kit, **{"/orders/{id}/invoice": {"get": kit.op(kit.record("total"), statuses=[404])}})
    binding = kit.read(paths, shape(kit))("GET /orders/{id}/invoice")
    assert binding.verb is Verb.STATIC
    assert binding.within == (("orders", ("id",)),)
    assert binding.why
    assert "x-double" in binding.hint


def test_login_and_other_deeds_keep_nothing(kit: Any) -> None:
    """`POST /login` answers statelessly, and says why."""
    paths = orders(
        kit,
        **{
            "/login": {"post": kit.op(kit.record("token"), kit.record("username", "password"))},
            "/user/logout": {"get": kit.op()},
            "/orders/bulk-delete": {"post": kit.op(None, kit.many(kit.ref("Order")))},
            "/markdown": {"post": kit.op({"type": "string"}, kit.record("text"))},
        },
    )
    m = kit.read(paths, shape(kit))
    for call in ("POST /login", "GET /user/logout", "POST /orders/bulk-delete", "POST /markdown"):
        assert m(call).verb is Verb.STATIC, call
        assert m(call).why, call


def test_what_is_sent_is_shown_even_if_nothing_reads_it(kit: Any) -> None:
    """A payment below a booking has no path of its own: it is a new record that repeats the body."""
    payment = kit.ref("Payment")
    paths = orders(kit, **{"/orders/{id}/payment": {"post": kit.op(payment, payment)}})
    m = kit.read(paths, {**shape(kit), "Payment": kit.record("id", "amount", "currency")})
    binding = m("POST /orders/{id}/payment")
    assert (binding.verb, binding.resource) == (Verb.CREATE, "payments")
    assert m.resource("payments").seeded == 0


def test_a_search_by_post_is_a_list(kit: Any) -> None:
    """`POST /orders/search` filters and pages by its body."""
    body = kit.record("status", limit={"type": "integer"}, offset={"type": "integer"})
    paths = orders(kit, **{"/orders/search": {"post": kit.op(kit.many(kit.ref("Order")), body)}})
    binding = kit.read(paths, shape(kit))("POST /orders/search")
    assert (binding.verb, binding.resource) == (Verb.LIST, "orders")
    (status,) = binding.filters
    assert (status.parameter, status.fields, status.location) == ("status", ("status",), "body")
    assert binding.paging is not None
    assert (binding.paging.location, binding.paging.size) == ("body", "limit")


def test_a_finder_beside_the_item_is_a_filtered_list(kit: Any) -> None:
    """Petstore's `GET /pet/findByStatus`."""
    status = {"status": {"type": "string", "enum": ["open", "paid"]}}
    paths = orders(kit, **{"/orders/findByStatus": {"get": kit.op(kit.many(kit.ref("Order")), query=status)}})
    binding = kit.read(paths, shape(kit))("GET /orders/findByStatus")
    assert (binding.verb, binding.resource, binding.filters[0].fields) == (Verb.LIST, "orders", ("status",))


def test_a_body_with_the_key_replaces_on_the_collection(kit: Any) -> None:
    """Petstore's `PUT /pet`: the id is in the body."""
    pet = kit.ref("Order")
    paths = {
        "/pet": {"post": kit.op(pet, pet), "put": kit.op(pet, pet)},
        "/pet/createWithList": {"post": kit.op(pet, kit.many(pet))},
        "/pet/{petId}": {
            "get": kit.op(pet),
            "post": kit.op(pet, query={"note": {"type": "string"}, "status": {"type": "string"}}),
        },
    }
    m = kit.read(paths, shape(kit))
    put = m("PUT /pet")
    assert (put.verb, put.key, put.key_location) == (Verb.REPLACE, "id", "body")
    several = m("POST /pet/createWithList")
    assert (several.verb, several.many, several.envelope.record) == (Verb.CREATE, True, ())
    form = m("POST /pet/{petId}")
    assert (form.verb, form.given) == (Verb.UPDATE, {"note": "note", "status": "status"})


def test_post_on_the_item_updates_where_it_carries_properties(kit: Any) -> None:
    """Stripe and Twilio update by POST."""
    paths = orders(kit)
    paths["/orders/{id}"]["post"] = kit.op(kit.ref("Order"), kit.record("note"))
    binding = kit.read(paths, shape(kit))("POST /orders/{id}")
    assert (binding.verb, binding.writable) == (Verb.UPDATE, frozenset({"note"}))


def test_put_makes_what_nothing_else_makes(kit: Any) -> None:
    """Without POST, or with 201 declared, PUT is an upsert; otherwise it replaces."""
    thing = kit.ref("Order")
    alone = {"/keys/{name}": {"get": kit.op(thing), "put": kit.op(thing, thing)}}
    assert kit.read(alone, shape(kit))("PUT /keys/{name}").verb is Verb.UPSERT
    paths = orders(kit)
    paths["/orders/{id}"]["put"] = kit.op(thing, thing, statuses=[201])
    declared = kit.read(paths, shape(kit))("PUT /orders/{id}")
    assert (declared.verb, declared.success, declared.created) == (Verb.UPSERT, 200, 201)


def test_put_that_requires_nothing_merges(kit: Any) -> None:
    """A body without required members cannot replace a record that has some."""
    full = kit.record("id", "name", "size", required=("id", "name"))
    paths = {
        "/things": {"get": kit.op(kit.many(kit.ref("T"))), "post": kit.op(kit.ref("T"), kit.record("name"))},
        "/things/{id}": {
            "get": kit.op(kit.ref("T")),
            "put": kit.op(kit.ref("T"), kit.record("name", "size")),
        },
    }
    assert kit.read(paths, {"T": full})("PUT /things/{id}").verb is Verb.UPDATE


def test_singletons_have_one_record_for_each_parent(kit: Any) -> None:
    """`/settings` is one thing, `/orders/{id}/subscription` one for each order."""
    settings, subscription = kit.ref("Settings"), kit.ref("Subscription")
    paths = orders(
        kit,
        **{
            "/settings": {"get": kit.op(settings), "put": kit.op(settings, settings)},
            "/orders/{id}/subscription": {
                "get": kit.op(subscription, statuses=[404]),
                "put": kit.op(subscription),
                "delete": kit.op(status=204),
            },
        },
    )
    schemas = {**shape(kit), "Settings": kit.record("theme", "lang"), "Subscription": kit.record("since")}
    m = kit.read(paths, schemas)
    settings_home = m.resource("settings")
    assert (settings_home.singleton, settings_home.lasting, settings_home.key) == (True, True, "")
    assert m("PUT /settings").verb is Verb.REPLACE
    one = m.resource("subscription")
    assert (one.singleton, one.lasting, one.scoped, one.parents[0].field) == (True, False, True, "^order_id")
    assert m("PUT /orders/{id}/subscription").verb is Verb.UPSERT
    assert m("DELETE /orders/{id}/subscription").verb is Verb.DELETE
    assert m("GET /orders/{id}/subscription").within == (("orders", ("id",)),)


def test_the_caller_is_a_record_like_others(kit: Any) -> None:
    """`GET /me` and `PATCH /me` touch the caller's own user."""
    user = kit.ref("User")
    paths = {
        "/users": {"get": kit.op(kit.many(user)), "post": kit.op(user, user)},
        "/users/{id}": {"get": kit.op(user)},
        "/me": {"get": kit.op(user), "patch": kit.op(user, user)},
    }
    m = kit.read(paths, {"User": kit.record("id", "name", "email")})
    for call, verb in (("GET /me", Verb.READ), ("PATCH /me", Verb.UPDATE)):
        assert (m(call).verb, m(call).resource, m(call).key_location) == (verb, "users", "identity")


def test_reading_by_a_key_that_nothing_shows_keeps_nothing(kit: Any) -> None:
    """Whoever asks for `/analysis/{id}` could not have learned the id: any answer will do."""
    m = kit.read({"/analysis/{id}": {"get": kit.op(kit.record("score"))}})
    assert m("GET /analysis/{id}").verb is Verb.STATIC
    assert not m.model.resources


def test_records_that_are_only_read_by_key_exist_under_any(kit: Any) -> None:
    """Nothing lists or makes them, so that whatever key is asked for must do."""
    m = kit.read({"/builds/{id}": {"get": kit.op(kit.record("id", "state"))}})
    assert m.resource("builds").lasting


def test_remote_calls_make_a_collection(kit: Any) -> None:
    """`/getUser?id=5`, `/createUser`, `/listUsers`, `/deleteUser?id=5` are CRUD in other words."""
    user = kit.ref("User")
    by_id = {"id": {"schema": {"type": "string"}, "required": True}}
    paths = {
        "/getUser": {"get": kit.op(user, query=by_id)},
        "/listUsers": {"get": kit.op(kit.many(user))},
        "/createUser": {"post": kit.op(user, user)},
        "/updateUser": {"post": kit.op(user, user)},
        "/deleteUser": {"post": kit.op(query=by_id)},
    }
    m = kit.read(paths, {"User": kit.record("id", "name", "email")})
    assert list(m.model.resources) == ["users"]
    get = m("GET /getUser")
    assert (get.verb, get.key, get.key_location) == (Verb.READ, "id", "query")
    assert m("GET /listUsers").verb is Verb.LIST
    assert m("POST /createUser").verb is Verb.CREATE
    assert (m("POST /updateUser").verb, m("POST /updateUser").key_location) == (Verb.UPDATE, "body")
    assert (m("POST /deleteUser").verb, m("POST /deleteUser").key) == (Verb.DELETE, "id")


def test_path_suffixes_and_odata_keys_are_understood(kit: Any) -> None:
    """`/users/{id}.json` is `/users/{id}`; `/Users({id})` names a user."""
    user = kit.ref("User")
    schemas = {"User": kit.record("id", "name")}
    paths = {
        "/users.json": {"get": kit.op(kit.many(user)), "post": kit.op(user, user)},
        "/users/{id}.json": {"get": kit.op(user)},
    }
    m = kit.read(paths, schemas)
    assert (m("GET /users/{id}.json").verb, m("GET /users/{id}.json").resource) == (Verb.READ, "users")
    paths = {"/Users": {"get": kit.op(kit.many(user))}, "/Users('{id}')": {"get": kit.op(user)}}
    m = kit.read(paths, schemas)
    assert m("GET /Users('{id}')").key == "id"


def test_segments_that_mix_parameters_are_left_alone(kit: Any) -> None:
    """`/commits/{sha}.{diffType}` names no record; it says so."""
    m = kit.read({"/commits/{sha}.{kind}": {"get": kit.op(kit.record("sha"))}})
    binding = m("GET /commits/{sha}.{kind}")
    assert binding.verb is Verb.STATIC
    assert "mixes" in binding.why[0]


def test_a_redirect_is_a_success_and_an_error_is_not(kit: Any) -> None:
    """An operation that declares only failures succeeds with 200; one that redirects, with that."""
    m = kit.read(
        {
            "/download": {"get": kit.op(status=302)},
            "/pet": {"post": kit.op(kit.record("id"), kit.record("id"), status=405)},
        }
    )
    assert m("GET /download").success == 302
    assert m("POST /pet").success == 200


def test_every_operation_has_a_binding(kit: Any) -> None:
    """The model is complete, in document order."""
    paths = orders(kit, **{"/odd/{a}-{b}": {"get": kit.op()}, "/x": {"options": kit.op()}})
    m = kit.read(paths, shape(kit))
    assert list(m.model.bindings) == list(m.contract.operations)


def test_a_switch_is_there_or_not(kit: Any) -> None:
    """GitHub's star: GET tells whether it is there, PUT puts it, DELETE takes it away."""
    star = {
        "get": kit.op(status=204, statuses=[404]),
        "put": kit.op(status=204),
        "delete": kit.op(status=204),
    }
    m = kit.read(orders(kit, **{"/orders/{id}/star": star}), shape(kit))
    verbs = [m(f"{method} /orders/{{id}}/star").verb for method in ("GET", "PUT", "DELETE")]
    assert verbs == [Verb.READ, Verb.UPSERT, Verb.DELETE]
    assert m.resource("star").singleton
    assert not m.resource("star").lasting

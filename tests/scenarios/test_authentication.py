"""Who may call: each API and each operation, with every way to get the credentials wrong.

In: every documented operation with its security requirement. Out: proof that each is enforced,
which Schemathesis does not give for OAuth 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def ask(api: Any, operation: Any, headers: dict[str, str], query: dict[str, str] | None = None) -> Any:
    """Call the operation with these credentials and no others."""
    url = operation.url
    for name, value in (query or {}).items():
        url = f"{url}{'&' if '?' in url else '?'}{name}={value}"
    body = {"json": operation.body} if operation.body is not None else {}
    return api.anonymous().request(operation.method, url, headers=headers, **body)


def assert_unauthorized(answer: Any, operation: Any) -> None:
    """401 in a declared media type, with a challenge, naming the credentials that would do."""
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"].partition(";")[0] in operation.media_types(401)
    assert answer.headers["www-authenticate"]
    assert "demo-" in answer.text


def test_without_credentials(api: Any, operation: Any) -> None:
    """Nobody gets in without credentials."""
    assert_unauthorized(ask(api, operation, {}), operation)


def test_with_the_demo_credentials(api: Any, operation: Any) -> None:
    """Each alternative of the security requirement opens the door by itself."""
    assert operation.security
    for alternative in operation.security:
        answer = ask(api, operation, operation.headers(*alternative), operation.query(*alternative))
        assert answer.status_code != 401, answer.text
        assert answer.status_code < 500


def test_with_one_of_several(api: Any, operation: Any) -> None:
    """Credentials that are needed together do nothing by themselves."""
    for alternative in operation.security:
        for missing in alternative:
            rest = [name for name in alternative if name != missing]
            assert_unauthorized(
                ask(api, operation, operation.headers(*rest), operation.query(*rest)), operation
            )


@pytest.mark.parametrize("wrong", ["another", "", " ", "demo-token2", "DEMO-TOKEN", "Bearer", "x" * 5000])
def test_with_an_unknown_one(api: Any, operation: Any, wrong: str) -> None:
    """One unknown credential spoils the rest, whatever it looks like."""
    for alternative in operation.security:
        for name in alternative:
            headers = operation.headers(*alternative, **{name: wrong})
            query = operation.query(*alternative, **{name: wrong})
            assert_unauthorized(ask(api, operation, headers, query), operation)


@pytest.mark.parametrize(
    "value",
    [
        "demo-token",
        "Basic ZGVtbzpkZW1v",
        "Token demo-token",
        "Bearer",
        "Bearer demo-token demo-token",
        "Bearer: demo-token",
        'Digest username="demo"',
    ],
)
def test_with_another_scheme(api: Any, operation: Any, value: str) -> None:
    """A token that does not come as a bearer token is none."""
    for alternative in operation.security:
        headers = operation.headers(*alternative)
        if "Authorization" in headers:
            assert_unauthorized(ask(api, operation, headers | {"Authorization": value}), operation)


def test_bearer_in_any_case(api: Any, operation: Any) -> None:
    """The name of an authentication scheme ignores case (RFC 9110, section 11.1)."""
    for alternative in operation.security:
        headers = operation.headers(*alternative)
        if "Authorization" in headers:
            lower = headers | {"Authorization": headers["Authorization"].replace("Bearer", "bearer")}
            assert ask(api, operation, lower).status_code != 401


def test_in_the_wrong_place(api: Any, operation: Any) -> None:
    """A credential counts only where the document says it travels."""
    for alternative in operation.security:
        for name, scheme in alternative.items():
            if scheme["type"] == "apiKey" and scheme["in"] == "header":
                rest = [other for other in alternative if other != name]
                answer = ask(
                    api,
                    operation,
                    operation.headers(*rest),
                    {scheme["name"]: operation.credentials[name]},
                )
                assert_unauthorized(answer, operation)


def test_before_anything_else(api: Any, writing: Any, picture: Callable[[str], list[Any]]) -> None:
    """Credentials are looked at before the body, and nothing changes without them."""
    before = picture(writing.api)
    for content in (b"{", b"\xff", b"[" * 1000, b"{}"):
        answer = api.anonymous().request(
            writing.method, writing.url, content=content, headers={"Content-Type": "application/json"}
        )
        assert_unauthorized(answer, writing)
    assert picture(writing.api) == before


def test_an_unknown_address_comes_first(api: Any) -> None:
    """An address that nobody knows is not found, with or without credentials."""
    assert api.anonymous().get("/v2/nowhere").status_code == 404
    assert api.get("/v2/nowhere").status_code == 404


@pytest.mark.parametrize("mode", ["any", "off"])
def test_other_modes(double: Callable[..., Any], writing: Any, mode: str) -> None:
    """`any` takes every well-formed credential but wants all of them, `off` wants none."""
    api = double(auth=mode)
    nothing = ask(api, writing, {})
    unknown = {name: "whatever" for alternative in writing.security for name in alternative}
    anything = ask(api, writing, writing.headers(*writing.security[0], **unknown))
    assert (nothing.status_code == 401) is (mode == "any")
    assert anything.status_code != 401


def test_identities_are_an_apis_own(api: Any) -> None:
    """A token that only one API knows opens no other."""
    assert api.identified("demo-operator").get("/v2/providers/employees").status_code == 200
    assert api.identified("demo-operator").get("/v2/customers/employees").status_code == 401

"""HTTP as clients expect it of every address: HEAD, OPTIONS, 405, CORS, content negotiation.

In: every documented operation. Out: proof for each. RFC 9110 and the Fetch standard say what holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ORIGIN = "http://localhost:5173"
UNSAFE = ("GET", "POST", "PUT", "PATCH", "DELETE")


def words(header: str) -> set[str]:
    """The members of a comma-separated header, in lower case."""
    return {word.strip().lower() for word in header.split(",") if word.strip()}


def test_other_methods(api: Any, operation: Any) -> None:
    """A method that the path does not know is 405, with those that it knows in Allow."""
    for method in (*UNSAFE, "TRACE", "PROPFIND"):
        if method in operation.methods:
            continue
        answer = api.request(method, operation.url)
        assert answer.status_code == 405, method
        assert answer.headers["content-type"].partition(";")[0] in operation.media_types(405)
        allowed = words(answer.headers["allow"])
        assert {name.lower() for name in operation.methods} <= allowed
        assert method.lower() not in allowed


def test_405_before_credentials(api: Any, operation: Any) -> None:
    """Whether a method is known is told to everybody."""
    other = next(method for method in UNSAFE if method not in operation.methods)
    assert api.anonymous().request(other, operation.url).status_code == 405


def test_head(api: Any, reading: Any) -> None:
    """HEAD answers as GET would, without the body."""
    for url in (reading.url, f"{reading.url.partition('?')[0]}?limit=x&integration=x&where=(("):
        full, empty = api.get(url), api.head(url)
        assert empty.status_code == full.status_code
        assert empty.content == b""
        assert empty.headers["content-type"] == full.headers["content-type"]
        assert empty.headers["content-length"] == full.headers["content-length"] == str(len(full.content))


def test_head_needs_credentials(api: Any, reading: Any) -> None:
    """HEAD is no way around the credentials."""
    answer = api.anonymous().head(reading.url)
    assert answer.status_code == 401
    assert answer.content == b""


def test_head_where_there_is_no_get(api: Any, unreadable: Any) -> None:
    """Without GET there is no HEAD."""
    answer = api.head(unreadable.url)
    assert answer.status_code == 405
    assert answer.content == b""


def test_options(api: Any, operation: Any) -> None:
    """OPTIONS lists the methods, without credentials and without touching anything."""
    answer = api.anonymous().options(operation.url)
    assert answer.status_code in {200, 204}
    assert answer.content == b""
    allowed = words(answer.headers["allow"])
    assert {name.lower() for name in operation.methods} | {"options"} <= allowed
    assert ("head" in allowed) == ("GET" in operation.methods)


def test_preflight(api: Any, operation: Any) -> None:
    """A browser's preflight is answered before the credentials; what it asks for is granted."""
    answer = api.anonymous().options(
        operation.url,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": operation.method,
            "Access-Control-Request-Headers": "authorization, content-type, x-api-key, x-mine",
        },
    )
    assert answer.status_code in {200, 204}
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert operation.method.lower() in words(answer.headers["access-control-allow-methods"])
    assert words(answer.headers["access-control-allow-headers"]) == {
        "authorization",
        "content-type",
        "x-api-key",
        "x-mine",
    }
    assert "origin" in words(answer.headers["vary"])


def assert_shared(answer: Any) -> None:
    """A page of ORIGIN may read the answer and its headers."""
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "origin" in words(answer.headers["vary"])
    exposed = words(answer.headers["access-control-expose-headers"])
    assert "*" not in exposed
    plain = {
        "content-type",
        "content-length",
        "cache-control",
        "content-language",
        "expires",
        "last-modified",
    }
    own = {
        name.lower()
        for name in answer.headers
        if not name.startswith("access-control-") and name not in {"vary", "date", "server", "connection"}
    }
    assert own - plain <= exposed


def test_answers_are_shared_with_pages(api: Any, operation: Any) -> None:
    """The origin is reflected on every status, and response headers are exposed by name."""
    body = {"json": operation.body} if operation.body is not None else {}
    page = api.with_headers(Origin=ORIGIN)
    other = next(method for method in UNSAFE if method not in operation.methods)
    answers = [
        page.request(operation.method, operation.url, **body),
        page.anonymous().request(operation.method, operation.url, **body),
        page.request(other, operation.url),
        page.request(
            operation.method, operation.url, content=b"{", headers={"Content-Type": "application/json"}
        ),
    ]
    assert {401, 405} <= {answer.status_code for answer in answers}
    for answer in answers:
        assert_shared(answer)


def test_unknown_addresses_are_shared_too(api: Any) -> None:
    """A page can read a 404."""
    answer = api.with_headers(Origin=ORIGIN).get("/v2/nowhere")
    assert answer.status_code == 404
    assert_shared(answer)


@pytest.mark.parametrize("origin", ["null", "https://app.example.com", "http://localhost"])
def test_any_origin(api: Any, origin: str) -> None:
    """Whatever the origin is, it is reflected to the letter, never as a star."""
    answer = api.get("/v2/customers/employees", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin


def test_without_an_origin(api: Any) -> None:
    """Who is no browser gets no such headers, though caches learn that browsers would."""
    answer = api.get("/v2/customers/employees")
    assert "access-control-allow-origin" not in answer.headers


def test_cors_can_be_switched_off(double: Callable[..., Any]) -> None:
    """With cors=False no origin is let in."""
    api = double(cors=False)
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in api.get("/v2/customers/employees", headers=asked).headers
    assert "access-control-allow-origin" not in api.options("/v2/customers/employees", headers=asked).headers


def test_unknown_addresses(api: Any) -> None:
    """404 as a problem document, whatever the method."""
    for method in (*UNSAFE, "OPTIONS"):
        answer = api.request(method, "/v2/nowhere/at/all")
        assert answer.status_code == 404, method
        assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"


def test_what_the_client_accepts(api: Any, reading: Any) -> None:
    """An Accept header that the answer fits is fine; one that nothing fits is 406."""
    plain = api.get(reading.url)
    kind = plain.headers["content-type"].partition(";")[0]
    for accept in ("*/*", "application/*", f"text/html, {kind};q=0.1", kind, ""):
        answer = api.get(reading.url, headers={"Accept": accept})
        assert (answer.status_code, answer.content) == (plain.status_code, plain.content), accept
    if kind == "application/javascript":
        return  # the path asks for a script by its name, which says more than Accept
    for accept in ("text/csv", "image/png, text/csv;q=0.5", f"{kind};q=0"):
        assert api.get(reading.url, headers={"Accept": accept}).status_code == 406, accept


def test_an_error_is_sent_whatever_the_client_accepts(api: Any) -> None:
    """Who accepts only application/json still learns what is wrong."""
    answer = api.get("/v2/customers/employees?limit=x", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "limit" in answer.text

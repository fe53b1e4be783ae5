"""Who may use the control API: tokens, foreign hosts and pages, other addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.control.doubles import Program, World

from apidouble.settings import Settings
from apidouble.web.access import is_loopback, with_token

ORIGIN = {"Origin": "https://evil.example"}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4010",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "evil.example, localhost",
        "user@evil.example",
        "localhost@evil.example",
        "[::ffff:10.0.0.1]",
        "[",
        "",
    ],
)
def test_foreign_hosts_are_refused(world: World, host: str) -> None:
    """A name that is not this machine's is 403, also for a page, and makes no sandbox."""
    for path in ("/health", "/docs", "/openapi.json", "/nothing"):
        assert world.admin("GET", path, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:1", "LocalHost.", "a.localhost:4010", "127.0.0.1", "127.8.8.8:1", "[::1]:4010"],
)
def test_own_hosts_are_not(world: World, host: str) -> None:
    """Loopback names and addresses are welcome, with and without port."""
    assert world.admin("GET", "/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "file://", "http://localhost.evil.example", "chrome-extension://x", "x"],
)
def test_foreign_pages_are_refused(world: World, origin: str) -> None:
    """A page of another origin can do nothing, not even what needs no preflight."""
    before = world.ok("GET", "/state")
    for method, path in (("POST", "/reset"), ("DELETE", "/state"), ("GET", "/state"), ("OPTIONS", "/state")):
        answer = world.admin(method, path, headers={"Origin": origin})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert world.ok("GET", "/state") == before


@pytest.mark.parametrize("path", ["/health", "/nothing", "/docs", "/openapi.json"])
@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://evil.example"])
def test_cors_is_never_granted(world: World, path: str, origin: str) -> None:
    """No answer and no preflight lets a page read the control API, percent-encoded or not."""
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for prefix in ("/__admin", "/%5f_admin"):
        for method, headers in (
            ("OPTIONS", asking),
            ("GET", {"Origin": origin}),
            ("POST", {"Origin": origin}),
        ):
            answer = world.call(method, f"{prefix}{path}", headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_encoded_paths_are_checked_too(world: World) -> None:
    """Percent-encoding is no way round the checks."""
    assert world.call("POST", "/%5F%5Fadmin/reset", headers=ORIGIN).status_code == 403


def test_without_admin_there_is_nothing(double: Callable[..., World]) -> None:
    """`--no-admin` takes the control API away."""
    world = double(admin=False)
    for path in ("", "/health", "/docs", "/openapi.json"):
        assert world.admin("GET", path).status_code == 404


def test_a_token_is_asked_for(double: Callable[..., World]) -> None:
    """Where there is a token, every operation asks for it, in a header, or for events in the query."""
    world = double(admin_token="s3cret", host="0.0.0.0")
    assert "www-authenticate" in world.admin("GET", "/health", headers={"Authorization": ""}).headers
    none = {"Authorization": ""}
    for sent in (none, {"Authorization": "Bearer x"}, {"X-Admin-Token": "s3cre"}, {"X-Admin-Token": "\xe9"}):
        headers = {name.encode(): value.encode("latin-1") for name, value in {**none, **sent}.items()}
        assert world.client.get("/__admin/health", headers=headers).status_code == 401
    for sent in (
        {"Authorization": "bearer s3cret"},
        {"Authorization": "Bearer x", "X-Admin-Token": "s3cret"},
    ):
        assert world.admin("GET", "/health", headers=sent).status_code == 200
    assert world.admin("GET", "/health?token=s3cret", headers=none).status_code == 401
    assert world.admin("GET", "/events?token=s3cret", headers=none).status_code == 200
    assert world.admin("GET", "/events?token=", headers=none).status_code == 401
    document = world.admin("GET", "/openapi.json").json()
    assert document["security"] == [{"token": []}, {"tokenHeader": []}]


def test_the_bound_host_is_welcome(double: Callable[..., World]) -> None:
    """The name that the double was bound by is its own, other names are not, token or not."""
    world = double(admin_token="t", host="double.test")
    sent = {"X-Admin-Token": "t"}
    assert world.admin("GET", "/health", headers={**sent, "Host": "double.test:1"}).status_code == 200
    assert world.admin("GET", "/health", headers={**sent, "Origin": "http://double.test"}).status_code == 200
    assert world.admin("GET", "/health", headers={**sent, "Host": "other.test"}).status_code == 403


def test_tokens_are_made_up_where_needed() -> None:
    """Bound to loopback none is needed; elsewhere one is made, another each time; a given one stays."""
    assert with_token(Settings()).admin_token is None
    made = [with_token(Settings(host="0.0.0.0")).admin_token for _ in range(2)]
    assert all(made)
    assert made[0] != made[1]
    assert with_token(Settings(host="0.0.0.0", admin_token="mine")).admin_token == "mine"
    assert with_token(Settings(host="0.0.0.0", admin=False)).admin_token is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("a.LOCALHOST.", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_what_loopback_is(host: str, expected: bool) -> None:
    """Names and addresses that always mean this machine, whatever a resolver says."""
    assert is_loopback(host) is expected


@pytest.fixture(scope="module")
def public() -> Iterator[Program]:
    with Program("specs/staff.yaml", "--host", "0.0.0.0") as running:
        yield running


def test_bound_to_all_addresses(public: Program) -> None:
    """Reached by another address, the printed token opens it, and nothing else does."""
    line = next(line for line in public.said if "token" in line)
    token = line.rpartition(" ")[2]
    for address in ("127.0.0.2", "127.0.0.1"):
        url = f"http://{address}:{public.port}"
        assert httpx.get(f"{url}/__admin/state").status_code == 401
        assert httpx.post(f"{url}/__admin/reset").status_code == 401
        assert httpx.post(f"{url}/__admin/reset", headers={"X-Admin-Token": token}).status_code == 200
        foreign = {"X-Admin-Token": token, "Host": "evil.example"}
        assert httpx.get(f"{url}/__admin/health", headers=foreign).status_code == 403
        assert (
            httpx.get(f"{url}/api/1/staff", headers={"Authorization": "Bearer demo-manager"}).status_code
            == 200
        )

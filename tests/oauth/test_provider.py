"""Laws of the provider as a whole."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oauth.conftest import CALLBACK, Login

PATHS = st.sampled_from(["token", "authorize", "userinfo", "revoke", "introspect", "jwks"])
NAMES = st.sampled_from(
    [
        "audience",
        "client_id",
        "client_secret",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "grant_type",
        "login_hint",
        "nonce",
        "password",
        "redirect_uri",
        "refresh_token",
        "response_mode",
        "response_type",
        "scope",
        "state",
        "token",
        "username",
    ]
)
WORDS = st.sampled_from(
    f"anna bert code token password refresh_token client_credentials openid read S256 {CALLBACK}".split()
)
VALUES = st.one_of(WORDS.map(str.encode), st.binary(max_size=20))
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
HEADERS = st.one_of(
    st.just(b""), st.binary(max_size=20).map(b"Basic ".__add__), st.just(b"Bearer x"), st.just(b"Basic \xe9")
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PATHS, PAIRS, HEADERS, st.booleans())
def test_whatever_is_asked_is_answered(
    login: Login, path: str, pairs: list[tuple[str, bytes]], header: bytes, by_form: bool
) -> None:
    """Tokens, a redirect or a refusal in the provider's shape, and never a failure of the double."""
    text = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    headers = [(b"authorization", header), (b"content-type", b"application/x-www-form-urlencoded")]
    url = f"{login.world.client.base_url}/__oauth/{path}"
    request = login.world.client.build_request(
        "POST" if by_form else "GET",
        url if by_form else f"{url}?{text}",
        content=text.encode() if by_form else None,
        headers=headers,
    )
    answer = login.world.client.send(request)
    assert answer.status_code in {200, 302, 400, 401, 405}, answer.text
    if answer.status_code >= 400:
        told = answer.json()
        assert set(told) == {"error", "error_description"}
        assert told["error_description"].isascii()
        assert '"' not in told["error_description"]
    if answer.status_code == 302:
        assert answer.headers["location"].isascii()

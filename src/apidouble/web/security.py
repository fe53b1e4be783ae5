"""Credentials: each distinct security requirement compiled to one closure, driven by Connexion.

In: the requirements of operations, the identities of a fixture, tokens that a sandbox minted.
Out: the caller's `Identity` on the arrival, or a refusal 401/403 that says what would do. May
not know: what an operation does.

Connexion's own handlers inspect signatures on each request and know neither openIdConnect nor
unknown schemes, so the routing document names one synthetic scheme for each guard, and the
security middleware below calls the guard.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from apidouble.contract.operation import Requirement, Scheme
from apidouble.engine.exchange import ANONYMOUS, Identity
from apidouble.errors import Refusal
from apidouble.web.arrival import SCOPE_KEY, Arrival
from apidouble.web.cookies import cookie_value
from apidouble.web.framework import ROUTING_CONTEXT, AbstractOperation, SecurityAPI, SecurityMiddleware
from apidouble.web.querystring import first_value

Guard = Callable[[Arrival], Identity]
Tokens = Callable[[Arrival, str], Identity | str | None]
"""Whose token it is, or why it is no longer good; None if the double's own provider never made it."""
Extract = Callable[[Arrival], str | None]
AuthMode = Literal["strict", "any", "off"]
_BEARER = 'Bearer realm="apidouble"'


def make_guard(
    requirements: Sequence[Requirement],
    identities: Sequence[Identity],
    mode: AuthMode,
    tokens: Tokens | None = None,
) -> Guard | None:
    """Compile alternatives into one function; None where anyone may call.

    `tokens` looks a bearer token up among those that the double's own provider minted.
    """
    if mode == "off" or not requirements:
        return None
    alone = len(requirements) == 1
    alternatives = [_alternative(one, identities, mode, tokens, alone=alone) for one in requirements]
    challenge = _challenge(requirements)
    demo = _demo(requirements, identities, mode)

    if alone:
        only = alternatives[0]

        def single(arrival: Arrival) -> Identity:
            outcome = only(arrival)
            if isinstance(outcome, Identity):
                return outcome
            raise _refusal(outcome, challenge, demo)

        return single

    def several(arrival: Arrival) -> Identity:
        worst: tuple[int, str] = (0, "")
        for alternative in alternatives:
            outcome = alternative(arrival)
            if isinstance(outcome, Identity):
                return outcome
            worst = max(worst, outcome)
        raise _refusal(worst, challenge, demo)

    return several


Outcome = Identity | tuple[int, str]
"""Who it is, or (how far it got: 1 nothing sent, 2 not known, 3 scopes are missing; the reason)."""


def _alternative(
    requirement: Requirement,
    identities: Sequence[Identity],
    mode: AuthMode,
    tokens: Tokens | None,
    *,
    alone: bool,
) -> Callable[[Arrival], Outcome]:
    schemes = [scheme for scheme, _ in requirement.schemes]
    if not schemes:
        return lambda arrival: ANONYMOUS
    extracts = [extractor(scheme) for scheme in schemes]
    names = [scheme.name for scheme in schemes]
    needed = frozenset(scope for _, scopes in requirement.schemes for scope in scopes)
    known = _known(names, identities)
    minted = _minted(schemes, known, mode, tokens) if tokens is not None else None
    fallback = _fallback(identities)

    def check(arrival: Arrival) -> Outcome:
        sent = tuple([extract(arrival) for extract in extracts])
        if None in sent:
            missing = " and ".join(names[at] for at, value in enumerate(sent) if value is None)
            return (1, f"Credentials are missing: {missing}.")
        identity = known.get(sent)
        lasting = alone and identity is not None
        if identity is None and minted is not None:
            found = minted(arrival, sent)
            if isinstance(found, str):
                return (2, found)
            identity = found
        if identity is None and mode == "any":
            identity = fallback
        if identity is None:
            return (2, f"The credentials for {' and '.join(names)} are not known.")
        if needed and identity.scopes is not None and not needed <= identity.scopes:
            missing = " ".join(sorted(needed - identity.scopes))
            return (3, f"The credentials lack the scope: {missing}.")
        if lasting:
            # Nothing but the head has been looked at, and no other alternative might have a say.
            arrival.head.identity = identity
        return identity

    return check


def _minted(
    schemes: Sequence[Scheme],
    known: Mapping[tuple[str | None, ...], Identity],
    mode: AuthMode,
    tokens: Tokens,
) -> Callable[[Arrival, tuple[str | None, ...]], Identity | str | None] | None:
    """What looks a token of the double's own provider up; None where no scheme carries one."""
    place = next((at for at, scheme in enumerate(schemes) if _carries_token(scheme)), None)
    if place is None:
        return None
    after = place + 1
    # Whatever else is needed must be somebody's: a key says which client calls, a token who.
    beside = {key[:place] + key[after:] for key in known}
    alone = len(schemes) == 1 or mode == "any"

    def find(arrival: Arrival, sent: tuple[str | None, ...]) -> Identity | str | None:
        token = sent[place] or ""
        if token[:7].lower() == "bearer ":
            token = token[7:].strip()
        found = tokens(arrival, token)
        if alone or not isinstance(found, Identity):
            return found
        return found if sent[:place] + sent[after:] in beside else None

    return find


def _carries_token(scheme: Scheme) -> bool:
    """Bearer schemes, and what documents declare in their place: `access_token` in the query
    (RFC 6750, section 2.3) or the whole Authorization header as an API key.
    """
    place = (scheme.location, scheme.parameter.lower())
    return _is_bearer(scheme) or place in {("query", "access_token"), ("header", "authorization")}


def _known(names: Sequence[str], identities: Sequence[Identity]) -> dict[tuple[str | None, ...], Identity]:
    known: dict[tuple[str | None, ...], Identity] = {}
    for identity in identities:
        key = tuple(identity.credentials.get(name) for name in names)
        if None not in key and (key not in known or identity.default):
            known[key] = identity
    return known


def _fallback(identities: Sequence[Identity]) -> Identity:
    for identity in identities:
        if identity.default:
            return identity
    return identities[0] if identities else Identity("demo")


def _is_bearer(scheme: Scheme) -> bool:
    return scheme.kind in {"oauth2", "openIdConnect"} or (scheme.kind == "http" and scheme.scheme == "bearer")


def extractor(scheme: Scheme) -> Extract:
    """A function that finds what a request sends for this scheme; None where it sends nothing usable."""
    if scheme.kind == "apiKey":
        return _api_key(scheme.location, scheme.parameter)
    if scheme.kind == "http" and scheme.scheme == "basic":
        return _basic
    if _is_bearer(scheme):
        return _authorization("bearer")
    if scheme.kind == "http":
        return _authorization(scheme.scheme)
    # A client certificate never reaches the application, and an unknown scheme promises nothing
    # that could be checked: any request is taken to carry it.
    return lambda arrival: ""


def _api_key(location: str, name: str) -> Extract:
    if location == "query":
        return lambda arrival: first_value(arrival.query, name) or None
    if location == "cookie":
        return lambda arrival: cookie_value(arrival.headers.get("cookie", ""), name) or None
    header = name.lower()
    return lambda arrival: arrival.headers.get(header) or None


def _authorization(word: str) -> Extract:
    start = f"{word} "
    length = len(start)

    def extract(arrival: Arrival) -> str | None:
        value = arrival.headers.get("authorization")
        if value is None or value[:length].lower() != start:
            return None
        return value[length:].strip() or None

    return extract


_basic_word = _authorization("basic")


def _basic(arrival: Arrival) -> str | None:
    encoded = _basic_word(arrival)
    if encoded is None:
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except ValueError:
        # No base64, no ASCII, or no UTF-8.
        return None
    return text if ":" in text else None


def _challenge(requirements: Sequence[Requirement]) -> str:
    """The value of `WWW-Authenticate` (RFC 9110, section 11.6.1)."""
    words: dict[str, None] = {}
    for requirement in requirements:
        for scheme, _ in requirement.schemes:
            if _is_bearer(scheme):
                words[_BEARER] = None
            elif scheme.kind == "http":
                words[f'{scheme.scheme.capitalize()} realm="apidouble"'] = None
            elif scheme.kind == "apiKey":
                words[f'ApiKey realm="apidouble", in="{scheme.location}", name="{scheme.parameter}"'] = None
    return ", ".join(words) or _BEARER


def _demo(requirements: Sequence[Requirement], identities: Sequence[Identity], mode: AuthMode) -> str:
    """A sentence that says what to send."""
    if mode == "any":
        return "Any well-formed credentials will do."
    wanted: list[str] = []
    for requirement in requirements:
        schemes = [scheme for scheme, _ in requirement.schemes]
        wanted += [
            " and ".join(_shown(scheme, str(identity.credentials[scheme.name])) for scheme in schemes)
            for identity in identities
            if schemes and all(scheme.name in identity.credentials for scheme in schemes)
        ]
    return "Demo credentials: " + "; or ".join(dict.fromkeys(wanted)) + "." if wanted else ""


def _shown(scheme: Scheme, value: str) -> str:
    if _is_bearer(scheme):
        return f"Authorization: Bearer {value}"
    if scheme.kind == "http" and scheme.scheme == "basic":
        return f"basic {value}"
    if scheme.kind == "apiKey":
        joint = ": " if scheme.location == "header" else "="
        return f"{scheme.location} {scheme.parameter}{joint}{value}"
    return f"{scheme.name} {value}"


def _refusal(outcome: tuple[int, str], challenge: str, demo: str) -> Refusal:
    stage, reason = outcome
    bearer = challenge == _BEARER
    if stage == 3:
        # RFC 6750, section 3.1, where tokens are all that is asked for.
        headers = (("WWW-Authenticate", f'{_BEARER}, error="insufficient_scope"'),) if bearer else ()
        return Refusal(403, reason, headers=headers)
    if stage == 2 and bearer:
        challenge = f'{_BEARER}, error="invalid_token"'
    detail = f"{reason} {demo}".strip()
    return Refusal(401, detail, headers=(("WWW-Authenticate", challenge),))


class GuardedOperation:
    """What Connexion's security middleware calls for one operation."""

    __slots__ = ("guard", "next_app")

    def __init__(self, guard: Guard | None, next_app: ASGIApp) -> None:
        self.guard = guard
        self.next_app = next_app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Let the guard say who calls, then go on; refuses at once."""
        if self.guard is not None:
            arrival: Arrival = scope[SCOPE_KEY]
            identity = arrival.head.identity
            if identity is None:
                try:
                    identity = self.guard(arrival)
                except Refusal as refusal:
                    _put_in_its_words(refusal, arrival)
                    raise
            arrival.identity = identity
        return self.next_app(scope, receive, send)


def _put_in_its_words(refusal: Refusal, arrival: Arrival) -> None:
    """403 for strangers, where an operation declares that and has no word for 401."""
    if arrival.route is not None and refusal.status == 401:
        operation = arrival.route.operation
        if operation.response(401) is None and operation.response(403) is not None:
            refusal.status = 403


class GuardedAPI(SecurityAPI):  # type: ignore[misc]
    """Builds guarded operations from the routing document's synthetic schemes."""

    def __init__(self, *args: Any, guards: Mapping[str, Guard | None], **kwargs: Any) -> None:
        self.guards = guards
        super().__init__(*args, **kwargs)

    def make_operation(self, operation: AbstractOperation) -> GuardedOperation:
        """The guard is named by the only scheme of the only requirement."""
        security = operation.security
        guard = self.guards[next(iter(security[0]))] if security else None
        return GuardedOperation(guard, self.next_app)


class Guarding(SecurityMiddleware):  # type: ignore[misc]
    """Connexion's security middleware with compiled guards."""

    api_cls = GuardedAPI

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._guarded: dict[str, GuardedOperation] = {}

    def add_api(self, specification: Any, **kwargs: Any) -> Any:
        """Called by Connexion with the routing document."""
        api = super().add_api(specification, **kwargs)
        self._guarded |= api.operations
        return api

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The operation that routing found, in one look-up where Connexion needs a search."""
        return self._guarded[scope["extensions"][ROUTING_CONTEXT]["operation_id"]](scope, receive, send)

"""One operation, ready to answer: the way of a request through contract, rules and state.

In: raw parameter values, headers and body bytes. Out: a `Reply`, or `Refusal` turned into one in
the API's own shape. May not know: ASGI, Connexion, sockets.

The order of refusals: role (403), body (413, 415, 400), contract (400 or 422), accept (406), then
what the state says. `admit` ends before the body is read, `answer` does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import orjson

from apidouble.contract import answers as media_answers
from apidouble.contract import bodies
from apidouble.contract.operation import Inputs, Media, Operation, Response
from apidouble.engine.addresses import path_writer, prefix_before
from apidouble.engine.conditional import Conditions
from apidouble.engine.error_bodies import PROBLEM, ErrorBodies, ErrorBody, problem, produced
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.engine.headers import Fill, header_filler
from apidouble.engine.jsonp import callback_of, wrapped
from apidouble.engine.own_links import with_host
from apidouble.engine.static import Preference, Static, preference_of
from apidouble.engine.verbs import VerbHandler, Workshop, spelled
from apidouble.engine.world import World
from apidouble.errors import Refusal, Violation
from apidouble.json_bytes import json_bytes
from apidouble.model.resource import Binding
from apidouble.rulekit import Call
from apidouble.store.base import Conflict, Record

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_ANY_ACCEPT = frozenset(
    {"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"}
)


class CompiledOperation:
    """One operation with everything that answering it needs."""

    def __init__(
        self,
        workshop: Workshop,
        operation: Operation,
        binding: Binding,
        handler: VerbHandler,
        error_bodies: ErrorBodies,
        *,
        depth_limit: int,
        strict: bool,
        dynamic: bool,
    ) -> None:
        self.api = operation.api
        self.operation = operation
        self.binding = binding
        self._workshop = workshop
        self._handler = handler
        self._static = handler if isinstance(handler, Static) else Static(workshop, operation, binding, None)
        self._error_bodies = error_bodies
        self._errors: dict[int, tuple[ErrorBody, Sequence[tuple[str, Fill]]]] = {}
        """By status: the body, and the declared headers."""
        self._shown = spelled(workshop.contract, operation, binding)
        self._success = self._shown.response(binding.success)
        self._media = self._preferred_media(self._success)
        self._negotiated: dict[str, Media | None] = {}
        self._authorize = tuple(workshop.rules.authorizing.get(binding.same_as or operation.id, ()))
        self._ruled = workshop.rules.concerns(binding.same_as or operation.id)
        self._depth_limit = depth_limit
        self._strict = strict
        self._dynamic = Preference(dynamic=True) if dynamic else None
        self._headers: dict[int, Sequence[tuple[str, Fill]]] = {}
        resource = workshop.model.resources.get(binding.resource)
        self._links_to_records = workshop.own_links_of(resource) is not None
        self._conditions = Conditions(handler) if binding.conditional else None
        self.invalid_status = invalid_status(operation)
        self._wrapper = "".join(f"/{name}" for name in binding.body)
        self._scripted = bool(binding.jsonp or binding.jsonp_always)
        self.reads_body = operation.body is not None
        self._produced = produced(operation)
        self.parameter_names = tuple(_PARAMETER.findall(operation.path))

    def read(
        self, names: Mapping[str, str], query: bytes, headers: Mapping[str, str]
    ) -> tuple[Inputs, Sequence[Violation]]:
        """Decode the parameters; equal requests may share what comes out."""
        return self.operation.read_inputs(names, query, headers)

    def admit(self, exchange: Exchange, world: World) -> None:
        """Check the caller's role; refuses before any body is read."""
        if self._ruled:
            # A rule is somebody else's code: what it does to the parameters of one request must not
            # be found in the next.
            given = exchange.inputs
            exchange.inputs = Inputs(
                dict(given.path), dict(given.query), dict(given.header), dict(given.cookie)
            )
        if self._authorize:
            call = Call(exchange, _NoState(), world.settings.get(self.api, {}), world.clock)
            for rule in self._authorize:
                rule(call)

    def answer(self, exchange: Exchange, raw: bytes, world: World) -> Reply:
        """Check the rest of the request, act on the state, check the answer."""
        callback = callback_of(self.binding, exchange) if self._scripted else None
        violations = exchange.violations
        if self.reads_body:
            found = self._read_body(exchange, raw)
            violations = [*violations, *found] if violations else found
        if violations:
            if self._wrapper:
                violations = [self._seen_from_record(one) for one in violations]
            raise Refusal(self._status_for(violations), told(violations), violations)
        exchange.media = self._negotiate(exchange, callback)
        reply = self._act(exchange, world)
        self._dress(reply, exchange)
        return wrapped(reply, callback) if callback is not None else reply

    def _read_body(self, exchange: Exchange, raw: bytes) -> Sequence[Violation]:
        body = self.operation.body
        assert body is not None  # noqa: S101 - the caller has looked
        content_type = exchange.headers.get("content-type", "")
        if not raw and bodies.is_absent(body, content_type, raw):
            if body.required:
                return [Violation("a request body is required", "body", keyword="required")]
            return []
        try:
            exchange.body, media = bodies.decode_body(body, content_type, raw, depth_limit=self._depth_limit)
        except Refusal as refusal:
            if refusal.status == 400 and self.operation.response(400) is None:
                # Where an API has one word only for what it cannot take, that one.
                refusal.status = self.invalid_status
            raise
        exchange.media_type = (
            content_type
            if content_type == media.media_type
            else content_type.partition(";")[0].strip().lower() or media.media_type
        )
        return bodies.check_body(media, exchange.body, content_type, raw)

    def _seen_from_record(self, violation: Violation) -> Violation:
        """The violation without the wrapper that the body puts around the record."""
        wrapper = self._wrapper
        if violation.location != "body" or not violation.pointer.startswith(wrapper + "/"):
            return violation
        return violation._replace(pointer=violation.pointer[len(wrapper) :])

    def _status_for(self, violations: Sequence[Violation]) -> int:
        responses = self.operation.responses
        if (
            all(violation.location == "path" for violation in violations)
            and "404" in responses
            and "400" not in responses
        ):
            # Where an API has no word for a malformed id, it is a record that does not exist.
            return 404
        return self.invalid_status

    def _act(self, exchange: Exchange, world: World) -> Reply:
        if "prefer" in exchange.headers or "__" in exchange.query_string or self._dynamic is not None:
            preference = self._preference(exchange)
            if preference is not None:
                return self._static.preferred(exchange, preference)
        while True:
            try:
                return self._transact(exchange, world)
            except Conflict:
                # Another thread has committed first: the request is answered from the new state.
                continue

    def _transact(self, exchange: Exchange, world: World) -> Reply:
        """The request as one transaction: whole, or not at all."""
        handler = self._handler
        transaction = world.store.begin()
        try:
            if self._conditions is not None:
                early = self._conditions.check(exchange, transaction)
                if early is not None:
                    transaction.discard()
                    return early
            reply = handler(exchange, transaction, world)
            if self._conditions is not None:
                self._conditions.tag(reply, exchange, transaction)
        except BaseException:
            transaction.discard()
            raise
        if handler.writes:
            transaction.commit()
        else:
            transaction.discard()
        return reply

    def _preference(self, exchange: Exchange) -> Preference | None:
        header = exchange.headers.get("prefer")
        query: Mapping[str, str] = {}
        if header is None and "__" in exchange.query_string:
            query = {name: value for name, value in parse_qsl(exchange.query_string) if name.startswith("__")}
        if header is None and not query:
            return self._dynamic
        return preference_of(header, query) or self._dynamic

    def _dress(self, reply: Reply, exchange: Exchange) -> None:
        """Encode the body, add the declared headers, look whether the contract is kept."""
        response = (
            self._success if reply.status == self.binding.success else self._shown.response(reply.status)
        )
        if reply.raw is None and reply.body is not NOTHING:
            self._encode(reply, response, exchange)
        elif reply.violations is None:
            reply.violations = ()
            if reply.raw is None:
                reply.media_type = reply.media_type or self._produced
        elif (
            exchange.media is not None and reply.media_type and exchange.media.media_type != reply.media_type
        ):
            self._encode_again(reply, exchange.media)
        if self._links_to_records and reply.raw is not None:
            reply.raw = with_host(reply.raw, exchange.base_url, exchange.path, self.operation.path)
        if reply.record is not None and self._locate is not None:
            location = self._locate(reply.record, exchange)
            if location:
                reply.headers.append(("Location", location))
        filler = self._headers.get(reply.status)
        if filler is None:
            label = f"{self.operation.api}/{self.operation.id}"
            filler = self._headers[reply.status] = header_filler(response, self._workshop.sample, label)
        for name, fill in filler:
            if (value := fill(exchange, reply)) is not None:
                reply.headers.append((name, value))
        if self._strict and reply.violations:
            raise Refusal(
                500, "The answer would break the contract: " + told(reply.violations), reply.violations
            )

    @cached_property
    def _locate(self) -> Callable[[Record, Exchange], str] | None:
        """What writes the URL of a record that was made, in the form that the client used, '' where it has
        none; None where none of them can be read.
        """
        reader = self._workshop.readers.get(self.binding.resource)
        path_of = path_writer(*reader) if reader is not None else None
        if path_of is None:
            return None
        template = self.operation.path
        depth = template.count("/")

        def locate(record: Record, exchange: Exchange) -> str:
            url = path_of(record)
            if not url:
                return ""
            prefix = prefix_before(exchange.path, template) if exchange.path.count("/") > depth else ""
            return f"{exchange.base_url}{prefix}{url}"

        return locate

    def _encode(self, reply: Reply, response: Response | None, exchange: Exchange) -> None:
        media = exchange.media if response is self._success else self._preferred_media(response)
        if media is None and response is not None:
            media = self._preferred_media(response)
        if reply.media_type and response is not None and reply.media_type in response.content:
            media = response.content[reply.media_type]
        if reply.violations is None:
            validator = media.validator if media is not None else None
            fits = validator is None or validator.is_valid(reply.body)
            reply.violations = (
                () if fits or validator is None else validator.violations(reply.body, "response")
            )
        if media is None:
            reply.raw = json_bytes(reply.body)
            reply.media_type = reply.media_type or "application/json"
            return
        reply.raw = media_answers.encode(reply.body, media)
        reply.media_type = media_answers.concrete(media.media_type)

    @staticmethod
    def _encode_again(reply: Reply, media: Media) -> None:
        """Bytes kept as JSON, wanted as something else (XML, text)."""
        if media.media_type.endswith("json"):
            reply.media_type = media.media_type
            return
        reply.raw = media_answers.encode(orjson.loads(reply.raw or b"null"), media)
        reply.media_type = media_answers.concrete(media.media_type)

    def _negotiate(self, exchange: Exchange, callback: str | None) -> Media | None:
        """The declared media type that the client accepts; refuses with 406 before anything happens."""
        accept = exchange.headers.get("accept", "")
        if accept in _ANY_ACCEPT and (not accept or accept[0] == "*" or self._media_is_json):
            return self._media
        if self._success is None or not self._success.content or callback is not None:
            return self._media
        if accept not in self._negotiated:
            if len(self._negotiated) > 200:
                self._negotiated.clear()
            self._negotiated[accept] = media_answers.negotiate(accept, self._success)
        media = self._negotiated[accept]
        if media is None:
            offered = ", ".join(self._success.content)
            raise Refusal(406, f"The answer comes as {offered}, which Accept: {accept[:200]} leaves out.")
        return media

    @property
    def _media_is_json(self) -> bool:
        return self._media is not None and self._media.media_type.endswith("json")

    @staticmethod
    def _preferred_media(response: Response | None) -> Media | None:
        if response is None or not response.content:
            return None
        for media in response.content.values():
            if media.media_type.endswith("json"):
                return media
        return next(iter(response.content.values()))

    def refuse(self, refusal: Refusal, path: str) -> Reply:
        """The refusal in the API's own shape."""
        shape, declared = self._errors.get(refusal.status) or self._shape(refusal.status)
        body = shape.body(refusal, path)
        raw = shape.written(body)
        reply = Reply(refusal.status, body, shape.media_type, list(refusal.headers), raw, violations=())
        reply.reason = refusal.detail
        if declared:
            exchange: Any = None
            known = {name.lower() for name, _ in reply.headers}
            for name, fill in declared:
                if name.lower() not in known and (value := fill(exchange, reply)) is not None:
                    reply.headers.append((name, value))
        return reply

    def _shape(self, status: int) -> tuple[ErrorBody, Sequence[tuple[str, Fill]]]:
        """How the operation refuses with this status, worked out once."""
        response = self.operation.response(status)
        found = self._errors[status] = (
            self._error_bodies.compile(self.operation, status),
            header_filler(response, self._workshop.sample, self.operation.id),
        )
        return found

    def as_script(self, reply: Reply, exchange: Exchange) -> Reply:
        """A refusal as the script that was asked for; as it is where no script was, or none can be."""
        try:
            callback = callback_of(self.binding, exchange)
        except Refusal:
            return reply
        return reply if callback is None else wrapped(reply, callback)


class _NoState:
    """What `authorize` rules see of the state: nothing, since they run before it is opened."""

    def get(self, collection: str, key: Any) -> None:
        """Nothing."""

    def find(self, collection: str, where: Any, order: Any = ()) -> Sequence[Any]:
        """Nothing."""
        return ()

    def count(self, collection: str, where: Any = None) -> int:
        """Nothing."""
        return 0


def invalid_status(operation: Operation) -> int:
    """The status for a request that breaks the contract: 422, else 400, as far as declared."""
    responses = operation.responses
    if "422" in responses:
        return 422
    if "400" in responses or "4XX" in responses or "default" in responses:
        return 400
    return 400


def told(violations: Sequence[Violation]) -> str:
    """The violations in one sentence each, the first few."""
    shown = "; ".join(str(violation) for violation in violations[:5])
    more = len(violations) - 5
    return f"{shown}; and {more} more" if more > 0 else shown


def bare_refusal(refusal: Refusal) -> Reply:
    """A refusal where no operation is known."""
    reply = Reply(refusal.status, NOTHING, PROBLEM, list(refusal.headers), json_bytes(problem(refusal)))
    reply.reason = refusal.detail
    return reply

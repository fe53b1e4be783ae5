"""STATIC: what no state stands behind, answered from examples or made up.

In: an exchange, and what a client prefers (`Prefer: code=404, example=name, dynamic=true`). Out: a
reply that fits the contract. May not know: stores, HTTP servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apidouble.contract.answers import json_media
from apidouble.engine.exchange import Exchange, Reply
from apidouble.engine.verbs import VerbHandler
from apidouble.engine.world import World
from apidouble.errors import Refusal
from apidouble.store.base import Transaction


@dataclass(frozen=True, slots=True)
class Preference:
    """What a client asks of an answer (RFC 7240; the words are Prism's)."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    seed: int | None = None

    def applied(self) -> str:
        """The value of `Preference-Applied`."""
        words = []
        if self.code is not None:
            words.append(f"code={self.code}")
        if self.example is not None:
            words.append(f"example={self.example}")
        if self.dynamic is not None:
            words.append(f"dynamic={str(self.dynamic).lower()}")
        if self.seed is not None:
            words.append(f"seed={self.seed}")
        return ", ".join(words)


class Static(VerbHandler):
    """Answers by the contract alone."""

    writes = False

    def __call__(self, exchange: Exchange, transaction: Transaction, world: World) -> Reply:
        """The success answer, from examples or made up; the same request gets the same answer."""
        call = None
        if self.ruled:
            call = self.call(exchange, transaction, world)
            if self.answer is not None and (reply := self.answer(call)) is not None:
                return self.finish(call, reply)
            for rule in self.before:
                rule(call)
        if self.within:
            self.check_within(exchange, transaction)
        return self.finish(call, self.shown(self.binding.success, exchange, Preference()))

    def shown(self, status: int, exchange: Exchange, preference: Preference) -> Reply:
        """The answer for one status, as the contract has it."""
        response = self.operation.response(status)
        if response is None or not response.content:
            return Reply(status)
        # What the client accepts is a medium of the success answer; another status has its own schema for it.
        accepted = exchange.media.media_type if exchange.media is not None else ""
        media = response.content.get(accepted)
        if media is None:
            media = json_media(response.content) or next(iter(response.content.values()))
        try:
            value = self.workshop.answer_value(
                media,
                dynamic=bool(preference.dynamic),
                example=preference.example,
                label=f"{self.operation.api}/{self.operation.id}/{status}",
                count=preference.seed or 0,
            )
        except KeyError:
            names = ", ".join(one.name for one in media.examples) or "none"
            raise Refusal(404, f"No example is called {preference.example!r}; there is: {names}.") from None
        return Reply(status, value, media.media_type)

    def preferred(self, exchange: Exchange, preference: Preference) -> Reply:
        """The answer that a client prefers over what the state says."""
        status = preference.code if preference.code is not None else self.binding.success
        if self.operation.response(status) is None:
            declared = ", ".join(self.operation.responses)
            raise Refusal(404, f"The contract declares no answer {status} here; it declares {declared}.")
        reply = self.shown(status, exchange, preference)
        reply.headers.append(("Preference-Applied", preference.applied()))
        return reply


def preference_of(header: str | None, query: Mapping[str, str]) -> Preference | None:
    """What a request prefers: the `Prefer` header, else the `__code` family of query parameters.

    None where it prefers nothing. Raises Refusal 400 for a code that is no status.
    """
    if header is None and not query:
        return None
    words: dict[str, str] = {}
    if header is not None:
        for part in header.replace(";", ",").split(","):
            name, _, value = part.strip().partition("=")
            words[name.strip().lower()] = value.strip().strip('"')
    else:
        words = {name[2:]: value for name, value in query.items()}
    known = {name: words[name] for name in ("code", "example", "dynamic", "seed") if words.get(name)}
    if not known:
        return None
    return Preference(
        code=_number(known, "code"),
        example=known.get("example"),
        dynamic=known["dynamic"].lower() == "true" if "dynamic" in known else None,
        seed=_number(known, "seed"),
    )


def _number(words: Mapping[str, str], name: str) -> int | None:
    text = words.get(name)
    if text is None:
        return None
    if not text.isdigit() or len(text) > 9 or (name == "code" and not 100 <= int(text) <= 599):
        raise Refusal(400, f"Prefer: {name}={text} is no {'status' if name == 'code' else 'number'}.")
    return int(text)

"""Records to answers: projection, envelope, bytes and their validity, each kept with the record.

In: an operation, its binding and the records to show. Out: `Reply`. May not know: stores' insides,
HTTP servers.

An answer that shows one record is encoded and checked once for each version of the record; a list
is joined from the bytes of its records, and only the envelope is checked anew, where the schema
allows to judge them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from apidouble.contract.answers import described, json_media
from apidouble.contract.media_types import is_text
from apidouble.contract.operation import Contract, Media, Operation, Validator
from apidouble.engine import schemas
from apidouble.engine.exchange import NOTHING, Exchange, Reply
from apidouble.engine.fitting import Fitter
from apidouble.engine.hiding import Hiding
from apidouble.engine.members import put, without, wrap
from apidouble.engine.own_links import OwnLinks
from apidouble.engine.pages import Window
from apidouble.engine.receipts import receipt
from apidouble.errors import Violation
from apidouble.json_bytes import json_bytes
from apidouble.model.resource import Binding, Pointer, Resource, Verb
from apidouble.store.base import Record, Rows

Kept = bytes | tuple[bytes, Sequence[Violation]]
"""A record as it is shown, and how that breaks the contract, if it does."""
OMITTED: Any = object()
"""Stands for a member that is left out."""


class Answers:
    """Builds the success answers of one operation."""

    receipt: Mapping[str, Any] = {}
    """What it says where it shows no record."""

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        binding: Binding,
        resource: Resource | None,
        fitter: Fitter,
        hiding: Hiding,
        links: OwnLinks | None,
    ) -> None:
        self._contract = contract
        self._fitter = fitter
        self.operation = operation
        self.binding = binding
        self.envelope = binding.envelope
        self.status = binding.success
        response = operation.response(binding.success)
        self.media = json_media(response.content) if response is not None else None
        self.form = self.media or described(response.content if response is not None else {})
        """What says how the answer looks, where that is no JSON either."""
        self.promised = binding.unsaid or (response is not None and bool(response.content))
        self.validator: Validator | None = self.form.validator if self.form is not None else None
        self._words = self._words_of()
        hidden = resource.write_only if resource is not None else ()
        self._hidden = tuple(tuple(name.split("/")) for name in hidden)
        self._shown = getattr(binding, "shown", None)
        self._constants = binding.envelope.constants
        if binding.verb in {Verb.DELETE, Verb.ACTION} and binding.envelope.record is None:
            self.receipt = self._receipt_of(resource)
        self._link_form = binding.envelope.links_are
        self._echoed = tuple(one.name for one in operation.parameters if one.location == "query")
        self.item_validator: Validator | None = None
        self._kept_under: object = None
        self._whole_page = object()
        self._item_schema: Any = None
        self._ends = self._ends_of()
        self._record_schema: Any = None
        self._hiding: Hiding | None = None
        self._links = links
        if resource is not None and hiding.applies(resource.schema):
            self._record_schema, self._hiding = resource.schema, hiding
        if binding.envelope.records is not None and self.media is not None and self.media.schema is not None:
            items = schemas.separable_items(contract.document, self.media.schema, binding.envelope.records)
            if items is not None:
                self._item_schema = items
                self.item_validator = contract.compile_schema(items, "response")
                # Lists that show whole records by one schema share their bytes; one that leaves
                # members out keeps its own.
                self._kept_under = self.item_validator.mark if self._shown is None else object()
        self._kept_alone = object()
        whole = binding.envelope.record == () and binding.envelope.key is None and self._shown is None
        if whole and self.media is not None and self.promised:
            # A create, a read and a list of whole records by one schema share their bytes.
            self._kept_alone = self.validator.mark if self.validator is not None else object()
        self._plain = not self._hidden and self._hiding is None and self._links is None
        """Whether records are shown as they are kept."""
        self._order = self._member_order(contract)
        self.declares_headers = response is not None and bool(response.headers)

    def _receipt_of(self, resource: Resource | None) -> Mapping[str, Any]:
        if resource is None or self.form is None or self.envelope.records is not None:
            return {}
        document = self._contract.document
        return receipt(document, self.form.schema, self.binding.verb, resource.name)

    def _member_order(self, contract: Contract) -> Mapping[str, None]:
        if self.form is None or self.form.schema is None:
            return {}
        return dict.fromkeys(schemas.properties(contract.document, self.form.schema))

    def _words_of(self) -> frozenset[str]:
        """The types of an answer that is one word and no object or list; empty for any other."""
        if self.form is None or self.form.schema is None:
            return frozenset()
        types = schemas.types(self._contract.document, self.form.schema)
        return frozenset() if types & {"object", "array"} else types

    def _ends_of(self) -> dict[Pointer, Any]:
        """What stands where no neighbour is: null, nothing (OMITTED), or what else the schema bears."""
        envelope = self.envelope
        if self.form is None or self.form.schema is None:
            return {}
        document, schema = self._contract.document, self.form.schema
        ends: dict[Pointer, Any] = {}
        for pointer in (envelope.next, envelope.previous):
            node = schemas.at_pointer(document, schema, pointer) if pointer else None
            if not pointer or node is None or self._fitter.fits(node, None):
                continue
            around = schemas.at_pointer(document, schema, pointer[:-1])
            needed = pointer[-1] in schemas.required(document, around)
            empty: tuple[Any, ...] = ("", {}) if needed else ()
            ends[pointer] = next((end for end in empty if self._fitter.fits(node, end)), OMITTED)
        return ends

    def view(self, record: Record) -> Any:
        """The record as this operation shows it."""
        data = record.data
        if self._hidden:
            data = without(data, self._hidden)
        if self._hiding is not None:
            data = self._hiding.hide(self._record_schema, data)
        if self._shown is not None and not self._shown.issuperset(data):
            data = {name: value for name, value in data.items() if name in self._shown}
        return data if self._links is None else self._links.fill(record, data)

    def one(self, record: Record, exchange: Exchange, status: int | None = None) -> Reply:
        """An answer that shows one record."""
        if not self.promised:
            return Reply(self.status if status is None else status)
        if self.envelope.self is not None or self.media is None:
            body = self._mended(self._shown_as(record, exchange), record)
            return Reply(self.status if status is None else status, body)
        known: Kept | None = record.kept(self._kept_alone)
        if known is None:
            body = self._shown_as(record, exchange)
            faults: Sequence[Violation] = ()
            if self.validator is not None and not self.validator.is_valid(body):
                body = self._mended(body, record)
                faults = self.check(body)
            raw = json_bytes(body)
            known = (raw, faults) if faults else raw
            record.keep(self._kept_alone, known)
        reply = Reply(self.status if status is None else status, NOTHING, self.media.media_type)
        reply.raw, reply.violations = (known, ()) if isinstance(known, bytes) else known
        return reply

    def judged(self, record: Record, validator: Validator) -> None:
        """Told that this validator has found the record's data valid: where that is how answers show it,
        they need not look again.
        """
        if validator.mark is self._kept_alone and self._plain:
            record.begin(validator.mark, json_bytes(record.data))

    def _shown_as(self, record: Record, exchange: Exchange) -> Any:
        """The body of an answer that shows one record."""
        if self._words and self.envelope.record is None and self.envelope.records is None:
            word = self.word(record)
            return {} if word is OMITTED else word
        body = self._body(self.view(record), exchange)
        if self.envelope.key is not None and isinstance(body, dict):
            put(body, self.envelope.key, self._told_key(record))
        return body

    def _told_key(self, record: Record) -> Any:
        """The key of a record as the answer spells it."""
        own = record.key[-1] if isinstance(record.key, tuple) else record.key
        if self.form is None or self.envelope.key is None:
            return own
        node = schemas.at_pointer(self._contract.document, self.form.schema, self.envelope.key)
        return own if node is None or self._fitter.fits(node, own) else str(own)

    def word(self, record: Record | None = None) -> Any:
        """What an answer of one word says: the record's key, else that it is true; OMITTED where neither
        fits.
        """
        if self.form is None or self.validator is None:
            return OMITTED
        if record is not None and self._is_readable(self.form):
            own = record.key[-1] if isinstance(record.key, tuple) else record.key
            for spelling in (own, str(own)):
                if own != "" and self.validator.is_valid(spelling):
                    return spelling
        return True if "boolean" in self._words and self.validator.is_valid(True) else OMITTED

    def _is_readable(self, form: Media) -> bool:
        """Whether it is text that people read, and no file."""
        node = self._contract.document.resolve(form.schema)
        if node.get("format") in {"binary", "byte"} or "contentEncoding" in node:
            return False
        return is_text(form.media_type) or "json" in form.media_type or "*" in form.media_type

    def page(self, records: Sequence[Record], total: int, window: Window, exchange: Exchange) -> Reply:
        """An answer that shows a list."""
        envelope = self.envelope
        pointer = envelope.records
        if pointer is None or self.media is None:
            if not self.promised:
                return Reply(self.status)
            shown = [self.view(record) for record in records]
            reply = Reply(self.status, self._mended(self._around(shown, total, window, exchange)))
            self._neighbours(reply, total, window, exchange)
            return reply
        if self.item_validator is None or envelope.item:
            wrapped = [wrap(envelope.item, self.view(record)) for record in records]
            body = self._mended(self._around(wrapped, total, window, exchange))
            reply = Reply(self.status, body, self.media.media_type)
            self._neighbours(reply, total, window, exchange)
            return reply
        raw, violations = self._whole(records, total, window, exchange, self.item_validator)
        reply = Reply(self.status, NOTHING, self.media.media_type, raw=raw, violations=violations)
        self._neighbours(reply, total, window, exchange)
        return reply

    def _whole(
        self, records: Sequence[Record], total: int, window: Window, exchange: Exchange, validator: Validator
    ) -> tuple[bytes, Sequence[Violation]]:
        """The bytes of a list in its envelope; those of the last address are kept with a page.

        The page tells which records and how many there are in all, the address everything else that
        stands in the envelope, but where a body asks for the list.
        """
        if type(records) is not Rows or exchange.body is not NOTHING:
            return self._enveloped(records, total, window, exchange, validator)
        address = (exchange.query_string, exchange.path, exchange.base_url)
        known = records.cache.get(self._whole_page)
        if known is None or known[0] != address:
            made = self._enveloped(records, total, window, exchange, validator)
            known = records.cache[self._whole_page] = (address, made)
        found: tuple[bytes, Sequence[Violation]] = known[1]
        return found

    def _enveloped(
        self, records: Sequence[Record], total: int, window: Window, exchange: Exchange, validator: Validator
    ) -> tuple[bytes, Sequence[Violation]]:
        joined, violations = self._joined(records, validator)
        frame = self._around([], total, window, exchange, len(records))
        if self.validator is not None and not self.validator.is_valid(frame):
            frame = self._mended(frame)
            violations = [*violations, *self.validator.violations(frame, "response")]
        if not self.envelope.records:
            return joined, violations
        put(frame, self.envelope.records, orjson.Fragment(joined))
        return json_bytes(frame), violations

    def _neighbours(self, reply: Reply, total: int, window: Window, exchange: Exchange) -> None:
        """What headers may say about the list."""
        if self.declares_headers:
            reply.total = total
            reply.links = window.link_header(total, exchange)
            reply.window = window.numbers(total)

    def _joined(self, records: Sequence[Record], validator: Validator) -> tuple[bytes, list[Violation]]:
        """The array of the records, kept with the page where the store keeps that."""
        if type(records) is not Rows:
            return self._join(records, validator)
        known: tuple[bytes, list[Violation]] | None = records.cache.get(self._kept_under)
        if known is None:
            known = records.cache[self._kept_under] = self._join(records, validator)
        return known

    def _join(self, records: Sequence[Record], validator: Validator) -> tuple[bytes, list[Violation]]:
        chunks: list[bytes] = []
        violations: list[Violation] = []
        for record in records:
            known: Kept | None = record.kept(self._kept_under)
            if known is None:
                shown = self.view(record)
                faults: Sequence[Violation] = ()
                if not validator.is_valid(shown):
                    shown = self._fitter.fit(self._item_schema, shown, self._label(record))
                    if not validator.is_valid(shown):
                        faults = validator.violations(shown, "response")
                raw = json_bytes(shown)
                known = (raw, faults) if faults else raw
                record.keep(self._kept_under, known)
            if isinstance(known, bytes):
                chunks.append(known)
            else:
                chunks.append(known[0])
                violations.extend(known[1])
        return b"[" + b",".join(chunks) + b"]", violations

    def _label(self, record: Record | None) -> str:
        name = f"{self.operation.api}/{self.operation.id}"
        return name if record is None else f"{name}/{record.key}"

    def _mended(self, body: Any, record: Record | None = None) -> Any:
        """The body, brought to its schema where it does not fit: another schema shows the record here,
        or the envelope requires members that nothing fills.
        """
        if self.validator is None or self.form is None or self.validator.is_valid(body):
            return body
        return self._fitter.fit(self.form.schema, body, self._label(record))

    def check(self, body: Any) -> list[Violation]:
        """How a body breaks the contract."""
        if self.validator is None or self.validator.is_valid(body):
            return []
        return self.validator.violations(body, "response")

    def _body(self, shown: Any, exchange: Exchange) -> Any:
        envelope = self.envelope
        if envelope.record == ():
            return shown
        if envelope.record is None and envelope.records is not None:
            shown, pointer = [shown], envelope.records
        elif envelope.record is None:
            pointer = None
        else:
            pointer = envelope.record
        if pointer == ():
            return shown
        body: dict[str, Any] = {}
        for where, value in self._constants:
            put(body, where, value)
        if pointer is not None:
            put(body, pointer, shown)
        elif self.receipt:
            body |= self.receipt
        if envelope.self is not None:
            put(body, envelope.self, self._link(exchange.base_url + exchange.path))
        return self._ordered(body)

    def _around(
        self, shown: list[Any], total: int, window: Window, exchange: Exchange, count: int | None = None
    ) -> Any:
        envelope = self.envelope
        if envelope.records == ():
            return shown
        body: dict[str, Any] = {}
        for where, value in self._constants:
            put(body, where, value)
        if envelope.query is not None:
            query = exchange.inputs.query
            put(body, envelope.query, {name: query[name] for name in self._echoed if name in query})
        if envelope.records is not None:
            put(body, envelope.records, shown)
        if envelope.total is not None:
            put(body, envelope.total, total)
        if envelope.count is not None:
            put(body, envelope.count, len(shown) if count is None else count)
        for where, value in window.members(envelope, total, exchange, self._link):
            shown_value = self._ends.get(where) if value is None else value
            if shown_value is not OMITTED:
                put(body, where, shown_value)
        return self._ordered(body)

    def _ordered(self, body: dict[str, Any]) -> dict[str, Any]:
        """Members in the order of the schema, as the documented examples have them."""
        if len(body) < 2:
            return body
        ordered = {name: body[name] for name in self._order if name in body}
        return ordered if len(ordered) == len(body) else {**ordered, **body}

    def _link(self, url: str | None) -> Any:
        return {"href": url} if self._link_form == "object" and url is not None else url

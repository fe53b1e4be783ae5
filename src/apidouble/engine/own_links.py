"""The links by which records lead to themselves: `links.self`, `_links.self.href`, `selfLink`, `url`.

In: a contract, a resource and where its records are read. Out: records that show their own address
there, below a stand-in for the host, and answers with the host that the client used. May not know:
stores, how records are made.

What is kept with a record must not depend on who asks; so the host is put in when an answer leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from apidouble.contract.operation import Contract
from apidouble.engine import schemas
from apidouble.engine.addresses import PARAMETER, PathOf, path_writer, prefix_before
from apidouble.engine.fields import get_field, set_field
from apidouble.model.resource import Binding, Model, Resource, Verb
from apidouble.store.base import Record

HERE = "http://here.invalid"
"""Stands for scheme, host and prefix (RFC 2606: no such host can be)."""
_HERE = HERE.encode()
_OWN = frozenset({"self", "selflink", "selfurl", "selfuri", "selfhref"})
"""Names that can mean nothing else."""
_MAYBE = frozenset({"href", "url", "uri", "resourceuri", "apiurl"})
"""Names that mean the record's own address where an example shows it."""
_WRITING = frozenset({Verb.CREATE, Verb.REPLACE, Verb.UPDATE, Verb.UPSERT})
_AROUND = frozenset({"links", "link", "metadata", "meta"})


@dataclass(frozen=True, slots=True)
class Place:
    """One member that holds the record's address."""

    fits: Callable[[Any], bool]
    starts: tuple[str, ...]
    """What may stand before the path, the likelier first."""


class OwnLinks:
    """Fills in the own address of the records of one resource."""

    def __init__(self, places: Mapping[str, Place], path_of: PathOf) -> None:
        self.places = places
        """By field."""
        self._path_of = path_of

    def fill(self, record: Record, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data with the record's address wherever there is a link to itself."""
        filled: dict[str, Any] | None = None
        for field, place in self.places.items():
            if get_field(data, field) is None:
                continue
            path = self._path_of(record)
            link = next((start + path for start in place.starts if path and place.fits(start + path)), None)
            if link is not None:
                filled = dict(data) if filled is None else filled
                set_field(filled, field, link)
        return data if filled is None else filled


def own_links(
    contract: Contract, model: Model, resource: Resource, reading: tuple[str, Binding] | None
) -> OwnLinks | None:
    """The links to themselves that a resource's records have; None where there are none.

    `reading` is the path where they are read, and its binding.
    """
    if reading is None:
        return None
    template, reader = reading
    path_of = path_writer(template, reader)
    if path_of is None:
        return None
    address = re.compile("[^/?#]+".join(map(re.escape, PARAMETER.split(template)[::2])) + "/?$")
    shown = list(_examples(contract, resource, reader))
    places: dict[str, Place] = {}
    for field in _candidates(contract, resource.schema):
        node = schemas.at_pointer(contract.document, resource.schema, field.split("/"))
        resolved = contract.document.resolve(node)
        examples = [one for one in (get_field(record, field) for record in shown) if isinstance(one, str)]
        if isinstance(resolved, dict) and isinstance(resolved.get("examples"), list):
            examples += [one for one in resolved["examples"] if isinstance(one, str)]
        examples = [one for one in examples if address.search(one.partition("?")[0])]
        certain = _flat(field.replace("/href", "").rpartition("/")[2]) in _OWN
        if not certain and (not examples or _is_given(model, resource, field)):
            continue
        places[field] = Place(
            contract.compile_schema(node, "response").is_valid,
            ("", HERE) if examples and "://" not in examples[0] else (HERE, ""),
        )
    return OwnLinks(places, path_of) if places else None


def with_host(raw: bytes, base_url: str, path: str, template: str) -> bytes:
    """An answer's bytes with the address of the double, and of the server, that the client used: `path` is
    what was asked, `template` the operation's own path.
    """
    if _HERE not in raw:
        return raw
    here = base_url + prefix_before(path, template)
    return raw.replace(_HERE, quote(here, safe=":/~[]@-._").encode())


def _is_given(model: Model, resource: Resource, name: str) -> bool:
    """Whether clients may set a member: then it is theirs (the URL that a webhook calls)."""
    return any(
        name not in resource.generated if one.writable is None else name in one.writable
        for one in model.bindings.values()
        if one.resource == resource.name and one.verb in _WRITING
    )


def _candidates(contract: Contract, schema: Any) -> Iterator[str]:
    """Fields whose name says that they could hold the record's own address."""
    document = contract.document
    for name, node in schemas.properties(document, schema).items():
        flat = _flat(name)
        if flat in _OWN or flat in _MAYBE:
            yield from _leaf(contract, name, node)
        elif flat in _AROUND:
            if "href" in schemas.properties(document, schemas.at_pointer(document, node, ("self",))):
                yield f"{name}/self/href"
            for inner, below in schemas.properties(document, node).items():
                if _flat(inner) in _OWN:
                    yield from _leaf(contract, f"{name}/{inner}", below)


def _leaf(contract: Contract, field: str, node: Any) -> Iterator[str]:
    """The member that holds the text: the link itself, or its `href`."""
    if "string" in schemas.types(contract.document, node):
        yield field
    elif "href" in schemas.properties(contract.document, node):
        yield f"{field}/href"


def _examples(contract: Contract, resource: Resource, reader: Binding) -> Iterator[Mapping[str, Any]]:
    """Whole records as the document shows them."""
    resolved = contract.document.resolve(resource.schema)
    shown = list(resolved.get("examples") or ()) if isinstance(resolved, dict) else []
    response = contract.operations[reader.operation].response(reader.success)
    if response is not None:
        for media in response.content.values():
            for example in media.examples:
                value = example.value
                for name in reader.envelope.record or ():
                    value = value.get(name) if isinstance(value, Mapping) else None
                shown.append(value)
    yield from (one for one in shown if isinstance(one, Mapping))


def _flat(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())

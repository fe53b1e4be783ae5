"""Where records are read: the path of each.

In: a contract and its model. Out: functions from records to paths. May not know: hosts, requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from apidouble.contract.operation import Contract
from apidouble.engine.fields import own_key
from apidouble.model.resource import Binding, Model, Verb
from apidouble.store.base import Record

PARAMETER = re.compile(r"\{([^{}]*)\}")
PathOf = Callable[[Record], str]


def readers(contract: Contract, model: Model) -> Mapping[str, tuple[str, Binding]]:
    """Collection -> the path at which one of its records can be read."""
    found: dict[str, tuple[str, Binding]] = {}
    for name, binding in model.bindings.items():
        if (
            binding.verb is Verb.READ
            and binding.key
            and binding.key_location == "path"
            and not binding.same_as
        ):
            found.setdefault(binding.resource, (contract.operations[name].path, binding))
    return found


def prefix_before(path: str, template: str) -> str:
    """What stands before an operation's own path in the one that was asked: the prefix of the server that
    the client used; '' where it used none.
    """
    more = path.count("/") - template.count("/")
    return "/".join(path.split("/")[: more + 1]) if more > 0 else ""


def path_writer(template: str, binding: Binding) -> PathOf | None:
    """What writes the path of a record, '' where a value is missing; None where the path needs more."""
    fields = {binding.key: binding.key_field, **dict(binding.parents)}
    texts = PARAMETER.split(template)
    if any(name not in fields for name in texts[1::2]):
        return None
    parts = [(fields[name], text) for name, text in zip(texts[1::2], texts[2::2], strict=True)]

    def write(record: Record) -> str:
        path = texts[0]
        for field, text in parts:
            value = record.value(field) if field else own_key(record)
            if value is None:
                return ""
            word = str(value)
            if not (word.isascii() and word.replace("-", "").isalnum()):
                word = quote(word, safe="")
            path += word + text
        return path

    return write

"""What an answer says that shows no record: that it went well, and in a few words what was done.

In: the schema of a success answer, what was done to what. Out: members and their values. May not know:
records, HTTP servers.
"""

from __future__ import annotations

from typing import Any

from apidouble.document.document import Document
from apidouble.engine import schemas
from apidouble.model.names import noun
from apidouble.model.resource import Verb

_WELL = frozenset({"success", "ok", "succeeded", "successful", "acknowledged", "done"})
_SAID = frozenset({"message", "msg", "detail", "statusmessage", "description"})
_SHORT = 5
"""Answers with more members than this are no receipts."""


def receipt(document: Document, schema: Any, verb: Verb, resource: str) -> dict[str, Any]:
    """Members of a receipt with what they say; those with examples of their own left out."""
    declared = schemas.properties(document, schema)
    if not declared or len(declared) > _SHORT:
        return {}
    told: dict[str, Any] = {}
    for name, node in declared.items():
        resolved = document.resolve(node)
        if not isinstance(resolved, dict) or {"examples", "default", "enum", "const"} & resolved.keys():
            continue
        flat = "".join(character for character in name.lower() if character.isalnum())
        types = schemas.types(document, node)
        if "boolean" in types and (flat in _WELL or (flat == "deleted" and verb is Verb.DELETE)):
            told[name] = True
        elif flat in _SAID and "string" in types and "format" not in resolved:
            about = " ".join(noun(resource.rpartition(".")[2])).capitalize()
            told[name] = f"{about} deleted" if verb is Verb.DELETE else f"{about} updated"
    return told

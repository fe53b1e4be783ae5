"""Names of media types: read, told apart, matched.

In: Content-Type and Accept headers, declared names. Out: names without parameters, charsets,
matches. May not know: bodies, schemas.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

_PARAMETER = re.compile(r';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_PATCHES = frozenset({"application/json-patch+json", "application/merge-patch+json"})
_XML = frozenset({"application/xml", "text/xml"})
_CHARSETS = ("utf-8", "ascii", "iso8859", "latin", "cp125", "utf-16", "utf-32")

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@lru_cache(512)
def read_content_type(header: str) -> tuple[str, dict[str, str]]:
    """The lower-case name and the parameters by lower-case name (RFC 9110 section 8.3.1)."""
    name, semicolon, rest = header.partition(";")
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(semicolon + rest):
        value = match[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
    return name.strip().lower(), found


def is_json(name: str) -> bool:
    """Whether the type is of the JSON family (RFC 6839)."""
    return name.endswith(("/json", "+json"))


def is_xml(name: str) -> bool:
    """Whether the type is of the XML family (RFC 7303)."""
    return name in _XML or name.endswith("+xml")


def is_json_lines(name: str) -> bool:
    """Whether the type is one JSON text a line."""
    return name in {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-lines",
        "application/stream+json",
    }


def is_yaml(name: str) -> bool:
    """Whether the type is of the YAML family (RFC 9512)."""
    return name.endswith(("/yaml", "/x-yaml", "/vnd.yaml", "+yaml"))


def is_text(name: str) -> bool:
    """Whether the type is text that people read."""
    return (
        name.startswith("text/")
        or name in {"application/javascript", "application/csv"}
        or (is_yaml(name) and name.startswith("application/"))
    )


@lru_cache(64)
def codec(charset: str) -> str | None:
    """Python's name of a charset for text, None if there is no such one."""
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_CHARSETS) else None


def choose(sent: str, declared: Iterable[str]) -> str | None:
    """The declared name that a sent one belongs to; None if it is not accepted.

    Exact names come first, then `+json` as JSON, `type/*+suffix`, `type/*`, `*/*`. A JSON Patch or Merge
    Patch is no plain JSON: it means something else.
    """
    names = list(declared)
    if sent in names:
        return sent
    main, slash, sub = sent.partition("/")
    if not slash or not main or not sub:
        return None
    candidates = []
    if is_json(sent) and sent not in _PATCHES:
        candidates.append("application/json")
    if is_xml(sent):
        candidates += ["application/xml", "text/xml"]
    suffix = sub.rpartition("+")[2]
    candidates += [f"{main}/*+{suffix}", f"{main}/*", "*/*", "*"]
    return next((name for name in candidates if name in names), None)

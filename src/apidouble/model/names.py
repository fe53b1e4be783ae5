"""Names as people mean them: words, singular and plural, and which names say the same.

In: names of parameters, properties, schemas and path segments. Out: words and comparisons. May not
know: schemas, contracts, stores.
"""

from __future__ import annotations

import re
from functools import lru_cache

Words = tuple[str, ...]

_WORD = re.compile(
    r"[A-Z]{2,}s(?![a-z])|[A-ZÀ-ÖØ-Þ]+(?![a-zß-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+|[0-9]+|[^\W\d_]+"
)

IDENTIFIERS = frozenset(
    {"id", "ids", "uuid", "guid", "uid", "sid", "gid", "oid", "ulid", "xid", "pk", "ident", "identifier"}
)
"""Words that make a name one of an identifier which is unique wherever it is used."""

GENERIC = IDENTIFIERS | {
    "key", "name", "slug", "code", "number", "index", "no", "num", "ref", "value", "iid", "handle",
    "identity",
}  # fmt: skip
"""Words that name a key without saying of what."""

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "mice": "mouse",
    "geese": "goose",
    "teeth": "tooth",
    "data": "data",
    "media": "media",
    "series": "series",
    "species": "species",
    "news": "news",
    "status": "status",
    "statuses": "status",
    "address": "address",
    "addresses": "address",
    "access": "access",
    "process": "process",
    "business": "business",
    "settings": "setting",
    "indices": "index",
    "indexes": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "analysis": "analysis",
    "bases": "base",
    "databases": "database",
    "cases": "case",
    "releases": "release",
    "licenses": "license",
    "purchases": "purchase",
    "expenses": "expense",
    "responses": "response",
    "houses": "house",
    "warehouses": "warehouse",
    "courses": "course",
    "caches": "cache",
    "aliases": "alias",
    "alias": "alias",
    "canvas": "canvas",
    "bus": "bus",
    "gas": "gas",
    "movies": "movie",
    "cookies": "cookie",
    "quizzes": "quiz",
    "staff": "staff",
    "metadata": "metadata",
    "ids": "id",
    "dns": "dns",
    "sms": "sms",
    "gps": "gps",
    "aws": "aws",
    "os": "os",
    "kubernetes": "kubernetes",
    "tls": "tls",
    "https": "https",
}


_UNCOUNTED = frozenset(
    {
        "data", "media", "series", "species", "news", "staff", "metadata", "dns", "sms", "gps", "aws", "os",
        "kubernetes", "tls", "https", "ssl", "env", "info", "information", "equipment", "software",
        "hardware",
        "content", "history", "inventory", "feedback", "audit", "all", "mine", "following", "starred",
        "watching",
    }
)  # fmt: skip


@lru_cache(maxsize=16384)
def words(name: str) -> Words:
    """The lower-case words of a name in camel, snake, kebab or any other case."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=16384)
def squeezed(name: str) -> str:
    """The name without case and separators, so that `user_id`, `userId` and `user-id` are equal."""
    return "".join(words(name))


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """One of the things that an English plural names; the word itself where it is none."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "news")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("ses") and word[-4] in "su":
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=8192)
def plural(word: str) -> str:
    """Many of the thing; the word itself where it is plural already."""
    if singular(word) != word or word in _UNCOUNTED:
        return word
    for many, one in _IRREGULAR.items():
        if one == word and many != word and many not in {"statuses", "addresses"}:
            return many
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


@lru_cache(maxsize=16384)
def noun(name: str) -> Words:
    """The words of a name, the last one in the singular: `lineItems` -> `(line, item)`."""
    parts = words(name)
    return (*parts[:-1], singular(parts[-1])) if parts else ()


@lru_cache(maxsize=4096)
def nouns(name: str) -> str:
    """The name of a collection, in the path's own spelling, its last word in the plural."""
    match = re.search(r"([A-Z]?[a-z]+|[A-Z]+)$", name)
    if match is None:
        return name
    if any(singular(word) != word for word in words(name[: match.start()])):
        return name
    last = match.group()
    many = plural(last.lower())
    if many == last.lower():
        return name
    spelled = last + many[len(last) :] if many.startswith(last.lower()) else many
    if not many.startswith(last.lower()) and last[0].isupper():
        spelled = many.capitalize()
    return name[: match.start()] + spelled


def same_noun(one: str, other: str) -> bool:
    """Whether both name the same kind of thing, in whatever number and case."""
    return noun(one) == noun(other) or "".join(noun(one)) == "".join(noun(other))


def names_schema(literal: str, schema: str) -> bool:
    """Whether a path's literal is the plain noun of a schema: `users` of `User`, `repos` of `Repository`."""
    one, about = noun(literal), core(schema)
    if not one or not about:
        return False
    return one[-1] == about[-1] or ABBREVIATIONS.get(one[-1]) == about[-1]


_DECORATION = frozenset(
    {
        "simplified", "simple", "summary", "summaries", "detail", "details", "detailed", "full", "brief",
        "short",
        "base", "basic", "minimal", "mini", "response", "resp", "dto", "read", "out", "output", "object",
        "obj",
        "model", "entity", "resource", "representation", "view", "schema", "public", "private", "item",
        "record",
        "entry", "data", "extended", "expanded", "complete", "partial", "preview", "get", "api",
        "result", "type",
        "info", "information", "ref", "reference", "links", "link", "embedded", "with", "nested", "abridged",
        "lite", "slim", "compact", "condensed", "abbreviated", "overview", "inline",
    }
)  # fmt: skip


@lru_cache(maxsize=8192)
def core(name: str) -> Words:
    """What a schema's name is about, without the words that only say which form of it this is."""
    tail = re.split(r"[./]", name)[-1]
    parts = noun(tail)
    kept = tuple(part for part in parts if part not in _DECORATION and not re.fullmatch(r"v?\d+", part))
    return kept or parts


LIST_WORDS = frozenset(
    {"list", "collection", "page", "paged", "paging", "paginated", "array", "listing", "results", "set"}
)
"""Words of schema names that say: this holds many."""


def is_identifier(name: str) -> bool:
    """Whether the name is one of an identifier (`id`, `orderId`, `ServiceSid`), not of a natural key."""
    parts = words(name)
    return bool(parts) and (parts[-1] in IDENTIFIERS or parts[-1].endswith(("uuid", "guid")))


ABBREVIATIONS = {
    "org": "organization",
    "repo": "repository",
    "app": "application",
    "env": "environment",
    "dept": "department",
    "acct": "account",
    "doc": "document",
    "msg": "message",
    "cat": "category",
    "config": "configuration",
    "proj": "project",
    "ns": "namespace",
    "img": "image",
    "addr": "address",
    "sub": "subscription",
    "tx": "transaction",
    "txn": "transaction",
}
"""Short words of paths, and what schemas call the same."""

SEARCHING = frozenset({"search", "query", "find", "lookup", "filter", "list", "searches"})
"""Words at the end of a path that look for records of what stands before."""

MAKING = frozenset(
    {
        "create", "new", "add", "signup", "register", "import", "migrate", "generate", "fork", "clone",
        "copy",
        "registration", "registrations",
    }
)  # fmt: skip
"""Words at the end of a path that make a record of what the answer shows."""


CALLER = frozenset(
    {"me", "self", "myself", "whoami", "user", "account", "profile", "current", "viewer", "session"}
)
"""Paths that consist of such words are about whoever calls."""

"""What a double shows to people: an index, interactive docs, and each API's own document.

In: the served APIs. Out: an ASGI function for the paths it claims. May not know: how requests
are answered, any web framework.

`/` and everything under `/docs` belong to these pages, unless an API declares a literal path
there: then `/` is the API's, or the docs move to `/__docs`. A template such as `/{id}` does not
count as such a claim. All links are relative, so that they keep a sandbox's host or prefix.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import orjson

from apidouble.catalog import Api
from apidouble.contract.operation import Contract
from apidouble.version import VERSION
from apidouble.web.credentials import known_identities, sendings
from apidouble.web.published import as_json, as_yaml, has_provider, published

Headers = list[tuple[bytes, bytes]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Make = Callable[[], tuple[bytes, str]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""Swagger UI writes style attributes; everything else comes from files of ours."""

STATIC = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "oauth2-redirect.html": "text/html; charset=utf-8",
    "oauth2-redirect.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
"""Files of Swagger UI's distribution that pages use; no other name is ever looked up."""
OWN = {"pages.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
FORMS: Mapping[str, tuple[Callable[[Mapping[str, Any]], bytes], str]] = {
    "openapi.json": (as_json, "application/json"),
    "openapi.yaml": (as_yaml, "application/yaml"),
}
_MOST_KEPT = 200
DEPTH = 2
"""Folders between the root and an API's own document: `/docs/<api>/openapi.json`."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown at one address."""

    body: bytes
    kind: str
    """Content-Type."""
    tag: bytes
    """ETag."""
    lasting: bool = False
    """Whether it stays the same while this version of the program runs."""

    @classmethod
    def of(cls, body: bytes, kind: str, *, lasting: bool = False) -> Page:
        """A page with its ETag."""
        return cls(body, kind, b'"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"', lasting)


class Pages:
    """See the module's text."""

    def __init__(self, apis: Sequence[Api], auth: Literal["strict", "any", "off"] | None = None) -> None:
        self._apis = {api.name: api for api in apis}
        self._auth = auth
        literal = {
            prefix + operation.path
            for api in apis
            for operation in api.contract.operations.values()
            if "{" not in operation.path
            for prefix in (api.mount, *(api.mount + base for base in api.contract.base_paths))
        }
        taken = any(path == "/docs" or path.startswith("/docs/") for path in literal)
        self.prefix = "/__docs" if taken else "/docs"
        """Where the docs are."""
        self._index = frozenset({self.prefix} | ({"/"} - literal))
        self._kept: dict[tuple[str, str], Page] = {}

    def claims(self, path: str) -> bool:
        """Whether these pages answer at this path (decoded, without sandbox prefix)."""
        return path in self._index or path.startswith(f"{self.prefix}/")

    def link(self, api: Api) -> str:
        """The path of an API's docs."""
        return f"{self.prefix}/{quote(api.name, safe='')}"

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD; `scope["root_path"]` is the prefix that was cut off the path."""
        path, method = scope["path"], scope["method"]
        headers = dict(scope["headers"])
        if method not in ("GET", "HEAD"):
            await _answer(send, method, 405, b"", [(b"allow", b"GET, HEAD")])
            return
        if path.startswith(f"{self.prefix}/") and path.endswith("/"):
            # One address for each page, told relative to the asked one.
            target = "../" + quote(path.rstrip("/").rpartition("/")[2], safe="")
            await redirect(send, method, target)
            return
        made = self._make(path, headers, scope.get("root_path", ""))
        if made is None:
            text = b"There is no such page.\n"
            await _answer(send, method, 404, text, [(b"content-type", b"text/plain; charset=utf-8")])
            return
        key, make = made
        kept = self._kept.get(key)
        if kept is None:
            # Writing out a large document takes seconds; other requests go on meanwhile.
            body, kind = await asyncio.to_thread(make)
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            kept = self._kept[key] = Page.of(body, kind, lasting=key[0] == "static")
        await deliver(send, method, headers, kept)

    def _make(
        self, path: str, headers: Mapping[bytes, bytes], prefix: str
    ) -> tuple[tuple[str, str], Make] | None:
        """What identifies the page, and a function that makes it; None where there is none."""
        if path in self._index:
            if b"text/html" in headers.get(b"accept", b""):
                return ("index", "html"), lambda: (self._index_html(), "text/html; charset=utf-8")
            return ("index", "json"), lambda: (self._index_json(), "application/json")
        name, _, rest = path.removeprefix(f"{self.prefix}/").partition("/")
        if name == "_static":
            return _static(rest)
        api = self._apis.get(name)
        if api is None:
            return None
        if not rest:
            return ("docs", name), lambda: (self._docs_html(api), "text/html; charset=utf-8")
        form = FORMS.get(rest)
        if form is None:
            return None
        write, kind = form
        # Few documents spell the prefix out, and each sandbox would be kept as a page of its own.
        spelled = api.contract.document.version.startswith("2") or has_provider(api.contract)
        seen = prefix if spelled else ""
        return (rest + seen, name), lambda: (write(published(api.contract, api.mount, DEPTH, seen)), kind)

    def _told(self, api: Api) -> list[dict[str, Any]]:
        """The credentials that people may use."""
        if self._auth == "off":
            return []
        told = [
            {
                "identity": identity.name,
                "role": identity.role,
                "default": identity.default,
                "send": [
                    {"scheme": one.scheme, "in": one.location, "name": one.name, "value": one.value}
                    for one in sendings(api.contract, identity)
                ],
            }
            for identity in known_identities(api.contract, api.fixture.identities)
        ]
        return [one for one in told if one["send"]]

    def _index_json(self) -> bytes:
        apis = []
        for api in self._apis.values():
            base = api.contract.base_paths[0] if api.contract.base_paths else ""
            folder = self._folder(api)
            apis.append(
                {
                    "name": api.name,
                    "title": api.contract.title,
                    "version": api.contract.version,
                    "base": f"{api.mount}{base}" or "/",
                    "operations": len(api.contract.operations),
                    "docs": folder,
                    "openapi": f"{folder}/openapi.json",
                    "credentials": self._told(api),
                }
            )
        shown = {"name": "apidouble", "version": VERSION, "apis": apis}
        return orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def _folder(self, api: Api) -> str:
        """An API's docs as seen from the index."""
        return f"{self.prefix[1:]}/{quote(api.name, safe='')}"

    def _index_html(self) -> bytes:
        cards = "\n".join(self._card(api) for api in self._apis.values())
        count = len(self._apis)
        body = (
            '<main class="page"><h1>apidouble</h1>'
            f'<p class="lead">A stateful double of {count} API{"" if count == 1 else "s"}. '
            "What you create can be read, changed and deleted; nothing leaves this machine.</p>"
            f'<div class="cards">{cards}</div></main>'
        )
        return _page("apidouble", body, f"{self.prefix[1:]}/_static", index=True)

    def _card(self, api: Api) -> str:
        contract = api.contract
        folder = escape(self._folder(api))
        base = contract.base_paths[0] if contract.base_paths else ""
        count = len(contract.operations)
        rows = "".join(
            f"<tr><td>{escape(_person(one))}</td><td>"
            + "<br>".join(f"<code>{escape(_sent(part))}</code>" for part in one["send"])
            + "</td></tr>"
            for one in self._told(api)
        )
        return (
            f'<section class="card"><h2><a href="{folder}">{escape(contract.title or api.name)}</a></h2>'
            f"<p>{escape(api.name)} {escape(contract.version)} · {count} operation{'' if count == 1 else 's'}"
            f" · base <code>{escape(f'{api.mount}{base}' or '/')}</code> ·"
            f' <a href="{folder}/openapi.json">JSON</a> <a href="{folder}/openapi.yaml">YAML</a></p>'
            f"<table>{rows or '<tr><td>No credentials are asked for.</td></tr>'}</table></section>"
        )

    def _docs_html(self, api: Api) -> bytes:
        near = quote(api.name, safe="")
        home = "../" if "/" in self._index else f"..{self.prefix}"
        return docs_page(api.contract, f"{near}/", home, self._told(api))


def docs_page(contract: Contract, near: str, home: str, told: Sequence[Mapping[str, Any]]) -> bytes:
    """The interactive docs of a contract: `near` leads to the folder of its document, `home` to the index,
    `told` are identities with what to send.
    """
    labels = [escape(f"{_person(one)}: {'; '.join(map(_sent, one['send']))}") for one in told]
    choices = "".join(f'<option value="{index}">{label}</option>' for index, label in enumerate(labels))
    choice = (
        f'<label>Try it out as <select id="identity">{choices}'
        '<option value="-1">nobody (no credentials)</option></select></label>'
    )
    config = {
        "url": f"{near}openapi.json",
        "redirect": "_static/oauth2-redirect.html",
        "operations": len(contract.operations),
        "identities": told,
    }
    title = contract.title or contract.api
    body = (
        f'<nav class="bar"><strong>{escape(title)}</strong><a href="{home}">All APIs</a>'
        f'<a href="{near}openapi.json">JSON</a><a href="{near}openapi.yaml">YAML</a>'
        f"{choice if told else '<span>No credentials are asked for.</span>'}</nav>"
        f'<div id="swagger-ui" data-config="{escape(orjson.dumps(config).decode())}"></div>'
    )
    head = (
        '<link rel="stylesheet" href="_static/swagger-ui.css">'
        '<script defer src="_static/swagger-ui-bundle.js"></script>'
        '<script defer src="_static/docs.js"></script>'
    )
    return _page(f"{title} - apidouble", body, "_static", head=head)


def _person(one: Mapping[str, Any]) -> str:
    name, role = one["identity"], one["role"]
    return f"{name} ({role})" if role and role != name else str(name)


def _sent(part: Mapping[str, str]) -> str:
    joint = ": " if part["in"] == "header" else "="
    return f"{part['name']}{joint}{part['value']}"


def _page(title: str, body: str, static: str, *, head: str = "", index: bool = False) -> bytes:
    """`title` is plain text; `body` and `head` are HTML."""
    page = files("apidouble.web").joinpath("assets/page.html").read_text("utf-8")
    parts = {
        "body": body,
        "class": "index" if index else "docs",
        "head": head,
        "static": static,
        "title": escape(title),
    }
    # In one pass, so that nothing that is filled in is taken for a placeholder.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], page).encode()


def _static(name: str) -> tuple[tuple[str, str], Make] | None:
    if name in OWN:
        asset = files("apidouble.web").joinpath("assets").joinpath(name)
        return ("static", name), lambda: (asset.read_bytes(), OWN[name])
    if name in STATIC:
        path = swagger_ui() / name
        return ("static", name), lambda: (path.read_bytes(), STATIC[name])
    return None


def swagger_ui() -> Path:
    """The folder of Swagger UI's distribution.

    Its package is a Flask blueprint; the files are all we want, so it is found but not imported.
    """
    found = find_spec("flask_swagger_ui")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("flask-swagger-ui is not installed, although apidouble depends on it")
    return Path(found.submodule_search_locations[0]) / "dist"


def static_file(name: str) -> Page | None:
    """A file that pages use; None if there is none of this name."""
    found = _static(name)
    return Page.of(*found[1](), lasting=True) if found is not None else None


async def deliver(send: Send, method: str, headers: Mapping[bytes, bytes], page: Page) -> None:
    """Send a page, or 304 to who has it already."""
    extra: Headers = [
        (b"content-type", page.kind.encode()),
        (b"etag", page.tag),
        (b"cache-control", b"max-age=3600" if page.lasting else b"no-cache"),
        (b"vary", b"Accept"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", POLICY.encode()),
    ]
    given = headers.get(b"if-none-match", b"")
    tags = [part.strip().removeprefix(b"W/") for part in given.split(b",")]
    known = given.strip() == b"*" or page.tag in tags
    await _answer(send, method, 304 if known else 200, b"" if known else page.body, extra)


async def redirect(send: Send, method: str, target: str) -> None:
    """Send somebody to the one address of a page."""
    await _answer(send, method, 308, b"", [(b"location", target.encode())])


async def _answer(send: Send, method: str, status: int, body: bytes, headers: Headers) -> None:
    length = [] if status == 304 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + length})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})

"""The pages for people: index, docs, documents, static files; and which paths are theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, MutableMapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml

from apidouble.catalog import Api
from apidouble.contract.operation import Contract, Operation, Requirement, Scheme
from apidouble.document.document import Document
from apidouble.document.published import Published
from apidouble.identity import Identity
from apidouble.model.resource import Model
from apidouble.rulekit import RuleBook
from apidouble.sample.fixture import Fixture
from apidouble.web.pages import POLICY, STATIC, Pages, swagger_ui
from apidouble.web.published import as_yaml, published

HTML = {"accept": "text/html,*/*"}
EVIL = "</script><script>alert(1)</script>\"'&{{body}}"


def make_api(
    name: str = "shop",
    *,
    title: str = "Shop",
    paths: tuple[str, ...] = ("/items", "/items/{id}"),
    bases: tuple[str, ...] = ("/v1",),
    mount: str = "",
    document: dict[str, Any] | None = None,
    schemes: tuple[Scheme, ...] = (),
    security: tuple[Requirement, ...] | None = None,
    identities: tuple[Identity, ...] = (),
) -> Api:
    shown = document or {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": "https://shop.example/v1"}],
        "paths": {
            path: {
                "servers": [{"url": "https://other.example"}],
                "get": {"servers": [{"url": "https://third.example"}], "responses": {}},
            }
            for path in paths
        },
    }
    together = (Requirement(tuple((scheme, ()) for scheme in schemes)),) if schemes else ()
    asked = together if security is None else security
    operations = {
        path: Operation(
            name, path, "GET", path, "", {}, parameters=(), body=None, responses={}, security=asked, hints={}
        )
        for path in paths
    }
    contract = Contract(
        name,
        Document(
            name, f"{name}.yaml", str(shown.get("swagger") or shown.get("openapi")), {}, Published.of(shown)
        ),
        title,
        "1",
        "",
        operations,
        {scheme.name: scheme for scheme in schemes},
        bases,
        {},
        lambda *_: pytest.fail("pages need no validators"),
    )
    return Api(name, contract, Model(name, {}, {}), Fixture(name, identities=identities), RuleBook(), mount)


class Answer:
    def __init__(self, messages: list[MutableMapping[str, Any]]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {key.decode(): value.decode() for key, value in messages[0]["headers"]}
        self.body: bytes = b"".join(message.get("body", b"") for message in messages[1:])

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    pages: Pages, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", root: str = ""
) -> Answer:
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    encoded = [(key.encode(), value.encode()) for key, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "root_path": root, "headers": encoded}
    asyncio.run(pages(scope, receive, send))
    return Answer(sent)


class Links(HTMLParser):
    """Everything that a page makes a browser fetch, and the elements that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.found += [value for key in ("href", "src") if (value := given.get(key))]


@pytest.mark.parametrize("start", ["/", "/docs", "/docs/shop"])
def test_every_link_leads_somewhere(start: str) -> None:
    """All links of all pages, resolved as a browser does it, are answered, below a sandbox's prefix too."""
    pages = Pages([make_api()])
    page = ask(pages, start, HTML)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    links = Links(page.text).found
    assert len(links) >= 5
    for link in links:
        for prefix in ("", "/~mine"):
            target = urljoin(f"http://x{prefix}{start}", link).removeprefix("http://x")
            assert target.startswith(f"{prefix}/")
            assert ask(pages, target.removeprefix(prefix), HTML).status == 200, link


def test_the_index_speaks_json_to_programs() -> None:
    """Without `text/html` in Accept the index is JSON with links and credentials."""
    schemes = (Scheme("Key", "apiKey", "header", "X-Key"), Scheme("OAuth", "oauth2"))
    people = (
        Identity("second", "staff", credentials={"OAuth": "t2", "Key": "k2"}),
        Identity("useless", credentials={"Key": "k3"}),
        Identity("first", "boss", credentials={"OAuth": "t1", "Key": "k1"}, default=True),
    )
    index = json.loads(ask(Pages([make_api(schemes=schemes, identities=people)]), "/").body)
    (api,) = index["apis"]
    assert (api["name"], api["base"], api["operations"], api["docs"]) == ("shop", "/v1", 2, "docs/shop")
    first, second = api["credentials"]
    assert (first["identity"], second["identity"]) == ("first", "second")
    assert first["send"] == [
        {"scheme": "Key", "in": "header", "name": "X-Key", "value": "k1"},
        {"scheme": "OAuth", "in": "header", "name": "Authorization", "value": "Bearer t1"},
    ]


def test_one_of_several_ways_in_is_enough() -> None:
    """Where an operation takes either credential, the first that the identity has is told, not all."""
    header, query = Scheme("H", "oauth2"), Scheme("Q", "apiKey", "query", "token")
    either = (Requirement(()), Requirement(((header, ()),)), Requirement(((query, ()),)))
    people = (
        Identity("both", credentials={"H": "t", "Q": "t"}, default=True),
        Identity("one", credentials={"Q": "t"}),
    )
    pages = Pages([make_api(schemes=(header, query), security=either, identities=people)])
    (api,) = json.loads(ask(pages, "/").body)["apis"]
    sent = {one["identity"]: [part["scheme"] for part in one["send"]] for one in api["credentials"]}
    assert sent == {"both": ["H"], "one": ["Q"]}


def test_demo_credentials_where_nobody_is_declared() -> None:
    """Each kind of scheme gets its demo value in the place where it travels."""
    schemes = (
        Scheme("k", "apiKey", "query", "key"),
        Scheme("c", "apiKey", "cookie", "sid"),
        Scheme("b", "http", scheme="basic"),
        Scheme("o", "openIdConnect"),
        Scheme("m", "mutualTLS"),
    )
    (api,) = json.loads(ask(Pages([make_api(schemes=schemes)]), "/").body)["apis"]
    sent = {one["scheme"]: (one["in"], one["name"], one["value"]) for one in api["credentials"][0]["send"]}
    assert sent == {
        "k": ("query", "key", "demo-key"),
        "c": ("cookie", "sid", "demo-key"),
        "b": ("header", "Authorization", "Basic ZGVtbzpkZW1v"),
        "o": ("header", "Authorization", "Bearer demo-token"),
    }


def test_without_authentication_no_credentials_are_told() -> None:
    """Under `--auth off` the pages say that nothing is asked for."""
    pages = Pages([make_api(schemes=(Scheme("o", "oauth2"),))], "off")
    assert json.loads(ask(pages, "/").body)["apis"][0]["credentials"] == []
    assert "No credentials are asked for." in ask(pages, "/docs/shop", HTML).text
    assert "demo-token" not in ask(pages, "/docs/shop", HTML).text


@pytest.mark.parametrize("path", ["/", "/docs/shop"])
def test_titles_cannot_inject(path: str) -> None:
    """A hostile title, identity or key name stays text; nothing inline is allowed to run."""
    schemes = (Scheme(EVIL, "apiKey", "header", EVIL),)
    api = make_api(title=EVIL, schemes=schemes, identities=(Identity(EVIL, EVIL, credentials={EVIL: EVIL}),))
    page = ask(Pages([api]), path, HTML)
    assert page.headers["content-security-policy"] == POLICY
    assert "script-src 'self';" in POLICY
    scripts = [attributes for tag, attributes in Links(page.text).elements if tag == "script"]
    assert all(attributes.get("src") for attributes in scripts)
    assert len(scripts) == (0 if path == "/" else 2)
    assert page.text.count("{{body}}") == page.text.count("alert(1)") > 0, "shown as it is, not filled in"


def test_the_docs_page_carries_what_its_script_needs() -> None:
    """The mount's data tells the script the document, the redirect page and the identities."""
    page = ask(Pages([make_api(schemes=(Scheme("o", "oauth2"),))]), "/docs/shop", HTML)
    (mount,) = [given for _, given in Links(page.text).elements if given.get("id") == "swagger-ui"]
    config = json.loads(mount["data-config"] or "")
    assert (config["url"], config["redirect"]) == ("shop/openapi.json", "_static/oauth2-redirect.html")
    assert config["identities"][0]["send"][0]["value"] == "Bearer demo-token"


@pytest.mark.parametrize(
    ("bases", "mount", "server"),
    [(("/v1",), "", "../../v1"), ((), "", "../.."), (("/v1", "/v2"), "/shop", "../../shop/v1")],
)
def test_the_published_document_points_at_the_double(bases: tuple[str, ...], mount: str, server: str) -> None:
    """Servers are relative to the document, at every level; the rest is as published."""
    pages = Pages([make_api(bases=bases, mount=mount)])
    answer = ask(pages, "/docs/shop/openapi.json")
    document = json.loads(answer.body)
    assert [one["url"] for one in document["servers"]] == [server]
    assert document["paths"]["/items"] == {"get": {"responses": {}}}
    assert yaml.safe_load(ask(pages, "/docs/shop/openapi.yaml").body) == document
    full = urljoin("http://x/~mine/docs/shop/openapi.json", server)
    assert full.rstrip("/") == f"http://x/~mine{mount}{bases[0] if bases else ''}"


def test_swagger_2_documents_lose_their_host() -> None:
    """A 2.0 document has no relative servers: host and schemes go, basePath gets the sandbox's prefix."""
    document = {
        "swagger": "2.0",
        "host": "shop.example",
        "schemes": ["https"],
        "basePath": "/v1",
        "paths": {"/items": {"get": {"responses": {}}}},
    }
    pages = Pages([make_api(document=document, mount="/m")])
    for root in ("", "/~mine", ""):
        shown = json.loads(ask(pages, "/docs/shop/openapi.json", root=root).body)
        assert shown == {"swagger": "2.0", "basePath": f"{root}/m/v1", "paths": document["paths"]}
    assert document["host"] == "shop.example", "the original stays as it was"


def test_odd_documents_are_published_too() -> None:
    """Documents without paths, with odd path items do not break the pages."""
    api = make_api(document={"openapi": "3.1.0", "paths": {"/a": None, "/b": {"get": 3, "servers": []}}})
    assert published(api.contract, "", 2, "")["paths"] == {"/a": None, "/b": {"get": 3}}


@pytest.mark.parametrize("name", sorted(STATIC))
def test_static_files(name: str) -> None:
    """Swagger UI's files come from its package, typed, with an ETag that a browser can ask again with."""
    pages = Pages([])
    answer = ask(pages, f"/docs/_static/{name}")
    assert (answer.status, answer.headers["content-type"]) == (200, STATIC[name])
    assert answer.body == (swagger_ui() / name).read_bytes()
    assert answer.headers["content-length"] == str(len(answer.body))
    for given in (answer.headers["etag"], f'"x", W/{answer.headers["etag"]}', "*"):
        again = ask(pages, f"/docs/_static/{name}", {"if-none-match": given})
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/docs/_static/../__init__.py",
        "/docs/_static/../../flask_swagger_ui.py",
        "/docs/_static//etc/passwd",
        "/docs/_static/swagger-ui.js",
        "/docs/_static/\x00",
        "/docs/_static",
        "/docs/none",
        "/docs/none/openapi.json",
        "/docs/shop/openapi.xml",
        "/docs/shop/openapi.json/more",
    ],
)
def test_other_names_are_not_found(path: str) -> None:
    """Only known names are served: no traversal, no listing."""
    answer = ask(Pages([make_api()]), path)
    assert (answer.status, answer.text) == (404, "There is no such page.\n")


@pytest.mark.parametrize("path", ["/docs/", "/docs/shop/", "/docs/a b//"])
def test_a_slash_at_the_end_is_taken_off(path: str) -> None:
    """One address for each page; the redirect is relative, so it cannot lead to another host."""
    answer = ask(Pages([make_api()]), path)
    assert answer.status == 308
    assert answer.headers["location"].startswith("../")
    target = urljoin(f"http://x/~mine{path.replace(' ', '%20')}", answer.headers["location"])
    assert target == f"http://x/~mine{path.replace(' ', '%20').rstrip('/')}"


def test_head_and_other_methods() -> None:
    """HEAD is GET without a body; anything else is 405 with Allow."""
    pages = Pages([make_api()])
    head = ask(pages, "/docs/shop", HTML, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(ask(pages, "/docs/shop", HTML).body))
    post = ask(pages, "/docs/shop", HTML, "POST")
    assert (post.status, post.headers["allow"]) == (405, "GET, HEAD")


def test_literal_paths_of_an_api_come_first() -> None:
    """An API that declares `/` or something under `/docs` keeps it; templates do not count."""
    usual = Pages([make_api(paths=("/{owner}/{repo}", "/items"))])
    assert all(map(usual.claims, ("/", "/docs", "/docs/", "/docs/shop", "/docs/_static/docs.js")))
    assert not any(map(usual.claims, ("/items", "/docsx", "/v1", "")))
    root = Pages([make_api(paths=("/",), bases=())])
    assert (root.claims("/"), root.claims("/docs")) == (False, True)
    docs = Pages([make_api(paths=("/topics",), bases=("/docs",))])
    assert (docs.prefix, docs.claims("/docs/topics"), docs.claims("/__docs")) == ("/__docs", False, True)
    assert ask(docs, "/__docs/shop", HTML).status == 200
    mounted = Pages([make_api(paths=("/",), bases=(), mount="/m")])
    assert (mounted.claims("/"), mounted.claims("/m/")) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["one\ntwo\n", "a \nb", " indented\nx", "\n", "yes", "---\n# x: y", "\tx\n\ty", "\x85\n", "Zoë 🙂\n"],
)
def test_yaml_keeps_every_text(text: str) -> None:
    """Whatever lines, blanks and odd characters a description has, YAML readers see the same."""
    assert yaml.safe_load(as_yaml({"description": text, text: [text]})) == {"description": text, text: [text]}
    shown = as_yaml({"description": "first\nsecond\n"})
    assert shown == b"description: |\n  first\n  second\n"

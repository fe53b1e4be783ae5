"""Reading one document: from a file or URL to the internal form.

In: a source and what is allowed. Out: `Document`, with everything that was repaired or left out as
findings. May not know: resources, HTTP beyond fetching a file.

    bytes -> value -> overlays -> bundle -> published
                                       `-> 2.0's structure -> parts and schemas -> paths -> root
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apidouble.document import cache as caching
from apidouble.document import files as reading
from apidouble.document import jsontext, overlay, versions
from apidouble.document.bundle import KEY, Bundle
from apidouble.document.document import Document
from apidouble.document.files import Denied, Files
from apidouble.document.locate import Locator
from apidouble.document.paths import Paths
from apidouble.document.pointers import Place
from apidouble.document.published import Published
from apidouble.document.references import References
from apidouble.document.report import Report
from apidouble.document.schemas import Schemas
from apidouble.document.swagger import Swagger
from apidouble.document.text import Text
from apidouble.document.upgrade import Upgrade
from apidouble.document.yamltext import DEPTH
from apidouble.errors import DocumentError, Finding

_CACHED_FROM = 16_000
"""Bytes of text from which reading again costs clearly more than a look into the cache (5 ms, not 1)."""


def load(
    source: str | Path,
    *,
    name: str | None = None,
    overlays: Sequence[Path] = (),
    allow_remote: bool = False,
    allow_outside: bool = False,
    cache: Path | None = None,
    root: Path | None = None,
) -> Document:
    """Read a document and bring it to the internal form.

    `source` is a file or an http(s) URL. `overlays` are applied after the one beside the document.
    `root` is the folder below which further files may be read without `allow_outside` (None: the
    document's own). `cache` is a folder for read documents (None: nothing is kept).

    Raises:
        DocumentError: it cannot be served at all, or an overlay makes no sense.

    """
    place = str(source)
    data = fetch(place)
    over = layers(place, overlays)
    name = name or name_of(place)
    entry_name = ""
    if cache is not None and len(data) >= _CACHED_FROM:
        there = place if reading.is_url(place) else str(Path(place).resolve())
        settings = f"{place}\0{there}\0{root}\0{allow_remote}\0{allow_outside}"
        entry_name = caching.key(
            [data, settings, *(part for path, layer in over for part in (str(path), layer))]
        )
        if (entry := caching.read(cache, entry_name)) is not None:
            return _restored(entry, name, place, data)
    report = Report()
    files = Files(place, report, root, allow_remote=allow_remote, allow_outside=allow_outside)
    document, origins, dialect = read(files, data, over, report, name)
    if cache is not None and entry_name and not files.fetched:
        about = {
            "version": document.version,
            "swagger": dialect == versions.SWAGGER,
            "findings": [asdict(finding) for finding in document.findings],
            "origins": origins,
            "labels": [text.label for text in files.texts],
        }
        caching.write(
            cache, entry_name, caching.Entry(document.root, document.published.packed, about, files.used)
        )
    return document


def name_of(source: str) -> str:
    """The name that a file or URL gives its API: its stem."""
    if not reading.is_url(source):
        return Path(source).stem
    parts = urlsplit(source)
    stem = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return stem.rsplit(".", 1)[0] or parts.hostname or "api"


def layers(source: str, overlays: Sequence[Path]) -> list[tuple[Path, bytes]]:
    """The overlays that are applied to a document, in order: the ones beside it, then the given ones.

    Raises:
        DocumentError: one cannot be read.

    """
    beside = [] if reading.is_url(source) else overlay.beside(Path(source))
    return overlay.read([*beside, *overlays])


def fetch(source: str) -> bytes:
    """The bytes of a document.

    Raises:
        DocumentError: there are none.

    """
    try:
        return reading.fetch(source) if reading.is_url(source) else reading.read(Path(source))
    except Denied as error:
        advice = error.advice or ("Give a file, a folder or an http URL" if "exist" in error.message else "")
        raise DocumentError(Finding(f"the document {error.message}", file=source, advice=advice)) from None


def read(
    files: Files, data: bytes, over: Sequence[tuple[Path, bytes]], report: Report, name: str
) -> tuple[Document, Mapping[str, tuple[int, str]], int]:
    """The document, what was moved from where in it, and its dialect; see `load` for errors."""
    value = files.open_document(data)
    told: list[Finding] = []
    for path, layer in over:
        value, findings = overlay.apply(value, path, layer)
        told += findings
    if over and jsontext.too_deep(value):
        raise DocumentError(
            Finding(f"with its overlays the document nests deeper than {DEPTH} levels", file=files.source)
        )
    version, dialect = versions.detect(value, files.source, report)
    files.values[0] = value
    bundle = Bundle(value, files, report)
    bundle.run()
    published = Published.of(value)
    bundle.fix_dynamic()
    root, origins = _internal(value, files, dialect, report, name)
    findings = told + report.findings(files.label, lambda file, wanted: files.texts[file].lines(wanted))
    for text in files.texts:
        text.pack()
    locate = Locator(root, published, files.texts, origins, swagger=dialect == versions.SWAGGER)
    document = Document(name, files.source, version, root, published, findings, locate, locate.many)
    return document, origins, dialect


def _internal(
    value: dict[str, Any], files: Files, dialect: int, report: Report, name: str
) -> tuple[dict[str, Any], Mapping[str, tuple[int, str]]]:
    places: dict[int, Place] = {}
    root = value
    if not isinstance(value.get("paths"), dict) and dialect < versions.OAS31:
        report.add(
            (None, 0),
            "paths",
            "the document has no paths; no operation is served",
            expected="an object `paths`",
        )
    if dialect == versions.SWAGGER:
        root = Swagger(value, report, places).convert()
    elif not isinstance(root.get("components", {}), dict):
        del root["components"]
    root["openapi"] = "3.1.0"
    for key in ("swagger", "$self", "$id", "jsonSchemaDialect"):
        root.pop(key, None)
    info = root.get("info")
    root["info"] = {"title": name, "version": "", **(info if isinstance(info, dict) else {})}
    dialects = {number: versions.of_part(part, dialect) for number, part in enumerate(files.values)}
    dialects[0] = dialect
    references = References(root, value if root is not value else {}, report, files.label)
    for section, content in list(root.get("components", {}).items()):
        if not isinstance(content, dict) and section[:2] != "x-":
            report.add(
                (((None, 0), "components"), section), "shape", f"{section} is no mapping; it is left out"
            )
            del root["components"][section]
    references.rename_unsafe()
    references.adopt()
    schemas = Schemas(references, report, dialects)
    Upgrade(root, references, schemas, report, places=places, versions=dialects).run()
    Paths(root, report, references.origins, responses_required=dialect < versions.OAS31).run()
    if not references.into_files:
        root.pop(KEY, None)
    return root, references.origins


def _restored(entry: caching.Entry, name: str, source: str, data: bytes) -> Document:
    about = entry.about
    texts = [
        Text(content, label) for content, label in zip([data, *entry.contents], about["labels"], strict=True)
    ]
    for text in texts:
        text.pack()
    published = Published(entry.published)
    origins = {pointer: (file, there) for pointer, (file, there) in about["origins"].items()}
    locate = Locator(entry.root, published, texts, origins, swagger=about["swagger"])
    return Document(
        name,
        source,
        about["version"],
        entry.root,
        published,
        [Finding(**finding) for finding in about["findings"]],
        locate,
        locate.many,
    )


__all__ = ["KEY", "load", "name_of"]

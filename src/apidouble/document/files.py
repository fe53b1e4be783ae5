"""The files that one document is made of: where they may be read from, and what they hold.

In: paths and URLs, and what is allowed. Out: texts and values by number (0 is the document itself).
May not know: what the files say.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import Request, url2pathname, urlopen

from apidouble.document.pointers import Place
from apidouble.document.report import Report
from apidouble.document.text import Text, TextError
from apidouble.errors import DocumentError, Finding

_BYTES = 128 * 1024 * 1024
_FILES = 5000
_SECONDS = 20.0
_ACCEPT = "application/yaml, application/json;q=0.9, text/yaml, text/plain;q=0.8, */*;q=0.5"


class Denied(Exception):  # noqa: N818 - an answer to the question whether a file may be read
    """A file may or can not be read: what is wrong and what to do about it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


def is_url(source: str) -> bool:
    """Whether the source is an http or https URL."""
    return source[:8].lower().startswith(("http://", "https://"))


def fetch(url: str) -> bytes:
    """What the server answers.

    Raises:
        Denied: it does not answer, or not with a success.

    """
    request = Request(url, headers={"Accept": _ACCEPT, "User-Agent": "apidouble"})  # noqa: S310 - http only, see callers
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - http only, see callers
            data: bytes = answer.read(_BYTES + 1)
    except (URLError, OSError, ValueError) as error:
        reason = (
            f"{error.code} {error.reason}"
            if isinstance(error, HTTPError)
            else getattr(error, "reason", error)
        )
        raise Denied(f"cannot be fetched: {reason}") from None
    if len(data) > _BYTES:
        raise Denied(f"is larger than {_BYTES >> 20} MiB")
    return data


def read(path: Path) -> bytes:
    """The bytes of a regular file.

    Raises:
        Denied: there is none, or it cannot be read.

    """
    try:
        if not path.exists():
            raise Denied("does not exist")
        if not path.is_file():
            raise Denied("is no file")
        if path.stat().st_size > _BYTES:
            raise Denied(f"is larger than {_BYTES >> 20} MiB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Denied(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


class Files:
    """Reads each file once and gives it a number."""

    def __init__(
        self, source: str, report: Report, root: Path | None, *, allow_remote: bool, allow_outside: bool
    ) -> None:
        self._report = report
        self._allow_remote, self._allow_outside = allow_remote, allow_outside
        self._numbers: dict[str, int] = {}
        self._failed: dict[str, Denied] = {}
        self.texts: list[Text] = []
        self.values: list[Any] = []
        self.uris: list[str] = []
        self.used: list[tuple[str, str | None]] = []
        """Path and digest of every further file that was looked at; None: it could not be read."""
        self.fetched = False
        """Whether anything but the document itself came over the network."""
        self.source = source
        if is_url(source):
            self._folder: Path | None = None
            self._uri = source
        else:
            path = Path(source).resolve()
            self._folder = (root or path.parent).resolve()
            self._uri = path.as_uri()

    def open_document(self, data: bytes) -> Any:
        """The value of the document itself.

        Raises:
            DocumentError: the text cannot be read.

        """
        try:
            return self._add(self._uri, self.source, data)
        except TextError as error:
            raise DocumentError(Finding(_sentence(error), file=self.source, line=error.line)) from None

    def number(self, uri: str) -> int | None:
        """The number of a file that was read already."""
        return self._numbers.get(uri)

    def open(self, uri: str, place: Place, ref: str) -> int | None:
        """The number of the file at an absolute URI; None (and a remark at `place`) if there is none."""
        number = self._numbers.get(uri)
        if number is not None:
            return number
        denied = self._failed.get(uri)
        if denied is None:
            try:
                return self._open(uri)
            except Denied as error:
                denied = self._failed[uri] = error
        self._report.add(
            place,
            "reference-file",
            f"$ref {ref!r} is left out (anything is accepted there): {denied.message}",
            advice=denied.advice,
        )
        return None

    def label(self, number: int) -> str:
        """The name of a file as a person would write it."""
        return self.texts[number].label if number < len(self.texts) else self.source

    def _open(self, uri: str) -> int:
        if len(self.texts) >= _FILES:
            raise Denied(f"the document pulls in more than {_FILES} files")
        parts = urlsplit(uri)
        if parts.scheme in ("http", "https"):
            if not self._allow_remote:
                raise Denied(f"{uri} is remote", "Give --allow-remote to have it fetched")
            self.fetched = True
            label, data = uri, fetch(uri)
        elif parts.scheme == "file":
            path = path_of(uri)
            label = self._label(path)
            data = self._read(path, label)
        else:
            raise Denied(f"{uri} is neither a file nor an http URL")
        try:
            self._add(uri, label, data)
        except TextError as error:
            where = f" in line {error.line}" if error.line else ""
            raise Denied(f"{label} cannot be read{where}: {error.message}") from None
        return self._numbers[uri]

    def _read(self, path: Path, label: str) -> bytes:
        if self._folder is None:
            raise Denied(f"{label} is a local file, but the document is not")
        try:
            real = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise Denied(f"{label} cannot be read: {error}") from None
        if not self._allow_outside and not real.is_relative_to(self._folder):
            raise Denied(
                f"{label} is outside the document's folder",
                "Give --allow-outside to have it read, or serve the folder that holds all files",
            )
        try:
            data = read(real)
        except Denied as error:
            self.used.append((str(path), None))
            raise Denied(f"{label} {error.message}", error.advice) from None
        self.used.append((str(path), digest(data)))
        return data

    def _label(self, path: Path) -> str:
        """Beside the document's own name: relative if that is relative."""
        source = Path(self.source)
        try:
            relative = path.resolve().relative_to(source.resolve().parent)
        except (OSError, RuntimeError, ValueError):
            return str(path)
        return str(source.parent / relative)

    def _add(self, uri: str, label: str, data: bytes) -> Any:
        number = len(self.texts)
        content = Text(data, label)
        value = content.value(number, self._report)
        self._numbers[uri] = number
        self.texts.append(content)
        self.values.append(value)
        self.uris.append(uri)
        return value


def absolute(base: str, reference: str) -> tuple[str, str]:
    """The absolute URI and the fragment of a `$ref` (RFC 3986 section 5); backslashes are forgiven."""
    if "\\" in reference and "://" not in reference:
        reference = reference.replace("\\", "/")
    try:
        uri, fragment = urldefrag(urljoin(base, reference))
        if uri.startswith("file:"):
            # one file, one URI: however spaces and letters beyond ASCII were written
            uri = path_of(uri).as_uri()
    except ValueError:
        return reference, ""
    return uri, fragment


def path_of(uri: str) -> Path:
    """The path of a `file:` URI."""
    return Path(os.path.normpath(url2pathname(urlsplit(uri).path)))


def digest(data: bytes) -> str:
    """A short name for exactly these bytes."""
    return blake2b(data, digest_size=20).hexdigest()


def _sentence(error: TextError) -> str:
    where = f" (column {error.column})" if error.column else ""
    return f"the document cannot be read: {error.message}{where}"


__all__ = ["Denied", "Files", "absolute", "digest", "fetch", "is_url", "read"]

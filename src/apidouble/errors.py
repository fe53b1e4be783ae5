"""Everything apidouble raises on purpose, and the findings it reports.

In: nothing. Out: the exception tree and the two message shapes (`Finding` for documents
and project files, `Violation` for one request or answer). May not know: any other module.

    ApidoubleError
    |-- ProjectError          documents, fixtures, rules or hints that cannot be served
    |   `-- DocumentError     one OpenAPI document that cannot be read or served
    |-- SettingsError         a flag, variable or config value that makes no sense
    `-- Refusal               a request that is refused with a status (not a fault of ours)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell a person about a file: where it is, what was expected, what to do."""

    message: str
    file: str = ""
    pointer: str = ""
    """JSON pointer inside the file ('' is the root), RFC 6901."""
    line: int | None = None
    expected: str = ""
    advice: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place = f"{place}:{self.line}"
        if self.pointer:
            place = f"{place} at {self.pointer}" if place else f"at {self.pointer}"
        text = f"{place}: {self.message}" if place else self.message
        if self.expected:
            text = f"{text} (expected {self.expected})"
        if self.advice:
            text = f"{text}. {self.advice}"
        return text


class Violation(NamedTuple):
    """One way in which a request or an answer breaks the contract."""

    message: str
    location: Literal["path", "query", "header", "cookie", "body", "response"]
    name: str = ""
    """Parameter name, or '' for a body."""
    pointer: str = ""
    """JSON pointer inside the value, RFC 6901."""
    keyword: str = ""
    """JSON Schema keyword that failed, where one did."""

    @property
    def field(self) -> str:
        """The name a person knows the offending value by: the parameter, or the property path."""
        pointer = self.pointer
        if not pointer:
            return self.name
        if not self.name and "~" not in pointer:
            return pointer[1:].replace("/", ".")
        parts = [self.name] if self.name else []
        parts += [part.replace("~1", "/").replace("~0", "~") for part in self.pointer.split("/")[1:]]
        return ".".join(parts)

    def __str__(self) -> str:
        where = self.field
        return f"{self.location} {where}: {self.message}" if where else f"{self.location}: {self.message}"


class ApidoubleError(Exception):
    """Base of all errors that apidouble raises on purpose."""


class ProjectError(ApidoubleError):
    """Files of a project cannot be served; `findings` says which, where and why."""

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class DocumentError(ProjectError):
    """One OpenAPI document cannot be read or served."""


class NoKeyLeftError(ApidoubleError):
    """All keys that a schema allows are taken."""


class SettingsError(ApidoubleError):
    """A flag, an environment variable or a config value makes no sense."""


@dataclass(eq=False)
class Refusal(ApidoubleError):  # noqa: N818 - a refusal is an answer, not an error of the program
    """The request is refused with `status`; the state stays as it was."""

    status: int
    detail: str = ""
    violations: Sequence[Violation] = ()
    headers: Sequence[tuple[str, str]] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further members for the API's error body, by property name."""

    def __str__(self) -> str:
        return f"{self.status}: {self.detail}"

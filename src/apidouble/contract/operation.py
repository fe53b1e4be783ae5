"""The shapes of a compiled contract: operations, parameters, bodies, responses.

In: the internal form of a document (`contract.compile` fills these). Out: what web and engine
ask about one operation. May not know: resources, stores, any web framework.

Whatever costs time to build (validators, decoders) is built at first use and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from apidouble.contract.texts import Reading
from apidouble.document.document import Document
from apidouble.errors import Violation

Location = Literal["path", "query", "header", "cookie"]


class Validator(Protocol):
    """A compiled schema."""

    mark: object
    """Stands for it where something is kept by schema."""

    def is_valid(self, value: Any) -> bool:
        """Whether the value fits."""

    def violations(
        self,
        value: Any,
        location: Literal["path", "query", "header", "cookie", "body", "response"],
        name: str = "",
    ) -> list[Violation]:
        """All ways in which it does not, in words for people."""


@dataclass(slots=True)
class Parameter:
    """One declared parameter."""

    name: str
    location: Location
    required: bool
    schema: Any
    """In internal form; `{}` if none was given."""
    style: str
    explode: bool
    description: str = ""
    media_type: str | None = None
    """Set where the parameter is declared by `content` rather than `schema`."""
    examples: Sequence[Any] = ()
    hints: Mapping[str, Any] = field(default_factory=dict)
    """Its `x-double`."""
    default: Any = None
    has_default: bool = False
    allow_empty: bool = False
    """`allowEmptyValue`: an empty value is fine whatever the schema says."""


@dataclass(slots=True)
class Example:
    """A named example of a media type."""

    name: str
    value: Any


@dataclass(slots=True)
class Media:
    """One media type of a request or response body."""

    media_type: str
    """As declared, lower case, e.g. `application/json`, `image/*`."""
    schema: Any
    """In internal form; None where none was declared."""
    examples: Sequence[Example] = ()
    encoding: Mapping[str, Any] = field(default_factory=dict)
    _build: Callable[[], Validator] | None = None
    _validator: Validator | None = None
    reading: Reading | None = None
    """How text becomes a value of the schema (forms, XML); None: as text."""
    refused: dict[tuple[str, bytes], Sequence[Violation]] = field(default_factory=dict)
    """What is wrong with the last refused bodies, by Content-Type and bytes."""

    @property
    def validator(self) -> Validator | None:
        """The compiled schema, None where nothing is promised."""
        if self._validator is None and self._build is not None:
            self._validator = self._build()
        return self._validator


@dataclass(slots=True)
class Body:
    """The request body of an operation."""

    required: bool
    content: Mapping[str, Media]
    """By declared media type, in declared order."""
    description: str = ""


@dataclass(slots=True)
class Header:
    """A declared response header."""

    name: str
    required: bool
    schema: Any
    examples: Sequence[Any] = ()


@dataclass(slots=True)
class Link:
    """A declared link of a response."""

    name: str
    operation_id: str
    parameters: Mapping[str, Any]


@dataclass(slots=True)
class Response:
    """What one status promises."""

    status: str
    """As declared: `200`, `4XX`, `default`."""
    description: str
    content: Mapping[str, Media]
    """Empty: no body is promised."""
    headers: Mapping[str, Header]
    links: Mapping[str, Link] = field(default_factory=dict)
    hints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One security scheme."""

    name: str
    kind: Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS", "unknown"]
    location: Literal["header", "query", "cookie", ""] = ""
    """Where an apiKey travels."""
    parameter: str = ""
    """The apiKey's header, query or cookie name."""
    scheme: str = ""
    """Of kind http: `basic`, `bearer`, ... lower case."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Schemes that are needed together, each with its scopes; no schemes: anonymous is fine."""

    schemes: tuple[tuple[Scheme, tuple[str, ...]], ...]


@dataclass(slots=True)
class Inputs:
    """The decoded parameters of one request, defaults applied, absent optional ones left out."""

    path: dict[str, Any]
    query: dict[str, Any]
    header: dict[str, Any]
    """By declared name."""
    cookie: dict[str, Any]


def _reads_nothing(
    path: Mapping[str, str], query: bytes, headers: Mapping[str, str]
) -> tuple[Inputs, list[Violation]]:
    return Inputs({}, {}, {}, {}), []


@dataclass(slots=True)
class Operation:
    """One method on one path."""

    api: str
    id: str
    """Unique within the API: the operationId, or one made from method and path."""
    method: str
    """Upper case."""
    path: str
    """As in the document, with `{names}`, without server path and `#fragment`."""
    pointer: str
    """JSON pointer of the operation in the internal form."""
    node: Mapping[str, Any]
    """The operation object in internal form."""
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[Requirement, ...]
    """Alternatives; empty: public."""
    hints: Mapping[str, Any]
    """Its `x-double`."""
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    read_inputs: Callable[[Mapping[str, str], bytes, Mapping[str, str]], tuple[Inputs, list[Violation]]] = (
        field(default=_reads_nothing, repr=False)
    )
    """(raw path values still percent-encoded, raw query string, headers by lower-case name) ->
    (inputs, violations). Compiled by `contract.parameters`; lazily, the first call builds it."""

    def response(self, status: int) -> Response | None:
        """What is promised for this status: exact, else range (`4XX`), else `default`."""
        responses = self.responses
        return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


@dataclass(slots=True)
class Contract:
    """All operations of one document."""

    api: str
    document: Document
    title: str
    version: str
    description: str
    operations: Mapping[str, Operation]
    """By id, in document order."""
    schemes: Mapping[str, Scheme]
    base_paths: tuple[str, ...]
    """Server paths without trailing slash, without ''; the API answers at '' as well."""
    hints: Mapping[str, Any]
    """The document's own `x-double`."""
    compile_schema: Callable[[Any, Literal["request", "response", "plain"]], Validator] = field(repr=False)
    """Schema in internal form and direction -> validator, shared and kept."""

"""What one operation's contract says about records, before anything is decided.

In: operations. Out: `Reading`: the taken-apart path, success status, schemas of both bodies, the
parameters that may steer a list. May not know: resources, bindings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apidouble.contract.operation import Media, Operation, Parameter
from apidouble.model.paging import Knob
from apidouble.model.paths import Part, Template, read
from apidouble.model.places import Found, find_record, find_records
from apidouble.model.resource import pointer_of
from apidouble.model.schemas import EMPTY, Schemas, Shape

_JSON_FIRST = ("application/json", "text/json")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(slots=True)
class Reading:
    """One operation, read."""

    operation: Operation
    template: Template
    success: int
    answer: Any
    """Schema of the success body; None without one."""
    shape: Shape
    """Of the answer."""
    request: Any
    """Schema of the request body; None without one that can hold a record."""
    given: Shape
    """Of the request body."""
    structured: bool
    """Whether the success body is data rather than text or bytes (or there is none)."""
    path_parameters: Mapping[str, Parameter]
    records: Found | None = None
    record: Found | None = None
    knobs: list[Knob] = field(default_factory=list)
    unsaid: bool = False
    """Whether the contract promises success without saying how the answer looks."""
    imagined: bool = False
    """Whether its answer is guessed: that is all there is to know it by."""
    surely_lists: bool = False
    """Whether a longer path reads what this one lists."""
    above_items: bool = False
    """Whether longer paths address single records, so that this one is likely to list them."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.method

    @property
    def literal(self) -> str:
        """The last literal of the path."""
        return self.template.literal

    @property
    def depth(self) -> int:
        """How many parameters follow the last literal."""
        return len(self.template.trailing)

    @property
    def lists(self) -> bool:
        """Whether the answer is a list of records."""
        if self.records is None:
            return False
        needed = 1 if self.above_items else 3 if self.depth == 0 else 7
        return self.shape.is_array or self.records.certainty >= needed

    @property
    def wordless(self) -> bool:
        """Whether the success answer has no body."""
        return self.answer is None and self.structured

    def parameter_shape(self, name: str, schemas: Schemas) -> Shape:
        """The shape of a path parameter."""
        parameter = self.path_parameters.get(name)
        return schemas.shape(parameter.schema) if parameter is not None else EMPTY

    def parameter_text(self, name: str) -> str:
        """The description of a path parameter."""
        parameter = self.path_parameters.get(name)
        return parameter.description if parameter is not None else ""

    def declares(self, status: int) -> bool:
        """Whether the contract has a word for this status."""
        return self.operation.response(status) is not None

    def imagine(self, answer: Any, schemas: Schemas) -> None:
        """Take the answer to be of this schema, which the contract does not say."""
        self.imagined = True
        self.show(answer, schemas)

    def show(self, answer: Any, schemas: Schemas) -> None:
        """Take the answer to be of this schema."""
        self.answer, self.structured = answer, True
        self.shape = schemas.shape(answer)
        about = self.template.literal or (self.template.above[-1].literal if self.template.above else "")
        known = schemas.memo.get((id(self.shape), about))
        if known is None:
            known = (find_records(schemas, answer, about), find_record(schemas, answer, about))
            schemas.memo[id(self.shape), about] = known
        self.records, self.record = known

    def at(self, template: Template) -> None:
        """Take the path as another template."""
        self.template = template


def read_operation(operation: Operation, schemas: Schemas) -> Reading:
    """Read one operation."""
    template = read(operation.path)
    success = success_status(operation)
    answer, structured = _answer(operation, success, schemas)
    request = _request(operation)
    reading = Reading(
        operation=operation,
        template=template,
        success=success,
        answer=answer,
        shape=schemas.shape(answer) if answer is not None else EMPTY,
        request=request,
        given=schemas.shape(request) if request is not None else EMPTY,
        structured=structured,
        path_parameters={p.name: p for p in operation.parameters if p.location == "path"},
    )
    if answer is not None and structured:
        reading.show(answer, schemas)
        _hinted(reading, schemas)
    reading.unsaid = _is_unsaid(operation, success, schemas)
    reading.knobs = [
        Knob(
            parameter.name,
            schemas.shape(parameter.schema),
            parameter.description,
            parameter.required,
            parameter.default if parameter.has_default else None,
            bool(parameter.hints.get("ignore")),
            parameter.hints,
            exploded=parameter.style == "form" and parameter.explode and parameter.media_type is None,
            brackets=parameter.style == "deepObject",
        )
        for parameter in operation.parameters
        if parameter.location == "query"
    ]
    return reading


def _hinted(reading: Reading, schemas: Schemas) -> None:
    """Let a hint say where the records stand."""
    envelope = reading.operation.hints.get("envelope")
    if not isinstance(envelope, Mapping):
        return
    for member in ("records", "record"):
        text = envelope.get(member)
        if not isinstance(text, str):
            continue
        pointer = pointer_of(text)
        schema: Any = reading.answer
        for part in pointer:
            schema = schemas.shape(schema).properties.get(part)
        if schema is None:
            continue
        if member == "records":
            reading.records = Found(pointer, schemas.shape(schema).items, 99)
        else:
            reading.record = Found(pointer, schema, 99)
            reading.records = None if "records" not in envelope else reading.records


def success_status(operation: Operation) -> int:
    """The status of success: the lowest declared one, 201 before others where POST declares it."""
    declared = sorted(
        int(status)
        for status in operation.responses
        if status.isdigit() and len(status) == 3 and status[0] == "2"
    )
    if operation.method == "POST" and 201 in declared:
        return 201
    if declared:
        return declared[0]
    if "2XX" in operation.responses or "default" in operation.responses or not operation.responses:
        return 200
    # Redirects can be all that an operation promises; where only failures are declared, success
    # still has to be something.
    moved = sorted(int(status) for status in operation.responses if status.isdigit() and status[0] == "3")
    return moved[0] if moved else 200


def preferred(content: Mapping[str, Media]) -> Media | None:
    """The media type that says most about the data: JSON, then forms, then what has a schema."""
    for name in _JSON_FIRST:
        if name in content:
            return content[name]
    for name, media in content.items():
        if name.endswith("+json") or name == "*/*" or "json" in name:
            return media
    for name in _FORMS:
        if name in content:
            return content[name]
    for media in content.values():
        if media.schema is not None:
            return media
    return next(iter(content.values()), None)


def _answer(operation: Operation, success: int, schemas: Schemas) -> tuple[Any, bool]:
    response = operation.response(success)
    if response is None or not response.content or success in (204, 205, 304):
        return None, True
    media = preferred(response.content)
    if media is None or media.schema is None:
        return None, media is None
    name = media.media_type
    data = "json" in name or "xml" in name or "yaml" in name or name in {"*/*", "application/*", *_FORMS}
    # Whatever it is called, what has properties is data.
    return (media.schema, True) if data or schemas.shape(media.schema).properties else (None, False)


def _is_unsaid(operation: Operation, success: int, schemas: Schemas) -> bool:
    """Whether success has a body for all that the contract says, and nothing tells how it looks: no
    schema, or one that says no more than "an object", or "an array".
    """
    if success not in (200, 201):
        return False
    response = operation.response(success)
    if response is None or not response.content:
        return True
    media = preferred(response.content)
    if media is None or "json" not in media.media_type:
        return False
    return media.schema is None or is_vague(schemas.shape(media.schema), schemas)


def is_vague(shape: Shape, schemas: Schemas) -> bool:
    """Whether a schema leaves open what is in an object or a list."""
    if shape.properties or shape.open or shape.closed or shape.values:
        return False
    if shape.is_array:
        return is_vague(schemas.items(shape), schemas)
    return shape.types <= {"object"}


def _request(operation: Operation) -> Any:
    if operation.body is None or not operation.body.content:
        return None
    # A merge patch says what can be set; a JSON Patch says only how.
    content = {name: media for name, media in operation.body.content.items() if "json-patch" not in name}
    media = preferred(content or operation.body.content)
    if (
        media is None
        or media.schema is None
        or media.media_type.startswith(("image/", "text/", "application/octet"))
    ):
        return None
    return media.schema


def deeper(template: Template, own: int) -> Template:
    """The template with its trailing parameters beyond the first `own` as a part of their own."""
    last = template.parts[-1]
    parts = (
        *template.parts[:-1],
        Part(last.literal, last.parameters[:own]),
        Part("", last.parameters[own:]),
    )
    return Template(parts, template.method, template.odd, template.versions)

"""What is wrong with a value, in words for people.

In: errors of jsonschema-rs, the value, the compiled schema. Out: `Problem`s: where, what was
expected, what came instead. May not know: HTTP, how schemas are compiled.

Errors of `oneOf` and `anyOf` are reduced to those of the branch that the value comes closest to:
the one that `discriminator` names, else the one of the right type with the fewest differences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import orjson
from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from apidouble.contract.discriminators import ruled_words
from apidouble.contract.shaping import REFERENCE

LIMIT = 20
"""Problems told of one value."""
_BRANCHES = 40
_DEPTH = 8
_SHOWN = 60
_PATTERN = 80
"""Characters of a pattern that people still read."""
_SECRET = re.compile(r"passw|secret|token|credential|pin$|cvc|cvv|api_?key", re.IGNORECASE)

_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """One way in which a value does not fit."""

    path: Path
    """From the value to its offending part."""
    message: str
    keyword: str

    @property
    def pointer(self) -> str:
        """The path as JSON pointer (RFC 6901)."""
        path = self.path
        if not path:
            return ""
        first = path[0]
        if len(path) == 1 and isinstance(first, str) and first.isidentifier():
            return f"/{first}"
        text = "/".join(map(str, path))
        if "~" not in text and text.count("/") < len(path):
            return f"/{text}"
        return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


# A named tuple's own __new__ is a Python function around this one.
_PROBLEM = tuple.__new__


@dataclass(frozen=True, slots=True)
class Place:
    """What explaining needs to know of the schema whose errors are explained."""

    schema: Any
    """The compiled schema with its `$defs`."""
    name_of: Callable[[int], str]
    """Number of a unit -> last part of its pointer, the name that a discriminator uses by default."""
    problems_of: Callable[[int, Any, int], list[Problem]]
    """(number of a unit compiled apart, value, depth) -> what it finds."""


def explain(errors: Iterable[ValidationError], value: Any, place: Place, depth: int = 0) -> list[Problem]:
    """The problems behind errors, at most `LIMIT`, each told once."""
    problems: dict[Problem, None] = {}
    for error in islice(errors, LIMIT):
        kind = error.kind
        if type(kind) is Kind.Required:
            path = (*error.instance_path, kind.property)
            problems[_PROBLEM(Problem, (path, "is required", "required"))] = None
            if len(problems) >= LIMIT:
                break
            continue
        for problem in _problems(error, value, place, depth):
            problems[problem] = None
            if len(problems) >= LIMIT:
                return list(problems)
    return list(problems)


def show(value: Any) -> str:
    """A value as a message quotes it: scalars shortened, containers by their size."""
    if isinstance(value, dict):
        return f"an object with {len(value)} {'property' if len(value) == 1 else 'properties'}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)} {'item' if len(value) == 1 else 'items'}"
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return "an integer beyond 64 bits"
    return orjson.dumps(value, default=str).decode()


def _problems(error: ValidationError, value: Any, place: Place, depth: int) -> Iterator[Problem]:
    path: Path = tuple(error.instance_path)
    kind = error.kind
    here = _at(value, path)
    match kind:
        case Kind.AdditionalProperties() | Kind.UnevaluatedProperties():
            for name in kind.unexpected[:LIMIT]:
                yield Problem((*path, name), "is not a property that is allowed here", kind.name)
        case Kind.FalseSchema() if error.schema_path[-1:] == ["additionalProperties"]:
            # How a schema without `properties` says it.
            for name in islice(here, LIMIT):
                yield Problem((*path, name), "is not a property that is allowed here", "additionalProperties")
        case Kind.UnevaluatedItems():
            yield Problem(path, "has items that are not allowed here", kind.name)
        case Kind.PropertyNames():
            refused = kind.error.instance
            reason = _words(kind.error.kind, refused, ())
            yield Problem(
                path, f"has a property {show(refused)} whose name does not fit: {reason}", kind.name
            )
        case Kind.AnyOf() | Kind.OneOfNotValid():
            yield from _closest(error, kind.context, value, place, depth)
        case Kind.Custom() if kind.keyword == REFERENCE:
            number = _at(place.schema, tuple(error.schema_path))
            for problem in place.problems_of(number, here, depth + 1):
                yield Problem(path + problem.path, problem.message, problem.keyword)
        case _:
            yield Problem(path, _words(kind, here, path), kind.name)


def _words(kind: Kind, value: Any, path: Path) -> str:  # noqa: C901 - one line for each keyword
    """What one keyword expected and what came."""
    secret = bool(path) and _SECRET.search(str(path[-1])) is not None
    got = "" if secret else f", got {show(value)}"
    match kind:
        case Kind.Type():
            return f"{_of_types(kind.types, value)}{got}"
        case Kind.Enum():
            return f"must be one of {_listed(kind.options)}{got}"
        case Kind.Constant():
            return f"must be {show(kind.expected_value)}{got}"
        case Kind.Minimum():
            return f"must be at least {kind.limit}{got}"
        case Kind.Maximum():
            return f"must be at most {kind.limit}{got}"
        case Kind.ExclusiveMinimum():
            return f"must be more than {kind.limit}{got}"
        case Kind.ExclusiveMaximum():
            return f"must be less than {kind.limit}{got}"
        case Kind.MultipleOf():
            return f"must be a multiple of {kind.multiple_of}{got}"
        case Kind.MinLength():
            return f"must have at least {_count(kind.limit, 'character')}, has {len(value)}"
        case Kind.MaxLength():
            return f"must have at most {_count(kind.limit, 'character')}, has {len(value)}"
        case Kind.MinItems():
            return f"must have at least {_count(kind.limit, 'item')}, has {len(value)}"
        case Kind.MaxItems():
            return f"must have at most {_count(kind.limit, 'item')}, has {len(value)}"
        case Kind.MinProperties():
            return f"must have at least {_count(kind.limit, 'property')}, has {len(value)}"
        case Kind.MaxProperties():
            return f"must have at most {_count(kind.limit, 'property')}, has {len(value)}"
        case Kind.Pattern():
            return f"must match the pattern {_pattern(kind.pattern)}{got}"
        case Kind.BacktrackLimitExceeded() | Kind.RegexEngineFailure():
            return "does not match the pattern within the effort that is allowed"
        case Kind.Format():
            return f"must be a valid {kind.format}{got}"
        case Kind.UniqueItems():
            return "must not hold an item twice"
        case Kind.Contains():
            return "does not hold the items that it must"
        case Kind.OneOfMultipleValid():
            return "fits more than one of the forms of which it must fit exactly one"
        case Kind.Not():
            return f"has a form that is not allowed{got}"
        case Kind.FalseSchema():
            return "is not allowed here"
        case _:
            return f"does not fit `{kind.name}`{got}"


def _closest(
    error: ValidationError, context: Sequence[Sequence[ValidationError]], value: Any, place: Place, depth: int
) -> Iterator[Problem]:
    """The problems of the branch that the value was probably meant for."""
    path: Path = tuple(error.instance_path)
    keyword = error.kind.name
    here = _at(value, path)
    if depth >= _DEPTH:
        yield Problem(path, f"fits none of the allowed forms, got {show(here)}", keyword)
        return
    chosen = _discriminated(error, here, place)
    if isinstance(chosen, Problem):
        yield Problem(path + chosen.path, chosen.message, chosen.keyword)
        return
    branches = (
        [context[chosen]] if chosen is not None and chosen < len(context) else list(context)[:_BRANCHES]
    )
    told = [explain(errors, value, place, depth + 1) for errors in branches]
    fitting = [
        problems for problems in told if not any(_is_other_type(problem, path) for problem in problems)
    ]
    if fitting:
        yield from min(fitting, key=_distance)
        return
    types = [
        name
        for errors in branches
        for one in errors
        if isinstance(one.kind, Kind.Type) and tuple(one.instance_path) == path
        for name in one.kind.types
    ]
    if types and len(branches) > 1:
        yield Problem(path, f"{_of_types(types, here)}, got {show(here)}", keyword)
    elif told:
        yield from min(told, key=_distance)


def _is_other_type(problem: Problem, path: Path) -> bool:
    return problem.keyword == "type" and problem.path == path


def _distance(problems: Sequence[Problem]) -> tuple[int, int]:
    """How far a value is from a branch: wrong constants first, since they tell branches apart."""
    return sum(problem.keyword in {"const", "enum"} for problem in problems), len(problems)


def _discriminated(error: ValidationError, value: Any, place: Place) -> int | Problem | None:
    """The branch that the discriminator names, or the problem with it; None without one."""
    schema = _at(place.schema, tuple(error.schema_path[:-1]))
    if not isinstance(schema, dict) or not isinstance(value, dict):
        return None
    rule = schema.get("discriminator")
    branches = schema.get(error.kind.name)
    if not isinstance(rule, dict) or not isinstance(branches, list):
        return None
    name = rule.get("propertyName")
    if not isinstance(name, str):
        return None
    numbers = [_number(branch) for branch in branches]
    words: dict[str, int] = {}
    for position, number in enumerate(numbers):
        if number is not None:
            words[place.name_of(number)] = position
    mapping: Mapping[str, int] = rule.get("mapping") or {}
    mapped = {word: numbers.index(number) for word, number in mapping.items() if number in numbers}
    ruled = {word: at for at, branch in enumerate(branches) for word in ruled_words(branch, name)}
    if ruled:
        mapped, words = ruled, {}
    if name not in value:
        return Problem((name,), "is required: it says which form the object has", "required")
    word = value[name]
    index = mapped.get(word, words.get(word)) if isinstance(word, str) else None
    if index is not None:
        return index
    if mapped or words:
        return Problem(
            (name,), f"must be one of {_listed(mapped or words)}, got {show(word)}", "discriminator"
        )
    return None


def _number(branch: Any) -> int | None:
    """The number of the unit that a branch refers to."""
    if not isinstance(branch, dict):
        return None
    if REFERENCE not in branch and "$ref" not in branch and branch.get("allOf"):
        # What the discriminator says of it stands beside it.
        branch = branch["allOf"][0]
    apart = branch.get(REFERENCE)
    if isinstance(apart, int):
        return apart
    reference = branch.get("$ref")
    return int(reference.rpartition("/")[2]) if isinstance(reference, str) else None


def _at(node: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        if isinstance(node, dict):
            # Positions in a schema come as integers even where they are names made of digits.
            node = node.get(part, node.get(str(part)))
        elif isinstance(node, list | tuple) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node


def _types(names: Iterable[str]) -> str:
    """Types as people say them, null last."""
    *others, last = (_TYPES[name] for name in sorted(set(names), key=list(_TYPES).index))
    return f"{', '.join(others)} or {last}" if others else last


def _of_types(names: Iterable[str], value: Any) -> str:
    """What types are wanted, and why digits are no integer where they are none."""
    names = list(names)
    wide = "integer" in names and isinstance(value, str) and _is_beyond_64_bits(value)
    return f"must be {_types(names)}{' of at most 64 bits' if wide else ''}"


def _is_beyond_64_bits(text: str) -> bool:
    digits = text.removeprefix("-").lstrip("0")
    if not (digits.isascii() and digits.isdigit()):
        return False
    # Zeros before the number are not counted: they may be any number.
    return len(digits) > 20 or int(digits) > (2**63 if text[:1] == "-" else 2**64 - 1)


def _listed(options: Iterable[Any]) -> str:
    options = list(options)
    shown = ", ".join(show(option) for option in options[:12])
    return f"{shown} and {len(options) - 12} more" if len(options) > 12 else shown


def _count(number: int, thing: str) -> str:
    if number == 1:
        return f"1 {thing}"
    return f"{number} {'properties' if thing == 'property' else f'{thing}s'}"


def _pattern(text: str) -> str:
    """A pattern, its beginning where it is too long to read."""
    if len(text) <= _PATTERN:
        return text
    return f"that begins with {text[:_PATTERN]} (shortened: it has {len(text)} characters in the contract)"

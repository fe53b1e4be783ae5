"""The internal form of one OpenAPI document, whatever version it was published in.

In: what `document.load` made of the published text. Out: `Document`. May not know: resources, HTTP.

The internal form is an OpenAPI 3.1 object with these promises to every later layer:
- schemas are valid JSON Schema 2020-12 (3.0's `nullable`, boolean exclusive bounds, Swagger's
  `type: file` and the like are rewritten; keywords beside `$ref` count only where the published
  version lets them); `example` is repeated in `examples`; every `pattern` compiles; `$id`,
  `$anchor` and `$dynamicRef` are gone; no schema refers to itself without a step into the value;
- every `$ref` is local and resolves; those of schemas are `#/components/...` in characters that a
  URI may hold as they stand. Parts of other files are components named after their file; only path
  items that callbacks refer to may stand below `/x-bundled/<n>`, as they do in `published`;
- path items in `paths` and `webhooks` are free of `$ref`, their shared parameters are merged into
  each operation; path parameters are exactly those of the template;
- `paths` exists; path keys start with `/` and hold neither fragment nor query; one operation for
  each method, shape of path and types of its parameters; operationIds are unique; every operation has
  `responses`, by `200`, `2XX` or `default`; Swagger 2.0's body, formData, consumes, produces, host,
  basePath and securityDefinitions are in their 3.x places; an operation that `produces` keeps the list
  as `x-produces`, for answers that are not declared;
- one object may stand in several places: nobody changes the internal form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from apidouble.document.published import Published
from apidouble.errors import Finding

Node = Any
"""A JSON value: dict, list, str, int, float, bool or None."""


def _nowhere(pointer: str) -> tuple[str, int | None]:
    return ("", None)


@dataclass(slots=True)
class Document:
    """One API's document, ready to be compiled into a contract."""

    name: str
    """The API's name: the file's stem, unless `--name` says otherwise."""
    source: str
    """Where it was read from, as a person would write it."""
    version: str
    """As published: `2.0`, `3.0.3`, `3.1.0` ..."""
    root: dict[str, Any]
    """The internal form."""
    published: Published
    """The document as published, after overlays, for showing it to clients (external files bundled);
    a read-only mapping, and `published.json()` for the bytes."""
    findings: list[Finding] = field(default_factory=list)
    """What was repaired or left out, as warnings."""
    locate: Callable[[str], tuple[str, int | None]] = _nowhere
    """Pointer in the internal form -> (file, line) in the published text; computed only when asked."""
    locate_many: Callable[[Sequence[str]], Sequence[tuple[str, int | None]]] | None = None
    """The same for many pointers, at the cost of one."""

    def places(self, pointers: Sequence[str]) -> Sequence[tuple[str, int | None]]:
        """File and line of each pointer."""
        if self.locate_many is not None:
            return self.locate_many(pointers)
        return [self.locate(pointer) for pointer in pointers]

    def resolve(self, node: Node) -> Node:
        """Follow `$ref` until something else is reached."""
        seen = 0
        while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
            node = self.at(ref[1:])
            seen += 1
            if seen > 100:
                return {}
        return node

    def at(self, pointer: str) -> Node:
        """The node at a JSON pointer (RFC 6901); KeyError where nothing is there."""
        here: Node = self.root
        for token in pointer.split("/")[1:]:
            part = token.replace("~1", "/").replace("~0", "~")
            if isinstance(here, list):
                if not part.isdigit() or int(part) >= len(here):
                    raise KeyError(pointer)
                here = here[int(part)]
            elif isinstance(here, dict):
                here = here[part]
            else:
                raise KeyError(pointer)
        return here

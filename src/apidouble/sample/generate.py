"""Values made from schemas: believable, and valid by every keyword.

In: a document, a `Source` of seeded randomness, locales. Out: `Generator.value`. May not know:
resources, HTTP. Each schema is read once; the same label and count give the same value, in each
process.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from apidouble.clock import Source
from apidouble.contract.schemas import Schemas
from apidouble.document.document import Document
from apidouble.errors import ApidoubleError
from apidouble.sample import moments
from apidouble.sample.conjunction import References
from apidouble.sample.drawing import Drawing
from apidouble.sample.fakes import Fakes
from apidouble.sample.node import Node
from apidouble.sample.nodes import Compile, Nodes
from apidouble.sample.walk import Amount, Unfit

Direction = Literal["request", "response"]

_FRESH_STARTS = 4
"""Whole values made anew before a schema counts as one that nothing was found for."""


class UnsatisfiableError(ApidoubleError):
    """No value was found that fits a schema; there may be none."""


class Generator:
    """Makes values for the schemas of one document."""

    def __init__(
        self,
        document: Document,
        source: Source,
        locales: Sequence[str] = ("en_GB",),
        *,
        base_time: datetime = moments.SEEDED_TIME,
        compile_schema: Compile | None = None,
    ) -> None:
        """`base_time` is what made dates take for now. `compile_schema` is the contract's, so that
        validators are shared; without it the generator compiles its own.
        """
        self.source = source
        self.fakes = Fakes(locales, base_time)
        self._references = References(document)
        self.document = document
        self._given_compile = compile_schema
        self._nodes: dict[Direction, Nodes] = {}
        self._hopeless: dict[tuple[Direction, tuple[int, ...]], Node] = {}
        self.any_object: dict[str, Any] = {"type": "object"}
        """A schema for `also`, the same each time."""
        self.first_examples: dict[int, tuple[object, tuple[Any, ...]]] = {}
        """Kept by `sample.example`: id of a media type -> (the media type, its first fitting example)."""

    @cached_property
    def _compile(self) -> Compile:
        if self._given_compile is not None:
            return self._given_compile
        return Schemas(self.document).compile

    def value(
        self,
        schema: Any,
        *,
        label: str,
        count: int = 0,
        name: str = "",
        direction: Direction = "response",
        optional: Amount = "all",
        dynamic: bool = True,
    ) -> Any:
        """A value for a schema in internal form: one that stays, since it is compiled once and kept.

        The same label and count give the same value. `name` is the property or parameter it is
        for. Where `dynamic` is false, the examples inside the schema are used where they fit.
        Where nothing fits, the nearest thing is given: see `valid_value`.
        """
        try:
            return self.valid_value(
                schema,
                label=label,
                count=count,
                name=name,
                direction=direction,
                optional=optional,
                dynamic=dynamic,
            )
        except UnsatisfiableError:
            drawing = self.drawing(label, count, optional="required", dynamic=dynamic)
            drawing.lenient = True
            try:
                return drawing.value(self.node(schema, direction), name)
            except Unfit:
                return None

    def valid_value(
        self,
        schema: Any,
        *,
        label: str,
        count: int = 0,
        name: str = "",
        direction: Direction = "response",
        optional: Amount = "all",
        dynamic: bool = True,
    ) -> Any:
        """The same; raises UnsatisfiableError where no value was found in a bounded search."""
        node = self.node(schema, direction)
        if (direction, node.core) in self._hopeless:
            raise UnsatisfiableError("no value was found that fits the schema")
        for start in range(_FRESH_STARTS):
            way: Amount = optional if start < 2 else ("required" if start % 2 else "some")
            drawing = self.drawing(
                label if not start else f"{label}\0{start}", count, optional=way, dynamic=dynamic
            )
            try:
                return drawing.value(node, name)
            except Unfit:
                continue
        # Searching again would take as long and find as little.
        self._hopeless[direction, node.core] = node
        raise UnsatisfiableError("no value was found that fits the schema")

    def fits(self, schema: Any, value: Any, direction: Direction = "response") -> bool:
        """Whether a value fits a schema."""
        return bool(self.node(schema, direction).check(value))

    def node(self, schema: Any, direction: Direction, *also: Any) -> Node:
        """The compiled schema; `also` are further ones that must hold."""
        nodes = self._nodes.get(direction)
        if nodes is None:
            nodes = self._nodes[direction] = Nodes(self._references, direction, self._compile)
        return nodes.node((schema, *also))

    def drawing(
        self,
        label: str,
        count: int,
        *,
        optional: Amount,
        dynamic: bool = True,
        locales: Sequence[str] = (),
    ) -> Drawing:
        """One draw, by label and count, in one of the locales (the generator's, unless others are given)."""
        random = self.source.random(label, count)
        known = locales or self.fakes.locales
        locale = known[0] if len(known) == 1 else random.choice(known)
        return Drawing(random, self.fakes, locale, optional, dynamic=dynamic)

"""One API's engine: every operation compiled at first use.

In: contract, model, rules, and the makers of samples and keys. Out: `CompiledOperation`s. May not
know: any web framework, any API's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apidouble.contract.operation import Contract, Operation
from apidouble.engine.compiled import CompiledOperation
from apidouble.engine.creating import Create
from apidouble.engine.deleting import Delete
from apidouble.engine.error_bodies import ErrorBodies
from apidouble.engine.reading import List, Read
from apidouble.engine.replacing import Replace, Upsert
from apidouble.engine.static import Static
from apidouble.engine.updating import Action, Update
from apidouble.engine.verbs import RecordVerb, VerbHandler, Workshop
from apidouble.model.resource import Binding, Model, Resource, Verb
from apidouble.rulekit import RuleBook

_VERBS: Mapping[Verb, type[RecordVerb]] = {
    Verb.LIST: List,
    Verb.READ: Read,
    Verb.CREATE: Create,
    Verb.REPLACE: Replace,
    Verb.UPDATE: Update,
    Verb.UPSERT: Upsert,
    Verb.DELETE: Delete,
    Verb.ACTION: Action,
}


class Engine:
    """Answers for one API."""

    def __init__(
        self,
        contract: Contract,
        model: Model,
        rules: RuleBook,
        *,
        sample: Callable[[Any, str, int, str], Any],
        answer_value: Callable[..., Any],
        key_maker: Callable[[Resource], Callable[..., Any]],
        depth_limit: int = 100,
        strict: bool = False,
        dynamic: bool = False,
    ) -> None:
        self.contract = contract
        self.model = model
        self._workshop = Workshop(contract, model, rules, sample, answer_value, key_maker)
        self._errors = ErrorBodies(contract, lambda schema, label: sample(schema, label, 0, ""))
        self._options = {"depth_limit": depth_limit, "strict": strict, "dynamic": dynamic}
        self._compiled: dict[str, CompiledOperation] = {}

    def operation(self, name: str) -> CompiledOperation:
        """The operation with this id, compiled now if it was not."""
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = self._compile(self.contract.operations[name])
        return compiled

    def _compile(self, operation: Operation) -> CompiledOperation:
        binding = self.model.bindings[operation.id]
        handler = self._handler(operation, binding)
        return CompiledOperation(
            self._workshop,
            operation,
            binding,
            handler,
            self._errors,
            depth_limit=int(self._options["depth_limit"]),
            strict=bool(self._options["strict"]),
            dynamic=bool(self._options["dynamic"]),
        )

    def _handler(self, operation: Operation, binding: Binding) -> VerbHandler:
        verb = _VERBS.get(binding.verb)
        resource = self.model.resources.get(binding.resource)
        if verb is None or resource is None:
            return Static(self._workshop, operation, binding, None)
        return verb(self._workshop, operation, binding, resource)

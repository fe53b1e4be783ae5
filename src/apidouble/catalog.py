"""The APIs that are served: document, contract, model, fixture and rules of each, found by stem.

In: settings. Out: `Api` for each document. May not know: web, any API's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from apidouble.contract.operation import Contract
from apidouble.model.resource import Model
from apidouble.rulekit import RuleBook
from apidouble.sample.fixture import Fixture


@dataclass(slots=True)
class Api:
    """One served API."""

    name: str
    contract: Contract
    model: Model
    fixture: Fixture
    rules: RuleBook
    mount: str = ""
    """Prefix that sets it apart, `` or `/prefix`."""

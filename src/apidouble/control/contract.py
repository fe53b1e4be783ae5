"""The control API's own contract. In: nothing. Out: `Contract`. May not know: ASGI, handlers."""

from __future__ import annotations

from pathlib import Path

from apidouble.contract.compile import compile_contract
from apidouble.contract.operation import Contract
from apidouble.document.load import load

NAME = "control"


def control_contract() -> Contract:
    """The contract of `openapi.yaml` beside this file; some 40 ms."""
    return compile_contract(load(Path(__file__).with_name("openapi.yaml"), name=NAME))

"""The same seed gives the same bytes in each process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import orjson
from tests.sample.hard_schemas import DEFINITIONS, HARD
from apidouble.clock import Source
from apidouble.contract.compile import compile_contract
from tests.sample.documents import bare
from apidouble.document.load import load
from apidouble.model.infer import infer
from apidouble.sample.fixture import load_fixture
from apidouble.sample.generate import Generator
from apidouble.sample.seeding import Seeding
from pathlib import Path
assert "faker" not in sys.modules
root = {"components": {"schemas": DEFINITIONS}}
maker = Generator(bare(root), Source(7), ("en_GB", "de_DE"))
made = [maker.value(schema, label=name, count=3, optional="some") for name, schema in HARD.items()]
project = Path(sys.argv[1])
for path in sorted((project / "specs").glob("*.yaml")):
    contract = compile_contract(load(path))
    fixture = load_fixture(project / "fixtures" / path.name, path.stem)
    resources = infer(contract).resources
    seeding = Seeding(contract, resources, fixture, Source(7))
    rows = {name: seeding.records(name) for name in resources}
    made.append({name: [[r.key, r.data, dict(r.hidden)] for r in rows[name]] for name in rows})
sys.stdout.buffer.write(orjson.dumps(made))
"""


def run(hash_seed: str) -> bytes:
    """What a fresh process makes."""
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", SCRIPT, str(here.parents[1])]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def test_processes_agree() -> None:
    """Two processes with different hash seeds make the same bytes."""
    first, second = run("1"), run("2")
    assert len(first) > 10_000
    assert first == second


@pytest.mark.parametrize("module", ["generate", "seeding", "example", "ids", "fixture", "check"])
def test_faker_waits(module: str) -> None:
    """Importing the layer does not import Faker."""
    code = f"import sys, apidouble.sample.{module}; sys.exit('faker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

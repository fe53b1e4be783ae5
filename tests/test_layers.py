"""What the layers promise beyond imports: nothing in the code knows which APIs are served."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "apidouble"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def stems() -> Iterator[str]:
    """What the APIs are called, as documents and as modules."""
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        yield path.stem
        yield path.stem.replace("-", "_")


def operations() -> Iterator[str]:
    """What their operations are called."""
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        document = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        for item in document["paths"].values():
            yield from (item[method]["operationId"] for method in METHODS & item.keys())


@pytest.fixture(scope="module")
def known() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(stems()), frozenset(operations())


def code_of(path: Path) -> str:
    """The code without docstrings, which may give examples."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant("")
    return ast.unparse(tree)


def words_of(path: Path) -> set[str]:
    """Every word of the code, hyphenated ones whole and in parts."""
    code = code_of(path)
    return set(re.findall(r"[\w-]+", code)) | set(re.findall(r"\w+", code))


def named(path: Path) -> str:
    """A module's path within the package."""
    return path.relative_to(PACKAGE).as_posix()


VOCABULARIES = {"model/names.py", "sample/vocabulary.py"}
"""Lists of English words, of which an API's name may be one (`staff` has no other plural)."""
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "rules" not in path.relative_to(PACKAGE).parts]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_names_an_api(path: Path, known: tuple[frozenset[str], frozenset[str]]) -> None:
    """Only specs, fixtures and rules know an API's name or operations: a sixth one needs no code."""
    names, ids = known
    words = words_of(path)
    assert not words & ids
    assert not words & names or named(path) in VOCABULARIES


def test_the_names_are_found(known: tuple[frozenset[str], frozenset[str]]) -> None:
    """The check above has something to look for, and would see it."""
    names, ids = known
    assert {"staff", "customer-employees", "customer_employees"} <= names
    assert len(ids) > 15
    assert words_of(PACKAGE / "rules" / "provider_employees.py") & ids


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_keeps_state(path: Path) -> None:
    """Two doubles in one process share nothing that changes: no `global`, no empty container to be filled."""
    tree = ast.parse(path.read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        assert not is_empty(value), f"{path.name}:{node.lineno} is filled by somebody"


def is_empty(value: ast.expr | None) -> bool:
    """Whether this makes an empty container."""
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in {"defaultdict", "dict", "list", "set"} and not value.args
    return False

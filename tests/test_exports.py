"""The public door: exactly these names, and nothing heavy behind it until one is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import apidouble
import apidouble.testing

HEAVY = {
    "click",
    "connexion",
    "faker",
    "httpx",
    "jsonschema",
    "jsonschema_rs",
    "orjson",
    "requests",
    "starlette",
    "uvicorn",
    "uvloop",
    "yaml",
}


def loaded(code: str) -> set[str]:
    """The first parts of the names of all modules that are there after this code."""
    show = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}; {show}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_all_is_what_is_public() -> None:
    """`__all__` is sorted, is what `dir` shows, is what type checkers see, and each name can be had."""
    assert apidouble.__all__ == sorted(apidouble.__all__) == dir(apidouble)
    source = ast.parse(Path(apidouble.__file__ or "").read_text("utf-8"))
    typed = {
        alias.name
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apidouble")
        for alias in node.names
    }
    assert typed == set(apidouble.__all__)
    for name in apidouble.__all__:
        assert getattr(apidouble, name).__name__ == name


def test_the_kit_is_what_is_public() -> None:
    """`apidouble.testing` names everything that its own names hand out."""
    assert apidouble.testing.__all__ == sorted(apidouble.testing.__all__)
    assert all(hasattr(apidouble.testing, name) for name in apidouble.testing.__all__)


def test_no_other_name() -> None:
    """A name that is not there is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="module 'apidouble' has no attribute 'Dubble'"):
        _ = apidouble.Dubble


@pytest.mark.parametrize(
    "code",
    [
        "import apidouble",
        "from apidouble import ApidoubleError, Settings",
        "from apidouble import Double; Double('openapi.yaml', seed=1)",
        "from apidouble import connect; connect('http://127.0.0.1:1')",
        "import apidouble.pytest_plugin",
    ],
)
def test_imports_are_light(code: str) -> None:
    """Servers, validators and clients are loaded when a double starts, not before."""
    assert not HEAVY & loaded(code)


def test_the_plugin_loads_nothing_of_ours() -> None:
    """In a project that does not use it, the plugin is one small file."""
    code = "import apidouble.pytest_plugin, sys; ours = [n for n in sys.modules if n.startswith('apidouble')]"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sorted(ours))"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["apidouble", "apidouble.pytest_plugin"]

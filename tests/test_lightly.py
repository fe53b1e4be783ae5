"""Importing lightly: cheap, and without a trace for whoever uses the same packages.

Each test runs in an interpreter of its own: what is imported cannot be undone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_PACKAGE = {
    "whole/__init__.py": (
        "from whole.dear import DEAR\nfrom whole import cheap\nTOP = 'top'\nRAN = []\nRAN.append(1)\n"
        "from whole.same import same\n"
    ),
    "whole/same.py": "def same():\n    return 'same'\n",
    "whole/cheap.py": "import library\nimport library.part\ndef use():\n    return library.VALUE\n",
    "whole/dear.py": "from library import VALUE\nDEAR = VALUE\n",
    "whole/inner/__init__.py": "from whole.dear import DEAR as INNER\n",
    "whole/inner/leaf.py": "LEAF = 'leaf'\n",
    "library/__init__.py": "import time\ntime.sleep(0.1)\nVALUE = 'value'\n",
    "library/part.py": "PART = 'part'\n",
}
_LIGHTLY = """
import sys
from apidouble.lightly import import_lightly
def lightly(*modules):
    return import_lightly(modules, held_back=["whole", "whole.inner"], stand_ins=["library", "absent"])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package whose parts differ in price, and a library that takes its time."""
    for name, text in _PACKAGE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def run(code: str, folder: Path | None = None) -> str:
    """What the code prints; warnings are errors in it, as they are here."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def light(code: str, folder: Path) -> str:
    """The same after an import of nothing but what is cheap."""
    return run(f"{_LIGHTLY}assert lightly('whole.plain', 'whole.inner.leaf') is True\n{code}", folder)


@pytest.fixture
def plain(folder: Path) -> Path:
    """With a part that names the library, but no part of the library."""
    text = "import library\nfrom whole import same\ndef use():\n    return library.VALUE\n"
    (folder / "whole/plain.py").write_text(text, "utf-8")
    return folder


def test_only_what_is_asked_for_is_imported(plain: Path) -> None:
    """Neither what `__init__` imports nor the library is there, and no stand-in is left behind."""
    told = light("print(*sorted(m for m in sys.modules if m.startswith(('whole', 'library'))))", plain)
    assert told == "whole whole.inner whole.inner.leaf whole.plain whole.same"


def test_a_library_comes_when_it_is_used(plain: Path) -> None:
    """What holds the stand-in gets the values of the library itself."""
    told = light(
        "import whole.plain as p; print(p.use(), p.library.VALUE is sys.modules['library'].VALUE)", plain
    )
    assert told == "value True"


def test_a_program_that_imports_the_library_gets_the_library(plain: Path) -> None:
    """Not the stand-in, and whole, parts of it included."""
    told = light(
        "import library.part; print(type(library).__name__, library.VALUE, library.part.PART)", plain
    )
    assert told == "module value part"


@pytest.mark.parametrize(
    "code",
    [
        "from whole import TOP; import whole",
        "import whole; whole.TOP",
        "import whole; assert 'TOP' in dir(whole)",
        "from whole import *; TOP; import whole",
        "import whole; hasattr(whole, 'TOP'); import whole.dear",
    ],
)
def test_a_package_is_whole_for_who_looks_at_it(plain: Path, code: str) -> None:
    """However a name of `__init__` is asked for, it is there, and `__init__` has run once."""
    told = light(
        f"{code}\nprint(type(whole).__name__, whole.TOP, whole.DEAR, whole.RAN, whole.inner.INNER)", plain
    )
    assert told == "module top value [1] value"


@pytest.mark.parametrize("code", ["import whole; same = whole.same", "from whole import same"])
def test_a_name_means_what_it_means_in_the_whole_package(plain: Path, code: str) -> None:
    """A function that hides the module it is in, as `connexion.problem` does, is the function."""
    assert light(f"{code}\nprint(same())", plain) == "same"


def test_a_name_that_nobody_defines_stays_missing(plain: Path) -> None:
    """As in any module; and tools that look for marks on all modules do not run `__init__`."""
    told = light(
        "import whole\nprint(hasattr(whole, '__wrapped__'), 'whole.dear' in sys.modules)\n"
        "print(hasattr(whole, 'nothing'), 'whole.dear' in sys.modules)",
        plain,
    )
    assert told.split() == ["False", "False", "False", "True"]


def test_several_threads_see_a_whole_package(plain: Path) -> None:
    """Whoever comes while `__init__` runs waits for it."""
    told = light(
        "import threading, whole\nseen = []\n"
        "threads = [threading.Thread(target=lambda: seen.append(whole.TOP)) for _ in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\nprint(seen == ['top'] * 8, whole.RAN)",
        plain,
    )
    assert told == "True [1]"


def test_an_init_that_fails_tells_why_each_time(plain: Path) -> None:
    """The error is that of the import, not a missing name."""
    (plain / "whole/dear.py").write_text("raise ImportError('broken')", "utf-8")
    told = light(
        "import whole\nfor _ in range(2):\n  try:\n    whole.TOP\n  except ImportError as e:\n    print(e)",
        plain,
    )
    assert told.split() == ["broken", "broken"]


@pytest.mark.parametrize(
    "missing",
    [
        "import_lightly(['whole.cheap', 'whole.gone'], held_back=['whole'], stand_ins=['library'])",
        "import_lightly(['whole.cheap'], held_back=['whole', 'whole.gone'], stand_ins=['library'])",
        "import_lightly(['whole.cheap'], held_back=['whole', 'whole.cheap'], stand_ins=[])",
    ],
)
def test_where_the_package_is_another_than_thought_nothing_stays(folder: Path, missing: str) -> None:
    """The plain import that follows is as plain as if nothing had been tried."""
    told = run(
        f"{_LIGHTLY}assert {missing} is False\n"
        "print(*[m for m in sys.modules if m.startswith('whole')])\n"
        "import whole, library\n"
        "print(type(whole).__name__, type(library).__name__, whole.RAN, whole.cheap.use())",
        folder,
    )
    assert told == "module module [1] value"


def test_what_is_imported_already_is_left_alone(folder: Path) -> None:
    """No second copy of anything, and nothing is held back any more."""
    told = run(
        f"import whole, library\n{_LIGHTLY}print(lightly('whole.cheap'), whole.TOP, whole.RAN)", folder
    )
    assert told == "False top [1]"


def test_connexion_comes_without_what_a_double_never_uses() -> None:
    """The libraries of its applications and decorators are not imported with it."""
    told = run(
        "import sys, apidouble.web.framework\n"
        "dear = {'flask', 'asgiref', 'httpx', 'requests', 'rich', 'werkzeug.routing'}\n"
        "print(*sorted(dear & set(sys.modules)))"
    )
    assert told == ""


@pytest.mark.parametrize(
    "first", ["import apidouble.server", "import connexion", "import httpx, requests, flask"]
)
def test_a_program_can_use_connexion_itself(first: str) -> None:
    """Before or after it has made a double: an application of Connexion's own routes and validates."""
    told = run(
        f"""
import warnings
warnings.simplefilter("ignore")
{first}
from apidouble.server import assemble
from apidouble.web import framework
double = assemble()
import asyncio, connexion, httpx, requests, flask
from connexion.resolver import Resolver
app = connexion.AsyncApp("own")
number = {{"name": "a", "in": "query", "required": True, "schema": {{"type": "integer"}}}}
get = {{"operationId": "add", "responses": {{"200": {{"description": ""}}}}, "parameters": [number]}}
info = {{"title": "own", "version": "1"}}
app.add_api(
    {{"openapi": "3.0.3", "info": info, "paths": {{"/add": {{"get": get}}}}}},
    resolver=Resolver(lambda name: lambda a: a + 1),
)
async def main():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://own") as client:
        print((await client.get("/add?a=4")).json(), (await client.get("/add?a=x")).status_code)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(double), base_url="http://own") as client:
        print((await client.get("/api/1/staff")).status_code)
asyncio.run(main())
print(connexion.ConnexionMiddleware is framework.ConnexionMiddleware, flask.Flask("own").name)
print(connexion.security.httpx.AsyncClient is httpx.AsyncClient, callable(connexion.problem))
"""
    )
    assert told.split() == ["5", "400", "401", "True", "own", "True", "True"]


def test_another_connexion_is_imported_plainly() -> None:
    """Where its modules are not where we know them to be, its own names still come from it."""
    told = run(
        "import apidouble.lightly as l\n"
        "known = l.import_lightly\n"
        "l.import_lightly = lambda modules, **rest: known([*modules, 'connexion.gone'], **rest)\n"
        "import apidouble.web.framework as f, sys\n"
        "print('asgiref' in sys.modules, f.ConnexionMiddleware.__module__)\n"
        "print(type(sys.modules['connexion']).__name__)"
    )
    assert told.split() == ["True", "connexion.middleware.main", "module"]

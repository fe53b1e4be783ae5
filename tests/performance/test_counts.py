"""A guard against getting slower that no busy machine can upset: it counts, and never times.

Function calls (Python's and C's alike) are what a request costs in CPython: a change that adds a tenth
of calls costs about a tenth of the requests per second. Each limit is the count when it was written
and a margin of 15 %, so that a small feature fits and a careless loop does not. Whoever has a good
reason to go beyond raises the number here, and says why in the commit.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.performance.double import ask, things

from apidouble.server import Application, assemble
from apidouble.settings import Settings

_COLLECTION = "/v2/customers/employees"
_KEY = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
_TOKEN = {"Authorization": "Bearer demo-token"}
_VALID = (
    b'{"contact_point_id": null, "customer_id": "160c0c4b-9966-4dc1-a916-8407eb10d74e", '
    b'"correspondence_locale": "en-GB", "family_name": "de Jong", "given_name": "Kees", "username": null}'
)
_MARGIN = 1.15
_TIMES = 64
"""Twice as often as a collection collects its last changes, so that each create bears its share of that."""
_OWN = 23
"""Calls of `ask` itself."""

Shot = tuple[str, str, bytes, int]
_SHOTS: dict[str, Shot] = {
    "GET one": ("GET", f"{_COLLECTION}/{_KEY}", b"", 200),
    "list of 25": ("GET", f"{_COLLECTION}?limit=25", b"", 200),
    "POST": ("POST", _COLLECTION, _VALID, 201),
    "refused": ("POST", _COLLECTION, b'{"username": 1}', 400),
    "without credentials": ("GET", _COLLECTION, b"", 401),
}
_CALLS = {
    "GET one": (148, 86),
    "list of 25": (193, 113),
    "POST": (295, 213),
    "refused": (214, 159),
    "without credentials": (138, 104),
}
"""For a head that the server has not met, and for one that came before."""
_BLOCKS = 18
"""Allocated blocks that one entry of the journal holds: itself, its headers and their texts."""
_WORDS = {"--version": 19, "--help": 84}
"""Modules that answering a flag imports: for help click, and what that imports, is nearly all."""
_MODULES = 640
"""Modules that serving five APIs imports, of which 225 are ours and 190 come with Connexion."""
_ASSEMBLING = 276_000
"""Calls that assembling five APIs takes."""


@pytest.fixture(scope="module")
def double() -> Application:
    """The bundled APIs."""
    return assemble(Settings())


def calls_of(
    double: Application,
    shot: Shot,
    headers: dict[str, str],
    *,
    times: int = _TIMES,
    warm: int = 30,
    again: bool = True,
) -> float:
    """Calls for one request of this kind, the mean of some after others have warmed everything up."""
    method, path, body, status = shot
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    async def run() -> None:
        for _ in range(warm):
            answer = await ask(double, method, path, body, headers, again=again)
            assert answer.status == status, answer
        sys.setprofile(count)
        try:
            for _ in range(times):
                await ask(double, method, path, body, headers, again=again)
        finally:
            sys.setprofile(None)

    before = sys.getprofile()
    try:
        asyncio.run(run())
    finally:
        sys.setprofile(before)
    return counted / times


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("name", _SHOTS)
def test_calls_for_a_request_stay_within_the_limit(double: Application, name: str, again: bool) -> None:
    """No kind of request costs more calls than when the limits were set, but for the margin."""
    headers = {} if name == "without credentials" else _TOKEN
    found = calls_of(double, _SHOTS[name], headers, again=again) - _OWN
    limit = _CALLS[name][again] * _MARGIN
    assert found <= limit, f"{name}: {found:.0f} calls, limit {limit:.0f}"


def test_the_number_of_operations_costs_nothing(tmp_path: Path) -> None:
    """GET one takes exactly as many calls among 1,223 operations as among 5."""
    few = things(tmp_path / "few")
    many = things(tmp_path / "many", operations=1_223)
    key = asyncio.run(ask(few, "GET", "/things?limit=1")).value["items"][0]["id"]
    shot = ("GET", f"/things/{key}", b"", 200)
    assert sum(len(api.contract.operations) for api in many.apis) > 1_200
    assert calls_of(many, shot, {}) == pytest.approx(calls_of(few, shot, {}), abs=1)


@pytest.mark.parametrize("query", ["colour=red", "offset=1500", "colour=red&offset=400"])
def test_the_number_of_records_costs_nothing(tmp_path: Path, query: str) -> None:
    """A page takes hardly more calls among 2,000 records than among 100, filtered and far behind, too.

    Each request asks for a page of another size, so that none is answered from the one before.
    """
    found = []
    for name, records in (("few", 100), ("many", 2_000)):
        double = things(tmp_path / name, records=records)
        shots = [("GET", f"/things?{query}&limit={size}", b"", 200) for size in (30, 10, 11, 12)]
        found.append(min([calls_of(double, shot, {}, times=1, warm=0) for shot in shots][1:]))
    few, many = found
    assert many <= few * 1.25 + 60, (few, many)


def test_a_full_journal_keeps_memory_flat(double: Application) -> None:
    """Once the journal is full, a thousand more requests leave not one block each behind."""

    async def some(times: int) -> None:
        for _ in range(times):
            await ask(double, *_SHOTS["GET one"][:2], headers=_TOKEN)

    journal = double.sandboxes.get().journal
    asyncio.run(some(2_200))
    assert len(journal) == 1_000
    gc.collect()
    before = sys.getallocatedblocks()
    asyncio.run(some(1_000))
    gc.collect()
    assert sys.getallocatedblocks() - before < 500


def test_a_journaled_request_holds_few_blocks(double: Application) -> None:
    """A request that the journal remembers holds its texts and little else."""
    sandbox = "blocks"

    async def some(times: int) -> None:
        for _ in range(times):
            await ask(double, *_SHOTS["GET one"][:2], headers={**_TOKEN, "Double-Sandbox": sandbox})

    double.sandboxes.create(sandbox)
    asyncio.run(some(50))
    gc.collect()
    before = sys.getallocatedblocks()
    asyncio.run(some(500))
    gc.collect()
    held = (sys.getallocatedblocks() - before) / 500
    assert held < _BLOCKS * _MARGIN, held


def _run(code: str) -> list[str]:
    """The lines that this code prints in a fresh interpreter."""
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return ended.stdout.splitlines()


def _modules(code: str) -> set[str]:
    """What this code imports, beside what every interpreter has; what it prints does not matter."""
    show = "\nimport sys\nprint('=====', *sys.modules, sep='\\n')"
    bare, loaded = _run(show), _run(code + show)
    return {*loaded[loaded.index("=====") :]} - {*bare}


@pytest.mark.parametrize("word", _WORDS)
def test_words_import_no_machinery(word: str) -> None:
    """Neither a command nor what serves it, and few modules of the standard library."""
    loaded = _modules(f"from apidouble.cli.main import run\nassert run([{word!r}]) == 0")
    assert not {"connexion", "asyncio", "dataclasses", "apidouble.settings", "apidouble.cli.serve"} & loaded
    assert len(loaded) <= _WORDS[word] * _MARGIN, sorted(loaded)


def test_starting_imports_no_more_than_it_must() -> None:
    """Serving loads ourselves and of Connexion what routes and guards.

    Its applications and what they bring, Faker, Lark, clients and test tools wait until somebody needs
    them.
    """
    loaded = _modules("import apidouble.server\napidouble.server.assemble(apidouble.server.Settings())")
    late = {"faker", "lark", "regex", "flask", "asgiref", "httpx", "requests", "rich", "jwt", "cryptography"}
    tools = {"hypothesis", "pytest", "schemathesis", "lxml", "numpy"}
    assert not (late | tools) & loaded
    assert len(loaded) <= _MODULES * _MARGIN, len(loaded)


def test_assembling_takes_no_more_calls_than_it_must() -> None:
    """Five documents read, compiled and understood anew, without the cache and without the imports."""
    lines = _run(
        "import sys, apidouble.server as s\n"
        "settings = s.Settings(cache=False)\n"
        "s.assemble(settings)\n"
        "calls = 0\n"
        "def count(frame, event, argument):\n"
        "    global calls\n"
        "    calls += event in {'call', 'c_call'}\n"
        "sys.setprofile(count)\n"
        "s.assemble(settings)\n"
        "sys.setprofile(None)\n"
        "print(calls)"
    )
    assert int(lines[-1]) <= _ASSEMBLING * _MARGIN, lines

"""The running program: what it says, what it answers, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.stopwatch import least

SHOP = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    get:
      responses:
        "200":
          description: All.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Item"}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
      responses:
        "201":
          description: Added.
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
  /items/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: One.
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
components:
  schemas:
    Item:
      type: object
      required: [name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
"""


class Program:
    """`apidouble` in a folder, with everything it said so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("APIDOUBLE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "apidouble", *arguments],
            cwd=folder,
            env=clean | {"XDG_CACHE_HOME": str(folder / ".cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Listening on "):
                break
        self.url = self.said[-1].removeprefix("Listening on ") if self.said else ""

    def call(self, path: str, body: object = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, list[str], str]:
        """Exit code, further lines on stdout, all of stderr."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out.splitlines(), err


Start = Callable[..., Program]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    (tmp_path / "shop.yaml").write_text(SHOP)
    running: list[Program] = []

    def begin(*arguments: str) -> Program:
        running.append(Program(tmp_path, *arguments))
        return running[-1]

    yield begin
    for program in running:
        with program.process:  # closes its pipes
            if program.process.poll() is None:
                program.process.kill()


def test_it_says_what_it_serves(start: Start) -> None:
    """Names, operations, docs, credentials, and `Listening on` once it answers."""
    program = start("serve", "--port", "0", "--seed", "5")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", program.url)
    assert program.call("/docs/staff")[0] == 200
    text = "\n".join(program.said)
    assert text.startswith("apidouble 0.1.0 serves 5 APIs, seed 5\n")
    assert f"docs {program.url}/docs/staff" in text
    assert "as default (admin): Authorization: Bearer demo-token, X-Api-Key: demo-key" in text
    assert program.end()[0] == 0


def test_one_line_for_each_request(start: Start) -> None:
    """Method, path, status, duration, sandbox, and the reason of a refusal."""
    program = start("serve", "shop.yaml", "--port", "0")
    assert program.call("/items", {"name": "one"})[0] == 201
    assert program.call("/items?x=%1b%5b2J", {"name": 1})[0] == 400
    assert program.call("/~mine/nowhere")[0] == 404
    code, lines, err = program.end()
    assert (code, err) == (0, "")
    assert len(lines) == 3
    assert re.fullmatch(r"POST /items 201 \d+\.\dms default", lines[0])
    assert re.fullmatch(r"POST /items\S* 400 \d+\.\dms default - .*name.*", lines[1])
    assert re.fullmatch(r"GET /nowhere 404 \d+\.\dms mine - .*", lines[2])


def test_quiet_says_only_where(start: Start) -> None:
    """`--quiet` leaves the one line that tools wait for."""
    program = start("serve", "shop.yaml", "--port", "0", "--quiet")
    assert program.call("/items")[0] == 200
    assert (program.said, *program.end()) == ([f"Listening on {program.url}"], 0, [], "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it(start: Start, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it with exit code 0, at once and without a word."""

    def ended() -> float:
        program = start("serve", "shop.yaml", "--port", "0", "--quiet")
        started = time.perf_counter()
        assert program.end(number) == (0, [], "")
        return time.perf_counter() - started

    assert least(ended, 2) < 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_while_it_reads(tmp_path: Path, number: signal.Signals) -> None:
    """Before it listens a signal ends it just as well."""
    path = "  /things{}:\n    get:\n      responses:\n        '200': {{description: Some.}}\n"
    paths = "".join(path.format(count) for count in range(60_000))
    (tmp_path / "slow.yaml").write_text(
        f"openapi: 3.0.3\ninfo: {{title: Slow, version: '1'}}\npaths:\n{paths}"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "apidouble", "serve", "slow.yaml", "--port", "0"],
        cwd=tmp_path,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / ".cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            # Ready for signals once its handlers stand: SIGTERM is caught (bit 15 of SigCgt).
            caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
            if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
                break
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_taken_port(start: Start) -> None:
    """The second one says what to do, before it reads anything."""
    first = start("serve", "shop.yaml", "--port", "0", "--quiet")
    port = first.url.rpartition(":")[2]
    second = start("serve", "none.yaml", "--port", port)
    code, _, err = second.end()
    assert code == 2
    assert err.startswith(f"Error: port {port} of 127.0.0.1 is in use: ")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none.yaml", None, "none.yaml"),
        ("list.yaml", b"- a\n- b\n", "list.yaml"),
        ("broken.yaml", b"openapi: 3.0.0\n  info: [\n", "broken.yaml:"),
        ("binary.yaml", bytes(range(256)), "binary.yaml"),
        ("empty.yaml", b"", "empty.yaml"),
    ],
)
def test_documents_that_cannot_be_served(
    start: Start, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    """Exit code 2, one message that names the file, no traceback."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    program = start("serve", name, "--port", "0")
    code, lines, err = program.end()
    assert (code, program.said, lines) == (2, [], [])
    assert err.startswith("Error: ")
    assert told in err
    assert "Traceback" not in err


def test_an_unreadable_document(start: Start, tmp_path: Path) -> None:
    """A file without permission is told as such."""
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (tmp_path / "shop.yaml").chmod(0)
    code, _, err = start("serve", "shop.yaml", "--port", "0").end()
    assert code == 2
    assert "Permission denied" in err


def test_settings_from_variables_and_file(start: Start, tmp_path: Path) -> None:
    """What stands in `apidouble.toml` counts for the program as well."""
    (tmp_path / "apidouble.toml").write_text('documents = ["shop.yaml"]\nport = 0\n[mount]\nshop = "/m"\n')
    program = start("serve", "--quiet")
    assert program.call("/m/items")[0] == 200
    assert program.call("/items")[0] == 404
    assert program.end()[0] == 0


def test_prisms_spelling(start: Start) -> None:
    """`mock` takes what Prism's users type, long and short."""
    flags = ["-p", "0", "-h", "127.0.0.1", "-m", "--seed", "3", "--cors=false", "--errors", "-v", "silent"]
    program = start("mock", *flags, "shop.yaml")
    assert program.said == [f"Listening on {program.url}"]
    status, body = program.call("/items", {"name": "one"})
    assert status == 201
    made = json.loads(body)
    assert json.loads(program.call(f"/items/{made['id']}")[1]) == made
    request = Request(f"{program.url}/items", headers={"Origin": "http://x"})
    with urlopen(request, timeout=10) as answer:
        assert answer.headers["access-control-allow-origin"] is None
    assert program.end()[0] == 0


def test_prisms_dynamic_answers(start: Start) -> None:
    """`-d` generates every answer, as Prism does, so that nothing is kept."""
    program = start("mock", "-dp", "0", "shop.yaml")
    status, body = program.call("/items", {"name": "mine"})
    assert status == 201
    assert json.loads(body)["name"] != "mine"
    assert program.end()[0] == 0


def test_a_broken_pipe_does_not_end_it(start: Start) -> None:
    """Whoever stops reading its output still has a double."""
    program = start("serve", "shop.yaml", "--port", "0")
    assert program.process.stdout is not None
    program.process.stdout.close()
    for _ in range(3):
        assert program.call("/items")[0] == 200
        time.sleep(0.1)
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(10) == 0
    assert program.process.stderr is not None
    with program.process.stderr as told:
        assert told.read() == ""

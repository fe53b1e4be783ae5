"""The commands that talk to a double which runs: what they do, say and exit with."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apidouble import Double
from apidouble.cli.main import run

PATH = "/pets"
DOCUMENT = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: All pets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    post:
      operationId: createPet
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
      responses:
        "201":
          description: The new pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
        "404": {description: There is none.}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 1}
"""
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    """A double with an admin token."""
    document = tmp_path_factory.mktemp("pets") / "pets.yaml"
    document.write_text(DOCUMENT, "utf-8")
    with Double(document, admin_token="secret") as double:
        yield double


@pytest.fixture
def apidouble(pets: Double, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command against the double; exit code, stdout, stderr."""
    pets.reset()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--url", pets.url, "--token", "secret"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def read(said: tuple[int, str, str]) -> Any:
    assert said[0] == 0, said
    return json.loads(said[1])


def test_wait_ends_when_the_double_is_ready(apidouble: Command, pets: Double) -> None:
    """Exit code 0, at once."""
    assert apidouble("wait") == (0, f"{pets.url} is ready\n", "")
    assert read(apidouble("wait", "--json"))["status"] == "ready"


def test_wait_gives_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody answers in time the exit code is 1, and the reason is told."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert run(["wait", "--url", url, "--timeout", "0.2"]) == 1
        assert url in capsys.readouterr().err
        assert run(["wait", "--url", url, "--timeout", "0", "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["status"] == "unreachable"


@pytest.mark.parametrize(
    "arguments",
    [
        ["reset"],
        ["snapshot"],
        ["restore", "x"],
        ["requests"],
        ["verify"],
        ["faults", "list"],
        ["faults", "clear"],
    ],
)
def test_a_double_that_is_not_there_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and one line that says where nobody answers and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert run([*arguments, "--url", url]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"Error: no double answers at {url}")
    assert said.err.count("\n") == 1


def test_a_wrong_token_is_told(pets: Double, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, with the reason that the double gave."""
    assert run(["reset", "--url", pets.url, "--token", "wrong"]) == 2
    assert "admin token" in capsys.readouterr().err


def test_the_environment_says_which_double(
    pets: Double, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """APIDOUBLE_URL and APIDOUBLE_ADMIN_TOKEN stand for the flags."""
    monkeypatch.setenv("APIDOUBLE_URL", pets.url)
    monkeypatch.setenv("APIDOUBLE_ADMIN_TOKEN", "secret")
    assert run(["wait"]) == 0
    assert run(["reset"]) == 0
    assert "back at its seed" in capsys.readouterr().out


def test_reset_takes_changes_back(apidouble: Command, pets: Double) -> None:
    """Records are as the seed made them; what is to be kept stays."""
    before = pets.state.count("pets")
    pets.request("POST", PATH, json={"name": "Rex"})
    pets.faults.add(status=503, times=1)
    assert "but for faults" in apidouble("reset", "--keep", "faults")[1]
    assert pets.state.count("pets") == before
    assert len(pets.faults.list()) == 1
    assert read(apidouble("reset", "--json"))["sandbox"] == "default"
    assert pets.faults.list() == []
    code, _, err = apidouble("reset", "--keep", "nothing")
    assert code == 2
    assert "keep" in err


def test_commands_act_on_the_sandbox_that_is_named(apidouble: Command, pets: Double) -> None:
    """Another sandbox stays as it is."""
    with pets.sandbox("mine") as mine:
        mine.request("POST", PATH, json={"name": "Rex"})
        changed = mine.state.count("pets")
        apidouble("reset", "--sandbox", "another")
        assert mine.state.count("pets") == changed
        apidouble("reset", "--sandbox", "mine")
        assert mine.state.count("pets") == changed - 1


def test_snapshots_by_name_and_by_file(apidouble: Command, pets: Double, tmp_path: Path) -> None:
    """What was kept comes back, in the same double under its name, anywhere from the file."""
    file = tmp_path / "before.json"
    before = pets.state.get("pets")
    code, out, _ = apidouble("snapshot", "before", "--output", str(file))
    assert (code, str(file) in out) == (0, True)
    assert "before" in apidouble("snapshot")[1]
    assert [one["name"] for one in read(apidouble("snapshot", "--json"))["snapshots"]] == ["before"]
    pets.state.clear("pets")
    assert apidouble("restore", "before")[0] == 0
    assert pets.state.get("pets") == before
    pets.state.clear("pets")
    assert read(apidouble("restore", "--input", str(file), "copy", "--json"))["name"] == "copy"
    assert pets.state.get("pets") == before
    assert apidouble("restore", "unknown")[0] == 2
    assert apidouble("restore")[0] == 2
    file.write_text("no snapshot", "utf-8")
    assert apidouble("restore", "--input", str(file))[0] == 2


def test_requests_are_shown_and_forgotten(apidouble: Command, pets: Double) -> None:
    """One line for each that fits; near misses for those at which nothing is served."""
    pets.request("GET", PATH)
    pets.request("GET", "/pest")
    pets.request("POST", PATH, json={"name": ""})
    code, out, _ = apidouble("requests")
    assert code == 0
    assert [line.split()[1:4] for line in out.splitlines()] == [
        ["GET", "/pets", "200"],
        ["GET", "/pest", "404"],
        ["POST", "/pets", "400"],
    ]
    assert [one["path"] for one in read(apidouble("requests", "--method", "get", "--json"))["requests"]] == [
        "/pets",
        "/pest",
    ]
    assert [one["status"] for one in read(apidouble("requests", "--violation", "--json"))["requests"]] == [
        400
    ]
    assert "near: GET /pets" in apidouble("requests", "--unmatched")[1]
    assert len(read(apidouble("requests", "--limit", "1", "--json"))["requests"]) == 1
    assert apidouble("requests", "--clear", "--status", "4XX")[1] == "2 forgotten\n"
    assert pets.requests.count() == 1


def test_verify_says_what_came_instead(apidouble: Command, pets: Double) -> None:
    """Exit code 0 or 1; a matcher that makes no sense is 2."""
    pets.request("GET", PATH)
    assert apidouble("verify", "--method", "GET", "--path", "/p*", "--exactly", "1")[0] == 0
    code, out, err = apidouble("verify", "--method", "DELETE")
    assert (code, err) == (1, "")
    assert "GET /pets" in out
    code, out, _ = apidouble("verify", "--operation", "listPets", "--at-most", "0", "--json")
    assert code == 1
    assert json.loads(out)["verified"] is False
    assert read(apidouble("verify", "--operation", "listPets", "--json"))["count"] == 1
    assert apidouble("verify", "--status", "soon")[0] == 2
    assert apidouble("verify", "--exactly", "1", "--at-most", "2")[0] == 2


def test_faults_are_ordered_listed_and_taken_back(apidouble: Command, pets: Double) -> None:
    """A fault strikes what it matches, and the list says how often."""
    code, out, _ = apidouble("faults", "add", "--status", "503", "--method", "GET", "--times", "1")
    assert code == 0
    assert "fault-1" in out
    assert [pets.request("GET", PATH).status for _ in range(2)] == [503, 200]
    assert "struck 1" in apidouble("faults", "list")[1]
    other = read(apidouble("faults", "add", "--effect", "malformed", "--operation", "listPets", "--json"))
    assert apidouble("faults", "clear", other["id"])[0] == 0
    assert [one["id"] for one in read(apidouble("faults", "list", "--json"))["faults"]] == ["fault-1"]
    assert read(apidouble("faults", "clear", "--json")) == {"cleared": "all"}
    assert pets.faults.list() == []
    assert apidouble("faults", "add", "--method", "GET")[0] == 2
    assert apidouble("faults", "add", "--effect", "nonsense")[0] == 2

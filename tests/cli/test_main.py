"""The program as a whole: quick, with documented exit codes, and one readable message where it cannot run."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from apidouble.cli.program import COMMANDS, program

HEAVY = {"connexion", "starlette", "uvicorn", "faker", "jsonschema_rs", "yaml", "lark", "orjson", "asyncio"}


def apidouble(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the caller looks at the code
        [sys.executable, "-m", "apidouble", *arguments],
        cwd=cwd,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["serve", "--help"], ["mock", "--help"]])
def test_light_imports(arguments: list[str]) -> None:
    """Asking for the version or for help loads nothing heavy, so it is answered at once."""
    code = (
        "import sys; from apidouble.cli.main import run; code = run(sys.argv[1:]);"
        " print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout
    assert not HEAVY & set(done.stderr.split())


def test_the_version_is_that_of_the_installed_package() -> None:
    """`--version`, alone or beside other flags, tells what the package's metadata say."""
    told = f"apidouble {version('apidouble')}\n"
    assert apidouble("--version").stdout == apidouble("--version", "--help").stdout == told


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_what_their_help_says(command: str) -> None:
    """`apidouble --help` imports no command, and yet each line of it is the command's own."""
    found = program.get_command(click.Context(program), command)
    assert found is not None
    assert found.get_short_help_str(1000) == COMMANDS[command]


def test_help_tells_commands_and_exit_codes() -> None:
    """`--help` lists every command and says what each exit code means."""
    done = apidouble("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
    assert "Exit codes:\n    0  fine\n    1  findings" in done.stdout
    assert "APIDOUBLE_PORT" in done.stdout


def test_every_command_has_help() -> None:
    """Each command and each of its flags is explained."""
    for command in COMMANDS:
        done = apidouble(command, "--help")
        assert done.returncode == 0
        lines = done.stdout.splitlines()
        assert lines[2].strip(), command
        options = lines[lines.index("Options:") + 1 :]
        bare = [
            line for line in options if line.startswith("  -") and not line[2:].partition("  ")[2].strip()
        ]
        # A flag that is too long for its column has its text on the next line.
        assert all(options[options.index(line) + 1].startswith("     ") for line in bare), command


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sevre"], "There is no command 'sevre'. Did you mean 'serve'?"),
        (["openapi.yaml"], "To serve a document: apidouble serve openapi.yaml"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (
            ["serve", "--prot", "1"],
            "No such option '--prot'. (Did you mean one of: '--host', '--mount', '--port'?)",
        ),
        (["serve", "--port", "x"], "Error: --port: 'x' makes no sense here; expected a whole number from 0"),
        (["serve", "--workers", "4"], "there is no --workers"),
        (["serve", "--host", "203.0.113.1"], "cannot listen on port 4010 of 203.0.113.1"),
        (["serve", "--config", "none.toml"], "Error: none.toml: cannot be read: No such file"),
        (["mock"], "Missing argument 'DOCUMENT'"),
        (["new", "Bad Name"], "'Bad Name' cannot name an API; expected lower-case words"),
    ],
)
def test_what_cannot_run(tmp_path: Path, arguments: list[str], told: str) -> None:
    """Exit code 2, one message that says what is wrong, no traceback."""
    done = apidouble(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_variables_cannot_run(tmp_path: Path) -> None:
    """The environment is refused in the same words as flags."""
    done = apidouble("serve", cwd=tmp_path, APIDOUBLE_AUTH="maybe")
    assert done.returncode == 2
    assert done.stderr == "Error: APIDOUBLE_AUTH: 'maybe' makes no sense here; expected strict, any or off\n"


def test_a_reader_that_leaves() -> None:
    """`apidouble --help | head -1` ends without complaint."""
    command = f"set -o pipefail; {sys.executable} -m apidouble --help | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", ["--version", "--help", "serve --port x"])
def test_closed_streams(arguments: str) -> None:
    """Where the shell has closed both outputs, the exit code is all that is told."""
    command = f"{sys.executable} -m apidouble {arguments} >&- 2>&-"
    assert subprocess.run(["bash", "-c", command]).returncode == (2 if "x" in arguments else 0)  # noqa: PLW1510


def test_new_writes_files_once(tmp_path: Path) -> None:
    """`apidouble new` makes a project's files and never overwrites one."""
    done = apidouble("new", "meeting-rooms", cwd=tmp_path)
    assert done.returncode == 0
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert written == ["fixtures/meeting-rooms.yaml", "rules/meeting_rooms.py", "specs/meeting-rooms.yaml"]
    assert "{{" not in "".join((tmp_path / name).read_text() for name in written)
    assert "operationId: readMeetingRoom\n" in (tmp_path / "specs/meeting-rooms.yaml").read_text()
    again = apidouble("new", "meeting-rooms", cwd=tmp_path)
    assert again.returncode == 2
    assert (
        "specs/meeting-rooms.yaml, fixtures/meeting-rooms.yaml, rules/meeting_rooms.py: exists"
        in again.stderr
    )

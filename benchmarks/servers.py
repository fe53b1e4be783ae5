"""The servers that are compared, each started on a free port and stopped again.

In: a name. Out: a running server with its URL, its start-up time and its memory. May not know: what
is asked of it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = Path(os.environ.get("APIDOUBLE_PEERS", ROOT / "node_modules"))
"""Where `npm install` put the peers; see README.md beside this file."""


@dataclass(frozen=True, slots=True)
class Server:
    """How to start one server; `{port}` in the command is replaced."""

    name: str
    command: Sequence[str]
    probe: str = "/v2/customers/employees"
    probe_headers: Mapping[str, str] = field(default_factory=lambda: {"Authorization": "Bearer demo-token"})
    note: str = ""


@dataclass(slots=True)
class Running:
    """A server that answers."""

    url: str
    ready: float
    """Seconds from its start to its first answer."""
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of CPU time that the process and its children have spent so far."""
        return sum(_spent(pid) for pid in (self.process.pid, *_children(self.process.pid)))

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let the server run for this long, and stop it in its tracks before and afterwards: what a virtual
        machine compiles or cleans up after its turn would be taken from the next server's.
        """
        os.killpg(self.process.pid, signal.SIGCONT)
        try:
            yield
        finally:
            self.sleep()

    def sleep(self) -> None:
        """Stop it in its tracks."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def memory(self) -> float:
        """Resident megabytes of the process and its children."""
        pids = [self.process.pid, *_children(self.process.pid)]
        return sum(_resident(pid) for pid in pids)


def environment() -> dict[str, str]:
    """What programs run with: ours, but bytecode is kept.

    An installed package comes with it; where `PYTHONDONTWRITEBYTECODE` is set, a source tree would be
    compiled anew at each start, which takes as long as all the rest of it.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def peer(name: str) -> str | None:
    """The program of a peer, None where it is not installed."""
    local = PEERS / ".bin" / name
    return str(local) if local.exists() else shutil.which(name)


def peer_version(name: str) -> str:
    """The version of an installed peer, '' where it does not say."""
    program = peer(name)
    if program is None:
        return ""
    told = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    found = re.search(r"\d+\.\d+\.\d+", told)
    return found[0] if found else ""


def ours(*arguments: str) -> list[str]:
    """Our own command line, from the environment that runs the benchmark."""
    program = Path(sys.executable).with_name("apidouble")
    return [str(program), "serve", *arguments, "--quiet", "--port", "{port}"]


def uvicorn(application: str) -> list[str]:
    """A bare application under the server that we use, set up as ours is."""
    return [
        sys.executable, "-m", "uvicorn", application, "--app-dir", str(HERE), "--port", "{port}",
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "critical",
        "--no-server-header",
    ]  # fmt: skip


@contextmanager
def running(server: Server, *, patience: float = 60.0) -> Iterator[Running]:
    """Start a server, wait until it answers, stop it at the end."""
    port = _free_port()
    command = [part.replace("{port}", str(port)) for part in server.command]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(),
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url + server.probe, server.probe_headers, process, patience)
        yield Running(url, time.perf_counter() - started, process)
    finally:
        _stop(process)


def _wait(url: str, headers: Mapping[str, str], process: subprocess.Popen[bytes], patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode} before it answered")
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{url} did not answer within {patience} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGCONT)
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _resident(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _spent(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    # The name of the program, in brackets, may hold anything.
    numbers = text.rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    found: list[int] = []
    for child in map(int, listed.split()):
        found += [child, *_children(child)]
    return found

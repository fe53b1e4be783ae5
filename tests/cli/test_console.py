"""One line for each request, safe for terminals, and never in the way of the double."""

from __future__ import annotations

import asyncio
import io
import os
import time
from collections.abc import Iterator
from typing import IO

import pytest

from apidouble.cli.console import PENDING, Console, plain
from apidouble.web.app import Observation


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], IO[str]]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader, os.fdopen(writing, "w") as writer:
        yield reader, writer


def lines_of(console: Console, reader: IO[bytes], *requests: Observation) -> list[str]:
    async def run() -> None:
        for request in requests:
            console.request(request)
        await asyncio.sleep(0.1)

    asyncio.run(run())
    return os.read(reader.fileno(), 1 << 20).decode().splitlines()


def test_one_line_for_each_request(pipe: tuple[IO[bytes], IO[str]]) -> None:
    """Method, path, status, duration, sandbox, and the reason of a refusal."""
    reader, writer = pipe
    assert lines_of(
        Console(writer),
        reader,
        Observation("GET", "/a?b=1", 200, 0.00123, "default", "", "listA"),
        Observation("POST", "/a", 400, 0.0004, "mine", "body name: is missing", "addA"),
    ) == ["GET /a?b=1 200 1.2ms default", "POST /a 400 0.4ms mine - body name: is missing"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nGET /forged 200", "a\\nGET /forged 200"),
        ("\u202eevil", "\\u202eevil"),
        ("\udcff", "\\udcff"),
        ("Zoë", "Zoë"),
    ],
)
def test_nothing_can_steer_the_terminal(pipe: tuple[IO[bytes], IO[str]], text: str, shown: str) -> None:
    """Control characters, forged lines, direction marks and broken text are spelled out."""
    reader, writer = pipe
    request = Observation("GET", f"/{text}", 404, 0.001, "default", f"no {text}", "")
    assert lines_of(Console(writer), reader, request) == [f"GET /{shown} 404 1.0ms default - no {shown}"]


def test_colours_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colours unless NO_COLOR or a dumb terminal says otherwise; a pipe never does."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    main, other = os.openpty()
    with os.fdopen(main, "rb", closefd=True) as reader, os.fdopen(other, "w") as terminal:
        console = Console(terminal)
        (line,) = lines_of(console, reader, Observation("GET", "/200", 503, 0.001, "s", "", ""))
        assert line == "\x1b[1mGET\x1b[0m /200\x1b[31m 503 \x1b[0m\x1b[2m1.0ms s\x1b[0m"
        for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
            with monkeypatch.context() as patch:
                patch.setenv(name, value)
                assert not Console(terminal).colour


def test_a_reader_that_never_reads_does_not_stop_the_double(pipe: tuple[IO[bytes], IO[str]]) -> None:
    """A full pipe costs lines, not time; once it is read again the gap is told."""
    reader, writer = pipe
    console = Console(writer)

    async def run() -> tuple[float, list[str]]:
        started = time.perf_counter()
        for _ in range(40):
            for _ in range(1000):
                console.request(Observation("GET", "/" + "a" * 100, 200, 0.001, "default", "", ""))
            await asyncio.sleep(0)
            console.flush()
        spent = time.perf_counter() - started
        text = b""
        while b"left out" not in text:
            text += os.read(reader.fileno(), 1 << 16)
            console.flush()
            console.request(Observation("GET", "/after", 200, 0.001, "default", "", ""))
        return spent, text.decode().splitlines()

    spent, lines = asyncio.run(run())
    assert spent < 5
    complete = [line for line in lines if line == f"GET /{'a' * 100} 200 1.0ms default"]
    assert PENDING // 130 < len(complete) < 40_000
    assert any(line.endswith("lines left out: nobody read them in time)") for line in lines)


def test_a_reader_that_leaves_does_not_end_the_double() -> None:
    """After `| head` has gone, lines go nowhere."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as writer:
        console = Console(writer)
        os.close(reading)
        for _ in range(3):
            console.say("nobody hears this")
        console.close()


def test_the_last_lines_are_waited_for(pipe: tuple[IO[bytes], IO[str]]) -> None:
    """Ending flushes what is pending, without a loop, and does not wait for ever."""
    reader, writer = pipe
    console = Console(writer)
    console.say("x" * 200_000)
    started = time.perf_counter()
    console.close()
    assert time.perf_counter() - started < 5
    assert os.read(reader.fileno(), 10) == b"x" * 10


def test_streams_without_a_descriptor() -> None:
    """In-process use with text streams works as well."""
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err)
    console.say("hello")
    console.warn("look\x1b here")
    console.close()
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "look\\x1b here\n")


def test_plain_keeps_lines() -> None:
    """A message of several lines stays one of several lines."""
    assert plain("a\nb\tc") == "a\nb\\tc"

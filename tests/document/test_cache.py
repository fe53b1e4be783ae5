"""The cache on disk: the same document, sooner, and never a wrong one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apidouble.document import cache as caching
from apidouble.document.load import load

Write = Callable[..., Path]


def large(**more: Any) -> dict[str, Any]:
    """A document that is large enough to be worth keeping."""
    schemas = {
        f"S{number}": {"type": "object", "description": "x" * 1000, "nullable": True} for number in range(120)
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.is_dir() else []


def test_a_second_reading_gives_the_same(write: Write, folder: Path) -> None:
    """Root, published form, findings, lines."""
    path = write({"api.yaml": large(paths={"/a/{id}": {"get": {}}})})
    first, second = load(path, cache=folder), load(path, cache=folder)
    assert len(entries(folder)) == 1
    assert second.root == first.root
    assert second.findings == first.findings
    assert first.findings
    assert second.published.json() == first.published.json()
    pointer = "/components/schemas/S7/description"
    assert second.locate(pointer) == first.locate(pointer)
    assert (second.name, second.source, second.version) == (first.name, first.source, first.version)


def test_small_documents_and_none_are_not_kept(write: Write, folder: Path) -> None:
    """It would not pay, or was not asked for."""
    small = write({"api.yaml": {"openapi": "3.0.0", "paths": {}}})
    load(small, cache=folder)
    load(write({"large.yaml": large()}))
    assert entries(folder) == []


def test_any_change_is_seen(write: Write, folder: Path) -> None:
    """In the document, in a file it pulls in, in an overlay, in what is allowed."""
    files = {
        "api.yaml": large(paths={"/a": {"$ref": "a.yaml"}}),
        "a.yaml": {"get": {"responses": {}, "summary": "one"}},
    }
    path = write(files)
    assert load(path, cache=folder).root["paths"]["/a"]["get"]["summary"] == "one"
    write({"a.yaml": {"get": {"responses": {}, "summary": "two"}}})
    assert load(path, cache=folder).root["paths"]["/a"]["get"]["summary"] == "two"
    (path.parent / "a.yaml").unlink()
    assert "get" not in load(path, cache=folder).root["paths"]["/a"]
    write({"a.yaml": {"get": {"responses": {}, "summary": "three"}}})
    assert load(path, cache=folder).root["paths"]["/a"]["get"]["summary"] == "three"
    write(
        {
            "api.overlay.yaml": {
                "overlay": "1.0.0",
                "actions": [{"target": "$.info", "update": {"title": "over"}}],
            }
        }
    )
    assert load(path, cache=folder).root["info"]["title"] == "over"
    write({"api.yaml": large(info={"title": "new", "version": "1"})})
    (path.parent / "api.overlay.yaml").unlink()
    assert load(path, cache=folder).root["info"]["title"] == "new"


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00\xff", b'{"digest": 1}\n{}'])
def test_a_broken_entry_is_read_anew(write: Write, folder: Path, damage: bytes) -> None:
    """Half written, cut off, or something else altogether."""
    path = write({"api.yaml": large()})
    first = load(path, cache=folder)
    (entry,) = entries(folder)
    whole = entry.read_bytes()
    for content in (damage, whole[:-10], whole[:200] + b"x" + whole[200:]):
        entry.write_bytes(content)
        assert load(path, cache=folder).root == first.root
        assert entry.read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_is_no_reason_to_fail(write: Write, tmp_path: Path) -> None:
    """The cache is a convenience."""
    path = write({"api.yaml": large(), "file": "in the way"})
    assert load(path, cache=tmp_path / "file" / "cache").root["paths"] == {}


def _write_some(folder: Path, count: int, size: int = 0) -> None:
    for number in range(count):
        caching.write(folder, f"{number:040}", caching.Entry({"n": number}, b"x" * size, {}))


def test_old_entries_go(folder: Path) -> None:
    """The folder does not grow for ever."""
    _write_some(folder, 310)
    assert len(entries(folder)) <= 300
    kept = caching.read(folder, f"{309:040}")
    assert kept is not None
    assert kept.root == {"n": 309}


def test_large_entries_go_sooner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes count as well as entries; but what was written last stays, whatever its size."""
    monkeypatch.setattr(caching, "_BYTES", 5_000)
    _write_some(folder, 10, 1_000)
    assert 2 <= len(entries(folder)) <= 4
    _write_some(folder, 1, 10_000)
    assert len(entries(folder)) == 1


def test_lines_are_not_read_from_a_document_that_changed(
    write: Write, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The text as it was read is kept, compressed, for as long as the document lives."""
    caplog.set_level(logging.WARNING)
    path = write({"api.yaml": large()})
    found = load(path, cache=folder)
    before = found.locate("/components/schemas/S7")
    path.write_text("openapi: 3.0.0\n")
    assert found.locate("/components/schemas/S7") == before

"""From arguments to documents: files, folders, projects, URLs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apidouble.document.find import find, is_document
from apidouble.errors import DocumentError

Write = Callable[..., Path]
DOCUMENT: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}


def found(tmp_path: Path, *arguments: str) -> list[tuple[str, str]]:
    documents = find([str(tmp_path / argument) for argument in arguments])
    return [(document.name, str(Path(document.source).relative_to(tmp_path))) for document in documents]


def test_a_project_gives_the_documents_below_specs(write: Write, tmp_path: Path) -> None:
    """Fixtures, rules and overlays are no documents, whatever they hold."""
    write({
        "specs/pets.yaml": DOCUMENT,
        "specs/pets.overlay.yaml": {"overlay": "1.0.0", "openapi": "3.0.0", "actions": []},
        "specs/more/orders.json": DOCUMENT,
        "fixtures/pets.yaml": DOCUMENT,
        "rules/pets.yaml": DOCUMENT,
        "other.yaml": DOCUMENT,
    })  # fmt: skip
    assert found(tmp_path, "") == [("pets", "specs/pets.yaml"), ("orders", "specs/more/orders.json")]
    assert {document.project for document in find([str(tmp_path)])} == {tmp_path}
    for argument in ("specs", "specs/pets.yaml"):
        assert find([str(tmp_path / argument)])[0].project == tmp_path


def test_a_plain_folder_gives_every_document_below_it(write: Write, tmp_path: Path) -> None:
    """Parts that others refer to are none; nor is what hides or belongs to packages."""
    write({
        "api/openapi.yaml": DOCUMENT,
        "api/schemas/pet.yaml": {"type": "object"},
        "api/schemas/strange.yaml": "x:\n  openapi: 3.0.0\n",
        "api/parts.json": {"components": {"openapi": "3.0.0"}},
        ".hidden/openapi.yaml": DOCUMENT,
        "node_modules/x/openapi.yaml": DOCUMENT,
        "readme.md": "openapi: 3.0.0",
        "list.yaml": "- openapi: 3.0.0\n",
    })  # fmt: skip
    assert found(tmp_path, "") == [("openapi", "api/openapi.yaml")]
    (document,) = find([str(tmp_path)])
    assert document.root == tmp_path


def test_names_that_clash_take_the_folders_that_differ(write: Write, tmp_path: Path) -> None:
    """Sensibly: only as much as is needed, and only where it is."""
    files = ["a/v1/openapi.yaml", "a/v2/openapi.yaml", "b/v1/openapi.yaml", "c/pets.yaml", "c/pets.json"]
    write(dict.fromkeys(files, DOCUMENT))
    names = dict(zip([name for name, _ in found(tmp_path, "")], files, strict=True))
    assert len(names) == 5
    assert {name for name in names if "v2" in name} == {"v2-openapi"}
    assert "a-v1-openapi" in names
    assert "b-v1-openapi" in names


def test_a_file_given_by_name_is_taken_at_its_word(write: Write, tmp_path: Path) -> None:
    """Whatever it is called and holds: reading it tells what is wrong. Twice is once."""
    write({"notes.txt": "x"})
    assert found(tmp_path, "notes.txt", "./notes.txt") == [("notes", "notes.txt")]


def test_a_url_is_passed_on() -> None:
    """Without project; it is fetched when it is read."""
    (document,) = find(["https://example.com/api/pets.yaml"])
    assert (document.source, document.name, document.project) == (
        "https://example.com/api/pets.yaml",
        "pets",
        None,
    )


def test_all_that_is_wrong_is_told_at_once(write: Write, tmp_path: Path) -> None:
    """A missing file and a folder without documents."""
    write({"empty/readme.md": "x"})
    with pytest.raises(DocumentError) as error:
        find([str(tmp_path / "none.yaml"), str(tmp_path / "empty")])
    assert [finding.message for finding in error.value.findings] == [
        "does not exist",
        "the folder holds no OpenAPI document",
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.yaml", "openapi: 3.0.0\n", True),
        ("a.yaml", "# note\n\ninfo: {}\nopenapi: '3.1.0'\n", True),
        ("a.yml", '"swagger" : "2.0"\n', True),
        ("a.yaml", "swagger: 2.0\n", True),
        ("a.yaml", "{openapi: 3.0.0, paths: {}}", True),
        ("a.yaml", "a:\n  openapi: 3.0.0\n", False),
        ("a.yaml", "openapi:\n  x: 1\n", False),
        ("a.json", '{"components": {"a": 1}, "openapi": "3.0.0"}', True),
        ("a.json", '{"a": {"openapi": "3.0.0"}}', False),
        ("a.json", '{"openapi": "3.0.0",}', True),
        ("a.json", '["openapi", 3]', False),
        ("a.txt", "openapi: 3.0.0\n", False),
        ("a.overlay.yaml", "openapi: 3.0.0\n", False),
        ("a.yaml", b"\xff\xfe" + "openapi: 3.0.0\n".encode("utf-16-le"), True),
        ("a.yaml", b"\x00\x01openapi", False),
    ],
)  # fmt: skip
def test_a_document_says_so_at_its_top(write: Write, name: str, content: Any, expected: bool) -> None:
    """Wherever among its members, in any encoding."""
    assert is_document(write({name: content})) is expected

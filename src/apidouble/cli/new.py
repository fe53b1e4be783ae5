"""`apidouble new`: the files of one more API, ready to be served and to be rewritten.

In: a name, a project folder. Out: a document, a fixture, rules and scenarios in it. May not know:
how documents are read or served.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import click

from apidouble.errors import SettingsError

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
EXAMPLES = {"id": "6f1c0a52-8d3b-4e7f-9a64-2b5d8c0e1f37", "other": "b3e9d7a4-51c2-4f08-8e6d-70a1c4f2d985"}


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--folder", metavar="FOLDER", default=".", help="The project's folder.  [default: .]")
def command(name: str, folder: str) -> None:
    """Write the files of one more API called NAME.

    A document, a fixture, rules and scenarios. Existing files are never touched.
    """
    if not NAME.fullmatch(name):
        raise SettingsError(
            f"NAME: {name!r} cannot name an API; expected lower-case words joined by hyphens, such as"
            " meeting-rooms"
        )
    written = scaffold(name, Path(folder))
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"Serve it with: apidouble serve {folder}" if folder != "." else "Serve it: apidouble serve .")


def scaffold(name: str, root: Path) -> list[Path]:
    """Write the files; their paths. SettingsError where one of them exists already."""
    module = name.replace("-", "_")
    # This project keeps its own rules in the package; a project of a user's keeps them beside specs/.
    package = root / "src" / "apidouble" / "rules"
    wanted = {
        root / "specs" / f"{name}.yaml": "spec.yaml",
        root / "fixtures" / f"{name}.yaml": "fixture.yaml",
        (package if package.is_dir() else root / "rules") / f"{module}.py": "rules.py.txt",
    }
    if package.is_dir():
        wanted[root / "tests" / "scenarios" / f"test_{module}.py"] = "scenarios.py.txt"
    taken = [str(path) for path in wanted if path.exists()]
    if taken:
        raise SettingsError(f"{', '.join(taken)}: exists already; choose another NAME or remove it first")
    words = _words(name)
    written: list[Path] = []
    for path, template in wanted.items():
        if written and "collection" not in words:
            words["collection"] = _collection(written[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        text = files("apidouble.cli").joinpath("templates").joinpath(template).read_text("utf-8")
        path.write_text(re.sub(r"\{\{(\w+)\}\}", lambda found: words[found[1]], text), "utf-8")
        written.append(path)
    return written


def _collection(document: Path) -> str:
    """What the model calls the records of the scaffolded document: the fixture must use the same word."""
    from apidouble.contract.compile import compile_contract
    from apidouble.document.load import load
    from apidouble.model.infer import infer

    return next(iter(infer(compile_contract(load(str(document)))).resources))


def _words(name: str) -> dict[str, str]:
    words = name.replace("-", " ")
    plural = words.title().replace(" ", "")
    return EXAMPLES | {
        "name": name,
        "words": words,
        "title": words.capitalize(),
        "Plural": plural,
        "Singular": _singular(plural),
    }


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    if plural.endswith("s") and not plural.endswith("ss"):
        return plural[:-1]
    return f"{plural}Item"

"""The wheel works without the source tree: built, installed into an empty environment, served, tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.xdist_group("wheel")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, freshly built."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`apidouble` in an environment that holds the wheel and what it depends on, but not the source tree."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    # Our own dependencies stand in for a download. A path in a .pth file is added as it is: the
    # .pth files in it, the editable install of the source tree among them, are not looked at.
    site = sysconfig.get_path("purelib", vars={"base": str(folder)})
    (Path(site) / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*command, "--ignore-installed", str(wheel)], check=True, capture_output=True, timeout=120)
    return folder / "bin" / "apidouble"


@pytest.fixture(scope="module")
def url(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bundled APIs, served from an empty folder."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "APIDOUBLE"))
    }
    process = subprocess.Popen(
        [program, "serve", "--port", "0", "--quiet"],
        cwd=tmp_path_factory.mktemp("empty"),
        env=clean,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Listening on "), line
    yield line.split()[-1]
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


def test_it_holds_what_it_needs(wheel: Path) -> None:
    """Documents, fixtures, pages, templates and types are in it; tests are not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("specs", "fixtures"):
        for path in (ROOT / folder).iterdir():
            assert f"apidouble/_data/{folder}/{path.name}" in names
    package = ROOT / "src"
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(package).as_posix() in names
    assert not [name for name in names if "test" in name.split("/")[0]]


def test_it_runs_from_its_own_files(program: Path, tmp_path: Path) -> None:
    """The installed program imports nothing from the source tree."""
    code = "import apidouble, sys; print(apidouble.__file__); print(*sys.path)"
    done = subprocess.run(
        [program.parent / "python", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert str(program.parents[1]) in done.stdout.splitlines()[0]
    assert str(ROOT / "src") not in done.stdout


def test_it_serves_all_bundled_apis(url: str) -> None:
    """Served from an empty folder, the index names each document of the project, with working docs."""
    with urlopen(url) as answer:
        apis = json.load(answer)["apis"]
    assert {api["name"] for api in apis} == {path.stem for path in (ROOT / "specs").glob("*.yaml")}
    for api in apis:
        with urlopen(f"{url}/{api['openapi']}") as answer:
            assert json.load(answer)["openapi"].startswith("3.")
    with urlopen(f"{url}/docs/_static/swagger-ui-bundle.js") as answer:
        assert len(answer.read()) > 500_000


def test_the_scenarios_hold(url: str) -> None:
    """Everything that the five APIs promise holds for the installed wheel, over a real socket."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        str(ROOT / "tests" / "scenarios"),
    ]
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        command,
        cwd=ROOT,
        env=os.environ | {"APIDOUBLE_TEST_URL": url},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout

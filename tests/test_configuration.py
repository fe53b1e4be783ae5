"""Settings come from flags, environment, config file and defaults, in this order, or are refused in words."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.configuration import load, options
from apidouble.errors import SettingsError
from apidouble.settings import Settings


def test_nothing_given_means_the_defaults(tmp_path: Path) -> None:
    """Without flags, variables and file every setting has its default."""
    assert load({}, {}, tmp_path) == Settings()


def test_every_setting_can_be_given() -> None:
    """The table of options covers each field of `Settings`, once."""
    fields = [option.field for option in options().values()]
    assert sorted(fields) == sorted(field.name for field in dataclasses.fields(Settings))


@pytest.mark.parametrize(
    ("flags", "environ", "file", "port"),
    [
        ({"port": "1"}, {"APIDOUBLE_PORT": "2"}, "port = 3", 1),
        ({"port": None}, {"APIDOUBLE_PORT": "2"}, "port = 3", 2),
        ({}, {"APIDOUBLE_PORT": ""}, "port = 3", 3),
        ({}, {}, "", 4010),
    ],
)
def test_flags_win_then_environment_then_file(
    tmp_path: Path, flags: dict[str, Any], environ: dict[str, str], file: str, port: int
) -> None:
    """The nearest place that says something decides."""
    (tmp_path / "apidouble.toml").write_text(file)
    assert load(flags, environ, tmp_path).port == port


def test_all_kinds_of_values_from_a_file(tmp_path: Path) -> None:
    """The file takes TOML's own types; its relative paths start from its folder."""
    (tmp_path / "apidouble.toml").write_text(
        """
        documents = ["a.yaml", "https://example.com/b.yaml"]
        overlay = "o.yaml"
        clock = 2030-01-02T03:04:05Z
        no-cors = true
        allow_remote = true
        sandbox-idle = 1.5
        [mount]
        a = "/a/b"
        [set.staff]
        limit = 5
        """
    )
    settings = load({}, {}, tmp_path)
    assert settings.documents == (str(tmp_path / "a.yaml"), "https://example.com/b.yaml")
    assert settings.overlays == (tmp_path / "o.yaml",)
    assert settings.clock == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (settings.cors, settings.allow_remote, settings.sandbox_idle) == (False, True, 1.5)
    assert (settings.mounts, settings.values) == ({"a": "/a/b"}, {"staff": {"limit": 5}})


def test_pyproject_is_read_where_there_is_no_file_of_our_own(tmp_path: Path) -> None:
    """`[tool.apidouble]` counts; `apidouble.toml` beside it wins."""
    (tmp_path / "pyproject.toml").write_text("[tool.apidouble]\nseed = 7\n")
    assert load({}, {}, tmp_path).seed == 7
    (tmp_path / "apidouble.toml").write_text("seed = 8")
    assert load({}, {}, tmp_path).seed == 8


def test_a_named_config_file(tmp_path: Path) -> None:
    """`--config` and `APIDOUBLE_CONFIG` name the file, whatever lies in the folder."""
    (tmp_path / "apidouble.toml").write_text("seed = 8")
    other = tmp_path / "other.toml"
    other.write_text("seed = 9")
    assert load({"config": str(other)}, {}, tmp_path).seed == 9
    assert load({}, {"APIDOUBLE_CONFIG": str(other)}, tmp_path).seed == 9


def test_maps_are_filled_up_by_entry(tmp_path: Path) -> None:
    """A flag for one API's setting leaves the file's other settings alone."""
    (tmp_path / "apidouble.toml").write_text("[set.staff]\nlimit = 5\nname = 'x'\n[mount]\na = '/a'")
    settings = load({"set": ("staff.limit=6", "other.on=true"), "mount": ("b=/b",)}, {}, tmp_path)
    assert settings.values == {"staff": {"limit": 6, "name": "x"}, "other": {"on": True}}
    assert settings.mounts == {"a": "/a", "b": "/b"}


def test_lists_in_variables_are_split_as_a_shell_would(tmp_path: Path) -> None:
    """Blanks separate, quotes keep together."""
    environ = {"APIDOUBLE_DOCUMENTS": "a.yaml 'my api.yaml'", "APIDOUBLE_SET": "a.b=1 a.c='x y'"}
    settings = load({}, environ, tmp_path)
    assert settings.documents == ("a.yaml", "my api.yaml")
    assert settings.values == {"a": {"b": 1, "c": "x y"}}


def test_values_are_json_where_they_can_be(tmp_path: Path) -> None:
    """`--set` understands numbers, null, arrays; anything else is text; API names may hold dots."""
    given = ("a.n=5", "a.none=null", "a.list=[1,2]", "a.text=Jane=Doe", "pets.v2.on=true")
    values = load({"set": given}, {}, tmp_path).values
    assert values == {
        "a": {"n": 5, "none": None, "list": [1, 2], "text": "Jane=Doe"},
        "pets.v2": {"on": True},
    }


@pytest.mark.parametrize("word", ["1", "true", "YES", "on"])
def test_opposites_of_switches(tmp_path: Path, word: str) -> None:
    """`APIDOUBLE_NO_CORS` and `APIDOUBLE_CORS` are one setting."""
    assert load({}, {"APIDOUBLE_NO_CORS": word}, tmp_path).cors is False
    assert load({}, {"APIDOUBLE_CORS": word}, tmp_path).cors is True


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"port": "abc"}, "--port: 'abc' makes no sense here; expected a whole number from 0 to 65535"),
        ({"port": "70000"}, "--port: '70000'"),
        ({"port": "1_000"}, "--port: '1_000'"),
        ({"port": "9" * 5000}, "--port: '999"),
        ({"auth": "maybe"}, "--auth: 'maybe' makes no sense here; expected strict, any or off"),
        ({"clock": "noon"}, "expected a time such as 2030-01-01T12:00:00Z"),
        ({"set": ("limit=5",)}, "--set: 'limit=5' makes no sense here; expected API.NAME=VALUE"),
        ({"set": ("staff.limit",)}, "--set: 'staff.limit'"),
        ({"mount": ("pets",)}, "--mount: 'pets' makes no sense here; expected NAME=/prefix"),
        ({"mount": ("pets=/",)}, "--mount: 'pets=/'"),
        ({"mount": ("pets=/a?b",)}, "--mount: 'pets=/a?b'"),
        ({"host": ""}, "--host: ''"),
        ({"admin-token": ""}, "--admin-token: ''"),
    ],
)
def test_wrong_flags_are_told(tmp_path: Path, flags: dict[str, Any], told: str) -> None:
    """The message names the flag, the value and what was expected."""
    with pytest.raises(SettingsError) as caught:
        load(flags, {}, tmp_path)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", "apidouble.toml: prot: there is no such setting; did you mean port?"),
        ("zzzzzz = 1", "there is no such setting; expected one of admin,"),
        ("no-port = 1", "no-port: there is no such setting"),
        ("port = true", "apidouble.toml: port: True makes no sense here"),
        ("port = 1.5", "apidouble.toml: port: 1.5"),
        ("set = 3", "apidouble.toml: set: 3"),
        ("[set]\nstaff = 3", "expected API.NAME=VALUE"),
        ("mount = {a = 3}", "expected NAME=/prefix"),
        ("documents = [3]", "expected files, folders or URLs"),
        ("seed = ", "is not valid TOML"),
    ],
)
def test_wrong_files_are_told(tmp_path: Path, text: str, told: str) -> None:
    """The message names the file and the key, and the likely slip."""
    (tmp_path / "apidouble.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load({}, {}, tmp_path)
    assert told in str(caught.value)


def test_unreadable_files_are_told(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text each say so."""
    (tmp_path / "latin.toml").write_bytes(b'host = "\xff"')
    for name, told in (("none.toml", "No such file"), (".", "directory"), ("latin.toml", "is not UTF-8")):
        with pytest.raises(SettingsError, match=told):
            load({"config": str(tmp_path / name)}, {}, tmp_path)


def test_slips_in_variables_are_told(tmp_path: Path) -> None:
    """A variable that nearly names a setting is refused; what others keep there is left alone."""
    with pytest.raises(SettingsError, match=r"APIDOUBLE_PROT: .* did you mean APIDOUBLE_PORT"):
        load({}, {"APIDOUBLE_PROT": "1"}, tmp_path)
    with pytest.raises(SettingsError, match=r"APIDOUBLE_DOCUMENTS: .* cannot be split into words"):
        load({}, {"APIDOUBLE_DOCUMENTS": "'a"}, tmp_path)
    kubernetes = {
        "APIDOUBLE_PORT": "tcp://10.0.0.1:4010",
        "APIDOUBLE_SERVICE_HOST": "10.0.0.1",
        "APIDOUBLE_SERVICE_PORT": "4010",
        "APIDOUBLE_PORT_4010_TCP": "tcp://10.0.0.1:4010",
        "APIDOUBLE_TEST_URL": "http://x",
    }
    assert load({}, kubernetes, tmp_path) == Settings()


@given(name=st.sampled_from(sorted(options())), raw=st.text() | st.integers() | st.booleans() | st.none())
def test_any_value_is_taken_or_refused_in_words(name: str, raw: Any) -> None:
    """No value of any kind ends in anything but settings or a `SettingsError`."""
    try:
        load({name: raw}, {}, Path("/nonexistent"))
    except SettingsError as error:
        assert "expected" in str(error)  # noqa: PT017 - both outcomes are fine

"""Fixtures: what is read, and what is told about faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from apidouble.errors import ProjectError
from apidouble.sample.fixture import FieldRule, Fixture, load_fixture

GOOD = """
identities:
  - name: admin
    role: admin
    default: true
    record: 7
    credentials: {OAuth2: demo-token, Basic: "user:password"}
  - name: reader
    scopes: [read]
    credentials: {OAuth2: demo-reader}
records:
  employees:
    - {id: a, country: NO, since: 2020-01-01, at: 12:30, code: 0x10}
    - {"^customerId": c1, id: b}
generate:
  employees:
    count: 57
    locales: [nl_NL, en-GB]
    fields:
      given_name: first_name
      username: {provider: company_email, "null": 0.3, omit: 0.1, unique: true}
      enabled: {weights: {true: 4, false: 1}}
      at: {provider: date_time_between, arguments: {start_date: "-3y"}}
      full: {template: "{given_name}@example.com", transform: email}
      ids: {list: {pick: [a, b]}, min: 1, max: 2}
      fixed: {value: null}
settings: {maximum: null}
"""


def read(folder: Path, text: str) -> Fixture:
    """The fixture with this text."""
    path = folder / "shop.yaml"
    path.write_text(text, "utf-8")
    return load_fixture(path, "shop")


def faults(folder: Path, text: str) -> list[tuple[str, int | None, str]]:
    """(pointer, line, whole message) of each finding."""
    with pytest.raises(ProjectError) as caught:
        read(folder, text)
    assert all(finding.file.endswith("shop.yaml") for finding in caught.value.findings)
    return [(finding.pointer, finding.line, str(finding)) for finding in caught.value.findings]


def test_everything_is_read(tmp_path: Path) -> None:
    """Identities, records, rules and settings come out as written."""
    fixture = read(tmp_path, GOOD)
    assert fixture.default is not None
    assert (fixture.default.name, fixture.default.record, fixture.default.scopes) == ("admin", 7, None)
    assert fixture.identities[1].scopes == frozenset({"read"})
    assert fixture.records["employees"][1] == {"^customerId": "c1", "id": "b"}
    making = fixture.making("employees")
    assert making.count == 57
    assert making.locales == ("nl_NL", "en_GB")
    assert making.fields["given_name"] == FieldRule(provider="first_name")
    assert making.fields["enabled"].weights == ((True, 4), (False, 1))
    assert making.fields["username"].null == 0.3
    assert making.fields["fixed"].value == (None,)
    assert making.fields["ids"].items == FieldRule(pick=("a", "b"))
    assert fixture.settings == {"maximum": None}


def test_yaml_is_read_as_json_would_be(tmp_path: Path) -> None:
    """NO is no boolean, a date no date object, 12:30 no number in base 60."""
    record = read(tmp_path, GOOD).records["employees"][0]
    assert record == {"id": "a", "country": "NO", "since": "2020-01-01", "at": "12:30", "code": "0x10"}


def test_no_file_is_an_empty_fixture() -> None:
    """An API without a fixture has no identities and no records."""
    fixture = load_fixture(None, "shop")
    assert fixture == Fixture("shop")
    assert fixture.default is None
    assert fixture.making("employees").count is None


def test_an_empty_file_is_an_empty_fixture(tmp_path: Path) -> None:
    """A file with nothing but a comment is fine."""
    assert read(tmp_path, "# later\n").identities == ()


def test_unknown_keys(tmp_path: Path) -> None:
    """An unknown key is told with its pointer, its line and the key that was likely meant."""
    found = faults(tmp_path, "settings: {}\ngenrate:\n  employees: {}\n")
    assert [(pointer, line) for pointer, line, _ in found] == [("/genrate", 2)]
    assert "Did you mean 'generate'?" in found[0][2]


def test_unknown_key_of_a_field(tmp_path: Path) -> None:
    """The same deep inside."""
    text = "generate:\n  e:\n    fields:\n      a:\n        provdier: name\n"
    found = faults(tmp_path, text)
    assert ("/generate/e/fields/a/provdier", 5) in [(pointer, line) for pointer, line, _ in found]
    assert any("Did you mean 'provider'?" in message for _, _, message in found)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("generate: {e: {count: many}}", "/generate/e/count"),
        ("generate: {e: {count: -1}}", "/generate/e/count"),
        ("generate: {e: {locales: [dutch!]}}", "/generate/e/locales/0"),
        ("generate: {e: {fields: {a: {provider: x, pick: [1]}}}}", "/generate/e/fields/a"),
        ("generate: {e: {fields: {a: {unique: true}}}}", "/generate/e/fields/a"),
        ("generate: {e: {fields: {a: {pick: [1], arguments: {}}}}}", "/generate/e/fields/a/arguments"),
        ("generate: {e: {fields: {a: {list: {pick: [1]}, min: 3, max: 2}}}}", "/generate/e/fields/a/max"),
        ("generate: {e: {fields: {a: {weights: {x: 0}}}}}", "/generate/e/fields/a/weights"),
        ("generate: {e: {fields: {a: {provider: x, null: 2}}}}", "/generate/e/fields/a/null"),
        ("records: {e: {id: 1}}", "/records/e"),
        ("identities: []", "/identities"),
        ("identities: [{name: a, credentials: {}, default: true}]", "/identities/0/credentials"),
        ("identities: [{name: a, credentials: {K: k}}]", "/identities"),
        (
            "identities: [{name: a, default: true, credentials: {K: k}}, {name: a, credentials: {K: j}}]",
            "/identities/1/name",
        ),
        ("[1, 2]", ""),
    ],
)
def test_faults_are_pointed_at(tmp_path: Path, text: str, pointer: str) -> None:
    """Each fault is told with the pointer of the offending value and a line."""
    found = faults(tmp_path, text)
    assert pointer in [place for place, _, _ in found]
    assert all(line is not None for _, line, _ in found)


def test_two_defaults(tmp_path: Path) -> None:
    """Only one identity can be the default."""
    text = "identities:\n" + "".join(
        f"  - {{name: {name}, default: true, credentials: {{K: {name}}}}}\n" for name in "ab"
    )
    assert faults(tmp_path, text)[0][0] == "/identities"


@pytest.mark.parametrize("text", ["a: [1", "settings: {a: 1}\nsettings: {a: 2}\n", "{a: 1}: 2", "\t- a"])
def test_no_yaml(tmp_path: Path, text: str) -> None:
    """What is no YAML, or names a key twice, is one readable finding with its line."""
    found = faults(tmp_path, text)
    assert len(found) == 1
    assert found[0][1] is not None


def test_unreadable(tmp_path: Path) -> None:
    """A file that is not there, or not UTF-8, is told."""
    with pytest.raises(ProjectError, match="cannot be read"):
        load_fixture(tmp_path / "none.yaml", "none")
    path = tmp_path / "shop.yaml"
    path.write_bytes(b"a: \xff")
    with pytest.raises(ProjectError, match="UTF-8"):
        load_fixture(path, "shop")

"""The path tree: templates in, matches out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidouble.web.tree import PathTree, parameter_names


def tree_of(*templates: str) -> PathTree[str]:
    tree: PathTree[str] = PathTree()
    for template in templates:
        tree.place(template).value = template
    return tree


def test_a_literal_segment_wins_over_a_parameter() -> None:
    """/users/lookup is never taken for a user called lookup."""
    tree = tree_of("/users/{id}", "/users/lookup")
    assert tree.match("/users/lookup") == ("/users/lookup", [])
    assert tree.match("/users/7") == ("/users/{id}", ["7"])


def test_a_mixed_segment_wins_over_a_whole_parameter() -> None:
    """`{id}.json` is tried before `{id}`, and the longer literal part before the shorter."""
    tree = tree_of("/staff/{id}", "/staff/{id}.json", "/staff/{id}.jsonp")
    assert tree.match("/staff/7.json") == ("/staff/{id}.json", ["7"])
    assert tree.match("/staff/7.jsonp") == ("/staff/{id}.jsonp", ["7"])
    assert tree.match("/staff/7.xml") == ("/staff/{id}", ["7.xml"])


def test_a_dead_end_behind_a_literal_leads_back_to_the_parameter() -> None:
    """A path is looked for as a whole, not segment by segment."""
    tree = tree_of("/a/{x}/c", "/a/b/d")
    assert tree.match("/a/b/c") == ("/a/{x}/c", ["b"])


def test_several_parameters_in_one_segment_are_told_apart() -> None:
    """Names, dots and dashes in a template are literal text."""
    tree = tree_of("/{a-b}-{a_b}/{repo.name}/{1st}")
    assert tree.match("/x-y/z/1") == ("/{a-b}-{a_b}/{repo.name}/{1st}", ["x", "y", "z", "1"])
    assert parameter_names("/{a-b}-{a_b}/{repo.name}/{1st}") == ("a-b", "a_b", "repo.name", "1st")


def test_parameters_without_text_between_them_are_told_apart_by_their_forms() -> None:
    """`{id}{extension}` is read so that each is what it is declared to be, as far as that can be."""
    tree: PathTree[str] = PathTree()
    forms = {"id": "[0-9]+", "extension": "[.]json|[.]xml"}
    tree.place("/profiles/{id}{extension}", forms.__getitem__).value = "profile"
    assert tree.match("/profiles/123.json") == ("profile", ["123", ".json"])
    assert tree.match("/profiles/abc.pdf") == ("profile", ["a", "bc.pdf"])


@pytest.mark.parametrize("path", ["/users/", "/users", "/users/1/", "//users/1", "users/1", "", "/users/1/x"])
def test_nothing_else_matches(path: str) -> None:
    """An empty segment is no parameter value, and a trailing slash is another path."""
    assert tree_of("/users/{id}").match(path) is None


def test_an_encoded_slash_stays_inside_its_segment() -> None:
    """Values come out as they were sent; a literal is also found percent-encoded."""
    tree = tree_of("/files/{name}", "/sp ace/x")
    assert tree.match("/files/a%2Fb") == ("/files/{name}", ["a%2Fb"])
    assert tree.match("/sp%20ace/x") == ("/sp ace/x", [])


@given(st.lists(st.sampled_from(["a", "b", "{x}", "{y}.json", "c-{z}"]), min_size=1, max_size=5))
def test_every_template_matches_itself_filled_in(segments: list[str]) -> None:
    """Whatever a template says, a path made from it is found and its values come back."""
    template = "/" + "/".join(segments)
    values = [f"v{place}" for place in range(len(parameter_names(template)))]
    path = template
    for name, value in zip(parameter_names(template), values, strict=True):
        path = path.replace(f"{{{name}}}", value, 1)
    assert tree_of(template).match(path) == (template, values)


def test_what_is_taken_in_parts_may_be_taken_whole_but_no_literal_is() -> None:
    """All ways to read a path, the closest first."""
    tree = tree_of("/files/{name}.{form}", "/files/{name}", "/files/all", "/{kind}/all")
    found = list(tree.matches("/files/a.txt"))
    assert found == [("/files/{name}.{form}", ["a", "txt"]), ("/files/{name}", ["a.txt"])]
    assert list(tree.matches("/files/all")) == [("/files/all", [])]
    assert list(tree.matches("/files")) == []


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "{x}", "{y}.json", "c-{z}"]), max_size=4), max_size=6),
    st.lists(st.sampled_from(["a", "b", "c-d", "c-d.json", "a.json", "%61", ""]), max_size=4),
)
def test_the_first_of_all_matches_is_the_match(templates: list[list[str]], path: list[str]) -> None:
    """The two ways to look agree."""
    tree = tree_of(*("/" + "/".join(segments) for segments in templates))
    raw = "/" + "/".join(path)
    assert next(tree.matches(raw), None) == tree.match(raw)

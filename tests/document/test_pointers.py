"""JSON pointers: reading and writing them are each other's inverse."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apidouble.document import pointers

parts = st.lists(st.text(), min_size=1)


@settings(deadline=None)
@given(parts)
def test_splitting_a_joined_pointer_gives_the_parts_back(names: list[str]) -> None:
    """Whatever the names hold, slashes and tildes included, nothing is lost on the way."""
    assert pointers.split(pointers.join(names)) == names


@settings(deadline=None)
@given(st.text())
def test_an_escaped_name_holds_no_slash(name: str) -> None:
    """A name never adds a level to a pointer."""
    assert "/" not in pointers.escape(name)
    assert pointers.unescape(pointers.escape(name)) == name


@settings(deadline=None)
@given(parts)
def test_a_percent_encoded_pointer_is_read_as_its_plain_form(names: list[str]) -> None:
    """`$ref` fragments are URIs: the percent-decoded reading comes first."""
    from urllib.parse import quote

    encoded = quote(pointers.join(names), safe="/~", errors="surrogatepass")
    plain = [name.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name in names]
    assert next(iter(pointers.candidates(encoded))) == plain


@settings(deadline=None)
@given(st.recursive(st.integers(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)))
def test_every_node_is_found_at_its_own_pointer(value: object) -> None:
    """Walking a value and looking a pointer up agree."""
    stack: list[tuple[object, list[str]]] = [(value, [])]
    while stack:
        node, path = stack.pop()
        assert pointers.find(value, pointers.split(pointers.join(path))) is node
        if isinstance(node, dict):
            stack.extend((child, [*path, key]) for key, child in node.items())
        elif isinstance(node, list):
            stack.extend((child, [*path, str(index)]) for index, child in enumerate(node))


@settings(deadline=None)
@given(parts, st.integers(0, 9))
def test_a_place_knows_its_file_and_path(names: list[str], file: int) -> None:
    """Places are the same as paths, only cheaper to grow."""
    assert pointers.locate(pointers.place_of(file, names)) == (file, names)

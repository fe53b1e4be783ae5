"""The query language: what it means, and what it says to what it cannot read."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stopwatch import cpu_seconds

from apidouble.query_language import DEPTH_LIMIT, NEVER, QueryError, QueryLanguage
from apidouble.store.base import And, Compare, Condition, Eq, Like, Not, Or

LANGUAGE = QueryLanguage({"name": "text", "active": "text", "rate": "number"})


def where(text: str) -> Condition:
    return LANGUAGE.where(text)


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('name = "Ann"', "Ann"),
            ("name = 'Ann'", "Ann"),
            ("name = Ann", "Ann"),
            ('name = ""', ""),
            (r'name = "say \"hi\" \\ bye"', r'say "hi" \ bye'),
            (r"name = 'O\'Brien'", "O'Brien"),
            ("name = 'O''Brien'", "O'Brien"),
            ('name = "O\'Brien"', "O'Brien"),
            ("name = 'say \"hi\"'", 'say "hi"'),
            ("name = Australia/Perth", "Australia/Perth"),
            ("name = ann@example.com", "ann@example.com"),
            ("name = 07f971d7-e6ae-437c-bdb5-12e45a12cb81", "07f971d7-e6ae-437c-bdb5-12e45a12cb81"),
            ("name = 007", "007"),
            ("name = Zoë", "Zoë"),
            ('name = "null"', "null"),
            ("name=Ann", "Ann"),
            ("  name\t=\nAnn  ", "Ann"),
        ],
    )
    def test_text(self, text: str, value: str) -> None:
        """Text may stand in double or single quotes, with escapes, or bare."""
        assert where(text) == Eq("name", value)

    @pytest.mark.parametrize("word", ["true", "TRUE", '"true"', "'true'"])
    def test_truth_is_text_in_a_text_column(self, word: str) -> None:
        """Bare true and quoted "true" both match a column that holds the text."""
        assert where(f"active = {word}") == Eq("active", "true")

    @pytest.mark.parametrize("word", ["null", "NULL", "Null"])
    def test_null(self, word: str) -> None:
        """`= null` asks for null and `!= null` for anything else."""
        assert where(f"rate = {word}") == Eq("rate", None)
        assert where(f"rate != {word}") == Not(Eq("rate", None)) == where(f"rate <> {word}")

    @pytest.mark.parametrize("relation", ["<", "<=", ">", ">=", "~=", "LIKE"])
    def test_no_other_comparison_with_null_holds(self, relation: str) -> None:
        """Any other comparison with null is false, whatever the column holds."""
        assert where(f"rate {relation} null") == where(f"name {relation} null") == NEVER

    @pytest.mark.parametrize(
        ("written", "value"),
        [("100", 100), ("-5", -5), ("+7", 7), ("99.5", 99.5), ("100.0", 100), ('"100"', 100), ("0", 0)],
    )
    def test_numbers(self, written: str, value: float) -> None:
        """A number column takes numbers, quoted or not; whole ones are whole numbers."""
        condition = where(f"rate = {written}")
        assert condition == Eq("rate", value)
        assert isinstance(condition, Eq)
        assert type(condition.value) is type(value)

    def test_unequal_leaves_null_out(self) -> None:
        """`!=` is a comparison too, so that a record with null does not fit it."""
        assert where("rate != 5") == And((Not(Eq("rate", 5)), Not(Eq("rate", None)))) == where("rate <> 5")

    @pytest.mark.parametrize("relation", ["~=", "LIKE", "like", "Like"])
    def test_like(self, relation: str) -> None:
        """`~=` and LIKE hand on the pattern with its percent signs."""
        assert where(f'name {relation} "a%b_"') == Like("name", "a%b_")
        assert where(f"name {relation} ku%") == Like("name", "ku%")

    @pytest.mark.parametrize("relation", ["<", "<=", ">", ">="])
    def test_order_of_values(self, relation: str) -> None:
        """Text compares as text, numbers as numbers."""
        assert where(f"name {relation} 10") == Compare("name", relation, "10")  # type: ignore[arg-type]
        assert where(f"rate {relation} 10") == Compare("rate", relation, 10)  # type: ignore[arg-type]


class TestJoining:
    A, B, C = Eq("name", "a"), Eq("name", "b"), Eq("name", "c")

    @pytest.mark.parametrize("sign", ["||", "or", "OR", "Or"])
    def test_or(self, sign: str) -> None:
        """`||` and OR join alternatives."""
        assert where(f"name=a {sign} name=b {sign} name=c") == Or((self.A, self.B, self.C))

    @pytest.mark.parametrize("sign", ["&&", "and", "AND", "And"])
    def test_and(self, sign: str) -> None:
        """`&&` and AND join what must hold together."""
        assert where(f"name=a {sign} name=b {sign} name=c") == And((self.A, self.B, self.C))

    def test_and_binds_closer(self) -> None:
        """Without brackets `&&` goes before `||`; brackets change that."""
        assert where("name=a || name=b && name=c") == Or((self.A, And((self.B, self.C))))
        assert where("(name=a || name=b) && name=c") == And((Or((self.A, self.B)), self.C))

    def test_signs_need_no_blanks(self) -> None:
        """Signs and brackets separate by themselves."""
        assert where("(name=a)&&(name=b)||name=c") == Or((And((self.A, self.B)), self.C))
        assert where('name="a"and(name=b)') == And((self.A, self.B))

    def test_words_of_the_language_as_values(self) -> None:
        """Where a value stands, `or`, `and` and `like` are plain words, as is what begins like them."""
        assert where("name = or or name = and") == Or((Eq("name", "or"), Eq("name", "and")))
        assert where("name = android") == Eq("name", "android")
        assert where("name like like") == Like("name", "like")

    def test_columns_named_like_words_of_the_language(self) -> None:
        """A column may be called what the language calls its words."""
        language = QueryLanguage({"or": "text", "like": "text", "asc": "number", "x-y_1": "text"})
        assert language.where("or = a or like = b") == Or((Eq("or", "a"), Eq("like", "b")))
        assert language.where("x-y_1 = a") == Eq("x-y_1", "a")
        assert language.order("asc asc, or") == (("asc", False), ("or", False))

    def test_the_same_word_inside_itself_makes_no_level(self) -> None:
        """Brackets around the same kind of joint are flattened away."""
        assert where("name=a && (name=b && (name=c))") == And((self.A, self.B, self.C))

    def test_never_is_not_flattened_away(self) -> None:
        """A comparison that never holds stays false inside OR and AND."""
        assert where("rate < null || name=a") == Or((NEVER, self.A))
        assert where("rate < null && name=a") == And((NEVER, self.A))


class TestOrder:
    @pytest.mark.parametrize(
        ("text", "order"),
        [
            ("name", (("name", False),)),
            ("name asc", (("name", False),)),
            ("name ASC, rate Desc", (("name", False), ("rate", True))),
            (" rate desc,name ,active", (("rate", True), ("name", False), ("active", False))),
            ("name, name desc, rate", (("name", False), ("rate", False))),
        ],
    )
    def test_order(self, text: str, order: tuple[tuple[str, bool], ...]) -> None:
        """Columns with an optional direction, ascending by default; a repeated column adds nothing."""
        assert LANGUAGE.order(text) == order

    @pytest.mark.parametrize(
        ("text", "position", "message", "expected"),
        [
            ("", 1, "unexpected end", "a column"),
            ("name,", 6, "unexpected end", "a column"),
            ("name ascwill", 6, "unexpected 'ascwill'", "asc or desc, a comma or the end"),
            ("name asc desc", 10, "unexpected 'desc'", "a comma or the end"),
            ("surname", 1, "unknown column 'surname'", "name, active, rate"),
            ("name; drop table staff", 5, "unexpected ';'", "asc or desc, a comma or the end"),
            ("rate = 5", 6, "unexpected '='", "asc or desc, a comma or the end"),
        ],
    )
    def test_errors(self, text: str, position: int, message: str, expected: str) -> None:
        """An order that cannot be read says where and what was expected."""
        with pytest.raises(QueryError) as caught:
            LANGUAGE.order(text)
        assert (caught.value.position, caught.value.message, caught.value.expected) == (
            position,
            message,
            expected,
        )


OPERATORS = "an operator (= != <> ~= LIKE < <= > >=)"
VALUE = "text in quotes (\"...\" or '...') or a word, a number, true, false or null"
JOINT = "&& (AND), || (OR) or the end"


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "position", "message", "expected"),
        [
            ("", 1, "unexpected end", "a column or an opening bracket"),
            ("name", 5, "unexpected end", OPERATORS),
            ("name =", 7, "unexpected end", VALUE),
            ("name == a", 7, "unexpected '='", VALUE),
            ("name is null", 6, "unexpected 'is'", OPERATORS),
            ("name = a b", 10, "unexpected 'b'", JOINT),
            ("name = a &", 10, "unexpected '&'", JOINT),
            ("name = a &&", 12, "unexpected end", "a column or an opening bracket"),
            ("(name = a", 10, "unexpected end", "a closing bracket"),
            ("(name = a]", 11, "unexpected end", "a closing bracket"),
            ("name = a)", 9, "unexpected ')'", "the end"),
            ("()", 2, "unexpected ')'", "a column or an opening bracket"),
            ('name = "a', 8, "text that is not closed begins", 'a closing "'),
            ("name = 'a", 8, "text that is not closed begins", "a closing '"),
            ("surname = a", 1, "unknown column 'surname'", "name, active, rate"),
            ("NAME = a", 1, "unknown column 'NAME'", "name, active, rate"),
            ("rate = much", 8, "rate is a number, not 'much'", "a number or null"),
            ("rate = true", 8, "rate is a number, not 'true'", "a number or null"),
            ("rate = 1e5", 8, "rate is a number, not '1e5'", "a number or null"),
            ("rate = ١٢", 8, "rate is a number, not '١٢'", "a number or null"),
            ("rate ~= 1", 6, "rate is a number and cannot be compared by ~=", "= != <> < <= > or >="),
            ("rate > 9223372036854775808", 8, "the number is too large", "a number of at most 64 bits"),
            ("name = a\x00", 9, "unexpected '\\x00'", JOINT),
            ("größe = a", 3, "unexpected 'öße'", OPERATORS),
        ],
    )
    def test_errors(self, text: str, position: int, message: str, expected: str) -> None:
        """A condition that cannot be read says where, counted from 1, and what was expected there."""
        with pytest.raises(QueryError) as caught:
            where(text)
        error = caught.value
        assert (error.position, error.message, error.expected) == (position, message, expected)
        assert str(error) == f"{message} at position {position} (expected {expected})"

    @pytest.mark.parametrize(
        "text",
        [
            'name = "a"; DROP TABLE staff',
            "name = a -- and so on",
            "name = a /* and so on */",
            "name = a UNION SELECT login FROM users",
            "1 = 1",
            "name = (SELECT name)",
            "name = sleep(5)",
            "name = `whoami`",
            "name = $(id) || name = ${7*7}",
            "name = a or 1=1",
            "{{7*7}}",
            "__class__ = a",
        ],
    )
    def test_what_is_no_condition_is_refused(self, text: str) -> None:
        """Statements, comments, calls and templates are no part of the language."""
        with pytest.raises(QueryError):
            where(text)

    def test_what_looks_like_sql_inside_quotes_is_text(self) -> None:
        """Whatever stands in quotes is only compared."""
        assert where("""name = "'; DROP TABLE staff; --" """) == Eq("name", "'; DROP TABLE staff; --")
        assert where("""name = '" OR ""="' """) == Eq("name", '" OR ""="')

    def test_long_things_are_cut_in_messages(self) -> None:
        """A message stays short, however long the query."""
        with pytest.raises(QueryError) as caught:
            where("x" * 5000 + " = 1")
        assert len(str(caught.value)) < 200


def answered_or_refused(text: str) -> None:
    for read in (LANGUAGE.where, LANGUAGE.order):
        refusal: QueryError | None = None
        try:
            read(text)
        except QueryError as error:
            refusal = error
        if refusal is not None:
            assert 1 <= refusal.position <= len(text) + 1
            assert refusal.expected


class TestSize:
    """Nothing that fits into a request takes long, or ends in anything but an answer."""

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 3000 + "name = a" + ")" * 3000,
            "(" * 5000,
            ")" * 5000,
            "(" * 3000 + "name = a",
            "(name=a && " * 3000 + "name=a" + ")" * 3000,
            "(name=a && (name=a || " * 1500 + "name=a" + "))" * 1500,
            " || ".join(["name = a"] * 500),
            " && ".join(["rate != 1 || name ~= 'a'"] * 250),
            '"' * 5000,
            'name = "' + "\\" * 5000,
            'name = "' + "\\" * 5001 + '"',
            "name = '" + "'" * 5000,
            "name = " + "9" * 5000,
            "rate = " + "9" * 5000,
            "rate = 0." + "0" * 5000,
            "name " * 1000,
            "&" * 5000,
            "a" * 5000,
            " " * 5000,
            "name = \x00" + "\ufffd" * 5000,
        ],
    )
    def test_hostile_inputs(self, text: str) -> None:
        """5,000 characters and 3,000 brackets are answered within a second, with a condition or an error."""
        assert cpu_seconds(lambda: answered_or_refused(text), 1) < 1

    def test_redundant_brackets_do_not_count(self) -> None:
        """Brackets alone make nothing deep."""
        assert where("(" * 3000 + "name = a" + ")" * 3000) == Eq("name", "a")

    def test_deep_conditions_are_refused(self) -> None:
        """AND and OR inside each other are refused beyond the limit, and read up to it."""

        def nested(levels: int) -> str:
            text = "name = a"
            for level in range(levels):
                text = f"(name = a {'&&' if level % 2 else '||'} {text})"
            return text

        assert isinstance(where(nested(DEPTH_LIMIT)), And | Or)
        with pytest.raises(QueryError, match="too deep"):
            where(nested(DEPTH_LIMIT + 1))

    @given(st.text(max_size=200) | st.text(alphabet="name=<>!~&|()\"\\' rate10,ordsc", max_size=200))
    def test_any_text(self, text: str) -> None:
        """Any text at all is read or refused with a position inside it."""
        answered_or_refused(text)


# What conditions mean, checked against a second reading of the language: a tree is drawn, written
# down in one of its spellings, read back, and must hold for the same records as the tree itself.

Row = dict[str, Any]
COMPARING: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass
class Drawn:
    """A condition as it is written, and what it says of a record."""

    text: str
    holds: Callable[[Row], bool]


def quoted(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def like(pattern: str, value: str | None) -> bool:
    parts = [re.escape(part) for part in pattern.lower().split("%")]
    return value is not None and re.fullmatch(".*".join(parts), value.lower(), re.DOTALL) is not None


def compared(column: str, sign: str, value: Any) -> Callable[[Row], bool]:
    compare = COMPARING[sign]
    return lambda row: row[column] is not None and compare(row[column], value)


@st.composite
def comparisons(draw: st.DrawFn) -> Drawn:
    column = draw(st.sampled_from(["name", "active", "rate"]))
    gap = draw(st.sampled_from(["", " ", "\t"]))
    sign = draw(st.sampled_from([*COMPARING, "~=", "null"]))
    if sign == "null":
        sign = draw(st.sampled_from(["=", "!=", "<>"]))
        wanted = sign == "="
        return Drawn(f"{column}{gap}{sign}{gap}null", lambda row: (row[column] is None) is wanted)
    if column == "rate":
        sign = "=" if sign == "~=" else sign
        number = draw(st.integers(-3, 3))
        return Drawn(f"{column}{gap}{sign}{gap}{number}", compared(column, sign, number))
    value = draw(st.text(alphabet="aAbB\"'\\%", max_size=3))
    written = quoted(value, draw(st.sampled_from("\"'")))
    if sign == "~=":
        spelling = draw(st.sampled_from(["~=", " LIKE ", " like "]))
        return Drawn(f"{column}{spelling}{written}", lambda row: like(value, row[column]))
    return Drawn(f"{column}{gap}{sign}{gap}{written}", compared(column, sign, value))


def joined(parts: list[Drawn], spelling: str) -> Drawn:
    every = spelling.strip().lower() in {"and", "&&"}
    together = all if every else any
    return Drawn(
        spelling.join(f"({part.text})" for part in parts),
        lambda row: together(part.holds(row) for part in parts),
    )


def trees() -> st.SearchStrategy[Drawn]:
    spelling = st.sampled_from(["&&", "||", " and ", " OR ", " AND ", " or "])
    return st.recursive(
        comparisons(),
        lambda below: st.builds(joined, st.lists(below, min_size=2, max_size=3), spelling),
        max_leaves=8,
    )


def holds(condition: Condition, row: Row) -> bool:
    """What `store.base` says that conditions mean."""
    match condition:
        case Eq(name, value):
            return bool(row[name] == value)
        case Compare(name, sign, value):
            return row[name] is not None and COMPARING[sign](row[name], value)
        case Like(name, pattern):
            return like(pattern, row[name])
        case And(parts):
            return all(holds(part, row) for part in parts)
        case Or(parts):
            return any(holds(part, row) for part in parts)
        case Not(part):
            return not holds(part, row)
    raise AssertionError(f"the language makes no {condition}")


texts = st.none() | st.text(alphabet="aAbB\"'\\%", max_size=3)


@given(
    trees(),
    st.lists(
        st.fixed_dictionaries({"name": texts, "active": texts, "rate": st.none() | st.integers(-3, 3)}),
        min_size=1,
        max_size=8,
    ),
)
def test_what_is_written_is_what_is_meant(tree: Drawn, rows: list[Row]) -> None:
    """Any condition, however it is spelled, holds for exactly the records that it describes."""
    condition = LANGUAGE.where(tree.text)
    assert [holds(condition, row) for row in rows] == [tree.holds(row) for row in rows]


@given(
    st.lists(
        st.tuples(st.sampled_from(["name", "active", "rate"]), st.sampled_from(["", " asc", " DESC"])),
        min_size=1,
        max_size=3,
        unique_by=lambda entry: entry[0],
    )
)
def test_orders_are_read_as_written(entries: list[tuple[str, str]]) -> None:
    """Any order of distinct columns is read back with its directions."""
    text = ",".join(column + direction for column, direction in entries)
    assert LANGUAGE.order(text) == tuple((column, direction == " DESC") for column, direction in entries)

"""The YAML reader: the golden table, positions, limits, and files made to keep it busy."""

import time
from collections.abc import Iterator

import pytest
from yaml import YAMLError

from pipectl.model.problem import Place
from pipectl.store.decode import _FORBIDDEN, Complaint
from pipectl.store.full_reader import HAS_C_PARSER, read_fully
from pipectl.store.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_PROBLEMS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
    character_name,
    forbidden,
    read_tree,
)
from pipectl.store.yaml_errors import explain
from tests.store.golden_nodes import CASES, Case, Plain


def read(text: str | bytes) -> Tree:
    """What the full reader makes of *text*, which is also what the two readers together make of it."""
    data = text.encode() if isinstance(text, str) else text
    tree = read_fully(data, "deals/acme.yaml")
    assert read_tree(data, "deals/acme.yaml") == tree
    return tree


def plain(node: Node | None) -> Plain:
    """The texts of *node*, without places."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}
    return None


def scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars(item)
        case Mapping():
            for key, value in node.entries:
                yield from (key, *scalars(value))


def problems(tree: Tree) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{found.place.line}:{found.place.column} {found.check}: {found.message}", found.hint)
        for found in tree.problems
    )


@pytest.mark.skipif(not HAS_C_PARSER, reason="the table says what libyaml reads")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says.replace(" ", "-"))
def test_the_golden_table_holds(case: Case) -> None:
    tree = read(case.data)
    assert problems(tree) == case.problems
    assert any(problem.unread for problem in tree.problems) == case.refused
    if not case.refused:
        assert plain(tree.root) == case.tree


def test_the_golden_table_has_no_case_twice() -> None:
    assert len({case.says for case in CASES}) == len({case.data for case in CASES}) == len(CASES)


def test_a_problem_names_the_file() -> None:
    assert read(b"a: 1\na: 2\n").problems[0].place == Place("deals/acme.yaml", 2, 1)


def test_every_node_knows_its_line_and_column() -> None:
    tree = read("---\na: 1\nb:\n  - x\n  - {c: y}\nd: 'z'\n")
    one, dash, brace = (
        Scalar("1", 2, 4),
        Scalar("x", 4, 5),
        Mapping(((Scalar("c", 5, 6), Scalar("y", 5, 9)),), 5, 5, flow=True),
    )
    assert tree.root == Mapping(
        (
            (Scalar("a", 2, 1), one),
            (Scalar("b", 3, 1), Sequence((dash, brace), 4, 3)),
            (Scalar("d", 6, 1), Scalar("z", 6, 4, plain=False)),
        ),
        2,
        1,
    )


def test_columns_count_characters() -> None:
    assert read("{🚀東: x, y: z}\n").root == Mapping(
        ((Scalar("🚀東", 1, 2), Scalar("x", 1, 6)), (Scalar("y", 1, 9), Scalar("z", 1, 12))), 1, 1, flow=True
    )


def test_columns_do_not_count_the_byte_order_mark() -> None:
    assert list(scalars(read("\ufeffa: b\n").root)) == [Scalar("a", 1, 1), Scalar("b", 1, 4)]


def test_lines_count_line_feeds_only() -> None:
    assert [scalar.line for scalar in scalars(read("a:\r\n  b\r\n\r\nc: |\r\n  d\r\n\r\ne: f\r\n").root)] == [
        1,
        2,
        4,
        4,
        7,
        7,
    ]


def test_an_aliased_value_stands_where_it_is_written_and_an_aliased_key_where_it_is_used() -> None:
    tree = read("a: &x b\n*x : *x\n")
    assert list(scalars(tree.root)) == [Scalar("a", 1, 1), Scalar("b", 1, 4), Scalar("b", 2, 1), Scalar("b", 1, 4)]


@pytest.mark.parametrize("text", ["---", "? a\n?b:", "? a", "- ? a\n  :", "a:\n-"])
def test_what_is_missing_at_the_end_stands_on_a_line_that_exists(text: str) -> None:
    places = [(scalar.line, scalar.column) for scalar in scalars(read(text).root)]
    assert max(places) <= (text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)


@pytest.mark.parametrize("text", ["'~'", '"~"', "!!str ~", "! ~", "|-\n  ~", ">-\n  ~", "!!str"])
def test_what_quotes_a_block_or_a_tag_makes_text_is_not_plain(text: str) -> None:
    assert [scalar.plain for scalar in scalars(read(f"a: {text}\n").root)] == [True, False]


@pytest.mark.parametrize("text", ["~", "", "null", "&x ~"])
def test_what_nothing_quotes_is_plain(text: str) -> None:
    assert [scalar.plain for scalar in scalars(read(f"a: {text}\n").root)] == [True, True]


def test_problems_stand_in_the_order_of_the_file() -> None:
    tree = read("a: x #1\nb: !!int 1\na: 2\nc: x #2\n")
    assert [(problem.place.line, problem.check) for problem in tree.problems] == [
        (1, "hash-in-text"),
        (2, "unreadable-file"),
        (3, "duplicate-key"),
        (4, "hash-in-text"),
    ]


@pytest.mark.parametrize("data", [b"a: 1\r\nb: 2", b"\xef\xbb\xbfa: 1\n", b"a: [\n", b"a: \x01\n"])
def test_the_text_is_given_back_without_its_byte_order_mark(data: bytes) -> None:
    assert read(data).text == data.decode("utf-8-sig")


def test_there_is_no_text_where_the_bytes_are_none() -> None:
    assert read(b"a: \xff\n") == Tree(None, "", read(b"a: \xff\n").problems)


def test_what_is_forbidden_is_not_printable() -> None:
    # `decode` and `forbidden` search only where `str.isprintable` says no.
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    assert not _FORBIDDEN.search(printable)


@pytest.mark.parametrize("text", ["", "Acme", "東京 🚀", "x\ty", "x\ny", "x\r\ny", "x\u00a0y"])
def test_a_field_may_hold_text_tabs_and_line_breaks(text: str) -> None:
    assert forbidden(text) is None


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\r", "a carriage return without line feed (U+000D)"),
        ("\x1b", "control character U+001B"),
        ("\x7f", "control character U+007F"),
        ("\x85", "a next-line character (U+0085)"),
        ("\u2028", "a line separator (U+2028)"),
        ("\u2029", "a paragraph separator (U+2029)"),
        ("\u202e", "bidirectional override U+202E"),
        ("\u2069", "bidirectional override U+2069"),
        ("\ud800", "surrogate U+D800"),
        ("\ufeff", "byte order mark U+FEFF inside the text"),
    ],
)
def test_a_forbidden_character_has_a_name(character: str, name: str) -> None:
    assert forbidden(f"x{character}y") == character_name(character) == name


def test_warnings_alone_never_make_a_file_unread() -> None:
    tree = read("- x #1\n" * 3 * MAX_PROBLEMS)
    assert plain(tree.root) == ["x"] * 3 * MAX_PROBLEMS
    assert [problem.unread for problem in tree.problems] == [False] * MAX_PROBLEMS


def test_reading_ends_after_fifty_problems() -> None:
    tree = read("- !a x\n" * 3 * MAX_PROBLEMS)
    assert tree.root is None
    assert [problem.place.line for problem in tree.problems] == list(range(1, MAX_PROBLEMS + 1))


def test_a_file_of_just_a_mebibyte_is_read() -> None:
    assert not read(b"#" * MAX_BYTES).problems


def test_an_alias_may_reach_the_deepest_level() -> None:
    above = MAX_DEPTH // 2
    inner, outer = "[" * above + "]" * above, "[" * (MAX_DEPTH - above - 1)
    fits = f"a: &a {inner}\nb: {outer}*a{outer.replace('[', ']')}\n"
    assert not read(fits).problems
    assert [problem.place.line for problem in read(fits.replace("b: ", "b: [").replace("\n", "]\n")).problems] == [1]


def test_aliases_of_aliases_count_for_all_that_they_stand_for() -> None:
    doubled = "".join(
        f"{name}: &{name} [*{above}, *{above}]\n"
        for above, name in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    assert [problem.message for problem in read(f"a: &a [x]\n{doubled}").problems] == [
        "aliases expand to more than 100,000 values"
    ]


def test_an_error_that_names_no_place_is_told_at_the_beginning() -> None:
    assert explain(YAMLError("out of order"), "a: 1\n", list) == Complaint("not valid YAML: out of order", 1, 1)


def full(unit: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A file as large as one may be, of *unit* again and again."""
    return before + unit * ((MAX_BYTES - len(before) - len(after)) // len(unit)) + after


BUSY = {
    "spaces": full(b" "),
    "spaces inside a text": full(b" ", b"a:", b"b"),
    "glued hashes in items": full(b"- x #a\n"),
    "glued hashes in one comment": full(b" #a", b"x"),
    "glued hashes in quotes": full(b" #a", b"'", b"'"),
    "glued hashes on lines of comment": full(b" #a\n"),
    "control characters": full(b"\x01"),
    "lines of control characters": full(b"\x01\n"),
    "control characters at the end": full(b"\n", after=b"\x01" * 60),
    "carriage returns": full(b"\r"),
    "empty lines": full(b"\r\n"),
    "brackets": full(b"["),
    "braces": full(b"{a: "),
    "dashes": full(b"- "),
    "question marks": full(b"? "),
    "bracket pairs": full(b"[],", b"["),
    "commas": full(b",", b"["),
    "anchors": b"".join(b"- &a%d b\n" % number for number in range(49_990)),
    "anchors in anchors": full(b"&a ["),
    "aliases": full(b"- *a\n", b"- &a b\n"),
    "aliases of a list": b"- &a [" + b"b," * 900 + b"]\n" + b"- *a\n" * 40_000,
    "items": b"- a\n" * 49_990,
    "keys": b"".join(b"k%d: a\n" % number for number in range(24_990)),
    "the same key": full(b"k: a\n"),
    "quoted items": b'- "a"\n' * 49_990,
    "empty items": b"-\n" * 49_990,
    "items in brackets": b"[" + b"a," * 49_990 + b"]",
    "a long word": full(b"x", b"a: "),
    "words": full(b"x ", b"a: "),
    "lines of text": full(b" x\n", b"a:\n"),
    "escapes": full(b"\\x41", b'"', b'"'),
    "escaped line breaks": full(b"\\\n", b'"', b'"'),
    "line breaks in quotes": full(b"\n", b'"', b'"'),
    "a long block": full(b" x\n", b"a: |\n"),
    "a long folded block": full(b" x\n\n", b"a: >\n"),
    "an empty block": full(b"\n", b"a: |\n"),
    "comments": full(b"#\n"),
    "tags": full(b"- !a b\n"),
    "a long tag": full(b"a", b"!"),
    "a long anchor": full(b"a", b"&"),
    "a long key": full(b"k", after=b": v"),
    "tag directives": b"".join(b"%%TAG !a%d! b\n" % number for number in range(60_000)),
    "version directives": full(b"%YAML 1.1\n"),
    "documents": full(b"---\n"),
    "conflict markers": full(b"=======\n"),
    "tabs": full(b"\t", b"a:"),
    "deep blocks": b"".join(b" " * depth + b"a:\n" for depth in range(1400)),
    "an unclosed quote": full(b"x ", b'a: "'),
    "an unclosed bracket": full(b"x ", b"a: ["),
    "a quote closed late": full(b"x\n", b'a: "', b'" z'),
    "a dash without space at the end": b"- x\n" * 40_000 + b"-z\n",
    "a wrong indentation at the end": b"a:\n" + b"  - x\n" * 40_000 + b" - z\n",
    "a wrong indentation after comments": full(b"# x\n", b"a:\n  b: 1\n", b" c: 2\n"),
    "a second colon before spaces": full(b" ", b"a: b: ", b"c\n"),
    "a text after quotes": full(b'x"', b'a: "b" '),
    "a text after brackets": full(b"x ", b"a: [b] "),
}


def _timed(data: bytes) -> tuple[float, Tree]:
    start = time.process_time()
    tree = read_tree(data, "x.yaml")
    return time.process_time() - start, tree


@pytest.mark.no_cover
@pytest.mark.skipif(not HAS_C_PARSER, reason="PyYAML's own parser takes up to two seconds")
@pytest.mark.parametrize("data", BUSY.values(), ids=[name.replace(" ", "-") for name in BUSY])
def test_no_file_takes_a_second(data: bytes) -> None:
    # A bound against reading in quadratic time, not a benchmark: the slowest takes a third of a second. What another
    # program took away once it will not take away three times.
    tree = next((tree for seconds, tree in (_timed(data) for _ in range(3)) if seconds < 1), None)
    assert tree is not None
    assert all(problem.place.line >= 1 and problem.place.column >= 1 for problem in tree.problems)

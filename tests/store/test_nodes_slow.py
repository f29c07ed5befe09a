"""PyYAML's own parser gives what libyaml gives, or says that the C parser is missing."""

from functools import cache

import pytest

from pipectl.store.full_reader import HAS_C_PARSER, read_fully
from pipectl.store.slow_parser import MISSING, SlowParser
from pipectl.store.tree import Tree
from tests.store.golden_files import FILES
from tests.store.golden_nodes import CASES, Case


@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("text", FILES[:-1])
def test_an_ordinary_file_reads_the_same(text: str) -> None:
    fast, slow = read_fully(text.encode(), "x.yaml"), read_fully(text.encode(), "x.yaml", parser=SlowParser)
    assert slow == fast
    assert not slow.problems


@cache
def _both(data: bytes) -> tuple[Tree, Tree]:
    return read_fully(data, "x.yaml"), read_fully(data, "x.yaml", parser=SlowParser)


@pytest.mark.no_cover
@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says.replace(" ", "-"))
def test_a_golden_case_reads_the_same_or_says_that_the_c_parser_is_missing(case: Case) -> None:
    fast, slow = _both(case.data)
    if any(MISSING in problem.hint for problem in slow.problems):
        assert any(problem.unread for problem in slow.problems)
    else:
        assert slow == fast


@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=lambda case: case.says.replace(" ", "-"))
def test_a_refused_case_is_refused_in_the_same_place(case: Case) -> None:
    fast, slow = _both(case.data)
    assert [problem.place for problem in slow.problems] == [problem.place for problem in fast.problems]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param("a:\tb\n", (1, 3), "a tab stands where only spaces can", id="a-tab-after-a-colon"),
        pytest.param("a: b\t\n", (1, 5), "a tab stands where only spaces can", id="a-tab-at-the-end-of-a-line"),
        pytest.param("a: [b,\n\tc]\n", (2, 1), "a tab is used for indentation", id="a-tab-in-brackets"),
        pytest.param("a: [really?, b]\n", (1, 11), "'?' can't begin a text", id="a-question-mark-in-brackets"),
        pytest.param("a: {b? c: d}\n", (1, 6), "'?' can't begin a text", id="a-question-mark-in-braces"),
        pytest.param("a: |# x\n  b\n", (1, 4), "after '|' the text begins on the next line", id="a-hash-after-a-bar"),
        pytest.param("a: [!, b]\n", (1, 5), "'!' can't begin a text", id="a-bare-tag-before-a-comma"),
        pytest.param(
            "%YAML 1.2\n---\na: 1\n",
            (1, 1),
            "a line that begins with % is no part of a pipeline file",
            id="a-directive",
        ),
    ],
)
def test_what_only_the_c_parser_reads_is_refused_and_says_so(text: str, place: tuple[int, int], message: str) -> None:
    tree = read_fully(text.encode(), "x.yaml", parser=SlowParser)
    assert [((found.place.line, found.place.column), found.message, found.unread) for found in tree.problems] == [
        (place, message, True)
    ]
    assert MISSING in tree.problems[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "[a:]",
        "[a :]",
        "{a:}",
        "{a:, b: c}",
        "[?]",
        "a: |\n  \tb\n",
        '"\\ud800"',
        '"\\U0000dc00"',
        '"\\U00110000"',
        "%FOO\n---\na",
    ],
)
def test_what_the_c_parser_refuses_is_refused(text: str) -> None:
    tree = read_fully(text.encode(), "x.yaml", parser=SlowParser)
    assert any(problem.unread for problem in tree.problems)


def test_a_missing_value_in_braces_stands_where_the_comma_does() -> None:
    data = b"{role:   , name: Rina, owner:  }\n"
    assert read_fully(data, "x.yaml", parser=SlowParser) == read_fully(data, "x.yaml")

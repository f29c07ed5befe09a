"""Spoilt files never break the reader: it gives a tree, or problems that name a place."""

import os
import time
from collections.abc import Sequence
from random import Random

import pytest

from pipectl.store.full_reader import HAS_C_PARSER, read_fully
from pipectl.store.nodes import MAX_PROBLEMS, Tree
from pipectl.store.slow_parser import MISSING, SlowParser
from tests.store.golden_files import FILES
from tests.store.golden_nodes import CASES

INPUTS = int(os.environ.get("PIPECTL_FUZZ", "20000"))
PARTS = 20
SEEDS = ([text.encode() for text in FILES], [case.data for case in CASES if len(case.data) < 2000])
# What has a meaning somewhere in YAML, and what looks as if it had.
PIECES = [
    piece.encode()
    for piece in (
        *"abx19 :-?#,[]{}&*!|>%@`'\"\\~=<.\n\t_+/",
        *(": ", "- ", "? ", " #", " #x", "\n", "\n\n", "\n  ", "\n- ", "\n    ", "\r\n", "\r", "  ", ":\n", "-\n"),
        *("---", "\n---\n", "\n...\n", "%YAML 1.2\n", "%TAG ! x\n", "<<: ", "<<: *x", "&x ", "*x", "*x ", "!a ", "!<"),
        *(
            "!!str ",
            "|\n",
            ">-\n",
            "|2",
            "|+\n",
            "[a, b]",
            "{a: b}",
            "[[",
            "{{",
            "]]",
            "''",
            '""',
            "a: b",
            "a: ",
            "title: ",
        ),
        *("\\n", "\\e", "\\x00", "\\u202e", "\\ud800", "\\U00110000", "\\\n", "\ufeff", "\u2028", "\x85", "\x1b", "\0"),
        *(
            "é",
            "東京",
            "🚀",
            "\u00a0",
            "<<<<<<< HEAD\n",
            "=======\n",
            ">>>>>>> x\n",
            "[" * 40,
            "- " * 40,
            "a" * 1030,
            " " * 99,
        ),
    )
] + [b"\xff", b"\xc3", b"\xff\xfe", b"\xed\xa0\x80"]


def spoilt(random: Random, seeds: Sequence[Sequence[bytes]] = SEEDS) -> bytes:
    """One of *seeds* with a few slips in it."""
    data = random.choice(random.choice(seeds))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5, 9))):
        at, to = random.randint(0, len(data)), random.randint(0, len(data))
        match random.randrange(9):
            case 0 | 1 | 2:
                data = data[:at] + random.choice(PIECES) + data[at:]
            case 3:
                data = data[:at] + random.choice(PIECES) + data[at + 1 :]
            case 4:
                data = data[:at] + data[at + random.randint(1, 4) :]
            case 5:
                data = data[:at] + data[to : to + random.randint(1, 30)] + data[at:]
            case 6:
                data = _other_indent(random, data)
            case 7:
                other = random.choice(random.choice(seeds))
                data = data[:at] + other[random.randint(0, len(other)) :]
            case 8:
                data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
    return data[:20_000]


def _other_indent(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    row = random.randrange(len(lines))
    lines[row] = random.choice((b" ", b"  ", b"\t", b"- ")) + lines[row] if random.random() < 0.5 else lines[row][1:]
    return b"\n".join(lines)


def assert_sound(tree: Tree, data: bytes) -> None:
    lines = tree.text.split("\n") if tree.text else [" " * len(line) for line in data.split(b"\n")]
    for problem in tree.problems:
        line, column = problem.place.line, problem.place.column
        assert problem.check
        assert problem.message
        assert 1 <= line <= len(lines), problem
        assert 1 <= column <= len(lines[line - 1]) + 1, problem
        assert not problem.message.startswith("not valid YAML"), problem
    assert len(tree.problems) <= 2 * MAX_PROBLEMS
    if tree.root is None and not any(problem.unread for problem in tree.problems):
        assert all(line.strip()[:1] in ("", "#") for line in lines)


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
def test_a_spoilt_file_gives_a_tree_or_problems_with_a_place(part: int) -> None:
    random = Random(part)  # noqa: S311 - the same files every time
    for _ in range(INPUTS // PARTS):
        data = spoilt(random)
        start = time.process_time()
        tree = read_fully(data, "deals/acme.yaml")
        # A bound against hangs: a file of this size takes less than a millisecond.
        assert time.process_time() - start < 1, data
        assert_sound(tree, data)


@pytest.mark.no_cover
@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("part", range(PARTS))
def test_without_the_c_parser_a_spoilt_file_reads_the_same_or_says_that_it_is_missing(part: int) -> None:
    random = Random(1000 + part)  # noqa: S311 - the same files every time
    for _ in range(INPUTS // PARTS // 8):
        data = spoilt(random)
        fast, slow = read_fully(data, "x.yaml"), read_fully(data, "x.yaml", parser=SlowParser)
        assert_sound(slow, data)
        if any(problem.unread for problem in slow.problems):
            says_so = any(MISSING in problem.hint for problem in slow.problems)
            assert says_so or any(problem.unread for problem in fast.problems), data
        else:
            assert slow == fast, data

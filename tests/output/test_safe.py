# ruff: noqa: RUF001 - wide forms are formulas too

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.output.safe import UNSAFE, block, csv_cell, inert, plain, say, unguard, visible
from tests.output.samples import hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme rollout", "Acme rollout"),
        ("Ma'mur & Söhne, 丸星 🚚", "Ma'mur & Söhne, 丸星 🚚"),
        ("red \x1b[31m", r"red \x1b[31m"),
        ("txt.\u202eexe", r"txt.\u202eexe"),
        ("a\x00b\x7f\x85\x9b", r"a\x00b\x7f\x85\x9b"),
        ("a\u2028b\ufeffc", r"a\u2028b\ufeffc"),
        ("half \ud83d of it", r"half \ud83d of it"),
        ("hidden \U000e0041", r"hidden \U000e0041"),
        ("two\n\tlines", "two lines"),
        ("of\r\nWindows", "of Windows"),
        ("back\rspace", r"back\x0dspace"),
    ],
)
def test_what_does_not_show_is_spelled_out(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", r"\::error::x"),
        ("  ::error::x", r"  \::error::x"),
        ("\u3000::error::x", "\u3000\\::error::x"),
        ("\n::error::x", r" \::error::x"),
        ("std::vector", "std::vector"),
        ("a ##[error]b", r"a ##\[error]b"),
        ("##vso[task.complete]", r"##vso\[task.complete]"),
        ("#1 of ## [x]", "#1 of ## [x]"),
        (r"\::error::x", r"\\::error::x"),
        ("\u200b::error::x", "\u200b\\::error::x"),
        (":\u00ad:error::x", "\\:\u00ad:error::x"),
    ],
)
def test_a_build_log_finds_no_command(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_notes_keep_their_lines() -> None:
    assert block("first\r\n\tsecond\n::add-mask::x\x07") == "first\n\tsecond\n\\::add-mask::x\\x07"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+62 811", "'+62 811"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
    ],
)
def test_a_spreadsheet_finds_no_formula(text: str, cell: str) -> None:
    assert csv_cell(text) == cell
    assert unguard(cell) == text


@given(hostile)
def test_unguard_gives_back_what_csv_cell_was_given(text: str) -> None:
    assert unguard(csv_cell(text)) == visible(text)
    assert visible(text) == text.replace("\r\n", "\n") or UNSAFE.search(text)


@given(hostile)
def test_nothing_unsafe_is_left(text: str) -> None:
    assert not UNSAFE.search(plain(text) + block(text) + csv_cell(text))
    assert not re.search(r"[\n\t]", plain(text))
    assert "##[" not in plain(text)
    assert not any(line.lstrip().startswith("::") for line in block(text).split("\n"))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_without_commands_stays_as_it_is(text: str) -> None:
    assert plain(text) == text or "::" in text or "##" in text


@given(hostile)
def test_a_printed_line_is_one_line_and_has_no_effect(text: str) -> None:
    end = io.StringIO()
    say(end, text, f"deal/{text}")
    shown = end.getvalue()
    assert shown.count("\n") == 2
    assert not UNSAFE.search(shown)
    assert not re.search(r"##[A-Za-z]*\[|^\s*::", shown, re.MULTILINE)


@given(hostile)
def test_what_is_safe_is_printed_as_it_is(text: str) -> None:
    assert inert(plain(text)) == plain(text)
    assert inert(inert(text)) == inert(text)

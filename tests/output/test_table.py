# ruff: noqa: RUF001 - dashes and multiplication signs are what people see

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabulate import SEPARATING_LINE, DataRow, Line, TableFormat, tabulate
from wcwidth import wcswidth

from pipectl.model.money import Money
from pipectl.output.formats import TABULATE, render
from pipectl.output.grid import grid
from pipectl.output.markup import MARKUPS
from pipectl.output.table import _columns
from pipectl.report import Column, Days, Labelled, Marked, Report, Table
from tests.output.samples import ASCII, DEALS, EVERY_CELL, PIPED, fits, hostile, idr, said, wide


def test_a_report_reads_from_its_header_to_its_notes() -> None:
    assert (
        render(DEALS, "table", PIPED)
        == """\
list  as of 2026-11-23

Open deals
Deal          Title                             Amount  In stage
────────────  ──────────────────────  ────────────────  ────────
acme-rollout  Acme warehouse rollout    Rp 800.000.000    ! 47 d
maruboshi     丸星物流 DC 🚚          Rp 1.250.000.000     0,6 d
kopi          Kopi                                   –         –
────────────  ──────────────────────  ────────────────  ────────
3 deals                               Rp 2.050.000.000

Lost deals
no deal was lost

! stalled

1 unpriced
"""
    )


def test_every_cell_stands_in_its_column() -> None:
    text = render(EVERY_CELL, "table", PIPED)
    assert text.startswith("sample  2026-Q4 to date · as of 2026-11-23\n\nName                        Cell\n")
    assert "\nratio     63,2% (43/68) [52–73%]\n" in text


def test_ascii_leaves_only_the_text_of_the_files() -> None:
    report = replace(DEALS, tables=(replace(DEALS.tables[0], rows=DEALS.tables[0].rows[:1], total=None),))
    text = render(report, "table", ASCII)
    assert text.isascii()
    assert "------------  ----------------------  --------------  --------\n" in text


def test_a_list_too_wide_has_its_texts_cut() -> None:
    assert (
        render(DEALS, "table", wide(60)).partition("Open deals\n")[2].partition("\n\n")[0]
        == """\
Deal          Title                         Amount  In stage
────────────  ──────────────────  ────────────────  ────────
acme-rollout  Acme warehouse ro…    Rp 800.000.000    ! 47 d
maruboshi     丸星物流 DC 🚚      Rp 1.250.000.000     0,6 d
kopi          Kopi                               –         –
────────────  ──────────────────  ────────────────  ────────
3 deals                           Rp 2.050.000.000"""
    )


def test_a_list_much_too_wide_has_its_texts_on_lines_of_their_own() -> None:
    assert (
        render(DEALS, "table", wide(46)).partition("Open deals\n")[2].partition("\n\n")[0]
        == """\
Deal                    Amount  In stage
  Title
────────────  ────────────────  ────────
acme-rollout    Rp 800.000.000    ! 47 d
  Acme warehouse rollout
maruboshi     Rp 1.250.000.000     0,6 d
  丸星物流 DC 🚚
kopi                         –         –
  Kopi
────────────  ────────────────  ────────
3 deals       Rp 2.050.000.000"""
    )


def test_what_is_no_list_is_read_whole() -> None:
    table = Table("deal", (Column("f", "Field"), Column("v", "Value")), (("notes", "asked for ten percent off"),))
    assert (
        render(Report("show", (table,)), "table", wide(24))
        == """\
Field  Value
─────  ─────────────
notes  asked for ten
       percent off
"""
    )


def test_colour_only_repeats_what_a_sign_says() -> None:
    plain, painted = (render(DEALS, "table", wide(80, color=color)) for color in (False, True))
    assert "\x1b[31m! 47 d\x1b[0m" in painted
    assert "\x1b[1mTitle\x1b[0m" in painted
    assert re.sub(r"\x1b\[\d*m", "", painted) == plain


def test_a_mark_inside_a_list_is_explained_too() -> None:
    cells = ((Labelled("since", Marked(date(2026, 1, 1), "idle")), Marked("x", "overdue")),)
    text = render(Report("show", (Table("t", (Column("a", "A"),), (cells,)),)), "table", PIPED)
    assert "since ~ 2026-01-01, × x" in text
    assert text.endswith("\n\n~ idle  × overdue\n")


def test_nothing_to_show_is_an_empty_text() -> None:
    assert render(Report("x", ()), "table", PIPED) == ""
    hidden = Table("t", (Column("a", "A"),), (("x",),), hidden=frozenset({"a"}))
    assert render(Report("x", (hidden,)), "table", wide(40)) == ""


def test_a_table_without_rows_and_words_shows_its_titles() -> None:
    assert render(Report("x", (Table("t", (Column("a", "Name"),), ()),)), "table", PIPED) == "Name\n────\n"


@pytest.mark.parametrize("name", TABULATE)
def test_every_layout_has_every_cell(name: str) -> None:
    text = render(EVERY_CELL, name, PIPED)
    for part in ("800", "12", "43", "68", "52", "73", "51", "labelled", "jakarta", "2026", "undated"):
        assert part in text


def test_a_layout_of_tabulate_has_its_own_lines() -> None:
    report = replace(DEALS, tables=DEALS.tables[:1], header=(), notes=())
    assert (
        render(report, "rounded_outline", PIPED)
        == """\
Open deals
╭──────────────┬────────────────────────┬──────────────────┬────────────╮
│ Deal         │ Title                  │           Amount │   In stage │
├──────────────┼────────────────────────┼──────────────────┼────────────┤
│ acme-rollout │ Acme warehouse rollout │   Rp 800.000.000 │     ! 47 d │
│ maruboshi    │ 丸星物流 DC 🚚         │ Rp 1.250.000.000 │      0,6 d │
│ kopi         │ Kopi                   │                – │          – │
├──────────────┼────────────────────────┼──────────────────┼────────────┤
│ 3 deals      │                        │ Rp 2.050.000.000 │            │
╰──────────────┴────────────────────────┴──────────────────┴────────────╯

! stalled
"""
    )
    lines = render(report, "grid", wide(66)).splitlines()
    assert max(map(wcswidth, lines)) == 66
    assert any("Acme warehouse…" in line for line in lines)


@given(hostile)
def test_columns_stand_straight_whatever_is_in_them(text: str) -> None:
    # wcwidth takes the blank after a joiner for joined, which terminals don't.
    text = re.sub("\u200d(?!👩)", "", text)
    deals = ((text, Days(1)), ("日本 " + text, Days(2)), ("", Days(3)))
    table = Table("t", (Column("a", text), Column("b", "B", right=True)), deals, total=(text, Days(6)))
    for name in ("table", "grid", "rounded_outline", "psql"):
        lines = render(Report("x", (table,)), name, PIPED).rstrip("\n").split("\n")
        assert len({wcswidth(line) for line in lines}) == 1, lines


@given(hostile, st.integers(40, 120))
def test_texts_give_way_to_the_window(text: str, width: int) -> None:
    deals = (("acme", text, text, Money(idr(1).amount, "IDR")), ("b" * 90, "c" * 90, text, None))
    columns = (Column("id", "Deal"), Column("t", text), Column("u", "Other"), Column("m", "Amount", right=True))
    for ids in ("id", ""):
        report = Report("x", (Table("t", columns, deals, ids=ids),), notes=("word " * 40,))
        for line in render(report, "table", wide(width)).split("\n"):
            assert fits(line, width), line


@pytest.mark.parametrize("name", sorted(MARKUPS))
def test_markup_in_a_title_is_no_markup(name: str) -> None:
    text = render(said("[x] | {y} <z> \\input{w} `v` **u** '''t''' %s"), name, PIPED)
    for mark in ("{y}", "<z>", "'''t'''", "**u**", "`v`"):
        escaped = name in ("latex", "latex_booktabs", "latex_longtable", "orgtbl")
        bare = [line for line in text.split("\n") if mark in line and not line.startswith(("%", ":"))]
        assert not bare or (escaped and mark not in ("{y}", "<z>")) or name == "orgtbl" or "\\" in bare[0], bare


def test_where_columns_stand_below_each_other_the_labels_are_repeated_whole() -> None:
    columns = (Column("stage", "Stage"), Column("owner", "Owner"), *(Column(f"n{n}", f"Number {n}") for n in range(4)))
    table = Table("stages", columns, (("negotiation", "ratna", 1, 2, 3, 4),), labels=2)
    assert render(Report("x", (table,)), "table", wide(40)) == (
        "Stage        Owner  Number 0  Number 1\n"
        "───────────  ─────  ────────  ────────\n"
        "negotiation  ratna  1         2\n"
        "\n"
        "Stage        Owner  Number 2  Number 3\n"
        "───────────  ─────  ────────  ────────\n"
        "negotiation  ratna  3         4\n"
    )


def test_chosen_columns_keep_their_labels_as_far_as_they_stand_first() -> None:
    columns = tuple(Column(key, key) for key in "abcd")
    table = Table("t", columns, (), labels=2)
    assert [table.with_fields(list(keys)).labels for keys in ("abc", "bc", "cab", "acb")] == [2, 1, 1, 1]


@given(st.lists(st.tuples(hostile, hostile, hostile), min_size=1, max_size=4), st.booleans())
def test_a_table_is_drawn_as_tabulate_draws_it(cells: list[tuple[str, str, str]], totals: bool) -> None:
    columns = (Column("a", "Deal"), Column("b", "Größe", right=True), Column("c", ""))
    row, rule = DataRow("", "  ", ""), [SEPARATING_LINE]
    layout = TableFormat(None, Line("", "─", "  ", ""), None, None, row, row, 0, None)
    shown = grid(Table("deals", columns, tuple(cells), total=cells[0] if totals else None), PIPED)
    lines = [list(shown.titles), rule, *map(list, shown.rows)]
    if totals:
        lines.insert(-1, rule)
    drawn = tabulate(lines, tablefmt=layout, colalign=shown.aligns, disable_numparse=True)
    assert _columns(shown, PIPED) == drawn


def test_texts_are_folded_between_words_before_any_word_is_broken() -> None:
    columns = (Column("role", "Role"), Column("email", "E-mail"))
    rows = (("interpreter and assistant", "k-takahashi@maruboshi.example"), ("owner", ""))
    report = Report("show", (Table("contacts", columns, rows),))
    assert render(report, "table", wide(42)) == (
        "Role         E-mail\n"
        "───────────  ─────────────────────────────\n"
        "interpreter  k-takahashi@maruboshi.example\n"
        "and\n"
        "assistant\n"
        "owner\n"
    )
    assert "  k-takahashi@maruboshi.exa\n" in render(report, "table", wide(38))

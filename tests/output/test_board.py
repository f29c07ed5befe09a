# ruff: noqa: RUF001 - dashes and multiplication signs are what people see

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from pipectl.output.formats import render
from pipectl.output.safe import UNSAFE
from tests.output.runner import commands
from tests.output.samples import ASCII, PIPED, board, fits, hostile, idr, wide

SMALL = board(
    ("lead", "roti-mamur", "Roti Ma'mur bakery", idr(165000000), 14.0, ()),
    ("lead", "nelayan", "🐟 Nelayan Makmur cold storage", None, 35.4, ("stalled", "unpriced")),
    ("proposal", "puri-farma-dc", "Puri Farma second distribution centre", idr(1250000000), 0.6, ("idle", "overdue")),
    stages=("lead", "qualified", "proposal"),
)


def lines_of(text: str) -> list[str]:
    return text.rstrip("\n").split("\n")


def test_stages_stand_side_by_side() -> None:
    assert (
        render(SMALL, "table", wide(80))
        == """\
board  as of 2026-11-23

New business  3 deals · Rp 1.415.000.000 · weighted Rp 707.500.000 · 1 unpriced

Lead                       Qualified                  Proposal
2 deals · 165mn            no deals                   1 deal · 1,25bn
weighted 82,5mn                                       weighted 625mn
─────────────────────────  ─────────────────────────  ─────────────────────────
Roti Ma'mur bakery                                    Puri Farma second distri…
  165mn · 14 d                                          1,25bn · 1 d ~×
🐟 Nelayan Makmur cold s…
  – · 35 d !¤

! stalled  ~ idle  × overdue  ¤ unpriced
"""
    )


def test_ascii_has_its_own_lines_and_signs() -> None:
    text = render(board(("lead", "a", "Acme", idr(165000000), 14.0, ("overdue", "task"))), "table", ASCII)
    drawn = render(
        board(("lead", "a", "A" * 90, idr(165000000), 14.0, ("overdue", "task"))), "table", replace(ASCII, width=80)
    )
    assert (text + drawn).isascii()
    assert "A...\n  165mn | 14 d xo\n" in drawn
    assert drawn.endswith("\n\nx overdue  o task\n")


def test_in_a_pipe_it_is_a_line_a_deal_with_words() -> None:
    assert (
        render(SMALL, "table", PIPED)
        == """\
board  as of 2026-11-23

New business  3 deals · Rp 1.415.000.000 · weighted Rp 707.500.000 · 1 unpriced
────────────

Lead  2 deals · Rp 165.000.000 · weighted Rp 82.500.000 · 1 unpriced
  roti-mamur     Roti Ma'mur bakery                       Rp 165.000.000    14 d
  nelayan        🐟 Nelayan Makmur cold storage                        –  35,4 d  stalled, unpriced

Qualified  no deals

Proposal  1 deal · Rp 1.250.000.000 · weighted Rp 625.000.000
  puri-farma-dc  Puri Farma second distribution centre  Rp 1.250.000.000   0,6 d  idle, overdue
"""
    )


def test_a_narrow_window_keeps_the_ids_and_the_words() -> None:
    assert (
        render(SMALL, "table", wide(40))
        == """\
board  as of 2026-11-23

New business  3 deals · 1,42bn ·
weighted 708mn · 1 unpriced
────────────

Lead  2 deals · 165mn · weighted 82,5mn
· 1 unpriced
  roti-mamur      165mn    14 d
  nelayan             –  35,4 d
    stalled, unpriced

Qualified  no deals

Proposal  1 deal · 1,25bn · weighted
625mn
  puri-farma-dc  1,25bn   0,6 d
    idle, overdue
"""
    )


def test_a_long_stage_ends_with_how_many_more() -> None:
    deals = [("lead", f"deal-{number}", f"Deal {number}", idr(20000), 1.0, ()) for number in range(17)]
    drawn = render(board(*deals), "table", wide(80))
    assert drawn.count("Deal ") == 12
    assert "\n+5 more\n" in drawn
    assert render(board(*deals), "table", PIPED).count("Deal ") == 17


def test_deals_that_a_limit_left_out_are_counted() -> None:
    report = SMALL.changed(lambda table: table.first(1))
    assert "\n+1 more" in render(report, "table", wide(80))
    assert "\n  +1 more\n" in render(report, "table", PIPED)


def test_more_stages_than_fit_go_on_below_evenly() -> None:
    deals = [(f"stage{number}", f"d{number}", f"D{number}", None, None, ()) for number in range(7)]
    drawn = render(board(*deals), "table", wide(80))
    heads = [re.findall(r"Stage\d", line) for line in lines_of(drawn) if line.startswith("Stage")]
    assert heads == [["Stage0", "Stage1", "Stage2", "Stage3"], ["Stage4", "Stage5", "Stage6"]]


def test_colour_changes_nothing_else() -> None:
    for width in (40, 80, 140):
        plain, painted = (render(SMALL, "table", wide(width, color=color)) for color in (False, True))
        assert "\x1b[1mNew business\x1b[0m" in painted
        assert "\x1b[31m" in painted
        assert re.sub(r"\x1b\[\d*m", "", painted) == plain


def test_an_empty_board_says_so() -> None:
    assert render(board(stages=("lead",)), "table", wide(80)) == "board  as of 2026-11-23\n\nno open deal\n"


def test_chosen_columns_are_a_table() -> None:
    report = SMALL.changed(lambda table: table.with_fields(("id", "amount")))
    assert render(report, "table", PIPED).startswith("board  as of 2026-11-23\n\nid             amount\n")


def test_other_formats_have_the_tables() -> None:
    assert render(SMALL, "csv", PIPED).startswith("pipeline,stage,id,title,company,owner,amount,amount_currency,days")


@pytest.mark.parametrize("width", [40, 59, 60, 80, 140, 300])
@given(titles=st.lists(hostile, min_size=1, max_size=5), stages=st.integers(1, 9))
def test_it_fits_its_window_and_steers_nothing(width: int, titles: list[str], stages: int) -> None:
    signs = ("stalled", "idle", "overdue", "task", "undated", "unpriced", "snoozed", "no rate")
    deals = [
        (f"stage{number % stages}", f"deal-{number}", title, idr(10 ** (number * 3)), number * 9.7, signs[number:])
        for number, title in enumerate(titles)
    ]
    out = render(board(*deals), "table", wide(width))
    assert not UNSAFE.search(out)
    assert not list(commands(out))
    for line in lines_of(out):
        assert fits(line, width), line


@given(hostile)
def test_columns_stand_straight_under_wide_titles(title: str) -> None:
    # wcwidth takes the blank after a joiner for joined, which terminals don't.
    title = re.sub("\u200d(?!👩)", "", title) or "x"
    deals = [("lead", "a", title, idr(1), 1.0, ()), ("won", "b", "END", idr(1), 1.0, ())]
    (line,) = (line for line in lines_of(render(board(*deals), "table", wide(80))) if line.endswith("  END"))
    assert wcswidth(line) == 40 + 3

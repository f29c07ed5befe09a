"""Slips and pushes: the examples of the docstrings, and what was expected when the period began."""

from datetime import date

import pytest

from pipectl.metrics.slips import expected, pushes, slip_rate, slipped
from pipectl.model.money import Money
from pipectl.report import Days, Ratio
from tests.build import details, scope_of

OCTOBER = "2026-10"


def _deal(*moves: str, changes: str = "", close: str = "2026-10-15", more: str = "") -> str:
    """A deal with *moves*, each `DAY STAGE`, from 1 September on; *changes*: `DAY CLOSE; DAY CLOSE`."""
    steps = [move.split() for move in ("2026-09-01 lead", *moves)]
    history = ", ".join(f"{{at: {day}, stage: {stage}}}" for day, stage in steps)
    records = [record.split() for record in changes.split(";") if record]
    written = ", ".join(f"{{at: {day}, expected_close: {value}}}" for day, value in records)
    begin = f"title: D\nstage: {steps[-1][1]}\nexpected_close: {close}\n{more}\n"
    return f"{begin}changes: [{written}]\nhistory: [{history}]\n"


PUSHED = _deal(changes="2026-09-01 2026-10-15; 2026-10-10 2026-12-01", close="2026-12-01", more="amount: 70")


def _files(*deals: str) -> dict[str, str]:
    return {f"deals/d{number}.yaml": deal for number, deal in enumerate(deals)}


def test_one_won_one_lost_one_pushed_and_one_that_stands_are_half_slipped() -> None:
    files = _files(_deal("2026-10-20 won"), _deal("2026-10-02 lost"), PUSHED, _deal(more="amount: 30"))
    measure = slip_rate(scope_of(files, OCTOBER, date(2026, 10, 31)))
    ratio = measure.value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator, ratio.too_few) == (2, 4, True)
    found = details(measure)
    assert isinstance(found["slipped"], Money)
    assert (found["slipped"].amount, found["won"], found["lost"]) == (100, 1, 1)
    assert [(part.role, [state.deal.id for state in part.states]) for part in measure.behind] == [
        ("slipped", ["d2", "d3"]),
        ("closed", ["d0", "d1"]),
    ]


@pytest.mark.parametrize(
    ("deal", "counts"),
    [
        (_deal(), True),
        (_deal(close="2026-10-31"), True),
        (_deal(close="2026-11-01"), False),
        (_deal(close="2026-09-30"), False),
        (_deal(close="~"), False),
        (_deal("2026-09-20 won"), False),
        (_deal("2026-09-20 won", "2026-10-02 lead"), False),
        (_deal("2026-09-20 won", "2026-09-30 lead"), True),
        (_deal(changes="2026-09-01 2026-12-01; 2026-10-01 2026-10-15"), False),
        (_deal(changes="2026-09-01 2026-12-01; 2026-09-30 2026-10-15"), True),
        (_deal(changes="2026-10-01 2026-10-15"), False),
        ("title: D\nstage: lead\nexpected_close: 2026-10-15\nhistory: [{at: 2026-10-01, stage: lead}]\n", False),
        ("title: D\nstage: lead\nexpected_close: 2026-10-15\n", True),
    ],
    ids=[
        "in the middle",
        "the last day",
        "the day after",
        "the day before",
        "never",
        "closed before",
        "closed before and reopened later",
        "reopened before",
        "pulled in later",
        "pulled in before",
        "not known when it began",
        "created later",
        "undated",
    ],
)
def test_expected_is_what_was_open_and_expected_when_the_period_began(deal: str, counts: bool) -> None:
    assert len(expected(scope_of(_files(deal), OCTOBER))) == counts


def test_a_deal_closed_and_reopened_is_not_closed() -> None:
    scope = scope_of(_files(_deal("2026-10-05 won", "2026-10-20 lead")), OCTOBER)
    assert len(slipped(scope)) == 1


@pytest.mark.parametrize(("day", "count"), [("2026-10-14", 0), ("2026-10-15", 1), ("2026-10-31", 1)])
def test_of_a_running_period_only_what_was_expected_by_now_can_have_slipped(day: str, count: int) -> None:
    ratio = slip_rate(scope_of(_files(_deal()), OCTOBER, date.fromisoformat(day))).value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator) == (count, count)


@pytest.mark.parametrize("period", ["all", "2027-Q1", "..2026-10-31"])
def test_a_period_without_a_beginning_and_one_ahead_have_no_slip_rate(period: str) -> None:
    ratio = slip_rate(scope_of(_files(_deal(close="2027-01-05")), period)).value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator) == (0, 0)


def test_of_two_moves_out_and_one_in_two_are_pushes_of_46_and_41_days() -> None:
    changes = "2026-09-01 2026-10-15; 2026-10-02 2026-11-30; 2026-10-05 2026-11-20; 2026-10-20 2026-12-31"
    measure = pushes(scope_of(_files(_deal(changes=changes, close="2026-12-31"), _deal()), OCTOBER))
    assert measure.value == 2
    assert details(measure) == {"deals": 1, "median": Days(43.5)}
    assert [state.deal.id for part in measure.behind for state in part.states] == ["d0"]


@pytest.mark.parametrize(
    ("changes", "moves", "count"),
    [
        ("2026-10-02 2026-11-30", (), 0),
        ("2026-09-01 2026-10-15; 2026-10-02 ~; 2026-10-03 2026-11-30", (), 1),
        ("2026-09-01 2026-10-15; 2026-10-02 2026-10-15", (), 0),
        ("2026-09-01 2026-10-15; 2026-11-02 2026-11-15", (), 0),
        ("2026-09-01 2026-10-15; 2026-10-20 2026-11-15", ("2026-10-20 won",), 1),
        ("2026-09-01 2026-10-15; 2026-10-20 2026-11-15", ("2026-10-19 won",), 0),
    ],
    ids=[
        "a first date",
        "emptied and set later",
        "the same",
        "of another month",
        "on the day of the close",
        "after it",
    ],
)
def test_a_push_is_a_recorded_move_to_a_later_day_while_the_deal_is_open(
    changes: str, moves: tuple[str, ...], count: int
) -> None:
    deal = _deal(*moves, changes=changes, close=changes.rsplit(maxsplit=1)[-1])
    assert pushes(scope_of(_files(deal), OCTOBER)).value == count

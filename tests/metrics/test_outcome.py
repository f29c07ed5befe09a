"""How deals end: the examples of the docstrings, and who counts in the win rate."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from pipectl.metrics.outcome import (
    lost_deals,
    win_rate,
    win_rate_by_amount,
    win_rate_with_stale,
    win_ratio,
    won_amount,
    won_deals,
)
from pipectl.model.money import Money
from pipectl.report import Ratio
from tests.build import details, scope_of


def _deal(stage: str, moves: Sequence[str], more: str = "") -> str:
    history = ", ".join(f"{{at: {move.split()[0]}, stage: {move.split()[1]}}}" for move in moves)
    return f"title: D\nstage: {stage}\n{more}\nhistory: [{history}]\n"


def _closed(**counts: int) -> dict[str, str]:
    """So many deals won, and so many lost, this quarter."""
    return {
        f"deals/{stage}-{n}.yaml": _deal(stage, ["2026-10-01 lead", f"2026-10-05 {stage}"])
        for stage, count in counts.items()
        for n in range(count)
    }


REWON = _deal("won", ["2026-05-01 lead", "2026-05-20 won", "2026-06-05 lead", "2026-07-09 won"])


@pytest.mark.parametrize(("period", "won"), [("2026-05", 0), ("2026-06", 0), ("2026-07", 1), ("2026", 1)])
def test_won_in_may_reopened_in_june_won_again_in_july_is_one_in_july_and_none_in_may(period: str, won: int) -> None:
    assert won_deals(scope_of(REWON, period)).value == won


@pytest.mark.parametrize(("day", "won"), [("2026-05-31", 1), ("2026-06-30", 0), ("2026-07-31", 0)])
def test_as_of_a_day_before_the_reopening_the_first_win_counts(day: str, won: int) -> None:
    assert won_deals(scope_of(REWON, "2026-05", date.fromisoformat(day))).value == won


def test_a_win_whose_date_nobody_wrote_falls_in_no_period_and_is_named() -> None:
    measure = won_deals(scope_of(_deal("won", ["2026-10-01 lead"]), "all"))
    assert (measure.value, details(measure)) == (0, {"date unknown": 1})


def test_wins_of_ten_and_twenty_and_one_unpriced_are_worth_thirty() -> None:
    moves = ["2026-10-01 lead", "2026-10-05 won"]
    files = {f"deals/d{n}.yaml": _deal("won", moves, f"amount: {amount}") for n, amount in enumerate((10, 20, "~"))}
    measure = won_amount(scope_of(files))
    assert measure.value == Money(Decimal(30), "IDR")
    assert details(measure) == {"average": Money(Decimal(15), "IDR"), "unpriced": 1}


def test_the_amount_that_the_close_recorded_was_won() -> None:
    deal = "title: D\nstage: won\namount: 10\nhistory: [{at: 2026-10-05, stage: won, amount: 8}]\n"
    assert won_amount(scope_of(deal)).value == Money(Decimal(8), "IDR")


def test_lost_in_may_and_reopened_in_june_is_not_lost() -> None:
    deal = _deal("lead", ["2026-05-01 lead", "2026-05-20 lost", "2026-06-05 lead"])
    assert lost_deals(scope_of(deal, "2026")).value == 0


def test_43_won_and_25_lost_are_63_percent() -> None:
    ratio = win_rate(scope_of(_closed(won=43, lost=25))).value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator, ratio.too_few) == (43, 68, False)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((0.632353, 0.513556, 0.736995), abs=1e-6)


@pytest.mark.parametrize(("won", "lost", "too_few"), [(9, 0, True), (5, 5, False), (0, 9, True), (0, 0, True)])
def test_under_ten_closed_are_too_few(won: int, lost: int, too_few: bool) -> None:
    assert win_ratio(won, lost).too_few is too_few


def test_over_nothing_closed_there_is_no_win_rate() -> None:
    assert win_rate(scope_of("title: D\nstage: lead\n")).value == Ratio(0, 0, None, None, too_few=True)


@pytest.mark.parametrize(
    ("more", "closed"),
    [
        ("", 2),
        ("lost_reason: price", 2),
        ("lost_reason: duplicate", 1),
    ],
)
def test_a_loss_for_an_excluded_reason_is_left_out_of_the_win_rate(more: str, closed: int) -> None:
    files = {
        "deals/won.yaml": _deal("won", ["2026-10-05 won"]),
        "deals/lost.yaml": _deal("lost", ["2026-10-05 lost"], more),
    }
    ratio = win_rate(scope_of(files)).value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator) == (1, closed)
    measure = lost_deals(scope_of(files))
    assert (measure.value, details(measure).get("not counted in the win rate")) == (1, None if closed == 2 else 1)


def test_the_reason_may_stand_in_the_close_alone() -> None:
    deal = "title: D\nstage: lost\nhistory: [{at: 2026-10-05, stage: lost, lost_reason: duplicate}]\n"
    assert win_rate(scope_of(deal)).value == Ratio(0, 0, None, None, too_few=True)


def test_a_deal_whose_first_entry_is_a_close_counts_in_the_win_rate() -> None:
    ratio = win_rate(scope_of(_deal("won", ["2026-10-05 won"]))).value
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator) == (1, 1)


def test_open_deals_do_not_count() -> None:
    files = {**_closed(won=1, lost=1), "deals/open.yaml": _deal("lead", ["2026-10-01 lead"])}
    ratio = win_rate(scope_of(files)).value
    assert isinstance(ratio, Ratio)
    assert ratio.denominator == 2


def _won_and_lost(won: Sequence[str], lost: Sequence[str]) -> dict[str, str]:
    """Deals of these amounts, closed this quarter."""
    return {
        f"deals/{stage}-{n}.yaml": _deal(stage, ["2026-10-01 lead", f"2026-10-05 {stage}"], f"amount: {amount}")
        for stage, amounts in (("won", won), ("lost", lost))
        for n, amount in enumerate(amounts)
    }


def test_of_eighty_won_and_forty_lost_two_thirds_of_the_amount_are_won() -> None:
    measure = win_rate_by_amount(scope_of(_won_and_lost(["60", "20"], ["10", "30", "~"])))
    assert isinstance(measure.value, Ratio)
    assert (measure.value.numerator, measure.value.denominator, measure.value.too_few) == (80, 120, True)
    assert details(measure) == {"won priced": Ratio(2, 2), "lost priced": Ratio(2, 3)}
    assert {part.role: len(part.states) for part in measure.behind} == {"won": 2, "lost": 2}


@pytest.mark.parametrize("lost", [["10", "0", "0"], ["10", "~", "~"], ["0"]])
def test_where_under_half_of_the_lost_have_an_amount_there_is_no_rate_by_amount(lost: list[str]) -> None:
    measure = win_rate_by_amount(scope_of(_won_and_lost(["60"], lost)))
    assert measure.value is None
    assert details(measure)[""] == "under half of the lost have an amount above 0"


def test_where_half_of_the_lost_have_an_amount_there_is_one() -> None:
    assert win_rate_by_amount(scope_of(_won_and_lost(["60"], ["20", "~"]))).value is not None


def test_over_no_amount_there_is_no_rate_by_amount() -> None:
    assert win_rate_by_amount(scope_of(_won_and_lost(["0"], []))).value is None


def test_the_interval_by_amount_holds_the_rate_and_is_the_same_on_every_run() -> None:
    files = _won_and_lost([str(n) for n in range(1, 16)], [str(n) for n in range(1, 21)])
    first, again = (win_rate_by_amount(scope_of(files)).value for _ in range(2))
    assert first == again
    assert isinstance(first, Ratio)
    assert first.low is not None
    assert first.high is not None
    assert first.low < (first.value or 0) < first.high
    # 120 of 330; drawing amounts too is less sure than counting 15 of 35, whose interval is 28-59%.
    assert (round(first.low, 1), round(first.high, 1)) == (0.2, 0.6)


def test_six_won_four_lost_and_five_that_stand_still_are_six_of_fifteen() -> None:
    stuck = {f"deals/stuck-{n}.yaml": _deal("lead", ["2026-09-01 lead"]) for n in range(5)}
    moving = {"deals/new.yaml": _deal("lead", ["2026-11-22 lead"])}
    measure = win_rate_with_stale(scope_of({**_closed(won=6, lost=4), **stuck, **moving}))
    assert isinstance(measure.value, Ratio)
    assert (measure.value.numerator, measure.value.denominator) == (6, 15)
    assert details(measure) == {"stagnant": 5}

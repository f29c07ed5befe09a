"""Why deals are won and lost: groups against the rest, shares of the losses, and what may be said of them."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import UsageError
from pipectl.metrics.metric import Scope
from pipectl.metrics.reasons import compared, ends, excluded, parts_of_losses
from pipectl.model.deal import Deal
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.report import Cell, Difference, Ratio, Table
from tests.build import scope_of
from tests.metrics.any_deals import (
    DAYS,
    LAW,
    OWNERS,
    PERIODS,
    PLACES,
    WORKSPACES,
    adds_up,
    facts_on,
    scope_in,
    told,
    with_later_events,
)


def _closed(stage: str, count: int, more: str = "", via: str = "lead", on: str = "2026-10-20") -> dict[str, str]:
    history = f"[{{at: 2026-07-01, stage: lead}}, {{at: 2026-07-02, stage: {via}}}, {{at: {on}, stage: {stage}}}]"
    text = f"title: D\nstage: {stage}\namount: 10\n{more}\nhistory: {history}\n"
    name = re.sub("[^a-z0-9]+", "-", f"{stage} {more} {via} {on}")
    return {f"deals/{name}-{number}.yaml": text for number in range(count)}


def _rows(table: Table) -> dict[Cell, dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in table.rows}


SOURCES = {
    **_closed("won", 3, "source: web"),
    **_closed("lost", 9, "source: web"),
    **_closed("won", 10, "source: referral"),
    **_closed("lost", 2, "source: referral"),
    **_closed("won", 1, "source: fair"),
    **_closed("won", 4),
    **_closed("lost", 4),
    **_closed("lost", 7, "lost_reason: duplicate\nsource: fair"),
}


def test_a_group_stands_against_all_other_closed_deals() -> None:
    """Web wins 3 of 12; the rest win 15 of 21 (10 and 2, 1 and 0, 4 and 4): 25.0% against 71.4%."""
    web = _rows(ends(scope_of(SOURCES), "source"))["web"]
    assert (web["won"], web["lost"], web["won_amount"], web["lost_amount"]) == (3, 9, _idr(30), _idr(90))
    gap = web["difference"]
    assert isinstance(gap, Difference)
    # Newcombe's method 10 by hand: Wilson's 90% limits are 0.1047 and 0.4873 for 3/12, 0.5353 and 0.8444 for 15/21.
    assert (gap.value, gap.low, gap.high) == pytest.approx((-0.464286, -0.65935, -0.1670), abs=2e-5)
    assert web["verdict"] == "lower"


def test_a_reason_whose_losses_have_no_amount_has_none_and_not_0() -> None:
    unpriced = {
        path: text.replace("amount: 10\n", "") for path, text in _closed("lost", 2, "lost_reason: price").items()
    }
    scope = scope_of({**unpriced, **_closed("lost", 1, "lost_reason: timing")})
    table = parts_of_losses(scope, "reason")
    amounts = {name: (row["lost"], row["lost_amount"]) for name, row in _rows(table).items()}
    assert amounts == {"price": (2, None), "timing": (1, _idr(10))}
    assert (table.total or ())[table.index("lost_amount")] == _idr(10)


def _idr(amount: int) -> Money:
    return Money(Decimal(amount), "IDR")


@pytest.mark.parametrize(
    ("source", "verdict"), [("referral", "higher"), ("fair", "too few"), ("(no source)", "too few")]
)
def test_only_an_interval_without_0_makes_a_word_and_under_10_are_too_few(source: str, verdict: str) -> None:
    assert _rows(ends(scope_of(SOURCES), "source"))[source]["verdict"] == verdict


def test_a_group_large_enough_that_does_not_differ_says_so() -> None:
    web = {**_closed("won", 6, "source: web"), **_closed("lost", 6, "source: web")}
    files = {**web, **_closed("won", 7), **_closed("lost", 6)}
    table = ends(scope_of(files), "source")
    assert [row["verdict"] for row in _rows(table).values()] == ["no clear difference"] * 2
    assert compared([table]) == (2, 0)


def test_losses_that_do_not_count_stand_apart() -> None:
    scope = scope_of(SOURCES)
    assert _rows(ends(scope, "source"))["fair"]["lost"] == 0
    assert "duplicate" not in _rows(parts_of_losses(scope, "reason"))
    assert excluded(scope).rows == (("duplicate", 7, _idr(70)),)


def test_the_win_rate_of_all_is_that_of_stats() -> None:
    table = ends(scope_of(SOURCES), "source")
    ratio = (table.total or ())[table.index("win_rate")]
    assert isinstance(ratio, Ratio)
    assert (ratio.numerator, ratio.denominator) == (18, 33)


REASONS = {
    **_closed("lost", 9, "lost_reason: price", via="proposal"),
    **_closed("lost", 2, "lost_reason: timing", via="proposal"),
    **_closed("lost", 1, via="lead"),
    **_closed("lost", 3, "lost_reason: price", on="2026-08-20"),
    **_closed("lost", 9, "lost_reason: timing", on="2026-08-20"),
}


def _losses(by: str) -> dict[Cell, dict[str, Cell]]:
    scope = scope_of(REASONS)
    before = scope_of(REASONS, "2026-Q3", date(2026, 9, 30))
    return _rows(parts_of_losses(scope, by, before))


@pytest.mark.parametrize(
    ("reason", "now", "before", "verdict"),
    [
        ("price", (9, 12), (3, 12), "more"),
        ("timing", (2, 12), (9, 12), "fewer"),
        ("(no reason)", (1, 12), (0, 12), "no clear difference"),
    ],
)
def test_a_reason_has_a_share_of_the_losses_against_the_period_before(
    reason: str, now: tuple[int, int], before: tuple[int, int], verdict: str
) -> None:
    row = _losses("reason")[reason]
    share, earlier = row["share"], row["before"]
    assert isinstance(share, Ratio)
    assert isinstance(earlier, Ratio)
    assert (share.numerator, share.denominator) == now
    assert (earlier.numerator, earlier.denominator) == before
    assert row["verdict"] == verdict


def test_deals_die_in_the_last_open_stage() -> None:
    assert {stage: row["lost"] for stage, row in _losses("stage").items()} == {"lead": 1, "proposal": 11}


def test_without_a_period_before_there_is_no_change() -> None:
    row = _rows(parts_of_losses(scope_of(REASONS, "all"), "reason"))["price"]
    assert (row["before"], row["change"], row["verdict"]) == (Ratio(0, 0, too_few=True), None, "")


def test_a_field_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        ends(scope_of(REASONS), "raeson")
    assert (str(caught.value), caught.value.hint) == ("no field 'raeson' to group by", "did you mean reason?")


TABLES: dict[str, Callable[[Scope], Table]] = {
    "reason": lambda scope: parts_of_losses(scope, "reason"),
    "stage": lambda scope: parts_of_losses(scope, "stage", most=1),
    "owner": lambda scope: ends(scope, "owner", most=1),
    "size": lambda scope: ends(scope, "size"),
    "currency": lambda scope: ends(scope, "currency", most=1),
}


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from(sorted(TABLES)))
def test_the_rows_add_up_to_all_whether_shortened_or_not(deals: list[Deal], period: Period, name: str) -> None:
    scope = scope_in(facts_on(deals), period)
    table = TABLES[name](scope)
    for key in ("won", "lost", "won_amount", "lost_amount"):
        if all(column.key != key for column in table.columns):
            continue
        cells = [row[table.index(key)] for row in table.rows]
        whole = table.total[table.index(key)] if table.total else 0
        if key.endswith("amount"):
            assert adds_up(cells, whole if table.total else _idr(0))
        else:
            assert sum(cell for cell in cells if isinstance(cell, int)) == whole
    left_out = sum(row[1] for row in excluded(scope).rows if isinstance(row[1], int))
    assert left_out + len(scope.counted_lost) == len(scope.lost)


@LAW
@given(WORKSPACES, PERIODS, DAYS, PLACES, OWNERS)
def test_neither_later_events_nor_the_order_of_the_files_change_a_row(
    deals: list[Deal], period: Period, day: date, place: tuple[str, str], owner: str
) -> None:
    before = [told(deal) for deal in deals if deal.history]
    later = [with_later_events(deal, place, owner) for deal in reversed(before)]
    one, two = (scope_in(facts_on(known, day), period) for known in (before, later))
    for table in TABLES.values():
        assert table(one) == table(two)
    assert excluded(one) == excluded(two)

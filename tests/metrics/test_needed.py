"""How many deals a target takes: the examples by hand, and the laws of the formulas."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.metric import Scope
from pipectl.metrics.needed import Chance, Needed, deals_needed, needed, win_in_time
from pipectl.model.workspace import Target
from tests.build import DAY, details, scope_of

SHARES = st.floats(0.001, 1)
MISSING = st.floats(0.001, 1e6)


def _chance(share: float, value: float = 1.0, variation: float = 0.0) -> Chance:
    spread = value * max(0.0, share * (1 + variation**2) - share**2) ** 0.5
    return Chance(share, share * value, spread)


def test_400_missing_at_a_chance_of_20_percent_of_100_take_20_deals_and_29_to_be_safe() -> None:
    chance = _chance(0.2, 100)
    assert (chance.mean, chance.spread) == (20, pytest.approx(40))
    assert chance.width == pytest.approx(1.6832)
    assert chance.even(400) == 20
    assert chance.safe(400) == pytest.approx(29.08, abs=0.005)


@given(SHARES, MISSING, st.floats(0, 3))
def test_n80_deals_fall_short_by_b_roots_at_most(share: float, missing: float, variation: float) -> None:
    chance = _chance(share, 7, variation)
    safe, even = chance.safe(missing), chance.even(missing)
    assert safe is not None
    assert even is not None
    assert safe >= even * (1 - 1e-9)
    # n m - 0.8416 s sqrt(n) is what n deals give at least, four times in five.
    assert safe * chance.mean - 0.8416 * chance.spread * safe**0.5 == pytest.approx(missing, rel=1e-6)


@given(SHARES, SHARES, MISSING)
def test_a_smaller_chance_takes_no_fewer_deals(one: float, other: float, missing: float) -> None:
    low, high = sorted((one, other))
    for_low, for_high = _chance(low).safe(missing), _chance(high).safe(missing)
    assert for_low is not None
    assert for_high is not None
    assert for_low >= for_high * (1 - 1e-9)


def test_nothing_missing_takes_no_deal_and_no_chance_never_does() -> None:
    assert (_chance(0.2).even(0), _chance(0.2).safe(0)) == (0, 0)
    assert (_chance(0.0).even(1), _chance(0.0).safe(1), _chance(0.0).width) == (None, None, None)


PIPELINE = """\
stages:
  - {id: lead, probability: 10}
  - {id: trial}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""
SETTINGS = """\
version: 1
currency: IDR
default_pipeline: sales
lost_reasons: [price, {id: duplicate, exclude_from_win_rate: true}]
targets: [{period: 2026-Q4, amount: 1000}]
"""


def _deal(stage: str, amount: int, created: str, closed: str = "", more: str = "", first: str = "lead") -> str:
    close = f", {{at: {closed}, stage: {stage}}}" if closed else ""
    history = f"[{{at: {created}, stage: {first}}}{close}]"
    return f"title: D\nstage: {stage}\namount: {amount}\n{more}history: {history}\n"


def _scope(day: date = DAY, settings: str = SETTINGS, period: str = "2026-Q4", **more: str) -> Scope:
    """Won this quarter 300 after 10 days and in September 100 after 60, two lost; open 200 at 50% for December."""
    deals = {
        "a": _deal("won", 300, "2026-10-01", "2026-10-11"),
        "b": _deal("won", 100, "2026-07-03", "2026-09-01"),
        "c": _deal("lost", 5, "2026-08-01", "2026-09-01", "lost_reason: price\n"),
        "d": _deal("lost", 5, "2026-08-01", "2026-09-01", "lost_reason: duplicate\n"),
        "e": _deal("trial", 200, "2026-11-01", "", "probability: 50\nexpected_close: 2026-12-01\n", "trial"),
        **more,
    }
    files = {"pipectl.yaml": settings, "pipelines/sales.yaml": PIPELINE}
    return scope_of({**files, **{f"deals/{name}.yaml": text for name, text in deals.items()}}, period, day)


def _needed(scope: Scope) -> Needed:
    found = needed(scope)
    assert found is not None
    return found


def test_every_figure_on_the_way_by_hand() -> None:
    found = _needed(_scope())
    assert (found.standing.asked, found.standing.reached, found.standing.gap) == (1000, 300, 700)
    assert (found.standing.weighted, found.missing) == (100, 600)
    # Five created in a year: four in lead at 10%, one in trial, which has none and counts as 20%.
    assert found.first_stages == (("lead", 0.1, 4), ("trial", None, 1))
    assert found.first_chance == pytest.approx(0.12)
    assert (len(found.won), len(found.lost)) == (2, 1)
    assert found.win_chance == pytest.approx((2 + 6 * 0.12) / (3 + 6))
    assert found.value == 200
    assert found.variation == pytest.approx(2**0.5 / 2)
    assert (found.days_left, found.fast, found.timed) == (38, 1, 2)
    assert found.ever.even(600) == pytest.approx(600 / (200 * found.win_chance))
    assert found.even == pytest.approx(600 / (200 * found.in_time.share))
    # Created since 26 August: a and e.
    assert [state.deal.id for state in found.created] == ["a", "e"]
    assert found.weekly_now == pytest.approx(2 * 7 / 90)


def test_few_closed_deals_are_taken_at_the_lower_bound_and_never_make_it_easier() -> None:
    found = _needed(_scope())
    assert found.careful is not None
    assert found.bound is not None
    assert found.careful.share == pytest.approx(found.in_time.share * min(1, found.bound / found.win_chance))
    assert found.careful.share <= found.in_time.share
    many = {f"w{n}": _deal("won", 10, "2026-01-01", "2026-02-01") for n in range(28)}
    assert _needed(_scope(**many)).careful is None


def test_a_target_of_deals_counts_each_win_as_one() -> None:
    scope = replace(_scope(), targets=(Target(_scope().whole, deals=4),))
    found = _needed(scope)
    assert (found.value, found.variation) == (1, 0)
    assert (found.standing.reached, found.standing.weighted, found.missing) == (1, Decimal("0.5"), Decimal("2.5"))


def test_before_the_period_begins_a_win_does_not_count_yet() -> None:
    ahead = SETTINGS.replace("2026-Q4", "2027-Q1")
    found = _needed(_scope(settings=ahead, period="2027-Q1"))
    both = SETTINGS.replace("period: 2026-Q4", "period: 2027")
    long = _needed(_scope(settings=both, period="2027"))
    assert (found.days_left, found.standing.reached) == (128, 0)
    assert 0 < found.in_time.share < long.in_time.share


def test_on_the_last_day_nothing_can_be_spread_and_after_it_nothing_is_asked() -> None:
    last = _scope(date(2026, 12, 31))
    found = _needed(last)
    assert (found.days_left, found.spread, found.weekly_even) == (0, None, None)
    over = _scope(date(2027, 1, 1))
    assert deals_needed(over).value is None
    assert details(deals_needed(over)) == {"": "the period is over"} == details(win_in_time(over))


def test_without_a_target_or_an_amount_won_it_is_unknown() -> None:
    assert deals_needed(replace(_scope(), targets=())).value is None
    unpriced = _scope(
        a=_deal("won", 300, "2026-10-01", "2026-10-11").replace("amount: 300\n", ""), b=_deal("lead", 1, "2026-10-01")
    )
    assert _needed(unpriced).value is None
    assert deals_needed(unpriced).value is None


def test_what_happens_later_changes_nothing() -> None:
    then = date(2026, 10, 31)
    later = {
        "e": _deal("won", 900, "2026-11-01", "2026-11-20"),
        "f": _deal("won", 900, "2026-11-01", "2026-11-20"),
    }
    one, other = needed(_scope(then)), needed(_scope(then, **later))
    assert one is not None
    assert other is not None
    assert (one.even, one.safe, one.weekly_now) == (other.even, other.safe, other.weekly_now)

"""Laws of targets, on any deals and for everything that a target may count."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.grouping import grouping
from pipectl.metrics.metric import Scope
from pipectl.metrics.targets import Aim, Standing, standing
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts, only
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Labelled
from tests.metrics.any_deals import DAYS, LAW, PERIODS, WORKSPACES, facts_on

# Every metric has tests of its own, which count what they reach.
pytestmark = pytest.mark.no_cover

AIMS = st.sampled_from(list(Aim))
ASKED = st.integers(1, 10**12)
LONG = PERIODS.filter(lambda period: period.days > 0)


def _standing(facts: Facts, period: Period, aim: Aim, asked: int = 10) -> Standing:
    target = Target(period, **{aim.value: Decimal(asked) if aim is Aim.AMOUNT else asked})  # type: ignore[arg-type]  # the type follows the aim
    found = standing(Scope(facts, period, period.to_date(facts.today), (target,)))
    assert found is not None
    return found


def _figures(found: Standing) -> tuple[Decimal, ...]:
    return found.reached, found.expected, found.weighted


def _sums(parts: Sequence[Standing]) -> tuple[Decimal, ...]:
    return tuple(sum(figures, Decimal(0)) for figures in zip(*map(_figures, parts), strict=True))


@LAW
@given(WORKSPACES, LONG, AIMS, st.sampled_from(["owner", "pipeline", "source"]))
def test_the_parts_add_up_to_the_team(deals: list[Deal], period: Period, aim: Aim, by: str) -> None:
    facts = facts_on([*deals, Deal(id="zz", path="", title="D", pipeline="sales", stage="lead")])
    parts = grouping(Scope(facts, period, period), by).parts(facts.states)
    found = [_standing(only(facts, states), period, aim) for _, states in parts]
    assert _sums(found) == _figures(_standing(facts, period, aim))


@LAW
@given(WORKSPACES, LONG, DAYS, AIMS)
def test_a_period_cut_in_two_is_reached_by_both(deals: list[Deal], period: Period, cut: date, aim: Aim) -> None:
    facts = facts_on(deals)
    halves = [Period.of_days(period.first, cut), Period.of_days(cut, period.until)] if cut in period else [period]
    found = [_standing(facts, half, aim) for half in halves if half.days]
    assert _sums(found) == _figures(_standing(facts, period, aim))
    assert sum(half.elapsed for half in found) == _standing(facts, period, aim).elapsed


@LAW
@given(WORKSPACES, LONG, AIMS, ASKED)
def test_what_is_reached_and_what_is_missing_make_up_the_target(
    deals: list[Deal], period: Period, aim: Aim, asked: int
) -> None:
    found = _standing(facts_on(deals), period, aim, asked)
    assert min(found.reached, found.asked) + found.gap == found.asked
    assert 0 <= found.weighted <= found.expected
    assert (found.words == "met") == (found.gap == 0) == (found.times(found.expected) == "met")
    if isinstance(found.words, Labelled):
        assert (found.words.label == "ahead by") == (found.reached > found.due)


def _ids(states: Sequence[State]) -> set[str]:
    return {state.deal.id for state in states}


@LAW
@given(WORKSPACES, LONG)
def test_a_deal_is_behind_either_what_is_won_or_what_is_left(deals: list[Deal], period: Period) -> None:
    found = _standing(facts_on(deals), period, Aim.DEALS)
    assert not _ids(found.by) & _ids(found.left)

"""Laws of all numbers, on any deals: parts add up to the whole, and no order changes anything."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics import outcome, volume
from pipectl.metrics.activity import contacts_in
from pipectl.metrics.breakdown import breakdown, cross
from pipectl.metrics.duration import Spread, stage_times
from pipectl.metrics.funnel import Cohort, cohort, cohorts
from pipectl.metrics.grouping import grouping
from pipectl.metrics.journey import journeys
from pipectl.metrics.metric import Metric, Scope
from pipectl.metrics.past import Part
from pipectl.metrics.registry import METRICS, STAGE_METRICS
from pipectl.metrics.slips import expected, pushed_days, slip_rate
from pipectl.metrics.stagnation import stagnant
from pipectl.metrics.stays import average_days
from pipectl.metrics.volume import probability, weighted, worth
from pipectl.model.deal import Deal
from pipectl.model.facts import only
from pipectl.model.money import total
from pipectl.model.period import Period, Unit
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.model.urgency import urgencies
from pipectl.report import Cell, Table
from tests.build import looking_back
from tests.metrics.any_deals import (
    DAYS,
    LAW,
    OWNERS,
    PERIODS,
    PLACES,
    WORKSPACE,
    WORKSPACES,
    adds_up,
    facts_on,
    ordered,
    scope_in,
    told,
    with_later_events,
)

# Every metric has tests of its own, which count what they reach.
pytestmark = pytest.mark.no_cover


def _column(table: Table, key: str) -> list[Cell]:
    return [row[table.index(key)] for row in table.rows]


def _assert_columns_add_up(table: Table, *keys: str) -> None:
    if not table.rows:
        assert table.total is None
        return
    for key in keys:
        cells, whole = _column(table, key), (table.total or ())[table.index(key)]
        if key.endswith("amount"):
            assert adds_up(cells, whole)
        else:
            assert sum(cell for cell in cells if isinstance(cell, int)) == whole


COUNTS = ("created", "won", "lost", "won_amount")


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from(["owner", "stage", "pipeline", "lost_reason", "currency"]))
def test_the_groups_add_up_to_the_whole(deals: list[Deal], period: Period, by: str) -> None:
    scope = scope_in(facts_on(deals), period)
    table = breakdown(Part("", scope), by, looking_back(scope))
    _assert_columns_add_up(table, "open", "open_amount", "deals", *COUNTS)


PAIRS = st.sampled_from(["owner", "stage", "pipeline", "month"]).flatmap(
    lambda one: st.tuples(st.just(one), st.sampled_from(["currency", "lost_reason", "size"]))
)


@LAW
@given(WORKSPACES, PERIODS, PAIRS, st.booleans(), st.sampled_from([outcome.WON, outcome.LOST, volume.CREATED]))
def test_the_cells_of_a_table_add_up_both_ways(
    deals: list[Deal], period: Period, by: tuple[str, str], turned: bool, metric: Metric
) -> None:
    scope = scope_in(facts_on(deals), period)
    table = cross(Part("", scope), by[::-1] if turned else by, metric, looking_back(scope))
    if not table.rows:
        return
    start = 2 if table.columns[1].key == "trend" else 1
    end = table.index("all")
    for row in (*table.rows, table.total or ()):
        assert sum(cell for cell in row[start:end] if isinstance(cell, int)) == (row[end] or 0)
    for place in range(start, end + 1):
        column = [row[place] for row in table.rows]
        assert sum(cell for cell in column if isinstance(cell, int)) == ((table.total or ())[place] or 0)


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from([Unit.WEEK, Unit.MONTH, Unit.QUARTER]))
def test_the_parts_of_a_period_add_up_to_it(deals: list[Deal], period: Period, unit: Unit) -> None:
    scope = scope_in(facts_on(deals), period)
    table = breakdown(Part("", scope), unit.value, looking_back(scope))
    _assert_columns_add_up(table, *COUNTS)


@LAW
@given(WORKSPACES, PERIODS, DAYS)
def test_a_period_cut_in_two_loses_nothing(deals: list[Deal], period: Period, cut: date) -> None:
    facts = facts_on(deals)
    middle = min(max(cut, period.first), period.until)
    whole, *halves = (
        Scope(facts, part, part)
        for part in (period, Period.of_days(period.first, middle), Period.of_days(middle, period.until))
    )
    for count in map(attrgetter, ("won", "lost", "created")):
        assert len(count(whole)) == sum(len(count(half)) for half in halves)
    assert _pushes(whole) == sum(map(_pushes, halves))
    assert _contacts(whole) == sum(map(_contacts, halves))
    assert worth(whole.won, "IDR") == total((worth(half.won, "IDR") for half in halves), "IDR")


@LAW
@given(WORKSPACES, PERIODS, PERIODS)
def test_what_was_found_of_one_period_changes_no_number_of_another(
    deals: list[Deal], period: Period, other: Period
) -> None:
    facts = facts_on(deals)
    first = Scope(facts, period, period)
    then, anew = first.during(other), Scope(facts, other, other)
    for scope in (first, then):
        for metric in METRICS:
            metric.measure(scope)
        breakdown(Part("", scope), "owner", looking_back(scope))
    for metric in METRICS:
        assert metric.measure(then) == metric.measure(anew)
    tables = [breakdown(Part("", scope), "owner", looking_back(scope)) for scope in (then, anew)]
    assert tables[0] == tables[1]


@LAW
@given(WORKSPACES, DAYS)
def test_every_deal_is_open_or_won_or_lost_and_only_the_undated_fall_in_no_period(deals: list[Deal], day: date) -> None:
    scope = scope_in(facts_on(deals, day), Period.of_days(date.min, date.max))
    states = scope.facts.states
    undated = [state for state in states if not state.is_open and not state.dated]
    assert len(scope.open) + len(scope.won) + len(scope.lost) + len(undated) == len(states)


@LAW
@given(WORKSPACES, PERIODS, st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_no_number(deals: list[Deal], period: Period, shuffle: Random) -> None:
    shuffled = list(deals)
    shuffle.shuffle(shuffled)
    one, two = facts_on(deals), facts_on(shuffled)
    for metric in METRICS:
        assert ordered(metric.measure(scope_in(one, period))) == ordered(metric.measure(scope_in(two, period)))
    for pipeline in WORKSPACE.pipelines.values():
        for numbered in STAGE_METRICS:
            for stage in pipeline.open_stages:
                measures = (numbered.measure(scope_in(facts, period), pipeline, stage) for facts in (one, two))
                first, second = map(ordered, measures)
                assert first == second
    for by in ("owner", "stage", "month"):
        tables = [
            breakdown(Part("", scope), by, looking_back(scope))
            for scope in (scope_in(one, period), scope_in(two, period))
        ]
        assert tables[0] == tables[1]
    assert average_days(one.states) == average_days(two.states)
    assert _ids(stagnant(one, overdue_too=True)) == _ids(stagnant(two, overdue_too=True))
    assert [(u.state.deal.id, u.points) for u in urgencies(one, {})] == [
        (u.state.deal.id, u.points) for u in urgencies(two, {})
    ]


def _ids(items: Sequence[object]) -> list[object]:
    return [(item.state.deal.id, item.reasons, item.clears) for item in items]  # type: ignore[attr-defined]


@LAW
@given(WORKSPACES)
def test_deals_without_an_amount_add_nothing_and_the_weighted_sum_lies_below_the_plain_one(deals: list[Deal]) -> None:
    states = facts_on(deals).states
    priced = [state for state in states if state.worth is not None]
    assert worth(states, "IDR") == worth(priced, "IDR")
    assert Decimal(0) <= weighted(states, "IDR").amount <= worth(states, "IDR").amount
    parts = [state.worth.times(probability(state) / 100) for state in states if state.worth is not None]
    assert str(weighted(states, "IDR").amount) == str(total(parts, "IDR").amount)


@LAW
@given(WORKSPACES, PERIODS)
def test_a_part_of_the_deals_has_a_part_of_every_count(deals: list[Deal], period: Period) -> None:
    facts = facts_on(deals)
    scope, rest = scope_in(facts, period), scope_in(only(facts, facts.states[::2]), period)
    for count in map(attrgetter, ("open", "won", "lost", "created")):
        assert {id(state) for state in count(rest)} <= {id(state) for state in count(scope)}


def _pushes(scope: Scope) -> int:
    return sum(1 for state in scope.facts.states for _ in pushed_days(state, scope))


def _contacts(scope: Scope) -> int:
    return sum(contacts_in(scope, state) for state in scope.facts.states)


@LAW
@given(WORKSPACES, PERIODS)
def test_what_was_expected_was_closed_or_slipped_and_owners_part_it(deals: list[Deal], period: Period) -> None:
    scope = scope_in(facts_on(deals), period)
    slip = slip_rate(scope)
    late, kept = ({state.deal.id for state in part.states} for part in slip.behind)
    assert late.isdisjoint(kept)
    assert late | kept == {state.deal.id for state in expected(scope)}
    parts = [scope.of(states) for _, states in grouping(scope, "owner").parts(scope.facts.states)]
    assert sum(len(expected(part)) for part in parts) == len(late | kept)
    assert sum(_pushes(part) for part in parts) == _pushes(scope)


@LAW
@given(WORKSPACES, PERIODS)
def test_what_was_expected_was_open_and_expected_on_the_eve(deals: list[Deal], period: Period) -> None:
    scope = scope_in(facts_on(deals), period)
    if period.first == date.min or period.first > scope.facts.today:
        assert not expected(scope)
        return
    now = {state.deal.path: state for state in scope.facts.states}
    then = facts_on([state.deal for state in scope.facts.states], period.first - timedelta(days=1)).states
    # A deal reopened since, or closed before, was none of them; who is neither is told by the day alone.
    open_then = [state for state in then if state.is_open and not _closed_by(now[state.deal.path], period.first)]
    within = [state for state in open_then if (close := state.deal.expected_close) and close in scope.period]
    assert [state.deal.id for state in expected(scope)] == [state.deal.id for state in within]


def _closed_by(state: State, day: date) -> bool:
    return state.closed is not None and state.closed.day < day


@LAW
@given(WORKSPACES, PERIODS, DAYS, PLACES, OWNERS)
def test_no_event_after_the_day_changes_a_number(
    deals: list[Deal], period: Period, day: date, place: tuple[str, str], owner: str
) -> None:
    before = [told(deal) for deal in deals if deal.history]
    later = [with_later_events(deal, place, owner) for deal in before]
    one, two = (scope_in(facts_on(known, day), period) for known in (before, later))
    for metric in METRICS:
        assert ordered(metric.measure(one)) == ordered(metric.measure(two))
    for by in ("owner", "stage", "size", "last_stage", "month"):
        assert breakdown(Part("", one), by, looking_back(one)) == breakdown(Part("", two), by, looking_back(two))


def _stages() -> Iterator[tuple[Pipeline, Stage]]:
    return ((pipeline, stage) for pipeline in WORKSPACE.pipelines.values() for stage in pipeline.open_stages)


def _parts(found: Cohort) -> tuple[int, ...]:
    """What adds up over groups of deals and over the parts of a period."""
    ends = (found.entered, found.advanced, found.beyond, found.lost, found.pending, found.back, found.won)
    return tuple(map(len, ends))


@LAW
@given(WORKSPACES, PERIODS, st.booleans())
def test_each_deal_that_entered_a_stage_has_one_end_there(deals: list[Deal], period: Period, direct: bool) -> None:
    scope = scope_in(facts_on(deals), period)
    for pipeline, stage in _stages():
        found = cohort(scope, pipeline, stage, direct=direct)
        ends = [state.deal.id for part in (found.advanced, found.beyond, found.lost, found.pending) for state in part]
        assert sorted(ends) == sorted(state.deal.id for state in found.entered)
        assert {id(state) for state in found.back} <= {id(state) for state in found.entered}
        assert direct or not found.beyond


@LAW
@given(WORKSPACES)
def test_the_way_of_a_deal_is_its_own_whatever_deals_it_is_found_with(deals: list[Deal]) -> None:
    states = facts_on(deals).states
    for pipeline in WORKSPACE.pipelines.values():
        assert journeys(states, pipeline) == tuple(way for state in states for way in journeys([state], pipeline))


@LAW
@given(WORKSPACES, PERIODS, st.booleans())
def test_a_direct_advance_is_an_advance_and_only_a_visit_is_a_direct_entry(
    deals: list[Deal], period: Period, direct: bool
) -> None:
    everything = Period.of_days(date.min, date.max)
    scope = scope_in(facts_on(deals), everything if direct else period)
    for pipeline, stage in _stages():
        some, whole = cohort(scope, pipeline, stage, direct=True), cohort(scope, pipeline, stage)
        if direct:
            assert {id(state) for state in some.entered} <= {id(state) for state in whole.entered}
            assert {id(state) for state in some.advanced} <= {id(state) for state in whole.advanced}
        both = {id(state) for state in some.entered} & {id(state) for state in whole.entered}
        further = {id(state) for state in (*some.advanced, *some.beyond)}
        assert further & both == {id(state) for state in whole.advanced} & both


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from([Unit.WEEK, Unit.MONTH]))
def test_the_cohorts_of_a_stage_add_up_to_it_over_time_and_over_owners(
    deals: list[Deal], period: Period, unit: Unit
) -> None:
    scope = scope_in(facts_on(deals), period)
    calendar = scope.facts.settings.calendar
    for pipeline, stage in _stages():
        whole = _parts(cohort(scope, pipeline, stage))
        by_time = cohorts(scope, pipeline, stage, lambda _, day: calendar.containing(unit, day).name)
        by_owner = cohorts(scope, pipeline, stage, lambda state, _: state.owner)
        for found in (by_time, by_owner):
            assert whole == tuple(map(sum, zip(*map(_parts, found.values()), strict=True))) or not any(whole)
        for part in calendar.split(scope.period, unit) if scope.period.days else ():
            nobody = Cohort((), (), (), (), (), ())
            found_then = by_time.get(part.name, nobody)
            assert _parts(cohort(scope.during(part), pipeline, stage)) == _parts(found_then)


@LAW
@given(WORKSPACES)
def test_over_all_time_whoever_advances_to_a_stage_by_a_move_has_entered_it(deals: list[Deal]) -> None:
    """Nobody is created beyond the last stage; of the undated, and of those that jumped to won, less is known."""
    scope = scope_in(facts_on(deals), Period.of_days(date.min, date.max))
    for pipeline in WORKSPACE.pipelines.values():
        for before, after in pairwise(pipeline.open_stages):
            entered = {state.deal.id for state in cohort(scope, pipeline, after).entered}
            for state in cohort(scope, pipeline, before).advanced:
                assert state.deal.id in entered or state.is_won or not state.dated


@LAW
@given(WORKSPACES, PERIODS, DAYS)
def test_stays_add_up_over_the_parts_of_a_period_and_over_the_deals(
    deals: list[Deal], period: Period, cut: date
) -> None:
    facts = facts_on(deals)
    middle = min(max(cut, period.first), period.until)
    whole, *halves = (
        Scope(facts, part, part)
        for part in (period, Period.of_days(period.first, middle), Period.of_days(middle, period.until))
    )
    for pipeline in WORKSPACE.pipelines.values():
        everything, *parts = (stage_times(scope, pipeline) for scope in (whole, *halves))
        for stage, times in everything.items():
            assert times.visits.count == sum(part[stage].visits.count for part in parts)
            assert _days_of(times.visits) == pytest.approx(sum(_days_of(part[stage].visits) for part in parts))
            assert _days_of(times.visits) == pytest.approx(_days_of(times.deals))
            assert len(times.left) == times.deals.count <= times.visits.count
            # What to expect is known from all that happened, whatever the period.
            assert all(part[stage].expected_mean == times.expected_mean for part in parts)


def _days_of(spread: Spread) -> float:
    return spread.count * (spread.mean.days if spread.mean else 0.0)

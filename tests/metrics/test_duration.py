"""How long deals stay in a stage, where some have not left it yet."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.duration import time_in_stage
from pipectl.metrics.limits import average_limits, limits_with_averages
from pipectl.metrics.metric import Scope
from pipectl.metrics.stays import Stays, average_days, restricted_mean, stays_by_stage, survival, survival_median
from pipectl.model.clocks import Limit
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.report import Days
from tests.build import details, facts_of, scope_of

# Stays as small whole numbers, so that ends and censorings often fall on one day.
DAYS = st.lists(st.integers(0, 12).map(float), max_size=12)


def _slow_survival(stays: Stays, day: float) -> float:
    """The share still there after *day*, by the definition: the product over the days on which stays ended."""
    everything = [(length, True) for length in stays.completed] + [(length, False) for length in stays.lasting]
    share = 1.0
    for end in sorted(set(stays.completed)):
        if end <= day:
            at_risk = sum(length >= end for length, _ in everything)
            ended = sum(length == end for length, over in everything if over)
            share *= 1 - ended / at_risk
    return share


def _slow_mean(stays: Stays) -> float:
    """The area under that curve, day by day, up to the longest stay seen."""
    edges = sorted({0.0, *stays.completed, *stays.lasting})
    return sum(_slow_survival(stays, start) * (end - start) for start, end in pairwise(edges))


def test_the_example_made_by_hand() -> None:
    # Five stays: over after 2, 4 and 4 days, lasting for 3 and 6.
    #   day 2: 5 there, 1 goes: S = 4/5.   day 3: one is no longer seen.   day 4: 3 there, 2 go: S = 4/5 x 1/3 = 4/15.
    # Area up to day 6: 2 x 1 + 2 x 4/5 + 2 x 4/15 = 62/15.
    stays = Stays((2.0, 4.0, 4.0), (3.0, 6.0))
    assert dict(survival(stays)) == pytest.approx({2.0: 4 / 5, 4.0: 4 / 15})
    assert restricted_mean(stays) == pytest.approx(62 / 15)


def test_where_every_stay_is_over_it_is_the_plain_mean() -> None:
    assert restricted_mean(Stays((1.0, 2.0, 6.0), ())) == pytest.approx(3)


def test_a_stay_that_is_lost_from_sight_on_the_day_another_ends_was_still_there() -> None:
    assert list(survival(Stays((3.0,), (3.0,)))) == [(3.0, 0.5)]


def test_before_any_stay_is_over_nothing_is_known() -> None:
    assert restricted_mean(Stays((), (5.0, 9.0))) is None


@given(DAYS.filter(bool), DAYS)
def test_the_average_stay_is_that_of_the_definition(completed: Sequence[float], lasting: Sequence[float]) -> None:
    stays = Stays(tuple(completed), tuple(lasting))
    assert restricted_mean(stays) == pytest.approx(_slow_mean(stays))
    assert all(share == pytest.approx(_slow_survival(stays, day)) for day, share in survival(stays))


@given(DAYS.filter(bool), DAYS)
def test_stays_that_last_never_make_the_average_shorter(completed: Sequence[float], lasting: Sequence[float]) -> None:
    plain = sum(completed) / len(completed)
    assert (restricted_mean(Stays(tuple(completed), tuple(lasting))) or 0) >= plain - 1e-9


@pytest.mark.parametrize("count", range(2, 60, 2))
def test_where_exactly_half_have_left_that_day_is_the_median_however_the_shares_round(count: int) -> None:
    # Of stays of 1 to n days that all ended, half are over by day n/2.
    assert survival_median(Stays(tuple(float(day) for day in range(1, count + 1)), ())) == count / 2


FILES = {
    "deals/a.yaml": """\
        title: A
        stage: qualified
        history:
          - {at: 2026-10-01, stage: lead}
          - {at: 2026-10-05, stage: qualified}
          - {at: 2026-10-15, stage: lead}
          - {at: 2026-10-18, stage: qualified}
        """,
    "deals/b.yaml": """\
        title: B
        stage: lead
        history:
          - {at: 2026-10-01, stage: lead}
          - {at: 2026-10-11, stage: lost}
          - {at: 2026-11-13, stage: lead}
        """,
    "deals/c.yaml": """\
        title: C
        stage: proposal
        history:
          - {at: 2026-10-01 12:00, stage: lead}
          - {at: 2026-10-02 18:00, stage: qualified}
        """,
    "deals/d.yaml": "title: D\nstage: lead\n",
}


def test_stays_are_per_visit_and_those_of_closed_and_undated_deals_are_no_lasting_ones() -> None:
    found = stays_by_stage(facts_of(FILES).states)
    assert found == {
        ("sales", "lead"): Stays((4.0, 3.0, 10.0, 1.25), (10.0,)),
        ("sales", "qualified"): Stays((10.0,), (36.0,)),
    }


def test_as_of_an_earlier_day_only_what_had_happened_then_is_seen() -> None:
    found = stays_by_stage(facts_of(FILES, date(2026, 10, 4)).states)
    assert found == {("sales", "lead"): Stays((1.25,), (3.0, 3.0))}


def test_the_mean_rule_makes_limits_of_the_averages_and_else_they_stand_beside() -> None:
    states = facts_of(FILES).states
    averages = average_days(states)
    assert set(averages) == {("sales", "lead"), ("sales", "qualified")}
    assert limits_with_averages(states).stalled == {}
    assert limits_with_averages(states).average_days == averages
    assert average_limits(states).stalled == {key: Limit(days, "mean") for key, days in averages.items()}


def test_half_of_the_stays_are_over_by_the_median() -> None:
    assert survival_median(Stays((1.0, 2.0, 3.0, 4.0), ())) == 2.0
    # One that has lasted 2.5 days leaves two of five: 1 x 4/5 x 3/4 at day 2, then 1 x .6 x 1/2 at day 3.
    assert survival_median(Stays((1.0, 2.0, 3.0, 4.0), (2.5,))) == 3.0


def test_there_is_no_median_where_most_have_lasted_on() -> None:
    assert survival_median(Stays((1.0,), (2.0, 2.0))) is None
    assert survival_median(Stays((), (2.0,))) is None


def _sales(scope: Scope, stage: str) -> tuple[Scope, Pipeline, Stage]:
    pipeline = scope.facts.workspace.pipelines["sales"]
    found = pipeline.stage(stage)
    assert found is not None
    return scope, pipeline, found


def _stay(days: int, *, over: bool = True) -> str:
    """A deal that has been in lead for so many days until 23 November."""
    began = f"{{at: {date(2026, 11, 23) - timedelta(days)}, stage: lead}}"
    end = ", {at: 2026-11-23, stage: qualified}" if over else ""
    return f"title: D\nstage: {'qualified' if over else 'lead'}\nhistory: [{began}{end}]\n"


def test_three_stays_that_ended_and_two_that_last_are_told_apart() -> None:
    stays = [_stay(2), _stay(4), _stay(4), _stay(3, over=False), _stay(6, over=False)]
    measure = time_in_stage(*_sales(scope_of({f"deals/d{n}.yaml": stay for n, stay in enumerate(stays)}), "lead"))
    assert measure.value == Days(pytest.approx(10 / 3))  # type: ignore[arg-type]  # it stands for a number near it
    assert details(measure) == {
        "median": Days(4.0),
        "p90": Days(4.0),
        "n": 3,
        "open": 2,
        "per deal": measure.value,
        "deals": 3,
        "expected median": Days(4.0),
        "expected mean": Days(pytest.approx(62 / 15)),  # type: ignore[arg-type]  # likewise
    }
    assert [(part.role, len(part.states)) for part in measure.behind] == [("left", 3), ("open", 2)]


def test_a_stay_belongs_to_the_period_that_it_ended_in_and_those_of_a_deal_are_summed() -> None:
    # A was in lead for 4 days until 5 October and for 3 until the 18th, B for 10 until the 11th.
    october, first = scope_of(FILES, "2026-10"), scope_of(FILES, "2026-10-01..2026-10-10")
    found = details(time_in_stage(*_sales(october, "lead")))
    assert (found["n"], found["deals"], found["per deal"]) == (4, 3, Days((4 + 3 + 10 + 1.25) / 3))
    found = details(time_in_stage(*_sales(first, "lead")))
    assert (found["n"], found["deals"], found["per deal"]) == (2, 2, Days((4 + 1.25) / 2))
    # What to expect looks at all that is known, whatever the period.
    assert found["expected mean"] == details(time_in_stage(*_sales(october, "lead")))["expected mean"]


def test_a_stage_that_nobody_left_has_no_figures() -> None:
    measure = time_in_stage(*_sales(scope_of(FILES), "negotiation"))
    assert (measure.value, details(measure)["n"], details(measure)["expected median"]) == (None, 0, None)

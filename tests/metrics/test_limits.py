"""Limits that the deals teach, of stages whose file does not say how long is too long."""

from collections.abc import Sequence

import pytest

from pipectl.metrics.limits import average_limits, limits, limits_with_averages
from pipectl.model.clocks import Limit
from tests.build import facts_of

_PIPELINE = """\
stages:
  - {id: lead}
  - {id: demo, max_days: auto}
  - {id: offer, max_days: 9}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""


def _files(outcome: str, stays: Sequence[int], lasting: Sequence[int] = ()) -> dict[str, str]:
    """Deals that came into demo on 1 October and left it after so many days, and some that are there for so many."""
    closed = {
        f"deals/{outcome}-{n}.yaml": f"""\
            title: D
            stage: {outcome}
            history: [{{at: 2026-10-01, stage: demo}}, {{at: 2026-10-{days + 1:02}, stage: {outcome}}}]
            """
        for n, days in enumerate(stays)
    }
    still = {
        f"deals/open-{n}.yaml": f"title: D\nstage: demo\nhistory: [{{at: 2026-11-{23 - days:02}, stage: demo}}]\n"
        for n, days in enumerate(lasting)
    }
    return {"pipelines/sales.yaml": _PIPELINE, **closed, **still}


def _limit(files: dict[str, str]) -> Limit | None:
    return limits(facts_of(files).states).stalled.get(("sales", "demo"))


def test_nine_in_ten_of_the_won_left_within_the_limit() -> None:
    # 1..10 days: linear between the ninth and the tenth.
    found = _limit(_files("won", range(1, 11), lasting=[3]))
    assert found == Limit(pytest.approx(9.1), "p90 of 10 stays of the won")


def test_of_nine_wins_nothing_is_learned_but_twice_the_median_stay_of_all() -> None:
    # Nine stays of 1..9 days and one that has lasted 20: half are over by day 5.
    assert _limit(_files("won", range(1, 10), lasting=[20])) == Limit(10.0, "twice the median stay")


def test_the_lost_teach_no_percentile() -> None:
    # Twelve stays of 1..12 days and one that has lasted 3: 10/13 are there after day 3, 10/13 x 5/9 after day 7.
    assert _limit(_files("lost", range(1, 13), lasting=[3])) == Limit(14.0, "twice the median stay")


def test_of_four_stays_nothing_is_learned() -> None:
    assert _limit(_files("won", range(1, 5), lasting=[20])) is None


def test_where_more_than_half_have_stayed_on_there_is_no_median() -> None:
    assert _limit(_files("won", range(1, 6), lasting=[20] * 6)) is None


def test_a_stage_with_max_days_learns_nothing() -> None:
    deal = "title: D\nstage: offer\nhistory: [{at: 2026-11-01, stage: offer}]\n"
    files = {**_files("won", range(1, 13)), "deals/offer.yaml": deal}
    assert limits(facts_of(files).states).stalled == {}


def test_averages_stand_beside_only_where_they_are_asked_for() -> None:
    states = facts_of(_files("won", range(1, 13), lasting=[3])).states
    assert limits(states).average_days == {}
    assert limits_with_averages(states).stalled == limits(states).stalled
    assert limits_with_averages(states).average_days == average_limits(states).average_days

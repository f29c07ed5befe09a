"""The chance to be won within so many days: by hand where it can be, its laws, and what counts as a life."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.in_time import Life, Prior, created_to_close, life, prior_of, won_within
from tests.build import scope_of

LIVES = st.lists(st.builds(Life, st.integers(0, 2500), st.sampled_from([True, False, None])), max_size=30)
PRIORS = st.builds(Prior, st.floats(0.01, 0.99), st.floats(1, 500))


def test_of_one_deal_won_on_its_first_day() -> None:
    # All ages: (1 + 6) / (1 + 6 x 60) closes a day, (1 + 6 x 0.1) / (1 + 6) of them won; in the first bin then
    # (1 + 2) / (1 + 2 / 0.01939...) a day, (1 + 6 x 0.2285...) / (1 + 6) of them won.
    daily, share = 7 / 361, 1.6 / 7
    first = 3 / (1 + 2 / daily) * (1 + 6 * share) / 7
    assert won_within([Life(0, won=True)], Prior(0.1, 60), 0) == (pytest.approx(first, rel=1e-12),)


def test_before_anything_is_seen_a_tenth_is_won_at_the_pace_of_the_stages() -> None:
    # 60 days to a close, one in ten won: 1 - (59 / 60)^31 of the closes are over within 30 days.
    assert won_within([], Prior(0.1, 60), 30)[-1] == pytest.approx(0.1 * (1 - (59 / 60) ** 31), rel=1e-12)
    assert round(won_within([], Prior(0.1, 60), 30)[-1], 3) == 0.041


@given(LIVES, PRIORS, st.integers(0, 700))
def test_a_longer_time_gives_no_smaller_chance_and_none_is_over_1(lives: list[Life], prior: Prior, days: int) -> None:
    shares = won_within(lives, prior, days)
    assert len(shares) == days + 1
    assert all(0 <= before <= after <= 1 for before, after in pairwise(shares))


@given(LIVES, PRIORS, st.randoms(use_true_random=False))
def test_the_order_of_the_deals_changes_no_digit(lives: list[Life], prior: Prior, shuffle: object) -> None:
    other = lives[:]
    shuffle.shuffle(other)  # type: ignore[attr-defined]  # a random.Random
    assert won_within(lives, prior, 90) == won_within(other, prior, 90)


@given(LIVES, PRIORS, st.integers(0, 90))
def test_one_more_win_in_time_makes_the_chance_no_smaller(lives: list[Life], prior: Prior, days: int) -> None:
    lost, won = ([*lives, Life(days, won=outcome)] for outcome in (False, True))
    assert won_within(won, prior, 90)[-1] >= won_within(lost, prior, 90)[-1]


DEAL = "title: D\nstage: {stage}\n{more}history: [{history}]\n"


def test_deals_that_began_closed_are_undated_or_say_nothing_about_selling_are_no_lives() -> None:
    born = "{at: 2026-10-01, stage: lead}"
    files = {
        "deals/open.yaml": DEAL.format(stage="lead", more="", history=born),
        "deals/won.yaml": DEAL.format(stage="won", more="", history=f"{born}, {{at: 2026-10-11, stage: won}}"),
        "deals/lost.yaml": DEAL.format(
            stage="lost", more="lost_reason: price\n", history=f"{born}, {{at: 2026-10-21, stage: lost}}"
        ),
        "deals/twice.yaml": DEAL.format(
            stage="lost", more="lost_reason: duplicate\n", history=f"{born}, {{at: 2026-10-21, stage: lost}}"
        ),
        "deals/began.yaml": DEAL.format(stage="won", more="", history="{at: 2026-10-01, stage: won}"),
        "deals/undated.yaml": DEAL.format(stage="won", more="", history=born),
        "deals/unborn.yaml": "title: D\nstage: lead\n",
    }
    scope = scope_of(files, day=date(2026, 10, 31))
    found = {state.deal.id: life(state) for state in created_to_close(scope)}
    assert found == {"open": Life(30, None), "won": Life(10, won=True), "lost": Life(20, won=False)}
    # Stays of 30, 10 and 20 days, two of them over, and two of 30 days that are always supposed; four open stages.
    known = created_to_close(scope)
    assert prior_of(known, scope, 0.05) == Prior(0.05, (31 + 11 + 21 + 60) / (2 + 2) * 4)

"""Figures against other people's programs, where those are installed: `pip install --group oracles`."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.metrics.figures import newcombe, wilson
from pipectl.metrics.stays import Stays, restricted_mean, survival, survival_median

# The libraries warn of each other's changes.
pytestmark = pytest.mark.filterwarnings("ignore")

DAYS = st.lists(st.integers(0, 30).map(float) | st.floats(0, 400).map(lambda day: round(day, 6)), max_size=60)
COUNTS = st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@settings(max_examples=60)
@given(DAYS.filter(bool), DAYS)
def test_kaplan_and_meier_are_those_of_lifelines(completed: Sequence[float], lasting: Sequence[float]) -> None:
    lifelines = pytest.importorskip("lifelines")
    utils = pytest.importorskip("lifelines.utils")
    stays = Stays(tuple(completed), tuple(lasting))
    days = [*completed, *lasting]
    fitted = lifelines.KaplanMeierFitter().fit(days, [True] * len(completed) + [False] * len(lasting))
    for day, share in survival(stays):
        assert share == pytest.approx(float(fitted.survival_function_at_times(day).iloc[0]), abs=1e-9)
    found = survival_median(stays)
    theirs = float(fitted.median_survival_time_)
    # Where exactly half are left a rounding of theirs may wait for the day after.
    half = any(share == pytest.approx(0.5, abs=1e-9) for _, share in survival(stays))
    assert (float("inf") if found is None else found) == theirs or half
    longest = max(days)
    if longest:
        area = float(utils.restricted_mean_survival_time(fitted, t=longest))
        assert restricted_mean(stays) == pytest.approx(area, rel=1e-9, abs=1e-9)


@given(COUNTS)
def test_wilson_s_interval_is_that_of_statsmodels(counts: tuple[int, int]) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    assert wilson(*counts) == pytest.approx(proportion.proportion_confint(*counts, method="wilson"), abs=1e-12)


@given(COUNTS, COUNTS)
def test_newcombe_s_interval_is_that_of_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    theirs = proportion.confint_proportions_2indep(*other, *one, method="newcomb", compare="diff", alpha=0.1)
    assert newcombe(one, other) == pytest.approx(theirs, abs=1e-9)

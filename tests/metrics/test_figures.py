"""Means, percentiles and intervals against tables and other people's programs."""

import random
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.figures import Z95, mean, median, newcombe, percentile, wilson, z_of_sums

NUMBERS = st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=40)

# (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96 (1.959963984540054), worked out with 40 digits.
WILSON = [
    (0, 1, 0.000000, 0.793451),
    (1, 1, 0.206549, 1.000000),
    (0, 10, 0.000000, 0.277533),
    (5, 10, 0.236593, 0.763407),
    (10, 10, 0.722467, 1.000000),
    (43, 68, 0.513556, 0.736995),
    # The examples of R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998),
    # who prints four digits: .2553 .3662, .0624 .1605, .0000 .1611, .0061 .1718.
    (81, 263, 0.255289, 0.366210),
    (15, 148, 0.062386, 0.160487),
    (0, 20, 0.000000, 0.161125),
    (1, 29, 0.006113, 0.171755),
]


@pytest.mark.parametrize(("successes", "trials", "low", "high"), WILSON)
def test_wilson_s_interval_is_that_of_the_table(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-7)


def test_there_is_no_interval_of_no_trial() -> None:
    assert wilson(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_wilson_s_interval_holds_the_share_and_mirrors_its_opposite(counts: tuple[int, int]) -> None:
    successes, trials = counts
    low, high = wilson(successes, trials) or (1.0, 0.0)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    assert wilson(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 200), st.integers(2, 9))
def test_the_interval_shrinks_as_more_is_seen(successes: int, times: int) -> None:
    once, more = wilson(successes, 200), wilson(successes * times, 200 * times)
    assert once is not None
    assert more is not None
    assert more[1] - more[0] < once[1] - once[0]


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=2, max_size=40))
def test_percentiles_are_those_of_statistics(values: list[float]) -> None:
    expected = statistics.quantiles(values, n=100, method="inclusive")
    assert [percentile(values, share / 100) for share in range(1, 100)] == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(NUMBERS)
def test_the_median_is_that_of_statistics(values: list[float]) -> None:
    assert median(values) == pytest.approx(statistics.median(values), rel=1e-12, abs=1e-6)


@given(NUMBERS)
def test_the_ends_are_the_least_and_the_most(values: list[float]) -> None:
    assert (percentile(values, 0), percentile(values, 1)) == (min(values), max(values))


@given(NUMBERS, st.randoms(use_true_random=False))
def test_no_order_changes_a_digit(values: list[float], shuffle: random.Random) -> None:
    shuffled = list(values)
    shuffle.shuffle(shuffled)
    for figure in (mean, median, lambda some: percentile(some, 0.9)):
        assert figure(shuffled) == figure(values)


@given(NUMBERS)
def test_the_mean_is_exact(values: list[float]) -> None:
    exact = sum(map(Fraction, values), Fraction(0)) / len(values)
    assert mean(values) == pytest.approx(float(exact), rel=1e-15, abs=1e-300)


def test_of_nothing_there_is_no_figure() -> None:
    assert (mean([]), median([]), percentile([], 0.9)) == (None, None, None)


# The examples of R. G. Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17
# (1998), table II, method 10, at 95%, who prints four digits.
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("minuend", "subtrahend", "low", "high"), NEWCOMBE)
def test_newcombe_s_interval_is_that_of_his_table(
    minuend: tuple[int, int], subtrahend: tuple[int, int], low: float, high: float
) -> None:
    assert newcombe(subtrahend, minuend, Z95) == pytest.approx((low, high), abs=5.1e-5)


PROPORTIONS = st.integers(1, 500).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(PROPORTIONS, PROPORTIONS)
def test_the_interval_of_a_difference_holds_it_and_turns_round_with_it(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    low, high = newcombe(one, other) or (1.0, -1.0)
    assert -1 <= low <= other[0] / other[1] - one[0] / one[1] + 1e-12
    assert other[0] / other[1] - one[0] / one[1] - 1e-12 <= high <= 1
    assert newcombe(other, one) == pytest.approx((-high, -low))


def test_there_is_no_difference_to_nothing() -> None:
    assert (newcombe((0, 0), (1, 2)), newcombe((1, 2), (0, 0))) == (None, None)


def test_nine_wins_against_four_are_one_and_four_tenths_deviations_apart() -> None:
    assert z_of_sums([1.0] * 4, [1.0] * 9) == pytest.approx(5 / 13**0.5)


@given(NUMBERS, NUMBERS)
def test_sums_differ_the_other_way_round_when_turned_round(one: list[float], other: list[float]) -> None:
    found, turned = z_of_sums(one, other), z_of_sums(other, one)
    assert (found is None) == (turned is None)
    if found is not None:
        assert turned == pytest.approx(-found)


def test_nothing_differs_from_nothing() -> None:
    assert (z_of_sums([], []), z_of_sums([0.0], [])) == (None, None)

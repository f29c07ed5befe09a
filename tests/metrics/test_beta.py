"""The beta distribution, against forms that can be written down and, where it is installed, against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.beta import beta_quantile, beta_share

COUNTS = st.integers(0, 2000).map(lambda count: count + 0.5)
SHARES = st.floats(0.001, 0.999)


@pytest.mark.parametrize("b", [1.0, 5.0, 40.5])
def test_with_one_success_it_is_a_power(b: float) -> None:
    assert beta_share(0.3, 1, b) == pytest.approx(1 - 0.7**b, rel=1e-13)
    assert beta_share(0.3, b, 1) == pytest.approx(0.3**b, rel=1e-13)
    assert beta_quantile(0.2, 1, b) == pytest.approx(1 - 0.8 ** (1 / b), rel=1e-13)


def test_before_anything_is_seen_the_lower_20_percent_bound_is_a_sine() -> None:
    # Beta(1/2, 1/2) is the arcsine law: its quantile is sin^2(pi p / 2).
    assert beta_quantile(0.2, 0.5, 0.5) == pytest.approx(0.09549150281252627, rel=1e-13)


def test_nothing_lies_below_0_and_everything_below_1() -> None:
    assert (beta_share(0, 3, 4), beta_share(1, 3, 4)) == (0, 1)


@given(SHARES, COUNTS, COUNTS)
def test_the_quantile_and_the_share_take_each_other_back(share: float, a: float, b: float) -> None:
    assert beta_share(beta_quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-9)


@given(SHARES, COUNTS, COUNTS)
def test_successes_and_failures_mirror_each_other(x: float, a: float, b: float) -> None:
    assert beta_share(x, a, b) + beta_share(1 - x, b, a) == pytest.approx(1, abs=1e-10)


@given(SHARES, COUNTS, COUNTS)
def test_it_is_scipys(share: float, a: float, b: float) -> None:
    special = pytest.importorskip("scipy.special")
    assert beta_quantile(share, a, b) == pytest.approx(special.betaincinv(a, b, share), rel=1e-8)

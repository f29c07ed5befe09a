"""Small statistics with the definitions that every metric shares."""

import math
from collections.abc import Sequence

Z95 = 1.959963984540054
Z90 = 1.6448536269514722


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, summed exactly so that no order of deals changes a digit; None of nothing."""
    return math.fsum(values) / len(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that *share* (0..1) of *values* lie below, linear between neighbours; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two in the middle; None of nothing."""
    return percentile(values, 0.5)


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson's score interval of a proportion, 95% unless *z* says otherwise; None of no trial.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if not trials:
        return None
    share = successes / trials
    scale = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / scale
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    return max(0.0, middle - reach), min(1.0, middle + reach)


def newcombe(one: tuple[int, int], other: tuple[int, int], z: float = Z90) -> tuple[float, float] | None:
    """The interval of the difference *other* - *one* of two proportions, 90% unless *z* says otherwise.

    Each is (successes, trials), of different deals. An interval without 0 in it is a change that can be called.

    Returns:
        -1..1 twice, or None where either has no trial.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17 (1998), method 10.
    """
    before, after = wilson(*one, z), wilson(*other, z)
    if before is None or after is None:
        return None
    first, second = one[0] / one[1], other[0] / other[1]
    gap = second - first
    low = gap - math.hypot(second - after[0], before[1] - first)
    high = gap + math.hypot(after[1] - second, first - before[0])
    return max(-1.0, low), min(1.0, high)


def z_of_sums(one: Sequence[float], other: Sequence[float]) -> float | None:
    """How clearly the sum of *other* differs from that of *one*, in standard deviations; None where there is nothing.

    Each value is one event of a period, such as a win and its amount, or a 1 for a count: events come as they please,
    and a sum of theirs varies by the root of the sum of their squares.
    """
    spread = math.fsum(value * value for values in (one, other) for value in values)
    return (math.fsum(other) - math.fsum(one)) / math.sqrt(spread) if spread else None

"""Means, percentiles and shares, exact as long as they can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
Number = Fraction | float


@dataclass(frozen=True)
class Rate:
    """A share of something: over nothing it is none."""

    part: Number
    whole: Number
    # Of counts; the interval of a share of amounts is drawn.
    counted: bool = True

    @property
    def share(self) -> Number | None:
        return self.part / self.whole if self.whole else None

    def wilson(self, z: float = Z95) -> tuple[float, float] | None:
        if not self.whole or not self.counted or self.part > self.whole:
            return None
        n, p = float(self.whole), float(self.part / self.whole)
        middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


def rate(part: int, whole: int) -> Rate:
    return Rate(Fraction(part), Fraction(whole))


def mean(values: Sequence[Number]) -> Number | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def percentile(values: Sequence[Number], share: Fraction) -> Number | None:
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values: Sequence[Number]) -> Number | None:
    return percentile(values, Fraction(1, 2))


def drawn(won: Sequence[Fraction], lost: Sequence[Fraction]) -> dict[Fraction, Fraction]:
    """Share of the amount that is won → its chance, where as many deals are drawn again, each as often as comes."""
    deals = [*[(amount, Fraction(0)) for amount in won], *[(Fraction(0), amount) for amount in lost]]
    sums = {(Fraction(0), Fraction(0)): 1}
    for _ in deals:
        after: dict[tuple[Fraction, Fraction], int] = {}
        for (one, other), ways in sums.items():
            for mine, theirs in deals:
                key = one + mine, other + theirs
                after[key] = after.get(key, 0) + ways
        sums = after
    sums = {key: ways for key, ways in sums.items() if sum(key)}
    found: dict[Fraction, Fraction] = {}
    for (one, other), ways in sums.items():
        share = one / (one + other)
        found[share] = found.get(share, Fraction(0)) + Fraction(ways, sum(sums.values()))
    return found

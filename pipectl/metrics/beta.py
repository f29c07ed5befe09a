"""The beta distribution: what a share may truly be after so many successes and failures."""

import math

_STEPS, _TINY, _CLOSE = 300, 1e-300, 1e-15


def beta_share(x: float, a: float, b: float) -> float:
    """The chance that a share of Beta(*a*, *b*) lies below *x*: the regularised incomplete beta function.

    Source: the continued fraction of DLMF 8.17.22, by Lentz's method as in Numerical Recipes, 6.4.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    # It converges fast below the mean; above it the other tail is taken.
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logs) / a / _fraction(x, a, b)


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value that a share of Beta(*a*, *b*) lies below with the chance *share*, to the last digits of a float."""
    low, high = 0.0, 1.0
    while high - low > _CLOSE * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if beta_share(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + …))."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / _nonzero(1 + term * lower)
        upper = _nonzero(1 + term / upper)
        value *= upper * lower
        if abs(upper * lower - 1) < _CLOSE:
            break
    return value


def _nonzero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY

"""Intervals of figures that no formula covers, by drawing the deals again with a fixed seed.

What is drawn from is put in the order of the ids first, so that no order of files changes a digit.
"""

import math
from collections.abc import Iterable, Sequence
from random import Random

from pipectl.metrics.figures import Z95, percentile
from pipectl.model.state import State

_SEED = 20_260_101
_DRAWS = 400
_MOST_DRAWN = 300


def by_id(states: Iterable[State]) -> list[State]:
    """*states* in an order that no folder decides."""
    return sorted(states, key=lambda state: state.deal.id)


def share_interval(parts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The 95% interval of sum(weight x hit) / sum(weight) over *parts* of (weight, hit of 0 or 1).

    Up to 300 parts it is drawn 400 times and the middle 95% taken; beyond, the rate is so nearly normal that its
    spread, linear in the parts, gives the same: drawing 10,000 deals would take longer than reading them.
    """
    if len(parts) > _MOST_DRAWN:
        return _linear(parts)
    random = Random(_SEED)  # noqa: S311 - a fixed seed, so that two runs agree; nothing is kept secret by it
    hits = [(weight, weight * hit) for weight, hit in parts]
    drawn = (random.choices(hits, k=len(hits)) for _ in range(_DRAWS))
    sums = [(math.fsum([weight for weight, _ in pairs]), math.fsum([hit for _, hit in pairs])) for pairs in drawn]
    known = [part / whole for whole, part in sums if whole]
    return percentile(known, 0.025) or 0.0, percentile(known, 0.975) or 0.0


def _share(parts: Sequence[tuple[float, float]]) -> float | None:
    whole = math.fsum(weight for weight, _ in parts)
    return math.fsum(weight * hit for weight, hit in parts) / whole if whole else None


def _linear(parts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    share, whole = _share(parts) or 0.0, math.fsum(weight for weight, _ in parts)
    spread = math.sqrt(math.fsum((weight * (hit - share)) ** 2 for weight, hit in parts)) / whole
    return max(0.0, share - Z95 * spread), min(1.0, share + Z95 * spread)

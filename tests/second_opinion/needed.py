"""How many deals a target takes, reckoned anew from the pages of deals-needed and win-in-time, and from `plan` itself.

The chance to be won within so many days is that of FORECAST for the time from creation to the close: days at risk and
exits of each bin of ages, leaning on the bin before and on what is supposed before anything is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import cos, pi, sin, sqrt
from statistics import stdev
from typing import Any

from tests.second_opinion.figures import Aim, Look
from tests.second_opinion.known import DAY, Deal
from tests.second_opinion.middle import Rate, mean

BINS = (0, 1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450)
YEAR = timedelta(365)


@dataclass(frozen=True)
class Life:
    """Whole days from creation to the close, or until now: won, lost, or open yet."""

    days: int
    end: str


def teaching(deals: Sequence[Deal]) -> list[Deal]:
    """Those that the chance is learned from: open, or closed on a known day and for a reason that counts."""
    return [
        deal
        for deal in deals
        if deal.created and not deal.began_closed and deal.counts_in_rate and (deal.is_open or deal.closed)
    ]


def lives(deals: Sequence[Deal]) -> list[Life]:
    found = []
    for deal in teaching(deals):
        assert deal.created
        until = deal.closed.day if deal.closed else deal.day
        found.append(Life((until - deal.created.day).days, deal.stage.outcome))
    return found


def days_to_close(look: Look, deals: Sequence[Deal]) -> float:
    """The average stay in a stage, by as many open stages as the pipelines of the deals have."""
    pipelines = [deal.stage.pipeline for deal in deals] or list(look.world.stages)
    stages = Fraction(sum(len(look.world.open_stages(pipeline)) for pipeline in pipelines), len(pipelines))
    days, exits = 0, 0
    for deal in deals:
        for (stage, came), (_, left) in zip(deal.stays, deal.stays[1:], strict=False):
            if not stage.outcome:
                days, exits = days + (left.day - came.day).days + 1, exits + 1
        # Where one that is open went by hand nobody dated, it is taken to have stayed.
        if deal.is_open and deal.stays and not deal.stays[-1][0].outcome:
            days += (deal.day - deal.stays[-1][1].day).days + 1
    return float((days + 60) / Fraction(exits + 2) * stages)


def won_within(known: Sequence[Life], first: float, days_to_close: float, days: int) -> list[float]:
    """The chance to be won within 0, 1, … *days* days of creation."""
    over = [life for life in known if life.end]
    hazard = (len(over) + 6) / (sum(life.days + 1 for life in known) + 6 * days_to_close)
    share = (sum(life.end == "won" for life in over) + 6 * first) / (len(over) + 6)
    by_bin = []
    for number, start in enumerate(BINS):
        end = BINS[number + 1] if number + 1 < len(BINS) else 10**9
        at_risk = sum(max(0, min(life.days + 1, end) - start) for life in known)
        ended = [life for life in over if start <= life.days < end]
        hazard = (len(ended) + 2) / (at_risk + 2 / hazard)
        share = (sum(life.end == "won" for life in ended) + 6 * share) / (len(ended) + 6)
        by_bin.append((start, min(hazard, 0.98) * share, min(hazard, 0.98)))
    found, still, won = [], 1.0, 0.0
    for day in range(days + 1):
        _, wins, ends = [line for line in by_bin if line[0] <= day][-1]
        won += still * wins
        still *= 1 - ends
        found.append(won)
    return found


def beta_quantile(share: float, won: int, lost: int) -> float:
    """What *share* of Beta(won + ½, lost + ½) lies below; with x = sin² t its density is sin^2won t cos^2lost t."""

    def below(end: float, steps: int = 400) -> float:
        """Simpson's rule."""
        weights = [1 if n in (0, steps) else 4 if n % 2 else 2 for n in range(steps + 1)]
        places = [end * n / steps for n in range(steps + 1)]
        heights = [sin(t) ** (2 * won) * cos(t) ** (2 * lost) for t in places]
        return end / steps / 3 * sum(weight * height for weight, height in zip(weights, heights, strict=True))

    low, high, wanted = 0.0, pi / 2, share * below(pi / 2)
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < wanted else (low, middle)
    return sin(low) ** 2


@dataclass(frozen=True)
class Chance:
    """What a new deal gives, that is won with a chance of *share*."""

    share: float
    value: float
    variation: float

    @property
    def mean(self) -> float:
        return self.share * self.value

    @property
    def spread(self) -> float:
        return self.value * sqrt(max(0.0, self.share * (1 + self.variation**2) - self.share**2))

    @property
    def width(self) -> float:
        return 0.8416 * self.spread / self.mean

    def even(self, missing: float) -> float:
        return missing / self.mean

    def safe(self, missing: float) -> float:
        if not missing:
            return 0.0
        return ((self.width + sqrt(self.width**2 + 4 * missing / self.mean)) / 2) ** 2


def plan(look: Look, kind: str, target: Fraction) -> dict[str, Any]:
    """line → its value, for a *target* of an `amount` or of `deals` that the whole team is asked for."""
    today, everybody = look.day, look.all
    aim = Aim(look, kind, target, everybody)
    left = (look.period.until - DAY - today).days
    year = (today - YEAR + DAY, today + DAY)
    won = [deal for deal in everybody if deal.closed_in(*year) and deal.stage.outcome == "won"]
    lost = [
        deal for deal in everybody if deal.closed_in(*year) and deal.stage.outcome == "lost" and deal.counts_in_rate
    ]
    firsts = [
        deal.stays[0][0].probability
        for deal in everybody
        if deal.stays and not deal.began_closed and deal.created and year[0] <= deal.created.day < year[1]
    ]
    p0 = float(mean([Fraction(1, 5) if first is None else first for first in firsts]) or Fraction(1, 5))
    ever = (len(won) + 6 * p0) / (len(won) + len(lost) + 6)
    known = lives(everybody)
    pace = days_to_close(look, teaching(everybody))
    chances = won_within(known, p0, pace, max(left, 0))
    amounts = [float(deal.worth) for deal in won if deal.worth is not None]
    value = float(mean([Fraction(amount) for amount in amounts]) or 0) if kind == "amount" else 1.0
    variation = stdev(amounts) / value if kind == "amount" and len(amounts) > 1 and value else 0.0
    missing = max(Fraction(0), aim.gap - aim.weighted_for_rest)
    cycles = look.cycles(won)
    found: dict[str, Any] = {
        "target": target,
        "won": aim.reached,
        "gap": aim.gap,
        "open": aim.weighted_for_rest,
        "missing": missing,
        "first_chance": 100 * p0,
        "win_chance": 100 * ever,
        "in_time": 100 * chances[-1],
        "fits": Rate(Fraction(sum(days <= left for days in cycles)), Fraction(len(cycles))),
    }
    began = min([deal.created.day for deal in everybody if deal.created], default=today)
    span = min(90, (today - began).days + 1)
    recent = sum(bool(deal.created and today - timedelta(span) < deal.created.day <= today) for deal in everybody)
    found["weekly_now"] = recent * 7 / span
    if not value:
        return found
    now, later = Chance(chances[-1], value, variation), Chance(ever, value, variation)
    found |= {
        "value": value,
        "variation": variation,
        "mean": now.mean,
        "spread": now.spread,
        "width": now.width,
        "even": now.even(float(missing)),
        "safe": now.safe(float(missing)),
        "ever_even": later.even(float(missing)),
        "ever_safe": later.safe(float(missing)),
    }
    if len(won) + len(lost) < 30:
        bound = beta_quantile(0.2, len(won), len(lost))
        found["bound"] = 100 * bound
        found["careful"] = Chance(chances[-1] * min(1, bound / ever), value, variation).safe(float(missing))
    if left > 0:
        # Created on any day from tomorrow on: as many days are left then as chances stand before the last.
        evenly = Chance(sum(chances[:-1]) / left, value, variation)
        found |= {
            "spread_chance": 100 * evenly.share,
            "weekly_even": 7 * evenly.even(float(missing)) / left,
            "weekly_safe": 7 * evenly.safe(float(missing)) / left,
        }
    return found

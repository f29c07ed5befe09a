"""How likely a new deal is won within so many days: learned from how all deals so far have fared, in whole days.

Ages are put into bins. In each, the daily chance to be closed is what was seen there, drawn toward the bin before
(the first toward the average over all ages, and that toward what the pipeline's own figures say) as if some closes
had been seen beside the real ones; the same holds for the share of them that were won. So it works from the first
closed deal on, and few deals say little. A deal still open counts for the days that it has been open, and no longer.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from pipectl.metrics.metric import Scope
from pipectl.model.frozen import frozen
from pipectl.model.state import State
from pipectl.model.visits import Path

# The first age of each bin, in days.
_BINS = (0, 1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450)
_LONGEST = 2000
# How many closes the prior weighs: over all ages, from bin to bin, and for the share that is won.
_PRIOR_CLOSES, _FROM_BIN, _FROM_SHARE = 6, 2, 6
# Stays that last this long on average, two of them, where nothing is known yet.
_PRIOR_STAY_DAYS, _PRIOR_STAYS = 30, 2
_MOST_A_DAY = 0.98


class Life(NamedTuple):
    """How long a deal has been open, in days, and how it ended; *won* is None while it is open."""

    days: int
    won: bool | None


@frozen
class Prior:
    """What is believed before anything is seen: the chance to be won in the end, and the days until a close."""

    chance: float
    days: float


def won_within(lives: Iterable[Life], prior: Prior, days: int) -> tuple[float, ...]:
    """The chance to be won within 0, 1, … *days* days, of a deal like these.

    A close at an age of d days had the ages 0 to d to happen in, a deal open for d days has survived them.
    """
    at_risk, closed, won = _seen(lives)
    daily = _smoothed(at_risk, closed, won, prior)
    alive, share, found = 1.0, 0.0, []
    for age in range(max(days, 0) + 1):
        leaving, winning = daily[_bin(age)]
        share += alive * leaving * winning
        alive *= 1 - leaving
        found.append(share)
    return tuple(found)


def _seen(lives: Iterable[Life]) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """By bin: days at risk, closes, and wins among these."""
    at_risk, closed, won = ([0] * len(_BINS) for _ in range(3))
    ends = (*_BINS[1:], _LONGEST + 1)
    # Thousands of deals have some hundred ages.
    for (lasted, outcome), count in Counter(lives).items():
        days = min(lasted, _LONGEST)
        for place, (first, end) in enumerate(zip(_BINS, ends, strict=True)):
            if first > days:
                break
            at_risk[place] += count * (min(end, days + 1) - first)
        if outcome is not None:
            closed[_bin(days)] += count
            won[_bin(days)] += count * outcome
    return at_risk, closed, won


def _smoothed(
    at_risk: Sequence[int], closed: Sequence[int], won: Sequence[int], prior: Prior
) -> Sequence[tuple[float, float]]:
    """By bin: the daily chance to be closed, and the share of closes that are won."""
    leaving = (sum(closed) + _PRIOR_CLOSES) / (sum(at_risk) + _PRIOR_CLOSES * prior.days)
    winning = (sum(won) + _PRIOR_CLOSES * prior.chance) / (sum(closed) + _PRIOR_CLOSES)
    found = []
    for days, ends, wins in zip(at_risk, closed, won, strict=True):
        leaving = min((ends + _FROM_BIN) / (days + _FROM_BIN / leaving), _MOST_A_DAY)
        winning = (wins + _FROM_SHARE * winning) / (ends + _FROM_SHARE)
        found.append((leaving, winning))
    return found


def _bin(age: int) -> int:
    return bisect_right(_BINS, age) - 1


def created_to_close(scope: Scope) -> tuple[State, ...]:
    """Deals whose time from creation is known: open ones, and those closed on a known day that did not begin closed.

    Losses that say nothing about selling are left out, as they are of the win rate.
    """
    return scope.counting(
        [
            state
            for state in scope.facts.states
            if state.created is not None and not state.began_closed and (state.closed is not None or state.is_open)
        ]
    )


def life(state: State) -> Life:
    """From the day of creation to that of the last close, or until now."""
    if state.created is None:
        raise ValueError(f"{state.deal.id} has no creation")
    end = state.closed or state.as_of
    return _life(((end.day - state.created.day).days, None if state.is_open else state.is_won))


_life: Callable[[tuple[int, bool | None]], Life] = partial(tuple.__new__, Life)  # a third of its constructor's time


def first_chance(pipeline_id: str, stage_id: str, scope: Scope) -> float | None:
    """The probability, 0..1, of the stage that a deal was created in; None where it is closed or nobody says it."""
    pipeline = scope.facts.workspace.pipelines.get(pipeline_id)
    stage = pipeline.stage(stage_id) if pipeline else None
    if stage is None or not stage.is_open or stage.probability is None:
        return None
    return float(stage.probability / 100)


def prior_of(states: Sequence[State], scope: Scope, chance: float) -> Prior:
    """The belief before anything is seen: *chance*, and as many average stays as the pipelines have open stages."""
    days, stays, ended = _stays(states, scope)
    stay = (days + stays + _PRIOR_STAY_DAYS * _PRIOR_STAYS) / (ended + _PRIOR_STAYS)
    among = [state.pipeline for state in states] or [
        pipeline for name, pipeline in scope.facts.workspace.pipelines.items() if name in (scope.pipelines or (name,))
    ]
    # Thousands of deals are of a few pipelines.
    by_id = {pipeline.id: pipeline for pipeline in among}
    counts = Counter([pipeline.id for pipeline in among])
    stages = sum(max(1, len(by_id[name].open_stages)) * count for name, count in counts.items())
    return Prior(chance, stay * (stages / len(among) if among else 1.0))


def _stays(states: Sequence[State], scope: Scope) -> tuple[int, int, int]:
    """The days of all stays in open stages, how many stays there are, and how many of them are over."""
    # Thousands of deals take some dozens of ways.
    ways: dict[Path, tuple[Sequence[tuple[int, int]], int, bool]] = {}
    days, stays, lasting = 0, 0, 0
    for state in states:
        outline = state.deal.outline
        times = outline.times
        way = ways.get(outline.path)
        if way is None:
            way = ways[outline.path] = _stretches(outline.path, scope)
        stretches, count, lasts = way
        for first, end in stretches:
            until = times[end] if end < len(times) else state.as_of
            days += (until.day - times[first].day).days
        stays += count
        lasting += lasts
    return days, stays, stays - lasting


def _stretches(path: Path, scope: Scope) -> tuple[Sequence[tuple[int, int]], int, bool]:
    """Where *path* stays open, from a place until before another; how many stays that is; and if it is so in the end.

    The days of stays in a row come to those from the beginning of the first to the end of the last.
    """
    found: list[tuple[int, int]] = []
    count, was_open = 0, False
    for place, stay in enumerate(path):
        is_open = _is_open(*stay, scope)
        if is_open:
            first = found.pop()[0] if was_open else place
            found.append((first, place + 1))
        count, was_open = count + is_open, is_open
    return found, count, was_open


def _is_open(pipeline_id: str, stage_id: str, scope: Scope) -> bool:
    pipeline = scope.facts.workspace.pipelines.get(pipeline_id)
    stage = pipeline.stage(stage_id) if pipeline else None
    return stage is None or stage.is_open

"""How long deals have stayed in a stage, with the stays that still last counted for what they are: not over yet."""

import math
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TypeAlias

from pipectl.model.frozen import frozen
from pipectl.model.moment import days_between
from pipectl.model.pipeline import Pipeline
from pipectl.model.state import State
from pipectl.model.visits import Path

# A product of shares that is one half may come out a little above it.
_ROUNDING = 1e-12


@frozen
class Stays:
    """The stays in one stage: *completed* days of those that ended, *lasting* days so far of those that have not."""

    completed: tuple[float, ...]
    lasting: tuple[float, ...]


def stays_by_stage(
    states: Iterable[State], only: Container[tuple[str, str]] | None = None
) -> Mapping[tuple[str, str], Stays]:
    """(pipeline, stage) → the stays there. A closed stage has none, and an undated deal's last stay is not counted.

    *only*: the stages that are asked for; all of them where it is not given.
    """
    found: dict[tuple[str, str], _Lengths] = {}
    # Thousands of deals take some dozens of ways: by pipeline and path, which stays count and where they are put.
    ways: dict[tuple[str, Path], Sequence[tuple[int, _Lengths]]] = {}
    for state in states:
        outline = state.deal.outline
        way, times = (state.pipeline.id, outline.path), outline.times
        if way not in ways:
            asked = [(place, key) for place, key in enumerate(outline.path) if only is None or key in only]
            counted = [(place, key) for place, key in asked if not _is_closed(state.pipeline, *key)]
            ways[way] = [(place, found.setdefault(key, ([], []))) for place, key in counted]
        for place, (completed, lasting) in ways[way]:
            if place + 1 < len(times):
                completed.append(days_between(times[place], times[place + 1]))
            elif state.dated and state.is_open:
                lasting.append(days_between(times[place], state.as_of))
    return {
        key: Stays(tuple(completed), tuple(lasting))
        for key, (completed, lasting) in found.items()
        if completed or lasting
    }


_Lengths: TypeAlias = tuple[list[float], list[float]]  # completed, lasting


def _is_closed(pipeline: Pipeline, of: str, name: str) -> bool:
    """Whether the stay is one of a closed deal of *pipeline*; of a former one's stages nobody says it here."""
    stage = pipeline.stage(name) if of == pipeline.id else None
    return stage is not None and not stage.is_open


def restricted_mean(stays: Stays) -> float | None:
    """The average stay by Kaplan and Meier: the area under the share still there, up to the longest stay seen.

    A plain mean of completed stays is too short, since the long ones are still lasting.

    Returns:
        Days, or None when no stay has been completed.

    Source: E. L. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958).
    """
    if not stays.completed:
        return None
    steps = survival(stays)
    longest = max((*stays.completed, *stays.lasting))
    edges = [0.0, *(day for day, _ in steps), longest]
    heights = [1.0, *(share for _, share in steps)]
    return math.fsum(share * (end - start) for share, start, end in zip(heights, edges, edges[1:], strict=False))


def survival_median(stays: Stays) -> float | None:
    """The day by which half of the stays are over, by Kaplan and Meier; None where more than half have lasted on."""
    return next((day for day, share in survival(stays) if share <= 0.5 + _ROUNDING), None)


def survival(stays: Stays) -> Sequence[tuple[float, float]]:
    """(day, share of stays still lasting after it) at each day on which one was completed."""
    ended = Counter(stays.completed)
    left = Counter(stays.completed) + Counter(stays.lasting)
    at_risk, share, steps = left.total(), 1.0, []
    for day in sorted(left):
        if day in ended:
            share *= 1 - ended[day] / at_risk
            steps.append((day, share))
        at_risk -= left[day]
    return steps


def average_days(states: Iterable[State]) -> Mapping[tuple[str, str], float]:
    """(pipeline, stage) → the average stay there, where any has been completed."""
    averages = {key: restricted_mean(stays) for key, stays in stays_by_stage(states).items()}
    return {key: average for key, average in averages.items() if average is not None}

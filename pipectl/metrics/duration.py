"""How long deals stay in a stage, with the stays that still last counted for what they are: not over yet."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipectl.metrics.figures import mean, median, percentile
from pipectl.metrics.metric import Behind, Measure, Scope, StageMetric
from pipectl.model.frozen import frozen
from pipectl.model.moment import days_between
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State, Visit
from pipectl.report import Days, Labelled

# A product of shares that is one half may come out a little above it.
_ROUNDING = 1e-12


@frozen
class Stays:
    """The stays in one stage: *completed* days of those that ended, *lasting* days so far of those that have not."""

    completed: tuple[float, ...]
    lasting: tuple[float, ...]


def stays_by_stage(states: Iterable[State]) -> Mapping[tuple[str, str], Stays]:
    """(pipeline, stage) → the stays there. A closed stage has none, and an undated deal's last stay is not counted."""
    completed: dict[tuple[str, str], list[float]] = defaultdict(list)
    lasting: dict[tuple[str, str], list[float]] = defaultdict(list)
    closed: dict[tuple[str, str, str], bool] = {}
    for state in states:
        for visit in state.visits:
            key = visit.pipeline, visit.stage
            seen = (state.pipeline.id, *key)
            if seen not in closed:
                closed[seen] = _is_closed(state, visit)
            if closed[seen]:
                continue
            if visit.until is not None:
                completed[key].append(days_between(visit.since, visit.until))
            elif state.dated and state.is_open:
                lasting[key].append(days_between(visit.since, state.as_of))
    return {key: Stays(tuple(completed[key]), tuple(lasting[key])) for key in {**completed, **lasting}}


def _is_closed(state: State, visit: Visit) -> bool:
    """Whether the stay is one of a closed deal; of a former pipeline's stages nobody says it here."""
    stage = state.pipeline.stage(visit.stage) if visit.pipeline == state.pipeline.id else None
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


@frozen
class Spread:
    """Durations by their mean, median and 90th percentile, all None where there are none."""

    count: int
    mean: Days | None
    median: Days | None
    p90: Days | None


def spread(days: Sequence[float]) -> Spread:
    """What *days* are like."""
    return Spread(len(days), _days(mean(days)), _days(median(days)), _days(percentile(days, 0.9)))


@frozen
class StageTime:
    """How long a stage takes.

    Attributes:
        visits: the stays that ended in the period.
        deals: for each deal with any of them their sum.
        left: those deals.
        still: deals that are in the stage at the end of the day.
        expected_median, expected_mean: by Kaplan and Meier, of all stays so far, in the period or not.
    """

    visits: Spread
    deals: Spread
    left: tuple[State, ...]
    still: tuple[State, ...]
    expected_median: Days | None
    expected_mean: Days | None


def stage_times(scope: Scope, pipeline: Pipeline) -> Mapping[str, StageTime]:
    """How long each open stage takes."""
    every = stays_by_stage(scope.facts.states)
    nothing = Stays((), ())
    days: dict[str, list[float]] = {stage.id: [] for stage in pipeline.open_stages}
    sums: dict[str, list[float]] = {stage.id: [] for stage in pipeline.open_stages}
    left: dict[str, list[State]] = {stage.id: [] for stage in pipeline.open_stages}
    still: dict[str, list[State]] = {stage.id: [] for stage in pipeline.open_stages}
    for way in scope.journeys(pipeline):
        for name, ended in _ended(way.state, scope, pipeline).items():
            days[name] += ended
            sums[name].append(math.fsum(ended))
            left[name].append(way.state)
        if way.state.is_open and way.state.dated and way.state.pipeline.id == pipeline.id:
            # A stage that the pipeline has no more has no row.
            still.get(way.state.stage.id, []).append(way.state)
    return {
        name: StageTime(
            visits=spread(days[name]),
            deals=spread(sums[name]),
            left=tuple(left[name]),
            still=tuple(still[name]),
            expected_median=_days(survival_median(every.get((pipeline.id, name), nothing))),
            expected_mean=_days(restricted_mean(every.get((pipeline.id, name), nothing))),
        )
        for name in days
    }


def _ended(state: State, scope: Scope, pipeline: Pipeline) -> Mapping[str, list[float]]:
    """Open stage → the lengths of the stays there that ended in the period."""
    found: dict[str, list[float]] = {}
    for visit in state.visits:
        if visit.pipeline != pipeline.id or visit.until is None or visit.until.day not in scope.period:
            continue
        stage = pipeline.stage(visit.stage)
        if stage is not None and stage.is_open:
            found.setdefault(stage.id, []).append(days_between(visit.since, visit.until))
    return found


def time_in_stage(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """Mean days of the stays in the stage that ended in the period, with median and 90th percentile.

    A stay ends with the move to any other stage, won and lost among them, or to another pipeline. A deal that comes
    back has another stay; per deal they are summed. A stage that was skipped was not stayed in. Where both ends carry
    an hour it is elapsed time, else calendar days; percentiles are linear between neighbours.

    Stays that still last stand beside as open and are in none of these figures, which are too short for that reason:
    the long ones have not ended. What to expect is therefore by Kaplan and Meier, of all stays until the end of the
    day, whenever they were: those that last have lasted so long at least. The expected median is the day by which half
    have left, unknown where more than half last on; the expected mean is the area under the share still there, up to
    the longest stay seen, and is the average stay of `pipectl stale`. The days of an undated deal in the stage that its
    file names are unknown and count nowhere.

    Formula: mean(left - entered) over the stays that ended in the period
    Unit: days
    Example: stays of 2, 4 and 4 days ended, two last for 3 and 6: mean 3.3, median 4, 2 open; expected median 4,
        expected mean 62/15 = 4.1.
    Elsewhere: often the mean age of the deals now in the stage, or of ended and lasting stays together: neither is a
        time that a deal takes.
    """
    found = stage_times(scope, pipeline)[stage.id]
    detail = (
        Labelled("median", found.visits.median),
        Labelled("p90", found.visits.p90),
        Labelled("n", found.visits.count),
        Labelled("open", len(found.still), after=True),
        Labelled("per deal", found.deals.mean),
        Labelled("deals", found.deals.count, after=True),
        Labelled("expected median", found.expected_median),
        Labelled("expected mean", found.expected_mean),
    )
    return Measure(found.visits.mean, detail, (Behind("left", found.left), Behind("open", found.still)))


def _days(days: float | None) -> Days | None:
    return None if days is None else Days(days)


TIME_IN_STAGE = StageMetric("time-in-stage", "Time in stage", time_in_stage)
